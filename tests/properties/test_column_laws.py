"""Columns answer on every row what the scalar functions answer, and what the oracle answers."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import oracle
import slaclock as sc
from drawn import Both, Drawn, calendars, instants, lengths, naive_pauses, pause_lists, targets, utc
from slaclock import columns

NAT = None
MICROSECOND = timedelta(microseconds=1)
Pair = tuple[datetime, datetime | None]


def array(values: list[datetime | None]) -> Any:
    """Datetimes as NumPy has them, None as NaT."""
    naive = [None if value is None else value.astimezone(UTC).replace(tzinfo=None) for value in values]
    return np.array(naive, "M8[us]")


def listed(found: Any) -> list[Any]:
    """The cells of an answer as Python has them, instants in UTC."""
    out = found.tolist()
    return [value.replace(tzinfo=UTC) if isinstance(value, datetime) else value for value in out]


@dataclass(frozen=True)
class Rows:
    """Rows of one calendar: starts, ends, targets and pauses."""

    both: Both
    starts: list[datetime]
    ends: list[datetime]
    targets: list[Drawn]
    pauses: list[list[Pair]]

    @property
    def calendar(self) -> sc.WorkingCalendar:
        return self.both.product

    def columns(self, draw_order: list[int]) -> columns.Pauses:
        """All pauses, in the order drawn."""
        flat = [(row, a, b) for row, pauses in enumerate(self.pauses) for a, b in pauses]
        flat = [flat[index] for index in draw_order if index < len(flat)] or flat[:0]
        rest = [
            each
            for index, each in enumerate([(r, a, b) for r, p in enumerate(self.pauses) for a, b in p])
            if index not in draw_order
        ]
        flat += rest
        return columns.Pauses(
            np.array([row for row, _, _ in flat], np.int64),
            array([a for _, a, _ in flat]),
            array([b for _, _, b in flat]),
        )


@st.composite
def rows(draw: st.DrawFn, rules: bool = True, may_be_open: bool = True) -> Rows:
    both = draw(calendars(rules=rules))
    starts = draw(st.lists(instants(), min_size=1, max_size=6))
    return Rows(
        both,
        starts,
        [start.astimezone(UTC) + draw(lengths) for start in starts],
        [draw(targets(both)) for _ in starts],
        [draw(pause_lists(start, may_be_open)) for start in starts],
    )


orders = st.permutations(list(range(24)))


@given(rows(rules=False), orders)
def test_elapsed(drawn: Rows, order: list[int]) -> None:
    found = listed(
        columns.elapsed(array(drawn.starts), array(drawn.ends), calendar=drawn.calendar, pauses=drawn.columns(order))
    )
    for a, b, pauses, answer in zip(drawn.starts, drawn.ends, drawn.pauses, found, strict=True):
        assert answer == sc.elapsed(a, b, calendar=drawn.calendar, pauses=pauses)
        assert answer == oracle.elapsed(drawn.both.oracle, oracle.utc(a), oracle.utc(b), naive_pauses(pauses))


@given(rows(rules=False), orders)
def test_elapsed_days(drawn: Rows, order: list[int]) -> None:
    found = columns.elapsed_days(
        array(drawn.starts), array(drawn.ends), calendar=drawn.calendar, pauses=drawn.columns(order)
    )
    for a, b, pauses, answer in zip(drawn.starts, drawn.ends, drawn.pauses, found.tolist(), strict=True):
        exact = float(sc.elapsed_days(a, b, calendar=drawn.calendar, pauses=pauses))
        assert answer == pytest.approx(exact, rel=1e-15, abs=1e-15)


@given(rows(), orders, st.booleans())
def test_deadline(drawn: Rows, order: list[int], with_pauses: bool) -> None:
    pauses = drawn.pauses if with_pauses else [[] for _ in drawn.pauses]
    found = listed(
        columns.deadline(
            array(drawn.starts),
            [each.target for each in drawn.targets],
            calendar=drawn.calendar,
            pauses=drawn.columns(order) if with_pauses else None,
        )
    )
    for a, wanted, own, answer in zip(drawn.starts, drawn.targets, pauses, found, strict=True):
        assert answer == utc(sc.deadline(a, wanted.target, calendar=drawn.calendar, pauses=own))


@given(rows(), orders, st.data())
def test_one_target_for_all(drawn: Rows, order: list[int], data: st.DataObject) -> None:
    wanted = drawn.targets[0]
    found = listed(
        columns.deadline(array(drawn.starts), wanted.target, calendar=drawn.calendar, pauses=drawn.columns(order))
    )
    for a, own, answer in zip(drawn.starts, drawn.pauses, found, strict=True):
        due = oracle.deadline(
            drawn.both.oracle, oracle.utc(a), wanted.kind, wanted.amount, wanted.by, naive_pauses(own)
        )
        assert answer == (None if due is None else due.replace(tzinfo=UTC))


@given(rows(), orders)
def test_remaining(drawn: Rows, order: list[int]) -> None:
    found = listed(
        columns.remaining(
            array(drawn.starts),
            [each.target for each in drawn.targets],
            calendar=drawn.calendar,
            at=array(drawn.ends),
            pauses=drawn.columns(order),
        )
    )
    for a, b, wanted, own, answer in zip(drawn.starts, drawn.ends, drawn.targets, drawn.pauses, found, strict=True):
        assert answer == sc.remaining(a, wanted.target, calendar=drawn.calendar, at=b, pauses=own)


@given(rows(), orders, st.data())
def test_is_breached(drawn: Rows, order: list[int], data: st.DataObject) -> None:
    dones = [
        data.draw(st.one_of(st.none(), st.just(end), lengths.map(lambda x, a=a: a.astimezone(UTC) + x)))
        for a, end in zip(drawn.starts, drawn.ends, strict=True)
    ]
    # Exactly at the limit, where strict and not strict part.
    found = listed(
        columns.is_breached(
            array(drawn.starts),
            [each.target for each in drawn.targets],
            calendar=drawn.calendar,
            at=array(drawn.ends),
            done=array(dones),
            pauses=drawn.columns(order),
        )
    )
    for index, answer in enumerate(found):
        assert answer == sc.is_breached(
            drawn.starts[index],
            drawn.targets[index].target,
            calendar=drawn.calendar,
            at=drawn.ends[index],
            done=dones[index],
            pauses=drawn.pauses[index],
        )


@st.composite
def heaps(draw: st.DrawFn) -> Rows:
    """Rows with many pauses that lie on, in and beside one another, twice over, of no length or open."""
    both = draw(calendars())
    starts = [start.astimezone(UTC) for start in draw(st.lists(instants(), min_size=1, max_size=3))]
    hours = st.sampled_from([timedelta(0), MICROSECOND, *(timedelta(hours=n) for n in (1, 2, 5, 24, 72))])
    heap = st.lists(st.tuples(st.integers(-3, 30), st.one_of(hours, hours, hours, hours, st.none())))
    pauses: list[list[Pair]] = []
    for start in starts:
        begun = [(start + timedelta(hours=n), length) for n, length in draw(heap)]
        pauses.append([(a, None if length is None else a + length) for a, length in begun])
    targets = st.sampled_from(["3 hours", "1.5 days", "30 wall hours", "0 hours"])
    return Rows(
        both,
        starts,
        [start + draw(lengths) for start in starts],
        [Drawn(sc.Target.parse(draw(targets)), "", Fraction(0), None) for _ in starts],
        pauses,
    )


@given(heaps(), st.randoms(use_true_random=False))
def test_pauses_in_heaps(drawn: Rows, random: Any) -> None:
    order = list(range(sum(map(len, drawn.pauses))))
    random.shuffle(order)
    starts, ends, wanted = array(drawn.starts), array(drawn.ends), [each.target for each in drawn.targets]
    asked: dict[str, Any] = {"calendar": drawn.calendar, "pauses": drawn.columns(order)}
    counted, days = listed(columns.elapsed(starts, ends, **asked)), columns.elapsed_days(starts, ends, **asked)
    due = listed(columns.deadline(starts, wanted, **asked))
    left = listed(columns.remaining(starts, wanted, at=ends, **asked))
    for row, (a, b, target, own) in enumerate(zip(drawn.starts, drawn.ends, wanted, drawn.pauses, strict=True)):
        alone: dict[str, Any] = {"calendar": drawn.calendar, "pauses": own}
        assert counted[row] == sc.elapsed(a, b, **alone)
        assert days[row] == pytest.approx(float(sc.elapsed_days(a, b, **alone)), rel=1e-15, abs=1e-15)
        assert due[row] == utc(sc.deadline(a, target, **alone))
        assert left[row] == sc.remaining(a, target, at=b, **alone)


@given(rows())
def test_breached_at_the_due_instant_itself(drawn: Rows) -> None:
    due = columns.deadline(array(drawn.starts), [each.target for each in drawn.targets], calendar=drawn.calendar)
    found = columns.is_breached(
        array(drawn.starts), [each.target for each in drawn.targets], calendar=drawn.calendar, at=due
    )
    assert found.tolist() == [each.target.strict for each in drawn.targets]


@given(rows(rules=False))
def test_open_and_next_open(drawn: Rows) -> None:
    is_open = columns.is_open(array(drawn.starts), calendar=drawn.calendar)
    next_open = listed(columns.next_open(array(drawn.starts), calendar=drawn.calendar))
    assert is_open.tolist() == [drawn.calendar.is_open(a) for a in drawn.starts]
    assert next_open == [utc(drawn.calendar.next_open(a)) for a in drawn.starts]


@st.composite
def desks(draw: st.DrawFn) -> tuple[sc.Policy, list[sc.Ticket], datetime]:
    """A policy and its tickets, as a frame can hold them, and an instant after all of them opened."""
    both = draw(calendars(rules=True))
    policy = sc.Policy(
        name="drawn",
        calendar=both.product,
        targets={
            "incident": {name: {"resolve": draw(targets(both)).target, "respond": "1 hour"} for name in ("P1", "P2")},
            "request": {"resolve": "90 wall minutes", "respond": draw(targets(both)).target},
        },
        pauses={"supplier": ["resolve"], "user": ["resolve", "respond"], "lunch": []},
        priorities={"high": {"high": "P1", "low": "P2"}},
        exclusions={"toner": "a consumable"},
        coverage=draw(st.sampled_from([[], [{"from": "2024-03-01", "until": "2024-11-15"}]])),
    )
    reasons = st.sampled_from(["supplier", "user", "lunch"])
    tickets = []
    for number in range(draw(st.integers(1, 5))):
        opened = draw(instants())
        kind = draw(st.sampled_from(["incident", "request"]))
        later = st.one_of(st.none(), lengths.map(lambda length, opened=opened: opened.astimezone(UTC) + length))
        words = draw(st.sampled_from([{"priority": "P1"}, {"priority": "P2"}, {"impact": "high", "urgency": "low"}]))
        tickets.append(
            sc.Ticket(
                id=f"T{number}",
                kind=kind,
                opened=opened,
                responded=draw(later),
                resolved=draw(later),
                category=draw(st.sampled_from([None, "network", "toner"])),
                pauses=[sc.Pause(start=a, end=b, reason=draw(reasons)) for a, b in draw(pause_lists(opened))],
                **words,
            )
        )
    return policy, tickets, max(t.opened.astimezone(UTC) for t in tickets) + draw(lengths)


def frames_of(tickets: list[sc.Ticket]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Tickets and their pauses as frames."""
    names = ("id", "kind", "priority", "opened", "responded", "resolved", "category", "impact", "urgency")
    when = pl.Datetime("us", "UTC")
    types = {name: when if name in ("opened", "responded", "resolved") else pl.String for name in names}
    rows = [tuple(utc(getattr(ticket, name)) for name in names) for ticket in tickets]
    waits = [(t.id, utc(p.start), utc(p.end), p.reason) for t in tickets for p in t.pauses]
    columns_of_pauses = {"ticket": pl.String, "start": when, "end": when, "reason": pl.String}
    return pl.DataFrame(rows, types, orient="row"), pl.DataFrame(waits, columns_of_pauses, orient="row")


@given(desks(), st.sampled_from(["respond", "resolve"]))
def test_assess(drawn: tuple[sc.Policy, list[sc.Ticket], datetime], measure: Any) -> None:
    policy, tickets, now = drawn
    frame, pauses = frames_of(tickets)
    found = columns.assess(frame, policy, at=now, measure=measure, pauses=pauses)
    assert found.columns[: len(frame.columns)] == frame.columns
    for ticket, row in zip(tickets, found.iter_rows(named=True), strict=True):
        a = sc.assess(ticket, policy, at=now, measure=measure)
        assert (row["sla_state"], utc(row["sla_due"]), row["sla_elapsed"], row["sla_remaining"]) == (
            a.state, utc(a.due), a.elapsed, a.remaining,
        )  # fmt: skip
        assert row["sla_consumed"] == (None if a.consumed is None else pytest.approx(a.consumed, rel=1e-14))


NIGHTS = [
    ("America/St_Johns", "2006-10-29"), ("America/St_Johns", "2007-03-11"), ("America/St_Johns", "2011-11-06"),
    ("Australia/Lord_Howe", "2024-04-07"), ("Australia/Lord_Howe", "2024-10-06"), ("America/Havana", "2012-11-04"),
    ("Africa/Cairo", "2014-09-26"), ("Europe/London", "2018-10-28"), ("Pacific/Apia", "2011-12-30"),
]  # fmt: skip
"""Nights on which clocks were changed: those of St John's fell back over midnight, and Apia left out a day."""


@st.composite
def openings_about_a_night(draw: st.DrawFn) -> tuple[sc.Policy | sc.PolicyBook, list[sc.Ticket]]:
    """Policies of which one begins or ends on such a date, and tickets of that night, and of far away ones."""
    name, text = draw(st.sampled_from(NIGHTS))
    day = date.fromisoformat(text) + timedelta(days=draw(st.integers(-1, 1)))
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(
        seconds=int(ZoneInfo(name).utcoffset(datetime(day.year, day.month, day.day)).total_seconds())  # type: ignore[union-attr]
    )
    minutes = st.one_of(st.integers(-90, 90), st.integers(-3_000, 3_000), st.sampled_from([-(10**8), 10**8]))
    tickets = [
        sc.Ticket(id=f"T{number}", priority="P1", opened=midnight + timedelta(minutes=late))
        for number, late in enumerate(draw(st.lists(minutes, min_size=1, max_size=5)))
    ]
    calendar = sc.WorkingCalendar.parse("Mo-Su 00:00-24:00", timezone=name)
    fields: dict[str, Any] = {"calendar": calendar, "targets": {"incident": {"P1": {"resolve": "2 hours"}}}}
    if draw(st.booleans()):
        covered = [
            {"from": day, "until": day},
            {"from": "2001-01-01", "until": day},
            {"from": day, "until": "2099-01-01"},
        ]
        return sc.Policy(name="covered", coverage=[draw(st.sampled_from(covered))], **fields), tickets
    first = draw(st.sampled_from([None, date(2001, 1, 1), day - timedelta(days=1)]))
    fields["targets"] = {"incident": {"P1": {"resolve": "3 hours"}}}
    later = sc.Policy(name="later", in_force_from=day, **fields)
    fields["targets"] = {"incident": {"P1": {"resolve": "2 hours"}}}
    return sc.PolicyBook([later, sc.Policy(name="first", in_force_from=first, **fields)]), tickets


@given(openings_about_a_night())
@example((
    sc.Policy(
        name="St John's", calendar=sc.WorkingCalendar.parse("24/7", timezone="America/St_Johns"),
        targets={"incident": {"P1": {"resolve": "2 hours"}}}, coverage=[{"from": "2006-10-29", "until": "2007-10-28"}],
    ),
    [sc.Ticket(id="T0", priority="P1", opened=datetime(2006, 10, 29, 2, 31, tzinfo=UTC))],
))  # fmt: skip
def test_dates_are_local_where_clocks_fall_back_over_midnight(
    drawn: tuple[sc.Policy | sc.PolicyBook, list[sc.Ticket]],
) -> None:
    policy, tickets = drawn
    now = max(ticket.opened for ticket in tickets) + timedelta(hours=1)
    frame, _ = frames_of(tickets)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        answers = columns.assess(frame, policy, at=now, errors="null")
    for ticket, row in zip(tickets, answers.iter_rows(named=True), strict=True):
        try:
            a = sc.assess(ticket, policy, at=now)
        except sc.SlaClockError:
            assert row["sla_state"] is None
        else:
            assert (row["sla_state"], utc(row["sla_due"])) == (a.state, utc(a.due))


FOR_EVER = [
    datetime(9999, 12, 31, tzinfo=UTC),
    datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2999, 12, 31, tzinfo=UTC),
]


@settings(max_examples=max(settings.default.max_examples // 5, 1))  # each calendar counts its years up to the last
@given(rows(may_be_open=False), orders, st.data())
def test_pauses_until_a_date_that_stands_for_ever(drawn: Rows, order: list[int], data: st.DataObject) -> None:
    ends = st.sampled_from(FOR_EVER)
    pauses = [[(a, data.draw(st.one_of(st.just(b), ends))) for a, b in own] for own in drawn.pauses]
    drawn = Rows(drawn.both, drawn.starts, drawn.ends, drawn.targets, pauses)
    wanted = [target.target for target in drawn.targets]
    starts, ends_of_rows = array(drawn.starts), array(drawn.ends)
    asked: dict[str, Any] = {"calendar": drawn.calendar, "pauses": drawn.columns(order)}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        counted = listed(columns.elapsed(starts, ends_of_rows, **asked))
        left = listed(columns.remaining(starts, wanted, at=ends_of_rows, **asked))
        due = listed(columns.deadline(starts, wanted, errors="null", **asked))
    for row, (a, b, target, own) in enumerate(zip(drawn.starts, drawn.ends, wanted, drawn.pauses, strict=True)):
        alone: dict[str, Any] = {"calendar": drawn.calendar, "pauses": own}
        assert counted[row] == sc.elapsed(a, b, **alone)
        assert left[row] == sc.remaining(a, target, at=b, **alone)
        try:
            assert due[row] == utc(sc.deadline(a, target, **alone))
        except sc.SlaClockError:
            assert due[row] is None
