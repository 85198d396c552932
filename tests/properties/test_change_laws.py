"""Many tickets in one frame that come from one target to another, or have one of their own: each as if it were alone.

Three drawn tickets seldom carry anything on. Here nearly all do, by targets on every clock and on several calendars.
"""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import SLA_ANSWERS, Question, check, check_cycles
from slaclock import columns

TARGETS = (
    "2 hours", "3-5 hours", "< 1 hour", "17 minutes", "37 seconds", "0 hours", "1 day", "2 days", "< 3 days", "0 days",
    "1 day by close", "2 days by 12:00", "90 wall minutes", "< 3 wall hours", "2 wall days",
)  # fmt: skip
WEEK = ("mon", "tue", "wed", "thu", "fri")
HOURS = (
    {day: ["08:00-17:00"] for day in WEEK} | {"wed": ["08:00-12:00", "13:00-17:30"], "fri": ["08:00-16:30"]},
    {day: ["00:00-24:00"] for day in (*WEEK, "sat", "sun")},
    {day: ["22:00-06:00"] for day in ("mon", "wed", "sat")},
)
MEASURES = ("resolve", "respond", "update")
PRIORITIES = ("P1", "P2", "P3", "P4")
FIRST = datetime(2018, 3, 20, tzinfo=UTC)


@st.composite
def calendars(draw: st.DrawFn) -> dict[str, Any]:
    """Calendars under every day rule, a few of them with a cut-off."""
    rule = draw(st.sampled_from(["proportional", "same-time", "close-of-business", "fixed-hours"]))
    fields = {"timezone": "Europe/London", "hours": draw(st.sampled_from(HOURS)), "day_rule": rule}
    if rule == "fixed-hours":
        fields["day_length"] = "7.5 hours"
    return fields | ({"cutoff": "15:00"} if draw(st.integers(0, 3)) == 0 else {})


@st.composite
def policies(draw: st.DrawFn) -> sc.Policy:
    """Policies by which a change of priority is one of target, and often of calendar."""
    some_targets, names = st.sampled_from((*TARGETS, "none")), st.sampled_from(["main", "other"])
    priorities = {
        name: {**{measure: draw(some_targets) for measure in MEASURES}, "calendar": draw(names)} for name in PRIORITIES
    }
    rules = {
        "priority_change": draw(st.sampled_from(["carry", "carry", "carry", "restart", "from-opening"])),
        "breach": draw(st.sampled_from(["of-target", "stands"])),
        "reopening": draw(st.sampled_from(["resume", "restart"])),
    }
    incidents = {"calendar": "other", **priorities}
    return sc.Policy.model_validate({
        "name": "changes",
        "calendar": draw(calendars()),
        "calendars": {"other": draw(calendars())},
        "targets": {"incident": incidents, "request": {measure: draw(some_targets) for measure in MEASURES}},
        "pauses": {"user": [*MEASURES], "lunch": []},
        "exclusions": {"toner": "a consumable"},
        "rules": rules,
    })  # fmt: skip


def length(random: Random) -> timedelta:
    return timedelta(microseconds=random.choice([0, 1, 60_000_000, *(random.randrange(10**n) for n in (9, 10, 11))]))


def record(random: Random, number: int) -> histories.Record:
    """A ticket that changes up to five times, perhaps paused, reopened, cancelled, or with a target of its own."""
    opened = FIRST + timedelta(minutes=random.randrange(20 * 1_440)) + length(random)
    moments = [opened, *sorted(opened + length(random) for _ in range(random.randrange(5)))]

    def some() -> datetime:
        return random.choice([*moments, opened + length(random)])

    ends = moments[1:] if random.randrange(2) else []
    fields = random.choices(["priority", "kind", "category"], [12, 3, 1], k=random.choice([1, 2, 3, 4, 5]))
    words = {"priority": [*PRIORITIES, None], "kind": ["incident", "request"], "category": ["toner", None]}
    pauses = [
        {
            "start": start,
            "end": random.choice([None, start + length(random)]),
            "reason": random.choice(["user", "lunch"]),
        }
        for start in (some() for _ in range(random.choice([0, 0, 1, 2])))
    ]
    agreed = random.choice([random.choice(TARGETS), some().isoformat()])
    return {
        "id": f"T{number}",
        "kind": random.choice(["incident", "incident", "incident", "request"]),
        "priority": random.choice([*PRIORITIES, None, None]),
        "opened": opened,
        "responded": some() if random.randrange(3) == 0 else None,
        "resolved": ends[-1] if len(ends) % 2 else None,
        "cancelled": some() if random.randrange(12) == 0 else None,
        "attributes": {},
        "pauses": pauses,
        "changes": [{"at": some(), "field": field, "to": random.choice(words[field])} for field in fields],
        "reopenings": [{"resolved": a, "reopened": b} for a, b in zip(ends[:-1:2], ends[1::2], strict=False)],
        "events": [{"at": some(), "name": "answered"} for _ in range(random.choice([0, 0, 1, 3]))],
        "agreed": {random.choice(MEASURES): agreed} if random.randrange(5) == 0 else {},
    }  # fmt: skip


@given(policy=policies(), seed=st.integers(0, 2**32), measure=st.sampled_from(MEASURES))
def test_tickets_that_change_their_target_stand_in_a_frame_as_alone(policy, seed, measure):
    random = Random(seed)  # so many tickets would be too much for Hypothesis to draw
    now = FIRST + timedelta(days=random.choice([22, 25, 60]), seconds=random.randrange(86_400))
    records = [record(random, number) for number in range(60)]
    question = Question(histories.Service(policy, (), histories.ERAS[0]), records, now, measure)
    frame, sides = question.frames()
    expected = [question.answer(own) for own in records]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)  # a due date cannot be agreed for many cycles
        answered = columns.assess(frame, policy, errors="null", **question.options(), **sides)
        cycles = columns.cycles(frame, policy, errors="null", **question.options(), **sides)
    check(answered, expected, SLA_ANSWERS)
    check_cycles(cycles, question.cycles())
