"""Jira's exports: what becomes of changelogs, comments and the cycles of SLAs, and what is lost."""

from __future__ import annotations

import pytest

from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors
from slaclock.desks import jira

NOW = "2018-04-10T12:00+01:00"


def test_issues_are_due_when_their_cycles_say():
    desk = desk_of("jira", timezone="Europe/London")
    assert judged(desk, NOW) == {
        "IT-1": ("breached", "Mon 09 15:00"),
        "IT-2": ("paused", None),
        "IT-3": ("cancelled", None),
    }
    assert judged(desk, "2018-04-09T10:45+01:00")["IT-2"] == ("running", "Mon 09 18:00")  # eight hours that never close
    assert judged(desk, NOW, "respond")["IT-1"] == ("met", "Mon 09 10:30")


def test_the_changelog_tells_the_course_whatever_its_order():
    first, second, third = desk_of("jira").value.tickets
    assert (first.kind, first.priority, first.attributes) == ("Incident", "Medium", {"project": "IT"})
    assert [f"{own.field} {own.to} {own.at:%H:%M}" for own in first.changes] == ["priority High 10:10"]
    assert [f"{pause.reason} {pause.start:%H:%M}-{pause.end:%H:%M}" for pause in first.pauses] == [
        "Waiting for customer 11:00-12:00"
    ]
    assert [f"{event.name} {event.at:%H:%M}" for event in first.events] == ["answered 10:20", "asked 11:30"]
    assert f"{first.resolved:%H:%M}" == "15:30"
    assert second.pauses[0].end is None
    assert [f"{own.resolved:%H:%M}-{own.reopened:%H:%M}" for own in third.reopenings] == ["11:00-12:00"]
    assert f"{third.cancelled:%H:%M}" == "13:00"


def test_what_is_lost_is_named():
    assert lost(desk_of("jira")) == [
        "sla: Jira exports neither the goals of its SLAs nor their calendars: write targets and hours in sla.toml",
        "sla.'Time to close after resolution': from when to when this SLA counts is not said",
        "issues.1.changelog.status 'Open': its category is not said: it is taken for running",
        "issues.1.fields.customfield_10030.ongoingCycle.goalDuration: on which calendar the goal counts is not said",
        "issues.2.fields.duedate: a date without a time of day is no due instant",
    ]


def test_other_statuses_may_wait():
    made = jira.tickets(documents("jira")["issues"], waiting=["Waiting for support"])
    assert [pause.reason for pause in made.value[0].pauses] == ["Waiting for support"] * 2


def test_a_cut_changelog_and_a_missing_type_are_said():
    [issue] = documents("jira")["issues"]["issues"][:1]
    cut = {**issue, "changelog": {**issue["changelog"], "total": 9}}
    assert "issues.0.changelog: the changelog is longer than the answer, and the rest is not in it" in lost(
        jira.tickets([cut])
    )
    bare = {**issue, "fields": {**issue["fields"], "issuetype": None}}
    with pytest.raises(errors.ModelError, match=r"issues\.0\.fields\.issuetype: the issue's type is missing"):
        jira.tickets([bare])


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    printed = same_by_files("jira", tmp_path, NOW, capsys, "--timezone", "Europe/London")
    assert "reopenings.csv" in printed[-2]
