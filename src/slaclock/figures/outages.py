"""Outages: when a service was down, as objects, as records, or as the rows of a frame."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import model_validator

from slaclock.errors import MissingExtraError, ModelError
from slaclock.formats.models import Instant, MaybeInstant, MaybeText, Model, reads, short_repr
from slaclock.temporal.instants import find_zone, is_missing, parse_instant, to_micros

_TRUTHS = {
    **dict.fromkeys(("true", "yes", "y", "1", "planned"), True),
    **dict.fromkeys(("false", "no", "n", "0", "unplanned"), False),
}
_TIMES = ("start", "end")


def _truth(value: object) -> bool:
    truth = False if is_missing(value) else _TRUTHS.get(str(value).strip().lower())
    if truth is None:
        raise ModelError(f"{short_repr(value)} does not say whether it was planned", "write true or false", value=value)
    return truth


class Outage(Model):
    """A time, `[start, end)`, for which a service was down; `end` none means that it still is.

    `availability` is the name of what was down, of those that the policy promises; without it all of them were.

    >>> Outage(start="2018-04-13T15:00+01:00", end="2018-04-13T18:00+01:00", planned="yes").planned
    True
    """

    start: Instant
    end: MaybeInstant = None
    planned: Annotated[bool, reads(_truth)] = False
    availability: MaybeText = None

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            start: datetime | str,
            end: datetime | str | None = ...,
            planned: bool | str | None = ...,
            availability: str | None = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.end is not None and to_micros(self.end) < to_micros(self.start):
            problem = f"the outage ends at {self.end.isoformat()}, before it starts at {self.start.isoformat()}"
            raise ModelError(problem, "swap the two", value=self.end)
        return self


def outages_of(given: Iterable[Outage | Mapping[str, Any]] | Any, timezone: str | None = None) -> tuple[Outage, ...]:
    """The outages of a list of them or of records, or of a frame with the columns start, end, planned, availability.

    Times without an offset are read in `timezone`. Raises `ModelError` with the number of what is wrong.
    """
    zone = None if timezone is None else find_zone(timezone)
    outages = []
    for number, item in enumerate(_records(given)):
        try:
            outages.append(item if isinstance(item, Outage) else _read(item, zone))
        except ModelError as error:
            raise error.within(f"outage {number}") from None
    return tuple(outages)


def _records(given: Any) -> Iterator[Any]:
    if hasattr(type(given), "columns") or hasattr(type(given), "column_names"):
        try:
            import narwhals as nw
        except ImportError:
            raise MissingExtraError.for_extra("narwhals", "columns") from None
        yield from nw.from_native(given, eager_only=True).iter_rows(named=True)
        return
    if isinstance(given, (str, Mapping, Model)) or not isinstance(given, Iterable):
        raise ModelError(f"the outages are a {type(given).__name__}", "give a list of Outage objects, or a frame")
    yield from given


def _read(record: Any, zone: ZoneInfo | None) -> Outage:
    if not isinstance(record, Mapping):
        raise ModelError(f"{short_repr(record)} is not an outage", "give an Outage, or a table of its fields")
    own = {str(key): value for key, value in record.items()}
    for name in _TIMES:
        value = own.get(name)
        if isinstance(value, str) and value.strip():
            own[name] = parse_instant(value, zone)
        elif isinstance(value, datetime) and not is_missing(value) and value.tzinfo is None and zone is not None:
            own[name] = parse_instant(value.isoformat(), zone)
    return Outage.model_validate(own)
