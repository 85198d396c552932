"""Lints of what a policy promises: its targets, each by the calendar of its clock, and what refers to them."""

from __future__ import annotations

from collections.abc import Iterator

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.clock.targets import Target
from slaclock.policy.calendars import MAIN
from slaclock.policy.policy import Policy
from slaclock.policy.promises import calendars_of_standard
from slaclock.policy.targets import CALENDAR
from slaclock.temporal.instants import from_micros, to_micros

from .hints import Hint, rules_calendar
from .policy_targets import due_from, targets_of, usual_opening


def _all_targets(policy: Policy) -> Iterator[tuple[str, Target, tuple[str, ...]]]:
    """Every target, those of service standards too, with its path and the names of its calendars."""
    yield from ((entry.path, entry.target, entry.calendars) for entry in targets_of(policy))
    for name, standard in policy.standards.items():
        if standard.limit is not None:
            yield f"standards.{name}.target", standard.limit, calendars_of_standard(policy, standard)


def slacker_than_lower(policy: Policy) -> Iterator[Hint]:
    """A priority whose target is slacker than the target of a lower one, which stands after it in the file."""
    targets = [target for target in targets_of(policy) if target.priority is not None]
    openings = {name: usual_opening(policy, name) for name in {target.calendars[0] for target in targets}}
    for number, higher in enumerate(targets):
        for lower in targets[number + 1 :]:
            if (lower.kind, lower.measure) != (higher.kind, higher.measure):
                continue
            names = higher.calendars[0], lower.calendars[0]
            opens = [opening for name in names if (opening := openings[name]) is not None]
            if len(opens) < 2:  # one of them is never open
                continue
            # Both are open as the later one's week begins, or hardly ever are.
            dues = [
                due_from(policy, name, entry.target, max(opens))
                for name, entry in zip(names, (higher, lower), strict=True)
            ]
            if dues[0] is not None and dues[1] is not None and dues[0] > dues[1]:
                alone = set(names) == {MAIN}
                texts = [
                    f"{entry.target}" if alone else _by(entry.target, entry.calendars[0]) for entry in (higher, lower)
                ]
                yield Hint(
                    higher.path,
                    f"{higher.priority} has more time ({texts[0]}) than the lower {lower.priority} ({texts[1]})",
                    "swap the two, or put the priorities in order, the highest first",
                )
                break


def window_without_room(policy: Policy) -> Iterator[Hint]:
    """A window that ends where it starts, so that its first instant is its last."""
    for path, target, _ in _all_targets(policy):
        if target.low is not None and target.low == target.high:
            yield Hint(path, f"the window {str(target)!r} ends where it starts", "widen it, or write one amount")


def unnamed_day_rule(policy: Policy) -> Iterator[Hint]:
    """Targets in days under a calendar that leaves unsaid which of the four readings of a day is meant."""
    days: dict[str, str] = {}  # of each calendar the first target
    for path, target, names in _all_targets(policy):
        if target.unit == "days" and target.by is None:
            for name in names:
                where, calendar = rules_calendar(policy, name)
                if isinstance(calendar, WorkingCalendar) and "day_rule" not in calendar.model_fields_set:
                    days.setdefault(where, path)
    for where, path in days.items():
        yield Hint(
            where,
            f"{path} counts days, and no day_rule says how a day is counted",
            "name the rule that is meant, e.g. day_rule = 'proportional'",
        )


def target_longer_than_year(policy: Policy) -> Iterator[Hint]:
    """A target that a ticket of the year's first day cannot miss within the year."""
    openings = {name: usual_opening(policy, name) for name in (MAIN, *policy.calendars)}
    for path, target, names in _all_targets(policy):
        for name in names:
            start = openings[name]
            if start is None:  # which is said of the calendar
                continue
            year = policy.year(from_micros(start, policy.calendar.zone))
            due = due_from(policy, name, target, start)
            if due is None or due - start > to_micros(year.end) - to_micros(year.start):
                by = "" if name == MAIN else f" by the calendar {name}"
                yield Hint(path, f"the target {str(target)!r}{by} is longer than a subscription year", "shorten it")
                break


def unused_reason(policy: Policy) -> Iterator[Hint]:
    """A pause reason that stops only measures for which nothing has a target."""
    used = {entry.measure for entry in targets_of(policy)}
    used |= {standard.measure for standard in policy.standards.values() if standard.target is not None}
    for reason, measures in policy.pauses.items():
        if measures and not used & set(measures):
            yield Hint(
                f"pauses.{reason}",
                f"{reason!r} stops {' and '.join(measures)}, for which there is no target",
                "add the target, or let it stop nothing: []",
            )


def standard_without_target(policy: Policy) -> Iterator[Hint]:
    """A service standard with neither a target of its own nor one among those of its kind."""
    for name, standard in policy.standards.items():
        case = (standard.kind, standard.measure)
        priorities = [entry.priority for entry in targets_of(policy) if (entry.kind, entry.measure) == case]
        if standard.priority:
            priorities = [priority for priority in priorities if priority in (None, *standard.priority)]
        if standard.target is None and not priorities:
            yield Hint(
                f"standards.{name}",
                f"the standard has no target, and {standard.kind!r} has none to {standard.measure}",
                "add target = '...'",
            )


def unused_short(policy: Policy) -> Iterator[Hint]:
    """A service standard that leaves out what was given up soon, where it leaves out all that was given up."""
    for name, standard in policy.standards.items():
        if standard.short is not None and standard.abandoned == "left-out":
            yield Hint(
                f"standards.{name}.short",
                "short changes nothing, since whatever is abandoned is left out",
                "say what becomes of the rest, such as abandoned = 'missed', or remove it",
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


def calendar_without_target(policy: Policy) -> Iterator[Hint]:
    """A kind or a priority that names a calendar and sets no target whose clock could run on it."""
    counted = {standard.kind for standard in policy.standards.values() if standard.limit is not None}
    for kind, targets in policy.targets.items():
        for priority, measure in targets.calendars:
            if measure is not None or targets.every or (priority is None and kind in counted):
                continue
            if targets.priorities[priority] if priority is not None else any(targets.priorities.values()):
                continue
            name = kind if priority is None else f"{kind} {priority}"
            path = ".".join(part for part in ("targets", kind, priority, CALENDAR) if part is not None)
            problem = f"{name} has a calendar and no target, so that nothing is promised"
            yield Hint(path, problem, "add resolve = '...', or 'none' where that is meant")


def breach_can_be_erased(policy: Policy) -> Iterator[Hint]:
    """Several priorities under rules that leave unsaid whether a breach stands when a ticket gets another one."""
    if "breach" in policy.rules.model_fields_set:
        return
    for kind, targets in policy.targets.items():
        several = [
            name for name in targets.priorities if any(targets.get(name, measure) for measure in policy.measures_set)
        ]
        if len(several) > 1:
            yield Hint(
                "rules.breach",
                f"{kind} has the priorities {', '.join(several)}, and no rule says whether a breach stands "
                "when a ticket is given another one",
                "name what is meant: breach = 'stands', or 'of-target', by which a lower priority can undo a breach",
            )
            return


def _by(target: Target, name: str) -> str:
    return f"{target} by the calendar {name}"
