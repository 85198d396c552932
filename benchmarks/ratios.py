"""Whether slaclock became slower: each measurement as a ratio to plain work of the same run, beside the stored ones.

    python benchmarks/ratios.py            # prints the ratios beside those of baseline.json; 1 where one is much more
    python benchmarks/ratios.py --write    # stores them

A ratio says how many times as long something takes as the plain work named with it, so it depends little on the
machine. More than `SLACK` times the stored ratio fails.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

import slaclock as sc
from slaclock import columns

BASELINE = Path(__file__).with_name("baseline.json")
SLACK, REPEATS, ROWS = 1.5, 7, 200_000
LONDON = ZoneInfo("Europe/London")
Work = Callable[[], object]


def scalar_work() -> tuple[Work, Mapping[str, Work]]:
    """A plain difference of two zoned instants, and the answers for one ticket."""
    policy = sc.Policy.example()
    calendar = policy.calendar
    opened = datetime(2018, 4, 6, 15, tzinfo=LONDON)
    end = opened + timedelta(days=5)
    pause = sc.Pause(start=opened + timedelta(hours=1), end=opened + timedelta(days=3), reason="third_party")
    ticket = sc.Ticket(id="T1", priority="P2", opened=opened, pauses=[pause])
    five_years_on = opened + timedelta(days=1_826)

    def plain() -> object:
        return end.astimezone(UTC) - opened.astimezone(UTC)

    return plain, {
        "elapsed over 5 days": lambda: sc.elapsed(opened, end, calendar=calendar),
        "elapsed over 5 years": lambda: sc.elapsed(opened, five_years_on, calendar=calendar),
        "deadline, 6 hours": lambda: sc.deadline(opened, "6 hours", calendar=calendar),
        "deadline, 3 days": lambda: sc.deadline(opened, "3 days", calendar=calendar),
        "assess, one pause": lambda: sc.assess(ticket, policy, at=end).due,
        "explain": lambda: sc.assess(ticket, policy, at=end).explain(),
    }


def column_work() -> tuple[Work, Mapping[str, Work]]:
    """A plain sort of as many instants, and the answers for columns of them."""
    draw = np.random.default_rng(0)
    policy = sc.Policy.example()
    micros = draw.integers(1_500_000_000, 1_600_000_000, ROWS) * 1_000_000
    start = micros.astype("datetime64[us]")
    end = (micros + draw.integers(0, 10**12, ROWS)).astype("datetime64[us]")
    desk = policy.calendar
    return lambda: np.sort(micros), {
        "columns.elapsed": lambda: columns.elapsed(start, end, calendar=desk, threads=1),
        "columns.deadline, 6 hours": lambda: columns.deadline(start, "6 hours", calendar=desk, threads=1),
        "columns.deadline, 3 days": lambda: columns.deadline(start, "3 days", calendar=desk, threads=1),
    }


def import_work() -> tuple[Work, Mapping[str, Work]]:
    """The import of pydantic, which slaclock needs, and that of slaclock, each in a process of its own."""

    def imported(name: str) -> Work:
        return lambda: subprocess.run([sys.executable, "-c", f"import {name}"], check=True)

    return imported("pydantic"), {"import": imported("slaclock")}


def seconds(work: Work, calls: int) -> float:
    """How long so many calls take."""
    start = time.perf_counter()
    for _ in range(calls):
        work()
    return time.perf_counter() - start


def ratios(plain: Work, works: Mapping[str, Work], calls: int) -> dict[str, float]:
    """Each work against the plain one: the least times over repeats in which all take turns."""
    least = dict.fromkeys(["plain", *works], float("inf"))
    for _ in range(REPEATS + 1):  # in the first of them calendars are compiled
        for name, work in {"plain": plain, **works}.items():
            least[name] = min(least[name], seconds(work, calls))
    return {name: round(least[name] / least["plain"], 2) for name in works}


def main(words: Sequence[str] | None = None) -> int:
    """Measure, and compare or store."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="store what is measured")
    arguments = parser.parse_args(words)
    now = ratios(*scalar_work(), 2_000) | ratios(*column_work(), 3) | ratios(*import_work(), 1)
    stored: dict[str, float] = json.loads(BASELINE.read_text(encoding="utf-8"))
    if arguments.write:
        # What is stored besides, the size of the wheel, is for release-check.
        BASELINE.write_text(json.dumps(stored | now, indent=1) + "\n", encoding="utf-8")
        return 0
    slower = [name for name, ratio in now.items() if ratio > SLACK * stored[name]]
    for name, ratio in now.items():
        print(f"{name:28} {ratio:8.2f}  stored {stored[name]:8.2f}{'  SLOWER' if name in slower else ''}")
    return 1 if slower else 0


if __name__ == "__main__":
    raise SystemExit(main())
