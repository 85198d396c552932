"""The hours of a week as rows of a table, each day with its hours as a bar."""

from __future__ import annotations

from slaclock.formats.cells import bar_html
from slaclock.temporal.instants import DAY

from .hours import WeeklyHours, day_text

HEADER = ("", "00:00 to 24:00", "hours")


def week_rows(hours: WeeklyHours) -> list[tuple[str, str, str]]:
    """A row for each weekday; what a night has after midnight is drawn on the next day."""
    rows: list[tuple[str, str, str]] = []
    for number, (name, spans) in enumerate(hours._asdict().items()):
        nights = [(0, end - DAY) for _, end in hours[number - 1] if end > DAY]
        pieces = [*nights, *((start, min(end, DAY)) for start, end in spans)]
        bar = bar_html([(start / DAY, end / DAY, "used") for start, end in pieces], "day")
        rows.append((name.capitalize(), bar, ", ".join(day_text(spans)) or "closed"))
    return rows
