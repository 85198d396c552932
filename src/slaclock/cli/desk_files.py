"""The files of a desk, written to a new folder: the policy, the tickets, and the tables beside them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from slaclock.desks.imported import Desk
from slaclock.formats.files import whole_folder, write_whole
from slaclock.formats.toml_documents import toml_document
from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy
from slaclock.tickets.agreed import AGREED_FOR, agreed_text
from slaclock.tickets.side_tables import SEQUENCE, SIDES
from slaclock.tickets.tickets import Ticket

POLICY, BOOK = "sla.toml", "policies"
"""The file of a policy, and the folder of a book."""
_USUAL = {"day_rule": "proportional", "after_hours": "next-opening"}
_ALL_DAY = ["00:00-24:00"]
_INSTANTS = ("opened", "responded", "resolved", "cancelled", "abandoned")


def write_desk(desk: Desk, folder: str | Path) -> list[str]:
    """Write a desk to a new folder, whole or not at all; the names of what was written.

    A policy is `sla.toml`, a book the folder `policies` with a file for each in its order. Tables without rows are not
    written. Raises `InputError` where the folder is there already, or cannot be written.
    """
    files: dict[str, str] = {}
    if isinstance(desk.policy, PolicyBook):
        digits = len(str(len(desk.policy.policies)))
        for number, policy in enumerate(desk.policy.policies, start=1):
            files[f"{BOOK}/{number:0{digits}d}-{_plain(policy.name)}.toml"] = policy_text(policy)
    else:
        files[POLICY] = policy_text(desk.policy)
    if desk.tickets:
        files["tickets.csv"] = _tickets(desk.tickets)
    for side, table in SIDES.items():
        rows = list(_side_rows(desk.tickets, side))
        if rows:
            numbers = (SEQUENCE,) if SEQUENCE in table.numbers else ()
            files[f"{table.option or side}.csv"] = _csv(("ticket", *table.columns, *numbers), rows)
    with whole_folder(folder) as part:
        for name, text in files.items():
            (part / name).parent.mkdir(exist_ok=True)
            write_whole(part / name, text)
    return list(files)


def policy_text(policy: Policy) -> str:
    """A policy as the text of its file, without what is so without being said."""
    table = policy.model_dump(mode="json", exclude_unset=True)
    named = {name: _calendar(calendar) for name, calendar in table.get("calendars", {}).items()}
    whole = {**table, "calendar": _calendar(table["calendar"]), "calendars": named}
    return toml_document({name: part for name, part in whole.items() if part not in ({}, []) or name == "targets"})


def _calendar(table: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in table.items() if value not in (None, [], {}, _USUAL.get(name))}
    week = said.get("hours", {})
    return {**said, "hours": "24/7"} if len(week) == 7 and all(day == _ALL_DAY for day in week.values()) else said


def _plain(name: str) -> str:
    """A name as that of a file."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "policy"


def _tickets(tickets: Sequence[Ticket]) -> str:
    agreed = dict.fromkeys(measure for ticket in tickets for measure in ticket.agreed)
    attributes = dict.fromkeys(name for ticket in tickets for name in ticket.attributes)
    own = [name for name in (*FIELDS, *_INSTANTS) if any(getattr(ticket, name) is not None for ticket in tickets)]
    rows = (
        {
            "id": ticket.id,
            **{name: _cell(getattr(ticket, name)) for name in own},
            **{AGREED_FOR + measure: agreed_text(target) for measure, target in ticket.agreed.items()},
            **ticket.attributes,
        }
        for ticket in tickets
    )
    return _csv(("id", *own, *(AGREED_FOR + measure for measure in agreed), *attributes), rows)


def _side_rows(tickets: Iterable[Ticket], side: str) -> Iterable[dict[str, Any]]:
    for ticket in tickets:
        for number, entry in enumerate(getattr(ticket, side)):
            cells = {name: _cell(getattr(entry, name)) for name in SIDES[side].columns}
            yield {"ticket": ticket.id, **cells, **({SEQUENCE: number} if SEQUENCE in SIDES[side].numbers else {})}


def _cell(value: Any) -> str:
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)


def _csv(header: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    file = io.StringIO(newline="")
    writer = csv.DictWriter(file, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue()
