"""`check`: a policy or a book of them and its cases, with everything that is wrong."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from slaclock.errors import CaseError, InputError, PolicyError, SlaClockError
from slaclock.formats.documents import form_of, read_data, read_text
from slaclock.formats.toml_lines import key_lines, line_of
from slaclock.policy.book import PolicyBook, holds_book, is_one_file, policies_in, policy_files, title_of
from slaclock.policy.calendar_files import with_paths
from slaclock.policy.policy import Policy
from slaclock.policy.promises import Promise, promises_of

from .book_lints import Entry
from .cases import CaseFile, CaseResult, run_case
from .findings import Finding, of_error
from .hints import Hint
from .lints import hints_of, hints_of_book, names_asked
from .pages.page_check import PageCheck, check_page


class CheckedCase(NamedTuple):
    """How a case came out, and where it stands; the line is None where it is not known."""

    file: str
    line: int | None
    result: CaseResult

    @property
    def calendar(self) -> str | None:
        """The calendar on which the case's clock runs, where its policy has several, and the clock is no wall clock."""
        a = self.result.assessment
        return (
            a.calendar if a is not None and a.policy.calendars and a.target is not None and not a.target.wall else None
        )


class CheckedTarget(NamedTuple):
    """A target of a policy, and the file that it stands in."""

    file: str
    policy: str
    promise: Promise


@dataclass
class CheckResult:
    """What came out of a check: the findings, the lints that were asked, and every case with its file and line.

    `policy_file` is what was given, and `files` are those of the policies. `targets` are those whose clocks run on a
    calendar, in all the policies, where one of these has several calendars. `page` is what a published page says, where
    one was given.

    >>> from importlib.resources import files
    >>> result = check(str(files("slaclock").joinpath("example", "sla.toml")))
    >>> result.code, len(result.lints) > 20
    (0, True)
    """

    policy_file: str
    findings: list[Finding] = field(default_factory=list)
    lints: tuple[str, ...] = ()
    cases: list[CheckedCase] = field(default_factory=list)
    files: tuple[str, ...] = ()
    targets: tuple[CheckedTarget, ...] = ()
    page: PageCheck | None = None

    @property
    def code(self) -> int:
        """0 when all is well, 1 when a rule or a case fails, 2 when a file cannot be read."""
        if any(finding.kind == "error" for finding in self.findings):
            return 2
        return 1 if self.findings else 0


class _Source(NamedTuple):
    """A policy, and where it stands: its file, that file's lines and data, and the key in it of one of a book."""

    file: str
    lines: dict[str, int]
    policy: Policy
    data: Mapping[str, Any]
    key: str = ""


def check(
    policy: str | Path | Sequence[str | Path], cases: Iterable[str | Path] = (), page: str | Path | None = None
) -> CheckResult:
    """Validate a policy, lint it and run the cases of some files on it, without stopping at the first thing wrong.

    Several files, a pattern such as `policies/*.toml`, a folder, or a file that holds a book are checked as one book:
    each policy by itself, all of them by the lints of books, and the cases by the policy that is for each. What a
    published `page` of HTML or Markdown promises is laid beside the policy and beside itself; where there is no policy,
    `[]`, beside itself alone.

    What is wrong with the files is a finding, and raises nothing.

    >>> from importlib.resources import files
    >>> result = check(str(files("slaclock").joinpath("example", "sla.toml")))
    >>> result.code, result.findings
    (0, [])
    """
    paths = [policy] if isinstance(policy, (str, Path)) else list(policy)
    result = CheckResult(", ".join(map(str, paths)))
    if page is not None and not paths:
        result.policy_file = str(page)
        _check_page(page, None, result)
        return result
    whole = True
    sources: list[_Source] = []
    try:
        files = policy_files(paths)
    except SlaClockError as error:
        result.findings += of_error(error, result.policy_file, {})
        files, whole = [], False
    given = {Path(path): str(path) for path in paths}
    result.files = tuple(given.get(file, str(file)) for file in files)
    for file, name in zip(files, result.files, strict=True):
        read = _read(file, name, result)
        sources += read
        whole &= bool(read)
    if any(source.policy.calendars for source in sources):
        result.targets = tuple(_targets(sources))
    alone = is_one_file(paths, files) and not any(source.key for source in sources)
    judge: Policy | PolicyBook | None = None
    if whole:
        judge = sources[0].policy if alone else _book(sources, result)
    read_cases = [_read_cases(Path(path)) for path in cases]
    files_of_cases = [own.cases for own in read_cases if own.cases is not None]
    if sources:
        result.lints = names_asked(of_book=not alone, with_cases=bool(files_of_cases))
        events = {name for own in files_of_cases for name in own.events}
        _lint(sources, judge, result, events if files_of_cases else None)
    for own in read_cases:
        result.findings += own.findings
        if judge is not None and own.cases is not None:
            _run(own, own.cases, judge, result)
    if page is not None and judge is not None:
        _check_page(page, judge, result)
    return result


def _check_page(page: str | Path, judge: Policy | PolicyBook | None, result: CheckResult) -> None:
    """Read a page, and note what on it contradicts the policy or itself, or that nothing of it could be read."""
    try:
        if isinstance(judge, PolicyBook):
            raise InputError("a page is laid beside one policy", "give the file of the policy that it tells of")
        read = check_page(page, judge)
    except SlaClockError as error:
        result.findings += of_error(error, str(page), {})
        return
    result.page = read
    for own in read.contradictions:
        whom = "the policy" if own.verdict == "contradicts" else "it says elsewhere"
        problem = f"the page says {own.page}, {whom} {own.policy}: {own.quote!r}"
        remedy = "correct the page, or the policy" if own.verdict == "contradicts" else "correct one of the two"
        result.findings.append(Finding("page", f"page-{own.verdict}", read.file, own.line, own.about, problem, remedy))
    if not any(own.line is not None and own.verdict != "unread" for own in read.readings):
        problem, remedy = "nothing on the page could be read as a promise", "say who is promised what within which time"
        result.findings.append(Finding("page", "page-without-promises", read.file, None, "", problem, remedy))


def _read(file: Path, name: str, result: CheckResult) -> list[_Source]:
    """The policies of a file, one but for a file that holds a book; none where something is wrong with it."""
    lines: dict[str, int] = {}
    try:
        form, text = form_of(file), read_text(file, PolicyError)
        data = read_data(text, form, PolicyError)
        lines = key_lines(text) if form == "toml" else {}
        if not holds_book(data, form):
            return [_Source(name, lines, Policy.model_validate(with_paths(data, file.parent)), data)]
        policies = policies_in(data)
        PolicyBook(policies)  # which says whether they can stand in one
        tables = zip(policies, data["policies"], strict=True)
        return [_Source(name, lines, own, table, f"policies.{number}.") for number, (own, table) in enumerate(tables)]
    except SlaClockError as error:
        result.findings += of_error(error, name, lines)
        return []


def _targets(sources: list[_Source]) -> Iterator[CheckedTarget]:
    for source in sources:
        for promise in promises_of(source.policy):
            if not promise.target.wall:
                yield CheckedTarget(source.file, source.policy.name, promise)


def _book(sources: list[_Source], result: CheckResult) -> PolicyBook | None:
    """The book of some policies; None where they cannot stand in one, which is said of the first that does not."""
    policies = [source.policy for source in sources]
    try:
        return PolicyBook(policies)
    except SlaClockError as error:
        if not sources:
            result.findings += of_error(error, result.policy_file, {})
            return None
        first = next(number for number in range(2, len(policies) + 1) if not _makes_a_book(policies[:number]))
        source = sources[first - 1]
        line = line_of("in_force_from", source.lines) or line_of("name", source.lines)
        path = f"{source.key}in_force_from"
        problem, remedy = error.problem, error.remedy
        result.findings.append(Finding("error", type(error).__name__, source.file, line, path, problem, remedy))
        return None


def _makes_a_book(policies: list[Policy]) -> bool:
    try:
        PolicyBook(policies)
    except SlaClockError:
        return False
    return True


def _lint(
    sources: list[_Source], judge: Policy | PolicyBook | None, result: CheckResult, events: Collection[str] | None
) -> None:
    """Ask the lints of each policy, by the events of its cases where it has any, and of the book those of all."""
    of_book: dict[int, dict[str, list[Hint]]] = {}
    if isinstance(judge, PolicyBook):
        by_policy = {id(source.policy): source for source in sources}
        entries = [Entry(f"{title_of(policy)} ({by_policy[id(policy)].file})", policy) for policy in judge.policies]
        of_book = {id(entry.policy): hints for entry, hints in zip(entries, hints_of_book(entries), strict=True)}
    for file, lines, policy, data, key in sources:
        for name, hint in hints_of(policy, data, of_book.get(id(policy)), events):
            path = key + hint.path
            result.findings.append(Finding("lint", name, file, line_of(path, lines), path, hint.problem, hint.remedy))


class _ReadCases(NamedTuple):
    """A file of cases as it was read: its lines, and the cases, or the findings where something is wrong with it."""

    file: str
    lines: dict[str, int]
    cases: CaseFile | None
    findings: list[Finding]


def _read_cases(file: Path) -> _ReadCases:
    lines: dict[str, int] = {}
    try:
        text = read_text(file, CaseError)
        data = read_data(text, "toml", CaseError)
        lines = key_lines(text)
        return _ReadCases(str(file), lines, CaseFile.model_validate(data), [])
    except SlaClockError as error:
        return _ReadCases(str(file), lines, None, of_error(error, str(file), lines))


def _run(read: _ReadCases, cases: CaseFile, policy: Policy | PolicyBook, check: CheckResult) -> None:
    for name, case in cases.cases.items():
        path = f"cases.{name}"
        line = line_of(path, read.lines)
        result = run_case(name, case, policy)
        checked = CheckedCase(read.file, line, result)
        check.cases.append(checked)
        by = f", by the calendar {checked.calendar}" if checked.calendar is not None else ""
        if result.error is not None:
            problem, remedy = result.error.problem, result.error.remedy
            check.findings.append(Finding("case", name, read.file, line, path, problem, remedy))
        for mismatch in result.mismatches:
            key = f"{path}.{mismatch.key}"
            remedy = "correct the policy, or what is expected"
            where = line_of(key, read.lines)
            check.findings.append(Finding("case", name, read.file, where, key, f"{mismatch}{by}", remedy))
