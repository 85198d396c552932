"""The functions that SQL gets, on Arrow arrays: a policy's clock, target, state, year and hours."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
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
    """A function of SQL: its arguments with their types, what it gives, and how it works on arrays of one length.

    One of a calendar takes the name of another than the main one as a last argument, which may be left out.
    """

    takes: Mapping[str, SqlType]
    gives: SqlType
    work: Callable[..., Any]
    timezone: str | None = None
    of_calendar: bool = False

    def answer(self, *arrays: Any) -> Any:
        """The answer to arrays or chunked arrays, as one array of the type that is given."""
        takes: dict[str, SqlType] = dict(self.takes)
        if self.of_calendar and len(arrays) == len(takes) + 1:
            takes["calendar"] = "text"
        if len(arrays) != len(takes):
            perhaps = ", and perhaps a calendar" if self.of_calendar else ""
            remedy = f"give {len(takes)}: {', '.join(takes)}{perhaps}"
            raise EngineError(f"{len(arrays)} arguments are given", remedy)
        typed = zip(takes.items(), map(_one_array, arrays), strict=True)
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
    options: dict[str, Any] = {"errors": errors, "threads": 1}

    def by_calendar(function: Callable[..., Any], gives: SqlType, **takes: SqlType) -> SqlFunction:
        def work(*arrays: Any) -> Any:
            if len(arrays) == len(takes):
                return function(*arrays, calendar=policy.calendar, **options)
            return _by_names(policy, partial(function, **options), arrays[:-1], arrays[-1], BadRows(errors))

        return SqlFunction(takes, gives, work, of_calendar=True)

    def due(kind: Any, priority: Any, opened: Any) -> Any:
        rows = _given(kind, opened)
        micros = _micros(opened)
        usable = micros[rows][~out_of_range(micros[rows])]
        latest = instant_of(int(usable.max()) if len(usable) else 0)  # by when all of them had opened
        tickets = _tickets(kind, priority, opened, pa.nulls(len(opened), opened.type)).take(rows)
        answers = columns.assess(tickets, policy, at=latest, **options)["sla_due"]
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
            answers = columns.assess(tickets.take(own), policy, at=moment, **options)
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

    of_ticket: dict[str, SqlType] = {"kind": "text", "priority": "text", "opened": "instant"}
    as_of: dict[str, SqlType] = {**of_ticket, "resolved": "instant", "at": "instant"}
    functions = {
        "sla_elapsed": by_calendar(columns.elapsed, "duration", start="instant", end="instant"),
        "sla_deadline": by_calendar(columns.deadline, "instant", start="instant", target="text"),
        "sla_subtract": by_calendar(columns.subtract, "instant", end="instant", target="text"),
        "sla_working_day": by_calendar(columns.working_day, "date", day="date", n="number"),
        "sla_working_days": by_calendar(columns.working_days, "number", first="date", last="date"),
        "sla_due": SqlFunction(of_ticket, "instant", due),
        "sla_state": SqlFunction(as_of, "text", state),
        "subscription_year": SqlFunction({"at": "instant"}, "text", subscription_year),
        "is_open": by_calendar(columns.is_open, "truth", at="instant"),
        **{name: by_calendar(edge, "instant", at="instant") for name, edge in _EDGES.items()},
    }
    return {name: function._replace(timezone=timezone) for name, function in functions.items()}


def _by_names(policy: Policy, function: Callable[..., Any], asked: Sequence[Any], names: Any, bad: BadRows) -> Any:
    """What a function of a calendar answers where each row names the calendar of the policy that it asks."""
    rows, known, parts = _given(*asked, names), [], []
    of_rows = names.to_numpy(zero_copy_only=False)[rows]
    for name in dict.fromkeys(of_rows.tolist()):  # nearly always one
        own = rows[of_rows == name]
        try:
            calendar = policy.calendar_named(name)
        except SlaClockError as error:
            _refuse(bad, own, error)
            continue
        # The other rows are null, so that those of this calendar keep their numbers.
        own_only = (_spread(array.take(pa.array(own)), own, len(array)) for array in asked)
        parts.append(_one_array(function(*own_only, calendar=calendar)).take(pa.array(own)))
        known.append(own)
    bad.warn()
    return _spread(pa.concat_arrays(parts), np.concatenate(known), len(names)) if parts else pa.nulls(len(names))


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
