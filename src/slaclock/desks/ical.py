"""What a desk puts into other people's calendars: due dates, holidays and open hours as iCalendar text (RFC 5545).

The texts are read back by `{"ical": path}`, as holidays and as special days, to the same open time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any, Literal, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from slaclock.calendar.base import Calendar, backward
from slaclock.calendar.closures import ClosedTimes
from slaclock.calendar.holidays import Holidays
from slaclock.errors import MissingExtraError, ModelError
from slaclock.policy.measures import Measure
from slaclock.temporal.instants import InstantLike, find_zone, from_micros, instant_of, wall_to_micros
from slaclock.tickets.assessment import Assessment

DueAs = Literal["event", "todo"]
_UTC = find_zone("UTC")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""The signs that no iCalendar text may have; line breaks are written as such."""
_MIDNIGHT = {"X-MICROSOFT-CDO-ALLDAYEVENT": "FALSE"}
"""What says of an event from midnight to midnight that it is of these times, and not of a whole day."""


def due_to_ical(assessments: Iterable[Assessment], *, as_: DueAs = "event") -> str:
    """The due dates of assessments as events of no length, or as things to do; those without a due date are left out.

    A thing to do is `COMPLETED` where its measure is done by the instant of its assessment. Instants are in UTC, in
    whole seconds: what is due between two seconds stands at the earlier one. Needs the extra `ical`.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00")
    >>> a = sc.assess(ticket, sc.Policy.example(), at="2018-04-09T12:00+01:00")
    >>> [line for line in due_to_ical([a], as_="todo").splitlines() if line.startswith(("DUE", "SUMMARY"))]
    ['DUE:20180409T150000Z', 'SUMMARY:T1: resolve is due']
    """
    text = DueDates(as_)
    entries = [text.entry(DueDate.of(a), a.at) for a in assessments if a.due is not None]
    return b"".join([text.head, *entries, text.tail]).decode("utf-8")


class DueDate(NamedTuple):
    """What is written of a due date; the `number` is that of a cycle, where each is judged by itself."""

    id: str
    measure: Measure
    state: str
    priority: str | None
    due: datetime
    done: datetime | None
    number: int | None = None

    @classmethod
    def of(cls, a: Assessment) -> DueDate:
        """The due date of an assessment that has one."""
        assert a.due is not None
        return cls(a.ticket_id, a.measure, a.state, a.priority, a.due, a.done, a.cycle if a.is_cycle else None)


class DueDates:
    """An iCalendar text of due dates that is written piece by piece: its `head`, the entries, and its `tail`."""

    def __init__(self, as_: DueAs = "event") -> None:
        if as_ not in ("event", "todo"):
            raise ModelError(f"due dates are written as {as_!r}", "use 'event' or 'todo'", "as_", value=as_)
        self._library, self._as = _library(), as_
        whole: bytes = _calendar(self._library).to_ical()
        head, end, _ = whole.partition(b"END:VCALENDAR")
        self.head, self.tail = head, end + b"\r\n"

    def entry(self, own: DueDate, at: datetime) -> bytes:
        """The entry of a due date as of an instant."""
        library, cycle = self._library, "" if own.number is None else f"-{own.number}"
        entry: Any = library.Event() if self._as == "event" else library.Todo()
        entry.add("UID", _shown(f"{own.id}-{own.measure}{cycle}@slaclock"))
        entry.add("DTSTAMP", at.astimezone(UTC).replace(microsecond=0))
        entry.add("SUMMARY", _shown(f"{own.id}: {own.measure} is due"))
        entry.add("DESCRIPTION", _shown(f"{own.state}, priority {own.priority}" if own.priority else own.state))
        entry.add("DTSTART" if self._as == "event" else "DUE", own.due.astimezone(UTC).replace(microsecond=0))
        if self._as == "todo":
            entry.add("STATUS", "NEEDS-ACTION" if own.done is None else "COMPLETED")
        content: bytes = entry.to_ical()
        return content


def holidays_to_ical(holidays: Holidays, first: date, last: date, *, stamp: datetime | None = None) -> str:
    """The holidays from `first` to `last`, both included, as events of whole days, and what they close of days.

    `stamp` is when the file was made, by itself now. Needs the extra `ical`.

    >>> text = holidays_to_ical(Holidays.parse({"2026-11-27": "Inset day"}), date(2026, 1, 1), date(2026, 12, 31))
    >>> [line for line in text.splitlines() if line.startswith(("DTSTART", "SUMMARY"))]
    ['SUMMARY:Inset day', 'DTSTART;VALUE=DATE:20261127']
    """
    if last < first:
        raise backward(first, last)
    library = _library()
    calendar = _calendar(library)
    stamped = _stamp(stamp)
    for year in range(first.year, last.year + 1):
        for ordinal, name in sorted(holidays.in_year(year).items()):
            day = date.fromordinal(ordinal)
            if first <= day <= last:
                event = _event(library, f"{day.isoformat()}-holiday", name, stamped)
                event.add("DTSTART", day)
                calendar.add_component(event)
        for number, closed in enumerate(holidays.closed):
            for ordinal in sorted(closed.when.days(year)):
                if first.toordinal() <= ordinal <= last.toordinal():
                    for event in _closed_events(library, closed, number, ordinal, stamped):
                        calendar.add_component(event)
    return _text(calendar)


def open_hours_to_ical(
    calendar: Calendar, start: InstantLike, end: InstantLike, *, name: str = "open", stamp: datetime | None = None
) -> str:
    """The open hours between two instants as events called `name`, in UTC and whole seconds.

    Read as the special days (`special = { ical = "hours.ics" }`) of a calendar without weekly hours, they are the same
    open time. Give each desk its own name: by it and their times, calendar programs tell events apart. `stamp` is when
    the file was made, by itself now. Needs the extra `ical`.

    >>> import slaclock as sc
    >>> desk = sc.WorkingCalendar.parse("Mo-Fr 09:00-17:00", timezone="Europe/London")
    >>> text = open_hours_to_ical(desk, "2026-07-06T00:00Z", "2026-07-07T00:00Z")
    >>> [line for line in text.splitlines() if line.startswith("DT") and "STAMP" not in line]
    ['DTSTART:20260706T080000Z', 'DTEND:20260706T160000Z']
    """
    library = _library()
    written = _calendar(library)
    stamped = _stamp(stamp)
    for span in calendar.spans(start, end):
        first, last = (at.astimezone(UTC) for at in (span.start, span.end))
        event = _event(library, f"{first:%Y%m%dT%H%M%SZ}-open", name, stamped)
        event.add("DTSTART", first)
        event.add("DTEND", last)
        written.add_component(event)
    return _text(written)


def _closed_events(library: ModuleType, closed: ClosedTimes, number: int, day: int, stamp: datetime) -> list[Any]:
    """The events of one date of a closure; in UTC where it has a zone of its own."""
    events = []
    for place, span in enumerate(closed.times):
        event = _event(library, f"{date.fromordinal(day)}-closed-{number}-{place}", closed.name or "closed", stamp)
        if closed.timezone:
            zone = find_zone(closed.timezone)
            times = [from_micros(wall_to_micros(day, at, zone), _UTC).astimezone(UTC) for at in span]
        else:
            times = [datetime.fromordinal(day) + timedelta(microseconds=at) for at in span]
        if times[0] >= times[1]:  # a clock change leaves nothing of it
            continue
        event.add("DTSTART", times[0])
        event.add("DTEND", times[1])
        for key, value in _MIDNIGHT.items():
            event.add(key, value)
        events.append(event)
    return events


def _shown(text: str) -> str:
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _library() -> ModuleType:
    try:
        import icalendar
    except ImportError:
        raise MissingExtraError.for_extra("icalendar", "ical") from None
    return icalendar


def _calendar(library: ModuleType) -> Any:
    calendar = library.Calendar()
    calendar.add("PRODID", "-//slaclock//EN")
    calendar.add("VERSION", "2.0")
    return calendar


def _event(library: ModuleType, uid: str, name: str, stamp: datetime) -> Any:
    event = library.Event()
    # The same event has the same UID in every file, and two of different names on one date have different ones.
    event.add("UID", f"{uuid5(NAMESPACE_URL, f'slaclock:{_shown(name)}:{uid}')}@slaclock")
    event.add("DTSTAMP", stamp)
    event.add("SUMMARY", _shown(name))
    return event


def _stamp(stamp: datetime | None) -> datetime:
    return (datetime.now(UTC) if stamp is None else instant_of(stamp)).astimezone(UTC).replace(microsecond=0)


def _text(calendar: Any) -> str:
    content: bytes = calendar.to_ical()
    return content.decode("utf-8")
