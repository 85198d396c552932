"""The answers for one target: when it is due, how much of it has run, what is left, whether it is breached.

Pauses are `Pause` objects or `(start, end)` pairs, in any order; an end of None is a pause that is still open.
A target is a `Target`, its text, or a timedelta of open time. An instant is an aware datetime, or ISO 8601 text with
its offset. Answers are in the calendar's zone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction

from slaclock.calendar.base import Calendar, backward, not_a_calendar
from slaclock.errors import TargetError
from slaclock.temporal.instants import InstantLike, from_micros, is_missing, micros_of
from slaclock.timetable.timetable import WALL, Clock

from .budgets import budget_from, budget_of
from .cutoffs import latest_arrival
from .day_rules import names_moment
from .pauses import PauseLike, counted, ended_by, run_of
from .targets import Target

TargetLike = Target | timedelta | str
"""A target as functions take it: a `Target`, its text, or a length of open time."""


def deadline(
    start: InstantLike, target: TargetLike, *, calendar: Calendar, pauses: Iterable[PauseLike] = ()
) -> datetime | None:
    """The earliest instant at which the target is used up; None while an open pause holds it.

    A target that runs out exactly at closing is due at closing, not at the next opening. Raises
    `NoWorkingTimeError` when the calendar has not enough open time ahead, and `OutOfRangeError` when the answer
    lies past the year 9999.

    >>> from datetime import datetime
    >>> from zoneinfo import ZoneInfo
    >>> from slaclock import Policy
    >>> london = ZoneInfo("Europe/London")
    >>> desk = Policy.example().calendar
    >>> str(deadline(datetime(2026, 11, 27, 15, 40, tzinfo=london), "2 hours", calendar=desk))
    '2026-11-30 09:10:00+00:00'
    """
    if not isinstance(calendar, Calendar):
        raise not_a_calendar(calendar)
    begun = micros_of(start)
    due = budget_of(calendar, Target.of(target), begun).due(run_of(pauses) if pauses else ())
    return None if due is None else from_micros(due, calendar.zone)


def elapsed(start: InstantLike, end: InstantLike, *, calendar: Calendar, pauses: Iterable[PauseLike] = ()) -> timedelta:
    """The service hours between two instants: open time, less what pauses cover of it.

    Raises `NegativeIntervalError` when `end` is before `start`.

    >>> from datetime import datetime
    >>> from zoneinfo import ZoneInfo
    >>> from slaclock import Policy
    >>> london = ZoneInfo("Europe/London")
    >>> friday, monday = datetime(2026, 11, 27, 15, 40, tzinfo=london), datetime(2026, 11, 30, 9, tzinfo=london)
    >>> str(elapsed(friday, monday, calendar=Policy.example().calendar))
    '1:50:00'
    """
    a = micros_of(start)
    b = micros_of(end)
    if b < a:
        raise backward(start, end)
    try:
        timetable = calendar.timetable
    except AttributeError:
        if isinstance(calendar, Calendar):
            raise
        raise not_a_calendar(calendar) from None
    if pauses:
        return timedelta(microseconds=counted(timetable.hours, a, b, run_of(pauses)))
    return timedelta(0, 0, timetable.hours_between(a, b))  # positional, since keywords take twice as long


def elapsed_days(
    start: InstantLike, end: InstantLike, *, calendar: Calendar, pauses: Iterable[PauseLike] = ()
) -> Fraction:
    """The service days between two instants, each working day being worth 1 over its own hours; exact.

    Raises `NegativeIntervalError` when `end` is before `start`.

    >>> from slaclock import Policy
    >>> start, end = "2018-04-05T16:00+01:00", "2018-04-06T08:51+01:00"    # an hour of 9, and 51 minutes of 8.5 hours
    >>> elapsed_days(start, end, calendar=Policy.example().calendar)
    Fraction(19, 90)
    """
    if not isinstance(calendar, Calendar):
        raise not_a_calendar(calendar)
    a = micros_of(start)
    b = micros_of(end)
    if b < a:
        raise backward(start, end)
    return Fraction(counted(calendar.timetable.days, a, b, run_of(pauses)))


def subtract(end: InstantLike, target: TargetLike, *, calendar: Calendar, pauses: Iterable[PauseLike] = ()) -> datetime:
    """The latest start from which the target is used up by `end`, outside the pauses.

    It serves the hours clock (which includes `fixed-hours` days), the wall clock and proportional days. For days
    that end at a moment (`same-time`, `close-of-business`, `by`) many starts share one end, and it raises
    `TargetError`. Of days on a calendar with a cut-off it is the latest arrival for which the clock starts in time.
    Raises `NoWorkingTimeError` when the calendar has not enough open time before, and `OutOfRangeError` when the answer
    lies before the year 1.

    >>> from datetime import datetime
    >>> from zoneinfo import ZoneInfo
    >>> from slaclock import Policy
    >>> london = ZoneInfo("Europe/London")
    >>> due = datetime(2026, 11, 30, 9, tzinfo=london)
    >>> friday = datetime(2026, 11, 27, 15, tzinfo=london), datetime(2026, 11, 27, 16, tzinfo=london)
    >>> str(subtract(due, "2 hours", calendar=Policy.example().calendar, pauses=[friday]))
    '2026-11-27 14:30:00+00:00'
    """
    if not isinstance(calendar, Calendar):
        raise not_a_calendar(calendar)
    wanted = Target.of(target)
    if names_moment(calendar.rules, wanted):
        raise TargetError(
            f"the target {str(wanted)!r} ends at a moment of its last day, which has no inverse",
            "subtract hours, or days under the day rule 'proportional' or 'fixed-hours'",
            value=target,
        )
    ended = micros_of(end)
    latest = budget_from(calendar, wanted, ended, wanted.high).latest_start(ended, run_of(pauses) if pauses else ())
    if wanted.unit == "days":
        latest = latest_arrival(calendar, latest)
    return from_micros(latest, calendar.zone)


def remaining(
    start: InstantLike, target: TargetLike, *, calendar: Calendar, at: InstantLike, pauses: Iterable[PauseLike] = ()
) -> timedelta:
    """The open time from `at` to the due date that would hold if every pause open at `at` ended there.

    Once overdue it is negative: minus the open time since the due date. A wall target counts plain time.

    Raises `NegativeIntervalError` when `at` is before `start`, and what `deadline` raises.

    >>> from slaclock import Policy
    >>> desk, opened = Policy.example().calendar, "2018-04-09T10:00+01:00"
    >>> str(remaining(opened, "6 hours", calendar=desk, at="2018-04-09T12:00+01:00"))
    '4:00:00'
    """
    due, wanted, now = _due_if_ended(start, target, calendar=calendar, at=at, pauses=pauses)
    return timedelta(microseconds=left_until(due, wanted, calendar, now))


def remaining_days(
    start: InstantLike, target: TargetLike, *, calendar: Calendar, at: InstantLike, pauses: Iterable[PauseLike] = ()
) -> Fraction:
    """The service days from `at` to that due date, exact; once overdue minus those since."""
    due, _, now = _due_if_ended(start, target, calendar=calendar, at=at, pauses=pauses)
    return Fraction(calendar.timetable.days.between(now, due))


def _due_if_ended(
    start: InstantLike, target: TargetLike, *, calendar: Calendar, at: InstantLike, pauses: Iterable[PauseLike]
) -> tuple[int, Target, int]:
    """The due date that would hold if every pause open at `at` ended there; the target, and `at`."""
    if not isinstance(calendar, Calendar):
        raise not_a_calendar(calendar)
    wanted, begun, now = Target.of(target), micros_of(start), micros_of(at)
    if now < begun:
        raise backward(start, at)
    due = budget_of(calendar, wanted, begun).due(ended_by(run_of(pauses), now))
    assert due is not None  # no pause is open any more
    return due, wanted, now


def is_breached(
    start: InstantLike,
    target: TargetLike,
    *,
    calendar: Calendar,
    at: InstantLike,
    done: InstantLike | None = None,
    pauses: Iterable[PauseLike] = (),
) -> bool:
    """Whether the target is breached at `at`, the work having been done at `done`, or not yet.

    "Within" is met at the due instant itself; a strict target (`< 1 day`) is breached at it. The comparison is
    by instant: due Friday 16:30 and done on Saturday is late, although no working time passed.

    Raises `NegativeIntervalError` when `at` or `done` is before `start`, and what `deadline` raises.

    >>> from slaclock import Policy
    >>> desk, opened = Policy.example().calendar, "2018-04-06T14:30+01:00"    # due on Friday at 16:30
    >>> is_breached(opened, "2 hours", calendar=desk, at="2018-04-06T16:30+01:00")
    False
    >>> is_breached(opened, "2 hours", calendar=desk, at="2018-04-07T10:00+01:00")
    True
    """
    if not isinstance(calendar, Calendar):
        raise not_a_calendar(calendar)
    wanted, begun, now = Target.of(target), micros_of(start), micros_of(at)
    if now < begun:
        raise backward(start, at)
    if done is not None and not is_missing(done):
        finished = micros_of(done)
        if finished < begun:
            raise backward(start, done)
        now = min(now, finished)
    return late(wanted, now, budget_of(calendar, wanted, begun).due(run_of(pauses)))


def late(target: Target, at: int, due: int | None) -> bool:
    """Whether what is done at `at`, or not done by then, misses the due instant."""
    return due is not None and (at >= due if target.strict else at > due)


def left_until(due: int, target: Target, calendar: Calendar, at: int) -> int:
    """The microseconds of the target's clock from `at` to the due instant; minus those since it, once it is past."""
    clock: Clock[int] = WALL if target.wall else calendar.timetable.hours
    return clock.between(at, due)
