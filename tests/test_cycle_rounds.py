"""Cycles whose starts the one before decides, folded for all tickets at once."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import polars as pl
import pytest

import slaclock as sc
from desk import at, desk
from slaclock import columns
from slaclock.columns import items, rounds
from slaclock.tickets.verdicts import KnownCycles

HALF_HOUR = timedelta(minutes=30)
READINGS = {
    "due": ("update", {"update": {"next": "due"}}),
    "newest": ("reply", {"reply": {"from": "newest"}}),
    "both": (
        "talk",
        {"talk": {
            "starts": ["opened", "asked", "answered", "reopened"], "ends": ["answered", "resolved"],
            "cycles": "each", "next": "due", "from": "newest",
        }},
    ),
}  # fmt: skip


def policy(measure, measures, target="4 hours", **calendar):
    targets = {"incident": {"resolve": "6 hours", measure: target}}
    return sc.Policy.model_validate(
        {
            "name": "rounds",
            "calendar": desk(**calendar),
            "measures": measures,
            "targets": targets,
            "pauses": {"w": [measure]},
        }
    )


def desk_of(count, seed):
    """Tickets with messages, pauses and reopenings on half hours, so that many coincide; and the tables of them."""
    draw = np.random.default_rng(seed)
    monday = at("2018-04-09 08:00")

    def later(most):
        return int(draw.integers(0, most)) * HALF_HOUR

    tickets = []
    for number in range(count):
        opened = monday + later(200)
        resolved = opened + later(96)
        reopenings = []
        if number % 5 == 0:
            reopened = resolved + later(48)
            reopenings, resolved = [sc.Reopening(resolved=resolved, reopened=reopened)], reopened + later(96)
        names = draw.choice(["asked", "answered"], int(draw.integers(0, 9))).tolist()
        start = opened + later(60)
        tickets.append(
            sc.Ticket(
                id=f"T{number}", opened=opened, resolved=None if number % 3 == 0 else resolved,
                events=[sc.Event(at=opened + later(150), name=name) for name in names],
                reopenings=[] if number % 3 == 0 else reopenings,
                pauses=[sc.Pause(start=start, end=start + later(40), reason="w")] if number % 2 else [],
            )
        )  # fmt: skip
    return tickets


def frames_of(tickets):
    frame = pl.DataFrame(
        [{"id": t.id, "opened": t.opened, "resolved": t.resolved} for t in tickets], infer_schema_length=None
    )
    sides = {
        "events": [{"ticket": t.id, "at": e.at, "name": e.name} for t in tickets for e in t.events],
        "pauses": [
            {"ticket": t.id, "start": p.start, "end": p.end, "reason": p.reason} for t in tickets for p in t.pauses
        ],
        "reopenings": [
            {"ticket": t.id, "resolved": r.resolved, "reopened": r.reopened} for t in tickets for r in t.reopenings
        ],
    }
    return frame, {name: pl.DataFrame(rows) for name, rows in sides.items()}


def cycles_of(frame):
    return [(row["ticket"], *[row[name] for name in ("cycle", "started", "due", "ended", "state", "elapsed")])
            for row in frame.iter_rows(named=True)]  # fmt: skip


def of_each(tickets, own, measure, now):
    return [
        (t.id, cycle.cycle, cycle.started, cycle.due, cycle.ended, cycle.state, cycle.elapsed)
        for t in tickets
        for cycle in sc.assess(t, own, at=now, measure=measure).cycles
    ]


@pytest.mark.parametrize("reading", READINGS)
@pytest.mark.parametrize("target", ["4 hours", "< 1 day"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_cycles_of_a_desk_are_those_of_each_ticket_and_no_ticket_is_asked_alone(reading, target, seed, monkeypatch):
    measure, measures = READINGS[reading]
    own, tickets = policy(measure, measures, target), desk_of(120, seed)
    frame, sides = frames_of(tickets)
    now = at("2018-04-23 12:00")
    expected = of_each(tickets, own, measure, now)
    monkeypatch.setattr(items._Work, "_alone", lambda work, rows: iter(() if not len(rows) else [None]))
    answered = columns.cycles(frame, own, at=now, measure=measure, **sides)
    assert cycles_of(answered) == expected
    assert len({ticket for ticket, *_ in expected}) > 30


@pytest.mark.parametrize("target", ["1 day by close", "2 days by 12:00"])
def test_days_that_count_from_a_due_date_are_asked_alone(target):
    measure, measures = READINGS["due"]
    own, tickets = policy(measure, measures, target, cutoff="15:00"), desk_of(60, 3)
    frame, sides = frames_of(tickets)
    now = at("2018-04-23 12:00")
    assert cycles_of(columns.cycles(frame, own, at=now, **sides)) == of_each(tickets, own, measure, now)


@pytest.mark.parametrize("reading", READINGS)
def test_a_ticket_of_more_rounds_than_are_played_is_asked_alone(reading, monkeypatch):
    monkeypatch.setattr(rounds, "_MOST_ROUNDS", 2)
    measure, measures = READINGS[reading]
    own, tickets = policy(measure, measures), desk_of(60, 4)
    frame, sides = frames_of(tickets)
    now = at("2018-04-23 12:00")
    assert cycles_of(columns.cycles(frame, own, at=now, measure=measure, **sides)) == of_each(
        tickets, own, measure, now
    )


@pytest.mark.parametrize("reading", ["event", "due", "grid"])
@pytest.mark.parametrize("target", ["4 hours", "1 day by close"])
def test_a_timeline_of_cycles_folded_once_is_that_of_cycles_folded_at_every_instant(reading, target, monkeypatch):
    own = policy("update", {"update": {"next": reading}}, target)
    tickets = [ticket if reading == "event" else ticket.model_copy(update={"pauses": []}) for ticket in desk_of(20, 5)]
    nows = (at("2018-04-12 10:00"), at("2018-04-23 12:00"))

    def lines():
        return [sc.timeline(t, own, at=now, measure="update") for now in nows for t in tickets if t.opened <= now]

    folded_once = lines()
    monkeypatch.setattr(KnownCycles, "can_be_of", staticmethod(lambda question: False))
    assert folded_once == lines()
    assert sum(len(line) for line in folded_once) > 80


@pytest.mark.parametrize("library", [pl.DataFrame, pd.DataFrame])
def test_what_falls_due_of_a_frame_is_what_falls_due_of_its_tickets(library):
    own = policy("update", {"update": {"next": "due"}})
    tickets = [ticket.model_copy(update={"reopenings": ()}) for ticket in desk_of(60, 6)]
    frame, sides = frames_of(tickets)
    del sides["reopenings"]
    now = at("2018-04-11 12:00")
    whole = sc.due_within(tickets, own, at=now, within="6 hours")
    wanted = [
        (item.ticket, item.measure, item.cycle, item.due, item.remaining, state)
        for state, items in (("running", whole.due), ("breached", whole.overdue), ("paused", whole.paused))
        for item in items
    ]
    assert {state for *_, state in wanted} == {"running", "breached", "paused"}
    rows = columns.due_within(
        library(frame.to_dicts()), own, at=now, within="6 hours",
        **{name: library(side.to_dicts()) for name, side in sides.items()},
    )  # fmt: skip
    rows = rows if library is pl.DataFrame else pl.from_pandas(rows)
    assert rows.select("ticket", "measure", "cycle", "due", "remaining", "state").rows() == wanted


def test_what_falls_due_of_nothing_and_of_what_is_wrong():
    own = policy("update", {"update": {"next": "event"}})
    opened = at("2018-04-10 08:00")
    frame = pl.DataFrame({"id": ["A", "B"], "opened": [opened, opened], "priority": [None, "P9"]})
    assert len(columns.due_within(frame[:0], own, at=opened)) == 0
    assert len(columns.due_within(frame, own, at=opened - HALF_HOUR)) == 0
    wrong = {"ticket": ["B"], "start": [opened], "end": [None], "reason": ["?"]}
    sides = {"pauses": pl.DataFrame(wrong, schema_overrides={"end": pl.Datetime("us", "UTC")})}
    with pytest.raises(sc.errors.UnknownReasonError, match="^row 1: "):
        columns.due_within(frame, own, at=opened, **sides)
    with pytest.warns(match="row 1"):
        rows = columns.due_within(frame, own, at=opened, within="1 day", errors="null", **sides)
    assert set(rows["ticket"]) == {"A"}
    for within in ("< 4 hours", "2-4 hours", "1 day by close", "4 wall hours"):
        with pytest.raises(sc.errors.TargetError, match="within: .* has more than a length"):
            columns.due_within(frame, own, at=opened, within=within)


@pytest.mark.parametrize("reading", ["due", "grid"])
def test_a_window_after_a_due_date_counts_from_the_day_of_that_at_both_ends(reading):
    own = policy("update", {"update": {"next": reading}}, target="1-3 days by close")
    waits = sc.Ticket(
        id="A",
        priority="P1",
        opened=at("2018-04-09 10:00"),
        events=[sc.Event(at=at("2018-04-12 17:00"), name="answered")],
    )
    first, second = sc.assess(waits, own, at=at("2018-04-13 09:00"), measure="update").cycles
    assert (first.expected_from, first.due) == (at("2018-04-10 17:00"), at("2018-04-12 17:00"))
    assert (second.expected_from, second.due) == (at("2018-04-13 16:30"), at("2018-04-17 17:00"))


def test_a_window_of_a_grid_is_open_at_its_line_at_the_latest():
    """The line is drawn from the start of the first cycle, the window's least from that of its own."""
    wednesdays = sc.WorkingCalendar.parse(
        "Mo,Th 08:00-17:00; We 10:00-17:00", timezone="Europe/London", day_rule="same-time"
    )
    own = policy("update", {"update": {"next": "grid"}}, target="1-1 days").model_copy(update={"calendar": wednesdays})
    waits = sc.Ticket(id="A", priority="P1", opened=at("2018-04-09 08:30"))
    cycles = sc.assess(waits, own, at=at("2018-04-12 12:00"), measure="update").cycles
    assert (cycles[1].started, cycles[1].due) == (at("2018-04-11 10:00"), at("2018-04-12 08:30"))
    assert all(cycle.expected_from <= cycle.due for cycle in cycles)
