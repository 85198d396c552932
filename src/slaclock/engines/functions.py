"""The functions that SQL gets, on Arrow arrays: a policy's clock, target, state, year and hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from slaclock import columns
from slaclock.columns.chunks import Errors
from slaclock.columns.instants import read_instants
from slaclock.columns.periods import number_in, periods_over
from slaclock.policy.policy import Policy

Kind = Literal["instant", "duration", "text", "truth"]


class Function(NamedTuple):
    """A function of SQL: what it takes, what it gives, and how it works on whole arrays of one length."""

    takes: tuple[Kind, ...]
    gives: Kind
    work: Callable[..., Any]


def functions_of(policy: Policy, errors: Errors = "raise") -> dict[str, Function]:
    """The functions of a policy by their names; a row that cannot be answered raises, or becomes null."""
    calendar, zone = policy.calendar, policy.calendar.zone.key
    options: dict[str, Any] = {"calendar": calendar, "errors": errors, "threads": 1}

    def elapsed(start: Any, end: Any) -> Any:
        return columns.elapsed(start, end, **options)

    def deadline(start: Any, target: Any) -> Any:
        return columns.deadline(start, target, **options)

    def due(kind: Any, priority: Any, opened: Any) -> Any:
        table = _tickets(kind, priority, opened, pa.nulls(len(opened), pa.timestamp("us", "UTC")))
        found = pa.nulls(len(opened), pa.timestamp("us", zone))
        latest = pc.max(opened).as_py()
        return (
            found if latest is None else columns.assess(table, policy, at=latest, errors=errors, threads=1)["sla_due"]
        )

    def state(kind: Any, priority: Any, opened: Any, resolved: Any, at: Any) -> Any:
        table = _tickets(kind, priority, opened, resolved)
        found = np.full(len(opened), None, object)
        for moment in pc.unique(at).to_pylist():  # nearly always one
            if moment is not None:
                rows = np.flatnonzero(
                    pc.equal(at, pa.scalar(moment, at.type)).fill_null(False).to_numpy(zero_copy_only=False)
                )
                some = columns.assess(table.take(rows), policy, at=moment, errors=errors, threads=1)
                found[rows] = some["sla_state"].to_numpy()
        return pa.array(found, pa.string())

    def subscription_year(at: Any) -> Any:
        micros = read_instants(at, "at").chunk(slice(0, len(at)))
        years = periods_over(micros, policy, "year")
        labels = [None if number < 0 else years[number].label for number in number_in(years, micros).tolist()]
        return pa.array(labels, pa.string())

    def is_open(at: Any) -> Any:
        return columns.is_open(at, **options)

    return {
        "sla_elapsed": Function(("instant", "instant"), "duration", elapsed),
        "sla_deadline": Function(("instant", "text"), "instant", deadline),
        "sla_due": Function(("text", "text", "instant"), "instant", due),
        "sla_state": Function(("text", "text", "instant", "instant", "instant"), "text", state),
        "subscription_year": Function(("instant",), "text", subscription_year),
        "is_open": Function(("instant",), "truth", is_open),
    }


def arrow_type(kind: Kind) -> Any:
    """The type of Arrow that a kind of value has."""
    return {
        "instant": pa.timestamp("us", "UTC"), "duration": pa.duration("us"), "text": pa.string(), "truth": pa.bool_(),
    }[kind]  # fmt: skip


def worked(function: Function, arrays: tuple[Any, ...]) -> Any:
    """The function's answer to arrays or chunked arrays, as one array."""
    plain = [array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array for array in arrays]
    found = function.work(*plain)
    found = found.combine_chunks() if isinstance(found, pa.ChunkedArray) else found
    wanted = arrow_type(function.gives)
    return found if found.type == wanted else found.cast(wanted)


def _tickets(kind: Any, priority: Any, opened: Any, resolved: Any) -> Any:
    return pa.table({"kind": kind, "priority": priority, "opened": opened, "resolved": resolved})
