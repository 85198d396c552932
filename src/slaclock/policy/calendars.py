"""The calendars of a policy by name: tables, or expressions over the names such as `main & term`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from operator import and_, or_, sub
from typing import Any

from slaclock.calendar.base import Calendar
from slaclock.errors import ErrorCollector, PolicyError
from slaclock.formats.models import short_repr

MAIN = "main"
"""The name of the policy's own `[calendar]`."""
_MOST_SHOWN = 10
"""So many calendars of a circle are named."""
_BINDS = {"&": 2, "|": 1, "-": 1}
"""How strongly each sign of an expression binds."""
_JOINED: dict[str, Callable[[Calendar, Calendar], Calendar]] = {"&": and_, "|": or_, "-": sub}
_NAME = re.compile(r"[^\W\d][\w-]*(?<!-)")
NAMES_SCHEMA: dict[str, Any] = {
    "not": {"const": MAIN},
    "pattern": r"^[^\d\s&|()-]([^\s&|()]*[^\s&|()-])?$",
}
"""What JSON Schema says of the names of calendars: not all, since its dialects differ in what a letter is."""
_TOKEN = re.compile(rf"\s*(?:({_NAME.pattern})|([&|()-]))")


def read_calendars(calendars: Mapping[Any, Any], main: Calendar) -> dict[str, Calendar]:
    """Each calendar by its name: a table is read, and an expression worked out over the others and `main`.

    Raises `PolicyError` for a name that cannot stand in an expression or is taken, for one that is not known, and for
    expressions that go round in a circle; every calendar's error is said.
    """
    reading = _Reading(calendars, main)
    errors = ErrorCollector()
    for name in calendars:
        with errors.part(str(name)):
            reading.read(_checked(name))
    errors.check()
    return {name: reading.known[name] for name in calendars}


def names_in(expression: str) -> list[str]:
    """The calendars that an expression names."""
    return [step for step in _in_order(expression) if step not in _BINDS]


def _checked(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PolicyError(f"{short_repr(name)} cannot name a calendar", "use letters, digits, - and _", value=name)
    if name == MAIN:
        raise PolicyError(f"a calendar is named {MAIN!r}, as [calendar] is", "give it another name", value=name)
    return name


class _Reading:
    """The calendars while they are read, each once; never by recursion, so that no file is too deep."""

    def __init__(self, tables: Mapping[str, Any], main: Calendar) -> None:
        self._tables = tables
        self._steps: dict[str, list[str]] = {}
        self.known: dict[str, Calendar] = {MAIN: main}

    def read(self, name: str) -> None:
        """Read one calendar, after those that its expression leads to."""
        if name in self.known:
            return
        way: dict[str, None] = {name: None}  # from the calendar down to the one that is being read
        while way:
            lowest = next(reversed(way))
            needed = next((part for part in self._parts(lowest) if part not in self.known), None)
            if needed is None:
                self.known[lowest] = self._made(lowest)
                del way[lowest]
            elif needed in way:
                names = list(way)
                names = names[names.index(needed) :]
                shown = names if len(names) <= _MOST_SHOWN else [*names[: _MOST_SHOWN - 1], "..."]
                circle = " -> ".join([*shown, needed])
                raise PolicyError(f"the calendars go round in a circle: {circle}", "write one as a table", value=needed)
            else:
                way[needed] = None

    def _parts(self, name: str) -> Iterator[str]:
        """The calendars that an expression names; none where there is a table."""
        if name not in self._tables:
            names = ", ".join([MAIN, *map(str, self._tables)])
            spaces = "; put spaces round a -" if "-" in name else ""
            raise PolicyError(f"there is no calendar {short_repr(name)}", f"use one of: {names}{spaces}", value=name)
        if name not in self._steps:
            value = self._tables[name]
            self._steps[name] = _in_order(value) if isinstance(value, str) else []
        return (step for step in self._steps[name] if step not in _BINDS)

    def _made(self, name: str) -> Calendar:
        """A calendar whose parts are known."""
        if not self._steps[name]:
            return Calendar.of(self._tables[name])
        calendars: list[Calendar] = []
        for step in self._steps[name]:
            if step in _BINDS:
                right, left = calendars.pop(), calendars.pop()
                calendars.append(_JOINED[step](left, right))
            else:
                calendars.append(self.known[step])
        return calendars[0]


def _in_order(text: str) -> list[str]:
    """The names and signs of an expression in the order in which it is worked out: each sign after what it joins.

    Signs that bind alike are taken from the left.
    """
    steps: list[str] = []
    waiting: list[str] = []  # signs and brackets whose right side is not complete
    wanted = True  # whether a calendar must come next
    for token in list(_tokens(text)):
        if wanted and token == "(":
            waiting.append(token)
        elif wanted and _NAME.fullmatch(token):
            steps.append(token)
            wanted = False
        elif not wanted and token in (")", *_BINDS):
            least = _BINDS.get(token, 0)
            while waiting and waiting[-1] != "(" and _BINDS[waiting[-1]] >= least:
                steps.append(waiting.pop())
            if token != ")":
                waiting.append(token)
                wanted = True
            elif waiting:
                waiting.pop()
            else:
                raise _unread(text, token)
        else:
            raise _unread(text, token)
    if wanted or "(" in waiting:
        raise _unread(text, "")
    return [*steps, *reversed(waiting)]


def _tokens(text: str) -> Iterator[str]:
    place = 0
    text = text.rstrip()
    while place < len(text):
        token = _TOKEN.match(text, place)
        if token is None:
            raise _unread(text, text[place:].strip())
        yield token[1] or token[2]
        place = token.end()


def _unread(text: str, token: str) -> PolicyError:
    where = f"{short_repr(token)} cannot stand there" if token else "it ends too soon"
    return PolicyError(
        f"{short_repr(text)} is no expression of calendars: {where}",
        "write names with &, | or - between them",
        value=text,
    )
