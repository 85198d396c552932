"""A file of past tickets, and what stands beside them, compared under two policies."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pyarrow as pa

from slaclock.desks.readings import Reading
from slaclock.policy.book import PolicyBook, check_measure
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.reporting.bad_tickets import frame_with_all_faults
from slaclock.what_if.compare import TicketsUnder

from .file_tickets import FileTickets


def tickets_under(
    tickets: str,
    policy: Policy | PolicyBook,
    at: datetime,
    *,
    sides: Mapping[str, str],
    measure: Measure,
    reading: Reading,
) -> TicketsUnder:
    """The tickets as one policy judges them; what is wrong with one of them is said with its file and row."""
    check_measure(policy, measure)

    def made(table: pa.Table, own: Mapping[str, Any]) -> TicketsUnder:
        source = frame_with_all_faults(table, policy, own, timezone=reading.zone.key)
        return TicketsUnder(source, policy, at=at, measure=measure)

    return FileTickets([tickets], policy, sides, reading).answered(made, at=at, measure=measure)
