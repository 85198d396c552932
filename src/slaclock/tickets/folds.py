"""The cycles of a ticket, folded from its events once."""

from __future__ import annotations

from datetime import datetime

from slaclock.policy.measures import MeasureRule
from slaclock.temporal.instants import to_micros

from .conditions import cycles_while
from .cycles import Cycle, Judge
from .grids import cycles_of_grids
from .moments import Moment, moments
from .tickets import Ticket
from .waits import CANCELLED, Stop


def cycles_of(ticket: Ticket, rule: MeasureRule, at: int, judge: Judge) -> list[Cycle]:
    """The cycles that had begun by `at`, in order, as they were known then."""
    if rule.holds:
        return list(cycles_while(ticket, rule, at))
    if rule.next == "grid":
        return list(cycles_of_grids(ticket, rule, at, judge))
    if not ticket.events and not ticket.reopenings and rule.starts_with_ticket:
        return [_only(ticket, rule, at)]
    return _Fold(ticket, rule, at, judge).cycles


def _only(ticket: Ticket, rule: MeasureRule, at: int) -> Cycle:
    """The one cycle of a ticket without messages and reopenings."""
    start = to_micros(ticket.opened)
    responded = _by(ticket.responded, at) if rule.ends_at_response else None
    resolved, cancelled = _by(ticket.resolved, at), _by(ticket.cancelled, at)
    done = responded if resolved is None or (responded is not None and responded < resolved) else resolved
    # What was done before stays done, and what was answered just then; a resolution at the same instant does not.
    if cancelled is not None and (done is None or done > cancelled or (done == cancelled and done != responded)):
        return Cycle(start, cancelled=cancelled)
    return Cycle(start, done)


def _by(when: datetime | None, at: int) -> int | None:
    """The instant, if it had come by `at`."""
    if when is None:
        return None
    micros = to_micros(when)
    return micros if micros <= at else None


class _Fold:
    """The cycles of a measure whose clock starts and ends at events."""

    def __init__(self, ticket: Ticket, rule: MeasureRule, at: int, judge: Judge) -> None:
        self.cycles: list[Cycle] = []
        self._rule, self._judge = rule, judge
        self._starts, self._ends = frozenset(rule.starts), frozenset(rule.ends)
        self._open = True
        self._pending: int | None = None  # where the next cycle will start
        self._answer: int | None = None  # what ended the first cycle while the ticket was withdrawn
        for moment in moments(ticket, rule, at):
            self._take(moment)
        self._begin_pending(at)

    @property
    def _running(self) -> Cycle | None:
        last = self.cycles[-1] if self.cycles else None
        return last if last is not None and last.done is None and last.cancelled is None else None

    def _take(self, moment: Moment) -> None:
        self._begin_pending(moment.at - 1)  # what happens where it starts ends nothing
        if "opened" in moment.events & self._starts:
            self.cycles.append(Cycle(moment.at))
        if moment.events & self._ends:
            self._end(moment)
        for turn in moment.turns:
            self._turn(turn, moment.at)
        if self._pending is None:
            if self._open and (moment.events - {"opened"}) & self._starts:
                self._start(moment.at)
        elif self._pending <= moment.at:
            self._begin_pending(moment.at)

    def _begin_pending(self, by: int) -> None:
        if self._pending is not None and self._pending <= by:
            self.cycles.append(Cycle(self._pending, after_due=True))
            self._pending = None

    def _start(self, at: int) -> None:
        running = self._running
        if running is None:
            if not (self._rule.cycles == "first" and self.cycles):
                self.cycles.append(Cycle(at))
        elif self._rule.oldest == "newest" and not self._judge.is_breached(running._replace(done=at)):
            self.cycles[-1] = Cycle(at)

    def _end(self, moment: Moment) -> None:
        running = self._running
        if running is None:
            if not self._open and self._rule.cycles == "first" and self._answer is None:
                self._answer = moment.at
            return
        self.cycles[-1] = ended = running._replace(done=moment.at)
        if self._rule.next == "due" and moment.events & self._ends & self._starts:
            due = self._judge.due(ended)
            self._pending = due if due is not None and due >= moment.at else None

    def _turn(self, turn: str, at: int) -> None:
        if turn == "reopened":
            self._open = True
            self._resume(at)
            return
        self._open, self._pending, running = False, None, self._running
        if running is not None:
            self.cycles[-1] = running.closed(at, withdrawn=turn == "cancelled")

    def _resume(self, at: int) -> None:
        """A reopening ends the cancellation of a first cycle, which no other follows."""
        last = self.cycles[-1] if self.cycles else None
        if self._rule.cycles != "first" or last is None or last.cancelled is None:
            return
        gap = Stop(last.cancelled, at, CANCELLED)
        self.cycles[-1] = last._replace(done=self._answer, cancelled=None, gaps=(*last.gaps, gap))
        self._answer = None
