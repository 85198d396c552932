"""Logs: what `tickets_from_events` costs beside the slow fold of the tests, which makes no tickets, as a ratio.

    pip install -e '.[bench]' && python benchmarks/logs.py

A log of 300,000 rows of 45,000 tickets with day-first times. The slow fold reads only the times and the states.
"""

from __future__ import annotations

import random
import sys
import time
from datetime import datetime, timedelta
from pathlib import Path

import slaclock as sc

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import oracle_logs  # type: ignore[import-not-found]  # it stands among the tests

ROWS, TICKETS, REPEATS = 300_000, 45_000, 3
FORMAT = "%d-%m-%Y %H:%M"
STATES = {"New": "running", "Active": "running", "Vendor": "paused: third_party", "Done": "resolved"}
MAPPING = sc.EventMapping(
    columns={"ticket": "id", "state": "state", "at": "at", "opened": "opened", "priority": "priority"},
    states=STATES,
    timezone="Europe/London",
    time_format=FORMAT,
)


def log() -> list[dict[str, str]]:
    rng = random.Random(1)
    rows = []
    for number in range(TICKETS):
        at = opened = datetime(2018, 1, 1) + timedelta(minutes=rng.randrange(500_000))
        for _ in range(ROWS // TICKETS):
            rows.append({
                "id": f"INC{number:07}", "state": rng.choice([*STATES]), "at": at.strftime(FORMAT),
                "opened": opened.strftime(FORMAT), "priority": "P2",
            })  # fmt: skip
            at += timedelta(minutes=rng.randrange(1, 1_000))
    return rows


def main() -> None:
    rows = log()
    ratios = []
    for _ in range(REPEATS):
        start = time.process_time()
        lives = oracle_logs.lives(rows, STATES, "Europe/London", FORMAT)
        folded = {key: (oracle_logs.pauses(life), oracle_logs.endings(life)) for key, life in lives.items()}
        between = time.process_time()
        tickets = sc.tickets_from_events(rows, MAPPING)
        end = time.process_time()
        assert len(folded) == len(tickets)
        ratios.append((between - start) / (end - between))
        print(f"slow {between - start:.2f} s, tickets_from_events {end - between:.2f} s")
    print(f"{len(rows):,} rows: {sorted(ratios)[len(ratios) // 2]:.1f} times as fast as the slow fold")


if __name__ == "__main__":
    main()
