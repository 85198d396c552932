"""Calendars made of two others."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Hashable, Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import model_validator

from slaclock.errors import ModelError, OutOfRangeError
from slaclock.formats.cells import cell, paragraph
from slaclock.temporal import intervals
from slaclock.temporal.instants import LAST_YEAR, local_day
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import REACH, first_reaching

from .announcements import Announcement, in_order
from .base import Calendar, Closure, Combination, DayRules

if TYPE_CHECKING:
    from .holidays import Holidays

MOST_JOINED = 64
"""So many calendars are joined to one at the most; each of them is asked about every date."""
_LAST_DAY = date(LAST_YEAR, 12, 31).toordinal()
# Zones lie up to 31 hours apart, and a night ends within two days of its midnight, so that what is open on a date of
# one calendar may belong to a date of the other that is so many days off.
_NEAR = 4


@Calendar.type_named("combined")
class CombinedCalendar(Calendar):
    """Two calendars read as one: open when either is, when both are, or when the left one is and the right one is not.

    Zone, dates, day rule and cut-off are the left calendar's, and each piece belongs to the left one's day. What only
    the right one of a union opens belongs to the left one's local date on which the right one opened it. Since the
    spans of a day lie in a row, it belongs to the left one's day where that is later and goes before, or is earlier and
    comes after.

    >>> import slaclock as sc
    >>> desk = sc.WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="Europe/London")
    >>> evenings = sc.WorkingCalendar.parse("Mo-Fr 18:00-20:00", timezone="Europe/London")
    >>> longer = desk | evenings
    >>> longer.how, str(sc.deadline("2018-04-06T16:00+01:00", "2 hours", calendar=longer))
    ('union', '2018-04-06 19:00:00+01:00')
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
            """The holidays of both calendars; of a difference the left one's, since the right one's close nothing."""
            from .holidays import Holidays

            left, right = (getattr(part, "holidays", Holidays()) for part in (self.left, self.right))
            return left if self.how == "difference" else left | right

    @property
    def zone(self) -> ZoneInfo:
        """The left calendar's zone."""
        return self.left.zone

    @property
    def rules(self) -> DayRules:
        """The left calendar's day rule and cut-off."""
        return self.left.rules

    @property
    def announcements(self) -> tuple[Announcement, ...]:
        """Those of both."""
        return in_order((*self.left.announcements, *self.right.announcements))

    def known_until(self, at: datetime) -> Calendar:
        """Both, as they were known."""
        return Calendar.combine(self.left.as_known(at), self.right.as_known(at), self.how)

    def opening(self, first: int, last: int) -> Iterator[tuple[int, Run]]:
        """The spans of both, day by day."""
        if self.how == "union":
            return self._joined(first, last)
        return self._parts(first, last)

    def _parts(self, first: int, last: int) -> Iterator[tuple[int, Run]]:
        """What of the left calendar's spans the right one covers, or does not."""
        part = intervals.intersect if self.how == "intersection" else intervals.subtract
        run = intervals.union(span for _, spans in self._right_near(first, last) for span in spans)
        opens, closes = [start for start, _ in run], [end for _, end in run]
        for day, spans in self.left.opening(first, last):
            if spans:  # only what lies near the day is compared with it
                near = slice(bisect_right(closes, spans[0][0]), bisect_left(opens, spans[-1][1]))
                yield day, part(spans, run[near])
            else:
                yield day, ()

    def _joined(self, first: int, last: int) -> Iterator[tuple[int, Run]]:
        """The left one's spans on its days, with what only the right one opens."""
        wide = first_reaching(first), min(last + REACH, _LAST_DAY)
        days = dict(intervals.each_once(self.left.opening(*wide)))
        own = [(*span, day) for day, spans in days.items() for span in spans]
        opens, closes = [start for start, _, _ in own], [end for _, end, _ in own]
        more: dict[int, list[intervals.Interval]] = {}
        zone = self.zone  # which is asked of each calendar in turn, where many are joined
        for _, spans in intervals.each_once(self._right_near(*wide)):
            for span in spans:
                opened = _date(span[0], zone)
                # Only what lies near the span is compared with it.
                near = own[bisect_right(closes, span[0]) : bisect_left(opens, span[1])]
                for piece in intervals.subtract([span], [(start, end) for start, end, _ in near]):
                    number = bisect_right(opens, piece[0])
                    before = own[number - 1][2] if number else opened
                    after = own[number][2] if number < len(own) else opened
                    more.setdefault(min(max(opened, before), after), []).append(piece)
        for day in range(first, last + 1):
            yield day, intervals.union([*days.get(day, ()), *more.get(day, ())])

    def _right_near(self, first: int, last: int) -> Iterable[tuple[int, Run]]:
        return self.right.opening(max(first - _NEAR, 1), min(last + _NEAR, _LAST_DAY))

    def repeats(self, year: int) -> Hashable | None:
        """Years repeat when they do so in both."""
        left, right = self.left.repeats(year), self.right.repeats(year)
        return None if left is None or right is None else (left, right)

    def _repr_html_(self) -> str:
        how = {"union": "either", "intersection": "each", "difference": "the first, and not the second,"}[self.how]
        parts = [part._repr_html_() for part in (self.left, self.right)]
        return cell(paragraph(f"Open when {how} of two calendars is", "lead"), *parts)

    def closure(self, at: int) -> Closure:
        """The left calendar's reason, or the right one's when only that is closed or has taken the time off."""
        if self.how == "union" or not self._left_open(at):
            return self.left.closure(at)
        return Closure("taken off") if self.how == "difference" else self.right.closure(at)

    def _left_open(self, at: int) -> bool:
        # Not by the left calendar's tables, which are made of all that it is made of.
        day = local_day(at, self.left.zone)[0]
        near = self.left.opening(first_reaching(day), min(day + 1, _LAST_DAY))
        return any(start <= at < end for _, spans in near for start, end in spans)


def _date(at: int, zone: ZoneInfo) -> int:
    """The local date of an instant; beyond the first and the last date, that one."""
    try:
        return local_day(at, zone)[0]
    except OutOfRangeError:
        return 1 if at < 0 else _LAST_DAY
