"""What a policy says of many tickets: the target of each, or that it has none; each distinct case is looked up once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy

from .categories import combined
from .piecewise import Bools
from .targets import MISSING, UNKNOWN, RowTargets
from .tickets import CATEGORIES, Tickets
from .zones import local_dates


class RowTerms(NamedTuple):
    """The rows' targets, missing where there is none, and which of these rows are excluded; the rest is not covered."""

    targets: RowTargets
    excluded: Bools


def terms_of(tickets: Tickets, policy: Policy, measure: Measure) -> RowTerms:
    """What holds for each ticket; a case of which the policy says nothing makes a row one that is asked alone."""
    names = [name for name in CATEGORIES if name in tickets.categories]
    codes, cases = combined([tickets.categories[name] for name in names])
    distinct: dict[Target, int] = {}
    code_of, excluded = np.full(len(cases), UNKNOWN), np.zeros(len(cases), bool)
    for number, values in enumerate(cases):
        case = dict(zip(names, values, strict=True))
        kind, priority, impact, urgency = (case.get(name) for name in ("kind", "priority", "impact", "urgency"))
        try:
            if priority is None and impact is not None and urgency is not None:
                priority = policy.priority(impact, urgency)
            if case.get("category") in policy.exclusions:
                code_of[number], excluded[number] = MISSING, True
            elif kind is not None:
                target = policy.target(kind, priority, measure)
                code_of[number] = distinct.setdefault(target, len(distinct))
        except SlaClockError:
            continue  # the row, asked alone, says what is wrong
    of_rows = code_of[codes]
    of_rows[~_covered(tickets, policy)] = MISSING
    return RowTerms(RowTargets(list(distinct), of_rows), excluded[codes])


def _covered(tickets: Tickets, policy: Policy) -> Bools:
    """The tickets that opened on a date of the subscription."""
    if not policy.coverage:
        return np.ones(tickets.count, bool)
    dates = local_dates(tickets.instants["opened"].chunk(slice(0, tickets.count)), policy.calendar.zone)
    covered = np.zeros(tickets.count, bool)
    for period in policy.coverage:
        covered |= (dates >= period.first.toordinal()) & (dates <= period.last.toordinal())
    return covered
