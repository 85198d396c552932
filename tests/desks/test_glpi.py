"""GLPI's exports: what becomes of calendars, SLAs, their levels and logs, and what is lost."""

from __future__ import annotations

from datetime import date

import pytest

import slaclock as sc
from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors
from slaclock.desks import glpi

NOW = "2018-04-10T12:00+01:00"
LONDON = {"timezone": "Europe/London"}


def test_segments_are_hours():
    made = glpi.calendar(documents("glpi"), timezone="Europe/London").value
    assert made.hours.to_text() == {
        "mon": ["08:00-12:00", "13:00-17:00"],
        **{day: ["08:00-17:00"] for day in ("tue", "wed", "thu")},
        "fri": ["08:00-16:30"],
    }
    assert made.day_rule == "same-time"
    assert [made.is_working_day(date(2018, 4, day)) for day in (2, 3)] == [False, True]
    assert not made.is_working_day(date(2030, 12, 25))
    with pytest.raises(errors.ModelError, match="there is no calendar '9'"):
        glpi.calendar(documents("glpi"), calendar="9")


def test_tickets_are_due_as_worked_out_by_hand():
    desk = desk_of("glpi", **LONDON)
    assert judged(desk, NOW) == {
        "1": ("met", "Tue 10 11:00"),  # 4 h until Monday 15:00 with a closed noon, and two from Tuesday 09:00
        "2": ("running", "Wed 11 17:00"),
        "3": ("met", "Tue 10 10:00"),
        "4": ("no-target", None),
    }
    assert judged(desk, NOW, "respond")["1"] == ("met", "Mon 09 11:00")


def test_slas_are_policies_by_the_tickets_that_have_them():
    book = desk_of("glpi", **LONDON).value.policy
    assert [(own.name, sorted(own.applies_to)) for own in book.policies] == [
        ("Resolve in 6 h / Own in 1 h", ["sla_tto", "sla_ttr"]),
        ("Resolve in 2 days", ["sla_ttr"]),
        ("Resolve in a day, always", ["sla_ttr"]),
        ("GLPI", []),
    ]
    assert str(book.policies[1].target("request", "3")) == "2 days by close"
    assert book.policies[2].targets["incident"].calendar(None, "resolve") == "always"
    assert {name: str(own.at) for name, own in book.policies[0].warnings.items()} == {
        "Nearly owned": "15 minutes before due"
    }


def test_the_log_tells_the_course():
    first, second, *_ = desk_of("glpi", **LONDON).value.tickets
    assert (first.priority, first.category, first.kind) == ("3", "5", "incident")
    assert [f"{own.field} {own.to}" for own in first.changes] == ["priority 4", "category 7"]
    assert [f"{own.reason} {own.start:%d %H:%M}-{own.end:%d %H:%M}" for own in first.pauses] == [
        "pending 09 15:00-10 09:00"
    ]
    assert [f"{own.responded:%H:%M}" for own in (first, second)] == ["10:30", "10:30"]


def test_what_is_lost_is_named():
    assert lost(desk_of("glpi")) == [
        "Calendar: GLPI says no time zone, and none is given: its times are read in UTC",
        "SlaLevel.1: a warning is for all SLAs of a measure, and this one is not the only one, or says no time",
        "Ticket.1.olas_id_ttr: an OLA is not with the customer, and is not kept",
        "Ticket.3.status: since when the ticket is so is not said without its log: it is kept as running",
    ]


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"number_time": 90, "definition_time": "minute"}, "90 minutes"),
        ({"number_time": 3, "definition_time": "day"}, "3 days"),
        ({"number_time": 1, "definition_time": "month"}, "30 days"),
        ({"number_time": 2, "definition_time": "day", "calendars_id": 0}, "48 hours"),
    ],
)
def test_lengths(fields, target):
    sla = {"id": 7, "name": "S", "type": 0, "calendars_id": 1, **fields}
    ticket = sc.Ticket(id="1", opened="2018-04-09T10:00Z", attributes={"sla_ttr": "7"})
    made = glpi.policy({**documents("glpi"), "SLA": [sla], "SlaLevel": []}, [ticket]).value
    assert str(made.policies[0].target("incident", "3")) == target


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"SLA": [{"id": 1, "type": 7, "number_time": 1, "definition_time": "hour"}]},
            r"SLA\.0\.type: 7 is no type of an SLA",
        ),
        ({"SLA": [{"id": 1, "number_time": 1, "definition_time": "year"}]}, "1 year is no length of time"),
        ({"CalendarSegment": [{"calendars_id": 1, "day": 7}]}, r"CalendarSegment\.0\.day: 7 is no day"),
        ({"Ticket": [{"id": 1, "date": "2018-04-09 10:00:00", "status": 9}]}, "the status '9' is not known"),
    ],
)
def test_errors_name_the_path(change, said):
    with pytest.raises(errors.SlaClockError, match=said):
        glpi.desk({**documents("glpi"), "Log": None, **change})


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    printed = same_by_files("glpi", tmp_path, NOW, capsys, "--timezone", "Europe/London")
    assert "policies/1-resolve-in-6-h-own-in-1-h.toml" in printed[-2]
