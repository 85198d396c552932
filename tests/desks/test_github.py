"""GitHub's exports: what becomes of issues and their timelines, and what is lost; and how labels are read."""

from __future__ import annotations

import pytest

from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors
from slaclock.desks import github
from slaclock.desks.labels import priority_of

NOW = "2018-04-10T12:00Z"


def test_issues_are_due_by_their_milestones():
    desk = desk_of("github")
    assert judged(desk, NOW) == {
        "7": ("breached", "Tue 10 09:00"),
        "8": ("no-target", None),
        "10": ("cancelled", None),
    }
    assert judged(desk, "2018-04-09T13:00Z")["7"] == ("running", "Tue 10 09:00")


def test_the_timeline_tells_the_course():
    first, second, third = desk_of("github").value.tickets
    assert (first.kind, first.priority, third.kind, third.priority) == ("issue", None, "Feature", "P3")
    assert [f"{own.field} {own.to} {own.at:%H:%M}" for own in first.changes] == ["priority high 09:10"]
    assert [f"{own.reason} {own.start:%H:%M}-{own.end:%H:%M}" for own in first.pauses] == ["blocked 10:00-12:00"]
    assert [(own.reason, own.end) for own in second.pauses] == [("needs-info", None)]
    assert [f"{own.resolved:%H:%M}-{own.reopened:%H:%M}" for own in first.reopenings] == ["15:00-16:00"]
    assert [event.name for event in first.events] == ["answered", "asked"]


def test_what_is_lost_is_named():
    assert lost(desk_of("github")) == [
        "issues: GitHub keeps no targets and no hours: write them in sla.toml",
        "issues.1: its timeline is not exported: labels are taken for old, and comments are not known",
        "issues.2.pull_request: a pull request is no ticket, and is left out",
    ]


def test_other_labels_may_wait():
    made = github.tickets(*(documents("github")[name] for name in ("issues", "timeline")), waiting=["bug"])
    assert [pause.reason for pause in made.value[0].pauses] == ["bug"] * 2  # until it is closed, and from its reopening


@pytest.mark.parametrize(
    ("label", "priority"),
    [
        ("P0", "P0"), ("p2", "p2"), ("priority: high", "high"), ("Priority/critical", "critical"), ("priority::1", "1"),
        ("prio-low", "low"), ("P12", None), ("top priority", None), ("bug", None),
    ],
)  # fmt: skip
def test_labels_of_priorities(label, priority):
    assert priority_of(label) == priority


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"issues": [{"number": 1}]}, r"issues\.0\.created_at: it is missing"),
        ({"timeline": {"7": [{"event": "closed"}]}}, r"timeline\.7\.0\.created_at: it is missing"),
    ],
)
def test_errors_name_the_path(change, said):
    with pytest.raises(errors.SlaClockError, match=said):
        github.desk({**documents("github"), **change})


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    same_by_files("github", tmp_path, NOW, capsys)
