"""What would have been: every figure is a recount by one assessment after another, from a list and from a frame."""

from __future__ import annotations

from collections import Counter
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import Question, questions

FEWER = settings(max_examples=max(settings.default.max_examples // 4, 1))


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
    """What is judged of each ticket, by its id and the number of its cycle."""
    tickets = [histories.ticket_of(record) for record in question.records]
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
