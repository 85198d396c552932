"""Every error of tickets and their assessments says what is wrong, with which value, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules
from messages import Asked, check_messages
from slaclock.tickets import grids

OPENED = at("2018-04-09 10:00")
BEFORE = at("2018-04-09 09:00")
NOON = at("2018-04-09 12:00")
ASSESSED = sc.assess(ticket(), EXAMPLE, at=NOON)
RECEIPT = ASSESSED.receipt().to_json()


def asked(given: sc.Ticket, policy: sc.Policy = EXAMPLE, **more: Any) -> Callable[[], Any]:
    return lambda: sc.assess(given, policy, **{"at": NOON, **more})


def of_ticket(**fields: Any) -> Callable[[], Any]:
    return lambda: ticket(**fields)


def receipt(text: Any) -> Callable[[], Any]:
    return lambda: sc.Receipt(text)


ASKED: Asked = {
    "an assessment of no ticket": asked("T1"),  # type: ignore[arg-type]
    "an assessment before the opening": asked(ticket(), at=BEFORE),
    "an instant agreed for many cycles": asked(ticket(agreed={"update": NOON}), measure="update"),
    "a ledger to nowhere": lambda: ASSESSED.explain("breach"),  # type: ignore[arg-type]
    "a cycle that there is not": lambda: ASSESSED.of_cycle(3),
    "a breakdown by a number": lambda: ASSESSED.breakdown(5),  # type: ignore[arg-type]
    "a breakdown by nothing": lambda: ASSESSED.breakdown(""),
    "a breakdown by a field of the ticket's own": lambda: ASSESSED.breakdown("opened"),
    **{f"what was known at {known!r}": asked(ticket(), known=known) for known in (5, "then", "2018-04-09")},
    "an assessment that is not as it was": lambda: sc.Report.from_json(
        sc.report([ticket()], EXAMPLE, at=at("2018-04-10 10:00")).to_json().replace('"breached"', '"met"')
    ),
    "what falls due of what is no ticket": lambda: sc.due_within([ticket(), "T2"], EXAMPLE, at=NOON),  # type: ignore[list-item]
    "what falls due of an unknown priority": lambda: sc.due_within([ticket(priority="P9")], EXAMPLE, at=NOON),
    "cycles of a grid without end": asked(
        ticket(kind="call", priority=None), with_rules(
            measures={"update": {"next": "grid"}}, targets={"call": {"update": "1 wall second"}}
        ), measure="update",
    ),
    "errors that are neither raised nor returned": lambda: sc.assess_many([], EXAMPLE, at=NOON, errors="skip"),  # type: ignore[call-overload]
    "many that are one": lambda: sc.assess_many(ticket(), EXAMPLE, at=NOON),  # type: ignore[arg-type]
    "one of many with an unknown priority": lambda: list(
        sc.assess_many([ticket(), ticket(id="T2", priority="P9")], EXAMPLE, at=NOON)
    ),
    "one of many that is no ticket": lambda: list(sc.assess_many([ticket(), 5], EXAMPLE, at=NOON)),  # type: ignore[list-item]
    "a table of an assessment alone": lambda: sc.table(ASSESSED),  # type: ignore[arg-type]
    "a table with a ticket": lambda: sc.table([ASSESSED, ticket()]),  # type: ignore[list-item]
    "a receipt that is a number": receipt(5),
    "a receipt without end": receipt(" " * 16_000_001),
    "a receipt of a ticket": receipt(ticket().to_json()),
    "a receipt of no form": receipt('{"receipt": true}'),
    "a receipt of a later form": receipt('{"receipt": 99, "slaclock": "9.0"}'),
    "a receipt that is no text": lambda: sc.Receipt.from_json(b"\xff"),
    "a receipt of backward days": receipt(RECEIPT.replace('"last_day":"2018', '"last_day":"2017')),
    "a change of the kind to nothing": lambda: sc.Change(at=NOON, field="kind", to=None),
    "a change of what does not change": lambda: sc.Change(at=NOON, field="opened", to="P1"),
    "a change of a field in other letters": lambda: sc.Change(at=NOON, field="Priority", to="P1"),
    "a change of nothing": lambda: sc.Change(at=NOON, field="", to="P1"),
    "an event that a field says": lambda: sc.Event(at=NOON, name="resolved"),
    "reopened before it was resolved": lambda: sc.Reopening(resolved=NOON, reopened=OPENED),
    **{f"{name} before it opened": of_ticket(**{name: BEFORE}) for name in (
        "responded", "resolved", "cancelled", "abandoned",
    )},
    "due as agreed before it opened": of_ticket(agreed={"resolve": BEFORE}),
    "resolved before it was reopened": of_ticket(
        reopenings=[sc.Reopening(resolved=OPENED, reopened=at("2018-04-09 13:00"))], resolved=NOON
    ),
    "reopened before it opened": of_ticket(reopenings=[sc.Reopening(resolved=BEFORE, reopened=NOON)]),
    "changed before it opened": of_ticket(changes=[sc.Change(at=BEFORE, field="priority", to="P1")]),
    "asked before it opened": of_ticket(events=[sc.Event(at=BEFORE, name="asked")]),
}  # fmt: skip
VALUELESS = {"a change of the kind to nothing"}
"""What goes wrong without a value of which it does: nothing was given."""


def test_what_every_error_says(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grids, "MOST_CYCLES", 1_000)  # to be met in a moment
    check_messages("messages-of-tickets.txt", ASKED, VALUELESS)
