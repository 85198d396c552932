"""Words of someone else's files do no harm where they are shown: in a terminal, on a build server, in a spreadsheet."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from slaclock.cli import main
from slaclock.formats.safe_texts import HIDDEN, cell_text, shown, shown_lines

WORDS = [
    "::error::x",
    "a\n::error::b",
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\u202eesrever",
    "\u2066x\u2069",
    "a\r::b",
    "  ::x",
]
POLICY = """name = {name}
[calendar]
timezone = "Europe/London"
hours = "Mo-Fr 09:00-17:00"
[targets.{kind}.P1]
resolve = "2 hours"
"""


def toml(text: str) -> str:
    return json.dumps(text)  # which is a basic string of TOML too


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Tickets, a policy and cases whose names would all steer a terminal or a build server."""
    monkeypatch.chdir(tmp_path)
    kind = toml("::set-output\n\x1bkind")
    Path("sla.toml").write_text(POLICY.format(name=toml("::warning::\u202ename"), kind=kind), encoding="utf-8")
    tickets = [
        {"id": word, "kind": json.loads(kind), "priority": "P1", "opened": f"2018-04-09T10:0{number}:00Z"}
        for number, word in enumerate(WORDS)
    ]
    Path("t.json").write_text(json.dumps(tickets), encoding="utf-8")
    cases = "".join(
        f'[cases.{toml(word)}]\nkind = {kind}\npriority = "P1"\nopened = "2018-04-09 10:00"\n'
        f'due = "2018-04-09 11:0{number}"\n'
        for number, word in enumerate(WORDS)
    )
    Path("cases.toml").write_text(cases, encoding="utf-8")


def check_shown(text: str, own: str = "") -> None:
    """No sign of a text steers a terminal, and no line is a command that is not one of ours."""
    for line in text.split("\n"):
        assert HIDDEN.search(line) is None, repr(line)
        assert not line.lstrip().startswith("::") or (own and line.startswith(own)), repr(line)


ASKED = ("t.json", "--policy", "sla.toml")


@pytest.mark.parametrize(
    "words",
    [
        ("assess", *ASKED, "--at", "2018-04-09 14:00"),
        ("assess", *ASKED, "--at", "2018-04-09 14:00", "--engine", "duckdb"),
        ("turns", *ASKED, "--until", "2018-04-09 14:00"),
        ("report", *ASKED, "--at", "2018-04-10 14:00"),
        ("report", *ASKED, "--at", "2018-04-10 14:00", "--markdown", "-"),
        *(("explain", word, *ASKED, "--at", "2018-04-09 14:00") for word in WORDS),
        ("explain", "none", *ASKED),
        ("check", "sla.toml", "--cases", "cases.toml"),
        ("check", "sla.toml", "--cases", "cases.toml", "--format", "junit"),
        ("check", "sla.toml", "--cases", "cases.toml", "--format", "github"),
        ("diff", "sla.toml", "sla.toml", "--cases", "cases.toml", "--tickets", "t.json"),
        ("assess", "::error::none.csv"),
        ("assess", "\x1b[31m.csv"),
        ("check", "::error::none.toml"),
        ("check", "::error::none.toml", "--format", "github"),
        ("assess", "t.json", "--column", "id=::error::"),
    ],
)
def test_no_word_steers_a_terminal_or_a_build_server(folder, capsysbinary, words):
    main(words)
    said = capsysbinary.readouterr()
    github = "github" in words
    check_shown(said.out.decode(), own="::error file=" if github else "")
    check_shown(said.err.decode())


@pytest.mark.parametrize("words", [("assess", "--out"), ("report", "--html"), ("report", "--json")])
def test_no_line_of_a_file_on_standard_output_is_a_command(folder, capsysbinary, words):
    """What is written there as a file has all its signs; a build server sees it all the same."""
    command, out = words
    for ids in (WORDS, WORDS[:1]):
        tickets = [row for row in json.loads(Path("t.json").read_text()) if row["id"] in ids]
        Path("some.json").write_text(json.dumps([{**row, "kind": "incident"} for row in tickets]))
        assert main([command, "some.json", "--at", "2018-04-10 14:00", out, "-"]) == 0
        text = capsysbinary.readouterr().out.decode()
        assert "error::x" in text
        assert not [line for line in text.splitlines() if line.lstrip().startswith("::")]


def test_junit_is_well_formed_whatever_files_and_cases_are_called(folder, capsys):
    for name in ("\x1bx.toml", "\ufffex.toml", "x\ud800.toml"):
        main(["check", name, "--format", "junit"])
        ElementTree.fromstring(capsys.readouterr().out)
    assert main(["check", "sla.toml", "--cases", "cases.toml", "--format", "junit"]) == 1
    root = ElementTree.fromstring(capsys.readouterr().out)
    assert len(root.findall(".//testsuite[@name='cases']/testcase")) == len(WORDS)


def test_the_title_of_a_page_in_markdown_is_no_markup():
    policy = sc.Policy.example().model_copy(update={"name": "<script>*x*</script>\n# [y](z)"})
    page = sc.report([], policy, at="2018-04-09T10:00Z").to_markdown()
    assert page.startswith("# Service report: \\<script\\>\\*x\\*\\</script\\> # \\[y\\](z)")


@given(st.text())
def test_a_shown_text_has_no_hidden_sign(text):
    assert HIDDEN.search(shown(text)) is None
    lines = shown_lines(text).split("\n")
    assert len(lines) == text.count("\n") + 1
    assert not any(re.match(r"\s*::", line) for line in lines)
    assert cell_text(text)[:1] not in tuple("=+-@\t\r")


def test_the_example_is_not_written_over(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("my").mkdir()
    Path("my/tickets.csv").write_text("mine")
    assert main(["example", "my"]) == 2
    assert "tickets.csv is there already; name another folder, or write over it with --force" in capsys.readouterr().err
    assert [file.name for file in Path("my").iterdir()] == ["tickets.csv"]
    assert main(["example", "my", "--force"]) == 0
    assert Path("my/tickets.csv").read_text() != "mine"


def test_past_tickets_are_paired_by_their_ids_over_two_zones(tmp_path, monkeypatch, capsys):
    """In one of two zones some had not opened yet."""
    monkeypatch.chdir(tmp_path)
    text = POLICY.format(name='"x"', kind="incident")
    Path("a.toml").write_text(text)
    Path("b.toml").write_text(text.replace("Europe/London", "America/New_York"))
    Path("t.csv").write_text(
        "id,priority,opened\n" + "".join(f"T{hour},P1,2018-04-09 {hour:02}:30\n" for hour in (6, 9, 11))
    )
    assert main(["diff", "a.toml", "b.toml", "--tickets", "t.csv", "--at", "2018-04-09 12:00"]) == 0
    out = capsys.readouterr().out
    assert "3 of 3 tickets change their states, and 3 have another due date\n" in out
    assert "\n  breached -> none: 1\n" in out
