"""Seasons: the hours that some weekdays have between two dates of every year."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from itertools import groupby
from typing import Annotated, NamedTuple

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.errors import ErrorCollector, HoursError, placed
from slaclock.formats.models import reads

from .hours import CLOSED, WEEK_SCHEMA, WEEKDAY_NAMES, WEEKDAYS, DayHours, day_text, parse_weekdays
from .yearly_dates import ALL_DATES, MonthDay, YearlyDates

SeasonWeek = tuple[DayHours | None, ...]
"""The hours of the seven weekdays, Monday first; None for those of which a season does not speak."""
SILENT: SeasonWeek = (None,) * 7


class Season(NamedTuple):
    """Dates of every year, and the hours of the weekdays of which they speak, which may be none."""

    dates: YearlyDates
    week: SeasonWeek

    def to_text(self) -> dict[str, list[str]]:
        """The hours as a policy file writes them; weekdays of which it does not speak are left out."""
        return {name: day_text(day) for name, day in zip(WEEKDAYS, self.week, strict=True) if day is not None}


def _over(earlier: SeasonWeek, week: SeasonWeek) -> SeasonWeek:
    """What a week says, and of the weekdays of which it does not speak what one before it did."""
    return tuple(known if hours is None else hours for known, hours in zip(earlier, week, strict=True))


class Seasons:
    """The seasons of a calendar, asked by date."""

    def __init__(self, seasons: Iterable[Season]) -> None:
        seasons = tuple(seasons)
        self._shut = [season for season in seasons if CLOSED in season.week]
        self._weeks: dict[MonthDay, SeasonWeek] = {}
        for season in seasons:
            for day in filter(season.dates.covers, ALL_DATES):
                self._weeks[day] = _over(self._weeks.get(day, SILENT), season.week)

    def on(self, day: date) -> DayHours | None:
        """The hours of a local date, if it lies in a season that speaks of its weekday."""
        return self._weeks.get((day.month, day.day), SILENT)[day.weekday()]

    def closing(self, day: date) -> YearlyDates | None:
        """The dates of the season that gives a local date no hours, if one does."""
        shut = (season.dates for season in self._shut if season.week[day.weekday()] == CLOSED)
        return next((dates for dates in shut if dates.covers((day.month, day.day))), None)


def seasons_of(weeks: Mapping[MonthDay, SeasonWeek]) -> Iterator[Season]:
    """The seasons of weeks that are given date by date: each as long as the week stays the same."""
    runs: list[tuple[SeasonWeek, list[MonthDay]]] = [
        (week, list(days)) for week, days in groupby(ALL_DATES, key=lambda day: weeks.get(day, SILENT))
    ]
    if len(runs) > 1 and runs[0][0] == runs[-1][0]:  # one that runs over the year's end
        week, days = runs.pop()
        runs[0] = week, [*days, *runs[0][1]]
    return (Season(YearlyDates(days[0], days[-1]), week) for week, days in runs if week != SILENT)


def parse_seasons(value: object) -> tuple[Season, ...]:
    """Seasons from `{dates: {weekday: hours}}`, such as `{"07-01/08-31": {"mon": ["09:00-15:00"], "sat": []}}`.

    Of one weekday only one of them may speak on any date.
    """
    if isinstance(value, tuple) and all(isinstance(season, Season) for season in value):
        return _in_order(value)
    if not isinstance(value, Mapping):
        raise HoursError(
            f"{value!r} is not a table of seasons",
            'write it like {"07-01/08-31": {"mon": ["09:00-15:00"]}}',
            value=value,
        )
    errors = ErrorCollector()
    seasons = []
    for dates, hours in value.items():
        with errors.part():
            seasons.append(_season(dates, hours))
    errors.check()
    return _in_order(tuple(seasons))


def _season(dates: object, hours: object) -> Season:
    with placed(str(dates)):
        if not isinstance(dates, str):
            raise HoursError(f"{dates!r} is no season", "write its dates like 07-01/08-31", value=dates)
        span = YearlyDates.parse(dates)
        days = parse_weekdays(hours)
        if not days:
            raise HoursError(
                "the season speaks of no weekday", 'give some weekdays hours, or none: {"sat": []}', value=hours
            )
        return Season(span, tuple(days.get(weekday) for weekday in range(7)))


def _in_order(seasons: tuple[Season, ...]) -> tuple[Season, ...]:
    """Seasons by their dates, those of the same dates as one; of any date and weekday only one may speak."""
    weeks: dict[YearlyDates, SeasonWeek] = {}
    speaking: dict[tuple[MonthDay, int], YearlyDates] = {}
    for dates, week in seasons:
        spoken = [weekday for weekday, hours in enumerate(week) if hours is not None]
        for day in filter(dates.covers, ALL_DATES):
            for weekday in spoken:
                other = speaking.setdefault((day, weekday), dates)
                if other is not dates:
                    raise HoursError(
                        f"the seasons {other} and {dates} both speak of a {WEEKDAY_NAMES[weekday]} on "
                        f"{day[0]:02d}-{day[1]:02d}",
                        "end the one before the other begins, or take the weekday out of one",
                        value=str(dates),
                    )
        weeks[dates] = _over(weeks.get(dates, SILENT), week)
    return tuple(Season(dates, weeks[dates]) for dates in sorted(weeks))


def seasons_to_text(seasons: tuple[Season, ...]) -> dict[str, dict[str, list[str]]]:
    """Seasons as `parse_seasons` reads them."""
    return {str(season.dates): season.to_text() for season in seasons}


SeasonsField = Annotated[
    tuple[Season, ...],
    reads(parse_seasons),
    PlainSerializer(seasons_to_text),
    WithJsonSchema({
        "type": "object",
        "description": "dates of every year (07-01/08-31, or months: 07/08) and the hours of some weekdays",
        "propertyNames": {"pattern": r"^\s*(--)?\d{2}(-\d{2})?\s*((/|\.\.)\s*(--)?\d{2}(-\d{2})?\s*)?$"},
        "additionalProperties": {**WEEK_SCHEMA, "minProperties": 1, "description": "weekdays and their hours"},
    }),
]  # fmt: skip
