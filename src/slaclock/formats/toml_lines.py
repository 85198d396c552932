"""Where the keys of a TOML file stand: the line of every key, which the standard library's reader does not tell.

The text is one that `tomllib` has read, so that nothing here has to say what is wrong with it.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}', re.DOTALL),
    re.compile(r"'''.*?'{3,5}", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)
_SCALAR = re.compile(r"[^,\]}\n#]*")
Path = tuple[str, ...]


def key_lines(text: str) -> dict[str, int]:
    """The line, counted from 1, of every key and every item of a list, by its path such as `targets.incident.P1`."""
    return {".".join(path): line for path, line in _Reader(text).read().items()}


def line_of(path: str, lines: dict[str, int]) -> int | None:
    """The line of the longest key that a path begins with; None where none does."""
    prefixes = [key for key in lines if path == key or path.startswith((f"{key}.", f"{key}["))]
    return lines[max(prefixes, key=len)] if prefixes else None


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text.replace("\r\n", "\n")
        self._at = 0
        self._starts = [0, *(match.end() for match in re.finditer("\n", self._text))]
        self._lines: dict[Path, int] = {}
        self._counts: dict[Path, int] = {}

    def read(self) -> dict[Path, int]:
        table: Path = ()
        while self._skip():
            if self._text.startswith("[[", self._at):
                table = self._header(2)
            elif self._text[self._at] == "[":
                table = self._header(1)
            else:
                self._pair(table)
        return self._lines

    def _skip(self) -> bool:
        """Go on to the next thing that is not blank or a comment; False at the end."""
        match = _BLANK.match(self._text, self._at)
        assert match is not None  # nothing is blank too
        self._at = match.end()
        return self._at < len(self._text)

    def _header(self, brackets: int) -> Path:
        line = self._line()
        self._at += brackets
        *parents, last = self._key()
        self._at += brackets
        table: Path = ()
        for part in parents:  # a table within a list of tables belongs to the last one so far
            self._lines.setdefault((*table, part), line)
            table = self._last((*table, part))
        table = (*table, last)
        if brackets == 2:
            number = self._counts[table] = self._counts.get(table, -1) + 1
            self._lines.setdefault(table, line)
            table = (*table, str(number))
        else:
            table = self._last(table)
        self._lines.setdefault(table, line)
        return table

    def _last(self, table: Path) -> Path:
        return (*table, str(self._counts[table])) if table in self._counts else table

    def _pair(self, table: Path) -> None:
        line = self._line()
        key = self._key()
        for length in range(1, len(key) + 1):
            self._lines.setdefault((*table, *key[:length]), line)
        self._at += 1  # the equals sign
        self._skip()
        self._value((*table, *key))

    def _key(self) -> Path:
        """A key, of one part or of several with dots between; what follows it comes next."""
        parts: list[str] = []
        while True:
            self._skip()
            bare = _BARE.match(self._text, self._at)
            if bare is not None:
                parts.append(bare[0])
                self._at = bare.end()
            else:
                quoted = self._string()
                parts.append(tomllib.loads(f"key = {quoted}")["key"])
            self._skip()
            if self._text[self._at] != ".":
                return tuple(parts)
            self._at += 1

    def _string(self) -> str:
        match = next(value for string in _STRINGS if (value := string.match(self._text, self._at)))
        self._at = match.end()
        return match[0]

    def _value(self, path: Path) -> None:
        sign = self._text[self._at]
        if sign in "\"'":
            self._string()
        elif sign == "[":
            self._list(path)
        elif sign == "{":
            self._inline(path)
        else:
            match = _SCALAR.match(self._text, self._at)
            assert match is not None  # nothing matches too
            self._at = match.end()

    def _list(self, path: Path) -> None:
        self._at += 1
        number = 0
        while self._skip() and self._text[self._at] != "]":
            item = (*path, str(number))
            self._lines[item] = self._line()
            self._value(item)
            number += 1
            self._comma()
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        while self._skip() and self._text[self._at] != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        self._skip()
        if self._text[self._at] == ",":
            self._at += 1

    def _line(self) -> int:
        return bisect_right(self._starts, self._at)
