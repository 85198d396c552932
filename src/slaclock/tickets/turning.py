"""What turns when: a walk over the instants at which something becomes true of a ticket, by what was then known."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

from slaclock.errors import NoWorkingTimeError, OutOfRangeError, SlaClockError
from slaclock.policy.warnings import WarningAt
from slaclock.temporal.instants import LAST_INSTANT, from_micros, to_micros
from slaclock.temporal.intervals import Run

from .as_known import as_known, instants_of
from .in_force import TargetInForce
from .states import State
from .verdicts import Question, Verdict, verdict_of

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

    def of(self, target: TargetInForce, pauses: Run) -> int | None:
        """Where it lies, as far as is known; None while a pause holds it, and where it never comes."""
        try:
            micros = self._of(target, pauses)
        except (NoWorkingTimeError, OutOfRangeError):  # so much open time lies nowhere ahead
            return None
        return None if micros is None or micros > LAST_INSTANT else micros

    def _of(self, target: TargetInForce, pauses: Run) -> int | None:
        if self.kind == "window":
            return target.expected_from(pauses)
        if self.kind == "due":
            return target.due
        percent = self.percent if self.at is None else self.at.percent
        if percent is not None:
            return target.part_due(Fraction(percent) / 100, pauses)
        moment = self.at
        assert moment is not None
        assert moment.length is not None  # it is of the one or of the other
        return target.off_due(moment.length, pauses, after=moment.after)


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
    walk = _Walk(question._replace(ticket=as_known(question.ticket, at)), at, tuple(percents))
    yield from walk.turns(to_micros(question.ticket.opened) if since is None else since, since is not None)


class _Walk:
    """A walk over a ticket's instants, by a copy of the ticket that knows nothing of what came after `now`."""

    def __init__(self, question: Question, now: int, percents: tuple[int | float, ...]) -> None:
        self._question, self._now = question, now
        self._rule = question.policy.measure(question.measure)
        self._instants = instants_of(question.ticket, self._rule)
        marks = [Mark("milestone", percent=percent) for percent in percents]
        self._marks = [Mark("window"), *marks]
        self._state: State | None = None
        self._cycle: tuple[int | None, int] = (None, 0)  # the number and the start of that which is judged
        self._true: set[Mark] = set()  # what is true of its target
        self._last = len(self._verdict(now).cycles) + 1  # the number of the last cycle that is looked at

    def turns(self, since: int, silent: bool) -> Iterator[Turning]:
        """What turns from an instant on; `silent` about what turns at it."""
        place = bisect_right(self._instants, since)
        at: int | None = since
        while at is not None:
            verdict = self._known(at)
            if verdict is not None and (verdict.cycle or 0) > self._last:
                return
            found = [*self._turns_at(at, verdict)]
            if not (silent and at == since):
                yield from found
            until = self._instants[place] if place < len(self._instants) else None
            at = self._next(at, until, verdict)
            if at is not None and at == until:
                place += 1

    def _verdict(self, at: int) -> Verdict:
        return verdict_of(self._question, from_micros(at, self._question.policy.calendar.zone))

    def _known(self, at: int) -> Verdict | None:
        """The verdict at an instant, None where there was an error then that has been mended since."""
        try:
            return self._verdict(at)
        except SlaClockError:
            return None

    def _of(self, verdict: Verdict) -> list[Mark]:
        """The marks of a target, with the warnings of the priority in force."""
        policy, measure = self._question.policy, self._question.measure
        own = [
            Mark("warning", warning=name, at=rule.at)
            for name, rule in policy.warnings.items()
            if rule.is_of(measure, verdict.known.terms.priority)
        ]
        return [*self._marks, *own, Mark("due")]

    def _turns_at(self, at: int, verdict: Verdict | None) -> Iterator[Turning]:
        """What turns at an instant."""
        if verdict is None:
            self._state = None
            return
        if self._cycle != (verdict.cycle, verdict.known.start):
            self._cycle, self._true = (verdict.cycle, verdict.known.start), set()
        if verdict.judged is not None:
            for mark in self._of(verdict):
                micros = mark.of(verdict.judged, verdict.pauses)
                if micros is None or micros > min(at, verdict.known.seen):
                    if micros is not None or verdict.judged.due is not None:
                        self._true.discard(mark)
                elif mark not in self._true:
                    self._true.add(mark)
                    yield Turning(at, mark.kind, mark, None, None, verdict.cycle)
        if self._state is not None and self._state != verdict.state:
            yield Turning(at, "state", None, self._state, verdict.state, verdict.cycle)
        self._state = verdict.state

    def _next(self, at: int, until: int | None, verdict: Verdict | None) -> int | None:
        """The next instant at which something may turn: by itself, or since something happens."""
        own = [] if verdict is None or verdict.judged is None else [*self._ahead(verdict, at)]
        later = [micros for micros in own if at < micros <= LAST_INSTANT]
        if until is not None:
            later.append(until)
        return min(later, default=None)

    def _ahead(self, verdict: Verdict, at: int) -> Iterator[int]:
        """Where something may turn by itself: the marks of what runs, the breach, and where the next cycle begins."""
        judged = verdict.judged
        assert judged is not None  # asked for only where there is one
        if judged.due is not None:
            yield from (judged.due, judged.due + 1)
        if verdict.known.seen >= at:
            for mark in self._of(verdict):
                micros = mark.of(judged, verdict.pauses)
                if micros is not None:
                    yield micros
