"""The functions that SQL gets, on Arrow arrays: a policy's clock, target, state, year and hours."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from slaclock import columns
from slaclock.columns.arrays import renumbered
from slaclock.columns.chunks import BadRows, Errors
from slaclock.columns.instants import OUTSIDE, instant_of, out_of_range, read_instants
from slaclock.columns.options import check_options
from slaclock.columns.periods import number_in, periods_over
from slaclock.columns.piecewise import NEVER, Ints
from slaclock.errors import EngineError, NaiveDatetimeError, OutOfRangeError, SlaClockError
from slaclock.policy.book import given_policy, not_a_policy
from slaclock.policy.policy import Policy

from .bad_rows import FirstBadRow
from .pause_lists import entries_of, is_nested

SqlType = Literal["instant", "date", "duration", "number", "fraction", "text", "truth"]
_ARROW_TYPES: dict[SqlType, Any] = {
    "instant": pa.timestamp("us", "UTC"), "date": pa.date32(), "duration": pa.duration("us"), "number": pa.int64(),
    "fraction": pa.float64(), "text": pa.string(), "truth": pa.bool_(),
}  # fmt: skip


_EDGES: dict[str, Callable[..., Any]] = {
    "next_open": columns.next_open, "next_close": columns.next_close,
    "previous_open": columns.previous_open, "previous_close": columns.previous_close,
}  # fmt: skip
_OF_TICKET: Mapping[str, SqlType] = MappingProxyType({"kind": "text", "priority": "text", "opened": "instant"})
_AS_OF: Mapping[str, SqlType] = MappingProxyType({**_OF_TICKET, "resolved": "instant", "at": "instant"})
_PAUSES: Mapping[str, SqlType] = MappingProxyType({"start": "instant", "end": "instant"})
_WITH_REASONS: Mapping[str, SqlType] = MappingProxyType({**_PAUSES, "reason": "text"})
_OPTIONAL = {"pauses": "pauses", "calendar": "a calendar"}


class SqlFunction(NamedTuple):
    """A function of SQL: its arguments with their types, what it gives, and how it works on arrays of one length.

    Behind them stand what may be left out: a list of pauses, entries with so many `pauses` columns, and the name of
    another calendar than the main one.
    """

    takes: Mapping[str, SqlType]
    gives: SqlType
    work: Callable[..., Any]
    timezone: str | None = None
    pauses: Mapping[str, SqlType] = MappingProxyType({})
    of_calendar: bool = False

    def answer(self, *arrays: Any) -> Any:
        """The answer to arrays or chunked arrays, as one array of the type that is given."""
        whole = [_one_array(array) for array in arrays]
        given, optional = whole[: len(self.takes)], self._optional(whole)
        read = [self._read(array, *taken) for array, taken in zip(given, self.takes.items(), strict=True)]
        answer = _one_array(self.work(*read, **optional))
        arrow_type = _ARROW_TYPES[self.gives]
        return answer if answer.type == arrow_type else answer.cast(arrow_type)

    def _optional(self, arrays: Sequence[Any]) -> dict[str, Any]:
        """The arguments that may be left out, of those that there are."""
        places = ["pauses"] * bool(self.pauses) + ["calendar"] * self.of_calendar
        extra = arrays[len(self.takes) :]
        if len(arrays) < len(self.takes) or len(extra) > len(places):
            perhaps = f", and perhaps {' and '.join(_OPTIONAL[place] for place in places)}" if places else ""
            remedy = f"give {len(self.takes)}: {', '.join(self.takes)}{perhaps}"
            raise EngineError(f"{len(arrays)} arguments are given", remedy)
        if len(extra) < len(places) and extra and not (is_nested(extra[0].type) or pa.types.is_null(extra[0].type)):
            places = places[1:]
        optional = dict(zip(places, extra, strict=False))
        if "pauses" in optional:
            optional["pauses"] = self._pauses(optional["pauses"])
        if "calendar" in optional:
            optional["calendar"] = self._read(optional["calendar"], "calendar", "text")
        return optional

    def _pauses(self, lists: Any) -> Any:
        """The pauses of all rows as a table with their rows' numbers; None where there is none."""
        entries = entries_of(lists, self.pauses)
        if entries is None:
            return None
        read = {name: self._read(entries[name], f"the pauses' {name}", kind) for name, kind in self.pauses.items()}
        return pa.table({"row": entries["row"], **read})

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


OnePolicyLike: TypeAlias = Policy | str | os.PathLike[str]
"""A policy, or the path of its file."""


def one_policy(policy: object) -> Policy:
    """The policy that is given, or that of the file that is named; of a book SQL could not say which."""
    one = given_policy(policy) if isinstance(policy, (str, os.PathLike)) else policy
    if not isinstance(one, Policy):
        raise not_a_policy(one, "give one Policy; of a PolicyBook one of its own, such as book.at(instant)")
    return one


def functions_of(policy: Policy, errors: Errors = "raise", timezone: str | None = None) -> dict[str, SqlFunction]:
    """The functions of a policy by their names; a row that cannot be answered raises, or becomes null.

    Instants without a time zone are read in `timezone`, and without one refused.
    """
    BadRows(errors)
    check_options(timezone=timezone)
    options: dict[str, Any] = {"errors": errors, "threads": 1}

    def assessed(tickets: Any, rows: Ints, pauses: Any, at: datetime, bad: FirstBadRow) -> Any:
        """Some of the tickets with how they stand, what is wrong with one being said of its number among all."""
        waits = _of_rows(pauses, rows, len(tickets))
        return columns.assess(tickets.take(rows), policy, at=at, pauses=waits, errors=bad.of(rows), threads=1)

    def by_calendar(
        function: Callable[..., Any], gives: SqlType, *, paused: bool = False, optional: str = "", **takes: SqlType
    ) -> SqlFunction:
        """A function of the columns, whose arguments are of these types; one of them may be null."""

        def work(*arrays: Any, pauses: Any = None, calendar: Any = None) -> Any:
            more = {} if pauses is None else {"pauses": pauses}
            if calendar is None:
                return function(*arrays, calendar=policy.calendar, **more, **options)
            rows = _given(*(array for name, array in zip(takes, arrays, strict=True) if name != optional), calendar)
            names = _spread(calendar.take(pa.array(rows)), rows, len(calendar))
            return _by_names(policy, partial(function, **more, threads=1), arrays, names, FirstBadRow(errors))

        return SqlFunction(takes, gives, work, pauses=_PAUSES if paused else {}, of_calendar=True)

    def due(kind: Any, priority: Any, opened: Any, pauses: Any = None) -> Any:
        rows, bad = _given(kind, opened), FirstBadRow(errors)
        tickets = _tickets(kind, priority, opened, pa.nulls(len(opened), opened.type))
        # By when all of them had opened, and all of their pauses were known.
        known = [opened.take(pa.array(rows)), *([] if pauses is None else [pauses["start"], pauses["end"]])]
        micros = np.concatenate([_micros(column) for column in known])
        usable = micros[~out_of_range(micros) & (micros != NEVER)]
        latest = instant_of(int(usable.max()) if len(usable) else 0)
        answers = assessed(tickets, rows, pauses, latest, bad)["sla_due"]
        bad.warn()
        return _spread(answers.combine_chunks(), rows, len(opened))

    def state(*ticket: Any, pauses: Any = None) -> Any:
        kind, _, opened, _, at = ticket
        tickets, states = _tickets(*ticket[:-1]), np.full(len(opened), None, object)
        rows, bad = _given(kind, opened, at), FirstBadRow(errors)
        micros = _micros(at)[rows]
        for instant in np.unique(micros).tolist():  # nearly always one
            own = rows[micros == instant]
            try:
                moment = instant_of(instant)
            except OutOfRangeError as error:
                _refuse(bad, own, error)
                continue
            states[own] = assessed(tickets, own, pauses, moment, bad)["sla_state"].to_numpy()
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

    functions = {
        "sla_elapsed": by_calendar(columns.elapsed, "duration", paused=True, start="instant", end="instant"),
        "sla_elapsed_days": by_calendar(columns.elapsed_days, "fraction", paused=True, start="instant", end="instant"),
        "sla_deadline": by_calendar(columns.deadline, "instant", paused=True, start="instant", target="text"),
        "sla_remaining": by_calendar(
            _remaining, "duration", paused=True, start="instant", target="text", at="instant"
        ),
        "sla_breached": by_calendar(
            _is_breached, "truth", paused=True, optional="done",
            start="instant", target="text", done="instant", at="instant",
        ),
        "sla_subtract": by_calendar(columns.subtract, "instant", paused=True, end="instant", target="text"),
        "sla_working_day": by_calendar(columns.working_day, "date", day="date", n="number"),
        "sla_working_days": by_calendar(columns.working_days, "number", first="date", last="date"),
        "sla_due": SqlFunction(_OF_TICKET, "instant", due, pauses=_WITH_REASONS),
        "sla_state": SqlFunction(_AS_OF, "text", state, pauses=_WITH_REASONS),
        "subscription_year": SqlFunction({"at": "instant"}, "text", subscription_year),
        "is_open": by_calendar(columns.is_open, "truth", at="instant"),
        **{name: by_calendar(edge, "instant", at="instant") for name, edge in _EDGES.items()},
    }  # fmt: skip
    return {name: function._replace(timezone=timezone) for name, function in functions.items()}


def _remaining(start: Any, target: Any, at: Any, **options: Any) -> Any:
    return columns.remaining(start, target, at=at, **options)


def _is_breached(start: Any, target: Any, done: Any, at: Any, **options: Any) -> Any:
    return columns.is_breached(start, target, at=at, done=done, **options)


def _by_names(policy: Policy, function: Callable[..., Any], asked: Sequence[Any], names: Any, bad: FirstBadRow) -> Any:
    """What a function answers in the rows that name the calendar of the policy that they ask."""
    rows, known, parts = _given(names), [], []
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
        answers = function(*own_only, calendar=calendar, errors=bad.of(np.arange(len(names))))
        parts.append(_one_array(answers).take(pa.array(own)))
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


def _of_rows(entries: Any, rows: Ints, count: int) -> Any:
    """The entries of some of so many rows, which are numbered anew; None where there is none."""
    if entries is None:
        return None
    number = renumbered(rows, count)[entries["row"].to_numpy()]
    chosen = np.flatnonzero(number >= 0)
    if not len(chosen):
        return None
    return entries.take(pa.array(chosen)).set_column(0, "row", pa.array(number[chosen]))


def _refuse(bad: BadRows, rows: Ints, error: SlaClockError) -> None:
    for row in rows.tolist():
        bad.add(row, error)


def _tickets(kind: Any, priority: Any, opened: Any, resolved: Any) -> Any:
    return pa.table({"kind": kind, "priority": priority, "opened": opened, "resolved": resolved})
