"""Due dates, holidays and open hours that the command line writes: what other calendars read is what Python says."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import slaclock as sc
from slaclock.cli import main
from slaclock.desks import read_tickets
from slaclock.desks.ical import due_to_ical

TICKETS = """id,priority,opened,resolved
T1,P1,2018-04-09 10:00,2018-04-09 11:00
T2,P2,2018-04-06 10:00,
"é; T3",P4,2018-04-09 09:59:30.5,
T4,P2,2018-05-01 10:00,
"""
NOW = "2018-04-09T12:00+01:00"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("t.csv").write_text(TICKETS, encoding="utf-8")
    Path("p.csv").write_text("ticket,start,end,reason\nT2,2018-04-06 11:00,,third_party\n")
    assert main(["example", "desk"]) == 0
    return tmp_path


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
def test_due_dates_are_those_of_python(engine, capsys):
    words = ["assess", "t.csv", "--pauses", "p.csv", "--at", NOW, "--engine", engine, "--out", "due.ics"]
    assert main(words) == 0
    assert capsys.readouterr().out.endswith("due dates written to due.ics\n")
    policy = sc.Policy.example()
    tickets = [ticket for ticket in read_tickets("t.csv", policy, pauses="p.csv") if ticket.id != "T4"]
    expected = due_to_ical(sc.assess(ticket, policy, at=NOW) for ticket in tickets)
    written = Path("due.ics").read_bytes().decode()
    assert sorted(written.split("\r\n")) == sorted(expected.split("\r\n"))
    assert expected.count("BEGIN:VEVENT") == 2  # T2 waits, and is not due


def test_due_dates_of_a_log_are_those_of_python(capsys):
    log = ["--events", "desk/events.csv", "--mapping", "desk/mapping.toml"]
    assert main(["assess", *log, "--at", "2018-06-29 12:00", "--out", "due.ics"]) == 0
    assert main(["assess", *log, "--at", "2018-06-29 12:00", "--out", "all.csv"]) == 0
    capsys.readouterr()
    due = [line.split(",")[5] for line in Path("all.csv").read_text().splitlines()[1:]]
    assert Path("due.ics").read_text(encoding="utf-8").count("BEGIN:VEVENT") == len([*filter(None, due)])


def test_open_hours_that_are_written_are_read_as_the_same_open_time(capsys):
    assert main(["calendar", "hours", "2018-03-20/2018-04-10", "--policy", "desk/sla.toml", "--out", "h.ics"]) == 0
    said = capsys.readouterr().out
    assert said.startswith(
        "open hours of ICT Services for Academy/Free Schools 2018/19 from 2018-03-20 to 2018-04-10: "
    )
    desk = sc.Policy.load("desk/sla.toml").calendar
    back = sc.WorkingCalendar(timezone="Europe/London", special={"ical": "h.ics"})
    span = ("2018-03-20T00:00Z", "2018-04-10T23:00Z")
    assert [*back.spans(*span)] == [*desk.spans(*span)]
    assert f": {sum(1 for _ in desk.spans(*span))} events in h.ics" in said


def test_holidays_that_are_written_are_read_as_the_same_days():
    assert main(["calendar", "holidays", "2018-01-01/2018-12-31", "--policy", "desk/sla.toml", "--out", "h.ics"]) == 0
    holidays = sc.Policy.load("desk/sla.toml").calendar.holidays
    assert sc.Holidays.from_ical("h.ics").in_year(2018) == holidays.in_year(2018)
    assert date(2018, 3, 30).toordinal() in holidays.in_year(2018)


def test_a_calendar_is_named_and_several_policies_must_agree_on_it(capsys):
    text = Path("desk/sla.toml").read_text(encoding="utf-8")
    always = '[calendars.night]\ntimezone = "Europe/London"\nhours = "24/7"\n'
    Path("b.toml").write_text(f'in_force_from = "2019-04-01"\n{text}\n{always}', encoding="utf-8")
    words = ["calendar", "hours", "2018-04-09", "--out", "h.ics", "--policy"]
    assert main([*words, "b.toml", "--calendar", "night"]) == 0
    assert "2018/19\\, night: open\r\n" in Path("h.ics").read_bytes().decode()
    assert main([*words, "b.toml", "--policy", "desk/sla.toml"]) == 0  # whose main calendar is the same
    Path("b.toml").write_text(Path("b.toml").read_text().replace("08:00", "07:00"), encoding="utf-8")
    assert main([*words, "b.toml", "--policy", "desk/sla.toml"]) == 2
    assert "have different calendars; give one of the files alone" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2018-01-01/9999-12-31"], "FIRST/LAST: no midnight is known after this date; end a day earlier"),
        (["2018-02-01/2018-01-01"], "FIRST/LAST: the dates '2018-02-01/2018-01-01' end before they start"),
        (["2018"], "FIRST/LAST: '2018' is not a date"),
        (["2018-01-01", "--calendar", "x"], "--calendar: there is no calendar 'x'; use one of: main"),
        (["2018-01-01", "--out", "-"], "--out: - stands for standard output"),
        (["2018-01-01", "--out", "desk/sla.toml"], "--out: desk/sla.toml is read too"),
        (["2018-01-01", "--out", "desk"], "cannot write desk, which is a folder"),
    ],
)
def test_what_cannot_be_written_is_one_line(words, said, capsys):
    assert main(["calendar", "hours", "--policy", "desk/sla.toml", "--out", "h.ics", *words]) == 2
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1
    assert not Path("h.ics").exists()
