"""What a page says, as it was read: targets, hours, and what looks like a promise and could not be read."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from slaclock.policy.measures import Measure
from slaclock.policy.shares import percent_number

from .amounts import Amount
from .labels import Label, Labels
from .measure_words import MeasureWords
from .week_words import WeekSaid


class Words(NamedTuple):
    """The words by which a page is read."""

    labels: Labels
    measures: MeasureWords


class TargetSaid(NamedTuple):
    """A target that a page sets; `amount` is None where it says that there is none, `measure` where it names none."""

    line: int
    quote: str
    kind: str | None
    label: Label | None
    measure: Measure | None
    amount: Amount | None
    said: str
    share: Fraction | None = None


class HoursSaid(NamedTuple):
    """Hours of some weekdays, or what becomes of holidays."""

    line: int
    quote: str
    week: WeekSaid


class Unread(NamedTuple):
    """What looks like a promise and could not be read, and why."""

    line: int
    quote: str
    why: str


Statement = TargetSaid | HoursSaid | Unread
_MOST_SIGNS = 160


def quoted(text: str) -> str:
    """What a page says, in one line, cut where it is long."""
    line = " ".join(text.split())
    return line if len(line) <= _MOST_SIGNS else f"{line[: _MOST_SIGNS - 1]}…"


def about_of(said: TargetSaid) -> str:
    """Of which kind, priority and measure a page speaks, in words."""
    label = None if said.label is None else said.label.text
    return " ".join(filter(None, (said.kind, label, said.measure or "target")))


def text_of(said: TargetSaid) -> str:
    """What a page promises, with its share where it has one."""
    text = "none" if said.amount is None else said.said
    return text if said.share is None else f"{percent_number(said.share)} % {text}"
