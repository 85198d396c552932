"""Weekly hours in force from a date until another."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise
from typing import Annotated, NamedTuple

from pydantic import PlainSerializer, WithJsonSchema

from slaclock.errors import ErrorCollector, HoursError
from slaclock.formats.models import reads

from .hours import WEEK_SCHEMA, WeeklyHours, parse_week
from .special_days import BOUND_SCHEMA, PERIOD_SCHEMA, DateRange, parse_date


class DatedHours(NamedTuple):
    """Weekly hours in force from a date until a date, both included; None leaves that side open."""

    first: date | None
    last: date | None
    hours: WeeklyHours

    @property
    def span(self) -> DateRange:
        """The dates on which they are in force."""
        return DateRange(self.first or date.min, self.last or date.max)


def parse_dated(value: object) -> tuple[DatedHours, ...]:
    """Dated hours from a list of `{"from": date, "until": date, "hours": weekly hours}`; they must not overlap."""
    if not isinstance(value, (list, tuple)):
        raise HoursError(
            f"{value!r} is not a list of dated hours", "write [{from = ..., until = ..., hours = ...}]", value=value
        )
    errors = ErrorCollector()
    items = []
    for number, item in enumerate(value):
        with errors.part(number):
            items.append(_dated_hours(item))
    errors.check()
    dated = sorted(items, key=lambda item: item.span)
    for before, after in pairwise(dated):
        if before.span.overlaps(after.span):
            raise HoursError(
                f"the hours from {before.span.first} and those from {after.span.first} overlap on {after.span.first}",
                "end the one before the other begins",
                value=str(after.span),
            )
    return tuple(dated)


def _dated_hours(item: object) -> DatedHours:
    if isinstance(item, DatedHours):
        return item
    if not isinstance(item, Mapping) or item.keys() - {"from", "until", "hours"} or "hours" not in item:
        raise HoursError(f"{item!r} is not dated hours", "give from, until and hours", value=item)
    first, last = (parse_date(item[key]) if item.get(key) is not None else None for key in ("from", "until"))
    if first is None and last is None:
        remedy = "give one, or make them the plain hours"
        raise HoursError("dated hours have neither from nor until", remedy, value=item)
    if first and last and last < first:
        problem = f"the dated hours end on {last}, before they start on {first}"
        raise HoursError(problem, "swap the two", value=item)
    return DatedHours(first, last, parse_week(item["hours"]))


def dated_to_text(dated: tuple[DatedHours, ...]) -> list[dict[str, object]]:
    """Dated hours as `parse_dated` reads them."""
    return [
        {
            **({"from": item.first.isoformat()} if item.first else {}),
            **({"until": item.last.isoformat()} if item.last else {}),
            "hours": item.hours.to_text(),
        }
        for item in dated
    ]


DatedField = Annotated[
    tuple[DatedHours, ...],
    reads(parse_dated),
    PlainSerializer(dated_to_text),
    WithJsonSchema({
        "type": "array",
        "description": "weekly hours in force from a date until a date",
        "items": {
            **PERIOD_SCHEMA,
            "properties": {"from": BOUND_SCHEMA, "until": BOUND_SCHEMA, "hours": WEEK_SCHEMA},
            "required": ["hours"],
        },
    }),
]  # fmt: skip
