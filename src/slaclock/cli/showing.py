"""What the command line prints: the table of tickets, a line a priority, and the files it writes."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from slaclock.assessment import STATES, Assessment
from slaclock.durations import short_text
from slaclock.errors import InputError, MissingExtraError
from slaclock.instants import duration_micros
from slaclock.render import instant_text

if TYPE_CHECKING:
    from rich.table import Table

_STYLES = {"breached": "bold red", "paused": "yellow", "running": "cyan", "met": "green"}
_WIDE_ENOUGH = 120


def worst_first(assessments: Sequence[Assessment]) -> list[Assessment]:
    """Breached, then waiting and running, then the rest; within each, the least time left first."""

    def badness(assessment: Assessment) -> tuple[int, timedelta, str]:
        open_or_not = {"breached": 0, "paused": 1, "running": 1}.get(
            assessment.state, 2 + STATES.index(assessment.state)
        )
        return open_or_not, assessment.remaining or timedelta(0), assessment.ticket_id

    return sorted(assessments, key=badness)


def print_table(assessments: Sequence[Assessment], file: TextIO) -> None:
    """The tickets as a table; needs the extra `cli`."""
    try:
        from rich.console import Console
        from rich.table import Table
    except ImportError:
        raise MissingExtraError.for_extra("rich", "cli") from None
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("ticket", "kind", "priority", "state", "due", "elapsed", "remaining", "used"):
        table.add_column(name, justify="right" if name in ("elapsed", "remaining", "used") else "left", no_wrap=True)
    for assessment in assessments:
        _add_row(table, assessment)
    console = Console(file=file, highlight=False, emoji=False, markup=False)
    if not console.is_terminal:
        console.width = max(console.width, _WIDE_ENOUGH)
    console.print(table)


def _add_row(table: Table, assessment: Assessment) -> None:
    from rich.text import Text

    remaining = assessment.remaining
    table.add_row(
        Text(assessment.ticket_id),
        Text(assessment.ticket.kind),
        Text(assessment.priority or ""),
        Text(assessment.state, style=_STYLES.get(assessment.state, "")),
        instant_text(assessment.due, none="held" if assessment.state == "paused" else ""),
        _duration(assessment.elapsed),
        "" if remaining is None else _duration(remaining),
        "" if assessment.consumed is None else f"{assessment.consumed:.0%}",
    )


def summary(assessments: Sequence[Assessment]) -> list[str]:
    """A line for each kind and priority: how many in each state, and the share of the decided that met the target."""
    groups: dict[tuple[str, str], list[Assessment]] = {}
    for assessment in assessments:
        groups.setdefault((assessment.ticket.kind, assessment.priority or ""), []).append(assessment)
    lines = []
    for (kind, priority), members in sorted(groups.items()):
        states = Counter(member.state for member in members)
        counts = ", ".join(f"{states[state]} {state}" for state in STATES if states[state])
        decided = states["met"] + states["breached"]
        share = f"; {100 * states['met'] / decided:.0f} % of {decided} decided within target" if decided else ""
        name = f"{kind} {priority}".strip()
        lines.append(f"{name}: {len(members)} tickets: {counts}{share}")
    return lines


def write_file(assessments: Sequence[Assessment], path: str) -> None:
    """All answers to a .csv or .json file; durations are seconds, instants ISO 8601."""
    rows = [_plain(assessment) for assessment in assessments]
    suffix = Path(path).suffix.lower()
    if suffix not in (".csv", ".json"):
        raise InputError(f"cannot tell what to write to {path!r}", "name a .csv or a .json file", "--out")
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as file:
            if suffix == ".json":
                json.dump(rows, file, indent=1, ensure_ascii=False)
                file.write("\n")
            else:
                writer = csv.DictWriter(file, list(_COLUMNS), lineterminator="\n")
                writer.writeheader()
                writer.writerows(rows)
    except OSError as wrong:
        raise InputError(f"cannot write {path} ({wrong.strerror})", "check the path", "--out") from None


_COLUMNS = (
    "id", "kind", "priority", "measure", "state", "due", "expected_from", "elapsed_seconds", "remaining_seconds",
    "consumed", "done",
)  # fmt: skip


def _plain(assessment: Assessment) -> dict[str, object]:
    plain: dict[str, object] = {}
    for name, value in assessment.to_dict().items():
        if name in ("elapsed", "remaining"):
            plain[f"{name}_seconds"] = None if value is None else _seconds(value)
        else:
            plain[name] = value.isoformat() if isinstance(value, datetime) else value
    return plain


def _seconds(length: object) -> int | float:
    assert isinstance(length, timedelta)
    seconds = length.total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _duration(length: timedelta) -> str:
    return short_text(duration_micros(length))
