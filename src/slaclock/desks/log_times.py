"""The instants of a log, of whose texts each date and each time of day is read once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slaclock.temporal.instants import DAY, EPOCH_DAY, HOUR, duration_micros, to_micros

from .time_forms import FORMS, ISO, time_in_forms

_DATES, _TIMES = frozenset("YymdbBjaA"), frozenset("HIMSfp")
"""The directives of dates, and those of times of day without an offset."""


class Moment(NamedTuple):
    """An instant of a log; `again` is the second one where clocks show its local time twice."""

    micros: int
    at: datetime
    again: Moment | None = None


class TimeReader:
    """Reads instants as `time_in_forms` does; most in three looks at what was read before.

    Of a text with one blank between its date and its time of day, the two are looked up by themselves. On a date in
    which the offset changes, for a time of day with an offset of its own, and where there are several forms, the whole
    text is read.
    """

    def __init__(self, zone: ZoneInfo | None, forms: Sequence[str] = ()) -> None:
        self._zone, self._forms = zone, forms
        self._named_zones = any("%Z" in form.replace("%%", "") for form in forms)
        self._parts = zone is not None and len(forms) <= 1 and _in_two(*forms)
        self._days: dict[str, tuple[date, int]] = {}
        self._times: dict[str, tuple[time, int]] = {}

    def __call__(self, text: str) -> Moment:
        """The instant of a text."""
        head, _, tail = text.partition(" ")
        day, clock = self._days.get(head), self._times.get(tail)
        if day is not None and clock is not None:
            return Moment(day[1] + clock[1], datetime.combine(day[0], clock[0]))
        at = time_in_forms(text, self._zone, self._forms)
        micros = to_micros(at)
        if self._zone is None or at.tzinfo is not self._zone or self._named_zones:
            return Moment(micros, at)
        if self._parts and tail and not tail.startswith("24"):  # which later Pythons take for the next day's midnight
            self._learn(head, tail, at)
        again = at.replace(fold=1)
        if again.utcoffset() != at.utcoffset() and (later := to_micros(again)) > micros:  # it is earlier in a gap
            return Moment(micros, at, Moment(later, again))
        return Moment(micros, at)

    def _learn(self, head: str, tail: str, at: datetime) -> None:
        """Know the date and the time of day of a text the next time, where one offset holds all day."""
        assert self._zone is not None
        clock = at.timetz()
        self._times[tail] = clock, duration_micros(timedelta(hours=at.hour, minutes=at.minute, seconds=at.second,
                                                             microseconds=at.microsecond))  # fmt: skip
        if head not in self._days and 1 < at.toordinal() < date.max.toordinal():
            midnight = datetime.combine(at.date(), time())
            hours = [midnight + timedelta(microseconds=hour * HOUR) for hour in range(25)]
            offsets = {self._zone.utcoffset(hour.replace(fold=fold)) for hour in hours for fold in (0, 1)}
            offset = offsets.pop()
            if not offsets and offset is not None:
                self._days[head] = at.date(), (at.toordinal() - EPOCH_DAY) * DAY - duration_micros(offset)


def _in_two(form: str = ISO) -> bool:
    """Whether the texts of a form are a date, one blank, and a time of day."""
    if form in FORMS:
        return form == ISO
    head, blank, tail = form.partition(" ")
    dates, times = (set(re.findall("%(.)", part, flags=re.DOTALL)) for part in (head, tail))
    return bool(blank) and " " not in tail and dates <= _DATES and times <= _TIMES
