"""What was answered once is answered still, to the microsecond: of services and tickets that were drawn once.

The laws of tests/properties draw others in each run, and hold them to the second implementation. These are kept, with
all that is said of them, so that an answer changes on purpose alone: `make snapshots` writes the answers anew. Of 6,000
questions they are those that between them go most ways through the code.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import slaclock as sc
from reviewed import check_reviewed

RECORDED = Path(__file__).parent / "recorded"
SERVICES = sorted(RECORDED.glob("*.json"))
SHOWN = (
    "state", "priority", "opened", "due", "promised_due", "expected_from", "elapsed", "elapsed_days", "remaining",
    "remaining_days", "over", "over_days", "consumed", "done", "ended", "breached_at", "cycle", "count", "target",
    "is_strict", "calendar", "known", "note", "least_target", "why",
)  # fmt: skip


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.stem)
def test_what_was_answered_is_answered_still(service):
    written = json.loads(service.read_text(encoding="utf-8"))
    kind = sc.PolicyBook if "policies" in written["policy"] else sc.Policy
    policy = kind.model_validate(written["policy"])
    lines = [
        line
        for number, question in enumerate(written["questions"], start=1)
        for line in (f"# {number}: {question['measure']} at {question['at']}", *answered(question, policy))
    ]
    check_reviewed(service.with_suffix(".txt"), "\n".join(lines) + "\n")


def answered(question: dict[str, Any], policy: sc.Policy | sc.PolicyBook) -> Iterator[str]:
    """All that is said of one ticket, or what is wrong with it."""
    ticket = sc.Ticket.model_validate(question["ticket"])
    asked = {name: question[name] for name in ("at", "measure", "known") if name in question}
    try:
        a = sc.assess(ticket, policy, **asked)
        for item in dict.fromkeys([a, *a.cycles]):
            yield from of_one(item)
        for turn in sc.timeline(ticket, policy, **asked).turns:
            yield "turn " + listed(asdict(turn))
        for by in (None, "team", "priority"):
            for row in a.breakdown(by):
                yield f"by {by} " + listed(asdict(row))
        for due in sc.due_within([ticket], policy, within="9 hours", at=a.at).due:
            yield "due within " + listed(asdict(due))
    except sc.SlaClockError as error:
        yield f"{type(error).__name__}: {error}"


def of_one(a: sc.Assessment) -> Iterator[str]:
    """What is said of a ticket or a cycle: the answers, the milestones, and the ledgers."""
    yield listed({name: getattr(a, name) for name in SHOWN})
    yield from (f"milestone {listed(asdict(one))}" for one in a.milestones)
    for end in ("now", "due"):
        ledger = a.explain(end)
        yield from (f"to {end} {listed(asdict(row))}" for row in ledger.rows)
        yield from ledger.moves


def listed(values: dict[str, Any]) -> str:
    """Values with their names, but for those that are not."""
    return ", ".join(f"{name} {said(value)}" for name, value in values.items() if value not in (None, ""))


def said(value: Any) -> str:
    """A value in a word: instants in UTC, durations in seconds."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return f"{value // timedelta(seconds=1)}.{value.microseconds:06d}".removesuffix(".000000") + " s"
    return f"{value:.12g}" if isinstance(value, float) else str(value)
