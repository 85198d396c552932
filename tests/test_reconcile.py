"""Whose number is right: a desk's reading is named by its figures, and what these cannot tell is said."""

from __future__ import annotations

import pickle
import random
import time
from datetime import UTC, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

import oracle_desks
import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules
from oracle_desks import POLICY, Case, drawn_case, drawn_reading, due_under
from slaclock import errors
from slaclock.reconciling.desk_figures import read_figures
from slaclock.reconciling.enumeration import Tried, tried
from slaclock.reconciling.judged import judged_of
from slaclock.reconciling.policies import PoliciesUnder
from slaclock.reconciling.readings import AXES, READINGS, DeskReading, words_of
from slaclock.reconciling.reconcile import options_of
from slaclock.reporting.sources import TicketList
from slaclock.temporal.instants import to_micros

NOW = datetime(2018, 9, 1, tzinfo=UTC)
UNDER = PoliciesUnder(POLICY)
CHANGED = sc.Change(at=at("2018-04-09 14:00"), field="priority", to="P1")
OTHERS = {"zones": ["America/New_York"], "cutoffs": ["15:00"]}


def reconciled(cases, dues, policy=POLICY, **options):
    return sc.reconcile([case.product() for case in cases], policy, due=dues, at=NOW, **{**OTHERS, **options})


def all_tried(cases, dues) -> Tried:
    """All readings with what they fit, without what is told of them."""
    source = TicketList(case.product() for case in cases)
    desk = read_figures({"due": dues}, None, lambda: [case.name for case in cases], timezone=None, unit=None)
    judged = judged_of(source, POLICY, to_micros(NOW), "resolve", desk)
    return tried(judged, options_of(POLICY, OTHERS["zones"], OTHERS["cutoffs"]), UNDER)


@pytest.mark.parametrize("first", range(0, 100, 20))
def test_a_desk_is_named_by_its_reading_in_all_of_a_hundred_draws(first):
    """The figures are those of a second implementation, which knows nothing of ours."""
    alone = 0
    for seed in range(first, first + 20):
        draw = random.Random(seed)
        reading = drawn_reading(draw)
        cases = [drawn_case(draw, number) for number in range(40)]
        dues = {case.name: due_under(case, reading) for case in cases}
        made = all_tried(cases, dues)
        best = [own for own, fits in zip(made.readings, made.fits, strict=True) if fits == len(cases)]
        assert DeskReading(**reading) in best, (seed, reading)
        if len(best) == 1:
            alone += 1
            assert best == [DeskReading(**reading)]
        # What else fits all of them has every one of them due at the same instant: these tickets cannot tell.
        for other in best:
            assert dues == {
                case.name: due_under(case, {axis: other.of(axis) for axis in other.others}) for case in cases
            }
        assert made.fits[0] == made.exact[0] == len(cases)
        assert len(best[0].others) <= len(reading)
    assert alone >= 8, "these tickets are to tell most readings apart"


def cases_of(seed: int, count: int) -> list[Case]:
    draw = random.Random(seed)
    return sorted((drawn_case(draw, number) for number in range(count)), key=lambda case: case.opened)


def test_a_reading_that_changed_on_a_date_is_found_out():
    cases = cases_of(1, 90)
    first, new = cases[60].opened, {"day_rule": "close-of-business"}
    dues = {case.name: due_under(case, new if case.opened >= first else {"pauses": "ignored"}) for case in cases}
    made = reconciled(cases, dues)
    assert made.best.fits < 90
    change = made.change
    assert (change.old.reading, change.new.reading) == (DeskReading(pauses="ignored"), DeskReading(**new))
    assert (change.fits, change.old.fits, change.new.fits) == (90, change.old.compared, change.new.compared)
    assert change.last_old < first <= change.first_new
    assert made.misfits == ()
    assert "The reading changed" in str(made)
    steady = reconciled(cases, {case.name: due_under(case, new) for case in cases})
    assert steady.change is None
    assert steady.policy.calendar.day_rule == "close-of-business"


def test_noise_is_no_change_of_reading_and_what_fits_nothing_is_listed():
    cases = cases_of(2, 60)
    dues = {case.name: due_under(case, {}) for case in cases}
    odd = [case.name for case in cases[5::20]]
    for name in odd:
        dues[name] += timedelta(minutes=17)
    made = reconciled(cases, dues)
    assert made.best.reading == DeskReading()
    assert made.best.fits == 57
    assert made.change is None
    assert [misfit.ticket for misfit in made.misfits] == odd
    assert all(misfit.desk_due - misfit.due == timedelta(minutes=17) for misfit in made.misfits)
    assert all(misfit.stretch for misfit in made.misfits)
    assert made.to_frame()["ticket"].tolist() == odd


def evenings(count: int) -> list[sc.Ticket]:
    """Tickets that come late in the day, so that whoever counts the night has them due otherwise."""
    first = at("2018-04-09 16:00")
    days = [first + timedelta(days=day) for day in range(2 * count) if (first + timedelta(days=day)).weekday() < 5]
    return [ticket(id=f"E{number:02}", priority="P2", opened=day) for number, day in enumerate(days[:count])]


def test_what_opened_later_is_left_out():
    tickets = evenings(6)
    frame = pd.DataFrame(
        {name: [getattr(own, name) for own in tickets] for name in ("id", "kind", "priority", "opened")}
    )
    dues = {own.id: sc.assess(own, EXAMPLE, at=NOW).due for own in tickets}
    for given, early in ((tickets[::-1], tickets[:4]), (frame[::-1], frame[:4])):
        made = sc.reconcile(given, EXAMPLE, due=dues, at=tickets[3].opened)
        alone = sc.reconcile(early, EXAMPLE, due=dict([*dues.items()][:4]), at=tickets[3].opened)
        assert (made.later, made.best, made.readings) == (2, alone.best, alone.readings)
        assert made.best.fits == 4


PROCLAIMED = {"2018-04-11": "2018-04-09 12:00", "2018-04-18": "2018-04-16 09:30", "2018-04-25": "2018-04-24 15:00"}
BREAKS = "Mo-Fr 08:00-12:00,13:00-17:00; PH off"


@pytest.mark.parametrize(
    ("rule", "changed", "reading", "fields"),
    [
        ("moves", False, DeskReading(), {}),
        ("keeps", False, DeskReading(), {}),
        ("keeps", False, DeskReading(day_rule="same-time"), {"day_rule": "same-time"}),
        ("keeps", True, DeskReading(hours="one span a day"), {"hours": "Mo-Fr 08:00-17:00; PH off"}),
    ],
)
def test_days_that_are_announced_late_count_as_the_policy_says(rule, changed, reading, fields):
    """Due dates are those of the misread hours by what was known as each ticket opened, or by all that is."""
    given = {"timezone": "Europe/London", "holidays": dict.fromkeys(PROCLAIMED, ""), "known_from": PROCLAIMED}
    desk, misread = (sc.WorkingCalendar(**{**given, "hours": BREAKS, **own}) for own in ({}, fields))
    amounts = {"P1": "6 hours", "P2": "16 hours", "P3": "3 days"}
    targets = {"incident": {priority: {"resolve": amount} for priority, amount in amounts.items()}}
    policy = sc.Policy(name="desk", calendar=desk, targets=targets, rules={"announced": rule})
    draw, tickets, dues = random.Random(5), [], {}
    for number in range(60):
        opened, priority = (
            at("2018-04-04 00:00") + timedelta(minutes=draw.randrange(25 * 1440)),
            draw.choice([*amounts]),
        )
        changes = [sc.Change(at=opened, field="impact", to="high")] if changed else []
        tickets.append(ticket(id=f"T{number}", priority=priority, opened=opened, changes=changes))
        calendar = misread.as_known(opened) if rule == "keeps" else misread
        dues[f"T{number}"] = sc.deadline(opened, amounts[priority], calendar=calendar)
    made = sc.reconcile(tickets, policy, due=dues, at=at("2018-06-01 00:00"))
    assert (made.best.reading, made.best.fits) == (reading, 60)


def test_plain_tickets_that_fit_nothing_rule_nothing_out():
    """Twenty due dates that were typed by hand, and one ticket with a history that has its due date by a reading."""
    raised = ticket(id="C", priority="P4", opened=at("2018-04-09 10:00"), changes=[CHANGED])
    dues = {own.id: own.opened + timedelta(minutes=7) for own in evenings(24)} | {"C": at("2018-04-09 16:00")}
    made = sc.reconcile([*evenings(24), raised], EXAMPLE, due=dues, at=NOW)
    assert made.best.reading == DeskReading(priority_change="restart")
    assert (made.best.fits, len(made.misfits)) == (1, 24)


def test_a_reading_that_was_ruled_out_is_none_that_fits_alike():
    raised = ticket(id="C", priority="P4", opened=at("2018-04-09 10:00"), changes=[CHANGED])
    tickets = [*evenings(24), raised]
    dues = {own.id: sc.assess(own, EXAMPLE, at=NOW).due for own in tickets}
    made = sc.reconcile(tickets, EXAMPLE, due=dues, at=NOW)
    assert made.ruled_out
    assert made.best.reading == DeskReading()
    assert not [own for own in made.alike if own.axis == "hours"]
    assert [own for own in made.alike if own.axis == "pauses"]


def test_the_two_due_dates_of_a_ticket_that_would_tell_are_in_one_zone():
    one = ticket(priority="P1", opened=at("2018-01-15 10:00"))
    made = sc.reconcile([one], EXAMPLE, due={"T1": at("2018-01-15 12:00")}, at=NOW, zones=["America/New_York", "UTC"])
    alike = [own for own in made.alike if own.axis == "zone"]
    assert alike
    assert all(own.due.tzinfo.key == own.other_due.tzinfo.key == "Europe/London" for own in alike)


def test_a_due_date_at_the_end_of_time_costs_no_more():
    tickets = evenings(3)
    dues = {own.id: sc.assess(own, EXAMPLE, at=NOW).due for own in tickets} | {
        "E02": datetime(9999, 12, 31, tzinfo=UTC)
    }
    start = time.process_time()
    made = sc.reconcile(tickets, EXAMPLE, due=dues, at=NOW)
    assert time.process_time() - start < 10  # day by day through all years it is minutes
    assert [own.ticket for own in made.misfits] == ["E02"]


@pytest.mark.parametrize(
    ("hours", "to", "direction"),
    [
        ((5.31, 1.49), "hundredth of an hour", "nearest"),
        ((5.3, 1.4), "tenth of an hour", "down"),
        ((6, 2), "hour", "up"),
        ((5.305555555555555, 1.4916666666666667), "second", "none"),
    ],
)
def test_hours_that_are_rounded_by_their_decimals_fit(hours, to, direction):
    start = at("2018-04-09 09:00")
    lengths = (timedelta(hours=5, minutes=18, seconds=20), timedelta(hours=1, minutes=29, seconds=30))
    tickets = [ticket(id=f"T{n}", opened=start, resolved=start + length) for n, length in enumerate(lengths)]
    given = {own.id: value for own, value in zip(tickets, hours, strict=True)}
    made = sc.reconcile(tickets, EXAMPLE, elapsed=given, elapsed_unit="hours", at=NOW)
    assert (made.best.reading, made.best.fits) == (DeskReading(), 2)
    (rounding,) = made.rounding
    assert (rounding.to, rounding.direction) == (to, direction)
    assert f"elapsed times are whole {to.replace('th', 'ths')}" in str(made) or to in ("hour", "second")


@pytest.mark.parametrize("value", [[1], {"late": True}])
def test_cells_that_are_no_figure_at_all_are_named(value):
    frame = pd.DataFrame({"id": ["T1"], "priority": ["P1"], "opened": [NOW], "odd": [value]})
    with pytest.raises(errors.SlaClockError, match=r"odd.*row 0"):
        sc.reconcile(frame, EXAMPLE, breached="odd", at=NOW)
    with pytest.raises(errors.SlaClockError, match=r"odd.*row 0"):
        sc.reconcile(frame, EXAMPLE, elapsed="odd", elapsed_unit="hours", at=NOW)


def test_a_misfit_says_what_the_clock_does_where_the_two_first_differ():
    one = ticket(opened=at("2018-04-09 10:00"))
    (early,) = sc.reconcile([one], EXAMPLE, due={"T1": at("2018-04-09 15:59")}, at=NOW).misfits
    assert early.stretch == "Mon 9 Apr 2018 10:00-16:00 counted 6 h (service hours)"
    (late,) = sc.reconcile([one], EXAMPLE, due={"T1": at("2018-04-09 16:01")}, at=NOW).misfits
    assert (late.due, late.desk_due) == (at("2018-04-09 16:00"), at("2018-04-09 16:01"))
    assert late.stretch


def test_a_cutoff_that_nobody_named_is_found():
    times = [f"2018-05-{day:02} {time}" for day in (8, 9, 10, 11, 14) for time in ("09:05", "14:05", "14:35", "16:00")]
    cases = [Case(f"T{number:03}", "P4", at(time), ()) for number, time in enumerate(times)]
    reading = {"cutoff": "14:30", "day_rule": "close-of-business"}
    dues = {case.name: due_under(case, reading) for case in cases}
    made = reconciled(cases, dues, cutoffs=[])
    assert made.best.reading == DeskReading(**reading)
    assert made.best.fits == 20
    assert str(made.policy.calendar.cutoff) == "14:30:00"


def test_a_cutoff_that_fits_one_ticket_by_chance_is_none():
    times = [at(f"2018-05-{day:02} {hour:02}:05") for day in (8, 9, 10, 11) for hour in range(8, 16)] * 2
    late = at("2018-05-08 16:05")
    cases = [Case(f"T{number:03}", "P4", opened, ()) for number, opened in enumerate([late, *times])]
    reading = {"day_rule": "close-of-business"}
    dues = {case.name: due_under(case, reading) for case in cases}
    dues["T000"] = due_under(cases[0], reading | {"cutoff": "16:00"})
    made = reconciled(cases, dues, cutoffs=[])
    assert (made.best.reading, made.best.fits) == (DeskReading(**reading), len(cases) - 1)


def test_what_the_tickets_cannot_tell_is_said_with_a_ticket_that_would():
    one = ticket(priority="P1", opened=at("2018-04-09 10:00"))
    made = sc.reconcile([one], EXAMPLE, due={"T1": at("2018-04-09 12:00")}, at=NOW)
    assert made.best.reading == DeskReading()
    axes = {own.axis for own in made.alike}
    assert {"holidays", "day_rule", "priority_change", "reopening", "pauses", "breach"} <= axes
    for own in made.alike:
        assert own.ticket is not None, own
        assert own.due != own.other_due
        confirmed = sc.assess(own.ticket, EXAMPLE, at=own.ticket.opened + timedelta(days=150))
        assert confirmed.due == own.due
    rules = {own.name: own for own in made.alike if own.axis == "priority_change"}
    restart = with_rules(rules={"priority_change": "restart"})
    told = rules["restart"]
    assert sc.assess(told.ticket, restart, at=told.ticket.opened + timedelta(days=150)).due == told.other_due


@pytest.mark.parametrize(
    ("due", "reading"),
    [
        ("2018-04-09 12:00", DeskReading()),
        ("2018-04-09 16:00", DeskReading(priority_change="restart")),
        ("2018-04-09 15:49:20", DeskReading(priority_change="carry")),
    ],
)
def test_what_a_change_of_priority_does_is_named(due, reading):
    """The worked example of the law: 5 days, proportional, raised to 2 hours."""
    raised = ticket(priority="P4", changes=[CHANGED])
    assert sc.reconcile([raised], EXAMPLE, due={"T1": at(due)}, at=NOW).best.reading == reading


def test_what_a_reopening_does_is_named():
    again = ticket(
        priority="P2",
        resolved=at("2018-04-10 15:00"),
        reopenings=[sc.Reopening(resolved=at("2018-04-09 11:00"), reopened=at("2018-04-10 08:00"))],
    )
    for due, reading in (("2018-04-10 13:00", {}), ("2018-04-10 14:00", {"reopening": "restart"})):
        made = sc.reconcile([again], EXAMPLE, due={"T1": at(due)}, at=NOW)
        assert made.best.reading == DeskReading(**reading)


SUPPORT = sc.Policy.parse("""
name = "Support"
[calendar]
timezone = "UTC"
hours = "Mo-Su 12:00-02:00"
[calendars.san_francisco]
timezone = "UTC"
hours = "Mo-Fr 15:00-00:30"
[targets.incident.L1]
respond = "24 hours"
[targets.incident.L2]
calendar = "san_francisco"
respond = "24 hours"
""")


@pytest.mark.parametrize(("elapsed", "rule"), [("690 min 8 s", "as written"), ("960 min 8 s", "carry")])
def test_the_public_example_of_two_schedules_is_explained(elapsed, rule):
    """Ticket 941606: by the last schedule from the opening, or by each schedule while it was the ticket's."""
    handed_on = sc.Change(at="2020-09-30T19:01:25Z", field="priority", to="L2")
    one = sc.Ticket(
        id="941606",
        priority="L1",
        opened="2020-09-29T17:01:38Z",
        responded="2020-09-30T19:01:46Z",
        changes=[handed_on],
    )
    made = sc.reconcile([one], SUPPORT, elapsed={"941606": elapsed}, measure="respond", at="2020-10-02T00:00Z")
    assert made.best.reading == DeskReading(priority_change=rule)
    assert (made.best.fits, made.best.exact) == (1, 1)
    others = [fit for fit in made.readings if fit.fits and fit.reading.breach == "as written"]
    assert [fit.reading.priority_change for fit in others] == [rule]


def test_a_desk_that_rounds_fits_to_its_unit_and_not_beyond():
    opened = [at("2018-04-09 10:00:37"), at("2018-04-10 09:10:59"), at("2018-04-11 08:00:01")]
    tickets = [ticket(id=f"T{n}", opened=own) for n, own in enumerate(opened)]
    ours = {own.id: sc.assess(own, EXAMPLE, at=NOW).due for own in tickets}
    cut = {name: due.replace(second=0) for name, due in ours.items()}
    made = sc.reconcile(tickets, EXAMPLE, due=cut, at=NOW)
    assert (made.best.fits, made.best.exact) == (3, 0)
    (rounding,) = made.rounding
    assert (rounding.figure, rounding.to, rounding.direction) == ("due", "minute", "down")
    up = {name: due + timedelta(minutes=1) for name, due in cut.items()}
    assert sc.reconcile(tickets, EXAMPLE, due=up, at=NOW).rounding[0].direction == "up"
    seconds = {name: due + timedelta(seconds=1) for name, due in ours.items()}
    assert sc.reconcile(tickets, EXAMPLE, due=seconds, at=NOW).best.fits == 0
    exact = sc.reconcile(tickets, EXAMPLE, due=ours, at=NOW)
    assert (exact.best.exact, exact.rounding[0].to, exact.rounding[0].direction) == (3, "second", "none")


def test_flags_and_elapsed_times_are_compared_too():
    late = ticket(id="T1", resolved=at("2018-04-10 10:00"))
    kept = ticket(id="T2", resolved=at("2018-04-09 15:00"))
    frame = pd.DataFrame({
        "id": ["T1", "T2", "T3"],
        "priority": ["P2", "P2", "P2"],
        "opened": [late.opened, kept.opened, late.opened],
        "resolved": [late.resolved, kept.resolved, None],
        "late": ["Yes", "no", None],
        "minutes": [540, 300.0, None],
    })  # fmt: skip
    figures = {"breached": "late", "elapsed": "minutes", "elapsed_unit": "minutes"}
    made = sc.reconcile(frame, EXAMPLE, **figures, at=NOW)
    assert (made.figures, made.compared, made.silent) == (("breached", "elapsed"), 2, 1)
    assert (made.best.reading, made.best.fits) == (DeskReading(), 2)
    given = {"breached": {"T1": True, "T2": False}, "elapsed": {"T1": "9:00:00", "T2": timedelta(hours=5)}}
    assert sc.reconcile([late, kept], EXAMPLE, **given, at=NOW).readings == made.readings
    wrong = sc.reconcile([late, kept], EXAMPLE, breached={"T1": False, "T2": False}, at=NOW)
    assert wrong.best.fits < 2 or wrong.best.reading != DeskReading()


def test_a_reconciliation_is_a_value():
    cases = cases_of(4, 20)
    dues = {case.name: due_under(case, {"holidays": "left out", "day_rule": "same-time"}) for case in cases}
    dues["T003"] += timedelta(hours=1)
    made = reconciled(cases, dues)
    assert made.best.reading.wrong == ("holidays",)
    again = sc.Reconciliation.from_json(made.to_json())
    assert again == made == pickle.loads(pickle.dumps(made))
    assert hash(again) == hash(made)
    assert repr(made) == "<Reconciliation of 20 tickets: 95 % fit holidays left out, day_rule same-time>"
    assert made.policy == POLICY.model_copy(
        update={"calendar": POLICY.calendar.model_copy(update={"day_rule": "same-time"})}
    )
    for text in (str(made), made.to_markdown(), made._repr_html_()):
        assert "left out" in text
        assert "No policy can say this of holidays" in text
        assert "T003" in text


def test_a_wrong_reading_is_a_name_and_no_option_of_a_policy():
    for reading in READINGS:
        if reading.is_wrong:
            assert DeskReading(**{reading.axis: reading.name}).right == DeskReading()
    for hours in ("one span a day", "00:00-23:59"):
        misread = PoliciesUnder(POLICY).of(DeskReading(hours=hours))
        with pytest.raises(errors.ModelError, match="has no name for files"):
            misread.to_json()
    assert {reading.axis for reading in READINGS} | {"zone"} == {*AXES}
    assert [*words_of(DeskReading(zone="UTC", cutoff="15:00"))] == [
        "the hours are read in the zone UTC",
        "for targets in days, what arrives at 15:00 or later counts on the next day",
    ]


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({}, errors.ColumnError, "none of the desk's figures"),
        ({"due": "sla_due"}, errors.ColumnError, "by the ids of the tickets"),
        ({"due": {"T9": NOW}}, errors.ColumnError, "no ticket 'T9'"),
        ({"due": {"T1": None}}, errors.ColumnError, "no ticket that has a target has any"),
        ({"breached": {"T1": "perhaps"}}, errors.ColumnError, "does not say whether a ticket is late"),
        ({"elapsed": {"T1": 3}}, errors.ColumnError, "number without a unit"),
        ({"elapsed": {"T1": "soon"}}, errors.TargetError, "not a duration"),
        ({"elapsed": {"T1": 10**14}, "elapsed_unit": "hours"}, errors.ColumnError, "longer than all time"),
        ({"elapsed": {"T1": timedelta.max}}, errors.ColumnError, "longer than all time"),
        ({"elapsed": {"T1": 3}, "elapsed_unit": "days"}, errors.ColumnError, "'days' is no unit"),
        ({"due": {"T1": NOW}, "zones": ["Mars"]}, errors.UnknownZoneError, "Mars"),
        ({"due": {"T1": NOW}, "cutoffs": ["late"]}, errors.ColumnError, "no local time"),
        ({"due": {"T1": NOW.replace(tzinfo=None)}}, errors.NaiveDatetimeError, "zone"),
        ({"due": {"T1": NOW}, "measure": "sing"}, errors.SlaClockError, "sing"),
    ],
)
def test_what_a_reconciliation_refuses(given, error, message):
    with pytest.raises(error, match=message):
        sc.reconcile([ticket()], EXAMPLE, at=NOW, **given)


def test_columns_that_cannot_be_read_are_named():
    frame = pd.DataFrame({"id": ["T1"], "priority": ["P1"], "opened": [NOW], "late": ["perhaps"]})
    with pytest.raises(errors.ColumnError, match="no column 'due'"):
        sc.reconcile(frame, EXAMPLE, due="due", at=NOW)
    with pytest.raises(errors.ColumnError, match=r"late.*row 0.*whether"):
        sc.reconcile(frame, EXAMPLE, breached="late", at=NOW)
    lengths = pd.DataFrame({**frame, "counted": np.array([7_200], "timedelta64[s]")})
    assert sc.reconcile(lengths, EXAMPLE, elapsed="counted", at=NOW).compared == 1


def test_the_reading_of_a_book_is_one_for_all_of_its_policies():
    new = POLICY.model_copy(update={"name": "June", "in_force_from": "2018-06-01"})
    cases = cases_of(5, 40)
    dues = {case.name: due_under(case, {"day_rule": "close-of-business"}) for case in cases}
    made = reconciled(cases, dues, sc.PolicyBook([POLICY, new]))
    assert made.best.reading == DeskReading(day_rule="close-of-business")
    assert [own.calendar.day_rule for own in made.policy.policies] == ["close-of-business"] * 2
    assert oracle_desks.TARGETS.keys() == POLICY.targets["incident"].priorities.keys()
