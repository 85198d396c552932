"""A mapping says what the columns, times and words of a desk's tables mean."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

import slaclock as sc
from slaclock.cli import main
from slaclock.desks import TicketMapping, read_frames, read_tickets

EXAMPLE = sc.Policy.example()
JIRA = (
    "Issue key,Issue Type,Priority,Created,Resolved,Organizations,Summary\n"
    "HD-1,Incident,Highest,03/Apr/18 9:47 AM,03/Apr/18 1:05 PM,Oak School,Printer\n"
    "HD-2,Service Request,-,13/Apr/18 9:47 AM,-,Elm School,Licence\n"
)
MAPPING = """
timezone = "GMT Standard Time"
time_format = ["%d/%b/%y %I:%M %p", "iso"]
missing = ["-"]
ignore = ["summary"]

[tickets]
id = "Issue key"
kind = "Issue Type"
opened = "Created"

[attributes]
customer = "Organizations"

[pauses]
start = "On"
end = "Off"
reason = "Why"

[priorities]
Highest = "P1"

[kinds]
Incident = "incident"
"Service Request" = "service_request"

[reasons]
Vendor = "third_party"
"""


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("jira.csv").write_text(JIRA)
    Path("map.toml").write_text(MAPPING)
    Path("holds.csv").write_text("ticket,On,Off,Why\nHD-1,03/Apr/18 10:00 AM,2018-04-03 11:00,Vendor\n")


def test_tickets_come_of_a_mapping_as_they_are_meant():
    one, two = read_tickets("jira.csv", EXAMPLE, pauses="holds.csv", mapping="map.toml", strict=True)
    assert (one.id, one.kind, one.priority) == ("HD-1", "incident", "P1")
    assert one.opened.isoformat() == "2018-04-03T09:47:00+01:00"
    assert one.resolved is not None
    assert one.resolved.isoformat() == "2018-04-03T13:05:00+01:00"
    assert [(pause.reason, pause.end.hour) for pause in one.pauses] == [("third_party", 11)]
    assert (two.kind, two.priority, two.resolved, two.attributes) == (
        "service_request", None, None, {"customer": "Elm School"},
    )  # fmt: skip


@pytest.mark.parametrize("engine", ["columns", "duckdb"])
@pytest.mark.parametrize("command", ["assess", "report"])
def test_the_commands_read_by_a_mapping(command, engine, capsys):
    words = [command, "jira.csv", "--mapping", "map.toml", "--pauses", "holds.csv", "--at", "2018-05-01 12:00"]
    assert main([*words, "--engine", engine, "--strict"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "P1" in out


def test_the_ledger_and_the_turns_are_read_by_a_mapping(capsys):
    assert main(["explain", "HD-1", "jira.csv", "--mapping", "map.toml", "--pauses", "holds.csv"]) == 0
    assert "third_party" in capsys.readouterr().out
    assert main(["turns", "jira.csv", "--mapping", "map.toml", "--until", "2018-04-04 12:00"]) == 0
    assert "HD-1" in capsys.readouterr().out


def test_a_zone_of_the_mapping_goes_before_that_of_the_policy(capsys):
    mapping = TicketMapping.load("map.toml")
    east = mapping.model_copy(update={"timezone": "America/New_York"})
    assert [read_tickets("jira.csv", EXAMPLE, mapping=one)[0].opened.astimezone(sc.Policy.example().calendar.zone).hour
            for one in (mapping, east)] == [9, 14]  # fmt: skip
    Path("map.toml").write_text(MAPPING.replace("GMT Standard Time", "Eastern Time (US & Canada)"))
    assert main(["assess", "jira.csv", "--mapping", "map.toml", "--at", "2018-05-01 12:00"]) == 0
    assert "times without an offset are read in America/New_York" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("epoch", "1523264400"),
        ("epoch", "1523264400.0"),
        ("epoch_ms", "1523264400000"),
        ("excel", "43199.416666666664"),
        ("excel", "43199,416666666664"),
        ("%m/%d/%Y %I:%M %p", "4/9/2018 10:00 AM"),
        ("iso", "2018-04-09 10:00"),
        (("epoch", "iso", "%d.%m.%y %H:%M"), "09.04.18 10:00"),
        (("epoch_ms", "iso"), "1523264400000"),
        (("excel", "epoch", "epoch_ms"), "1523264400"),
        (("excel", "epoch", "epoch_ms"), "1523264400000"),
        (("excel", "epoch", "epoch_ms"), "43199.416666667"),
    ],
)
def test_times_in_any_form(form, text):
    Path("t.csv").write_text(f'id,opened\nT1,"{text}"\n')
    [ticket] = read_tickets("t.csv", EXAMPLE, time_format=form)
    assert ticket.opened.isoformat() == "2018-04-09T10:00:00+01:00"


@pytest.mark.parametrize("numbers", [[1523264400], [1523264400.0, None], [1.5232644005e9]])
def test_columns_of_numbers_are_times_where_the_form_is_one_of_numbers(numbers):
    frame = pa.table({"id": [f"T{n}" for n, _ in enumerate(numbers)], "opened": [1523264400] * len(numbers),
                      "resolved": numbers})  # fmt: skip
    first = read_tickets(frame, EXAMPLE, time_format="epoch")[0]
    assert first.resolved is not None
    assert first.resolved.isoformat(timespec="seconds") == "2018-04-09T10:00:00+01:00"


@pytest.mark.parametrize(
    ("forms", "text", "message"),
    [
        (
            ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M"], "04/03/2018 10:00",
            "'04/03/2018 10:00' may be 2018-03-04 10:00 by '%d/%m/%Y %H:%M' or 2018-04-03 10:00 by '%m/%d/%Y %H:%M'; "
            "leave one of them out of time_format",
        ),
        (["%d/%m/%Y %H:%M", "iso"], "soon", "'soon' is not a date and time; write it in one of: "
         "'%d/%m/%Y %H:%M', 'iso'"),
        ("epoch", "soon", "'soon' is no number; write it as 'epoch' has it, or give another time_format"),
        ("epoch", "999999999999999", "'999999999999999' lies outside the years 1 to 9999; check time_format"),
        ("excel", "12", "'12' is no serial number of Excel's from March 1900 on; check time_format"),
        ("excel", "2958466", "'2958466' is no serial number of Excel's from March 1900 on; check time_format"),
        ((), "04/03/2018 10:00", "'04/03/2018 10:00' may be 4 March or 3 April; give time_format, "
         "'%d/%m/%Y %H:%M' or '%m/%d/%Y %H:%M'"),
    ],
)  # fmt: skip
def test_a_time_that_may_be_two_or_none_is_an_error(forms, text, message):
    Path("t.csv").write_text(f"id,opened\nT1,{text}\n")
    with pytest.raises(sc.errors.InputError) as caught:
        read_tickets("t.csv", EXAMPLE, time_format=forms)
    assert str(caught.value) == f"t.csv, row 2, column 'opened': {message}"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("[tickets]", "[tickets]\nowner = 'Summary'"), r"map.toml: tickets: 'owner' is no column of such a "
         r"table; use one of: id, .*; what a ticket has beside them stands in \[attributes\]"),
        (("customer =", "Priority ="), "map.toml: attributes: 'Priority' is a field of a ticket's own"),
        (("GMT Standard Time", "Mars"), "map.toml.*timezone: there is no time zone 'Mars'; give a name of the IANA"),
        (('"iso"]', '"%d/%m %H:%M"]'), "map.toml.*time_format.*it has no year"),
        (('"iso"]', '"unix"]'), "map.toml: time_format: 'unix' is no form of times; use iso, epoch, epoch_ms"),
        (("[reasons]", "[words]"), "map.toml: words: this field is not known"),
        (('"Created"', '"Made"'), "jira.csv, row 1: there is no column 'Made'; name one of: Issue key"),
        (("[tickets]", "[tickets"), "map.toml: this is not TOML"),
    ],
)  # fmt: skip
def test_what_a_mapping_cannot_mean_is_said(change, message):
    Path("map.toml").write_text(MAPPING.replace(*change))
    with pytest.raises(sc.SlaClockError, match=f"^{message}"):
        read_tickets("jira.csv", EXAMPLE, mapping="map.toml")


def test_all_are_of_the_kind_that_the_mapping_names_where_no_column_does():
    Path("t.csv").write_text("id,opened\nT1,2018-04-09 10:00\n")
    mapping = TicketMapping(kind="service_request")
    assert [ticket.kind for ticket in read_tickets("t.csv", EXAMPLE, mapping=mapping)] == ["service_request"]
    assert read_frames("t.csv", EXAMPLE, mapping=mapping, library="arrow").tickets["kind"].to_pylist() == [
        "service_request"
    ]


def test_changes_are_translated_too():
    Path("changes.csv").write_text("ticket,at,field,to\nHD-1,2018-04-03 10:00,priority,Highest\n")
    [one, _] = read_tickets("jira.csv", EXAMPLE, changes="changes.csv", mapping="map.toml")
    assert [change.to for change in one.changes] == ["P1"]


def test_one_file_may_speak_of_a_log_and_of_tickets(capsys):
    log = '[columns]\nticket = "n"\nstate = "s"\nat = "t"\n[states]\nNew = "running"\nDone = "resolved"\n'
    Path("both.toml").write_text(MAPPING + log)
    Path("log.csv").write_text("n,s,t\nHD-1,New,03/Apr/18 9:47 AM\nHD-1,Done,03/Apr/18 10:05 AM\n")
    both = Path("both.toml").read_text().replace('["%d/%b/%y %I:%M %p", "iso"]', '"%d/%b/%y %I:%M %p"')
    Path("both.toml").write_text(both)
    assert (
        main(["assess", "jira.csv", "--events", "log.csv", "--mapping", "both.toml", "--at", "2018-05-01 12:00"]) == 0
    )
    assert "HD-1" in capsys.readouterr().out
    assert main(["assess", "--events", "log.csv", "--mapping", "map.toml"]) == 2
    assert "map.toml: this mapping speaks of no log; add [columns] and [states]" in capsys.readouterr().err
    Path("log.toml").write_text(log)
    assert main(["assess", "jira.csv", "--mapping", "log.toml"]) == 2
    assert "--mapping is given without --events" in capsys.readouterr().err
    for command in ("assess", "report", "turns"):
        assert main([command, "--mapping", "map.toml"]) == 2
        assert "given without" in capsys.readouterr().err
