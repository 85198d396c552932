"""The strategies draw what they say, and reach the places where clocks go wrong."""

from __future__ import annotations

from datetime import UTC, timedelta

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

import slaclock as sc
from slaclock import strategies

QUICK = settings(max_examples=2_000, database=None, phases=[Phase.generate])  # that one is reached is all that counts


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


@settings(max_examples=max(settings.default.max_examples // 5, 1))
@given(st.data())
def test_a_drawn_ticket_can_be_asked_of_its_book(data):
    book = data.draw(strategies.books())
    ticket = data.draw(strategies.tickets(book, changes=True))
    try:
        a = sc.assess(ticket, book, at=ticket.opened.astimezone(UTC) + timedelta(days=3))
    except sc.SlaClockError as wrong:  # of words that another policy of the book knows
        assert any(
            said in str(wrong) for said in ("sets no", "no open time", "has no targets", "is no priority", "day")
        )
        return
    chosen = book.choose(sc.temporal.instants.to_micros(ticket.opened), ticket.attributes)
    assert (a.state == "not-covered") >= (chosen is None)


def _book_and_ticket():
    return strategies.books().flatmap(lambda book: st.tuples(st.just(book), strategies.tickets(book, changes=True)))


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
        (strategies.policies(), lambda policy: policy.target_of("incident", "P1", "resolve") is None),
        (strategies.books(), lambda book: len(book.policies) > 1 and len(book.policies[0].applies_to) == 2),
        (_book_and_ticket(), lambda drawn: drawn[1].attributes and drawn[0].policies[0].fits(drawn[1].attributes)),
        (_book_and_ticket(), lambda drawn: any(change.field == "site" for change in drawn[1].changes)),
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
