"""What would have been: past tickets under another policy."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest

import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules
from slaclock import errors
from slaclock.cli.main import main
from slaclock.what_if.comparison_figures import Flip
from test_reporting import FOLDER, NOW, TICKETS, frames

SHUT = with_rules(calendar=EXAMPLE.calendar.model_copy(update={"special": {"2018-05-17": []}}))
"""The example with one holiday more, a Thursday."""


def sooner(within):
    """The example with another target to resolve a P2."""
    targets = EXAMPLE.model_dump(mode="json")["targets"]
    targets["incident"]["P2"]["resolve"] = within
    return sc.Policy.model_validate({**EXAMPLE.model_dump(), "calendar": EXAMPLE.calendar, "targets": targets})


def test_a_new_holiday_moves_due_dates_though_no_state_changes():
    early = [own for own in TICKETS if own.opened < at("2018-05-17 00:00")]
    made = sc.compare(EXAMPLE, SHUT, early, at=at("2018-05-16 23:00"), period="month")
    assert (made.overall.flips, made.flips) == (0, ())
    assert made.overall.moved == len(made.changed) == 11
    assert all(item.moved and not item.flips for item in made.changed)
    item = made.changed[0]
    assert item.old_due < item.new_due
    assert (item.new_stretch, item.old_stretch) == (
        "Thu 17 May 2018 00:00 - Fri 18 May 2018 00:00 not counted (special day)",
        "Thu 17 May 2018 00:00-08:00 not counted (outside hours)",
    )
    assert [own.period.label for own in made.by_period if own.moved] == ["2018-05"]
    assert str(made).startswith(f"0 of {made.overall.items} tickets change their states, and 11 have another due date")
    assert made.to_markdown().count("\n| T0") == len(made.to_frame()) == 11


def test_which_tickets_flip_and_where_their_ledgers_part():
    late = ticket(resolved=at("2018-04-09 15:00"))
    made = sc.compare(EXAMPLE, sooner("4 hours"), [late, ticket(id="T2", priority="P1")], at=at("2018-04-10 12:00"))
    (item,) = made.changed
    assert (item.ticket, item.old_state, item.new_state) == ("T1", "met", "breached")
    assert (item.old_due, item.new_due) == (at("2018-04-09 16:00"), at("2018-04-09 14:00"))
    assert item.stretch.startswith("due before; it was: Mon 9 Apr 2018 14:00-15:00 counted 1 h")
    back = sc.compare(sooner("4 hours"), EXAMPLE, [late], at=at("2018-04-10 12:00"))
    assert back.changed[0].stretch.startswith("Mon 9 Apr 2018 14:00-15:00 counted 1 h")
    assert (made.overall.old_share, made.overall.new_share) == (Fraction(1, 2), 0)
    assert made.flips == (Flip("met", "breached", 1),)


def test_a_frame_is_compared_as_its_tickets_are():
    frame, pauses = frames(TICKETS)
    of_list = sc.compare(EXAMPLE, SHUT, TICKETS, at=NOW, period="quarter")
    assert sc.compare(EXAMPLE, SHUT, frame, at=NOW, pauses=pauses, period="quarter") == of_list
    assert sc.Comparison.from_json(of_list.to_json()) == of_list
    assert sc.compare(EXAMPLE, EXAMPLE, frame, at=NOW, pauses=pauses).changed == ()
    assert sc.compare(EXAMPLE, SHUT, [], at=NOW).overall.items == 0


@pytest.mark.parametrize(
    ("new", "tickets", "options", "error", "message"),
    [
        (EXAMPLE, TICKETS[:1], {"period": "week"}, errors.PolicyError, "no length of a period"),
        (EXAMPLE, TICKETS[:1], {"measure": "sing"}, errors.SlaClockError, "sing"),
        (EXAMPLE, TICKETS[0], {}, errors.ColumnError, "in a list"),
        ("sla.toml", TICKETS[:1], {}, errors.ModelError, "policy"),
        (EXAMPLE, [ticket(priority="P9")], {}, errors.UnknownPriorityError, "ticket T1"),
    ],
)
def test_what_a_comparison_refuses(new, tickets, options, error, message):
    with pytest.raises(error, match=message):
        sc.compare(EXAMPLE, new, tickets, at=NOW, **options)


def test_diff_writes_what_becomes_of_tickets(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "new.toml").write_text(
        (FOLDER / "sla.toml").read_text(encoding="utf-8").replace("0-6 hours", "0-4 hours"), encoding="utf-8"
    )
    old, tickets, pauses = (str(FOLDER / name) for name in ("sla.toml", "tickets.csv", "pauses.csv"))
    words = ["diff", old, "new.toml", "--cases", "cases.toml", "--tickets", tickets, "--pauses", pauses]
    (tmp_path / "cases.toml").write_text(
        '[cases]\none = { opened = "2018-04-09 10:00", priority = "P3", state = "running" }\n'
    )
    assert main([*words, "--at", "2018-06-29 12:00", "--json", "-", "--markdown", "made.md"]) == 0
    parts = json.loads(capsys.readouterr().out)
    incidents = [own for own in TICKETS if own.kind not in ("call", "email")]
    made = sc.compare(EXAMPLE, sooner("0-4 hours"), incidents, at=NOW)
    assert sc.Comparison.from_json(json.dumps(parts["comparison"])) == made
    assert parts["difference"]["rules"] == ["incident P2: resolve within 0-4 hours, no longer within 0-6 hours"]
    assert (tmp_path / "made.md").read_text(encoding="utf-8") == made.to_markdown()
    assert main([*words[:3], "--markdown", "-"]) == 2
    assert "--tickets" in capsys.readouterr().err
