"""Lints: rules that a policy may say and can hardly mean. Each has a name, and can be silenced with a reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from slaclock.calendar.special_days import DateRange
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.clock.budgets import budget_of
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy.measures import MEASURES, Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import from_micros, to_micros

from .years import dates_of, first_year, instant_on, last_day


class Hint(NamedTuple):
    """What a lint has to say of a key of the policy."""

    path: str
    problem: str
    remedy: str


_LONGEST_GAP = 130  # days; in England 120 lie between the one in August and Christmas
Lint = Callable[[Policy], Iterator[Hint]]


class _PolicyTarget(NamedTuple):
    """A target and where it stands."""

    path: str
    kind: str
    priority: str | None
    measure: Measure
    target: Target


def _targets(policy: Policy) -> Iterator[_PolicyTarget]:
    for kind, targets in policy.targets.items():
        for priority, measures in targets.priorities.items():
            for measure in MEASURES:
                if target := measures.get(measure):
                    yield _PolicyTarget(f"targets.{kind}.{priority}.{measure}", kind, priority, measure, target)
        for measure in MEASURES:
            if target := targets.every.get(measure):
                yield _PolicyTarget(f"targets.{kind}.{measure}", kind, None, measure, target)


def _all_targets(policy: Policy) -> Iterator[tuple[str, Target]]:
    yield from ((entry.path, entry.target) for entry in _targets(policy))
    for name, standard in policy.standards.items():
        if standard.limit is not None:
            yield f"standards.{name}.target", standard.limit


def slacker_than_lower(policy: Policy) -> Iterator[Hint]:
    """A priority whose target is slacker than the target of a lower one, which stands after it in the file."""
    start = _usual_opening(policy)
    if start is None:
        return
    targets = [target for target in _targets(policy) if target.priority is not None]
    for number, higher in enumerate(targets):
        due = _due(policy, higher.target, start)
        for lower in targets[number + 1 :]:
            if due is None or (lower.kind, lower.measure) != (higher.kind, higher.measure):
                continue
            lower_due = _due(policy, lower.target, start)
            if lower_due is not None and due > lower_due:
                yield Hint(
                    higher.path,
                    f"{higher.priority} has more time ({higher.target}) than the lower {lower.priority} "
                    f"({lower.target})",
                    "swap the two, or put the priorities in order, the highest first",
                )
                break


def window_without_room(policy: Policy) -> Iterator[Hint]:
    """A window that ends where it starts, so that its first instant is its last."""
    for path, target in _all_targets(policy):
        if target.low is not None and target.low == target.high:
            yield Hint(path, f"the window {str(target)!r} ends where it starts", "widen it, or write one amount")


def unnamed_day_rule(policy: Policy) -> Iterator[Hint]:
    """Targets in days under a calendar that leaves unsaid which of the four readings of a day is meant."""
    calendar = policy.calendar
    if not isinstance(calendar, WorkingCalendar) or "day_rule" in calendar.model_fields_set:
        return
    days = [path for path, target in _all_targets(policy) if target.unit == "days" and target.by is None]
    if days:
        yield Hint(
            "calendar",
            f"{days[0]} counts days, and no day_rule says how a day is counted",
            "name the rule that is meant, e.g. day_rule = 'proportional'",
        )


def holidays_end_early(policy: Policy) -> Iterator[Hint]:
    """Holidays that are listed date by date and end before the policy does."""
    calendar, end = policy.calendar, last_day(policy)
    if not isinstance(calendar, WorkingCalendar) or end is None:
        return
    holidays = calendar.holidays
    if holidays.countries or holidays.recurring or not holidays.dates:
        return
    last = max(day for day, _ in holidays.dates)
    # The last holiday of a list that is whole lies before the end, though hardly by more than two of them lie apart.
    if last < end - timedelta(days=_LONGEST_GAP):
        yield Hint(
            "calendar.holidays",
            f"the last holiday is on {last}, and the policy runs to {end}",
            "add the later ones, or give the country's code",
        )


def special_day_on_closed_day(policy: Policy) -> Iterator[Hint]:
    """A special day that closes dates which are closed anyway."""
    calendar = policy.calendar
    if not isinstance(calendar, WorkingCalendar):
        return
    bare = calendar.model_copy(update={"special": ()})
    for special in calendar.special:
        if special.hours or not isinstance(special.when, DateRange):
            continue
        first, last = special.when
        days = [first + timedelta(days=n) for n in range(min((last - first).days, 366) + 1)]
        if not any(bare.is_working_day(day) for day in days):
            yield Hint(
                f"calendar.special.{special.when}",
                f"the special day {special.when} closes what is closed anyway",
                "remove it, or correct its date",
            )


def target_longer_than_year(policy: Policy) -> Iterator[Hint]:
    """A target that a ticket of the year's first day cannot miss within the year."""
    start = _usual_opening(policy)
    if start is None:
        return
    year = policy.year(from_micros(start, policy.calendar.zone))
    length = to_micros(year.end) - to_micros(year.start)
    for path, target in _all_targets(policy):
        due = _due(policy, target, start)
        if due is None or due - start > length:
            yield Hint(path, f"the target {str(target)!r} is longer than a subscription year", "shorten it")


def unused_reason(policy: Policy) -> Iterator[Hint]:
    """A pause reason that stops only measures for which nothing has a target."""
    used = {entry.measure for entry in _targets(policy)}
    used |= {standard.measure for standard in policy.standards.values() if standard.target is not None}
    for reason, measures in policy.pauses.items():
        if measures and not used & set(measures):
            yield Hint(
                f"pauses.{reason}",
                f"{reason!r} stops {' and '.join(measures)}, for which there is no target",
                "add the target, or let it stop nothing: []",
            )


def unreachable_dated_hours(policy: Policy) -> Iterator[Hint]:
    """Dated hours that end before the policy begins, or begin after its subscription has ended."""
    calendar = policy.calendar
    if not isinstance(calendar, WorkingCalendar):
        return
    begins = max(
        filter(None, (policy.in_force_from, min(policy.coverage).first if policy.coverage else None)), default=None
    )
    ends = max(span.last for span in policy.coverage) if policy.coverage else None
    for number, dated in enumerate(calendar.dated_hours):
        early = begins is not None and dated.span.last < begins
        late = ends is not None and dated.span.first > ends
        if early or late:
            side = f"end before the policy begins on {begins}" if early else f"begin after the policy ends on {ends}"
            yield Hint(
                f"calendar.dated_hours.{number}",
                f"the dated hours {_span(dated.span)} {side}",
                "remove them, or correct their dates",
            )


def standard_without_target(policy: Policy) -> Iterator[Hint]:
    """A service standard with neither a target of its own nor one among those of its kind."""
    for name, standard in policy.standards.items():
        case = (standard.kind, standard.measure)
        targeted = any((entry.kind, entry.measure) == case for entry in _targets(policy))
        if standard.target is None and not targeted:
            yield Hint(
                f"standards.{name}",
                f"the standard has no target, and {standard.kind!r} has none to {standard.measure}",
                "add target = '...'",
            )


def priority_without_target(policy: Policy) -> Iterator[Hint]:
    """A priority agreed from impact and urgency for which no kind has a target."""
    known = {priority for targets in policy.targets.values() for priority in targets.priorities}
    for impact, urgencies in policy.priorities.items():
        for urgency, priority in urgencies.items():
            if priority not in known:
                yield Hint(
                    f"priorities.{impact}.{urgency}", f"no kind has a target for {priority!r}", "add one, or correct it"
                )


LINTS: dict[str, Lint] = {
    "slacker-than-lower": slacker_than_lower,
    "window-without-room": window_without_room,
    "unnamed-day-rule": unnamed_day_rule,
    "holidays-end-early": holidays_end_early,
    "special-day-on-closed-day": special_day_on_closed_day,
    "target-longer-than-year": target_longer_than_year,
    "unused-reason": unused_reason,
    "unreachable-dated-hours": unreachable_dated_hours,
    "standard-without-target": standard_without_target,
    "priority-without-target": priority_without_target,
}
UNKNOWN, IDLE, REASONLESS = "unknown-lint", "idle-silence", "silence-without-reason"
NAMES = (*LINTS, UNKNOWN, IDLE, REASONLESS)


def hints_of(policy: Policy) -> Iterator[tuple[str, Hint]]:
    """What every lint has to say, with its name, but for those that the policy silences."""
    by_lint = {name: list(lint(policy)) for name, lint in LINTS.items()}
    for name, hints in by_lint.items():
        if name not in policy.silence:
            yield from ((name, hint) for hint in hints)
    for name, reason in policy.silence.items():
        path = f"silence.{name}"
        if name not in LINTS:
            yield UNKNOWN, Hint(path, f"there is no lint {name!r}", "use one of: " + ", ".join(LINTS))
        elif not by_lint[name]:
            yield IDLE, Hint(path, f"the lint {name!r} has nothing to say here", "remove the line")
        elif not reason.strip():
            yield REASONLESS, Hint(path, f"the lint {name!r} is silenced without a reason", "say why")


def _usual_opening(policy: Policy) -> int | None:
    """The first opening of the first ordinary week of the policy's first year, whose days are all worked."""
    year = first_year(policy).period
    try:
        opening = policy.calendar.timetable.next_open(instant_on(policy, year.first_day))
        for day in dates_of(year):
            week = [day + timedelta(days=number) for number in range(7)]
            if day.weekday() == 0 and _ordinary(policy, week):
                return policy.calendar.timetable.next_open(instant_on(policy, day))
    except SlaClockError:  # no opening at all
        return None
    return opening


def _ordinary(policy: Policy, week: list[date]) -> bool:
    calendar = policy.calendar
    if not isinstance(calendar, WorkingCalendar):
        return True
    return all(calendar.is_working_day(day) == bool(calendar.hours[day.weekday()]) for day in week)


def _due(policy: Policy, target: Target, start: int) -> int | None:
    try:
        return budget_of(policy.calendar, target, start).due(())
    except SlaClockError:  # so much open time lies nowhere ahead, or its days are not whole
        return None


def _span(span: DateRange) -> str:
    return f"until {span.last}" if span.first == date.min else f"from {span.first}"
