"""Draws the pictures of the documentation from the packaged example: `python examples/pictures.py`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args
from zoneinfo import ZoneInfo

import pandas as pd
from faults import of_faults
from lanes import Lane, Scale, picture
from meanings import of_meanings

import slaclock as sc
from slaclock import charts
from slaclock.policy.measures import NextStart

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
EXAMPLE = Path(str(sc.__file__)).parent / "example"
LONDON = ZoneInfo("Europe/London")
NOW = datetime(2018, 6, 29, 12, 0, tzinfo=LONDON)


def main() -> None:
    for name, text in of_clocks():
        (PICTURES / f"{name}.svg").write_text(text, encoding="utf-8")
    dates = ["opened", "responded", "resolved"]
    tickets = pd.read_csv(EXAMPLE / "tickets.csv", parse_dates=dates)
    contacts = pd.read_csv(EXAMPLE / "contacts.csv", parse_dates=["opened", "responded", "abandoned"])
    pauses = pd.read_csv(EXAMPLE / "pauses.csv", parse_dates=["start", "end"])
    every = pd.concat([tickets, contacts], ignore_index=True)
    policy = sc.Policy.example()
    report = sc.report(every, policy, at=NOW, period="month", pauses=pauses, timezone="Europe/London")
    waits = sc.promise(policy, 2018, measure="resolve")
    (PICTURES / "promise.svg").write_text(waits.heatmap("incident", "P1") + "\n", encoding="utf-8")
    (PICTURES / "chain.svg").write_text(sc.chains(two_teams(), 2018).picture("p2") + "\n", encoding="utf-8")
    (PICTURES / "overload.svg").write_text(friday_afternoon().picture() + "\n", encoding="utf-8")
    drawn = {
        "standard": charts.compliance(report, "emails"),
        "breaches": charts.breaches(report),
        "ticket": charts.timeline(report.worst[0]),
        "year": charts.year(policy.calendar, policy.year(NOW).period),
    }
    for name, chart in drawn.items():
        charts.save(chart, PICTURES / f"{name}.svg")


def of_clocks() -> Iterator[tuple[str, str]]:
    """The pictures of clocks as SVG, by their names; the same on every machine."""
    yield "three-clocks", three_clocks()
    for reading in get_args(NextStart):
        yield f"kept-informed-{reading}", kept_informed(reading)
    yield "two-schedules", two_schedules()
    yield from of_meanings()
    yield from of_faults()


def three_clocks() -> str:
    """A ticket of the packaged example that waited for a supplier, with three of its clocks."""
    ticket, policy = logged("T0128"), sc.Policy.example()
    ticket = ticket.model_copy(update={"agreed": {"inform": sc.Target.parse("4 hours")}})  # as in tickets.csv
    resolve, inform, supplier = (
        sc.assess(ticket, policy, at=NOW, measure=measure) for measure in ("resolve", "inform", "supplier")
    )
    [wait] = ticket.pauses
    if ticket.resolved is None or wait.end is None:
        raise ValueError("the picture is of a ticket that is done")
    kept = sum(cycle.state == "met" for cycle in inform.cycles)
    lanes = (
        Lane("resolve", f"{hours(resolve)} of 2 h", resolve.cycles),
        Lane("inform", f"{kept} of {len(inform.cycles)} within 4 h", inform.cycles),
        Lane("supplier", f"{float(supplier.elapsed_days):.1f} of 5 days", supplier.cycles),
    )
    marks = {
        "opened": ticket.opened, "handed over": wait.start, "handed back": wait.end, "resolved": ticket.resolved
    }  # fmt: skip
    return picture(
        "One ticket, three clocks",
        f"{ticket.id}, P1: resolved in time, as that clock stood still while the supplier had it; "
        f"of {len(inform.cycles)} updates {len(inform.cycles) - kept} were late.",
        lanes,
        {name: at.astimezone(LONDON) for name, at in marks.items()},
        Scale.of(policy.calendar, ticket.opened.astimezone(LONDON), ticket.resolved.astimezone(LONDON)),
    )


def kept_informed(reading: NextStart) -> str:
    """The ticket of the page on updates, whose customer was to hear every 4 hours, under one of the three readings."""
    ticket, calendar = sc.Ticket(
        id="T1", priority="P2", opened=at("09T10:00"), resolved=at("11T10:00"),
        pauses=[sc.Pause(start=at("09T11:00"), end=at("11T09:00"), reason="third_party")],
        events=[sc.Event(at=at(text), name="answered") for text in ("09T13:30", "10T09:00")],
    ), sc.Policy.example().calendar  # fmt: skip
    policy = sc.Policy.model_validate({
        "name": "kept informed", "calendar": calendar, "pauses": {"third_party": ["resolve"]},
        "targets": {"incident": {"P2": {"resolve": "6 hours", "update": "4 hours"}}},
        "measures": {"update": {"next": reading}},
    })  # fmt: skip
    cycles = sc.assess(ticket, policy, at=at("11T12:00"), measure="update").cycles
    kept = f"{sum(cycle.state == 'met' for cycle in cycles)} of {len(cycles)}"
    marks = {"opened": ticket.opened, "resolved": at("11T10:00")} | {
        name: event.at for name, event in zip(("update", "update again"), ticket.events, strict=True)
    }
    return picture(
        f'An update every 4 hours, next = "{reading}": kept {kept}',
        READINGS[reading],
        [Lane("update", f"kept {kept}", cycles, dues=True)],
        {name: marks[name].astimezone(LONDON) for name in sorted(marks, key=marks.__getitem__)},
        Scale.of(calendar, at("09T10:00"), at("11T12:00")),
    )


def two_schedules() -> str:
    """The ticket of the page on reconciling, which was handed to another schedule, as two desks' software reads it."""
    ticket = sc.Ticket(
        id="941606", priority="L1", opened=utc("29T17:01:38"), responded=utc("30T19:01:46"),
        changes=[sc.Change(at=utc("30T19:01:25"), field="priority", to="L2")],
    )  # fmt: skip
    calendar = sc.WorkingCalendar.parse("Mo-Su 12:00-02:00", timezone="UTC")

    def lane(name: str, rule: str) -> Lane:
        policy = sc.Policy.model_validate({
            "name": "Support", "calendar": calendar, "rules": {"priority_change": rule},
            "calendars": {"san_francisco": {"timezone": "UTC", "hours": "Mo-Fr 15:00-00:30"}},
            "targets": {"incident": {
                "L1": {"respond": "24 hours"}, "L2": {"respond": "24 hours", "calendar": "san_francisco"},
            }},
        })  # fmt: skip
        made = sc.assess(ticket, policy, at=utc("30T20:00"), measure="respond")
        return Lane(name, f"{made.elapsed.seconds // 60} min {made.elapsed.seconds % 60} s", made.cycles)

    return picture(
        "One ticket, two schedules: 690 or 960 minutes",
        "Handed on 21 seconds before the reply. Is the new schedule that of all its time, or each of its own?",
        [lane("from-opening", "from-opening"), lane("carry", "carry")],
        {"opened": utc("29T17:01:38"), "handed on, and replied": utc("30T19:01:25")},
        Scale.of(calendar, utc("29T17:01:38"), utc("30T19:01:46")),
    )


def utc(text: str) -> datetime:
    return datetime.fromisoformat(f"2020-09-{text}").replace(tzinfo=UTC)


READINGS = {
    "event": "Four hours from the last update, early or late.",
    "due": "Four hours from the last update, or from when it was due where it came early.",
    "grid": "In every four hours from the opening on one update, whenever it comes.",
}


def two_teams() -> sc.Policy:
    """The policy of the page on chains: the second line works from 09:00 to 16:00."""
    london = {"timezone": "Europe/London", "holidays": "GB-ENG"}
    return sc.Policy.model_validate({
        "name": "IT of the county",
        "calendar": {**london, "hours": "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"},
        "calendars": {"second": {**london, "hours": "Mo-Fr 09:00-16:00; PH off"}},
        "targets": {"incident": {"P2": {
            "resolve": "6 hours", "l1": "2 hours", "l2": {"within": "3 hours", "calendar": "second"},
        }}},
        "measures": {"l1": {"while": {"team": "L1"}}, "l2": {"while": {"team": "L2"}}},
        "chains": {"p2": {"parts": ["l1", "l2"]}},
    })  # fmt: skip


def friday_afternoon() -> sc.Overload:
    """The three jobs of the page on overload, of which one must be late."""
    dues = [at("06T16:30"), at("06T16:30"), at("09T09:00")]
    jobs = [sc.Job(id=f"T{number}", due=due, work="1 hour") for number, due in enumerate(dues, 1)]
    return sc.overload_of_jobs(jobs, at=at("06T15:00"), calendar=sc.Policy.example().calendar)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2018-04-{text}").replace(tzinfo=LONDON)


def hours(assessment: sc.Assessment) -> str:
    minutes = round(assessment.elapsed.total_seconds() / 60)
    return f"{minutes // 60} h {minutes % 60} min"


def logged(name: str) -> sc.Ticket:
    """A ticket of the packaged example's log, with its messages."""
    mapping = sc.EventMapping.load(EXAMPLE / "mapping.toml")
    with (EXAMPLE / "events.csv").open(encoding="utf-8", newline="") as file:
        return next(ticket for ticket in sc.tickets_from_events(csv.DictReader(file), mapping) if ticket.id == name)


if __name__ == "__main__":
    main()
