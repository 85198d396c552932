"""Every figure of a report is a recount by one assessment after another, whatever tickets are told apart by."""

from __future__ import annotations

from collections import Counter

from hypothesis import event, given, settings
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import questions
from slaclock.policy.attributes import FIELDS
from slaclock.policy.book import main_policy

FEWER = settings(max_examples=max(settings.default.max_examples // 8, 1))
NAMES = ("category", "team", "impact", "kind", "priority", "month", "quarter", "year")
INSTANTS = {"opened": "opened", "due": "due", "resolved": "ended"}


def value_of(a: sc.Assessment, name: str, by: str, main: sc.Policy) -> str | None:
    """What a ticket had when its item was done, or has: what it opened with, and then the last change that is known."""
    if name in ("month", "quarter", "year"):
        at = getattr(a, INSTANTS[by]) if a.is_cycle or by != "resolved" else a.done
        if at is None:
            return None
        (own,) = [period for period in main.year(at).split_into(name) if at in period]
        return own.label
    if name in ("kind", "priority"):
        return getattr(a, name)
    ticket = a.ticket
    value = getattr(ticket, name) if name in FIELDS else ticket.attributes.get(name)
    for change in ticket.changes:
        if change.field == name and change.at <= (a.done or a.at):
            value = change.to
    return value


@FEWER
@given(
    questions(),
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=3, unique=True),
    st.sampled_from([*INSTANTS]),
)
def test_figures_by_any_names_are_a_recount(question, names, by):
    main = main_policy(question.policy)
    try:
        tickets = [histories.ticket_of(record) for record in question.records]
        report = sc.report(tickets, question.policy, split=names, by=by, **question.options())
    except sc.SlaClockError as error:
        event(type(error).__name__)
        return
    items = [
        a
        for own in tickets
        if own.opened <= question.at
        for a in sc.assess(own, question.policy, **question.options()).items
    ]
    counted = Counter((tuple(value_of(a, name, by, main) for name in names), a.state) for a in items)
    assert report.split == tuple(names)
    made = {
        (own.values, state): count for own in report.by_split for state, count in own.figures.counts.items() if count
    }
    assert made == counted
    for own in report.by_split:
        mine = [a for a in items if tuple(value_of(a, name, by, main) for name in names) == own.values]
        took = sorted(a.elapsed for a in mine if a.state in ("met", "breached") and a.done is not None)
        assert (own.figures.spread and own.figures.spread.median) == (took[(len(took) - 1) // 2] if took else None)
    event("counted")
