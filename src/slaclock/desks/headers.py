"""Which column of a table holds what: headers match without regard to case, spaces, underscores and hyphens."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import NamedTuple

from slaclock.errors import InputError
from slaclock.policy.attributes import plain_name

from .look_alikes import MEANT_BY, without_objects


class Wanted(NamedTuple):
    """The columns that are read where a table has them: texts, instants and whole numbers; and those it must have."""

    texts: tuple[str, ...]
    instants: tuple[str, ...]
    required: tuple[str, ...]
    numbers: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.texts, *self.instants, *self.numbers)

    def knows(self, header: str) -> bool:
        """Whether a header is that of one of them."""
        return any(plain_header(header) in spellings(name, self) for name in self.names)


_SEPARATED = re.compile(r"[\w -]+([^\w -])[\w -]+(?:\1[\w -]+)*")
"""A header that looks like several."""
_MANY = 8  # so many columns are named, and others counted


def plain_header(name: str) -> str:
    """A header as headers are compared; one without a letter or a digit stays what it is."""
    return plain_name(name) or name


def spellings(name: str, wanted: Wanted) -> tuple[str, ...]:
    """How a header may be spelt, the surest first; an instant is one with `at` too, and an id that of a ticket."""
    plain = plain_header(name)
    others = [plain + "at"] if name in wanted.instants and not plain.endswith("at") else []
    if plain in ("id", "ticket"):
        others = ["ticketid"]
    if plain.startswith("cancelled"):
        others += [spelling.replace("ll", "l") for spelling in (plain, *others)]
    return (plain, *others)


def columns_of(
    header: Sequence[str], wanted: Wanted, place: str, named: Mapping[str, str] | None = None
) -> dict[str, int]:
    """The number of the column for each of those that are wanted, where there is one.

    `named` says for some which header is theirs. A header twice, and one that there must be and is not, are errors.
    """
    plain: dict[str, list[int]] = {}
    for number, name in enumerate(header):
        plain.setdefault(plain_header(name), []).append(number)
    named = named or {}
    columns: dict[str, int] = {}
    for name in dict.fromkeys((*wanted.required, *wanted.names)):
        own = (plain_header(named[name]),) if name in named else spellings(name, wanted)
        numbers = next((plain[spelling] for spelling in own if spelling in plain), [])
        if len(numbers) > 1:
            both = " and ".join(repr(header[number]) for number in numbers[:2])
            same = f"the column {header[numbers[0]]!r} stands twice"
            different = f"the columns {both} are both {name!r}"
            problem = same if header[numbers[0]] == header[numbers[1]] else different
            raise InputError(problem, "remove or rename one of them", place)
        if numbers:
            columns[name] = numbers[0]
        elif name in named:
            remedy = _separated(header) or f"name one of: {_there(header)}"
            raise InputError(f"there is no column {named[name]!r}", remedy, place)
    missing = [name for name in wanted.required if name not in columns]
    if missing:
        raise _missing(missing[0], header, place, unread(header, columns, wanted))
    return dict(sorted(columns.items(), key=lambda pair: pair[1]))


def _there(header: Sequence[str]) -> str:
    return ", ".join(name for name in header if name) or "none"


def _separated(header: Sequence[str]) -> str | None:
    """What to do where a header of one column looks like several with a separator; None where it does not."""
    names = [name for name in header if name]
    match = _SEPARATED.fullmatch(names[0]) if len(names) == 1 else None
    if match is None:
        return None
    sign = "a tab" if match[1] == "\t" else repr(match[1])
    return f"the separator looks like {sign}: save the file with commas, or each column in cells of its own"


def _missing(name: str, header: Sequence[str], place: str, others: Mapping[str, str | None]) -> InputError:
    """The error for a column that a table must have: what there is, and which may be it."""
    like = next((other for other, known in others.items() if known == name), None)
    remedy = f"add it to the header (there: {_there(header)})"
    if (separated := _separated(header)) is not None:
        remedy = separated
    elif like is not None:
        remedy = f"if it is {like!r}, rename that (there: {_there(header)})"
    return InputError(f"there is no column {name!r}", remedy, place)


def without_ignored(header: Sequence[str], ignored: Iterable[str], named: Iterable[str]) -> list[str]:
    """A header of which the columns that are ignored have no name, but for those that are named for something."""
    nameless = {*map(plain_header, ignored)} - {*map(plain_header, named)}
    return ["" if plain_header(name) in nameless else name for name in header]


def unread(header: Sequence[str], columns: Mapping[str, int], wanted: Wanted) -> dict[str, str | None]:
    """The headers that no one reads, each with the known name that it resembles, if any."""
    read = {*columns.values()}
    free = {plain_header(name): name for name in wanted.names if name not in columns}
    return {name: _like(name, free) for number, name in enumerate(header) if number not in read and name}


def _like(name: str, free: Mapping[str, str]) -> str | None:
    plain = plain_header(name)
    known = MEANT_BY.get(plain) or MEANT_BY.get(plain_header(without_objects(name)))
    if known in free.values():
        return known
    close = get_close_matches(plain, free, 1, 0.8)
    close += [other for other in free if len(other) > 3 and other in plain]
    return free[close[0]] if close else None


def unread_text(others: Mapping[str, str | None]) -> str:
    """The columns that no one reads, in words."""
    texts = [repr(name) if like is None else f"{name!r} (is it {like!r}?)" for name, like in _likely_first(others)]
    more = f" and {len(texts) - _MANY} more" if len(texts) > _MANY else ""
    return f"no one reads the column{'s' if len(texts) > 1 else ''} {', '.join(texts[:_MANY])}{more}"


def _likely_first(others: Mapping[str, str | None]) -> Iterable[tuple[str, str | None]]:
    return sorted(others.items(), key=lambda pair: pair[1] is None)


def check_headers(names: Collection[str], wanted: Wanted) -> None:
    """What is named by hand must be known."""
    for name in names:
        if name not in wanted.names:
            remedy = f"use one of: {', '.join(wanted.names)}"
            raise InputError(f"{name!r} is no column of such a file", remedy, value=name)
