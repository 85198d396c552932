"""What follows from a verdict, in whole microseconds: where the clock starts, what has run, and what is left."""

from __future__ import annotations

from fractions import Fraction

from slaclock.clock.deadlines import left_until
from slaclock.clock.pauses import counted, ended_by
from slaclock.policy.terms import Terms
from slaclock.timetable.timetable import WALL, Clock

from . import clock_parts
from .clock_parts import ClockPart
from .in_force import TargetInForce
from .states import NOTES, Note
from .verdicts import Verdict


def terms_of(verdict: Verdict) -> Terms:
    """The terms that are judged by, or those in force where there is nothing to judge by."""
    return verdict.known.terms if verdict.judged is None else verdict.judged.terms


def counting(verdict: Verdict) -> tuple[TargetInForce, ...]:
    """The targets whose clocks make up what has run: the one that is judged by, with those from which it carries."""
    judged, targets = verdict.judged, verdict.targets
    those: list[TargetInForce] = []
    for target in reversed(() if judged is None else targets[: targets.index(judged) + 1]):
        those.append(target)
        if target.carried is None:
            break
    return tuple(reversed(those))


def first_of(verdict: Verdict) -> TargetInForce | None:
    """The target whose clock starts first; of several that start at once the one that came first."""
    return min(counting(verdict), key=lambda target: target.budget.start, default=None)


def start_of(verdict: Verdict) -> int:
    """Where the clock starts: for a target that carries what others used, where theirs did."""
    first = first_of(verdict)
    return verdict.known.start if first is None else first.budget.start


def due_of(verdict: Verdict) -> int | None:
    """The due date, None where there is none."""
    return None if verdict.judged is None else verdict.judged.due


def expected_from(verdict: Verdict) -> int | None:
    """The earliest instant of a window, None where there is none."""
    return None if verdict.judged is None else verdict.judged.expected_from()


def parts_of(verdict: Verdict, end: int) -> tuple[ClockPart, ...]:
    """The parts of the clock's time from its start to an instant: one, or under `carry` one for each target."""
    targets, known = counting(verdict), verdict.known
    if targets:
        return clock_parts.parts_of(known, targets, end)
    terms = known.known_terms(terms_of(verdict), known.start)
    return (ClockPart(known.start, end, terms.calendar, stops=known.stops_of(terms)),)


def elapsed(verdict: Verdict) -> int:
    """What the hours clock has counted, also of a target in days."""
    return sum(part.hours() for part in parts_of(verdict, verdict.known.seen))


def elapsed_days(verdict: Verdict) -> Fraction:
    """What the days clock has counted."""
    return sum((part.days() for part in parts_of(verdict, verdict.known.seen)), Fraction(0))


def remaining(verdict: Verdict) -> int | None:
    """The open time that is left, negative once it is late; None without a target."""
    judged, seen = verdict.judged, verdict.known.seen
    if judged is None:
        return None
    return left_until(due_now(judged, seen), judged.target, judged.terms.calendar, seen)


def remaining_days(verdict: Verdict) -> Fraction | None:
    """The same in service days."""
    judged, seen = verdict.judged, verdict.known.seen
    if judged is None:
        return None
    return Fraction(judged.terms.calendar.timetable.days.between(seen, due_now(judged, seen)))


def due_now(judged: TargetInForce, now: int) -> int:
    """The due date, or the one that would hold if open pauses ended now; one that there is stands anyway."""
    due = judged.due if judged.due is not None else judged.due_by(ended_by(judged.pauses, now))
    assert due is not None  # no pause is open any more
    return due


def latest(verdict: Verdict) -> int:
    """The last instant that any answer looks at, up to which the calendars decide them."""
    judged, seen = verdict.judged, verdict.known.seen
    ahead = () if judged is None else (judged.expected_from(), due_now(judged, seen))
    return max(seen, start_of(verdict), *(at for at in ahead if at is not None))


def over(verdict: Verdict) -> int | None:
    """What the target's clock has counted beyond it, standing still in the pauses; None without a target."""
    judged, seen = verdict.judged, verdict.known.seen
    if judged is None:
        return None
    if judged.due is None or judged.due >= seen:
        return 0
    clock: Clock[int] = WALL if judged.target.wall else judged.terms.calendar.timetable.hours
    return counted(clock, judged.due, seen, judged.pauses)


def over_days(verdict: Verdict) -> Fraction | None:
    """The same in service days."""
    judged, seen = verdict.judged, verdict.known.seen
    if judged is None:
        return None
    if judged.due is None or judged.due >= seen:
        return Fraction(0)
    return Fraction(counted(judged.terms.calendar.timetable.days, judged.due, seen, judged.pauses))


def note(verdict: Verdict) -> Note | None:
    """Why what has run and what is left do not make up the target, where the clock has stood still since the due date.

    None where it has not, and without a target.
    """
    left, beyond = remaining(verdict), over(verdict)
    return NOTES[0] if left is not None and beyond is not None and left < -beyond else None


def consumed(verdict: Verdict) -> float | None:
    """The share of the target that is used up; None without a target."""
    return None if verdict.judged is None else float(verdict.judged.consumed(verdict.known.seen))
