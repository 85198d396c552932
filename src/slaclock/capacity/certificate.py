"""`overload_of_jobs`: how many of some jobs must be late, whoever does what, with the interval that proves it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from slaclock.calendar.base import Calendar, not_a_calendar
from slaclock.errors import ModelError, PolicyError
from slaclock.formats.models import short_repr
from slaclock.temporal.instants import InstantLike, duration_micros, from_micros, instant_of, to_micros

from .bounds import Need, Window, forced_window, plan_of, windows_of
from .figures import Job, OverloadProof, OverloadStep
from .overloads import Overload


def overload_of_jobs(jobs: Iterable[Job], *, at: InstantLike, calendar: Calendar, hands: int = 1) -> Overload:
    """How many of some jobs must be late that nobody has begun at `at`, with so many hands at work by a calendar.

    `least` is proven: nobody can have fewer late, in whatever order and by whomever things are done, were work even
    handed from one to another at any moment. With one person it is exact. Two people never work on one item at once. A
    job that is due by `at` already, or whose work alone takes longer than there is time, is late.

    Raises `ModelError` for what is no job, and `PolicyError` for a number of hands below one, or so large that the time
    of all of them is no length.

    >>> from slaclock import Policy
    >>> due = ["2018-04-06T16:30+01:00", "2018-04-06T16:30+01:00", "2018-04-09T09:00+01:00"]
    >>> jobs = [Job(id=f"T{number}", due=when, work="1 hour") for number, when in enumerate(due, 1)]
    >>> desk = Policy.example().calendar
    >>> overload_of_jobs(jobs, at="2018-04-06T15:00+01:00", calendar=desk)
    <Overload of 3 items, 1 person: exactly 1 must be late>
    >>> overload_of_jobs(jobs, at="2018-04-06T15:00+01:00", calendar=desk, hands=2)
    <Overload of 3 items, 2 people: none need be late>
    """
    if not isinstance(calendar, Calendar):
        raise not_a_calendar(calendar)
    if isinstance(jobs, (Job, str)) or not isinstance(jobs, Iterable):
        raise ModelError(f"{short_repr(jobs)} is not a list of jobs", "give one, such as [job]", "jobs", value=jobs)
    listed = list(jobs)
    for number, job in enumerate(listed):
        if not isinstance(job, Job):
            raise ModelError(f"{short_repr(job)} is not a job", "give jobs", ("jobs", number), value=job)
    return certificate(listed, at=instant_of(at), calendar=calendar, hands=checked_hands(hands))


def checked_hands(hands: int) -> int:
    """The number of hands; `PolicyError` for one that is none."""
    if isinstance(hands, bool) or not isinstance(hands, int) or hands < 1:
        problem = f"{short_repr(hands)} is no number of hands"
        raise PolicyError(problem, "give a whole number of people, 1 or more", "hands", value=hands)
    return hands


class Apart(NamedTuple):
    """How many items are counted beside those that could be in time."""

    overdue: int = 0
    paused: int = 0
    left_out: int = 0
    later: int = 0


NOTHING_APART = Apart()
_MOST_MICROS = duration_micros(timedelta.max)


def certificate(
    jobs: Sequence[Job], *, at: datetime, calendar: Calendar, hands: int, apart: Apart = NOTHING_APART
) -> Overload:
    """The proof for some jobs, beside others that are only counted."""
    now, clock = to_micros(at), calendar.timetable.hours
    # What must be done before its due date must be done a microsecond before it.
    ends = [max(to_micros(job.due) - job.strict, now) for job in jobs]
    needs = [Need(clock.between(now, end), duration_micros(job.work)) for job, end in zip(jobs, ends, strict=True)]
    fitting = [number for number, need in enumerate(needs) if need.fits]
    fit = [needs[number] for number in fitting]
    due: dict[int, datetime] = {}  # of each window the first due date
    for number in fitting:
        window = needs[number].window
        due[window] = min(due.get(window, jobs[number].due), jobs[number].due, key=to_micros)
    if max((need.window for need in fit), default=0) * hands > _MOST_MICROS:
        remedy = f"give fewer: more than one for each item, {len(jobs):,} in all, have nothing to do"
        raise PolicyError(f"{hands} hands have more time than a length can have", remedy, "hands", value=hands)
    windows = [*windows_of(fit, hands)]
    proof = _proof(windows, forced_window(fit, hands) if hands > 1 else None)
    plan = plan_of(fit, hands)
    too_long = tuple(job.id for job, need in zip(jobs, needs, strict=True) if not need.fits)

    def shown(instant: datetime) -> datetime:
        return from_micros(to_micros(instant), calendar.zone)

    return Overload(
        at=shown(at),
        hands=hands,
        items=len(jobs),
        least=len(too_long) + (proof.late if proof is not None else 0),
        enough=len(too_long) + len(plan.late),
        too_long=too_long,
        proof=None
        if proof is None
        else OverloadProof(
            start=shown(at),
            due=shown(due[proof.window]),
            items=proof.items,
            work=_length(proof.work),
            capacity=_length(proof.capacity),
            late=proof.late,
            left=_length(proof.left),
            ahead=proof.ahead,
        ),
        steps=tuple(
            OverloadStep(shown(due[own.window]), own.items, _length(own.work), _length(own.capacity), own.late)
            for own in windows
        ),
        plan=tuple(tuple(jobs[fitting[number]].id for number in own) for own in plan.hands),
        let_go=(*too_long, *(jobs[fitting[number]].id for number in plan.late)),
        **apart._asdict(),
    )


def _proof(windows: Sequence[Window], forced: Window | None) -> Window | None:
    """The first window in which as many must be late as in any; None where none need be."""
    most = max((window.late for window in windows), default=0)
    if forced is not None and forced.late > most:
        return forced
    return next((window for window in windows if window.late == most), None) if most else None


def _length(micros: int) -> timedelta:
    return timedelta(microseconds=micros)
