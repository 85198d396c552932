"""What can go wrong, each with the value at fault and the remedy.

Every error of this library is a `SlaClockError`, which is a `ValueError`: one `except` catches all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager


class SlaClockError(ValueError):
    """The base of all errors of this library.

    `problem` says what is wrong and with which value, `remedy` what to do about it, and `where` names the
    field, file or row when one is known. The text of the error is made of the three. `row` is the number of the row
    of a column that the error is about, counted from 0. `all` are the errors themselves where one stands for several.
    """

    def __init__(self, problem: str, remedy: str = "", where: str = "") -> None:
        super().__init__(problem, remedy, where)
        self.problem = problem
        self.remedy = remedy
        self.where = where
        self.row: int | None = None
        self._parts: tuple[SlaClockError, ...] = ()

    @property
    def all(self) -> tuple[SlaClockError, ...]:
        """Everything that is wrong, each by itself; an error that says `(and 2 more)` has three."""
        return self._parts or (self,)

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text}; {self.remedy}" if self.remedy else text

    def within(self, where: str) -> SlaClockError:
        """The same error, said to have happened in `where` (a field, a file, a row)."""
        inside = f"{where}.{self.where}" if self.where else where
        found = type(self)(self.problem, self.remedy, inside)
        found._parts = tuple(part.within(where) for part in self._parts)
        return found

    @staticmethod
    def together(errors: Sequence[SlaClockError]) -> SlaClockError:
        """One error for several: the first of them, which says how many more there are."""
        parts = tuple(part for error in errors for part in error.all)
        first = parts[0]
        if len(parts) == 1:
            return first
        found = type(first)(f"{first.problem} (and {len(parts) - 1} more)", first.remedy, first.where)
        found._parts = parts
        return found


@contextmanager
def placed(where: str) -> Iterator[None]:
    """An error of ours that leaves it is said to have happened in `where`."""
    try:
        yield
    except SlaClockError as wrong:
        raise (wrong.within(where) if where else wrong) from None


class Gathering:
    """Errors of the parts of a whole, gathered so that all of them are said at once."""

    def __init__(self) -> None:
        self._found: list[SlaClockError] = []

    @contextmanager
    def part(self, where: str = "") -> Iterator[None]:
        """Keep an error of one part, said to have happened in `where`, and go on."""
        try:
            yield
        except SlaClockError as wrong:
            self._found.append(wrong.within(where) if where else wrong)

    def check(self) -> None:
        """Raise what was found, if anything was."""
        if self._found:
            raise SlaClockError.together(self._found)


class NaiveDatetimeError(SlaClockError):
    """A datetime without a time zone was given where an instant is needed."""


class NegativeIntervalError(SlaClockError):
    """An interval ends before it starts."""


class OutOfRangeError(SlaClockError):
    """The answer lies outside the years 1 to 9999."""


class NoWorkingTimeError(SlaClockError):
    """The calendar has no open time left in the direction asked for."""


class UnknownZoneError(SlaClockError):
    """A time zone name that the IANA database does not have."""


class InstantTextError(SlaClockError):
    """A text that is not an ISO 8601 date and time."""


class HoursError(SlaClockError):
    """Opening hours that cannot be read, or that contradict each other."""


class HolidaysError(SlaClockError):
    """Holidays that cannot be read: an unknown country, a malformed file, a value that is no date."""


class TargetError(SlaClockError):
    """A target that cannot be read, or that its clock or day rule cannot serve."""


class PauseError(SlaClockError):
    """A pause that ends before it starts, or that is neither a `Pause` nor a pair of datetimes."""


class ModelError(SlaClockError):
    """A calendar, policy or ticket with a field that is missing, unknown or of the wrong shape."""


class PolicyError(SlaClockError):
    """A policy that cannot be read, or that does not speak of what it is asked about."""


class UnknownPriorityError(PolicyError):
    """A priority for which the policy sets no target."""


class UnknownReasonError(PolicyError):
    """A pause reason that the policy does not list."""


class EventError(SlaClockError):
    """An event of a desk's log that the mapping cannot place."""


class CaseError(SlaClockError):
    """A case of a policy, or a file of them, that cannot be read."""


class ColumnError(SlaClockError):
    """A column that is of the wrong kind or length, or that a frame does not have."""


class BadRowsWarning(UserWarning):
    """Rows that could not be answered and were left empty, because `errors="null"` was asked for."""


class EngineError(SlaClockError):
    """Rows of a batch that an engine's worker could not answer, or a question that an engine cannot take."""


class InputError(SlaClockError):
    """A file or an argument of the command line that cannot be read."""


class MissingExtraError(SlaClockError, ImportError):
    """A feature whose optional libraries are not installed."""

    def __init__(self, problem: str, remedy: str = "", where: str = "") -> None:
        SlaClockError.__init__(self, problem, remedy, where)

    @classmethod
    def for_extra(cls, library: str, extra: str) -> MissingExtraError:
        """The error for a `library` that the optional `extra` would have installed."""
        return cls(f"the library {library!r} is not installed", f"pip install 'slaclock[{extra}]'")
