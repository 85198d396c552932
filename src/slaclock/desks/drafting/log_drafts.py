"""The draft of a log: several rows a ticket, each with a state and a time."""

from __future__ import annotations

from typing import NamedTuple

from slaclock.desks.look_alikes import LOOK_ALIKES

from .file_columns import FileColumn, FileColumns
from .pages import Page
from .word_guesses import PolicyWords, event_meaning, meanings, state_meaning

_TICKET = ("ticket", "ticketid", "id", "incident", "case", "caseconceptname", "issue", *LOOK_ALIKES["id"])
_STATE = ("state", "status", "incidentstate", "newstate", "tostate", "newstatus", "tostatus", "statename")
_AT = (
    "at", "changed", "changedat", "changedon", "updated", "updatedat", "updatedon", "sysupdatedat", "sysupdatedon",
    "timestamp", "time", "eventtime", "when", "datetime", "date", "modified", "modifiedat", "enteredat", "entered",
    "timetimestamp",
)  # fmt: skip
_EVENT = ("entry", "event", "eventtype", "entrytype", "action", "activity", "worklogtype", "commenttype")
_RESPONSES = ("inprogress", "workinprogress", "active", "processing", "started")
_FIELDS = ("kind", "priority", "category")


class LogColumns(NamedTuple):
    """The columns of a log: the ticket, its state and when, the opening, and fields of the ticket."""

    ticket: FileColumn
    state: FileColumn
    at: FileColumn
    opened: FileColumn | None
    fields: dict[str, FileColumn]
    event: FileColumn | None

    @property
    def read(self) -> list[FileColumn]:
        """All that are read but the ticket."""
        return [*self.times, self.state, *self.fields.values()]

    @property
    def times(self) -> list[FileColumn]:
        """The columns of times."""
        return [self.at, *([] if self.opened is None else [self.opened])]


def log_columns(file: FileColumns) -> LogColumns | None:
    """The columns of a log; None of a file that seems to be none."""
    tickets = [column for column in file.named(_TICKET) if column.repeats]
    states = file.named(_STATE)
    times = [column for column in file.named(_AT) if column.holds_times(named=True)]
    if not tickets or not states or not times:
        return None
    opened = [column for column in file.named(("opened", "openedat", *LOOK_ALIKES["opened"])) if column != times[0]]
    fields = {name: file.named((name, *LOOK_ALIKES.get(name, ()))) for name in _FIELDS}
    return LogColumns(
        tickets[0],
        states[0],
        times[0],
        next((column for column in opened if column.holds_times(named=True)), None),
        {name: columns[0] for name, columns in fields.items() if columns},
        next((column for column in file.named(_EVENT) if column.words), None),
    )


def draft_log(page: Page, file: FileColumns, log: LogColumns, words: PolicyWords) -> None:
    """The keys and sections of a log's mapping."""
    states = {state: state_meaning(state, words) for state in log.state.words}
    responses = [state for state in states if "".join(state.lower().split()) in _RESPONSES]
    if responses:
        page.put("responded", responses, "entering one of these is the first response")
    page.section("columns")
    page.put("ticket", log.ticket.header)
    page.put("state", log.state.header)
    page.put("at", log.at.header, f"when the state began, such as {log.at.words[0]!r}")
    if log.opened is not None:
        page.put("opened", log.opened.header)
    for name, column in log.fields.items():
        page.put(name, column.header)
    if log.event is not None:
        page.put("event", log.event.header, _seen_in(log.event))
    choices = ("running", "resolved", "closed", *(f"paused: {reason}" for reason in words.reasons))
    page.section("states")
    for state, meaning in states.items():
        if meaning is None:
            page.leave(state, "", f"which? {', '.join(choices)}")
        else:
            page.put(state, meaning)
    unknown = [state for state, meaning in states.items() if meaning is None]
    if unknown:
        page.check(f"[states]: what is meant by {', '.join(map(repr, unknown[:8]))}? One of: {', '.join(choices)}")
    page.check("[states]: are the guesses right? A state that is waiting stops the clock as its reason does")
    page.check(f"[columns]: is {log.at.header!r} when the row's state began?")
    for name in ("kind", "priority"):
        if name in log.fields:
            section = "kinds" if name == "kind" else "priorities"
            page.words(section, meanings(name, log.fields[name].words, words), words.of(name))
    if log.event is not None:
        events = {word: event_meaning(word) for word in log.event.words}
        page.words(
            "events", events, ("asked (by the customer)", "answered (by the desk)", "a name of your own", "none")
        )


def _seen_in(column: FileColumn) -> str:
    return f"says of a row that it is an event, such as {column.words[0]!r}"
