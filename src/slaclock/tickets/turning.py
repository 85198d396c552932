"""What turns when: a walk over the instants at which something becomes true of a ticket, by what was then known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

from slaclock.errors import NoWorkingTimeError, OutOfRangeError, SlaClockError
from slaclock.policy.warnings import WarningAt
from slaclock.temporal.instants import LAST_INSTANT, from_micros, to_micros

from .as_known import as_known, instants_of
from .in_force import TargetInForce
from .states import State
from .verdicts import KnownCycles, Question, Verdict, verdict_of

TurnKind = Literal["window", "milestone", "warning", "due", "state"]
"""What turns: the window opens, a share of the target is used up, a warning, the due date, or the state.

Of several turns at one instant they come in this order.
"""


class Mark(NamedTuple):
    """What of a target lies at an instant: its window's opening, a share of it, a warning, or its due date."""

    kind: TurnKind
    percent: int | float | None = None
    warning: str | None = None
    at: WarningAt | None = None

    def of(self, target: TargetInForce) -> int | None:
        """Where it lies, as far as is known; None while a pause holds it, and where it never comes."""
        try:
            micros = self._of(target)
        except (NoWorkingTimeError, OutOfRangeError):  # so much open time lies nowhere ahead
            return None
        return None if micros is None or micros > LAST_INSTANT else micros

    def _of(self, target: TargetInForce) -> int | None:
        if self.kind == "window":
            return target.expected_from()
        if self.kind == "due":
            return target.due
        percent = self.percent if self.at is None else self.at.percent
        if percent is not None:
            return target.part_due(Fraction(percent) / 100)
        moment = self.at
        assert moment is not None
        assert moment.length is not None  # it is of the one or of the other
        return target.off_due(moment.length, after=moment.after)


_DUE = Mark("due")
_Marks = list[tuple[Mark, int | None]]
"""Marks of a target, the due date last, and where each lies."""


class Turning(NamedTuple):
    """Something that turns at an instant: what a mark lies at, or the state; and of which cycle it is."""

    at: int
    kind: TurnKind
    mark: Mark | None
    before: State | None
    after: State | None
    cycle: int | None


def turnings(
    question: Question, at: int, percents: Iterable[int | float], since: int | None = None
) -> Iterator[Turning]:
    """What turned by `at`, as it was known then, and what will turn by what is known at `at`; in order.

    With `since`, which is `at` or before, only what turns after it. Of a grid, whose cycles never end, it goes to the
    end of the cycle after the one that runs.
    """
    # Of what is to come no calendar tells more than it does at that instant.
    known = question.known._replace(at=at) if question.known.of == "now" else question.known
    walk = _Walk(question._replace(ticket=as_known(question.ticket, at), known=known), at, tuple(percents))
    yield from walk.turns(to_micros(question.ticket.opened) if since is None else since, since is not None)


class _Walk:
    """A walk over a ticket's instants, by a copy of the ticket that knows nothing of what came after `now`."""

    def __init__(self, question: Question, now: int, percents: tuple[int | float, ...]) -> None:
        self._question, self._now = question, now
        rule = question.policy.measure(question.measure)
        self._is_grid = rule.next == "grid"
        self._instants = instants_of(question.ticket, rule)
        if question.known.of == "now":
            opened = to_micros(question.ticket.opened)
            learned = [at for at in question.policy.announced_at if opened < at <= now]
            self._instants = sorted({*self._instants, *learned})
        marks = [Mark("milestone", percent=percent) for percent in percents]
        self._marks = [Mark("window"), *marks]
        self._warnings: dict[str | None, list[Mark]] = {}
        self._state: State | None = None
        self._cycle: tuple[int | None, int] = (None, 0)  # the number and the start of that which is judged
        self._true: set[Mark] = set()  # what is true of its target
        last = self._verdict_of(now)
        self._last = (last.cycle or 0) + 1  # the number of the last cycle that is looked at
        self._cycles = KnownCycles(self._question, now) if KnownCycles.can_be_of(question) else None

    def turns(self, since: int, silent: bool) -> Iterator[Turning]:
        """What turns from an instant on; `silent` about what turns at it."""
        place = bisect_right(self._instants, since)
        at: int | None = since
        while at is not None:
            verdict = self._known(at)
            if at > self._now and verdict is not None and (verdict.cycle or 0) > self._last:
                return
            marks = self._marks_of(verdict)
            turns = [*self._turns_at(at, verdict, marks)]
            if not (silent and at == since):
                yield from turns
            until = self._instants[place] if place < len(self._instants) else None
            begins = self._next_line(at, until, verdict)
            at = _next(at, until if begins is None else begins, verdict, marks)
            if at is not None and at == until:
                place += 1

    def _next_line(self, at: int, until: int | None, verdict: Verdict | None) -> int | None:
        """When the cycle of a grid begins that follows one which is done, where that is before `until`.

        It need not be the due date of that, whose pauses are those until it was done.
        """
        if not self._is_grid or verdict is None or verdict.known.done is None or verdict.cycle is None:
            return None
        if verdict.line is None:
            return None
        begins = verdict.line + 1  # the line itself is of the cycle before
        return begins if at < begins and (until is None or begins < until) else None

    def _verdict_of(self, at: int) -> Verdict:
        return verdict_of(self._question, from_micros(at, self._question.policy.calendar.zone))

    def _known(self, at: int) -> Verdict | None:
        """The verdict at an instant, None where there was an error then that has been mended since."""
        try:
            return self._verdict_of(at) if self._cycles is None else self._cycles.verdict(at)
        except SlaClockError:
            return None

    def _marks_of(self, verdict: Verdict | None) -> _Marks:
        """The marks of the target that is judged by, with the warnings of the priority in force, and where they lie."""
        if verdict is None or verdict.judged is None:
            return []
        priority = verdict.known.terms.priority
        if priority not in self._warnings:
            policy, measure = self._question.policy, self._question.measure
            self._warnings[priority] = [
                Mark("warning", warning=name, at=rule.at)
                for name, rule in policy.warnings.items()
                if rule.is_of(measure, priority)
            ]
        marks = [*self._marks, *self._warnings[priority], _DUE]
        return [(mark, mark.of(verdict.judged)) for mark in marks]

    def _turns_at(self, at: int, verdict: Verdict | None, marks: _Marks) -> Iterator[Turning]:
        """What turns at an instant."""
        if verdict is None:
            self._state = None
            return
        if self._cycle != (verdict.cycle, verdict.known.start):
            self._cycle, self._true = (verdict.cycle, verdict.known.start), set()
        for mark, micros in marks:
            if micros is not None and micros <= min(at, verdict.known.seen):
                if mark not in self._true:
                    self._true.add(mark)
                    yield Turning(at, mark.kind, mark, None, None, verdict.cycle)
            elif micros is not None or marks[-1][1] is not None:  # what a pause holds may have turned before it
                self._true.discard(mark)
        if self._state is not None and self._state != verdict.state:
            yield Turning(at, "state", None, self._state, verdict.state, verdict.cycle)
        self._state = verdict.state


def _next(at: int, until: int | None, verdict: Verdict | None, marks: _Marks) -> int | None:
    """The next instant at which something may turn: `until`, when something happens, or by itself before it.

    By itself turn the marks of what runs, the breach, and where the next cycle begins.
    """
    ahead = [] if until is None else [until]
    if verdict is not None and verdict.judged is not None and verdict.judged.due is not None:
        ahead += [verdict.judged.due, verdict.judged.due + 1]
    if verdict is not None and verdict.known.seen >= at:
        ahead += [micros for _, micros in marks if micros is not None]
    return min((micros for micros in ahead if at < micros <= LAST_INSTANT), default=None)
