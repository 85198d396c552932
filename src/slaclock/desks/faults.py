"""Rows that cannot be read or answered: all of them together are an error, or they are skipped, counted and listed."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import MappingProxyType
from typing import IO, Any, Literal, NamedTuple, TypeVar

from slaclock.errors import InputError, SlaClockError
from slaclock.formats.counts import count_text
from slaclock.formats.files import whole_file
from slaclock.formats.safe_texts import cell_text

OnError = Literal["stop", "skip"]
"""What becomes of a bad row: all work stops, or the row is left out."""
E = TypeVar("E", bound=SlaClockError)
MOST = 20
"""So many bad rows are told at once."""


class Place(NamedTuple):
    """Where something stands: the file, the row as a spreadsheet counts it, and the column by slaclock's own name.

    `headers` are the columns' names in the file, where they are others.
    """

    file: str
    number: int | None = None
    column: str | None = None
    headers: Mapping[str, str] = MappingProxyType({})

    @property
    def header(self) -> str | None:
        """What the file calls the column."""
        return None if self.column is None else self.headers.get(self.column, self.column)

    def __str__(self) -> str:
        row = None if self.number is None else f"row {self.number}"
        column = None if self.column is None else f"column {self.header!r}"
        return ", ".join(part for part in (self.file, row, column) if part)


class BadRow(NamedTuple):
    """A row that is wrong: where it stands, what it says there, and what is wrong with that."""

    place: Place
    value: object
    problem: str
    remedy: str

    @classmethod
    def of(cls, error: SlaClockError, place: Place, value: object = None) -> BadRow:
        """The row of an error, with what it says there: `value` where the error has none, or all of the row."""
        own = value if error.value is None or isinstance(error.value, Mapping) else error.value
        return cls(place, own, error.problem, error.remedy)

    @property
    def error(self) -> InputError:
        """The row as an error."""
        return self.as_error(InputError)

    def as_error(self, kind: type[E]) -> E:
        """The row as an error of a kind."""
        return kind(self.problem, self.remedy, str(self.place), value=self.value)


class Faults:
    """The bad rows that have been come upon. With "skip" they are counted and handed to `listed`, else kept.

    Where they are not skipped they are an error of a `kind`.
    """

    def __init__(
        self,
        errors: OnError = "stop",
        listed: Callable[[BadRow], None] = lambda row: None,
        kind: type[SlaClockError] = InputError,
    ) -> None:
        if errors not in ("stop", "skip"):
            raise InputError(f"errors={errors!r} is not known", "use 'stop' or 'skip'", value=errors)
        self.skip = errors == "skip"
        self.count = 0
        self.first: BadRow | None = None
        self._listed, self._kind = listed, kind

    def add(self, rows: Iterable[BadRow], *, unfinished: bool = False) -> None:
        """Take in some rows; where they are not to be skipped, that is an error which names up to twenty of them.

        `unfinished` says that there may be more, which were not asked for.
        """
        alike: dict[tuple[str, str], list[BadRow]] = {}
        for row in rows:
            self.count += 1
            self.first = self.first or row
            if self.skip:
                self._listed(row)
            else:  # what is wrong with whole rows alike, as with a policy for them all, is told once
                key = row.problem, row.remedy if row.place.column is None else str(row.place)
                alike.setdefault(key, []).append(row)
        if alike:
            raise _together([*alike.values()], unfinished, self._kind)

    def text(self) -> str:
        """How many there were, in words."""
        return f"{count_text(self.count, 'row')} {'was' if self.count == 1 else 'were'} skipped"


def _together(groups: Sequence[list[BadRow]], unfinished: bool, kind: type[SlaClockError]) -> SlaClockError:
    """One error for rows in groups of which all are wrong alike."""
    errors = [_of_alike(rows, unfinished, kind) for rows in groups[:MOST]]
    more = sum(len(rows) for rows in groups[MOST:])
    if more:
        count = "" if unfinished else f"{more} "
        errors.append(kind(f"{count}more rows are wrong", "correct these first"))
    return SlaClockError.together(errors)


def _of_alike(rows: list[BadRow], unfinished: bool, kind: type[SlaClockError]) -> SlaClockError:
    first = rows[0]
    if len(rows) > 1:
        count = "many" if unfinished else len(rows) - 1
        first = first._replace(problem=f"{first.problem} (as are {count} more rows)")
    return first.as_error(kind)


class RejectedRows:
    """A CSV file of the rows that were skipped: the file, the row, the column, what it says there, and the reason."""

    def __init__(self, file: IO[str]) -> None:
        self._writer: Any = csv.writer(file, lineterminator="\n")
        self._writer.writerow(("file", "row", "column", "value", "reason"))

    def add(self, row: BadRow) -> None:
        """Write a row."""
        value = "" if row.value is None else str(row.value)
        reason = f"{row.problem}; {row.remedy}" if row.remedy else row.problem
        place = row.place
        header = None if place.header is None else cell_text(place.header)
        self._writer.writerow((cell_text(place.file), place.number, header, cell_text(value), cell_text(reason)))


@contextmanager
def faults_listed(errors: OnError, rejects: str | None, where: str) -> Iterator[Faults]:
    """Bad rows, which are written to the file `rejects` where they are skipped; `where` is what that was given as."""
    if rejects is None:
        yield Faults(errors)
        return
    if errors != "skip":
        raise InputError(f"{where} is given, and no rows are skipped", "give errors skip too")
    with whole_file(rejects, where) as part, part.open("w", encoding="utf-8", newline="") as file:
        yield Faults(errors, RejectedRows(file).add)
