"""`check`: a policy and its cases, with everything that is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from slaclock.errors import CaseError, PolicyError, SlaClockError
from slaclock.formats.documents import Form, form_of, read_data, read_text
from slaclock.formats.toml_lines import key_lines, line_of
from slaclock.policy.policy import Policy

from .cases import CaseFile, CaseResult, run_case
from .findings import Finding, of_error
from .lints import NAMES, hints_of


class CheckedCase(NamedTuple):
    """How a case came out, and where it stands; the line is None where it is not known."""

    file: str
    line: int | None
    result: CaseResult


@dataclass
class CheckResult:
    """What came out of a check: the findings, the lints that were asked, and every case with its file and line."""

    policy_file: str
    findings: list[Finding] = field(default_factory=list)
    lints: tuple[str, ...] = ()
    cases: list[CheckedCase] = field(default_factory=list)

    @property
    def code(self) -> int:
        """0 when all is well, 1 when a rule or a case fails, 2 when a file cannot be read."""
        if any(finding.kind == "error" for finding in self.findings):
            return 2
        return 1 if self.findings else 0


def check(policy: str | Path, cases: Iterable[str | Path] = ()) -> CheckResult:
    """Validate a policy, lint it and run the cases of some files on it, without stopping at the first thing wrong.

    >>> from importlib.resources import files
    >>> result = check(str(files("slaclock").joinpath("example", "sla.toml")))
    >>> result.code, len(result.lints)
    (0, 23)
    """
    file = Path(policy)
    result = CheckResult(str(policy))
    parsed: Policy | None = None
    lines: dict[str, int] = {}
    text = ""
    try:
        text = read_text(file, PolicyError)
        lines = _lines(text, form_of(file))
        parsed = Policy.parse(text, form_of(file), file.parent)
    except SlaClockError as error:
        result.findings += of_error(error, str(policy), lines)
    if parsed is not None:
        result.lints = NAMES
        for name, hint in hints_of(parsed, read_data(text, form_of(file), PolicyError)):
            line = line_of(hint.path, lines)
            result.findings.append(Finding("lint", name, str(policy), line, hint.path, hint.problem, hint.remedy))
    for path in cases:
        _run(Path(path), parsed, result)
    return result


def _lines(text: str, form: Form = "toml") -> dict[str, int]:
    """The lines of the file's keys; none for JSON, and for what is no TOML, which is said elsewhere."""
    if form != "toml":
        return {}
    try:
        read_data(text, form, SlaClockError)
    except SlaClockError:
        return {}
    return key_lines(text)


def _run(file: Path, policy: Policy | None, check: CheckResult) -> None:
    lines: dict[str, int] = {}
    try:
        text = read_text(file, CaseError)
        lines = _lines(text)
        parsed = CaseFile.parse(text)
    except SlaClockError as error:
        check.findings += of_error(error, str(file), lines)
        return
    if policy is None:
        return
    for name, case in parsed.cases.items():
        path = f"cases.{name}"
        line = line_of(path, lines)
        result = run_case(name, case, policy)
        check.cases.append(CheckedCase(str(file), line, result))
        if result.error is not None:
            problem, remedy = result.error.problem, result.error.remedy
            check.findings.append(Finding("case", name, str(file), line, path, problem, remedy))
        for mismatch in result.mismatches:
            key = f"{path}.{mismatch.name}"
            remedy = "correct the policy, or what is expected"
            check.findings.append(Finding("case", name, str(file), line_of(key, lines), key, str(mismatch), remedy))
