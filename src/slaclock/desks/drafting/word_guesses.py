"""What a desk's words seem to mean in the policy's: kinds, priorities and states; None where that cannot be told."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from slaclock.desks.mappings import CANCELLED, CLOSED, NO_EVENT, PAUSED, RESOLVED, RUNNING, WAITING
from slaclock.policy.attributes import plain_name
from slaclock.policy.book import PolicyBook, policies_of
from slaclock.policy.policy import Policy

_SCALES = (
    ("urgent high normal low", "urgent high medium low", "critical high medium low", "critical high moderate low"),
    ("critical high moderate low planning", "highest high medium low lowest", "blocker critical major minor trivial"),
)
"""Priorities from the highest down, as products have them."""
_RANKED = re.compile(r"(?:p|priority|sev|severity)?\s*([1-9])(?:\s*[-:.].*)?", re.IGNORECASE)
_NUMBERED = re.compile(r"[1-9]\s*[-:.]\s*(.+)")
_KINDS = {
    "service_request": ("request", "servicerequest", "systemservicerequest", "requestitem", "requesteditem"),
    "incident": ("incident", "systemincident", "inc"),
}
_RUNNING = (
    "new", "open", "opened", "inprogress", "active", "assigned", "workinprogress", "reopened", "todo", "started",
    "processing", "investigating", "triage", "accepted", "processingassigned",
)  # fmt: skip
_RESOLVED = ("resolved", "solved", "done", "completed", "complete", "fixed")
_CANCELLED = ("cancelled", "canceled", "withdrawn", "merged")
_WAITING = ("await", "wait", "pending", "onhold", "hold", "suspend")
_REASONS = {
    "third_party": ("vendor", "thirdparty", "3rdparty", "supplier", "provider", "manufacturer"),
    "customer": ("customer", "user", "caller", "requester", "client", "reporter", "evidence"),
    "change": ("change", "rfc"),
    "problem": ("problem",),
}


class PolicyWords:
    """The words that a policy, or those of a book, know."""

    def __init__(self, policy: Policy | PolicyBook) -> None:
        policies = policies_of(policy)
        self.kinds = [*dict.fromkeys(kind for one in policies for kind in one.targets)]
        targets = [targets for one in policies for targets in one.targets.values()]
        self.priorities = [*dict.fromkeys(name for own in targets for name in own.priorities)]
        self.reasons = [*dict.fromkeys(reason for one in policies for reason in one.pauses)]
        impacts = [(impact, by) for one in policies for impact, by in one.priorities.items()]
        self.impacts = [*dict.fromkeys(impact for impact, _ in impacts)]
        self.urgencies = [*dict.fromkeys(urgency for _, by in impacts for urgency in by)]

    def of(self, column: str) -> list[str]:
        """The words that a column may hold; none where the policy asks for none."""
        known = {
            "kind": self.kinds, "priority": self.priorities, "impact": self.impacts, "urgency": self.urgencies,
            "reason": self.reasons,
        }  # fmt: skip
        return known.get(column, [])


def meanings(column: str, words: Sequence[str], known: PolicyWords) -> dict[str, str | None]:
    """What those of the words may mean that the policy does not know."""
    own = known.of(column)
    if not own:
        return {}
    unknown = [word for word in words if word not in own]
    if column == "priority":
        return {word: _priority(word, words, own) for word in unknown}
    if column == "kind":
        return {word: _kind(word, own) for word in unknown}
    if column == "reason":
        return {word: _reason(word, own) for word in unknown}
    return {word: _same(_NUMBERED.sub(r"\1", word), own) for word in unknown}


def _same(word: str, own: Collection[str]) -> str | None:
    return next((name for name in own if plain_name(name) == plain_name(word)), None)


def _kind(word: str, own: Collection[str]) -> str | None:
    alike = next((name for name, words in _KINDS.items() if plain_name(word) in words), None)
    return _same(word, own) or (alike if alike in own else None)


def _priority(word: str, words: Sequence[str], own: Sequence[str]) -> str | None:
    """A priority by its number among words, or by its place on a scale that has all the words."""
    if word.isdecimal():  # some products count from the highest, others from the lowest
        return None
    if (match := _RANKED.fullmatch(word)) is not None:
        rank = int(match[1])
    else:
        names = {name.lower() for name in words}
        scales = [scale.split() for several in _SCALES for scale in several]
        scale = next((scale for scale in scales if names <= {*scale}), None)
        if scale is None:
            return _same(word, own)
        rank = scale.index(word.lower()) + 1
    return own[rank - 1] if rank <= len(own) else None


def state_meaning(state: str, known: PolicyWords, *, reasons: bool = False) -> str | None:
    """What a state of a log may mean; `reasons` says whether the log has reasons of pauses beside the states."""
    plain = plain_name(state)
    if plain in _RUNNING:
        return RUNNING
    if plain in _RESOLVED:
        return RESOLVED
    if plain == "closed":
        return CLOSED
    if any(word in plain for word in _WAITING):
        reason = _reason(state, known.reasons)
        return f"{PAUSED} {reason}" if reason is not None else WAITING if reasons else None
    return CANCELLED if plain in _CANCELLED else None


def event_meaning(word: str) -> str | None:
    """What a row of a log may be: the customer asks, the desk answers, or it is a note of the desk's own."""
    plain = plain_name(word)
    written = any(part in plain for part in ("mail", "reply", "comment", "message", "note"))
    if any(part in plain for part in ("worknote", "private", "internal")):
        return NO_EVENT
    if written and any(part in plain for part in _REASONS["customer"]):
        return "asked"
    return "answered" if any(part in plain for part in ("reply", "agent", "publiccomment")) else None


def _reason(word: str, own: Collection[str]) -> str | None:
    plain = plain_name(word)
    alike = next((name for name, parts in _REASONS.items() if any(part in plain for part in parts)), None)
    return _same(word, own) or (alike if alike in own else None)
