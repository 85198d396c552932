"""A log of 300,000 rows folded into tickets, against a plain fold in the same run, as a ratio.

The plain fold reads every cell of every row by itself, and every time by `datetime.strptime`. Almost all times of the
log differ, which is the hardest case for a reader that knows a text again.

    python benchmarks/logs.py

Times are the processor's, medians over repeats in which the two sides take turns.
"""

from __future__ import annotations

import platform
import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import slaclock as sc

ROWS, REPEATS = 300_000, 3
LONDON = ZoneInfo("Europe/London")
FORMAT = "%d/%m/%Y %H:%M"
STATES = {
    "New": "running", "Active": "running", "Vendor": "paused: third_party", "Resolved": "resolved", "Closed": "closed",
}  # fmt: skip
LIFE = ("New", "Active", "Vendor", "Active", "Resolved", "Closed")
MAPPING = sc.EventMapping(
    columns={"ticket": "number", "state": "state", "at": "changed", "opened": "opened", "priority": "priority",
             "category": "category"},
    states=STATES, timezone="Europe/London", time_format=FORMAT, priorities={"3 - Moderate": "P3"},
)  # fmt: skip


def log() -> list[dict[str, Any]]:
    """Tickets of six rows each, over a year, to the minute."""
    rows = []
    for number in range(ROWS // len(LIFE)):
        opened = datetime(2018, 1, 1, tzinfo=UTC) + timedelta(minutes=7 * number % 500_000)
        for step, state in enumerate(LIFE):
            changed = opened + timedelta(minutes=step * (number * 37 % 200 + 1))
            rows.append({
                "number": f"INC{number:07}", "state": state, "priority": "3 - Moderate", "category": f"c{number % 50}",
                "changed": f"{changed.astimezone(LONDON):{FORMAT}}", "opened": f"{opened.astimezone(LONDON):{FORMAT}}",
            })  # fmt: skip
    return rows


def plain(rows: list[dict[str, Any]]) -> list[sc.Ticket]:
    """The fold of this log alone, as one writes it first: `strptime` for every cell, and checked models."""
    tickets: dict[str, list[tuple[datetime, datetime, dict[str, Any]]]] = {}
    for row in rows:
        at, opened = (
            datetime.strptime(row[name], FORMAT).replace(tzinfo=LONDON).astimezone(UTC)
            for name in ("changed", "opened")
        )
        tickets.setdefault(row["number"], []).append((at, opened, row))
    made = []
    for key, own in tickets.items():
        own.sort(key=lambda entry: entry[0])
        pauses, waiting, resolved = [], None, None
        for at, _, row in own:
            meaning = STATES[row["state"]]
            if waiting is not None:
                pauses.append(sc.Pause(start=waiting, end=at, reason="third_party"))
                waiting = None
            if meaning.startswith("paused"):
                waiting = at
            elif meaning in ("resolved", "closed"):
                resolved = resolved or at
        words = own[0][2]
        made.append(
            sc.Ticket(id=key, kind="incident", priority=MAPPING.priorities[words["priority"]], opened=own[0][1],
                      resolved=resolved, category=words["category"], pauses=pauses)
        )  # fmt: skip
    return made


def timed(question: Callable[[], Any]) -> float:
    start = time.process_time()
    question()
    return time.process_time() - start


def main() -> None:
    rows = log()
    assert sc.tickets_from_events(rows[:6_000], MAPPING) == plain(rows[:6_000])
    sides = [(timed(lambda: sc.tickets_from_events(rows, MAPPING)), timed(lambda: plain(rows))) for _ in range(REPEATS)]
    own, other = (statistics.median(times) for times in zip(*sides, strict=True))
    print(f"{platform.platform()}, Python {platform.python_version()}")
    print(f"{ROWS:,} rows: slaclock {own:.2f} s, plain fold by strptime {other:.2f} s, ratio {other / own:.1f}")


if __name__ == "__main__":
    main()
