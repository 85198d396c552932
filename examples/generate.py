"""Writes the packaged example: about 200 synthetic tickets with their pauses, and the event log of the same desk.

Run `python examples/generate.py` to write the files anew; the same seed gives the same files. Nothing here uses
slaclock, so that the example is not made by what it is shown to.
"""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

SEED = 20180401
TICKETS = 200
FIRST = datetime(2018, 4, 3, 7, 0)
DAYS = 87  # to the end of June
UNTIL = datetime(2018, 6, 29, 12, 0)  # the moment of the export: nothing later is known
FOLDER = Path(__file__).resolve().parent.parent / "src" / "slaclock" / "example"

PRIORITIES = (("P1", 0.08, 2), ("P2", 0.22, 6), ("P3", 0.45, 30), ("P4", 0.25, 45))
CATEGORIES = ("network", "sims", "desktop", "printing", "accounts", "consumables", "unsupported")
LOG_PRIORITIES = {"P1": "1 - Critical", "P2": "2 - High", "P3": "3 - Moderate", "P4": "4 - Low", "": ""}


@dataclass
class Story:
    """What happened to one ticket, in local wall time."""

    id: str
    kind: str
    priority: str
    category: str
    opened: datetime
    responded: datetime | None = None
    resolved: datetime | None = None
    pauses: list[tuple[datetime, datetime | None]] = field(default_factory=list)
    raised: tuple[datetime, str] | None = None
    reopened: datetime | None = None


def main() -> None:
    stories = written()
    write("tickets.csv", TICKET_COLUMNS, ticket_rows(stories))
    write("pauses.csv", PAUSE_COLUMNS, pause_rows(stories))
    write("events.csv", EVENT_COLUMNS, event_rows(stories))
    write("contacts.csv", CONTACT_COLUMNS, contact_rows())
    write("training.csv", TRAINING_COLUMNS, TRAINING)


def written() -> list[Story]:
    rng = random.Random(SEED)
    openings = sorted(FIRST + timedelta(days=int(rng.random() * DAYS), minutes=arrival(rng)) for _ in range(TICKETS))
    return [story(rng, number, opened) for number, opened in enumerate(openings, start=1) if opened < UNTIL]


def arrival(rng: random.Random) -> int:
    """Minutes after seven in the morning: mostly in the desk's hours, now and then late in the evening."""
    return int(rng.random() * (870 if rng.random() < 0.08 else 630))


def story(rng: random.Random, number: int, opened: datetime) -> Story:
    kind = "service_request" if rng.random() < 0.25 else "incident"
    priority, hours = ("", 70) if kind == "service_request" else priority_of(rng)
    category = CATEGORIES[int(rng.random() ** 1.6 * len(CATEGORIES))]
    told = Story(f"T{number:04d}", kind, priority, category, opened)
    # Work is slow by nights and weekends; two wall-clock hours in five are worked, with a long tail.
    needed = timedelta(hours=hours * (0.15 + rng.random() * 1.1) * (3.0 if rng.random() < 0.12 else 1.4))
    told.responded = known(opened + timedelta(minutes=int(5 + rng.random() * 180)))
    finish = opened + needed
    if rng.random() < 0.35:
        finish = wait(rng, told, finish)
        told.responded = min((at for at in (told.responded, *(start for start, _ in told.pauses)) if at), default=None)
    finish = to_desk_hours(finish)
    told.resolved = known(finish)
    if told.responded and told.resolved and told.resolved < told.responded:
        told.responded = told.resolved
    if told.resolved and told.kind == "incident" and rng.random() < 0.06:
        told.reopened = known(told.resolved + timedelta(hours=int(20 + rng.random() * 50)))
    elif told.priority in ("P3", "P4") and rng.random() < 0.06:
        raised = known(opened + needed / 3)
        told.raised = None if raised is None else (raised, "P2")
    return told


def priority_of(rng: random.Random) -> tuple[str, int]:
    drawn = rng.random()
    for name, share, hours in PRIORITIES:
        drawn -= share
        if drawn < 0:
            return name, hours
    return "P3", 30


def wait(rng: random.Random, told: Story, finish: datetime) -> datetime:
    """One or two waits for a third party, the second sometimes still open."""
    begun = told.opened + (finish - told.opened) / 4
    for turn in range(1 if rng.random() < 0.7 else 2):
        start = minute(begun + timedelta(hours=turn * 30))
        length = timedelta(hours=int(4 + rng.random() * 90))
        if known(start) is None:
            break
        end = known(start + length)
        told.pauses.append((start, end))
        finish += length
        begun = start + length
    return finish


def to_desk_hours(at: datetime) -> datetime:
    """Work is finished while somebody is there."""
    at = minute(at)
    if at.hour < 8:
        at = at.replace(hour=8, minute=at.minute % 30)
    if at.hour >= 16:
        at = (at + timedelta(days=1)).replace(hour=8 + at.minute % 4)
    while at.weekday() >= 5:
        at += timedelta(days=1)
    return at


def known(at: datetime) -> datetime | None:
    at = minute(at)
    return at if at <= UNTIL else None


def minute(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


TICKET_COLUMNS = ("id", "kind", "priority", "category", "opened", "responded", "resolved")
PAUSE_COLUMNS = ("ticket", "start", "end", "reason")
EVENT_COLUMNS = ("number", "type", "priority", "category", "state", "changed")


def ticket_rows(stories: list[Story]) -> list[tuple[str, ...]]:
    return [(s.id, s.kind, s.priority, s.category, iso(s.opened), iso(s.responded), iso(s.resolved)) for s in stories]


def pause_rows(stories: list[Story]) -> list[tuple[str, ...]]:
    return [(s.id, iso(start), iso(end), "third_party") for s in stories for start, end in s.pauses]


def event_rows(stories: list[Story]) -> list[tuple[str, ...]]:
    """The same stories as a desk's log: one row a change, in the order in which the changes were made."""
    rows: list[tuple[datetime, int, tuple[str, ...]]] = []
    for s in stories:
        kind = "Request" if s.kind == "service_request" else "Incident"
        changes = [(s.opened, "New")]
        if s.responded:
            changes.append((s.responded, "In Progress"))
        for start, end in s.pauses:
            changes.append((start, "Awaiting Vendor"))
            if end and (s.resolved is None or end < s.resolved):
                changes.append((end, "In Progress"))
        if s.resolved:
            changes.append((s.resolved, "Resolved"))
        if s.reopened:
            changes.append((s.reopened, "In Progress"))
        changes.sort(key=lambda change: change[0])
        if s.raised:
            at = s.raised[0]
            before = [change for change in changes if change[0] <= at]
            changes.insert(len(before), (at, before[-1][1]))
        for at, state in changes:
            priority = s.raised[1] if s.raised and at >= s.raised[0] else s.priority
            row = (s.id, kind, LOG_PRIORITIES[priority], s.category, state, f"{at:%d/%m/%Y %H:%M}")
            rows.append((at, len(rows), row))
    return [row for _, _, row in sorted(rows)]


CONTACT_COLUMNS = ("id", "kind", "opened", "responded", "abandoned")
TRAINING_COLUMNS = ("allowance", "at", "amount")
TRAINING: list[tuple[str, ...]] = [
    ("sims_training", "2018-04-24 13:00", "3 hours"),
    ("sims_training", "2018-05-15 09:30", "6 hours"),
    ("sims_training", "2018-06-12 13:00", "2 hours 30 minutes"),
]


def contact_rows() -> list[tuple[str, ...]]:
    """Calls, most of them answered within seconds and some given up, and e-mails, most answered within a day."""
    rng = random.Random(SEED + 1)
    found = []
    for number in range(1, 421):
        day = FIRST + timedelta(days=int(rng.random() * DAYS))
        while day.weekday() >= 5 or day.date() == date(2018, 5, 7) or day.date() == date(2018, 5, 28):
            day += timedelta(days=1)
        called = number % 3 != 0
        at = day + timedelta(seconds=3600 + int(rng.random() * 8.4 * 3600) if called else int(rng.random() * 12 * 3600))
        waited = int(3 + rng.expovariate(1 / 9)) if called else int(300 + rng.expovariate(1 / 11_000))
        if not called and rng.random() < 0.06:
            waited += 100_000
        end = at + timedelta(seconds=waited)
        if at > UNTIL:
            continue
        gave_up = called and waited > 12 and rng.random() < 0.12
        seconds = f"{at:%Y-%m-%d %H:%M:%S}"
        told = f"{end:%Y-%m-%d %H:%M:%S}" if end <= UNTIL else ""
        found.append(("call" if called else "email", seconds, "" if gave_up else told, told if gave_up else ""))
    found.sort(key=lambda row: row[1])
    return [(f"C{number:04d}", *row) for number, row in enumerate(found, start=1)]


def iso(at: datetime | None) -> str:
    return "" if at is None else f"{at:%Y-%m-%d %H:%M}"


def write(name: str, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
    with (FOLDER / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    main()
