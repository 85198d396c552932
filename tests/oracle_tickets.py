"""A second implementation of a ticket as of an instant, slow and obvious, written from the semantics alone.

It takes the plain values of a ticket's fields and shares no code with the product. What a ticket is at an instant is
worked out from nothing but what had happened by then; whether a breach stands is found by asking the same question
again at every instant at which the answer may have changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import partial
from math import ceil
from typing import Any

import oracle
from oracle import MICROSECOND, ZERO

MATRIX_FIELDS = ("priority", "impact", "urgency")
Pauses = list[tuple[datetime, datetime | None]]


class Refused(Exception):
    """There is no answer; the text is the name of the error that the product has for it."""


@dataclass(frozen=True)
class Target:
    """`kind` is hours, days or wall; `amount` a timedelta, or a Fraction of days; `by` a moment of the last day.

    That of a window begins when as much as its `low` is used up.
    """

    kind: str
    amount: Any
    by: str | None = None
    strict: bool = False
    low: Any = None


@dataclass
class Policy:
    """`targets` by kind, priority (None: of the kind as a whole) and measure; a target of None is the word none.

    `named` are the names of calendars that are given: by kind, by kind and priority, or by kind, priority and measure.
    `own_pauses` are the reasons that stop a target, by these three, in the place of those that stop its measure.
    """

    calendar: oracle.Calendar
    targets: dict[str, dict[str | None, dict[str, Target | None]]]
    pauses: dict[str, Sequence[str]]
    matrix: dict[str, dict[str, str]]
    exclusions: set[str]
    coverage: list[tuple[date, date]] = field(default_factory=list)
    priority_change: str = "from-opening"
    breach: str = "of-target"
    reopening: str = "resume"
    announced: str = "moves"
    known: datetime | str | None = None  # by what calendars are read, if not by the rule `announced`
    in_force_from: date | None = None
    applies_to: dict[str, Sequence[str]] = field(default_factory=dict)
    calendars: dict[str, oracle.Calendar] = field(default_factory=dict)
    named: dict[tuple[str | None, ...], str] = field(default_factory=dict)
    own_pauses: dict[tuple[str | None, ...], Sequence[str]] = field(default_factory=dict)

    @property
    def read_by(self) -> datetime | str:
        """By what was known at an instant, at the `opening` or as of `now`."""
        return self.known or ("opening" if self.announced == "keeps" else "now")

    def read(self, segment: Segment, seen: datetime) -> datetime:
        """The instant by whose knowledge the calendar of a target is read that is judged as of another."""
        known = {"opening": segment.start, "now": seen}
        return known.get(self.read_by, self.read_by)  # type: ignore[arg-type,return-value]

    def announced_at(self) -> set[datetime]:
        """The instants at which something of its calendars became known."""
        return {at for calendar in (self.calendar, *self.calendars.values()) for at in calendar.announcements()}

    def stops(self, measure: str, kind: str, priority: str | None) -> list[str]:
        """The reasons that stop the clock of a measure's target for a kind and a priority."""
        place = (kind, priority if measure in self.targets[kind].get(priority, {}) else None, measure)
        if place in self.own_pauses:
            return list(self.own_pauses[place])
        return [reason for reason, measures in self.pauses.items() if measure in measures]


@dataclass
class Answer:
    """How a measure stands; `segment` is the target in force by which it is judged, if there is one."""

    state: str
    priority: str | None
    done: datetime | None = None
    segment: Segment | None = None
    due: datetime | None = None
    elapsed: timedelta | None = None
    remaining: timedelta | None = None
    over: timedelta | None = None
    consumed: Fraction | None = None
    breached_at: datetime | None = None
    expected_from: datetime | None = None


@dataclass
class Segment:
    """The time from `since` to `until` in which one kind and priority held, and with them a target or none.

    The target is measured from `start`, on the calendar of a name; a share of it, `carried`, had been used before;
    `due` is when it is used up. The ticket's `first` priority carries nothing on. Nothing stops the clock of a due date
    that was agreed, which is `fixed`. What stops it is what does for the kind and priority of `opened_as`, if that is
    given, else for its own.
    """

    since: datetime
    until: datetime | None
    kind: str
    priority: str | None
    target: Target | None
    calendar: str
    start: datetime
    first: bool = False
    carried: Fraction = Fraction(0)
    due: datetime | None = None
    fixed: bool = False
    opened_as: tuple[str, str | None] | None = None
    known: datetime | None = None  # by what was known then its calendar is read


# Clocks of targets


@dataclass(frozen=True)
class TargetClock:
    """The clock of a target that arrives at an instant, on a calendar with some pauses."""

    calendar: oracle.Calendar
    target: Target
    arrived: datetime

    @property
    def start(self) -> datetime:
        """Where it starts: for days that arrive after a cut-off on the next working day."""
        return oracle.clock_start(self.calendar, self.arrived) if self.target.kind == "days" else self.arrived

    @property
    def named(self) -> datetime | None:
        """The instant that a day rule names."""
        names = self.target.by is not None or self.calendar.day_rule in ("same-time", "close-of-business")
        if self.target.kind != "days" or not names:
            return None
        return oracle.moment(self.calendar, self.start, int(self.target.amount), self.target.by)

    @property
    def in_days(self) -> bool:
        """Whether it is the clock of service days."""
        return self.target.kind == "days" and self.named is None and self.calendar.day_rule == "proportional"

    @property
    def amount(self) -> Any:
        """What is to be counted: a length of time, or a number of days on the clock of days."""
        if self.target.kind in ("hours", "wall") or self.in_days:
            return self.target.amount
        if self.named is not None:
            return oracle.elapsed(self.calendar, self.start, self.named)
        return ceil(self.target.amount * (self.calendar.day_length // MICROSECOND)) * MICROSECOND

    def used(self, at: datetime, pauses: Pauses) -> Any:
        """What has been counted by an instant."""
        if self.target.kind == "wall":
            return wall_elapsed(self.start, at, pauses)
        count = oracle.elapsed_days if self.in_days else oracle.elapsed
        return count(self.calendar, self.start, at, pauses)

    def share(self, at: datetime, pauses: Pauses) -> Fraction:
        """The share that is used up; of nothing all is."""
        amount, used = self.amount, self.used(at, pauses)
        if not amount:
            return Fraction(1)
        return Fraction(used / amount if self.in_days else Fraction(used // MICROSECOND, amount // MICROSECOND))

    def due(self, part: Fraction, pauses: Pauses) -> datetime | None:
        """When a part of it is used up; None where an open pause comes first."""
        if self.in_days:
            return oracle.due_days(self.calendar, self.start, self.amount * part, pauses)
        named = self.named
        if named and part == 1 and oracle.elapsed(self.calendar, self.start, named, pauses) == self.amount:
            return named
        amount = ceil(self.amount // MICROSECOND * part) * MICROSECOND
        if self.target.kind == "wall":
            return wall_due(self.start, amount, pauses)
        return oracle.due_hours(self.calendar, self.start, amount, pauses)

    def between(self, a: datetime, b: datetime) -> timedelta:
        """The open time from a to b, which is negative where b comes first; plain time on the wall clock."""
        if a > b:
            return -self.between(b, a)
        return b - a if self.target.kind == "wall" else oracle.elapsed(self.calendar, a, b)


def wall_pieces(start: datetime, end: datetime, pauses: Pauses) -> list[tuple[datetime, datetime]]:
    """The stretches of [start, end) that are not paused."""
    edges = sorted({start, end, *(edge for pause in pauses for edge in pause if edge and start < edge < end)})
    return [
        (a, b)
        for a, b in zip(edges, edges[1:], strict=False)
        if not any(p <= a and (q is None or a < q) for p, q in pauses)
    ]


def wall_elapsed(start: datetime, end: datetime, pauses: Pauses) -> timedelta:
    return sum((b - a for a, b in wall_pieces(start, end, pauses)), ZERO)


def wall_due(start: datetime, amount: timedelta, pauses: Pauses) -> datetime | None:
    if amount <= ZERO:
        return start
    last = max([start, *(edge for pause in pauses for edge in pause if edge)]) + amount
    for a, b in wall_pieces(start, last, pauses):
        if b - a >= amount:
            return a + amount
        amount -= b - a
    return None


# What was known


def utc(at: datetime | None) -> datetime | None:
    return None if at is None else oracle.utc(at)


class Life:
    """What became of a ticket, in instants of UTC."""

    def __init__(self, ticket: Any, agreed: dict[str, Target | datetime]) -> None:
        self.ticket, self.agreed = ticket, agreed
        self.opened = oracle.utc(ticket.opened)
        answers = [ticket.responded, *(event.at for event in ticket.events if event.name == "answered")]
        self.responded = min((oracle.utc(at) for at in answers if at is not None), default=None)
        self.cancelled = utc(ticket.cancelled)
        self.reopenings = sorted((oracle.utc(r.resolved), oracle.utc(r.reopened)) for r in ticket.reopenings)
        self.resolutions = [resolved for resolved, _ in self.reopenings]
        if ticket.resolved is not None:
            self.resolutions.append(oracle.utc(ticket.resolved))
        self.changes = sorted(((oracle.utc(c.at), c.field, c.to) for c in ticket.changes), key=lambda change: change[0])
        self.undone: list[tuple[datetime, datetime]] = []
        self.closed = self._closed()
        self.pauses = [(oracle.utc(p.start), utc(p.end), p.reason) for p in ticket.pauses]

    def _closed(self) -> list[tuple[datetime, datetime]]:
        """The times from which it was not open, until a reopening: it was resolved, or cancelled before.

        What a cancellation began is noted in `undone`.
        """
        events = [edge for pair in self.reopenings for edge in zip(("closed", "open"), pair, strict=True)]
        if self.cancelled is not None:  # at one instant it comes before what the ticket's own records say
            place = next((n for n, (_, at) in enumerate(events) if at >= self.cancelled), len(events))
            events.insert(place, ("cancelled", self.cancelled))
        closed, since, by = [], None, ""
        for name, at in events:
            if name == "open":
                closed.append((since, at))
                if by == "cancelled":
                    self.undone.append((since, at))
                since = None
            elif since is None:
                again = bool(closed) and closed[-1][1] == at  # it was opened for no time at all
                since, by = closed.pop()[0] if again else at, name
        return closed

    def gaps(self, seen: datetime) -> list[tuple[datetime, datetime]]:
        """The times for which it was not open, as far as they lie before an instant."""
        return [(since, min(reopened, seen)) for since, reopened in self.closed if since < seen]

    def fields_at(self, at: datetime) -> dict[str, str | None]:
        """The values that hold at an instant; of several changes of a field the last."""
        names = ("kind", "priority", "category", "impact", "urgency")
        values = {name: getattr(self.ticket, name) for name in names}
        for when, name, value in self.changes:
            if when <= at and name in values:
                values[name] = value
        return values

    def turns(self, after: datetime | None, until: datetime) -> list[datetime]:
        """The instants of changes in (after, until]."""
        return sorted({at for at, _, _ in self.changes if at <= until and (after is None or at > after)})

    def done(self, measure: str, at: datetime) -> datetime | None:
        """When the measure was done, as far as was known."""
        if measure == "respond":
            # What was resolved while it was withdrawn is no answer.
            answers = [r for r in self.resolutions if not any(since <= r < until for since, until in self.undone)]
            return min((w for w in (self.responded, *answers) if w is not None and w <= at), default=None)
        done = None
        for resolved, reopened in self.lasting():
            if resolved <= at:
                done = resolved if reopened is None or reopened > at else None
        return done

    def lasting(self) -> list[tuple[datetime, datetime | None]]:
        """The resolutions, each to its reopening; one that a resolution follows at once does not open it again."""
        lasting: list[tuple[datetime, datetime | None]] = []
        for number, resolved in enumerate(self.resolutions):
            reopened = self.reopenings[number][1] if number < len(self.reopenings) else None
            since = lasting.pop()[0] if lasting and lasting[-1][1] == resolved else resolved
            lasting.append((since, reopened))
        return lasting

    def withdrawn(self, measure: str, at: datetime) -> datetime | None:
        """When it was cancelled, if that holds: what was done before stays done, and a reopening ends it.

        It wins over a resolution at its instant.
        """
        cancelled, done = self.cancelled, self.done(measure, at)
        if cancelled is None or cancelled > at:
            return None
        pairs = self.reopenings if measure == "respond" else self.lasting()
        if any(reopened is not None and cancelled <= reopened <= at for _, reopened in pairs):
            return None
        if done is not None and done < cancelled:
            return None
        if measure == "respond" and done == cancelled == self.responded:
            return None
        return cancelled

    def stopped(self, policy: Policy, measure: str, segment: Segment, seen: datetime, ended: bool) -> Pauses:
        """What stops the clock of a target; a pause that is open at `seen` ends there where the work is at an end."""
        if segment.fixed:
            return []
        pauses: Pauses = []
        reasons = policy.stops(measure, *(segment.opened_as or (segment.kind, segment.priority)))
        for start, end, reason in self.pauses:
            if start > seen or reason not in reasons:
                continue
            ends = [resolved for resolved in self.resolutions if start <= resolved <= seen]
            ends += [] if end is None or end > seen else [end]
            ends += [seen] if ended else []
            pauses.append((start, min(ends, default=None)))
        return pauses + self.gaps(seen)


def policy_for(life: Life, book: Sequence[Policy]) -> Policy | None:
    """The first that is for the ticket; of those that apply to the same, which stand together, the latest.

    One for all stands last.
    """
    attributes = dict(life.ticket.attributes)
    attributes |= {name: to for at, name, to in life.changes if at == life.opened}
    fitting = [
        policy
        for policy in book
        if policy.in_force_from is None or policy.calendar.local_date(life.opened) >= policy.in_force_from
        if all(attributes.get(name) in values for name, values in policy.applies_to.items())
    ]
    whose = [policy.applies_to for policy in book if policy.applies_to] + [{}]
    fitting.sort(key=lambda policy: policy.in_force_from or date.min, reverse=True)
    return min(fitting, key=lambda policy: whose.index(policy.applies_to), default=None)


def priority_of(policy: Policy, values: dict[str, str | None]) -> str | None:
    """The priority that is set, or else the one agreed for the impact and the urgency."""
    impact, urgency = values["impact"], values["urgency"]
    urgencies = {name for by_urgency in policy.matrix.values() for name in by_urgency}
    if policy.matrix and (impact not in {None, *policy.matrix} or urgency not in {None, *urgencies}):
        raise Refused("PolicyError")
    if values["priority"] is not None or impact is None or urgency is None:
        return values["priority"]
    if urgency not in policy.matrix.get(impact, {}):
        raise Refused("PolicyError")
    return policy.matrix[impact][urgency]


def targets_of(policy: Policy, kind: str) -> dict[str | None, dict[str, Target | None]]:
    """The targets of a kind, by priority and measure."""
    if kind not in policy.targets:
        raise Refused("PolicyError")
    return policy.targets[kind]


def target_of(policy: Policy, kind: str, priority: str | None, measure: str, agreed: bool) -> Target | None:
    """The target, None where there is none; a word that the policy does not mention is refused.

    A measure need not be mentioned where something was agreed for the ticket.
    """
    of_kind = targets_of(policy, kind)
    mentioned = {name for of in policy.targets.values() for name in of if name is not None}
    mentioned |= {name for by_urgency in policy.matrix.values() for name in by_urgency.values()}
    if mentioned and priority is not None and priority not in mentioned:
        raise Refused("UnknownPriorityError")
    spoken = {name for of in policy.targets.values() for measures in of.values() for name in measures}
    if measure not in spoken and not agreed:
        raise Refused("PolicyError")
    if is_untriaged(policy, kind, priority):
        return None
    own = {} if priority is None else of_kind.get(priority, {})
    return own[measure] if measure in own else of_kind.get(None, {}).get(measure)


def calendar_of(policy: Policy, kind: str, priority: str | None, measure: str) -> str:
    """The name of the calendar that is the nearest: the target's own, its priority's, its kind's, or the main one."""
    of_priority = measure in policy.targets[kind].get(priority, {})
    for place in ((kind, priority if of_priority else None, measure), (kind, priority), (kind,)):
        if place in policy.named:
            return policy.named[place]
    return "main"


def calendar_named(policy: Policy, name: str) -> oracle.Calendar:
    return policy.calendar if name == "main" else policy.calendars[name]


def clock_of(policy: Policy, segment: Segment) -> TargetClock:
    calendar = calendar_named(policy, segment.calendar)
    return TargetClock(calendar.as_known(segment.known or datetime.max), segment.target, segment.start)


def is_untriaged(policy: Policy, kind: str, priority: str | None) -> bool:
    return priority is None and any(name is not None for name in targets_of(policy, kind))


def check_words(life: Life, policy: Policy, measure: str, seen: datetime) -> None:
    """Every word that held at some time must be known; of several at one instant the last holds."""
    for at in [life.opened, *life.turns(None, seen)]:
        values = life.fields_at(at)
        target_of(policy, values["kind"], priority_of(policy, values), measure, measure in life.agreed)
    if any(start <= seen and reason not in policy.pauses for start, _, reason in life.pauses):
        raise Refused("UnknownReasonError")


def covered(policy: Policy, life: Life) -> bool:
    day = policy.calendar.local_date(life.opened)
    return not policy.coverage or any(first <= day <= last for first, last in policy.coverage)


# Targets in force


def held(life: Life, policy: Policy, measure: str, seen: datetime, at: datetime) -> list[Segment]:
    """The kinds and priorities that held one after another up to `seen`, by what is known at `at`.

    The first priority that a ticket gets is no change: it is as if it had been there since the ticket was untriaged,
    and is measured from the opening.
    """
    values = life.fields_at(life.opened)
    kind, priority = values["kind"], priority_of(policy, values)
    rows = [(life.opened, kind, priority, False)]
    had_priority = priority is not None
    for turn in life.turns(life.opened, at):
        if turn > seen:  # what was done before its first priority came is judged by that
            if had_priority or not is_untriaged(policy, rows[-1][1], None):
                break
            kind = rows[-1][1]
            priority = priority_of(policy, life.fields_at(turn))
            if priority is None:
                continue
        else:
            values = life.fields_at(turn)
            kind, priority = values["kind"], priority_of(policy, values)
        since, old_kind, old_priority, _ = rows[-1]
        if priority is not None and not had_priority:
            had_priority = True
            if not is_untriaged(policy, old_kind, old_priority):
                since = since if kind == old_kind else turn
                rows = rows[:-1] if kind == old_kind else rows
            while rows and is_untriaged(policy, rows[-1][1], rows[-1][2]):
                since = rows.pop()[0]
            rows.append((since, kind, priority, True))
        elif (kind, priority) != (old_kind, old_priority):
            rows.append((turn, kind, priority, False))
    segments = []
    ends = [row[0] for row in rows[1:]] + [None]
    for (since, kind, priority, first), until in zip(rows, ends, strict=True):
        target = target_of(policy, kind, priority, measure, measure in life.agreed)
        calendar = calendar_of(policy, kind, priority, measure)
        start = life.opened if first or policy.priority_change == "from-opening" else since
        segments.append(Segment(since, until, kind, priority, target, calendar, start, first))
    return segments


def agreed_segment(life: Life, policy: Policy, measure: str, segments: list[Segment], seen: datetime) -> Segment:
    """What was agreed in the place of all targets, by the calendar and the pauses that held at the opening."""
    values, agreed = life.fields_at(life.opened), life.agreed[measure]
    name = calendar_of(policy, values["kind"], priority_of(policy, values), measure)
    kind, priority = segments[-1].kind, segments[-1].priority
    as_opened = values["kind"], priority_of(policy, values)
    if isinstance(agreed, Target):
        return Segment(life.opened, None, kind, priority, agreed, name, life.opened, opened_as=as_opened)
    due = oracle.utc(agreed)
    fixed = Segment(life.opened, None, kind, priority, None, name, life.opened, due=due, fixed=True)
    calendar = calendar_named(policy, name).as_known(policy.read(fixed, seen))
    fixed.target = Target("hours", oracle.elapsed(calendar, life.opened, due))
    return fixed


def after_restart(segments: list[Segment], start: datetime) -> list[Segment]:
    """The segments from a reopening on, which starts the clock afresh."""
    later = [segment for segment in segments if segment.until is None or segment.until > start]
    for segment in later:
        segment.since, segment.start = max(segment.since, start), max(segment.start, start)
    return later


def with_due_dates(policy: Policy, segments: list[Segment], stopped: Callable[[Segment], Pauses]) -> None:
    """Each target's due date, with what is carried from one to the next."""
    carried, due = Fraction(0), None
    for segment in segments:
        if segment.target is None or segment.fixed:
            continue
        if segment.first:
            carried = Fraction(0)
        segment.carried = carried
        clock = clock_of(policy, segment)
        if carried < 1:
            due = clock.due(1 - carried, stopped(segment))
        segment.due = due  # where all was used up, the old due date is kept
        if policy.priority_change == "carry" and segment.until is not None:
            carried += clock.share(segment.until, stopped(segment))


# The answer


def as_of(
    ticket: Any, book: Sequence[Policy], at: datetime, measure: str, agreed: dict[str, Target | datetime] | None = None
) -> Answer:
    """How a measure of a ticket stands at an instant; `agreed` are its own targets and due dates, by measure."""
    life, now = Life(ticket, agreed or {}), oracle.utc(at)
    if now < life.opened:
        raise Refused("NotYetOpenedError")
    policy = policy_for(life, book)
    if policy is None:
        withdrawn = life.withdrawn(measure, now)
        done = None if withdrawn else life.done(measure, now)
        return Answer("not-covered", life.fields_at(done or now)["priority"], done)
    answer = of_target(life, policy, now, measure)
    if answer.state in ("excluded", "cancelled", "not-covered"):
        return answer
    if policy.breach == "stands":
        start = clock_start(life, policy, measure, now)
        for moment in instants_of(life, policy, now, measure):
            then = of_target(life, policy, moment, measure, states=False) if start <= moment <= now else None
            if then is not None and then.state == "breached":
                figures(life, policy, measure, now, answer, then.segment)
                answer.state = "breached"
                break
    if answer.state == "breached":
        answer.breached_at = begun(life, policy, now, measure, answer)
    return answer


def begun(life: Life, policy: Policy, now: datetime, measure: str, answer: Answer) -> datetime:
    """When a ticket came to be in breach in which it has been ever since, by what was known at each time."""
    seen, judged = answer.done or now, answer.segment
    if policy.read_by != "now":
        return beginning(life, judged, seen)
    start = clock_start(life, policy, measure, now)
    edges = [start, *sorted(at for at in policy.announced_at() if start < at <= judged.known)]
    at = max(beginning(life, judged, seen), edges[-1])
    if policy.breach == "stands":
        return at
    while len(edges) > 1 and at == edges[-1]:
        before = replace(policy, known=edges.pop() - MICROSECOND)
        then = of_target(life, before, now, measure, states=False).segment
        if then.due is None or (earlier := max(beginning(life, then, seen), edges[-1])) >= at:
            break
        at = earlier
    return at


def beginning(life: Life, segment: Segment, seen: datetime) -> datetime:
    """When the breach of a target began: once it was used up, in force, and the ticket was not done."""
    begun = max(segment.since, segment.due if segment.target.strict else segment.due + MICROSECOND)
    return min((reopened for since, reopened in life.gaps(seen) if since < begun < reopened), default=begun)


def clock_start(life: Life, policy: Policy, measure: str, at: datetime) -> datetime:
    """The opening, or the last reopening that starts the clock afresh."""
    afresh = policy.reopening == "restart" and measure == "resolve"
    seen = life.done(measure, at) or at
    return max([life.opened, *(reopened for _, reopened in life.reopenings if afresh and reopened <= seen)])


def instants_of(life: Life, policy: Policy, now: datetime, measure: str) -> list[datetime]:
    """The instants up to now at which a state may have become another."""
    instants = {now, life.opened, life.responded, life.cancelled, *life.resolutions, *life.turns(None, now)}
    instants |= policy.announced_at() if policy.read_by == "now" else set()
    instants |= {reopened for _, reopened in life.reopenings} | {edge for pause in life.pauses for edge in pause[:2]}
    for seen in sorted(at for at in instants if at is not None and life.opened <= at <= now):
        answer = of_target(life, policy, seen, measure, states=False)
        if answer.segment is not None and answer.segment.due is not None:
            instants |= {answer.segment.due, answer.segment.due + MICROSECOND}
    return sorted(at for at in instants if at is not None and life.opened <= at <= now)


def of_target(life: Life, policy: Policy, now: datetime, measure: str, *, states: bool = True) -> Answer:
    """How a measure stands by the target in force alone; without `states` exclusions and cancellations are not seen."""
    done, withdrawn = life.done(measure, now), life.withdrawn(measure, now) if states else None
    if withdrawn is not None:
        done = None
    seen, learned = done or withdrawn or now, done or now
    check_words(life, policy, measure, learned)
    segments = held(life, policy, measure, learned, now)
    answer = Answer("", segments[-1].priority, done)
    if not covered(policy, life):
        answer.state = "not-covered"
    elif states and life.fields_at(learned)["category"] in policy.exclusions:
        answer.state = "excluded"
    elif withdrawn is not None:
        answer.state = "cancelled"
    elif segments[-1].target is None and measure not in life.agreed:
        answer.state = "no-target"
    else:
        if measure in life.agreed:
            segments = [agreed_segment(life, policy, measure, segments, seen)]
        if not segments[-1].fixed:
            segments = after_restart(segments, clock_start(life, policy, measure, now))
        for segment in segments:
            segment.known = policy.read(segment, seen)
        stopped = partial(life.stopped, policy, measure, seen=seen, ended=done is not None)
        with_due_dates(policy, segments, stopped)
        answer.segment = segments[-1]
        figures(life, policy, measure, now, answer, segments[-1])
        if oracle.is_breached(answer.due, seen, None, answer.segment.target.strict):
            answer.state = "breached"
        elif done is not None:
            answer.state = "met"
        else:
            answer.state = "paused" if any(end is None for _, end in stopped(segments[-1])) else "running"
    return answer


def figures(life: Life, policy: Policy, measure: str, now: datetime, answer: Answer, judged: Segment) -> None:
    """What has run and what is left of the target that is judged by."""
    seen = answer.done or now
    stopped = partial(life.stopped, policy, measure, seen=seen, ended=answer.done is not None)
    pauses = stopped(judged)
    clock = clock_of(policy, judged)
    answer.segment, answer.due = judged, judged.due
    answer.consumed = judged.carried + clock.share(seen, pauses) if clock.amount else Fraction(1)
    answer.elapsed = clock.used(seen, pauses)
    if clock.in_days or judged.target.kind == "days":
        answer.elapsed = oracle.elapsed(clock.calendar, clock.start, seen, pauses)
    if policy.priority_change == "carry" and measure not in life.agreed:
        answer.elapsed += carried_time(life, policy, measure, now, judged, stopped)
    ended = [(start, seen if end is None else end) for start, end in pauses]
    due = judged.due
    if due is None:
        due = clock.due(1 - judged.carried, ended)
    answer.remaining = clock.between(seen, due)
    answer.expected_from = window_from(clock, judged, pauses)
    answer.over = ZERO
    if judged.due is not None and judged.due < seen:
        wall = judged.target.kind == "wall"
        answer.over = (wall_elapsed if wall else partial(oracle.elapsed, clock.calendar))(judged.due, seen, ended)


def window_from(clock: TargetClock, judged: Segment, pauses: Pauses) -> datetime | None:
    """The earliest instant of a window: when a target of its least would be due, or so much of it is used up."""
    low, whole = judged.target.low, judged.target.amount
    if low is None:
        return None
    if not judged.carried:
        return replace(clock, target=replace(judged.target, amount=low)).due(Fraction(1), pauses)
    if judged.carried >= 1:
        return judged.due
    part = Fraction(low / whole if judged.target.kind == "days" else Fraction(low // MICROSECOND, whole // MICROSECOND))
    return clock.start if part <= judged.carried else clock.due(part - judged.carried, pauses)


def carried_time(
    life: Life, policy: Policy, measure: str, now: datetime, judged: Segment, stopped: Callable[[Segment], Pauses]
) -> timedelta:
    """What the clocks of the targets before had counted, each while its target was in force."""
    seen = life.done(measure, now) or now
    segments = after_restart(held(life, policy, measure, seen, now), clock_start(life, policy, measure, now))
    total = ZERO
    for segment in segments:
        if segment.first:
            total = ZERO
        if segment.since >= judged.since or segment.target is None:
            continue
        segment.known = policy.read(segment, judged.known)
        if segment.target.kind == "wall":
            total += wall_elapsed(segment.start, segment.until, stopped(segment))
        else:
            clock = clock_of(policy, segment)
            total += oracle.elapsed(clock.calendar, clock.start, segment.until, stopped(segment))
    return total
