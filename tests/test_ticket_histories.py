"""What became of a ticket, worked out by hand, in scalars and columns: cancellations, first priorities, words."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from math import ceil
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import polars as pl
import pytest

import histories
import slaclock as sc
from desk import at, desk
from questions import SLA_ANSWERS, Question, check
from slaclock import columns
from slaclock.clock.budgets import budget_of
from slaclock.temporal.instants import to_micros
from slaclock.tickets import grids
from slaclock.tickets.agreed import agreed_or_text

POLICY = {
    "name": "histories",
    "calendar": desk(),
    "calendars": {"always": sc.WorkingCalendar.parse("24/7", timezone="Europe/London")},
    "targets": {
        "incident": {"P1": {"resolve": "2 hours", "respond": "1 hour"}, "P2": {"resolve": "6 hours"}},
        "problem": {"P1": {"resolve": "3 hours"}, "R1": {"resolve": "1 day"}},
        "request": {"resolve": "10 days"},
    },
    "pauses": {"third_party": ["resolve"]},
    "priorities": {"high": {"high": "P1", "low": "P2"}},
}


def policy(**fields):
    return sc.Policy.model_validate({**POLICY, **fields})


def monday(time):
    return at(f"2018-04-09 {time}")


def ticket(**fields):
    return {
        "id": "T1", "kind": "incident", "priority": None, "opened": monday("10:00"), "attributes": {}, "pauses": [],
        "changes": [], "reopenings": [], "events": [], **fields,
    }  # fmt: skip


def change(time, field, to):
    return {"at": monday(time), "field": field, "to": to}


def assessed(record, own, now, measure="resolve"):
    """How a ticket stands, which columns say too; errors included."""
    service = histories.Service(own, (), histories.ERAS[0])
    question = Question(service, [record], monday(now), measure)
    frame, sides = question.frames()
    expected = question.answer(record)
    if isinstance(expected, sc.SlaClockError):
        with pytest.raises(type(expected)):
            columns.assess(frame, own, **question.options(), **sides)
        raise expected
    check(columns.assess(frame, own, **question.options(), **sides), [expected], SLA_ANSWERS)
    return sc.assess(histories.ticket_of(record), own, at=monday(now), measure=measure)


def test_what_was_resolved_while_it_was_withdrawn_is_no_response():
    record = ticket(
        priority="P1",
        cancelled=monday("10:10"),
        reopenings=[{"resolved": monday("10:20"), "reopened": monday("12:00")}],
    )
    assert assessed(record, policy(), "11:00", "respond").state == "cancelled"
    a = assessed(record, policy(), "12:30", "respond")
    assert (a.state, a.elapsed, a.due) == ("running", timedelta(minutes=40), monday("12:50"))
    a = assessed(record | {"responded": monday("12:40")}, policy(), "15:00", "respond")
    assert (a.state, a.done, a.elapsed) == ("met", monday("12:40"), timedelta(minutes=50))
    at_once = record | {"reopenings": [{"resolved": monday("10:10"), "reopened": monday("12:00")}]}
    assert assessed(at_once, policy(), "12:30", "respond").due == monday("12:50")


def test_what_was_answered_while_it_was_withdrawn_ends_the_clock_once_it_is_reopened():
    record = ticket(
        priority="P1",
        cancelled=monday("10:10"),
        reopenings=[{"resolved": monday("10:30"), "reopened": monday("12:00")}],
        responded=monday("10:20"),
    )
    assert assessed(record, policy(), "11:00", "respond").state == "cancelled"
    a = assessed(record, policy(), "12:30", "respond")
    assert (a.state, a.done, a.elapsed) == ("met", monday("10:20"), timedelta(minutes=10))


@pytest.mark.parametrize(
    ("fields", "respond", "resolve"),
    [
        (("responded",), "met", "cancelled"),
        (("resolved",), "cancelled", "cancelled"),
        (("responded", "resolved"), "met", "cancelled"),
    ],
)
@pytest.mark.parametrize("asked", ["10:10", "11:00"])
def test_what_was_answered_as_it_was_withdrawn_stays_answered_and_is_not_resolved(asked, fields, respond, resolve):
    record = ticket(priority="P1", cancelled=monday("10:10"), **dict.fromkeys(fields, monday("10:10")))
    assert assessed(record, policy(), asked, "respond").state == respond
    assert assessed(record, policy(), asked).state == resolve


@pytest.mark.parametrize("rule", ["from-opening", "restart", "carry"])
def test_a_first_priority_is_measured_from_the_opening_whatever_the_kind_was(rule):
    own = policy(rules={"priority_change": rule})
    turned = [change("10:30", "kind", "problem"), change("11:00", "priority", "P1")]
    together = [change("11:00", "kind", "problem"), change("11:00", "priority", "P1")]
    for changes in (turned, together):
        a = assessed(ticket(changes=changes), own, "11:30")
        assert (a.state, a.started, a.due) == ("running", monday("10:00"), monday("13:00"))
    was_request = ticket(
        kind="request", changes=[change("10:30", "kind", "incident"), change("11:00", "priority", "P2")]
    )
    a = assessed(was_request, own, "11:30")
    assert (a.due, a.elapsed) == (monday("16:00"), timedelta(hours=1, minutes=30))


def test_a_priority_cleared_as_the_ticket_opens_was_never_there():
    changes = [change("10:00", "priority", None), change("14:00", "priority", "P1")]
    record = ticket(priority="P2", changes=changes, resolved=monday("13:00"))
    assert assessed(record, policy(), "13:30").state == "no-target"
    assert assessed(record, policy(), "14:00").state == "breached"


def test_an_agreed_target_keeps_the_calendar_of_the_opening_when_a_first_priority_comes():
    targets = {"incident": {"calendar": "main", "P1": {"resolve": "2 hours", "calendar": "always"}}}
    record = ticket(opened=monday("16:00"), agreed={"resolve": "2 hours"}, changes=[change("16:10", "priority", "P1")])
    a = assessed(record, policy(targets=targets, priorities={}), "16:30")
    assert (a.calendar, a.due) == ("main", at("2018-04-10 09:00"))


def test_nothing_stops_or_restarts_the_clock_of_an_agreed_instant():
    reopened = [{"resolved": monday("11:00"), "reopened": monday("13:00")}]
    record = ticket(priority="P2", agreed={"resolve": monday("12:00").isoformat()}, reopenings=reopened)
    for rule in ("resume", "restart"):
        a = assessed(record, policy(rules={"reopening": rule}), "14:00")
        assert (a.state, a.started, a.due) == ("breached", monday("10:00"), monday("12:00"))
        assert (a.consumed, a.remaining, a.breached_at) == (2, -timedelta(hours=2), monday("13:00"))


def test_what_is_excluded_stays_so_whatever_instant_was_agreed():
    own = policy(exclusions={"consumables": "not part of the service"})
    record = ticket(priority="P2", category="consumables", agreed={"resolve": monday("12:00").isoformat()})
    a = assessed(record, own, "14:00")
    assert (a.state, a.due) == ("excluded", None)


def test_a_word_of_another_kind_has_no_target_and_one_of_no_kind_is_misspelt():
    corrected = ticket(priority="P1", changes=[change("10:05", "priority", "R1"), change("10:09", "kind", "problem")])
    assert assessed(corrected, policy(), "10:07").state == "no-target"
    assert assessed(corrected, policy(), "11:00").due == at("2018-04-10 10:00")
    with pytest.raises(sc.errors.UnknownPriorityError, match="'P9' is no priority of the policy"):
        assessed(ticket(kind="request", priority="P9"), policy(), "11:00")
    none = policy(targets={"request": {"resolve": "10 days"}}, priorities={})
    assert assessed(ticket(kind="request", priority="P9"), none, "11:00").state == "running"
    for words in ({"priority": "P1", "impact": "zzz"}, {"urgency": "zzz"}, {"impact": "zzz"}):
        with pytest.raises(
            sc.errors.PolicyError, match="'zzz' is no (impact|urgency) of the policy 'histories'; use one of: high"
        ):
            assessed(ticket(**words), policy(), "11:00")


def test_a_target_that_no_one_is_judged_by_need_not_have_an_answer():
    never = sc.WorkingCalendar(
        timezone="Europe/London", hours={"mon": ["09:00-10:00"]}, dated_hours=[{"from": "2018-04-01", "hours": {}}]
    )
    targets = {"incident": {"P1": {"resolve": "2 hours", "calendar": "ended"}, "P2": {"resolve": "6 hours"}}}
    own = policy(targets=targets, calendars={"ended": never}, priorities={})
    record = ticket(priority="P1", changes=[change("10:30", "priority", "P2")])
    assert assessed(record, own, "11:00").due == monday("16:00")


def test_a_book_sees_an_attribute_that_only_a_change_at_the_opening_gives():
    general, acme = (
        policy(),
        policy(name="ACME", applies_to={"team": ["ACME"]}, targets={"incident": {"resolve": "9 hours"}}),
    )
    book = sc.PolicyBook([general, acme])
    record = ticket(priority="P1", changes=[change("10:00", "team", "ACME")])
    assert assessed(record, book, "11:00").policy.name == "ACME"


def test_a_due_date_after_the_year_9999_is_refused_while_an_open_pause_holds_it():
    own = policy(targets={"incident": {"resolve": "24000000000 wall hours"}}, priorities={})
    record = ticket(pauses=[{"start": monday("11:00"), "end": None, "reason": "third_party"}])
    with pytest.raises(sc.errors.OutOfRangeError, match="outside the years 1 to 9999"):
        assessed(record, own, "12:00")


def test_a_window_of_nothing_that_carries_what_was_used():
    own = policy(
        targets={"incident": {"P1": {"resolve": "2 hours"}, "P2": {"resolve": "0-0 hours"}}},
        rules={"priority_change": "carry"},
    )
    a = assessed(ticket(priority="P1", changes=[change("11:00", "priority", "P2")]), own, "11:00")
    assert (a.due, a.expected_from) == (monday("11:00"), monday("11:00"))
    assert sc.Assessment.from_json(a.to_json()) == a


def test_shares_are_carried_over_every_clock_and_calendar():
    targets = {
        "P1": {"resolve": "2 hours"},
        "P2": {"resolve": "3 wall hours"},
        "P3": {"resolve": "1 day by 16:00"},
        "P4": {"resolve": "3 hours", "calendar": "always"},
    }
    own = policy(targets={"incident": targets}, priorities={}, rules={"priority_change": "carry", "breach": "stands"})
    turns = [change("10:30", "priority", "P2"), change("11:00", "priority", "P3"), change("14:00", "priority", "P4")]
    waits = [{"start": monday("11:00"), "end": monday("12:00"), "reason": "third_party"}]
    a = assessed(ticket(priority="P1", changes=turns, pauses=waits), own, "15:00")
    # A quarter of P1, a sixth of P2, and of the 14 hours from Monday 11:00 to Tuesday 16:00 those from 12:00 to 14:00.
    left = 3 * 3_600_000_000 * (1 - Fraction(1, 4) - Fraction(1, 6) - Fraction(2, 14))
    assert a.due == monday("14:00") + timedelta(microseconds=ceil(left))
    assert (a.state, a.elapsed) == ("running", timedelta(hours=4))
    assert assessed(ticket(priority="P1", changes=turns[:1]), own, "15:00").state == "breached"
    used_up = assessed(ticket(priority="P1", changes=[change("12:30", "priority", "P4")]), own, "12:45")
    assert (used_up.due, used_up.priority, used_up.target) == (monday("12:00"), "P4", sc.Target.parse("2 hours"))


def test_of_a_measure_that_the_policy_does_not_set_only_rows_with_an_agreed_target_have_an_answer():
    own = policy(targets={"incident": {"P1": {"resolve": "2 hours"}}}, priorities={})
    record = ticket(priority="P1", agreed={"respond": "30 minutes"})
    assert assessed(record, own, "10:20", "respond").due == monday("10:30")
    with pytest.raises(sc.errors.PolicyError, match="sets no respond target"):
        assessed(ticket(priority="P1"), own, "10:20", "respond")
    frame = pl.DataFrame({"opened": [monday("10:00")] * 2, "priority": ["P1"] * 2, "agreed_respond": ["1 hour", None]})
    with pytest.raises(sc.errors.PolicyError, match="row 1"):
        columns.assess(frame, own, at=monday("10:20"), measure="respond")


@pytest.mark.parametrize("side", ["changes", "reopenings"])
def test_an_instant_that_no_datetime_can_be_is_refused_in_what_became_of_a_ticket(side):
    huge = np.array([1 << 62]).view("M8[us]")
    entries = {
        "changes": {"at": huge, "field": ["priority"], "to": ["P2"]},
        "reopenings": {"resolved": np.array(["2018-04-09T10:00"], "M8[us]"), "reopened": huge},
    }
    frame = pl.DataFrame({"opened": [monday("10:00")], "priority": ["P1"]})
    beside = {side: pl.DataFrame({"row": [0], **entries[side]})}
    asked = {"at": monday("15:00"), "timezone": "UTC", **beside}
    for door in (columns.assess, sc.report):
        with pytest.raises(sc.errors.OutOfRangeError, match="years 1 to 9999"):
            door(frame, policy(), **asked)
    with pytest.warns(sc.errors.BadRowsWarning, match="^1 row"):
        answered = columns.assess(frame, policy(), errors="null", **asked)
    assert answered["sla_state"].to_list() == [None]


def test_the_numbers_of_rows_and_of_a_sequence_may_be_of_any_whole_type():
    frame = pl.DataFrame({"opened": [monday("10:00")], "priority": ["P1"]})
    changes = pl.DataFrame({"row": [0, 0], "at": [monday("10:30")] * 2, "field": ["priority"] * 2, "to": ["P2", "P1"]})
    for kind, numbers in ((pl.UInt64, [2**64 - 1, 1]), (pl.Int128, [5, 4]), (pl.Int8, [2, 1])):
        ordered = changes.with_columns(pl.Series("sequence", numbers, kind), pl.col("row").cast(kind))
        assert columns.assess(frame, policy(), at=monday("15:00"), changes=ordered)["sla_state"].to_list() == [
            "running"
        ]
    with pytest.raises(sc.errors.ColumnError, match="a change's row is missing"):
        columns.assess(frame, policy(), at=monday("15:00"), changes=changes.with_columns(row=pl.Series([0, None])))


def test_a_report_refuses_an_opening_that_no_datetime_can_be():
    frame = pl.DataFrame({"opened": np.array([1 << 62]).view("M8[us]"), "priority": ["P1"]})
    with pytest.raises(sc.errors.OutOfRangeError, match="row 0"):
        sc.report(frame, policy(), at=monday("15:00"), timezone="UTC")


def test_a_policy_without_coverage_refuses_what_is_no_instant_too():
    for ask in (policy().covers, policy().at):
        for wrong in (pd.NaT, "x", datetime(2018, 4, 9)):
            with pytest.raises(sc.SlaClockError):
                ask(wrong)


def test_a_breach_stands_before_a_target_that_can_never_run_out():
    own = policy(
        calendars={"never": "main - main"},
        targets={"incident": {"P1": {"resolve": "2 hours", "calendar": "never"}, "P2": {"resolve": "1 hour"}}},
        rules={"breach": "stands"},
    )
    record = ticket(priority="P2", changes=[change("14:00", "priority", "P1")])
    a = assessed(record, own, "15:00")
    assert (a.state, a.due, a.elapsed) == ("breached", monday("11:00"), timedelta(hours=5))
    report = sc.report([histories.ticket_of(record)], own, at=monday("15:00"))
    assert report.totals["breached"] == 1


@pytest.mark.parametrize("library", [pl.DataFrame, pd.DataFrame])
def test_what_was_agreed_for_a_measure_of_the_policys_own(library):
    own = policy(
        measures={"wash": {"starts": ["opened"], "ends": ["washed"]}}, targets={"incident": {"wash": "2 hours"}}
    )
    frame = library({"id": ["T1", "T2"], "opened": [monday("10:00")] * 2, "agreed_wash": ["1 hour", None]})
    answers = columns.assess(frame, own, at=monday("10:30"), measure="wash")
    assert [due.isoformat() for due in answers["sla_due"]] == ["2018-04-09T11:00:00+01:00", "2018-04-09T12:00:00+01:00"]
    one = histories.ticket_of(ticket(agreed={"wash": "1 hour"}))
    assert sc.assess(one, own, at=monday("10:30"), measure="wash").due == monday("11:00")


def test_what_was_agreed_for_a_measure_that_the_policy_does_not_have_may_be_misspelt():
    washing = policy(
        measures={"wash": {"starts": ["opened"], "ends": ["washed"]}},
        targets={"incident": {"wash": "2 hours", "resolve": "2 hours"}},
        applies_to={"customer": ["ACME"]},
    )
    book = sc.PolicyBook([washing, policy()])
    with pytest.raises(sc.SlaClockError, match="'wash' is no measure"):
        sc.assess(histories.ticket_of(ticket(agreed={"wash": "1 hour"})), policy(), at=monday("10:30"))
    frame = pl.DataFrame({"id": ["T1"], "opened": [monday("10:00")], "customer": ["B"], "agreed_wash": ["1 hour"]})
    for function in (columns.assess, columns.cycles):
        with pytest.raises(sc.SlaClockError, match="row 0: .*'wash' is no measure"):
            function(frame, book, at=monday("10:30"), measure="resolve")


def test_a_ticket_that_is_wrong_is_so_without_a_cycle_too():
    own = policy(targets={"incident": {"reply": "2 hours"}})
    wrong = {"ticket": ["T2"], "start": [monday("12:00")], "end": [monday("11:00")], "reason": ["third_party"]}
    frame = pl.DataFrame({"id": ["T1", "T2"], "opened": [monday("10:00")] * 2})
    with pytest.raises(sc.SlaClockError, match="row 1: "):
        columns.cycles(frame, own, at=monday("13:00"), measure="reply", pauses=pl.DataFrame(wrong))


OWN_PAUSES = {
    "incident": {
        "P1": {"resolve": {"within": "2 hours", "pauses": []}},
        "P2": {"resolve": "6 hours"},
        "P3": {"resolve": {"within": "6 hours", "calendar": "main", "pauses": ["lunch"]}},
    },
    "request": {"resolve": {"within": "6 hours", "pauses": "lunch"}},
}


@pytest.mark.parametrize(
    ("case", "due"),
    [
        ({"priority": "P1"}, "12:00"),  # nothing stops it
        ({"priority": "P2"}, "17:00"),  # as [pauses] has it
        ({"priority": "P3"}, "16:30"),  # its own reason, and no other
        ({"kind": "request", "priority": None}, "16:30"),
        ({"priority": "P3", "agreed": {"resolve": "3 hours"}}, "13:30"),  # the pauses that held at the opening
        ({"priority": "P2", "changes": [sc.Change(at=monday("11:30"), field="priority", to="P1")]}, "12:00"),
        ({"priority": "P1", "changes": [sc.Change(at=monday("11:30"), field="priority", to="P3")]}, "16:30"),
    ],
)
@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_a_target_has_pauses_of_its_own_in_the_place_of_its_measures(case, due, library):
    mine = policy(targets=OWN_PAUSES, pauses={"third_party": ["resolve"]})
    fields = {"id": "T1", "priority": "P1", "opened": monday("10:00"), **case}
    pauses = [("10:30", "11:00", "third_party"), ("11:00", "11:30", "lunch"), ("11:30", "12:00", "third_party")]
    pauses = [sc.Pause(start=monday(start), end=monday(end), reason=reason) for start, end, reason in pauses]
    ticket = sc.Ticket(**fields, pauses=pauses)
    a = sc.assess(ticket, mine, at=monday("16:00"))
    assert a.due == monday(due)
    changed = {"changes": [{"ticket": "T1", "at": c.at, "field": c.field, "to": c.to} for c in ticket.changes]}
    row = {name: fields.get(name) for name in ("id", "priority", "opened")} | {"kind": ticket.kind}
    row |= {f"agreed_{measure}": str(target) for measure, target in ticket.agreed.items()}
    frame = columns.assess(
        library([row]), mine, at=monday("16:00"),
        pauses=library([{"ticket": "T1", "start": p.start, "end": p.end, "reason": p.reason} for p in pauses]),
        changes=library(changed["changes"]) if changed["changes"] else None,
    )  # fmt: skip
    assert (frame["sla_due"][0], frame["sla_state"][0]) == (a.due, a.state)


@pytest.mark.parametrize(
    ("opened_as", "turned", "elapsed", "due"),
    [
        ("P2", "P1", "2:30:00", "13:10"),  # one hour of six was used, and of two hours nothing is stopped
        ("P1", "P2", "2:30:00", "13:30"),  # an hour and a half of two was used; a quarter of six is stopped once
    ],
)
def test_each_target_counts_while_it_was_in_force_what_its_own_pauses_leave(opened_as, turned, elapsed, due):
    mine = policy(targets=OWN_PAUSES, pauses={"third_party": ["resolve"]}, rules={"priority_change": "carry"})
    pauses = [
        sc.Pause(start=monday(start), end=monday(end), reason="third_party")
        for start, end in (("10:30", "11:00"), ("12:00", "12:30"))
    ]
    change = sc.Change(at=monday("11:30"), field="priority", to=turned)
    ticket = sc.Ticket(id="T1", priority=opened_as, opened=monday("10:00"), pauses=pauses, changes=[change])
    a = sc.assess(ticket, mine, at=monday("13:00"))
    ledger = a.explain("now")
    assert a.due == monday(due)
    assert str(a.elapsed) == str(sum((row.length for row in ledger.rows), timedelta())) == elapsed
    stopped = [(row.reason, str(row.length)) for row in a.breakdown() if row.stopped]
    assert stopped == [("third_party", "0:30:00")]


def test_a_reason_that_only_a_target_names_is_known_and_may_be_misspelt():
    mine = policy(targets=OWN_PAUSES, pauses={})
    assert mine.reasons == ("lunch",)
    assert sc.Policy.model_validate_json(mine.model_dump_json()) == mine
    ticket = sc.Ticket(
        id="T1", priority="P2", opened=monday("10:00"), pauses=[sc.Pause(start=monday("10:30"), reason="lunhc")]
    )
    with pytest.raises(sc.errors.UnknownReasonError, match="lists no pause reason 'lunhc'; use one of: lunch"):
        sc.assess(ticket, mine, at=monday("13:00"))
    with pytest.raises(sc.errors.PolicyError, match="5 is neither a text nor a list of texts"):
        policy(targets={"incident": {"P1": {"resolve": {"within": "2 hours", "pauses": 5}}}})


# Measures of an attribute, grids without a target, and what follows a due date


def team_policy(**fields):
    measures = {"ola": {"while": {"team": "L2"}, "cycles": "each"}}
    return policy(measures=measures, targets={"incident": {"resolve": "6 hours", "ola": "1 hour"}}, **fields)


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_an_attribute_while_which_a_measure_counts_is_read_from_the_tickets_own_column(library):
    frame = library({"id": ["T1", "T2"], "opened": [monday("10:00")] * 2, "team": ["L2", "L1"]})
    changes = library({"ticket": ["T2"], "at": [monday("10:30")], "field": ["team"], "to": ["L2"]})
    options = {"at": monday("12:00"), "measure": "ola", "changes": changes}
    assert list(columns.assess(frame, team_policy(), **options)["sla_due"]) == [monday("11:00"), monday("11:30")]
    assert list(columns.cycles(frame, team_policy(), **options)["ticket"]) == ["T1", "T2"]
    assert sc.report(frame, team_policy(), **options).totals["breached"] == 2


def grid_policy(**fields):
    targets = {"incident": {"P1": {"resolve": "6 hours", "update": "1 hour"}, "P5": {"update": "none"}}}
    return policy(measures={"update": {"next": "grid"}}, targets=targets, priorities={}, **fields)


@pytest.mark.parametrize(("answered", "states"), [("08:30", ["no-target", "breached"]),
                                                  ("09:30", ["breached", "no-target"])])  # fmt: skip
def test_a_grid_goes_on_where_something_was_answered_before_there_was_a_target(answered, states):
    one = sc.Ticket(
        id="T1", priority="P5", opened=monday("08:00"), events=[sc.Event(at=monday(answered), name="answered")],
        changes=[sc.Change(at=monday("10:00"), field="priority", to="P1")],
    )  # fmt: skip
    before = sc.assess(one, grid_policy(), at=monday("09:45"), measure="update")
    assert (before.state, len(before.cycles)) == ("no-target", 1)
    cycles = sc.assess(one, grid_policy(), at=monday("13:30"), measure="update").cycles
    assert len(cycles) > 4
    assert cycles[1].started == monday("09:00")
    assert [cycle.state for cycle in cycles[:2]] == states
    assert (cycles[-1].state, cycles[-1].due) == ("running", monday("14:00"))


def test_what_follows_a_due_date_in_closed_time_counts_from_the_date_of_that():
    for zone, when, due in (
        ("Europe/London", "2018-04-14 10:00", "2018-04-16 17:00"),
        ("Europe/London", "2018-04-09 00:30", "2018-04-10 17:00"),  # still Sunday in UTC
        ("America/New_York", "2018-04-09 22:30", "2018-04-10 17:00"),  # already Tuesday in UTC
    ):
        calendar = desk().model_copy(update={"timezone": zone})
        given, expected = (datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)) for text in (when, due))
        budget = budget_of(calendar, sc.Target.parse("1 day by close"), to_micros(given), after_due=True)
        assert budget.due() == to_micros(expected), (zone, when)


def test_the_share_that_is_used_up_of_a_cycle_of_a_grid_is_of_the_time_between_its_lines():
    targets = {"incident": {"P1": {"update": "1 day by close"}}}
    own = policy(measures={"update": {"next": "grid"}}, targets=targets, priorities={})
    one = sc.Ticket(id="T1", priority="P1", opened=monday("10:00"))
    cycles = sc.assess(one, own, at=at("2018-04-12 12:30"), measure="update").cycles
    assert [cycle.consumed for cycle in cycles] == [1, 1, Fraction(1, 2)]


def test_at_its_line_a_cycle_of_a_grid_is_still_running():
    one = sc.Ticket(id="T1", priority="P1", opened=monday("08:00"))
    for time, states in (("09:00", ["running"]), ("09:00:00.000001", ["breached", "running"])):
        cycles = sc.assess(one, grid_policy(), at=monday(time), measure="update").cycles
        assert [cycle.state for cycle in cycles] == states, time


def test_an_instant_that_was_agreed_falls_due_then_though_the_desk_is_shut():
    agreed = {"resolve": at("2018-04-09 22:00")}
    one = sc.Ticket(id="T1", kind="incident", priority="P1", opened=monday("10:00"), agreed=agreed)
    (item,) = sc.due_within([one], policy(), at=monday("16:00"), within="1 day").due
    assert item.due == at("2018-04-09 22:00")


def test_an_answer_after_a_line_is_of_the_cycle_that_it_lies_in():
    answered = sc.Event(at=monday("09:30"), name="answered")
    one = sc.Ticket(id="T1", priority="P1", opened=monday("08:00"), events=[answered])
    cycles = sc.assess(one, grid_policy(), at=monday("10:30"), measure="update").cycles
    assert [(cycle.state, cycle.done) for cycle in cycles] == [
        ("breached", None), ("met", monday("09:30")), ("running", None),
    ]  # fmt: skip


def test_what_no_policy_is_for_is_of_the_kind_and_priority_that_it_has_now():
    book = sc.PolicyBook([policy(applies_to={"customer": ["ACME"]})])
    changes = [
        sc.Change(at=monday("09:00"), field=field, to=to) for field, to in (("kind", "request"), ("priority", "P1"))
    ]
    one = sc.Ticket(id="T1", priority="P2", opened=monday("08:00"), changes=changes)
    for time, said in (("08:30", ("incident", "P2")), ("10:00", ("request", "P1"))):
        a = sc.assess(one, book, at=monday(time))
        assert (a.state, (a.kind, a.priority)) == ("not-covered", said)


def test_a_cycle_of_a_grid_ends_with_the_withdrawal_of_the_ticket():
    one = sc.Ticket(id="T1", priority="P1", opened=monday("08:00"), cancelled=monday("10:30"))
    cycles = sc.assess(one, grid_policy(), at=monday("12:00"), measure="update").cycles
    assert [cycle.state for cycle in cycles] == ["breached", "breached", "cancelled"]


def test_a_warning_that_was_past_as_a_carried_target_began_is_due_then():
    targets = {"incident": {"P1": {"resolve": "2 hours"}, "P2": {"resolve": "6 hours"}}}
    warnings = {"soon": {"at": "1 hour before due"}, "long since": {"at": "2 hours before due", "priority": "P1"}}
    own = policy(rules={"priority_change": "carry"}, targets=targets, warnings=warnings, priorities={})
    changes = [sc.Change(at=monday("13:00"), field="priority", to="P1")]
    one = sc.Ticket(id="T1", priority="P2", opened=monday("08:00"), changes=changes)
    turns = sc.timeline(one, own, at=monday("13:00"), percents=())
    assert [(turn.at, turn.what) for turn in turns][:3] == [
        (monday("13:00"), "soon"), (monday("13:00"), "long since"), (monday("13:20"), "due"),
    ]  # fmt: skip


def test_the_least_days_of_what_follows_a_due_date_count_from_the_day_of_that():
    targets = {"incident": {"P1": {"update": "1 day by close"}}}
    own = policy(measures={"update": {"next": "due"}}, targets=targets, priorities={})
    answers = [sc.Event(at=time, name="answered") for time in (monday("12:00"), at("2018-04-11 12:00"))]
    one = sc.Ticket(id="T1", priority="P1", opened=monday("10:00"), events=answers)
    cycles = sc.assess(one, own, at=at("2018-04-12 10:00"), measure="update").cycles
    assert [(cycle.started, cycle.least_target.steps) for cycle in cycles] == [
        (monday("10:00"), 0), (at("2018-04-10 17:00"), 1), (at("2018-04-11 17:00"), None),
    ]  # fmt: skip


def test_what_follows_a_due_date_in_a_night_comes_on_the_day_whose_night_it_is():
    nights = sc.WorkingCalendar(
        timezone="Europe/London", hours=dict.fromkeys(("mon", "tue", "wed", "thu"), "20:00-04:00")
    )
    targets = {"incident": {"P1": {"update": "1 day by close"}}}
    own = policy(calendar=nights, measures={"update": {"next": "grid"}}, targets=targets, priorities={}, calendars={})
    one = sc.Ticket(id="T1", priority="P1", opened=monday("21:00"))
    cycles = sc.assess(one, own, at=at("2018-04-12 10:00"), measure="update").cycles
    assert [cycle.due for cycle in cycles] == [at(f"2018-04-{day} 04:00") for day in (11, 12, 13)]
    own = policy(calendar=nights, measures={"update": {"next": "due"}}, targets=targets, priorities={}, calendars={})
    answered = one.model_copy(update={"events": [sc.Event(at=monday("22:00"), name="answered")]})
    cycles = sc.assess(answered, own, at=at("2018-04-12 10:00"), measure="update").cycles
    assert [cycle.due for cycle in cycles] == [at("2018-04-11 04:00"), at("2018-04-12 04:00")]


def test_a_line_where_another_target_began_is_day_0_of_the_next():
    targets = {"incident": {"P1": {"update": "1 day by close"}, "P2": {"update": "2 days by close"}}}
    own = policy(measures={"update": {"next": "grid"}}, targets=targets, priorities={})
    one = ticket(priority="P1", changes=[change("11:00", "priority", "P2")])
    one = assessed(one, own, "16:00", "update").ticket  # which columns answer alike
    cycles = sc.assess(one, own, at=at("2018-04-18 10:00"), measure="update").cycles
    assert [cycle.due for cycle in cycles] == [
        at("2018-04-11 17:00"), at("2018-04-13 16:30"), at("2018-04-17 17:00"), at("2018-04-19 17:00"),
    ]  # fmt: skip
    closed = {"closed": {"2018-12-24": ["12:00-17:00"]}, "known_from": {"2018-12-24": "2018-04-10"}}
    announced = own.model_copy(update={"calendar": desk(**closed)})
    promised = sc.assess(one, announced, at=at("2018-04-18 10:00"), measure="update").cycles
    assert [cycle.promised_due for cycle in promised] == [cycle.due for cycle in cycles]


def test_the_next_turn_of_a_cycle_that_was_ended_early_is_the_beginning_of_the_next():
    own = policy(
        measures={"update": {"next": "due"}}, targets={"incident": {"resolve": "6 hours", "update": "4 hours"}}
    )
    frame = pl.DataFrame({"id": ["T1"], "opened": [monday("08:00")]})
    events = pl.DataFrame({"ticket": ["T1"], "at": [monday("09:00")], "name": ["answered"]})
    turn = columns.next_turns(frame, own, at=monday("10:00"), measure="update", events=events)
    assert turn.rows()[0] == ("T1", monday("12:00"), "state", "running")


def test_a_timeline_shows_what_turned_while_there_were_more_cycles_than_there_are_now():
    targets = {"incident": {"P1": {"resolve": "6 hours", "update": "2 days"}}}
    own = policy(measures={"update": {"next": "due"}}, targets=targets, priorities={})
    one = sc.Ticket(
        id="T1", opened=monday("08:00"), resolved=monday("11:00"),
        events=[sc.Event(at=monday(time), name="answered") for time in ("09:00", "10:00")],
        changes=[sc.Change(at=monday("12:00"), field="priority", to="P1")],
    )  # fmt: skip
    line = sc.timeline(one, own, at=monday("15:00"), measure="update")
    assert [(turn.at, turn.what) for turn in line if turn.kind == "state"] == [(monday("12:00"), "met")]


def test_a_grid_of_an_instant_has_too_many_cycles_rather_than_ever_so_many(monkeypatch):
    monkeypatch.setattr(grids, "MOST_CYCLES", 1_000)
    targets = {"incident": {"resolve": "6 hours", "update": "1/1000 seconds"}}
    own = policy(measures={"update": {"next": "grid"}}, targets=targets)
    one = sc.Ticket(id="T1", opened=monday("10:00"))
    assert len(sc.assess(one, own, at=monday("10:00:00.500"), measure="update").cycles) == 500
    frame = pl.DataFrame({"id": ["T1"], "opened": [monday("10:00")]})
    for ask in (sc.assess, sc.timeline):
        with pytest.raises(sc.errors.PolicyError, match="more than 1,000 cycles between the lines of a grid; give the"):
            ask(one, own, at=monday("12:00"), measure="update")
    with pytest.raises(sc.errors.PolicyError, match="row 0: .*more than 1,000 cycles"):
        columns.cycles(frame, own, at=monday("12:00"), measure="update")


@pytest.mark.parametrize("following", ["event", "due", "grid"])
def test_a_cycle_that_is_done_as_it_starts_is_due_whatever_pause_ends_later(following):
    given = {"resolved": at("2018-04-09 10:15"), "opened": at("2018-04-09 10:15"), "priority": "P1"}
    waits = [sc.Pause(start=at("2018-04-09 09:00"), end=at("2018-04-09 14:15"), reason="third_party")]
    own = sc.Policy.model_validate({
        **dict(sc.Policy.example()), "targets": {"incident": {"P1": {"update": "2 hours"}}},
        "pauses": {"third_party": ["update"]},
        "measures": {"update": {"next": following}}, "standards": {}, "priorities": {},
    })  # fmt: skip
    a = sc.assess(sc.Ticket(id="T1", pauses=waits, **given), own, at=at("2018-04-09 16:45"), measure="update")
    assert (a.state, a.due) == ("met", at("2018-04-09 12:15"))


def test_a_clock_starts_where_the_first_of_the_targets_clocks_does():
    """Past the cut-off the clock of the first target would start next morning; that of the second starts at once."""
    targets = {"incident": {"P1": {"resolve": "2 days"}, "P2": {"resolve": "6 hours", "calendar": "always"}}}
    own = policy(calendar=desk(cutoff="15:00"), targets=targets, rules={"priority_change": "carry"}, priorities={})
    changes = [sc.Change(at=monday("18:00"), field="priority", to="P2")]
    a = sc.assess(sc.Ticket(id="T1", priority="P1", opened=monday("16:00"), changes=changes), own, at=monday("20:00"))
    assert (a.started, a.elapsed, a.due) == (monday("18:00"), timedelta(hours=2), at("2018-04-10 00:00"))


def test_a_priority_that_is_given_as_a_ticket_is_reopened_is_that_of_the_fresh_start():
    """Of the target before it nothing is used, not even where that was none at all."""
    targets = {"incident": {"P1": {"resolve": "0 hours"}, "P2": {"resolve": "6 hours"}}}
    rules = {"priority_change": "carry", "reopening": "restart"}
    one = sc.Ticket(
        id="T1", priority="P1", opened=monday("10:00"),
        reopenings=[sc.Reopening(resolved=monday("11:00"), reopened=monday("12:00"))],
        changes=[sc.Change(at=monday("12:00"), field="priority", to="P2")],
    )  # fmt: skip
    a = sc.assess(one, policy(rules=rules, targets=targets, priorities={}), at=monday("13:00"))
    assert (a.state, a.started, a.due) == ("running", monday("12:00"), at("2018-04-10 09:00"))


@pytest.mark.parametrize(("opened", "soon"), [("2018-04-09 10:00", "2018-04-09 15:00"),
                                              ("2018-04-08 10:00", "2018-04-09 13:00")])  # fmt: skip
def test_a_warning_before_a_pause_that_is_open_was_given(opened, soon):
    """One that lies a whole target before the due date is given at once, also where the desk is shut."""
    warnings = {name: {"at": f"{name} before due"} for name in ("1 hour", "6 hours", "7 hours")}
    waiting = [sc.Pause(start=monday("15:30"), reason="third_party")]
    one = sc.Ticket(id="T1", priority="P2", opened=at(opened), pauses=waiting if opened == "2018-04-09 10:00" else [])
    turns = sc.timeline(one, policy(warnings=warnings, priorities={}), at=monday("16:30"), percents=())
    assert [(turn.at, turn.what) for turn in turns][:2] == [(at(opened), "6 hours"), (at(soon), "1 hour")]


def test_a_warning_of_the_priority_that_a_waiting_ticket_gets_lay_before_it_waited():
    targets = {"incident": {"P1": {"resolve": "2 hours"}, "P2": {"resolve": "6 hours"}}}
    own = policy(targets=targets, warnings={"soon": {"at": "1 hour before due"}}, priorities={})
    one = sc.Ticket(
        id="T1", priority="P2", opened=monday("10:00"),
        pauses=[sc.Pause(start=monday("11:30"), reason="third_party")],
        changes=[sc.Change(at=monday("12:00"), field="priority", to="P1")],
    )  # fmt: skip
    turns = sc.timeline(one, own, at=monday("13:00"), percents=())
    assert [(turn.at, turn.what) for turn in turns] == [(monday("11:30"), "paused"), (monday("12:00"), "soon")]


# What the cycles of a grid are due by

LEVELS = {
    "P1": {"update": {"within": "1 hour", "pauses": []}}, "P2": {"update": "4 hours"}, "P5": {"update": "none"},
}  # fmt: skip


def updates(now, own=None, **fields):
    """The start, the due date and the state of each cycle of a grid, of a ticket of Monday at ten unless it is said."""
    given = {"id": "T1", "opened": monday("10:00"), **fields}
    given["events"] = [sc.Event(at=time, name="answered") for time in given.pop("answered", [])]
    of_levels = {"targets": {"incident": LEVELS}, "pauses": {"third_party": ["update"]}, "priorities": {}}
    a = sc.assess(
        sc.Ticket(**given), policy(**{**of_levels, **(own or {})}, measures={"update": {"next": "grid"}}), at=now,
        measure="update",
    )  # fmt: skip
    return [(f"{cycle.started:%a %H:%M}", cycle.due and f"{cycle.due:%a %H:%M}", cycle.state) for cycle in a.cycles]


def to_level(time, priority):
    return [sc.Change(at=monday(time), field="priority", to=priority)]


@pytest.mark.parametrize(("priority", "to", "due"), [("P2", "P1", "11:00"), ("P5", "P2", "14:00")])
def test_an_answer_meets_the_target_that_the_running_cycle_has_got(priority, to, due):
    given = {"priority": priority, "changes": to_level("10:30", to), "answered": [monday("10:45")]}
    assert updates(monday(due), **given) == [("Mon 10:00", f"Mon {due}", "met")]


SAME_TIME = {
    "calendar": desk(day_rule="same-time"), "targets": {"incident": {"P1": {"update": "1 day"}}},
}  # fmt: skip
THURSDAY = {"priority": "P1", "opened": at("2018-04-12 16:45")}
"""A day after it comes the closing of Friday, at half past four; two days after it Monday, at a quarter to five."""


def test_a_cycle_of_a_grid_is_due_so_many_intervals_from_the_first_start_however_it_ends():
    first = ("Thu 16:45", "Fri 16:30", "breached")
    monday_after, tuesday = at("2018-04-16 12:00"), at("2018-04-17 12:00")
    assert updates(tuesday, SAME_TIME, **THURSDAY) == [
        first, ("Fri 16:30", "Mon 16:45", "breached"), ("Mon 16:45", "Tue 16:45", "running"),
    ]  # fmt: skip
    for ended in ({"answered": [monday_after]}, {"resolved": monday_after}):
        assert updates(monday_after, SAME_TIME, **THURSDAY, **ended) == [first, ("Fri 16:30", "Mon 16:45", "met")]
    waiting = [sc.Pause(start=at("2018-04-16 11:00"), reason="third_party")]
    assert updates(tuesday, SAME_TIME, **THURSDAY, pauses=waiting, resolved=monday_after) == [
        first, ("Fri 16:30", "Tue 08:45", "met"),
    ]  # fmt: skip


@pytest.mark.parametrize("priority", ["P2", "P5"])
@pytest.mark.parametrize("answered", [[], [monday("10:15")]])
def test_what_changes_after_the_withdrawal_draws_no_line(priority, answered):
    """The ticket waited as it was withdrawn; by its later target, which no pause stops, it was due before that."""
    cycles = updates(
        monday("14:00"), priority=priority, cancelled=monday("12:00"), changes=to_level("13:00", "P1"),
        answered=answered, pauses=[sc.Pause(start=monday("11:00"), reason="third_party")],
    )  # fmt: skip
    met = priority == "P2" and answered
    assert cycles == [("Mon 10:00", "Mon 14:00", "met") if met else ("Mon 10:00", None, "cancelled")]


def test_an_agreed_instant_of_a_column_is_read_in_its_zone_and_a_bad_text_is_left_to_its_ticket():
    zone = ZoneInfo("Europe/London")
    assert agreed_or_text("2018-04-09 12:00", zone) == monday("12:00")
    assert agreed_or_text("2018-04-09 12:00", None) == "2018-04-09 12:00"
    assert agreed_or_text("soon", zone) == "soon"
