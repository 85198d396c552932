"""Stretches of whole local days with a name: the quarters and months of a subscription year, and the year itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from slaclock.formats.models import JsonValue
from slaclock.temporal.instants import find_zone, from_micros, to_micros, wall_to_micros


@dataclass(frozen=True)
class Period(JsonValue):
    """The local dates from `first_day` up to `end_day`, which is no longer in it, from midnight to midnight.

    >>> year = Period("2018/19", date(2018, 4, 1), date(2019, 4, 1), "Europe/London")
    >>> datetime.fromisoformat("2018-03-31T23:30Z") in year
    True
    """

    label: str
    first_day: date
    end_day: date
    timezone: str = "Europe/London"

    @property
    def start(self) -> datetime:
        """Its first instant."""
        return self._midnight(self.first_day)

    @property
    def end(self) -> datetime:
        """The first instant after it."""
        return self._midnight(self.end_day)

    @property
    def days(self) -> int:
        """How many local dates it has."""
        return (self.end_day - self.first_day).days

    def __contains__(self, at: object) -> bool:
        return isinstance(at, datetime) and to_micros(self.start) <= to_micros(at) < to_micros(self.end)

    def __str__(self) -> str:
        return self.label

    def _midnight(self, day: date) -> datetime:
        zone = find_zone(self.timezone)
        return from_micros(wall_to_micros(day.toordinal(), 0, zone), zone)
