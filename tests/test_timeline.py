"""Turns: what becomes true of a ticket when, the warnings of a policy, and what falls due within some time."""

from __future__ import annotations

import copy
import pickle
from datetime import timedelta
from time import process_time

import pytest

import slaclock as sc
from desk import at, desk, ticket, with_rules
from slaclock import errors
from slaclock.checking.lints import hints_of
from slaclock.policy.warnings import WarningAt, WarningRule

# Warnings in a policy


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("75%", "75%"), (" 87.50 % ", "87.5%"), ("0%", "0%"), ("150%", "150%"),
        ("1 hour before due", "1 hour before due"),
        ("2 h AFTER due", "2 hours after due"), ("1 day  before due", "1 day before due"),
        ("90 minutes before due", "90 minutes before due"),
    ],
)  # fmt: skip
def test_when_to_warn_is_read_and_written(text, written):
    warning = with_rules(warnings={"w": {"at": text}})
    assert str(warning.warnings["w"].at) == written
    assert WarningAt.parse(written) == warning.warnings["w"].at
    assert sc.Policy.from_json(warning.to_json()) == warning


def test_when_to_warn_shows_itself_and_may_be_given_as_it_is():
    early = WarningAt.parse("90 minutes before due")
    assert repr(early) == "WarningAt.parse('90 minutes before due')"
    assert WarningRule(at=early) == WarningRule(at="90 minutes before due")


@pytest.mark.parametrize(
    ("table", "kind", "path", "value", "words"),
    [
        ({"at": "soon"}, errors.PolicyError, ("warnings", "w", "at"), "soon", "75%"),
        ({"at": "1 hour"}, errors.PolicyError, ("warnings", "w", "at"), "1 hour", "before due"),
        ({"at": "-1 hour before due"}, errors.PolicyError, ("warnings", "w", "at"), "-1 hour before due", "negative"),
        ({"at": "0-2 hours before due"}, errors.PolicyError, ("warnings", "w", "at"), "0-2 hours before due", "length"),
        ({"at": "< 2 hours before due"}, errors.PolicyError, ("warnings", "w", "at"), "< 2 hours before due", "length"),
        ({"at": 75}, errors.PolicyError, ("warnings", "w", "at"), 75, "75%"),
        ({"at": "75%", "measure": "resolv"}, errors.PolicyError, ("warnings", "w", "measure"), "resolv", "resolve"),
        ({"at": "75%", "priority": ["P9"]}, errors.UnknownPriorityError, ("warnings", "w", "priority"), "P9", "P1"),
        ({"at": "75%", "priority": 1}, errors.PolicyError, ("warnings", "w", "priority"), 1, "list of priorities"),
        ({"at": "75%", "who": "me"}, errors.ModelError, ("warnings", "w", "who"), "me", "not known"),
        ({}, errors.ModelError, ("warnings", "w", "at"), None, "missing"),
    ],
)  # fmt: skip
def test_a_warning_that_is_none_is_refused_with_value_place_and_remedy(table, kind, path, value, words):
    with pytest.raises(kind) as raised:
        with_rules(warnings={"w": table})
    assert raised.value.path == path
    assert raised.value.value == value
    assert words in str(raised.value)
    assert raised.value.remedy


def test_a_warning_without_a_name_is_refused():
    with pytest.raises(errors.PolicyError, match="the name of an entry is missing"):
        with_rules(warnings={"": {"at": "75%"}})


LINT = "warning-never-fires"


@pytest.mark.parametrize(
    ("table", "path"),
    [
        ({"at": "3 hours before due", "priority": "P1", "measure": "resolve"}, "warnings.w.at"),
        ({"at": "2 hours before due", "priority": "P1", "measure": "resolve"}, None),
        ({"at": "3 hours before due", "priority": ["P1", "P2"], "measure": "resolve"}, None),
        ({"at": "90 hours after due", "priority": "P1"}, None),
        ({"at": "75%", "measure": "update"}, "warnings.w"),
        ({"at": "75%", "measure": "respond", "priority": "P1"}, "warnings.w"),
        ({"at": "5 hours before due", "priority": ["P4"]}, None),
        ({"at": "6 days before due", "priority": ["P4"], "measure": "resolve"}, "warnings.w.at"),
        ({"at": "75%"}, None),
    ],
)
def test_a_warning_that_can_never_fire_is_linted(table, path):
    hints = [hint for name, hint in hints_of(with_rules(warnings={"w": table})) if name == LINT]
    assert [hint.path for hint in hints] == ([] if path is None else [path])


# Turns of a ticket

FRIDAY = ticket(priority="P1", opened=at("2018-04-06 15:00"))


def shown(turns):
    return [f"{turn.at:%a %H:%M:%S} {turn.kind} {turn.what}" for turn in turns]


def line_of(one, policy, when, **options):
    return sc.timeline(one, policy, at=at(when), **options)


def test_a_target_turns_at_its_milestones_when_due_and_when_breached():
    line = line_of(FRIDAY, with_rules(targets={"incident": {"P1": {"resolve": "2 hours"}}}), "2018-04-06 15:00")
    assert shown(line) == [
        "Fri 16:00:00 milestone 50%",
        "Fri 16:30:00 milestone 75%",
        "Mon 08:18:00 milestone 90%",
        "Mon 08:30:00 due due",
        "Mon 08:30:00 state breached",
    ]
    due, breached = line.turns[-2:]
    assert breached.at - due.at == timedelta(microseconds=1)
    assert (breached.before, breached.after) == ("running", "breached")
    assert line.next == line.turns[0]
    assert line.between(at("2018-04-06 16:00"), at("2018-04-09 08:18")) == line.turns[1:3]


def test_a_strict_target_is_breached_when_it_is_due():
    line = line_of(FRIDAY, with_rules(targets={"incident": {"P1": {"resolve": "< 2 hours"}}}), "2018-04-06 15:00")
    due, breached = line.turns[-2:]
    assert (due.at, due.kind) == (breached.at, "due")
    assert breached.after == "breached"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("1 hour before due", "2018-04-06 16:00"),
        ("90 minutes before due", "2018-04-06 15:30"),
        ("2 hours before due", "2018-04-06 15:00"),
        ("2 hours 1 second before due", None),
        ("30 minutes before due", "2018-04-06 16:30"),
        ("0 hours before due", "2018-04-09 08:30"),
        ("2 hours after due", "2018-04-09 10:30"),
        ("75%", "2018-04-06 16:30"),
        ("150%", "2018-04-09 09:30"),
        ("1 day after due", "2018-04-10 08:30"),
    ],
)
def test_a_warning_counts_on_the_targets_own_clock(text, wanted):
    line = line_of(FRIDAY, with_rules(warnings={"w": {"at": text, "text": "look"}}), "2018-04-06 15:00")
    warnings = [(turn.at, turn.warning, turn.text) for turn in line if turn.kind == "warning"]
    assert warnings == ([] if wanted is None else [(at(wanted), "w", "look")])


@pytest.mark.parametrize(
    ("target", "rules", "text", "wanted"),
    [
        ("20 wall hours", {}, "1 hour before due", "2018-04-07 10:00"),
        ("20 wall hours", {}, "1 day after due", "2018-04-08 11:00"),
        ("2 wall days", {}, "1 day before due", "2018-04-07 15:00"),
        ("2 days", {"day_rule": "fixed-hours", "day_length": "6h"}, "1 day before due", "2018-04-09 12:30"),
        ("12 hours", {"day_rule": "fixed-hours", "day_length": "6h"}, "1 day before due", "2018-04-09 12:30"),
    ],
)
def test_a_warning_counts_by_the_wall_or_in_days_of_so_many_hours(target, rules, text, wanted):
    """Twelve hours from Friday 15:00 on are over on Tuesday 09:30, and six hours before that it is Monday 12:30."""
    policy = with_rules(
        calendar=desk(**rules), targets={"incident": {"P1": {"resolve": target}}}, warnings={"w": {"at": text}}
    )
    line = line_of(FRIDAY, policy, "2018-04-06 15:00")
    assert [turn.at for turn in line if turn.kind == "warning"] == [at(wanted)]


def test_a_warning_before_due_waits_with_the_pause_that_holds_the_due_date():
    policy = with_rules(warnings={"hours": {"at": "1 hour before due"}, "days": {"at": "1 day before due"}})
    held = FRIDAY.model_copy(update={"pauses": (sc.Pause(start=at("2018-04-06 15:30"), reason="third_party"),)})
    assert [turn.warning for turn in line_of(held, policy, "2018-04-06 16:00") if turn.kind == "warning"] == []


@pytest.mark.parametrize("changed", ["2018-04-09 09:00", "2018-04-09 12:00"], ids=["once", "more than twice"])
def test_what_was_all_used_up_before_a_change_stays_due_when_it_was(changed):
    policy = with_rules(rules={"priority_change": "carry"})
    lowered = FRIDAY.model_copy(update={"changes": (sc.Change(at=at(changed), field="priority", to="P3"),)})
    a = sc.assess(lowered, policy, at=at("2018-04-09 13:00"))
    assert (a.due, a.milestones[0].at) == (at("2018-04-09 08:30"), at("2018-04-09 08:30"))


FEW = sc.WorkingCalendar(
    timezone="Europe/London", special={"2018-04-09": ["08:00-12:00"], "2018-04-10": ["09:00-10:00"]}
)
"""A calendar that is open on two days, and never again."""


def test_what_would_lie_after_the_last_open_day_never_turns():
    policy = with_rules(
        calendar=FEW, warnings={"soon": {"at": "1 hour after due"}, "never": {"at": "9 hours after due"}}
    )
    line = line_of(ticket(priority="P1", opened=at("2018-04-09 09:00")), policy, "2018-04-09 09:00", percents=(50, 900))
    assert [(f"{turn.at:%a %H:%M}", turn.warning, turn.percent) for turn in line if turn.kind != "state"] == [
        ("Mon 09:00", None, None),
        ("Mon 10:00", None, 50),
        ("Mon 11:00", None, None),
        ("Mon 12:00", "soon", None),
    ]


def test_what_had_no_answer_then_turns_only_once_it_has_one():
    """Six hours are never used up on these days; from 11:00 on two are wanted, which were used up then."""
    raised = ticket(
        priority="P2", opened=at("2018-04-09 09:00"),
        changes=[sc.Change(at=at("2018-04-09 11:00"), field="priority", to="P1")],
    )  # fmt: skip
    with pytest.raises(errors.NoWorkingTimeError):
        line_of(raised, with_rules(calendar=FEW), "2018-04-09 10:00")
    assert shown(line_of(raised, with_rules(calendar=FEW), "2018-04-09 11:00", percents=(50,))) == [
        "Mon 11:00:00 window window",
        "Mon 11:00:00 milestone 50%",
        "Mon 11:00:00 due due",
        "Mon 11:00:00 state breached",
    ]


def test_a_warning_is_of_its_measure_and_priorities():
    policy = with_rules(
        targets={"incident": {"respond": "1 hour", "P1": {"resolve": "2 hours"}, "P2": {"resolve": "6 hours"}}},
        warnings={
            "answer": {"at": "50%", "measure": "respond"},
            "first": {"at": "50%", "priority": ["P1"]},
            "all": {"at": "50%"},
        },
    )
    for priority, measure, names in [
        ("P1", "respond", ["answer", "first", "all"]), ("P1", "resolve", ["first", "all"]), ("P2", "resolve", ["all"]),
    ]:  # fmt: skip
        line = line_of(ticket(priority=priority), policy, "2018-04-09 10:00", measure=measure)
        assert [turn.warning for turn in line if turn.kind == "warning"] == names


@pytest.mark.parametrize(
    ("text", "wanted"), [("1 hour before due", "2018-04-10 09:00"), ("3 hours before due", "2018-04-09 13:00")]
)
def test_a_pause_holds_a_warning_as_it_holds_the_due_date(text, wanted):
    waits = sc.Pause(start=at("2018-04-09 14:00"), end=at("2018-04-10 08:00"), reason="third_party")
    policy = with_rules(warnings={"w": {"at": text}})
    line = line_of(ticket(pauses=[waits]), policy, "2018-04-10 08:00")
    assert [turn.at for turn in line if turn.kind == "warning"] == [at(wanted)]
    held = line_of(ticket(pauses=[waits]), policy, "2018-04-09 14:30")
    assert [turn.at for turn in held if turn.kind == "warning"] == ([at(wanted)] if wanted < "2018-04-09 14" else [])
    assert held.next is None


def test_what_a_change_makes_true_at_once_turns_at_the_change_and_past_turns_stay():
    raised = ticket(priority="P2", changes=[sc.Change(at=at("2018-04-09 14:00"), field="priority", to="P1")])
    line = line_of(raised, sc.Policy.example(), "2018-04-09 15:00")
    assert shown(line) == [
        "Mon 10:00:00 window window",
        "Mon 13:00:00 milestone 50%",
        "Mon 14:00:00 milestone 75%",
        "Mon 14:00:00 milestone 90%",
        "Mon 14:00:00 due due",
        "Mon 14:00:00 state breached",
    ]
    lowered = ticket(priority="P1", changes=[sc.Change(at=at("2018-04-09 14:00"), field="priority", to="P4")])
    line = line_of(lowered, sc.Policy.example(), "2018-04-09 15:00", percents=(50,))
    assert shown(line)[:4] == [
        "Mon 10:00:00 window window",
        "Mon 11:00:00 milestone 50%",
        "Mon 12:00:00 due due",
        "Mon 12:00:00 state breached",
    ]
    assert shown(line)[4:] == [
        "Mon 14:00:00 state running",
        "Wed 14:30:00 milestone 50%",
        "Thu 10:00:00 window window",
        "Mon 10:00:00 due due",
        "Mon 10:00:00 state breached",
    ]


def test_what_is_done_turns_no_more_until_it_is_reopened():
    done = ticket(
        resolved=at("2018-04-10 09:00"),
        reopenings=[sc.Reopening(resolved=at("2018-04-09 14:00"), reopened=at("2018-04-09 16:00"))],
    )
    line = line_of(done, sc.Policy.example(), "2018-04-11 09:00")
    assert shown(line)[1:] == [
        "Mon 13:00:00 milestone 50%",
        "Mon 14:00:00 state met",
        "Mon 16:00:00 state running",
        "Mon 16:30:00 milestone 75%",
        "Tue 08:24:00 milestone 90%",
        "Tue 09:00:00 due due",
        "Tue 09:00:00 state met",
    ]
    assert line.next is None
    assert line_of(done, sc.Policy.example(), "2018-04-09 15:00").next is None


@pytest.mark.parametrize("measure", ["respond", "first_word"])
def test_what_ends_with_the_first_response_turns_at_it(measure):
    own = sc.Policy(
        name="words",
        calendar=desk(),
        targets={"incident": {"P1": {"respond": "2 hours", "first_word": "2 hours"}}},
        measures={"first_word": {"starts": ["opened"], "ends": ["responded"], "cycles": "first"}},
    )
    one = ticket(priority="P1", opened=at("2018-04-09 09:00"), responded=at("2018-04-09 09:20"))
    line = line_of(one, own, "2018-04-09 12:00", measure=measure)
    assert [(f"{turn.at:%H:%M}", turn.before, turn.after) for turn in line] == [("09:20", "running", "met")]


def test_cycles_turn_one_after_another():
    policy = with_rules(targets={"incident": {"P2": {"update": "4 hours"}}})
    events = [
        sc.Event(at=at("2018-04-09 13:30"), name="answered"),
        sc.Event(at=at("2018-04-10 09:00"), name="answered"),
    ]
    line = line_of(ticket(events=events), policy, "2018-04-10 12:00", measure="update", percents=(50,))
    assert [(turn.cycle, text) for turn, text in zip(line, shown(line), strict=True)] == [
        (1, "Mon 12:00:00 milestone 50%"),
        (2, "Mon 15:30:00 milestone 50%"),
        (2, "Tue 08:30:00 due due"),
        (2, "Tue 08:30:00 state breached"),
        (3, "Tue 09:00:00 state running"),
        (3, "Tue 11:00:00 milestone 50%"),
        (3, "Tue 13:00:00 due due"),
        (3, "Tue 13:00:00 state breached"),
    ]


def test_a_grid_is_listed_to_the_end_of_the_next_cycle():
    policy = with_rules(targets={"incident": {"P2": {"update": "4 hours"}}}, measures={"update": {"next": "grid"}})
    line = line_of(ticket(), policy, "2018-04-09 12:00", measure="update", percents=())
    assert [(turn.cycle, turn.at) for turn in line if turn.kind == "due"] == [
        (1, at("2018-04-09 14:00")), (2, at("2018-04-10 09:00")),
    ]  # fmt: skip
    assert line_of(ticket(), policy, "2018-04-09 14:00", measure="update").next.percent == 50


def test_the_next_line_of_a_grid_is_held_by_a_pause_that_outlasts_the_cycle_before():
    policy = with_rules(
        targets={"incident": {"P2": {"update": "4 hours"}}},
        measures={"update": {"next": "grid"}},
        pauses={"third_party": ["update"]},
    )
    waits = sc.Pause(start=at("2018-04-09 11:00"), end=at("2018-04-09 15:00"), reason="third_party")
    answered = sc.Event(at=at("2018-04-09 12:00"), name="answered")
    line = line_of(ticket(pauses=[waits], events=[answered]), policy, "2018-04-09 16:00", measure="update", percents=())
    states = [(f"{turn.at:%a %H:%M}", turn.before, turn.after) for turn in line if turn.kind == "state"]
    assert states[:3] == [
        ("Mon 11:00", "running", "paused"),
        ("Mon 12:00", "paused", "met"),
        ("Tue 09:00", "met", "running"),
    ]


def test_many_messages_on_one_ticket_take_no_time_each():
    policy = with_rules(targets={"incident": {"P2": {"update": "4 hours"}}})
    events = [sc.Event(at=at("2018-04-09 10:00") + timedelta(minutes=3 * n), name="answered") for n in range(1, 3_000)]
    begun = process_time()
    line = line_of(ticket(events=events), policy, "2018-04-16 12:00", measure="update")
    assert process_time() - begun < 20  # each of them folded anew would be some minutes
    assert [turn.cycle for turn in line if turn.kind == "due"] == [3_000]


def test_a_timeline_and_its_turns_are_values():
    line = line_of(
        FRIDAY, with_rules(warnings={"w": {"at": "60%", "text": "look"}}), "2018-04-06 16:20", percents=(87.5,)
    )
    for value in (line, line.next):
        assert pickle.loads(pickle.dumps(value)) == value
        assert copy.deepcopy(value) is value
        assert type(value).from_json(value.to_json()) == value
        assert {value: 1}[value] == 1
        assert "\n" not in repr(value)
    assert repr(line) == "<Timeline 'T1' resolve, 5 turns, as of 2018-04-06T16:20:00+01:00>"
    assert repr(line.next) == "<Turn 2018-04-09T08:15:00+01:00 milestone 87.5%>"
    assert repr(line.turns[-1]) == "<Turn 2018-04-09T08:30:00.000001+01:00 state running to breached>"
    assert line.to_dict()["turns"][1] == {
        "at": "2018-04-06T16:12:00+01:00", "kind": "warning", "before": None, "after": None, "percent": None,
        "warning": "w", "text": "look", "cycle": 1,
    }  # fmt: skip


def test_what_is_no_percentage_is_refused():
    for percents in ("50", 50, (-1,), ("50",), (float("nan"),)):
        with pytest.raises(errors.ModelError) as raised:
            line_of(FRIDAY, sc.Policy.example(), "2018-04-06 16:20", percents=percents)
        assert raised.value.remedy


def test_a_timeline_raises_what_assess_raises():
    with pytest.raises(errors.NotYetOpenedError):
        line_of(FRIDAY, sc.Policy.example(), "2018-04-06 14:00")
    with pytest.raises(errors.UnknownPriorityError):
        line_of(ticket(priority="P9"), sc.Policy.example(), "2018-04-10 14:00")


# What falls due within some time

CLOCKS = with_rules(
    targets={
        "incident": {
            "P1": {"resolve": "2 hours"},
            "P2": {"resolve": "6 hours", "update": "4 hours"},
            "P3": {"resolve": "4 hours", "respond": "< 4 wall hours"},
        }
    }
)


def listed(items):
    return [(item.ticket, item.measure, item.cycle, f"{item.due:%a %H:%M}", str(item.remaining)) for item in items]


def test_four_hours_from_friday_afternoon_are_over_on_monday_morning():
    now, before = at("2018-04-06 15:00"), at("2018-04-05 13:00")
    waits = sc.Pause(start=at("2018-04-06 14:00"), reason="third_party")
    tickets = [
        ticket(id="fits", priority="P3", opened=now),
        ticket(id="later", priority="P3", opened=now + timedelta(seconds=1)),
        ticket(id="long", priority="P2", opened=now),
        ticket(id="waits", priority="P1", opened=at("2018-04-06 13:00"), pauses=[waits]),
        ticket(id="waits long", priority="P2", opened=at("2018-04-06 13:30"), pauses=[waits]),
        ticket(id="late", priority="P1", opened=before),
        ticket(id="done", priority="P1", opened=before, resolved=before + timedelta(days=1)),
        ticket(id="gone", priority="P1", opened=now, cancelled=now),
    ]
    soon = sc.due_within(tickets, CLOCKS, at=now, within="4 hours")
    assert listed(soon.due) == [
        ("fits", "respond", 1, "Fri 19:00", "4:00:00"),
        ("waits long", "update", 1, "Mon 09:00", "2:30:00"),
        ("fits", "resolve", 1, "Mon 10:30", "4:00:00"),
        ("long", "update", 1, "Mon 10:30", "4:00:00"),
    ]
    assert listed(soon.overdue) == [("late", "resolve", 1, "Thu 15:00", str(-timedelta(hours=9)))]
    assert listed(soon.paused) == [("waits", "resolve", 1, "Fri 16:00", "1:00:00")]
    assert repr(soon).startswith("<DueWithin 4 hours of 2018-04-06T15:00:00+01:00: ")
    assert sc.DueWithin.from_json(soon.to_json()) == soon
    assert pickle.loads(pickle.dumps(soon)) == soon
    assert hash(soon) == hash(sc.due_within(reversed(tickets), CLOCKS, at=now.isoformat(), within=timedelta(hours=4)))
    for wrong in ("1-2 hours", "1 day by close", "< 2 hours", "2 wall hours"):
        with pytest.raises(errors.TargetError, match="within: .* has more than a length"):
            sc.due_within(tickets, CLOCKS, at=now, within=wrong)
    for within, measures in [("3 hours", []), ("1 day", ["respond", "resolve"])]:
        soon = sc.due_within(tickets[:1], CLOCKS, at=now, within=within)
        assert [item.measure for item in soon.due] == measures


def test_what_agreed_for_a_ticket_falls_due_too():
    agreed = ticket(priority="P1", agreed={"resolve": at("2018-04-09 10:30"), "update": "1 hour"})
    soon = sc.due_within([agreed], sc.Policy.example(), at=at("2018-04-09 10:00"), within="30 minutes")
    assert listed(soon.due) == [("T1", "resolve", 1, "Mon 10:30", "0:30:00")]


def test_so_much_time_may_lie_nowhere_ahead():
    own = ticket(priority="P1", opened=at("2018-04-09 11:00"))
    for within, due in [("119 minutes", 0), ("2 hours", 1), ("9 hours", 1), ("9 days", 1)]:
        soon = sc.due_within([own], with_rules(calendar=FEW), at=at("2018-04-09 11:00"), within=within)
        assert [f"{item.due:%a %H:%M}" for item in soon.due] == ["Tue 10:00"] * due, within


def test_of_a_ticket_that_no_policy_is_for_nothing_falls_due():
    book = sc.PolicyBook([with_rules(in_force_from="2019-04-01")])
    soon = sc.due_within([ticket(priority="P1")], book, at=at("2018-04-09 10:00"), within="9 hours")
    assert (soon.due, soon.overdue, soon.paused) == ((), (), ())


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({"within": "< 4 hours"}, ("within",)),
        ({"within": "soon"}, ("within",)),
        ({"within": 4}, ("within",)),
        ({"within": "-1 hour"}, ("within",)),
        ({"tickets": FRIDAY}, ("tickets",)),
        ({"tickets": ["T1"]}, ("tickets", 0)),
        ({"tickets": [ticket(priority="P9")]}, ("ticket T1",)),
        ({"policy": 7}, ("policy",)),
    ],
)
def test_what_cannot_be_asked_is_refused(given, path):
    asked = {"tickets": [FRIDAY], "policy": sc.Policy.example(), "within": "4 hours", **given}
    with pytest.raises(sc.SlaClockError) as raised:
        sc.due_within(asked["tickets"], asked["policy"], at=at("2018-04-10 10:00"), within=asked["within"])
    assert raised.value.path == path
    assert raised.value.remedy


def test_a_grid_that_a_cancellation_ended_goes_on_as_the_ticket_is_reopened():
    own = sc.Policy.model_validate({
        "name": "grid", "calendar": desk(), "measures": {"update": {"next": "grid"}},
        "targets": {"incident": {"resolve": "6 hours", "update": "2 hours"}},
    })  # fmt: skip
    one = sc.Ticket(
        id="T1", opened=at("2018-04-09 08:00"), responded=at("2018-04-09 08:30"), cancelled=at("2018-04-09 09:00"),
        reopenings=[sc.Reopening(resolved=at("2018-04-09 11:00"), reopened=at("2018-04-09 12:00"))],
    )  # fmt: skip
    line = sc.timeline(one, own, at=at("2018-04-09 12:30"), measure="update", percents=())
    states = [(turn.at, turn.after) for turn in line if turn.kind == "state"]
    assert states[:2] == [(at("2018-04-09 08:30"), "met"), (at("2018-04-09 12:00"), "running")]
