"""The draft of a log: several rows a ticket, each with a time and a state, or with a field that changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

from slaclock.desks.look_alikes import LOOK_ALIKES
from slaclock.desks.mappings import ALL_OTHERS, IGNORE, REASON, STATE
from slaclock.policy.attributes import FIELDS, plain_name
from slaclock.temporal.time_looks import stands_for_nothing

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
_FIELD = ("field", "fieldname", "attribute", "fieldlabel", "attributename", "property")
_OLD = ("fromstring", "old", "oldvalue", "valuefrom", "from", "oldstring", "previousvalue", "before")
_NEW = ("tostring", "new", "newvalue", "valueto", "to", "newstring", "currentvalue", "after")
_AT_OF_CHANGES = (*_AT, "created", "createdat", "createdon", "syscreatedon", "datemod", "changedate")
_OPENED = ("opened", "openedat", "issuecreated", "ticketcreated", "issueopened", "ticketopened", *LOOK_ALIKES["opened"])
_REASON = ("reason", "holdreason", "onholdreason", "pendingreason")
_MANY = 8


class LogColumns(NamedTuple):
    """The columns of a log: the ticket, when, its state or a changed field, the opening, and fields of the ticket."""

    ticket: FileColumn
    at: FileColumn
    opened: FileColumn | None
    states: dict[str, FileColumn]
    fields: dict[str, FileColumn]
    event: FileColumn | None

    @property
    def read(self) -> list[FileColumn]:
        """All that are read but the ticket."""
        return [*self.times, *self.states.values(), *self.fields.values()]

    @property
    def times(self) -> list[FileColumn]:
        """The columns of times."""
        return [self.at, *([] if self.opened is None else [self.opened])]


def log_columns(file: FileColumns) -> LogColumns | None:
    """The columns of a log; None of a file that seems to be none."""
    tickets = [column for column in file.named((*_TICKET, "documentkey", "oid", "itemsid")) if column.repeats]
    changes = {name: file.named(names) for name, names in (("field", _FIELD), ("old", _OLD), ("new", _NEW))}
    of_changes = bool(changes["field"] and changes["new"])
    states = changes if of_changes else {STATE: file.named(_STATE), REASON: file.named(_REASON)}
    own = {name: columns[0] for name, columns in states.items() if columns}
    named = file.named(_AT_OF_CHANGES if of_changes else _AT)
    times = [column for column in named if column.holds_times(named=True)]
    if not tickets or not times or (not of_changes and STATE not in own):
        return None
    opened = [column for column in file.named(_OPENED) if column != times[0] and column.holds_times(named=True)]
    fields = {name: file.named((name, *LOOK_ALIKES.get(name, ()))) for name in ("kind", "priority", "category")}
    return LogColumns(
        tickets[0],
        times[0],
        next(iter(opened), None),
        own,
        # A change may have a type of its own.
        {} if of_changes else {name: columns[0] for name, columns in fields.items() if columns},
        None if of_changes else next((column for column in file.named(_EVENT) if column.words), None),
    )


def draft_log(page: Page, file: FileColumns, log: LogColumns, words: PolicyWords, attributes: Collection[str]) -> None:
    """The keys and sections of a log's mapping."""
    changed = _changed_fields(log, attributes)
    texts = _texts(file, log, changed)
    states = {
        state: state_meaning(state, words, reasons=REASON in log.states or REASON in changed.values())
        for state in texts.get(STATE, ())
    }
    responses = [state for state in states if "".join(state.lower().split()) in _RESPONSES]
    if responses:
        page.put("responded", responses, "entering one of these is the first response")
    read = {column.header for column in (log.ticket, *log.read, *([] if log.event is None else [log.event]))}
    if others := [column.header for column in file.columns if column.header not in read]:
        page.put_list("ignore", others)
    page.section("columns")
    page.put("ticket", log.ticket.header)
    for name, column in log.states.items():
        page.put(name, column.header)
    what = "state began" if STATE in log.states else "field changed"
    page.put("at", log.at.header, f"when the {what}, such as {log.at.words[0]!r}")
    if log.opened is not None:
        page.put("opened", log.opened.header)
    for name, column in log.fields.items():
        page.put(name, column.header)
    if log.event is not None:
        page.put("event", log.event.header, _seen_in(log.event))
    if "field" in log.states:
        _put_fields(page, log.states["field"], changed)
    _put_states(page, states, words)
    page.check(f"[columns]: is {log.at.header!r} when the row's {what}?")
    if log.opened is None and "field" in log.states:
        page.check("[columns]: no column says when the ticket opened; give it, or a file of tickets beside the log")
    for name, section in (("kind", "kinds"), ("priority", "priorities"), (REASON, "reasons")):
        if name in texts:
            page.words(section, meanings(name, texts[name], words), words.of(name))
    if log.event is not None:
        events = {word: event_meaning(word) for word in log.event.words}
        page.words(
            "events", events, ("asked (by the customer)", "answered (by the desk)", "a name of your own", "none")
        )


def _changed_fields(log: LogColumns, attributes: Iterable[str]) -> dict[str, str]:
    """What the fields that changed may be, as far as that is known."""
    column = log.states.get("field")
    if column is None:
        return {}
    names = {STATE: (*_STATE, "stateid", "statusid"), REASON: _REASON}
    names |= {name: (name, *LOOK_ALIKES.get(name, ()), f"{name}id") for name in FIELDS}
    names |= {name: (plain_name(name),) for name in attributes}
    known = {plain: name for name, several in reversed(names.items()) for plain in several}
    return {field: known[plain] for field in column.words if (plain := plain_name(field)) in known}


def _texts(file: FileColumns, log: LogColumns, changed: Mapping[str, str]) -> dict[str, list[str]]:
    """The words of states, reasons and fields, by what they are of."""
    if "field" not in log.states:
        return {name: list(column.words) for name, column in (log.states | log.fields).items()}
    values = file.texts_by(log.states["field"], [log.states[name] for name in ("old", "new") if name in log.states])
    texts: dict[str, list[str]] = {}
    for field, name in changed.items():
        texts.setdefault(name, []).extend(text for text in values[field] if not stands_for_nothing(text))
    return texts


def _put_fields(page: Page, column: FileColumn, changed: Mapping[str, str]) -> None:
    """What the fields are; those that are of no matter are left aside."""
    page.section("fields")
    for field, name in changed.items():
        page.put(field, name)
    others = [field for field in column.words if field not in changed]
    some = ", ".join(map(repr, others[:_MANY])) + (f" and {len(others) - _MANY} more" if len(others) > _MANY else "")
    page.put(ALL_OTHERS, IGNORE, f"all others, such as {some}" if others else "all others")
    if STATE not in changed.values():
        page.check(f"[fields]: which of these is the state? {some or 'none is left'}")
    elif others:
        page.check(f"[fields]: are the guesses right? These are left aside: {some}")
    else:
        page.check("[fields]: are the guesses right?")


def _put_states(page: Page, states: Mapping[str, str | None], words: PolicyWords) -> None:
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


def _seen_in(column: FileColumn) -> str:
    return f"says of a row that it is an event, such as {column.words[0]!r}"
