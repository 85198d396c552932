"""Since when a desk has known of its holidays, special days and closures."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.errors import ErrorCollector, HoursError, InstantTextError, OutOfRangeError, SlaClockError, placed
from slaclock.formats.models import Instant, JsonValue, errors_inside, short_repr
from slaclock.formats.tables import instant_text, weekday_text
from slaclock.temporal.instants import from_micros, parse_instant, to_micros, wall_to_micros

from .special_days import DATE_SCHEMA, parse_date

KEYS = ("known_from", "known_at")
_HOW = "write it like 2022-09-10, or like 2022-09-10 15:00"


@dataclass(frozen=True, eq=False)
class KnownFrom(JsonValue):
    """A date, and the instant from which the desk has known what is special about it.

    >>> import slaclock as sc
    >>> desk = sc.WorkingCalendar(timezone="Europe/London", hours="Mo-Fr 09:00-17:00", holidays="GB-ENG",
    ...                           known_from={"2022-09-19": "2022-09-10"})
    >>> [known] = desk.known_from
    >>> str(known.day), str(known.known_from)
    ('2022-09-19', '2022-09-10 00:00:00+01:00')
    """

    day: date
    known_from: Instant


@dataclass(frozen=True, eq=False)
class Announcement(JsonValue):
    """What a desk learned of a date: its name as it is then called, and the instant from which it was known.

    >>> import slaclock as sc
    >>> desk = sc.WorkingCalendar(timezone="Europe/London", hours="Mo-Fr 09:00-17:00",
    ...                           holidays={"2022-09-19": "State Funeral"}, known_from={"2022-09-19": "2022-09-10"})
    >>> [announcement] = desk.announcements
    >>> str(announcement), announcement.name
    ('Mon 19 Sep 2022 (State Funeral), known from Sat 10 Sep 2022', 'State Funeral')
    """

    day: date
    name: str
    known_from: Instant

    @property
    def what(self) -> str:
        """The date and its name."""
        return f"{weekday_text(self.day)} ({self.name})" if self.name else weekday_text(self.day)

    def __str__(self) -> str:
        return f"{self.what}, known from {since_text(self.known_from)}"


def since_text(at: datetime) -> str:
    """An instant for reading: a midnight is its date."""
    return weekday_text(at) if _is_midnight(at) else instant_text(at)


def in_order(announcements: Iterable[Announcement]) -> tuple[Announcement, ...]:
    """Announcements, each once, in the order in which they were made."""
    once = dict.fromkeys(announcements)
    return tuple(sorted(once, key=lambda known: (to_micros(known.known_from), known.day, known.name)))


def read_known(data: Any, zone_of: Callable[[object], ZoneInfo]) -> Any:
    """The fields of a calendar, those that say what was known when as instants in the calendar's zone."""
    if not isinstance(data, Mapping) or not any(key in data for key in KEYS):
        return data
    try:
        zone = zone_of(data.get("timezone"))
    except SlaClockError:
        return {key: value for key, value in data.items() if key not in KEYS}  # the field timezone says so itself
    fields = dict(data)
    with errors_inside():
        if "known_from" in data:
            with placed("known_from"):
                fields["known_from"] = _parse(data["known_from"], zone)
        if data.get("known_at") is not None:
            with placed("known_at"):
                fields["known_at"] = _instant(data["known_at"], zone)
    return fields


def _parse(value: object, zone: ZoneInfo) -> tuple[KnownFrom, ...]:
    """The dates of a table with the instants from which they were known, in order."""
    if isinstance(value, tuple) and all(isinstance(known, KnownFrom) for known in value):
        value = {known.day: known.known_from for known in value}
    if not isinstance(value, Mapping):
        raise HoursError(
            f"{short_repr(value)} does not say from when dates were known",
            'write it like { "2022-09-19" = "2022-09-10" }',
            value=value,
        )
    errors = ErrorCollector()
    instants: dict[date, datetime] = {}
    for when, since in value.items():
        with errors.part(str(when)):
            day = parse_date(when)
            if day in instants:
                raise HoursError(f"the date {day} stands twice", "keep one of the two", value=when)
            instants[day] = _instant(since, zone)
    errors.check()
    return tuple(KnownFrom(*entry) for entry in sorted(instants.items(), key=lambda entry: entry[0]))


def _instant(value: object, zone: ZoneInfo) -> datetime:
    """An instant, a local time, or a local date, which is its midnight; in the zone."""
    if isinstance(value, str):
        text = value.strip()
        try:
            value = parse_date(text) if len(text) == len("2022-09-10") else parse_instant(text, zone)
        except (HoursError, InstantTextError) as error:  # whose remedies are not of a table that takes either
            raise type(error)(error.problem, _HOW, value=value) from None
    try:
        if isinstance(value, datetime):
            return from_micros(to_micros(value.replace(tzinfo=zone) if value.tzinfo is None else value), zone)
        if isinstance(value, date):
            return from_micros(wall_to_micros(value.toordinal(), 0, zone), zone)
    except OutOfRangeError as error:
        raise OutOfRangeError(error.problem, error.remedy, value=value) from None
    raise HoursError(f"{short_repr(value)} is neither a date nor a time", _HOW, value=value)


def _is_midnight(at: datetime) -> bool:
    return (at.hour, at.minute, at.second, at.microsecond) == (0, 0, 0, 0)


def instant_to_text(at: datetime) -> str:
    """An instant as it is read again: a midnight as its date."""
    whole = _is_midnight(at) and to_micros(at) == wall_to_micros(at.toordinal(), 0, at.tzinfo)  # type: ignore[arg-type]
    return at.date().isoformat() if whole else at.isoformat()


def known_to_text(known: Iterable[KnownFrom]) -> dict[str, str]:
    """Dates with the instants from which they were known, as they are read."""
    return {each.day.isoformat(): instant_to_text(each.known_from) for each in known}


_SINCE = {
    "type": "string",
    "description": "a date, which is its midnight, or a date and time",
    "pattern": r"^\s*\d{4}-",
}
KnownFromField = Annotated[
    tuple[KnownFrom, ...],
    PlainSerializer(known_to_text),
    WithJsonSchema({
        "type": "object",
        "description": "dates, and from when the desk knew what is special about them",
        "propertyNames": DATE_SCHEMA,
        "additionalProperties": _SINCE,
    }),
]  # fmt: skip
KnownAtField = Annotated[datetime, PlainSerializer(instant_to_text), WithJsonSchema(_SINCE)]
