"""What whoever sits at a terminal sees: help, tables that fit, a pager, colours, completion, and codes for scripts."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from slaclock.cli import main
from slaclock.cli.commands import COMMANDS
from slaclock.cli.parser import parse, whole_parser
from slaclock.cli.terminals import Column, fitting

ZENDESK = Path(__file__).parent / "desks" / "zendesk"
ANSWER_NOTHING = {"calendar": "a file", "completion": "code for a shell", "example": "files", "schema": "JSON itself"}
"""Commands without --json, and what they print or write."""
COLOUR = re.compile(r"\x1b\[[0-9;]*m")


class Terminal(io.TextIOWrapper):
    """A terminal of some size, which remembers what it was shown."""

    def __init__(self) -> None:
        super().__init__(io.BytesIO(), "utf-8", write_through=True)

    def isatty(self) -> bool:
        return True

    @property
    def text(self) -> str:
        self.flush()
        shown = self.buffer.getvalue().decode()  # type: ignore[attr-defined]
        return COLOUR.sub("", shown)


@pytest.fixture
def on_terminal(monkeypatch):
    """What a command shows on a terminal of some size, and its code."""

    def show(*words: str, columns: int = 80, lines: int = 40) -> tuple[int, str]:
        monkeypatch.setenv("COLUMNS", str(columns))
        monkeypatch.setenv("LINES", str(lines))
        terminal = Terminal()
        with contextlib.redirect_stdout(terminal):
            code = main(["--no-pager", *words])
        return code, terminal.text

    for name in ("NO_COLOR", "FORCE_COLOR", "SLACLOCK_PAGER", "PAGER"):
        monkeypatch.delenv(name, raising=False)
    return show


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """The example's files, and what the examples of the help name beside them."""
    monkeypatch.chdir(tmp_path)
    assert main(["example", "."]) == 0
    shutil.copy("sla.toml", "new.toml")
    shutil.copytree(ZENDESK, "answers")
    capsys.readouterr()
    return tmp_path


_, PARSERS = whole_parser()
EPILOGS = {name: parser.epilog or "" for name, parser in PARSERS.items()}
EXAMPLES = {name: re.findall(rf"^  (slaclock {name}\b.*)", text, re.MULTILINE) for name, text in EPILOGS.items()}


def test_alone_it_prints_the_help(capsys):
    with pytest.raises(SystemExit) as end:
        main([])
    assert end.value.code == 0
    out = capsys.readouterr().out
    assert out.startswith("usage: slaclock ")
    assert all(name in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_argument_has_help_and_every_command_an_example(name):
    assert EXAMPLES[name] or name == "completion"
    for example in EXAMPLES[name]:
        if name != "completion":
            assert parse(shlex.split(example)[1:]).command == name
    shown = " ".join(EXAMPLES[name])
    for action in PARSERS[name]._actions:
        called = action.option_strings[-1] if action.option_strings else action.dest
        assert action.help, f"{name} {called} has no help"
        if action.nargs != 0 and not action.choices:
            has_example = called in shown or "such as" in action.help or called in ("tickets", "old", "new", "target")
            assert has_example, f"{name} {called} has no example"


def add_columns(**cells: str) -> None:
    header, *rows = Path("tickets.csv").read_text().splitlines()
    lines = [",".join((header, *cells)), *(",".join((row, *cells.values())) for row in rows)]
    Path("tickets.csv").write_text("\n".join(lines))


def add_chain() -> None:
    with open("sla.toml", "a") as file:
        file.write('\n[chains.p2]\nparts = ["supplier"]\npriority = "P2"\n')


BESIDE = {
    "chains": add_chain,
    "overload": lambda: add_columns(effort="90 minutes"),
    "reconcile": lambda: add_columns(minutes="90"),
    "verify": lambda: main(["assess", "--at", "2018-06-29 12:00", "--receipts", "receipts.jsonl"]),
}
"""What the examples of a command's help name beside the packaged example's files."""


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in ANSWER_NOTHING])
def test_every_answer_is_json_too(name, desk, capsys):
    if name in BESIDE:
        BESIDE[name]()
        capsys.readouterr()
    example = next(example for example in EXAMPLES[name] if example.endswith("--json -"))
    words = shlex.split(example)[1:]
    code = main([word.replace("jira", "zendesk") for word in words])
    out = capsys.readouterr().out
    assert code in (0, 1)
    answer = json.loads(out)
    assert answer
    if name in ("assess", "explain"):
        assert {"id", "state", "due", "elapsed_seconds", "remaining_seconds", "consumed"} <= set(answer[0])


def test_json_beside_the_words_and_not_over_what_is_read(desk, capsys):
    assert main(["due", "P2", "2026-11-27 15:40", "--json", "due.json"]) == 0
    assert "due    " in capsys.readouterr().out
    assert json.loads(Path("due.json").read_text())["due"] == "2026-11-30T13:10:00+00:00"
    assert main(["diff", "sla.toml", "new.toml", "--json", "new.toml"]) == 2
    assert "new.toml is read too" in capsys.readouterr().err
    assert main(["assess", "--out", "-", "--json", "-"]) == 2


def test_the_worst_and_the_sums_stay_on_the_screen(on_terminal):
    for columns, lines in ((80, 40), (80, 24), (200, 60)):
        code, text = on_terminal("assess", columns=columns, lines=lines)
        shown = text.splitlines()
        assert code == 0
        assert len(shown) < lines  # and a line for the prompt
        assert shown[0].startswith("ticket")
        assert shown[1].startswith("T0162")
        assert max(map(len, shown)) <= columns
    assert len(on_terminal("assess", "--limit", "100")[1].splitlines()) > 100


def test_columns_are_dropped_in_order_and_no_id_is_cut(on_terminal, tmp_path):
    tickets = tmp_path / "tickets.csv"
    name = "INC-2018-" + "0123456789" * 3
    tickets.write_text(f"id,opened,kind,priority\n{name},2018-04-03T10:00:00+01:00,incident,P2\n")
    words = ("assess", str(tickets), "--at", "2018-06-29 12:00")
    order = ["kind", "used", "elapsed", "priority", "due", "remaining"]
    for columns in range(200, 20, -9):
        _, text = on_terminal(*words, columns=columns)
        header, row = text.splitlines()[:2]
        assert row.startswith(f"{name}  ")
        assert "breached" in row
        left_out = [column for column in order if column not in header.split()]
        assert left_out == order[: len(left_out)]
        assert (f"left out at {columns} columns: " in text) == bool(left_out)
    assert left_out == order


def test_no_row_of_a_ledger_is_broken(on_terminal):
    for columns, left_out in ((100, None), (80, "to"), (50, "to, total")):
        code, text = on_terminal("explain", "T0162", columns=columns)
        assert code == 0
        rows = [line for line in text.splitlines() if re.search("third_party|(service|outside) hours", line)]
        assert len(rows) == 7
        assert max(map(len, text.splitlines())) <= columns
        assert all(re.match(r"\w{3} \d+ Jun 2018", row) for row in rows)
        assert ("left out" in text) == (left_out is not None)
        assert left_out is None or f"left out at {columns} columns: {left_out}\n" in text


def test_fitting_drops_no_more_than_it_must():
    columns = [Column("a"), Column("b", dropped=2), Column("c", dropped=1)]
    assert fitting(columns, [5, 5, 5], 19) == [0, 1, 2]
    assert fitting(columns, [5, 5, 5], 18) == [0, 1]
    assert fitting(columns, [5, 5, 5], None) == [0, 1, 2]


@pytest.mark.parametrize(("variables", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)])
def test_colours_are_richs_and_say_no_more_than_the_words(monkeypatch, variables, coloured):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.delenv("NO_COLOR", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    terminal = Terminal()
    with contextlib.redirect_stdout(terminal):
        main(["--no-pager", "assess", "--limit", "3"])
    raw = terminal.buffer.getvalue().decode()
    assert ("\x1b[1;31mbreached" in raw) == coloured
    assert terminal.text.count("breached  ") == 3


def test_colours_may_be_forced_into_a_pipe(monkeypatch, capsys):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.delenv("NO_COLOR", raising=False)
    main(["assess", "--limit", "3"])
    out = capsys.readouterr().out
    assert "\x1b[" in out
    assert COLOUR.sub("", out).splitlines()[0].split()[-1] == "used"  # no column is dropped where no terminal is


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["assess", "--fail-on", "breached"], 1),
        (["assess", "--fail-on", "not-started", "--fail-on", "cancelled"], 0),
        (["assess", "--fail-on", "breached", "--out", "-"], 1),
        (["report", "--fail-on", "breached"], 1),
        (["report", "--fail-on", "no-target"], 0),
        (["explain", "T0162", "--fail-on", "breached"], 1),
        (["explain", "T0162", "--fail-on", "met"], 0),
        (["due-within", "4 hours", "--fail-on", "due"], 1),
        (["due-within", "4 hours", "--fail-on", "overdue"], 0),
        (["assess", "--fail-on", "late"], 2),
    ],
)
def test_scripts_are_told_of_states(capsys, words, code):
    assert main(words) == code


@pytest.mark.parametrize(
    "given",
    [
        ["tickets.csv", "--pauses", "pauses.csv"],
        ["tickets.csv", "--pauses", "pauses.csv", "--engine", "duckdb"],
        ["--events", "events.csv", "--mapping", "mapping.toml"],
    ],
)
def test_lengths_are_numbers_in_a_unit(desk, capsys, given):
    """Whoever works the answers out, they are those of the columns, and the worst stand first in any unit."""
    answers, order = {}, {}
    for unit in ("seconds", "hours", "days"):
        asked = [] if unit == "seconds" else ["--unit", unit]
        words = ("assess", *given, "--at", "2018-06-29 12:00", *asked)
        assert main([*words, "--json", "answers.json", "--out", "answers.xlsx"]) == 0
        order[unit] = [line.split()[0] for line in capsys.readouterr().out.splitlines() if line.startswith("T0")]
        answers[unit] = {row["id"]: row for row in json.loads(Path("answers.json").read_text())}
    assert order["hours"] == order["seconds"]
    days = answers["days"]
    late = [days[ticket]["remaining_days"] for ticket in order["days"] if days[ticket]["state"] == "breached"]
    assert late == sorted(late)
    for name in ("elapsed", "remaining", "over"):
        for ticket, row in answers["seconds"].items():
            seconds, hours = row[f"{name}_seconds"], answers["hours"][ticket][f"{name}_hours"]
            assert (hours is None) == (seconds is None) == (answers["days"][ticket][f"{name}_days"] is None)
            assert hours is None or hours == pytest.approx(seconds / 3600)
    if "--events" not in given:
        assert (days["T0162"]["elapsed_days"], days["T0162"]["remaining_days"]) == pytest.approx((773 / 540, -19 / 9))


def paged(monkeypatch, pager: str, *words: str, variable: str = "SLACLOCK_PAGER") -> tuple[int, str]:
    monkeypatch.setenv(variable, pager)
    terminal = Terminal()
    with contextlib.redirect_stdout(terminal):
        code = main(words)
    return code, terminal.text


@pytest.mark.skipif(os.name != "posix", reason="the pagers of this test are a shell's")
def test_long_answers_go_to_a_pager(monkeypatch, tmp_path, capsys, on_terminal):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LESS", raising=False)
    monkeypatch.setenv("PAGER", "false")
    code, printed = paged(monkeypatch, 'printf "%s" "$LESS" > less; cat > shown', "explain", "T0162")
    assert (code, printed) == (0, "")
    assert Path("less").read_text() == "FRX"
    assert Path("shown").read_text().startswith("T0162: incident P2")
    # Whoever quits early sees no traceback, and a script its code.
    code, printed = paged(monkeypatch, "head -1 > shown", "assess", "--limit", "200", "--fail-on", "breached")
    assert (code, capsys.readouterr().err) == (1, "")
    assert len(Path("shown").read_text().splitlines()) == 1
    for none in ("", "cat"):
        assert "T0162: incident P2" in paged(monkeypatch, none, "explain", "T0162")[1]
    assert "T0162: incident P2" in paged(monkeypatch, "head -1 > shown", "explain", "T0162", "--no-pager")[1]
    assert "T0162: incident P2" in paged(monkeypatch, "no-such-pager -x", "explain", "T0162")[1]
    assert "there is no pager 'no-such-pager', which SLACLOCK_PAGER names" in capsys.readouterr().err
    assert paged(monkeypatch, "cat > shown", "explain", "T9999") == (2, "")  # and no pager starts for an error


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes(tmp_path):
    pytest.importorskip("argcomplete")
    program = tmp_path / "slaclock"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m slaclock "$@"\n')
    program.chmod(0o755)
    (tmp_path / "tickets.csv").touch()
    script = """
        cd "$1" && PATH="$1:$PATH" && eval "$(slaclock completion bash)"
        ask() { COMP_LINE="$*" COMP_POINT=${#COMP_LINE} COMP_WORDS=($*) COMP_CWORD=$(($# - 1)) COMPREPLY=()
                COMP_TYPE=9 _python_argcomplete slaclock "${!#}"; echo "$* -> ${COMPREPLY[*]}"; }
        ask slaclock du; ask slaclock assess --fa; ask slaclock assess --measure resp; ask slaclock assess tick
    """
    command = ["bash", "-c", script, "-", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    answers = dict(line.split(" -> ") for line in done.stdout.splitlines())
    assert answers["slaclock du"].split() == ["due-within", "due"]
    assert answers["slaclock assess --fa"].strip() == "--fail-on"
    assert answers["slaclock assess --measure resp"].strip() == "respond"
    assert answers["slaclock assess tick"].strip() == "tickets.csv"


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish")
def test_fish_completes(tmp_path, monkeypatch):
    pytest.importorskip("argcomplete")
    program = tmp_path / "slaclock"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m slaclock "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setenv("HOME", str(tmp_path))
    words = "slaclock completion fish | source; complete -C 'slaclock assess --fa'"
    done = subprocess.run(["fish", "-c", words], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split()[0] == "--fail-on"


@pytest.mark.parametrize(("shell", "sign"), [("bash", "complete "), ("zsh", "#compdef"), ("fish", "complete ")])
def test_each_shell_has_its_code(capsys, shell, sign):
    pytest.importorskip("argcomplete")
    assert main(["completion", shell]) == 0
    assert sign in capsys.readouterr().out
