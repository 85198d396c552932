"""Rules as code: what `check` finds in a corpus of policies and cases, and in which form it says so."""

from __future__ import annotations

import json
import pickle
import tomllib
from collections import Counter
from datetime import time, timedelta
from pathlib import Path
from xml.etree import ElementTree as Xml

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from junitparser import JUnitXml

import slaclock as sc
from corpus import BAD, BAD_CASES, BASE, CASES, GOOD, P1, TERM, TERM_RULE, changed
from desk import EXAMPLE
from reviewed import check_reviewed
from slaclock import errors
from slaclock.checking import CaseFile, check, compare, run_case, schema, suggest
from slaclock.checking.cases import Case
from slaclock.checking.lints import LINTS, NAMES, hints_of, names_asked
from slaclock.checking.renderings import FORMATS
from slaclock.cli import main
from slaclock.formats.toml_lines import key_lines, line_of
from slaclock.formats.toml_values import toml_string, toml_value

NAMED = {"breach": "of-target"}
NAMES_OF_ONE = names_asked(of_book=False, with_cases=False)
SNAPSHOTS = Path(__file__).parent / "snapshots"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder of one's own with a good policy and its cases."""
    monkeypatch.chdir(tmp_path)
    Path("sla.toml").write_text(BASE, encoding="utf-8")
    Path("cases.toml").write_text(CASES, encoding="utf-8")
    return tmp_path


def reviewed(name, said):
    """What is said is what was reviewed; with UPDATE_SNAPSHOTS=1 it is written to be reviewed anew."""
    text = "\n".join(f"## {title}\n{words}\n" for title, words in said.items())
    file = SNAPSHOTS / name
    check_reviewed(file, text)


def test_every_good_policy_is_good(folder):
    for name, changes in GOOD.items():
        Path("sla.toml").write_text(changed(BASE, changes), encoding="utf-8")
        found = check("sla.toml")
        assert (found.code, found.findings) == (0, []), name


def test_every_bad_policy_is_said_as_reviewed(folder):
    said, classes = {}, Counter()
    for name, changes in BAD.items():
        Path("sla.toml").write_text(changed(BASE, changes), encoding="utf-8")
        found = check("sla.toml")
        assert found.code == (2 if found.findings[0].kind == "error" else 1), name
        classes.update({each.name for each in found.findings})
        said[name] = FORMATS["text"](found)
    reviewed("bad_policies.txt", said)
    assert len(BAD) >= 60
    assert all(classes[name] >= 2 for name in NAMES_OF_ONE)
    assert all(
        classes[name] >= 2
        for name in ("PolicyError", "ModelError", "TargetError", "HoursError", "HolidaysError", "UnknownZoneError")
    )


def test_every_bad_file_of_cases_is_said_as_reviewed(folder):
    said = {"the good ones": FORMATS["text"](check("sla.toml", ["cases.toml"]))}
    for name, changes in BAD_CASES.items():
        Path("cases.toml").write_text(changed(CASES, changes), encoding="utf-8")
        found = check("sla.toml", ["cases.toml"])
        assert found.code, name
        said[name] = FORMATS["text"](found)
    reviewed("bad_cases.txt", said)


def test_a_missing_file_cannot_be_read(folder):
    found = check("none.toml", ["none either.toml"])
    assert found.code == 2
    assert [each.file for each in found.findings] == ["none.toml", "none either.toml"]
    Path("binary.toml").write_bytes(b"\xff\xfe")
    assert check("binary.toml").code == 2


def test_a_policy_in_json_is_checked_without_lines(folder):
    policy = sc.Policy.parse(changed(BASE, BAD["a slacker higher priority"]))
    Path("sla.json").write_text(policy.model_dump_json(), encoding="utf-8")
    (finding,) = check("sla.json").findings
    assert (finding.line, finding.path, finding.name) == (None, "targets.incident.P1.resolve", "slacker-than-lower")
    Path("sla.json").write_text("{", encoding="utf-8")
    assert check("sla.json").code == 2


def test_the_packaged_example_has_nothing_to_mend():
    example = Path(str(sc.__file__)).parent / "example" / "sla.toml"
    assert check(example).findings == []


def test_lints_of_the_file_are_asked_where_there_is_one(folder):
    text = changed(BASE, BAD["an afternoon instead of a morning"])
    assert {name for name, _ in hints_of(sc.Policy.parse(text), tomllib.loads(text))} == {"weekday-replaced"}
    season = text.replace("Mo-Fr 13:00-17:00", "Jul-Aug 08:00-10:00; Jul 13:00-17:00")
    assert {name for name, _ in hints_of(sc.Policy.parse(season), tomllib.loads(season))} == {"weekday-replaced"}
    silenced = text + '[silence]\nweekday-replaced = "the mornings are closed"\n'
    assert list(hints_of(sc.Policy.parse(silenced), tomllib.loads(silenced))) == []
    assert list(hints_of(sc.Policy.parse(silenced))) == []  # and no idle silence, where nobody can know
    Path("sla.json").write_text(json.dumps(data_of(text)), encoding="utf-8")
    assert [finding.name for finding in check("sla.json").findings] == ["weekday-replaced"]


def test_a_rule_that_is_named_stays_so_wherever_the_policy_goes():
    unnamed = sc.Policy.parse(changed(BASE, BAD["no rule of what becomes of a breach"]))
    named = sc.Policy.parse(BASE)
    assert unnamed == named  # they mean the same, and only one of them says it

    def names(policy):
        return "breach-can-be-erased" not in [name for name, _ in hints_of(policy)]

    for copied in (pickle.loads(pickle.dumps(named)), named.model_copy(update={"name": "b"})):
        assert names(copied)
    for copied in (pickle.loads(pickle.dumps(unnamed)), unnamed.model_copy(update={"name": "b"})):
        assert not names(copied)
    # What is written names every rule, the defaults too.
    assert names(sc.Policy.from_json(unnamed.to_json()))
    assert names(sc.Policy.model_validate(unnamed.model_dump()))


def test_every_lint_has_its_section():
    page = (Path(__file__).parent.parent / "docs" / "lints.md").read_text(encoding="utf-8")
    assert [line[3:] for line in page.splitlines() if line.startswith("## ")] == list(NAMES)


# The forms


def both(folder):
    """A policy with a lint and cases with a failure."""
    Path("sla.toml").write_text(changed(BASE, BAD["a slacker higher priority"]), encoding="utf-8")
    return check("sla.toml", ["cases.toml"])


def test_junit_is_read_by_a_real_parser(folder):
    found = both(folder)
    xml = JUnitXml.fromstring(FORMATS["junit"](found).encode())
    suites = {suite.name: suite for suite in xml}
    assert {name: (suite.tests, suite.failures, suite.errors) for name, suite in suites.items()} == {
        "files": (1, 0, 0),
        "lints": (len(names_asked(of_book=False, with_cases=True)), 1, 0),
        "cases": (4, 1, 0),
    }
    failed = next(case for case in suites["cases"] if case.result)
    assert failed.name == "Friday afternoon"
    assert "expected Mon 9 Apr 2018 08:30" in failed.result[0].message
    assert "service hours" in failed.result[0].text  # of the ledger
    Path("sla.toml").write_text(changed(BASE, BAD["several at once"]), encoding="utf-8")
    suites = {suite.name: suite for suite in JUnitXml.fromstring(FORMATS["junit"](check("sla.toml")).encode())}
    assert (suites["files"].tests, suites["files"].errors) == (1, 1)


def test_junit_holds_any_name(folder):
    Path("cases.toml").write_text(
        '[cases]\n"a \\u0000 <name> & \\u0007" = { opened = "2018-04-06 15:00", priority = "P1", due = "none" }\n'
    )
    xml = JUnitXml.fromstring(FORMATS["junit"](check("sla.toml", ["cases.toml"])).encode())
    assert any("<name> &" in case.name for suite in xml for case in suite)


NIGHT = """
[calendars.always]
timezone = "Europe/London"
hours = "24/7"
"""


def test_which_calendar_counted_is_said_where_there_are_several(folder):
    text = changed(BASE, [("[targets.incident.P1]", '[targets.incident.P1]\ncalendar = "always"')]) + NIGHT
    Path("sla.toml").write_text(text, encoding="utf-8")
    result = check("sla.toml", ["cases.toml"])
    lines = FORMATS["text"](result).splitlines()
    assert [line for line in lines if ": by the calendar" in line] == [
        "sla.toml: by the calendar always: incident P1 resolve",
        "sla.toml: by the calendar main: incident P2 resolve, service_request resolve",
    ]
    data = json.loads(FORMATS["json"](result))
    on = {(of["whose"], of["measure"]): of["calendar"] for of in data["targets"]}
    assert (on["incident P1", "resolve"], on["incident P2", "resolve"]) == ("always", "main")
    assert {case["name"]: case["calendar"] for case in data["cases"]} == {
        case.result.name: "main" if case.result.case.priority == "P2" else "always" for case in result.cases
    }
    (failed,) = [finding for finding in result.findings if finding.name == "Friday afternoon"]
    assert failed.problem.endswith(", by the calendar always")
    assert "by the calendar always" in FORMATS["github"](result)
    cases = Xml.fromstring(FORMATS["junit"](result)).iterfind(".//testcase[@classname='cases.toml']")
    properties = {case.get("name"): case.find("properties/property").attrib for case in cases}
    assert properties["Friday afternoon"] == {"name": "calendar", "value": "always"}
    Path("sla.toml").write_text(BASE, encoding="utf-8")
    plain = check("sla.toml", ["cases.toml"])
    assert "by the calendar" not in FORMATS["text"](plain)
    assert json.loads(FORMATS["json"](plain))["targets"] == []
    assert {case.calendar for case in plain.cases} == {None}


def test_json_and_github(folder):
    found = both(folder)
    data = json.loads(FORMATS["json"](found))
    assert data["code"] == 1
    assert [each["name"] for each in data["findings"]] == ["slacker-than-lower", "Friday afternoon", "done in time"][:2]
    assert [each["passed"] for each in data["cases"]] == [False, True, True, True]
    lines = FORMATS["github"](found).splitlines()
    assert lines[0].startswith(
        "::warning file=sla.toml,line=12,title=slacker-than-lower::targets.incident.P1.resolve: "
    )
    assert lines[1].startswith("::error file=cases.toml,line=2,title=Friday afternoon::cases.Friday afternoon.due: ")
    Path("100%,a:b.toml").write_text(changed(BASE, BAD["an unknown zone"]), encoding="utf-8")
    assert "::error file=100%25%2Ca%3Ab.toml,line=6," in FORMATS["github"](check("100%,a:b.toml"))


# The lines of keys


def paths(data, at=()):
    if isinstance(data, dict):
        for key, value in data.items():
            yield (*at, key)
            yield from paths(value, (*at, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield (*at, str(number))
            yield from paths(value, (*at, str(number)))


TRICKY = '''
a = 1
b."c d".e = "x # no comment"   # a comment with [brackets] and "quotes
"k\\u00e9y" = 'literal \\ "'
text = """
[not.a.table] = "nor a key"
""""
raw = \'\'\'
x = 1
\'\'\'
list = [ # of lists
  [1, 2], { x = 1, y.z = [ { w = "}" } ] },
  "]",
]
at = 1979-05-27 07:32:00
[t.u]
v = { }
[[rows]]
name = "first"
[rows.inner]
deep = true
[[rows]]
name = "second"
[[rows.more]]
x = 1
[[rows.more]]
x = 2
'''


def test_every_key_of_a_file_has_its_line():
    lines = key_lines(TRICKY)
    assert set(lines) == {".".join(path) for path in paths(tomllib.loads(TRICKY))}
    told = TRICKY.splitlines()
    for path, line in lines.items():
        last = path.rsplit(".", 1)[-1]
        if not last.isdigit():
            assert last in told[line - 1].replace("\\u00e9", "é"), path
    assert told[lines["rows.1.more.1.x"] - 1] == "x = 2"
    assert key_lines(TRICKY.replace("\n", "\r\n")) == lines


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=6)
VALUES = st.recursive(
    st.one_of(st.integers(-5, 5), st.booleans(), TEXTS),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXTS, inner, max_size=3)),
    max_leaves=12,
)


def written(value):
    """A value as TOML has it, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{written(key)} = {written(each)}" for key, each in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)


@given(st.dictionaries(TEXTS.filter(lambda key: "." not in key), VALUES, max_size=5))
def test_any_file_has_a_line_for_every_key(data):
    text = "".join(f"{written(key)} = {written(value)}\n" for key, value in data.items())
    read = tomllib.loads(text)
    lines = key_lines(text)
    assert set(lines) == {".".join(path) for path in paths(read)}
    for number, key in enumerate(read, start=1):
        assert line_of(f"{key}.no.such.part", lines) == lines[key] == number


# What is drafted, and what a change means


@pytest.mark.parametrize("name", GOOD)
def test_drafted_cases_come_out_as_drafted(name, folder):
    policy = sc.Policy.parse(changed(BASE, GOOD[name]))
    drafted = CaseFile.parse(suggest(policy))
    assert len(drafted.cases) > 10
    for title, case in drafted.cases.items():
        assert run_case(title, case, policy).passed, title


ODD = ["a b", 'a"b', "a\\b", "a\nb", "a\tb", "a'b", "a\x07b", "a\x7fb", "x\x85y", "a\u2028b", "é", "a.b", "none", "a/b",
       " a", "\x00", "[x]", "#", "a\rb", "😀", "", "respond"]  # fmt: skip
WORDS = st.one_of(st.sampled_from(ODD), st.text(st.characters(exclude_categories=["Cs"]), max_size=6)).filter(str.strip)


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_the_same_text_in_toml(text):
    assert tomllib.loads(f"{toml_string(text)} = {toml_value([text, {text: text}])}\n") == {text: [text, {text: text}]}
    assert toml_string(text).isprintable()


def test_half_of_a_character_is_no_text_of_toml():
    with pytest.raises(errors.ModelError, match="has half of a character"):
        toml_string("x\ud800")


def odd_policy(reason, kind, priority):
    targets = {
        kind: {priority: {"resolve": "2 hours", "respond": "1 hour"}},
        f"{kind} {priority}": {"resolve": "1 day"},
    }
    return sc.Policy(
        name=reason, calendar=EXAMPLE.calendar, targets=targets, pauses={reason: ["resolve"], "other": []}, rules=NAMED
    )


@given(WORDS, WORDS, WORDS.filter(lambda word: word not in ("respond", "resolve")))
def test_cases_of_any_words_are_drafted_as_they_are_named(reason, kind, priority):
    policy = odd_policy(reason, kind, priority)
    drafted = CaseFile.parse(suggest(policy)).cases
    for title, case in drafted.items():
        assert run_case(title, case, policy).passed, title
    assert {(case.kind, case.priority) for case in drafted.values()} == {
        (kind, priority),
        (f"{kind} {priority}", None),
    }
    assert {pause.reason for case in drafted.values() for pause in case.pauses} == {reason}
    assert compare(policy, policy).asked == len(drafted)


@pytest.mark.parametrize("word", ODD[:9])
def test_policies_of_any_words_are_drafted_compared_and_checked(folder, capsys, word):
    Path("sla.json").write_text(odd_policy(word, word, word).to_json(), encoding="utf-8")
    assert main(["cases", "--suggest", "sla.json"]) == 0
    Path("drafted.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["check", "sla.json", "--cases", "drafted.toml"]) == 0
    assert main(["diff", "sla.json", "sla.json"]) == 0


def test_the_edges_that_are_drafted():
    titles = set(CaseFile.parse(suggest(sc.Policy.parse(BASE))).cases)
    edges = (
        "just before closing", "late on a short Friday", "before Easter Monday", "on Easter Monday",
        "before the clocks change on 2018-10-28", "before the clocks change on 2019-03-31",
        "on the year's last evening", "a wait over a weekend", "exactly at the limit", "a second after the limit",
    )  # fmt: skip
    # Easter Monday 2018 is the year's second day, with no working day of the year before it.
    for edge in edges:
        if "Easter Monday" in edge:
            edge = edge.replace("Easter Monday", "May Day")
        assert f"incident P1, {edge}" in titles
    drafted = CaseFile.parse(suggest(sc.Policy.parse(BASE)))
    assert not any("cut-off" in name for name in drafted.cases)
    assert drafted.cases["incident P1, exactly at the limit"].state == "met"
    assert drafted.cases["incident P1, a second after the limit"].state == "breached"


def test_the_edges_are_those_of_the_calendar_that_a_target_runs_on():
    mornings = changed(BASE, [*TERM, (P1, 'calendar = "term"\n' + P1), (TERM_RULE, TERM_RULE + '\ncutoff = "10:00"')])
    cases = CaseFile.parse(suggest(sc.Policy.parse(mornings))).cases
    opened = {name: case.opened.time() for name, case in cases.items()}
    assert opened["incident P1, just before closing"] == opened["change, just before closing"] == time(11, 59)
    assert opened["incident P2, just before closing"] == time(16, 59)
    assert (opened["change, a minute before the cut-off"], opened["change, at the cut-off"]) == (time(9, 59), time(10))
    assert "incident P2, at the cut-off" not in cases
    assert "incident P2, before May Day" in cases
    assert "incident P1, before May Day" not in cases  # the mornings know no holidays


def test_a_calendar_without_hours_has_no_edges():
    policy = sc.Policy.parse(changed(BASE, [('hours = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"', "hours = {}")]))
    assert suggest(policy).endswith("[cases]\n")
    assert check_policy(policy) == {"never-open"}


def check_policy(policy):
    return {name for name, _ in hints_of(policy)}


def test_what_a_change_means():
    old = sc.Policy.parse(BASE)
    new = sc.Policy.parse(
        changed(
            BASE,
            [
                ('"0-6 hours"', '"< 4 hours"'),
                ("08:00-16:30", "08:00-16:00"),
                ('low = "P2"\n', ""),
                ("10 days", "8 days"),
            ],
        )
    )
    found = compare(old, new)
    assert found.rules == [
        "calendar.hours.fri: 08:00-16:00, no longer 08:00-16:30",
        "incident P2: resolve in less than 4 hours, no longer within 0-6 hours",
        "service_request: resolve within 8 days, no longer within 10 days",
        "priorities.high.low: gone (it was P2)",
    ]
    changes = {change.name: change for change in found.cases}
    assert "incident P1, just before closing" not in changes
    assert "Fri 6 Apr 2018 16:00" in changes["incident P1, late on a short Friday"].stretch
    assert ("state", "met", "breached") in changes["incident P2, exactly at the limit"].changes
    assert compare(old, old).cases == compare(old, old).rules == []
    assert "No rules are changed" in str(compare(old, old))
    back = compare(new, old).rules
    assert "priorities.high.low: P2, which is new" in back
    gone = sc.Policy.parse(changed(BASE, [('[targets.service_request]\nresolve = "10 days"\n', "")]))
    assert "service_request: no longer any target to resolve (it was within 10 days)" in compare(old, gone).rules
    assert any("error" in [name for name, _, _ in change.changes] for change in compare(old, gone).cases)


# The schemas


def data_of(text):
    """TOML's data as JSON has it."""
    return json.loads(json.dumps(tomllib.loads(text), default=str))


def test_the_schemas_are_schemas_and_name_every_field():
    for of in ("policy", "cases"):
        jsonschema.Draft202012Validator.check_schema(schema(of))
    assert set(schema("policy")["properties"]) == set(sc.Policy.model_fields)


def test_the_schema_takes_what_is_read_and_refuses_what_it_can_know():
    policies = jsonschema.Draft202012Validator(schema("policy"))
    for name, changes in GOOD.items():
        assert policies.is_valid(data_of(changed(BASE, changes))), name
    refused = 0
    for changes in BAD.values():
        try:
            data = data_of(changed(BASE, changes))
        except tomllib.TOMLDecodeError:
            continue
        refused += not policies.is_valid(data)
    assert refused >= 25
    assert policies.is_valid(json.loads(sc.Policy.example().model_dump_json(exclude_none=True)))
    cases = jsonschema.Draft202012Validator(schema("cases"))
    assert cases.is_valid(data_of(CASES))
    assert cases.is_valid(data_of(suggest(sc.Policy.parse(BASE))))
    for name in ("an unknown key", "no opening", "an unknown state", "a moment that is none", "no cases"):
        assert not cases.is_valid(data_of(changed(CASES, BAD_CASES[name]))), name


@pytest.mark.parametrize("name", ["due", "done", "expected_from", "breached_at"])
@pytest.mark.parametrize(
    "ticket",
    [
        {"opened": "2018-04-09 10:00", "priority": "P1"},
        {"opened": "2018-04-09 10:00", "priority": "P1", "at": "2018-04-10 10:00"},
        {"opened": "2018-04-09 10:00", "priority": "P4", "resolved": "2018-04-10 10:00"},
        {"opened": "2018-04-09 10:00", "priority": "P1", "pauses": ["2018-04-09 10:30/ third_party"]},
        {"opened": "2018-04-09 10:00"},
        {"opened": "2018-04-09 10:00", "priority": "P1", "category": "consumables"},
    ],
)
def test_a_case_expects_an_instant_or_none(name, ticket):
    a = run_case("a", Case.model_validate({**ticket, "state": "met"}), EXAMPLE).assessment
    instant = getattr(a, name)
    right = "none" if instant is None else instant.isoformat()
    wrong = "2018-04-08 10:00" if instant is None else "none"
    cases = jsonschema.Draft202012Validator(schema("cases"))
    for expected, fits in ((right, True), (wrong, False)):
        result = run_case("a", Case.model_validate({**ticket, name: expected}), EXAMPLE)
        assert (result.error, result.passed) == (None, fits)
        assert [mismatch.name for mismatch in result.mismatches] == ([] if fits else [name])
        assert ("expected none, got " in str(result)) == (wrong == "none" and not fits)
        assert cases.is_valid({"cases": {"a": {**ticket, name: expected}}})
    assert not cases.is_valid({"cases": {"a": {**ticket, name: "never"}}})


# Any bytes


KEYS = ("name", "calendar", "targets", "pauses", "hours", "holidays", "special", "cases", "opened", "due", "resolve")
PIECES = st.sampled_from(
    [*KEYS, "[", "]", "[[", "]]", "=", '"', "'", '"""', "{", "}", ",", ".", "\n", "#", "2018-04-01", "08:00-17:00",
     "PH off", "24/7", "0-2 hours", "1 day by close", "-", "9" * 30 + " hours", "\\u0000", "\\", "Mo-Fr", "GB-ENG"]
)  # fmt: skip
SOUP = st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(lambda parts: " ".join(parts).encode()))


@given(SOUP)
def test_any_bytes_give_a_policy_or_an_error_of_ours(data):
    text = data.decode("utf-8", "replace")
    for read in (sc.Policy.parse, lambda t: sc.Policy.parse(t, "json"), CaseFile.parse):
        try:
            read(text)
        except errors.SlaClockError as wrong:
            assert str(wrong)


@given(st.sampled_from(sorted(LINTS)), st.integers(0, len(BASE)), st.integers(0, 30), SOUP)
def test_a_policy_with_any_part_replaced_gives_findings_and_nothing_else(name, at, length, data):
    text = BASE[:at] + data.decode("utf-8", "replace")[:20] + BASE[at + length :]
    try:
        policy = sc.Policy.parse(text)
    except errors.SlaClockError as wrong:
        assert str(wrong)
        return
    list(LINTS[name](policy))


# The command line


def test_the_commands(folder, capsys):
    assert main(["check", "sla.toml", "--cases", "cases.toml"]) == 0
    assert capsys.readouterr().out == "sla.toml: no lint speaks, 4 of 4 cases as expected\n"
    assert main(["cases", "--suggest", "sla.toml", "--year", "2026"]) == 0
    Path("drafted.toml").write_text(capsys.readouterr().out, encoding="utf-8")
    assert main(["check", "sla.toml", "--cases", "cases.toml", "drafted.toml"]) == 0
    assert "2026-" in Path("drafted.toml").read_text(encoding="utf-8")
    capsys.readouterr()
    Path("new.toml").write_text(changed(BASE, [('"0-6 hours"', '"0-4 hours"')]), encoding="utf-8")
    Path("t.csv").write_text(
        "id,priority,opened,resolved\nA,P2,2018-04-09 10:00,2018-04-09 15:00\nB,P1,2018-04-09 10:00,\n"
    )
    assert main(["diff", "sla.toml", "new.toml", "--tickets", "t.csv", "--at", "2018-04-10 12:00"]) == 0
    out = capsys.readouterr().out
    assert "1 rule is changed\n  incident P2: resolve within 0-4 hours, no longer within 0-6 hours" in out
    assert "1 of 2 tickets changes its state, and 1 has another due date\n  met -> breached: 1" in out
    assert main(["diff", "sla.toml", "new.toml", "--cases", "cases.toml"]) == 0
    assert "2 of 4 cases change their answers" in capsys.readouterr().out
    assert main(["schema", "cases"]) == 0
    assert json.loads(capsys.readouterr().out) == schema("cases")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["check", "bad.toml"], 1, "[slacker-than-lower]"),
        (["check", "bad.toml", "--format", "github"], 1, "::warning file=bad.toml"),
        (["check", "none.toml"], 2, "none.toml: cannot read none.toml"),
        (["check"], 2, "the following arguments are required: SLA.toml"),
        (["cases", "--suggest", "sla.toml", "--year", "99999"], 2, "--year: 99999 is no year to draft cases for"),
        (["cases", "--suggest", "none.toml"], 2, "cannot read none.toml"),
        (["diff", "sla.toml", "none.toml"], 2, "cannot read none.toml"),
        (
            ["diff", "sla.toml", "sla.toml", "--cases", "sla.toml"],
            2,
            "sla.toml: cases: this field is missing (and 12 more)",
        ),
        (["schema", "tickets"], 2, "invalid choice: 'tickets'"),
    ],
)
def test_how_the_commands_end(folder, capsys, words, code, message):
    Path("bad.toml").write_text(changed(BASE, BAD["a slacker higher priority"]), encoding="utf-8")
    assert main(words) == code
    told = capsys.readouterr()
    assert message in told.out + told.err


CUT_OFF = BASE.replace('day_rule = "proportional"', 'day_rule = "close-of-business"\ncutoff = "15:00"')


def test_a_cut_off_is_drafted_and_compared():
    policy = sc.Policy.parse(CUT_OFF)
    cases = CaseFile.parse(suggest(policy)).cases
    before, at = (cases[f"service_request, {edge}"] for edge in ("a minute before the cut-off", "at the cut-off"))
    assert (before.opened.time(), at.opened.time()) == (time(14, 59), time(15))
    assert before.due < at.due
    hours = [cases[f"incident P1, {edge}"] for edge in ("a minute before the cut-off", "at the cut-off")]
    assert hours[1].due - hours[0].due == timedelta(minutes=1)
    later = sc.Policy.parse(CUT_OFF.replace("15:00", "16:00"))
    assert compare(policy, later).rules == ["calendar.cutoff: 16:00, no longer 15:00"]
    assert compare(
        sc.Policy.parse(BASE), sc.Policy.parse(BASE.replace("[calendar]", '[calendar]\ncutoff = "15:00"'))
    ).rules == ["calendar.cutoff: 15:00, which is new"]
    changed_cases = {case.name for case in compare(policy, later).cases}
    assert "service_request, at the cut-off" in changed_cases
    assert not any(name.startswith("incident P1") for name in changed_cases)


def test_a_target_that_a_priority_has_from_its_kind_runs_on_the_calendar_of_the_kinds():
    main, term = EXAMPLE.calendar, sc.WorkingCalendar.parse("Mo-Fr 08:00-12:00", timezone="Europe/London")
    on_term = {"within": "2 hours", "calendar": "term"}

    def policy(**targets):
        return sc.Policy(name="x", calendar=main, calendars={"term": term}, targets={"incident": targets})

    own, inherited = policy(P1={"resolve": on_term}), policy(resolve=on_term, P1={"respond": "1 hour"})
    assert "incident P1 resolve" not in str(compare(own, inherited, {}))


def test_changes_of_calendars_and_of_whom_a_policy_is_for_are_said():
    def rules(changes, base=BASE):
        return compare(sc.Policy.parse(base), sc.Policy.parse(changed(base, changes))).rules

    by_term = changed(BASE, [*TERM, (P1, 'calendar = "both"\n' + P1)])
    both, term = "main & term", "mon-fri 08:00-12:00 (Europe/London)"
    assert rules([*TERM, (P1, 'calendar = "both"\n' + P1)]) == [
        f"calendars.both: {both}, which is new",
        f"calendars.term: {term}, which is new",
        "change: resolve within 1 day",
        "incident P1: by the calendar both, no longer by the calendar main",
        "change resolve: by the calendar term",
    ]
    back = compare(sc.Policy.parse(by_term), sc.Policy.parse(BASE)).rules
    assert f"calendars.both: gone (it was {both})" in back
    assert f"calendars.term: gone (it was {term})" in back
    # What an expression joins is said where it stands, and once.
    assert rules([("Mo-Fr 08:00-12:00", "Mo-Fr 08:00-11:00; Mo 08:00-12:00")], by_term) == [
        f"calendars.term.hours.{day}: 08:00-11:00, no longer 08:00-12:00" for day in ("tue", "wed", "thu", "fri")
    ]
    assert rules([(both, "(term | main) - term")], by_term) == [
        f"calendars.both: (term | main) - term, no longer {both}"
    ]
    table = '[calendars.both]\ntimezone = "UTC"\nhours = "Sa 08:00-12:00"\n'
    assert rules([(f'both = "{both}"\n', ""), ("[calendars.term]", table + "[calendars.term]")], by_term) == [
        f"calendars.both: sat 08:00-12:00 (UTC), no longer {both}"
    ]
    assert rules([('{ within = "1 day", calendar = "term" }', '"1 day"')], by_term) == [
        "change resolve: by the calendar main, no longer by the calendar term"
    ]
    assert rules([('calendar = "both"', 'calendar = "main"')], by_term) == [
        "incident P1: by the calendar main, no longer by the calendar both"
    ]
    cutoffs = [("[calendar]", '[calendar]\ncutoff = "15:00"'), (TERM_RULE, TERM_RULE + '\ncutoff = "10:00"')]
    assert rules(cutoffs, by_term) == [
        "calendar.cutoff: 15:00, which is new",
        "calendars.term.cutoff: 10:00, which is new",
    ]
    assert rules([("[calendar]", '[applies_to]\ncustomer = ["ACME", "Initech"]\n[calendar]')]) == [
        "applies_to.customer: ACME, Initech, which is new"
    ]


@pytest.mark.parametrize(
    ("cutoff", "hours", "speaks"),
    [
        ("08:00", "Mo-Fr 08:00-17:00", "all that a working day brings"),
        ("07:00", "Mo-Fr 08:00-17:00", "all that a working day brings"),
        ("08:01", "Mo-Fr 08:00-17:00", ""),
        ("16:59", "Mo-Fr 08:00-17:00", ""),
        ("17:00", "Mo-Fr 08:00-17:00", "it moves what waits"),
        ("16:45", "Mo-Th 08:00-17:00; Fr 08:00-16:30", ""),  # of four days
        ("02:00", "Mo-Fr 22:00-06:00", "all that a working day brings"),
        ("23:00", "Mo-Fr 22:00-06:00", ""),
        ("12:00", "Mo-Fr 08:00-10:00; Sa 14:00-16:00", "all that some days bring"),
    ],
)
def test_a_cut_off_within_no_days_hours_is_pointed_out(cutoff, hours, speaks):
    desk = sc.WorkingCalendar.parse(hours, timezone="Europe/London", cutoff=cutoff)
    fields = {"name": "a", "targets": {"incident": {"resolve": "1 day"}}}
    policy = sc.Policy(**fields, calendar=desk, calendars={"other": desk.model_copy(), "both": "main & other"})
    hints = [hint for name, hint in hints_of(policy) if name == "cutoff-outside-hours"]
    assert [hint.path for hint in hints] == (["calendar.cutoff", "calendars.other.cutoff"] if speaks else [])
    assert all(speaks in hint.problem for hint in hints)
    saturdays = sc.WorkingCalendar.parse("Sa 08:00-09:00", timezone="UTC", cutoff="23:00")
    left = sc.Policy(**fields, calendar=desk - saturdays)
    hints = [hint for name, hint in hints_of(left) if name == "cutoff-outside-hours"]
    assert [hint.path for hint in hints] == (["calendar.left.cutoff"] if speaks else [])


TABLE = {"timezone": "Europe/London", "hours": "Mo-Fr 08:00-17:00"}


@pytest.mark.parametrize(
    ("calendars", "unused"),
    [
        ({"a": TABLE, "b": TABLE}, {"a", "b"}),  # equal hours are no use of one another
        ({"a": TABLE, "b": "a"}, {"b"}),
        ({"b": "a", "a": TABLE}, {"b"}),
        ({"a": TABLE, "b": "main | a"}, {"b"}),
        ({"a": TABLE, "night": TABLE}, {"a"}),  # a twin of one that is used
        ({"a": TABLE, "night": "main - a"}, set()),
        ({"a": TABLE, "night": {"type": "combined", "left": TABLE, "right": TABLE, "how": "union"}}, set()),
    ],
)
def test_a_calendar_is_used_by_its_name(calendars, unused):
    targets = {"incident": {"P1": {"resolve": "2 hours", **({"calendar": "night"} if "night" in calendars else {})}}}
    data = {"name": "x", "calendar": TABLE, "calendars": calendars, "targets": targets}
    hints = [hint.path for name, hint in hints_of(sc.Policy.model_validate(data), data) if name == "unused-calendar"]
    assert set(hints) == {f"calendars.{name}" for name in unused}
