"""Any desk's files: what each gives, or the message that it ends with, as reviewed in snapshots/desk_files.txt."""

from __future__ import annotations

import os
import warnings
from pathlib import Path

import pandas as pd
import pytest

import slaclock as sc
from reviewed import check_reviewed
from slaclock.cli import main
from slaclock.desks import read_tickets
from slaclock.desks.byte_streams import opened
from slaclock.tickets.side_tables import SIDES

from .made_files import MADE

FOLDER = Path(__file__).parent / "files"
SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "desk_files.txt"
SIDE_NAMES = {f".{side}." for side in SIDES}
PLAIN_NAMES = sorted(file.name for file in FOLDER.iterdir() if not any(side in file.name for side in SIDE_NAMES))
OPTIONS = {
    "jira-renamed.csv": {"columns": {"id": "Issue key", "opened": "created"}, "time_format": "%Y-%m-%dT%H:%M:%S%z"},
    "servicenow-renamed.csv": {"columns": {"id": "Number"}},
    "jira-day-month.csv": {"columns": {"id": "Issue key", "opened": "Created"}, "time_format": "%d/%b/%y %I:%M %p"},
    "look-alike-strict.csv": {"strict": True},
    "day-first.csv": {"time_format": "%d/%m/%Y %H:%M"},
    "us.csv": {"time_format": "%m/%d/%Y %I:%M %p"},
    "skipped.csv": {"errors": "skip"},
}
EXAMPLE = sc.Policy.example()
INSTANTS = ("opened", "responded", "resolved", "cancelled", "abandoned")


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with all the files, which is the current one."""
    monkeypatch.chdir(tmp_path)
    for file in FOLDER.iterdir():
        Path(file.name).write_bytes(file.read_bytes())
    for name, made in MADE.items():
        Path(name).write_bytes(made())


def sides_of(name: str) -> dict[str, str]:
    """The files beside one of tickets."""
    stem, end = os.path.splitext(name)
    return {side: other for side in SIDES if Path(other := f"{stem}.{side}{end}").exists()}


def outcome(name: str) -> str:
    """What a file gives, in a few lines."""
    lines = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            tickets = read_tickets(name, EXAMPLE, **sides_of(name), **OPTIONS.get(name, {}))
        except sc.SlaClockError as error:
            assert isinstance(error, sc.errors.InputError)
            lines += [f"! {part}" for part in error.all]
        else:
            lines += [told(ticket) for ticket in tickets] or ["(no tickets)"]
    return "\n".join([*(f"~ {warning.message}" for warning in caught), *lines])


def told(ticket: sc.Ticket) -> str:
    """A ticket in a line."""
    parts = [ticket.id, ticket.kind, ticket.priority or "-"]
    parts += [f"{name} {at.isoformat()}" for name in INSTANTS if (at := getattr(ticket, name)) is not None]
    parts += [f"{name} {word}" for name in ("impact", "urgency") if (word := getattr(ticket, name)) is not None]
    parts += [f"{side} {len(own)}" for side in SIDES if (own := getattr(ticket, side))]
    parts += [f"agreed {measure} {agreed}" for measure, agreed in ticket.agreed.items()]
    return repr(", ".join(parts))


def test_each_file_gives_what_was_reviewed(desk):
    names = sorted([*PLAIN_NAMES, *MADE])
    text = "\n".join(f"== {name}\n{outcome(name)}\n" for name in names)
    check_reviewed(SNAPSHOT, text)


def words_of(name: str) -> list[str]:
    """The options of a file as the command line has them."""
    options = OPTIONS.get(name, {})
    words = [word for pair in options.get("columns", {}).items() for word in ("--column", "=".join(pair))]
    words += ["--time-format", options["time_format"]] if "time_format" in options else []
    words += ["--errors", options["errors"]] if "errors" in options else []
    words += ["--strict"] if options.get("strict") else []
    for side, file in sides_of(name).items():
        words += [f"--{SIDES[side].option or side}", file]
    return words


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
def test_the_command_line_refuses_what_the_readers_refuse(desk, capsys, engine):
    """With the same words; and it answers for all other files, but for words that the policy does not know."""
    for name in sorted([*PLAIN_NAMES, *MADE]):
        expected = outcome(name).splitlines()
        wrong = [line[2:] for line in expected if line.startswith("! ")]
        code = main(["assess", name, "--at", "2018-11-01 12:00", "--engine", engine, *words_of(name)])
        out, err = capsys.readouterr()
        said = [line for line in err.splitlines() if not line.startswith("slaclock: note: ")]
        if wrong:
            assert (name, code, out) == (name, 2, "")
            assert (name, len(said)) == (name, min(len(wrong), 21))
        elif code:
            assert (name, "policy" in err) == (name, True)
        for line in err.splitlines():
            assert line.startswith("slaclock: ")
            assert line.isprintable()


def test_a_file_is_closed_whatever_comes(tmp_path):
    file = tmp_path / "t.csv"
    file.write_text("id,opened\n")
    with opened(str(file)) as source:
        assert source.head == b"id,opened\n"
    with pytest.raises(sc.errors.InputError, match="cannot read .*Is a directory"), opened(str(tmp_path)):
        pass


def test_frames_that_no_one_can_read_are_an_error_of_ours():
    for frame, message in (
        (pd.DataFrame({"id": ["T1", 2], "opened": ["2018-04-09 10:00"] * 2}), "the tickets cannot be read .*one type"),
        (None, "the tickets are a NoneType; give a frame"),
        (pd.DataFrame({"id": ["T1"]}), "tickets: there is no column 'opened'"),
        (pd.DataFrame({"id": ["T1", "T2"], "opened": ["2018-04-09 10:00", "x"]}), "tickets, row 1, column 'opened'"),
    ):
        with pytest.raises(sc.SlaClockError, match=message):
            read_tickets(frame, EXAMPLE)


def test_an_interrupted_command_says_so(desk, capsys, monkeypatch):
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    Path("out.csv").write_text("before")
    monkeypatch.setattr("slaclock.cli.ticket_stream.count_into", interrupted)
    assert main(["assess", "plain.csv", "--at", "2018-05-01 12:00", "--out", "out.csv"]) == 130
    assert capsys.readouterr().err == "slaclock: interrupted\n"
    assert Path("out.csv").read_text() == "before"
