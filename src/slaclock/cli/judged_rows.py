"""Answers to batches of tickets, whoever has read them; a ticket that has none is told with the row at fault."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa

from slaclock.columns.chunks import EnoughRowsError, FirstOfRow, FirstRows
from slaclock.desks.cells import plain_cell
from slaclock.desks.entry_places import LocatedEntry
from slaclock.desks.faults import MOST, Faults, Place
from slaclock.desks.located_tickets import fault_of
from slaclock.errors import SlaClockError

from .answer_tables import TableAssessment

EntriesOf = Callable[[str], Iterable[LocatedEntry]]
"""What gives the entries beside a ticket, by its id."""


class Judge:
    """Assesses batches of tickets; what is wrong with a ticket is told to `faults`."""

    def __init__(self, assessment: TableAssessment, entries_of: EntriesOf, faults: Faults) -> None:
        self._assessment, self._entries_of, self._faults = assessment, entries_of, faults

    def answers(
        self, table: pa.Table, own: Mapping[str, Any], place: Callable[[int], Place], threads: int | None = None
    ) -> pa.Table:
        """The answers to those tickets that have one; `place` says where a row stands."""
        bad = FirstOfRow() if self._faults.skip else FirstRows(MOST + 1)
        try:
            answers = self._assessment.answers(table, own, bad, threads)
        except EnoughRowsError:
            self.tell(bad.problems, table, place)
            raise
        if bad.problems:
            self.tell(bad.problems, table, place)
            good = np.ones(len(table), bool)
            good[[*bad.problems]] = False
            answers = answers.filter(pa.array(good))
        return answers

    def tell(self, problems: Mapping[int, SlaClockError], table: pa.Table, place: Callable[[int], Place]) -> None:
        """Tell of the rows that have no answer, each with the place at fault."""
        rows = []
        # Where they end the work, only those that are told are worked out again with the places at fault.
        chosen = sorted(problems)[: None if self._faults.skip else MOST + 1]
        for row in chosen:
            fields = row_of(table, row)
            entries = tuple(self._entries_of(fields["id"]))
            own = self._assessment
            asked = {"at": own.at, "measure": own.measure, "by": own.known}
            rows.append(fault_of(problems[row], fields, place(row), entries, own.policy, **asked))  # type: ignore[arg-type]
        self._faults.add(rows, unfinished=len(rows) > MOST)


def row_of(table: pa.Table, row: int) -> dict[str, Any]:
    """What a row says."""
    return {name: plain_cell(table[name][row]) for name in table.column_names}
