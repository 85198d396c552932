"""What would have been: every figure is a recount by one assessment after another, from a list and from a frame."""

from __future__ import annotations

import dataclasses
from collections import Counter
from datetime import UTC, timedelta
from fractions import Fraction
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import Question, questions
from slaclock import strategies
from slaclock.tickets.least_targets import target_of
from test_reporting import frames

FEWER = settings(max_examples=max(settings.default.max_examples // 8, 1))
MORE = settings(max_examples=max(settings.default.max_examples // 4, 1))


def another(policy: Any, how: str) -> Any:
    """A policy, or those of a book, as they may come to be."""
    if isinstance(policy, sc.PolicyBook):
        return sc.PolicyBook([another(own, how) for own in policy.policies])
    if how == "rules":
        rules = policy.rules.model_copy(update={"breach": "stands", "priority_change": "restart"})
        return policy.model_copy(update={"rules": rules})
    if how == "pauses":
        return policy.model_copy(update={"pauses": dict.fromkeys(policy.pauses, ())})
    return policy


def items_of(question: Question, policy: Any) -> dict[tuple[str, int], sc.Assessment]:
    """What is judged of each ticket that had opened, by its id and the number of its cycle."""
    tickets = [histories.ticket_of(record) for record in question.records if record["opened"] <= question.at]
    assessed = [sc.assess(own, policy, **question.options()) for own in tickets]
    return {(a.ticket_id, a.cycle if a.is_cycle else 0): a for own in assessed for a in own.items}


def answer_or_error(make: Any) -> Any:
    try:
        return make()
    except sc.SlaClockError as error:
        return error


@FEWER
@given(questions(), st.sampled_from(["rules", "pauses", "nothing"]))
def test_a_comparison_is_a_recount(question, how):
    question = dataclasses.replace(question, known=None)  # by what was known is as the policies say
    old, new = question.policy, another(question.policy, how)
    frame, sides = question.frames()
    compared = answer_or_error(lambda: sc.compare(old, new, frame, **question.options(), **sides))
    tickets = answer_or_error(lambda: [histories.ticket_of(record) for record in question.records])
    if isinstance(tickets, sc.SlaClockError):
        return
    of_list = answer_or_error(lambda: sc.compare(old, new, tickets, **question.options()))
    assert type(compared) is type(of_list), (compared, of_list)
    if isinstance(compared, sc.SlaClockError):
        event("an error")
        assert compared.problem == of_list.problem
        return
    assert compared == of_list
    assert sc.Comparison.from_json(compared.to_json()) == compared
    before, after = (items_of(question, policy) for policy in (old, new))
    pairs = {key: (before.get(key), after.get(key)) for key in {**before, **after}}
    states = {key: tuple(a and a.state for a in pair) for key, pair in pairs.items()}
    dues = {key: tuple(a and a.due for a in pair) for key, pair in pairs.items()}
    flips = Counter(pair for pair in states.values() if pair[0] != pair[1])
    moved = {key for key, (one, other) in dues.items() if one != other}
    event(f"flips: {bool(flips)}, moved: {bool(moved)}")
    assert {(flip.old, flip.new): flip.count for flip in compared.flips} == flips
    changed = {(item.ticket, item.cycle or 0): item for item in compared.changed}
    assert changed.keys() == moved | {key for key, (one, other) in states.items() if one != other}
    for key, item in changed.items():
        assert (item.old_state, item.new_state) == states[key]
        assert (item.old_due, item.new_due) == dues[key]
        assert item.moved is (key in moved)
    for parts in (compared.by_priority, compared.by_period, compared.groups, (compared.overall,)):
        assert sum(own.items for own in parts) == len(pairs)
        assert sum(own.moved for own in parts) == len(moved)
        assert sum(own.flips for own in parts) == flips.total()
    for own in compared.by_priority:
        mine = [key for key, pair in pairs.items() if whose(*pair) == (own.kind, own.priority)]
        for side, counts in enumerate((own.old, own.new)):
            states_of_side = [states[key][side] for key in mine]
            assert counts == {state: states_of_side.count(state) for state in counts}
        assert own.moved == len(moved & set(mine))


def whose(before: sc.Assessment | None, after: sc.Assessment | None) -> tuple[str, str | None]:
    """The kind and priority of an item under the old policy, or where it has none under the new one."""
    a = before or after
    assert a is not None
    return a.kind, a.priority


def promising(calendar: Any, target: sc.Target) -> sc.Policy:
    """A policy with one target."""
    given = {"name": "one", "calendar": calendar, "targets": {"incident": {"resolve": str(target)}}}
    return sc.Policy.model_validate({**given, "pauses": {"customer": ["resolve"]}})


@st.composite
def done_tickets(draw: st.DrawFn) -> tuple[sc.Policy, list[sc.Ticket]]:
    """A policy with one target, and tickets of which all but a few are done."""
    calendar = draw(strategies.calendars(rules=True))
    policy = promising(calendar, draw(strategies.targets(calendar)))
    tickets = []
    for number in range(draw(st.integers(1, 4))):
        ticket = draw(strategies.tickets(policy, id=f"T{number}"))
        resolved = ticket.opened.astimezone(UTC) + draw(st.one_of(strategies.lengths(), st.just(timedelta(0))))
        if draw(st.booleans()):  # outside the hours often
            resolved = resolved.replace(hour=draw(st.sampled_from([0, 3, 23])))
        if resolved >= ticket.opened and draw(st.integers(0, 7)):
            ticket = ticket.model_copy(update={"resolved": resolved})
        tickets.append(ticket)
    return policy, tickets


@MORE
@given(done_tickets())
def test_the_least_target_is_kept_and_none_that_is_less(drawn):
    """With so many steps the work was in time, with one fewer it was not; and columns say the same."""
    policy, tickets = drawn
    at = max(t for own in tickets for t in (own.opened, own.resolved) if t is not None) + timedelta(days=400)
    known = answer_or_error(lambda: [sc.assess(own, policy, at=at) for own in tickets])
    frame, pauses = frames(tickets)
    of_list, of_frame = (
        answer_or_error(lambda some=some, beside=beside: sc.needed(some, policy, 60, at=at, **beside))
        for some, beside in ((tickets, {}), (frame, {"pauses": pauses}))
    )
    if isinstance(known, sc.SlaClockError):
        assert isinstance(of_list, sc.SlaClockError)
        assert isinstance(of_frame, sc.SlaClockError)
        return
    assert of_frame == of_list
    for a in known:
        if a.done is None:
            assert a.least_target.steps is None
            continue
        clock, steps = a.least_target
        event(f"{clock}, strict: {a.target.strict}, {a.state}, {bool(a.ticket.pauses)}")
        for more, state in ((0, "met"), (-1, "breached")):
            if steps + more >= 0:
                target = target_of(clock, steps + more, strict=a.target.strict)
                other = promising(policy.calendar, dataclasses.replace(target, by=a.target.by))
                assert sc.assess(a.ticket, other, at=at).state == state, (steps, more)


@FEWER
@given(questions(), st.sampled_from([50, 80, "99.5", 100]))
def test_needed_targets_are_a_recount(question, share):
    question = dataclasses.replace(question, known=None)
    frame, sides = question.frames()
    of_frame = answer_or_error(lambda: sc.needed(frame, question.policy, share, **question.options(), **sides))
    tickets = answer_or_error(lambda: [histories.ticket_of(record) for record in question.records])
    if isinstance(tickets, sc.SlaClockError):
        return
    made = answer_or_error(lambda: sc.needed(tickets, question.policy, share, **question.options()))
    assert type(of_frame) is type(made), (of_frame, made)
    if isinstance(made, sc.SlaClockError):
        event("an error")
        assert made.problem == of_frame.problem
        return
    assert of_frame == made
    assert sc.NeededTargets.from_json(made.to_json()) == made
    items = [a for a in items_of(question, question.policy).values() if a.least_target is not None]
    for own in made.by_priority:
        mine = [a for a in items if (a.kind, a.priority, a.least_target.clock) == (own.kind, own.priority, own.clock)]
        decided = [a for a in mine if a.state in ("met", "breached")]
        assert (own.decided, own.met) == (len(decided), sum(a.state == "met" for a in decided))
        assert own.never == sum(a.done is None for a in decided)
        event(f"a target is needed: {own.target is not None}")
        least = sorted(a.least_target.steps for a in decided if a.least_target.steps is not None)
        enough = [steps for steps in least if sum(x <= steps for x in least) * 100 >= Fraction(share) * len(decided)]
        strict = own.target is not None and own.target.strict
        assert own.target == (target_of(own.clock, enough[0], strict=strict) if enough else None)
