"""`slaclock map` drafts for the tickets of each product's export a mapping under which they are those of its importer.

What a draft leaves to a person (what a number means, which of two ids people say) is in `FILLED_IN`, line by line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import slaclock as sc
from desk_exports import EXPORTS, desk_of, documents
from slaclock.cli import main
from slaclock.desks import draft_mapping, read_tickets
from slaclock.desks.products import product

TICKETS = {
    "zendesk": "tickets", "jira": "issues", "servicenow": "incident", "zammad": "tickets", "glpi": "Ticket",
    "frappe": "hd_ticket", "freshservice": "tickets", "github": "issues", "gitlab": "issues",
}  # fmt: skip
"""The file of an export that has the tickets."""
FILLED_IN = {
    "zendesk": [
        ('# customer = "organization_id"', 'organization = "organization_id"'),
        ('# team = "group_id"', 'brand = "brand_id"\nform = "ticket_form_id"\ngroup = "group_id"'),
    ],
    "jira": [("# project = ", "project = ")],
    "servicenow": [
        ('timezone = "Europe/London"', 'timezone = "UTC"'),
        ("# customer = ", "company = "),
    ],
    "zammad": [
        ('# customer = "organization"', 'organization = "organization_id"\nowner = "owner_id"'),
        ('# team = "group"', 'group = "group_id"'),
    ],
    "glpi": [
        ('timezone = "UTC"', 'timezone = "UTC"\nmissing = "0"'),
        ('# sla_ttr = ""', 'sla_ttr = "slas_id_ttr"'),
        ('# sla_tto = ""', 'sla_tto = "slas_id_tto"'),
        ('# 1 = ""', '1 = "incident"'),
        ('# 2 = ""', '2 = "request"'),
    ],
    "frappe": [("# team = ", "team = ")],
    "freshservice": [
        ("# team = ", "group = "),
        ('# 3 = ""', '3 = "High"'),
        ('# 4 = ""', '4 = "Urgent"'),
    ],
    "github": [('id = "id"', 'id = "number"'), ('    "number",', '    "id",')],
    "gitlab": [],
}  # fmt: skip
"""The parts of each draft that a person writes otherwise."""
NOT_IN_COLUMNS = {
    "jira": {"responded", "resolved", "cancelled"},  # which comments and the changelog tell
    "github": {"priority", "cancelled"},  # which labels and reasons tell
    "gitlab": {"priority"},
}
"""What an importer knows of tickets, and no column of the file says."""


def by_draft(name: str, folder: Path) -> dict[str, Any]:
    """The tickets of a product's file as its draft reads them, with what a person fills in; nothing is left unsaid."""
    file = EXPORTS / name / f"{TICKETS[name]}.json"
    policy = desk_of(name).value.policy
    text = draft_mapping(file, policy).text
    for drafted, written in FILLED_IN[name]:
        assert text.count(drafted) == 1, drafted
        text = text.replace(drafted, written)
    (folder / "map.toml").write_text(text, encoding="utf-8")
    tickets = read_tickets(file, policy, mapping=folder / "map.toml", strict=True)
    return {ticket.id: ticket for ticket in tickets}


def by_importer(name: str) -> dict[str, Any]:
    """The tickets of the importer, which is given no other file that tells of them."""
    known = {TICKETS[name], "system_settings"}
    alone = {file: document for file, document in documents(name).items() if file in known}
    return {ticket.id: ticket for ticket in product(name).desk(alone).value.tickets}


def today(ticket: sc.Ticket) -> dict[str, Any]:
    """What the ticket is after its changes, as a file says it that has no history."""
    now = {change.field: change.to for change in ticket.changes}
    attributes = {key: value for key, value in ticket.attributes.items() if value is not None}
    named = ("opened", "responded", "resolved", "cancelled")
    return {
        "kind": now.get("kind", ticket.kind),
        "priority": now.get("priority", ticket.priority),
        "attributes": attributes,
        **{name: getattr(ticket, name) for name in named},
    }


@pytest.mark.parametrize("name", TICKETS)
def test_the_tickets_under_the_draft_are_those_of_the_importer(name, tmp_path):
    drafted, imported = by_draft(name, tmp_path), by_importer(name)
    if name == "github":
        del drafted["9"]  # a pull request, which its columns do not tell from an issue
    if name == "frappe":  # the importer goes by the date and the time of the opening, which are two columns
        assert f"{drafted['1'].opened:%H:%M:%S.%f}" == "10:00:01.123456"
        drafted["1"] = drafted["1"].model_copy(update={"opened": imported["1"].opened})
    assert drafted.keys() == imported.keys()
    for key in drafted:
        own, other = today(drafted[key]), today(imported[key])
        for field in NOT_IN_COLUMNS.get(name, ()):
            del own[field], other[field]
        assert own == other, key


def test_a_bare_number_is_no_priority_that_can_be_told():
    file = EXPORTS / "freshservice" / "tickets.json"
    draft = draft_mapping(file, desk_of("freshservice").value.policy)
    assert '# 3 = ""                                    # which? Urgent, High, Medium, Low' in draft.text
    assert any(check.startswith("[priorities]: what is meant by '3', '4'?") for check in draft.checks)


def test_what_holds_lists_and_other_ids_is_said():
    checks = draft_mapping(EXPORTS / "github" / "issues.json").checks
    assert "[tickets]: these hold lists, of which nothing can be read: 'labels'" in checks
    assert "[tickets]: is 'id' what you call a ticket, or 'number'?" in checks


def test_the_command_line_goes_the_same_way(tmp_path, capsys):
    file, out, policy = EXPORTS / "zendesk" / "tickets.json", tmp_path / "my-desk", tmp_path / "my-desk" / "sla.toml"
    assert main(["import", "zendesk", str(EXPORTS / "zendesk"), "--out", str(out)]) == 0
    assert main(["map", str(file), "--policy", str(policy), "--out", str(tmp_path / "map.toml")]) == 0
    answers = tmp_path / "answers.json"
    words = ["assess", str(file), "--mapping", str(tmp_path / "map.toml"), "--policy", str(policy), "--strict"]
    assert main([*words, "--at", "2018-04-10T13:00+01:00", "--out", str(answers)]) == 0
    rows = json.loads(answers.read_text(encoding="utf-8"))
    assert sorted((row["id"], row["priority"]) for row in rows) == [
        ("101", "high"), ("102", "urgent"), ("103", "normal"), ("104", "low"),
    ]  # fmt: skip
    capsys.readouterr()
