"""A second implementation of the cycles of a ticket as of an instant, slow and obvious, from the semantics alone.

It walks through the instants of a ticket's life one by one and notes what starts and what ends at each. A cycle is an
item like a ticket, opened at its start with what held then and done at its end: so a plain stand-in ticket is made for
it, and `oracle_tickets` judges that, with the target of the measure in the place of that of `resolve`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import partial
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import oracle
import oracle_tickets
from oracle import MICROSECOND
from oracle_tickets import Answer, Life, Policy, Refused, TargetClock, utc

OWN = ("opened", "responded", "resolved", "reopened", "cancelled")


@dataclass(frozen=True)
class Measure:
    """When the clock of a measure runs; `pauses` are the reasons that stop it, None where the policy's list says so."""

    name: str
    starts: Sequence[str] = ()
    ends: Sequence[str] = ()
    holds: Mapping[str, Sequence[str]] = field(default_factory=dict)
    cycles: str = "resume"
    oldest: str = "oldest"
    next: str = "event"
    pauses: Sequence[str] | None = None


REPLY = Measure("reply", ["asked"], ["answered", "resolved"], cycles="each")
UPDATE = Measure("update", ["opened", "answered", "reopened"], ["answered", "resolved"], cycles="each")


@dataclass
class Cycle:
    """From `start` to `end`, none where it runs; `cancelled` where a cancellation ended it.

    `by_due` if it starts at the due instant of the one before. `answer` is how it stands.
    """

    start: datetime
    end: datetime | None = None
    cancelled: bool = False
    by_due: bool = False
    answer: Answer | None = None


@dataclass
class Cycles:
    """The answer for a measure, and all cycles that are known; for a clock of many cycles their answer is that one.

    `number` is that of the cycle that is judged.
    """

    answer: Answer
    cycles: list[Cycle]
    number: int | None = None


# The calendar after a due date


class FromDue:
    """A calendar for what starts at a due date: days count from the day of that, and no cut-off puts it off."""

    def __init__(self, calendar: oracle.Calendar, due: datetime) -> None:
        self.calendar, self.due, self.day = calendar, due, day_of_due(calendar, due)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.calendar, name)

    def as_known(self, at: datetime) -> FromDue:
        return FromDue(self.calendar.as_known(at), self.due)

    def day_open_at(self, at: datetime) -> date | None:
        return self.day if at == self.due else self.calendar.day_open_at(at)

    def wall(self, day: date, minute: int) -> datetime:
        """The cut-off of the due date's day comes after the due date."""
        wall = self.calendar.wall(day, minute)
        return max(wall, self.due + MICROSECOND) if day == self.calendar.local_date(self.due) else wall


def day_of_due(calendar: oracle.Calendar, due: datetime) -> date:
    """The day to which a due date belongs: at a closing that of what closes, out of hours its own."""
    near = [due.date() + oracle.timedelta(days=more) for more in range(-3, 4)]
    closing = [day for day in near if any(a < due <= b for a, b in calendar.pieces(day))]
    return closing[0] if closing else calendar.day_open_at(due) or calendar.local_date(due)


# A ticket with its measure


def own_events(life: Life) -> list[tuple[datetime, str]]:
    """Resolutions, reopenings and the cancellation, in their order; at one instant this comes first."""
    own = [(at, name) for pair in life.reopenings for at, name in zip(pair, ("resolved", "reopened"), strict=True)]
    if life.ticket.resolved is not None:
        own.append((oracle.utc(life.ticket.resolved), "resolved"))
    if life.cancelled is not None:
        place = next((n for n, (at, _) in enumerate(own) if at >= life.cancelled), len(own))
        own.insert(place, (life.cancelled, "cancelled"))
    return own


class Tale:
    """What becomes of a measure of a ticket, as far as is known at `now`."""

    def __init__(self, ticket: Any, policy: Policy, measure: Measure, now: datetime) -> None:
        self.ticket, self.measure, self.now = ticket, measure, now
        self.life = Life(ticket, {})
        self.policy = policy_of(policy, measure)
        answered = [oracle.utc(e.at) for e in ticket.events if e.name == "answered"]
        self.answered = sorted({at for at in (utc(ticket.responded), *answered) if at is not None})
        self.response = min([*self.answered, *self._resolutions_that_answer()], default=None)

    def _resolutions_that_answer(self) -> list[datetime]:
        """What was resolved while it was withdrawn is no answer."""
        answers, closed_by = [], ""
        for at, name in own_events(self.life):
            if name == "resolved" and not closed_by:
                answers.append(at)
            closed_by = "" if name == "reopened" else closed_by or name
        return answers

    def events_at(self, at: datetime) -> set[str]:
        """What happens at an instant, but for resolutions, reopenings and the cancellation."""
        names = {event.name for event in self.ticket.events if oracle.utc(event.at) == at}
        names |= {"answered"} if at in self.answered else set()
        names |= {"responded"} if at == self.response else set()
        return names

    def instants(self) -> set[datetime]:
        """Every instant at which something happens, known or not."""
        edges = {edge for start, end, _ in self.life.pauses for edge in (start, end)}
        own = {at for at, _ in own_events(self.life)}
        events = {oracle.utc(event.at) for event in self.ticket.events} | set(self.answered)
        some = {self.life.opened, *edges, *own, *events, *(at for at, _, _ in self.life.changes)}
        return {at for at in some if at is not None and self.life.opened <= at <= self.now}

    # While a condition holds

    def holds(self, at: datetime, *, before_own: bool) -> bool:
        """Whether all of the conditions hold; `before_own` without what a resolution at that instant ends."""
        return all(
            self.waits(values, at, before_own) if name == "pause" else self.attribute(name, at) in values
            for name, values in self.measure.holds.items()
        )

    def waits(self, reasons: Sequence[str], at: datetime, before_own: bool) -> bool:
        for start, end, reason in self.life.pauses:
            ends = [r for r in self.life.resolutions if start <= r and not (before_own and r == at)]
            ends += [] if end is None else [end]
            if reason in reasons and start <= at and all(at < end for end in ends):
                return True
        return False

    def attribute(self, name: str, at: datetime) -> str | None:
        value = self.ticket.attributes.get(name)
        for when, changed, to in self.life.changes:
            if changed == name and when <= at:
                value = to
        return value

    # Stand-ins

    def item(self, cycles: Sequence[Cycle]) -> SimpleNamespace:
        """The ticket that stands for one cycle, or for several that are one clock."""
        first, last = cycles[0], cycles[-1]
        values = self.life.fields_at(first.start)
        changes = [
            SimpleNamespace(at=aware(at), field=name, to=to) for at, name, to in self.life.changes if at > first.start
        ]
        breaks = [(one.end, other.start) for one, other in pairwise(cycles) if one.end != other.start]
        cancelled = next((cycle.end for cycle in cycles if cycle.cancelled), None)
        return SimpleNamespace(
            **values,
            attributes={},
            opened=aware(first.start),
            events=[],
            responded=None,
            resolved=None if last.end is None or last.cancelled else aware(last.end),
            cancelled=None if cancelled is None else aware(cancelled),
            changes=changes,
            reopenings=[SimpleNamespace(resolved=aware(a), reopened=aware(b)) for a, b in breaks],
            pauses=[SimpleNamespace(start=aware(a), end=aware(b), reason=r) for a, b, r in self.pauses_in(cycles)],
        )

    def pauses_in(self, cycles: Sequence[Cycle]) -> Iterator[tuple[datetime, datetime | None, str]]:
        """The pauses that lie in the cycles, in pieces, since only the ticket's own resolutions end one for good."""
        for start, end, reason in self.life.pauses:
            ends = [r for r in self.life.resolutions if start <= r] + ([] if end is None else [end])
            ended = min(ends, default=None)
            if reason not in self.policy.pauses:
                yield start, end, reason
                continue
            for cycle in cycles:
                a = max(start, cycle.start)
                b = ended if cycle.end is None else min(cycle.end, ended or cycle.end)
                if b is None or a < b:
                    yield a, b, reason

    def judged(self, *cycles: Cycle) -> Answer:
        """How one cycle stands, or several that are one clock."""
        policy = self.policy_for(cycles[0])
        return oracle_tickets.as_of(self.item(cycles), [policy], aware(self.now), "resolve")

    def policy_for(self, cycle: Cycle) -> Policy:
        """The policy for a cycle: of one that starts at a due date days count from that."""
        if not cycle.by_due:
            return self.policy
        calendars = {name: FromDue(own, cycle.start) for name, own in self.policy.calendars.items()}
        return replace(self.policy, calendar=FromDue(self.policy.calendar, cycle.start), calendars=calendars)

    def breached(self, running: Cycle, at: datetime) -> bool:
        """Whether a cycle is breached at an instant, by what was known then and by the first priority."""
        return self.judged(replace(running, end=at)).state == "breached"


# The walk


class Walk:
    """A walk through the instants of a ticket's life, that notes each cycle as it begins and ends."""

    def __init__(self, tale: Tale) -> None:
        self.tale, self.rule = tale, tale.measure
        self.cycles: list[Cycle] = []
        self.running: Cycle | None = None
        self.ended: Cycle | None = None  # at the instant that is looked at
        self.waiting: datetime | None = None  # the due instant at which the next one starts
        self.is_open = True

    def to_the_end(self) -> list[Cycle]:
        own, instants = own_events(self.tale.life), self.tale.instants()
        while instants:
            at = min(instants)
            instants.remove(at)
            names = self.tale.events_at(at)
            if at == self.tale.life.opened and "opened" in self.rule.starts:
                self.begin(at)
            self.end(names, at)
            for _, name in [event for event in own if event[0] == at]:
                names.add(name)
                self.close_or_open(name, at)
            if self.is_open:
                self.start(names, at)
            if self.waiting is not None and at < self.waiting <= self.tale.now:
                instants.add(self.waiting)
        return self.cycles

    def begin(self, at: datetime, *, by_due: bool = False) -> None:
        self.running, self.waiting = Cycle(at, by_due=by_due), None
        self.cycles.append(self.running)

    def end(self, names: set[str], at: datetime) -> None:
        """The events that end a cycle, or a condition that no longer holds."""
        self.ended = None
        over = names & set(self.rule.ends) or (self.rule.holds and not self.tale.holds(at, before_own=True))
        if self.running and over:
            self.running.end = at
            self.running, self.ended = None, self.running

    def close_or_open(self, name: str, at: datetime) -> None:
        """A resolution or the cancellation, which end every cycle, or a reopening."""
        self.is_open = name == "reopened"
        if not self.is_open:
            self.waiting = self.ended = None
            if self.running:
                self.running.end, self.running.cancelled = at, name == "cancelled"
                self.running = None
        elif self.rule.cycles == "first" and self.cycles and self.cycles[-1].cancelled:
            self.begin(at)  # as if it had not been cancelled

    def start(self, names: set[str], at: datetime) -> None:
        if self.waiting == at:
            self.begin(at, by_due=True)
        elif not self.starts(names, at) or self.waiting is not None:
            return
        elif self.running is not None:
            if self.rule.oldest == "newest" and not self.tale.breached(self.running, at):
                self.running.start, self.running.by_due = at, False
        else:
            goes_on = self.ended is not None and names & set(self.rule.starts) & set(self.rule.ends)
            due = self.tale.judged(self.ended).due if goes_on and self.rule.next == "due" else None
            if due is not None and due > at:
                self.waiting = due
            else:
                self.begin(at, by_due=due == at)

    def starts(self, names: set[str], at: datetime) -> bool:
        if self.rule.holds:
            return self.tale.holds(at, before_own=False)
        response = self.tale.response
        if self.rule.name == "reply" and (response is None or at < response):
            names = names - {"asked"}  # it belongs to the response
        return bool(names & set(self.rule.starts))


def aware(at: datetime | None) -> datetime | None:
    return None if at is None else at.replace(tzinfo=UTC)


def policy_of(policy: Policy, measure: Measure) -> Policy:
    """The policy for stand-ins: the targets of the measure are those of `resolve`, and every ticket is covered."""
    targets = {
        kind: {
            priority: {"resolve": own[measure.name]} if measure.name in own else {} for priority, own in table.items()
        }
        for kind, table in policy.targets.items()
    }
    reasons = {*policy.pauses, *(measure.pauses or ()), *measure.holds.get("pause", ())}
    stops = {
        reason: measure.name in policy.pauses.get(reason, ()) if measure.pauses is None else reason in measure.pauses
        for reason in reasons
    }
    named = {
        place if len(place) < 3 else (*place[:2], "resolve"): name
        for place, name in policy.named.items()
        if len(place) < 3 or place[2] == measure.name
    }
    own_pauses = {
        (*place[:2], "resolve"): reasons for place, reasons in policy.own_pauses.items() if place[2] == measure.name
    }
    return replace(
        policy,
        own_pauses=own_pauses,
        targets=targets,
        pauses={reason: ("resolve",) if stopped else () for reason, stopped in stops.items()},
        named=named,
        coverage=[],
        in_force_from=None,
        applies_to={},
        reopening="resume",
    )


# The answer


def cycles_as_of(ticket: Any, book: Sequence[Policy], at: datetime, measure: Measure) -> Cycles:
    """How a measure of a ticket stands at an instant, and its cycles."""
    now, life = oracle.utc(at), Life(ticket, {})
    if now < life.opened:
        raise Refused("NotYetOpenedError")
    policy = oracle_tickets.policy_for(life, book)
    if policy is None:
        return Cycles(Answer("not-covered", life.fields_at(now)["priority"]), [])
    tale = Tale(ticket, policy, measure, now)
    known = cycles_of(tale)
    if not oracle_tickets.covered(policy, life):
        return Cycles(Answer("not-covered", known.answer.priority), [])
    return known


def cycles_of(tale: Tale) -> Cycles:
    """The answer under a policy that covers the ticket."""
    measure = tale.measure
    if measure.next == "grid":
        return of_grids(tale)
    cycles = Walk(tale).to_the_end()
    if not cycles:
        return Cycles(before_any(tale), [])
    if measure.cycles == "first":
        cycles = cycles[:2] if cycles[0].cancelled else cycles[:1]
    elif measure.cycles == "latest":
        cycles = cycles[-1:]
    if measure.cycles in ("first", "resume"):
        whole = Cycle(cycles[0].start, cycles[-1].end, cycles[-1].cancelled)
        whole.answer = tale.judged(*cycles)
        return Cycles(whole.answer, [whole], 1)
    answer = tale.judged(cycles[-1])
    for cycle in cycles:
        cycle.answer = tale.judged(cycle)
    return Cycles(answer, cycles, len(cycles))


def before_any(tale: Tale) -> Answer:
    """How a measure stands of which no cycle has begun."""
    life, policy, now = tale.life, tale.policy, tale.now
    oracle_tickets.check_words(life, policy, "resolve", now)
    values = life.fields_at(now)
    priority = oracle_tickets.priority_of(policy, values)
    answer = Answer("not-started", priority)
    cancelled = life.cancelled
    if values["category"] in policy.exclusions:
        answer.state = "excluded"
    elif cancelled and cancelled <= now and not any(cancelled <= reopened <= now for _, reopened in life.reopenings):
        answer.state = "cancelled"
    elif oracle_tickets.target_of(policy, values["kind"], priority, "resolve", False) is None:
        answer.state = "no-target"
    return answer


# Grids


def of_grids(tale: Tale) -> Cycles:
    """The cycles between the lines of grids, of which each reopening begins one."""
    cycles: list[Cycle] = []
    for start, closing in stretches(tale):
        cycles += grid(tale, start, closing)
    if not cycles:
        return Cycles(before_any(tale), [])
    return Cycles(cycles[-1].answer, cycles, len(cycles))


def stretches(tale: Tale) -> list[tuple[datetime, tuple[datetime, str] | None]]:
    """From the first start on an open ticket to what closes it, if anything does."""
    known: list[tuple[datetime, tuple[datetime, str] | None]] = []
    starts, own, is_open, start = set(tale.measure.starts), own_events(tale.life), True, None
    for at in sorted(tale.instants()):
        names = tale.events_at(at)
        if at == tale.life.opened and "opened" in starts:
            start = at
        for _, name in [event for event in own if event[0] == at]:
            names.add(name)
            is_open = name == "reopened"
            if not is_open and start is not None:
                known.append((start, (at, name)))
                start = None
        if is_open and start is None and names & starts:
            start = at
    return known if start is None else [*known, (start, None)]


def grid(tale: Tale, start: datetime, closing: tuple[datetime, str] | None) -> list[Cycle]:
    """The cycles of one stretch, line by line."""
    first, count, cycles = Cycle(start), 1, [Cycle(start)]
    over = tale.now if closing is None else closing[0]
    while True:
        cycle = cycles[-1]
        ends = set(tale.measure.ends)
        events = [at for at in tale.instants() if cycle.start < at <= over and tale.events_at(at) & ends]
        events += [over] if closing and closing[1] == "resolved" else []
        event = min(events, default=None)
        judged, line = on_the_line(tale, first, count, cycle, event or over)
        if event is not None and judged.target is None:  # what is promised later may be met by what was done before
            judged, line = on_the_line(tale, first, count, cycle, over)
            if judged.target is None:  # only what closes the ticket ends it
                event = over if closing and closing[1] == "resolved" else None
        finish(tale, cycle, judged, line, event, closing)
        if line is None or line >= tale.now or (closing is not None and over <= line):
            return cycles
        cycles.append(Cycle(line, by_due=True))
        after = oracle_tickets.held(life_of(tale, cycles[-1]), tale.policy, "resolve", line, tale.now)[-1]
        changed = judged.since != cycle.start or (after.kind, after.priority) != (judged.kind, judged.priority)
        first, count = (cycles[-1], 1) if changed else (first, count + 1)


def on_the_line(
    tale: Tale, first: Cycle, count: int, cycle: Cycle, until: datetime
) -> tuple[oracle_tickets.Segment, datetime | None]:
    """The target by which a cycle of a grid is judged, and the line at which it ends.

    It is that of so many intervals from the first one, or where the target changes before it that of any other cycle.
    """
    life, policy = life_of(tale, cycle), tale.policy_for(cycle)
    stopped = partial(life.stopped, policy, "resolve", seen=tale.now, ended=False)
    judged = oracle_tickets.held(life, policy, "resolve", cycle.start, tale.now)[-1]
    line = line_of(tale, first, count, judged)
    for turn in life.turns(life.opened, min(tale.now, until)):
        if line is not None and turn > line:
            break
        segments = oracle_tickets.held(life, policy, "resolve", turn, tale.now)
        if (segments[-1].kind, segments[-1].priority) != (judged.kind, judged.priority):
            oracle_tickets.with_due_dates(policy, segments, stopped)
            judged = segments[-1]
            line = judged.due
    return judged, line


def line_of(tale: Tale, first: Cycle, number: int, judged: oracle_tickets.Segment) -> datetime | None:
    """The deadline of so many intervals after the start of the first."""
    if judged.target is None:
        return None
    policy, life = tale.policy_for(first), life_of(tale, first)
    calendar = oracle_tickets.calendar_named(policy, judged.calendar)
    target = replace(judged.target, amount=judged.target.amount * number)
    pauses = life.stopped(policy, "resolve", judged, tale.now, ended=False)
    return TargetClock(calendar, target, first.start).due(1, pauses)


def finish(
    tale: Tale,
    cycle: Cycle,
    judged: oracle_tickets.Segment,
    line: datetime | None,
    event: datetime | None,
    closing: tuple[datetime, str] | None,
) -> None:
    """Say how a cycle of a grid ends, and how it stands."""
    over = tale.now if closing is None else closing[0]
    strict = judged.target is not None and judged.target.strict
    if event is not None and (line is None or event <= line):
        cycle.end = event
    elif line is not None and (line < over or (line == tale.now and closing is None and strict)):
        cycle.end = line
        oracle_tickets.check_words(Life(tale.item([cycle]), {}), tale.policy, "resolve", line)
        begun = max(judged.since, line if strict else line + MICROSECOND)
        cycle.answer = Answer("breached", judged.priority, None, judged, line, breached_at=begun)
        if tale.life.fields_at(line)["category"] in tale.policy.exclusions:
            cycle.answer = Answer("excluded", judged.priority)
        return
    elif closing is not None:
        cycle.end, cycle.cancelled = over, True
    cycle.answer = tale.judged(cycle)
    if cycle.end is None and cycle.answer.segment:
        cycle.answer.due = line
        if cycle.answer.expected_from is not None:  # by lengths that are rounded one by one it may come after the line
            cycle.answer.expected_from = min(cycle.answer.expected_from, line)


def life_of(tale: Tale, cycle: Cycle) -> Life:
    """The life of an item that goes on, without pauses for reasons that the policy does not know."""
    life = Life(tale.item([Cycle(cycle.start)]), {})
    life.pauses = [pause for pause in life.pauses if pause[2] in tale.policy.pauses]
    return life
