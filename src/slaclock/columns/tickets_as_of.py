"""Many tickets under one policy as of an instant: their terms, what was done, and when they waited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from slaclock.policy.policy import Policy

from .arrays import renumbered
from .as_of import Asked, as_of, backward_pauses, stopping_pauses
from .categories import Categories
from .pause_columns import PauseColumns
from .piecewise import NEVER, Bools, Ints
from .rows import any_of
from .terms import RowTerms, no_terms, terms_of
from .tickets import Tickets


@dataclass(frozen=True)
class TicketsAsOf:
    """Tickets under one policy with what held for each as of an instant: its terms, its pauses, what is known of it.

    `kind` is that in force. `done` and `cancelled` are None where no ticket has a history, so that its columns say all;
    `doubtful` are the rows that are asked alone.
    """

    tickets: Tickets
    terms: RowTerms
    kind: Categories
    pauses: PauseColumns | None
    done: Ints | None
    cancelled: Ints | None
    doubtful: Bools | None

    def by_calendar(self) -> Iterator[Ints | None]:
        """The rows whose clocks run on one calendar, calendar by calendar; None where it is one for all."""
        several = len(self.terms.calendars) > 1
        used = np.flatnonzero(np.bincount(self.terms.calendar_of)) if several else ()
        if len(used) < 2:
            yield None
        else:
            yield from (np.flatnonzero(self.terms.calendar_of == number) for number in used)

    def of(self, rows: Ints) -> TicketsAsOf:
        """Some of the tickets, whose clocks run on one calendar."""
        pauses = self.pauses
        if pauses is not None:
            row = renumbered(rows, self.tickets.count)[pauses.row]
            pauses = pauses.of(row >= 0, row)
        return TicketsAsOf(
            self.tickets.of(rows),
            self.terms.of(rows),
            self.kind.take(rows),
            pauses,
            None if self.done is None else self.done[rows],
            None if self.cancelled is None else self.cancelled[rows],
            None if self.doubtful is None else self.doubtful[rows],
        )


def tickets_as_of(tickets: Tickets, policy: Policy, asked: Asked, *, fits: bool = True) -> TicketsAsOf:
    """What held for tickets under one policy; where no policy of their book `fits`, it only lends its calendar."""
    known = as_of(tickets, policy, asked)
    held = tickets if known is None else known.tickets
    kind = held.categories["kind"]
    if not fits:
        alone = any_of(backward_pauses(tickets), tickets.has_agreed(asked.measure))
        if known is None:
            return TicketsAsOf(tickets, no_terms(held, policy), kind, None, None, None, alone)
        gaps, alone = known.pauses(None), any_of(alone, known.doubtful)
        return TicketsAsOf(tickets, no_terms(held, policy), kind, gaps, known.done, known.cancelled, alone)
    terms = terms_of(held, policy, asked.measure)
    pauses, unlisted = stopping_pauses(tickets, policy, asked.measure)
    alone = any_of(unlisted, tickets.has_agreed(asked.measure))
    if known is None:
        return TicketsAsOf(tickets, terms, kind, pauses, None, None, alone)
    if tickets.changes is not None:
        # A word of the opening that the policy does not know is an error, whatever it was changed to.
        changed = tickets.changes.rows
        known.doubtful[changed[terms_of(tickets.of(changed), policy, asked.measure).targets.unknown]] = True
    return TicketsAsOf(
        tickets,
        terms.without(known.cancelled != NEVER),
        kind,
        known.pauses(pauses),
        known.done,
        known.cancelled,
        any_of(alone, known.doubtful),
    )
