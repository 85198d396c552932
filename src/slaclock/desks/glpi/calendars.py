"""GLPI's calendars: segments of the days of a week, and holidays, once or of every year."""

from __future__ import annotations

from collections.abc import Mapping

from slaclock.calendar.hours import WEEKDAYS
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.errors import SlaClockError

from .words import STAMPS

_TABLES = ("Calendar", "CalendarSegment", "Calendar_Holiday", "Holiday")


def calendar(
    documents: Mapping[str, object], *, calendar: str | None = None, timezone: str = "UTC"
) -> Imported[WorkingCalendar]:
    """The working calendar of the calendar of an id, or of the first; `documents` are those of an export.

    Days count as GLPI counts them, to the same time of the last.
    """
    losses = Losses()
    made = calendars_of(documents, timezone, losses)
    key = next(iter(made), None) if calendar is None else calendar
    if key is None or key not in made:
        remedy = f"export it too (there: {', '.join(made) or 'none'})"
        raise Shape(key, ("Calendar",), losses).error(f"there is no calendar {key!r}", remedy)
    return Imported(made[key][1], losses.lost)


def calendars_of(
    documents: Mapping[str, object], timezone: str, losses: Losses
) -> dict[str, tuple[str, WorkingCalendar]]:
    """The calendars by their ids, each with its name."""
    tables = (Shape(documents.get(name), (name,), losses) for name in _TABLES)
    calendars, segments, joints, holidays = (list(table.listed("data")) if table else [] for table in tables)
    days = {part.at("id").needed(): _holiday(part) for part in holidays}
    made: dict[str, tuple[str, WorkingCalendar]] = {}
    for part in calendars:
        key = part.at("id").needed()
        week: dict[str, list[str]] = {}
        for segment in segments:
            if segment.at("calendars_id").text() != key:
                continue
            day = segment.at("day").number()
            if day is None or not 0 <= day <= 6:
                raise segment.at("day").error(f"{day} is no day of the week", "give 0 for Sunday to 6")
            week.setdefault(WEEKDAYS[day - 1], []).append(
                f"{segment.at('begin').needed()}-{segment.at('end').needed()}"
            )
        closed = {}
        for joint in joints:
            holiday = joint.at("holidays_id").text() or ""
            if joint.at("calendars_id").text() == key and holiday in days:
                closed.update(days[holiday])
        part.finish((*STAMPS, "cache_duration"))
        try:
            hours = WorkingCalendar(timezone=timezone, hours=week, holidays=closed, day_rule="same-time")
        except SlaClockError as error:
            raise error.within(*part.path) from None
        made[key] = part.at("name").text() or key, hours
    return made


def _holiday(part: Shape) -> dict[str, str]:
    first, last = part.at("begin_date").day(), part.at("end_date").day()
    if first is None or (last is not None and last < first):
        raise part.error(f"{first} to {last} are no days of a holiday", "give begin_date and end_date in order")
    name = part.at("name").text() or "holiday"
    last = last or first
    every = part.at("is_perpetual").flag()
    ends = [f"--{day:%m-%d}" if every else str(day) for day in (first, last)]
    return {ends[0] if first == last else "/".join(ends): name}
