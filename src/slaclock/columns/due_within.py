"""What of many tickets falls due within some service time, one row each; each is what the scalar `due_within` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from slaclock.errors import ColumnError, SlaClockError
from slaclock.policy.book import PolicyBook, PolicyLike, given_policy, main_policy
from slaclock.policy.policy import Policy
from slaclock.temporal.durations import Unit
from slaclock.temporal.instants import InstantLike, instant_of, to_micros
from slaclock.tickets import due_within as scalar
from slaclock.tickets.due_within import DueItem, length_of
from slaclock.tickets.states import STATES

from .as_of import Asked
from .assessment import assess_rows
from .calendar_rows import ALL_OUTPUTS
from .chosen import by_policy
from .chunks import BadRows, Errors, FirstOfRow
from .given_tickets import GivenTickets
from .instants import instant_of as instant_at
from .options import check_options
from .outputs import COUNTS, INSTANTS, categories
from .piecewise import NEVER, Ints
from .rows import any_of
from .tickets import Tickets
from .typing import FrameT
from .units import check_unit, lengths_in

_OPEN = {"due": "running", "overdue": "breached", "paused": "paused"}
"""The states of what falls due, by the lists of a `DueWithin`."""
_STATES = [STATES.index(state) for state in _OPEN.values()]
_ASKED = {name: ALL_OUTPUTS[name] for name in ("state", "done")}


class _Row(NamedTuple):
    """Something that falls due, of a ticket in a row."""

    row: int
    state: str
    item: DueItem


def due_within(
    frame: FrameT,
    policy: PolicyLike,
    *,
    at: InstantLike,
    within: scalar.Within = "4 hours",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    unit: Unit | None = None,
    timezone: str | None = None,
    errors: Errors | BadRows = "raise",
    threads: int | None = None,
) -> FrameT:
    """What falls due within so much service time from `at` on, over all measures and their cycles.

    The columns are `ticket` (its id, or without ids its row from 0), `measure`, `cycle`, `priority`, `due`, `remaining`
    and `state`. First come those that fall due (`running`), then the overdue ones (`breached`), and those that wait
    and would fall due if their pause ended now (`paused`); each in order of the due dates. The side frames and what
    follows are those of `assess`, and `within` is that of the scalar `due_within`, whose errors it raises with the row.

    >>> import pandas as pd
    >>> from slaclock import Policy
    >>> tickets = pd.DataFrame({"id": ["T1"], "priority": ["P1"], "opened": pd.to_datetime(["2018-04-06 15:00"])})
    >>> asked = {"at": "2018-04-06T15:00+01:00", "within": "4 hours", "timezone": "Europe/London"}
    >>> soon = due_within(tickets, Policy.example(), **asked)
    >>> soon[["ticket", "measure", "state"]].to_dict("records"), str(soon["due"][0])
    ([{'ticket': 'T1', 'measure': 'resolve', 'state': 'running'}], '2018-04-09 08:30:00+01:00')
    """
    policy = given_policy(policy)
    check_options(columns=columns, timezone=timezone, threads=threads)
    check_unit(unit)
    if unit == "days":
        raise ColumnError("unit='days' is not told of what falls due", "use unit='hours'", value=unit)
    length_of(within)
    now = to_micros(instant_of(at))
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    given = GivenTickets.read(frame, policy, columns, timezone, **sides)
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    problems = FirstOfRow()
    candidates = _candidates(given.tickets, policy, now, problems, threads)
    rows = _rows(given.tickets, policy, now, within, candidates, problems)
    problems.tell(bad)
    bad.warn()
    order = list(_OPEN.values())
    rows = [row for row in rows if row.row not in problems.problems]
    rows.sort(key=lambda row: (order.index(row.state), to_micros(row.item.due), row.item.ticket, row.item.measure))
    words = {
        # One at least: pandas finds nothing in a list of none, not even what is missing.
        name: tuple(dict.fromkeys(getattr(row.item, name) or "" for row in rows)) or ("",)
        for name in ("measure", "priority")
    }
    outputs = {
        "measure": categories(words["measure"]), "cycle": COUNTS, "priority": categories(words["priority"]),
        "due": INSTANTS, "remaining": lengths_in(unit), "state": categories(order),
    }  # fmt: skip
    values = [{**{name: getattr(row.item, name, None) for name in outputs}, "state": row.state} for row in rows]
    answers = {
        name: np.array([output.value(value[name]) for value in values], output.dtype)
        for name, output in outputs.items()
    }
    places = np.array([row.row for row in rows], np.int64)
    answered: FrameT = given.answered(places, outputs, answers, main_policy(policy).calendar.zone.key)
    return answered


def _candidates(
    tickets: Tickets, policy: Policy | PolicyBook, now: int, problems: FirstOfRow, threads: int | None
) -> Ints:
    """The tickets of which something may fall due: a clock runs or waits, or something was agreed."""
    chosen = np.zeros(tickets.count, bool)
    for own, rows in by_policy(tickets, policy):
        if own is None:
            continue
        rows = rows[tickets.opened[rows] <= now]
        some = tickets.of(rows)
        for measure in own.measures_set:
            asked = Asked(now, measure)
            answers = assess_rows(some, policy, asked, _ASKED, problems, threads=threads, numbers=rows)
            chosen[rows[np.isin(answers["state"], _STATES) & (answers["done"] == NEVER)]] = True
    agreed = any_of(*(column.given(tickets.count) for column in tickets.agreed.values()))
    return np.flatnonzero(chosen if agreed is None else chosen | (agreed & (tickets.opened <= now)))


def _rows(  # noqa: PLR0917 - what is asked, and of what
    tickets: Tickets,
    policy: Policy | PolicyBook,
    now: int,
    within: scalar.Within,
    candidates: Ints,
    problems: FirstOfRow,
) -> list[_Row]:
    """What falls due of some tickets, asked one after another."""
    rows: list[_Row] = []
    for row in candidates.tolist():
        try:
            due = scalar.due_within([tickets.ticket(row)], policy, at=instant_at(now), within=within)
        except SlaClockError as problem:
            problems.add(row, problem)
            continue
        rows += [_Row(row, state, item) for name, state in _OPEN.items() for item in getattr(due, name)]
    return rows
