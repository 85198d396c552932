"""Jira Cloud and Jira Service Management: issues with their changelogs and comments, and the cycles of their SLAs.

The shapes are those of https://developer.atlassian.com/cloud/jira/platform/rest/v3/ (issue search with
`expand=changelog`, and statuses) and of https://developer.atlassian.com/cloud/jira/service-desk/rest/api-group-request/
(SLA information). Neither exports the goals and calendars of SLAs: what was agreed for each issue is what they say of
it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros
from slaclock.tickets.tickets import Ticket

from .agreements import open_always, without_targets
from .histories import RESOLVED, RUNNING, Courses, History, paused, tickets_of
from .imported import Desk, Imported, Losses
from .shapes import Shape

FILES = {
    "issues": "GET /rest/api/3/search/jql with expand=changelog, and the fields that this page names",
    "statuses": "GET /rest/api/3/status",
    "sla": "GET /rest/servicedeskapi/request/{key}/sla, in a table by the keys of the issues",
}
"""The files of an export by their names without `.json`, and what each is an answer of."""
WAITING = ("Waiting for customer", "Pending")
"""The statuses of Jira Service Management's own workflows in which an issue waits."""
_CANCELLED = ("canceled", "cancelled")
_MEASURES = {"time to resolution": "resolve", "time to first response": "respond"}
_FIELDS = {"priority": "priority", "issuetype": "kind"}
_KNOWN = ("expand", "id", "self", "renderedFields", "names", "schema")
_KNOWN_FIELDS = (
    "status", "summary", "description", "updated", "resolution", "resolutiondate", "assignee", "creator", "labels",
    "votes", "watches", "workratio", "components", "versions", "fixVersions", "attachment", "issuelinks", "subtasks",
    "worklog", "progress", "aggregateprogress", "statuscategorychangedate", "lastViewed", "environment", "security",
)  # fmt: skip
_NO_GOALS = "Jira exports neither the goals of its SLAs nor their calendars: write targets and hours in sla.toml"


def desk(documents: Mapping[str, object], *, timezone: str | None = None, name: str = "Jira") -> Imported[Desk]:
    """The desk of an export: issues as tickets, and a policy that knows their words and sets no targets."""
    made = tickets(documents.get("issues"), documents.get("statuses"), documents.get("sla"))
    agreed = policy(made.value, timezone=timezone, name=name)
    return Imported(Desk(agreed.value, made.value), (*agreed.lost, *made.lost))


def policy(tickets: Sequence[Ticket], *, timezone: str | None = None, name: str = "Jira") -> Imported[Policy]:
    """The policy for imported issues: always open, without targets, and with the reasons that the issues waited for."""
    losses = Losses()
    losses.add(("sla",), _NO_GOALS)
    reasons = [pause.reason for ticket in tickets for pause in ticket.pauses if pause.reason is not None]
    return Imported(without_targets(tickets, open_always(timezone), name, [*dict.fromkeys(reasons)]), losses.lost)


def tickets(
    issues: object, statuses: object = None, sla: object = None, *, waiting: Sequence[str] = WAITING
) -> Imported[tuple[Ticket, ...]]:
    """The tickets of the answer of an issue search, with the category of each status and the cycles of the SLAs.

    The changelog tells the statuses: those of the category done resolve, those of `waiting` are pauses for that reason,
    a status Canceled cancels. Comments of the reporter are `asked`, public ones of others `answered`. What a cycle of
    "Time to resolution" or "Time to first response" says of its breach is the due date that was agreed for the issue;
    while the cycle is paused its goal is the target.
    """
    losses = Losses()
    document = Shape(issues, ("issues",), losses)
    categories = _categories(Shape(statuses, ("statuses",), losses))
    cycles = Shape(sla, ("sla",), losses)
    listed = list(document.listed("issues")) if document else []
    for issue in listed:
        categories |= _category(issue.way("fields", "status"))
    histories: list[History] = []
    for issue in listed:
        fields = issue.at("fields")
        key = (issue.at("key") if issue.at("key") else issue.at("id")).needed()
        history = History(key, fields.at("created").needed_instant(), issue.path)
        history.values["project"] = fields.way("project", "key").text()
        _follow(history, issue.at("changelog"), fields, [word.lower() for word in waiting], categories)
        _comments(history, fields)
        own = map(fields.at, _slas(fields))
        _agreed(history, [*own, *(cycles.at(key).listed("values") if cycles.at(key) else ())])
        if fields.at("duedate"):
            fields.at("duedate").lose("a date without a time of day is no due instant")
        fields.finish(_KNOWN_FIELDS)
        issue.finish(_KNOWN)
        histories.append(history)
    cycles.finish()
    return Imported(tickets_of(histories), losses.lost)


def _categories(document: Shape) -> dict[str, str]:
    categories: dict[str, str] = {}
    for status in document.listed("values") if document else ():
        categories |= _category(status)
    return categories


def _category(status: Shape) -> dict[str, str]:
    """The key of a status's category by the status's name: new, indeterminate or done."""
    name, key = status.at("name").text(), status.way("statusCategory", "key").text()
    return {} if name is None or key is None else {name.lower(): key}


def _follow(history: History, log: Shape, fields: Shape, waiting: Sequence[str], categories: Mapping[str, str]) -> None:
    courses: Courses = {name: [] for name in ("status", *_FIELDS)}
    for entry in log.at("histories").items():
        at = entry.at("created").needed_instant()
        for item in entry.at("items").items():
            field = (item.at("field").text() or "").lower()
            if field in courses:
                courses[field].append((at, item.at("fromString").text(), item.at("toString").text()))
    total = log.at("total").number()
    if total is not None and total > len(list(log.at("histories").items())):
        log.lose("the changelog is longer than the answer, and the rest is not in it")
    for name, own in _FIELDS.items():
        history.follow(own, fields.way(name, "name").text(), courses[name])
    if history.values["kind"] is None:
        raise fields.at("issuetype").error("the issue's type is missing", "ask for the field issuetype")
    course = sorted(courses["status"], key=lambda change: to_micros(change[0]))
    first = course[0][1] if course else fields.way("status", "name").text()
    for at, _, status in [(history.opened, None, first), *course]:
        word = (status or "").lower()
        if word in _CANCELLED:
            history.given["cancelled"] = max(at, history.opened, key=to_micros)
        elif "cancelled" in history.given:
            del history.given["cancelled"]
        if word not in categories and word not in (*waiting, *_CANCELLED, ""):
            log.losses.add((*log.path, f"status {status!r}"), "its category is not said: it is taken for running")
        done = categories.get(word) == "done" or word in _CANCELLED
        history.state(at, RESOLVED if done else paused(status or "") if word in waiting else RUNNING)


def _comments(history: History, fields: Shape) -> None:
    reporter = fields.way("reporter", "accountId").text()
    for comment in fields.way("comment", "comments").items():
        at, public = comment.at("created").needed_instant(), comment.at("jsdPublic")
        author = comment.way("author", "accountId").text()
        if reporter is not None and author == reporter:
            history.event(at, "asked")
        elif public.value is None or public.flag():
            history.event(at, "answered")


def _slas(fields: Shape) -> list[str]:
    """The fields that hold SLAs, which have a name of their own in every site."""
    table = fields.value if isinstance(fields.value, Mapping) else {}
    return [name for name, part in table.items() if isinstance(part, Mapping) and "completedCycles" in part]


def _agreed(history: History, slas: Sequence[Shape]) -> None:
    agreed: dict[str, object] = {}
    for sla in slas:
        name = sla.at("name").needed()
        measure = _MEASURES.get(name.lower())
        running = sla.at("ongoingCycle")
        cycles = [*sla.at("completedCycles").items(), *([running] if running else [])]
        if measure is None:
            if cycles:
                sla.losses.add((*sla.path[:1], f"{name!r}"), "from when to when this SLA counts is not said")
            continue
        if not cycles:
            continue
        if len(cycles) > 1:
            sla.lose("what was agreed for cycles before the last is not kept")
        last = cycles[-1]
        breach, goal = _when(last.at("breachTime")), last.way("goalDuration", "millis").number()
        if breach is not None and not last.at("paused").flag():
            agreed[measure] = max(breach, history.opened, key=to_micros)
        elif goal is not None and goal >= 0:
            agreed[measure] = f"{goal // 1000} seconds"
            last.at("goalDuration").lose("on which calendar the goal counts is not said")
        stopped = _when(last.at("stopTime"))
        if measure == "respond" and stopped is not None:
            history.given["responded"] = max(stopped, history.opened, key=to_micros)
    history.given["agreed"] = agreed


def _when(date: Shape) -> datetime | None:
    """The instant of a date as Jira Service Management has it, in several forms beside one another."""
    if not date:
        return None
    millis = date.at("epochMillis")
    return millis.epoch() if millis else date.at("iso8601").instant()
