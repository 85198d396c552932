"""`slaclock reconcile`: the desk's figures are columns of the file, and the best reading becomes a policy."""

from __future__ import annotations

import json

import pytest

import slaclock as sc
from desk import EXAMPLE
from slaclock.cli.main import main
from test_reporting import FOLDER

HEADER = "id,priority,opened,resolved,Due Date,Is late,Minutes\n"
ROWS = (
    "T1,P3,2018-04-05 16:00,2018-04-09 10:00,2018-04-10 17:00,no,690\n"
    "T2,P3,2018-04-06 10:00,2018-04-12 09:00,2018-04-11 17:00,yes,2070\n"
    "T3,P3,2018-05-03 09:30,,2018-05-09 17:00,yes,\n"
)
WORDS = ["--due", "due_date", "--breached", "Is late", "--at", "2018-06-01 12:00"]


@pytest.fixture
def tickets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tickets.csv").write_text(HEADER + ROWS, encoding="utf-8")
    return tmp_path


def test_the_best_reading_is_printed_and_its_policy_written(tickets, capsys):
    words = ["reconcile", "tickets.csv", *WORDS, "--elapsed", "Minutes", "--elapsed-unit", "minutes"]
    assert main([*words, "--write-policy", "desk.toml", "--markdown", "made.md"]) == 0
    said = capsys.readouterr()
    assert 'The reading with day rule "close-of-business" fits 3 of 3 tickets (100 %), 3 exactly.' in said.out
    assert "no column" not in said.err
    assert sc.Policy.load("desk.toml").calendar.day_rule == "close-of-business"
    assert (tickets / "made.md").read_text(encoding="utf-8").startswith("# How the desk comes to its figures")
    assert main([*words, "--json", "-"]) == 0
    made = sc.Reconciliation.from_json(capsys.readouterr().out)
    assert made.policy == EXAMPLE.model_copy(
        update={"calendar": EXAMPLE.calendar.model_copy(update={"day_rule": "close-of-business"})}
    )
    assert made.figures == ("due", "breached", "elapsed")


def test_a_file_and_a_frame_have_one_answer(tickets, capsys):
    pauses = str(FOLDER / "pauses.csv")
    words = ["reconcile", str(FOLDER / "tickets.csv"), "--due", "resolved", "--pauses", pauses]
    assert main([*words, "--at", "2018-06-29 12:00", "--json", "-", "--zone", "UTC"]) == 0
    of_file = json.loads(capsys.readouterr().out)
    assert of_file["compared"] + of_file["apart"] + of_file["silent"] == 200
    assert len(of_file["misfits"]) > 100  # the desk's due dates are no due dates at all


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "give --due, --breached or --elapsed"),
        (["--due", "Nowhere"], "Nowhere"),
        (["--elapsed", "Minutes"], "say what numbers of elapsed time are"),
        (["--due", "Due Date", "--cutoff", "noon"], "no local time"),
        (["--due", "Due Date", "--zone", "Mars/Olympus"], "Mars/Olympus"),
        (["--due", "Due Date", "--events", "events.csv"], "a log has no figures"),
        (["--due", "Due Date", "--measure", "sing"], "sing"),
    ],
)
def test_what_the_command_refuses(tickets, capsys, words, message):
    assert main(["reconcile", "tickets.csv", *words, "--at", "2018-06-01 12:00"]) == 2
    assert message in capsys.readouterr().err


def test_a_book_is_no_one_file(tickets, capsys):
    (tickets / "policies").mkdir()
    for name in ("a", "b"):
        policy = EXAMPLE.model_copy(update={"name": name, "in_force_from": "2018-04-07" if name == "b" else None})
        (tickets / "policies" / f"{name}.json").write_text(policy.to_json(), encoding="utf-8")
    words = ["reconcile", "tickets.csv", *WORDS, "--policy", "policies"]
    assert main(words) == 0
    assert main([*words, "--write-policy", "desk.toml", "--json", "made.json"]) == 2
    assert not (tickets / "made.json").exists()
    assert "several policies" in capsys.readouterr().err
