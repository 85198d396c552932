"""What the property tests draw: calendars of product and oracle alike, instants, pauses and targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import oracle
from slaclock import Target, WorkingCalendar, strategies

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Spans = list[tuple[str, str]]


@dataclass(frozen=True)
class Both:
    """One calendar, as the product and as the oracle have it."""

    product: Any
    oracle: oracle.Calendar


near = strategies.dates
lengths = strategies.lengths()
instants = strategies.instants


def pairs_of(day: list[str]) -> Spans:
    """The spans of a day as the oracle takes them."""
    return [(span.partition("-")[0], span.partition("-")[2]) for span in day]


@st.composite
def calendars(draw: st.DrawFn, rules: bool = False, week: st.SearchStrategy[list[Spans]] | None = None) -> Both:
    texts = None if week is None else week.map(lambda hours: dict(zip(WEEKDAYS, map(texts_of, hours), strict=True)))
    fields = draw(strategies.calendar_fields(rules=rules, week=texts))
    return Both(
        WorkingCalendar(**fields),
        oracle.Calendar(
            ZoneInfo(fields["timezone"]),
            [pairs_of(fields["hours"][name]) for name in WEEKDAYS],
            set(fields["holidays"]),
            {day: pairs_of(hours) for day, hours in fields["special"].items()},
            fields.get("day_rule", "proportional"),
            fields.get("day_length"),
            fields.get("after_hours", "next-opening"),
        ),
    )


@st.composite
def differences(draw: st.DrawFn, rules: bool = False) -> Both:
    """One calendar less another, of two zones it may be; of two sorts of hours, so that something is left."""
    a, b = draw(calendars(rules=rules)), draw(calendars())
    return Both(a.product - b.product, oracle.Difference.of(a.oracle, b.oracle))


def any_calendars(rules: bool = False) -> st.SearchStrategy[Both]:
    """Calendars, and differences of two."""
    return st.one_of(calendars(rules=rules), calendars(rules=rules), differences(rules=rules))


def texts_of(day: Spans) -> list[str]:
    """The spans of a day as a calendar takes them."""
    return [f"{a}-{b}" for a, b in day]


@st.composite
def pause_lists(
    draw: st.DrawFn, start: datetime, may_be_open: bool = True, most: int = 4
) -> list[tuple[datetime, datetime | None]]:
    """Pauses about an instant as pairs."""
    found = draw(strategies.pauses(start, may_be_open=may_be_open, most=most))
    return [(pause.start, pause.end) for pause in found]


@dataclass(frozen=True)
class Drawn:
    """A target as the product reads it, and as the oracle takes it."""

    target: Target
    kind: str
    amount: timedelta | Fraction
    by: str | None


@st.composite
def targets(draw: st.DrawFn, calendar: Both) -> Drawn:
    target = draw(strategies.targets(calendar.product))
    if target.unit == "time":
        return Drawn(target, "hours", timedelta(microseconds=int(target.high)), None)
    by = (
        target.by
        if target.by in (None, "close")
        else f"{target.by // 3_600_000_000:02d}:{target.by // 60_000_000 % 60:02d}"
    )
    return Drawn(target, "days", Fraction(target.high), by)


def utc(value: object) -> object:
    """An instant in UTC, since Python takes those of two zones for unequal where one of the clocks is set back."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def naive_pauses(pauses: list[tuple[datetime, datetime | None]]) -> list[tuple[datetime, datetime | None]]:
    """Pauses as the oracle takes them, in UTC without a zone."""
    return [(oracle.utc(a), None if b is None else oracle.utc(b)) for a, b in pauses]
