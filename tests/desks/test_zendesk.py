"""Zendesk's exports: what becomes of schedules, SLA policies, audits and metric events, and what is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors, strategies
from slaclock.desks import zendesk

NOW = "2018-04-10T13:00+01:00"


def test_a_schedule_is_a_calendar():
    made = zendesk.calendar(documents("zendesk")["schedules"], documents("zendesk")["holidays"])
    assert made.value == sc.WorkingCalendar(
        timezone="Europe/London",
        hours={**dict.fromkeys(("mon", "tue", "wed", "thu"), "08:00-17:00"), "fri": "08:00-16:30"},
        holidays={"2018-03-30/2018-04-02": "Easter", "2018-05-07": "Early May bank holiday"},
    )
    assert [entry.path for entry in made.lost] == [("schedules", 1)]


def test_one_schedule_alone_or_none():
    one = {"schedule": documents("zendesk")["schedules"]["schedules"][1]}
    assert zendesk.calendar(one).value.timezone == "America/New_York"
    assert zendesk.calendar(one, timezone="Tokyo").value.timezone == "Asia/Tokyo"
    made = zendesk.calendar(None, timezone="Europe/Madrid")
    assert made.value.hours.to_text()["sun"] == ["00:00-24:00"]
    assert lost(made) == ["schedules: there is no schedule: the desk is taken for one that is always open"]


def test_the_first_policy_that_fits_holds():
    policy = desk_of("zendesk").value.policy
    assert str(policy.target("incident", "high")) == "6 hours"
    assert policy.target_of("incident", "normal", "resolve") is None
    assert policy.targets["incident"].calendar("urgent", "respond") == "always"
    assert str(policy.target("question", "normal")) == "48 hours"
    assert policy.pauses == {"pending": ("resolve", "agent_work_time"), "hold": ("agent_work_time",)}


def test_what_is_lost_is_named():
    assert lost(desk_of("zendesk"))[1:] == [
        "sla_policies.2.filter.all.0: the condition on 'current_tags' cannot be said: the SLA policy is left out",
        "tickets.*.status: since when the ticket is so is not said without its audits: it is kept as running (2 times)",
        "tickets.2.due_at: Zendesk keeps due dates for tasks alone, and it is not one",
    ]


def test_tickets_are_due_as_worked_out_by_hand():
    desk = desk_of("zendesk")
    assert judged(desk, NOW) == {
        "101": ("breached", "Tue 10 10:00"),  # five hours on Monday until it waits, and one from Tuesday 09:00
        "102": ("breached", "Mon 09 12:30"),
        "103": ("breached", "Sun 08 15:00"),
        "104": ("no-target", None),
    }
    assert judged(desk, NOW, "respond")["101"] == ("met", "Mon 09 11:00")  # by the priority that it then had
    assert judged(desk, NOW, "respond")["102"] == ("met", "Mon 09 10:30")
    assert judged(desk, NOW, "reply")["101"] == ("met", "Tue 10 11:00")
    assert judged(desk, NOW, "agent_work_time")["101"] == ("breached", "Mon 09 15:00")


def test_audits_tell_the_whole_course():
    ticket = desk_of("zendesk").value.tickets[0]
    assert ticket.priority == "normal"
    assert [(change.field, change.to) for change in ticket.changes] == [("priority", "high")]
    assert [event.name for event in ticket.events] == ["asked", "answered", "asked", "answered"]
    assert ticket.attributes == {"organization": "7", "group": "5", "brand": "1", "form": "2"}


def test_metric_events_tell_waits():
    ticket = desk_of("zendesk").value.tickets[1]
    assert [f"{pause.reason} {pause.start:%H:%M}" for pause in ticket.pauses] == ["pending 09:30", "hold 10:30"]


def policy(number: int, **fields: object) -> dict[str, object]:
    metric = {"priority": "high", "metric": "requester_wait_time", "target": number * 60, "business_hours": True}
    return {"title": f"P{number}", "position": number, "policy_metrics": [metric], **fields}


def condition(field: str, value: object) -> dict[str, object]:
    return {"all": [{"field": field, "operator": "is", "value": value}], "any": []}


def test_policies_for_organizations_are_a_book():
    calendar = zendesk.calendar(documents("zendesk")["schedules"]).value
    given_policies = [
        policy(1, filter=condition("organization_id", 7)), policy(2, filter=condition("type", "incident")), policy(3),
    ]  # fmt: skip
    made = zendesk.policy({"sla_policies": given_policies}, calendar)
    assert made.lost == ()
    assert [(own.name, dict(own.applies_to)) for own in made.value.policies] == [
        ("P1", {"organization": ("7",)}), ("Zendesk", {}),
    ]  # fmt: skip
    targets = [str(own.target(kind, "high")) for own in made.value.policies for kind in ("incident", "problem")]
    assert targets == ["1 hour", "1 hour", "2 hours", "3 hours"]


def test_a_merged_and_a_deleted_ticket_are_cancelled():
    ticket = {"id": 1, "created_at": "2018-04-09T09:00:00Z", "requester_id": 2, "status": "closed", "priority": "high"}
    closing = {"type": "Change", "field_name": "status", "value": "closed", "previous_value": "open"}
    audit = {"ticket_id": 1, "created_at": "2018-04-09T10:00:00Z", "author_id": 3, "events": [closing]}
    [merged] = zendesk.tickets([ticket], [{**audit, "via": {"source": {"rel": "merge"}}}]).value
    assert merged.cancelled == merged.resolved
    [deleted] = zendesk.tickets([{**ticket, "status": "deleted", "updated_at": "2018-04-09T11:00:00Z"}]).value
    assert f"{deleted.cancelled:%H:%M}" == "11:00"


def test_one_page_of_several_is_noted():
    made = zendesk.tickets({"tickets": [], "next_page": "https://desk.example/api/v2/tickets?page=2"})
    assert lost(made) == ["tickets.next_page: the file is one page of several, and the others are not in it"]


BACKWARD = {"time_zone": "London", "intervals": [{"start_time": 9, "end_time": 8}]}
ODD = {"id": 1, "created_at": "2018-04-09T09:00:00Z", "status": "odd"}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"schedules": BACKWARD}, "schedules.intervals.0: 9 to 8 is no interval"),
        ({"schedules": {"time_zone": "Lundon"}}, "schedules.time_zone: there is no time zone 'Lundon'"),
        ({"tickets": [{"id": 1}]}, "tickets.0.created_at: it is missing"),
        ({"tickets": {"users": []}}, "tickets: there is no list 'tickets'"),
        ({"tickets": [ODD]}, "tickets.0.status: the status 'odd'"),
        ({"tickets": [{**ODD, "status": "new"}] * 2}, "tickets.1: the ticket '1' stands twice"),
    ],
)
def test_errors_name_the_path(change, said):
    with pytest.raises(errors.SlaClockError) as caught:
        zendesk.desk({**documents("zendesk"), "audits": None, "metric_events": None, **change})
    assert str(caught.value).startswith(said)
    assert caught.value.remedy


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    printed = same_by_files("zendesk", tmp_path, NOW, capsys)
    assert printed[-2].startswith("wrote sla.toml, tickets.csv, pauses.csv, changes.csv, messages.csv to ")
    assert [line.removeprefix("lost: ") for line in printed[:-2]] == lost(desk_of("zendesk"))


WHOLE_MINUTES = strategies.weeks().map(lambda week: sc.WorkingCalendar(timezone="Europe/London", hours=week))


@given(WHOLE_MINUTES)
def test_hours_go_to_intervals_and_back(calendar):
    try:
        out = zendesk.intervals(calendar)
    except errors.ModelError as error:
        assert "whole minutes" in str(error)
        return
    back = zendesk.calendar({"time_zone": "London", "intervals": out.value}).value
    start, end = "2018-01-01T00:00Z", "2018-01-22T00:00Z"
    assert list(back.spans(start, end)) == list(calendar.spans(start, end))
    assert out.lost or back == calendar
    assert all(span["start_time"] // 1440 == (span["end_time"] - 1) // 1440 for span in out.value)


@given(st.sampled_from(["holidays", "special", "closed", "cutoff"]))
def test_what_intervals_do_not_say_is_lost(name):
    given_fields = {
        "holidays": ["2018-05-07"], "special": {"2018-05-08": []}, "closed": {"2018-05-09": "12:00-13:00"},
        "cutoff": "15:00",
    }  # fmt: skip
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours={"mon": "09:00-17:00"}, **{name: given_fields[name]})
    assert [entry.path for entry in zendesk.intervals(calendar).lost] == [(name,)]
