"""`assess` for a frame of tickets: the same frame, with how each ticket stands."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from slaclock.errors import ColumnError, PolicyError
from slaclock.policy.book import PolicyBook, main_policy
from slaclock.policy.measures import MEASURES, Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import to_micros

from .as_of import CATEGORIES, OUTPUTS, TICKET_INSTANTS, AsOf, Tickets, assess_rows
from .categories import every, read_categories
from .chunks import BadRows, Errors
from .frames import ColumnKind, Frame, as_series, narwhals
from .instants import read_instants
from .pause_columns import Pauses, read_pauses

FIELDS = ("id", *TICKET_INSTANTS, *CATEGORIES)
ANSWERS = ("state", "due", "elapsed", "remaining", "consumed")


def assess(
    frame: Any,
    policy: Policy | PolicyBook,
    *,
    at: datetime,
    measure: Measure = "resolve",
    pauses: Any = None,
    columns: Mapping[str, str] | None = None,
    prefix: str = "sla_",
    timezone: str | None = None,
    errors: Errors | BadRows = "raise",
    threads: int | None = None,
) -> Any:
    """A frame of tickets with how each of them stands as of `at`, in five more columns.

    `sla_state`, `sla_due` (in the calendar's zone; missing while an open pause holds it), `sla_elapsed` and
    `sla_remaining` (durations), `sla_consumed` (the share of the target that is used up); `prefix` replaces `sla_`.

    The frame needs the column `opened`, and may have `id`, `kind` (without it all are incidents), `priority`,
    `responded`, `resolved`, `category`, `impact` and `urgency`; `columns` maps these names to the frame's own.
    `pauses` is a frame with the columns `ticket`, `start`, `end` and `reason`, or a `Pauses`. A lazy Polars frame
    stays lazy, and is answered when it is collected.
    """
    if measure not in MEASURES:
        raise PolicyError(f"{measure!r} is no measure", "use respond or resolve")
    to_micros(at)
    lazy = _lazy(frame)
    if lazy is not None:
        options = {"at": at, "measure": measure, "pauses": pauses, "columns": columns}
        options |= {"timezone": timezone, "errors": errors, "threads": threads}
        return _later(lazy, policy, prefix, options)
    table = frame_of(frame)
    names = names_of(table, columns or {})
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    tickets = read_tickets(table, names, pauses, timezone)
    answers = assess_rows(tickets, policy, AsOf(to_micros(at), measure), bad, threads)
    bad.warn()
    kind = ColumnKind([table[names["opened"]].to_native()])
    zone = main_policy(policy).calendar.zone.key
    added = {prefix + name: output.column(kind, answers[name], zone) for name, output in OUTPUTS.items()}
    nw = narwhals()
    series = [nw.from_native(column, series_only=True).alias(name) for name, column in added.items()]
    return table.with_columns(*series).to_native()


def frame_of(frame: Any) -> Frame:
    """The caller's frame, as narwhals has it."""
    try:
        table: Frame = narwhals().from_native(frame, eager_only=True)
    except TypeError:
        raise ColumnError(
            f"the tickets are a {type(frame).__name__}", "give a frame of pandas, Polars or PyArrow"
        ) from None
    return table


def names_of(table: Frame, columns: Mapping[str, str]) -> dict[str, str]:
    """The frame's own names of the fields that it has."""
    unknown = [field for field in columns if field not in FIELDS]
    if unknown:
        raise ColumnError(f"{unknown[0]!r} is no field of a ticket", "use one of: " + ", ".join(FIELDS))
    names = {field: columns.get(field, field) for field in FIELDS}
    for field, name in names.items():
        if name not in table.columns and (field in columns or field == "opened"):
            there = ", ".join(map(str, table.columns))
            remedy = f"name the one for {field!r} in columns=; there: {there}"
            raise ColumnError(f"the tickets have no column {name!r}", remedy)
    return {field: name for field, name in names.items() if name in table.columns}


def read_tickets(table: Frame, names: Mapping[str, str], pauses: Any, timezone: str | None) -> Tickets:
    """The columns of the frame that matter, and the pauses of its tickets."""
    count = len(table)
    instants = {
        name: read_instants(table[names[name]].to_native(), name, timezone) for name in TICKET_INSTANTS if name in names
    }
    categories = {name: read_categories(table[names[name]], name) for name in CATEGORIES if name in names}
    if "kind" not in categories:
        categories["kind"] = every(count, "incident")
    ids = table[names["id"]] if "id" in names else None
    if pauses is not None and not isinstance(pauses, Pauses):
        if ids is None:
            raise ColumnError("pauses are given for tickets without ids", "add the column id, or give Pauses(row, ...)")
        pauses = Pauses.of(pauses, ids)
    reasons = None
    if pauses is not None and pauses.reason is not None:
        series = as_series(pauses.reason)
        if series is None:
            series = narwhals().new_series(
                "reason", list(pauses.reason), narwhals().String, backend=table.implementation
            )
        reasons = read_categories(series, "reason")
    return Tickets(count, ids, instants, categories, read_pauses(pauses, count, timezone), reasons)


def _lazy(frame: Any) -> Any | None:
    """A lazy Polars frame, or None."""
    kind = type(frame)
    return frame if kind.__module__.startswith("polars") and kind.__name__ == "LazyFrame" else None


def _later(frame: Any, policy: Policy | PolicyBook, prefix: str, options: dict[str, Any]) -> Any:
    """The lazy frame with the answers to come."""
    import polars as pl

    schema = dict(frame.collect_schema())
    zone = main_policy(policy).calendar.zone.key
    types = (pl.String(), pl.Datetime("us", zone), pl.Duration("us"), pl.Duration("us"), pl.Float64())
    schema |= {prefix + name: dtype for name, dtype in zip(ANSWERS, types, strict=True)}
    return frame.map_batches(lambda part: assess(part, policy, prefix=prefix, **options), schema=schema)
