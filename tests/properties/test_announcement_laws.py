"""Laws of what was known when: calendars as known, and tickets by what was known of their calendars."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

import histories
import oracle
import slaclock as sc
from slaclock import strategies
from slaclock.formats.tables import instant_text

ANSWERS = ("state", "due", "elapsed", "remaining", "over", "consumed", "breached_at", "started", "done", "count")


def calendars(era: histories.Era) -> st.SearchStrategy[Any]:
    return st.one_of(histories.calendars(era, True), histories.calendars_by_name(era, True).map(some_of))


def some_of(several: histories.Calendars) -> Any:
    return several.by_name["joined" if "joined" in several.by_name else "main"]


@given(st.data())
def test_a_calendar_as_known_is_the_oracles(data):
    era = data.draw(st.sampled_from(histories.ERAS))
    both = data.draw(calendars(era))
    at, start = data.draw(histories.instants(era)), data.draw(histories.instants(era))
    end = start + data.draw(strategies.lengths())
    known, second = both.product.as_known(at), both.oracle.as_known(oracle.utc(at))
    event("something was announced later" if known != both.product else "all was known")
    assert sc.elapsed(start, end, calendar=known) == oracle.elapsed(second, oracle.utc(start), oracle.utc(end))
    assert known.as_known(at) == known == sc.Calendar.from_json(known.to_json())
    assert [one for one in both.product.announcements if one.known_from <= at] == [*known.announcements]


@given(st.data())
def test_what_was_known_at_two_instants_is_what_was_known_at_the_first(data):
    era = data.draw(st.sampled_from(histories.ERAS))
    product = data.draw(calendars(era)).product
    one, other = data.draw(histories.instants(era)), data.draw(histories.instants(era))
    assert product.as_known(one).as_known(other) == product.as_known(min(one, other))


def drawn(data: st.DataObject) -> tuple[histories.Service, sc.Ticket, Any, str]:
    service = data.draw(histories.services(busy=True))
    record = data.draw(histories.records(service.era, possible=True))
    at = data.draw(histories.moments_after([record]))
    return (
        service,
        histories.ticket_of(record),
        at,
        data.draw(st.sampled_from(["resolve", "respond", "update", "wash"])),
    )


def answers(ticket: sc.Ticket, policy: Any, **asked: Any) -> Any:
    try:
        a = sc.assess(ticket, policy, **asked)
        cycles = [[getattr(one, name) for name in ("opened", "due", "state", "elapsed")] for one in a.cycles]
        return [getattr(a, name) for name in ANSWERS], cycles
    except sc.SlaClockError as error:
        return type(error), error.problem


def as_known(policy: sc.Policy | sc.PolicyBook, at: Any) -> sc.Policy | sc.PolicyBook:
    """A policy whose calendars tell no more than was known at an instant."""
    if isinstance(policy, sc.PolicyBook):
        return sc.PolicyBook([as_known(own, at) for own in policy.policies])
    beside = {name: calendar.as_known(at) for name, calendar in policy.calendars.items()}
    return policy.model_copy(update={"calendar": policy.calendar.as_known(at), "calendars": beside})


@given(st.data())
def test_by_what_was_known_at_an_instant_is_under_the_policy_of_that_instant(data):
    service, ticket, at, measure = drawn(data)
    known = data.draw(histories.instants(service.era))
    own = as_known(service.product, known)
    event("something was announced later" if own != service.product else "all was known")
    # The greatest instant there is, so that no rule of the policy hides what it still announces.
    late = known + timedelta(days=40_000)
    assert answers(ticket, service.product, at=at, measure=measure, known=known) == answers(
        ticket, own, at=at, measure=measure, known=late
    )


@given(st.data())
def test_what_is_known_now_is_what_was_known_when_the_work_was_done(data):
    service, ticket, at, measure = drawn(data)
    try:
        a = sc.assess(ticket, service.product, at=at, measure=measure, known="now")
    except sc.SlaClockError:
        return
    if a.policy.rules.breach == "stands" or a.policy.measure(measure).cycles == "each":
        return  # a breach, or where a cycle starts, may be by what was known before
    seen = a.done or (ticket.cancelled if a.state == "cancelled" else at)
    then = sc.assess(ticket, service.product, at=at, measure=measure, known=seen)
    event(a.state)
    assert [getattr(then, name) for name in ANSWERS[:6]] == [getattr(a, name) for name in ANSWERS[:6]]


@given(st.data())
def test_what_was_promised_is_due_by_what_was_known_at_the_opening(data):
    service, ticket, at, measure = drawn(data)
    try:
        a = sc.assess(ticket, service.product, at=at, measure=measure)
        promised = sc.assess(ticket, service.product, at=at, measure=measure, known="opening")
    except sc.SlaClockError:
        return
    event("moved" if a.due != a.promised_due else "as promised")
    assert promised.promised_due == promised.due
    # Under another target's breach that stands, or in cycles that start elsewhere, something else was judged then.
    if a.policy.measure(measure).next == "event" and a.policy.rules.breach == "of-target":
        assert a.promised_due == promised.due
    moves = [move.rpartition(": due was ")[2].split(", is ") for move in a.explain().moves]
    if a.known == "now" and moves:
        assert [before for before, _ in moves] == [local(a, a.promised_due), *(after for _, after in moves[:-1])]
        assert moves[-1][1] == local(a, a.due)
    elif a.known == "now":
        assert a.due == a.promised_due


def local(a: sc.Assessment, at: Any) -> str:
    return "none" if at is None else instant_text(at)
