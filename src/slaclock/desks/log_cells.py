"""The cells of one column of a log, of which each distinct text is read once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, NamedTuple, TypeVar

from slaclock.errors import EventError
from slaclock.formats.models import unwritable
from slaclock.temporal.instants import find_zone, is_missing, to_micros

from .log_times import Moment, TimeReader
from .mappings import ALL_OTHERS, IGNORE, REASON, EventMapping
from .time_forms import NO_TIME

T = TypeVar("T")


class State(NamedTuple):
    """What a state means, why it pauses where it says so itself, and whether entering it is the response."""

    meaning: str
    reason: str | None
    responds: bool


@dataclass(frozen=True, eq=False)
class BadCell:
    """What stands in the place of a cell that there is not, as in a row without its column."""

    error: EventError


class Cells(dict[object, T], Generic[T]):
    """What the cells of a column come to, by their texts; those of other types are read one by one."""

    def __init__(self, read: Callable[[object], T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, cell: object) -> T:
        if type(cell) is BadCell:
            raise cell.error
        value = self._read(cell)
        if cell is None or type(cell) is str:  # others may be equal and not the same: 1, 1.0 and True
            self[cell] = value
        return value

    def one(self, cell: object) -> T:
        """What a cell comes to."""
        try:
            return self[cell]
        except TypeError:  # a list or a table, by which no dictionary looks up
            return self._read(cell)

    def column(self, cells: Sequence[object]) -> list[T]:
        """What the cells come to."""
        try:
            return list(map(self.__getitem__, cells))
        except TypeError:
            return list(map(self.one, cells))


class CellReader:
    """How the cells of a log are read, by its mapping."""

    def __init__(self, mapping: EventMapping) -> None:
        self._mapping = mapping
        self._missing = frozenset(mapping.missing)
        zone = None if mapping.timezone is None else find_zone(mapping.timezone)
        self._time = TimeReader(zone, mapping.time_format)

    def text(self, cell: object) -> str | None:
        """The text of a cell; None for what is missing."""
        if type(cell) is not str:
            if is_missing(cell):
                return None
            cell = str(cell)
        text = cell.strip()
        if not text.isascii() and (bad := unwritable(text)) is not None:
            raise EventError(bad.problem, bad.remedy, value=text)
        return None if not text or text in self._missing else text

    def ticket(self, cell: object) -> str:
        """The id of a ticket."""
        return self._needed(self.text(cell), "the ticket's id is missing")

    def moment(self, cell: object) -> Moment | None:
        """An instant; None for nothing."""
        if type(cell) is not str and isinstance(cell, datetime) and not is_missing(cell):
            return Moment(to_micros(cell), cell)
        text = self.text(cell)
        return None if text is None or text.lower() in NO_TIME else self._time(text)

    def time(self, cell: object) -> Moment:
        """The instant of a row."""
        return self._needed(self.moment(cell), "the time of the event is missing")

    def state(self, cell: object) -> State | None:
        """What a state means; None for nothing."""
        text = self.text(cell)
        if text is None:
            return None
        meaning, colon, reason = self._listed(text, self._mapping.states, "state", "states").partition(":")
        return State(meaning, reason if colon else None, text in self._mapping.responded)

    def event(self, cell: object) -> str | None:
        """Which event a row is; None for nothing."""
        text = self.text(cell)
        return None if text is None else self._listed(text, self._mapping.events, "event", "events")

    def author(self, cell: object) -> str:
        """Which event a message of an author is."""
        text = self._needed(self.text(cell), "who wrote the message is missing")
        return self._listed(text, self._mapping.authors, "author", "authors")

    def field(self, cell: object) -> str | None:
        """What a changed field is; None for nothing, which is of no matter where all that is not listed is of none."""
        text = self.text(cell)
        if text is None:
            return IGNORE if self._mapping.fields.get(ALL_OTHERS) == IGNORE else None
        return self._listed(text, self._mapping.fields, "field", "fields")

    def word(self, name: str) -> Callable[[object], str | None]:
        """How to read a word of a field or attribute; the empty text says that there is none, None says nothing."""
        own = self._mapping
        tables: dict[str, Mapping[str, str]] = {"kind": own.kinds, "priority": own.priorities, REASON: own.reasons}
        known = tables.get(name, {})
        others = own.reasons.get(ALL_OTHERS) if name == REASON else None
        return lambda cell: None if (text := self.text(cell)) is None else known.get(text, others or text)

    def number(self, cell: object) -> int:
        """A whole number that orders rows."""
        text = self._needed(self.text(cell), "the number of the row is missing")
        sign = text.removeprefix("-")
        if not (sign.isascii() and sign.isdigit() and len(sign) <= 40):
            raise EventError(
                f"{text!r} is no whole number", "number the rows of one instant in their order", value=text
            )
        return int(text)

    def _listed(self, text: str, known: Mapping[str, str], what: str, where: str) -> str:
        meaning = known.get(text, known.get(ALL_OTHERS))
        if meaning is None:
            raise self.unknown(text, known, what, where)
        return meaning

    def unknown(self, text: str | None, known: Mapping[str, str], what: str, where: str) -> EventError:
        """The error for a word that the mapping does not list."""
        as_none = {"event": ", as 'none' where it is none,", "field": ", as 'ignore' where it is of no matter,"}.get(
            what, ""
        )
        remedy = f"add it to {where}{as_none or ','} beside {', '.join(known)}"
        return EventError(f"the mapping does not know the {what} {text!r}", remedy, value=text)

    @staticmethod
    def _needed(value: T | None, problem: str) -> T:
        if value is None:
            raise EventError(problem, "give one")
        return value
