"""GitLab's exports: what becomes of issues, their events and notes, and what is lost."""

from __future__ import annotations

import pytest

from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors
from slaclock.desks import gitlab

NOW = "2018-04-10T12:00Z"


def test_events_tell_the_course():
    first, second = desk_of("gitlab").value.tickets
    assert (first.id, first.kind, first.priority, second.kind) == ("1", "incident", None, "issue")
    # One label is taken off as another is put on: that is one change.
    assert [f"{own.field} {own.to} {own.at:%H:%M}" for own in first.changes] == ["priority 2 09:10", "priority 1 11:00"]
    assert [f"{own.resolved:%H:%M}-{own.reopened:%H:%M}" for own in first.reopenings] == ["15:00-16:00"]
    assert [f"{event.name} {event.at:%H:%M}" for event in first.events] == ["answered 09:20", "asked 16:00"]
    assert [(own.reason, f"{own.start:%H:%M}", own.end) for own in second.pauses] == [
        ("workflow::blocked", "10:00", None)
    ]


def test_no_targets_but_what_a_policy_is_given():
    desk = desk_of("gitlab")
    assert judged(desk, NOW) == {"1": ("no-target", None), "2": ("no-target", None)}
    table = {"resolve": "30 hours", "1": {}, "2": {}}
    own = desk.value.policy.model_copy(update={"targets": {"incident": table, "issue": table}})
    desk = type(desk)(desk.value._replace(policy=own))
    # Six hours until it is closed, an hour between, and the rest: open round the clock.
    assert judged(desk, NOW)["1"] == ("met", "Tue 10 16:00")


def test_what_is_lost_is_named():
    assert lost(desk_of("gitlab")) == [
        "issues: GitLab's API keeps no targets and no hours: write them in sla.toml",
        "issues.0.due_date: a date without a time of day is no due instant",
        "issues.0.milestone.due_date: a date without a time of day is no due instant",
    ]


def test_events_of_other_issues_are_named():
    made = gitlab.desk({**documents("gitlab"), "issues": []})
    assert "notes: there is no issue of the id '501' for some of these" in lost(made)


def test_errors_name_the_path():
    with pytest.raises(errors.SlaClockError, match=r"notes\.0\.created_at: it is missing"):
        gitlab.desk({**documents("gitlab"), "notes": [{"noteable_id": 501}]})


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    same_by_files("gitlab", tmp_path, NOW, capsys)
