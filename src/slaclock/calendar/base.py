"""What every calendar answers, and calendars made of two others."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.errors import ModelError, NegativeIntervalError
from slaclock.formats.models import Model
from slaclock.temporal.instants import from_micros, to_micros
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import Timetable

DayRule = Literal["proportional", "same-time", "close-of-business", "fixed-hours"]
AfterHours = Literal["next-opening", "same-date"]
ClosureKind = Literal["holiday", "special day", "weekend", "closed weekday", "outside hours"]


class Span(NamedTuple):
    """A stretch of open time, `[start, end)`, in the calendar's zone."""

    start: datetime
    end: datetime


@dataclass(frozen=True)
class Closure:
    """Why the desk is closed: the kind of reason, and a name where it has one (a holiday's, a special day's)."""

    kind: ClosureKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})" if self.name else self.kind


class Calendar(Model):
    """The questions that every calendar answers.

    A kind of calendar says what it is made of: its zone, its day rule, and the four methods that raise
    `NotImplementedError` here.
    """

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which dates are read and answers come back."""
        raise NotImplementedError

    def opening(self, first: int, last: int) -> Iterable[tuple[int, Run]]:
        """The spans that open on each local date from `first` to `last` (ordinals), as instants, in order."""
        raise NotImplementedError

    def repeats(self, year: int) -> Hashable | None:
        """A name that all years of one open time share; None for a year that must be looked at."""
        raise NotImplementedError

    def closure(self, at: int) -> Closure:
        """Why an instant that is closed is closed."""
        raise NotImplementedError

    @property
    def rules(self) -> DayRules:
        """How the calendar reads a number of days."""
        raise NotImplementedError

    @cached_property
    def timetable(self) -> Timetable:
        """The open time, compiled to tables as it is asked for, and shared by all who ask."""
        return Timetable(self)

    def is_open(self, at: datetime) -> bool:
        """Whether the desk is open at the instant; it is at an opening, and is not at a closing.

        >>> from datetime import UTC, datetime
        >>> from slaclock import WorkingCalendar
        >>> desk = WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="Europe/London")
        >>> desk.is_open(datetime(2026, 11, 27, 8, tzinfo=UTC)), desk.is_open(datetime(2026, 11, 27, 17, tzinfo=UTC))
        (True, False)
        """
        return self.timetable.open_at(to_micros(at))

    def next_open(self, at: datetime) -> datetime:
        """The instant itself when the desk is open, else its next opening; `NoWorkingTimeError` when none is ahead."""
        return from_micros(self.timetable.next_open(to_micros(at)), self.zone)

    def spans(self, start: datetime, end: datetime) -> Iterator[Span]:
        """The open spans between two instants, in order, merged where they touch, and clipped to the two."""
        a, b = to_micros(start), to_micros(end)
        if b < a:
            raise backward(start, end)
        zone = self.zone
        return (
            Span(from_micros(opened, zone), from_micros(closed, zone)) for opened, closed in self.timetable.spans(a, b)
        )

    def is_working_day(self, day: date) -> bool:
        """Whether the local date opens any span."""
        if isinstance(day, datetime) or not isinstance(day, date):
            raise ModelError(f"{day!r} is not a date", "give a datetime.date, e.g. date(2026, 12, 24)")
        return bool(self.timetable.date_spans(day.toordinal()))

    def closed_because(self, at: datetime) -> Closure | None:
        """Why the desk is closed at the instant; None when it is open."""
        micros = to_micros(at)
        return None if self.timetable.open_at(micros) else self.closure(micros)

    def __or__(self, other: Calendar) -> Calendar:
        """Open when either is; zone, dates and day rule are the left one's."""
        return Calendar.combine(self, other, "union")

    def __and__(self, other: Calendar) -> Calendar:
        """Open when both are; zone, dates and day rule are the left one's."""
        return Calendar.combine(self, other, "intersection")

    @staticmethod
    def combine(left: Calendar, right: Calendar, how: Literal["union", "intersection"]) -> Calendar:
        """Two calendars read as one."""
        return CALENDAR_TYPES["combined"].model_validate({"how": how, "left": left, "right": right})

    def __getstate__(self) -> dict[Any, Any]:
        # The tables are compiled anew wherever a pickled calendar arrives.
        state = super().__getstate__()
        fields = {name: value for name, value in state["__dict__"].items() if name != "timetable"}
        return {**state, "__dict__": fields}


class DayRules(NamedTuple):
    """How a calendar reads a number of days: the rule, the length of a fixed day, and arrivals out of hours."""

    day_rule: DayRule
    day_length: timedelta | None
    after_hours: AfterHours


def backward(start: datetime, end: datetime) -> NegativeIntervalError:
    """The error for an interval that ends before it starts."""
    return NegativeIntervalError(f"{end.isoformat()} is before {start.isoformat()}", "give the earlier instant first")


CALENDAR_TYPES: dict[str, type[Calendar]] = {}
"""Kinds of calendars by the names that they have in files."""
