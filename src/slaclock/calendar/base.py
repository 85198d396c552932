"""What every calendar answers."""

from __future__ import annotations

from abc import abstractmethod
from bisect import bisect_right
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import index
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Self, TypeVar, cast, get_args
from zoneinfo import ZoneInfo

from pydantic import Field, model_serializer, model_validator
from pydantic_core import CoreSchema, core_schema

from slaclock.errors import ModelError, NegativeIntervalError
from slaclock.formats.cells import cell, paragraph
from slaclock.formats.documents import json_text, read_data
from slaclock.formats.lazy import lazy
from slaclock.formats.models import Instant, JsonValue, Model, errors_inside, from_json, key_of, short_repr, to_json
from slaclock.temporal.instants import InstantLike, from_micros, micros_of, to_micros
from slaclock.temporal.intervals import Run
from slaclock.timetable.timetable import Timetable

if TYPE_CHECKING:
    from .announcements import Announcement
    from .holidays import Holidays

DayRule = Literal["proportional", "same-time", "close-of-business", "fixed-hours"]
"""How a calendar reads "3 days"."""
AfterHours = Literal["next-opening", "same-date"]
"""What an arrival out of hours counts as, where a day rule asks."""
ClosureKind = Literal["holiday", "special day", "season", "weekend", "closed weekday", "outside hours", "taken off"]
"""Why a desk is closed: the kind of reason."""
Combination = Literal["union", "intersection", "difference"]
C = TypeVar("C", bound="Calendar")
WORKING = "working"
"""The name of the kind of calendar that is meant where a file names none."""

_types: dict[str, type[Calendar]] = {}


_OWN = (WORKING, "combined")


def _any_schema(schema: Any, handler: Any) -> dict[str, Any]:
    """What JSON Schema says of a calendar of any kind."""
    part = {"type": "object"}
    both = {"how": {"enum": list(get_args(Combination))}, "left": part, "right": part}
    combined = {"type": "object", "properties": {"type": {"const": "combined"}, **both}, "additionalProperties": False}
    others = {"type": "object", "properties": {"type": {"enum": [name for name in _types if name not in _OWN]}}}
    return {
        "anyOf": [
            handler(_types[WORKING].__pydantic_core_schema__),
            {**combined, "required": ["type", *both]},
            {**others, "required": ["type"]},
        ]
    }


class Span(NamedTuple):
    """A stretch of open time, `[start, end)`, in the calendar's zone.

    >>> import slaclock as sc
    >>> [day] = sc.Policy.example().calendar.spans("2018-04-06T00:00+01:00", "2018-04-08T00:00+01:00")
    >>> str(day.start), str(day.end)
    ('2018-04-06 08:00:00+01:00', '2018-04-06 16:30:00+01:00')
    """

    start: Instant
    end: Instant

    def __eq__(self, other: object) -> bool:
        if isinstance(other, Span):
            return key_of(tuple(self)) == key_of(tuple(other))
        return tuple.__eq__(self, other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return tuple.__hash__(self)

    def to_json(self) -> str:
        """The span as JSON text, which `from_json` reads."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The span of a JSON text that `to_json` has written."""
        return from_json(cls, text)


@dataclass(frozen=True)
class Closure(JsonValue):
    """Why the desk is closed: the kind of reason, and a name where it has one (a holiday's, a special day's, a
    season's dates).

    >>> import slaclock as sc
    >>> why = sc.Policy.example().calendar.closed_because("2018-03-30T12:00+01:00")
    >>> why.kind, why.name, str(why)
    ('holiday', 'Good Friday', 'Good Friday (holiday)')
    """

    kind: ClosureKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.kind})" if self.name else self.kind


class Calendar(Model):
    """The questions that every calendar answers.

    A kind of calendar says what it is made of by what is abstract here: its zone, its spans, which of its years are
    alike, why it is closed, and its rules. `@Calendar.type_named("school")` before its class gives it the name by which
    files and JSON know it.

    >>> from datetime import date
    >>> import slaclock as sc
    >>> desk = sc.Policy.example().calendar
    >>> isinstance(desk, sc.Calendar), desk.is_open("2018-04-06T16:45+01:00")
    (True, False)
    >>> str(desk.next_open("2018-04-06T16:45+01:00")), str(desk.working_day(date(2018, 4, 6), 1))
    ('2018-04-09 08:00:00+01:00', '2018-04-09')
    """

    if TYPE_CHECKING:
        holidays: Holidays = Field(init=False)
        """The holidays that close the desk."""

    @property
    @abstractmethod
    def zone(self) -> ZoneInfo:
        """The time zone in which dates are read and answers come back."""

    @abstractmethod
    def opening(self, first: int, last: int) -> Iterable[tuple[int, Run]]:
        """The spans that open on each local date from `first` to `last` (ordinals), as instants, in order."""

    @abstractmethod
    def repeats(self, year: int) -> Hashable | None:
        """A name that all years of one open time share; None for a year that must be looked at."""

    @abstractmethod
    def closure(self, at: int) -> Closure:
        """Why an instant that is closed is closed."""

    @property
    @abstractmethod
    def rules(self) -> DayRules:
        """How the calendar reads a number of days."""

    @property
    def announcements(self) -> tuple[Announcement, ...]:
        """What was made known of dates only at an instant, in the order in which it was.

        A kind of calendar that has any says by `known_until` what it is without the later ones.
        """
        return ()

    def known_until(self, at: datetime) -> Calendar:
        """The calendar without what was announced after an instant, which is that of no more than all announcements."""
        raise NotImplementedError(f"{type(self).__name__} has announcements, and no known_until")  # pragma: no cover

    def as_known(self, at: InstantLike) -> Calendar:
        """The calendar by what was known at an instant.

        A date that was announced later has the hours that it would have without: of what speaks of it the first does
        not, which is a closure, or else a special day, or else a holiday. A calendar that announces nothing is itself.

        >>> import slaclock as sc
        >>> desk = sc.WorkingCalendar(timezone="Europe/London", hours="Mo-Fr 09:00-17:00", holidays="GB-ENG",
        ...                           known_from={"2022-09-19": "2022-09-10"})
        >>> before, monday = desk.as_known("2022-09-09T12:00+01:00"), "2022-09-19T12:00+01:00"
        >>> before.is_open(monday), desk.is_open(monday), desk.as_known("2022-09-10T00:00+01:00") == desk
        (True, False, True)
        """
        return self.known_by(micros_of(at))

    def known_by(self, at: int) -> Calendar:
        """`as_known` of an instant in microseconds; calendars of one set of announcements are one."""
        instants = self.announced_at
        number = bisect_right(instants, at)
        if number == len(instants):
            return self
        known = self._known_calendars.get(number)
        if known is None:
            known = self.known_until(from_micros(instants[number] - 1, self.zone))
            known = self._known_calendars.setdefault(number, known)
        return known

    @lazy
    def announced_at(self) -> tuple[int, ...]:
        """The instants of the announcements in microseconds, each once and in order."""
        return tuple(dict.fromkeys(to_micros(known.known_from) for known in self.announcements))

    @lazy
    def _known_calendars(self) -> dict[int, Calendar]:
        return {}

    @lazy
    def timetable(self) -> Timetable:
        """The open time, compiled to tables as it is asked for, and shared by all who ask."""
        return Timetable(self)

    def _repr_html_(self) -> str:
        return cell(paragraph(repr(self), "lead"))

    def is_open(self, at: InstantLike) -> bool:
        """Whether the desk is open at the instant; it is at an opening, and is not at a closing.

        >>> from datetime import UTC, datetime
        >>> from slaclock import WorkingCalendar
        >>> desk = WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="Europe/London")
        >>> desk.is_open(datetime(2026, 11, 27, 8, tzinfo=UTC)), desk.is_open(datetime(2026, 11, 27, 17, tzinfo=UTC))
        (True, False)
        """
        return self.timetable.open_at(micros_of(at))

    def next_open(self, at: InstantLike) -> datetime:
        """The instant itself when the desk is open, else its next opening; `NoWorkingTimeError` when none is ahead."""
        return from_micros(self.timetable.next_open(micros_of(at)), self.zone)

    def next_close(self, at: InstantLike) -> datetime:
        """The next instant after `at` from which the desk is no longer open.

        Where spans touch, also at midnight, nothing ends. Raises `NoWorkingTimeError` for a calendar that does not
        close any more, or has no open time ahead, and `OutOfRangeError` past the year 9999.

        >>> from datetime import UTC, datetime
        >>> from slaclock import WorkingCalendar
        >>> desk = WorkingCalendar.parse("Mo-Fr 08:00-12:00,13:00-17:00", timezone="Europe/London")
        >>> noon = datetime(2026, 11, 27, 12, tzinfo=UTC)   # a Friday
        >>> [f"{at:%a %H:%M}" for at in (desk.next_close(noon), desk.previous_open(noon), desk.previous_close(noon))]
        ['Fri 17:00', 'Fri 08:00', 'Thu 17:00']
        """
        return from_micros(self.timetable.next_close(micros_of(at)), self.zone)

    def previous_open(self, at: InstantLike) -> datetime:
        """The last instant up to `at`, itself included, from which the desk is open and was not before.

        Raises `NoWorkingTimeError` where it was never open, or always, and `OutOfRangeError` before the year 1.
        """
        return from_micros(self.timetable.previous_open(micros_of(at)), self.zone)

    def previous_close(self, at: InstantLike) -> datetime:
        """The last instant before `at` from which the desk was no longer open.

        Raises `NoWorkingTimeError` where it was never open, or always, and `OutOfRangeError` before the year 1.
        """
        return from_micros(self.timetable.previous_close(micros_of(at)), self.zone)

    def spans(self, start: InstantLike, end: InstantLike) -> Iterator[Span]:
        """The open spans between two instants, in order, merged where they touch, and clipped to the two."""
        a, b = micros_of(start), micros_of(end)
        if b < a:
            raise backward(start, end)
        zone = self.zone
        return (
            Span(from_micros(opened, zone), from_micros(closed, zone)) for opened, closed in self.timetable.spans(a, b)
        )

    def is_working_day(self, day: date) -> bool:
        """Whether the local date opens any span."""
        return bool(self.timetable.date_spans(_ordinal(day)))

    def working_day(self, day: date, n: int) -> date:
        """The nth working day after a local date, or before it where n is negative.

        With n = 0 it is the date itself where that is a working day, else the next. Raises `NoWorkingTimeError` where
        there are not so many, and `OutOfRangeError` outside the years 1 to 9999.

        >>> from datetime import date
        >>> from slaclock import Policy
        >>> desk = Policy.example().calendar
        >>> sunday = date(2018, 4, 1)   # Easter
        >>> [f"{desk.working_day(sunday, n):%a %d}" for n in (-1, 0, 1, 5)]
        ['Thu 29', 'Tue 03', 'Tue 03', 'Mon 09']
        >>> desk.working_days(sunday, date(2018, 4, 30))
        20
        """
        ordinal, number = _ordinal(day), _whole(n)
        timetable = self.timetable
        if number < 0:
            return date.fromordinal(timetable.working_day_before(ordinal, -number))
        if number == 0 and timetable.date_spans(ordinal):
            return day
        return date.fromordinal(timetable.working_day_after(ordinal, max(number, 1)))

    def working_days(self, first: date, last: date) -> int:
        """How many working days lie from one local date to another, both included.

        Raises `NegativeIntervalError` where `last` is before `first`.
        """
        a, b = _ordinal(first), _ordinal(last)
        if b < a:
            raise backward(first, last)
        return self.timetable.working_days(a, b)

    def closed_because(self, at: InstantLike) -> Closure | None:
        """Why the desk is closed at the instant; None when it is open."""
        micros = micros_of(at)
        return None if self.timetable.open_at(micros) else self.closure(micros)

    def __or__(self, other: Calendar) -> Calendar:
        """Open when either is; zone, dates, day rule and cut-off are the left one's."""
        return Calendar.combine(self, other, "union")

    def __and__(self, other: Calendar) -> Calendar:
        """Open when both are; zone, dates, day rule and cut-off are the left one's."""
        return Calendar.combine(self, other, "intersection")

    def __sub__(self, other: Calendar) -> Calendar:
        """Open when the left one is and the right one is not; zone, dates, day rule and cut-off are the left one's.

        >>> from datetime import UTC, datetime
        >>> from slaclock import WorkingCalendar
        >>> desk = WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="Europe/London")
        >>> lunch = WorkingCalendar.parse("Mo-Fr 12:00-13:00", timezone="Europe/London")
        >>> (desk - lunch).is_open(datetime(2026, 11, 27, 12, 30, tzinfo=UTC))
        False
        """
        return Calendar.combine(self, other, "difference")

    @staticmethod
    def combine(left: Calendar, right: Calendar, how: Combination) -> Calendar:
        """Two calendars read as one."""
        return _types["combined"].model_validate({"how": how, "left": left, "right": right})

    @staticmethod
    def type_named(name: str) -> Callable[[type[C]], type[C]]:
        """A decorator that gives a kind of calendar the name by which files and JSON know it."""

        def named(kind: type[C]) -> type[C]:
            known = _types.setdefault(name, kind)
            if (known.__module__, known.__qualname__) != (kind.__module__, kind.__qualname__):
                raise ModelError(f"there is a kind of calendar {name!r} already", "choose another name", value=name)
            _types[name] = kind
            return kind

        return named

    @staticmethod
    def of(value: object) -> Calendar:
        """A calendar from itself, or from a table, whose `type` says of which kind it is."""
        if isinstance(value, Calendar):
            return value
        if not isinstance(value, Mapping):
            remedy = "write it like {'timezone': 'Europe/London', 'hours': 'Mo-Fr 09:00-17:00'}"
            raise ModelError(f"a calendar is a table (got {short_repr(value)})", remedy, value=value)
        name = value.get("type", WORKING)
        if not isinstance(name, str) or name not in _types:
            known = ", ".join(_types)
            raise ModelError(f"there is no kind of calendar {name!r}", f"use one of: {known}", "type", value=name)
        return _types[name].model_validate(value)

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Build from a mapping; as `Calendar`, a calendar of whichever kind the mapping names."""
        calendar: Any = Calendar.of(obj) if cls is Calendar else super().model_validate(obj, **options)
        return cast(Self, calendar)

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Build from JSON text; as `Calendar`, a calendar of whichever kind the text names."""
        if cls is not Calendar:
            return super().model_validate_json(json_data, **options)
        return cls.model_validate(read_data(json_text(json_data), "json", ModelError))

    @classmethod  # no mutants, since it is called as the class is made
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> CoreSchema:  # pragma: no mutate block
        """As a field, `Calendar` is a calendar of any kind, written with all of its own fields."""
        if Model not in cls.__bases__:  # a kind of calendar; this class itself has no name yet while it is made
            own: CoreSchema = handler(source)
            return own

        def read(value: Any) -> Calendar:
            with errors_inside():
                return Calendar.of(value)

        return core_schema.no_info_plain_validator_function(
            read,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda calendar, info: calendar.model_dump(mode=info.mode, exclude_defaults=info.exclude_defaults),
                info_arg=True,
            ),
            metadata={"pydantic_js_functions": [_any_schema]},
        )

    @model_validator(mode="before")
    @classmethod
    def _without_type(cls, data: Any) -> Any:
        name = data.get("type") if isinstance(data, Mapping) else None
        if isinstance(name, str) and _types.get(name) is cls:
            return {key: value for key, value in data.items() if key != "type"}
        return data

    @model_serializer(mode="wrap")
    def _with_type(self, handler: Any) -> dict[str, Any]:
        name = next((name for name, kind in _types.items() if kind is type(self)), None)
        if name is None:
            kind = type(self).__name__
            remedy = "put @Calendar.type_named('...') before it"
            raise ModelError(f"the calendar {kind} has no name for files", remedy, value=kind)
        fields: dict[str, Any] = handler(self)
        return fields if name == WORKING else {"type": name, **fields}


class DayRules(NamedTuple):
    """How a calendar reads a number of days: the rule, the length of a fixed day, and arrivals out of hours.

    `cutoff` is the local time, in microseconds since midnight, from which arrivals count from the next working day.
    """

    day_rule: DayRule
    day_length: timedelta | None
    after_hours: AfterHours
    cutoff: int | None = None


def backward(start: InstantLike | date, end: InstantLike | date) -> NegativeIntervalError:
    """The error for an interval of instants or of dates that ends before it starts."""
    first, last = (at if isinstance(at, str) else at.isoformat() for at in (start, end))
    what = "instant" if isinstance(start, (str, datetime)) else "date"
    return NegativeIntervalError(f"{last} is before {first}", f"give the earlier {what} first", value=end)


def _ordinal(day: date) -> int:
    """The ordinal of a local date; a datetime is none."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise ModelError(f"{day!r} is not a date", "give a datetime.date, e.g. date(2026, 12, 24)", value=day)
    return day.toordinal()


def _whole(n: int) -> int:
    """A number of days, also one of NumPy's; one that is a truth or has a fraction is refused."""
    try:
        number = None if isinstance(n, bool) else index(n)
    except TypeError:
        number = None
    if number is None:
        raise ModelError(f"{n!r} is not a whole number", "give how many working days, e.g. 3 or -1", "n", value=n)
    return number


def not_a_calendar(value: object) -> ModelError:
    """The error for what was given as a calendar and is none."""
    remedy = "give a WorkingCalendar, such as a policy's .calendar"
    if isinstance(value, str):
        remedy = f"give WorkingCalendar.parse({short_repr(value)}, timezone='Europe/London')"
    return ModelError(f"{short_repr(value)} is not a calendar", remedy, "calendar", value=value)
