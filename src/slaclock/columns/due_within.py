"""What of many tickets falls due within some service time, one row each; each is what the scalar `due_within` says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook, main_policy
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import InstantLike, instant_of, to_micros
from slaclock.tickets import due_within as scalar
from slaclock.tickets.due_within import DueItem, length_of
from slaclock.tickets.states import STATES

from .as_of import Asked
from .assessment import assess_rows
from .calendar_rows import ALL_OUTPUTS
from .chosen import by_policy
from .chunks import BadRows, Errors, FirstOfRow
from .frames import frame_of, kind_of, narwhals
from .instants import instant_of as instant_at
from .options import check_options
from .outputs import COUNTS, DURATIONS, INSTANTS, categories
from .piecewise import NEVER, Bools, Ints
from .rows import any_of
from .tickets import Tickets, names_of, own_fields, read_tickets
from .typing import FrameT

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
    policy: Policy | PolicyBook,
    *,
    at: InstantLike,
    within: scalar.Within = "4 hours",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    errors: Errors | BadRows = "raise",
    threads: int | None = None,
) -> FrameT:
    """What falls due within so much service time from `at` on, over all measures and their cycles.

    The columns are `ticket` (its id, or without ids its row from 0), `measure`, `cycle`, `priority`, `due`, `remaining`
    and `state`. First come those that fall due (`running`), then the overdue ones (`breached`), and those that wait
    and would fall due if their pause ended now (`paused`); each in order of the due dates. The side frames and what
    follows are those of `assess`, and `within` is that of the scalar `due_within`, whose errors it raises with the row.
    """
    check_options(columns=columns, timezone=timezone, threads=threads)
    length_of(within)
    now = to_micros(instant_of(at))
    table = frame_of(frame)
    names = names_of(table, columns or {}, own_fields(policy))
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    tickets = read_tickets(table, names, timezone, **sides)
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    problems = FirstOfRow()
    rows = [*_rows(tickets, policy, now, within, _candidates(tickets, policy, now, problems, threads), problems)]
    problems.tell(bad)
    bad.warn()
    order = list(_OPEN.values())
    rows = [row for row in rows if row.row not in problems.problems]
    rows.sort(key=lambda row: (order.index(row.state), to_micros(row.item.due), row.item.ticket, row.item.measure))
    nw, zone = narwhals(), main_policy(policy).calendar.zone.key
    places = np.array([row.row for row in rows], np.int64)
    ids = nw.new_series("ticket", np.arange(tickets.count), backend=table.implementation)
    ids = nw.maybe_reset_index((ids if tickets.ids is None else tickets.ids)[places])
    kind = kind_of([nw.maybe_reset_index(table[names["opened"]][places]).to_native()])
    words = {
        # One at least: pandas finds nothing in a list of none, not even what is missing.
        name: tuple(dict.fromkeys(getattr(row.item, name) or "" for row in rows)) or ("",)
        for name in ("measure", "priority")
    }
    outputs = {
        "measure": categories(words["measure"]), "cycle": COUNTS, "priority": categories(words["priority"]),
        "due": INSTANTS, "remaining": DURATIONS,
    }  # fmt: skip
    made = {
        name: output.column(kind, np.array([output.value(getattr(row.item, name)) for row in rows], output.dtype), zone)
        for name, output in outputs.items()
    }
    states = categories(order)
    made["state"] = states.column(kind, np.array([states.value(row.state) for row in rows], states.dtype), zone)
    series = (nw.from_native(column, series_only=True).alias(name) for name, column in made.items())
    answered: FrameT = ids.alias("ticket").to_frame().with_columns(*series).to_native()
    return answered


def _candidates(
    tickets: Tickets, policy: Policy | PolicyBook, now: int, problems: FirstOfRow, threads: int | None
) -> Ints:
    """The tickets of which something may fall due: a clock runs or waits, or something was agreed."""
    chosen = np.zeros(tickets.count, bool)
    for own, rows in by_policy(tickets, policy):
        rows = rows[tickets.opened[rows] <= now]
        for measure in () if own is None else own.measures_set:
            answers = assess_rows(
                tickets.of(rows), policy, Asked(now, measure), _ASKED, problems, threads=threads, numbers=rows
            )
            chosen[rows[np.isin(answers["state"], _STATES) & (answers["done"] == NEVER)]] = True
    agreed = _agreed(tickets)
    return np.flatnonzero(chosen if agreed is None else chosen | (agreed & (tickets.opened <= now)))


def _agreed(tickets: Tickets) -> Bools | None:
    """The rows for which anything was agreed; None where for none."""
    count = tickets.count
    return any_of(*((one.numbers(count) >= 0) | (one.due(count) != NEVER) for one in tickets.agreed.values()))


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
