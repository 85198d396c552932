"""How long a promise lets wait, over every opening of a year: the worked numbers, and each minute asked by itself."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at, with_rules
from slaclock import errors
from slaclock.cli.main import main
from slaclock.clock.pieces import least_covering, longest_of
from slaclock.formats.plain_times import just_text, wait_text
from slaclock.policy.periods import Period
from slaclock.promises.waits import pieces_of
from slaclock.strategies import any_calendars, targets
from slaclock.temporal.instants import DAY, MINUTE, from_micros, to_micros

MICROSECOND = timedelta(microseconds=1)
DESK = EXAMPLE.calendar
RULES = (
    {}, {"day_rule": "same-time"}, {"day_rule": "close-of-business"}, {"day_rule": "fixed-hours", "day_length": "9h"},
    {"day_rule": "same-time", "after_hours": "same-date"},
    {"day_rule": "close-of-business", "after_hours": "same-date"},
    {"cutoff": "15:00"}, {"day_rule": "same-time", "cutoff": "15:00"},
    {"day_rule": "close-of-business", "cutoff": "16:45"},
)  # fmt: skip


def one(target, year, calendar=DESK, **changes):
    """The waits of a policy of one target."""
    policy = sc.Policy.model_validate(
        {"name": "one", "calendar": calendar, "targets": {"incident": {"resolve": target}}, **changes}
    )
    [wait] = sc.promise(policy, year).waits
    return wait


# The worked numbers


@pytest.mark.parametrize(
    ("year", "longest", "opened", "due"),
    [
        (2026, timedelta(days=4, hours=17), "2026-12-24 15:00", "2026-12-29 08:00"),
        (2018, timedelta(days=3, hours=17, minutes=30), "2018-08-24 14:30", "2018-08-28 08:00"),
    ],
)
def test_two_hours_may_be_days(year, longest, opened, due):
    wait = one("0-2 hours", year)
    assert (wait.least, wait.longest) == (timedelta(hours=2), longest)
    worst = wait.worst[-1]  # as long as at Easter, or before the bank holidays of May
    assert (worst.opened, worst.due) == (at(opened) + MICROSECOND, at(due) + MICROSECOND)
    for worst in wait.worst:
        assert sc.deadline(worst.opened, "2 hours", calendar=DESK) == worst.due
        assert worst.due - worst.opened == longest
    closing = sc.deadline(at(opened), "2 hours", calendar=DESK)
    assert closing == at(opened) + timedelta(hours=2)


def test_what_the_text_says():
    waits = sc.promise(EXAMPLE, 2026, measure="resolve")
    assert waits.days == 365
    text = str(waits)
    assert "2 h       12 h 32 min   2 d 15 h 39 min     4 d 17 h" in text
    words = " ".join(text.split())
    assert "just after Thu 2 Apr 2026 15:00 just after Tue 7 Apr 2026 08:00 Thu 24 Dec 2026" in words
    assert "Fri 18 Dec 2026 16:30 Wed 6 Jan 2027 17:00 -" in words
    assert "| incident | P1 | resolve | 0-2 hours | 2 h |" in waits.to_markdown()
    assert "just after Thu 2 Apr 2026 15:00" in waits._repr_html_()
    assert repr(waits) == "<PromisedWaits of 2026/27: 5 targets, the longest wait 19 d 30 min>"
    picture = waits.heatmap("incident", "P1")
    assert picture.startswith("<svg")
    assert picture.count("<rect") == 7 * 24 + 1
    assert (waits.of("incident", "P1").by_hour[0][9], waits.of("incident", "P1").by_hour[4][15]) == (
        timedelta(hours=2), timedelta(hours=65, minutes=30),
    )  # fmt: skip
    assert sc.PromisedWaits.from_json(waits.to_json()) == waits
    assert waits.to_frame()["opened"].iloc[0] == waits.waits[0].worst[0].opened


def test_a_wall_target_waits_always_alike():
    wait = one("< 20 wall seconds", 2026)
    assert {wait.least, wait.median, wait.p95, wait.longest} == {timedelta(seconds=20)}
    assert [worst.opened for worst in wait.worst] == [at("2026-04-01 00:00")]


def test_what_the_subscription_does_not_cover_is_not_asked():
    wait = one("2 hours", 2018, coverage=[{"from": "2018-06-01", "until": "2018-06-30"}])
    assert wait.longest == timedelta(hours=65, minutes=30)  # no bank holiday lies in June
    assert wait.worst[0].opened == at("2018-06-01 14:30") + MICROSECOND
    assert len(wait.worst) == 5
    late = sc.promise(with_rules(in_force_from=date(2018, 9, 1)), 2018, measure="resolve")
    assert (late.days, late.of("incident", "P1").worst[0].opened.month) == (212, 10)  # the clocks go back on a Sunday
    for year in (2016, 2019):
        with pytest.raises(errors.PolicyError, match="nothing that opens in .* is covered"):
            one("2 hours", year, coverage=[{"from": "2018-06-01", "until": "2018-06-30"}])


def test_what_cannot_be_asked_is_named():
    waits = sc.promise(EXAMPLE, 2018, measure="supplier")
    for year in (sc.SubscriptionYear(2018), sc.SubscriptionYear(2018).period):
        assert sc.promise(EXAMPLE, year, measure="supplier") == waits
    with pytest.raises(errors.PolicyError, match="no resolve target for incident P9"):
        waits.of("incident", "P9")
    with pytest.raises(errors.PolicyError, match="is no year"):
        sc.promise(EXAMPLE, "2018")
    with pytest.raises(errors.PolicyError, match="is no measure"):
        sc.promise(EXAMPLE, 2018, measure="resolv")
    with pytest.raises(errors.NoWorkingTimeError) as never:
        one("2 hours", 2018, calendar=sc.WorkingCalendar(timezone="Europe/London", hours={}))
    assert never.value.path[:3] == ("targets", "incident", "resolve")


# What was announced


def announcing(rule):
    """A desk that learns on Saturday the 10th that Monday the 19th is a holiday."""
    calendar = {
        "timezone": "Europe/London", "hours": "Mo-Fr 09:00-17:00", "holidays": {"2022-09-19": "State Funeral"},
        "known_from": {"2022-09-19": "2022-09-10 12:00"},
    }  # fmt: skip
    return sc.Policy.model_validate({
        "name": "one", "calendar": calendar, "rules": {"announced": rule},
        "targets": {"incident": {"resolve": "10 days", "respond": "2 wall hours"}},
    })  # fmt: skip


SEPTEMBER = Period("September", date(2022, 9, 5), date(2022, 9, 20), "Europe/London")


@pytest.mark.parametrize(("rule", "note"), [("moves", "as they are now, not as they were"), ("keeps", "does not move")])
def test_what_is_announced_counts_as_the_policy_says(rule, note):
    """Each hour asked as a ticket, at its opening for what is promised, later for what it is now."""
    policy = announcing(rule)
    waits = sc.promise(policy, SEPTEMBER, measure="resolve")
    dues = {}
    for hours in range(15 * 24):
        opened = at("2022-09-05 00:00") + timedelta(hours=hours)
        ticket = sc.Ticket(id="T", kind="incident", opened=opened)
        dues[opened] = sc.assess(ticket, policy, at=at("2022-09-19 23:59")).due
    [wait] = waits.waits
    lengths = sorted(due - opened for opened, due in dues.items())
    assert abs(wait.least - lengths[0]) <= timedelta(hours=1)
    assert lengths[-1] <= wait.longest <= lengths[-1] + timedelta(hours=1)
    assert abs(wait.median - lengths[len(lengths) // 2]) <= timedelta(hours=1)
    for worst in wait.worst:
        ticket = sc.Ticket(id="T", kind="incident", opened=worst.opened)
        asked = sc.assess(ticket, policy, at=at("2022-09-19 23:59"))
        assert asked.due == worst.due
        known = policy.calendar.as_known(worst.opened) if rule == "keeps" else policy.calendar
        assert sc.deadline(worst.opened, "10 days", calendar=known) == worst.due
    assert waits.policies[0].announced == rule
    assert note in str(waits)
    assert sc.PromisedWaits.from_json(waits.to_json()) == waits


def test_what_was_known_at_every_opening_is_no_announcement():
    later = Period("October", date(2022, 10, 1), date(2022, 11, 1), "Europe/London")
    waits = sc.promise(announcing("keeps"), later, measure="resolve")
    assert waits.policies[0].announced is None
    assert "announced" not in str(waits)
    assert sc.promise(announcing("moves"), later, measure="resolve").waits == waits.waits


def test_lengths_and_instants_for_reading():
    lengths = [timedelta(days=4, hours=17), timedelta(days=1), timedelta(days=2, minutes=30), timedelta(minutes=30)]
    assert [wait_text(length) for length in lengths] == ["4 d 17 h", "1 d", "2 d 30 min", "30 min"]
    noon = at("2018-04-09 12:00")
    texts = [just_text(noon + more * MICROSECOND) for more in (-1, 0, 1)]
    assert texts == ["just before Mon 9 Apr 2018 12:00", "Mon 9 Apr 2018 12:00", "just after Mon 9 Apr 2018 12:00"]


def test_the_command(tmp_path, capsys):
    file = tmp_path / "promise.md"
    assert main(["promise", "--year", "2018", "--measure", "resolve", "--markdown", str(file), "--json", "-"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["waits"][0]["worst"][-1]["opened"] == "2018-08-24T14:30:00.000001+01:00"
    assert "3 d 17 h 30 min" in file.read_text(encoding="utf-8")
    assert main(["promise", "--measure", "resolve"]) == 0
    assert "incident         P1        resolve" in capsys.readouterr().out


# Each minute asked by itself


def check(calendar, target, first, days, step=MINUTE):
    """The pieces say of every minute, and of the microseconds about every turn, what `deadline` says."""
    zone = calendar.zone
    start = to_micros(datetime(first.year, first.month, first.day, tzinfo=zone))
    end = start + days * DAY
    try:
        pieces = pieces_of(calendar, target, ((start, end),))
    except (errors.NoWorkingTimeError, errors.OutOfRangeError, errors.TargetError):
        assume(False)
        return

    def wait_of(opened):
        due = sc.deadline(from_micros(opened, zone), target, calendar=calendar)
        assert due is not None
        return to_micros(due) - opened

    assert pieces[0].opened == start
    assert all(piece.ended == after.opened for piece, after in pairwise(pieces))
    assert pieces[-1].ended == end
    for piece in pieces:
        for opened in {piece.opened, piece.opened + piece.size // 3, piece.opened + piece.size // 2, piece.ended - 1}:
            assert abs(piece.within(opened, opened + 1).first - wait_of(opened)) <= 1, from_micros(opened, zone)
    minutes = sorted(map(wait_of, range(start, end, step)))
    assert min(piece.low for piece in pieces) <= minutes[0]
    longest = max(piece.high for piece in pieces)
    assert longest >= minutes[-1]
    assert all(wait_of(opened) == longest for opened in longest_of(pieces))
    for percent in (50, 95):
        covering = least_covering(pieces, percent)
        below = sum(wait <= covering for wait in minutes), sum(wait < covering for wait in minutes)
        wanted = len(minutes) * percent / 100
        assert below[0] >= wanted - len(pieces)  # a piece takes a minute more or less than it is long
        assert below[1] <= wanted + len(pieces)


@pytest.mark.parametrize("rules", RULES, ids=str)
def test_the_days_before_a_bank_holiday_minute_by_minute(rules):
    calendar = DESK.model_copy(update=rules)
    for target in ("1 day", "2 days by 16:00", "0 days by 12:00", *([] if rules else ["2 hours"])):
        check(calendar, sc.Target.parse(target), date(2018, 3, 28), 3)


def test_a_night_desk_when_the_clocks_change():
    for hours in ("Mo-Su 22:00-06:00", "Mo-Su 00:30-02:15,03:00-12:00"):
        for rules in (RULES[0], RULES[1], RULES[4], {"day_rule": "same-time", "cutoff": "01:30"}):
            calendar = sc.WorkingCalendar.parse(hours, timezone="Europe/London").model_copy(update=rules)
            check(calendar, sc.Target.parse("1 day"), date(2018, 3, 24), 2, 5 * MINUTE)
            check(calendar, sc.Target.parse("1 day"), date(2018, 10, 27), 2, 5 * MINUTE)


@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(any_calendars(), st.data(), st.dates(date(2018, 3, 20), date(2018, 4, 12)))
def test_any_calendar_minute_by_minute(calendar, data, first):
    check(calendar, data.draw(targets(calendar)), first, 2, 5 * MINUTE)
