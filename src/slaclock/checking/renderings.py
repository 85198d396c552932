"""What a check found, for people, programs, build servers and GitHub."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from xml.etree import ElementTree as Xml

from slaclock.errors import printable
from slaclock.formats.counts import count_text
from slaclock.formats.safe_texts import shown, shown_lines

from .check import CheckResult
from .pages.page_check import line_of


def text(check: CheckResult) -> str:
    """One line a finding, one for each of several calendars with its targets, one for what a page says, and the sum."""
    return shown_lines("\n".join([*map(str, check.findings), *_calendars(check), *_page(check), _summary(check)]))


def as_json(check: CheckResult) -> str:
    """The findings and the cases as JSON."""
    cases = [
        {
            "file": case.file,
            "line": case.line,
            "name": case.result.name,
            "passed": case.result.passed,
            "calendar": case.calendar,
        }
        for case in check.cases
    ]
    targets = [
        {"file": file, "policy": policy, "whose": of.whose, "measure": of.measure, "calendar": of.calendar}
        for file, policy, of in check.targets
    ]
    data = {
        "policy": check.policy_file,
        "files": list(check.files),
        "code": check.code,
        "findings": [asdict(finding) for finding in check.findings],
        "lints": list(check.lints),
        "cases": cases,
        "targets": targets,
        "page": None if check.page is None else json.loads(check.page.to_json()),
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def junit(check: CheckResult) -> str:
    """JUnit's XML: a test for reading each policy, one for each lint, one for each case."""
    root = Xml.Element("testsuites", name="slaclock check")
    files = Xml.SubElement(root, "testsuite", name="files")
    names = check.files or (check.policy_file,)
    read = {name: Xml.SubElement(files, "testcase", classname="files", name=name) for name in names}
    for finding in check.findings:
        if finding.kind == "error":  # that of a file of cases beside the first policy
            _failure(read.get(finding.file, read[names[0]]), "error", finding.problem, str(finding))
    lints = Xml.SubElement(root, "testsuite", name="lints")
    for name in check.lints:
        test = Xml.SubElement(lints, "testcase", classname="lints", name=name)
        for finding in check.findings:
            if finding.kind == "lint" and finding.name == name:
                _failure(test, "failure", finding.problem, str(finding))
    cases = Xml.SubElement(root, "testsuite", name="cases")
    for case in check.cases:
        file, line, result = case
        test = Xml.SubElement(cases, "testcase", classname=file, name=result.name, file=file)
        if line is not None:
            test.set("line", str(line))
        if case.calendar is not None:
            properties = Xml.SubElement(test, "properties")
            Xml.SubElement(properties, "property", name="calendar", value=case.calendar)
        if not result.passed:
            _failure(test, "failure", str(result), f"{result}{result.explained}")
    if check.page is not None:
        _page_suite(Xml.SubElement(root, "testsuite", name="page"), check)
    for suite in root:
        tests = suite.findall("testcase")
        counts = {kind: sum(test.find(kind) is not None for test in tests) for kind in ("failure", "error")}
        suite.set("tests", str(len(tests)))
        suite.set("failures", str(counts["failure"]))
        suite.set("errors", str(counts["error"]))
    for element in root.iter():
        element.attrib = {key: _legal(value) for key, value in element.attrib.items()}
    Xml.indent(root)
    # No line may begin like a command of the server's, of which text of a file's own could be one.
    return re.sub(r"(?m)^(\s*):(?=:)", r"\1&#58;", Xml.tostring(root, encoding="unicode", xml_declaration=True))


def github(check: CheckResult) -> str:
    """GitHub's workflow commands, which mark the lines of a pull request; and the sum."""
    lines = []
    for finding in check.findings:
        level = "warning" if finding.kind == "lint" else "error"
        place = f"file={_property(finding.file)}" + ("" if finding.line is None else f",line={finding.line}")
        remedy = f"; {finding.remedy}" if finding.remedy else ""
        message = f"{finding.path}: {finding.problem}{remedy}" if finding.path else f"{finding.problem}{remedy}"
        lines.append(f"::{level} {place},title={_property(finding.name)}::{_escaped(message)}")
    return "\n".join([*lines, shown_lines(_summary(check))])


FORMATS: dict[str, Callable[[CheckResult], str]] = {"text": text, "json": as_json, "junit": junit, "github": github}


def _calendars(check: CheckResult) -> Iterator[str]:
    """Which targets count on which calendar, where there are several."""
    on: dict[tuple[str, str, str], list[str]] = {}
    for file, policy, of in check.targets:
        on.setdefault((file, policy, of.calendar), []).append(f"{of.whose} {of.measure}")
    alone = len({(file, policy) for file, policy, _ in on}) == 1
    for (file, policy, calendar), targets in on.items():
        whose = "" if alone else f"{policy}: "
        yield f"{file}: {whose}by the calendar {calendar}: {', '.join(targets)}"


def _page(check: CheckResult) -> Iterator[str]:
    """What a page says, line by line, but for what is a finding already."""
    if check.page is not None:
        findings = check.page.contradictions
        yield from (line_of(check.page, own) for own in check.page.readings if own not in findings)


def _page_suite(suite: Xml.Element, check: CheckResult) -> None:
    """A test for each thing on a page that was compared, and one for the page as a whole."""
    page = check.page
    assert page is not None  # or there is no such suite
    for own in page.readings:
        if own.verdict in ("agrees", "contradicts", "contradicts-itself"):
            test = Xml.SubElement(suite, "testcase", classname=page.file, name=f"{own.about}, line {own.line}")
            test.set("file", page.file)
            test.set("line", str(own.line))
            if own.verdict != "agrees":
                _failure(test, "failure", str(own), line_of(page, own))
    whole = Xml.SubElement(suite, "testcase", classname=page.file, name="the page promises something")
    for finding in check.findings:
        if finding.name == "page-without-promises":
            _failure(whole, "failure", finding.problem, str(finding))


def _summary(check: CheckResult) -> str:
    """How many findings and cases there are, in one line, and of a page how many things it says, in another."""
    counts = Counter(finding.kind for finding in check.findings)
    parts = []
    if counts["error"]:
        parts.append(count_text(counts["error"], "error"))
    if check.lints:
        lints = f"{count_text(counts['lint'], 'finding')} of {len(check.lints)} lints"
        parts.append(lints if counts["lint"] else "no lint speaks")
    if check.cases:
        passed = sum(case.result.passed for case in check.cases)
        parts.append(f"{passed} of {count_text(len(check.cases), 'case')} as expected")
    sums = [f"{check.policy_file}: " + ", ".join(parts)] if parts else []
    if check.page is not None:
        sums.append(f"{printable(check.page.file)}: {check.page.summary}")
    return "\n".join(sums)


def _failure(test: Xml.Element, kind: str, message: str, text: str) -> None:
    Xml.SubElement(test, kind, message=message).text = _legal(text)


def _legal(text: str) -> str:
    """The text as XML can hold it, and as it may be shown."""
    return "\n".join(map(shown, text.split("\n")))


def _escaped(text: str) -> str:
    return shown(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
