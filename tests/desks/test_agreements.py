"""Agreements in their order become a policy or a book in which a ticket has the targets of the first that fits it."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaclock import errors
from slaclock.desks.agreements import Agreement, length_text, policy_of

KINDS, PRIORITIES = ("incident", "request"), ("high", "low")
COMMON = {"name": "desk", "calendar": {"timezone": "Europe/London", "hours": "24/7"}}
SOME_KINDS = st.none() | st.lists(st.sampled_from(KINDS), min_size=1, unique=True).map(tuple)
SOME_PRIORITIES = st.none() | st.lists(st.sampled_from(PRIORITIES), min_size=1, unique=True).map(tuple)
VALUES = st.lists(st.sampled_from(["1", "2", "3"]), min_size=1, max_size=2, unique=True).map(tuple)
CONDITIONS = st.dictionaries(st.sampled_from(["customer", "group"]), VALUES)


@st.composite
def agreements(draw: st.DrawFn) -> list[Agreement]:
    made = []
    for number in range(draw(st.integers(0, 5))):
        priorities = draw(SOME_PRIORITIES)
        keys = st.sampled_from([None, *(priorities or PRIORITIES)])
        targets = draw(st.dictionaries(keys, st.just({"resolve": f"{number + 2} hours"})))
        made.append(Agreement(f"A{number}", targets, draw(SOME_KINDS), draw(CONDITIONS), priorities))
    return made


@given(agreements())
def test_each_ticket_has_the_targets_of_the_first_agreement_that_fits(listed):
    policy = policy_of(listed, KINDS, PRIORITIES, COMMON)
    for kind, priority, customer, group in product(KINDS, PRIORITIES, "123", "123"):
        attributes = {"customer": customer, "group": group}
        first = next(
            (
                own
                for own in listed
                if (own.kinds is None or kind in own.kinds)
                and (own.priorities is None or priority in own.priorities)
                and all(attributes[name] in values for name, values in own.applies_to.items())
            ),
            None,
        )
        wanted = None if first is None else {**first.targets.get(None, {}), **first.targets.get(priority, {})}
        target = policy.at("2018-04-09T10:00Z", attributes).target_of(kind, priority, "resolve")
        assert (None if target is None else str(target)) == (wanted or {}).get("resolve")


def test_conditions_that_overlap_too_often_are_refused():
    listed = [Agreement(f"A{n}", {}, None, {f"field {n}": ("1",)}) for n in range(9)]
    with pytest.raises(errors.PolicyError, match="overlap in more than 200 ways"):
        policy_of(listed, KINDS, PRIORITIES, COMMON)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 hours"), (3600, "1 hour"), (5400, "90 minutes"), (60, "1 minute"), (61, "61 seconds")]
)
def test_lengths(seconds, text):
    assert length_text(seconds) == text
