"""Values travel: through JSON, TOML, pickle and deepcopy they stay equal, and answer as before."""

from __future__ import annotations

import copy
import dataclasses
import json
import pickle
from datetime import UTC, timedelta

import tomli_w
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from slaclock import strategies as drawn


def travelled(value):
    """The value after each way of travelling."""
    yield pickle.loads(pickle.dumps(value))
    yield copy.deepcopy(value)
    yield copy.copy(value)
    yield type(value).from_json(value.to_json())


def same(value):
    """The value is what it was wherever it arrives, hashable, and shown on one line."""
    for arrived in travelled(value):
        assert arrived == value
        assert hash(arrived) == hash(value)
        assert repr(arrived) == repr(value)
    assert "\n" not in repr(value)
    assert len(repr(value)) < 1_000


def without_nothing(data):
    """The data as TOML can have it, which knows no null."""
    if isinstance(data, dict):
        return {key: without_nothing(part) for key, part in data.items() if part is not None}
    return [without_nothing(part) for part in data] if isinstance(data, list) else data


def answer(ask, *args, **options):
    """What a function answers, or the class of its error."""
    try:
        return ask(*args, **options)
    except sc.SlaClockError as error:
        return type(error), str(error)


@given(drawn.any_calendars(), drawn.instants(), drawn.lengths())
def test_calendars_travel(calendar, start, length):
    due = answer(sc.deadline, start, length, calendar=calendar)
    same(calendar)
    for arrived in travelled(calendar):
        assert answer(sc.deadline, start, length, calendar=arrived) == due
        assert arrived.closed_because(start) == calendar.closed_because(start)
    toml = tomli_w.dumps({"name": "x", "calendar": without_nothing(calendar.model_dump(mode="json")), "targets": {}})
    assert sc.Policy.parse(toml).calendar == calendar


@given(st.data())
def test_policies_and_books_travel(data):
    book = data.draw(drawn.books())
    same(book)
    for policy in book.policies:
        same(policy)
        assert sc.Policy.parse(tomli_w.dumps(without_nothing(policy.model_dump(mode="json")))) == policy


@given(st.data())
def test_tickets_assessments_and_ledgers_travel(data):
    policy = data.draw(st.one_of(drawn.policies(), drawn.full_policies()))
    ticket = data.draw(drawn.tickets(policy, changes=True))
    same(ticket)
    at = ticket.opened.astimezone(UTC) + data.draw(drawn.lengths())
    measure = data.draw(st.sampled_from(["respond", "resolve"]))
    try:
        a = sc.assess(ticket, policy, at=at, measure=measure)
        a.to_dict()
    except sc.SlaClockError:
        return
    same(a)
    for arrived in travelled(a):
        assert arrived.to_dict() == a.to_dict()
        assert str(arrived.explain()) == str(a.explain())
    assert dataclasses.asdict(a)["elapsed"] == a.elapsed
    assert json.loads(a.to_json())["state"] == a.state
    same(a.explain())
    same(sc.subscription_year(at))
    same(sc.subscription_year(at).period)


@given(st.data())
def test_reports_travel(data):
    policy = data.draw(drawn.policies())
    tickets = data.draw(st.lists(drawn.tickets(policy), max_size=4))
    at = max((t.opened.astimezone(UTC) for t in tickets), default=data.draw(drawn.instants())) + timedelta(days=2)
    try:
        report = sc.report(tickets, policy, at=at, worst=2)
    except sc.SlaClockError:
        return
    same(report)
