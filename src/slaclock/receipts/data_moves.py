"""What has moved of the data that calendars rest on: holidays and time zones, on the days that concerned an answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from slaclock.errors import UnknownZoneError
from slaclock.formats.tables import date_text
from slaclock.formats.versions import own_version, package_version
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import find_zone, to_micros
from slaclock.temporal.zone_files import zone_file
from slaclock.tickets.receipt import ReceiptParts, ZoneThen
from slaclock.tickets.receipts import dates_of, hours_digest, zone_data

from .verification_figures import Move, Version


def holiday_moves(parts: ReceiptParts, policy: Policy) -> Iterator[Move]:
    """The holidays of the days concerned that are new or gone; what they are called is no move."""
    first, last = days_of(parts)
    for name in _calendars(parts.holidays, policy):
        then = {day.isoformat(): own for day, own in parts.holidays[name].items()}
        now = dates_of(policy.calendar_named(name), first, last)
        for day in sorted(then.keys() ^ now.keys()):
            what = f"{now[day]} is new" if day in now else f"{then[day]} is gone"
            yield Move("holidays", f"{name}: {date_text(date.fromisoformat(day))}, {what}")


def zone_moves(parts: ReceiptParts) -> Iterator[Move]:
    """The changes of offset of the days concerned that are new or gone, zone by zone."""
    for name, zone in parts.zones.items():
        then = {to_micros(at): at.isoformat() for at in zone.offsets}
        try:
            today = ZoneThen.model_validate(zone_data(find_zone(name), *days_of(parts)))
        except UnknownZoneError:
            yield Move("zones", f"{name}: there is no such zone any more")
            continue
        now = {to_micros(at): at.isoformat() for at in today.offsets}
        for at in sorted({*then, *now}):
            if then.get(at) != now.get(at):
                changes = [f"{own[at]} is {what}" for own, what in ((then, "gone"), (now, "new")) if at in own]
                yield Move("zones", f"{name}: {' and '.join(changes)}")


def hours_moved(parts: ReceiptParts, policy: Policy) -> list[str]:
    """The calendars whose open hours of the days concerned are others today, whatever the reason."""
    return [
        name
        for name in _calendars(parts.open_hours, policy)
        if hours_digest(policy.calendar_named(name), *days_of(parts)) != parts.open_hours[name]
    ]


def versions_of(parts: ReceiptParts) -> Iterator[Version]:
    """The versions of then and now: of the code, of holidays, and of each zone's data."""
    yield Version("slaclock", parts.slaclock, own_version())
    yield Version("holidays", parts.holidays_version, package_version("holidays"))
    for name, zone in parts.zones.items():
        try:
            now = _version_text(*zone_file(find_zone(name))[:2])
        except UnknownZoneError:
            now = None
        yield Version(name, _version_text(zone.source, zone.version), now)


def _version_text(source: str, version: str | None) -> str:
    return f"{version or 'not known'} ({source})"


def _calendars(named: Mapping[str, object], policy: Policy) -> list[str]:
    """The calendars of a receipt that the policy has still; where one is gone, the rules have moved."""
    known = {"main", *policy.calendars}
    return [name for name in named if name in known]


def days_of(parts: ReceiptParts) -> tuple[int, int]:
    """The days concerned, as ordinals."""
    return parts.first_day.toordinal(), parts.last_day.toordinal()
