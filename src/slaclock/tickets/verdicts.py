"""The verdict on a ticket as of an instant: the state of one measure, and by which target."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from slaclock.clock.pauses import FOREVER
from slaclock.errors import NotYetOpenedError
from slaclock.policy.measures import Measure, check_measure
from slaclock.policy.policy import Policy
from slaclock.temporal import intervals
from slaclock.temporal.instants import to_micros
from slaclock.temporal.intervals import Run

from .as_of import AsOf, as_of
from .in_force import TargetInForce, targets_in_force
from .states import State
from .tickets import Ticket


class Verdict(NamedTuple):
    """What `assess` works out at once, in whole microseconds.

    `judged` is the target by which the state is what it is: the last of `targets`, or one whose breach stands.
    """

    state: State
    known: AsOf
    pauses: Run
    why: str = ""
    targets: tuple[TargetInForce, ...] = ()
    judged: TargetInForce | None = None
    breached_at: int | None = None


def verdict_of(ticket: Ticket, policy: Policy, at: datetime, measure: Measure, *, fits: bool = True) -> Verdict:
    """How the measure stands at an instant; without a policy that `fits` it is not covered."""
    now, opened = to_micros(at), to_micros(ticket.opened)
    if now < opened:
        raise NotYetOpenedError(
            f"it opened at {ticket.opened.isoformat()}, after the instant asked about, {at.isoformat()}",
            "ask as of a later instant, or check the clocks of the servers",
            f"ticket {ticket.id}",
            value=at,
        )
    check_measure(measure)
    known = as_of(ticket, policy, now, measure, opened=opened, fits=fits)
    pauses = intervals.union((max(a, known.start), b) for a, b, _ in known.pauses) if known.pauses else ()
    if not fits or not policy.covers(ticket.opened):
        why = "opened outside the subscription" if fits else "no policy of the book is for it"
        return Verdict("not-covered", known, pauses, why)
    if known.terms.outside == "excluded":
        return Verdict("excluded", known, pauses, known.terms.why)
    if known.cancelled is not None:
        return Verdict("cancelled", known, pauses, "withdrawn, or merged into another")
    targets = targets_in_force(policy.rules, known, pauses)
    if policy.rules.breach == "stands":
        for target in targets:
            breached_at = target.breached_at(known.seen, known.gaps)
            if breached_at is not None:
                return Verdict("breached", known, pauses, "", targets, target, breached_at)
    if known.terms.target is None:
        return Verdict("no-target", known, pauses, known.terms.why, targets)
    judged = targets[-1]
    breached_at = judged.breached_at(known.seen, known.gaps)
    state: State
    if breached_at is not None:
        state = "breached"
    elif known.done is not None:
        state = "met"
    else:
        state = "paused" if pauses and pauses[-1][1] == FOREVER else "running"
    return Verdict(state, known, pauses, "", targets, judged, breached_at)
