"""A synthetic desk for the engines, and their answers in a form that can be compared."""

from __future__ import annotations

import pyarrow as pa

from desk import at

NOW = at("2020-01-10 12:00")
ANSWERS = ("sla_state", "sla_due", "sla_elapsed", "sla_remaining", "sla_over", "sla_note", "sla_consumed")


def opened_by_now(desk):
    """The desk's tickets that had opened by now, and their pauses."""
    tickets = desk.tickets.filter(pa.compute.less_equal(desk.tickets["opened"], pa.scalar(NOW)))
    return tickets, desk.pauses.filter(pa.compute.is_in(desk.pauses["ticket"], tickets["id"].combine_chunks()))


def by_id(table):
    """The answers by the tickets' ids, in microseconds and texts."""
    plain = pa.table({name: _plain(table[name]) for name in ("id", *ANSWERS)})
    return plain.sort_by("id").combine_chunks()


def _plain(column):
    if pa.types.is_timestamp(column.type) or pa.types.is_duration(column.type):
        return column.cast(pa.int64())
    return column
