"""What becomes of rows that cannot be read or answered: they stop the work, or are skipped, counted and listed."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

import slaclock as sc
from slaclock import desks
from slaclock.cli import main

TICKETS = """id,kind,priority,opened,resolved
T1,incident,P1,2018-04-09 10:00,2018-04-09 11:00
T2,incident,P1,soon,
T3,incident,P1
,incident,P1,2018-04-09 10:00,
T1,incident,P2,2018-04-09 10:00,
T6,incident,P9,2018-04-09 10:00,
T7,incident,P1,2018-04-09 10:00,2018-04-09 09:00
T8,incident,P2,2018-04-09 10:00,
T9,incident,P2,2018-04-09 10:00,
"""
PAUSES = """ticket,start,end,reason
T8,2018-04-09 10:30,2018-04-09 11:00,lunch
T9,2018-04-09 10:30,2018-04-09 10:20,third_party
T9,2018-04-09 10:30,2018-04-09 11:00,third_party
T2,2018-04-09 10:30,2018-04-09 11:00,third_party
"""
SKIPPED = {
    ("t.csv", "3", "opened", "soon"),
    ("t.csv", "4", "", ""),
    ("t.csv", "5", "id", ""),
    ("t.csv", "6", "", "T1"),
    ("t.csv", "7", "", "P9"),
    ("t.csv", "8", "", "2018-04-09 09:00:00+01:00"),
    ("p.csv", "2", "reason", "lunch"),
    ("p.csv", "3", "end", "2018-04-09 10:20:00+01:00"),
    ("p.csv", "5", "", "T2"),
}
WORDS = ("t.csv", "--pauses", "p.csv", "--at", "2018-04-09 12:00")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TICKETS)
    Path("p.csv").write_text(PAUSES)
    return tmp_path


def rejected() -> set[tuple[str, ...]]:
    with open("r.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["reason"] for row in rows)
    return {(row["file"], row["row"], row["column"], row["value"]) for row in rows}


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
def test_skipped_rows_are_listed_and_counted(folder, capsys, engine):
    words = (*WORDS, "--engine", engine, "--errors", "skip", "--rejects", "r.csv")
    assert main(["assess", *words, "--out", "o.json"]) == 0
    assert [row["id"] for row in json.loads(Path("o.json").read_text())] == ["T1", "T9"]
    assert "9 rows were skipped; the first: " in capsys.readouterr().err
    assert rejected() == SKIPPED
    assert main(["report", *words, "--json", "r.json", "--html", "r.html"]) == 0
    assert rejected() == SKIPPED
    out = capsys.readouterr().out
    assert "9 rows were wrong and skipped" in out
    assert "9 rows were wrong and skipped" in Path("r.html").read_text(encoding="utf-8")
    report = sc.Report.from_json(Path("r.json").read_text(encoding="utf-8"))
    assert (report.skipped, report.overall.total) == (9, 2)


def test_commands_that_go_ticket_by_ticket_skip_the_same(folder, capsys):
    words = (*WORDS[:3], "--until", WORDS[4], "--errors", "skip", "--rejects", "r.csv")
    assert main(["turns", *words, "--json", "turns.json"]) == 0
    assert rejected() == SKIPPED
    assert {turn["ticket"] for turn in json.loads(Path("turns.json").read_text())} == {"T1", "T9"}


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
@pytest.mark.parametrize("command", ["assess", "report"])
def test_without_it_several_bad_rows_are_told_at_once(folder, capsys, command, engine):
    assert main([command, *WORDS, "--engine", engine]) == 2
    rows = [line.split(": ")[1] for line in capsys.readouterr().err.splitlines()]
    assert rows in (["p.csv, row 3, column 'end'"], ["t.csv, row 3, column 'opened'", "t.csv, row 4"])
    lines = "".join(f"T{number},P{number},2018-04-09 10:00\n" for number in range(5, 40))
    Path("t.csv").write_text("id,priority,opened\n" + lines)
    assert main([command, "t.csv", *WORDS[3:], "--engine", engine]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 21
    assert said[0].startswith("slaclock: t.csv, row 2: 'P5' is no priority")
    assert said[-1] == "slaclock: more rows are wrong; correct these first"


@pytest.mark.parametrize("command", ["assess", "report"])
@pytest.mark.parametrize("engine", ["columns", "duckdb"])
def test_what_is_wrong_with_all_rows_alike_is_told_once(folder, capsys, command, engine):
    Path("t.csv").write_text("id,priority,opened\n" + "".join(f"T{n},P9,2018-04-09 10:00\n" for n in range(30)))
    assert main([command, "t.csv", *WORDS[3:], "--engine", engine]) == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("slaclock: t.csv, row 2: 'P9' is no priority")
    assert "(as are many more rows)" in line


@pytest.mark.parametrize("command", ["assess", "report"])
@pytest.mark.parametrize("engine", ["columns", "duckdb"])
@pytest.mark.parametrize(
    ("side", "row", "expected"),
    [
        ("messages", "at,name\nT1,2018-04-08 10:00,asked", ("2", "at", "2018-04-08 10:00:00+01:00")),
        ("changes", "at,field,to\nT1,2018-04-08 10:00,priority,P2", ("2", "at", "2018-04-08 10:00:00+01:00")),
        ("changes", "at,field,to\nT1,2018-04-09 10:00,kind,", ("2", "to", "")),
        ("reopenings", "resolved,reopened\nT1,2018-04-08 10:00,2018-04-09 10:00",
         ("2", "resolved", "2018-04-08 10:00:00+01:00")),
    ],
)  # fmt: skip
def test_the_file_beside_the_tickets_is_blamed_with_its_own_times(
    folder, capsys, monkeypatch, command, engine, side, row, expected
):
    """Whatever zone the machine is in."""
    Path("t.csv").write_text("".join(TICKETS.splitlines(keepends=True)[:2]))
    Path("side.csv").write_text(f"ticket,{row}\n")
    words = (command, "t.csv", "--at", "2018-04-09 12:00", f"--{side}", "side.csv", "--engine", engine)
    assert main([*words, "--errors", "skip", "--rejects", "r.csv"]) == 0
    assert rejected() == {("side.csv", *expected)}
    capsys.readouterr()
    assert main(words) == 2
    assert capsys.readouterr().err.startswith(f"slaclock: side.csv, row 2, column '{expected[1]}': ")


def test_rejects_need_rows_that_are_skipped(folder, capsys):
    assert main(["assess", *WORDS, "--rejects", "r.csv"]) == 2
    assert "--rejects is given, and no rows are skipped; give errors skip too" in capsys.readouterr().err
    assert main(["assess", *WORDS, "--errors", "skip", "--rejects", "t.csv"]) == 2
    assert "--rejects: t.csv is read too" in capsys.readouterr().err
    assert Path("t.csv").read_text() == TICKETS


def test_the_readers_list_what_they_skip(folder):
    with pytest.warns(sc.errors.BadRowsWarning, match="7 rows were skipped; the first: "):
        tickets = desks.read_tickets("t.csv", sc.Policy.example(), pauses="p.csv", errors="skip", rejects="r.csv")
    # The policy's own words are for whoever judges the tickets.
    assert [ticket.id for ticket in tickets] == ["T1", "T6", "T8", "T9"]
    assert rejected() == SKIPPED - {("t.csv", "7", "", "P9"), ("p.csv", "2", "reason", "lunch")}
    with pytest.raises(sc.errors.InputError, match="rejects is given, and no rows are skipped"):
        desks.read_tickets("t.csv", sc.Policy.example(), rejects="r.csv")


def test_what_was_used_is_read_in_the_same_way(folder):
    Path("u.json").write_text('[{"Allowance": "training", "AT": "2018-04-09 10:00", "Amount": "3 hours"}]')
    [usage] = desks.read_usage("u.json", timezone="Europe/London")
    assert (usage.allowance, usage.at.isoformat()) == ("training", "2018-04-09T10:00:00+01:00")
    with pytest.raises(sc.errors.InputError, match="nothing says in which zone times are"):
        desks.read_usage("u.json")


LOG = """id;State;at;priority;note
A;New;2018-04-09 10:00;P1;"two
lines"

A;Vendor;2018-04-09 11:00;P1;
A;Odd;2018-04-09 12:00;P1;
B;New;2018-04-09 10:00;P1;
B;Resolved;2018-04-09 11:00;P1;
C;New;2018-04-09 10:00;P1
C;New;soon;P1;
;New;2018-04-09 10:00;P1;
D;New;2018-04-09 10:00;P1;
D;Vendor;2018-04-09 11:00;P1;
D;Vendor;2018-04-09 11:30;P1;
E;New;2018-04-09 10:00;P9;
"""
LOG_MAP = """timezone = "Europe/London"
ignore = ["NOTE"]
[columns]
ticket = "ID"
state = "state"
at = "At"
priority = "Priority"
[states]
New = "running"
Vendor = "paused: third_party"
Resolved = "resolved"
"""
LOG_WORDS = ("--events", "log.csv", "--mapping", "log.toml", "--at", "2018-04-09 12:30")
SKIPPED_OF_LOG = {
    ("log.csv", "5", "State", "Odd"),
    ("log.csv", "8", "", ""),
    ("log.csv", "9", "at", "soon"),
    ("log.csv", "10", "id", ""),
}


@pytest.fixture
def log(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("log.csv").write_text(LOG)
    Path("log.toml").write_text(LOG_MAP)
    return tmp_path


@pytest.mark.parametrize("command", ["assess", "report", "turns", "due-within"])
def test_a_ticket_with_a_bad_row_in_the_log_is_left_out_whole(log, capsys, command):
    words = [command, *(("1h",) if command == "due-within" else ()), *LOG_WORDS, "--errors", "skip"]
    words = [word.replace("--at", "--until") if command == "turns" else word for word in words]
    assert main([*words, "--rejects", "r.csv"]) == 0
    said = capsys.readouterr()
    assert "5 rows were skipped; the first: log.csv, row 5, column 'State': the mapping does not know" in said.err
    assert "log.csv: the tickets 'A', 'C' are left out whole: some of their rows were skipped" in said.err
    assert "log.csv: of some rows that were skipped no one knows whose they are" in said.err
    assert rejected() >= SKIPPED_OF_LOG
    assert len(rejected() - SKIPPED_OF_LOG) == 1  # E's priority, which the policy does not know
    if command == "report":
        assert "5 rows were wrong and skipped" in said.out


def test_the_row_of_a_ticket_that_lost_rows_of_the_log_is_not_judged_alone(log, capsys):
    Path("t.csv").write_text(
        "id,priority,opened\nA,P1,2018-04-09 10:00\nB,P1,2018-04-09 10:00\nX,P1,2018-04-09 10:00\n"
    )
    words = ("assess", "t.csv", *LOG_WORDS, "--errors", "skip", "--rejects", "r.csv", "--out", "o.json")
    assert main(words) == 0
    assert [row["id"] for row in json.loads(Path("o.json").read_text())] == ["B", "D", "X"]
    assert rejected() >= SKIPPED_OF_LOG | {("t.csv", "2", "", "A")}


def test_bad_rows_of_a_log_are_told_at_once(log, capsys):
    assert main(["assess", *LOG_WORDS]) == 2
    said = capsys.readouterr().err.splitlines()
    assert [line.split(": ")[1] for line in said] == [
        "log.csv, row 5, column 'State'", "log.csv, row 8", "log.csv, row 9, column 'at'",
        "log.csv, row 10, column 'id'",
    ]  # fmt: skip
    rows = "".join(f"T{number};State{number};2018-04-09 10:00;P1;\n" for number in range(40))
    Path("log.csv").write_text(LOG.partition("\n")[0] + "\n" + rows)
    assert main(["assess", *LOG_WORDS]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 21
    assert said[-1] == "slaclock: 20 more rows are wrong; correct these first"


@pytest.mark.parametrize("text", ["ID;State;at;Priority;id\n", "ID;State;at;Priority;note;note\n"])
def test_a_header_of_a_log_that_stands_twice_is_an_error_where_it_is_read(log, text):
    Path("log.csv").write_text(text + "A;New;2018-04-09 10:00;P1;;\n"[: -1 if "note" in text else -2] + "\n")
    if "note" in text:
        assert len(desks.read_log("log.csv", "log.toml")) == 1
    else:
        with pytest.raises(sc.errors.InputError, match="log.csv, row 1: the columns 'ID' and 'id' are both 'ticket'"):
            desks.read_log("log.csv", "log.toml")


def test_logs_of_any_form_and_frames_of_them_are_read(log):
    import pandas as pd

    rows = [{"ID": "A", "State": state, "AT": f"2018-04-09 1{hour}:00", "priority": "P1", "size": 1}
            for hour, state in enumerate(("New", "Vendor", "New"))]  # fmt: skip
    Path("a.json").write_text(json.dumps(rows[:2]))
    Path("b.jsonl").write_text(json.dumps({**rows[2], "ID": "B"}))
    with pytest.warns(sc.errors.UnreadColumnsWarning, match="no one reads the column 'size'"):
        tickets = desks.read_log("[ab].json*", "log.toml")
    assert [(ticket.id, len(ticket.pauses)) for ticket in tickets] == [("A", 1), ("B", 0)]
    with pytest.raises(sc.errors.InputError, match="no one reads the column 'size'"):
        desks.read_log("b.jsonl", "log.toml", strict=True)
    frame = pd.DataFrame(rows).drop(columns="size")
    frame["AT"] = pd.to_datetime(frame["AT"])
    [ticket] = desks.read_log(frame, sc.EventMapping.load("log.toml"))
    assert ticket.opened.isoformat() == "2018-04-09T10:00:00+01:00"
    frame.loc[1, "State"] = "Odd"
    with (
        pytest.warns(sc.errors.BadRowsWarning, match="1 row was skipped; the first: events, row 1, column 'State'"),
        pytest.warns(sc.errors.UnreadColumnsWarning, match="the ticket 'A' is left out whole"),
    ):
        assert desks.read_log(frame, "log.toml", errors="skip") == []
    with pytest.raises(sc.errors.ModelError, match="is not a mapping of events"):
        desks.read_log(frame, {})  # type: ignore[arg-type]
