"""Errors say what a person can do: what was likely meant, and how it is written here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import slaclock as sc
from slaclock.desks import read_log, read_tickets
from slaclock.temporal.instants import find_zone, parse_instant


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("04/03/2018 10:00", "may be 4 March or 3 April; give time_format, '%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'"),
        (
            "04-03-18 10:00:05",
            "may be 4 March or 3 April; give time_format, '%d-%m-%y %H:%M:%S' or '%m-%d-%y %H:%M:%S'",
        ),
        (
            "25/12/2018 9:00 AM",
            "is not ISO 8601; give time_format '%d/%m/%Y %I:%M %p', or write it like 2026-11-27 15:40",
        ),
        ("12/25/2018, 09:00", "is not ISO 8601; give time_format '%m/%d/%Y, %H:%M', or write"),
        ("05.05.2018T10:00", "is not ISO 8601; give time_format '%d.%m.%YT%H:%M', or write"),
        ("04/03/2018", "may be 4 March or 3 April"),
        ("43199.416667", "looks like Excel's serial number of 2018-04-09 10:00; write it like"),
        ("43199", "looks like Excel's serial number of 2018-04-09 00:00"),
        (
            "1523264400",
            "looks like seconds since 1970, 2018-04-09 09:00Z; write it like 2026-11-27 15:40, "
            "or in a file give time_format 'epoch'",
        ),
        (
            "1523264400123",
            "looks like milliseconds since 1970, 2018-04-09 09:00Z; write it like 2026-11-27 15:40, "
            "or in a file give time_format 'epoch_ms'",
        ),
        ("45/45/2018", "is not a date and time; write it like 2026-11-27T15:40"),
        ("0/0/2018", "is not a date and time"),
        ("9 April", "is not a date and time"),
        ("2018-04-03 09:47:00 UTC", "is not ISO 8601; give time_format '%Y-%m-%d %H:%M:%S %Z', or write it like"),
        ("03/Apr/18 9:47 AM", "is not ISO 8601; give time_format '%d/%b/%y %I:%M %p', or write it like"),
        ("20180403094700", "is not ISO 8601; give time_format '%Y%m%d%H%M%S', or write it like"),
        ("2018-04-03 25:00", "is not a date and time; write it like"),
        ("N/A", "is not a date and time; leave it empty, or in a file list it under missing in a mapping"),
        ("0000-00-00 00:00:00", "is not a date and time; leave it empty, or in a file list it under missing"),
    ],
)
def test_what_a_time_may_be_is_said(text, message, far_machine):
    with pytest.raises(sc.errors.InstantTextError) as caught:
        parse_instant(text, find_zone("Europe/London"))
    assert str(caught.value).startswith(f"{text!r} {message}")
    assert caught.value.value == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Mon-Fri 09:00-17:00", "'Mon' is not how a weekday is written; write Mo"),
        ("Mo-Fri 09:00-17:00", "'Fri' is not how a weekday is written; write Fr"),
        ("Mo-Th 09:00-17:00; FRIDAY 09:00-16:00", "'Friday' is not how a weekday is written; write Fr"),
        ("Mo-Fr 09:00-17:00; Monkey", "this is not understood"),
    ],
)
def test_weekdays_are_said_to_have_two_letters(text, message):
    with pytest.raises(sc.errors.HoursError) as caught:
        sc.WorkingCalendar.parse(text, timezone="Europe/London")
    assert message in str(caught.value)


def test_the_zone_that_windows_calls_otherwise_is_named(monkeypatch):
    with pytest.raises(sc.errors.UnknownZoneError, match="give its IANA name, which is 'America/New_York' unless"):
        find_zone("Eastern Standard Time")
    with pytest.raises(sc.errors.UnknownZoneError, match="give an IANA name such as"):
        find_zone("Nowhere")
    monkeypatch.setitem(sys.modules, "icalendar.timezone.windows_to_olson", None)
    with pytest.raises(sc.errors.UnknownZoneError, match="give an IANA name such as"):
        find_zone("Romance Standard Time")


LOG = sc.EventMapping(
    columns={"ticket": "id", "state": "state", "at": "at"}, states={"New": "running"}, timezone="Eastern Standard Time"
)


TIMED = {"tickets": "opened", "pauses": "start", "log": "at"}
CELLS = {
    "tickets": {"id": "T1", "opened": ""},
    "pauses": {"ticket": "T1", "start": "", "end": "", "reason": "third_party"},
    "log": {"id": "T1", "state": "New", "at": ""},
}


def read(table: str, time: str, separator: str = ",", mark: str = "") -> None:
    """Read a file of a table of one row with a time; each header has a mark behind it."""
    cells = {**CELLS[table], TIMED[table]: time}
    header = separator.join(name + mark for name in cells)
    Path(f"{table}.csv").write_text(f"{header}\n{separator.join(cells.values())}\n")
    read_file(table)


def read_file(table: str) -> None:
    if table == "log":
        read_log("log.csv", LOG)
    elif table == "tickets":
        read_tickets("tickets.csv", sc.Policy.example())
    else:
        Path("t.csv").write_text("id,opened\nT1,2018-04-09 10:00\n")
        read_tickets("t.csv", sc.Policy.example(), pauses="pauses.csv")


@pytest.mark.parametrize("table", TIMED)
def test_what_may_be_meant_is_said_of_every_table(table, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for time, message in (
        ("04/03/2018 10:00", "'04/03/2018 10:00' may be 4 March or 3 April; give time_format"),
        ("43199.416667", "'43199.416667' looks like Excel's serial number of 2018-04-09 10:00; write it like"),
        ("1523264400", "'1523264400' looks like seconds since 1970, 2018-04-09 09:00Z"),
    ):
        with pytest.raises(sc.errors.InputError) as caught:
            read(table, time)
        assert str(caught.value).startswith(f"{table}.csv, row 2, column {TIMED[table]!r}: {message}")
    for separator in ";\t|^~/":
        read(table, "2018-04-09 10:30", separator)
    for separator in "^~":  # whose headers are not known, and yet several
        with pytest.raises(sc.errors.InputError, match=r"row 1: there is no column '\w+'; .*2, "):
            read(table, "2018-04-09 10:30", separator, "2")
    with pytest.raises(sc.errors.InputError, match="row 1: there is no column '.*'; the separator looks like ':'"):
        read(table, "2018-04-09 10:30", ":", "2")
    Path(f"{table}.csv").write_bytes(b"PK\x03\x04 a file of another kind")
    with pytest.raises(sc.errors.InputError, match=rf"^{table}\.csv: this is packed by ZIP; unpack it first"):
        read_file(table)
