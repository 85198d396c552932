"""The command line: what it prints, writes and refuses."""

from __future__ import annotations

import csv
import io
import json
import re
import runpy
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import slaclock as sc
from desk import LONDON, at
from slaclock.cli import main
from slaclock.cli.progress import progress_bar
from slaclock.cli.tickets import LocatedTicket, read_tickets
from slaclock.tickets.side_tables import SIDES

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(str(sc.__file__)).parent
MEASURED = "2018-06-29 12:00"


@pytest.fixture
def files(tmp_path, monkeypatch):
    """The packaged example's files in a folder of their own, which is the current one."""
    monkeypatch.chdir(tmp_path)
    assert main(["example", "."]) == 0
    return tmp_path


def run(capsys, *words: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = main(words)
    printed = capsys.readouterr()
    return code, printed.out, printed.err


def test_the_main_job_needs_no_arguments(capsys):
    code, out, err = run(capsys, "assess")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert lines[0].split() == ["ticket", "kind", "priority", "state", "due", "elapsed", "remaining", "used"]
    states = [
        next(word for word in line.split() if word in ("breached", "paused", "running", "met", "excluded"))
        for line in lines[1:201]
    ]
    assert (
        states == sorted(states, key=["breached", "paused", "running", "met", "excluded"].index) or "paused" in states
    )
    assert [line.split(":")[0] for line in lines[202:207]] == [
        "incident P1",
        "incident P2",
        "incident P3",
        "incident P4",
        "service_request",
    ]
    assert sum(int(line.split(": ")[1].split()[0]) for line in lines[202:207]) == 200
    assert "200 of 200 tickets shown, as of Fri 29 Jun 2018 12:00" in out
    assert "times without an offset are read in Europe/London" in out


def test_the_worst_come_first(capsys):
    _, out, _ = run(capsys, "assess", "--limit", "3")
    assert (
        len(
            [
                line
                for line in out.splitlines()
                if " breached " in line and "remaining" not in line and ":" in line and line[0] == "T"
            ]
        )
        == 3
    )


def test_a_paused_ticket_has_no_due_date_yet(capsys):
    _, out, _ = run(capsys, "assess")
    paused = [line.split() for line in out.splitlines() if line.startswith("T019") and "paused" in line]
    assert [(row[0], row.count("paused")) for row in paused] == [("T0197", 2), ("T0198", 2), ("T0194", 2)]


def test_the_files_of_the_example_give_the_same(capsys, files):
    packaged = run(capsys, "assess")
    own = run(capsys, "assess", "tickets.csv", "--pauses", "pauses.csv", "--policy", "sla.toml", "--at", MEASURED)
    assert own == packaged


def test_the_example_is_what_its_generator_writes(tmp_path, monkeypatch):
    generator = runpy.run_path(str(ROOT / "examples" / "generate.py"))
    generator["main"].__globals__["FOLDER"] = tmp_path
    generator["main"]()
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {path.name for path in (PACKAGE / "example").glob("*.csv")}
    for name in written:
        assert (tmp_path / name).read_bytes() == (PACKAGE / "example" / name).read_bytes()


def test_an_event_log_alone_and_beside_the_tickets(capsys, files):
    log = ["--events", "events.csv", "--mapping", "mapping.toml", "--at", MEASURED]
    code, alone, _ = run(capsys, "assess", *log)
    assert code == 0
    assert "200 of 200" in alone
    assert run(capsys, "assess", "tickets.csv", *log)[1] == alone
    assert run(capsys, "explain", "T0001", *log)[0] == 0


HISTORY = """id,state,at,kind,priority,category,impact,urgency
A,New,2018-04-09 10:00,incident,,,low,low
A,New,2018-04-09 11:00,,P2,hardware,,
A,New,2018-04-09 12:00,service_request,P1,,high,
B,New,2018-04-09 10:00,service_request,,,,
B,New,2018-04-09 11:00,,,,,high
"""
OF_HISTORY = ("kind", "priority", "category", "impact", "urgency")
TODAY = {"A": ("service_request", "P1", "hardware", "high", "low"), "B": ("service_request", "", "", "", "high")}


@pytest.mark.parametrize("listed", [(), OF_HISTORY, *([name] for name in OF_HISTORY)])
@pytest.mark.parametrize("logged", [OF_HISTORY, (), *([name] for name in OF_HISTORY)])
def test_a_file_beside_a_log_is_not_carried_back_to_the_opening(tmp_path, logged, listed):
    """The log decides each field that it gives, whatever columns the file has, and the file the others."""
    log, tickets, mapping = (tmp_path / name for name in ("events.csv", "tickets.csv", "mapping.toml"))
    log.write_text(HISTORY)
    lines = "".join(f'{name} = "{name}"\n' for name in ("state", "at", *logged))
    mapping.write_text(
        f'timezone = "Europe/London"\nkind = "call"\n[states]\nNew = "running"\n[columns]\nticket = "id"\n{lines}'
    )
    rows = [
        ",".join([key, "2018-04-09 09:00", *(dict(zip(OF_HISTORY, today, strict=True))[name] for name in listed)])
        for key, today in TODAY.items()
    ]
    tickets.write_text("\n".join([",".join(["id", "opened", *listed]), *rows]) + "\n")
    policy = sc.Policy.example()
    alone = read_tickets(None, {}, str(log), str(mapping), policy)
    beside = read_tickets(str(tickets), {}, str(log), str(mapping), policy)
    for of_log, of_both in zip(alone, beside, strict=True):
        own, both = of_log.ticket, of_both.ticket
        assert both.opened == at("2018-04-09 09:00")
        assert both.changes == own.changes
        for name, today in zip(OF_HISTORY, TODAY[own.id], strict=True):
            speaks = name in logged and (own.id == "A" or name in ("kind", "urgency"))
            expected = today or None if name in listed and not speaks else getattr(own, name)
            assert (name, getattr(both, name)) == (name, expected)


def test_a_log_beside_a_file_tells_of_messages(tmp_path):
    log, tickets, mapping, more = (tmp_path / name for name in ("log.csv", "tickets.csv", "mapping.toml", "more.csv"))
    log.write_text("id,state,at,entry\nA,New,2018-04-09 10:00,\nA,,2018-04-09 10:30,reply\nA,,2018-04-09 15:00,mail\n")
    mapping.write_text(
        'timezone = "Europe/London"\nstates = { New = "running" }\nevents = { mail = "asked", reply = "answered" }\n'
        'columns = { ticket = "id", state = "state", at = "at", event = "entry" }\n'
    )
    tickets.write_text("id,opened,priority\nA,2018-04-09 10:00,P2\n")
    more.write_text("ticket,at,name\nA,2018-04-09 16:00,asked\n")
    policy = sc.Policy.example()
    [alone] = read_tickets(None, {}, str(log), str(mapping), policy)
    [beside] = read_tickets(str(tickets), {"events": str(more)}, str(log), str(mapping), policy)
    assert [event.name for event in alone.ticket.events] == ["answered", "asked"]
    times = ("10:30", "15:00", "16:00")
    assert [event.at for event in beside.ticket.events] == [at(f"2018-04-09 {time}") for time in times]


def answers(file):
    """The rows of a file of answers, each instant as text and each number as one."""
    if file.suffix == ".parquet":
        return pq.read_table(file).to_pylist()
    if file.suffix == ".json":
        return json.loads(file.read_text(encoding="utf-8"))
    with file.open(encoding="utf-8", newline="") as text:
        return list(csv.DictReader(text))


@pytest.mark.parametrize("log", [(), ("--events", "events.csv", "--mapping", "mapping.toml", "--at", MEASURED)])
@pytest.mark.parametrize("name", ["out.csv", "out.json", "out.parquet"])
def test_all_answers_are_written_in_the_order_of_the_file(capsys, files, name, log):
    code, out, _ = run(capsys, "assess", "--limit", "1", "--out", name, *log)
    assert code == 0
    assert f"all 200 written to {name}" in out
    assert [path.name for path in files.glob("out*")] == [name]
    rows = answers(files / name)
    assert [row["id"] for row in rows] == [f"T{number:04d}" for number in range(1, 201)]
    late = next(row for row in rows if row["state"] == "breached")
    assert float(late["remaining_seconds"]) < 0
    assert str(late["due"]).startswith("2018-")
    assert {row["measure"] for row in rows} == {"resolve"}


def test_no_file_is_left_of_answers_that_came_to_a_bad_row(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TICKETS + "T1,incident,P2,2018-04-09 10:00,\nT2,incident,P7,2018-04-09 10:00,\n")
    Path("out.csv").write_text("of an earlier run")
    assert run(capsys, "assess", "t.csv", "--out", "out.csv")[0] == 2
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith("out")] == ["out.csv"]
    assert Path("out.csv").read_text() == "of an earlier run"


@pytest.fixture
def parquet(files):
    """The example's tickets and pauses as Parquet, with its times as London has them."""
    for name, times in (("tickets", ("opened", "responded", "resolved")), ("pauses", ("start", "end"))):
        table = pd.read_csv(f"{name}.csv", parse_dates=list(times))
        for column in times:
            table[column] = table[column].dt.tz_localize("Europe/London")
        table.to_parquet(f"{name}.parquet")
    return files


def test_parquet_gives_the_same_answers(capsys, parquet):
    packaged = run(capsys, "assess")
    assert run(capsys, "assess", "tickets.parquet", "--pauses", "pauses.parquet", "--at", MEASURED) == packaged
    assert run(capsys, "explain", "T0006", "tickets.parquet", "--pauses", "pauses.parquet", "--at", MEASURED) == run(
        capsys, "explain", "T0006"
    )
    Path("bad.parquet").write_text("no Parquet")
    assert run(capsys, "assess", "bad.parquet")[2].startswith("slaclock: bad.parquet: this is not Parquet")
    naive = pd.read_parquet("tickets.parquet").assign(opened=lambda table: table["opened"].dt.tz_localize(None))
    naive.to_parquet("naive.parquet")
    assert run(capsys, "assess", "naive.parquet", "--pauses", "pauses.parquet", "--at", MEASURED)[1] == packaged[1]
    naive.assign(opened=1.5).to_parquet("odd.parquet")
    assert "column 'opened'" in run(capsys, "assess", "odd.parquet")[2]
    naive.drop(columns="opened").to_parquet("short.parquet")
    assert "there is no column 'opened'" in run(capsys, "assess", "short.parquet")[2]


@pytest.mark.parametrize("end", ["csv", "parquet"])
def test_files_are_read_in_batches_of_any_size(capsys, parquet, monkeypatch, end):
    whole = run(capsys, "assess", "--limit", "30", "--out", "whole.csv")[1]
    monkeypatch.setattr("slaclock.desks.column_files.BATCH", 7)
    monkeypatch.setattr("slaclock.desks.csv_tables._BLOCK", 400)
    words = ["assess", f"tickets.{end}", "--pauses", f"pauses.{end}", "--at", MEASURED, "--limit", "30"]
    assert run(capsys, *words, "--out", "part.csv")[1] == whole.replace("whole.csv", "part.csv")
    assert Path("part.csv").read_text() == Path("whole.csv").read_text()
    early = run(capsys, *words[:-3], "2018-05-01 12:00")[1]
    assert re.search(r"(\d+) of \1 tickets shown", early)
    lines = Path("tickets.csv").read_text().splitlines()
    Path("tickets.csv").write_text("\n".join([*lines, lines[3]]))
    if end == "csv":
        assert "tickets.csv, row 202: the ticket 'T0003' stands twice" in run(capsys, *words)[2]
        Path("tickets.csv").write_text("\n".join(line for line in lines if not line.startswith("T0022")))
        assert "there is no ticket 'T0022'" in run(capsys, *words)[2]
        Path("tickets.csv").write_text("\n".join(lines).replace("T0100,incident,P1", "T0100,incident,P9"))
        assert "tickets.csv, row 101: 'P9' is no priority" in run(capsys, *words)[2]


def test_a_terminal_sees_a_bar_and_a_pipe_does_not():
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    for file, seen in ((Terminal(), True), (io.StringIO(), False)):
        with progress_bar(file) as show:
            show(0.5)
        assert ("reading" in file.getvalue()) is seen


def test_a_ticket_opened_later_is_left_out_and_said(capsys):
    _, out, _ = run(capsys, "assess", "--at", "2018-04-03 12:00")
    assert "1 of 1 ticket shown" in out
    assert "199 tickets opened later and are left out" in out


def test_due_within_prints_what_falls_due_what_is_overdue_and_what_waits(capsys, tmp_path):
    code, out, _ = run(capsys, "due-within", "4 hours", "--json", str(tmp_path / "due.json"))
    assert code == 0
    assert "due     T0197   inform   8      P1        Fri 29 Jun 2018 12:03       3 min" in out
    assert "1 due, 0 overdue, 1 paused, within 4 hours of Fri 29 Jun 2018 12:00" in out
    whole = json.loads((tmp_path / "due.json").read_text(encoding="utf-8"))
    assert [item["measure"] for item in (*whole["due"], *whole["paused"])] == ["inform", "resolve"]
    assert run(capsys, "due-within", "4 hours", "--json", "-")[1].startswith("{")
    code, _, err = run(capsys, "due-within", "< 4 hours")
    assert (code, err.startswith("slaclock: LENGTH: '< 4 hours' has more than a length")) == (2, True)


def test_explain_prints_the_ledger_of_every_cycle_or_of_one(capsys):
    assert main(["explain", "T0128", "--measure", "inform"]) == 0
    every = capsys.readouterr().out
    headings = [line for line in every.splitlines() if line.startswith("cycle ")]
    assert headings == [f"cycle {number} of 7" for number in range(1, 8)]
    assert main(["explain", "T0128", "--measure", "inform", "--cycle", "2"]) == 0
    assert capsys.readouterr().out.strip() == every.split("\n\n")[1].strip()
    for arguments, remedy in (
        (["--measure", "inform", "--cycle", "9"], "give 1 to 7"),
        (["--cycle", "1"], "leave it out"),
    ):
        assert main(["explain", "T0128", *arguments]) == 2
        assert remedy in capsys.readouterr().err


def test_explain_prints_a_ledger(capsys):
    code, out, _ = run(capsys, "explain", "T0001")
    assert code == 0
    assert out.splitlines()[0] == "T0001: incident P2, resolve within 0-6 hours, from Tue 3 Apr 2018 09:47"
    assert out.splitlines()[-1] == "met: due Tue 3 Apr 2018 15:47; done Tue 3 Apr 2018 14:29, 1 h 18 min left"
    assert len(run(capsys, "explain", "T0162", "--to", "now")[1]) > len(run(capsys, "explain", "T0162")[1])


@pytest.mark.parametrize(
    ("words", "due"),
    [
        (["P2", "2026-11-27 15:40"], "2026-11-30T13:10:00+00:00"),
        (["P2", "2026-11-27T15:40Z"], "2026-11-30T13:10:00+00:00"),
        (["service_request", "2026-11-27 15:40"], "2026-12-11T15:40:00+00:00"),
        (["2 hours", "2026-07-03 15:40"], "2026-07-06T09:10:00+01:00"),
        (["P1", "2026-11-27 15:40", "--kind", "incident"], "2026-11-30T09:10:00+00:00"),
    ],
)
def test_due_answers_at_once(capsys, words, due):
    code, out, _ = run(capsys, "due", *words)
    assert code == 0
    assert due in out


TICKETS = "id,kind,priority,opened,resolved\n"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (TICKETS + "T1,incident,P2,2018-04-09 10:00\n", "t.csv, row 2: 4 cells under 5 columns"),
        (
            TICKETS + "T1,incident,P2,09/04/2018 10:00,\n",
            "t.csv, row 2, column 'opened': '09/04/2018 10:00' may be 9 April or 4 September; give time_format, ",
        ),
        (TICKETS + "T1,incident,P2,2018-04-09,\n", "t.csv, row 2, column 'opened': '2018-04-09' has no time of day"),
        (TICKETS + "T1,incident,P2,,\n", "t.csv, row 2, column 'opened': the ticket's opening is missing"),
        (TICKETS + ",incident,P2,2018-04-09 10:00,\n", "t.csv, row 2, column 'id'"),
        (TICKETS + "T1,incident,P2,2018-04-09 10:00,2018-04-09 09:00\n", "t.csv, row 2: resolved at"),
        (
            TICKETS + "T1,incident,P7,2018-04-09 10:00,\n",
            "t.csv, row 2: 'P7' is no priority of the policy 'ICT Services for Academy/Free Schools 2018/19'; use",
        ),
        (
            TICKETS + "T1,fault,P2,2018-04-09 10:00,\n",
            "t.csv, row 2: the policy 'ICT Services for Academy/Free Schools 2018/19' has no targets for the",
        ),
        (TICKETS + 2 * "T1,incident,P2,2018-04-09 10:00,\n", "t.csv, row 3: the ticket 'T1' stands twice"),
        ("id,kind\nT1,incident\n", "t.csv, row 1: there is no column 'opened'; add it to the header (there: id, kind)"),
        ("", "t.csv, row 1: there is no column 'id'"),
        (
            TICKETS + '"T1,incident\n',
            "t.csv, row 2: this is not CSV (a quotation mark is opened here and not closed); close it, or double it",
        ),
        (TICKETS + "T\0,x,y,z,\n", "t.csv"),
    ],
)
def test_bad_tickets_are_one_clear_line(capsys, tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(text)
    code, out, err = run(capsys, "assess", "t.csv", "--at", "2018-05-01 12:00")
    assert (code, out) == (2, "")
    assert err.startswith(f"slaclock: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "ticket,start,end,reason\nT1,2018-04-09 12:00,2018-04-09 11:00,third_party\n",
            "p.csv, row 2, column 'end': the pause ends at",
        ),
        (
            "ticket,start,end,reason\nT1,,2018-04-09 11:00,third_party\n",
            "p.csv, row 2, column 'start': the pause's start is missing",
        ),
        ("ticket,start,end,reason\nT1,noon,,third_party\n", "p.csv, row 2, column 'start': 'noon'"),
        ("ticket,start,end,reason\nT9,2018-04-09 12:00,,third_party\n", "p.csv, row 2: there is no ticket 'T9'"),
        (
            "ticket,start,end,reason\nT1,2018-04-09 12:00,,lunch\n",
            "p.csv, row 2, column 'reason': the policy 'ICT Services for Academy/Free Schools 2018/19' lists no pause",
        ),
        ("ticket,start,end,reason\nT1,2018-04-09 12:00,,\n", "p.csv, row 2, column 'reason': a pause has no reason"),
        ("ticket,start\n", "p.csv, row 1: there is no column 'end'"),
    ],
)
def test_bad_pauses_are_one_clear_line(capsys, tmp_path, monkeypatch, text, message):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TICKETS + "T1,incident,P2,2018-04-09 10:00,\n")
    Path("p.csv").write_text(text)
    code, out, err = run(capsys, "assess", "t.csv", "--pauses", "p.csv", "--at", "2018-05-01 12:00")
    assert (code, out) == (2, "")
    assert err.startswith(f"slaclock: {message}")
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["assess", "none.csv"], "cannot read none.csv (No such file or directory)"),
        (["assess", "--policy", "none.toml"], "cannot read none.toml"),
        (["assess", "--at", "yesterday"], "--at: 'yesterday' is not a date and time"),
        (["assess", "--limit", "0"], "--limit: 0 tickets"),
        (["assess", "--limit", "few"], "argument --limit"),
        (["assess", "--out", "answers.ods"], "--out: cannot tell what to write"),
        (["assess", "--out", "/no/such/folder/x.csv"], "--out: cannot write"),
        (["assess", "--events", "events.csv"], "--events is given without --mapping"),
        (["assess", "--mapping", "m.toml"], "--mapping is given without --events"),
        (["assess", "--pauses", "p.csv"], "--pauses is given without TICKETS"),
        (["assess", "--measure", "respond"], "sets no respond target"),
        (["explain", "T9999"], "there is no ticket 'T9999'"),
        (["explain", "T0200", "--at", "2018-04-03 12:00"], "the ticket opened after"),
        (["due", "P9", "2026-11-27 15:40"], "'P9' is no priority, kind or target"),
        (["due", "P2", "Friday"], "OPENED: 'Friday' is not a date and time"),
        (["due", "P2", "2026-11-27"], "OPENED: '2026-11-27' has no time of day"),
        (["due", "P2"], "the following arguments are required: OPENED"),
        (["wait"], "argument COMMAND: invalid choice: 'wait'"),
    ],
)
def test_bad_words_are_one_clear_line(capsys, tmp_path, monkeypatch, words, message):
    monkeypatch.chdir(tmp_path)
    code, _, err = run(capsys, *words)
    assert code == 2
    assert message in err
    assert err.startswith("slaclock: ")
    assert err.count("\n") == 1


def test_a_log_that_cannot_be_read(capsys, files):
    text = (files / "events.csv").read_text().replace("Awaiting Vendor", "Lost", 1)
    (files / "events.csv").write_text(text)
    row = next(number for number, line in enumerate(text.splitlines(), start=1) if "Lost" in line)
    code, _, err = run(capsys, "assess", "--events", "events.csv", "--mapping", "mapping.toml")
    assert code == 2
    assert f"events.csv, row {row}, column 'state': the mapping does not know the state 'Lost'" in err


def test_bytes_that_are_no_text(capsys, tmp_path):
    file = tmp_path / "t.csv"
    file.write_bytes(b"id,opened\n\xff\xfe,2018-04-09 10:00\n")
    assert "not UTF-8" in run(capsys, "assess", str(file))[2]


def test_without_rich_the_extra_is_named(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "rich", None)
    monkeypatch.setitem(sys.modules, "rich.console", None)
    code, _, err = run(capsys, "assess")
    assert code == 2
    assert "pip install 'slaclock[cli]'" in err


def test_as_a_module_and_into_a_closed_pipe():
    version = subprocess.run(
        [sys.executable, "-m", "slaclock", "--version"], capture_output=True, text=True, check=True
    )
    assert version.stdout.startswith("slaclock ")
    piped = subprocess.run(
        f"{sys.executable} -m slaclock assess | head -1", shell=True, capture_output=True, text=True, check=True
    )
    assert piped.stdout.startswith("ticket")
    assert piped.stderr == ""


def test_the_report_needs_no_arguments_and_writes_pages(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pages = ("--html", "r.html", "--markdown", "r.md", "--json", "r.json")
    code, out, err = run(capsys, "report", "--period", "month", *pages)
    assert (code, err) == (0, "")
    assert "89.9 % of 149 decided tickets met their target" in out
    assert "can bear 13 more misses" in out
    assert "written to r.html" in out
    reviewed = ROOT / "tests" / "snapshots" / "report.md"
    assert Path("r.md").read_text(encoding="utf-8") == reviewed.read_text(encoding="utf-8")
    assert json.loads(Path("r.json").read_text(encoding="utf-8"))["totals"]["breached"] == 15


def test_the_report_of_own_files_and_of_a_log(capsys, parquet):
    words = ("--at", MEASURED, "--usage", "training.csv", "--period", "month")
    packaged = run(capsys, "report", "--period", "month")[1]
    assert run(capsys, "report", "tickets.csv", "contacts.csv", "--pauses", "pauses.csv", *words)[1] == packaged
    assert run(capsys, "report", "tickets.parquet", "contacts.csv", "--pauses", "pauses.parquet", *words)[1] == packaged
    code, of_log, _ = run(capsys, "report", "--events", "events.csv", "--mapping", "mapping.toml", *words)
    assert code == 0
    assert "of 149 decided tickets" in of_log


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--usage", "training.csv"], "files are given without TICKETS"),
        (["tickets.csv", "tickets.csv"], "tickets.csv, row 2: the ticket 'T0001' stands twice"),
        (["tickets.csv", "empty.csv"], "empty.csv, row 1: there is no column 'id'"),
        (["none.csv"], "none.csv: there are no tickets"),
        (["bad.csv"], "bad.csv, row 3: 'P9' is no priority of the policy"),
        (["contacts.csv", "bad.csv"], "bad.csv, row 3: 'P9' is no priority of the policy"),
        (["tickets.csv", "kindless.csv"], "kindless.csv: there is no column 'kind', which other files have"),
        (["tickets.csv", "--usage", "use.csv"], "use.csv, row 2, column 'amount': '3 beers' is not a duration"),
        (["--html", "no/r.html"], "cannot write no/r.html"),
        (
            ["tickets.csv", "more.csv", "--events", "events.csv", "--mapping", "mapping.toml"],
            "several files of tickets",
        ),
    ],
)
def test_bad_input_of_a_report_is_one_clear_line(capsys, files, words, message):
    Path("empty.csv").write_text("")
    Path("none.csv").write_text(TICKETS)
    Path("kindless.csv").write_text("id,opened\nX1,2018-04-09 10:00\n")
    Path("bad.csv").write_text(TICKETS + "X1,incident,P1,2018-04-09 10:00,\nX2,incident,P9,2018-04-09 10:00,\n")
    Path("use.csv").write_text("allowance,at,amount\nsims_training,2018-04-09 10:00,3 beers\n")
    code, _, err = run(capsys, "report", *words, "--at", MEASURED)
    assert code == 2
    assert err.startswith(f"slaclock: {message}")
    assert err.count("\n") == (21 if "stands twice" in message else 1)


BARE = """
import sys
for name in ("rich", "numpy", "pyarrow", "narwhals", "duckdb"):
    sys.modules[name] = None
from slaclock.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize(
    ("words", "extra"),
    [
        (["due", "P2", "2026-11-27 15:40"], None),
        (["example", "new"], None),
        (["check", "sla.toml"], None),
        (["cases", "--suggest", "sla.toml"], None),
        (["diff", "sla.toml", "sla.toml"], None),
        (["schema"], None),
        (["report", "--help"], None),
        (["assess"], "cli"),
        (["explain", "T0001"], "cli"),
        (["turns"], "cli"),
        (["report"], "cli"),
        (["diff", "sla.toml", "sla.toml", "--tickets", "tickets.csv"], "cli"),
        (["assess", "--engine", "duckdb", "x.parquet", "--out", "y"], "duckdb"),
    ],
)
def test_a_command_needs_no_more_libraries_than_its_own(files, words, extra):
    bare = subprocess.run([sys.executable, "-c", BARE, *words], capture_output=True, text=True, check=False)
    if extra is None:
        assert (bare.returncode, bare.stderr) == (0, "")
    else:
        assert bare.returncode == 2
        assert bare.stderr.count("\n") == 1
        assert f"pip install 'slaclock[{extra}]'" in bare.stderr


HISTORIES = {
    "t": "id,priority,opened,resolved,cancelled\nT1,P3,2018-04-09 10:00,,\nT2,P1,2018-04-09 10:00,2018-04-12 10:00,\n"
    "T3,P1,2018-04-09 10:00,,2018-04-09 11:00\n",
    # Of the two changes of one instant the second by their numbers holds.
    "changes": "ticket,at,field,to,sequence\nT1,2018-04-09 11:00,priority,P1,2\nT1,2018-04-09 11:00,priority,P2,1\n",
    "reopenings": "ticket,resolved,reopened\nT2,2018-04-09 11:00,2018-04-12 09:30\n",
}


@pytest.fixture
def histories(tmp_path, monkeypatch):
    """Files of tickets that were raised, reopened and cancelled, as CSV and as Parquet."""
    monkeypatch.chdir(tmp_path)
    for name, text in HISTORIES.items():
        Path(f"{name}.csv").write_text(text)
        header, *lines = (line.split(",") for line in text.splitlines())
        table = pa.table({name: [cell or None for cell in cells] for name, *cells in zip(header, *lines, strict=True)})
        for instant in {"opened", "resolved", "cancelled", "at", "reopened"} & set(header):
            cells = [None if cell is None else at(cell) for cell in table[instant].to_pylist()]
            column = pa.array(cells, pa.timestamp("us", "UTC"))
            table = table.set_column(table.column_names.index(instant), instant, column)
        if "sequence" in header:
            numbers = pa.array(map(int, table["sequence"].to_pylist()), pa.int64())
            table = table.set_column(table.column_names.index("sequence"), "sequence", numbers)
        pq.write_table(table, f"{name}.parquet")


@pytest.mark.parametrize(("kind", "engine"), [("csv", "columns"), ("parquet", "columns"), ("parquet", "duckdb")])
def test_changes_reopenings_and_cancellations_are_known(capsys, histories, kind, engine):
    words = [
        f"t.{kind}",
        "--changes",
        f"changes.{kind}",
        "--reopenings",
        f"reopenings.{kind}",
        "--at",
        "2018-04-20 10:00",
    ]
    code, _, err = run(capsys, "assess", *words, "--engine", engine, "--out", "a.json")
    assert (code, err) == (0, "")
    rows = {row["id"]: row for row in json.loads(Path("a.json").read_text())}
    assert {name: (row["priority"], row["state"], row["elapsed_seconds"]) for name, row in rows.items()} == {
        "T1": ("P1", "breached", 289800), "T2": ("P1", "met", 5400), "T3": ("P1", "cancelled", 3600),
    }  # fmt: skip
    assert run(capsys, "report", *words, "--engine", engine, "--json", "r.json")[0] == 0
    totals = sc.Report.from_json(Path("r.json").read_text()).totals
    assert {state: count for state, count in totals.items() if count} == {"breached": 1, "met": 1, "cancelled": 1}
    assert "resolved, until it was reopened" in run(capsys, "explain", "T2", *words)[1]


@pytest.mark.parametrize(
    ("side", "row", "message"),
    [
        ("changes", "T9,2018-04-09 11:00,priority,P1,3", "changes.csv, row 4: there is no ticket 'T9'; remove"),
        ("changes", "T1,,priority,P1,3", "changes.csv, row 4, column 'at': the change's at is missing"),
        ("changes", "T1,2018-04-09 11:00,,P1,3", "changes.csv, row 4, column 'field'"),
        ("changes", "T1,2018-04-09 11:00,priority,P1,", "row 4, column 'sequence': the change's sequence is missing"),
        ("changes", "T1,2018-04-09 11:00,priority,P1,x", "row 4, column 'sequence': 'x' is no whole number; number"),
        ("reopenings", "T2,2018-04-12 11:00,2018-04-12 10:00", "reopenings.csv, row 3, column 'reopened'"),
    ],
)  # fmt: skip
def test_bad_histories_are_one_clear_line(capsys, histories, side, row, message):
    Path(f"{side}.csv").write_text(HISTORIES[side] + row + "\n")
    for command in (["assess"], ["report"], ["explain", "T1"]):
        code, _, err = run(capsys, *command, "t.csv", f"--{side}", f"{side}.csv", "--at", "2018-04-20 10:00")
        assert code == 2
        assert message in err


@pytest.fixture
def book(parquet):
    """The example's policy and a stricter one that follows it, in a folder, and the tickets that both judge."""
    later = Path("sla.toml").read_text(encoding="utf-8").replace("0-6 hours", "0-3 hours")
    later = later.replace('year_starts = "04-01"', 'year_starts = "04-01"\nin_force_from = 2018-05-15')
    later = later.replace("2018/19", "from May").replace('high = "P1"\nmedium = "P2"', 'high = "P1"\nmedium = "P1"')
    Path("policies").mkdir()
    Path("policies/a.toml").write_text(later, encoding="utf-8")
    Path("sla.toml").rename("policies/b.toml")
    agreed = [
        {"id": f"A{day}", "kind": "incident", "impact": "high", "urgency": "medium", "opened": f"2018-05-{day} 10:00"}
        for day in (14, 15)
    ]
    tickets = pd.concat([pd.read_csv("tickets.csv"), pd.DataFrame(agreed)])
    tickets.to_csv("tickets.csv", index=False)
    for column in ("opened", "responded", "resolved"):
        tickets[column] = pd.to_datetime(tickets[column]).dt.tz_localize("Europe/London")
    tickets.to_parquet("tickets.parquet", index=False)
    return sc.PolicyBook([sc.Policy.load(f"policies/{name}.toml") for name in "ab"])


OWN = ("tickets.csv", "--pauses", "pauses.csv", "--at", MEASURED)
LARGE = ("tickets.parquet", "--pauses", "pauses.parquet", "--at", MEASURED, "--engine", "duckdb")
BOTH = ("--policy", "policies/b.toml", "--policy", "policies/a.toml")


def assessed(book):
    """How the library has each ticket of the files stand, by its id."""
    pauses: dict[str, list[sc.Pause]] = {}
    for row in pq.read_table("pauses.parquet").to_pylist():
        pauses.setdefault(row["ticket"], []).append(sc.Pause(start=row["start"], end=row["end"], reason=row["reason"]))
    now = datetime.fromisoformat(MEASURED).replace(tzinfo=LONDON)
    answers = {}
    for row in pq.read_table("tickets.parquet").to_pylist():
        fields = {name: value for name, value in row.items() if value is not None and not name.startswith("agreed_")}
        ticket = sc.Ticket(**fields, pauses=pauses.get(row["id"], []))
        answers[ticket.id] = sc.assess(ticket, book, at=now)
    return answers


def test_each_ticket_is_judged_by_the_policy_in_force_when_it_opened(capsys, book):
    code, out, err = run(capsys, "assess", *OWN, *BOTH, "--out", "out.csv")
    assert (code, err) == (0, "")
    assert "policies: ICT Services for Academy/Free Schools 2018/19, " in out
    assert "Schools from May from 2018-05-15; times without an offset are read in Europe/London" in out
    expected = assessed(book)
    rows = {row["id"]: row for row in answers(Path("out.csv"))}
    assert rows.keys() == expected.keys()
    for name, answer in expected.items():
        row = rows[name]
        assert (row["state"], row["priority"]) == (answer.state, answer.priority or "")
        assert row["due"] == ("" if answer.due is None else answer.due.isoformat())
        assert float(row["elapsed_seconds"]) == answer.elapsed.total_seconds()
    assert [rows[name]["priority"] for name in ("A14", "A15")] == ["P2", "P1"]
    assert out != run(capsys, "assess", *OWN, "--out", "out.csv")[1]
    assert run(capsys, "assess", *OWN, "--policy", "policies", "--out", "out.csv")[1] == out
    plain = run(capsys, "assess", *OWN, "--policy", "policies/b.toml")
    assert plain == run(capsys, "assess", *OWN)
    Path("policies/a.toml").unlink()
    assert run(capsys, "assess", *OWN, "--policy", "policies") == plain


def test_a_log_and_a_ledger_are_judged_by_a_book(capsys, book):
    log = ("--events", "events.csv", "--mapping", "mapping.toml", "--at", MEASURED)
    _, out, _ = run(capsys, "assess", *log, *BOTH, "--out", "out.csv")
    assert "policies: " in out
    expected = assessed(book)
    late = next(name for name in ("T0162", "T0073") if expected[name].policy.in_force_from is not None)
    assert run(capsys, "explain", late, *OWN, *BOTH)[1] == f"{expected[late].explain()}\n"
    assert run(capsys, "explain", late, *OWN)[1] != f"{expected[late].explain()}\n"
    rows = {row["id"]: row for row in answers(Path("out.csv"))}
    assert rows[late]["due"] == expected[late].due.isoformat()


def test_priorities_are_agreed_where_no_ticket_has_one(capsys, book):
    rows = "A14,incident,high,medium,2018-05-14 10:00\nA15,incident,high,medium,2018-05-15 10:00\n"
    Path("agreed.csv").write_text("id,kind,impact,urgency,opened\n" + rows, encoding="utf-8")
    out = run(capsys, "assess", "agreed.csv", "--at", MEASURED, *BOTH)[1]
    assert "incident P1: 1 ticket:" in out
    assert "incident P2: 1 ticket:" in out


def test_a_report_is_judged_by_a_book(capsys, book):
    now = datetime.fromisoformat(MEASURED).replace(tzinfo=LONDON)
    tickets, pauses = pq.read_table("tickets.parquet"), pq.read_table("pauses.parquet")
    expected = sc.report(tickets, book, at=now, pauses=pauses, period="month").to_dict()
    for files in (OWN, LARGE):
        assert run(capsys, "report", *files, *BOTH, "--period", "month", "--json", "r.json")[0] == 0
        assert sc.Report.from_json(Path("r.json").read_text(encoding="utf-8")).to_dict() == expected
    assert expected != sc.report(tickets, book.policies[0], at=now, pauses=pauses, period="month").to_dict()


def test_duckdb_judges_by_a_book(capsys, book):
    code, out, err = run(capsys, "assess", *LARGE, *BOTH, "--out", "out.parquet")
    assert (code, err) == (0, "")
    assert "policies: " in out
    expected = assessed(book)
    rows = pq.read_table("out.parquet").to_pylist()
    assert {row["id"]: (row["state"], row["due"]) for row in rows} == {
        name: (answer.state, answer.due) for name, answer in expected.items()
    }


def test_due_is_by_the_policy_in_force_at_the_opening(capsys, book):
    before = run(capsys, "due", "P2", "2018-05-14 10:00", *BOTH)[1]
    after = run(capsys, "due", "P2", "2018-05-15 10:00", "--policy", "policies")[1]
    assert "incident P2, resolve within 0-6 hours\n" in before
    assert "2018-05-14T16:00:00+01:00" in before
    assert "incident P2, resolve within 0-3 hours\n" in after
    assert "2018-05-15T13:00:00+01:00" in after


@pytest.fixture
def customers(files):
    """A folder of policies: for ACME in Leeds, for ACME and another, and for all."""
    Path("customers").mkdir()
    whose = {"a": "customer = 'ACME', site = ['Leeds']", "b": "customer = ['ACME', 'Initech']", "c": None}
    for (name, applies), hours in zip(whose.items(), ("1", "2", "3"), strict=True):
        text = Path("sla.toml").read_text(encoding="utf-8").replace("0-6 hours", f"0-{hours} hours")
        first = "" if applies is None else f"applies_to = {{ {applies} }}\n"
        Path("customers", f"{name}.toml").write_text(first + text, encoding="utf-8")


@pytest.mark.parametrize(
    ("attributes", "hours"),
    [
        ([], 3),
        (["customer=ACME"], 2),
        (["customer=Umbrella"], 3),
        (["site=Leeds", "customer=ACME"], 1),
        (["site=Leeds"], 3),
    ],
)
def test_due_is_by_the_policy_for_the_attributes(capsys, customers, attributes, hours):
    words = [word for attribute in attributes for word in ("--attribute", attribute)]
    code, out, _ = run(capsys, "due", "P2", "2018-05-14 10:00", *words, "--policy", "customers")
    assert code == 0
    assert f"incident P2, resolve within 0-{hours} hours\n" in out
    whose = {1: "customer ACME, site Leeds", 2: "customer ACME or Initech", 3: "all"}[hours]
    assert out.rstrip().endswith(f"' for {whose}")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--attribute", "customer", "--policy", "customers"],
            "'customer' is no attribute; write it like customer=ACME",
        ),
        (["--attribute", "=ACME", "--policy", "customers"], "'=ACME' is no attribute"),
        (["--attribute", "customer=", "--policy", "customers"], "'customer=' is no attribute"),
        (
            ["--attribute", "client=A", "--policy", "customers"],
            "no policy is chosen by 'client'; there are: customer, site",
        ),
        (
            ["--attribute", "customer=ACME"],
            "no policy is chosen by 'customer'; leave it out, or give a book of policies",
        ),
        (["--attribute", "site=A", "--attribute", "site=B", "--policy", "customers"], "'site' is given twice"),
    ],
)
def test_attributes_of_due_that_are_none(capsys, customers, words, message):
    code, _, err = run(capsys, "due", "P2", "2018-05-14 10:00", *words)
    assert (code, err) == (2, f"slaclock: --attribute: {message}" + err.partition(message)[2])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["assess", *BOTH, *BOTH[:2]], "--policy: two policies are in force from the beginning; give each its own"),
        (
            ["due", "P2", "2018-05-15 10:00", *BOTH[2:], *BOTH[2:]],
            "--policy: two policies are in force from 2018-05-15",
        ),
        (
            ["assess", "--policy", "empty"],
            "--policy: there is no policy file in empty; check the path",
        ),
        (["assess", "--policy", "bad"], "bad/x.toml: this is not TOML"),
        (
            ["due", "P2", "2018-05-14 10:00", "--policy", "dated"],
            "OPENED: no policy is in force at 2018-05-14T10:00:00",
        ),
    ],
)
def test_policies_that_make_no_book_are_one_clear_line(capsys, book, words, message):
    for folder in ("empty", "bad", "dated"):
        Path(folder).mkdir()
    Path("bad/x.toml").write_text("name =", encoding="utf-8")
    dated = Path("policies/a.toml").read_text(encoding="utf-8")
    Path("dated/a.toml").write_text(dated, encoding="utf-8")
    Path("dated/b.toml").write_text(dated.replace("2018-05-15", "2019-05-15"), encoding="utf-8")
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert err.startswith(f"slaclock: {message}")
    assert err.count("\n") == 1


AGREED = "id,priority,opened,agreed_respond,agreed_resolve\nT1,P1,2018-04-09 10:00,{},{}\n"


@pytest.mark.parametrize("command", ["assess", "report", "explain"])
@pytest.mark.parametrize(
    ("files", "note"),
    [
        (["t.csv"], "t.csv has no columns 'customer', 'site', by which the policies choose, .*; add them, or rename"),
        (["with.csv"], "with.csv has no column 'site', by which the policies choose, .*; add it, or rename the column"),
        (["t.parquet", "--engine", "duckdb"], "t.parquet has no columns 'customer', 'site', .*"),
        (["--events", "e.csv", "--mapping", "m.toml"], "the log e.csv gives no attributes such as 'customer', 'site'"),
        (["both.csv"], None),
        (["both.csv", "--events", "e.csv", "--mapping", "m.toml"], None),
    ],
)
def test_attributes_by_which_policies_choose_and_no_column_gives_are_noted_once(
    tmp_path, monkeypatch, capsys, command, files, note
):
    if command == "explain" and "duckdb" in files:
        return
    monkeypatch.chdir(tmp_path)
    policy = (PACKAGE / "example" / "sla.toml").read_text(encoding="utf-8")
    for name, whose in (("a", 'customer = "ACME"'), ("b", 'customer = "Initech", site = "North"')):
        Path(f"{name}.toml").write_text(f"applies_to = {{ {whose} }}\n{policy}", encoding="utf-8")
    row = "T1,P1,2018-04-09 10:00"
    Path("t.csv").write_text(f"id,priority,opened\n{row}\n")
    Path("with.csv").write_text(f"id,priority,opened,customer\n{row},ACME\n")
    Path("both.csv").write_text(f"id,priority,opened,customer,site\n{row},ACME,\n")
    pq.write_table(pa.table({"id": ["T1"], "priority": ["P1"], "opened": [at("2018-04-09 10:00")]}), "t.parquet")
    Path("e.csv").write_text("id,state,at\nT1,New,2018-04-09 10:00\n")
    columns = 'ticket = "id"\nstate = "state"\nat = "at"\n'
    Path("m.toml").write_text(f'timezone = "UTC"\n[states]\nNew = "running"\n[columns]\n{columns}')
    ticket = ["T1"] if command == "explain" else []
    words = [command, *ticket, *files, "--at", "2018-04-09 11:00", "--policy", "a.toml", "--policy", "b.toml"]
    code, _, err = run(capsys, *words)
    assert code == 0
    if note is None:
        assert err == ""
    else:
        assert err.count("\n") == 1
        assert re.match(f"slaclock: note: {note}", err)
    # One policy is for all tickets that it is asked for; of what it does not read it is said so.
    alone = run(capsys, *words[:-2])[2]
    assert re.sub(r"slaclock: note: \w+\.csv: no one reads the columns? '[a-z', ]+'\n", "", alone) == ""


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_was_agreed_for_a_policys_own_measure_is_read(tmp_path, monkeypatch, capsys, kind):
    monkeypatch.chdir(tmp_path)
    policy = (PACKAGE / "example" / "sla.toml").read_text(encoding="utf-8")
    wash = '[measures.wash]\nstarts = ["opened"]\nends = ["washed"]\n'
    Path("sla.toml").write_text(
        policy.replace("[targets.incident.P1]", f'{wash}[targets.incident.P1]\nwash = "1 hour"')
    )
    Path("t.csv").write_text("id,priority,opened,agreed_wash\nT1,P1,2018-04-09 10:00,3 hours\n", encoding="utf-8")
    if kind == "parquet":
        pd.read_csv("t.csv", parse_dates=["opened"]).to_parquet("t.parquet")
    words = [f"t.{kind}", "--at", "2018-04-09 12:00", "--policy", "sla.toml", "--measure", "wash"]
    for command in (["assess"], ["explain", "T1"], *([["assess", "--engine", "duckdb"]] if kind == "parquet" else [])):
        code, out, err = run(capsys, *command, *words)
        assert (code, err) == (0, "")
        assert "Mon 9 Apr 2018 13:00" in out
    Path("bad.csv").write_text("id,priority,opened,agreed_wash\nT1,P1,2018-04-09 10:00,soon\n", encoding="utf-8")
    code, _, err = run(capsys, "assess", "bad.csv", *words[1:])
    assert code == 2
    assert "bad.csv, row 2, column 'agreed_wash'" in err


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_was_agreed_is_read_in_the_policys_zone(tmp_path, monkeypatch, capsys, kind):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(AGREED.format("", "2018-04-10 10:00"), encoding="utf-8")
    if kind == "parquet":
        pd.read_csv("t.csv", parse_dates=["opened", "agreed_resolve"]).to_parquet("t.parquet")
    for command in (["assess"], ["explain", "T1"], *([["assess", "--engine", "duckdb"]] if kind == "parquet" else [])):
        code, out, err = run(capsys, *command, f"t.{kind}", "--at", "2018-04-09 12:00")
        assert (code, err) == (0, "")
        assert "Tue 10 Apr 2018 10:00" in out


@pytest.mark.parametrize(
    ("texts", "column", "problem"),
    [
        (("soon", ""), "agreed_respond", "the target 'soon' cannot be read"),
        (("", "2018-04-08 10:00"), "agreed_resolve", "due as agreed at 2018-04-08T10:00:00+01:00, before"),
        (("2018-04-10", ""), "agreed_respond", "'2018-04-10' has no time of day"),
    ],
)  # fmt: skip
def test_what_cannot_be_agreed_is_said_with_its_row_and_column(tmp_path, monkeypatch, capsys, texts, column, problem):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(AGREED.format(*texts), encoding="utf-8")
    for command in (["assess"], ["explain", "T1"], ["report"]):
        code, _, err = run(capsys, *command, "t.csv", "--at", "2018-04-09 12:00")
        assert code == 2
        assert f"t.csv, row 2, column {column!r}: {problem}" in err


STAMP = pa.array([at("2018-04-09 10:00")] * 2, pa.timestamp("us", "UTC"))
PLAIN = {"id": ["T1", "T2"], "priority": ["P1", "P1"], "opened": STAMP}
PAUSE = {"ticket": ["T1", "T1"], "start": STAMP, "end": STAMP, "reason": ["third_party"] * 2}
NESTED = [["a"], ["b"]]


@pytest.mark.parametrize("command", ["assess", "report"])
@pytest.mark.parametrize("engine", ["columns", "duckdb"])
@pytest.mark.parametrize(
    ("tickets", "pauses", "place", "only"),
    [
        ({"id": ["T1", None]}, {}, "t.parquet, row 2, column 'id': the ticket's id is missing", ""),
        ({"opened": pa.array([STAMP[0], None])}, {}, "t.parquet, row 2, column 'opened': the ticket's opening is", ""),
        ({"opened": ["2018-04-09 10:00", "x"]}, {}, "t.parquet, row 2, column 'opened': 'x' is not a date", ""),
        ({"opened": [None, 7]}, {}, "t.parquet, row 2, column 'opened': '7' is not a date", ""),
        ({"resolved": [None, "x"]}, {}, "t.parquet, row 2, column 'resolved': ", ""),
        ({"kind": NESTED}, {}, "t.parquet, row 1, column 'kind': it is a column of ", ""),
        ({"id": NESTED}, {}, "t.parquet, row 1, column 'id': it is a column of ", ""),
        ({"id": [{"a": 1}, {"a": 2}]}, {}, "t.parquet, row 1, column 'id': it is a column of ", ""),
        ({"agreed_resolve": NESTED}, {}, "t.parquet, row 1, column 'agreed_resolve': it is a column of ", ""),
        ({"kind": pa.array([b"a", b"\xff"])}, {}, "t.parquet, row 1, column 'kind': it is a column of ", ""),
        ({}, {"reason": NESTED}, "p.parquet, row 1, column 'reason': it is a column of ", ""),
        ({}, {"ticket": NESTED}, "p.parquet, row 1, column 'ticket': it is a column of ", ""),
        ({}, {"ticket": ["T1", None]}, "p.parquet, row 2, column 'ticket': the pause's ticket is missing", ""),
        ({}, {"start": pa.array([STAMP[0], None])}, "p.parquet, row 2, column 'start': the pause's start is miss", ""),
        ({}, {"start": [None, 7]}, "p.parquet, row 2, column 'start': '7' is not a date", ""),
    ],
)  # fmt: skip
def test_a_column_that_cannot_be_read_is_named(
    tmp_path, monkeypatch, capsys, command, engine, tickets, pauses, place, only
):
    if only not in ("", engine):
        return
    monkeypatch.chdir(tmp_path)
    pq.write_table(pa.table({**PLAIN, **tickets}), "t.parquet")
    pq.write_table(pa.table({**PAUSE, **pauses}), "p.parquet")
    words = (command, "t.parquet", "--pauses", "p.parquet", "--engine", engine, "--at", "2018-04-09 12:00")
    code, _, err = run(capsys, *words)
    assert (code, err.count("\n")) == (2, 1)
    assert place in err


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
def test_a_column_of_nothing_is_of_any_type(tmp_path, monkeypatch, capsys, engine):
    monkeypatch.chdir(tmp_path)
    empty = {"category": pa.nulls(2), "resolved": pa.nulls(2, pa.string()), "kind": ["incident", "incident"]}
    pq.write_table(pa.table({**PLAIN, **empty, "impact": pa.nulls(2, pa.float64())}), "t.parquet")
    code, out, err = run(capsys, "assess", "t.parquet", "--engine", engine, "--at", "2018-04-09 11:00")
    assert (code, err) == (0, "")
    assert "2 running" in out


OF_ENTRIES = """id,kind,priority,opened,resolved
T0,incident,P1,2018-04-09 10:00,
T1,incident,P1,2018-04-09 10:00,2018-04-09 11:00
"""


@pytest.mark.parametrize(
    ("side", "rows", "place", "problem"),
    [
        ("pauses", ["2018-04-09 10:10,,lunch"], "row 3, column 'reason'", "lists no pause reason 'lunch'"),
        ("pauses", ["2018-04-09 10:10,,"], "row 3, column 'reason'", "a pause has no reason"),
        ("changes", ["2018-04-09 10:10,priority,P9"], "row 3, column 'to'", "'P9' is no priority"),
        ("changes", ["2018-04-09 10:10,kind,wat"], "row 3, column 'to'", "no targets for the kind 'wat'"),
        ("changes", ["2018-04-09 10:10,Priority,P2"], "row 3, column 'field'", "'Priority' is not how .*; write 'prio"),
        ("changes", ["2018-04-09 10:10,resolved,"], "row 3, column 'field'", "no change can be of 'resolved'; name"),
        ("changes", ["2018-04-09 10:10,kind,"], "row 3, column 'to'", "a ticket is always of some kind"),
        ("changes", ["2018-04-09 09:10,priority,P2"], "row 3, column 'at'", "changed at .*, before it was opened"),
        ("reopenings", ["2018-04-09 09:10,2018-04-09 09:20"], "row 3, column 'resolved'", "before it was opened"),
        (
            "reopenings",
            ["2018-04-09 10:10,2018-04-09 10:30", "2018-04-09 10:20,2018-04-09 10:40"],
            "row 4, column 'resolved'",
            "before it was reopened",
        ),
        ("reopenings", ["2018-04-09 10:10,2018-04-09 11:30"], "tickets.csv, row 3", "before it was reopened"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_entry_is_said_with_its_own_row(
    tmp_path, monkeypatch, capsys, side, rows, place, problem
):
    monkeypatch.chdir(tmp_path)
    Path("tickets.csv").write_text(OF_ENTRIES, encoding="utf-8")
    table = SIDES[side]
    fine = {"pauses": "2018-04-09 10:05,,third_party", "changes": "2018-04-09 10:05,priority,P2"}
    first = fine.get(side, "2018-04-09 10:01,2018-04-09 10:02")
    lines = [",".join(("ticket", *table.columns)), f"T0,{first}", *(f"T1,{row}" for row in rows)]
    Path(f"{side}.csv").write_text("\n".join(lines), encoding="utf-8")
    where = place if place.startswith("tickets") else f"{side}.csv, {place}"
    for command in (["assess"], ["report"], ["explain", "T1"]):
        code, _, err = run(capsys, *command, "tickets.csv", f"--{side}", f"{side}.csv", "--at", "2018-04-09 12:00")
        assert code == 2
        assert re.match(rf"slaclock: {re.escape(where)}: .*{problem}", err)


def test_only_a_ticket_that_opened_later_is_said_to_have(monkeypatch):
    located = LocatedTicket(sc.Ticket(id="T1", opened=at("2018-04-09 10:00")), "t.csv, row 2")
    with pytest.raises(sc.SlaClockError, match="t.csv, row 2: the ticket opened after the instant asked about"):
        located.assess(sc.Policy.example(), at("2018-04-09 09:00"), "resolve")

    def backward(*given, **options):
        raise sc.errors.NegativeIntervalError("it ends before it starts")

    monkeypatch.setattr("slaclock.desks.located_tickets.assess", backward)
    with pytest.raises(sc.errors.NegativeIntervalError, match="t.csv, row 2: it ends before it starts"):
        located.assess(sc.Policy.example(), at("2018-04-09 09:00"), "resolve")


def test_a_word_that_the_ticket_has_itself_is_its_own_fault(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("id,priority,opened\nT1,P9,2018-04-09 10:00\n", encoding="utf-8")
    Path("c.csv").write_text("ticket,at,field,to\nT1,2018-04-09 10:05,priority,P9\n", encoding="utf-8")
    for command in (["assess"], ["report"], ["explain", "T1"]):
        code, _, err = run(capsys, *command, "t.csv", "--changes", "c.csv", "--at", "2018-04-09 12:00")
        assert code == 2
        assert err.startswith("slaclock: t.csv, row 2: 'P9' is no priority")


@pytest.mark.parametrize("side", ["pauses", "changes", "reopenings", None])
@pytest.mark.parametrize("command", ["assess", "report"])
def test_an_instant_that_no_datetime_can_be_is_one_clear_line(tmp_path, monkeypatch, capsys, command, side):
    monkeypatch.chdir(tmp_path)

    def instants(micros):
        return pa.array([micros], pa.int64()).cast(pa.timestamp("us", tz="UTC"))

    begun, never = 1_523_268_000_000_000, 1 << 62
    own = {"resolved": instants(never)} if side is None else {}
    pq.write_table(pa.table({"id": ["T1"], "priority": ["P1"], "opened": instants(begun), **own}), "t.parquet")
    entries = {
        "pauses": {"start": instants(begun), "end": instants(never), "reason": ["third_party"]},
        "changes": {"at": instants(never), "field": ["priority"], "to": ["P2"]},
        "reopenings": {"resolved": instants(begun), "reopened": instants(never)},
    }
    words = [command, "t.parquet", "--at", "2018-06-01 12:00"]
    if side is not None:
        pq.write_table(pa.table({"ticket": ["T1"], **entries[side]}), "side.parquet")
        words += [f"--{side}", "side.parquet"]
    for engine in ("columns", "duckdb"):
        assert main([*words, "--engine", engine]) == 2
        out, err = capsys.readouterr()
        assert "outside the years 1 to 9999" in err
        assert (out, err.count("\n")) == ("", 1)


TURNING = {
    "t.csv": "id,priority,opened,resolved\nT2,P2,2018-04-09 10:00,\nT1,P1,2018-04-06 15:00,\nT3,P1,2018-04-20 10:00,\n",
    "p.csv": "ticket,start,end,reason\nT2,2018-04-09 11:00,2018-04-09 14:00,third_party\n",
    "m.csv": "ticket,at,name\nT2,2018-04-09 12:00,answered\n",
    "sla.toml": """name = "kept informed"
[calendar]
timezone = "Europe/London"
hours = "Mo-Th 08:00-17:00; Fr 08:00-16:30"
[targets.incident.P1]
resolve = "2 hours"
[targets.incident.P2]
resolve = "6 hours"
update = "4 hours"
[pauses]
third_party = ["resolve"]
[warnings.nearly]
at = "1 hour before due"
priority = "P1"
text = "call the duty manager"
""",
}


@pytest.fixture
def turning(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, text in TURNING.items():
        Path(name).write_text(text)


ASKED = ("turns", "t.csv", "--pauses", "p.csv", "--messages", "m.csv", "--policy", "sla.toml")


def test_turns_are_listed_in_order(capsys, turning):
    code, out, err = run(capsys, *ASKED, "--from", "2018-04-06 15:00", "--until", "2018-04-09 14:00")
    assert (code, err) == (0, "")
    assert [re.sub(" {2,}", " | ", line.rstrip()) for line in out.splitlines()] == [
        "at | ticket | kind | what | text",
        "Fri 6 Apr 2018 16:00 | T1 | milestone | 50%",
        "Fri 6 Apr 2018 16:00 | T1 | warning | nearly | call the duty manager",
        "Fri 6 Apr 2018 16:30 | T1 | milestone | 75%",
        "Mon 9 Apr 2018 08:18 | T1 | milestone | 90%",
        "Mon 9 Apr 2018 08:30 | T1 | due",
        "Mon 9 Apr 2018 08:30 | T1 | state | running -> breached",
        "Mon 9 Apr 2018 11:00 | T2 | state | running -> paused",
        "Mon 9 Apr 2018 14:00 | T2 | state | paused -> running",
        "",
        "8 turns of 2 tickets after Fri 6 Apr 2018 15:00, up to Mon 9 Apr 2018 14:00",
        "1 ticket opened later and is left out",
    ]


def turns_of(capsys, *words: str) -> list[dict[str, object]]:
    code, out, err = run(capsys, *ASKED, *words, "--json", "-")
    assert (code, err) == (0, "")
    return json.loads(out)


def test_whoever_asks_for_one_interval_after_another_gets_each_turn_once(capsys, turning):
    for measure in (("--measure", "resolve"), ("--measure", "update")):
        ends = [f"2018-04-{day:02} {hour:02}:00" for day in range(6, 12) for hour in range(8, 18)]
        several = [
            turn
            for since, until in zip(ends, ends[1:], strict=False)
            for turn in turns_of(capsys, *measure, "--from", since, "--until", until)
        ]
        assert several == turns_of(capsys, *measure, "--from", ends[0], "--until", ends[-1])
        assert several


def test_turns_are_written_as_json(capsys, turning):
    words = (*ASKED, "--from", "2018-04-06 15:30", "--until", "2018-04-06 16:00")
    code, out, err = run(capsys, *words, "--json", "turns.json")
    assert (code, err, out.splitlines()[-1]) == (0, "", "written to turns.json")
    assert json.loads(Path("turns.json").read_text()) == turns_of(capsys, *words[len(ASKED) :])
    assert json.loads(Path("turns.json").read_text())[1] == {
        "ticket": "T1", "measure": "resolve", "at": "2018-04-06T16:00:00+01:00", "kind": "warning", "before": None,
        "after": None, "percent": None, "warning": "nearly", "text": "call the duty manager", "cycle": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--until", "soon"), "--until: 'soon' is not a date and time"),
        (("--from", "2018-04-09"), "--from: '2018-04-09' has no time of day"),
        (("--from", "2018-04-09 10:00", "--until", "2018-04-09 09:59"), "--from: 2018-04-09T10:00:00"),
        (("--measure", "updates"), "'updates' is no measure"),
        (("--json", "t.csv"), "--json: t.csv is read too"),
    ],
)
def test_bad_words_of_turns_are_one_clear_line(capsys, turning, words, message):
    code, out, err = run(capsys, *ASKED, "--until", "2018-04-10 10:00", *words)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert message in err
    Path("t.csv").write_text("id,priority,opened\nT1,P9,2018-04-09 10:00\n")
    code, _, err = run(capsys, "turns", "t.csv", "--policy", "sla.toml", "--until", "2018-04-10 10:00")
    assert (code, "t.csv, row 2" in err, "P9" in err) == (2, True, True)


def test_attributes_that_a_log_speaks_of_have_its_history_and_not_the_files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text("id,priority,opened,customer,site\nT1,P1,2018-04-09 10:00,Initech,North\n")
    Path("e.csv").write_text(
        "id,field,old,new,at\nT1,owner,,ACME,2018-04-09 10:30\nT1,owner,ACME,Initech,2018-04-09 11:00\n"
        "T1,status,New,Dropped,2018-04-09 12:00\n"
    )
    Path("m.toml").write_text(
        'timezone = "UTC"\n[states]\nNew = "running"\nDropped = "cancelled"\n[fields]\nowner = "customer"\n'
        'status = "state"\n[columns]\nticket = "id"\nfield = "field"\nold = "old"\nnew = "new"\nat = "at"\n'
    )
    policy = sc.Policy.example()
    book = sc.PolicyBook([
        policy.model_copy(update={"name": "a", "applies_to": {"customer": ["ACME"], "site": ["North"]}}), policy,
    ])  # fmt: skip
    [located] = read_tickets("t.csv", {}, "e.csv", "m.toml", book)
    assert dict(located.ticket.attributes) == {"site": "North"}
    assert [(change.field, change.to) for change in located.ticket.changes] == [
        ("customer", "ACME"), ("customer", "Initech"),
    ]  # fmt: skip
    assert located.ticket.cancelled == datetime(2018, 4, 9, 12, tzinfo=UTC)
