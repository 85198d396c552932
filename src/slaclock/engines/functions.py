"""The functions that SQL gets, on Arrow arrays: a policy's clock, target, state, year and hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Literal, NamedTuple

import numpy as np
import pyarrow as pa

from slaclock import columns
from slaclock.columns.chunks import BadRows, Errors
from slaclock.columns.instants import OUTSIDE, instant_of, out_of_range, read_instants
from slaclock.columns.options import check_options
from slaclock.columns.periods import number_in, periods_over
from slaclock.columns.piecewise import NEVER, Ints
from slaclock.errors import EngineError, NaiveDatetimeError, OutOfRangeError, SlaClockError
from slaclock.policy.book import not_a_policy
from slaclock.policy.policy import Policy

SqlType = Literal["instant", "date", "duration", "number", "text", "truth"]
_ARROW_TYPES: dict[SqlType, Any] = {
    "instant": pa.timestamp("us", "UTC"), "date": pa.date32(), "duration": pa.duration("us"), "number": pa.int64(),
    "text": pa.string(), "truth": pa.bool_(),
}  # fmt: skip


_EDGES: dict[str, Callable[..., Any]] = {
    "next_open": columns.next_open, "next_close": columns.next_close,
    "previous_open": columns.previous_open, "previous_close": columns.previous_close,
}  # fmt: skip


class SqlFunction(NamedTuple):
    """A function of SQL: its arguments with their types, what it gives, and how it works on arrays of one length."""

    takes: Mapping[str, SqlType]
    gives: SqlType
    work: Callable[..., Any]
    timezone: str | None = None

    def answer(self, *arrays: Any) -> Any:
        """The answer to arrays or chunked arrays, as one array of the type that is given."""
        if len(arrays) != len(self.takes):
            raise EngineError(f"{len(arrays)} arguments are given", f"give {len(self.takes)}: {', '.join(self.takes)}")
        typed = zip(self.takes.items(), map(_one_array, arrays), strict=True)
        answer = _one_array(self.work(*(self._read(array, name, sql_type) for (name, sql_type), array in typed)))
        arrow_type = _ARROW_TYPES[self.gives]
        return answer if answer.type == arrow_type else answer.cast(arrow_type)

    def _read(self, array: Any, name: str, sql_type: SqlType) -> Any:
        """An argument as texts, or as instants in UTC: one without a time zone is refused, unless a zone was named.

        Dates are local ones and numbers whole, which columns check.
        """
        if sql_type == "text":
            return array.cast(pa.string())
        if sql_type != "instant":
            return array
        if self.timezone is None and (pa.types.is_date(array.type) or _is_naive(array.type)):
            raise NaiveDatetimeError(
                f"{name} has no time zone",
                "give a TIMESTAMPTZ, or name the zone: register(..., timezone=)",
            )
        micros = read_instants(array, name, self.timezone).chunk(slice(0, len(array)))
        return pa.array(micros, mask=micros == NEVER).cast(_ARROW_TYPES["instant"])


def functions_of(policy: Policy, errors: Errors = "raise", timezone: str | None = None) -> dict[str, SqlFunction]:
    """The functions of a policy by their names; a row that cannot be answered raises, or becomes null.

    Instants without a time zone are read in `timezone`, and without one refused.
    """
    if not isinstance(policy, Policy):
        raise not_a_policy(policy, "give one Policy; of a PolicyBook one of its own, such as book.at(instant)")
    BadRows(errors)
    check_options(timezone=timezone)
    options: dict[str, Any] = {"calendar": policy.calendar, "errors": errors, "threads": 1}

    def elapsed(start: Any, end: Any) -> Any:
        return columns.elapsed(start, end, **options)

    def deadline(start: Any, target: Any) -> Any:
        return columns.deadline(start, target, **options)

    def due(kind: Any, priority: Any, opened: Any) -> Any:
        rows = _given(kind, opened)
        micros = _micros(opened)
        usable = micros[rows][~out_of_range(micros[rows])]
        latest = instant_of(int(usable.max()) if len(usable) else 0)  # by when all of them had opened
        tickets = _tickets(kind, priority, opened, pa.nulls(len(opened), opened.type)).take(rows)
        answers = columns.assess(tickets, policy, at=latest, errors=errors, threads=1)["sla_due"]
        return _spread(answers.combine_chunks(), rows, len(opened))

    def state(kind: Any, priority: Any, opened: Any, resolved: Any, at: Any) -> Any:
        tickets, states = _tickets(kind, priority, opened, resolved), np.full(len(opened), None, object)
        rows, bad = _given(kind, opened, at), BadRows(errors)
        micros = _micros(at)[rows]
        for instant in np.unique(micros).tolist():  # nearly always one
            own = rows[micros == instant]
            try:
                moment = instant_of(instant)
            except OutOfRangeError as error:
                _refuse(bad, own, error)
                continue
            answers = columns.assess(tickets.take(own), policy, at=moment, errors=errors, threads=1)
            states[own] = answers["sla_state"].to_numpy()
        bad.warn()
        return pa.array(states, pa.string())

    def subscription_year(at: Any) -> Any:
        micros, bad = _micros(at), BadRows(errors)
        far = out_of_range(micros)
        if far.any():
            _refuse(bad, np.flatnonzero(far), OutOfRangeError(*OUTSIDE))
            micros = np.where(far, NEVER, micros)
        years = periods_over(micros, policy, "year")
        bad.warn()
        labels = [None if number < 0 else years[number].label for number in number_in(years, micros).tolist()]
        return pa.array(labels, pa.string())

    def subtract(end: Any, target: Any) -> Any:
        return columns.subtract(end, target, **options)

    def working_day(day: Any, n: Any) -> Any:
        return columns.working_day(day, n, **options)

    def working_days(first: Any, last: Any) -> Any:
        return columns.working_days(first, last, **options)

    def of_instants(function: Callable[..., Any]) -> Callable[..., Any]:
        return lambda at: function(at, **options)

    of_ticket: dict[str, SqlType] = {"kind": "text", "priority": "text", "opened": "instant"}
    as_of: dict[str, SqlType] = {**of_ticket, "resolved": "instant", "at": "instant"}
    functions = {
        "sla_elapsed": SqlFunction({"start": "instant", "end": "instant"}, "duration", elapsed),
        "sla_deadline": SqlFunction({"start": "instant", "target": "text"}, "instant", deadline),
        "sla_subtract": SqlFunction({"end": "instant", "target": "text"}, "instant", subtract),
        "sla_working_day": SqlFunction({"day": "date", "n": "number"}, "date", working_day),
        "sla_working_days": SqlFunction({"first": "date", "last": "date"}, "number", working_days),
        "sla_due": SqlFunction(of_ticket, "instant", due),
        "sla_state": SqlFunction(as_of, "text", state),
        "subscription_year": SqlFunction({"at": "instant"}, "text", subscription_year),
        "is_open": SqlFunction({"at": "instant"}, "truth", of_instants(columns.is_open)),
        **{name: SqlFunction({"at": "instant"}, "instant", of_instants(edge)) for name, edge in _EDGES.items()},
    }
    return {name: function._replace(timezone=timezone) for name, function in functions.items()}


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


def _is_naive(arrow_type: Any) -> bool:
    return pa.types.is_timestamp(arrow_type) and arrow_type.tz is None


def _micros(instants: Any) -> Ints:
    """The microseconds of instants in UTC; `NEVER` where there is none."""
    return read_instants(instants, "an instant").chunk(slice(0, len(instants)))


def _given(*arrays: Any) -> Ints:
    """The rows in which nothing is null."""
    given = np.ones(len(arrays[0]), bool)
    for array in arrays:
        given &= array.is_valid().to_numpy(zero_copy_only=False)
    return np.flatnonzero(given)


def _spread(answers: Any, rows: Ints, count: int) -> Any:
    """Answers to some of so many rows, null in the others."""
    number = np.full(count, -1)
    number[rows] = np.arange(len(rows))
    return answers.take(pa.array(number, mask=number < 0))


def _refuse(bad: BadRows, rows: Ints, error: SlaClockError) -> None:
    for row in rows.tolist():
        bad.add(row, error)


def _tickets(kind: Any, priority: Any, opened: Any, resolved: Any) -> Any:
    return pa.table({"kind": kind, "priority": priority, "opened": opened, "resolved": resolved})
