"""The hours of one day and of a week, in local wall time.

The hours of a day are a run of `(open, close)` pairs in microseconds since that day's midnight; a close past
24:00 belongs to the day on which it opened. The empty tuple is a closed day.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, NamedTuple, cast

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.errors import ErrorCollector, HoursError
from slaclock.formats.models import reads
from slaclock.temporal import intervals
from slaclock.temporal.instants import DAY, HOUR, MINUTE, SECOND

DayHours = intervals.Run
CLOSED: DayHours = ()
ALL_DAY: DayHours = ((0, DAY),)

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPAN = re.compile(r"\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*[-\u2013]\s*(\d{1,2}:\d{2}(?::\d{2})?)\s*")


class WeeklyHours(NamedTuple):
    """The hours of the seven weekdays, Monday first."""

    mon: DayHours = CLOSED
    tue: DayHours = CLOSED
    wed: DayHours = CLOSED
    thu: DayHours = CLOSED
    fri: DayHours = CLOSED
    sat: DayHours = CLOSED
    sun: DayHours = CLOSED

    def to_text(self) -> dict[str, list[str]]:
        """The hours as a policy file writes them; closed weekdays are left out."""
        return {name: day_text(day) for name, day in self._asdict().items() if day}


def parse_time(text: str) -> int:
    """A time of day such as `08:00` or `24:00`, in microseconds since midnight."""
    parts = [int(part) for part in text.strip().split(":")] if re.fullmatch(r"\s*\d{1,2}(:\d{2}){1,2}\s*", text) else []
    if not parts or any(part > 59 for part in parts[1:]):
        raise HoursError(f"{text!r} is not a time of day", "write it like 08:00", value=text)
    hour, minute, second = (*parts, 0)[:3]
    time = hour * HOUR + minute * MINUTE + second * SECOND
    if time > DAY:
        raise HoursError(f"{text!r} is past 24:00", "a span past midnight is written like 22:00-06:00", value=text)
    return time


def time_text(time: int) -> str:
    """A time of day in microseconds as `HH:MM`, with seconds only where there are any."""
    minutes, rest = divmod(time, MINUTE)
    return f"{minutes // 60:02d}:{minutes % 60:02d}" + (f":{rest // SECOND:02d}" if rest else "")


def parse_span(text: object, joint: str = " and ") -> intervals.Interval:
    """One span of a day, such as `08:00-17:00` or, past midnight, `22:00-06:00`; a remedy joins two by `joint`."""
    match = _SPAN.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise HoursError(f"{text!r} is not a span of hours", "write it like 08:00-17:00", value=text)
    start, end = parse_time(match[1]), parse_time(match[2])
    if start == end:
        raise HoursError(
            f"the span {text!r} opens and closes at the same time",
            "a whole day is 00:00-24:00"
            if start in (0, DAY)
            else f"24 hours from then on are {joint.join(_span_texts(start, start + DAY))}",
            value=text,
        )
    if start == DAY:
        raise HoursError(f"the span {text!r} opens at 24:00", "open it at 00:00 of the next day", value=text)
    return start, end if end > start else end + DAY


def parse_day(value: object) -> DayHours:
    """The hours of a day from one span's text, several with commas between, or a list of them; none is closed."""
    if value is None:
        return CLOSED
    joint = " and "
    if isinstance(value, str):
        joint = ","
        value = [] if value.strip().lower() in {"", "off", "closed"} else value.split(",")
    if not isinstance(value, Iterable) or isinstance(value, Mapping):
        raise HoursError(
            f"{value!r} is not a list of spans", 'write it like ["08:00-12:00", "13:00-17:00"]', value=value
        )
    return intervals.union(parse_span(span, joint) for span in value)


def day_text(day: DayHours) -> list[str]:
    """The spans of a day as text, as `parse_day` reads it."""
    return [text for start, end in day for text in _span_texts(start, end)]


def _span_texts(start: int, end: int) -> Iterator[str]:
    """The texts of a span: two that overlap where it is of a day's length or longer, as those that it was made of."""
    if end - start < DAY or (start, end) == (0, DAY):
        yield f"{time_text(start)}-{time_text(end if end <= DAY else end - DAY)}"
        return
    night = 23 * HOUR if end - DAY < 23 * HOUR else DAY - SECOND
    yield f"{time_text(start)}-24:00"
    yield f"{time_text(night)}-{time_text(end - DAY)}"


def weekday_index(name: object) -> int:
    """0 for Monday to 6 for Sunday, from `mon`, `Mo` or `Monday`."""
    if isinstance(name, str):
        key = name.strip().lower()
        for index, full in enumerate(WEEKDAY_NAMES):
            if key in {full.lower(), full.lower()[:3], full.lower()[:2]}:
                return index
    raise HoursError(f"{name!r} is not a weekday", "write one of " + ", ".join(WEEKDAYS), value=name)


def parse_week(value: object) -> WeeklyHours:
    """Weekly hours from `{"mon": ["08:00-17:00"], ...}`; weekdays that are not named are closed."""
    if isinstance(value, WeeklyHours):
        return value
    if isinstance(value, HoursError):  # of a text that was read before, said now, beside what is wrong elsewhere
        raise value
    days = parse_weekdays(value)
    return WeeklyHours(*(days.get(index, CLOSED) for index in range(7)))


def parse_weekdays(value: object) -> dict[int, DayHours]:
    """The hours of the weekdays (0 for Monday) that a table names."""
    if not isinstance(value, Mapping):
        raise HoursError(
            f"{value!r} is not a table of weekly hours", 'write it like {"mon": ["08:00-17:00"]}', value=value
        )
    days: dict[int, DayHours] = {}
    errors = ErrorCollector()
    for name, spans in value.items():
        with errors.part(str(name)):
            index = weekday_index(name)
            if index in days:
                raise HoursError(f"{WEEKDAY_NAMES[index]} has hours twice", "keep one of the two", value=spans)
            days[index] = CLOSED
            days[index] = parse_day(spans)
    errors.check()
    return days


def read_day(value: object) -> DayHours:
    """The hours of a day as a field takes them: as `parse_day` reads them, or read already."""
    read = isinstance(value, tuple) and value and isinstance(value[0], tuple)
    return cast(DayHours, value) if read else parse_day(value)


# No mutants, since it is called as the module is read.
def _any_case(weekday: str) -> str:  # pragma: no mutate block
    """A pattern of JSON Schema for a weekday's name: in full, three letters of it, or two."""
    letters = [f"[{letter.upper()}{letter.lower()}]" for letter in weekday]
    two, third, rest = "".join(letters[:2]), letters[2], "".join(letters[3:])
    return f"{two}({third}({rest})?)?"


SPAN_SCHEMA = {"type": "string", "pattern": r"^\s*\d{1,2}:\d{2}(:\d{2})?\s*[-\u2013]\s*\d{1,2}:\d{2}(:\d{2})?\s*$"}
DAY_SCHEMA: dict[str, Any] = {
    "description": "the hours of a day: 08:00-17:00, several, or none",
    "anyOf": [{"type": "string"}, {"type": "array", "items": SPAN_SCHEMA}, {"type": "null"}],
}
WEEK_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "weekdays and their hours; those not named are closed",
    "propertyNames": {"pattern": rf"^\s*({'|'.join(map(_any_case, WEEKDAY_NAMES))})\s*$"},
    "additionalProperties": DAY_SCHEMA,
    "examples": [{day: ["08:00-17:00"] for day in WEEKDAYS[:5]}],
}
"""What JSON Schema can say of the hours of a day and of a week."""
DayField = Annotated[DayHours, reads(read_day), PlainSerializer(day_text), WithJsonSchema(DAY_SCHEMA)]
WeekField = Annotated[
    WeeklyHours,
    reads(parse_week),
    PlainSerializer(WeeklyHours.to_text),
    WithJsonSchema({"description": "opening hours as text, or a table", "anyOf": [{"type": "string"}, WEEK_SCHEMA]}),
]
