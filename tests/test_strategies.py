"""The strategies draw what they say, and reach the places where clocks go wrong."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import find, given, settings
from hypothesis import strategies as st

import slaclock as sc
from slaclock import strategies

QUICK = settings(max_examples=2_000, database=None)


@given(st.data())
def test_a_drawn_ticket_can_be_assessed_under_its_policy(data):
    policy = data.draw(strategies.policies())
    ticket = data.draw(strategies.tickets(policy))
    now = ticket.opened.astimezone(UTC) + timedelta(days=3)
    try:
        a = sc.assess(ticket, policy, at=now)
    except sc.SlaClockError as wrong:
        assert "sets no" in str(wrong) or "no open time" in str(wrong)
        return
    assert a.elapsed >= timedelta(0)


@pytest.mark.parametrize(
    ("strategy", "wanted"),
    [
        (strategies.instants(), lambda at: at.hour == at.minute == at.second == at.microsecond == 0),
        (strategies.instants(), lambda at: at.utcoffset() != (at + timedelta(hours=1)).utcoffset()),
        (strategies.instants(), lambda at: at.microsecond % 1_000),
        (strategies.instants(), lambda at: (at.month, at.day) == (12, 31)),
        (strategies.calendars(), lambda calendar: calendar.rules.day_rule == "close-of-business"),
        (strategies.calendars(), lambda calendar: calendar.rules.cutoff is not None),
        (strategies.calendars(), lambda calendar: calendar.special and len(calendar.holidays.dates) > 2),
        (strategies.calendars(rules=False), lambda calendar: calendar.rules.day_rule == "proportional"),
        (strategies.targets(), lambda target: target.strict and target.by == "close"),
        (strategies.targets(), lambda target: target.unit == "days" and target.high % 1),
        (strategies.day_hours(), lambda day: len(day) > 1),
    ],
)
def test_the_strategies_reach(strategy, wanted):
    assert wanted(find(strategy, lambda value: bool(wanted(value)), settings=QUICK))


@given(st.data())
def test_targets_are_ones_that_the_calendar_serves(data):
    calendar = data.draw(strategies.calendars())
    target = data.draw(strategies.targets(calendar))
    start = data.draw(strategies.instants())
    sc.deadline(start, target, calendar=calendar)


@given(st.data())
def test_pauses_for_reasons(data):
    start = data.draw(strategies.instants())
    for pause in data.draw(strategies.pauses(start, reasons=["supplier"], may_be_open=False)):
        assert pause.reason == "supplier"
        assert pause.end is not None
