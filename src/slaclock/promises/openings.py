"""What a caller gives for openings, as counts by weekday and hour: real tickets, instants, or the counts themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from slaclock.errors import ColumnError, PolicyError, placed
from slaclock.formats.extras import needs_extra
from slaclock.formats.models import short_repr
from slaclock.policy.book import PolicyBook, policies_of
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import InstantLike, is_missing, micros_of
from slaclock.tickets.tickets import Ticket

from .opening_counts import OpeningTable, TableOf, WeekCounts, Whose, by_hour

OpeningsLike: TypeAlias = Sequence[Sequence[int]] | Mapping[str, Any] | Iterable[Ticket] | Iterable[InstantLike] | Any
"""What `promise` takes for openings: see there."""
_SHAPE = "give seven rows from Monday, each of 24 whole numbers"


def read_openings(
    openings: OpeningsLike, policy: Policy | PolicyBook, columns: Mapping[str, str] | None, timezone: str | None
) -> TableOf:
    """What a caller gives, as a table for each policy."""
    counts = _given_counts(openings)
    if counts is not None:
        _check_names(counts, policies_of(policy))
        table = OpeningTable(counts)
        return lambda own: table
    if _are_instants(openings):
        opened = _micros(openings, timezone)
        return lambda own: OpeningTable({(None, None): by_hour(opened, own.calendar.zone)})
    with needs_extra("columns"):
        from .ticket_openings import table_of_tickets
    return table_of_tickets(openings, policy, columns, timezone)


def _given_counts(openings: OpeningsLike) -> dict[Whose, WeekCounts] | None:
    """The counts that a caller gives himself, for all, by kind, or by kind and priority."""
    if isinstance(openings, Mapping):
        return dict(_by_kind(openings))
    counts = _plain(openings)
    return {(None, None): _week(counts)} if _is_week(counts) else None


def _check_names(counts: Iterable[Whose], policies: Sequence[Policy]) -> None:
    """An error for the first kind or priority of which no policy speaks, since it may be misspelt."""
    kinds: dict[str, dict[str, None]] = {}
    for policy in policies:
        for standard in policy.standards.values():
            kinds.setdefault(standard.kind, {}).update(dict.fromkeys(standard.priority))
        for name, own in policy.targets.items():
            kinds.setdefault(name, {}).update(dict.fromkeys(own.priorities))
    for kind, priority in counts:
        if kind is not None and kind not in kinds:
            remedy = f"use one of: {', '.join(kinds)}"
            raise PolicyError(f"{short_repr(kind)} is no kind of the policy", remedy, value=kind)
        if kind is not None and priority is not None and priority not in kinds[kind]:
            remedy = f"use one of: {', '.join(kinds[kind]) or 'none'}"
            raise PolicyError(f"{short_repr(priority)} is no priority of {kind}", remedy, kind, value=priority)


def _by_kind(openings: Mapping[Any, Any]) -> Iterator[tuple[Whose, WeekCounts]]:
    for kind, own in openings.items():
        with placed(str(kind)):
            if not isinstance(own, Mapping):
                yield (kind, None), _week(_plain(own))
                continue
            for priority, counts in own.items():
                with placed(str(priority)):
                    yield (kind, priority), _week(_plain(counts))


def _plain(value: Any) -> Any:
    """An array of NumPy as the lists that it stands for; anything else as it is."""
    return value.tolist() if getattr(value, "ndim", None) == 2 and hasattr(value, "tolist") else value


def _is_week(value: object) -> bool:
    return isinstance(value, (list, tuple)) and any(isinstance(row, (list, tuple)) for row in value)


def _week(value: Any) -> WeekCounts:
    """The counts of a week, which have to be as many as it has hours."""
    if not _is_week(value) or len(value) != 7:
        raise PolicyError(f"{short_repr(value)} is no count of a week's openings", _SHAPE, value=value)
    for day, row in enumerate(value):
        if not isinstance(row, (list, tuple)) or len(row) != 24:
            raise PolicyError(f"{short_repr(row)} is no count of a day's openings", _SHAPE, f"row {day}", value=row)
        for hour, count in enumerate(row):
            if not isinstance(count, int) or isinstance(count, bool) or count < 0:
                remedy = "give a whole number, 0 or more"
                place = (f"row {day}", f"hour {hour}")
                raise PolicyError(f"{short_repr(count)} is no count of openings", remedy, place, value=count)
    return tuple(map(tuple, value))


def _are_instants(openings: OpeningsLike) -> bool:
    """Whether it is a column or a list of instants, and no frame or list of tickets."""
    if isinstance(openings, (str, Ticket)):
        raise ColumnError(f"{short_repr(openings)} is no list of openings", "give one, such as [opened]")
    if hasattr(type(openings), "columns") or hasattr(type(openings), "column_names"):
        return False
    return not isinstance(openings, (list, tuple)) or not any(isinstance(own, Ticket) for own in openings)


def _micros(openings: Any, timezone: str | None) -> list[int]:
    """The instants of a list or a column, of which none may be missing."""
    if isinstance(openings, (list, tuple)) and timezone is None:
        micros: list[int] = []
        for row, own in enumerate(openings):
            with placed(f"row {row}"):
                if is_missing(own):
                    raise _missing()
                micros.append(micros_of(own))
        return micros
    with needs_extra("columns"):
        from .ticket_openings import column_micros
    column: list[int] = []
    for row, own in enumerate(column_micros(openings, timezone)):
        if own is None:
            raise _missing().within(f"row {row}")
        column.append(own)
    return column


def _missing() -> ColumnError:
    return ColumnError("the opening is missing", "give one, or leave it out")
