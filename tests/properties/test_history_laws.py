"""Tickets with histories are judged alike one by one and by columns: changes, reopenings, cancellations, all rules."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from slaclock import columns
from slaclock import strategies as drawn

NAMES = ("id", "kind", "priority", "opened", "responded", "resolved", "cancelled", "category", "impact", "urgency")
TARGETS = {"P1": {"resolve": "2 hours", "respond": "1 hour"}, "P2": {"resolve": "1 day"}, "P3": {"resolve": "none"}}
ANSWERS = ("state", "due", "elapsed", "remaining", "consumed")


@st.composite
def policies(draw):
    """Policies with all rules, coverage, and priorities of which one has no target."""
    rules = {
        "priority_change": draw(st.sampled_from(["from-opening", "from-opening", "restart", "carry"])),
        "breach": draw(st.sampled_from(["of-target", "of-target", "stands"])),
        "reopening": draw(st.sampled_from(["resume", "resume", "restart"])),
    }
    plain = draw(drawn.policies())
    incident = {**TARGETS, "P2": {"resolve": draw(drawn.targets(plain.calendar))}}
    return plain.model_copy(update={
        "rules": rules, "targets": {"incident": incident, "request": {"resolve": "90 wall minutes"}},
        "priorities": {"high": {"high": "P1", "low": "P2"}, "low": {"high": "P2", "low": "P3"}},
    })  # fmt: skip


@st.composite
def tickets(draw, number):
    """A ticket with up to three changes, two reopenings and three pauses, some with words that no policy knows."""
    opened = draw(drawn.instants())
    start = opened.astimezone(UTC)

    def some(low, high):
        return sorted(start + draw(drawn.lengths()) for _ in range(draw(st.integers(low, high))))

    moments = some(0, 5)
    again = [
        sc.Reopening(resolved=a, reopened=b)
        for a, b in zip(moments[: len(moments) // 2 * 2 : 2], moments[1::2], strict=True)
    ]
    priorities = st.sampled_from(["P1", "P2", "P3", None] * 4 + ["P9"])
    values = {
        "priority": priorities,
        "kind": st.sampled_from(["incident", "request"]),
        "category": st.sampled_from(["network", "toner", None]),
        "impact": st.sampled_from(["high", "low", None]),
        "urgency": st.sampled_from(["high", "low", None]),
        "team": st.sampled_from(["L1", "L2"]),
    }
    fields = st.sampled_from(["priority"] * 3 + [*values])
    changes = [sc.Change(at=at, field=(name := draw(fields)), to=draw(values[name])) for at in some(0, 3)]
    final = moments[-1] if len(moments) % 2 else None
    return sc.Ticket(
        id=f"T{number}",
        kind=draw(st.sampled_from(["incident", "incident", "incident", "request"])),
        priority=draw(priorities),
        opened=opened,
        responded=draw(st.one_of(st.none(), st.sampled_from([start, *moments]), drawn.lengths().map(start.__add__))),
        resolved=final,
        cancelled=draw(st.one_of(st.none(), st.none(), st.sampled_from([start, *moments]), st.just(start))),
        category=draw(values["category"]),
        impact=draw(values["impact"]),
        urgency=draw(values["urgency"]),
        pauses=draw(drawn.pauses(opened, reasons=["third_party", "user", "lunch"], most=3)),
        changes=changes,
        reopenings=again,
    )


UTC_MICROS = pl.Datetime("us", "UTC")
INSTANTS = ("opened", "responded", "resolved", "cancelled", "start", "end", "at", "reopened")


def framed(names, rows):
    """Rows as a Polars frame, their instants in UTC."""
    schema = {name: UTC_MICROS if name in INSTANTS else pl.String for name in names}
    plain = [[cell.astimezone(UTC) if isinstance(cell, datetime) else cell for cell in row] for row in rows]
    return pl.DataFrame(plain, schema, orient="row")


def side_frames(some):
    """The tickets as a frame with its side frames."""
    sides = {
        "pauses": ("start", "end", "reason"),
        "changes": ("at", "field", "to"),
        "reopenings": ("resolved", "reopened"),
    }
    frames = {
        side: framed(
            ("ticket", *names),
            [(t.id, *(getattr(entry, name) for name in names)) for t in some for entry in getattr(t, side)],
        )
        for side, names in sides.items()
    }
    return framed(NAMES, [[getattr(t, name) for name in NAMES] for t in some]), frames


def one_by_one(ticket, policy, at, measure):
    """What `assess` says of a ticket, or its error."""
    try:
        a = sc.assess(ticket, policy, at=at, measure=measure)
        return [getattr(a, name) for name in ANSWERS]
    except sc.SlaClockError as error:
        return error


@pytest.mark.parametrize("library", ["polars", "pandas", "pyarrow"])
@given(data=st.data())
def test_columns_judge_histories_as_assess_does(library, data):
    policy = data.draw(policies())
    some = [data.draw(tickets(number)) for number in range(data.draw(st.integers(1, 3)))]
    at = max(t.opened.astimezone(UTC) for t in some) + data.draw(drawn.lengths()) - timedelta(hours=2)
    measure = data.draw(st.sampled_from(["resolve", "resolve", "respond"]))
    frame, sides = side_frames(some)
    if library != "polars":
        change = pl.DataFrame.to_pandas if library == "pandas" else pl.DataFrame.to_arrow
        frame, sides = change(frame), {name: change(side) for name, side in sides.items()}
    expected = [one_by_one(t, policy, at, measure) for t in some]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        answered = columns.assess(frame, policy, at=at, measure=measure, errors="null", **sides)
    readers = {"polars": lambda frame: frame, "pandas": pl.from_pandas, "pyarrow": pl.from_arrow}
    table = readers[library](answered)
    for row, wanted in enumerate(expected):
        got = [table[f"sla_{name}"][row] for name in ANSWERS]
        if isinstance(wanted, sc.SlaClockError):
            assert got[0] is None, (got, wanted)
        else:
            assert got[:4] == wanted[:4]
            assert got[4] is wanted[4] or got[4] == pytest.approx(wanted[4], rel=1e-12)
    first = next((row for row, wanted in enumerate(expected) if isinstance(wanted, sc.SlaClockError)), None)
    if first is not None:
        with pytest.raises(type(expected[first])) as raised:
            columns.assess(frame, policy, at=at, measure=measure, **sides)
        assert raised.value.row == first
