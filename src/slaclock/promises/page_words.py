"""What a policy says, in plain words for those whom it serves."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from slaclock.calendar.base import DayRules
from slaclock.calendar.hours import time_text
from slaclock.clock.day_rules import names_moment
from slaclock.clock.targets import Target
from slaclock.formats.tables import date_text
from slaclock.policy.measures import PAUSE, Measure, MeasureRule
from slaclock.policy.policy import Policy
from slaclock.policy.promises import Promise
from slaclock.policy.rules import BreachRule, PriorityChangeRule, ReopeningRule
from slaclock.policy.shares import percent_number
from slaclock.policy.standards import Abandoned, Standard
from slaclock.temporal.durations import exact_text
from slaclock.temporal.instants import duration_micros

_EVENTS = {
    "opened": "you call", "responded": "we first answer", "resolved": "it is resolved", "cancelled": "it is withdrawn",
    "reopened": "it is opened again", "asked": "you write", "answered": "we write",
}  # fmt: skip
"""Events of a ticket, as its customer sees them."""
_PRIORITY_CHANGES: Mapping[PriorityChangeRule, str] = {
    "from-opening": "If the priority of something changes, its new target counts from when it was opened.",
    "restart": "If the priority of something changes, its new target counts from the change.",
    "carry": "If the priority of something changes, its new target counts from the change; the share of the old one "
    "that is used up by then counts as used up of the new one.",
}
_BREACHES: Mapping[BreachRule, str] = {
    "of-target": "Only the target that holds at last is judged.",
    "stands": "A target that was missed while it held stays missed, whatever holds later.",
}
_REOPENINGS: Mapping[ReopeningRule, str] = {
    "resume": "If something is opened again, its clock goes on from where it stood; the time between does not count.",
    "restart": "If something is opened again, its time to be resolved starts afresh.",
}
_ABANDONED: Mapping[Abandoned, str] = {
    "left-out": "what was given up before is left out",
    "missed": "what was given up before counts as missed",
    "missed-after": "what was given up after the target counts as missed, sooner it is left out",
    "credit": "what was given up within the target counts as met, later as missed",
}
_PLANNED = {"excluded": "are left out", "down": "count as down", "up": "count as up"}


def plain_name(name: str) -> str:
    """A name of a policy file in words: `service_request` is a service request."""
    return name.replace("_", " ")


def whose(kind: str, *priorities: str | None) -> str:
    """A kind, and the priorities of it that are meant, in words."""
    named = ", ".join(plain_name(name) for name in priorities if name is not None)
    return f"{plain_name(kind)} {named}".rstrip()


def target_text(target: Target) -> str:
    """A target in words, such as `within 2 hours of service time` or `from 3 to 5 service days`."""
    if target.low:
        return re.sub(r"^(\S+)-(\S+) ", r"from \1 to \2 ", _length_text(replace(target, strict=False)))
    return f"{'in less than' if target.strict else 'within'} {_length_text(replace(target, low=None, strict=False))}"


def _length_text(target: Target) -> str:
    if target.unit == "days":
        return re.sub(r"\bday", "service day", str(target), count=1)
    text = str(target)
    return text.replace(" wall ", " ", 1) + ", day and night" if target.wall else f"{text} of service time"


def measure_text(name: Measure, rule: MeasureRule) -> str:
    """From when to when the clock of a measure runs."""
    if rule.holds:
        conditions = [
            f"{'it waits for' if key == PAUSE else f'its {plain_name(key)} is'} {_any_of(values)}"
            for key, values in rule.holds.items()
        ]
        text = f"while {' and '.join(conditions)}"
    else:
        starts, ends = (
            [_EVENTS.get(event, f"“{plain_name(event)}”") for event in events] for events in (rule.starts, rule.ends)
        )
        text = f"from when {_or(starts)}" + (f" until {_or(ends)}" if ends else "")
    several = {"each": ", each time by itself", "latest": "; the last time counts", "first": "", "resume": ""}
    return text + several[rule.cycles]


def _any_of(names: Iterable[str]) -> str:
    return _or([plain_name(name) for name in names])


def _any_event(names: Iterable[str]) -> str:
    return _or([_EVENTS.get(name, f"“{plain_name(name)}”") for name in names])


def _or(texts: Sequence[str]) -> str:
    return " or ".join(filter(None, [", ".join(texts[:-1]), texts[-1]])) if texts else "nothing"


def day_sentences(rules: DayRules, targets: Sequence[Target]) -> Iterator[str]:
    """How a calendar counts days, as far as some targets on it ask."""
    days = [target for target in targets if target.unit == "days"]
    if not days:
        return
    counted = [target for target in days if target.by is None]
    if counted:
        yield _day_sentence(rules)
    if any(target.by is not None for target in days):
        yield "Days “by” a time end at that time of the last of them, or at the closing before it."
    if any(names_moment(rules, target) for target in days):
        yield (
            "What comes while we are closed counts as coming at the next opening."
            if rules.after_hours == "next-opening"
            else "What comes while we are closed counts as coming on its own date, though nobody works on it."
        )
    if rules.cutoff is not None:
        yield (
            f"What comes on a working day at {time_text(rules.cutoff)} or later counts, for targets in days, as coming "
            "at the opening of the next working day."
        )


def _day_sentence(rules: DayRules) -> str:
    if rules.day_rule == "fixed-hours":
        assert rules.day_length is not None  # checked by the calendar
        return f"A service day is {exact_text(duration_micros(rules.day_length))} of service time."
    return {
        "proportional": "A service day is one working day, spread evenly over its hours: what comes in the middle of "
        "one has had a day in the middle of the next.",
        "same-time": "A service day ends at the same time on the next working day; where we are closed then, at the "
        "closing before it.",
        "close-of-business": "Service days end at the close of the last of them; the day on which you call is not "
        "counted.",
    }[rules.day_rule]


def change_sentences(policy: Policy) -> list[str]:
    """What changes of priority and reopenings do."""
    rules = policy.rules
    return [_PRIORITY_CHANGES[rules.priority_change], _BREACHES[rules.breach], _REOPENINGS[rules.reopening]]


def pause_rows(policy: Policy, promises: Iterable[Promise]) -> list[tuple[str, str]]:
    """Each reason to wait, and whose clocks it stops."""
    promised = list(promises)
    rows = []
    for reason in policy.reasons:
        stopped = [promise for promise in promised if reason in promise.stopped_by]
        texts = []
        for measure in dict.fromkeys(promise.measure for promise in stopped):
            of_measure = [promise for promise in promised if promise.measure == measure]
            own = [promise for promise in stopped if promise.measure == measure]
            of = "" if len(own) == len(of_measure) else f" ({', '.join(whose(p.kind, p.priority) for p in own)})"
            texts.append(plain_name(measure) + of)
        rows.append((plain_name(reason), ", ".join(texts) or "no clock"))
    return rows


def standard_text(standard: Standard) -> str:
    """A service standard in words."""
    of = f" of {', '.join(map(plain_name, standard.priority))}" if standard.priority else ""
    limit = standard.limit
    target = "within their targets" if limit is None else target_text(limit)
    short = (
        ""
        if standard.short is None
        else (f"; given up sooner than {exact_text(duration_micros(standard.short))}, it is left out")
    )
    share = f"{percent_number(standard.share)} % of {plain_name(standard.kind)}{of}"
    return f"{share}: {plain_name(standard.measure)} {target}; {_ABANDONED[standard.abandoned]}{short}"


def other_rows(policy: Policy) -> Iterator[tuple[str, str]]:
    """What is promised beside targets: service standards, availability, and what every year includes."""
    for name, standard in policy.standards.items():
        yield plain_name(name), standard_text(standard)
    for name, promise in policy.availability.items():
        hours = "service hours" if promise.calendar == "main" else f"hours “{plain_name(promise.calendar)}”"
        planned = f"planned outages {_PLANNED[promise.planned]}"
        yield plain_name(name), f"up for {percent_number(promise.share)} % of the {hours}; {planned}"
    for name, allowance in policy.allowances.items():
        part = ", of a part of a year so much of it" if allowance.pro_rata else ""
        yield plain_name(name), f"{exact_text(duration_micros(allowance.amount))} are included in every year{part}"


def scope_sentences(policy: Policy) -> Iterator[str]:
    """For whom and from when the policy is."""
    if policy.applies_to:
        given = (f"{plain_name(name)} is {_any_of(values)}" for name, values in policy.applies_to.items())
        yield f"It is for those whose {' and whose '.join(given)}."
    if policy.in_force_from is not None:
        yield f"It is in force for what is opened from {date_text(policy.in_force_from)} on."
    if policy.coverage:
        yield f"It covers what is opened {_or([_dates(*dates) for dates in policy.coverage])}."


def _dates(first: date, last: date) -> str:
    begun, ended = first > date.min, last < date.max
    if begun and ended:
        return f"from {date_text(first)} to {date_text(last)}"
    return f"from {date_text(first)} on" if begun else f"until {date_text(last)}" if ended else "on any date"


def without_target(policy: Policy) -> Iterator[tuple[str, str]]:
    """What is said to have no target."""
    for kind, targets in policy.targets.items():
        for priority, table in ((None, targets.every), *targets.priorities.items()):
            none = [plain_name(measure) for measure, target in table.items() if target is None]
            if none:
                yield whose(kind, priority), f"no target to {_or(none)}"


def calendar_title(name: str, expressions: Mapping[str, str]) -> str:
    """What a calendar is called."""
    if name == "main":
        return "Service hours"
    made_of = f" ({expressions[name]})" if name in expressions else ""
    return f"Hours “{plain_name(name)}”{made_of}"
