"""Whatever is asked of whatever ticket: its receipt holds, and of what is changed exactly that kind is named."""

from __future__ import annotations

import json
from datetime import date, timedelta
from unittest import mock

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import slaclock as sc
from slaclock.calendar import holiday_sources
from slaclock.calendar.outside_data import parts_of
from slaclock.strategies import books, full_policies, lengths, policies, tickets
from slaclock.tickets import receipts
from zone_changes import zone_becomes

# Each works out a receipt of all that a policy can say, and verifies it more than once.
QUIET = settings(max_examples=max(settings.default.max_examples // 4, 3), suppress_health_check=list(HealthCheck))


@st.composite
def asked(draw, policy):
    """A question of a ticket that has an answer."""
    ticket = draw(tickets(policy, changes=True))
    at = ticket.opened + draw(lengths()) * draw(st.integers(1, 9))
    measure = draw(st.sampled_from(["resolve", "respond", "reply", "update"]))
    try:
        return sc.assess(ticket, policy, at=at, measure=measure)
    except sc.SlaClockError:  # a target for none, or a desk that never opens again
        assume(False)
    raise AssertionError


def made(a):
    """Its receipt; the answers may not be there, as where the desk never opens again."""
    try:
        return a.receipt()
    except sc.SlaClockError:
        assume(False)
    raise AssertionError


@QUIET
@given(st.data())
def test_a_receipt_holds_and_is_a_value(data):
    policy = data.draw(st.one_of(full_policies(), books()))
    a = data.draw(asked(policy))
    receipt = made(a)
    again = sc.Receipt.from_json(receipt.to_json())
    assert again == receipt
    assert again.is_intact
    assert (again.ticket, again.policy) == (a.ticket, a.policy)
    for name in receipts.ANSWERS:
        own = getattr(a, name)
        assert getattr(again.answer, name) == (str(own) if isinstance(own, sc.Target) else own), name
    for given_policy in (None, a.policy, policy):
        verification = sc.verify(again, given_policy)
        assert (verification.holds, verification.moves) == (True, ()), str(verification)
    for cycle in a.cycles:
        assert sc.verify(cycle.receipt()).moves == ()


@QUIET
@given(st.data())
def test_of_another_policy_rules_and_holidays_are_told_apart(data):
    policy = data.draw(policies())
    a = data.draw(asked(policy))
    receipt = made(a)
    calendar = policy.calendar
    ruled = {
        "year_starts": "07-01" if policy.year_starts != (7, 1) else "04-01",
        "exclusions": {**policy.exclusions, "more": "not covered"},
        "calendar": calendar.model_copy(update={"special": {"1970-01-05": ["08:00-08:30"]}}),
    }
    name = data.draw(st.sampled_from(sorted(ruled)))
    assume(name != "calendar" or not calendar.special)
    other = policy.model_copy(update={name: ruled[name]})
    assert sc.verify(receipt, other).kinds == ("rules",)
    if any(isinstance(own, sc.CombinedCalendar) for own in policy.calendars.values()):
        return  # a copy with another main calendar has them joined of the old one, which no file could say
    day = a.ticket.opened.date() + timedelta(days=data.draw(st.integers(0, 4)))
    listed = dict(calendar.holidays.dates)
    listed.pop(day, None) if day in listed else listed.update({day: "A Holiday"})
    holidays = calendar.model_copy(update={"holidays": listed})
    assert sc.verify(receipt, policy.model_copy(update={"calendar": holidays})).kinds == ("holidays",)
    short = a.receipt(policy=False)
    assert sc.verify(short, policy.model_copy(update={"calendar": holidays})).kinds == ("holidays",)
    assert sc.verify(short, other).kinds == ("rules",)


@QUIET
@given(st.data())
def test_a_holiday_that_is_proclaimed_is_named_and_no_other(data):
    policy = data.draw(policies())
    calendar = policy.calendar.model_copy(update={"holidays": "GB-ENG"})
    policy = policy.model_copy(update={"calendar": calendar})
    a = data.draw(asked(policy))
    text = made(a).to_json()
    day = a.ticket.opened.date() + timedelta(days=data.draw(st.integers(-400, 400)))
    known = holiday_sources._holidays
    assume(day.toordinal() not in known(calendar.holidays.sources[0], day.year))

    def later(source, year):
        return {**known(source, year), **({day.toordinal(): "New Day"} if day.year == year else {})}

    first, last = (date.fromisoformat(json.loads(text)[name]) for name in ("first_day", "last_day"))
    named = [policy.calendar_named(name) for name in json.loads(text)["holidays"]]
    concerned = first <= day <= last and any(own.holidays.sources for each in named for own in parts_of(each))
    with mock.patch.object(holiday_sources, "_holidays", later):
        verification = sc.verify(text)
    assert verification.kinds == (("holidays",) if concerned else ())
    if not concerned:  # what is looked at is enough: nothing else moves an answer
        assert verification.holds


@QUIET
@given(st.data(), st.sampled_from(["Europe/London", "America/New_York", "Australia/Lord_Howe"]))
def test_a_zone_whose_offsets_change_is_named(data, name):
    policy = data.draw(policies())
    calendar = policy.calendar.model_copy(update={"timezone": name})
    policy = policy.model_copy(update={"calendar": calendar})
    a = data.draw(asked(policy))
    text = made(a).to_json()
    with zone_becomes(name, "Asia/Kolkata"):  # which is no neighbour of theirs
        assert sc.verify(text).kinds == ("zones",)
    assert sc.verify(text).moves == ()


@QUIET
@given(st.data())
def test_whatever_is_changed_in_its_text_is_noticed(data):
    policy = data.draw(policies())
    receipt = made(data.draw(asked(policy)))
    document = receipt.to_dict()
    part, path = document, []
    while isinstance(part, dict) and part:
        path.append(data.draw(st.sampled_from(sorted(part))))
        part = part[path[-1]]
    assume(path[0] != "receipt")
    changed = json.loads(receipt.to_json())
    place = changed
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = data.draw(
        st.sampled_from([None, "x", "2024-01-01", "2024-01-01T00:00:00+00:00", "a" * 64, 7, {}])
    )
    assume(place[path[-1]] != part)
    try:
        altered = sc.Receipt.from_json(json.dumps(changed))
    except sc.SlaClockError:
        return  # which is noticed
    assert not altered.is_intact
    assert not sc.verify(altered, policy).holds
