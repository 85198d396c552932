"""Zammad's exports: what becomes of calendars, SLAs, history and articles, and what is lost."""

from __future__ import annotations

import pytest

import slaclock as sc
from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors
from slaclock.desks import zammad

NOW = "2018-04-10T12:00+01:00"


def test_a_calendar_is_one():
    made = zammad.calendar(documents("zammad")["calendars"][0])
    assert made.value == sc.WorkingCalendar(
        timezone="Europe/London",
        hours={
            "mon": ["08:00-12:00", "13:00-17:00"],
            **dict.fromkeys(("tue", "wed", "thu"), "08:00-17:00"),
            "fri": "08:00-16:30",
        },
        holidays={"2018-05-07": "Early May bank holiday"},
    )
    assert made.lost == ()


def test_the_first_sla_by_name_that_fits_holds():
    policy = desk_of("zammad").value.policy
    assert [str(policy.target("ticket", "3 high", measure)) for measure in ("respond", "reply", "resolve")] == [
        "30 minutes", "1 hour", "4 hours",
    ]  # fmt: skip
    assert str(policy.target("ticket", "2 normal")) == "8 hours"
    assert policy.target_of("ticket", "2 normal", "reply") is None
    # The high one comes first by its name, so that its calendar is the main one.
    assert policy.targets["ticket"].calendar("2 normal", "resolve") == "london-desk-2"
    assert policy.stops("waiting for parts", "resolve")


def test_tickets_are_due_as_worked_out_by_hand():
    desk = desk_of("zammad")
    assert judged(desk, NOW) == {
        "11": ("met", "Tue 10 11:00"),  # two hours round the clock, a wait until Tuesday 09:00, and two more
        "12": ("met", "Tue 10 10:00"),  # six hours on Monday, with a closed noon, and two on Tuesday
        "13": ("breached", "Tue 10 10:00"),
        "14": ("cancelled", None),
    }
    assert judged(desk, NOW, "respond")["11"] == ("met", "Mon 09 10:30")


def test_history_and_articles_tell_the_course():
    first = desk_of("zammad").value.tickets[0]
    assert (first.priority, first.attributes) == ("2 normal", {"group": "4", "organization": "5", "owner": "2"})
    assert [f"{own.field} {own.to}" for own in first.changes] == ["priority 3 high", "group 1"]
    assert [f"{own.reason} {own.start:%d %H:%M}-{own.end:%d %H:%M}" for own in first.pauses] == [
        "waiting for parts 09 11:00-10 08:00"
    ]
    assert [event.name for event in first.events] == ["asked", "answered"]


def test_what_is_lost_is_named():
    assert lost(desk_of("zammad")) == [
        "slas.2.condition.customer.vip: the condition on 'customer.vip' cannot be said: the SLA is left out",
        "slas.0.condition.ticket.state_id: the condition on the state is not kept: the SLA counts in every state",
        "tickets.2.state: since when the ticket is so is not said without its history: it is kept as running",
    ]


def test_conditions_of_later_releases_and_groups():
    calendars = documents("zammad")["calendars"]
    group = {"name": "ticket.group_id", "operator": "is", "value": ["7"]}
    high = {"name": "ticket.priority_id", "operator": "is", "value": ["3"]}
    both, either = ({"operator": word, "conditions": [group, high]} for word in ("AND", "OR"))
    slas = [
        {"name": "A", "calendar_id": 1, "solution_time": 60, "condition": both},
        {"name": "B", "calendar_id": 1, "solution_time": 120, "update_time": 30, "condition": {}},
        {"name": "C", "calendar_id": 1, "solution_time": 5, "condition": either},
    ]
    made = zammad.policy(slas, calendars)
    first, general = made.value.policies
    assert (first.name, dict(first.applies_to)) == ("A", {"group": ("7",)})
    assert [str(first.target("ticket", name)) for name in ("3 high", "1 low")] == ["1 hour", "2 hours"]
    assert first.target_of("ticket", "3 high", "update") is None  # the first SLA that fits is the only one
    assert str(general.target("ticket", "3 high")) == "2 hours"
    assert lost(made) == ["slas.2.condition: a choice of conditions cannot be said: the SLA is left out"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"slas": [{"calendar_id": 9, "condition": {}}]}, r"slas\.0\.calendar_id: there is no calendar '9'"),
        ({"tickets": [{"id": 1, "created_at": "x"}]}, r"tickets\.0\.created_at: 'x' is not a date"),
        (
            {"tickets": [{"id": 1, "created_at": "2018-04-09T09:00:00Z", "state": "odd"}]},
            "the state 'odd' is not known",
        ),
    ],
)
def test_errors_name_the_path(change, said):
    with pytest.raises(errors.SlaClockError, match=said):
        zammad.desk({**documents("zammad"), **change})


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    same_by_files("zammad", tmp_path, NOW, capsys)
