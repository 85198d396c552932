"""`check`: a policy and its cases, with everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from slaclock.errors import CaseError, PolicyError, SlaClockError
from slaclock.formats.documents import Form, form_of, read_data, read_text
from slaclock.formats.toml_lines import key_lines, line_of
from slaclock.policy.policy import Policy

from .cases import CaseFile, CaseResult, run_case
from .findings import Finding, of_error
from .lints import NAMES, hints_of


@dataclass
class Checked:
    """What came out of a check: the findings, the lints that were asked, and every case with its file and line."""

    policy_file: str
    findings: list[Finding] = field(default_factory=list)
    lints: tuple[str, ...] = ()
    cases: list[tuple[str, int | None, CaseResult]] = field(default_factory=list)

    @property
    def code(self) -> int:
        """0 when all is well, 1 when a rule or a case fails, 2 when a file cannot be read."""
        if any(each.kind == "error" for each in self.findings):
            return 2
        return 1 if self.findings else 0


def check(policy: str | Path, cases: Iterable[str | Path] = ()) -> Checked:
    """Validate a policy, lint it and run the cases of some files on it, without stopping at the first thing wrong.

    >>> from importlib.resources import files
    >>> found = check(str(files("slaclock").joinpath("example", "sla.toml")))
    >>> found.code, len(found.lints)
    (0, 13)
    """
    file = Path(policy)
    found = Checked(str(policy))
    read: Policy | None = None
    lines: dict[str, int] = {}
    try:
        text = read_text(file, PolicyError)
        lines = _lines(text, form_of(file))
        read = Policy.parse(text, form_of(file), file.parent)
    except SlaClockError as wrong:
        found.findings += of_error(wrong, str(policy), lines)
    if read is not None:
        found.lints = NAMES
        for name, hint in hints_of(read):
            line = line_of(hint.path, lines)
            found.findings.append(Finding("lint", name, str(policy), line, hint.path, hint.problem, hint.remedy))
    for path in cases:
        _run(Path(path), read, found)
    return found


def _lines(text: str, form: Form = "toml") -> dict[str, int]:
    """The lines of the file's keys; none for JSON, and for what is no TOML, which is said elsewhere."""
    if form != "toml":
        return {}
    try:
        read_data(text, form, SlaClockError)
    except SlaClockError:
        return {}
    return key_lines(text)


def _run(file: Path, policy: Policy | None, found: Checked) -> None:
    lines: dict[str, int] = {}
    try:
        text = read_text(file, CaseError)
        lines = _lines(text)
        read = CaseFile.parse(text)
    except SlaClockError as wrong:
        found.findings += of_error(wrong, str(file), lines)
        return
    if policy is None:
        return
    for name, case in read.cases.items():
        path = f"cases.{name}"
        line = line_of(path, lines)
        result = run_case(name, case, policy)
        found.cases.append((str(file), line, result))
        if result.error is not None:
            told = result.error
            found.findings.append(Finding("case", name, str(file), line, path, told.problem, told.remedy))
        for each in result.mismatches:
            where = f"{path}.{each.name}"
            place = line_of(where, lines)
            remedy = "correct the policy, or what is expected"
            found.findings.append(Finding("case", name, str(file), place, where, str(each), remedy))
