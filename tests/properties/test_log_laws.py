"""Laws of event logs: either shape, either order, and the hour that autumn repeats, against the obvious fold."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from obvious_log import Said, story
from slaclock import errors
from slaclock.desks.log_times import Moment, TimeReader
from slaclock.desks.time_forms import forms_of
from slaclock.temporal.instants import parse_instant, to_micros

LONDON = ZoneInfo("Europe/London")
STARTS = (
    datetime(2018, 10, 28, 0, 0, tzinfo=UTC),
    datetime(2018, 3, 25, 0, 0, tzinfo=UTC),
    datetime(2018, 4, 9, tzinfo=UTC),
)
"""Near the hour that autumn repeats, near the one that spring leaves out, and far from either."""
STATES = {
    "New": "running", "Vendor": "paused: third_party", "User": "paused: user", "Done": "resolved", "Closed": "closed",
    "Merged": "merged",
}  # fmt: skip
MEANINGS = {
    "New": "running",
    "Vendor": "third_party",
    "User": "user",
    "Done": "resolved",
    "Closed": "closed",
    "Merged": "cancelled",
}
EVENTS = {"mail": "asked", "reply": "answered", "note": "none"}
WIDE = sc.EventMapping(
    columns={"ticket": "id", "at": "at", "state": "state", "priority": "priority", "event": "event"},
    states=STATES, events=EVENTS, timezone="Europe/London", time_format="%d/%m/%Y %H:%M",
)  # fmt: skip
LONG = sc.EventMapping(
    columns={"ticket": "id", "at": "at", "field": "field", "old": "from", "new": "to", "event": "field"},
    states=STATES, events={**EVENTS, "*": "none"}, timezone="Europe/London", time_format="%d/%m/%Y %H:%M",
    fields={"Status": "state", "Priority": "priority", "*": "ignore"},
)  # fmt: skip

Row = tuple[datetime, str, str | None, str | None]


@st.composite
def tickets(draw: st.DrawFn) -> list[list[Row]]:
    """Rows of some tickets in order: when, the state, the priority where it is said, and a message."""
    logs = []
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.sampled_from(STARTS)) - timedelta(minutes=draw(st.integers(0, 90)))
        rows: list[Row] = []
        for _ in range(draw(st.integers(1, 6))):
            word = draw(st.sampled_from([None, "P1", "P2"]))
            rows.append((at, draw(st.sampled_from(sorted(STATES))), word, draw(st.sampled_from([None, *EVENTS]))))
            at += timedelta(minutes=draw(st.sampled_from([0, 1, 20, 45, 300])))
        logs.append(rows)
    return logs


def local(at: datetime) -> str:
    return f"{at.astimezone(LONDON):%d/%m/%Y %H:%M}"


def wide(key: str, rows: list[Row]) -> list[dict[str, Any]]:
    return [
        {"id": key, "at": local(at), "state": state, "priority": word, "event": event}
        for at, state, word, event in rows
    ]


def long(key: str, rows: list[Row]) -> list[dict[str, Any]]:
    """The same log with a row a changed field, the first of which says that the ticket was new."""
    cells = []
    state, word = "", ""
    for at, new_state, new_word, event in rows:
        own = []
        if new_state != state:
            own.append(("Status", state, new_state))
            state = new_state
        if new_word is not None and new_word != word:
            own.append(("Priority", word, new_word))
            word = new_word
        if event is not None:
            own.append((event, "", ""))
        cells += [{"id": key, "at": local(at), "field": field, "from": old, "to": new} for field, old, new in own]
    return cells


def speaking(rows: list[Row]) -> list[Row]:
    """The rows of which a log of changed fields has any."""
    return [row for number, row in enumerate(rows) if len(long("", rows[: number + 1])) > len(long("", rows[:number]))]


def told(ticket: sc.Ticket) -> dict[str, object]:
    return {
        "opened": ticket.opened,
        "priority": ticket.priority,
        "resolved": ticket.resolved,
        "cancelled": ticket.cancelled,
        "pauses": [(pause.start, pause.end, pause.reason) for pause in ticket.pauses],
        "reopenings": [(reopening.resolved, reopening.reopened) for reopening in ticket.reopenings],
        "changes": [(change.at, change.to) for change in ticket.changes],
        "events": [(event.at, event.name) for event in ticket.events],
    }


def in_utc(value: object) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, (list, tuple)):
        return tuple(map(in_utc, value))
    return {name: in_utc(item) for name, item in value.items()} if isinstance(value, dict) else value


def said(rows: list[Row]) -> list[Said]:
    return [
        Said(at, MEANINGS[state], word, EVENTS[event] if event not in (None, "note") else None)
        for at, state, word, event in rows
    ]


def read_again(logs: list[list[Row]]) -> list[list[Row]]:
    """The rows as the law reads their local times: the second of the repeated hour only where time would run back."""
    again = []
    for rows in logs:
        own: list[Row] = []
        for at, *rest in rows:
            wall = at.astimezone(LONDON).replace(fold=0)
            first = wall.astimezone(UTC)
            if own and first < own[-1][0]:
                first = wall.replace(fold=1).astimezone(UTC)
            own.append((first, *rest))  # type: ignore[arg-type]
        again.append(own)
    return again


@given(tickets(), st.booleans())
def test_a_log_of_states_in_either_order(logs, newest_first):
    cells = [row for number, rows in enumerate(logs) for row in wide(f"T{number}", rows)]
    expected = {f"T{number}": story(said(rows)) for number, rows in enumerate(read_again(logs))}
    falls = any(rows[0][0] + timedelta(hours=3) < rows[-1][0] for rows in logs)
    if newest_first and falls:  # else nothing says that it is
        cells.reverse()
    made = {ticket.id: told(ticket) for ticket in sc.tickets_from_events(cells, WIDE)}
    assert in_utc(made) == in_utc(expected)


@given(tickets(), st.booleans())
def test_a_log_of_changed_fields_tells_the_same(logs, newest_first):
    logs = [speaking(rows) for rows in logs]
    cells = [row for number, rows in enumerate(logs) for row in long(f"T{number}", rows)]
    if newest_first and any(rows[0][0] + timedelta(hours=3) < rows[-1][0] for rows in logs):
        order = sc.tickets_from_events(cells, LONG)
        cells.reverse()
        again = {ticket.id: ticket for ticket in sc.tickets_from_events(cells, LONG)}
        assert again == {ticket.id: ticket for ticket in order}
    made = {ticket.id: in_utc(told(ticket)) for ticket in sc.tickets_from_events(cells, LONG)}
    for number, rows in enumerate(read_again(logs)):
        expected: Any = in_utc(story(said(rows)))
        own: Any = made[f"T{number}"]
        first = rows[0][2]
        if first is not None:  # the log says when it got its first priority, which a row a state cannot
            assert own.pop("changes")[0] == (expected["opened"], first)
            assert own.pop("priority") is None
            expected.pop("changes"), expected.pop("priority")
        assert own == expected


@given(tickets(), st.randoms(use_true_random=False))
def test_a_numbered_log_in_any_order(logs, random):
    cells = [row for number, rows in enumerate(logs) for row in wide(f"T{number}", rows)]
    whole = {ticket.id: ticket for ticket in sc.tickets_from_events(cells, WIDE)}
    numbered = [{**row, "number": number} for number, row in enumerate(cells)]
    random.shuffle(numbered)
    columns = WIDE.columns.model_copy(update={"sequence": "number"})
    shuffled = sc.tickets_from_events(numbered, WIDE.model_copy(update={"columns": columns}))
    assert {ticket.id: ticket for ticket in shuffled} == whole


@given(st.permutations([0, 0, 5, 9]))
def test_rows_of_one_instant_in_a_log_in_no_order(minutes):
    cells = [
        {"id": "A", "at": f"09/04/2018 10:0{minute}", "state": "New", "priority": "", "event": ""} for minute in minutes
    ]
    first, second = (number + 1 for number, minute in enumerate(minutes) if minute == 0)
    if minutes in (sorted(minutes), sorted(minutes, reverse=True)):
        assert sc.tickets_from_events(cells, WIDE)
        return
    with pytest.raises(errors.EventError, match=f"rows {first} and {second} of ticket 'A' .* \\[columns\\] sequence"):
        sc.tickets_from_events(cells, WIDE)


FORMATS = (
    None, "%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%d-%m-%YT%H:%M", "%Y%m%d%H%M%S", "%d.%m.%y %I:%M %p",
    "%H:%M %d/%m/%Y", "%d/%m/%Y  %H:%M", "%d/%m/%Y %H:%M %z", "%d 1 %m/%Y %H:%M",
)  # fmt: skip


@given(
    st.sampled_from(FORMATS),
    st.lists(st.datetimes(datetime(2018, 3, 24), datetime(2018, 10, 29)), min_size=1, max_size=4),
    st.lists(st.sampled_from(["", "0", "x", " ", "Z", "+01:00"]), min_size=1, max_size=3),
    st.booleans(),
)
def test_instants_of_a_log_are_those_of_single_texts(time_format, walls, ends, short):
    """Whatever was read before, and whether every digit is written or not."""
    reader = TimeReader(LONDON, forms_of(time_format))
    texts = [wall.strftime(time_format) if time_format else wall.isoformat(" ") for wall in walls]
    texts += [head.partition(" ")[0] + " " + tail.partition(" ")[2] for head in texts for tail in texts]
    texts += [text + end for text in texts for end in ends]
    if short:
        texts = [re.sub(r"\b0(?=\d)", "", text) for text in texts]
    for text in (*texts, *texts):
        try:
            expected = parse_instant(text, LONDON, time_format)
        except errors.SlaClockError as error:
            with pytest.raises(errors.SlaClockError, match=re.escape(str(error))):
                reader(text)
            continue
        moment = reader(text)
        assert (moment.at.isoformat(), moment.micros) == (expected.isoformat(), to_micros(expected))
        second = expected.replace(fold=1)
        twice = expected.tzinfo is LONDON and to_micros(second) > moment.micros
        assert moment.again == (Moment(to_micros(second), second) if twice else None)


@given(st.sampled_from(FORMATS[1:]), st.datetimes(), st.sampled_from(["", " ", "0", "x"]), st.booleans())
def test_times_in_a_format_are_those_of_strptime(time_format, wall, end, short):
    text = wall.strftime(time_format) + end
    text = re.sub(r"\b0(?=\d)", "", text) if short else text
    try:
        expected = datetime.strptime(text.strip(), time_format)
    except ValueError:
        with pytest.raises(errors.InstantTextError):
            parse_instant(text, LONDON, time_format)
        return
    if expected.tzinfo is None:
        expected = expected.replace(tzinfo=LONDON)
    assert parse_instant(text, LONDON, time_format) == expected
