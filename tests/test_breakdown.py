"""Where a ticket's time went, by team and by what it waited for."""

from __future__ import annotations

from datetime import timedelta

import pytest

import slaclock as sc
from desk import EXAMPLE, at
from slaclock import errors
from slaclock.tickets.breakdown import Breakdown, BreakdownRow

POLICY = sc.Policy.model_validate({
    "name": "teams", "calendar": EXAMPLE.calendar,
    "pauses": {"third_party": ["resolve"], "customer": ["resolve"], "parts": []},
    "targets": {"incident": {"P2": {"resolve": "6 hours", "respond": "2 hours", "update": "4 hours"}}},
})  # fmt: skip


def hours(number: float) -> timedelta:
    return timedelta(hours=number)


def pause(start: str, end: str | None, reason: str | None) -> sc.Pause:
    return sc.Pause(start=at(start), end=None if end is None else at(end), reason=reason)


def ticket(**given: object) -> sc.Ticket:
    fields = {"id": "T1", "priority": "P2", "opened": at("2018-04-09 09:00"), "attributes": {"team": "L1"}}
    return sc.Ticket.model_validate({**fields, **given})


def asked(own: sc.Ticket, now: str, by: str | None = "team", measure: str = "resolve") -> Breakdown:
    a = sc.assess(own, POLICY, at=at(now), measure=measure)
    made = a.breakdown(by)
    assert made.elapsed == a.elapsed
    return made


def test_of_two_reasons_at_once_the_one_that_began_first_has_the_time():
    own = ticket(pauses=[
        pause("2018-04-09 10:00", "2018-04-09 13:00", "customer"),
        pause("2018-04-09 11:00", "2018-04-09 15:00", "third_party"),
    ])  # fmt: skip
    made = asked(own, "2018-04-09 17:00")
    assert made.rows == (
        BreakdownRow("L1", None, False, hours(3)), BreakdownRow("L1", "customer", True, hours(3)),
        BreakdownRow("L1", "third_party", True, hours(2)),
    )  # fmt: skip
    assert made.total == hours(8)


def test_what_does_not_stop_the_clock_is_shown_and_gives_way_to_what_does():
    own = ticket(pauses=[
        pause("2018-04-09 10:00", "2018-04-09 14:00", "parts"),
        pause("2018-04-09 12:00", "2018-04-09 13:00", "customer"),
    ])  # fmt: skip
    assert asked(own, "2018-04-09 15:00").rows == (
        BreakdownRow("L1", None, False, hours(2)), BreakdownRow("L1", "parts", False, hours(3)),
        BreakdownRow("L1", "customer", True, hours(1)),
    )  # fmt: skip
    of_response = asked(own, "2018-04-09 15:00", measure="respond")
    assert [(row.reason, row.stopped, row.length) for row in of_response] == [
        (None, False, hours(2)), ("parts", False, hours(4)),
    ]  # fmt: skip


def test_a_change_of_team_while_it_waits_parts_the_waiting_and_the_night_counts_for_no_one():
    own = ticket(
        changes=[sc.Change(at=at("2018-04-10 09:00"), field="team", to="L2")],
        pauses=[pause("2018-04-09 16:00", None, "third_party")],
        resolved=at("2018-04-10 10:00"),
    )
    assert asked(own, "2018-04-12 10:00").rows == (
        BreakdownRow("L1", None, False, hours(7)), BreakdownRow("L1", "third_party", True, hours(2)),
        BreakdownRow("L2", "third_party", True, hours(1)),
    )  # fmt: skip
    by_reason = asked(own, "2018-04-12 10:00", None)
    assert [(row.value, row.reason, row.length) for row in by_reason] == [
        (None, None, hours(7)), (None, "third_party", hours(3)),
    ]  # fmt: skip
    assert asked(own, "2018-04-10 08:30").total == hours(8.5)  # the later team is not known yet


def test_each_team_that_had_it_has_its_own_time():
    changes = [sc.Change(at=at(f"2018-04-09 {time}"), field="team", to=team)
               for time, team in (("10:00", "L2"), ("12:00", "L3"), ("15:00", "L1"))]  # fmt: skip
    assert asked(ticket(changes=changes), "2018-04-09 17:00").rows == (
        BreakdownRow("L1", None, False, hours(3)), BreakdownRow("L2", None, False, hours(2)),
        BreakdownRow("L3", None, False, hours(3)),
    )  # fmt: skip


def test_between_a_resolution_and_its_reopening_the_clock_stood_still():
    own = ticket(
        reopenings=[sc.Reopening(resolved=at("2018-04-09 11:00"), reopened=at("2018-04-09 13:00"))],
        pauses=[pause("2018-04-09 10:00", None, "customer")],
    )
    assert [(row.reason, row.stopped, row.length) for row in asked(own, "2018-04-09 14:00")] == [
        (None, False, hours(2)), ("customer", True, hours(1)), ("resolved, until it was reopened", True, hours(2)),
    ]  # fmt: skip
    withdrawn = ticket(
        cancelled=at("2018-04-09 11:00"),
        reopenings=[sc.Reopening(resolved=at("2018-04-09 12:00"), reopened=at("2018-04-09 13:00"))],
    )
    assert [row.reason for row in asked(withdrawn, "2018-04-09 14:00")] == [None, "cancelled, until it was reopened"]


def test_a_cycle_has_a_breakdown_of_its_own():
    own = ticket(events=[sc.Event(at=at("2018-04-09 11:00"), name="answered")])
    a = sc.assess(own, POLICY, at=at("2018-04-09 12:00"), measure="update")
    assert [cycle.breakdown().total for cycle in a.cycles] == [hours(2), hours(1)]


def test_what_no_policy_is_for_may_wait_for_no_reason():
    book = sc.PolicyBook([POLICY.model_copy(update={"applies_to": {"customer": ["ACME"]}})])
    waits = [pause("2018-04-09 10:00", "2018-04-09 11:00", reason) for reason in (None, "customer")]
    made = sc.assess(ticket(pauses=waits), book, at=at("2018-04-09 12:00")).breakdown()
    assert [(row.reason, row.length) for row in made.rows] == [(None, hours(2)), ("", hours(1))]


def test_a_breakdown_is_a_value_that_shows_itself():
    made = asked(ticket(pauses=[pause("2018-04-09 10:00", None, "customer")]), "2018-04-09 12:00")
    assert Breakdown.from_json(made.to_json()) == made
    assert made.to_dicts()[1] == {"team": "L1", "reason": "customer", "stopped": True, "length_seconds": 7200.0}
    assert list(made.to_frame().columns) == ["team", "reason", "stopped", "length"]
    assert list(made.to_frame("polars")["length"]) == [hours(1), hours(2)]
    assert str(made).splitlines()[-1].split() == ["L1", "customer", "stopped", "2", "h"]
    assert '<td class="k">customer</td>' in made.to_html()
    assert (len(made), repr(made).endswith("2 rows>")) == (2, True)
    nobody = asked(ticket(attributes={}, pauses=[pause("2018-04-09 10:00", None, "customer")]), "2018-04-09 12:00")
    assert str(nobody).splitlines()[-1].split() == ["-", "customer", "stopped", "2", "h"]
    whole = sc.assess(ticket(), POLICY, at=at("2018-04-09 12:00")).breakdown()
    assert list(whole.to_frame().columns) == ["reason", "stopped", "length"]


@pytest.mark.parametrize("by", ["opened", "Priority", "", 7])
def test_what_is_no_attribute_is_refused(by):
    with pytest.raises(errors.ModelError):
        sc.assess(ticket(), POLICY, at=at("2018-04-09 12:00")).breakdown(by)
