"""The fold of an event log into tickets."""

from __future__ import annotations

import csv
import random
import sqlite3
import sys
from collections import Counter
from contextlib import closing
from datetime import datetime
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at, with_rules
from slaclock import errors

LOG = Path(__file__).resolve().parents[2] / "shared" / "data" / "servicenow_incident_event_log.csv"
EXAMPLES = Path(str(sys.modules["slaclock"].__file__)).parent / "example"

MAPPING = {
    "columns": {"ticket": "id", "state": "state", "at": "at", "priority": "priority"},
    "states": {
        "New": "running",
        "Active": "running",
        "Vendor": "paused: third_party",
        "User": "paused: user",
        "Resolved": "resolved",
        "Closed": "closed",
    },
    "timezone": "Europe/London",
    "priorities": {"2 - High": "P2"},
}


def fold(*rows: tuple[str, str], priority: str = "2 - High", **changes: object) -> sc.Ticket:
    cells = [{"id": "A", "state": state, "at": f"2018-04-{when}", "priority": priority} for state, when in rows]
    [ticket] = sc.tickets_from_events(cells, sc.EventMapping.model_validate({**MAPPING, **changes}))
    return ticket


def waits(ticket: sc.Ticket) -> list[tuple[str, str | None, str | None]]:
    return [(f"{p.start:%d %H:%M}", None if p.end is None else f"{p.end:%d %H:%M}", p.reason) for p in ticket.pauses]


def test_pauses_resolution_and_closing():
    ticket = fold(
        ("New", "09 10:00"),
        ("Vendor", "09 11:00"),
        ("Active", "09 12:00"),
        ("Resolved", "10 09:00"),
        ("Closed", "15 09:00"),
    )
    assert (ticket.opened, ticket.resolved, ticket.priority) == (at("2018-04-09 10:00"), at("2018-04-10 09:00"), "P2")
    assert waits(ticket) == [("09 11:00", "09 12:00", "third_party")]


def test_straight_from_paused_to_resolved():
    assert waits(fold(("New", "09 10:00"), ("Vendor", "09 11:00"), ("Resolved", "10 09:00"))) == [
        ("09 11:00", "10 09:00", "third_party")
    ]


def test_repeated_states_change_nothing():
    once = fold(("New", "09 10:00"), ("Vendor", "09 11:00"), ("Active", "09 12:00"), ("Resolved", "10 09:00"))
    twice = fold(
        ("New", "09 10:00"),
        ("New", "09 10:30"),
        ("Vendor", "09 11:00"),
        ("Vendor", "09 11:30"),
        ("Active", "09 12:00"),
        ("Active", "09 13:00"),
        ("Resolved", "10 09:00"),
        ("Resolved", "10 10:00"),
        ("Closed", "12 10:00"),
        ("Closed", "13 10:00"),
    )
    assert once == twice


def test_from_one_reason_to_another():
    ticket = fold(("New", "09 10:00"), ("Vendor", "09 11:00"), ("User", "09 12:00"), ("Active", "09 13:00"))
    assert waits(ticket) == [("09 11:00", "09 12:00", "third_party"), ("09 12:00", "09 13:00", "user")]


def test_a_missing_end_is_an_open_pause():
    ticket = fold(("New", "09 10:00"), ("Vendor", "09 11:00"))
    assert waits(ticket) == [("09 11:00", None, "third_party")]
    assert ticket.resolved is None


def test_reopenings():
    ticket = fold(
        ("New", "09 10:00"),
        ("Resolved", "09 12:00"),
        ("Vendor", "10 09:00"),
        ("Resolved", "10 12:00"),
        ("Active", "11 09:00"),
    )
    assert [(r.resolved, r.reopened) for r in ticket.reopenings] == [
        (at("2018-04-09 12:00"), at("2018-04-10 09:00")),
        (at("2018-04-10 12:00"), at("2018-04-11 09:00")),
    ]
    assert ticket.resolved is None
    assert waits(ticket) == [("10 09:00", "10 12:00", "third_party")]


def test_closed_without_resolved_is_a_resolution():
    assert fold(("New", "09 10:00"), ("Closed", "10 09:00")).resolved == at("2018-04-10 09:00")


def test_states_that_withdraw_a_ticket():
    states = {**MAPPING["states"], "Withdrawn": "cancelled", "Duplicate": "Merged"}
    for word in ("Withdrawn", "Duplicate"):
        rows = [
            ("New", "09 10:00"),
            ("Vendor", "09 11:00"),
            (word, "09 12:00"),
            (word, "09 13:00"),
            ("Closed", "10 09:00"),
        ]
        ticket = fold(*rows, states=states)
        assert (ticket.cancelled, ticket.resolved) == (at("2018-04-09 12:00"), None)
        assert waits(ticket) == [("09 11:00", "09 12:00", "third_party")]
        again = fold(*rows, ("Active", "10 10:00"), states=states)
        assert again.cancelled == at("2018-04-09 12:00")
        assert [(r.resolved, r.reopened) for r in again.reopenings] == [(again.cancelled, at("2018-04-10 10:00"))]
        for moment, state in (("09 11:30", "paused"), ("10 09:30", "cancelled"), ("10 10:30", "running")):
            assert sc.assess(again, EXAMPLE, at=at(f"2018-04-{moment}")).state == state
        later = fold(*rows, ("Active", "10 10:00"), (word, "10 11:00"), states=states)
        assert later.cancelled == at("2018-04-10 11:00")


def test_states_that_are_not_listed():
    rows = [("Vendor", "09 10:00"), ("Odd", "09 11:00"), ("Resolved", "09 12:00"), ("Strange", "09 13:00")]
    for default, end, reopened in (
        ("running", "09 11:00", 1),
        ("ignore", "09 12:00", 0),
        ("paused: user", "09 11:00", 1),
    ):
        ticket = fold(*rows, states={**MAPPING["states"], "*": default})
        assert waits(ticket)[0] == ("09 10:00", end, "third_party")
        assert len(ticket.reopenings) == reopened


def test_rows_in_any_order():
    rows = [
        ("New", "09 10:00"),
        ("Vendor", "09 11:00"),
        ("Active", "09 12:00"),
        ("Resolved", "10 09:00"),
        ("Active", "11 09:00"),
    ]
    expected = fold(*rows)
    for seed in range(10):
        assert fold(*random.Random(seed).sample(rows, len(rows))) == expected


def test_changes_and_first_response():
    cells = [
        {"id": "A", "state": "New", "at": "2018-04-09 10:00", "priority": "3"},
        {"id": "A", "state": "Active", "at": "2018-04-09 10:30", "priority": ""},
        {"id": "A", "state": "Active", "at": "2018-04-09 11:00", "priority": "2 - High"},
        {"id": "A", "state": "Active", "at": "2018-04-09 12:00", "priority": "2 - High"},
    ]
    [ticket] = sc.tickets_from_events(cells, sc.EventMapping.model_validate({**MAPPING, "responded": ["Active"]}))
    assert ticket.priority == "3"
    assert [(c.at, c.to) for c in ticket.changes] == [(at("2018-04-09 11:00"), "P2")]
    assert ticket.responded == at("2018-04-09 10:30")


def test_day_first_times_and_an_opening_of_their_own():
    mapping = {
        **MAPPING,
        "time_format": "%d/%m/%Y %H:%M",
        "columns": {"ticket": "id", "state": "state", "at": "at", "opened": "opened"},
    }
    row = {"id": "A", "state": "Vendor", "at": "09/04/2018 10:00", "opened": "08/04/2018 10:00"}
    [ticket] = sc.tickets_from_events([row], sc.EventMapping.model_validate(mapping))
    assert (ticket.opened, ticket.pauses[0].start) == (at("2018-04-08 10:00"), at("2018-04-09 10:00"))


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (
            {"id": "A", "state": "Gone", "at": "2018-04-09 10:00", "priority": ""},
            "row 7, column 'state': .*'Gone'; add it to states",
        ),
        (
            {"id": "A", "state": "New", "at": "09/04/2018", "priority": ""},
            "row 7, column 'at': '09/04/2018' may be 9 April or 4 September",
        ),
        ({"id": "A", "state": "New", "at": "", "priority": ""}, "row 7, column 'at': the time of the event is missing"),
        (
            {"id": "", "state": "New", "at": "2018-04-09 10:00", "priority": ""},
            "row 7, column 'id': the ticket's id is missing",
        ),
        ({"id": "A", "status": "New", "at": "2018-04-09 10:00"}, "row 7: there is no column 'state'"),
        ({"id": "A", "state": None, "at": "2018-04-09 10:00", "priority": ""}, "row 7, column 'state': .*None"),
    ],
)
def test_an_event_that_cannot_be_placed(row, message):
    with pytest.raises(errors.EventError, match=message):
        sc.tickets_from_events([row], sc.EventMapping.model_validate(MAPPING), first_row=7)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"states": {"New": "walking"}}, "'walking' is no meaning"),
        ({"states": {"New": "paused:"}}, "no meaning"),
        ({"states": {"New": "running: third_party"}}, "no meaning"),
        ({"time_format": "%H:%H"}, "time_format: no time can be read in the format '%H:%H'"),
        ({"time_format": "%d %H:%M"}, r"time_format: no time can be read .* \(it has no year\); add the year"),
        ({"timezone": "X/Y"}, "no time zone"),
        ({"responded": ["Old"]}, "'Old' is not among the states"),
        ({"colour": 1}, "colour: this field is not known"),
        ({"columns": {"ticket": "id"}}, r"columns\.at: this field is missing"),
        (
            {"columns": {"ticket": "id", "at": "at"}},
            r"columns: nothing says what a row .* give state \(a row a state\)",
        ),
        (
            {"events": {"mail": "asked"}},
            r"nothing says which column says which of the events .* give \[columns\] event",
        ),
        ({"columns": {**MAPPING["columns"], "event": "x"}}, r"which values of its column are events; give \[events\]"),
        (
            {"events": {"mail": " resolved"}},
            "events.mail: 'resolved' is what the states of a log say; say it by states",
        ),
        ({"events": {"mail": ""}}, "events.mail: it is missing"),
        ({"fields": {"status": "state"}}, r"column says which of the fields changed; give \[columns\] field"),
        ({"columns": {"ticket": "a", "at": "b", "field": "c", "new": "d"}}, r"values of its column are fields; give"),
        ({"columns": {**MAPPING["columns"], "field": "c"}}, "columns: two columns say what a row of the log is of"),
        ({"columns": {**MAPPING["columns"], "old": "c"}}, "columns: field, old and new go together"),
        ({"states": {"Hold": "paused"}}, r"nothing says why a ticket is paused; write 'paused: REASON'"),
        ({"authors": {"agent": "answered"}}, "nothing says which messages are whose"),
        ({"attributes": {"priority": "x"}}, "'priority' is a field of a ticket's own"),
        ({"kind": ""}, "kind: it is missing"),
        (
            {"columns": {"ticket": "a", "at": "b", "field": "c", "new": "d", "kind": "k"}, "fields": {"x": "kind"}},
            "'kind' is a column, and a field too",
        ),
    ],
)
def test_a_mapping_that_cannot_be_read(changes, message):
    with pytest.raises(sc.SlaClockError, match=message) as raised:
        sc.EventMapping.model_validate({**MAPPING, **changes})
    assert (raised.value.value is None) == (raised.value.problem == "this field is missing")


@given(st.text(), st.sampled_from(["paused", "Paused", " PAUSED "]), st.sampled_from(["", " ", "\t"]))
def test_a_reason_is_as_it_is_written(reason, word, blank):
    states = {"Hold": f"{word}{blank}:{blank}{reason}"}
    if not reason.strip():
        with pytest.raises(errors.EventError, match="is no meaning of a state"):
            sc.EventMapping.model_validate({**MAPPING, "states": states})
        return
    mapping = sc.EventMapping.model_validate({**MAPPING, "states": {**states, "New": "RUNNING"}, "responded": []})
    assert mapping.states == {"Hold": f"paused:{reason.strip()}", "New": "running"}


@pytest.mark.parametrize("nothing", [None, "", " ", float("nan"), pd.NaT, pd.NA, np.datetime64("NaT", "us")])
def test_what_is_missing_in_a_log_is_no_word(nothing):
    mapping = {**SERVICENOW, "time_format": None}
    names = ("opened_at", "priority", "category")
    row = {
        "number": "A",
        "incident_state": "New",
        "sys_updated_at": "2018-04-09 10:00",
        **dict.fromkeys(names, nothing),
    }
    later = {**row, "sys_updated_at": at("2018-04-09 11:00"), "opened_at": at("2018-04-09 09:00"), "category": "x"}
    [ticket] = sc.tickets_from_events([row, later], sc.EventMapping.model_validate(mapping))
    assert (ticket.opened, ticket.priority, ticket.category) == (at("2018-04-09 09:00"), None, None)
    assert [(change.field, change.to) for change in ticket.changes] == [("category", "x")]
    for name, message in (
        ("number", "row 1, column 'number': the ticket's id is missing"),
        ("incident_state", "row 1, column 'incident_state': the mapping does not know the state None"),
        ("sys_updated_at", "row 1, column 'sys_updated_at': the time of the event is missing"),
    ):
        with pytest.raises(errors.EventError, match=message):
            sc.tickets_from_events([{**row, name: nothing}], sc.EventMapping.model_validate(mapping))


def test_an_opening_that_cannot_be_read_is_said_on_any_row():
    rows = [
        {"number": "A", "incident_state": "New", "sys_updated_at": "09-04-2018 10:00", "opened_at": opened,
         "priority": "", "category": ""}
        for opened in ("09-04-2018 09:00", "9 April")
    ]  # fmt: skip
    with pytest.raises(errors.EventError, match="row 2, column 'opened_at': '9 April' is not a date and time"):
        sc.tickets_from_events(rows, sc.EventMapping.model_validate(SERVICENOW))


ROWS = [{"id": "A", "state": "New", "at": "2018-04-09 10:00", "priority": "2 - High"}]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (pd.DataFrame(ROWS), r"^rows: a DataFrame is no list of rows; give its rows, \.to_dict\('records'\)$"),
        (pl.DataFrame(ROWS), r"^rows: a DataFrame is no list of rows; give its rows, \.to_dicts\(\)$"),
        (pa.Table.from_pylist(ROWS), r"^rows: a Table is no list of rows; give its rows, \.to_pylist\(\)$"),
        (ROWS[0], "^rows: .* is no list of rows; give a list of rows, or csv.DictReader"),
        ("events.csv", "^rows: 'events.csv' is no list of rows"),
        (None, "^rows: None is no list of rows"),
        (5, "^rows: 5 is no list of rows"),
        ([5], "^row 1: 5 is no row of a log; give a mapping of columns to cells$"),
        ([ROWS[0], None], "^row 2: None is no row of a log"),
        (["id"], "^row 1: 'id' is no row of a log"),
    ],
)
def test_what_is_no_log(rows, message):
    with pytest.raises(sc.SlaClockError, match=message):
        sc.tickets_from_events(rows, sc.EventMapping.model_validate(MAPPING))


@pytest.mark.parametrize(
    ("mapping", "remedy"),
    [
        ("x.toml", r"give EventMapping\.load\('x.toml'\)"),
        (Path("x.toml"), r"give EventMapping\.load\('x.toml'\)"),
        (MAPPING, "give EventMapping.model_validate"),
        (None, "give an EventMapping"),
    ],
)
@pytest.mark.parametrize("rows", [[], ROWS])
def test_what_is_no_mapping_of_events(rows, mapping, remedy):
    with pytest.raises(errors.ModelError, match=f"^mapping: .* is not a mapping of events; {remedy}") as caught:
        sc.tickets_from_events(rows, mapping)
    assert caught.value.value is mapping


def test_rows_of_any_kind_that_have_columns():
    [expected] = sc.tickets_from_events(ROWS, sc.EventMapping.model_validate(MAPPING))
    frame = pd.DataFrame(ROWS)
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        names = ", ".join(ROWS[0])
        connection.execute(f"create table log ({names})")
        connection.execute("insert into log values (?, ?, ?, ?)", tuple(ROWS[0].values()))
        of_sqlite = list(connection.execute("select * from log"))
    for rows in (frame.to_dict("records"), [row for _, row in frame.iterrows()], iter(ROWS), of_sqlite):
        assert sc.tickets_from_events(rows, sc.EventMapping.model_validate(MAPPING)) == [expected]


def test_times_of_a_log_in_several_forms():
    mapping = sc.EventMapping.model_validate({
        **MAPPING, "time_format": ["%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "epoch", "excel"],
        "timezone": "GMT Standard Time",
    })  # fmt: skip
    rows = [
        {"id": "A", "state": state, "at": when, "priority": ""}
        for state, when in (("New", "23/04/2018 10:00"), ("Vendor", 1524478500), ("Active", "43213.5"),
                            ("Vendor", "04/24/2018 09:00"), ("Active", "24/04/2018 09:30"))
    ]  # fmt: skip
    [ticket] = sc.tickets_from_events(rows, mapping)
    assert ticket.opened == at("2018-04-23 10:00")
    assert [(pause.start, pause.end) for pause in ticket.pauses] == [
        (at("2018-04-23 11:15"), at("2018-04-23 12:00")), (at("2018-04-24 09:00"), at("2018-04-24 09:30"))
    ]  # fmt: skip
    with pytest.raises(errors.EventError, match="may be 2018-04-03 10:00 by .*leave one of them out"):
        sc.tickets_from_events([{**rows[0], "at": "03/04/2018 10:00"}], mapping)
    with pytest.raises(errors.EventError, match="row 1, column 'at': the time of the event is missing"):
        sc.tickets_from_events([{**rows[0], "at": "NaT"}], mapping)


def test_without_a_zone_a_time_without_an_offset_is_refused():
    with pytest.raises(errors.EventError, match="no offset from UTC"):
        fold(("New", "09 10:00"), timezone=None)


MESSAGES = {
    **MAPPING,
    "columns": {**MAPPING["columns"], "event": "entry"},
    "events": {"mail": "asked", "reply": "answered", "ring": "called", "note": "none"},
}


def messages(*rows: tuple[str, str, str]) -> sc.Ticket:
    cells = [
        {"id": "A", "state": state, "at": f"2018-04-{when}", "priority": "P2", "entry": entry}
        for state, when, entry in rows
    ]
    [ticket] = sc.tickets_from_events(cells, sc.EventMapping.model_validate(MESSAGES))
    return ticket


def test_rows_are_messages():
    ticket = messages(
        ("New", "09 10:00", "mail"),
        ("Vendor", "09 11:00", "note"),
        ("", "09 12:00", "reply"),
        ("", "09 13:00", "mail"),
        ("Active", "09 14:00", ""),
        ("Resolved", "10 09:00", "ring"),
        ("", "11 09:00", "mail"),
    )
    assert [(event.name, f"{event.at:%d %H:%M}") for event in ticket.events] == [
        ("asked", "09 10:00"), ("answered", "09 12:00"), ("asked", "09 13:00"), ("called", "10 09:00"),
        ("asked", "11 09:00"),
    ]  # fmt: skip
    assert waits(ticket) == [("09 11:00", "09 14:00", "third_party")]  # a row without a state changes none
    assert (ticket.resolved, ticket.reopenings) == (at("2018-04-10 09:00"), ())


def test_the_first_answer_of_a_log_is_the_response():
    ticket = messages(("New", "09 10:00", ""), ("", "09 10:30", "reply"), ("", "09 12:00", "reply"))
    policy = sc.Policy(
        name="a", calendar=EXAMPLE.calendar, targets={"incident": {"P2": {"respond": "1 hour", "reply": "1 hour"}}}
    )
    response = sc.assess(ticket, policy, at=at("2018-04-09 13:00"), measure="respond")
    assert (response.state, response.done) == ("met", at("2018-04-09 10:30"))


def test_a_message_that_the_mapping_does_not_know_is_said():
    with pytest.raises(
        errors.EventError, match=r"row 2, column 'entry': .* the event 'fax'; add it to events, as 'none'"
    ):
        messages(("New", "09 10:00", ""), ("", "09 11:00", "fax"))
    with pytest.raises(errors.EventError, match="row 1, column 'state': the mapping does not know the state None"):
        messages(("", "09 10:00", ""))
    assert messages(("New", "09 10:00", ""), ("", "09 11:00", "note")).events == ()  # a note need not repeat the state


def test_the_examples_log_and_its_tickets_tell_the_same_story():
    """Two routes to one answer: the generator's tickets with their pauses and messages, and the fold of its log."""
    mapping = sc.EventMapping.load(EXAMPLES / "mapping.toml")
    with (EXAMPLES / "events.csv").open(encoding="utf-8", newline="") as file:
        folded = {ticket.id: ticket for ticket in sc.tickets_from_events(csv.DictReader(file), mapping)}
    with (EXAMPLES / "pauses.csv").open(encoding="utf-8", newline="") as file:
        pauses = list(csv.DictReader(file))
    with (EXAMPLES / "tickets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (EXAMPLES / "messages.csv").open(encoding="utf-8", newline="") as file:
        sent = list(csv.DictReader(file))
    now = at("2018-06-29 12:00")
    compared = 0
    for row in rows:
        other = folded[row["id"]]
        if other.reopenings or other.changes:
            continue  # a list of tickets has no column for these
        own = [p for p in pauses if p["ticket"] == row["id"]]
        told = sc.Ticket(
            id=row["id"],
            kind=row["kind"],
            priority=row["priority"] or None,
            category=row["category"],
            opened=at(row["opened"]),
            resolved=at(row["resolved"]) if row["resolved"] else None,
            pauses=[
                sc.Pause(start=at(p["start"]), end=at(p["end"]) if p["end"] else None, reason=p["reason"]) for p in own
            ],
            responded=at(row["responded"]) if row["responded"] else None,
            events=[sc.Event(at=at(m["at"]), name=m["name"]) for m in sent if m["ticket"] == row["id"]],
            agreed={"inform": row["agreed_inform"]} if row["agreed_inform"] else {},
        )
        assert told.events == other.events
        other = other.model_copy(update={"agreed": told.agreed})  # of which the log says nothing
        for measure in ("resolve", "reply", "inform", "supplier"):
            cycles = [
                [cycle.to_dict() for cycle in sc.assess(one, EXAMPLE, at=now, measure=measure).cycles]
                for one in (told, other)
            ]
            assert cycles[0] == cycles[1]
        compared += 1
    assert compared > 150
    assert len(folded) - compared >= 5


# Logs with a row a changed field, and what stands in columns of its own

JIRA = {
    "columns": {
        "ticket": "key",
        "at": "created",
        "field": "field",
        "old": "from",
        "new": "to",
        "opened": "issue_created",
    },
    "states": {"Open": "running", "Waiting": "paused", "Done": "resolved", "*": "running"},
    "fields": {"status": "state", "priority": "priority", "Team": "team", "hold": "reason", "*": "ignore"},
    "reasons": {"the vendor": "third_party"},
    "priorities": {"High": "P2"},
    "timezone": "Europe/London",
}


def changelog(*rows: tuple[str, str, str, str], **mapping: object) -> sc.Ticket:
    cells = [
        {"key": "A", "created": f"2018-04-{when}", "field": field, "from": old, "to": new,
         "issue_created": "2018-04-09 09:00"}
        for when, field, old, new in rows
    ]  # fmt: skip
    [ticket] = sc.tickets_from_events(cells, sc.EventMapping.model_validate({**JIRA, **mapping}))
    return ticket


def changed(ticket: sc.Ticket) -> list[tuple[str, str, str | None]]:
    return [(f"{change.at:%d %H:%M}", change.field, change.to) for change in ticket.changes]


def test_a_row_a_changed_field():
    ticket = changelog(
        ("09 10:00", "priority", "Low", "High"),
        ("09 10:00", "Sprint", "", "7"),
        ("09 11:00", "status", "Open", "Waiting"),
        ("09 11:00", "hold", "", "the vendor"),
        ("09 12:00", "hold", "the vendor", "user"),
        ("09 13:00", "hold", "user", ""),
        ("09 13:00", "status", "Waiting", "In work"),
        ("09 14:00", "Team", "L1", "L2"),
        ("10 09:00", "Team", "L2", ""),
        ("10 09:00", "priority", "High", ""),
        ("10 10:00", "status", "In work", "Done"),
    )
    assert (ticket.opened, ticket.priority, dict(ticket.attributes)) == (at("2018-04-09 09:00"), "Low", {"team": "L1"})
    assert waits(ticket) == [("09 11:00", "09 12:00", "third_party"), ("09 12:00", "09 13:00", "user")]
    assert changed(ticket) == [
        ("09 10:00", "priority", "P2"), ("09 14:00", "team", "L2"), ("10 09:00", "team", None),
        ("10 09:00", "priority", None),
    ]  # fmt: skip
    assert ticket.resolved == at("2018-04-10 10:00")


def test_what_was_before_the_first_change_holds_from_the_opening():
    ticket = changelog(("09 11:00", "status", "Waiting", "Open"), ("09 12:00", "hold", "the vendor", ""))
    assert waits(ticket) == [("09 09:00", "09 11:00", "third_party")]
    at_opening = changelog(("09 09:00", "priority", "", "High"), ("09 09:00", "status", "Done", "Open"))
    assert (at_opening.priority, at_opening.changes, at_opening.reopenings) == ("P2", (), ())


def test_columns_beside_the_field_that_changed():
    columns = {**JIRA["columns"], "kind": "type"}
    cells = [
        {"key": "A", "created": f"2018-04-09 {when}", "field": field, "from": old, "to": new, "type": kind,
         "issue_created": ""}
        for when, field, old, new, kind in (
            ("10:00", "Sprint", "", "1", "Task"), ("10:00", "status", "", "Open", "Task"),
            ("11:00", "Sprint", "1", "2", "Bug"),
            ("12:00", "priority", "High", "Low", "Bug"), ("13:00", "Team", "", "L2", "Story"),
        )
    ]  # fmt: skip
    [ticket] = sc.tickets_from_events(cells, sc.EventMapping.model_validate({**JIRA, "columns": columns}))
    assert changed(ticket) == [
        ("09 11:00", "kind", "Bug"), ("09 12:00", "priority", "Low"), ("09 13:00", "team", "L2"),
        ("09 13:00", "kind", "Story"),
    ]  # fmt: skip
    assert ticket == ticket.model_copy()  # which is checked, and puts them in order of time


def test_a_first_row_without_the_value_before_holds_from_the_opening():
    columns = {name: column for name, column in JIRA["columns"].items() if name != "old"}
    ticket = changelog(("09 10:00", "priority", "", "High"), ("09 11:00", "Team", "", "L2"), columns=columns)
    assert (ticket.priority, dict(ticket.attributes), changed(ticket)) == ("P2", {}, [("09 11:00", "team", "L2")])


@pytest.mark.parametrize(
    ("row", "changes", "message"),
    [
        (("09 10:00", "Sprint", "", "7"), {"fields": {"status": "state", "hold": "reason"}},
         "row 1, column 'field': the mapping does not know the field 'Sprint'; add it to fields, as 'ignore'"),
        (("09 10:00", "", "", "7"), {"fields": {"status": "state", "hold": "reason"}},
             "row 1, column 'field': the mapping does not know the field None"),
        (("09 10:00", "status", "Open", ""), {}, "row 1, column 'to': the mapping does not know the state None"),
        (("09 10:00", "status", "Open", "Gone"), {"states": {"Open": "running", "Waiting": "paused"}},
         "row 1, column 'to': the mapping does not know the state 'Gone'"),
        (("09 10:00", "status", "Open", "Waiting"), {}, "row 1: the reason of the pause is missing; give one"),
    ],
)  # fmt: skip
def test_a_changed_field_that_cannot_be_placed(row, changes, message):
    with pytest.raises(errors.EventError, match=message):
        changelog(row, **changes)


def test_a_row_of_no_field_is_of_no_matter_where_other_fields_are_not():
    first = {"key": "A", "created": "2018-04-09 09:00", "field": "", "from": "", "to": "", "opened": ""}
    later = {**first, "created": "2018-04-09 10:00", "field": "status", "from": "Open", "to": "Done"}
    columns = {name: column for name, column in JIRA["columns"].items() if name != "opened"}
    mapping = sc.EventMapping.model_validate({**JIRA, "columns": columns})
    [ticket] = sc.tickets_from_events([first, later], mapping)
    assert (ticket.opened, ticket.resolved) == (at("2018-04-09 09:00"), at("2018-04-09 10:00"))


def test_a_pause_without_a_reason_has_the_usual_one():
    ticket = changelog(("09 10:00", "status", "Open", "Waiting"), reasons={"the vendor": "third_party", "*": "user"})
    assert waits(ticket) == [("09 10:00", None, "user")]


def test_reasons_in_a_column_of_their_own():
    mapping = {
        **MAPPING,
        "columns": {"ticket": "id", "state": "state", "at": "at", "reason": "hold", "responded": "answered"},
        "states": {"New": "running", "Hold": "paused", "Vendor": "paused: third_party", "Done": "resolved"},
        "reasons": {"Awaiting Caller": "user"},
        "attributes": {"team": "group"},
    }
    cells = [
        {"id": "A", "state": state, "at": f"2018-04-09 {when}", "hold": hold, "answered": "2018-04-09 10:30",
         "group": group}
        for when, state, hold, group in (
            ("10:00", "New", "", "L1"), ("11:00", "Hold", "Awaiting Caller", "L1"), ("12:00", "Hold", "evidence", "L2"),
            ("13:00", "Vendor", "evidence", ""), ("14:00", "New", "evidence", "L2"),
        )
    ]  # fmt: skip
    [ticket] = sc.tickets_from_events(cells, sc.EventMapping.model_validate(mapping))
    assert [(start[3:], reason) for start, _, reason in waits(ticket)] == [
        ("11:00", "user"), ("12:00", "evidence"), ("13:00", "third_party"),
    ]  # fmt: skip
    assert (ticket.responded, dict(ticket.attributes)) == (at("2018-04-09 10:30"), {"team": "L1"})
    assert changed(ticket) == [("09 12:00", "team", "L2")]
    cells[0]["answered"] = "2018-04-09 08:00"
    with pytest.raises(errors.EventError, match="the events of A from row 1: responded at .* before it was opened"):
        sc.tickets_from_events(cells, sc.EventMapping.model_validate(mapping))


def test_messages_by_who_wrote_them():
    mapping = sc.EventMapping.model_validate(
        {
            **MAPPING,
            "columns": {"ticket": "id", "state": "state", "at": "at", "event": "entry", "author": "role"},
            "events": {"comment": "by author", "first reply": "responded", "*": "none"},
            "authors": {"customer": "asked", "agent": "answered", "*": "none"},
        }
    )
    cells = [
        {"id": "A", "state": state, "at": f"2018-04-09 {when}", "entry": entry, "role": role}
        for when, state, entry, role in (
            ("10:00", "New", "", ""), ("10:10", "", "comment", "robot"), ("10:20", "", "comment", "agent"),
            ("10:25", "", "first reply", ""), ("11:00", "", "comment", "customer"), ("12:00", "", "assigned", "agent"),
        )
    ]  # fmt: skip
    [ticket] = sc.tickets_from_events(cells, mapping)
    assert [(f"{event.at:%H:%M}", event.name) for event in ticket.events] == [("10:20", "answered"), ("11:00", "asked")]
    assert ticket.responded == at("2018-04-09 10:25")
    cells[1]["role"] = ""
    with pytest.raises(errors.EventError, match="row 2, column 'role': who wrote the message is missing"):
        sc.tickets_from_events(cells, mapping)


def test_the_first_bad_row_is_said_whichever_its_column():
    rows = [
        {"id": "A", "state": state, "at": when, "priority": ""}
        for state, when in (("New", "2018-04-09 10:00"), ("New", "x"), ("Odd", "y"), ("New", "z"))
    ]
    with pytest.raises(errors.EventError, match="^row 2, column 'at': 'x'"):
        sc.tickets_from_events(rows, sc.EventMapping.model_validate(MAPPING))
    with pytest.raises(errors.EventError, match="^row 2, column 'state'.*'Odd'"):
        sc.tickets_from_events(rows[::2], sc.EventMapping.model_validate(MAPPING))


def test_bad_rows_before_a_file_that_breaks_off():
    def rows():
        yield {"id": "A", "state": "Odd", "at": "2018-04-09 10:00", "priority": ""}
        raise OSError("gone")

    with pytest.raises(errors.EventError, match="^row 1, column 'state'"):
        sc.tickets_from_events(rows(), sc.EventMapping.model_validate(MAPPING))


def test_the_hour_that_autumn_repeats():
    rows = [("New", "01:10"), ("Vendor", "01:50"), ("Active", "01:20"), ("Resolved", "02:30")]
    cells = [{"id": "A", "state": state, "at": f"2018-10-28 {when}", "priority": ""} for state, when in rows]
    before = {"id": "B", "state": "New", "at": "2018-10-28 00:30", "priority": ""}
    after = {**before, "state": "Resolved", "at": "2018-10-28 03:30"}
    for log in ([before, *cells, after], [after, *cells[::-1], before]):
        ticket = {ticket.id: ticket for ticket in sc.tickets_from_events(log, sc.EventMapping.model_validate(MAPPING))}[
            "A"
        ]
        assert [(p.start.isoformat()[11:], p.end.isoformat()[11:]) for p in ticket.pauses if p.end] == [
            ("01:50:00+01:00", "01:20:00+00:00")
        ]


def test_a_ticket_in_no_order_without_ties_leaves_those_that_have_them():
    """As one of 445 tickets of a real log does; its own times say enough."""
    cells = [
        {"id": key, "state": state, "at": f"2018-04-09 {when}", "priority": ""}
        for key, state, when in (
            ("A", "New", "10:00"), ("A", "Vendor", "11:00"), ("A", "Active", "11:00"),
            ("B", "Vendor", "11:00"), ("B", "New", "10:00"), ("B", "Resolved", "12:00"),
        )
    ]  # fmt: skip
    mapping = sc.EventMapping.model_validate(MAPPING)
    tickets = {ticket.id: ticket for ticket in sc.tickets_from_events(cells, mapping)}
    assert {ticket.id: ticket for ticket in sc.tickets_from_events(cells[::-1], mapping)} == tickets
    assert waits(tickets["A"]) == [("09 11:00", "09 11:00", "third_party")]
    with pytest.raises(errors.EventError, match="rows 1 and 2 of ticket 'A' have the same instant"):
        sc.tickets_from_events(cells[1:], mapping)


# A real desk

SERVICENOW = {
    "columns": {
        "ticket": "number",
        "state": "incident_state",
        "at": "sys_updated_at",
        "opened": "opened_at",
        "priority": "priority",
        "category": "category",
    },
    "states": {
        "New": "running",
        "Active": "running",
        "Awaiting User Info": "paused: user",
        "Awaiting Problem": "paused: problem",
        "Awaiting Vendor": "paused: third_party",
        "Awaiting Evidence": "paused: evidence",
        "Resolved": "resolved",
        "Closed": "closed",
    },
    "timezone": "UTC",
    "time_format": "%d-%m-%Y %H:%M",
    "missing": ["", "?"],
    "priorities": {"1 - Critical": "P1", "2 - High": "P2", "3 - Moderate": "P3", "4 - Low": "P4"},
}


@pytest.mark.skipif(not LOG.exists(), reason="the real event log is not at hand")
def test_the_real_log_folds_and_assesses_whole():
    policy = with_rules(pauses={name: ["resolve"] for name in ("user", "problem", "third_party", "evidence")})
    with LOG.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tickets = sc.tickets_from_events(rows, sc.EventMapping.model_validate(SERVICENOW))
    assert len(tickets) == 445
    assert [ticket.id for ticket in tickets if ticket.resolved is None] == []  # each ends resolved or closed
    late = at("2018-01-01 00:00")
    assessed = [sc.assess(ticket, policy, at=late) for ticket in tickets]
    states = Counter(a.state for a in assessed)
    assert sum(states.values()) == 445
    assert set(states) == {"met", "breached"}
    # Against the plain functions, from the folded records alone.
    for ticket, a in zip(tickets, assessed, strict=True):
        target = policy.target("incident", a.priority)
        holds = [(p.start, p.end) for p in ticket.pauses] + [(r.resolved, r.reopened) for r in ticket.reopenings]
        breached = sc.is_breached(
            ticket.opened, target, calendar=policy.calendar, at=late, done=ticket.resolved, pauses=holds
        )
        assert breached == (a.state == "breached")
        assert a.elapsed == sc.elapsed(ticket.opened, ticket.resolved, calendar=policy.calendar, pauses=holds)
    # And any order of the rows whose times differ gives the same tickets.
    times = Counter((row["number"], row["sys_updated_at"]) for row in rows)
    single = [row for row in rows if times[row["number"], row["sys_updated_at"]] == 1]
    mixed = random.Random(1).sample(single, len(single))
    mapping = sc.EventMapping.model_validate(SERVICENOW)
    by_id = {ticket.id: ticket for ticket in sc.tickets_from_events(mixed, mapping)}
    assert by_id == {ticket.id: ticket for ticket in sc.tickets_from_events(single, mapping)}


@pytest.mark.skipif(not LOG.exists(), reason="the real event log is not at hand")
def test_the_real_log_newest_first_gives_the_same_verdicts():
    """One of its tickets is in neither order, but has no two rows of one instant."""
    policy = with_rules(pauses={name: ["resolve"] for name in ("user", "problem", "third_party", "evidence")})
    mapping = sc.EventMapping.model_validate(SERVICENOW)
    with LOG.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    verdicts = [
        {
            ticket.id: sc.assess(ticket, policy, at=at("2018-01-01 00:00"))
            for ticket in sc.tickets_from_events(log, mapping)
        }
        for log in (rows, rows[::-1])
    ]
    assert len(verdicts[0]) == 445
    assert verdicts[0] == verdicts[1]


@pytest.mark.skipif(not LOG.exists(), reason="the real event log is not at hand")
def test_no_cycle_begins_from_the_rows_after_a_resolution_of_the_real_log():
    events = dict.fromkeys(SERVICENOW["states"], "answered")  # each row is one that informs the customer
    mapping = {**SERVICENOW, "columns": {**SERVICENOW["columns"], "event": "incident_state"}, "events": events}
    with LOG.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    tickets = sc.tickets_from_events(rows, sc.EventMapping.model_validate(mapping))
    times = [
        (row["number"], *(datetime.strptime(row[name], "%d-%m-%Y %H:%M") for name in ("sys_updated_at", "resolved_at")))
        for row in rows
        if row["resolved_at"] != "?"
    ]
    assert len({number for number, changed, resolved in times if changed > resolved}) == 428
    targets = {"incident": {name: {"update": "4 hours", "resolve": "3 days"} for name in ("P1", "P2", "P3", "P4")}}
    pauses = {name: ["resolve"] for name in ("user", "problem", "third_party", "evidence")}
    policy = sc.Policy(name="a", calendar=EXAMPLE.calendar, targets=targets, pauses=pauses)
    afterwards = 0
    for ticket in tickets:
        assert ticket.resolved is not None
        closed = [(r.resolved, r.reopened) for r in ticket.reopenings] + [(ticket.resolved, at("2020-01-01 00:00"))]
        afterwards += any(event.at > ticket.resolved for event in ticket.events)
        cycles = sc.assess(ticket, policy, at=at("2018-01-01 00:00"), measure="update").cycles
        assert cycles[0].started == ticket.opened
        for number, cycle in enumerate(cycles):
            assert cycle.done is not None
            assert cycle.done <= ticket.resolved
            if number:  # the first one begins with the ticket, which may be resolved as it opens
                assert not any(resolved <= cycle.started < reopened for resolved, reopened in closed)
    assert (afterwards, len(tickets)) == (443, 445)  # after the first row of which the state is resolved
