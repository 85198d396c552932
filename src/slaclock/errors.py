"""What can go wrong, each with the value at fault and the remedy.

Every error of this library is a `SlaClockError`, which is a `ValueError`: one `except` catches all.
"""

from __future__ import annotations


class SlaClockError(ValueError):
    """The base of all errors of this library.

    `problem` says what is wrong and with which value, `remedy` what to do about it, and `where` names the
    field, file or row when one is known. The text of the error is made of the three. `row` is the number of the row
    of a column that the error is about, counted from 0.
    """

    def __init__(self, problem: str, remedy: str = "", where: str = "") -> None:
        super().__init__(problem, remedy, where)
        self.problem = problem
        self.remedy = remedy
        self.where = where
        self.row: int | None = None

    def __str__(self) -> str:
        text = f"{self.where}: {self.problem}" if self.where else self.problem
        return f"{text}; {self.remedy}" if self.remedy else text

    def within(self, where: str) -> SlaClockError:
        """The same error, said to have happened in `where` (a field, a file, a row)."""
        inside = f"{where}.{self.where}" if self.where else where
        return type(self)(self.problem, self.remedy, inside)


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


class ColumnError(SlaClockError):
    """A column that is of the wrong kind or length, or that a frame does not have."""


class BadRowsWarning(UserWarning):
    """Rows that could not be answered and were left empty, because `errors="null"` was asked for."""


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
