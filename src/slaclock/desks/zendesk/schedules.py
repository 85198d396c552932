"""Zendesk's schedules: weekly hours in minutes since Sunday's midnight, and holidays, in a zone that Rails names."""

from __future__ import annotations

from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.desks.agreements import open_always
from slaclock.desks.imported import Imported, Losses, Lost
from slaclock.desks.shapes import Shape, put
from slaclock.desks.weeks import (
    MINUTES_A_DAY,
    MINUTES_A_WEEK,
    is_whole_minutes,
    passes_midnight,
    since_sunday,
    to_minutes_since_sunday,
)
from slaclock.desks.zone_names import zone_name
from slaclock.errors import ModelError, SlaClockError

_KNOWN = ("id", "created_at", "updated_at", "url")
_NOT_IN_INTERVALS = {
    "holidays": "intervals have no holidays; give them to the schedule's own list",
    "special": "intervals have no special days",
    "closed": "intervals have no closures",
    "seasons": "intervals have no seasons",
    "dated_hours": "intervals have no dates",
    "cutoff": "intervals have no cut-off",
}


def calendar(schedules: object, holidays: object = None, *, timezone: str | None = None) -> Imported[WorkingCalendar]:
    """The calendar of a schedule, or of the first of several, and of the answer with its holidays.

    A holiday lasts from its `start_date` to its `end_date`, both included. Without a schedule the calendar is always
    open, in `timezone` or else UTC; a `timezone` stands above the schedule's own.

    >>> made = calendar({"name": "Desk", "time_zone": "London", "intervals": [{"start_time": 1980, "end_time": 2460}]})
    >>> made.value.timezone, made.value.hours.to_text()
    ('Europe/London', {'mon': ['09:00-17:00']})

    Raises `ModelError` for what has not the shape, and `UnknownZoneError` for a zone that is not known.
    """
    losses = Losses()
    first, *others = _schedules(Shape(schedules, ("schedules",), losses))
    for other in others:
        other.lose("another schedule; which tickets it is for is said by triggers, so it is not kept")
    if not first:
        first.lose("there is no schedule: the desk is taken for one that is always open")
        return Imported(open_always(timezone), losses.lost)
    days = _holidays(first.at("holidays")) | _holidays(Shape(holidays, ("holidays",), losses))
    zone = first.at("time_zone")
    name = zone.text()
    first.at("name")
    try:
        made = WorkingCalendar(
            timezone=zone_name(timezone or zone.needed()) if name or timezone else zone.needed(),
            hours=since_sunday(_spans(first.at("intervals"))),
            holidays=days,
        )
    except ModelError:
        raise
    except SlaClockError as error:
        raise put(zone, error) from None
    first.finish(_KNOWN)
    return Imported(made, losses.lost)


def intervals(calendar: WorkingCalendar) -> Imported[list[dict[str, int]]]:
    """The weekly hours of a calendar as the `intervals` of a schedule, and what else of it they do not say.

    >>> intervals(WorkingCalendar.parse("Mo 09:00-17:00", timezone="Europe/London")).value
    [{'start_time': 1980, 'end_time': 2460}]

    Raises `ModelError` for hours that do not begin and end at whole minutes.
    """
    if not is_whole_minutes(calendar.hours):
        raise ModelError(
            "intervals count whole minutes", "write hours without seconds", "hours", value=calendar.hours.to_text()
        )
    usual = WorkingCalendar(timezone=calendar.timezone)
    more = (name for name in _NOT_IN_INTERVALS if getattr(calendar, name) != getattr(usual, name))
    lost = [Lost((name,), _NOT_IN_INTERVALS[name]) for name in more]
    lost += [Lost(("hours", name), _NIGHT) for name, day in calendar.hours._asdict().items() if passes_midnight(day)]
    spans = to_minutes_since_sunday(calendar.hours)
    return Imported([{"start_time": start, "end_time": end} for start, end in spans], tuple(lost))


_NIGHT = "an interval cannot span days: the night is cut at midnight, and its morning belongs to the next day"


def _schedules(document: Shape) -> list[Shape]:
    """The schedules of an answer: several, one, or one alone; none is a part with nothing in it."""
    if not document:
        return [document]
    if isinstance(document.value, dict) and "schedule" in document.value:
        return [document.at("schedule")]
    if isinstance(document.value, dict) and "schedules" not in document.value:
        return [document]
    return list(document.listed("schedules")) or [Shape(None, document.path, document.losses)]


def _spans(given: Shape) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for interval in given.items():
        start, end = interval.at("start_time").number(), interval.at("end_time").number()
        if start is None or end is None or not 0 <= start < end <= MINUTES_A_WEEK + MINUTES_A_DAY:
            raise interval.error(
                f"{start} to {end} is no interval of minutes since Sunday",
                "give start_time and end_time, the one before the other, up to 10080",
            )
        interval.finish()
        spans.append((start, end))
    return spans


def _holidays(given: Shape) -> dict[str, str]:
    if not given:
        return {}
    days: dict[str, str] = {}
    for holiday in given.listed("holidays"):
        first, last = holiday.at("start_date").day(), holiday.at("end_date").day()
        if first is None or (last is not None and last < first):
            raise holiday.error(f"{first} to {last} are no days of a holiday", "give start_date and end_date in order")
        name = holiday.at("name").text() or "holiday"
        days[str(first) if last in (None, first) else f"{first}/{last}"] = name
        holiday.finish(_KNOWN)
    return days
