"""The cycles of many tickets as a frame, one row a cycle; each is what the scalar `assess` says of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from slaclock.policy.book import PolicyBook, check_measure, main_policy
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import InstantLike, instant_of, to_micros
from slaclock.tickets.states import STATES

from .as_of import Asked
from .chunks import BadRows, Errors
from .frames import frame_of, kind_of, narwhals
from .items import items_of
from .options import check_options
from .outputs import COUNTS, DURATIONS, INSTANTS, Output, categories
from .tickets import names_of, own_fields, read_tickets
from .typing import FrameT

CYCLE_ANSWERS: dict[str, Output] = {
    "started": INSTANTS,
    "due": INSTANTS,
    "ended": INSTANTS,
    "state": categories(STATES),
    "elapsed": DURATIONS,
}


def cycles(
    frame: FrameT,
    policy: Policy | PolicyBook,
    *,
    at: InstantLike,
    measure: Measure = "update",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    errors: Errors | BadRows = "raise",
    threads: int | None = None,
) -> FrameT:
    """The cycles of every ticket of a frame as of `at`, one row a cycle, in the order of the tickets and of time.

    The columns are `ticket` (its id, or without ids its row from 0), `cycle` (its number from 1), `started`, `due`
    (missing while an open pause holds it), `ended` (missing while it runs), `state` and `elapsed`. A ticket of which no
    cycle has begun has no row. The arguments are those of `assess`; with `errors="null"` a ticket that is wrong, or has
    a cycle that cannot be answered, has no rows and is counted.
    """
    check_measure(policy, measure)
    check_options(columns=columns, timezone=timezone, threads=threads)
    asked = Asked(to_micros(instant_of(at)), measure)
    table = frame_of(frame)
    names = names_of(table, columns or {}, own_fields(policy))
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    tickets = read_tickets(table, names, timezone, **sides)
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    rows = items_of(tickets, policy, asked, CYCLE_ANSWERS, bad, threads=threads, cycles=True)
    bad.warn()
    nw, zone = narwhals(), main_policy(policy).calendar.zone.key
    ids = nw.new_series("ticket", np.arange(tickets.count), backend=table.implementation)
    ids = nw.maybe_reset_index((ids if tickets.ids is None else tickets.ids)[rows.row])
    kind = kind_of([nw.maybe_reset_index(table[names["opened"]][rows.row]).to_native()])
    made = {"cycle": COUNTS.column(kind, rows.cycle, zone)}
    made |= {name: output.column(kind, rows.answers[name], zone) for name, output in CYCLE_ANSWERS.items()}
    series = (nw.from_native(column, series_only=True).alias(name) for name, column in made.items())
    answered: FrameT = ids.alias("ticket").to_frame().with_columns(*series).to_native()
    return answered
