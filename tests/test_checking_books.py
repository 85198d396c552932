"""Books of policies as `slaclock check` reads, lints and runs them."""

from __future__ import annotations

import json
import sys
import tomllib
import xml.etree.ElementTree as Xml
from collections import Counter
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml

import slaclock as sc
from corpus import BASE, P1, changed
from slaclock import strategies
from slaclock.checking import CaseFile, check, compare, run_case, suggest
from slaclock.checking.book_lints import Entry, policy_never_reached
from slaclock.checking.lints import NAMES, names_asked
from slaclock.checking.renderings import FORMATS
from slaclock.cli import main
from slaclock.policy import policy as policy_module
from slaclock.policy.book import policies_in, title_of
from slaclock.temporal.instants import to_micros

ACME = ('name = "A desk"\n', 'name = "ACME"\napplies_to = { customer = "ACME" }\n')
BOTH = ('name = "A desk"\n', 'name = "Both"\napplies_to = { customer = ["ACME", "Initech"] }\n')
LEEDS = ('name = "A desk"\n', 'name = "Leeds"\napplies_to = { customer = "ACME", site = ["Leeds"] }\n')
ONE_HOUR = (P1, 'resolve = "0-1 hours"')
THREE_HOURS = (P1, 'resolve = "0-3 hours"')
SINCE = "in_force_from = 2018-04-01\n"
LATER = (SINCE, "in_force_from = 2018-07-01\n")
CASES = """\
[cases]
"ACME" = { opened = "2018-06-04 10:00", priority = "P1", attributes = { customer = "ACME" }, due = "2018-06-04 11:00" }
"anyone" = { opened = "2018-06-04 10:00", priority = "P1", due = "2018-06-04 12:00" }
"""


def write(folder, **policies):
    """A folder of policies, each of them the good one with its changes."""
    for name, changes in policies.items():
        (folder / f"{name}.toml").write_text(changed(BASE, changes), encoding="utf-8")
    return folder


def said(result):
    return [(finding.file, finding.line, finding.path, finding.name) for finding in result.findings]


@pytest.fixture
def desk(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "policies"
    folder.mkdir()
    return folder.relative_to(tmp_path)


def test_a_folder_a_pattern_and_a_list_are_one_book(desk):
    write(desk, a=[ACME, ONE_HOUR], b=[])
    Path("cases.toml").write_text(CASES, encoding="utf-8")
    for paths in (
        desk,
        "policies/*.toml",
        ["policies/a.toml", "policies/b.toml"],
        ["policies/b.toml", "policies/a.toml"],
    ):
        result = check(paths, ["cases.toml"])
        assert (result.code, said(result), result.lints) == (0, [], NAMES)
        assert [case.result.name for case in result.cases] == ["ACME", "anyone"]
        assert {Path(file).name for file in result.files} == {"a.toml", "b.toml"}
    assert check("policies/b.toml").lints == names_asked(of_book=False, with_cases=False)
    assert check("policies/b.toml", ["cases.toml"]).code == 1  # a policy alone is for everyone


def test_the_command_takes_several(desk, capsys):
    write(desk, a=[ACME, ONE_HOUR], b=[])
    Path("cases.toml").write_text(CASES, encoding="utf-8")
    assert main(["check", "policies", "--cases", "cases.toml"]) == 0
    assert capsys.readouterr().out == "policies: no lint speaks, 2 of 2 cases as expected\n"
    assert main(["check", "policies/a.toml", "policies/b.toml"]) == 0
    assert capsys.readouterr().out == "policies/a.toml, policies/b.toml: no lint speaks\n"


def test_each_policy_is_linted_in_its_file(desk):
    write(desk, a=[ACME, (P1, 'resolve = "2-2 hours"')], b=[(P1, 'resolve = "8 hours"')])
    assert said(check(desk)) == [
        ("policies/a.toml", 13, "targets.incident.P1.resolve", "window-without-room"),
        ("policies/b.toml", 12, "targets.incident.P1.resolve", "slacker-than-lower"),
    ]


def test_what_is_wrong_in_a_file_is_said_and_keeps_the_cases_from_running(desk):
    write(desk, a=[ACME, ("Europe/London", "Europe/Londn")], b=[("0-2 hours", "8 hours")])
    Path("cases.toml").write_text(CASES, encoding="utf-8")
    result = check(desk, ["cases.toml"])
    assert said(result) == [
        ("policies/a.toml", 7, "calendar.timezone", "UnknownZoneError"),
        ("policies/b.toml", 12, "targets.incident.P1.resolve", "slacker-than-lower"),
    ]
    assert (result.code, result.cases) == (2, [])
    xml = {suite.name: suite for suite in JUnitXml.fromstring(FORMATS["junit"](result).encode())}
    assert (xml["files"].tests, xml["files"].errors) == (2, 1)
    assert json.loads(FORMATS["json"](result))["files"] == ["policies/a.toml", "policies/b.toml"]


def test_an_empty_folder_and_a_missing_file(desk):
    assert [(finding.file, finding.name) for finding in check(desk).findings] == [("policies", "PolicyError")]
    assert [finding.file for finding in check(["none.toml", "nor.toml"]).findings] == ["none.toml", "nor.toml"]
    assert check([]).code == 2


def test_two_policies_of_one_date_are_no_book(desk):
    write(desk, a=[], b=[ONE_HOUR], c=[LATER, THREE_HOURS])
    Path("cases.toml").write_text(CASES, encoding="utf-8")
    result = check(desk, ["cases.toml"])
    assert said(result) == [("policies/b.toml", 3, "in_force_from", "PolicyError")]
    assert (result.code, result.cases) == (2, [])
    write(desk, a=[(SINCE, "")], b=[(SINCE, ""), ONE_HOUR])
    assert said(check(desk))[0] == ("policies/b.toml", 1, "in_force_from", "PolicyError")


@pytest.mark.parametrize(
    ("policies", "speaks"),
    [
        ({"a": [BOTH, ONE_HOUR], "b": [ACME, THREE_HOURS]}, ["policies/b.toml"]),
        ({"a": [ACME, ONE_HOUR], "b": [LEEDS, THREE_HOURS]}, ["policies/b.toml"]),
        ({"a": [ACME, ONE_HOUR], "b": [LEEDS, LATER, THREE_HOURS], "c": []}, ["policies/b.toml"]),
        ({"a": [LEEDS, ONE_HOUR], "b": [ACME, THREE_HOURS]}, []),
        ({"a": [ACME, ONE_HOUR], "b": [BOTH, THREE_HOURS]}, []),
        ({"a": [ACME, LATER, ONE_HOUR], "b": [LEEDS, THREE_HOURS]}, []),  # it was reached until July
        ({"a": [], "b": [ACME, ONE_HOUR]}, []),  # the one for all stands last
        ({"a": [], "b": [LATER, ONE_HOUR]}, []),  # over the years
        ({"a": [ACME], "b": [LEEDS, ONE_HOUR, ("Europe/London", "Asia/Tokyo")]}, []),  # it is April there before
    ],
)
def test_a_policy_that_no_ticket_comes_to(desk, policies, speaks):
    write(desk, **policies)
    findings = [finding for finding in check(desk).findings if finding.name == "policy-never-reached"]
    assert [finding.file for finding in findings] == speaks
    book = sc.PolicyBook.load(desk)
    for finding in findings:
        assert (finding.line, finding.path) == (2, "applies_to")
        assert "policies/a.toml" in finding.problem
        mine = sc.Policy.load(finding.file)
        for day in ("2018-04-01", "2018-06-30", "2018-07-01", "2030-01-01"):
            assert book.at(f"{day}T12:00+00:00", {"customer": "ACME", "site": "Leeds"}) != mine


def for_whom(name, applies_to):
    """The changes that make the good policy one of some name for some tickets."""
    return [('name = "A desk"\n', f'name = "{name}"\napplies_to = {{ {applies_to} }}\n')]


@pytest.mark.parametrize(
    ("earlier", "last", "takers"),
    [
        (["customer = 'A'", "customer = ['B', 'C']"], "customer = ['A', 'B']", "ab"),
        (["customer = 'A'", "customer = ['B', 'C']"], "customer = ['A', 'B', 'D']", ""),
        (["customer = 'A'", "customer = ['A', 'B', 'C']"], "customer = ['B', 'A']", "b"),
        (["customer = 'A'", "customer = 'B', site = 'Leeds'"], "customer = ['A', 'B']", ""),
        (["customer = 'A'", "site = 'Leeds'"], "customer = ['A', 'B'], site = 'Leeds'", "b"),
        (
            ["customer = 'A'", "site = 'X'", "customer = 'B', site = 'Y'"],
            "customer = ['A', 'B'], site = ['X', 'Y']",
            "abc",
        ),
        (["customer = 'A'", "site = 'X'"], "customer = ['A', 'B'], site = ['X', 'Y']", ""),
    ],
)
def test_a_policy_of_which_others_together_take_every_ticket(desk, earlier, last, takers):
    for name, applies_to in zip([*"abc"[: len(earlier)], "z"], [*earlier, last], strict=True):
        write(desk, **{name: for_whom(name, applies_to)})
    findings = [finding for finding in check(desk).findings if finding.name == "policy-never-reached"]
    assert [finding.file for finding in findings] == (["policies/z.toml"] if takers else [])
    for finding in findings:
        assert [name for name in "abc" if f"policies/{name}.toml" in finding.problem] == list(takers)
        assert ("together" in finding.problem) == (len(takers) > 1)


def test_together_they_must_be_in_force_as_long(desk):
    a, b, both = (
        for_whom(name, f"customer = {whose}") for name, whose in zip("abc", ("'A'", "'B'", "['A', 'B']"), strict=True)
    )
    write(desk, a=[*a, LATER], b=b, c=both)
    assert "policy-never-reached" not in {finding.name for finding in check(desk).findings}
    write(desk, a=[*a, LATER], b=b, c=[*both, LATER])
    assert "policy-never-reached" in {finding.name for finding in check(desk).findings}


def test_so_many_tickets_are_not_gone_through(desk):
    many = ", ".join(f"a{number} = ['x', 'y']" for number in range(40))
    write(desk, a=for_whom("a", "a0 = 'x'"), b=for_whom("b", "a0 = 'y'"), c=for_whom("c", many))
    assert "policy-never-reached" not in {finding.name for finding in check(desk).findings}
    write(desk, b=for_whom("b", "a0 = ['x', 'y']"))
    assert "policy-never-reached" in {finding.name for finding in check(desk).findings}


@given(strategies.books(), st.data())
def test_no_ticket_comes_to_a_policy_that_the_lint_names(book, data):
    entries = [Entry(str(number), policy) for number, policy in enumerate(book.policies)]
    never = {id(entry.policy) for entry, _ in policy_never_reached(entries)}
    values = {name: [*of, "another"] for policy in book.policies for name, of in policy.applies_to.items()}
    attributes = {name: data.draw(st.sampled_from(of)) for name, of in values.items() if data.draw(st.booleans())}
    chosen = book.choose(to_micros(data.draw(strategies.instants())), attributes)
    assert id(chosen) not in never


@pytest.mark.parametrize(
    ("policies", "speaks"),
    [
        ({"a": [], "b": [LATER]}, "in_force_from"),
        ({"a": [ACME], "b": []}, "name and applies_to"),
        ({"a": [], "b": [('name = "A desk"', 'name = "B"'), LATER]}, "name and in_force_from"),
        ({"a": [], "b": [LATER, ONE_HOUR]}, ""),
        ({"a": [], "b": [LATER, ("until = 2019-03-31", "until = 2020-03-31")]}, ""),
    ],
)
def test_policies_that_promise_the_same(desk, policies, speaks):
    write(desk, **policies)
    findings = [finding for finding in check(desk).findings if finding.name == "policies-alike"]
    # In the book's order the one for all stands last.
    assert [(finding.file, finding.path) for finding in findings] == ([("policies/b.toml", "name")] if speaks else [])
    assert all(f"only {speaks} differ" in finding.problem for finding in findings)
    assert all("(policies/a.toml)" in finding.problem for finding in findings)


def test_lints_of_books_are_silenced_in_the_file_that_they_speak_of(desk):
    silence = ("[allowances", '[silence]\npolicies-alike = "each customer has a file"\n[allowances')
    write(desk, a=[ACME], b=[silence])
    assert said(check(desk)) == []
    assert said(check("policies/b.toml")) == []  # alone it cannot tell
    write(desk, a=[ACME, ONE_HOUR])
    assert [name for *_, name in said(check(desk))] == ["idle-silence"]


def test_a_book_in_json_is_checked_too(desk):
    write(desk, a=[ACME, ONE_HOUR], b=[(P1, 'resolve = "8 hours"')], c=[LEEDS, THREE_HOURS])
    book = sc.PolicyBook.load(desk)
    Path("book.json").write_text(book.to_json(), encoding="utf-8")
    Path("cases.toml").write_text(CASES.replace("12:00", "18:00"), encoding="utf-8")
    result = check("book.json", ["cases.toml"])
    assert said(result)[:2] == [
        ("book.json", None, "policies.1.applies_to", "policy-never-reached"),
        ("book.json", None, "policies.2.targets.incident.P1.resolve", "slacker-than-lower"),
    ]
    assert result.cases[0].result.passed
    Path("book.json").write_text('{"policies": [{"name": 1}]}', encoding="utf-8")
    assert check("book.json").code == 2


def test_the_places_of_a_book_in_json_are_those_of_its_file(desk):
    """The book itself has the earlier policy first."""
    write(desk, a=[], b=[LATER])
    tables = [json.loads(policy.to_json()) for policy in sc.PolicyBook.load(desk).policies]
    names = [f"{table['name']} from {table['in_force_from']}" for table in tables]
    for order in (1, -1):
        own = policies_in({"policies": tables[::order]})
        assert [f"{policy.name} from {policy.in_force_from}" for policy in own] == names[::order]


@pytest.mark.parametrize("ask", [lambda path: check(path, ["cases.toml"]), sc.PolicyBook.load])
@pytest.mark.parametrize("path", ["book.json", "one.json", "policies", "policies/a.toml"])
def test_what_a_file_holds_is_read_once(desk, monkeypatch, ask, path):
    for file in write(desk, a=[ACME, ONE_HOUR], b=[]).iterdir():
        file.write_text(file.read_text(encoding="utf-8") + '\n[calendars]\nlate = "main"\n', encoding="utf-8")
    book = sc.PolicyBook.load(desk)
    Path("cases.toml").write_text(CASES, encoding="utf-8")
    Path("book.json").write_text(book.to_json(), encoding="utf-8")
    Path("one.json").write_text(book.policies[0].to_json(), encoding="utf-8")
    read, calendars = Counter(), []
    whole = {file.read_text(encoding="utf-8") for file in Path().rglob("*.*")}
    for module in (json, tomllib):
        monkeypatch.setattr(module, "loads", partial(_counted, module.loads, read))
    made = policy_module.read_calendars
    monkeypatch.setattr(policy_module, "read_calendars", lambda *given: calendars.append(given) or made(*given))
    monkeypatch.setattr(sys.modules["slaclock.checking.check"], "_lint", lambda *_: None)  # some try other policies
    result = ask(path)
    assert {count for text, count in read.items() if text in whole} == {1}
    number = {"book.json": 2, "one.json": 1, "policies": 2, "policies/a.toml": 1}[path]
    assert len(calendars) == number
    assert isinstance(result, sc.PolicyBook) or len(result.cases) == 2


def _counted(loads, read, text, **options):
    read[text] += 1
    return loads(text, **options)


@pytest.mark.parametrize("policies", ["x", {}, 5, None, [], [5, None], [{"name": 1}, {"name": 2}]])
def test_what_is_no_book_is_said_alike_by_whoever_reads_it(tmp_path, policies):
    file = tmp_path / "book.json"
    file.write_text(json.dumps({"policies": policies}), encoding="utf-8")
    with pytest.raises(sc.SlaClockError) as by_load:
        sc.PolicyBook.load(file)
    with pytest.raises(sc.SlaClockError) as by_value:
        sc.PolicyBook.model_validate({"policies": policies})
    said = [(error.where, error.problem, error.remedy) for error in by_value.value.all]
    assert [(error.problem, error.remedy) for error in by_load.value.all] == [parts[1:] for parts in said]
    found = [(finding.path, finding.problem, finding.remedy) for finding in check(file).findings]
    assert found == said


@settings(max_examples=30, deadline=None)
@given(strategies.books(), st.booleans())
def test_any_book_is_checked(book, one_file):
    """What is drawn can be read, so that there are lints at the most, whose places are those of its policies."""
    with TemporaryDirectory() as folder:
        if one_file:
            (Path(folder) / "book.json").write_text(book.to_json(), encoding="utf-8")
        else:
            for number, policy in enumerate(book.policies):
                (Path(folder) / f"{number}.json").write_text(policy.to_json(), encoding="utf-8")
        result = check(folder)
        assert {finding.kind for finding in result.findings} <= {"lint"}
        assert result.lints == names_asked(of_book=True, with_cases=False)
        for form in FORMATS.values():
            assert form(result)


def test_a_case_is_drafted_for_each_policy_with_attributes_that_choose_it(desk, capsys):
    tokyo = ("Europe/London", "Asia/Tokyo")
    write(desk, a=[LEEDS, ONE_HOUR], b=[ACME], c=[BOTH, THREE_HOURS, tokyo], d=[], e=[LATER, ONE_HOUR])
    write(desk, f=[('name = "A desk"\n', 'name = "F"\napplies_to = { customer = "Initech" }\n')])
    assert main(["cases", "--suggest", "policies"]) == 0
    draft = capsys.readouterr().out
    Path("cases.toml").write_text(draft, encoding="utf-8")
    cases = CaseFile.parse(draft).cases
    book = sc.PolicyBook.load(desk)
    zone = book.policies[-1].calendar.zone
    chosen = [book.at(case.opened.replace(tzinfo=zone), case.attributes) for case in cases.values()]
    # Nobody comes to the last one for Initech alone, since the one for both stands before it.
    assert [policy.name for policy in chosen] == ["Leeds", "ACME", "Both", "A desk", "A desk"]
    assert chosen == [policy for policy in book.policies if policy.name != "F"]
    assert list(cases) == [f"a ticket by {title_of(policy)}" for policy in chosen]
    result = check(desk, ["cases.toml"])
    assert {finding.name for finding in result.findings} == {"policy-never-reached", "policies-alike"}
    assert len(result.cases) == 5
    assert main(["cases", "--suggest", "policies", "--year", "2018"]) == 2
    assert "--year" in capsys.readouterr().err


@settings(max_examples=30, deadline=None)
@given(strategies.books())
def test_cases_drafted_for_any_book_come_out_as_drafted(book):
    draft = suggest(book)
    cases = CaseFile.parse(draft).cases if '"' in draft.partition("[cases]")[2] else {}
    assert len(cases) <= len(book.policies)
    for title, case in cases.items():
        assert run_case(title, case, book).passed


@settings(max_examples=15, deadline=None)
@given(strategies.policies())
def test_cases_drafted_for_any_calendars_come_out_as_drafted(policy):
    draft = suggest(policy)
    cases = CaseFile.parse(draft).cases if '"' in draft.partition("[cases]")[2] else {}
    assert len(cases) <= 5 * 16
    for title, case in cases.items():
        assert run_case(title, case, policy).passed, title


# What a change of a book means


def policies(*changes):
    return [sc.Policy.parse(changed(BASE, some)) for some in changes]


def test_books_are_compared_policy_by_policy():
    old = sc.PolicyBook(policies([ACME, ONE_HOUR], [LEEDS], []))
    assert compare(old, old).rules == []
    new = sc.PolicyBook(policies([BOTH], [ACME, THREE_HOURS], []))
    assert compare(old, new).rules == [
        "the policy Both for customer ACME or Initech from 2018-04-01 is new",
        "ACME for customer ACME from 2018-04-01: incident P1: resolve within 0-3 hours, no longer within 0-1 hours",
        "the policy Leeds for customer ACME, site Leeds from 2018-04-01 is gone",
    ]
    # One that has another date, or other tickets, is known by its name.
    (rule, *_) = compare(
        sc.PolicyBook(policies([ACME, ONE_HOUR], [])), sc.PolicyBook(policies([ACME, ONE_HOUR, LATER], []))
    ).rules
    assert rule == ("ACME for customer ACME from 2018-07-01: in_force_from: 2018-07-01, no longer 2018-04-01")
    swapped = compare(sc.PolicyBook(policies([ACME], [BOTH])), sc.PolicyBook(policies([BOTH], [ACME])))
    assert swapped.rules == [
        "the policies are asked in the order Both for customer ACME or Initech from 2018-04-01, "
        "ACME for customer ACME from 2018-04-01"
    ]


def test_a_policy_and_a_book_are_compared_as_they_are_asked():
    (general,) = policies([])
    narrow = sc.PolicyBook(policies([ACME]))
    difference = compare(general, narrow)
    assert difference.rules[0].startswith("the policy ACME for customer ACME")
    assert all("not-covered" in str(case) for case in difference.cases)
    assert len(difference.cases) == difference.asked > 0


def test_the_drafted_cases_of_a_book_choose_its_policies():
    old, new = (sc.PolicyBook(policies([ACME, hours], [])) for hours in (ONE_HOUR, THREE_HOURS))
    difference = compare(old, new)
    assert difference.asked == 2
    assert [case.name for case in difference.cases] == ["a ticket by ACME for customer ACME from 2018-04-01"]


def test_diff_of_two_folders(desk, capsys):
    Path("old").mkdir()
    write(desk, a=[ACME, THREE_HOURS], b=[])
    write(Path("old"), b=[])
    Path("cases.toml").write_text(CASES, encoding="utf-8")
    Path("t.csv").write_text(
        "id,customer,priority,opened,resolved\n"
        "A,ACME,P1,2018-06-04 10:00,2018-06-04 12:30\nB,Initech,P1,2018-06-04 10:00,2018-06-04 12:30\n"
    )
    words = ["--cases", "cases.toml", "--tickets", "t.csv", "--at", "2018-06-05 10:00"]
    for new in (str(desk), f"{desk}/*.toml"):
        assert main(["diff", "old", new, *words]) == 0
        assert capsys.readouterr().out.splitlines()[:6] == [
            "1 rule is changed",
            "  the policy ACME for customer ACME from 2018-04-01 is new",
            "1 of 2 cases changes its answer",
            "  ACME: due Mon 4 Jun 2018 12:00 -> Mon 4 Jun 2018 13:00 (Mon 4 Jun 2018 12:00-13:00 counted 1 h "
            "(service hours), which makes 3 h)",
            "1 of 2 tickets changes its state, and 1 has another due date",
            "  breached -> met: 1",
        ]
    Path("empty").mkdir()
    assert main(["diff", "old", "empty"]) == 2
    assert "NEW: there is no policy file in empty; check the path" in capsys.readouterr().err


def test_a_case_shows_its_instants_in_the_zone_in_which_it_is_read(desk, capsys):
    """A policy of the book has another zone; the case's times are read in that of the book."""
    tokyo = ("Europe/London", "Asia/Tokyo")
    write(desk, a=[ACME, tokyo], b=[])
    right = 'opened = "2018-06-04 02:00", priority = "P1", attributes = { customer = "ACME" }, due = "2018-06-04 04:00"'
    Path("cases.toml").write_text(f"[cases]\nx = {{ {right.replace('04:00', '05:00')} }}\n", encoding="utf-8")
    assert main(["check", "policies", "--cases", "cases.toml"]) == 1
    sentence = "the first stretch that tells: Mon 4 Jun 2018 02:00-04:00 counted 2 h (service hours)"
    assert f"expected Mon 4 Jun 2018 05:00, got Mon 4 Jun 2018 04:00; {sentence}" in capsys.readouterr().out
    assert main(["check", "policies", "--cases", "cases.toml", "--format", "junit"]) == 1
    failure = Xml.fromstring(capsys.readouterr().out).find(".//testcase[@name='x']/failure")
    assert failure.text.splitlines()[1].startswith(
        "the ledger is in Asia/Tokyo, the zone of the policy 'ACME' that answ"
    )
    assert "Mon 4 Jun 2018 10:00" in failure.text
    here = 'opened = "2018-06-04 10:00", priority = "P1", due = "2018-06-04 13:00"'
    Path("cases.toml").write_text(f"[cases]\nx = {{ {here} }}\n", encoding="utf-8")
    assert main(["check", "policies", "--cases", "cases.toml", "--format", "junit"]) == 1
    assert "the ledger is in" not in capsys.readouterr().out
    Path("cases.toml").write_text(f"[cases]\nx = {{ {right} }}\n", encoding="utf-8")
    old = sc.PolicyBook.load(desk)
    new = sc.PolicyBook.load(write(desk, a=[ACME, tokyo, ONE_HOUR], b=[]))
    (changed_case,) = compare(old, new, CaseFile.load("cases.toml").cases).cases
    assert str(changed_case).startswith(
        "x: due Mon 4 Jun 2018 04:00 -> Mon 4 Jun 2018 03:00 (due before; it was: Mon 4 Jun"
    )


def test_only_the_zone_of_an_answer_is_no_change():
    """A case that two policies of zones with one offset answer, due in the hour that autumn repeats."""
    cases = {
        "x": {"opened": "2018-10-27T23:30+00:00", "priority": "P1", "attributes": {"customer": "ACME"}, "due": "none"}
    }
    books = [
        sc.PolicyBook([
            sc.Policy(
                name="a", calendar=sc.WorkingCalendar.of({"hours": "00:00-24:00", "timezone": zone}),
                targets={"incident": {"P1": {"resolve": "2 hours"}}}, applies_to={"customer": "ACME"},
            ),
            sc.Policy.example(),
        ])
        for zone in ("Europe/London", "Europe/Lisbon")
    ]  # fmt: skip
    read = CaseFile.model_validate({"cases": cases}).cases
    assert compare(*books, read).cases == []


def test_a_policy_that_stands_unchanged_in_a_book_answers_its_cases_alike(desk):
    write(desk, a=[BOTH, ONE_HOUR], b=[])
    alone, book = sc.Policy.load(desk / "a.toml"), sc.PolicyBook.load(desk)
    difference = compare(alone, book)
    assert difference.asked
    assert difference.cases == []
    assert {case.attributes["customer"] for case in CaseFile.parse(suggest(alone)).cases.values()} == {"ACME"}
