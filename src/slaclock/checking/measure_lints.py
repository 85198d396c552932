"""Lints of measures: what desks disagree on and a policy does not name, and what its measures can hardly mean."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from slaclock.policy.measures import OWN_EVENTS, PAUSE, Measure, MeasureRule
from slaclock.policy.policy import Policy
from slaclock.policy.promises import Promise, promises_of

from .hints import Hint
from .policy_targets import due_from, targets_of, usual_opening

_THIRD_PARTIES = frozenset({"third party", "supplier", "vendor"})
"""What desks call the reason of a pause for which somebody else has the ticket."""


def unnamed_next(policy: Policy) -> Iterator[Hint]:
    """A target for updates under a policy that leaves unsaid which of the three readings of the next one is meant."""
    for measure, (path, rule) in _promised(policy).items():
        table = policy.measures.get(measure)
        if rule.follows_itself and (table is None or table.next is None):
            yield Hint(
                path if table is None else f"measures.{measure}",
                f"there is a target for {measure!r}, and nothing says where the next cycle starts after an early one",
                f"name what is meant under [measures.{measure}]: next = 'event', 'due' or 'grid'",
            )


def unnamed_from(policy: Policy) -> Iterator[Hint]:
    """A target for replies under a policy that leaves unsaid from which of several questions they are measured."""
    for measure, (path, rule) in _promised(policy).items():
        table = policy.measures.get(measure)
        if rule.starts_again and (table is None or table.oldest is None):
            yield Hint(
                path if table is None else f"measures.{measure}",
                f"there is a target for {measure!r}, and nothing says from which start it counts when another comes",
                f"name what is meant under [measures.{measure}]: from = 'oldest' or 'newest'",
            )


def update_longer_than_resolve(policy: Policy) -> Iterator[Hint]:
    """An interval of updates that is longer than the time to resolve, so that none need ever be sent."""
    promises: dict[tuple[str, str | None], dict[Measure, Promise]] = {}
    for promise in promises_of(policy):
        promises.setdefault((promise.kind, promise.priority), {})[promise.measure] = promise
    spoken: set[str] = set()
    for (kind, priority), own in promises.items():
        resolve = own.get("resolve")
        for measure, promise in own.items():
            if resolve is None or not policy.measure(measure).follows_itself:
                continue
            by_priority = priority is not None and measure in policy.targets[kind].priorities[priority]
            path = f"targets.{kind}.{priority}.{measure}" if by_priority else f"targets.{kind}.{measure}"
            if path not in spoken and _is_longer(policy, promise, resolve):
                spoken.add(path)
                yield Hint(
                    path,
                    f"{promise.whose} is to {measure} every {promise.target}, longer than the time to resolve "
                    f"({resolve.target})",
                    "shorten it, or correct the target to resolve",
                )


def while_named_nowhere_else(policy: Policy) -> Iterator[Hint]:
    """A measure that counts while a reason or an attribute holds of which nothing else in the policy speaks."""
    for name in policy.measures:
        for key, values in policy.measure(name).holds.items():
            known = _reasons_beside(policy, name) if key == PAUSE else _values_beside(policy, name, key, values)
            for value in values:
                if value not in known:
                    what = f"the reason {value!r}" if key == PAUSE else f"{key} = {value!r}"
                    remedy = "list it under [pauses]" if key == PAUSE else "name it in another measure or in applies_to"
                    yield Hint(
                        f"measures.{name}.while.{key}",
                        f"{name!r} counts while a ticket has {what}, which nothing else in the policy names",
                        f"correct it, or {remedy}",
                    )


def third_party_stops_updates(policy: Policy) -> Iterator[Hint]:
    """A pause for a third party that stops updates, just when the customer is to be kept informed."""
    for measure, (_, rule) in _promised(policy).items():
        if not rule.follows_itself:
            continue
        for reason in policy.pauses if rule.pauses is None else rule.pauses:
            if _is_third_party(reason) and policy.stops(reason, measure):
                path = f"pauses.{reason}" if rule.pauses is None else f"measures.{measure}.pauses"
                yield _nobody_informed(path, reason, measure)
    for kind, targets in policy.targets.items():
        for (priority, measure), reasons in targets.pauses.items():
            if policy.measure(measure).follows_itself:
                path = ".".join(["targets", kind, *filter(None, [priority]), measure, "pauses"])
                yield from (_nobody_informed(path, reason, measure) for reason in reasons if _is_third_party(reason))


def _nobody_informed(path: str, reason: str, measure: Measure) -> Hint:
    return Hint(
        path,
        f"{reason!r} stops {measure!r}, so that nobody is kept informed while somebody else has the ticket",
        "let it stop other measures only, such as resolve",
    )


def unused_measure(policy: Policy) -> Iterator[Hint]:
    """A measure that the policy changes or defines, and for which nothing has a target."""
    counted = {standard.measure for standard in policy.standards.values() if standard.target is not None}
    for name in policy.measures:
        if not policy.sets(name) and name not in counted:
            yield Hint(
                f"measures.{name}",
                f"there is no target for {name!r}",
                f"add {name} = '...' to the targets of a kind or a priority, or remove the measure",
            )


def measure_without_case(policy: Policy, events: Collection[str]) -> Iterator[Hint]:
    """A measure with a target that starts or ends at events of which no case has any."""
    for measure, (path, rule) in _promised(policy).items():
        for names, does in ((rule.starts, "starts"), (rule.ends, "ends")):
            missing = [name for name in names if name not in OWN_EVENTS]
            if missing and not any(name in events for name in missing):
                texts = " or ".join(map(repr, missing))
                yield Hint(
                    f"measures.{measure}" if measure in policy.measures else path,
                    f"{measure!r} {does} at {texts}, and no case has such an event",
                    f"add a case with measure = {measure!r} and its events, as `slaclock cases --suggest` drafts it",
                )
                break


def _promised(policy: Policy) -> dict[Measure, tuple[str, MeasureRule]]:
    """The measures for which there are targets, each with the place of the first, and its rule."""
    paths: dict[Measure, str] = {}
    for entry in targets_of(policy):
        paths.setdefault(entry.measure, entry.path)
    for name, standard in policy.standards.items():
        if standard.target is not None:
            paths.setdefault(standard.measure, f"standards.{name}.target")
    return {measure: (path, policy.measure(measure)) for measure, path in paths.items()}


def _is_longer(policy: Policy, update: Promise, resolve: Promise) -> bool:
    """Whether a ticket that opens as an ordinary week begins is to be resolved before the first update is due."""
    openings = [usual_opening(policy, promise.calendar) for promise in (update, resolve)]
    known = [opening for opening in openings if opening is not None]
    if len(known) < 2:  # one of them is never open
        return False
    dues = [due_from(policy, promise.calendar, promise.target, max(known)) for promise in (update, resolve)]
    return dues[0] is not None and dues[1] is not None and dues[0] > dues[1]


def _reasons_beside(policy: Policy, name: Measure) -> set[str]:
    """The reasons to wait that the policy names apart from one of its measures."""
    others = [policy.measure(other) for other in policy.measures if other != name]
    return {
        *policy.pauses,
        *(reason for targets in policy.targets.values() for own in targets.pauses.values() for reason in own),
        *(reason for rule in others for reason in (*(rule.pauses or ()), *rule.holds.get(PAUSE, ()))),
    }


def _values_beside(policy: Policy, name: Measure, attribute: str, values: Collection[str]) -> Collection[str]:
    """The values of an attribute that the policy names apart from one of its measures.

    Where other measures count by the attribute and its tickets need not have a certain one, any value may be the
    attribute's: a measure for each team names its own team alone.
    """
    others = [policy.measure(other).holds for other in policy.measures if other != name]
    if attribute in policy.applies_to:
        return {*policy.applies_to[attribute], *(value for holds in others for value in holds.get(attribute, ()))}
    return values if any(attribute in holds for holds in others) else ()


def _is_third_party(reason: str) -> bool:
    """Whether somebody else has the ticket meanwhile."""
    return " ".join(reason.lower().replace("_", " ").replace("-", " ").split()) in _THIRD_PARTIES
