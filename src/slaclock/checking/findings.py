"""What a check finds: in which file, on which line, of which key, and what to do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from slaclock.errors import SlaClockError, printable
from slaclock.formats.toml_lines import line_of

FindingKind = Literal["error", "lint", "case", "page"]


@dataclass(frozen=True)
class Finding:
    """One thing that is wrong: an `error` that keeps a file from being read, a `lint`, a `case` that fails, a `page`.

    `name` is the lint's or the case's, for an error its class; `line` is None where it is not known (in JSON).

    >>> import pathlib, tempfile
    >>> from slaclock.checking import check
    >>> file = pathlib.Path(tempfile.mkdtemp(), "sla.toml")
    >>> _ = file.write_text('name = "ours"\\n[calendar]\\ntimezone = "Europe/London"\\nhours = "Mo-Fr 09:00-17:00"\\n')
    >>> [finding] = [finding for finding in check(file).findings if finding.kind == "error"]
    >>> finding.path, finding.problem, finding.remedy
    ('targets', 'this field is missing', 'give it')
    """

    kind: FindingKind
    name: str
    file: str
    line: int | None
    path: str
    problem: str
    remedy: str

    @property
    def place(self) -> str:
        """The file, the line where it is known, and the key."""
        line = "" if self.line is None else f":{self.line}"
        return f"{printable(self.file)}{line}" + (f": {self.path}" if self.path else "")

    def __str__(self) -> str:
        remedy = f"; {self.remedy}" if self.remedy else ""
        return f"{self.place}: {self.problem}{remedy} [{self.name}]"


def of_error(error: SlaClockError, file: str, lines: dict[str, int]) -> list[Finding]:
    """Everything that an error says, each with its line."""
    return [
        Finding("error", type(part).__name__, file, _line(part, lines), part.where, part.problem, part.remedy)
        for part in error.all
    ]


def _line(error: SlaClockError, lines: dict[str, int]) -> int | None:
    """The line of the key that is wrong, or of where the file's syntax is."""
    line = re.search(r"at line (\d+)", error.problem)
    return int(line[1]) if line is not None and not lines else line_of(error.where, lines)
