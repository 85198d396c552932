"""The working calendar: weekly hours, holidays, special days, and the zone they are read in."""

from __future__ import annotations

from calendar import isleap
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import islice, pairwise, takewhile
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import WithJsonSchema, model_validator

from slaclock.errors import (
    ErrorCollector,
    HolidaysError,
    HoursError,
    ModelError,
    SlaClockError,
    UnknownZoneError,
    placed,
)
from slaclock.formats.cells import cell, facts_html, table_html
from slaclock.formats.lazy import lazy
from slaclock.formats.models import Length, Short, errors_inside, reads
from slaclock.temporal import intervals
from slaclock.temporal.instants import DAY, EPOCH_DAY, find_zone, local_day, to_micros, wall_to_micros
from slaclock.temporal.intervals import Run
from slaclock.temporal.offsets import wall_of
from slaclock.timetable.timetable import first_reaching

from .announcements import (
    Announcement,
    KnownAtField,
    KnownFrom,
    KnownFromField,
    in_order,
    instant_to_text,
    known_to_text,
    read_known,
)
from .base import WORKING, AfterHours, Calendar, Closure, ClosureKind, DayRule, DayRules
from .closures import ClosedField, ClosedTimes, Closing, Closures, closed_to_text, parse_closed
from .cutoffs import CutoffField, cutoff_micros, cutoff_text
from .dated_hours import DatedField, DatedHours, parse_dated
from .holidays import Holidays
from .hours import CLOSED, DayField, DayHours, WeekField, WeeklyHours, read_day
from .ical_hours import special_with_file
from .opening_hours import parse_opening_hours
from .rule_ranks import OpeningHours
from .seasons import Season, Seasons, SeasonsField, parse_seasons, seasons_to_text
from .special_days import DatedIndex, SpecialDay, SpecialDays, SpecialField, parse_special
from .week_pictures import HEADER, week_rows

_FRIDAY, _SATURDAY, _SUNDAY = 4, 5, 6
_CLOSURE: ClosureKind = "special day"  # the kind of reason that a closure of times is
# No zone in the IANA database changes its rules outside these years.
_FIRST_CHANGE, _LAST_CHANGE = 1_800, 2_200


_ZONE_SCHEMA = {"type": "string", "description": "an IANA name such as Europe/London"}


def _zone_name(value: object) -> str:
    if not isinstance(value, (str, ZoneInfo)):
        raise UnknownZoneError(
            f"{value!r} is not a time zone", "give an IANA name such as 'Europe/London'", value=value
        )
    return find_zone(str(value)).key


def _zone_of(value: object) -> ZoneInfo:
    return find_zone(_zone_name(value))


def _check_holidays(opening: OpeningHours, data: Mapping[str, Any]) -> None:
    """What a text says of holidays needs holidays, and must not be said otherwise by a field."""
    if opening.holiday_hours is None:
        return
    if not data.get("holidays"):
        raise HoursError(
            "the hours speak of PH, and no holidays are given", "add holidays, e.g. 'GB-ENG'", value=data["hours"]
        )
    given = data.get("holiday_hours", opening.holiday_hours)
    try:
        contrary = read_day(given) != opening.holiday_hours
    except HoursError:
        return  # the field says so itself
    if contrary:
        raise HoursError(
            "the hours speak of PH, and holiday_hours say otherwise",
            "take PH out of the hours, or remove holiday_hours",
            value=given,
        )


def _read_special_file(data: Any) -> Any:
    """The fields with the special days of the iCalendar file that `special` names, whose zone is the calendar's."""
    special = data.get("special") if isinstance(data, Mapping) else None
    if not isinstance(special, Mapping) or "ical" not in special:
        return data
    try:
        zone = find_zone(_zone_name(data.get("timezone")))
    except SlaClockError:
        return {**data, "special": ()}  # the field timezone says so itself
    with errors_inside(), placed("special"):
        return {**data, "special": special_with_file(special, zone)}


@Calendar.type_named(WORKING)
class WorkingCalendar(Calendar):
    """When a service desk is open: the calendar in which its clock runs.

    It is immutable, hashable, equal by value, and can be pickled. `hours` maps weekdays to lists of spans, or is the
    text that `parse` reads; `holidays` is whatever `Holidays.parse` reads and closes the desk; `special` gives dates,
    `from/until` ranges or recurrences their own hours, or none, or names a file of them with `ical`; `seasons` gives
    weekdays other hours between two dates of every year; `dated_hours` lists weekly hours in force `from` a date
    `until` another. A special day outranks a holiday, which outranks a season, which outranks the dated and the weekly
    hours. What these open, `closed` closes again, at some times of its dates. For targets in days, what arrives on a
    working day at the local time `cutoff` or later counts from the next working day's first opening. `known_from` says
    of dates that a closure, a special day or a holiday speaks of since when the desk has known of it, by an instant, a
    local time, or a date, which is its midnight; `as_known` tells the calendar of earlier instants, whose `known_at` is
    the last one at which no more was known.

    >>> desk = WorkingCalendar(
    ...     timezone="Europe/London",
    ...     hours={"mon": ["08:00-12:00", "13:00-17:00"], "fri": "08:00-16:30"},
    ...     holidays="GB-ENG",
    ...     special={"2026-12-24": ["08:00-12:00"], "2026-12-29/2026-12-31": []},
    ... )
    >>> desk.is_working_day(date(2026, 12, 24)), desk.is_working_day(date(2026, 12, 25))
    (True, False)
    """

    timezone: Annotated[str, reads(_zone_name), WithJsonSchema(_ZONE_SCHEMA)]
    hours: WeekField = WeeklyHours()
    holidays: Holidays = Holidays()
    special: SpecialField = ()
    closed: ClosedField = ()
    seasons: SeasonsField = ()
    dated_hours: DatedField = ()
    holiday_hours: DayField = CLOSED
    day_rule: DayRule = "proportional"
    day_length: Length | None = None
    after_hours: AfterHours = "next-opening"
    cutoff: CutoffField | None = None
    known_from: KnownFromField = ()
    known_at: KnownAtField | None = None

    if TYPE_CHECKING:  # the shapes that the validators above accept, for those who call the constructor

        def __init__(
            self,
            *,
            timezone: str | ZoneInfo,
            hours: WeeklyHours | Mapping[str, Any] | str = ...,
            holidays: Holidays | str | Iterable[Any] | Mapping[Any, str] | None = ...,
            special: tuple[SpecialDay, ...] | Mapping[Any, Any] = ...,
            closed: tuple[ClosedTimes, ...] | Mapping[Any, Any] = ...,
            seasons: tuple[Season, ...] | Mapping[str, Mapping[str, Any]] = ...,
            dated_hours: Sequence[DatedHours | Mapping[str, Any]] = ...,
            holiday_hours: Sequence[str] | str | DayHours = ...,
            day_rule: DayRule = ...,
            day_length: timedelta | str | None = ...,
            after_hours: AfterHours = ...,
            cutoff: time | str | None = ...,
            known_from: tuple[KnownFrom, ...] | Mapping[Any, datetime | date | str] = ...,
            known_at: datetime | date | str | None = ...,
        ) -> None: ...

    @classmethod
    def parse(cls, text: str, *, timezone: str, **fields: Any) -> Self:
        """A calendar from a text of opening hours; `fields` are those of the constructor.

        >>> desk = WorkingCalendar.parse("Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off", timezone="Europe/London",
        ...                              holidays="GB-ENG")
        >>> desk.hours.to_text()["fri"]
        ['08:00-16:30']
        """
        return cls(timezone=timezone, hours=text, **fields)

    @model_validator(mode="before")
    @classmethod
    def _read_text(cls, data: Any) -> Any:
        """Read the file that `special` names, and where `hours` is a text, spread what it says over the fields."""
        data = read_known(_read_special_file(data), _zone_of)
        if not isinstance(data, Mapping) or not isinstance(data.get("hours"), str):
            return data
        try:
            opening = parse_opening_hours(data["hours"])
            _check_holidays(opening, data)
        except HoursError as error:
            return {**data, "hours": error}  # said where the field is read, beside what is wrong with others
        fields: dict[Any, Any] = {**data, "hours": opening.weekly}
        if opening.holiday_hours is not None:
            fields.setdefault("holiday_hours", opening.holiday_hours)
        for name, parse, entries in (
            ("special", parse_special, opening.special),
            ("seasons", parse_seasons, opening.seasons),
            ("dated_hours", parse_dated, opening.dated_hours),
            ("closed", parse_closed, opening.closed),
        ):
            if entries:
                with errors_inside(), placed(name):
                    fields[name] = (*parse(data.get(name, ())), *entries)
        return fields

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.day_rule == "fixed-hours" and self.day_length is None:
            raise ModelError(
                "the day rule 'fixed-hours' needs the length of a day", "add day_length, e.g. '9h'", "day_length"
            )
        if self.day_length is not None and self.day_rule != "fixed-hours":
            raise ModelError(
                f"day_length means nothing to the day rule {self.day_rule!r}",
                "remove it, or use 'fixed-hours'",
                "day_length",
                value=self.day_rule,
            )
        if self.cutoff is not None and self.after_hours == "same-date":
            raise ModelError(
                "with a cut-off, after_hours = 'same-date' would let what arrives later be due sooner",
                "remove cutoff, or use after_hours = 'next-opening'",
                "cutoff",
                value=cutoff_text(self.cutoff),
            )
        self._check_known()
        return self

    def _check_known(self) -> None:
        """What is said to be known from an instant must be something."""
        errors = ErrorCollector()
        for known in self.known_from:
            with errors.part("known_from", known.day.isoformat()):
                if self.special_about(known.day.toordinal()) is None:
                    raise HolidaysError(
                        f"no holiday, special day or closure speaks of {known.day}",
                        "add it, or take the date out of known_from",
                        value=known.day.isoformat(),
                    )
        errors.check()

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        texts = {
            "hours": self.hours.to_text(),
            "holidays": self.holidays.to_text(),
            "closed": closed_to_text(self.closed),
            "seasons": seasons_to_text(self.seasons),
            "cutoff": None if self.cutoff is None else cutoff_text(self.cutoff),
            "known_from": known_to_text(self.known_from),
            "known_at": None if self.known_at is None else instant_to_text(self.known_at),
        }
        for name, value in super().__repr_args__():
            yield name, Short(texts.get(name, value))

    @property
    def zone(self) -> ZoneInfo:
        """The time zone in which dates are read and answers come back."""
        return find_zone(self.timezone)

    @property
    def rules(self) -> DayRules:
        """How the calendar reads a number of days."""
        cutoff = self.cutoff
        return DayRules(
            self.day_rule, self.day_length, self.after_hours, None if cutoff is None else cutoff_micros(cutoff)
        )

    @property
    def announcements(self) -> tuple[Announcement, ...]:
        """What was made known of dates only at an instant, in the order in which it was."""
        return self._announcements

    @lazy
    def _announcements(self) -> tuple[Announcement, ...]:
        return in_order(
            Announcement(known.day, self.special_about(known.day.toordinal()) or "", known.known_from)
            for known in self.known_from
            if self._knows(known)
        )

    def known_until(self, at: datetime) -> Calendar:
        """The calendar without what was announced after an instant."""
        return self.model_copy(update={"known_at": at})

    def _knows(self, known: KnownFrom) -> bool:
        return self.known_at is None or to_micros(known.known_from) <= to_micros(self.known_at)

    def special_about(self, day: int) -> str | None:
        """The name of what speaks of a date first, whenever that was known; None where nothing does."""
        closed = Closures((*self.closed, *self.holidays.closed), self.zone).on(day)
        if closed is not None:
            return closed.name
        return next((why.name for why, _ in self._speaking(day)), None)

    def hours_on(self, day: date) -> DayHours:
        """The hours of a local date in wall time, of the first that speaks of it, without what is closed of them."""
        ordinal = day.toordinal()
        hours = self._exceptions(day.year).get(ordinal, self._ordinary(ordinal))
        if not self._closures or not hours:
            return hours
        zone, midnight = self.zone, (ordinal - EPOCH_DAY) * DAY
        near = self._closures.near(ordinal, ordinal)
        closed = intervals.union((wall_of(zone, a) - midnight, wall_of(zone, b) - midnight) for a, b, _ in near)
        return intervals.subtract(hours, closed)

    def opening(self, first: int, last: int) -> Iterator[tuple[int, Run]]:
        """The spans that open on each local date from `first` to `last` (ordinals), as instants, in order."""
        hours = self._hours(first, last)
        return self._closures.taken_off(hours, first, last) if self._closures else hours

    def _hours(self, first: int, last: int) -> Iterator[tuple[int, Run]]:
        """The spans of each local date, before anything is closed of them."""
        zone = self.zone
        exceptions: dict[int, DayHours] = {}
        for year in range(date.fromordinal(first).year, date.fromordinal(last).year + 1):
            exceptions.update(self._exceptions(year))
        plain = self.hours if not self.dated_hours and not self.seasons else None
        for day in range(first, last + 1):
            hours = exceptions.get(day)
            if hours is None:
                hours = plain[(day - 1) % 7] if plain else self._ordinary(day)
            spans = tuple((wall_to_micros(day, a, zone), wall_to_micros(day, b, zone)) for a, b in hours)
            # A clock change can leave a span empty, or lay it over its neighbour.
            usual = all(a < b for a, b in spans) and all(x[1] < y[0] for x, y in pairwise(spans))
            yield day, spans if usual else intervals.union(spans)

    def repeats(self, year: int) -> Hashable | None:
        """A name for years far from holidays, special dates and changes of zone rules, which repeat by their layout."""
        if year == 1 or _FIRST_CHANGE <= year <= _LAST_CHANGE:
            return None
        if any(abs(date.fromordinal(day).year - year) <= 1 for days in self._unknown for day in days):
            return None
        parts = (self._weeks, self._special_days, self._closures, self.holidays)
        shapes = list(takewhile(lambda shape: shape is not None, (part.shape(year) for part in parts)))
        if len(shapes) < len(parts):
            return None
        return date(year, 1, 1).weekday(), isleap(year), isleap(year - 1), year < _FIRST_CHANGE, *shapes

    def closure(self, at: int) -> Closure:
        """Why an instant that is closed is closed."""
        day, time = local_day(at, self.zone)
        for closing in self.closings(at, at + 1):
            return Closure(_CLOSURE, closing.name)
        reason = self._exception(day)
        if reason is None and day > 1:
            # The day before, had it kept its usual hours, may still have been open past midnight.
            reason = next((why for why, closed in self._lost_nights(day - 1) if DAY + time < closed), None)
        reason = reason or self._closed_by_season(day)
        if reason is not None:
            return reason
        if self._ordinary(day):
            return Closure("outside hours")
        return Closure(self._closed_weekday(day))

    def closings(self, start: int, end: int) -> list[Closing]:
        """What closures take, between two instants, from hours that there would be without them."""
        if not self._closures:
            return []
        first, last = (local_day(at, self.zone)[0] for at in (start, end - 1))
        hours = intervals.union(span for _, spans in self._hours(first_reaching(first), last) for span in spans)
        return [
            Closing(a, b, closing.name)
            for closing in self._closures.near(first, last)
            for a, b in intervals.clip(intervals.intersect([closing[:2]], hours), start, end)
        ]

    def reason_edges(self, start: int, end: int) -> set[int]:
        """The instants, beside midnights, at which another reason to be closed may begin between two instants.

        They are the ends of what closures take, and of nights that a special day, a holiday or a season has not opened.
        """
        first, last = (local_day(at, self.zone)[0] for at in (start, end))
        nights = (
            wall_to_micros(day, closed, self.zone)
            for day in range(max(first - 1, 1), last + 1)
            for _, closed in self._lost_nights(day)
            if closed > DAY
        )
        return {edge for closing in self.closings(start, end) for edge in closing[:2]}.union(nights)

    @lazy
    def _closures(self) -> Closures:
        return Closures((*self.closed, *self.holidays.closed), self.zone, self._unknown.closures)

    @lazy
    def _unknown(self) -> _Unknown:
        """The dates whose closures are not known yet, and those of which something else is not."""
        days = {known.day.toordinal() for known in self.known_from if not self._knows(known)}
        if not days:
            return _Unknown(frozenset(), frozenset())
        closures = Closures((*self.closed, *self.holidays.closed), self.zone)
        closed = {day for day in days if closures.on(day) is not None}
        return _Unknown(frozenset(closed), frozenset(days - closed))

    @lazy
    def _special_days(self) -> SpecialDays:
        return SpecialDays(self.special)

    @lazy
    def _seasons(self) -> Seasons:
        return Seasons(self.seasons)

    @lazy
    def _weeks(self) -> DatedIndex[WeeklyHours]:
        return DatedIndex((dated.span, dated.hours) for dated in self.dated_hours)

    def _repr_html_(self) -> str:
        day = [("a day counts", self.day_rule), ("out of hours", self.after_hours), ("time zone", self.timezone)]
        if self.cutoff is not None:
            day.insert(2, ("cut-off", cutoff_text(self.cutoff)))
        text = self.holidays.to_text()
        closed = [("holidays", text if isinstance(text, str) else "by date" if text else "none")]
        closed += [
            (name, str(len(entries)))
            for name, entries in (("special days", self.special), ("seasons", self.seasons))
            if entries
        ]
        return cell(table_html(HEADER, week_rows(self.hours), title="Working calendar"), facts_html([*closed, *day]))

    def _closed_weekday(self, day: int) -> ClosureKind:
        """Saturday and Sunday are the weekend where they are closed, and so is a Friday before such a Saturday."""
        weekday = (day - 1) % 7
        long = weekday == _FRIDAY and not self._ordinary(day + 1)
        return "weekend" if long or weekday in (_SATURDAY, _SUNDAY) else "closed weekday"

    def _ordinary(self, day: int) -> DayHours:
        """The hours of a date as its weekday has them, by its season or the weekly hours in force on it."""
        season = self._seasons.on(_date(day)) if self.seasons else None
        return self._weekly(day) if season is None else season

    def _weekly(self, day: int) -> DayHours:
        """The weekly hours of a date, whatever its season says."""
        hours = (self._weeks.on(_date(day)) if self.dated_hours else None) or self.hours
        return hours[(day - 1) % 7]

    def _closed_by_season(self, day: int) -> Closure | None:
        """The season that closes a date which the weekly hours would open, as a reason to be closed."""
        dates = self._seasons.closing(_date(day)) if self.seasons and self._weekly(day) else None
        return None if dates is None else Closure("season", str(dates))

    def _lost_nights(self, day: int) -> Iterator[tuple[Closure, int]]:
        """The usual hours that a date has lost to a special day, a holiday or a season: to which, and their ends."""
        exception = self._exception(day)
        if exception is not None:
            yield from ((exception, closed) for _, closed in self._ordinary(day))
        season = self._closed_by_season(day)
        if season is not None:
            yield from ((exception or season, closed) for _, closed in self._weekly(day))

    def _exceptions(self, year: int) -> dict[int, DayHours]:
        """The hours of the year's holidays and special days."""
        hours = dict.fromkeys(self.holidays.in_year(year), self.holiday_hours)
        for special in reversed(self._special_days.of_year(year)):  # the first to speak is written last
            hours.update(dict.fromkeys(special.days(year), special.hours))
        for day in self._unknown.days:
            if date.fromordinal(day).year == year:
                del hours[day]
                hours.update((day, known) for _, known in islice(self._speaking(day), 1, 2))
        return hours

    def _exception(self, day: int) -> Closure | None:
        """The special day or holiday that the date is, as a reason to be closed."""
        first = 1 if day in self._unknown.days else 0
        return next((why for why, _ in islice(self._speaking(day), first, None)), None)

    def _speaking(self, day: int) -> Iterator[tuple[Closure, DayHours]]:
        """The special days and the holiday that speak of a date, as reasons to be closed, with its hours by them."""
        year = date.fromordinal(day).year
        for special in self._special_days.of_year(year):
            if day in special.days(year):
                yield Closure("special day", special.name), special.hours
        name = self.holidays.in_year(year).get(day)
        if name is not None:
            yield Closure("holiday", name), self.holiday_hours


class _Unknown(NamedTuple):
    """Dates (ordinals) of which something is not known yet."""

    closures: frozenset[int]
    days: frozenset[int]


def _date(day: int) -> date:
    return date.fromordinal(min(day, date.max.toordinal()))
