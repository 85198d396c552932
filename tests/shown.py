"""Values that between them reach all that values show, each made anew whenever it is asked for.

What a module makes as it is read is shown by no test, to a run of mutants: so these are functions.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import slaclock as sc
from desk import EXAMPLE, at, desk

NOW, LATER, STILL = at("2018-04-10 09:30"), at("2018-04-10 11:30"), at("2018-04-09 15:00")
WAITS = [sc.Pause(start=at("2018-04-09 15:00"), end=at("2018-04-10 09:00"), reason="third_party")]
CHANGES = [sc.Change(at=at("2018-04-09 14:00"), field="team", to="L2")]
TICKET = sc.Ticket(
    id="T1", priority="P2", opened=at("2018-04-09 10:00"), attributes={"team": "L1"}, pauses=WAITS, changes=CHANGES
)
LATE = sc.Ticket(id="T2", priority="P1", opened=at("2018-04-03 10:00"), resolved=at("2018-04-05 12:00"))
HANDED_ON = [
    sc.Event(at=at("2018-04-09 11:00"), name="handed_over"),
    sc.Event(at=at("2018-04-09 12:00"), name="progress"),
    sc.Event(at=at("2018-04-09 13:00"), name="handed_over"),
]
NIGHTS = sc.WorkingCalendar.parse("Mo-Th 20:00-04:00", timezone="Europe/London")
THEIRS = EXAMPLE.model_copy(
    update={"name": "ACME's", "applies_to": {"customer": ["ACME", "Zeta"]}, "in_force_from": "2018-04-01"}
)


CLOSED_LATER = desk(special={"2018-04-10": ["12:00-16:00"]}, known_from={"2018-04-10": "2018-04-09T12:00:00"})
"""A desk whose date has other hours, of which it knew only when a ticket was open."""


def eventful_ticket() -> sc.Ticket:
    """A ticket to which all happened that may."""
    return sc.Ticket(
        id="T3",
        kind="incident",
        priority="P2",
        category="network",
        impact="high",
        urgency="medium",
        attributes={"customer": "ACME", "team": "L1"},
        opened=at("2018-04-09 10:00"),
        responded=at("2018-04-09 10:30"),
        resolved=at("2018-04-11 12:00"),
        cancelled=at("2018-04-12 12:00"),
        abandoned=at("2018-04-12 13:00"),
        agreed={"resolve": at("2018-04-30 10:00"), "inform": "4 hours"},
        pauses=[
            sc.Pause(start=at("2018-04-09 15:00"), end=at("2018-04-09 16:00"), reason="third_party"),
            sc.Pause(start=at("2018-04-10 15:00"), reason="third_party"),
        ],
        changes=[
            sc.Change(at=at("2018-04-09 14:00"), field="team", to=None),
            sc.Change(at=at("2018-04-09 14:30"), field="priority", to="P1"),
        ],
        reopenings=[sc.Reopening(resolved=at("2018-04-09 12:00"), reopened=at("2018-04-09 13:00"))],
        events=[sc.Event(at=at("2018-04-09 10:30"), name="asked")],  # as it was responded to, which comes first
    )


def eventful_calendar(**fields: Any) -> sc.WorkingCalendar:
    """A calendar that says all that one may."""
    given: dict[str, Any] = {
        "timezone": "Europe/London",
        "hours": {"mon": ["08:00-12:00", "13:00-17:00"], "tue": ["22:00-06:00"], "sun": ["20:00-02:00"]},
        "holidays": {
            "countries": ["GB-ENG"],
            "dates": {"2018-04-20": "the founder's day", "--12-24": "Christmas Eve"},
            "recurring": [["DTSTART:20180607\nRRULE:FREQ=YEARLY", "the fair"]],
        },
        "special": {"2018-04-27": ["10:00-12:00"], "2018-12-29/2018-12-31": []},
        "seasons": {"07-01/08-31": {"mon": ["09:00-15:00"], "wed": []}},
        "dated_hours": [{"from": "2019-01-01", "hours": {"mon": ["09:00-12:00"]}}],
        "closed": {"2018-04-09": "14:00-15:00"},
        "day_rule": "fixed-hours",
        "day_length": "8h",
        "cutoff": "15:00",
        "known_from": {"2018-04-20": "2018-04-12"},
    }
    return sc.WorkingCalendar(**{**given, **fields})


def assessed(ticket: sc.Ticket = TICKET, policy: Any = None, *, when: Any = NOW, **asked: Any) -> sc.Assessment:
    """How a ticket stands by the example, or by another policy."""
    return sc.assess(ticket, EXAMPLE if policy is None else policy, at=when, **asked)


def changed(ticket: sc.Ticket = TICKET, **fields: Any) -> sc.Ticket:
    """A ticket with other fields."""
    return sc.Ticket.model_validate({**dict(ticket), **fields})


def reopened() -> sc.Assessment:
    """How the eventful ticket stands, whose clock stops as it does without an agreement."""
    return assessed(changed(eventful_ticket(), agreed={}), when=at("2018-04-13 12:00"))


def receipt(version: str | None = "2026a") -> sc.Receipt:
    """A receipt whose versions are these on every machine, so that its hash does not fit."""
    data = assessed().receipt(policy=False).to_dict()
    zones = {
        name: {**zone, "version": version, "sha256": None, "source": "system"} for name, zone in data["zones"].items()
    }
    versions = {"slaclock": "1.0", "holidays_version": version, "zones": zones, "sha256": "0" * 64}
    return sc.Receipt.from_json(json.dumps({**data, **versions}))


ASSESSMENTS: dict[str, Callable[[], sc.Assessment]] = {
    "running": assessed,
    "breached": lambda: assessed(LATE),
    "breached and open": lambda: assessed(changed(LATE, resolved=None)),
    "met": lambda: assessed(changed(LATE, resolved=at("2018-04-03 11:00"))),
    "met after a wait": lambda: assessed(changed(resolved=at("2018-04-10 09:20"))),
    "paused": lambda: assessed(when=at("2018-04-09 16:00")),
    "paused for no time yet": lambda: assessed(when=at("2018-04-09 15:00")),
    "begun now": lambda: assessed(when=at("2018-04-09 10:00")),
    "not started": lambda: assessed(measure="reply"),
    "cancelled": lambda: assessed(changed(cancelled=at("2018-04-09 12:00"))),
    "excluded": lambda: assessed(changed(category="unsupported")),
    "no target": lambda: assessed(changed(priority=None)),
    "not covered": lambda: assessed(policy=sc.PolicyBook([THEIRS])),
    "chosen of a book": lambda: assessed(
        changed(attributes={"customer": "Zeta", "team": "L1"}), sc.PolicyBook([THEIRS, EXAMPLE])
    ),
    "one of several cycles": lambda: assessed(changed(events=HANDED_ON), measure="inform").cycles[0],
    "the last of several cycles": lambda: assessed(changed(events=HANDED_ON), measure="inform").cycles[-1],
    "reopened": reopened,
    "with an agreed instant": lambda: assessed(changed(agreed={"resolve": at("2018-04-10 16:00")})),
    "by what became known": lambda: assessed(policy=EXAMPLE.model_copy(update={"calendar": CLOSED_LATER})),
    "with an agreed target": lambda: assessed(changed(agreed={"resolve": "4 hours"})),
    "with an agreed strict target": lambda: assessed(changed(agreed={"resolve": "< 4 hours"})),
    "of a window in days": lambda: assessed(changed(priority="P4")),
    "by the wall clock": lambda: assessed(
        policy=EXAMPLE.model_copy(
            update={"targets": {"incident": {"P2": {"resolve": "9 wall hours"}}}, "standards": {}}
        )
    ),
}
"""Assessments that stand in every way in which one can."""
CELLS: dict[str, Callable[[], Any]] = {
    "calendar": EXAMPLE.calendar.model_copy,
    "nights": NIGHTS.model_copy,
    "eventful calendar": eventful_calendar,
    "combined calendar": lambda: EXAMPLE.calendar | NIGHTS,
    "two that must both be open": lambda: desk() & NIGHTS,
    "one without the other": lambda: desk() - NIGHTS,
    "policy": EXAMPLE.model_copy,
    "policy of a calendar more": lambda: EXAMPLE.model_copy(
        update={"calendars": {"nights": NIGHTS}, "pauses": {"customer": [], "third_party": ["resolve", "respond"]}}
    ),
    "policy with no more than a target": lambda: sc.Policy(
        name="small", calendar=NIGHTS, targets={"incident": {"resolve": "2 hours"}}
    ),
    "policy of one priority, round the clock": lambda: sc.Policy(
        name="round the clock",
        calendar=sc.WorkingCalendar(timezone="Europe/London", hours="24/7"),
        targets={"incident": {"P1": {"resolve": "2 hours"}}},
    ),
    "book": lambda: sc.PolicyBook([EXAMPLE]),
    "book of two": lambda: sc.PolicyBook([THEIRS, EXAMPLE]),
    "ticket": TICKET.model_copy,
    "eventful ticket": eventful_ticket,
    "ticket that waits for whatever": lambda: changed(pauses=[sc.Pause(start=NOW), sc.Pause(start=NOW, end=LATER)]),
    **ASSESSMENTS,
    "ledger": lambda: assessed().explain(),
    "ledger of a pause": lambda: assessed(when=at("2018-04-09 16:00")).explain("now"),
    "ledger of changes": lambda: reopened().explain(),
    "ledger of nothing": lambda: sc.Ledger("nothing", ()),
    "breakdown": lambda: assessed().breakdown("team"),
    "breakdown by reasons": lambda: reopened().breakdown(),
    "timeline": lambda: sc.timeline(TICKET, EXAMPLE, at=NOW),
    "timeline at a turn": lambda: sc.timeline(TICKET, EXAMPLE, at=STILL),
    "timeline of cycles": lambda: sc.timeline(changed(events=HANDED_ON), EXAMPLE, at=NOW, measure="inform"),
    "timeline of cycles after none": lambda: sc.timeline(
        changed(
            cancelled=at("2018-04-09 10:30"),
            reopenings=[sc.Reopening(resolved=at("2018-04-09 10:40"), reopened=at("2018-04-09 11:00"))],
            changes=[],
            pauses=[],
            events=[
                sc.Event(at=at(f"2018-04-09 {time}"), name=name)
                for time, name in (("11:30", "asked"), ("12:00", "called"), ("12:30", "asked"))
            ],
        ),
        sc.Policy(
            name="calls",
            calendar=EXAMPLE.calendar,
            targets={"incident": {"P2": {"call_back": "2 hours"}}},
            measures={"call_back": {"starts": ["asked"], "ends": ["called"], "cycles": "each"}},
        ),
        at=NOW,
        measure="call_back",
    ),
    "timeline of nothing": lambda: sc.timeline(TICKET, EXAMPLE, at=NOW, measure="reply"),
    "due within": lambda: sc.due_within([TICKET, LATE], EXAMPLE, at=NOW, within="4 hours"),
    "due, overdue and paused": lambda: sc.due_within(
        [TICKET, changed(LATE, resolved=None), changed(id="T4", pauses=[sc.Pause(start=STILL, reason="third_party")])],
        EXAMPLE,
        at=NOW,
        within="1 day",
    ),
    "nothing due": lambda: sc.due_within([], EXAMPLE, at=NOW, within="4 hours"),
    "table": lambda: sc.table([assessed(), assessed(LATE)]),
    "table of one": lambda: sc.table([assessed()]),
    "table of all states": lambda: sc.table([make() for make in ASSESSMENTS.values()]),
    "empty table": lambda: sc.table([]),
    "receipt": receipt,
    "receipt without versions": lambda: receipt(None),
}
"""Values that have a cell of a notebook."""
