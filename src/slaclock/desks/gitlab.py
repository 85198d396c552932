"""GitLab's issues, with the events of their states and labels, and their notes.

The shapes are those of https://docs.gitlab.com/api/issues/, https://docs.gitlab.com/api/resource_state_events/,
https://docs.gitlab.com/api/resource_label_events/ and https://docs.gitlab.com/api/notes/. GitLab's API keeps no
targets, and due dates without a time of day.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros
from slaclock.tickets.tickets import Ticket

from .agreements import open_always, without_targets
from .histories import History, tickets_of
from .imported import Desk, Imported, Losses
from .labels import WAITING, Labelling, follow_labels
from .shapes import Shape

FILES = {
    "issues": "GET /api/v4/projects/{id}/issues",
    "resource_state_events": "GET /api/v4/projects/{id}/issues/{iid}/resource_state_events, of all issues in one list",
    "resource_label_events": "GET /api/v4/projects/{id}/issues/{iid}/resource_label_events, of all issues in one list",
    "notes": "GET /api/v4/projects/{id}/issues/{iid}/notes, of all issues in one list",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""
_CLOSED, _LABELS = {"closed": True, "reopened": False}, {"add": True, "remove": False}
_KNOWN = (
    "project_id", "title", "description", "state", "updated_at", "closed_by", "assignees", "assignee", "type",
    "user_notes_count", "merge_requests_count", "upvotes", "downvotes", "confidential", "discussion_locked", "web_url",
    "time_stats", "task_completion_status", "weight", "blocking_issues_count", "has_tasks", "task_status", "_links",
    "references", "moved_to_id", "imported", "imported_from", "service_desk_reply_to", "epic_iid", "epic", "iteration",
    "health_status", "subscribed", "severity", "start_date",
)  # fmt: skip
_NO_TARGETS = "GitLab's API keeps no targets and no hours: write them in sla.toml"
_NO_TIME = "a date without a time of day is no due instant"


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "GitLab") -> Imported[Desk]:
    """The desk of an export: issues as tickets, and a policy that knows their words and sets no targets."""
    events = (documents.get(table) for table in ("resource_state_events", "resource_label_events", "notes"))
    made = tickets(documents.get("issues"), *events)
    agreed = policy(made.value, timezone=timezone, name=name)
    return Imported(Desk(agreed.value, made.value), (*agreed.lost, *made.lost))


def policy(tickets: Sequence[Ticket], *, timezone: str | None = None, name: str = "GitLab") -> Imported[Policy]:
    """The policy for imported issues: always open, without targets, and with the labels for which they waited."""
    losses = Losses()
    losses.add(("issues",), _NO_TARGETS)
    reasons = [pause.reason for ticket in tickets for pause in ticket.pauses if pause.reason is not None]
    return Imported(without_targets(tickets, open_always(timezone), name, [*dict.fromkeys(reasons)]), losses.lost)


def tickets(
    issues: object,
    resource_state_events: object = None,
    resource_label_events: object = None,
    notes: object = None,
    *,
    waiting: Sequence[str] = WAITING,
) -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answer with issues, of their events and of their notes.

    The type of an issue is its kind; a label such as `priority::1` or `P1` the priority, one of `waiting` a pause. A
    note of the author is `asked`, one of another that is not internal `answered`. An issue that was moved or is a
    duplicate is closed as any other. Events are found by the issue's id, notes by its id or number.
    """
    losses = Losses()
    document = Shape(issues, ("issues",), losses)
    states = _by_issue(Shape(resource_state_events, ("resource_state_events",), losses), "resource_id")
    labels = _by_issue(Shape(resource_label_events, ("resource_label_events",), losses), "resource_id")
    said = _by_issue(Shape(notes, ("notes",), losses), "noteable_id")
    histories: list[History] = []
    for part in document.listed("issues") if document else ():
        key, number = part.at("id").needed(), part.at("iid").needed()
        made = History(number, part.at("created_at").needed_instant(), part.path)
        made.values["kind"] = part.at("issue_type").text() or "issue"
        closings = [
            (event.at("created_at").needed_instant(), _CLOSED[state])
            for event in states.pop(key, ())
            if (state := event.at("state").text()) in _CLOSED
        ]
        closed = part.at("closed_at").instant()
        if closed is not None and not any(is_closed for _, is_closed in closings):
            closings.append((closed, True))
        labellings = [event for entry in labels.pop(key, ()) if (event := _labelling(entry)) is not None]
        now = [_label(label) for label in part.at("labels").items()]
        follow_labels(made, now, labellings, closings, waiting)
        author = part.way("author", "id").text()
        for note in said.pop(key, ()):
            _say(made, note, author)
        for place in (part.at("due_date"), part.way("milestone", "due_date") if part.at("milestone") else None):
            if place:
                place.lose(_NO_TIME)
        part.finish(_KNOWN)
        histories.append(made)
    for name, left in (("resource_state_events", states), ("resource_label_events", labels), ("notes", said)):
        for key in left:
            losses.add((name,), f"there is no issue of the id {key!r} for some of these")
    return Imported(tickets_of(histories), losses.lost)


def _by_issue(document: Shape, name: str) -> dict[str, list[Shape]]:
    records: dict[str, list[Shape]] = {}
    for part in document.listed("items") if document else ():
        records.setdefault(part.at(name).needed(), []).append(part)
    return records


def _label(label: Shape) -> str:
    return label.needed() if isinstance(label.value, str) else label.at("name").needed()


def _labelling(event: Shape) -> Labelling | None:
    action, at = event.at("action").text(), event.at("created_at").needed_instant()
    if action not in _LABELS or not event.at("label"):
        return None  # of a label that is no more
    return at, event.way("label", "name").needed(), _LABELS[action]


def _say(made: History, note: Shape, author: str | None) -> None:
    at: datetime = note.at("created_at").needed_instant()
    hidden = note.at("system").flag() or note.at("internal").flag() or note.at("confidential").flag()
    if hidden or to_micros(at) < to_micros(made.opened):
        return
    made.event(at, "asked" if author is not None and note.way("author", "id").text() == author else "answered")
