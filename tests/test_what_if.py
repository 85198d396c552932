"""What would have been: past tickets under another policy."""

from __future__ import annotations

import json
from datetime import timedelta
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
    assert "\n\n\n" not in str(made)


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
        ("none.toml", TICKETS[:1], {}, errors.PolicyError, "cannot read none.toml"),
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


TEN = [
    ticket(id=f"T{number}", opened=at("2018-04-09 08:00"), resolved=at("2018-04-09 08:00") + timedelta(hours=hours))
    for number, hours in enumerate([1, 2, 2, 3, 3, 4, 5, 5, 6, 9])
]
LATER = at("2018-04-11 08:00")


@pytest.mark.parametrize(
    ("share", "hours"), [(80, 5), (90, 6), (95, 9), ("80", 5), ("94.9 %", 9), (90.0, 6), (100, 9), (1, 1)]
)
def test_what_ten_tickets_needed(share, hours):
    made = sc.needed(TEN, EXAMPLE, share, at=LATER)
    assert str(made.target) == ("1 hour" if hours == 1 else f"{hours} hours")
    (own,) = made.by_priority
    assert (own.kind, own.priority, own.clock, own.met, own.decided, own.never) == ("incident", "P2", "hours", 9, 10, 0)
    assert [str(target) for target in own.targets] == ["0-6 hours"]


def test_open_and_late_ones_are_never_done_and_open_ones_in_time_do_not_count():
    some = [*TEN[:8], *(own.model_copy(update={"resolved": None}) for own in TEN[8:])]
    made = sc.needed(some, EXAMPLE, 90, at=LATER)
    assert (made.target, made.by_priority[0].never, made.by_priority[0].reachable) == (None, 2, Fraction(4, 5))
    assert "no target: at most 80 % could be kept" in str(made)
    assert repr(made) == "<NeededTargets of resolve for 90 %: no target: at most 80 % could be kept>"
    assert str(sc.needed(some, EXAMPLE, 80, at=LATER).target) == "5 hours"
    young = [*TEN, ticket(id="T99", opened=at("2018-04-10 16:59")), ticket(id="N", opened=at("2018-04-12 16:00"))]
    early = sc.needed(young, EXAMPLE, 95, at=LATER)
    assert (early.by_priority[0].pending, early.later, str(early.target)) == (1, 1, "9 hours")
    assert (sc.needed([], EXAMPLE, 95, at=LATER).overall, sc.needed([], EXAMPLE, 95, at=LATER).target) == ((), None)


def test_each_is_told_on_the_clock_of_its_target():
    days = ticket(id="D", priority="P4", opened=at("2018-04-05 08:00"), resolved=at("2018-04-06 12:15"))
    agreed = ticket(id="A", agreed={"resolve": "1 hour"}, resolved=at("2018-04-09 14:00"))
    made = sc.needed([*TEN, days, agreed], EXAMPLE, 80, at=LATER)
    assert [(own.priority, own.clock, str(own.target)) for own in made.by_priority] == [
        ("P2", "hours", "5 hours"),
        ("P4", "days", "1.5 days"),
    ]
    assert (made.target, made.apart, [own.clock for own in made.overall]) == (None, 1, ["hours", "days"])
    rules = EXAMPLE.calendar.model_copy(update={"day_rule": "close-of-business"})
    closing = sc.needed([days], with_rules(calendar=rules), 80, at=LATER)
    assert [(own.clock, str(own.target)) for own in closing.by_priority] == [("whole-days", "1 day")]
    wall = sc.Policy.parse(
        'name = "wall"\n[calendar]\ntimezone = "Europe/London"\nhours = "Mo-Fr 08:00-17:00"\n'
        '[targets.incident]\nresolve = "< 20 wall minutes"\n'
    )
    night = ticket(priority=None, opened=at("2018-04-09 23:00"), resolved=at("2018-04-09 23:30"))
    assert str(sc.needed([night], wall, 80, at=LATER).target) == "< 1801 wall seconds"
    assert "< 30 min 1 s by the wall clock" in str(sc.needed([night], wall, 80, at=LATER))


def test_what_was_done_while_the_desk_was_shut_needed_a_second_more():
    """Two hours are used up on Friday at closing; what was done on Saturday was late by them."""
    shut = ticket(opened=at("2018-04-06 14:30"), resolved=at("2018-04-07 10:00"))
    assert sc.needed([shut], EXAMPLE, 100, at=LATER).target == sc.Target.parse("2 hours 1 second")


def least(one, policy, measure="resolve"):
    found = sc.assess(one, policy, at=at("2018-05-10 12:00"), measure=measure).least_target
    return None if found is None else (found.clock, found.steps, str(found.target()))


def test_the_least_target_of_one_ticket():
    assert least(ticket(resolved=at("2018-04-09 12:00")), EXAMPLE) == ("hours", 7200, "2 hours")
    moment_later = at("2018-04-09 12:00") + timedelta(microseconds=1)
    assert least(ticket(resolved=moment_later), EXAMPLE) == ("hours", 7201, "7201 seconds")
    assert least(ticket(resolved=at("2018-04-09 10:00")), EXAMPLE) == ("hours", 0, "0 hours")
    assert least(ticket(), EXAMPLE) == ("hours", None, "None")
    strict = sooner("< 4 hours")
    found = sc.assess(ticket(resolved=at("2018-04-09 12:00")), strict, at=at("2018-04-10 12:00")).least_target
    assert str(found.target(strict=True)) == "< 7201 seconds"


def test_the_least_target_in_days_of_so_many_hours():
    """A day is six hours; work that took nine of them needed a day and a half, and a moment more the next hundredth."""
    six = with_rules(calendar=EXAMPLE.calendar.model_copy(update={"day_rule": "fixed-hours", "day_length": "6h"}))
    for time, days in [("17:00", "1.5 days"), ("16:58", "1.5 days"), ("16:56", "1.49 days")]:
        done = ticket(priority="P4", opened=at("2018-04-09 08:00"), resolved=at(f"2018-04-09 {time}"))
        assert least(done, six)[2] == days, time


def test_the_least_target_in_hours_counts_no_days_of_so_many_hours():
    six = with_rules(calendar=EXAMPLE.calendar.model_copy(update={"day_rule": "fixed-hours", "day_length": "6 hours"}))
    assert least(ticket(resolved=at("2018-04-09 12:00")), six) == ("hours", 7200, "2 hours")


def test_no_least_target_where_all_was_used_up_before():
    """The two hours of a P1 had gone as it was lowered, and that due date stays whatever a P2 may have."""
    carry = with_rules(rules={"priority_change": "carry"})
    lowered = {"priority": "P1", "changes": [sc.Change(at=at("2018-04-09 13:00"), field="priority", to="P2")]}
    assert least(ticket(**lowered, resolved=at("2018-04-09 14:00")), carry) == ("hours", None, "None")
    lowered["changes"] = [sc.Change(at=at("2018-04-09 12:00"), field="priority", to="P2")]
    assert least(ticket(**lowered, resolved=at("2018-04-09 14:00")), carry) == ("hours", None, "None")
    assert least(ticket(**lowered, resolved=at("2018-04-09 12:00")), carry) == ("hours", 0, "0 hours")
    lowered["changes"] = [sc.Change(at=at("2018-04-09 11:00"), field="priority", to="P2")]
    assert least(ticket(**lowered, resolved=at("2018-04-09 14:00")), carry) == ("hours", 21_600, "6 hours")


def test_a_target_of_more_days_than_there_are_is_kept():
    """There are three working days; what was done after the last would have been in time by a fourth, never due."""
    few = sc.WorkingCalendar(
        timezone="Europe/London", day_rule="close-of-business",
        special={f"2018-04-{day:02}": ["09:00-17:00"] for day in (9, 10, 11)},
    )  # fmt: skip
    policy = with_rules(calendar=few, targets={"incident": {"P2": {"resolve": "1 day"}}})
    for resolved, days in [("2018-04-10 17:00", 1), ("2018-04-11 17:00", 2), ("2018-04-20 12:00", 3)]:
        done = ticket(opened=at("2018-04-09 10:00"), resolved=at(resolved))
        assert least(done, policy)[:2] == ("whole-days", days)


@pytest.mark.parametrize("share", [0, -1, 101, 0.8, "0.8", "eighty", "1e1", True, None, float("nan"), float("inf")])
def test_what_is_no_share(share):
    with pytest.raises(errors.SlaClockError, match="percent"):
        sc.needed(TEN, EXAMPLE, share, at=LATER)


def test_a_grid_draws_its_own_cycles():
    policy = sc.Policy.parse((FOLDER / "sla.toml").read_text(encoding="utf-8").replace('"event"', '"grid"'))
    with pytest.raises(errors.PolicyError, match="grid"):
        sc.needed(TEN, policy, 80, at=LATER, measure="inform")


def test_frames_and_files_need_what_their_tickets_need(capsys):
    frame, pauses = frames(TICKETS)
    incidents = [own for own in TICKETS if own.kind not in ("call", "email")]
    made = sc.needed(TICKETS, EXAMPLE, 95, at=NOW)
    assert sc.needed(frame, EXAMPLE, 95, at=NOW, pauses=pauses) == made
    assert sc.NeededTargets.from_json(made.to_json()) == made
    assert list(made.to_frame("polars")["priority"]) == [own.priority for own in made.by_priority]
    assert main(["needed", "95", "--json", "-"]) == 0
    assert sc.NeededTargets.from_json(capsys.readouterr().out) == sc.needed(incidents, EXAMPLE, 95, at=NOW)
    assert main(["needed", "95"]) == 0
    assert capsys.readouterr().out == f"{made}\n"
    assert main(["needed", "95", "--markdown", "-"]) == 0
    assert capsys.readouterr().out == made.to_markdown()
    assert main(["needed", "0.95"]) == 2
    assert "give percent, such as 95" in capsys.readouterr().err
    log = [str(FOLDER / "events.csv"), "--mapping", str(FOLDER / "mapping.toml")]
    assert main(["needed", "50", "--events", *log, "--at", "2018-06-29 12:00"]) == 0
    assert "needed" in capsys.readouterr().out
