"""What the property tests draw: calendars of product and oracle alike, instants, pauses and targets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
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
    return both_of(draw(strategies.calendar_fields(rules=rules, week=texts)))


def both_of(fields: dict[str, Any]) -> Both:
    """The calendar of some fields, as the product and as the oracle have it."""
    return Both(
        WorkingCalendar(**fields),
        oracle.Calendar(
            ZoneInfo(fields["timezone"]),
            [pairs_of(fields["hours"][name]) for name in WEEKDAYS],
            set(fields["holidays"]),
            by_date(fields["special"], lambda range_hours, date_hours: date_hours),
            [season_of(*season) for season in fields["seasons"].items()],
            by_date(fields["closed"], lambda some, more: some + more),
            fields.get("day_rule", "proportional"),
            fields.get("day_length"),
            fields.get("after_hours", "next-opening"),
            fields.get("cutoff"),
            {day: oracle.utc(since) for day, since in fields.get("known_from", {}).items()},
            by_date({when: hours for when, hours in fields["special"].items() if "/" in str(when)}, lambda a, b: b),
        ),
    )


def by_date(entries: dict, both: Callable[[Spans, Spans], Spans]) -> dict[date, Spans]:
    """The spans of each date that entries for dates and for ranges of them give; `both` where a range and a date do."""
    days: dict[date, Spans] = {}
    for when, hours in sorted(entries.items(), key=lambda entry: "/" not in str(entry[0])):
        first, _, last = str(when).partition("/")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            days[day] = both(days[day], pairs_of(hours)) if day in days else pairs_of(hours)
            day += timedelta(days=1)
    return days


def announced_days(fields: dict[str, Any]) -> list[date]:
    """The dates of which something may become known."""
    special, shut = (by_date(fields[name], lambda some, more: more) for name in ("special", "closed"))
    return sorted({*special, *shut, *fields["holidays"]})


def season_of(dates: str, week: dict[str, list[str]]) -> oracle.Season:
    """A season as the oracle takes it."""
    first, last = ((int(text[:2]), int(text[3:])) for text in dates.split("/"))
    return oracle.Season(first, last, {WEEKDAYS.index(name): pairs_of(hours) for name, hours in week.items()})


@st.composite
def differences(draw: st.DrawFn, rules: bool = False) -> Both:
    """One calendar less another, of two zones it may be; of two sorts of hours, so that something is left."""
    a, b = draw(calendars(rules=rules)), draw(calendars())
    return less(a, b)


def less(a: Both, b: Both) -> Both:
    """What one calendar opens and another does not."""
    return Both(a.product - b.product, oracle.Part.of(a.oracle, b.oracle))


def meeting(a: Both, b: Both) -> Both:
    """What both of two calendars open."""
    return Both(a.product & b.product, oracle.Part.of(a.oracle, b.oracle, in_both=True))


def joined(a: Both, b: Both) -> Both:
    """What either of two calendars opens."""
    return Both(a.product | b.product, oracle.Either.of(a.oracle, b.oracle))


def any_calendars(rules: bool = False) -> st.SearchStrategy[Both]:
    """Calendars, and differences and unions of two."""
    unions = st.builds(joined, calendars(rules=rules), calendars())
    return st.one_of(calendars(rules=rules), calendars(rules=rules), differences(rules=rules), unions)


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
