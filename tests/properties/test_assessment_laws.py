"""The laws of assessments and ledgers, on drawn tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

import slaclock as sc
from drawn import Both, calendars, instants, lengths, pause_lists, targets
from slaclock.tickets.ledger_lines import lines_of

ZERO = timedelta(0)
PUBLIC = (
    "state",
    "due",
    "expected_from",
    "elapsed",
    "elapsed_days",
    "remaining",
    "over",
    "note",
    "consumed",
    "done",
    "milestones",
    "priority",
    "started",
)


@dataclass(frozen=True)
class Drawn:
    both: Both
    policy: sc.Policy
    ticket: sc.Ticket
    at: datetime


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC)


@st.composite
def cases(draw: st.DrawFn, only_hours: bool = False) -> Drawn:
    both = draw(calendars(rules=True))
    of = {name: targets(both).map(lambda drawn: drawn.target) for name in ("P1", "P2")}
    if only_hours:
        of = dict.fromkeys(of, lengths.map(lambda length: sc.Target(length // timedelta(microseconds=1))))
    policy = sc.Policy(
        name="drawn",
        calendar=both.product,
        targets={"incident": {name: {"resolve": draw(target), "respond": "1 hour"} for name, target in of.items()}},
        pauses={"supplier": ["resolve"], "user": ["resolve", "respond"], "lunch": []},
        rules={
            "priority_change": draw(st.sampled_from(["from-opening", "restart", "carry"])),
            "reopening": draw(st.sampled_from(["resume", "restart"])),
        },
    )
    opened = draw(instants())
    reasons = st.sampled_from(["supplier", "user", "lunch"])
    pauses = [sc.Pause(start=a, end=b, reason=draw(reasons)) for a, b in draw(pause_lists(opened))]
    moments = utc(opened)
    reopenings = []
    for _ in range(draw(st.integers(0, 2))):
        resolved = moments + draw(lengths)
        moments = resolved + draw(lengths)
        reopenings.append(sc.Reopening(resolved=resolved, reopened=moments))
    ticket = sc.Ticket(
        id="T",
        priority=draw(st.sampled_from(["P1", "P2"])),
        opened=opened,
        responded=draw(st.one_of(st.none(), lengths.map(lambda length: utc(opened) + length))),
        resolved=draw(st.one_of(st.none(), lengths.map(lambda length: moments + length))),
        pauses=pauses,
        reopenings=reopenings,
        changes=[
            {"at": utc(opened) + length, "field": "priority", "to": draw(st.sampled_from(["P1", "P2"]))}
            for length in sorted(draw(st.lists(lengths, max_size=2)))
        ],
    )
    return Drawn(both, policy, ticket, utc(opened) + draw(lengths) + draw(lengths))


def known_by(ticket: sc.Ticket, at: datetime) -> sc.Ticket:
    """The ticket with everything after `at` taken out of its records."""

    def past(when: datetime | None) -> datetime | None:
        return when if when is not None and utc(when) <= at else None

    reopenings, resolved = [], ticket.resolved
    for each in ticket.reopenings:
        if past(each.reopened) is None:
            resolved = each.resolved
            break
        reopenings.append(each)
    return ticket.model_copy(
        update={
            "responded": past(ticket.responded),
            "resolved": past(resolved),
            "pauses": [p.model_copy(update={"end": past(p.end)}) for p in ticket.pauses if past(p.start)],
            "reopenings": reopenings,
            "changes": [change for change in ticket.changes if past(change.at)],
        }
    )


def answers(assessment: sc.Assessment) -> dict[str, object]:
    return {name: getattr(assessment, name) for name in PUBLIC}


@given(cases(), st.sampled_from(["resolve", "respond"]))
def test_nothing_after_the_instant_is_seen(case, measure):
    now = sc.assess(case.ticket, case.policy, at=case.at, measure=measure)
    truncated = sc.assess(known_by(case.ticket, case.at), case.policy, at=case.at, measure=measure)
    assert answers(now) == answers(truncated)
    assert str(now.explain()) == str(truncated.explain())


@given(cases(), lengths)
def test_done_work_stays_as_it_is(case, later):
    ticket = case.ticket.model_copy(update={"reopenings": (), "resolved": case.at})
    first = sc.assess(ticket, case.policy, at=case.at)
    assert first.state in ("met", "breached")
    assert answers(sc.assess(ticket, case.policy, at=case.at + later)) == answers(first)


@given(cases())
def test_the_state_is_what_the_instants_say(case):
    a = sc.assess(case.ticket, case.policy, at=case.at)
    judged = utc(a.done) if a.done else case.at
    missed = a.due is not None and (judged >= utc(a.due) if a.target.strict else judged > utc(a.due))
    assert (a.state == "breached") == missed
    assert (a.state == "met") == (a.done is not None and not missed)
    if a.state == "paused":
        assert a.done is None
    if a.due is None:
        assert a.state == "paused"
    elif a.state != "breached":
        assert a.remaining >= ZERO
    else:
        assert a.remaining <= ZERO


@given(cases(), st.sampled_from(["due", "now"]), st.integers(4, 60))
def test_few_lines_tell_what_all_rows_of_a_ledger_do(case, to, most):
    ledger = sc.assess(case.ticket, case.policy, at=case.at).explain(to)
    lines = lines_of(ledger, most)
    assert len(lines) <= min(most, len(ledger))
    assert [line.start for line in lines[:1]] == [row.start for row in ledger.rows[:1]]
    assert [line.end for line in lines[-1:]] == [row.end for row in ledger.rows[-1:]]
    assert all(x.end == y.start for x, y in pairwise(lines))
    totals = {row.end: row.total for row in ledger}
    total = ZERO
    for line in lines:
        assert line.length == ZERO or line.kind == "counted"
        total += line.length
        assert line.total == total == totals[line.end]


@given(cases(), st.sampled_from(["due", "now"]), st.sampled_from(["resolve", "respond"]))
def test_the_ledger_tiles_time_and_its_counted_rows_sum_to_elapsed(case, to, measure):
    a = sc.assess(case.ticket, case.policy, at=case.at, measure=measure)
    ledger = a.explain(to)
    judged = utc(a.done) if a.done else case.at
    end = judged if to == "now" or a.due is None else utc(a.due)
    end = max(end, utc(a.started))  # after a cut-off the clock may start later than it is asked about
    rows = ledger.rows
    if not rows:
        assert utc(a.started) == end
    else:
        assert (utc(rows[0].start), utc(rows[-1].end)) == (utc(a.started), end)
        assert all(x.end == y.start for x, y in pairwise(rows))
        assert all(utc(row.start) < utc(row.end) for row in rows)
    total = ZERO
    for row in rows:
        assert row.length == ((utc(row.end) - utc(row.start)) if row.counted else ZERO)
        total += row.length
        assert row.total == total
        assert not row.counted or case.policy.calendar.is_open(row.start)
    so_far = sum((row.length for row in rows if utc(row.end) <= judged), ZERO)
    if end >= judged:
        assert so_far == a.elapsed
    else:
        assert so_far == ledger.total <= a.elapsed


@given(cases())
def test_what_stops_nothing_changes_nothing(case):
    lunch = [p for p in case.ticket.pauses if p.reason == "lunch"]
    without = case.ticket.model_copy(update={"pauses": [p for p in case.ticket.pauses if p not in lunch]})
    assert answers(sc.assess(case.ticket, case.policy, at=case.at)) == answers(
        sc.assess(without, case.policy, at=case.at)
    )


@given(cases(only_hours=True))
def test_milestones_come_in_order_and_the_last_is_the_due_date(case):
    a = sc.assess(case.ticket, case.policy, at=case.at)
    found = a.milestones_at(0, 25, 50, 75, 90, 100)
    known = [utc(m.at) for m in found if m.at is not None]
    assert known == sorted(known)
    assert found[-1].at == a.due
    assert [m.reached for m in found] == [
        m.at is not None and utc(m.at) <= (utc(a.done) if a.done else case.at) for m in found
    ]


@given(cases(only_hours=True))
def test_consumed_is_elapsed_over_the_target(case):
    a = sc.assess(case.ticket, case.policy, at=case.at)
    assume(a.target.high)
    # What was carried is a share of another target.
    assume(case.policy.rules.priority_change != "carry" or not case.ticket.changes)
    assert a.consumed == (a.elapsed // timedelta(microseconds=1)) / a.target.high


@given(cases(only_hours=True))
def test_what_has_run_and_what_is_left_make_up_the_target_or_the_note_says_why(case):
    a = sc.assess(case.ticket, case.policy, at=case.at)
    assume(case.policy.rules.priority_change != "carry" or not case.ticket.changes)
    target = timedelta(microseconds=a.target.high)
    assert a.over == max(a.elapsed - target, ZERO)
    assert (a.note is None) == (a.elapsed + a.remaining == target)
    assert (a.note is None) == (a.over == max(-a.remaining, ZERO))


@given(cases())
def test_assess_and_the_plain_functions_agree(case):
    plain = case.ticket.model_copy(update={"reopenings": (), "changes": (), "resolved": None})
    a = sc.assess(plain, case.policy, at=case.at)
    stopping = [
        (p.start, None if p.end is None or utc(p.end) > case.at else p.end)
        for p in plain.pauses
        if p.reason != "lunch" and utc(p.start) <= case.at
    ]
    calendar, opened = case.policy.calendar, plain.opened
    due = sc.deadline(opened, a.target, calendar=calendar, pauses=stopping)
    assert (a.due and a.due.astimezone(UTC)) == (due and due.astimezone(UTC))  # by instant, not by wall clock
    assert (utc(a.started) > utc(opened)) <= (a.target.unit == "days" and calendar.cutoff is not None)
    begun = min(utc(a.started), case.at)
    assert a.elapsed == sc.elapsed(begun, case.at, calendar=calendar, pauses=stopping)
    assert a.elapsed_days == sc.elapsed_days(begun, case.at, calendar=calendar, pauses=stopping)
    assert a.remaining == sc.remaining(opened, a.target, calendar=calendar, at=case.at, pauses=stopping)
    assert (a.state == "breached") == sc.is_breached(opened, a.target, calendar=calendar, at=case.at, pauses=stopping)
