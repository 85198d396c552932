"""Hypothesis strategies for the tests of those who use the library: instants, calendars, pauses, targets and more.

What they draw lies where clocks go wrong: at summer-time changes, midnights, year ends, leap days and holidays.
Install with `pip install 'slaclock[testing]'`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar
from slaclock.calendar.hours import WEEKDAYS
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.clock.pauses import Pause
from slaclock.clock.targets import Target
from slaclock.errors import MissingExtraError
from slaclock.policy.policy import Policy
from slaclock.tickets.tickets import Ticket

try:
    from hypothesis import strategies as st
except ImportError:
    raise MissingExtraError.for_extra("hypothesis", "testing") from None

ZONES = (
    "Europe/London", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland",
    "Atlantic/Azores", "Africa/Cairo", "America/St_Johns", "Pacific/Kiritimati", "Asia/Beirut", "America/Havana",
    "Africa/Casablanca",
)  # fmt: skip
"""Zones with every habit: half hours, a change of half an hour, changes at midnight, and far to both sides."""
TURNS = (
    date(2024, 2, 29), date(2024, 3, 10), date(2024, 3, 31), date(2024, 4, 7), date(2024, 4, 26), date(2024, 10, 6),
    date(2024, 10, 27), date(2024, 10, 31), date(2024, 11, 3), date(2024, 12, 31), date(2025, 3, 30), date(2025, 4, 18),
    date(2025, 1, 1),
)  # fmt: skip
"""Dates on which something happens: clock changes of these zones, year ends, a leap day, Easter."""
_USUAL_DAYS = (
    ("08:00-17:00",), ("08:00-16:30",), ("09:00-12:00", "13:00-17:30"), ("22:00-06:00",), ("00:00-24:00",),
    ("20:00-24:00",), ("00:00-03:00", "22:00-01:30"), ("01:15-01:45",),
)  # fmt: skip


def dates(days: int = 12) -> st.SearchStrategy[date]:
    """Dates up to so many days from one of the `TURNS`."""
    return st.builds(lambda turn, more: turn + timedelta(days=more), st.sampled_from(TURNS), st.integers(-days, days))


@st.composite
def instants(draw: st.DrawFn, days: int = 9) -> datetime:
    """Aware datetimes near the turns: at midnights, on the quarter of an hour, and anywhere to the microsecond."""
    day = draw(dates(days))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    how = draw(st.integers(0, 3))
    wall = datetime(day.year, day.month, day.day)
    if how == 1:
        wall += timedelta(minutes=draw(st.integers(0, 95)) * 15)
    elif how > 1:
        wall += timedelta(microseconds=draw(st.integers(0, 86_400_000_000 - 1)))
    # A wall time inside a gap is no instant of its own; through UTC it becomes one.
    return wall.replace(tzinfo=zone, fold=draw(st.integers(0, 1))).astimezone(UTC).astimezone(zone)


def lengths() -> st.SearchStrategy[timedelta]:
    """Lengths of time from nothing to 40 hours: round ones, whole minutes, and any number of microseconds."""
    round_ones = [timedelta(0), timedelta(microseconds=1), timedelta(hours=1), timedelta(hours=9), timedelta(hours=24)]
    return st.one_of(
        st.sampled_from(round_ones),
        st.integers(0, 60 * 40).map(lambda minutes: timedelta(minutes=minutes)),
        st.integers(0, 40 * 3_600_000_000).map(lambda micros: timedelta(microseconds=micros)),
    )


@st.composite
def spans(draw: st.DrawFn) -> str:
    """A span of a day's hours, such as `08:00-17:00`, also overnight and to 24:00."""
    step = draw(st.sampled_from([15, 30, 60, 1]))
    opened = draw(st.integers(0, 1439 // step)) * step
    closed = draw(st.integers(0, 1440 // step)) * step
    if opened == closed:
        closed = 1440
    return f"{opened // 60:02d}:{opened % 60:02d}-{closed // 60:02d}:{closed % 60:02d}"


def day_hours() -> st.SearchStrategy[list[str]]:
    """The hours of a day: usual ones, none, or up to three spans that may overlap."""
    return st.one_of(st.sampled_from([*map(list, _USUAL_DAYS), []]), st.lists(spans(), min_size=1, max_size=3))


def weeks() -> st.SearchStrategy[dict[str, list[str]]]:
    """The hours of a week with some open time."""
    days = st.lists(day_hours(), min_size=7, max_size=7).filter(any)
    return days.map(lambda hours: dict(zip(WEEKDAYS, hours, strict=True)))


@st.composite
def calendar_fields(
    draw: st.DrawFn, *, rules: bool = True, week: st.SearchStrategy[dict[str, list[str]]] | None = None
) -> dict[str, Any]:
    """The fields of a `WorkingCalendar` as plain values, for those who build more than one thing from them.

    With `rules` any of the day rules and readings of arrivals out of hours is drawn, else the default ones hold.
    """
    rule = draw(st.sampled_from(["proportional", "same-time", "close-of-business", "fixed-hours"]))
    length = timedelta(minutes=draw(st.integers(60, 600))) if rule == "fixed-hours" else None
    after = draw(st.sampled_from(["next-opening", "same-date"]))
    chosen = {"day_rule": rule, "day_length": length, "after_hours": after} if rules else {}
    return {
        "timezone": draw(st.sampled_from(ZONES)),
        "hours": draw(weeks() if week is None else week),
        "holidays": {day: f"holiday of {day}" for day in sorted(draw(st.sets(dates(), max_size=6)))},
        "special": draw(st.dictionaries(dates(), day_hours(), max_size=4)),
        **chosen,
    }


def calendars(*, rules: bool = True) -> st.SearchStrategy[WorkingCalendar]:
    """Working calendars of many zones, with holidays and special days near the turns."""
    return calendar_fields(rules=rules).map(lambda fields: WorkingCalendar(**fields))


@st.composite
def pauses(
    draw: st.DrawFn, start: datetime, *, reasons: Sequence[str] = (), may_be_open: bool = True, most: int = 4
) -> list[Pause]:
    """Pauses about an instant, in any order, some of them overlapping, before it, or still open."""
    found = []
    for _ in range(draw(st.integers(0, most))):
        begun = start.astimezone(UTC) + timedelta(minutes=draw(st.integers(-600, 60 * 24 * 6)))
        ended = begun + draw(lengths())
        still_open = may_be_open and draw(st.integers(0, 9)) == 0
        reason = draw(st.sampled_from(list(reasons))) if reasons else None
        found.append(Pause(start=begun, end=None if still_open else ended, reason=reason))
    return found


@st.composite
def targets(draw: st.DrawFn, calendar: Calendar | None = None) -> Target:
    """Targets in hours and in days that the calendar's day rule serves; some are strict, some name a moment."""
    strict = draw(st.booleans())
    if draw(st.booleans()):
        return Target(draw(lengths()) // timedelta(microseconds=1), strict=strict)
    moments: list[int | Literal["close"] | None] = [None, None, "close", *(m * 60_000_000 for m in (960, 150, 0, 1440))]
    by = draw(st.sampled_from(moments))
    rule = "proportional" if calendar is None else calendar.rules.day_rule
    whole = by is not None or rule in ("same-time", "close-of-business")
    days = Fraction(draw(st.integers(0, 4))) if whole else draw(st.fractions(0, 4, max_denominator=40))
    return Target(days, "days", strict=strict, by=by)


_REASONS = {"third_party": ("resolve",), "user": ("respond", "resolve"), "lunch": ()}


@st.composite
def policies(draw: st.DrawFn, *, rules: bool = True) -> Policy:
    """Policies with two priorities of incidents and a kind of request, some reasons to wait, and an exclusion."""
    calendar = draw(calendars(rules=rules))
    both = {name: {"resolve": draw(targets(calendar)), "respond": "1 hour"} for name in ("P1", "P2")}
    coverage = draw(st.sampled_from([(), ({"from": "2024-03-01", "until": "2024-11-15"},)]))
    return Policy.model_validate({
        "name": "a drawn policy",
        "calendar": calendar,
        "targets": {"incident": both, "request": {"resolve": "90 wall minutes", "respond": draw(targets(calendar))}},
        "pauses": _REASONS,
        "priorities": {"high": {"high": "P1", "low": "P2"}},
        "exclusions": {"toner": "a consumable"},
        "coverage": coverage,
    })  # fmt: skip


@st.composite
def tickets(draw: st.DrawFn, policy: Policy, *, id: str = "T1") -> Ticket:
    """Tickets of the policy's kinds, priorities and reasons, running, waiting or done."""
    opened = draw(instants())
    later = st.one_of(st.none(), lengths().map(lambda length: opened.astimezone(UTC) + length))
    kind = draw(st.sampled_from(sorted(policy.targets)))
    priorities = sorted(policy.targets[kind].priorities)
    return Ticket(
        id=id,
        kind=kind,
        priority=draw(st.sampled_from(priorities)) if priorities else None,
        opened=opened,
        responded=draw(later),
        resolved=draw(later),
        category=draw(st.sampled_from([None, "network", *policy.exclusions])),
        pauses=draw(pauses(opened, reasons=sorted(policy.pauses))) if policy.pauses else (),
    )
