"""Frappe Helpdesk's exports: what becomes of agreements, versions and mails, and what is lost."""

from __future__ import annotations

import pytest

import slaclock as sc
from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors
from slaclock.desks import frappe

NOW = "2018-04-10T12:00+01:00"


def test_an_agreement_has_a_calendar():
    tables = documents("frappe")
    agreement, days = (tables[name]["data"][0] for name in ("hd_service_level_agreement", "hd_service_holiday_list"))
    made = frappe.calendar(agreement, days, timezone="Europe/London")
    assert made.value == sc.WorkingCalendar(
        timezone="Europe/London",
        hours={**dict.fromkeys(("mon", "tue", "wed", "thu"), "08:00-17:00"), "fri": "08:00-16:30"},
        holidays={"2018-04-02": "Easter Monday"},
    )


def test_an_agreement_for_a_customer_makes_a_book():
    acme, general = desk_of("frappe").value.policy.policies
    assert (acme.name, dict(acme.applies_to)) == ("ACME", {"customer": ("ACME",)})
    assert str(acme.target("Incident", "High", "respond")) == "30 minutes"
    assert acme.target_of("Incident", "High", "resolve") is None  # it is for first responses only
    assert str(acme.target("ticket", "High")) == "4 hours"  # of no type: the default agreement's
    assert general.calendar.hours.to_text()["fri"] == ["08:00-16:30"]
    assert acme.targets["Incident"].calendar("High", "respond") == "acme-1"
    assert acme.calendars["acme-1"].hours.to_text() == {"mon": ["00:00-24:00"]}


def test_tickets_are_due_as_worked_out_by_hand():
    desk = desk_of("frappe")
    assert judged(desk, NOW) == {
        "1": ("breached", "Mon 09 15:20"),  # 40 minutes, a wait until 12:00, and the rest of four hours
        "2": ("breached", "Mon 09 16:00"),
        "3": ("no-target", None),
    }
    assert judged(desk, NOW, "respond")["1"] == ("met", "Mon 09 11:00")  # high from 10:40 on
    assert judged(desk, NOW, "respond")["3"] == ("breached", "Mon 09 10:30")


def test_versions_and_mails_tell_the_course():
    first = desk_of("frappe").value.tickets[0]
    assert (first.kind, first.priority) == ("Incident", "Medium")
    assert first.attributes == {"customer": "Initech", "team": "IT"}
    assert [f"{own.field} {own.to}" for own in first.changes] == ["priority High"]
    assert [f"{own.reason} {own.start:%H:%M}-{own.end:%H:%M}" for own in first.pauses] == ["Replied 10:40-12:00"]
    assert [event.name for event in first.events] == ["asked", "answered"]


def test_what_is_lost_is_named():
    assert lost(desk_of("frappe")) == [
        "hd_service_level_agreement.1.end_date: the dates of an agreement are not kept: it is taken for one that always"
        " holds",
        "hd_service_level_agreement.2.condition: the condition cannot be said: the agreement is left out",
        "hd_ticket.1.status: since when the ticket is so is not said without its versions: it is kept as running",
    ]


def test_the_zone_is_that_of_the_settings_of_an_agreement_or_utc():
    tables = documents("frappe")
    assert frappe.desk(tables).value.tickets[0].opened.isoformat() == "2018-04-09T10:00:00+01:00"
    [default, *_] = tables["hd_service_level_agreement"]["data"]
    own = {"hd_service_level_agreement": {"data": [{**default, "timezone": "Asia/Kolkata"}]}}
    assert frappe.desk(own).value.policy.calendar.timezone == "Asia/Kolkata"
    assert lost(frappe.desk({"hd_ticket": {"data": []}}))[0] == (
        "system_settings: no time zone is given: times are read in UTC"
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"hd_ticket": {"data": [{"name": 1, "creation": "x"}]}}, r"hd_ticket\.0\.creation: 'x' is not a date"),
        ({"version": {"data": [{"docname": "1", "creation": "2018-04-09 10:00:00", "data": "{"}]}}, "are no JSON"),
        ({"hd_ticket_status": {"data": [{"name": "Odd", "category": "?"}]}}, "'\\?' is no category"),
    ],
)
def test_errors_name_the_path(change, said):
    with pytest.raises(errors.SlaClockError, match=said):
        frappe.desk({**documents("frappe"), **change})


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    same_by_files("frappe", tmp_path, NOW, capsys)
