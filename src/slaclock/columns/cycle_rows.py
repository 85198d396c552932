"""The cycles of many tickets as a frame, one row a cycle; each is what the scalar `assess` says of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slaclock.policy.book import PolicyLike, check_measure, given_policy, main_policy
from slaclock.policy.measures import Measure
from slaclock.temporal.durations import Unit
from slaclock.temporal.instants import InstantLike
from slaclock.tickets.knowledge import KnownLike
from slaclock.tickets.states import STATES

from .as_of import Asked
from .chunks import BadRows, Errors
from .given_tickets import GivenTickets
from .items import items_of
from .options import check_options
from .outputs import COUNTS, DURATIONS, INSTANTS, Output, categories
from .typing import FrameT
from .units import check_unit, named, outputs_in

CYCLE_ANSWERS: dict[str, Output] = {
    "started": INSTANTS,
    "due": INSTANTS,
    "ended": INSTANTS,
    "state": categories(STATES),
    "elapsed": DURATIONS,
}


def cycles(
    frame: FrameT,
    policy: PolicyLike,
    *,
    at: InstantLike,
    measure: Measure = "update",
    known: KnownLike | None = None,
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
    """The cycles of every ticket of a frame as of `at`, one row a cycle, in the order of the tickets and of time.

    The columns are `ticket` (its id, or without ids its row from 0), `cycle` (its number from 1), `started`, `due`
    (missing while an open pause holds it), `ended` (missing while it runs), `state` and `elapsed`. A ticket of which no
    cycle has begun has no row. The arguments are those of `assess`; with `errors="null"` a ticket that is wrong, or has
    a cycle that cannot be answered, has no rows and is counted.

    >>> import pandas as pd
    >>> from slaclock import Policy
    >>> tickets = pd.DataFrame({"id": ["T1"], "priority": ["P2"], "opened": pd.to_datetime(["2018-04-09 09:00"]),
    ...                         "responded": pd.to_datetime(["2018-04-09 09:30"])})
    >>> events = pd.DataFrame({"ticket": ["T1"], "at": pd.to_datetime(["2018-04-09 15:00"]), "name": ["asked"]})
    >>> asked = {"at": "2018-04-09T16:00+01:00", "measure": "reply", "timezone": "Europe/London"}
    >>> cycles(tickets, Policy.example(), events=events, **asked)[["ticket", "cycle", "state"]].to_dict("records")
    [{'ticket': 'T1', 'cycle': 1, 'state': 'running'}]
    """
    policy = given_policy(policy)
    check_measure(policy, measure)
    check_options(columns=columns, timezone=timezone, threads=threads)
    check_unit(unit)
    wanted = outputs_in(CYCLE_ANSWERS, unit)
    asked = Asked.of(at, measure, known)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    given = GivenTickets.read(frame, policy, columns, timezone, **sides)
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    rows = items_of(given.tickets, policy, asked, wanted, bad, threads=threads, cycles=True)
    bad.warn()
    answers = {"cycle": rows.cycle, **{named(name): answer for name, answer in rows.answers.items()}}
    outputs = {"cycle": COUNTS, **{named(name): output for name, output in wanted.items()}}
    answered: FrameT = given.answered(rows.row, outputs, answers, main_policy(policy).calendar.zone.key)
    return answered
