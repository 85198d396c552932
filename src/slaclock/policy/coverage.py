"""The coverage of a policy: the dates of the subscriptions, on which what opens is the service's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.calendar.special_days import PERIOD_SCHEMA, DateRange, parse_date
from slaclock.errors import ErrorCollector, PolicyError
from slaclock.formats.models import reads


def _coverage(value: object) -> tuple[DateRange, ...]:
    items = [value] if isinstance(value, Mapping) else value
    if not isinstance(items, (list, tuple)):
        raise PolicyError(
            f"{value!r} is not a coverage", "write [{from = 2018-04-01, until = 2019-03-31}]", value=value
        )
    errors, periods = ErrorCollector(), []
    for number, item in enumerate(items):
        with errors.part(*(() if item is value else (number,))):
            periods.append(_period(item))
    errors.check()
    return tuple(sorted(periods))


def _period(item: object) -> DateRange:
    if isinstance(item, DateRange):
        return item
    if not isinstance(item, Mapping) or item.keys() - {"from", "until"}:
        raise PolicyError(f"{item!r} is not a period of coverage", "give from and until", value=item)
    first, last = (None if item.get(key) is None else parse_date(item[key]) for key in ("from", "until"))
    period = DateRange(first or date.min, last or date.max)
    if period.last < period.first:
        raise PolicyError(f"the coverage ends on {last}, before it starts on {first}", "swap the two", value=dict(item))
    return period


Coverage = Annotated[
    tuple[DateRange, ...],
    reads(_coverage),
    PlainSerializer(lambda periods: [{"from": str(p.first), "until": str(p.last)} for p in periods]),
    WithJsonSchema({"anyOf": [{"type": "array", "items": PERIOD_SCHEMA}, PERIOD_SCHEMA]}),
]
