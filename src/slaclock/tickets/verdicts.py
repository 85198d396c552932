"""The verdict on a ticket as of an instant: the state of one measure, and by which target."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import NamedTuple

from slaclock.clock.budgets import multiple_of
from slaclock.clock.pauses import FOREVER
from slaclock.errors import ModelError, NotYetOpenedError, NoWorkingTimeError, OutOfRangeError, PolicyError
from slaclock.policy.attributes import FIELDS
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import from_micros, to_micros

from .as_of import AsOf, as_of
from .cycles import Cycle, Line, joined
from .folds import cycles_of
from .in_force import TargetInForce, targets_in_force, targets_of_stretches
from .knowledge import ALWAYS, NOW, Knowledge, Spell, spells
from .states import State
from .tickets import Ticket


class Verdict(NamedTuple):
    """What `assess` works out at once, in whole microseconds.

    `judged` is the target by which the state is what it is: the last of `targets`, or one whose breach stands. `cycle`
    is the number of the cycle that is judged, None where none has begun, and `cycles` are all that have; `line` is that
    to which a cycle of a grid goes on which is done.
    """

    state: State
    known: AsOf
    why: str = ""
    targets: tuple[TargetInForce, ...] = ()
    judged: TargetInForce | None = None
    breached_at: int | None = None
    cycle: int | None = None
    cycles: tuple[Cycle, ...] = ()
    line: int | None = None


class Question(NamedTuple):
    """What is asked of a ticket: of a measure under a policy, which need not be one that `fits` it, and by what of
    its calendars was `known`.
    """

    ticket: Ticket
    policy: Policy
    measure: Measure
    fits: bool = True
    known: Knowledge = NOW


class _Judge(NamedTuple):
    """What the fold of a ticket's cycles asks, by what is known at `now`."""

    question: Question
    now: int

    def due(self, cycle: Cycle) -> int | None:
        """When a cycle that is done was due."""
        judged = _of_cycle(self.question, cycle, self.now).judged
        return None if judged is None else judged.due

    def is_breached(self, cycle: Cycle) -> bool:
        """Whether a cycle is breached."""
        return _of_cycle(self.question, cycle, self.now).state == "breached"

    def multiple(self, first: Cycle, number: int) -> int | None:
        """When so many times the target of a cycle are used up; None where nothing is due, or a pause holds it."""
        return self._multiple(self._known(first), number)

    def line(self, first: Cycle, number: int, cycle: Cycle, known: int) -> Line:
        """Where a cycle ends that is so many of a grid from the `first`, by the pauses known at an instant.

        A line that was passed before more of a calendar became known stays where it was.
        """
        latest = self.question.known.by(known)
        if latest is None or self.question.known.of != "now":
            return self._line(first, number, cycle, known)
        *earlier, last = spells(self.question.policy, cycle.start, latest)
        for spell in earlier:
            with suppress(NoWorkingTimeError, OutOfRangeError):  # then it was passed by no line
                line = self._knowing(spell.known)._line(first, number, cycle, known)
                if line.at is not None and spell.until is not None and line.at < spell.until:
                    return line
        return self._knowing(last.known)._line(first, number, cycle, known)

    def _knowing(self, at: int | None) -> _Judge:
        """The same, by what was known of calendars at an instant."""
        return self._replace(question=self.question._replace(known=Knowledge(None, at)))

    def _line(self, first: Cycle, number: int, cycle: Cycle, known: int) -> Line:
        rules, own = self.question.policy.rules, self._known(cycle, known)
        of_first = self._known(first._replace(learned=cycle.learned), known)
        anew = _priority(own) != _priority(of_first)
        at = self._multiple(own, 1) if anew else self._multiple(of_first, number)
        changed, learned, is_targeted = False, cycle.start, own.stretches[0].terms.target is not None
        for stretch, target in islice(targets_of_stretches(rules, own), 1, None):
            if at is not None and stretch.since > at:
                break
            at, changed, learned = None if target is None else target.due, True, stretch.since
            is_targeted = target is not None
        return Line(at, anew, changed, learned if at is None else max(at, learned), is_targeted)

    def _known(self, cycle: Cycle, waited: int | None = None) -> AsOf:
        return _known_of(self.question, cycle, self.now, waited)

    def _multiple(self, known: AsOf, number: int) -> int | None:
        terms = known.known_terms(known.stretches[0].terms, known.start)
        if terms.target is None:
            return None
        self.question.policy.measure(self.question.measure).check_target(terms.target)  # it may be an agreed one
        budget = multiple_of(terms.calendar, terms.target, known.start, number, after_due=known.after_due)
        return budget.due(known.pauses_of(terms))


def _priority(known: AsOf) -> tuple[str, str | None]:
    """The kind and the priority that a cycle opened with."""
    terms = known.stretches[0].terms
    return terms.kind, terms.priority


def verdict_of(question: Question, at: datetime, number: int | None = None) -> Verdict:
    """How a measure stands at an instant: the cycle of a number, or else the one that is judged then."""
    ticket, measure = question.ticket, question.measure
    now, opened = to_micros(at), to_micros(ticket.opened)
    if now < opened:
        raise NotYetOpenedError(
            f"it opened at {ticket.opened.isoformat()}, after the instant asked about, {at.isoformat()}",
            "ask as of a later instant, or check the clocks of the servers",
            f"ticket {ticket.id}",
            value=at,
        )
    rule = question.policy.measure(measure)
    for name in ticket.agreed if question.fits else ():
        question.policy.measure(name)  # what was agreed for none may be misspelt
    if rule.cycles == "each" and isinstance(ticket.agreed.get(measure), datetime):
        problem = f"an instant is agreed for {measure}, a measure of many cycles"
        place = ("agreed", measure)
        raise PolicyError(problem, "agree a target, such as 1 day", place, value=ticket.agreed[measure])
    cycles = tuple(cycles_of(ticket, rule, now, _Judge(question, now)))
    if not cycles:
        return _not_started(question, now)
    if rule.cycles != "each":
        one = joined(cycles, rule)
        return _of_cycle(question, one, now)._replace(cycle=1, cycles=(one,))
    return verdict_of_cycle(question, cycles, at, len(cycles) if number is None else number)


def verdict_of_cycle(question: Question, cycles: tuple[Cycle, ...], at: datetime, number: int) -> Verdict:
    """How one of several cycles stands that had begun by an instant; `ModelError` for a number that none has."""
    if not 1 <= number <= len(cycles):
        problem = f"there is no cycle {number!r} of {question.measure}"
        raise ModelError(problem, f"use 1 to {len(cycles)}", "number", value=number)
    cycle = cycles[number - 1]
    return _of_cycle(question, cycle, to_micros(at))._replace(cycle=number, cycles=cycles, line=cycle.line)


def line_of(question: Question, verdict: Verdict, at: datetime) -> int | None:
    """When a cycle of a grid is due by what the question knows of calendars; its grid is that of the verdict's cycles.

    A verdict has the lines by its own knowledge, to which its cycles were folded.
    """
    assert verdict.cycle is not None
    cycle = verdict.cycles[verdict.cycle - 1]
    place, own = next((n, own) for n, own in enumerate(verdict.cycles) if own.start == cycle.promised)
    first = Cycle(own.start, after_due=own.after_due)  # of which nothing but where it starts draws the lines
    number, judge = verdict.cycle - place, _Judge(question, to_micros(at))
    if cycle.done is not None:
        return judge.multiple(first._replace(done=cycle.done), number)
    return judge.line(first, number, cycle, judge.now).at


class KnownCycles:
    """The cycles that had begun by an instant, folded once, for verdicts at all instants before.

    It is only of measures each of whose cycles stays what it is: `can_be_of` them.
    """

    def __init__(self, question: Question, now: int) -> None:
        rule = question.policy.measure(question.measure)
        self._question = question
        self._now = now
        self._cycles = cycles_of(question.ticket, rule, now, _Judge(question, now))
        # A line of a grid is of the cycle before it.
        self._starts = [cycle.start + (rule.next == "grid" and cycle.after_due) for cycle in self._cycles]

    @staticmethod
    def can_be_of(question: Question) -> bool:
        """Whether what comes later changes nothing about a cycle of the ticket but its end.

        Where the next cycle starts at a due date, a first priority that is set later may still move that, and the lines
        of a grid what stops the clock, or what calendars announce.
        """
        ticket, policy = question.ticket, question.policy
        rule = policy.measure(question.measure)
        changes = {change.field for change in ticket.changes}.intersection(FIELDS)
        for_ever = not (changes or ticket.pauses or policy.announced_at)
        stays = {"event": True, "due": changes <= {"category"}, "grid": for_ever}
        return rule.cycles == "each" and rule.oldest == "oldest" and stays[rule.next]

    def verdict(self, at: int) -> Verdict:
        """How the measure stands at an instant, as `verdict_of` says it; of its cycles only the one that is judged."""
        if at > self._now:  # others may have begun by then
            return verdict_of(self._question, from_micros(at, self._question.policy.calendar.zone))
        count = bisect_right(self._starts, at)
        if not count:
            return _not_started(self._question, at)
        cycle = self._cycles[count - 1]
        done, cancelled = (None if end is None or end > at else end for end in (cycle.done, cycle.cancelled))
        # One that is over gave way to the next at its line: the one that is judged has not come to its own yet.
        cycle = cycle._replace(done=done, cancelled=cancelled, over=None)
        return _of_cycle(self._question, cycle, at)._replace(cycle=count)  # whose line, without pauses, is its due date


def _not_started(question: Question, now: int) -> Verdict:
    """How a measure stands of which no cycle has begun: what the ticket is comes first."""
    ticket = question.ticket
    cancelled = None if ticket.cancelled is None else to_micros(ticket.cancelled)
    if cancelled is not None and (cancelled > now or _reopened(ticket, cancelled, now)):
        cancelled = None
    known = _known_of(question, Cycle(to_micros(ticket.opened), cancelled=cancelled), now)
    state, why = _outside(question, known) or _untargeted(known) or ("not-started", "no cycle has begun")
    return Verdict(state, known._replace(start=known.seen), why)


def _reopened(ticket: Ticket, since: int, until: int) -> bool:
    return any(since <= to_micros(reopening.reopened) <= until for reopening in ticket.reopenings)


def _known_of(question: Question, cycle: Cycle, now: int, waited: int | None = None) -> AsOf:
    ticket, policy, measure, fits, known = question
    return as_of(ticket, policy, now, measure, cycle, fits=fits, waited=waited, known=known)


def _outside(question: Question, known: AsOf) -> tuple[State, str] | None:
    """The state of what is judged by no clock, and why: what the policy or the ticket says; else None."""
    if not question.fits:
        return "not-covered", "no policy of the book is for it"
    if not question.policy.covers(question.ticket.opened):
        return "not-covered", "opened outside the subscription"
    if known.terms.outside == "excluded":
        return "excluded", known.terms.why
    if known.cancelled is not None:
        return "cancelled", "withdrawn, or merged into another"
    return None


def _untargeted(known: AsOf) -> tuple[State, str] | None:
    return ("no-target", known.terms.why) if known.terms.target is None else None


def _of_cycle(question: Question, cycle: Cycle, now: int) -> Verdict:
    known = _known_of(question, cycle, now)
    outside = _outside(question, known)
    if outside is not None:
        return Verdict(outside[0], known, outside[1])
    rules = question.policy.rules
    *earlier, spell = _spells(question, known)
    if rules.breach == "stands":
        for before in earlier:  # a breach stands over what became known later, as it does over another target
            standing = _standing(question, known, before)
            if standing is not None:
                return standing
    targets: list[TargetInForce] = []
    for target in targets_in_force(rules, known):
        targets.append(target)
        breached_at = _breach(target, known, spell) if rules.breach == "stands" else None
        if breached_at is not None:
            return Verdict("breached", known, "", tuple(targets), target, breached_at)
    untargeted = _untargeted(known)
    if untargeted is not None:
        return Verdict(untargeted[0], known, untargeted[1], tuple(targets))
    judged = targets[-1]
    breached_at = _breach(judged, known, spell)
    while earlier and breached_at == spell.since:  # it may have been breached before more became known
        spell = earlier.pop()
        then = [*_targets_then(question, known, spell)]
        if then:
            breached_at = _breach(then[-1], known, spell) or breached_at
    state: State
    if breached_at is not None:
        state = "breached"
    elif known.done is not None:
        state = "met"
    else:
        state = "paused" if judged.pauses and judged.pauses[-1][1] == FOREVER else "running"
    return Verdict(state, known, "", tuple(targets), judged, breached_at)


def _spells(question: Question, known: AsOf) -> list[Spell]:
    """The times in which no more of the calendars became known that what is judged is read by."""
    known_at = known.known_at if question.known.of == "now" else None
    if known_at is None or not question.policy.announced_at:
        return [ALWAYS]
    return list(spells(question.policy, known.start, known_at))


def _targets_then(question: Question, known: AsOf, spell: Spell) -> Iterator[TargetInForce]:
    """The targets in force by what was known in a time; none from one on which the desk was not known to keep."""
    with suppress(NoWorkingTimeError, OutOfRangeError):
        yield from targets_in_force(question.policy.rules, known._replace(known_at=spell.known))


def _standing(question: Question, known: AsOf, spell: Spell) -> Verdict | None:
    """The breach that began in a time by what was known then, if one did."""
    targets: list[TargetInForce] = []
    for target in _targets_then(question, known, spell):
        targets.append(target)
        breached_at = _breach(target, known, spell)
        if breached_at is not None:
            return Verdict("breached", known, "", tuple(targets), target, breached_at)
    return None


def _breach(target: TargetInForce, known: AsOf, spell: Spell) -> int | None:
    """When a target's breach began, if it began while it was in force and before more became known."""
    if spell is not ALWAYS:
        ends = [end for end in (target.until, spell.until) if end is not None]
        target = target._replace(since=max(target.since, spell.since), until=min(ends, default=None))
    # A cycle of a grid that is over was not done by its end, which is its due date.
    return target.breached_at(known.seen + 1 if known.over else known.seen, known.gaps)
