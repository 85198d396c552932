"""Of policies: one calendar is the same by whatever name, and a book of one is its policy."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import SLA_ANSWERS, Question, questions
from slaclock import columns

FEWER = settings(max_examples=max(settings.default.max_examples // 4, 1))
"""Each example is a report, a frame and up to three tickets, twice."""
PUBLIC = (
    "state", "priority", "kind", "started", "done", "due", "expected_from", "elapsed", "elapsed_days", "remaining",
    "consumed", "breached_at", "milestones", "target", "why",
)  # fmt: skip


def answers(question: Question, policy: Any) -> list[Any]:
    """All that is said of each ticket, and the rows of its ledgers; or what is wrong with it."""
    said: list[Any] = []
    for record in question.records:
        try:
            a = sc.assess(histories.ticket_of(record), policy, at=question.at, measure=question.measure)
        except sc.SlaClockError as error:
            event("an error")
            said.append((type(error), error.problem))
            continue
        event(a.state)
        ledgers = [a.explain(to) for to in ("due", "now")]  # type: ignore[arg-type]
        said.append([*(getattr(a, name) for name in PUBLIC), *((of.rows, of.verdict) for of in ledgers)])
    return said


def table(question: Question, policy: Any) -> list[Any] | tuple[Any, ...]:
    """The answers of the columns, or what is wrong."""
    frame, sides = question.frames()
    try:
        answered = columns.assess(frame, policy, **question.options(), **sides)
    except sc.SlaClockError as error:
        return type(error), error.problem, error.row
    return answered.select(SLA_ANSWERS).rows()


def report(question: Question, policy: Any, *left_out: str) -> Any:
    """The report as plain values, or what is wrong."""
    frame, sides = question.frames()
    try:
        values = sc.report(frame, policy, **question.options(), **sides).to_dict()
    except sc.SlaClockError as error:
        return type(error), error.problem, error.row
    for worst in values["worst"]:
        del worst["calendar"]  # the name may be another
    return {name: value for name, value in values.items() if name not in left_out}


def check_alike(question: Question, one: Any, other: Any, *left_out: str) -> None:
    assert answers(question, one) == answers(question, other)
    assert table(question, one) == table(question, other)
    assert report(question, one, *left_out) == report(question, other, *left_out)


@FEWER
@given(question=questions(calls=True), data=st.data())
def test_a_calendar_that_all_targets_name_counts_as_the_main_one_would(question, data):
    drawn = json.loads(data.draw(st.sampled_from(question.service.policies)).to_json())
    kinds = {kind: unnamed(of) for kind, of in drawn["targets"].items()}
    main = sc.Policy.model_validate(drawn | {"calendars": {}, "targets": kinds})
    zone = main.calendar.zone.key  # which is the policy's: for coverage, and in which answers are
    other = sc.WorkingCalendar.parse(
        data.draw(st.sampled_from(["24/7", "Tu 10:00-11:00"])), timezone=zone, day_rule="close-of-business"
    )
    tables = {
        "one": drawn["calendar"],
        "two": data.draw(st.sampled_from(["one", "one | one", "one & (one | main)", "one - (one - one)"])),
    }
    names = st.sampled_from([*tables])
    named = {kind: {"calendar": data.draw(names), **of} for kind, of in kinds.items()}
    for of in named.values():
        for word, entry in of.items():
            if word in ("resolve", "respond") and data.draw(st.booleans()):
                of[word] = {"within": entry, "calendar": data.draw(names)}
            elif word != "calendar" and isinstance(entry, dict) and data.draw(st.booleans()):
                of[word] = {**entry, "calendar": data.draw(names)}
    by_name = sc.Policy.model_validate(drawn | {"calendar": other, "calendars": tables, "targets": named})
    # The names may differ; and for how long a reason kept tickets waiting is counted on the policy's own calendar.
    check_alike(question, main, by_name, "calendars", "pauses")


def unnamed(targets: dict[str, Any]) -> dict[str, Any]:
    """The targets of a kind, or of a priority, without the names of calendars."""
    return {
        word: entry["within"]
        if isinstance(entry, dict) and "within" in entry
        else unnamed(entry)
        if isinstance(entry, dict)
        else entry
        for word, entry in targets.items()
        if word != "calendar"
    }


@FEWER
@given(question=questions(calls=True), data=st.data())
def test_a_book_of_one_is_its_policy(question, data):
    drawn = data.draw(st.sampled_from(question.service.policies))
    policy = drawn.model_copy(update={"in_force_from": None, "applies_to": {}})
    check_alike(question, policy, sc.PolicyBook([policy]))
