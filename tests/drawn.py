"""What the property tests draw: calendars of product and oracle alike, instants, pauses and targets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import oracle
from slaclock import Target, WorkingCalendar

ZONES = (
    "Europe/London", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland",
    "Atlantic/Azores", "Africa/Cairo", "America/St_Johns", "Pacific/Kiritimati", "Asia/Beirut", "America/Havana",
    "Africa/Casablanca",
)  # fmt: skip
# Dates on which something happens: clock changes, year ends, a leap day, Easter.
TURNS = [
    date(2024, 2, 29), date(2024, 3, 10), date(2024, 3, 31), date(2024, 4, 7), date(2024, 4, 26), date(2024, 10, 6),
    date(2024, 10, 27), date(2024, 10, 31), date(2024, 11, 3), date(2024, 12, 31), date(2025, 3, 30), date(2025, 4, 18),
    date(2025, 1, 1),
]  # fmt: skip
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Spans = list[tuple[str, str]]


@st.composite
def spans(draw: st.DrawFn) -> tuple[str, str]:
    step = draw(st.sampled_from([15, 30, 60, 1]))
    a = draw(st.integers(0, 1439 // step)) * step
    b = draw(st.integers(0, 1440 // step)) * step
    if a == b:
        b = 1440 if a < 1440 else 0
    return f"{a // 60:02d}:{a % 60:02d}", f"{b // 60:02d}:{b % 60:02d}"


USUAL_DAYS: list[Spans] = [
    [("08:00", "17:00")], [("08:00", "16:30")], [("09:00", "12:00"), ("13:00", "17:30")], [("22:00", "06:00")],
    [("00:00", "24:00")], [("20:00", "24:00")], [("00:00", "03:00"), ("22:00", "01:30")], [("01:15", "01:45")],
]  # fmt: skip
day_hours = st.one_of(st.sampled_from([*USUAL_DAYS, []]), st.lists(spans(), min_size=1, max_size=3))


@dataclass(frozen=True)
class Both:
    """One calendar, as the product and as the oracle have it."""

    product: WorkingCalendar
    oracle: oracle.Calendar


def near(days: int = 12) -> st.SearchStrategy[date]:
    return st.builds(lambda turn, days: turn + timedelta(days=days), st.sampled_from(TURNS), st.integers(-days, days))


@st.composite
def calendars(draw: st.DrawFn, rules: bool = False, week: st.SearchStrategy[list[Spans]] | None = None) -> Both:
    zone = draw(st.sampled_from(ZONES))
    hours = draw(st.lists(day_hours, min_size=7, max_size=7).filter(any) if week is None else week)
    closed = draw(st.sets(near(), max_size=6))
    special = draw(st.dictionaries(near(), day_hours, max_size=4))
    rule = (
        draw(st.sampled_from(["proportional", "same-time", "close-of-business", "fixed-hours"]))
        if rules
        else "proportional"
    )
    length = draw(st.integers(60, 600)) if rule == "fixed-hours" else None
    after = draw(st.sampled_from(["next-opening", "same-date"])) if rules else "next-opening"

    def text(day: Spans) -> list[str]:
        return [f"{a}-{b}" for a, b in day]

    product = WorkingCalendar(
        timezone=zone,
        hours={name: text(day) for name, day in zip(WEEKDAYS, hours, strict=True)},
        holidays={day: f"holiday of {day}" for day in closed},
        special={day: text(own) for day, own in special.items()},
        day_rule=rule,
        day_length=None if length is None else timedelta(minutes=length),
        after_hours=after,
    )
    length_of_day = None if length is None else timedelta(minutes=length)
    return Both(product, oracle.Calendar(ZoneInfo(zone), hours, closed, special, rule, length_of_day, after))


@st.composite
def instants(draw: st.DrawFn) -> datetime:
    """Instants near the turns: on the minute, at midnights, and anywhere to the microsecond."""
    day = draw(near(9))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    how = draw(st.integers(0, 3))
    if how == 0:
        wall = datetime(day.year, day.month, day.day)
    elif how == 1:
        wall = datetime(day.year, day.month, day.day) + timedelta(minutes=draw(st.integers(0, 95)) * 15)
    else:
        wall = datetime(day.year, day.month, day.day) + timedelta(microseconds=draw(st.integers(0, 86_400_000_000 - 1)))
    # A wall time inside a gap is no instant of its own; through UTC it becomes one.
    return wall.replace(tzinfo=zone, fold=draw(st.integers(0, 1))).astimezone(UTC).astimezone(zone)


lengths = st.one_of(
    st.sampled_from(
        [timedelta(0), timedelta(microseconds=1), timedelta(hours=1), timedelta(hours=9), timedelta(hours=24)]
    ),
    st.builds(lambda m: timedelta(minutes=m), st.integers(0, 60 * 40)),
    st.builds(lambda u: timedelta(microseconds=u), st.integers(0, 40 * 3_600_000_000)),
)


@st.composite
def pause_lists(
    draw: st.DrawFn, start: datetime, may_be_open: bool = True, most: int = 4
) -> list[tuple[datetime, datetime | None]]:
    """Pauses about an instant, in any order, some of them overlapping, before the start, or still open."""
    found: list[tuple[datetime, datetime | None]] = []
    for _ in range(draw(st.integers(0, most))):
        begun = start.astimezone(UTC) + timedelta(minutes=draw(st.integers(-600, 60 * 24 * 6)))
        ended = begun + draw(lengths)
        found.append((begun, None if may_be_open and draw(st.integers(0, 9)) == 0 else ended))
    return found


@dataclass(frozen=True)
class Drawn:
    """A target as the product reads it, and as the oracle takes it."""

    target: Target
    kind: str
    amount: timedelta | Fraction
    by: str | None


@st.composite
def targets(draw: st.DrawFn, calendar: Both) -> Drawn:
    strict = draw(st.booleans())
    if draw(st.booleans()):
        length = draw(lengths)
        return Drawn(Target(length // timedelta(microseconds=1), strict=strict), "hours", length, None)
    by = draw(st.sampled_from([None, None, "close", "16:00", "02:30", "00:00", "24:00"]))
    whole = by is not None or calendar.product.day_rule in ("same-time", "close-of-business")
    days = Fraction(draw(st.integers(0, 4))) if whole else draw(st.fractions(0, 4, max_denominator=40))
    moment = by if by in (None, "close") else (int(by[:2]) * 60 + int(by[3:])) * 60_000_000
    return Drawn(Target(days, "days", strict=strict, by=moment), "days", days, by)


def utc(value: object) -> object:
    """An instant in UTC, since Python takes those of two zones for unequal where one of the clocks is set back."""
    return value.astimezone(UTC) if isinstance(value, datetime) else value


def naive_pauses(pauses: list[tuple[datetime, datetime | None]]) -> list[tuple[datetime, datetime | None]]:
    """Pauses as the oracle takes them, in UTC without a zone."""
    return [(oracle.utc(a), None if b is None else oracle.utc(b)) for a, b in pauses]
