"""The tickets that are compared with a desk's figures: those with a target, of which the desk says anything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.columns.as_of import is_one_clock
from slaclock.columns.categories import Categories, combined
from slaclock.columns.piecewise import NEVER, Bools, Ints
from slaclock.policy.book import PolicyBook, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.reporting.sources import TicketFrame, TicketList
from slaclock.reporting.standard_kinds import only_of_standards
from slaclock.tickets.states import OUTSIDE, STATES

from .desk_figures import DeskFigures
from .roundings import Ours

_BREACHED = STATES.index("breached")
_INSIDE = [number for number, state in enumerate(STATES) if state not in OUTSIDE]
Source = TicketFrame | TicketList


class Whole(NamedTuple):
    """How tickets stand as a whole, a row each: of cycles that are judged by themselves the running one, or the last.

    `ours` are their figures; `state` is -1 where there is no answer.
    """

    ours: Ours
    state: NDArray[np.int64]
    done: Ints
    is_strict: Bools
    kind: Categories
    priority: Categories


def whole(source: Source, rows: Ints, policy: Policy | PolicyBook, at: int, measure: Measure) -> Whole:
    """How some tickets of a source stand."""
    items = source.assess(rows, policy, at, measure)
    place = np.full(source.count, -1)
    place[items.row] = np.arange(len(items.row))  # of several the last stays
    at_row = place[rows]
    there = at_row >= 0

    def column(values: NDArray[Any], missing: int) -> Ints:
        answers: Ints = np.append(values.astype(np.int64), missing)[at_row]
        return answers

    def words(values: Categories) -> Categories:
        return Categories(np.append(values.codes, -1)[at_row], values.names)

    state = column(items.state, -1)
    known = there & (state >= 0)
    late = known & (state == _BREACHED)
    return Whole(
        Ours(column(items.due, NEVER), late, column(items.elapsed, NEVER), known),
        state,
        column(items.done, NEVER),
        column(items.is_strict, 0) == 1,
        words(items.kind),
        words(items.priority),
    )


@dataclass(frozen=True)
class Judged:
    """The tickets that are compared, in the order of their openings, with the desk's figures.

    `row` is the number of each in the source, `seen` the instant by which it is judged: when it `is_done`, or that of
    the question. `case` is the number of its kind, priority and policy among `cases`. `apart` tickets are by no target,
    `silent` are those of which the desk says nothing, and `later` opened after the instant.
    """

    source: Source
    policy: Policy | PolicyBook
    at: int
    measure: Measure
    desk: DeskFigures
    row: Ints
    opened: Ints
    seen: Ints
    is_done: Bools
    is_strict: Bools
    case: Ints
    cases: tuple[tuple[str | None, str | None, int], ...]
    apart: int
    silent: int
    later: int
    threads: int | None = None

    @property
    def count(self) -> int:
        """How many tickets are compared."""
        return len(self.row)

    @property
    def is_one_clock(self) -> bool:
        """Whether the measure is one that needs no events, and counts one clock a ticket."""
        policies = policies_of(self.policy)
        return all(
            own.has_measure(self.measure) and is_one_clock(self.measure, own.measure(self.measure)) for own in policies
        )


def judged_of(
    source: Source,
    policy: Policy | PolicyBook,
    at: int,
    measure: Measure,
    desk: DeskFigures,
    *,
    threads: int | None = None,
) -> Judged:
    """The tickets that are compared."""
    known = np.flatnonzero(source.opened <= at)
    numbers = source.policy_numbers(policy)
    rows = known[~only_of_standards(policy, source.kind, numbers)[known]]
    present = desk.present[rows]
    silent = len(rows) - int(np.count_nonzero(present))
    rows = rows[present]
    rows = rows[np.argsort(source.opened[rows], kind="stable")]
    base = whole(source, rows, policy, at, measure)
    inside = np.isin(base.state, _INSIDE)
    own = rows[inside]
    number = Categories(numbers[own], tuple(str(index) for index in range(len(policies_of(policy)))))
    case, cases = combined([base.kind.take(inside), base.priority.take(inside), number])
    return Judged(
        source,
        policy,
        at,
        measure,
        desk.of(own),
        own,
        source.opened[own],
        np.where(base.done == NEVER, at, base.done)[inside],
        base.done[inside] != NEVER,
        base.is_strict[inside],
        case,
        tuple((kind, priority, -1 if index is None else int(index)) for kind, priority, index in cases),
        len(rows) - len(own),
        silent,
        source.count - len(known),
        threads,
    )
