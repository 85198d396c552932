"""Every figure of a report is a recount by one assessment after another, whatever tickets are told apart by."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import questions
from slaclock.figures.report_figures import TimeFigures
from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import main_policy
from slaclock.temporal.instants import to_micros
from slaclock.tickets.pause_lengths import pause_length

FEWER = settings(max_examples=max(settings.default.max_examples // 8, 1))
NAMES = ("category", "team", "impact", "kind", "priority", "month", "quarter", "year")
INSTANTS = {"opened": "opened", "due": "due", "resolved": "ended"}


def value_of(a: sc.Assessment, name: str, by: str, main: sc.Policy) -> str | None:
    """What a ticket had when its item was done, or has: what it opened with, and then the last change that is known."""
    if name in ("month", "quarter", "year"):
        at = instant_of(a, by)
        if at is None:
            return None
        (own,) = [period for period in main.year(at).split_into(name) if at in period]
        return own.label
    if name in ("kind", "priority"):
        return getattr(a, name)
    ticket = a.ticket
    value = getattr(ticket, name) if name in FIELDS else ticket.attributes.get(name)
    for change in ticket.changes:
        if change.field == name and change.at <= (a.done or a.at):
            value = change.to
    return value


@FEWER
@given(
    questions(),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    st.sampled_from([*INSTANTS]),
)
def test_figures_by_any_names_are_a_recount(question, names, by):
    main = main_policy(question.policy)
    try:
        tickets = [histories.ticket_of(record) for record in question.records]
        report = sc.report(tickets, question.policy, split=names, by=by, **question.options())
    except sc.SlaClockError as error:
        event(type(error).__name__)
        return
    items = [
        a
        for own in tickets
        if own.opened <= question.at
        for a in sc.assess(own, question.policy, **question.options()).items
    ]
    counted = Counter((tuple(value_of(a, name, by, main) for name in names), a.state) for a in items)
    assert report.split == tuple(names)
    made = {
        (own.values, state): count for own in report.by_split for state, count in own.figures.counts.items() if count
    }
    assert made == counted
    for own in report.by_split:
        mine = [a for a in items if tuple(value_of(a, name, by, main) for name in names) == own.values]
        took = sorted(a.elapsed for a in mine if a.state in ("met", "breached") and a.done is not None)
        assert (own.figures.spread and own.figures.spread.median) == (took[(len(took) - 1) // 2] if took else None)
    event("counted")


@FEWER
@given(questions(), st.sampled_from([*INSTANTS]), st.integers(-3, 3), st.integers(1, 9))
def test_one_period_is_what_lies_in_it_and_what_is_carried_through(question, by, off, length):
    """Its figures are those of the items in it, and what is open at its ends is counted one by one; so says a frame."""
    main = main_policy(question.policy)
    first = question.records[0]["opened"].astimezone(main.calendar.zone).date() + timedelta(days=off)
    asked = {"period": (first, first + timedelta(days=length)), "by": by, **question.options()}
    frame, sides = question.frames()
    try:
        tickets = [histories.ticket_of(record) for record in question.records]
        report = sc.report(tickets, question.policy, **asked)
    except sc.SlaClockError as error:
        event(type(error).__name__)
        return
    of_frame = sc.report(frame, question.policy, **asked, **sides)
    assert (of_frame.totals, of_frame.outside, of_frame.flows) == (report.totals, report.outside, report.flows)
    known = [own for own in tickets if own.opened <= question.at]
    items = [a for own in known for a in sc.assess(own, question.policy, **question.options()).items]
    (period,) = report.periods
    inside = [a for a in items if instant_of(a, by) is not None and instant_of(a, by) in period]
    assert report.totals == {state: sum(a.state == state for a in inside) for state in report.totals}
    assert report.outside == len(items) - len(inside)
    work = [a for a in items if a.state not in ("excluded", "not-covered")]
    ends = {
        id(a): a.ticket.cancelled if a.state == "cancelled" and not a.is_cycle else instant_of(a, "resolved")
        for a in work
    }
    brought = [a for a in work if a.opened < period.start and not (ends[id(a)] and ends[id(a)] < period.start)]
    carried = [a for a in work if a.opened < period.end and not (ends[id(a)] and ends[id(a)] < period.end)]
    (flow,) = report.flows
    assert (flow.brought, flow.carried) == (len(brought), len(carried))
    assert flow.opened == sum(a.opened in period for a in work)
    assert flow.ended == sum(end is not None and end in period for end in ends.values())
    event("counted")


def instant_of(a: sc.Assessment, by: str) -> datetime | None:
    """The instant by which an item belongs to a period."""
    return a.done if by == "resolved" and not a.is_cycle else getattr(a, INSTANTS[by])


@FEWER
@given(questions())
def test_where_the_time_went_is_a_recount(question):
    """The clock, each reason and each condition, of the tickets that met their target and of those that did not."""
    frame, sides = question.frames()
    try:
        tickets = [histories.ticket_of(record) for record in question.records]
        report = sc.report(tickets, question.policy, why=True, **question.options())
    except sc.SlaClockError as error:
        event(type(error).__name__)
        return
    of_frame = sc.report(frame, question.policy, why=True, **question.options(), **sides)
    assert [totals_of(own) for own in of_frame.spent] == [totals_of(own) for own in report.spent]
    lengths_of: dict[tuple[str, str, str], list[timedelta]] = {}
    for own in tickets:
        if own.opened > question.at:
            continue
        a = sc.assess(own, question.policy, **question.options()).items[-1]
        if a.state not in ("met", "breached"):
            continue
        lengths = [("clock", question.measure, a.elapsed)]
        calendar = as_its_clock_knows(a, a.policy.calendar_named(calendar_of(a)))
        for reason in a.policy.reasons:
            waited = pause_length(own, calendar, reason, to_micros(a.done or a.at))
            lengths.append(("pause", reason, timedelta(microseconds=0 if waited is None else waited.hours)))
        for name in a.policy.measures:
            if a.policy.measure(name).holds:
                held = sc.assess(own, question.policy, **question.options() | {"measure": name}).items
                lengths.append(("while", name, sum((item.elapsed for item in held), timedelta(0))))
        for where, name, length in lengths:
            if length or where == "clock":
                lengths_of.setdefault((a.state, where, name), []).append(length)
        event("counted")
    made = {}
    for own in report.spent:
        for state, spent in (("met", own.met), ("breached", own.breached)):
            if spent.tickets:
                made[state, own.where, own.name] = spent.tickets, spent.total, spent.spread.median
    assert made == {
        key: (len(lengths), sum(lengths, timedelta(0)), sorted(lengths)[(len(lengths) - 1) // 2])
        for key, lengths in lengths_of.items()
    }


def totals_of(own: TimeFigures) -> tuple[Any, ...]:
    return own.where, own.name, own.met.total, own.met.tickets, own.breached.total, own.breached.tickets


def as_its_clock_knows(a: sc.Assessment, calendar: sc.Calendar) -> sc.Calendar:
    """A calendar by what was known of it as the ticket is judged."""
    return calendar.as_known({"opening": a.ticket.opened, "now": a.ended or a.at}.get(a.known, a.known))


def calendar_of(a: sc.Assessment) -> str:
    """The name of the calendar of a kind and a priority, whatever the measure."""
    targets = a.policy.targets.get(a.kind)
    return "main" if targets is None else targets.calendar(a.priority, None)
