"""GitHub's issues, with their timelines.

The shapes are those of https://docs.github.com/en/rest/issues/issues and
https://docs.github.com/en/rest/issues/timeline. GitHub keeps no targets: the due date of an issue's milestone is what
was agreed for it.
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
    "issues": "GET /repos/{owner}/{repo}/issues?state=all",
    "timeline": "GET /repos/{owner}/{repo}/issues/{number}/timeline, in a table by the numbers of the issues",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""
KIND = "issue"
_CANCELLED = ("not_planned", "duplicate")
_CLOSED, _LABELS = {"closed": True, "reopened": False}, {"labeled": True, "unlabeled": False}
_KNOWN = (
    "id", "node_id", "url", "repository_url", "labels_url", "comments_url", "events_url", "html_url", "timeline_url",
    "title", "body", "body_html", "body_text", "state", "state_reason", "locked", "active_lock_reason", "comments",
    "updated_at", "closed_by", "author_association", "reactions", "performed_via_github_app", "assignee", "assignees",
    "draft", "repository", "score", "sub_issues_summary", "issue_dependencies_summary", "parent_issue_url",
    "pinned_comment", "issue_field_values",
)  # fmt: skip
_NO_TARGETS = "GitHub keeps no targets and no hours: write them in sla.toml"


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "GitHub") -> Imported[Desk]:
    """The desk of an export: issues as tickets, and a policy that knows their words and sets no targets."""
    made = tickets(documents.get("issues"), documents.get("timeline"))
    agreed = policy(made.value, timezone=timezone, name=name)
    return Imported(Desk(agreed.value, made.value), (*agreed.lost, *made.lost))


def policy(tickets: Sequence[Ticket], *, timezone: str | None = None, name: str = "GitHub") -> Imported[Policy]:
    """The policy for imported issues: always open, without targets, and with the labels for which they waited."""
    losses = Losses()
    losses.add(("issues",), _NO_TARGETS)
    reasons = [pause.reason for ticket in tickets for pause in ticket.pauses if pause.reason is not None]
    return Imported(without_targets(tickets, open_always(timezone), name, [*dict.fromkeys(reasons)]), losses.lost)


def tickets(
    issues: object, timeline: object = None, *, waiting: Sequence[str] = WAITING
) -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answer with issues, and of their timelines.

    A label such as `P1` or `priority: high` is the priority, one of `waiting` a pause. An issue that is closed as not
    planned or as a duplicate is cancelled. A comment of the author is `asked`, one of another `answered`, and the due
    date of the milestone is agreed for the resolution. Pull requests are left out.
    """
    losses = Losses()
    document = Shape(issues, ("issues",), losses)
    lines = Shape(timeline, ("timeline",), losses)
    histories: list[History] = []
    for part in document.listed("items") if document else ():
        if part.at("pull_request"):
            part.at("pull_request").lose("a pull request is no ticket, and is left out")
            continue
        number = part.at("number").needed()
        made = History(number, part.at("created_at").needed_instant(), part.path, {"kind": KIND})
        if part.at("type"):
            made.values["kind"] = part.way("type", "name").text() or KIND
        labels = [_label(label) for label in part.at("labels").items()]
        line = lines.at(number) if lines else None
        events = None if line is None or line.value is None else list(line.items())
        _follow(made, part, labels, events, waiting)
        due = part.way("milestone", "due_on").instant() if part.at("milestone") else None
        if due is not None:
            made.given["agreed"] = {"resolve": max(due, made.opened, key=to_micros)}
        part.finish(_KNOWN)
        histories.append(made)
    lines.finish()
    return Imported(tickets_of(histories), losses.lost)


def _label(label: Shape) -> str:
    return label.needed() if isinstance(label.value, str) else label.at("name").needed()


def _follow(
    made: History, part: Shape, labels: Sequence[str], events: Sequence[Shape] | None, waiting: Sequence[str]
) -> None:
    closed = part.at("closed_at").instant()
    reason, author = part.at("state_reason").text(), part.way("user", "login").text()
    labellings: list[Labelling] = []
    closings: list[tuple[datetime, bool]] = []
    for event in events or ():
        kind = event.at("event").text()
        if kind in _LABELS:
            at = event.at("created_at").needed_instant()
            labellings.append((at, event.way("label", "name").needed(), _LABELS[kind]))
        elif kind in _CLOSED:
            closings.append((event.at("created_at").needed_instant(), _CLOSED[kind]))
        elif kind == "commented":
            writer = event.way("user", "login").text() if event.at("user") else event.way("actor", "login").text()
            made.event(event.at("created_at").needed_instant(), "asked" if writer == author else "answered")
    if closed is not None and not any(is_closed for _, is_closed in closings):
        closings.append((closed, True))
    if events is None:
        part.lose("its timeline is not exported: labels are taken for old, and comments are not known")
    if reason in _CANCELLED and closed is not None:
        made.given["cancelled"] = max(closed, made.opened, key=to_micros)
    follow_labels(made, labels, labellings, closings, waiting)
