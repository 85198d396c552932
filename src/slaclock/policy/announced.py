"""Which openings of a stretch of time go by which of a calendar's announcements, by the rule of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from slaclock.calendar.base import Calendar
from slaclock.temporal.intervals import Run, clip

from .policy import Policy
from .rules import AnnouncedRule

_NOTES: Mapping[AnnouncedRule, str] = {
    "moves": "A day that was announced later than the opening moves its due date; these are the due dates as they are "
    "now, not as they were promised.",
    "keeps": "A day that was announced later than the opening does not move its due date.",
}


def known_at_opening(calendar: Calendar, openings: Run, rule: AnnouncedRule) -> Iterator[tuple[Calendar, Run]]:
    """The openings, each by the calendar that its due date goes by: that, or what was known of it as they opened."""
    announced = calendar.announced_at if rule == "keeps" else ()
    for since, until in pairwise([None, *announced, None]):
        spans = clip(openings, since, until)
        if spans:
            yield (calendar.known_by(spans[0][0]) if announced else calendar), spans


def rule_met(policy: Policy, openings: Run) -> AnnouncedRule | None:
    """What the policy says of announcements, where one comes after the first opening."""
    met = openings and any(at > openings[0][0] for at in policy.announced_at)
    return policy.rules.announced if met else None


def announced_notes(rules: Iterable[AnnouncedRule | None]) -> list[str]:
    """What rules that matter say of due dates, each once."""
    met = {*rules}
    return [note for rule, note in _NOTES.items() if rule in met]
