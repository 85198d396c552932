"""The pictures on the page that says what the words mean: ledgers of a few clocks that read one case differently."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Literal, get_args

from faults import at, desk
from lanes import Lane, Scale, picture

import slaclock as sc
from slaclock.policy.rules import PriorityChangeRule

_SHORT = timedelta(microseconds=1)


def of_meanings() -> Iterator[tuple[str, str]]:
    """The pictures as SVG, by their names; the same on every machine."""
    yield "ledger", ledger()
    yield "day-rules", day_rules()
    yield "pauses", pauses()
    yield "priority-changes", priority_changes()
    yield "announced", announced()


def ledger() -> str:
    """The ticket of the README, over Easter."""
    waits = [sc.Pause(start=at("04-03 08:30"), end=at("04-03 11:00"), reason="third_party")]
    ticket = sc.Ticket(id="T1", priority="P1", opened=at("03-29 16:00"), resolved=at("04-03 12:00"), pauses=waits)
    a = sc.assess(ticket, sc.Policy.example(), at=at("04-03 12:30"))
    marks = {
        "opened": ticket.opened,
        "to a third party": waits[0].start,
        "back": waits[0].end,
        "resolved": ticket.resolved,
    }
    return picture(
        "Two hours, over Easter",
        "An hour on Thursday, half an hour on Tuesday, half an hour after the third party: half an hour late.",
        [Lane("resolve", "within 2 hours", a.cycles, dues=True)],
        _in_zone(marks),
        Scale.of(desk(), at("03-29 15:00"), at("04-03 13:00")),
    )


def day_rules() -> str:
    """One day from Thursday 16:00, under each of the four day rules."""
    rules: dict[str, dict[str, Any]] = {
        "proportional": {}, "same-time": {"day_rule": "same-time"},
        "close-of-business": {"day_rule": "close-of-business"},
        "fixed-hours": {"day_rule": "fixed-hours", "day_length": "8h"},
    }  # fmt: skip
    notes = {
        "proportional": "8/9 of Friday", "same-time": "16:00 again", "close-of-business": "Friday's close",
        "fixed-hours": "8 hours",
    }  # fmt: skip
    ticket = sc.Ticket(id="T1", opened=at("04-05 16:00"), resolved=at("04-06 14:30"))
    lanes = []
    for name, fields in rules.items():
        policy = _policy(desk().model_copy(update=fields), {"resolve": "1 day"})
        lanes.append(Lane(name, notes[name], sc.assess(ticket, policy, at=at("04-06 15:00")).cycles, dues=True))
    return picture(
        "Four readings of one day", "Opened on Thursday at 16:00, done on Friday at 14:30.", lanes,
        _in_zone({"opened": ticket.opened, "done": ticket.resolved}),
        Scale.of(desk(), at("04-05 14:00"), at("04-06 18:00")),
    )  # fmt: skip


def pauses() -> str:
    """Six hours from Monday 10:00, with three pauses that end on Tuesday."""
    lanes = []
    for start, end, note in (
        ("04-09 15:00", "04-10 09:00", "5 h used, 1 h left"),
        ("04-09 16:00", "04-10 09:00", "used up as it begins"),
        ("04-09 18:00", "04-10 07:00", "while closed"),
    ):
        done = at("04-10 10:00") if start.endswith("15:00") else at("04-09 16:00")
        waits = [sc.Pause(start=at(start), end=at(end), reason="third_party")]
        ticket = sc.Ticket(id="T1", opened=at("04-09 10:00"), resolved=done, pauses=waits)
        a = sc.assess(ticket, _policy(desk(), {"resolve": "6 hours"}), at=at("04-10 11:00"))
        lanes.append(Lane(f"from {at(start):%a %H:%M}", note, a.cycles, dues=True))
    return picture(
        "A pause stops open time alone", "Six hours from Monday 10:00, with a pause from Monday to Tuesday.", lanes,
        _in_zone({"opened": at("04-09 10:00")}),
        Scale.of(desk(), at("04-09 08:00"), at("04-10 11:30")),
    )  # fmt: skip


def priority_changes() -> str:
    """A P4 of five days that becomes a P1 of two hours, under each of the rules for changes."""
    raised = sc.Change(at=at("04-09 14:00"), field="priority", to="P1")
    ticket = sc.Ticket(id="T1", priority="P4", opened=at("04-09 10:00"), changes=[raised], resolved=at("04-09 15:30"))
    targets = {"P1": {"resolve": "2 hours"}, "P4": {"resolve": "5 days"}}
    notes = {"from-opening": "2 h from 10:00", "restart": "2 h from 14:00", "carry": "4/45 was used"}
    lanes = []
    for rule in get_args(PriorityChangeRule):
        policy = _policy(desk(), targets).model_copy(update={"rules": {"priority_change": rule}})
        a = sc.assess(ticket, policy, at=at("04-09 16:30"))
        lanes.append(Lane(rule, notes[rule], a.cycles, dues=True))
    return picture(
        "From when the new target is measured", "A P4 (5 days) that becomes a P1 (2 hours) on Monday at 14:00.", lanes,
        _in_zone({"opened": ticket.opened, "raised": raised.at, "resolved": ticket.resolved}),
        Scale.of(desk(), at("04-09 09:00"), at("04-09 17:00") - _SHORT),
    )  # fmt: skip


def announced() -> str:
    """Ten days from Wednesday 7 September 2022, over a holiday that was announced on the Saturday."""
    days, saturday = {"2022-09-19": "State Funeral"}, {"2022-09-19": "2022-09-10"}
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours=desk().hours, holidays=days, known_from=saturday)
    policy = _policy(calendar, {"resolve": "10 days"})
    opened, done, end = (
        datetime(2022, 9, day, hour, tzinfo=calendar.zone) for day, hour in ((7, 10), (22, 9), (22, 18))
    )
    ticket = sc.Ticket(id="T1", opened=opened, resolved=done)
    notes: dict[Literal["opening", "now"], tuple[str, str]] = {
        "opening": ("promised", "late by 8 h"), "now": ("as it is now", "in time"),
    }  # fmt: skip
    lanes = [
        Lane(name, note, sc.assess(ticket, policy, at=end, known=known).cycles, dues=True)
        for known, (name, note) in notes.items()
    ]
    return picture(
        "What was promised, and what it is now",
        "Ten days from Wed 7 Sep 2022 10:00; on the 10th the 19th was made a holiday.", lanes,
        {"opened": opened, "announced": calendar.announcements[0].known_from, "done": done},
        Scale.of(calendar.as_known(opened), opened, end),
    )  # fmt: skip


def _policy(calendar: sc.Calendar, targets: Mapping[str, Any]) -> sc.Policy:
    return sc.Policy(
        name="pictures", calendar=calendar, targets={"incident": targets}, pauses={"third_party": ["resolve"]}
    )


def _in_zone(marks: Mapping[str, datetime | None]) -> dict[str, datetime]:
    zone = desk().zone
    return {name: instant.astimezone(zone) for name, instant in marks.items() if instant is not None}
