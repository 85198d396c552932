"""Warnings: so much of a target used up, or so long before or after it is due, by the target's own clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from pydantic_core import core_schema

from slaclock.clock.targets import Target
from slaclock.errors import PolicyError, SlaClockError
from slaclock.formats.models import JsonValue, Model, field_schema, short_repr

from .measures import Measure
from .priorities import Priorities
from .shares import percent_number

_NUMBER = r"[0-9]{1,9}(?:\.[0-9]{1,9})?"
_PERCENT = re.compile(rf"\s*({_NUMBER})\s*%\s*")
_LENGTH = re.compile(r"\s*(.*\S)\s+(before|after)\s+due\s*", re.IGNORECASE)
_HOW = "write it like '75%', '1 hour before due' or '2 hours after due'"
_SCHEMA = {
    "type": "string",
    "description": "when to warn: 75%, 1 hour before due, 2 hours after due",
    "pattern": rf"^\s*{_NUMBER}\s*%\s*$|[0-9].*\s[Dd][Uu][Ee]\s*$",
}


@dataclass(frozen=True, slots=True, eq=False)
class WarningAt(JsonValue):
    """When a warning is due: at a share of the target, or so long before or after it is due, on its own clock.

    One of the two is given: `percent` of the target, or a `length`, which is `after` the due instant or before it.

    >>> str(WarningAt.parse("90 minutes before due")), WarningAt.parse("75 %").percent
    ('90 minutes before due', Fraction(75, 1))
    """

    percent: Fraction | None = None
    length: Target | None = None
    after: bool = False

    @classmethod
    def parse(cls, text: str) -> WarningAt:
        """Read when a warning is due; `PolicyError` says what is wrong with a text that cannot be read."""
        if percent := _PERCENT.fullmatch(text):
            return cls(Fraction(percent[1]))
        length = _LENGTH.fullmatch(text)
        if length is None:
            raise PolicyError(f"{short_repr(text)} does not say when to warn", _HOW, value=text)
        try:
            amount = Target.parse(length[1])
        except SlaClockError as error:
            raise PolicyError(
                f"{short_repr(text)} does not say when to warn: {error.problem}", _HOW, value=text
            ) from None
        if amount.strict or amount.low is not None or amount.by is not None or amount.wall:
            problem = f"{short_repr(text)} has more than a length, which is counted on the target's own clock"
            raise PolicyError(problem, _HOW, value=text)
        return cls(None, amount, length[2].lower() == "after")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """As a field it is read from its text, and written as its text."""
        return field_schema(_read, str, _SCHEMA)

    def __str__(self) -> str:
        if self.percent is not None:
            return f"{percent_number(self.percent)}%"
        return f"{self.length} {'after' if self.after else 'before'} due"

    def __repr__(self) -> str:
        return f"WarningAt.parse({str(self)!r})"


def _read(value: object) -> WarningAt:
    if isinstance(value, WarningAt):
        return value
    if not isinstance(value, str):
        raise PolicyError(f"{short_repr(value)} does not say when to warn", _HOW, value=value)
    return WarningAt.parse(value)


class WarningRule(Model):
    """What `[warnings.NAME]` of a policy says: when to warn, of which targets, and what the warning says.

    `at` is a share of the target ("75%"), or a length before or after it is due ("1 hour before due"), counted on the
    target's own clock. Without a `measure` it is of all measures, without a `priority` of all priorities. Timelines
    list the warnings of a ticket; slaclock sends none.
    """

    at: WarningAt
    measure: Measure | None = None
    priority: Priorities = ()
    text: str = ""

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            at: WarningAt | str,
            measure: Measure | None = ...,
            priority: str | Sequence[str] = ...,
            text: str = ...,
        ) -> None: ...

    def is_of(self, measure: Measure, priority: str | None) -> bool:
        """Whether it warns of the targets of a measure and a priority."""
        return self.measure in (None, measure) and (not self.priority or priority in self.priority)
