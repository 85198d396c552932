"""The parts of a product's document: read by their names, checked for their shape, and none passed over in silence."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from slaclock.errors import InstantTextError, ModelError, NaiveDatetimeError, PathPart, SlaClockError
from slaclock.formats.models import short_repr
from slaclock.temporal.instants import EPOCH, parse_instant

from .imported import Losses

NOT_READ = "this field is not known, and is not read"
_PAGES = ("next_page", "nextPageToken", "@odata.nextLink")
"""Fields that hold something where a file is one page of several."""
_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")
_LARGEST = 1 << 53


class Shape:
    """A part of a document: its value, its path, and which of its fields have been read.

    An error names the path and the value. `finish` notes every field that has something in it and was not read.

    >>> losses = Losses()
    >>> ticket = Shape({"id": 7, "priority": "high", "colour": "red"}, ("tickets", 0), losses)
    >>> ticket.at("id").text(), ticket.at("group").text()
    ('7', None)
    >>> ticket.finish(known=["priority"])
    >>> print(*losses.lost)
    tickets.0.colour: this field is not known, and is not read
    """

    def __init__(self, value: object, path: tuple[PathPart, ...], losses: Losses) -> None:
        self.value = value
        self.path = path
        self.losses = losses
        self._parts: dict[str, Shape] = {}

    def error(self, problem: str, remedy: str) -> ModelError:
        """An error about the part."""
        return ModelError(problem, remedy, self.path, value=self.value)

    def lose(self, why: str) -> None:
        """Note that the part could not be kept."""
        self.losses.add(self.path, why)

    def __bool__(self) -> bool:
        """Whether there is something: not null, nor an empty text, list or table."""
        return not (self.value is None or self.value in ("", [], {}))

    def at(self, key: str) -> Shape:
        """The part under a key; of nothing where the key is not there."""
        table = self._table()
        if key not in self._parts:
            self._parts[key] = Shape(table.get(key), (*self.path, key), self.losses)
        return self._parts[key]

    def way(self, *keys: str) -> Shape:
        """The part under a key of the part under a key, and so on; of nothing where one of them is not there."""
        part = self
        for key in keys:
            part = part.at(key)
        return part

    def keys(self) -> list[str]:
        """The names of its fields."""
        return [str(key) for key in self._table()]

    def items(self) -> Iterator[Shape]:
        """The items of a list; nothing has none."""
        if self.value is None:
            return
        if not isinstance(self.value, (list, tuple)):
            raise self.error(f"{short_repr(self.value)} is no list", "give the list that the product exports")
        yield from (Shape(item, (*self.path, number), self.losses) for number, item in enumerate(self.value))

    def listed(self, *keys: str) -> Iterator[Shape]:
        """The items of a document that is a list itself, or has it under one of some keys; a further page is noted."""
        if not isinstance(self.value, Mapping):
            yield from self.items()
            return
        for page in _PAGES:
            if self.at(page):
                self.at(page).lose("the file is one page of several, and the others are not in it")
        if self.way("meta", "has_more").flag() if self.at("meta") else False:
            self.at("meta").lose("the file is one page of several, and the others are not in it")
        name = next((key for key in keys if key in self.value), None)
        if name is None:
            raise self.error(f"there is no list {' or '.join(map(repr, keys))}", "give the product's own export")
        there = self.at(name)
        path = self.path if len(self.path) == 1 else there.path  # of a file that holds a list and no more
        yield from Shape(there.value, path, self.losses).items()

    def finish(self, known: Collection[str] = ()) -> None:
        """Note the fields that hold something, were not read, and are not `known` to promise nothing."""
        for key in self.keys():
            if key not in self._parts and key not in known and Shape(self._table()[key], (), self.losses):
                self.losses.add((*self.path, key), NOT_READ)

    def text(self) -> str | None:
        """A text, or a number as its text; None for nothing."""
        if self.value is None or isinstance(self.value, str):
            return (self.value or "").strip() or None
        if isinstance(self.value, int) and not isinstance(self.value, bool):
            return str(self.value)
        raise self.error(f"{short_repr(self.value)} is no text", "give a text")

    def needed(self) -> str:
        """A text that must be there."""
        text = self.text()
        if text is None:
            raise self.error("it is missing", "give it")
        return text

    def number(self) -> int | None:
        """A whole number, also as a text; None for nothing."""
        value = self.value
        if isinstance(value, str):
            sign = value.strip()
            if not sign:
                return None
            value = int(sign) if sign.removeprefix("-").isascii() and sign.removeprefix("-").isdigit() else value
        if isinstance(value, float) and math.isfinite(value) and value == int(value):
            value = int(value)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or abs(value) > _LARGEST:
            raise self.error(f"{short_repr(self.value)} is no whole number", "give a whole number")
        return value

    def flag(self) -> bool:
        """A yes or no, also as 0 and 1 or as a text; nothing is no."""
        if isinstance(self.value, str) and self.value.strip().lower() in (*_TRUE, *_FALSE):
            return self.value.strip().lower() in _TRUE
        if self.value is None or (isinstance(self.value, (bool, int)) and self.value in (0, 1)):
            return bool(self.value)
        raise self.error(f"{short_repr(self.value)} is neither yes nor no", "give true or false")

    def instant(self, zone: ZoneInfo | None = None) -> datetime | None:
        """An instant of ISO 8601 text, where it has no offset in `zone`; None for nothing."""
        text = self.text()
        if text is None:
            return None
        try:
            return parse_instant(text, zone)
        except (InstantTextError, NaiveDatetimeError) as error:
            raise type(error)(error.problem, error.remedy, self.path, value=self.value) from None

    def needed_instant(self, zone: ZoneInfo | None = None) -> datetime:
        """An instant that must be there."""
        at = self.instant(zone)
        if at is None:
            raise self.error("it is missing", "give an instant like 2026-11-27T15:40:00Z")
        return at

    def epoch(self, unit: timedelta = timedelta(milliseconds=1)) -> datetime | None:
        """An instant as a number of units since 1970; None for nothing."""
        number = self.number()
        try:
            return None if number is None else (EPOCH + number * unit).astimezone(UTC)
        except OverflowError:
            raise self.error(f"{number} is no instant of the years 1 to 9999", "correct it") from None

    def day(self) -> date | None:
        """A date like 2026-12-25; None for nothing."""
        text = self.text()
        if text is None:
            return None
        try:
            return date.fromisoformat(text)
        except ValueError:
            raise self.error(f"{text!r} is no date", "write it like 2026-12-25") from None

    def _table(self) -> Mapping[str, object]:
        if self.value is None:
            return {}
        if not isinstance(self.value, Mapping):
            raise self.error(f"{short_repr(self.value)} is no table", "give the table that the product exports")
        return self.value


def put(part: Shape, error: SlaClockError) -> SlaClockError:
    """An error of a value that was made of a part, said to have happened there, without its own path."""
    return error.alone().within(*part.path)
