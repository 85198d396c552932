"""What can go wrong, each with the value at fault and the remedy.

Every error of this library is a `SlaClockError`, which is a `ValueError`: one `except` catches all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = [
    "BadRowsWarning", "CaseError", "ColumnError", "EngineError", "EventError", "HolidaysError", "HoursError",
    "InputError", "InstantTextError", "MissingExtraError", "ModelError", "NaiveDatetimeError",
    "NegativeIntervalError", "NoWorkingTimeError", "NotYetOpenedError", "OutOfRangeError", "PauseError",
    "PolicyError", "SlaClockError", "TargetError", "UnknownPriorityError", "UnknownReasonError", "UnknownZoneError",
    "UnreadColumnsWarning",
]  # fmt: skip

PathPart = str | int | Path
"""A step of the way to what is wrong: a key, the number of an item, or the file that it is in."""


def printable(path: str | Path) -> str:
    """A path as a message can bear it: as it is, or as a `repr` has it where a terminal could not show it."""
    text = str(path)
    return text if text and text.isprintable() else repr(text)


class SlaClockError(ValueError):
    """The base of all errors of this library.

    `code` names the kind of error, and stays as it is from release to release. `problem` says what is wrong and with
    which value, `remedy` what to do about it; the text of the error is made of the two and of the place. `path` is the
    way to the place, from the outside in, such as `("targets", "incident", "P1", "resolve")`; `value` is what was
    found there, where that is one value; `row` is the number of a column's row, counted from 0. `all` are the errors
    themselves where one stands for several.

    >>> from slaclock import Ticket
    >>> try:
    ...     Ticket(id="T1", opened="yesterday")
    ... except SlaClockError as error:
    ...     print(error.code, error.path, repr(error.value), error.remedy, sep=" | ")
    instant-text | ('opened',) | 'yesterday' | write it like 2026-11-27T15:40 or 2026-11-27 15:40Z
    """

    code: str = "slaclock"

    def __init__(
        self, problem: str, remedy: str = "", where: str | Sequence[PathPart] = (), *, value: object = None
    ) -> None:
        path = ((where,) if where else ()) if isinstance(where, str) else tuple(where)
        super().__init__(problem, remedy, path)
        self.problem = problem
        self.remedy = remedy
        self.path: tuple[PathPart, ...] = path
        self.value = value
        self.row: int | None = None
        self._parts: tuple[SlaClockError, ...] = ()

    @property
    def where(self) -> str:
        """The path as text: `sla.toml: targets.incident.P1.resolve`."""
        files = [printable(part) for part in self.path if isinstance(part, Path)]
        keys = ".".join(str(part) or repr(part) for part in self.path if not isinstance(part, Path))
        # Halves of characters, which no terminal or file takes, are escaped as a `repr` has them.
        return ": ".join([*files, keys] if keys else files).encode(errors="backslashreplace").decode()

    @property
    def all(self) -> tuple[SlaClockError, ...]:
        """Everything that is wrong, each by itself; an error that says `(and 2 more)` has three."""
        return self._parts or (self,)

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.path else self.problem
        return f"{text}; {self.remedy}" if self.remedy else text

    def within(self, *where: PathPart) -> SlaClockError:
        """The same error, said to have happened in `where` (a field, a file, a row)."""
        return self._at((*where, *self.path), tuple(part.within(*where) for part in self._parts))

    def alone(self) -> SlaClockError:
        """The same error without its path."""
        return self._at((), ())

    def _at(self, path: tuple[PathPart, ...], parts: tuple[SlaClockError, ...]) -> SlaClockError:
        moved = type(self)(self.problem, self.remedy, path, value=self.value)
        moved.row, moved._parts = self.row, parts
        return moved

    @staticmethod
    def together(errors: Sequence[SlaClockError]) -> SlaClockError:
        """One error for several: the first of them, which says how many more there are."""
        parts = tuple(part for error in errors for part in error.all)
        first = parts[0]
        if len(parts) == 1:
            return first
        problem = f"{first.problem} (and {len(parts) - 1} more)"
        whole = type(first)(problem, first.remedy, first.path, value=first.value)
        whole._parts = parts
        return whole


@contextmanager
def placed(*where: PathPart) -> Iterator[None]:
    """An error of ours that leaves it is said to have happened in `where`."""
    try:
        yield
    except SlaClockError as error:
        raise error.within(*where) from None


class ErrorCollector:
    """Errors of the parts of a whole, collected so that all of them are said at once."""

    def __init__(self) -> None:
        self._errors: list[SlaClockError] = []

    @contextmanager
    def part(self, *where: PathPart) -> Iterator[None]:
        """Keep an error of one part, said to have happened in `where`, and go on."""
        try:
            yield
        except SlaClockError as error:
            self._errors.append(error.within(*where))

    def check(self) -> None:
        """Raise what was collected, if anything was."""
        if self._errors:
            raise SlaClockError.together(self._errors)


class NaiveDatetimeError(SlaClockError):
    """A datetime without a time zone was given where an instant is needed."""

    code = "naive-datetime"


class NegativeIntervalError(SlaClockError):
    """An interval ends before it starts."""

    code = "negative-interval"


class NotYetOpenedError(NegativeIntervalError):
    """A ticket was asked about as of an instant before it opened, as happens where two servers' clocks differ."""

    code = "not-yet-opened"


class OutOfRangeError(SlaClockError):
    """The answer lies outside the years 1 to 9999."""

    code = "out-of-range"


class NoWorkingTimeError(SlaClockError):
    """The calendar has no open time left in the direction asked for."""

    code = "no-working-time"


class UnknownZoneError(SlaClockError):
    """A time zone name that the IANA database does not have."""

    code = "unknown-zone"


class InstantTextError(SlaClockError):
    """A text that is not an ISO 8601 date and time."""

    code = "instant-text"


class HoursError(SlaClockError):
    """Opening hours that cannot be read, or that contradict each other."""

    code = "hours"


class HolidaysError(SlaClockError):
    """Holidays that cannot be read: an unknown country, a malformed file, a value that is no date."""

    code = "holidays"


class TargetError(SlaClockError):
    """A target that cannot be read, or that its clock or day rule cannot serve."""

    code = "target"


class PauseError(SlaClockError):
    """A pause that ends before it starts, or that is neither a `Pause` nor a pair of datetimes."""

    code = "pause"


class ModelError(SlaClockError):
    """A calendar, policy or ticket with a field that is missing, unknown or of the wrong shape."""

    code = "model"


class PolicyError(SlaClockError):
    """A policy that cannot be read, or that does not speak of what it is asked about."""

    code = "policy"


class UnknownPriorityError(PolicyError):
    """A priority for which the policy sets no target."""

    code = "unknown-priority"


class UnknownReasonError(PolicyError):
    """A pause reason that the policy does not list."""

    code = "unknown-reason"


class EventError(SlaClockError):
    """An event of a desk's log that the mapping cannot place."""

    code = "event"


class CaseError(SlaClockError):
    """A case of a policy, or a file of them, that cannot be read."""

    code = "case"


class ColumnError(SlaClockError):
    """A column that is of the wrong kind or length, or that a frame does not have."""

    code = "column"


class BadRowsWarning(UserWarning):
    """Rows that could not be answered and were left empty, because `errors="null"` was asked for."""


class UnreadColumnsWarning(UserWarning):
    """Columns of a file that no one reads, or something else that whoever reads it should know."""


class EngineError(SlaClockError):
    """Rows of a batch that an engine's worker could not answer, or a question that an engine cannot take."""

    code = "engine"


class InputError(SlaClockError):
    """A file or an argument of the command line that cannot be read."""

    code = "input"


class MissingExtraError(SlaClockError, ImportError):  # type: ignore[misc]  # both have a path
    """A feature whose optional libraries are not installed."""

    code = "missing-extra"

    def __init__(
        self, problem: str, remedy: str = "", where: str | Sequence[PathPart] = (), *, value: object = None
    ) -> None:
        SlaClockError.__init__(self, problem, remedy, where, value=value)

    @classmethod
    def for_extra(cls, library: str, extra: str) -> MissingExtraError:
        """The error for a `library` that the optional `extra` would have installed."""
        return cls(f"the library {library!r} is not installed", f"pip install 'slaclock[{extra}]'")
