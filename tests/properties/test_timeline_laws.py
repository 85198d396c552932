"""Turns are where `assess` turns, whoever asks: a ticket's timeline, its next turn, and columns of next turns."""

from __future__ import annotations

import warnings
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from test_cycle_laws import REPLIES, UPDATES, WHILE, Case, cases, instants_of, own_measures
from test_one_truth import LIBRARIES

import histories
import slaclock as sc
from drawn import utc
from oracle_cycles import Measure
from questions import Question, noted, questions
from slaclock import columns, strategies
from slaclock.temporal.instants import to_micros
from slaclock.tickets.as_known import as_known
from slaclock.tickets.timeline import next_turn

MICROSECOND = timedelta(microseconds=1)
OWN = st.sampled_from([
    Measure("respond", ["opened"], ["responded", "resolved"], cycles="first"),
    Measure("resolve", ["opened", "reopened"], ["resolved"], cycles="resume"),
])  # fmt: skip
ALL = {"update": UPDATES, "other": st.one_of(OWN, REPLIES, WHILE, own_measures())}
ANY = pytest.mark.parametrize("measures", list(ALL.values()), ids=list(ALL))


@st.composite
def lines(draw: st.DrawFn, measures: st.SearchStrategy[Measure]) -> tuple[Case, datetime, sc.Timeline]:
    """A case with warnings, an instant, and its timeline as of that."""
    case = draw(cases(measures))
    product, drawn = case.service.product, draw(strategies.warnings())
    for own in drawn.values():
        own.pop("measure", None)
    if isinstance(product, sc.Policy):
        product = product.model_copy(update={"warnings": drawn})
        case = Case(type(case.service)(product, case.service.oracle, case.service.era), case.measure, case.ticket)
    at = draw(instants_of(case.ticket))
    try:
        case.assess(at)
    except sc.SlaClockError:
        with pytest.raises(sc.SlaClockError):
            line_of(case, at)
        assume(False)
    return case, at, line_of(case, at)


def line_of(case: Case, at: datetime) -> sc.Timeline:
    return sc.timeline(case.ticket, case.service.product, at=at, measure=case.measure.name)


def state_of(ticket: sc.Ticket, case: Case, at: datetime) -> str | None:
    """The state at an instant; None where there was an error then, or the ticket had not opened."""
    try:
        return sc.assess(ticket, case.service.product, at=at, measure=case.measure.name).state
    except sc.SlaClockError:
        return None


@ANY
@given(data=st.data())
def test_turns_are_what_assess_says(measures, data):
    case, at, line = data.draw(lines(measures))
    check_states(case, at, line, data.draw(st.lists(st.integers(0, 97), max_size=8)))
    check_marks(case, at, line)
    check_known(case, at)


def check_states(case: Case, at: datetime, line: sc.Timeline, shares: list[int]) -> None:
    """Turns of state are exactly the instants at which `assess` changes state."""
    ticket = as_known(case.ticket, to_micros(at))  # what comes is as it would be if nothing else happened
    turns = [turn for turn in line if turn.kind == "state"]
    event(f"{min(len(turns), 4)} turns of state")
    for turn in turns:
        assert turn.before != turn.after
        assert state_of(ticket, case, turn.at.astimezone(UTC) - MICROSECOND) == turn.before
        assert state_of(ticket, case, turn.at) == turn.after
    asked = case.ticket.opened.astimezone(UTC)
    ends = [asked, *(turn.at.astimezone(UTC) for turn in line)]
    last = max(ends[-1], at.astimezone(UTC))
    probes = [*ends, *(end - MICROSECOND for end in ends), *(end + MICROSECOND for end in ends), at.astimezone(UTC)]
    probes += [asked + (last - asked) * share / 97 for share in shares]
    probes = sorted({probe for probe in probes if asked <= probe <= last})
    for earlier, later in pairwise(probes):
        states = state_of(ticket, case, earlier), state_of(ticket, case, later)
        if None not in states and states[0] != states[1]:
            assert any(earlier < turn.at <= later for turn in turns)


@ANY
@given(data=st.data())
def test_what_has_turned_stays_and_is_told_once(measures, data):
    case, at, line = data.draw(lines(measures))
    earlier = case.ticket.opened.astimezone(UTC) + (at - case.ticket.opened) * data.draw(st.integers(0, 100)) / 100
    if state_of(case.ticket, case, earlier) is None:
        return
    first = line_of(case, earlier)
    past = [turn for turn in first if turn.at <= earlier]
    assert past == [turn for turn in line if turn.at <= earlier]
    assert [*line] == sorted(line, key=lambda turn: to_micros(turn.at))
    ends = sorted(data.draw(st.lists(st.sampled_from([turn.at for turn in line] or [at]), max_size=4)))
    start, far = case.ticket.opened.astimezone(UTC) - MICROSECOND, datetime.max.replace(tzinfo=UTC)
    told = [turn for a, b in pairwise([start, *ends, far]) for turn in line.between(a, b)]
    assert told == [*line]
    assert line.next == next_turn(case.assess(at)) == next((turn for turn in line if turn.at > at), None)
    assert sc.Timeline.from_json(line.to_json()) == line


def check_known(case: Case, at: datetime) -> None:
    """What was known by an instant is what `assess` sees until then."""
    known = as_known(case.ticket, to_micros(at))
    for share in (0, 37, 50, 99, 100):
        when = case.ticket.opened.astimezone(UTC) + (at - case.ticket.opened) * share / 100
        answers: list[Any] = []
        for ticket in (case.ticket, known):
            try:
                a = sc.assess(ticket, case.service.product, at=when, measure=case.measure.name)
                answers.append((a.state, a.due, a.elapsed, a.remaining, [cycle.state for cycle in a.cycles]))
            except sc.SlaClockError as error:
                answers.append(error.problem)
        assert answers[0] == answers[1]


def check_marks(case: Case, at: datetime, line: sc.Timeline) -> None:
    """Marks of what runs lie where the assessment has them."""
    a = case.assess(at)
    ahead = {(turn.kind, turn.percent): turn.at for turn in line if turn.at > at and turn.cycle == a.cycle}
    if a.state not in ("running", "paused", "breached") or a.done is not None:
        assert not {kind for kind, _ in ahead if kind != "state"}
        return
    marks = {("milestone", milestone.percent): milestone.at for milestone in a.milestones}
    marks |= {("due", None): a.due, ("window", None): a.expected_from}
    assert {mark: when for mark, when in ahead.items() if mark[0] in ("milestone", "due", "window")} == {
        mark: when for mark, when in marks.items() if when is not None and when > at
    }


# Columns


@st.composite
def warned(draw: st.DrawFn) -> Question:
    """Questions of policies with warnings."""
    question = draw(questions())
    drawn = [draw(strategies.warnings()) for _ in question.service.policies]
    policies = [
        own.model_copy(update={"warnings": of}) for own, of in zip(question.service.policies, drawn, strict=True)
    ]
    product = policies[0] if isinstance(question.policy, sc.Policy) else sc.PolicyBook(policies)
    return replace(question, service=replace(question.service, product=product))


def next_of(record: Any, question: Question, percents: tuple[float, ...]) -> tuple[Any, ...] | sc.SlaClockError:
    """The next turn of a ticket alone, or its error."""
    try:
        line = sc.timeline(histories.ticket_of(record), question.policy, **question.options(), percents=percents)
    except sc.SlaClockError as error:
        noted(type(error).__name__)
        return error
    noted("nothing" if line.next is None else line.next.kind)
    return (None, None, None) if line.next is None else (line.next.at, line.next.kind, line.next.what)


PERCENTS = st.lists(st.sampled_from([0, 10, 33.3, 50, 87.5, 99, 100, 110]), max_size=3, unique=True).map(tuple)


@given(question=warned(), percents=PERCENTS, library=st.sampled_from([*LIBRARIES]))
def test_next_turns_in_columns_are_those_of_timelines(question, percents, library):
    expected = [next_of(record, question, percents) for record in question.records]
    frame, sides = question.frames()
    to_library, to_polars = LIBRARIES[library]
    native, beside = to_library(frame), {side: to_library(of) for side, of in sides.items()}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        answered = columns.next_turns(
            native, question.policy, errors="null", percents=percents, **question.options(), **beside
        )
    rows = [tuple(map(utc, row)) for row in to_polars(answered).select("at", "kind", "what").iter_rows()]
    wrong = (None, None, None)
    assert rows == [tuple(map(utc, wrong if isinstance(own, sc.SlaClockError) else own)) for own in expected]
    assert to_polars(answered)["ticket"].to_list() == [record["id"] for record in question.records]
    first = next((row for row, own in enumerate(expected) if isinstance(own, sc.SlaClockError)), None)
    if first is not None:
        with pytest.raises(type(expected[first])) as raised:
            columns.next_turns(native, question.policy, percents=percents, **question.options(), **beside)
        assert raised.value.row == first
        assert raised.value.problem == expected[first].problem


# Warnings


@given(data=st.data())
def test_a_warning_lies_its_length_off_the_due_date_on_the_targets_clock(data):
    calendar = data.draw(strategies.calendars())
    target, opened = data.draw(strategies.targets(calendar)), data.draw(strategies.instants())
    waits = data.draw(strategies.pauses(opened, reasons=["user"], may_be_open=False))
    length, after = data.draw(strategies.lengths()), data.draw(st.booleans())
    micros = length // MICROSECOND
    text = f"{micros // 1_000_000}.{micros % 1_000_000:06} seconds {'after' if after else 'before'} due"
    policy = sc.Policy(
        name="warned", calendar=calendar, targets={"incident": {"resolve": target}}, pauses={"user": ["resolve"]},
        warnings={"w": {"at": text}},
    )  # fmt: skip
    ticket = sc.Ticket(id="T1", opened=opened, pauses=waits)
    at = max([opened, *(pause.end for pause in waits if pause.end is not None)], key=to_micros)
    try:
        a = sc.assess(ticket, policy, at=at)
    except sc.SlaClockError:
        assume(False)
    line = sc.timeline(ticket, policy, at=at)
    warned = [turn.at for turn in line if turn.kind == "warning"]
    due, start = [turn.at for turn in line if turn.kind == "due"][-1], a.started
    assert to_micros(due) == to_micros(a.due) or to_micros(a.due) <= to_micros(at)
    total = sc.elapsed(start, max(a.due, start, key=to_micros), calendar=calendar, pauses=waits)
    if not after and length > total:
        event("before the clock starts")
        assert not warned
        return
    known_late = to_micros(warned[-1]) <= to_micros(at) if warned else False
    event("by now" if known_late else "ahead")
    if warned and not known_late:
        between = (a.due, warned[-1]) if after else (warned[-1], a.due)
        assert sc.elapsed(*between, calendar=calendar, pauses=waits) == length
        if micros:  # the earliest such instant
            wanted = sc.Target((total + length if after else total - length) // MICROSECOND)
            assert to_micros(warned[-1]) == to_micros(sc.deadline(start, wanted, calendar=calendar, pauses=waits))
