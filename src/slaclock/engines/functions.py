"""The functions that SQL gets, on Arrow arrays: a policy's clock, target, state, year and hours."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as _compute

from slaclock import columns
from slaclock.columns.chunks import Errors
from slaclock.columns.instants import read_instants
from slaclock.columns.periods import number_in, periods_over
from slaclock.policy.policy import Policy

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them

SqlType = Literal["instant", "duration", "text", "truth"]
_ARROW_TYPES: dict[SqlType, Any] = {
    "instant": pa.timestamp("us", "UTC"), "duration": pa.duration("us"), "text": pa.string(), "truth": pa.bool_(),
}  # fmt: skip


class SqlFunction(NamedTuple):
    """A function of SQL: what it takes, what it gives, and how it works on whole arrays of one length."""

    takes: tuple[SqlType, ...]
    gives: SqlType
    work: Callable[..., Any]

    def answer(self, *arrays: Any) -> Any:
        """The answer to arrays or chunked arrays, as one array of the type that is given."""
        answer = _one_array(self.work(*map(_one_array, arrays)))
        arrow_type = _ARROW_TYPES[self.gives]
        return answer if answer.type == arrow_type else answer.cast(arrow_type)


def functions_of(policy: Policy, errors: Errors = "raise") -> dict[str, SqlFunction]:
    """The functions of a policy by their names; a row that cannot be answered raises, or becomes null."""
    calendar, zone = policy.calendar, policy.calendar.zone.key
    options: dict[str, Any] = {"calendar": calendar, "errors": errors, "threads": 1}

    def elapsed(start: Any, end: Any) -> Any:
        return columns.elapsed(start, end, **options)

    def deadline(start: Any, target: Any) -> Any:
        return columns.deadline(start, target, **options)

    def due(kind: Any, priority: Any, opened: Any) -> Any:
        nothing = pa.nulls(len(opened), pa.timestamp("us", zone))
        latest = pc.max(opened).as_py()
        if latest is None:
            return nothing
        tickets = _tickets(kind, priority, opened, resolved=nothing)
        return columns.assess(tickets, policy, at=latest, errors=errors, threads=1)["sla_due"]

    def state(kind: Any, priority: Any, opened: Any, resolved: Any, at: Any) -> Any:
        tickets = _tickets(kind, priority, opened, resolved)
        states = np.full(len(opened), None, object)
        for instant in pc.unique(at).to_pylist():  # nearly always one
            if instant is not None:
                asked = pc.equal(at, pa.scalar(instant, at.type)).fill_null(False)
                rows = np.flatnonzero(asked.to_numpy(zero_copy_only=False))
                assessed = columns.assess(tickets.take(rows), policy, at=instant, errors=errors, threads=1)
                states[rows] = assessed["sla_state"].to_numpy()
        return pa.array(states, pa.string())

    def subscription_year(at: Any) -> Any:
        micros = read_instants(at, "at").chunk(slice(0, len(at)))
        years = periods_over(micros, policy, "year")
        labels = [None if number < 0 else years[number].label for number in number_in(years, micros).tolist()]
        return pa.array(labels, pa.string())

    def is_open(at: Any) -> Any:
        return columns.is_open(at, **options)

    return {
        "sla_elapsed": SqlFunction(("instant", "instant"), "duration", elapsed),
        "sla_deadline": SqlFunction(("instant", "text"), "instant", deadline),
        "sla_due": SqlFunction(("text", "text", "instant"), "instant", due),
        "sla_state": SqlFunction(("text", "text", "instant", "instant", "instant"), "text", state),
        "subscription_year": SqlFunction(("instant",), "text", subscription_year),
        "is_open": SqlFunction(("instant",), "truth", is_open),
    }


def with_arguments(answer: Callable[..., Any], count: int) -> Callable[..., Any]:
    """An answer to any number of arrays as a function of so many named arguments, which is what engines want to see."""

    def one(a: pa.Array) -> pa.Array:
        return answer(a)

    def two(a: pa.Array, b: pa.Array) -> pa.Array:
        return answer(a, b)

    def three(a: pa.Array, b: pa.Array, c: pa.Array) -> pa.Array:
        return answer(a, b, c)

    def five(a: pa.Array, b: pa.Array, c: pa.Array, d: pa.Array, e: pa.Array) -> pa.Array:
        return answer(a, b, c, d, e)

    functions: dict[int, Callable[..., Any]] = {1: one, 2: two, 3: three, 5: five}
    function = functions[count]
    # Spark tells its sorts of functions apart by their annotations, and wants types, not their names.
    function.__annotations__ = dict.fromkeys(function.__annotations__, pa.Array)
    return function


def _one_array(array: Any) -> Any:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _tickets(kind: Any, priority: Any, opened: Any, resolved: Any) -> Any:
    return pa.table({"kind": kind, "priority": priority, "opened": opened, "resolved": resolved})
