"""In which forms the texts of columns are times; where a day and a month may be either, that is asked."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import NamedTuple
from zoneinfo import ZoneInfo

from slaclock.desks.time_forms import EPOCH, EPOCH_MS, EXCEL, ISO, at_serial
from slaclock.errors import SlaClockError
from slaclock.temporal.instants import parse_instant
from slaclock.temporal.time_looks import STAMP, formats_like, is_stamp

_LIKE_ISO = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d|\d{8}T\d{4}")
_DIGITS = re.compile(r"\d+")
_NUMBERS = (
    (EPOCH, re.compile(r"1\d{9}([.,]\d+)?")), (EPOCH_MS, re.compile(r"1\d{12}")),
    (EXCEL, re.compile(r"[2-6]\d{4}([.,]\d+)?")),
)  # fmt: skip
_MOST = 2_000  # texts of a form that are tried one by one
_HAS_ZONE = re.compile(r"(?:[+-]\d{2}:?\d{2}|Z|UTC|GMT)$")


class FormGuess(NamedTuple):
    """The forms that texts of one look may have: one, or several of which only one can be meant; and two examples."""

    forms: tuple[str, ...]
    example: str
    proof: str | None = None


class TimeGuess(NamedTuple):
    """The forms of some columns: those that are sure, those of which one must be chosen, and what is no time.

    `local` says whether some of the times have no offset.
    """

    sure: tuple[FormGuess, ...]
    asked: tuple[FormGuess, ...]
    mixed: tuple[FormGuess, ...]
    local: bool

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that are sure."""
        return tuple(dict.fromkeys(guess.forms[0] for guess in self.sure))


def forms_like(text: str, *, number: bool) -> tuple[str, ...]:
    """The forms in which a text may be a time, by its look; a `number` only where it may be one."""
    if _LIKE_ISO.match(text):
        return (ISO,) if reads(text, ISO) else tuple(form for form in formats_like(text) if reads(text, form))
    if number and is_stamp(text):
        return (STAMP,)
    if number and text[:1].isdigit() and text[-1:].isdigit():
        forms = tuple(form for form, pattern in _NUMBERS if pattern.fullmatch(text))
        if forms:
            return forms
    return formats_like(text)


def reads(text: str, form: str) -> bool:
    """Whether a text is a time in a form that is no number's."""
    try:
        parse_instant(text, ZoneInfo("UTC"), None if form == ISO else form)
    except SlaClockError:
        return False
    return True


def are_times(texts: Sequence[str], *, number: bool) -> bool:
    """Whether most of some texts look like times."""
    some = texts[:_MOST]
    return bool(some) and 2 * sum(bool(forms_like(text, number=number)) for text in some) > len(some)


def guess_times(columns: Iterable[Sequence[str]]) -> TimeGuess:
    """The forms of the times of all columns together: what one of them proves holds for all of its look."""
    alike: dict[tuple[str, ...], dict[str, None]] = {}
    local = False
    for texts in columns:
        for text in texts:
            if forms := forms_like(text, number=True):
                alike.setdefault(forms, {})[text] = None
                local = local or (forms[0] not in (EPOCH, EPOCH_MS) and not _HAS_ZONE.search(text))
    sure: list[FormGuess] = []
    asked: list[FormGuess] = []
    mixed: list[FormGuess] = []
    for forms, several in alike.items():
        example = next(iter(several))
        if len(forms) == 1:
            sure.append(FormGuess(forms, example))
            continue
        # Of texts with the same first two numbers one tells as much as all.
        some = {tuple(_DIGITS.findall(text)[:2]): text for text in reversed(several)}
        against = {form: [text for text in some.values() if not reads(text, form)] for form in forms}
        left = [form for form in forms if not against[form]]
        proof = next((texts[-1] for texts in against.values() if texts), None)
        if len(left) == 1:
            sure.append(FormGuess((left[0],), example, proof))
        elif left:
            asked.append(FormGuess(tuple(left), next(filter(_is_either, reversed(some.values())), example)))
        else:
            first, second = (texts[-1] for texts in list(against.values())[:2])
            mixed.append(FormGuess(forms, second, first))
    return TimeGuess(tuple(sure), tuple(asked), tuple(mixed), local)


def _is_either(text: str) -> bool:
    """Whether it makes a difference which of the first two numbers is the month."""
    first, second = _DIGITS.findall(text)[:2]
    return int(first) != int(second)


def shown(text: str, form: str) -> str:
    """A text as a person reads it in a form: its day and time."""
    if form in (EPOCH, EPOCH_MS):
        at = datetime.fromtimestamp(float(text.replace(",", ".")) / (1 if form == EPOCH else 1000), UTC)
        return f"{_long(at)} UTC"
    if form == EXCEL:
        return _long(at_serial(Decimal(text.replace(",", "."))))
    return _long(parse_instant(text, ZoneInfo("UTC"), None if form == ISO else form))


def _long(at: datetime) -> str:
    return f"{at.day} {at:%B %Y %H:%M}"
