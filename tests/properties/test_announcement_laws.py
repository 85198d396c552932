"""Laws of what was known when: calendars as known, and tickets by what was known of their calendars."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import event, given
from hypothesis import strategies as st

import histories
import oracle
import slaclock as sc
from desk import at as london
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
    check_known_at(service.product, ticket, at, measure, data.draw(histories.instants(service.era)))


def check_known_at(policy: Any, ticket: sc.Ticket, at: datetime, measure: str, known: datetime) -> None:
    own = as_known(policy, known)
    event("something was announced later" if own != policy else "all was known")
    # The greatest instant there is, so that no rule of the policy hides what it still announces.
    late = known + timedelta(days=40_000)
    assert answers(ticket, policy, at=at, measure=measure, known=known) == answers(
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


# Grids: on a desk that announces half of its fortnight, where much happens at full hours

MONDAY = london("2018-04-09 00:00")
OTHER_HOURS = ([], ["09:00-12:00"], ["13:00-17:00"], ["06:00-20:00"])
INTERVALS = ("3 hours", "< 5 hours", "8 hours", "1 day", "< 1 day", "2 days", "5 wall hours", "1 day by close")


def hours(first: int = 0, last: int = 335) -> st.SearchStrategy[datetime]:
    """Full hours of the fortnight, by most of which the desk is open."""
    return st.builds(
        lambda day, hour: MONDAY + timedelta(days=day, hours=hour),
        st.integers(first // 24, last // 24),
        st.sampled_from([7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20]),
    )


@st.composite
def policies_of_grids(draw: st.DrawFn, priorities: int = 3) -> sc.Policy:
    week = st.lists(st.integers(0, 13), min_size=3, max_size=7, unique=True)
    days = [str(MONDAY.date() + timedelta(days=day)) for day in draw(week)]
    calendar = sc.WorkingCalendar(
        timezone="Europe/London",
        hours="Mo-Su 09:00-17:00",
        special={day: draw(st.sampled_from(OTHER_HOURS)) for day in days},
        known_from={day: draw(hours()) for day in days},
        cutoff=draw(st.sampled_from([None, None, "15:00"])),
    )
    of = [draw(st.sampled_from(INTERVALS)) for _ in range(priorities)]
    return sc.Policy.model_validate({
        "name": "a grid",
        "calendar": calendar,
        "measures": {"update": {"next": "grid"}},
        "targets": {"incident": {f"P{n}": {"update": text} for n, text in enumerate(of, start=1)}},
        "pauses": {"user": ["update"]},
        "rules": {
            "priority_change": draw(st.sampled_from(["from-opening", "restart", "carry"])),
            "breach": draw(st.sampled_from(["of-target", "stands"])),
            "announced": draw(st.sampled_from(["moves", "moves", "keeps"])),
        },
    })  # fmt: skip


@st.composite
def tickets_of_grids(draw: st.DrawFn, *, changes: int = 2) -> sc.Ticket:
    """Tickets that were answered, waited, were reopened and changed, and may be closed at last."""
    opened = draw(hours(last=100))
    turns = sorted({draw(hours()) for _ in range(draw(st.integers(0, 3)))} - {opened})
    turns = [turn for turn in turns if turn > opened]
    ended = {draw(st.sampled_from(["resolved", "resolved", "cancelled"])): turns.pop()} if len(turns) % 2 else {}
    spans = [sorted([draw(hours()), draw(hours())]) for _ in range(draw(st.integers(0, 2)))]
    return sc.Ticket(
        id="T1",
        priority=draw(st.sampled_from(["P1", "P2"])),
        opened=opened,
        **ended,
        events=[sc.Event(at=max(opened, draw(hours())), name="answered") for _ in range(draw(st.integers(0, 2)))],
        pauses=[sc.Pause(start=max(opened, a), end=max(opened, b), reason="user") for a, b in spans],
        changes=[
            sc.Change(at=max(opened, draw(hours())), field="priority", to=draw(st.sampled_from(["P1", "P2", "P3"])))
            for _ in range(draw(st.integers(0, changes)))
        ],
        reopenings=[sc.Reopening(resolved=turns[0], reopened=turns[1])] if len(turns) == 2 else [],
    )


def lines(a: sc.Assessment) -> list[tuple[Any, ...]]:
    return [(one.opened, one.due, one.state, one.ended, one.promised_due, one.explain().moves) for one in a.cycles]


@given(policies_of_grids(), tickets_of_grids(), hours(), hours())
def test_a_grid_by_what_was_known_at_an_instant_is_under_the_policy_of_that_instant(policy, ticket, at, known):
    check_known_at(policy, ticket, max(at, ticket.opened), "update", known)


@given(policies_of_grids(), tickets_of_grids())
def test_what_comes_after_the_resolution_changes_nothing_about_a_grid(policy, ticket):
    """Neither an announcement nor a change, nor the end of a pause."""
    if ticket.resolved is None:
        return
    then, later = (
        sc.assess(ticket, policy, at=at, measure="update") for at in (ticket.resolved, london("2018-05-09 12:00"))
    )
    event(f"{min(len(later.cycles), 4)} cycles")
    assert lines(then) == lines(later)


@given(policies_of_grids(), tickets_of_grids(), hours(), hours())
def test_a_cycle_that_is_over_stays_as_it_was_whatever_is_announced(policy, ticket, one, other):
    early, late = sorted([max(one, ticket.opened), max(other, ticket.opened)])
    then, later = (sc.assess(ticket, policy, at=at, measure="update") for at in (early, late))
    over = [
        line for line, one in zip(lines(then), then.cycles, strict=True) if one.ended is not None and one.ended < early
    ]
    event(f"{min(len(over), 4)} cycles are over")
    assert lines(later)[: len(over)] == over


@given(policies_of_grids(), tickets_of_grids(), hours())
def test_a_desk_that_announces_only_what_comes_later_promises_what_is_due(policy, ticket, at):
    later = {"special": {"2018-06-01": []}, "known_from": {"2018-06-01": "2018-04-16 12:00"}}
    own = policy.model_copy(update={"calendar": policy.calendar.model_copy(update=later)})
    cycles = sc.assess(ticket, own, at=max(at, ticket.opened), measure="update").cycles
    event(f"{min(len(cycles), 4)} cycles")
    assert [one.promised_due for one in cycles] == [one.due for one in cycles]


@given(policies_of_grids(), hours(last=100), st.lists(hours(), max_size=3), hours())
def test_a_grid_is_promised_by_what_was_known_where_it_began(policy, opened, answered, at):
    """Its line of a number is then that of so many intervals; by `opening` it keeps them all."""
    answers = [sc.Event(at=max(opened, answer), name="answered") for answer in answered]
    ticket = sc.Ticket(id="T1", priority="P1", opened=opened, events=answers)
    calendar = policy.calendar.as_known(opened)
    asked = {"at": max(opened, at), "measure": "update"}
    kept, moved = (sc.assess(ticket, policy, known=known, **asked) for known in ("opening", "now"))
    for a in (kept, moved):
        promised = [sc.deadline(opened, replace(kept.target, high=kept.target.high * n), calendar=calendar)
                    for n in range(1, a.count + 1)]  # fmt: skip
        assert [one.promised_due for one in a.cycles] == promised
    assert [one.due for one in kept.cycles] == [one.promised_due for one in kept.cycles]
