"""The calendars of a policy by name: tables, or expressions over the names such as `main & term`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from slaclock.calendar.base import Calendar
from slaclock.errors import ErrorCollector, PolicyError

MAIN = "main"
"""The name of the policy's own `[calendar]`."""
_NAME = re.compile(r"[^\W\d][\w-]*(?<!-)")
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
            reading.calendar(_checked(name), ())
    errors.check()
    return {name: reading.known[name] for name in calendars}


def _checked(name: Any) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise PolicyError(f"{name!r} cannot name a calendar", "use letters, digits, - and _", value=name)
    if name == MAIN:
        raise PolicyError(f"a calendar is named {MAIN!r}, as [calendar] is", "give it another name", value=name)
    return name


class _Reading:
    """The calendars while they are read, each once."""

    def __init__(self, tables: Mapping[str, Any], main: Calendar) -> None:
        self._tables = tables
        self.known: dict[str, Calendar] = {MAIN: main}

    def calendar(self, name: str, above: tuple[str, ...]) -> Calendar:
        """One calendar; those whose expressions have led to it stand `above` it."""
        if name in above:
            circle = " -> ".join([*above[above.index(name) :], name])
            raise PolicyError(f"the calendars go round in a circle: {circle}", "write one as a table", value=name)
        if name not in self.known:
            if name not in self._tables:
                names = ", ".join([MAIN, *map(str, self._tables)])
                spaces = "; put spaces round a -" if "-" in name else ""
                raise PolicyError(f"there is no calendar {name!r}", f"use one of: {names}{spaces}", value=name)
            value = self._tables[name]
            written = isinstance(value, str)
            self.known[name] = self._expression(value, (*above, name)) if written else Calendar.of(value)
        return self.known[name]

    def _expression(self, text: str, above: tuple[str, ...]) -> Calendar:
        tokens = list(_tokens(text))
        calendar = self._joined(text, tokens, above)
        if tokens:
            raise _unread(text, tokens[0])
        return calendar

    def _joined(self, text: str, tokens: list[str], above: tuple[str, ...]) -> Calendar:
        """Calendars with `|` and `-` between them, from the left; `&` binds more."""
        calendar = self._met(text, tokens, above)
        while tokens and tokens[0] in "|-":
            sign, other = tokens.pop(0), self._met(text, tokens, above)
            calendar = calendar | other if sign == "|" else calendar - other
        return calendar

    def _met(self, text: str, tokens: list[str], above: tuple[str, ...]) -> Calendar:
        calendar = self._one(text, tokens, above)
        while tokens and tokens[0] == "&":
            tokens.pop(0)
            calendar = calendar & self._one(text, tokens, above)
        return calendar

    def _one(self, text: str, tokens: list[str], above: tuple[str, ...]) -> Calendar:
        token = tokens.pop(0) if tokens else ""
        if token == "(":
            calendar = self._joined(text, tokens, above)
            if tokens[:1] != [")"]:
                raise _unread(text, tokens[0] if tokens else "")
            tokens.pop(0)
            return calendar
        if not _NAME.fullmatch(token):
            raise _unread(text, token)
        return self.calendar(token, above)


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
    where = f"{token!r} cannot stand there" if token else "it ends too soon"
    return PolicyError(
        f"{text!r} is no expression of calendars: {where}", "write names with &, | or - between them", value=text
    )
