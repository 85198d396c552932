"""What all answers are written to: each form holds the same, and none can hurt whoever opens it."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from slaclock.cli import main
from slaclock.cli.answer_files import FORMS, answers_to, table_of_rows
from slaclock.cli.answer_rows import AnswerRow
from slaclock.cli.answer_texts import iso_texts, plain_table

TICKETS = """id,priority,opened,resolved
T1,P1,2018-04-09 10:00,2018-04-09 11:00
T2,P1,2018-04-06 10:00,
T3,P4,2018-04-09 09:59:30.5,
"""
WORDS = ("assess", "t.csv", "--at", "2018-04-09 12:00")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TICKETS)
    return tmp_path


def rows_of(path: str) -> list[dict[str, object]]:
    """The answers of a file, whatever form it has."""
    if path.endswith(".parquet"):
        return pq.read_table(path).to_pylist()
    text = Path(path).read_text(encoding="utf-8")
    if path.endswith(".jsonl"):
        return [json.loads(line) for line in text.splitlines()]
    return json.loads(text) if path.endswith(".json") else list(csv.DictReader(text.splitlines()))


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
def test_each_form_holds_the_same(folder, capsys, engine):
    expected = None
    for form in (*FORMS, ""):
        if form == ".xlsx":
            continue
        assert main([*WORDS, "--engine", engine, "--out", f"out{form}"]) == 0
        rows = sorted(rows_of(f"out{form}" if form else "out/part-00000.parquet"), key=lambda row: str(row["id"]))
        plain = [
            {
                name: "" if value is None else value.astimezone(ZoneInfo("Europe/London")).isoformat()
                if isinstance(value, datetime)
                else str(float(value)) if name.endswith("_seconds") or name == "consumed" else str(value)
                for name, value in row.items()
            }
            for row in rows
        ]  # fmt: skip
        expected = expected or plain
        assert plain == expected
    capsys.readouterr()
    assert main([*WORDS, "--engine", engine, "--out", "-"]) == 0
    assert sorted(capsys.readouterr().out.splitlines()) == sorted(Path("out.csv").read_text().splitlines())


def test_a_workbook_has_times_and_lengths_of_its_own(folder):
    assert main([*WORDS, "--out", "out.xlsx"]) == 0
    [header, *rows] = openpyxl.load_workbook("out.xlsx").active.iter_rows()
    assert tuple(cell.value for cell in header) == AnswerRow._fields
    by_id = {row[0].value: dict(zip(AnswerRow._fields, row, strict=True)) for row in rows}
    assert by_id["T1"]["due"].value == datetime(2018, 4, 9, 12, 0)
    assert by_id["T1"]["due"].number_format == "yyyy-mm-dd hh:mm"
    assert by_id["T1"]["elapsed"].value == timedelta(hours=1)
    assert by_id["T2"]["remaining"].value < timedelta(0)
    assert by_id["T2"]["remaining"].number_format == "[h]:mm;-[h]:mm"


def test_no_cell_of_csv_is_a_formula(folder):
    ids = ["=1+1", "+1", "-1", "@A1", "\tx", "plain", 'a "quoted", one', "two\nlines"]
    row = dict.fromkeys(AnswerRow._fields)
    rows = [AnswerRow(**{**row, "id": name, "remaining": timedelta(seconds=-5)}) for name in ids]
    with answers_to("out.csv") as write:
        write(table_of_rows(rows, "UTC"))
    with Path("out.csv").open(encoding="utf-8", newline="") as file:
        written = list(csv.DictReader(file))
    assert [row["id"] for row in written] == [*(f"'{name}" for name in ids[:5]), *ids[5:]]
    assert {row["remaining_seconds"] for row in written} == {"-5"}


@given(
    st.lists(st.none() | st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30), timezones=st.just(UTC)), min_size=1),
    st.sampled_from(["UTC", "Europe/London", "Asia/Kolkata", "America/St_Johns", "Africa/Monrovia", "Pacific/Apia"]),
)
def test_instants_are_written_as_python_writes_them(instants, zone):
    column = pa.array(instants, pa.timestamp("us", zone))
    expected = [None if at is None else at.astimezone(ZoneInfo(zone)).isoformat() for at in instants]
    assert iso_texts(column).to_pylist() == expected


@given(st.lists(st.timedeltas(timedelta(days=-40_000), timedelta(days=40_000)), min_size=1))
def test_lengths_are_written_as_python_has_them(lengths):
    row = dict.fromkeys(AnswerRow._fields)
    table = plain_table(table_of_rows([AnswerRow(**{**row, "elapsed": length}) for length in lengths], "UTC"))
    assert table["elapsed_seconds"].to_pylist() == [length.total_seconds() for length in lengths]


def run(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "slaclock", *words]
    return subprocess.run(command, text=True, check=False, stderr=subprocess.PIPE, **options)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="a device that is full")
@pytest.mark.parametrize("words", [WORDS, (*WORDS, "--out", "-"), ("report", "t.csv", "--json", "-"), ("schema",)])
def test_a_full_output_is_one_line(folder, words):
    with open("/dev/full", "w") as full:
        ended = run(*words, stdout=full)
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "No space left on device" in ended.stderr


def test_an_output_that_cannot_show_a_sign_escapes_it(folder):
    Path("t.csv").write_text(TICKETS.replace("T1", "T✓"), encoding="utf-8")
    ended = run(*WORDS, stdout=subprocess.PIPE, env={**os.environ, "PYTHONIOENCODING": "ascii"})
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "T\\u2713" in ended.stdout
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    ended = run("report", *WORDS[1:], stdout=subprocess.PIPE, env={**os.environ, **plain})
    assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
@pytest.mark.parametrize("command", ["assess", "report", "diff"])
def test_a_pipe_of_any_length_is_read(folder, capsys, command):
    lines = "".join(f"T{number},P1,2018-04-09 10:00,\n" for number in range(20_000))
    os.mkfifo("pipe")
    writer = threading.Thread(target=lambda: Path("pipe").write_text("id,priority,opened,resolved\n" + lines))
    writer.start()
    policy = str(Path(sc.__file__).parent / "example" / "sla.toml")
    words = [policy, policy, "--tickets", "pipe"] if command == "diff" else ["pipe"]
    assert main([command, *words, "--at", "2018-04-09 12:00"]) == 0
    writer.join()
    assert "20,000" in capsys.readouterr().out.replace("20000", "20,000")


def test_standard_input_is_read(folder):
    ended = run("assess", "-", *WORDS[2:], stdout=subprocess.PIPE, input=TICKETS)
    assert "3 of 3 tickets shown" in ended.stdout
    ended = run("assess", "-", *WORDS[2:], stdout=subprocess.PIPE, input="id,opened\nT1,soon\n")
    assert ended.stderr.startswith("slaclock: standard input, row 2, column 'opened': 'soon' is not")


@pytest.mark.skipif(sys.platform == "win32", reason="inputs and outputs that are closed or full")
@pytest.mark.parametrize(
    ("end", "code", "said"),
    [
        ("- <&-", 2, "standard input is closed; pipe a file into it, or name one"),
        ("- --pauses -", 2, "--pauses: - is named twice, and standard input can be read once; name files"),
        ("t.csv --errors skip --rejects -", 2, "--rejects: - stands for standard output, to which nothing is written"),
        ("''", 2, "cannot read ''"),
        ("none.csv 2>/dev/full", 2, ""),
    ],
)
def test_what_cannot_be_read_or_told_is_no_trouble(folder, end, code, said):
    command = f"{sys.executable} -m slaclock assess {end}"
    ended = subprocess.run(command, shell=True, capture_output=True, text=True, check=False)
    assert ended.returncode == code
    assert ended.stderr.startswith(f"slaclock: {said}" if said else "")
    assert ended.stderr.count("\n") == bool(said)


def test_what_a_workbook_cannot_hold_is_said(folder, capsys, monkeypatch):
    monkeypatch.setattr("slaclock.cli.answer_files._MOST_ROWS", 2)
    assert main([*WORDS, "--out", "out.xlsx"]) == 2
    assert "--out: a sheet of a workbook holds 2 tickets; name a .csv or .parquet file" in capsys.readouterr().err
    Path("t.csv").write_text("id,priority,opened\n" + "T" * 40_000 + ",P1,2018-04-09 10:00\n")
    assert main([*WORDS, "--out", "out.xlsx"]) == 2
    assert "a cell of a workbook holds 32,767 signs" in capsys.readouterr().err
    assert not Path("out.xlsx").exists()


def test_what_excel_does_not_know_is_text_in_a_workbook(folder):
    row = dict.fromkeys(AnswerRow._fields)
    old = AnswerRow(**{**row, "id": "=1+1", "due": datetime(1899, 5, 1, tzinfo=UTC)})
    with answers_to("out.xlsx") as write:
        write(table_of_rows([old], "UTC"))
    cells = dict(
        zip(AnswerRow._fields, next(openpyxl.load_workbook("out.xlsx").active.iter_rows(min_row=2)), strict=True)
    )
    assert (cells["id"].value, cells["id"].data_type) == ("=1+1", "s")
    assert cells["due"].value == "1899-05-01T00:00:00+00:00"


def test_a_folder_is_no_file_of_answers(folder, capsys):
    Path("out.csv").mkdir()
    assert main([*WORDS, "--out", "out.csv"]) == 2
    assert "--out: cannot write out.csv, which is a folder; name a file" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="devices with names, and outputs that are closed")
def test_a_device_takes_answers_and_a_closed_output_takes_nothing(folder):
    command = f"{sys.executable} -m slaclock {' '.join(repr(word) for word in WORDS)}"
    for end, expected in (("--out /dev/stdout | head -2", "id,kind,"), ("--out - >&-", ""), (">&-", "")):
        ended = subprocess.run(f"{command} {end}", shell=True, capture_output=True, text=True, check=True)
        assert ended.stdout.startswith(expected)
        assert ended.stderr == ""
