"""Aware datetimes and integer microseconds, and the rules of time zones between them.

Inside the library an instant is the whole number of microseconds since 1970-01-01T00:00Z, and a local day is
its proleptic Gregorian ordinal (`date.toordinal`). All arithmetic is on integers.
"""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from slaclock.errors import InstantTextError, NaiveDatetimeError, OutOfRangeError, UnknownZoneError

from .time_hints import hint_of

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
FIRST_YEAR, LAST_YEAR = 1, 9999
_MICROSECOND = timedelta(microseconds=1)
InstantLike = datetime | str
"""An instant as functions take it: an aware datetime, or ISO 8601 text with its offset."""


def to_micros(at: datetime) -> int:
    """The instant as whole microseconds since the epoch; a naive datetime is refused."""
    # Subtracting from an epoch in UTC never falls into Python's wall-clock subtraction, which applies only
    # when both sides share one tzinfo object; where both are UTC the two mean the same.
    try:
        since = at - EPOCH
        # Times a million, by way of a shift, which refuses the numbers that pandas' NaT has.
        return ((since.days * 86_400 + since.seconds) * 15_625 << 6) + since.microseconds
    except (TypeError, AttributeError):
        raise _not_an_instant(at) from None


def micros_of(at: InstantLike) -> int:
    """The instant as `to_micros` has it, also from ISO 8601 text with its offset."""
    try:
        since = at - EPOCH  # type: ignore[operator]  # of a text, which comes the other way
        return ((since.days * 86_400 + since.seconds) * 15_625 << 6) + since.microseconds
    except (TypeError, AttributeError):
        return to_micros(parse_instant(at) if isinstance(at, str) else at)


def instant_of(at: InstantLike) -> datetime:
    """The instant as an aware datetime, also from ISO 8601 text with its offset."""
    instant = parse_instant(at) if isinstance(at, str) else at
    to_micros(instant)  # refuses a naive one, and what is none
    return instant


def is_missing(value: object) -> bool:
    """Whether a value says that there is none: None, NaT, NaN, pandas' NA or an empty text."""
    if value is None or isinstance(value, str):
        return not value or not value.strip()
    try:
        unequal = value != value  # noqa: PLR0124 - as NaT and NaN are
        # Of NA nothing is known, and so whether it is unequal to itself is NA again.
        return (unequal is value and value is not False) or bool(unequal)
    except (TypeError, ValueError):  # an array has no truth
        return False


FIRST_INSTANT, LAST_INSTANT = (to_micros(end.replace(tzinfo=UTC)) for end in (datetime.min, datetime.max))
"""The first and the last instant that a datetime in UTC can be."""


def _not_an_instant(at: object) -> NaiveDatetimeError:
    if isinstance(at, datetime) and not is_missing(at):
        return NaiveDatetimeError(
            f"the datetime {at.isoformat()} has no time zone",
            "give it one, e.g. datetime(..., tzinfo=ZoneInfo('Europe/London'))",
            value=at,
        )
    return NaiveDatetimeError(f"{at!r} is not a datetime", "give an aware datetime.datetime", value=at)


def from_micros(micros: int, zone: ZoneInfo) -> datetime:
    """The instant as a datetime in `zone`; outside the years 1 to 9999 it is an `OutOfRangeError`."""
    seconds, rest = divmod(micros, SECOND)
    try:
        at = datetime.fromtimestamp(seconds, zone)  # exact for whole seconds, and three times as fast as adding
        return at.replace(microsecond=rest) if rest else at
    except (OSError, OverflowError, ValueError):
        pass  # out of range, or a platform whose C library knows no instants so far away
    try:
        return (EPOCH + timedelta(microseconds=micros)).astimezone(zone)
    except OverflowError:
        raise OutOfRangeError(
            "the answer lies outside the years 1 to 9999", "ask for an earlier or shorter time"
        ) from None


def duration_micros(duration: timedelta) -> int:
    """A timedelta as whole microseconds."""
    return duration // _MICROSECOND


def wall_to_micros(day: int, time_of_day: int, zone: ZoneInfo) -> int:
    """The instant of a wall time: `time_of_day` microseconds after the midnight that began the local `day`.

    RFC 5545 section 3.3.5: an ambiguous time is its first occurrence, and a time in a gap takes the offset
    from before the gap. Both are what `fold=0` means.
    """
    try:
        wall = datetime.fromordinal(day) + timedelta(microseconds=time_of_day)
    except (OverflowError, ValueError):  # past the last midnight of year 9999: the offset of its last moment
        wall = datetime.max
    offset = zone.utcoffset(wall)
    assert offset is not None  # zoneinfo answers None only for None
    shift = (offset.days * 86_400 + offset.seconds) * 1_000_000 + offset.microseconds
    return (day - EPOCH_DAY) * DAY + time_of_day - shift


def local_day(micros: int, zone: ZoneInfo) -> tuple[int, int]:
    """The local day of an instant, and the wall-clock microseconds since its midnight."""
    local = from_micros(micros, zone)
    seconds = (local.hour * 60 + local.minute) * 60 + local.second
    return local.toordinal(), seconds * SECOND + local.microsecond


@cache
def find_zone(name: str) -> ZoneInfo:
    """The time zone of an IANA name such as `Europe/London`."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        known = None
        with suppress(ImportError):
            known = iana_of_windows(name)
        remedy = "give an IANA name such as 'Europe/London' (where the machine has no zone data: pip install tzdata)"
        if known is not None:
            remedy = f"give its IANA name, which is {known!r} unless you are elsewhere in that zone"
        raise UnknownZoneError(f"there is no time zone {name!r}", remedy, value=name) from None


def iana_of_windows(name: object) -> str | None:
    """The IANA name of a zone that Windows calls so; an ImportError where the library that knows is not installed."""
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    names: dict[str, str] = WINDOWS_TO_OLSON
    return names.get(str(name))


def parse_instant(text: str, zone: ZoneInfo | None = None, time_format: str | None = None) -> datetime:
    """An instant from ISO 8601 text, or from text in a strptime `time_format`.

    Text that carries no offset is read in `zone`; without a zone it is refused, since guessing one is how an
    hour is lost. A date without a time of day is refused too. The name of a zone (`%Z`) is taken where it is UTC or
    GMT, or what `zone` calls itself at that time; EST may be meant for any of several hours, and is refused elsewhere.
    """
    text = text.strip()
    if time_format and _format_names_zone(time_format):
        return _parse_named(text, zone, time_format)
    try:
        at = datetime.strptime(text, time_format) if time_format else datetime.fromisoformat(text)
    except ValueError:
        raise _not_a_time(text, time_format) from None
    if not time_format and len(text) <= len("2026-W48-5"):
        raise InstantTextError(f"{text!r} has no time of day", "write one, e.g. 2026-11-27 15:40", value=text)
    return with_zone(at, zone, text)


def with_zone(at: datetime, zone: ZoneInfo | None, text: str) -> datetime:
    """A time that was read of a text, in the zone where it has no offset; without a zone that is an error."""
    if at.tzinfo is not None:
        return at
    if zone is None:
        raise NaiveDatetimeError(
            f"{text!r} has no offset from UTC",
            "write one (2026-11-27T15:40Z) or name the time zone",
            value=text,
        )
    return at.replace(tzinfo=zone)


def _not_a_time(text: str, time_format: str | None) -> InstantTextError:
    if time_format is None and (hint := hint_of(text)) is not None:
        return InstantTextError(*hint, value=text)
    wanted = f"in the format {time_format!r}" if time_format else "like 2026-11-27T15:40 or 2026-11-27 15:40Z"
    return InstantTextError(f"{text!r} is not a date and time", f"write it {wanted}", value=text)


def check_format(time_format: str) -> None:
    """Refuse a strptime format by which no time can be read."""
    _format_names_zone(time_format)


@cache
def _format_names_zone(time_format: str) -> bool:
    """Whether the format has the name of a zone; one that reads no text, or a day without its year, is refused."""
    parts = time_format.replace("%%", "")
    if "%d" in parts and not re.search("%[YyGcx]", parts):
        problem = f"no time can be read in the format {time_format!r} (it has no year)"
        raise InstantTextError(problem, "add the year, such as %d/%m/%Y %H:%M", value=time_format)
    try:
        datetime.strptime("", time_format)
    except (ValueError, re.error, IndexError) as error:
        # Of a good format it can only be said that the empty text is not in it.
        if not str(error).startswith("time data "):
            why = "a part stands twice" if isinstance(error, re.error) else error
            raise InstantTextError(
                f"no time can be read in the format {time_format!r} ({why})",
                "write each part once, as strptime knows them, such as %d/%m/%Y %H:%M",
                value=time_format,
            ) from None
    return "%Z" in parts


def _parse_named(text: str, zone: ZoneInfo | None, time_format: str) -> datetime:
    """A time with the name of its zone, of which Python knows only UTC, GMT and those of the machine it runs on."""
    for word in re.finditer(r"[A-Za-z]+", text):
        try:
            at = datetime.strptime(f"{text[: word.start()]}UTC{text[word.end() :]}", time_format)
        except ValueError:
            continue
        if at.tzinfo is not None:  # an offset stands beside the name
            return at
        if word[0].upper() in ("UTC", "GMT", "Z"):
            return at.replace(tzinfo=UTC)
        for fold in (0, 1):
            local = at.replace(tzinfo=zone, fold=fold)
            if zone is not None and local.tzname() == word[0].upper():
                return local
        raise InstantTextError(
            f"{text!r} is in a zone {word[0]!r}, whose offset from UTC is not certain",
            "write the offset itself (%z, such as -0500), or name the time zone that calls itself so then",
            value=text,
        )
    raise _not_a_time(text, time_format)
