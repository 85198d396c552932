"""Zendesk's SLA policies: the first whose filter fits a ticket holds, with a target for each metric and priority."""

from __future__ import annotations

from typing import Any

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.desks.agreements import ALWAYS, Agreement, TargetText, always_open, length_text, on_calendar, policy_of
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.policy.book import PolicyBook
from slaclock.policy.policy import Policy

NO_TYPE = "ticket"
"""The kind of a ticket without a type."""
KINDS = (NO_TYPE, "question", "incident", "problem", "task")
PRIORITIES = ("urgent", "high", "normal", "low")
PENDING, HOLD = "pending", "hold"
"""The statuses in which a ticket waits, which are the reasons of its pauses."""
_DIRECT = {"first_reply_time": "respond", "next_reply_time": "reply"}
# The metrics that end as a ticket is solved, and the statuses that pause each; the first that there is is `resolve`.
_TO_SOLVED = {
    "total_resolution_time": (),
    "requester_wait_time": (PENDING,),
    "agent_work_time": (PENDING, HOLD),
}
_UPDATES = {"periodic_update_time": (), "pausable_update_time": (PENDING,)}
_ATTRIBUTES = {"organization_id": "organization", "group_id": "group", "brand_id": "brand", "ticket_form_id": "form"}
_KNOWN = ("id", "url", "description", "created_at", "updated_at")


def policy(sla_policies: object, calendar: WorkingCalendar, *, name: str = "Zendesk") -> Imported[Policy | PolicyBook]:
    """The policy of the answer with SLA policies, or the book where some are for organizations or groups.

    Types are kinds (`ticket` where there is none). `first_reply_time` is `respond`, `next_reply_time` is `reply`, and
    of `total_resolution_time`, `requester_wait_time` and `agent_work_time` the first that any policy sets is `resolve`;
    the others are measures of their own names. A policy whose filter cannot be said is left out.
    """
    losses = Losses()
    document = Shape(sla_policies, ("sla_policies",), losses)
    listed = list(document.listed("sla_policies")) if document else []
    read = sorted(enumerate(listed), key=lambda entry: (entry[1].at("position").number() or 0, entry[0]))
    kept = [(part, where) for _, part in read if (where := _filter(part.at("filter"))) is not None]
    metrics = [metric for part, _ in kept for metric in part.at("policy_metrics").items()]
    names = {metric.at("metric").needed() for metric in metrics}
    measures = _measures(names)
    agreements = [
        Agreement(part.at("title").text() or f"policy {number}", _targets(part, measures), *where)
        for number, (part, where) in enumerate(kept, start=1)
    ]
    for part, _ in kept:
        part.finish(_KNOWN)
    if not agreements:
        document.lose("there is no SLA policy that can be kept: nothing has a target")
    pauses = {**_TO_SOLVED, **_UPDATES}
    stopped = {
        reason: [measures[name] for name in pauses if name in names and reason in pauses[name]]
        for reason in (PENDING, HOLD)
    }
    common: dict[str, Any] = {"name": name, "calendar": calendar, "pauses": stopped, "measures": _rules(names)}
    if any(ALWAYS in str(target) for own in agreements for by in own.targets.values() for target in by.values()):
        common["calendars"] = {ALWAYS: always_open(calendar.timezone)}
    return Imported(policy_of(agreements, KINDS, PRIORITIES, common), losses.lost)


def _measures(names: set[str]) -> dict[str, str]:
    """What each metric that is set is called as a measure."""
    measures = dict(_DIRECT)
    for table, first in ((_TO_SOLVED, "resolve"), (_UPDATES, "update")):
        there = [name for name in table if name in names]
        measures |= {name: name for name in there} | ({there[0]: first} if there else {})
    return measures


def _rules(names: set[str]) -> dict[str, dict[str, Any]]:
    """The rules of the measures that are not there without a policy, or not so."""
    measures = _measures(names)
    rules: dict[str, dict[str, Any]] = {}
    if "next_reply_time" in names:
        rules["reply"] = {"from": "oldest"}  # which of the customer's comments has waited longest
    for name in _TO_SOLVED:
        if name in names and measures[name] == name:
            rules[name] = {"starts": ["opened", "reopened"], "ends": ["resolved"], "cycles": "resume"}
    for name in _UPDATES:
        if name in names:  # from one public comment of an agent to the next
            rules[measures[name]] = {"starts": ["answered"], "ends": ["answered", "resolved"], "cycles": "each"}
    return rules


def _filter(given: Shape) -> tuple[tuple[str, ...] | None, dict[str, tuple[str, ...]]] | None:
    """The kinds and the attributes that a filter asks for; None where it asks for what cannot be said."""
    kinds: tuple[str, ...] | None = None
    attributes: dict[str, tuple[str, ...]] = {}
    some = list(given.at("any").items())
    everyone = [*given.at("all").items(), *(some if len(some) == 1 else [])]
    if len(some) > 1:
        given.at("any").lose("a choice of conditions cannot be said: the SLA policy is left out")
        return None
    for condition in everyone:
        field, operator = condition.at("field").needed(), condition.at("operator").text()
        value = condition.at("value")
        several = [item.needed() for item in value.items()] if isinstance(value.value, list) else [value.text() or ""]
        field = {"type": "type", "ticket_type_id": "type"}.get(field, field)
        if operator not in ("is", "includes") or (field != "type" and field not in _ATTRIBUTES) or "" in several:
            condition.lose(f"the condition on {field!r} cannot be said: the SLA policy is left out")
            return None
        if field == "type":
            kinds = tuple(kind for kind in several if kinds is None or kind in kinds)
        else:
            attributes[_ATTRIBUTES[field]] = tuple(several)
        condition.finish()
    given.finish()
    return kinds, attributes


def _targets(part: Shape, measures: dict[str, str]) -> dict[str | None, dict[str, TargetText]]:
    targets: dict[str | None, dict[str, TargetText]] = {}
    for metric in part.at("policy_metrics").items():
        name = metric.at("metric").needed()
        seconds = metric.at("target_in_seconds").number()
        minutes = metric.at("target").number()
        seconds = seconds if seconds is not None else None if minutes is None else minutes * 60
        priority = metric.at("priority").text()
        if name not in measures:
            metric.lose(f"the metric {name!r} is not known, and its target is not kept")
        elif seconds is None or seconds < 0:
            raise metric.error("the metric has no target", "give target, in minutes")
        else:
            always = not metric.at("business_hours").flag()
            targets.setdefault(priority, {})[measures[name]] = on_calendar(
                length_text(seconds), ALWAYS if always else None
            )
        metric.finish()
    return targets
