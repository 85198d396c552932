"""Draws the pictures of the documentation from the packaged example: `python examples/pictures.py`."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd

import slaclock as sc
from slaclock import charts

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
EXAMPLE = Path(str(sc.__file__)).parent / "example"
NOW = datetime(2018, 6, 29, 12, 0, tzinfo=ZoneInfo("Europe/London"))


def main() -> None:
    dates = ["opened", "responded", "resolved"]
    tickets = pd.read_csv(EXAMPLE / "tickets.csv", parse_dates=dates)
    contacts = pd.read_csv(EXAMPLE / "contacts.csv", parse_dates=["opened", "responded", "abandoned"])
    pauses = pd.read_csv(EXAMPLE / "pauses.csv", parse_dates=["start", "end"])
    every = pd.concat([tickets, contacts], ignore_index=True)
    policy = sc.Policy.example()
    report = sc.report(every, policy, at=NOW, period="month", pauses=pauses, timezone="Europe/London")
    drawn = {
        "standard": charts.compliance(report, "emails"),
        "breaches": charts.breaches(report),
        "ticket": charts.timeline(report.worst[0]),
        "year": charts.year(policy.calendar, policy.year(NOW).period),
    }
    for name, chart in drawn.items():
        charts.save(chart, PICTURES / f"{name}.svg")


if __name__ == "__main__":
    main()
