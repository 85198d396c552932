"""What was agreed for the tickets of a frame: for each a target, or the instant at which it is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from typing import Self

import numpy as np

from slaclock.clock.targets import Target
from slaclock.errors import ColumnError
from slaclock.temporal.instants import find_zone, to_micros
from slaclock.tickets.agreed import AGREED_FOR, Agreed, agreed_or_text

from .categories import Categories, read_categories
from .frames import Series, narwhals
from .instants import Instants, out_of_range, read_instants
from .piecewise import FAR, NEVER, Bools, Ints


@dataclass(frozen=True)
class AgreedColumn:
    """A column of instants, or of texts, of which `values` are what the distinct ones mean; a bad text stays itself."""

    column: Categories | Instants
    values: tuple[Agreed | str, ...] = ()

    def take(self, rows: Ints) -> Self:
        """What was agreed for some rows."""
        own = self.column
        return type(self)(own.take(rows) if isinstance(own, Categories) else own.of(rows), self.values)

    def of(self, row: int) -> Agreed | str | None:
        """What was agreed for one row, None where nothing was."""
        if isinstance(self.column, Instants):
            return self.column.one(row)
        code = int(self.column.codes[row])
        return None if code < 0 else self.values[code]

    @property
    def targets(self) -> tuple[Target | None, ...]:
        """The targets that were agreed; None where that is an instant, or a text that is neither."""
        if isinstance(self.column, Instants):
            return (None,)
        return tuple(value if isinstance(value, Target) else None for value in self.values)

    def numbers(self, count: int) -> Ints:
        """The number of each row's among the targets; -1 where nothing was agreed."""
        return (
            self.column.codes if isinstance(self.column, Categories) else -(self.due(count) == NEVER).astype(np.int64)
        )

    def due(self, count: int) -> Ints:
        """The instants that were agreed; `NEVER` where none was."""
        if isinstance(self.column, Instants):
            return np.asarray(self.column.chunk(slice(0, count)))
        instants = [to_micros(value) if isinstance(value, datetime) else NEVER for value in self.values]
        return np.array([*instants, NEVER])[self.column.codes]

    def given(self, count: int) -> Bools:
        """The rows for which a target or an instant was agreed."""
        given: Bools = (self.numbers(count) >= 0) | (self.due(count) != NEVER)
        return given

    def wrong(self, opened: Ints) -> Bools:
        """The rows for which it cannot be so: a text that is neither of both, or an instant before the opening."""
        if isinstance(self.column, Instants):
            due = self.due(len(opened))
            latest = np.where(due == NEVER, FAR, np.where(out_of_range(due), -FAR, due))
        else:
            latest = np.array([*map(_latest, self.values), FAR])[self.column.codes]
        early: Bools = latest < opened
        return early


def check_agreed(columns: Iterable[str], fields: Iterable[str]) -> None:
    """Refuse a column that is called like one of what was agreed, for a measure that is none of the `fields`.

    A ticket for which something is agreed for such a measure is refused too.
    """
    unknown = next((name for name in columns if name.startswith(AGREED_FOR)), None)
    if unknown is not None:
        known = [field for field in fields if field.startswith(AGREED_FOR)]
        like = get_close_matches(unknown, known, 1)
        meant = f"call it {like[0]!r}, if that is meant" if like else "rename or remove it"
        measure = unknown.removeprefix(AGREED_FOR)
        raise ColumnError(
            f"the tickets have a column {unknown!r}, and {measure!r} is no measure",
            f"{meant} (there are: {', '.join(known)})",
            value=unknown,
        )


def read_agreed_column(series: Series, name: str, timezone: str | None) -> AgreedColumn:
    """A column of what was agreed, whose instants without an offset are read in the time zone."""
    if isinstance(series.dtype, narwhals().Datetime):
        return AgreedColumn(read_instants(series.to_native(), name, timezone))
    texts = read_categories(series, name)
    zone = None if timezone is None else find_zone(timezone)
    return AgreedColumn(texts, tuple(agreed_or_text(text, zone) for text in texts.names))


def _latest(value: Agreed | str) -> int:
    """The instant by which a ticket must have opened: any for a target, none for a bad text."""
    if isinstance(value, datetime):
        return to_micros(value)
    return -FAR if isinstance(value, str) else FAR
