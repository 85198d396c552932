"""ServiceNow's schedules: entries that recur every week are the hours, excluded ones and child schedules take off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from slaclock.calendar.hours import ALL_DAY, DayHours, WeeklyHours, day_text
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.shapes import Shape
from slaclock.desks.zone_names import zone_name
from slaclock.errors import SlaClockError
from slaclock.temporal import intervals
from slaclock.temporal.instants import MINUTE, find_zone

from .records import KNOWN, in_utc, records, shown, value, wall

_WEEKS = {
    "daily": (0, 1, 2, 3, 4, 5, 6), "weekdays": (0, 1, 2, 3, 4), "weekends": (5, 6), "weekmwf": (0, 2, 4),
    "weektt": (1, 3),
}  # fmt: skip
"""The weekdays (0 for Monday) of the words for them."""
_EXCLUDED = ("exclude", "excluded")
"""What is no open time; any other type of an entry is a label, which changes nothing."""
_KNOWN_SPAN = (
    *KNOWN, "show_as", "notes", "user", "group", "assigned_to", "color", "override_start_date_time", "parent",
    "monthly_type", "yearly_type", "float_week", "float_day", "month", "day_of_month", "real_start_date",
)  # fmt: skip
_KNOWN_SCHEDULE = (*KNOWN, "description", "document", "document_key", "read_only", "is_legacy_schedule", "type")
_WEEK_OF_MONTH = {"last": -1, **{str(number): number for number in range(1, 6)}}
_RULE_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
Closures = dict[str, dict[str, Any]]


def calendar(
    schedules: object,
    spans: object,
    others: object = None,
    *,
    schedule: str | None = None,
    timezone: str | None = None,
) -> Imported[WorkingCalendar]:
    """The calendar of a schedule: the one of a `sys_id` or a name, or else the first.

    Entries that repeat daily or weekly are the hours. What is excluded, by an entry of the type excluded or by a child
    schedule that is excluded as a whole, is closed, also where a night of the day before runs into it; the entries of a
    child schedule that is included count as the schedule's own. A schedule that floats is in `timezone`, or else in
    UTC, which is noted.

    Raises `ModelError` for what has not the shape, or where there is no such schedule.
    """
    losses = Losses()
    tables = Schedules(schedules, spans, others, losses)
    made = tables.calendar(schedule, timezone)
    return Imported(made, losses.lost)


class Schedules:
    """The three tables of schedules, of which calendars are made one by one."""

    def __init__(self, schedules: object, spans: object, others: object, losses: Losses) -> None:
        self._document = Shape(schedules, ("cmn_schedule",), losses)
        self._schedules = list(records(self._document))
        self._spans: dict[str, list[Shape]] = {}
        for span in records(Shape(spans, ("cmn_schedule_span",), losses)):
            self._spans.setdefault(value(span.at("schedule")).text() or "", []).append(span)
        self._others = [
            (value(row.at("schedule")).text(), value(row.at("child_schedule")).text(), row)
            for row in records(Shape(others, ("cmn_other_schedule",), losses))
        ]

    def __bool__(self) -> bool:
        return bool(self._schedules)

    def calendar(self, key: str | None, timezone: str | None) -> WorkingCalendar:
        """The calendar of a schedule, with what is excluded of it."""
        record = self._find(key)
        own = value(record.at("sys_id")).text() or ""
        zone = _zone(record, timezone)
        week: list[list[intervals.Interval]] = [[] for _ in range(7)]
        closed: Closures = {}
        children = {child or "": _is_excluded(row) for parent, child, row in self._others if parent == own}
        for schedule, without in {own: False, **children}.items():
            for span in self._spans.get(schedule, ()):
                _read(span, zone, closed if without or _is_excluded(span) else None, week)
        if value(record.at("parent")):
            record.at("parent").lose("the parent schedule, outside of which this one is closed, is not kept")
        shown(record.at("name"))
        record.finish(_KNOWN_SCHEDULE)
        try:
            return WorkingCalendar(
                timezone=zone, hours=WeeklyHours(*(intervals.union(day) for day in week)), closed=_texts(closed)
            )
        except SlaClockError as error:
            raise error.within(*record.path) from None

    def name(self, key: str | None) -> str:
        """What a schedule is called."""
        record = self._find(key)
        return shown(record.at("name")) or value(record.at("sys_id")).text() or "schedule"

    def _find(self, key: str | None) -> Shape:
        for record in self._schedules:
            if key is None or key in (value(record.at("sys_id")).text(), shown(record.at("name"))):
                return record
        known = ", ".join(str(shown(record.at("name"))) for record in self._schedules) or "none"
        raise self._document.error(f"there is no schedule {key!r}", f"export it too (there: {known})")


def _is_excluded(entry: Shape) -> bool:
    return (value(entry.at("type")).text() or "").lower() in _EXCLUDED


def _zone(record: Shape, timezone: str | None) -> str:
    part = value(record.at("time_zone"))
    name = part.text()
    if name is None or name.lower() == "floating":
        if timezone is None:
            record.at("time_zone").lose("the schedule floats from zone to zone, and none is given: it is read in UTC")
        return zone_name(timezone or "UTC")
    try:
        return zone_name(name)
    except SlaClockError as error:
        raise error.within(*part.path) from None


def _read(span: Shape, zone: str, closed: Closures | None, week: list[list[intervals.Interval]]) -> None:
    """Take an entry into the weekly hours, or into what is closed."""
    start, end = _times(span, zone)
    repeats = (value(span.at("repeat_type")).text() or "").lower()
    every = value(span.at("repeat_count")).number() or 1
    until = value(span.at("repeat_until")).text()
    last = None if until in (None, "0") else wall(span.at("repeat_until"))
    name = shown(span.at("name")) or ""
    for field in ("type", "days_of_week", "all_day"):
        span.at(field)
    if closed is None:
        _open(span, (start, end), repeats, every, week)
        if last is not None:
            span.at("repeat_until").lose("weekly hours that end on a date are kept as if they went on")
    else:
        rule = _rule(span, start, repeats, every)
        if rule is None:
            span.lose(f"an entry that repeats {repeats!r} in this way is not kept")
        else:
            ends = f";UNTIL={last[0]:%Y%m%d}" if last is not None else ""
            _close(closed, rule and f"DTSTART:{start:%Y%m%d} RRULE:{rule}{ends}", start, end, name)
    span.finish(_KNOWN_SPAN)


def _times(span: Shape, zone: str) -> tuple[datetime, datetime]:
    """From when to when an entry first lies, in local wall time."""
    ends: list[datetime] = []
    for name in ("start_date_time", "end_date_time"):
        at = wall(span.at(name))
        if at is None:
            raise span.at(name).error("it is missing", "write it like 20251103T170000")
        local = in_utc(at[0]).astimezone(find_zone(zone)).replace(tzinfo=None) if at[1] else at[0]
        ends.append(local)
    start, end = ends
    if value(span.at("all_day")).flag():
        start = start.replace(hour=0, minute=0, second=0)
        day = end.replace(hour=0, minute=0, second=0)
        end = day if day > start and day == end else day + timedelta(days=1)
    if end <= start:
        raise span.error(f"the entry ends at {end}, not after it starts at {start}", "correct one of the two")
    return start, end


def _open(
    span: Shape, times: tuple[datetime, datetime], repeats: str, every: int, week: list[list[intervals.Interval]]
) -> None:
    start, end = times
    days = _weekdays(span, repeats, start.date())
    if days is None or every != 1:
        span.lose("open hours that do not come every week are not kept")
        return
    if end - start > timedelta(days=1):
        span.lose("open hours of more than a day are not kept")
        return
    first = (start - datetime.combine(start.date(), datetime.min.time())) // timedelta(minutes=1) * MINUTE
    length = (end - start) // timedelta(minutes=1) * MINUTE
    for day in days:
        week[day].append((first, first + length))


def _weekdays(span: Shape, repeats: str, start: date) -> tuple[int, ...] | None:
    """The weekdays on which an entry repeats every week; None where it does not."""
    if repeats in _WEEKS:
        return _WEEKS[repeats]
    if repeats not in ("weekly", "specific"):
        return None
    digits = value(span.at("days_of_week"))
    text = digits.text() or str(start.isoweekday())
    if not set(text) <= set("1234567"):
        raise digits.error(f"{text!r} are no days of the week", "write the numbers of the days, 1 for Monday")
    return tuple(sorted({int(digit) - 1 for digit in text}))


def _rule(span: Shape, start: datetime, repeats: str, every: int) -> str | None:
    """The rule of RFC 5545 by which an entry repeats: empty for once, None where it cannot be said."""
    interval = f";INTERVAL={every}" if every > 1 else ""
    days = _weekdays(span, repeats, start.date())
    rule: str | None = None
    if not repeats:
        rule = ""
    elif repeats == "daily":
        rule = f"FREQ=DAILY{interval}"
    elif days is not None:
        rule = f"FREQ=WEEKLY{interval};BYDAY={','.join(_RULE_DAYS[day] for day in days)}"
    elif repeats == "monthly" and (value(span.at("monthly_type")).text() or "dom") == "dom":
        rule = f"FREQ=MONTHLY{interval};BYMONTHDAY={start.day}"
    elif repeats == "yearly" and (value(span.at("yearly_type")).text() or "doy") == "doy":
        rule = f"FREQ=YEARLY{interval};BYMONTH={start.month};BYMONTHDAY={start.day}"
    elif repeats == "yearly":
        week = _WEEK_OF_MONTH.get(value(span.at("float_week")).text() or "")
        numbers = [value(span.at(name)).number() for name in ("float_day", "month")]
        day, month = (0 if number is None else number for number in numbers)
        if week is not None and 1 <= day <= 7 and 1 <= month <= 12:
            # Days of the week are counted from Sunday here, and from Monday in days_of_week.
            rule = f"FREQ=YEARLY{interval};BYMONTH={month};BYDAY={week}{_RULE_DAYS[day - 2]}"
    return rule


def _close(closed: Closures, rule: str, start: datetime, end: datetime, name: str) -> None:
    """Take what is excluded into the closures: whole days of one date or range, or times of a rule."""
    if rule:
        times = _hours(start, min(end, datetime.combine(start.date(), datetime.min.time()) + timedelta(days=2)))
        _add(closed, rule, times, name)
        return
    day = start.date()
    whole_until = end.date() - timedelta(days=1)
    if start == datetime.combine(day, datetime.min.time()) and end == datetime.combine(end.date(), datetime.min.time()):
        _add(closed, str(day) if day == whole_until else f"{day}/{whole_until}", ALL_DAY, name)
        return
    while start < end:
        midnight = datetime.combine(start.date() + timedelta(days=1), datetime.min.time())
        _add(closed, str(start.date()), _hours(start, min(end, midnight)), name)
        start = midnight


def _hours(start: datetime, end: datetime) -> DayHours:
    midnight = datetime.combine(start.date(), datetime.min.time())
    first, last = ((at - midnight) // timedelta(seconds=1) * 1_000_000 for at in (start, end))
    return ((first, last),)


def _add(closed: Closures, when: str, times: DayHours, name: str) -> None:
    more = closed.get(when, {}).get("times", ())
    both: Iterable[intervals.Interval] = (*more, *times)
    union = intervals.union(both)
    names = [part for part in (closed.get(when, {}).get("name", ""), name) if part]
    closed[when] = {"times": union, "hours": day_text(union), "name": " / ".join(dict.fromkeys(names))}


def _texts(closed: Closures) -> dict[str, Any]:
    """Closures as a calendar takes them."""
    return {when: {"hours": entry["hours"], "name": entry["name"]} for when, entry in closed.items()}
