"""Lints: rules that a policy may say and can hardly mean. Each has a name, and can be silenced with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from slaclock.calendar.hours import WEEKDAYS, DayHours, day_text
from slaclock.calendar.special_days import DateRange, SpecialDay
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.clock.budgets import budget_of
from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy.measures import MEASURES, Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import DAY, MINUTE, from_micros, to_micros

from .calendar_lints import (
    closure_of_closed_time,
    cutoff_outside_hours,
    night_into_closed_day,
    night_into_closed_weekday,
)
from .hints import FileLint, Hint, Lint, opening_hours_of, working_calendars
from .years import dates_of, first_year, instant_on, last_day

_LONGEST_GAP = 130  # days; in England 120 lie between the one in August and Christmas
_FIXED_ZONES = {
    "EST": "America/New_York", "MST": "America/Denver", "HST": "Pacific/Honolulu", "GMT": "Europe/London",
}  # fmt: skip
_OFFSET_ZONE = re.compile(r"Etc/GMT[+-](?!0$)\d+")


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


def zone_without_region(policy: Policy) -> Iterator[Hint]:
    """A zone that is a fixed offset from UTC, and does not follow the clock changes of the region that is meant."""
    for path, calendar in working_calendars(policy.calendar):
        name = calendar.timezone
        if name in _FIXED_ZONES or _OFFSET_ZONE.fullmatch(name):
            region = _FIXED_ZONES.get(name, "America/New_York")
            yield Hint(
                f"{path}.timezone",
                f"the zone {name!r} never changes its clocks, whatever the region does that is meant by it",
                f"name the region, e.g. {region!r}",
            )


def minute_short_of_midnight(policy: Policy) -> Iterator[Hint]:
    """Hours that end at 23:59, a minute short of the day."""
    for path, calendar in working_calendars(policy.calendar):
        days = {f"hours.{name}": day for name, day in calendar.hours._asdict().items()}
        days |= {f"special.{special.when}": special.hours for special in calendar.special}
        days |= {
            f"dated_hours.{number}.hours.{name}": day
            for number, dated in enumerate(calendar.dated_hours)
            for name, day in dated.hours._asdict().items()
        }
        days |= {
            f"seasons.{season.dates}.{name}": day
            for season in calendar.seasons
            for name, day in zip(WEEKDAYS, season.week, strict=True)
            if day is not None
        }
        days["holiday_hours"] = calendar.holiday_hours
        short = [key for key, day in days.items() if any(end % DAY >= DAY - MINUTE for _, end in day)]
        if short:
            more = f", and {len(short) - 1} more like it" if len(short) > 1 else ""
            text = ", ".join(day_text(days[short[0]]))
            yield Hint(
                f"{path}.{short[0]}", f"the hours {text} end just before midnight{more}", "let them end at 24:00"
            )


def dates_open_weekends(policy: Policy) -> Iterator[Hint]:
    """Dates that are given hours without regard to the weekday, and so open weekends that are closed otherwise."""
    for path, calendar in working_calendars(policy.calendar):
        seen: set[DayHours] = set()  # of a range of months each is a special day of its own
        for special in calendar.special:
            dates = [date.fromordinal(day) for day in _dates_without_weekdays(special, first_year(policy).begins)]
            weekend = [day for day in dates if day.weekday() in (5, 6) and not calendar.hours[day.weekday()]]
            weekdays = any(calendar.hours[day.weekday()] for day in dates)
            if special.hours and special.hours not in seen and weekend and weekdays:
                seen.add(special.hours)
                yield Hint(
                    f"{path}.special" + (f".{special.when}" if isinstance(special.when, DateRange) else ""),
                    f"the hours {', '.join(day_text(special.hours))} of these dates open the weekend too, "
                    f"which is closed otherwise: {weekend[0]:%A} {weekend[0]}",
                    "close the weekend's dates, or give the weekdays their hours for that time by seasons",
                )


def _dates_without_weekdays(special: SpecialDay, year: int) -> list[int]:
    """The dates of a special day, for a range those of its first week, for a recurrence those of a year."""
    if isinstance(special.when, DateRange):
        first, last = (day.toordinal() for day in special.when)
        return list(range(first, min(last, first + 6) + 1))
    return [] if "BYDAY" in special.when.rule else sorted(special.when.days(year))


def weekday_replaced(data: Mapping[str, Any]) -> Iterator[Hint]:
    """A rule of opening hours that takes a weekday from an earlier one, where two spans of one day may be meant."""
    for path, said in opening_hours_of(data):
        for earlier, later in said.replaced:
            yield Hint(
                f"{path}.hours",
                f"the rule {later!r} replaces {earlier!r} on the weekdays that both name",
                "write both spans in one rule, such as Mo-Fr 08:00-12:00,13:00-17:00, or take the days out of one",
            )


def breach_can_be_erased(policy: Policy) -> Iterator[Hint]:
    """Several priorities under rules that leave unsaid whether a breach stands when a ticket gets another one."""
    if "breach" in policy.rules.model_fields_set:
        return
    for kind, targets in policy.targets.items():
        several = [name for name in targets.priorities if any(targets.get(kind, name, measure) for measure in MEASURES)]
        if len(several) > 1:
            yield Hint(
                "rules.breach",
                f"{kind} has the priorities {', '.join(several)}, and no rule says whether a breach stands "
                "when a ticket is given another one",
                "name what is meant: breach = 'stands', or 'of-target', by which a lower priority can undo a breach",
            )
            return


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
    "zone-without-region": zone_without_region,
    "minute-short-of-midnight": minute_short_of_midnight,
    "dates-open-weekends": dates_open_weekends,
    "closure-of-closed-time": closure_of_closed_time,
    "night-into-closed-day": night_into_closed_day,
    "cutoff-outside-hours": cutoff_outside_hours,
    "breach-can-be-erased": breach_can_be_erased,
}
FILE_LINTS: dict[str, FileLint] = {
    "night-into-closed-day": night_into_closed_weekday,
    "weekday-replaced": weekday_replaced,
}
"""Lints of what only the file says, and the policy that is read of it does not know."""
SPEAKING = tuple(dict.fromkeys([*LINTS, *FILE_LINTS]))
UNKNOWN, IDLE, REASONLESS = "unknown-lint", "idle-silence", "silence-without-reason"
NAMES = (*SPEAKING, UNKNOWN, IDLE, REASONLESS)


def hints_of(policy: Policy, data: Mapping[str, Any] | None = None) -> Iterator[tuple[str, Hint]]:
    """What every lint has to say, with its name, but for those that the policy silences.

    `data` is what the policy was read of; without it the lints of the file are not asked.
    """
    by_lint = {name: list(lint(policy)) for name, lint in LINTS.items()}
    if data is not None:
        for name, file_lint in FILE_LINTS.items():
            by_lint.setdefault(name, []).extend(file_lint(data))
    for name, hints in by_lint.items():
        if name not in policy.silence:
            yield from ((name, hint) for hint in hints)
    for name, reason in policy.silence.items():
        path = f"silence.{name}"
        if name not in SPEAKING:
            yield UNKNOWN, Hint(path, f"there is no lint {name!r}", "use one of: " + ", ".join(SPEAKING))
        elif name in by_lint and not by_lint[name]:
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
