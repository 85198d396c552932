"""What is bounded: no answer costs more for lying far away, and what would take for ever is refused."""

from __future__ import annotations

import functools
import operator
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import process_time

import pytest

import slaclock as sc
from desk import at, desk
from slaclock import errors
from slaclock.calendar.combined import MOST_JOINED
from slaclock.calendar.hours import WEEKDAYS
from slaclock.calendar.recurrence import Recurrence
from slaclock.checking import CaseFile
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.ledger import COUNTED_BETWEEN, MOST_DAYS

START = at("2018-04-09 10:00")
MANY = 100_000


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Not a measurement: what grows with the distance, or by the square of what is given, takes far longer."""
    begun = process_time()
    yield
    assert process_time() - begun < seconds


@pytest.mark.parametrize("count", [1, 365, 366, 1_000, 200_000, 9_999_999])
@pytest.mark.parametrize("rule", ["FREQ=DAILY", "FREQ=DAILY;INTERVAL=7", "FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=YEARLY"])
def test_a_recurrence_of_any_count_is_read_at_once(rule, count):
    with within(5):
        counted = Recurrence.parse(f"DTSTART:20180101 RRULE:{rule};COUNT={count}")
        endless = Recurrence.parse(f"DTSTART:20180101 RRULE:{rule}")
        seen = 0
        for year in range(2018, 2024):
            fallen = sorted(endless.days(year))
            assert counted.days(year) == set(fallen[: max(count - seen, 0)])
            seen += len(fallen)


def test_days_by_the_hundred_thousand_and_a_far_deadline():
    days = [(date(2000, 1, 1) + timedelta(days=2 * number)).isoformat() for number in range(MANY)]
    hours = {"mon": ["09:00-10:00"]}
    pairs = [{"from": day, "until": day, "hours": hours} for day in days]
    with within(60):
        for fields in ({"special": {day: [] for day in days}}, {"holidays": days}, {"dated_hours": pairs}):
            calendar = sc.WorkingCalendar(timezone="UTC", hours=hours, **fields)
            assert sc.deadline(START, "300000 hours", calendar=calendar).year > 7_000
            calendar.closed_because(START)


def test_dated_entries_are_found_as_a_plain_search_finds_them():
    ranges = ["2018-04-01/2018-04-09", "2018-04-12/2023-06-30", "2023-07-01/2023-07-01", "2040-01-01/2060-12-31"]
    week = {"mon": ["09:00-10:00"]}
    calendar = sc.WorkingCalendar(
        timezone="UTC", hours=week, special={**{dates: [] for dates in ranges}, "2020-04-06": week["mon"]}
    )
    for number in range(date(2018, 1, 1).toordinal(), date(2041, 1, 31).toordinal()):
        day = date.fromordinal(number)
        closed = any(day in special.when for special in calendar.special if special.when.first != date(2020, 4, 6))
        expected = day.weekday() == 0 and (not closed or day == date(2020, 4, 6))
        assert bool(calendar.hours_on(day)) is expected, day


def one_day_and_a_last_one() -> sc.Assessment:
    days = {"2018-04-09": ["09:00-17:00"], "9999-11-30": ["09:00-17:00"]}
    calendar = sc.WorkingCalendar(timezone="Europe/London", special=days)
    policy = sc.Policy(name="rare", calendar=calendar, targets={"incident": {"P1": {"resolve": "9 hours"}}})
    return sc.assess(sc.Ticket(id="T1", priority="P1", opened=START), policy, at=START)


def test_a_due_date_at_the_end_of_time_is_explained_in_few_rows():
    a = one_day_and_a_last_one()
    with within(5):
        ledger = a.explain("due")
        assert list(a.policy.calendar.spans(at("2018-04-10 00:00"), at("9999-12-01 00:00")))
    assert ledger.rows[-1].end == a.due
    assert len(ledger) < 50
    assert all(before.end == after.start for before, after in pairwise(ledger))
    assert [row.why for row in ledger].count("closed for whole months") == 1
    assert ledger.total == timedelta(hours=9)


@pytest.mark.parametrize(
    "pauses", [[], [sc.Pause(start=at("1500-01-01 00:00"), end=at("1600-01-01 00:00"), reason="third_party")]]
)
def test_two_thousand_years_are_explained_by_their_ends(pauses):
    opened = at("0018-04-09 10:00")
    ticket = sc.Ticket(id="T1", priority="P1", opened=opened, pauses=pauses)
    a = sc.assess(ticket, sc.Policy.example(), at=START)
    with within(20):
        ledger = a.explain("now")
    assert ledger.total == a.elapsed
    assert all(before.end == after.start for before, after in pairwise(ledger))
    (between,) = [row for row in ledger if row.why == COUNTED_BETWEEN]
    assert between.start - opened < timedelta(days=MOST_DAYS + 1)
    assert START - between.end < timedelta(days=MOST_DAYS + 1)
    assert all(row.length == row.end - row.start for row in ledger if row.counted and row is not between)


def test_closed_months_are_one_row_or_have_their_one_reason():
    shut = {"2018-06-11/2018-09-10": {"hours": [], "name": "Summer"}}
    term = [{"from": "2018-06-11", "until": "2018-09-10", "hours": {}}]
    whys = []
    for fields in ({"special": shut}, {"dated_hours": term}):
        calendar = sc.WorkingCalendar.parse("Mo-Fr 09:00-17:00", timezone="Europe/London", **fields)
        policy = sc.Policy.example().model_copy(update={"calendar": calendar})
        a = sc.assess(sc.Ticket(id="T1", priority="P1", opened=START), policy, at=at("2018-09-12 10:00"))
        ledger = a.explain("now")
        assert ledger.total == a.elapsed
        whys.append(
            [row.why for row in ledger if row.length == timedelta(0) and row.end - row.start > timedelta(days=8)]
        )
    assert whys == [["Summer (special day)"], ["closed for whole months"]]


def test_a_case_of_any_text_is_read_at_once():
    head = '[cases]\nx = { opened = "2018-04-06 15:00", priority = "P1", due = "none", '
    for field in (f'pauses = ["{" " * 4_000}"]', f'pauses = ["/{" " * 4_000}/"]', f'pauses = ["{"1 " * 4_000}"]'):
        with within(2), pytest.raises(errors.CaseError, match="is not a pause"):
            CaseFile.parse(head + field + "}")
    for days in ("1e99999999", "1e-99999999", "9" * 101, "1/0", "nan", "1_0"):
        with within(2), pytest.raises(errors.CaseError, match="is not a number of days"):
            CaseFile.parse(head + f'days = "{days}"' + "}")
    for days in ("1/2", "-1.5", " 8/9 "):
        CaseFile.parse(head + f'days = "{days}"' + "}")


def test_a_duration_of_any_number_of_parts_is_read_at_once():
    parts = " ".join(f"1/{10**98 + 2 * number + 1} h" for number in range(10_000))
    with within(2), pytest.raises(errors.TargetError, match="is not a duration|cannot be read"):
        sc.Target.parse(parts)


@pytest.mark.parametrize("join", [operator.or_, lambda a, b: b | a, operator.and_])
def test_calendars_are_joined_up_to_a_number(join):
    parts = [desk(special={f"2018-{month:02d}-{day:02d}": []}) for month in range(1, 13) for day in range(1, 10)]
    whole = functools.reduce(join, parts[:MOST_JOINED])
    assert type(whole).model_validate(whole.model_dump()) == whole == type(whole).model_validate_json(whole.to_json())
    with within(5):
        assert whole.closed_because(at("2018-04-14 10:00"))
    with pytest.raises(errors.ModelError, match="more than 64 calendars are joined"):
        join(whole, parts[-1])
    doubled = desk()
    for _ in range(6):
        doubled = doubled | doubled
    with pytest.raises(errors.ModelError, match="more than 64 calendars are joined"):
        doubled | doubled
    data = desk().model_dump()
    for _ in range(3_000):
        data = {"type": "combined", "how": "union", "left": data, "right": desk()}
    with pytest.raises(errors.ModelError, match="more than 64 calendars are joined"):
        type(whole).model_validate(data)


def test_the_first_use_of_a_calendar_in_the_first_year():
    calendar = sc.Policy.example().calendar.model_copy()
    with within(10):
        first = sc.elapsed(datetime(1, 1, 2, tzinfo=UTC), START, calendar=calendar)
    assert duration_micros(first) > 0


def test_no_opening_or_closing_is_too_far():
    ends = {"0020-01-01": [], "9990-01-01": []}
    calendar = sc.WorkingCalendar(
        timezone="Europe/London", hours={day: ["00:00-24:00"] for day in WEEKDAYS}, special=ends
    )
    with within(10):
        assert calendar.next_close(START).date() == date(9990, 1, 1)
        assert calendar.previous_open(START).date() == date(20, 1, 2)
        assert calendar.previous_close(START).date() == date(20, 1, 1)
        assert (
            calendar.working_days(date(20, 1, 1), date(9990, 1, 1))
            == date(9990, 1, 1).toordinal() - date(20, 1, 2).toordinal()
        )
    with within(0.5):  # the years in between were looked at once
        for day in range(1, 29):
            assert calendar.next_close(START.replace(day=day)).year == 9990
            assert calendar.previous_close(START.replace(day=day)).year == 20
            assert calendar.working_day(date(2018, 4, day), 2_000_000).year > 7000
