"""Freshservice's exports: what becomes of business hours, SLA policies and statistics, and what is lost."""

from __future__ import annotations

import pytest

import slaclock as sc
from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors
from slaclock.desks import freshservice

NOW = "2018-04-10T12:00+01:00"


def test_business_hours_are_a_calendar():
    made = freshservice.calendar(documents("freshservice")["business_hours"])
    assert made.value == sc.WorkingCalendar(
        timezone="Europe/London",
        hours={**dict.fromkeys(("mon", "tue", "wed", "thu"), "08:00-17:00"), "fri": "08:00-16:30"},
        holidays={"2018-05-07": "Early May bank holiday", "--12-25": "Christmas Day"},
    )


def test_policies_for_departments_are_a_book():
    finance, general = desk_of("freshservice").value.policy.policies
    assert (finance.name, dict(finance.applies_to)) == ("Finance", {"department": ("42",)})
    assert [str(own.target("Incident", "High")) for own in (finance, general)] == ["2 hours", "6 hours"]
    assert general.targets["Incident"].calendar("Urgent", "resolve") == "always"


def test_tickets_are_due_as_worked_out_by_hand():
    desk = desk_of("freshservice")
    assert judged(desk, NOW) == {
        "1": ("breached", "Mon 09 16:00"),
        "2": ("breached", "Mon 09 12:00"),
        "3": ("breached", "Tue 10 03:00"),
    }
    assert judged(desk, NOW, "respond")["1"] == ("met", "Mon 09 12:00")


def test_what_is_lost_is_named():
    assert lost(desk_of("freshservice")) == [
        "business_hours.0: other business hours; whom they are for is not said, so they are not kept",
        "sla_policies.2.applicable_to.source: the condition on 'source' cannot be said: the SLA policy is left out",
        "sla_policies.0.escalation: who is told of a breach is not kept",
        "tickets.2.status: since when the ticket is pending is not said: it is kept as running",
        "tickets: when tickets were pending is told in sentences alone (activities): no waits are kept",
    ]


@pytest.mark.parametrize(
    ("text", "span"),
    [
        (("12:00 am", "12:00 pm"), "00:00-12:00"),
        (("9:30 AM", "11:59 pm"), "09:30-23:59"),
        (("08:00", "17:00"), "08:00-17:00"),
        (("8:00 pm", "6:00 am"), "20:00-06:00"),
    ],
)
def test_times_of_day(text, span):
    hours = {"monday": dict(zip(("beginning_of_workday", "end_of_workday"), text, strict=True))}
    made = freshservice.calendar([{"time_zone": "London", "service_desk_hours": hours}])
    assert made.value.hours.to_text() == {"mon": [span]}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"sla_policies": [{"sla_targets": [{"priority": 9}]}]}, r"sla_targets\.0\.priority: '9' is no priority"),
        ({"tickets": [{"id": 1, "created_at": "2018-04-09T09:00:00Z", "priority": 0}]}, "'0' is no priority"),
        ({"business_hours": [{"time_zone": "Mars"}]}, r"business_hours\.0: there is no time zone 'Mars'"),
    ],
)
def test_errors_name_the_path(change, said):
    with pytest.raises(errors.SlaClockError, match=said):
        freshservice.desk({**documents("freshservice"), **change})


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    same_by_files("freshservice", tmp_path, NOW, capsys)
