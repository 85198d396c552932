"""The text of a drafted mapping: TOML, with a comment on each guess and on what could not be told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from slaclock.formats.safe_texts import one_line
from slaclock.formats.toml_values import toml_key, toml_string, toml_value

_COMMENT_AT = 44
_LONGEST = 100


class Page:
    """Lines of TOML, and what whoever reads the draft is to check."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self.checks: list[str] = []

    @property
    def text(self) -> str:
        """The whole file."""
        return "\n".join(self._lines) + "\n"

    def say(self, text: str) -> None:
        """A line that is a comment."""
        self._lines.append(f"# {_comment(text)}")

    def section(self, name: str) -> None:
        """The beginning of a section."""
        self._lines += ["", f"[{name}]"]

    def put(self, key: str, value: str | Sequence[str], why: str = "") -> None:
        """A key, its value, and why it is guessed."""
        self._line(f"{toml_key(key)} = {_written(value)}", why)

    def put_list(self, key: str, values: Iterable[str]) -> None:
        """A key and a list, of which each value stands on a line where it is long."""
        values = [*dict.fromkeys(values)]
        line = f"{toml_key(key)} = {_written(values)}"
        if len(line) <= _LONGEST:
            self._lines.append(line)
        else:
            self._lines += [f"{toml_key(key)} = [", *(f"    {toml_string(value)}," for value in values), "]"]

    def leave(self, key: str, value: str | Sequence[str], why: str) -> None:
        """A key that whoever checks the draft may put in."""
        self._line(f"# {toml_key(key)} = {_written(value)}", why)

    def check(self, text: str) -> None:
        """Something to be checked, or answered."""
        self.checks.append(_comment(text))

    def words(self, section: str, meanings: Mapping[str, str | None], choices: Iterable[str]) -> None:
        """The words of the desk and what they seem to mean; what cannot be told is left to be answered."""
        if not meanings:
            return
        self.section(section)
        choice = ", ".join(choices)
        for word, meaning in meanings.items():
            if meaning is None:
                self.leave(word, "", f"which? {choice}")
            else:
                self.put(word, meaning)
        unknown = [word for word, meaning in meanings.items() if meaning is None]
        if unknown:
            self.check(f"[{section}]: what is meant by {', '.join(map(repr, unknown[:8]))}? One of: {choice}")
        if len(unknown) < len(meanings):
            self.check(f"[{section}]: are the guesses right?")

    def _line(self, line: str, why: str) -> None:
        self._lines.append(f"{line:<{_COMMENT_AT - 2}}  # {_comment(why)}" if why else line)


def _written(value: str | Sequence[str]) -> str:
    return toml_string(value) if isinstance(value, str) else toml_value([*value])


def _comment(text: str) -> str:
    return one_line(text)
