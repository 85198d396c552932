"""What docs/stability.md promises of the command line and of answers changes only on purpose, by `make snapshots`."""

from __future__ import annotations

import csv
import json
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

import polars as pl
import pytest
from pydantic import TypeAdapter

import slaclock as sc
from desk import at
from reviewed import check_reviewed
from slaclock import columns, errors, typing
from slaclock.checking import schema
from slaclock.checking.book_lints import BOOK_LINTS
from slaclock.checking.lints import FILE_LINTS, LINTS
from slaclock.cli import main
from slaclock.cli.commands import COMMANDS
from slaclock.cli.parser import whole_parser

SNAPSHOT = Path(__file__).parent / "snapshots" / "outputs.txt"
ZENDESK = Path(__file__).parent / "desks" / "zendesk"
_, PARSERS = whole_parser()


def options_of(name: str) -> Iterator[str]:
    """The words that a command takes: an argument's name, an option's spellings and its choices."""
    for action in PARSERS[name]._actions:
        words = ", ".join(action.option_strings) or action.dest
        yield words + (f" {' | '.join(map(str, action.choices))}" if action.choices else "")


def keys_of(value: Any, path: str = "") -> set[str]:
    """The keys of JSON, `[]` for the entries of a list. What a key maps by names of the reader's own is `*`."""
    if isinstance(value, Mapping):
        own = path.rpartition(".")[2] in OWN_NAMES
        return {key for name, below in value.items() for key in keys_of(below, f"{path}.{'*' if own else name}")}
    if isinstance(value, list):
        return {key for below in value for key in keys_of(below, f"{path}[]")} or {path}
    return {path or "."}


OWN_NAMES = {
    "allowances", "calendars", "cases", "counts", "measures", "pauses", "shares", "standards", "targets", "totals",
    "warnings",
}  # fmt: skip
"""Keys under which the names are a policy's own, or states."""


@pytest.fixture
def desk(tmp_path, monkeypatch, capsys):
    """The example's files, and what the examples of the help name beside them."""
    monkeypatch.chdir(tmp_path)
    assert main(["example", "."]) == 0
    shutil.copy("sla.toml", "new.toml")
    shutil.copytree(ZENDESK, "answers")
    capsys.readouterr()
    return tmp_path


def written(capsys) -> Iterator[str]:
    """What each command writes as JSON in the example of its help, and the columns of the files of `assess`."""
    for name in COMMANDS:
        example = next((e for e in (PARSERS[name].epilog or "").splitlines() if e.endswith("--json -")), None)
        if example is not None:
            words = [word.replace("jira", "zendesk") for word in shlex.split(example)[1:]]
            yield f"# {name} --json"
            if main(words) == 2:  # its example reads files of the reader's own
                capsys.readouterr()
            else:
                yield from sorted(keys_of(json.loads(capsys.readouterr().out)))
    for unit in ((), ("--unit", "hours"), ("--unit", "days")):
        assert main(["assess", "tickets.csv", "--at", "2018-06-29 12:00", *unit, "--out", "out.csv"]) == 0
        with open("out.csv", encoding="utf-8", newline="") as file:
            yield " ".join(["# assess --out", *unit])
            yield from next(csv.reader(file))
    capsys.readouterr()


def added() -> Iterator[str]:
    """The columns that functions of frames add, with their types."""
    policy, options = sc.Policy.example(), {"at": at("2018-06-29 12:00")}
    frame = pl.DataFrame(
        {
            "id": ["T1"],
            "kind": ["incident"],
            "priority": ["P1"],
            "opened": [at("2018-06-28 12:00")],
            "resolved": [None],
        },
        schema_overrides={"resolved": pl.Datetime("us", "Europe/London")},
    )
    asked = {"measure": "inform"}
    functions = {columns.assess: {}, columns.cycles: asked, columns.due_within: {}, columns.next_turns: asked}
    for function, own in functions.items():
        answer = function(frame, policy, **options, **own)
        yield f"# columns.{function.__name__}"
        yield from (f"{name}: {kind}" for name, kind in answer.schema.items() if name not in frame.columns)


def schema_keys(of: str) -> Iterator[str]:
    """The keys of a file, each with the table in which it stands."""
    whole = schema(of)
    for table, definition in sorted({"": whole, **whole.get("$defs", {})}.items()):
        yield from sorted(f"{table}.{key}" for key in definition.get("properties", ()))


def test_what_scripts_rely_on_is_what_was_reviewed(desk, capsys):
    lines: list[str] = []
    for name in COMMANDS:
        lines += [f"# {name}", *options_of(name)]
    lines += written(capsys)
    lines += added()
    codes = {
        kind.code for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, sc.SlaClockError)
    }
    named = {
        "states": get_args(typing.State), "turns": get_args(typing.TurnKind), "kinds of rows": get_args(typing.RowKind),
        "codes of errors": sorted(codes), "lints": sorted({*LINTS, *BOOK_LINTS, *FILE_LINTS}),
        "keys of a policy": schema_keys("policy"), "keys of cases": schema_keys("cases"),
        "keys of a mapping": sorted(sc.EventMapping.model_fields),
    }  # fmt: skip
    for title, names in named.items():
        lines += [f"# {title}", *names]
    text = "\n".join(lines) + "\n"
    check_reviewed(SNAPSHOT, text)


def own_texts(schema: Any, key: str = "") -> Iterator[str]:
    """What a schema says of the keys of a file in words of ours: their descriptions and patterns."""
    if isinstance(schema, dict):
        if not {"properties", "title"} <= schema.keys():  # that of a model has the docstring of its class
            texts = (schema[name] for name in ("description", "pattern") if isinstance(schema.get(name), str))
            yield from (f"{key}: {text}" for text in texts)
        for name, part in schema.items():
            yield from own_texts(part, key if name in ("anyOf", "items", "additionalProperties") else name)
    elif isinstance(schema, list):
        for part in schema:
            yield from own_texts(part, key)


def test_what_editors_show_of_the_keys_of_files_is_what_was_reviewed():
    named = {
        "policy": schema("policy"), "cases": schema("cases"), "ticket": sc.Ticket.model_json_schema(),
        "calendar": TypeAdapter(sc.Calendar).json_schema(), "assessment": TypeAdapter(sc.Assessment).json_schema(),
    }  # fmt: skip
    lines = [line for title, whole in named.items() for line in (f"# {title}", *dict.fromkeys(own_texts(whole)))]
    text = "\n".join(lines) + "\n"
    path = SNAPSHOT.parent / "schema_texts.txt"
    check_reviewed(path, text)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["due", "P2", "2026-11-27 15:40"], 0),
        (["check", "sla.toml"], 0),
        (["check", "sla.toml", "--cases", "cases.toml"], 1),
        (["explain", "T0162", "--fail-on", "breached"], 1),
        (["due", "P9", "2026-11-27 15:40"], 2),
        (["assess", "none.csv"], 2),
        (["nothing"], 2),
    ],
)
def test_codes_are_those_of_the_page(desk, capsys, words, code):
    case = '"wrong" = { opened = "2018-04-06 15:00", priority = "P1", due = "2018-04-06 16:00" }'
    Path("cases.toml").write_text(f"[cases]\n{case}\n")
    assert main(words) == code
    assert bool(capsys.readouterr().err) == (code == 2)


BY_ANOTHER_THREAD = """
threading.Thread(target=threading.Event().wait, daemon=True).start()
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
"""


@pytest.mark.skipif(sys.platform == "win32", reason="an interrupt of Unix")
@pytest.mark.parametrize("heard", ["", BY_ANOTHER_THREAD], ids=["itself", "another"])
def test_whoever_is_interrupted_ends_with_130(desk, heard):
    """It is heard while the reader of standard input waits for more, which nobody writes.

    So it is where the system does not wake that reader, as where another thread hears it, or it comes just before the
    wait.
    """
    script = f"""
import signal, sys, threading
signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in what a script of a shell begins and leaves
{heard}
from slaclock.cli import main
sys.exit(main())
"""
    with subprocess.Popen(
        [sys.executable, "-c", script, "assess", "-", "--at", "2018-04-09 12:00"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin is not None
        assert process.stderr is not None
        row = "T1,incident,P1,2018-04-09 10:00\n"
        process.stdin.write("id,kind,priority,opened\n" + row * 20_000)  # it fills the pipe
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(timeout=60) == 130
        finally:
            process.kill()
        assert process.stderr.read() == "slaclock: interrupted\n"


VERSIONS = sorted((Path(__file__).parent / "versions").iterdir())


@pytest.mark.parametrize("folder", VERSIONS, ids=lambda folder: folder.name)
def test_what_an_earlier_version_wrote_is_read_and_means_the_same(folder):
    """Files that were written once and are never written anew."""
    written = {file.stem: file.read_text(encoding="utf-8") for file in folder.glob("*.json")}
    policy = sc.Policy.from_json(written["policy"])
    assert policy == sc.Policy.load(folder / "sla.toml")
    assert policy.calendar == sc.WorkingCalendar.from_json(written["calendar"])
    assert sc.PolicyBook.from_json(written["book"]) == sc.PolicyBook([policy])
    ticket, answer = sc.Ticket.from_json(written["ticket"]), sc.Assessment.from_json(written["assessment"])
    assert (answer.state, answer.due) == ("breached", at("2018-04-03 11:30"))
    assert sc.assess(ticket, policy, at=at("2018-04-03 12:00")) == answer
