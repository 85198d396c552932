"""The faults that desks report of other clocks, each as a ticket whose true clock is drawn beside the wrong answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from lanes import Lane, Scale, picture

import slaclock as sc

LONDON = ZoneInfo("Europe/London")
_THIRD = "third_party"


def at(text: str) -> datetime:
    """`04-09 10:00`: an instant of 2018 in London."""
    return datetime.fromisoformat(f"2018-{text}").replace(tzinfo=LONDON)


def desk() -> sc.WorkingCalendar:
    """The desk of the pages: Monday to Thursday 08:00-17:00, Friday to 16:30."""
    return sc.WorkingCalendar.parse(
        "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off", timezone="Europe/London", holidays="GB-ENG"
    )


@dataclass(frozen=True)
class Fault:
    """A fault, by the name of its picture: the case, and which instant others give in the place of which answer."""

    name: str
    title: str
    note: str
    opened: datetime
    resolved: datetime
    wrong: Mapping[str, datetime]
    """What others answer, by its label."""
    targets: Mapping[str, str] = field(default_factory=lambda: {"resolve": "6 hours"})
    calendar: sc.Calendar = field(default_factory=desk)
    pauses: Sequence[tuple[datetime, datetime]] = ()
    more: Mapping[str, Any] = field(default_factory=dict)
    """Further fields of the ticket."""
    marks: Mapping[str, datetime] = field(default_factory=dict)
    """Further instants to mark."""
    until: datetime | None = None

    @property
    def ticket(self) -> sc.Ticket:
        waits = [sc.Pause(start=start, end=end, reason=_THIRD) for start, end in self.pauses]
        fields = {"id": "T1", "priority": "P2", "opened": self.opened, "resolved": self.resolved, "pauses": waits}
        return sc.Ticket.model_validate({**fields, **self.more})

    @property
    def policy(self) -> sc.Policy:
        return sc.Policy(
            name=self.title, calendar=self.calendar, pauses={_THIRD: ["resolve"]},
            targets={"incident": {"P2": dict(self.targets), "P3": {"resolve": "3 days"}}},
        )  # fmt: skip

    def assessed(self, measure: str) -> sc.Assessment:
        return sc.assess(self.ticket, self.policy, at=self.end, measure=measure)

    @property
    def end(self) -> datetime:
        """Where the picture ends."""
        return max([self.resolved, *self.wrong.values(), *([self.until] if self.until else [])])

    def picture(self) -> str:
        lanes, marks = [], {"opened": self.opened}
        for start, end in self.pauses:
            marks |= {"on hold": start, "back": end}
        for measure, target in self.targets.items():
            a = self.assessed(measure)
            lanes.append(Lane(measure, f"within {target}", a.cycles, dues=True))
        marks |= {**self.marks, **self.wrong}
        ordered = {name: marks[name] for name in sorted(marks, key=marks.__getitem__)}
        return picture(self.title, self.note, lanes, ordered, Scale.of(self.calendar, self.opened, self.end))


FAULTS = (
    Fault(
        "hold-by-the-wall",
        "Hold time is not added by the wall clock",
        "On hold for 65 hours, of which the desk was open for an hour and a half.",
        at("04-06 15:00"), at("04-09 13:30"), {"others: due": at("04-12 05:30")},
        pauses=[(at("04-06 16:00"), at("04-09 09:00"))],
    ),
    Fault(
        "hold-while-closed",
        "A hold over a weekend moves nothing",
        "Nobody was there to work: the due time is what it is without the hold.",
        at("04-06 15:30"), at("04-09 12:30"), {"others: due": at("04-12 04:30")},
        pauses=[(at("04-06 16:30"), at("04-09 08:00"))],
    ),
    Fault(
        "hold-before-a-change",
        "A change of priority keeps the holds before it",
        "Raised from P3 to P2: due 6 hours from the opening, and the 4 hours on hold do not count.",
        at("04-09 10:00"), at("04-10 10:30"), {"others: due": at("04-09 16:00")},
        pauses=[(at("04-09 11:00"), at("04-09 15:00"))],
        more={"priority": "P3", "changes": [{"at": at("04-09 15:30"), "field": "priority", "to": "P2"}]},
        marks={"raised": at("04-09 15:30")},
    ),
    Fault(
        "third-party",
        "A third party stops resolution, and not response",
        "The supplier has it from 10:15. Somebody could have answered all the same.",
        at("04-09 10:00"), at("04-10 14:00"), {},
        targets={"respond": "1 hour", "resolve": "6 hours"},
        pauses=[(at("04-09 10:15"), at("04-10 09:00"))],
        more={"responded": at("04-09 12:00")}, marks={"answered": at("04-09 12:00")},
    ),
    Fault(
        "lunch",
        "A lunch break does not count",
        "Two hours from 11:00 are over at 14:00, since the desk is closed from 12:00 to 13:00.",
        at("04-10 11:00"), at("04-10 13:45"), {"others: due": at("04-10 13:00")},
        targets={"resolve": "2 hours"},
        calendar=sc.WorkingCalendar.parse("Mo-Fr 09:00-12:00,13:00-17:00", timezone="Europe/London"),
        until=at("04-10 17:00"),
    ),
    Fault(
        "holidays",
        "Easter Monday is a holiday in England",
        "It is none in Scotland: with the holidays of another country the clock runs on it.",
        at("03-29 16:00"), at("04-03 08:45"), {"others: due": at("04-02 09:00")},
        targets={"resolve": "2 hours"}, until=at("04-03 12:00"),
    ),
    Fault(
        "unlike-days",
        "Friday is shorter than Thursday",
        "Ten hours from Thursday 16:00: one on Thursday, eight and a half on Friday, half an hour on Monday.",
        at("04-12 16:00"), at("04-16 08:20"), {"others: due": at("04-13 17:00")},
        targets={"resolve": "10 hours"}, until=at("04-16 11:00"),
    ),
    Fault(
        "one-day",
        "One day is not 24 open hours",
        "A service day is over when a whole day of the desk's own hours is.",
        at("04-09 08:00"), at("04-09 16:00"), {"others: due": at("04-11 14:00")},
        targets={"resolve": "1 day"},
    ),
    Fault(
        "summer-time",
        "Clocks change in the night",
        "Six hours from Saturday 23:00, for a desk that never closes: the hour from 01:00 to 02:00 was not there.",
        at("03-24 23:00"), at("03-25 05:30"), {"others: due": at("03-25 05:00")},
        calendar=sc.WorkingCalendar.parse("24/7", timezone="Europe/London"), until=at("03-25 08:00"),
    ),
    Fault(
        "reopened",
        "A reopened ticket goes on where it stopped",
        "The time between resolution and reopening is the customer's, not the desk's.",
        at("04-09 10:00"), at("04-11 12:30"), {"others: due": at("04-09 16:00")},
        more={"reopenings": [{"resolved": at("04-09 12:00"), "reopened": at("04-11 09:00")}]},
        marks={"resolved": at("04-09 12:00"), "reopened": at("04-11 09:00")},
        until=at("04-11 15:00"),
    ),
    Fault(
        "paused-to-resolved",
        "Straight from on hold to resolved, the last hold counts",
        "Done while it was on hold, with four of six hours left.",
        at("04-09 10:00"), at("04-11 12:00"), {"others: due": at("04-09 16:00")},
        pauses=[(at("04-09 12:00"), at("04-11 12:00"))],
        until=at("04-11 17:00"),
    ),
)  # fmt: skip


def of_faults() -> Iterator[tuple[str, str]]:
    """The pictures of the faults as SVG, by their names; the same on every machine."""
    for fault in FAULTS:
        yield f"fault-{fault.name}", fault.picture()
