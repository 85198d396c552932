"""Calendars made of two others."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import model_validator

from slaclock.errors import ModelError
from slaclock.temporal import intervals
from slaclock.temporal.instants import LAST_YEAR, local_day
from slaclock.temporal.intervals import Run

from .base import Calendar, Closure, Combination, DayRules

if TYPE_CHECKING:
    from .holidays import Holidays

MOST_JOINED = 64
"""So many calendars are joined to one at the most; each of them is asked about every date."""
_LAST_DAY = date(LAST_YEAR, 12, 31).toordinal()


@Calendar.type_named("combined")
class CombinedCalendar(Calendar):
    """Two calendars read as one: open when either is, or when both are.

    Zone, dates and day rule are the left calendar's. In a union a span of the right calendar belongs to the
    local date on which it opens; in an intersection each piece belongs to the left calendar's day.
    """

    how: Combination
    left: Calendar
    right: Calendar

    @model_validator(mode="before")
    @classmethod
    def _check_number(cls, data: Any) -> Any:
        # Before anything is read of them, since they may be nested as deep as there are calendars.
        parts, number = [data], 0
        while parts:
            part = parts.pop()
            if isinstance(part, CombinedCalendar):
                part = {"left": part.left, "right": part.right}
            if isinstance(part, Mapping) and ("left" in part or "right" in part):
                parts += [part.get("left"), part.get("right")]
                continue
            number += 1
            if number > MOST_JOINED:
                raise ModelError(
                    f"more than {MOST_JOINED} calendars are joined to one",
                    "write the hours of some of them in one calendar",
                    value=number,
                )
        return data

    if not TYPE_CHECKING:

        @property
        def holidays(self) -> Holidays:
            """The holidays of both calendars."""
            from .holidays import Holidays

            left, right = (getattr(part, "holidays", Holidays()) for part in (self.left, self.right))
            return left | right

    @property
    def zone(self) -> ZoneInfo:
        """The left calendar's zone."""
        return self.left.zone

    @property
    def rules(self) -> DayRules:
        """The left calendar's day rule."""
        return self.left.rules

    def opening(self, first: int, last: int) -> Iterable[tuple[int, Run]]:
        """The spans of both, day by day."""
        theirs = list(self.right.opening(max(first - 2, 1), min(last + 2, _LAST_DAY)))
        if self.how == "intersection":
            run = intervals.union(span for _, spans in theirs for span in spans)
            for day, spans in self.left.opening(first, last):
                # Only what lies near the day is compared with it.
                yield day, intervals.intersect(spans, intervals.clip(run, spans[0][0], spans[-1][1]) if spans else ())
            return
        by_day: dict[int, list[intervals.Interval]] = {}
        same_zone = self.right.zone is self.zone
        for day, spans in theirs:
            for span in spans:
                opened = day if same_zone else local_day(span[0], self.zone)[0]
                by_day.setdefault(opened, []).append(span)
        for day, spans in self.left.opening(first, last):
            yield day, intervals.union([*spans, *by_day.get(day, ())])

    def repeats(self, year: int) -> Hashable | None:
        """Years repeat when they do so in both."""
        left, right = self.left.repeats(year), self.right.repeats(year)
        return None if left is None or right is None else (left, right)

    def closure(self, at: int) -> Closure:
        """The left calendar's reason, or the right one's when only that is closed."""
        # Not by the left calendar's tables, which are made of all that it is made of.
        day = local_day(at, self.left.zone)[0]
        near = self.left.opening(max(day - 2, 1), min(day + 1, _LAST_DAY))
        opened = any(start <= at < end for _, spans in near for start, end in spans)
        return self.right.closure(at) if opened else self.left.closure(at)
