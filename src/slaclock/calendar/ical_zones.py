"""The time zones of an iCalendar file, by their names in the IANA database.

A `TZID` may be such a name, one of Windows, as Outlook writes it, or a path that ends in an IANA name; or the file says
of a zone of its own where that is (`X-LIC-LOCATION`). A zone that is described by rules alone (`VTIMEZONE`) is none of
them: its times are left as they are, and whoever reads them refuses them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from slaclock.errors import UnknownZoneError
from slaclock.temporal.instants import find_zone, iana_of_windows

from . import ical_names as names

_TIMES = (names.DTSTART, names.DTEND, names.RECURRENCE_ID, names.EXDATE, names.RDATE)


def name_zones(calendar: Any, events: list[Any]) -> None:
    """Put the times of the events into the zones of the IANA database that are meant."""
    places = {
        str(zone.get(names.TZID)): str(zone.get(names.X_LIC_LOCATION, "")) for zone in calendar.walk(names.VTIMEZONE)
    }
    for value in (value for event in events for value in _values(event)):
        named = value.params.get(names.TZID)
        zone = None if named is None else _zone(str(named), places)
        if zone is None:
            continue
        value.params[names.TZID] = zone.key
        with suppress(ValueError):  # of what cannot be read, which is said where it is
            for one in getattr(value, "dts", [value]):
                one.dt = _put(one.dt, zone)


def _values(event: Any) -> Iterator[Any]:
    """The properties of an event that hold times."""
    for name in _TIMES:
        given = event.get(name)
        yield from given if isinstance(given, list) else () if given is None else (given,)


def _put(at: Any, zone: ZoneInfo) -> Any:
    """A time, or a period's, by the clock of the zone; whatever else it is stays so."""
    if isinstance(at, tuple):
        return tuple(_put(end, zone) for end in at)
    return at.replace(tzinfo=zone) if isinstance(at, datetime) else at


def _zone(name: str, places: Mapping[str, str]) -> ZoneInfo | None:
    """The zone that a `TZID` means, None where it is not known."""
    tails = ["/".join(name.split("/")[-count:]) for count in (3, 2)] if name.startswith("/") else []
    for known in (name, places.get(name), *tails, iana_of_windows(name)):
        with suppress(UnknownZoneError):
            if known:
                return find_zone(known)
    return None
