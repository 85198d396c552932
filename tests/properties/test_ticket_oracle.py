"""A ticket with a history is what the second implementation says of it: state, due date, what has run, what is left."""

from __future__ import annotations

from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import histories
import oracle_tickets
import slaclock as sc
from oracle_tickets import Refused


def agreements(opened: datetime) -> st.SearchStrategy[dict[str, tuple[Any, Any]]]:
    """What was agreed for one ticket in four, by measure: a target or a due date, as product and oracle have it."""
    due = st.integers(0, 100).map(lambda hours: (opened + timedelta(hours=hours),) * 2)
    targets = st.sampled_from([
        ("2 hours", oracle_tickets.Target("hours", timedelta(hours=2))),
        ("< 3 wall hours", oracle_tickets.Target("wall", timedelta(hours=3), strict=True)),
        ("1 day", oracle_tickets.Target("days", Fraction(1))),
    ])  # fmt: skip
    some = st.dictionaries(st.sampled_from(["respond", "resolve"]), st.one_of(due, targets), min_size=1)
    return st.integers(0, 3).flatmap(lambda lot: some if lot == 0 else st.just({}))


@given(st.data())
def test_assess_is_the_oracles(data):
    service = data.draw(histories.services(busy=True))
    record = data.draw(histories.records(service.era, possible=True))
    agreed = data.draw(agreements(record["opened"]))
    record["agreed"] = {measure: product for measure, (product, _) in agreed.items()}
    ticket = histories.ticket_of(record)
    at = data.draw(histories.moments_after([record]))
    measure = data.draw(st.sampled_from(["resolve", "resolve", "respond"]))
    known = data.draw(histories.knowledge(service.era))
    try:
        own = {measure: second for measure, (_, second) in agreed.items()}
        wanted = oracle_tickets.as_of(ticket, histories.known_to_oracle(service.oracle, known), at, measure, own)
    except Refused as refused:
        event(str(refused))
        with pytest.raises(sc.SlaClockError) as raised:
            sc.assess(ticket, service.product, at=at, measure=measure, known=known)
        assert type(raised.value).__name__ == str(refused)
        return
    a = sc.assess(ticket, service.product, at=at, measure=measure, known=known)
    event(a.state)
    event("moved" if a.due != a.promised_due else "as promised")
    assert (a.state, a.priority) == (wanted.state, wanted.priority)
    assert oracle_tickets.utc(a.due) == wanted.due
    assert (a.remaining, a.over) == (wanted.remaining, wanted.over)
    assert oracle_tickets.utc(a.breached_at) == wanted.breached_at
    if wanted.segment is None:
        assert a.consumed is None
    else:
        assert oracle_tickets.utc(a.done) == wanted.done
        assert a.elapsed == wanted.elapsed
        assert oracle_tickets.utc(a.expected_from) == wanted.expected_from
        assert a.calendar == wanted.segment.calendar
        event("a calendar by name" if a.calendar != "main" else "the main calendar")
        assert a.consumed == pytest.approx(float(wanted.consumed), rel=1e-12)


@given(st.data())
def test_the_ledger_of_a_history_sums_to_elapsed(data):
    service = data.draw(histories.services(busy=True))
    record = data.draw(histories.records(service.era, possible=True))
    at = data.draw(histories.moments_after([record]))
    measure = data.draw(st.sampled_from(["resolve", "resolve", "respond"]))
    try:
        known = data.draw(histories.knowledge(service.era))
        a = sc.assess(histories.ticket_of(record), service.product, at=at, measure=measure, known=known)
    except sc.SlaClockError:
        return
    event(a.policy.rules.priority_change if len(record["changes"]) else "no change")
    rows = a.explain("now").rows
    assert sum((row.length for row in rows), timedelta(0)) == a.elapsed
    edges = [(oracle_tickets.utc(row.start), oracle_tickets.utc(row.end)) for row in rows]
    assert all(end == start for (_, end), (start, _) in pairwise(edges))
    if rows:
        assert edges[0][0] == oracle_tickets.utc(a.started)
