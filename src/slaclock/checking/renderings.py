"""What a check found, for people, programs, build servers and GitHub."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from xml.etree import ElementTree as Xml

from .check import Checked


def text(found: Checked) -> str:
    """One line a finding, and a last one with the sum."""
    lines = [str(each) for each in found.findings]
    failed = sum(not result.passed for _, _, result in found.cases)
    kinds = {kind: sum(each.kind == kind for each in found.findings) for kind in ("error", "lint")}
    sums = []
    if kinds["error"]:
        sums.append(_many(kinds["error"], "error"))
    if found.lints:
        sums.append(
            f"{_many(kinds['lint'], 'finding')} of {len(found.lints)} lints" if kinds["lint"] else "no lint speaks"
        )
    if found.cases:
        sums.append(f"{len(found.cases) - failed} of {_many(len(found.cases), 'case')} as expected")
    return "\n".join([*lines, f"{found.policy_file}: " + ", ".join(sums)])


def as_json(found: Checked) -> str:
    """The findings and the cases as JSON."""
    cases = [
        {"file": file, "line": line, "name": result.name, "passed": result.passed} for file, line, result in found.cases
    ]
    data = {
        "policy": found.policy_file,
        "code": found.code,
        "findings": [asdict(each) for each in found.findings],
        "lints": list(found.lints),
        "cases": cases,
    }
    return json.dumps(data, ensure_ascii=False, indent=2)


def junit(found: Checked) -> str:
    """JUnit's XML: a test for reading the policy, one for each lint, one for each case."""
    root = Xml.Element("testsuites", name="slaclock check")
    reading = Xml.SubElement(root, "testsuite", name="files")
    errors = [each for each in found.findings if each.kind == "error"]
    test = Xml.SubElement(reading, "testcase", classname="files", name=found.policy_file)
    for each in errors:
        _failure(test, "error", each.problem, str(each))
    lints = Xml.SubElement(root, "testsuite", name="lints")
    for name in found.lints:
        test = Xml.SubElement(lints, "testcase", classname="lints", name=name)
        for each in found.findings:
            if each.kind == "lint" and each.name == name:
                _failure(test, "failure", each.problem, str(each))
    cases = Xml.SubElement(root, "testsuite", name="cases")
    for file, line, result in found.cases:
        test = Xml.SubElement(cases, "testcase", classname=file, name=_legal(result.name), file=file)
        if line is not None:
            test.set("line", str(line))
        if not result.passed:
            ledger = "" if result.ledger is None else f"\n{result.ledger}"
            _failure(test, "failure", str(result), f"{result}{ledger}")
    for suite in root:
        tests = suite.findall("testcase")
        counts = {kind: sum(test.find(kind) is not None for test in tests) for kind in ("failure", "error")}
        suite.set("tests", str(len(tests)))
        suite.set("failures", str(counts["failure"]))
        suite.set("errors", str(counts["error"]))
    Xml.indent(root)
    return Xml.tostring(root, encoding="unicode", xml_declaration=True)


def github(found: Checked) -> str:
    """GitHub's workflow commands, which mark the lines of a pull request; and the sum."""
    lines = []
    for each in found.findings:
        level = "warning" if each.kind == "lint" else "error"
        place = f"file={_property(each.file)}" + ("" if each.line is None else f",line={each.line}")
        remedy = f"; {each.remedy}" if each.remedy else ""
        words = f"{each.path}: {each.problem}{remedy}" if each.path else f"{each.problem}{remedy}"
        lines.append(f"::{level} {place},title={_property(each.name)}::{_escaped(words)}")
    return "\n".join([*lines, text(found).splitlines()[-1]])


FORMATS: dict[str, Callable[[Checked], str]] = {"text": text, "json": as_json, "junit": junit, "github": github}


def _failure(test: Xml.Element, kind: str, message: str, words: str) -> None:
    Xml.SubElement(test, kind, message=_legal(message)).text = _legal(words)


def _legal(words: str) -> str:
    """The words without what XML cannot hold."""
    return "".join(
        sign if sign in "\t\n\r" or " " <= sign <= "\ud7ff" or sign >= "\ue000" else "\ufffd" for sign in words
    )


def _escaped(words: str) -> str:
    return words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(words: str) -> str:
    return _escaped(words).replace(":", "%3A").replace(",", "%2C")


def _many(count: int, thing: str) -> str:
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"
