"""Writes the packaged example: about 200 synthetic tickets with their pauses and messages, and the log of that desk.

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
BANK_HOLIDAYS = (date(2018, 5, 7), date(2018, 5, 28))
INFORMED_HOURS = {"P1": 1, "P2": 4, "P3": 24, "P4": 48, "": 48}  # by the clock on the wall, as people remember it
AGREED_HOURS = {"T0128": 4}  # the interval that one customer agreed on, instead of that of the priority
LOG_ENTRIES = {
    "asked": "Customer mail",
    "answered": "Reply",
    "handed_over": "Vendor case opened",
    "progress": "Progress report",
    "handed_back": "Vendor case closed",
}
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
    messages: list[tuple[datetime, str]] = field(default_factory=list)


def main() -> None:
    stories = written()
    write("tickets.csv", TICKET_COLUMNS, ticket_rows(stories))
    write("pauses.csv", PAUSE_COLUMNS, pause_rows(stories))
    write("messages.csv", MESSAGE_COLUMNS, message_rows(stories))
    write("events.csv", EVENT_COLUMNS, event_rows(stories))
    write("contacts.csv", CONTACT_COLUMNS, contact_rows())
    write("training.csv", TRAINING_COLUMNS, TRAINING)


def written() -> list[Story]:
    rng = random.Random(SEED)
    openings = sorted(FIRST + timedelta(days=int(rng.random() * DAYS), minutes=arrival(rng)) for _ in range(TICKETS))
    stories = [story(rng, number, opened) for number, opened in enumerate(openings, start=1) if opened < UNTIL]
    rng = random.Random(SEED + 2)  # of its own, so that the tickets are what they were before they had messages
    for told in stories:
        told.messages = sorted([*of_third_parties(rng, told), *of_customers(rng, told)])
    return stories


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


def of_third_parties(rng: random.Random, told: Story) -> list[tuple[datetime, str]]:
    """What the customer hears while a third party has the ticket: that it does, how it gets on, and that it is back."""
    sent = []
    hours = AGREED_HOURS.get(told.id) or INFORMED_HOURS[told.priority]
    for start, end in told.pauses:
        until = min(at for at in (end, told.resolved, UNTIL) if at)
        sent.append((start, "handed_over"))
        at = start
        while (at := working(at + timedelta(hours=hours * (0.5 + rng.random() * 0.6)))) < until:
            sent.append((at, "progress"))
        if end and end == until:
            sent.append((end, "handed_back"))
    return sent


def of_customers(rng: random.Random, told: Story) -> list[tuple[datetime, str]]:
    """What some customers ask after the first response, once or twice before they are answered; and a few thanks."""
    if told.responded is None or rng.random() > 0.35:
        return []
    last, sent = told.resolved or UNTIL, []
    at = told.responded
    for _ in range(1 + int(rng.random() * 2)):
        asked = minute(at + (last - at) * rng.random())
        at = working(asked + timedelta(hours=rng.expovariate(1 / 5)))
        sent.append((asked, "asked"))
        if rng.random() < 0.3:
            sent.append((minute(asked + (at - asked) / 2), "asked"))
        if at >= last:  # the resolution was the answer
            break
        sent.append((at, "answered"))
    if told.resolved and rng.random() < 0.4:
        sent.append((told.resolved + timedelta(minutes=int(5 + rng.random() * 200)), "asked"))
    return [(at, name) for at, name in sent if at <= UNTIL]


def working(at: datetime) -> datetime:
    """As `to_desk_hours`, and on no bank holiday."""
    at = to_desk_hours(at)
    return at + timedelta(days=1) if at.date() in BANK_HOLIDAYS else at


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


TICKET_COLUMNS = ("id", "kind", "priority", "category", "opened", "responded", "resolved", "agreed_inform")
PAUSE_COLUMNS = ("ticket", "start", "end", "reason")
MESSAGE_COLUMNS = ("ticket", "at", "name")
EVENT_COLUMNS = ("number", "type", "priority", "category", "state", "changed", "entry")


def ticket_rows(stories: list[Story]) -> list[tuple[str, ...]]:
    return [
        (s.id, s.kind, s.priority, s.category, iso(s.opened), iso(s.responded), iso(s.resolved), agreed(s))
        for s in stories
    ]


def agreed(told: Story) -> str:
    return f"{AGREED_HOURS[told.id]} hours" if told.id in AGREED_HOURS else ""


def pause_rows(stories: list[Story]) -> list[tuple[str, ...]]:
    return [(s.id, iso(start), iso(end), "third_party") for s in stories for start, end in s.pauses]


def message_rows(stories: list[Story]) -> list[tuple[str, ...]]:
    return [(s.id, iso(at), name) for s in stories for at, name in s.messages]


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
            row = (s.id, kind, LOG_PRIORITIES[priority], s.category, state, f"{at:%d/%m/%Y %H:%M}", "")
            rows.append((at, len(rows), row))
        for at, name in s.messages:
            row = (s.id, "", "", "", "", f"{at:%d/%m/%Y %H:%M}", LOG_ENTRIES[name])
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
        while day.weekday() >= 5 or day.date() in BANK_HOLIDAYS:
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
