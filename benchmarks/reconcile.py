"""How many calls of `columns.deadline` a reconciliation takes: 100,000 tickets under all readings that can matter.

    python benchmarks/reconcile.py            # prints the ratio; 1 where it is more than 100

Both are measured in one run over the same tickets, targets and pauses, on one thread.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd

import slaclock as sc
from slaclock import columns

ROWS, MOST, REPEATS = 100_000, 100, 3
AT = "2019-06-01T00:00Z"


def least_seconds(work: Callable[[], object], repeats: int) -> float:
    """The least time that some work takes."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def main() -> int:
    draw = np.random.default_rng(1)
    policy = sc.Policy.example()
    targets = {name: str(policy.target("incident", name)) for name in ("P1", "P2", "P3", "P4")}
    opened = np.datetime64("2018-04-01", "us") + draw.integers(0, 300 * 86_400, ROWS) * np.timedelta64(1_000_000, "us")
    priority = np.array([*targets])[draw.integers(0, 4, ROWS)]
    tickets = pd.DataFrame({
        "id": [f"T{number}" for number in range(ROWS)], "priority": priority,
        "opened": pd.to_datetime(opened, utc=True),
    })  # fmt: skip
    held = tickets[: ROWS // 10]
    start, end = held["opened"] + pd.Timedelta("1h"), held["opened"] + pd.Timedelta("25h")
    pauses = pd.DataFrame({"ticket": held["id"], "start": start, "end": end, "reason": "third_party"})
    by_row = columns.Pauses(np.arange(len(held)), start, end)
    close = policy.calendar.model_copy(update={"day_rule": "close-of-business"})
    desk = policy.model_copy(update={"calendar": close})
    tickets["due"] = columns.assess(tickets, desk, at=AT, pauses=pauses)["sla_due"]

    def deadline() -> object:
        return columns.deadline(
            tickets["opened"], targets, priority=tickets["priority"], calendar=policy.calendar, pauses=by_row, threads=1
        )

    def reconcile() -> sc.Reconciliation:
        return sc.reconcile(
            tickets, policy, due="due", at=AT, pauses=pauses, zones=["UTC", "America/New_York"], threads=1
        )

    made = reconcile()
    one, all_readings = least_seconds(deadline, 5), least_seconds(reconcile, REPEATS)
    ratio = all_readings / one
    print(f"{made.tried} readings of {ROWS:,} tickets: {all_readings:.2f} s, {ratio:.0f} calls of columns.deadline")
    return int(ratio > MOST or made.best.reading.day_rule != "close-of-business")


if __name__ == "__main__":
    sys.exit(main())
