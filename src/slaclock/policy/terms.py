"""What a policy says of a case: its priority, its target, or why it has none; every door asks here."""

from __future__ import annotations

from typing import Literal, NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.clock.targets import Target

from .measures import Measure
from .policy import Policy

_MOST_KNOWN = 1_024


class Case(NamedTuple):
    """What of a ticket decides its terms, as of an instant; `agreed` is whether a target was agreed for it alone."""

    kind: str
    priority: str | None = None
    category: str | None = None
    impact: str | None = None
    urgency: str | None = None
    agreed: bool = False


class Terms(NamedTuple):
    """The priority that holds, given or agreed, the target, the calendar that its clock runs on, and what stops it.

    `outside` and `why` say why there is no target. `untriaged` cases have none because no priority is set yet.
    """

    kind: str
    priority: str | None
    target: Target | None
    calendar: Calendar
    calendar_name: str
    stopped_by: tuple[str, ...]
    outside: Literal["excluded", "no-target"] | None = None
    why: str = ""
    untriaged: bool = False


def terms_of(policy: Policy, case: Case, measure: Measure) -> Terms:
    """What holds for a case; a word that the policy does not know is an error, also where the case is excluded.

    What was answered once is remembered with the policy, for as many cases as policies have, and not for ever more.

    Raises `PolicyError` for a kind, an impact, an urgency or a measure that the policy does not mention, and
    `UnknownPriorityError` for a priority.
    """
    known: dict[tuple[Case, Measure], Terms] = vars(policy).setdefault("_terms", {})
    terms = known.get((case, measure))
    if terms is None:
        terms = _terms(policy, case, measure)
        if len(known) < _MOST_KNOWN:
            known[case, measure] = terms
    return terms


def _terms(policy: Policy, case: Case, measure: Measure) -> Terms:
    priority = case.priority
    if priority is None and case.impact is not None and case.urgency is not None:
        priority = policy.priority(case.impact, case.urgency)  # which checks the two words
    else:
        policy.check_words(case.impact, case.urgency)
    target = policy.target_of(case.kind, priority, measure, agreed=case.agreed)
    targets = policy.targets[case.kind]
    name, own = targets.calendar(priority, measure), targets.own_pauses(priority, measure)
    calendar, stopped_by = policy.calendar_named(name), policy.reasons_stopping(measure) if own is None else own
    if case.category is not None and case.category in policy.exclusions:
        why = policy.exclusions[case.category]
        return Terms(case.kind, priority, None, calendar, name, stopped_by, "excluded", why)
    if target is None:
        untriaged = priority is None and bool(targets.priorities)
        whose = " ".join(filter(None, (case.kind, priority)))
        why = "no priority is set" if untriaged else f"there is no {measure} target for {whose}"
        return Terms(case.kind, priority, None, calendar, name, stopped_by, "no-target", why, untriaged)
    return Terms(case.kind, priority, target, calendar, name, stopped_by)
