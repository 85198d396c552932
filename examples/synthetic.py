"""Any number of synthetic tickets of the packaged example's kinds, with pauses, by a seed; for tests and benchmarks.

The first so many are the same however many are made. `python examples/synthetic.py 1000000 FOLDER` writes them as
Parquet, `tickets.parquet` and `pauses.parquet`.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

DAY = 86_400_000_000
FIRST = np.datetime64("2015-04-01", "us").astype(np.int64)
YEARS = 10
_BLOCK = 100_000


class Desk(NamedTuple):
    """Tickets and their pauses."""

    tickets: Any
    pauses: Any


def desk(count: int, seed: int = 1) -> Desk:
    """So many tickets, half of them with one pause or two."""
    parts = [_block(start, min(_BLOCK, count - start), seed) for start in range(0, count, _BLOCK)]
    return Desk(*(pa.concat_tables(list(tables)) for tables in zip(*parts, strict=True)))


def contacts(count: int, seed: int = 1) -> Any:
    """So many calls and e-mails, some of them abandoned, as tickets for the service standards."""
    rng = np.random.default_rng([seed, count])
    call = rng.random(count) < 0.7
    opened = FIRST + rng.integers(0, YEARS * 365 * DAY, count)
    waited = np.where(call, rng.exponential(15e6, count), rng.exponential(DAY / 2, count)).astype(np.int64)
    gave_up = call & (rng.random(count) < 0.1)
    return pa.table({
        "id": np.char.add("C", np.arange(count).astype(str)),
        "kind": np.where(call, "call", "email"),
        "opened": _instants(opened),
        "responded": _instants(opened + waited, gave_up | (rng.random(count) < 0.02)),
        "abandoned": _instants(opened + waited, ~gave_up),
    })  # fmt: skip


def _block(start: int, count: int, seed: int) -> Desk:
    rng = np.random.default_rng([seed, start])
    kind = rng.choice(["incident", "service_request"], _BLOCK, p=[0.8, 0.2])[:count]
    priority = rng.choice(["P1", "P2", "P3", "P4"], _BLOCK, p=[0.05, 0.2, 0.5, 0.25])[:count]
    opened = (FIRST + rng.integers(0, YEARS * 365 * DAY, _BLOCK))[:count]
    resolved = opened + (rng.exponential(3 * DAY, _BLOCK)[:count]).astype(np.int64)
    still_open = rng.random(_BLOCK)[:count] < 0.02
    excluded = rng.random(_BLOCK)[:count] < 0.03
    ids = np.char.add("T", np.arange(start, start + count).astype(str))
    tickets = pa.table({
        "id": ids,
        "kind": kind,
        "priority": pa.array(priority, mask=kind == "service_request"),
        "category": pa.array(np.where(excluded, "consumables", "network")),
        "opened": _instants(opened),
        "resolved": _instants(resolved, still_open),
    })  # fmt: skip
    waits = rng.choice([0, 1, 2], _BLOCK, p=[0.5, 0.3, 0.2])[:count]
    row = np.repeat(np.arange(count), waits)
    begun = opened[row] + rng.integers(0, 4 * DAY, len(row))
    ended = begun + rng.integers(0, 2 * DAY, len(row))
    never = rng.random(len(row)) < 0.01
    order = rng.permutation(len(row))
    pauses = pa.table({
        "ticket": ids[row][order],
        "start": _instants(begun[order]),
        "end": _instants(ended[order], never[order]),
        "reason": pa.array(np.full(len(row), "third_party")),
    })  # fmt: skip
    return Desk(tickets, pauses)


def _instants(micros: Any, missing: Any = None) -> Any:
    return pa.array(micros.view("M8[us]"), mask=missing).cast(pa.timestamp("us", "UTC"))


if __name__ == "__main__":
    made, folder = desk(int(sys.argv[1])), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in made._asdict().items():
        pq.write_table(table, folder / f"{name}.parquet", row_group_size=_BLOCK)
