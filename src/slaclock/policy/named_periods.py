"""Periods by name, such as terms and half terms, and those that a report is asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import pairwise
from typing import Annotated, Any, TypeAlias, get_args

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.calendar.special_days import DateRange, parse_date
from slaclock.errors import ErrorCollector, ModelError, PolicyError, SlaClockError
from slaclock.formats.mappings import FrozenDict
from slaclock.formats.models import reads, short_repr
from slaclock.temporal.instants import is_missing

from .periods import Period
from .subscription_years import PeriodLength

AskedPeriod: TypeAlias = str | tuple[date | str, date | str]
"""A length of periods, the name of a period or of a set of them, or the first date and the one up to which."""
_Entries: TypeAlias = Mapping[str, DateRange | Mapping[str, DateRange]]


def _read(value: Any) -> Any:
    if not isinstance(value, Mapping):
        return value
    errors, periods = ErrorCollector(), {}
    for name, entry in value.items():
        with errors.part(str(name)):
            _check_name(name)
            periods[name] = _set(entry) if isinstance(entry, Mapping) else _range(entry)
    errors.check()
    return FrozenDict(periods)


def _set(entries: Mapping[Any, Any]) -> FrozenDict[str, DateRange]:
    """Periods of which none overlaps another."""
    errors, periods = ErrorCollector(), {}
    for name, entry in entries.items():
        with errors.part(str(name)):
            _check_name(name)
            periods[name] = _range(entry)
    errors.check()
    in_order = sorted(periods.items(), key=lambda pair: pair[1])
    for (before, one), (after, other) in pairwise(in_order):
        if other.first <= one.last:
            raise PolicyError(f"{after!r} begins before {before!r} is over", "set them apart", value=str(other))
    return FrozenDict(in_order)


def _range(value: object) -> DateRange:
    if isinstance(value, DateRange):
        return value
    if isinstance(value, date):
        return DateRange(parse_date(value), parse_date(value))
    if not isinstance(value, str):
        problem = f"{short_repr(value)} is no period"
        raise PolicyError(problem, "write its dates, both included: '2018-09-03/2018-12-21'", value=value)
    return DateRange.parse(value)


def _check_name(name: object) -> None:
    if is_missing(name):
        raise PolicyError("the name of a period is missing", "give it one", value=name)
    if name in get_args(PeriodLength):
        raise PolicyError(f"{name!r} is a length of periods", "give it another name", value=name)


def _written(periods: _Entries) -> dict[str, Any]:
    return {name: str(own) if isinstance(own, DateRange) else _written(own) for name, own in periods.items()}


_DATES = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}((/|\.\.)\d{4}-\d{2}-\d{2})?$"}
NamedPeriods = Annotated[
    FrozenDict[str, Any],
    reads(_read),
    PlainSerializer(_written),
    WithJsonSchema({
        "type": "object",
        "description": "dates, both included, such as '2018-09-03/2018-12-21'; or tables of them",
        "additionalProperties": {"anyOf": [_DATES, {"type": "object", "additionalProperties": _DATES}]},
    }),
]  # fmt: skip
"""A field that holds periods by their names, and sets of them."""


def periods_asked(period: AskedPeriod, named: Iterable[_Entries], timezone: str) -> tuple[Period, ...] | None:
    """The periods that are asked for, in order; None for a length, by which they are without end.

    `named` are the periods of one policy after another. Raises `PolicyError` for what is none of them.
    """
    if isinstance(period, str):
        if period in get_args(PeriodLength):
            return None
        by_name = _by_name(named)
        if period in by_name:
            return tuple(_period(name, own, timezone) for name, own in by_name[period].items())
        names: list[str] = [*get_args(PeriodLength), *map(repr, by_name)]
        *words, last = names
        remedy = f"use {', '.join(words)} or {last}"
        raise PolicyError(f"{period!r} is no length of a period", remedy, "period", value=period)
    if not isinstance(period, (tuple, list)) or len(period) != 2:
        remedy = "give a length, a name, or the first date and that up to which: ('2018-04-01', '2018-05-01')"
        raise PolicyError(f"{short_repr(period)} is no period", remedy, "period", value=period)
    try:
        first, end = (parse_date(day) for day in period)
    except SlaClockError as error:
        raise PolicyError(error.problem, error.remedy, "period", value=error.value) from None
    if end <= first:
        raise PolicyError(f"the period ends on {end}, and begins on {first}", "let it end later", "period", value=end)
    return (
        _period(str(DateRange(first, end - timedelta(days=1))), DateRange(first, end - timedelta(days=1)), timezone),
    )


def _by_name(named: Iterable[_Entries]) -> dict[str, dict[str, DateRange]]:
    """The periods of each name, and of each set: those of all policies together, the later ones of one name last."""
    by_name: dict[str, dict[str, DateRange]] = {}
    for periods in named:
        for name, own in periods.items():
            several = {name: own} if isinstance(own, DateRange) else own
            by_name.setdefault(name, {}).update(several)
            for one, dates in several.items():
                by_name.setdefault(one, {}).setdefault(one, dates)
    return {name: dict(sorted(own.items(), key=lambda pair: pair[1])) for name, own in by_name.items()}


def _period(label: str, dates: DateRange, timezone: str) -> Period:
    try:
        end = dates.last + timedelta(days=1)
    except OverflowError:
        problem = f"{label!r} ends with the last date there is"
        raise ModelError(problem, "let it end sooner", "period", value=label) from None
    return Period(label, dates.first, end, timezone)
