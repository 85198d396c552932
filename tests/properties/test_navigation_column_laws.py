"""Openings, closings, working days and latest starts of columns and SQL are those of single ones, errors included."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slaclock as sc
from drawn import any_calendars, instants, lengths, near, pause_lists, targets
from slaclock import columns, strategies
from slaclock.engines import duckdb as duckdb_engine

FAR = [datetime(1, 1, 2, 3, tzinfo=UTC), datetime(2500, 6, 1, 12, tzinfo=UTC), datetime(9999, 12, 30, 23, tzinfo=UTC)]
FAR_DATES = [date(1, 1, 1), date(1, 1, 3), date(2500, 6, 1), date(9999, 12, 30), date(9999, 12, 31)]
EDGES = ("next_open", "next_close", "previous_open", "previous_close")
plain = any_calendars(rules=True).map(lambda both: both.product)
calendars = st.one_of(plain, strategies.any_calendars())

instant_columns: dict[str, Callable[[list[Any]], Any]] = {
    "numpy": lambda values: np.array([None if v is None else v.replace(tzinfo=None) for v in values], "M8[us]"),
    "pandas": lambda values: pd.Series(
        np.array([None if v is None else v.replace(tzinfo=None) for v in values], "M8[us]")
    ).dt.tz_localize("UTC"),
    "polars": lambda values: pl.Series(values, dtype=pl.Datetime("us", "UTC")),
    "arrow": lambda values: pa.array(values, pa.timestamp("us", "UTC")),
}
date_columns: dict[str, Callable[[list[Any]], Any]] = {
    "numpy": lambda values: np.array(values, "M8[D]"),
    "pandas": lambda values: pd.Series(np.array(values, "M8[D]").astype("M8[us]")),
    "pandas objects": lambda values: pd.Series(values, dtype=object),
    "polars": lambda values: pl.Series(values, dtype=pl.Date),
    "arrow": lambda values: pa.array(values, pa.date32()),
}


def listed(column: Any) -> list[Any]:
    """The cells of an answer, instants in UTC, dates as dates, None for a missing one."""
    if isinstance(column, pd.Series):
        if isinstance(column.dtype, pd.DatetimeTZDtype):
            column = column.dt.tz_convert("UTC")  # pandas 2 cannot list those of the year 1 in a zone of pytz
        cells = [None if pd.isna(cell) else cell for cell in column.tolist()]
    else:
        cells = (
            column.to_pylist()
            if isinstance(column, pa.Array)
            else column.to_list()
            if isinstance(column, pl.Series)
            else column.tolist()
        )
    cells = [cell.to_pydatetime() if isinstance(cell, pd.Timestamp) else cell for cell in cells]
    return [
        cell.replace(tzinfo=UTC) if isinstance(cell, datetime) and cell.tzinfo is None
        else cell.astimezone(UTC) if isinstance(cell, datetime) else cell
        for cell in cells
    ]  # fmt: skip


def asked_alone(questions: Iterable[Callable[[], Any]]) -> tuple[list[Any], tuple[int, sc.SlaClockError] | None]:
    """What each row has alone, None where that is an error; and the first row that has one, with its error."""
    answers: list[Any] = []
    first: tuple[int, sc.SlaClockError] | None = None
    for row, question in enumerate(questions):
        try:
            answer = question()
            answers.append(answer.astimezone(UTC) if isinstance(answer, datetime) else answer)
        except sc.SlaClockError as error:
            first = first or (row, error)
            answers.append(None)
    return answers, first


def check(ask: Callable[..., Any], alone: list[Callable[[], Any]], dates: bool = False) -> None:
    """The answers of a column are those of its rows alone; its error is that of the first row that has one."""
    expected, first = asked_alone(alone)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        answers = listed(ask(errors="null"))
    if dates:
        answers = [answer.date() if isinstance(answer, datetime) else answer for answer in answers]
    assert answers == expected
    if first is None:
        assert len(listed(ask())) == len(expected)
    else:
        with pytest.raises(type(first[1]), match=f"^row {first[0]}: ") as caught:
            ask()
        assert caught.value.problem == first[1].problem


@given(
    calendars,
    st.lists(
        st.one_of(instants().map(lambda at: at.astimezone(UTC)), st.none(), st.sampled_from(FAR)),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(EDGES),
    st.sampled_from(sorted(instant_columns)),
)
def test_openings_and_closings(calendar: sc.Calendar, rows: list[datetime | None], edge: str, kind: str) -> None:
    column = instant_columns[kind](rows)
    check(
        lambda **options: getattr(columns, edge)(column, calendar=calendar, **options),
        [lambda at=at: None if at is None else getattr(calendar, edge)(at) for at in rows],
    )


@settings(max_examples=max(settings.default.max_examples // 20, 1))  # each may count its years up to the last
@given(plain, st.data(), st.sampled_from(sorted(date_columns)))
def test_working_day(calendar: sc.Calendar, data: st.DataObject, kind: str) -> None:
    days = st.one_of(near(), near(), st.none(), st.sampled_from(FAR_DATES))
    rows = data.draw(st.lists(days, min_size=1, max_size=6))
    column = date_columns[kind](rows)
    whole = st.one_of(st.integers(-30, 30), st.sampled_from([0, 400, -400, 10**7, -(10**20)]))
    if data.draw(st.booleans()):
        n = data.draw(whole)
        numbers, own = n, [n] * len(rows)
    else:
        own = [data.draw(st.one_of(st.integers(-30, 30), st.sampled_from([10**7, -(10**15)]), st.none())) for _ in rows]
        maker = data.draw(st.sampled_from([
            lambda values: pl.Series(values, dtype=pl.Int64), lambda values: pa.array(values, pa.int64()),
            lambda values: np.ma.MaskedArray([v or 0 for v in values], [v is None for v in values]),
        ]))  # fmt: skip
        numbers = pd.Series(own, dtype="Int64") if kind.startswith("pandas") else maker(own)
    check(
        lambda **options: columns.working_day(column, numbers, calendar=calendar, **options),
        [
            lambda day=day, n=n: None if day is None or n is None else calendar.working_day(day, n)
            for day, n in zip(rows, own, strict=True)
        ],
        dates=True,
    )


@given(calendars, st.data(), st.sampled_from(sorted(date_columns)))
def test_working_days(calendar: sc.Calendar, data: st.DataObject, kind: str) -> None:
    days = st.one_of(near(), near(), near(), st.none(), st.sampled_from(FAR_DATES))
    first = data.draw(st.lists(days, min_size=1, max_size=6))
    later = st.one_of(st.none(), st.integers(-2, 60))
    last = [
        None
        if day is None or (n := data.draw(later)) is None
        else date.fromordinal(max(1, min(day.toordinal() + n, date.max.toordinal())))
        for day in first
    ]
    a, b = date_columns[kind](first), date_columns[kind](last)
    check(
        lambda **options: columns.working_days(a, b, calendar=calendar, **options),
        [
            lambda x=x, y=y: None if x is None or y is None else calendar.working_days(x, y)
            for x, y in zip(first, last, strict=True)
        ],
    )


@given(any_calendars(rules=True), st.data(), st.sampled_from(sorted(instant_columns)))
def test_subtract(both: Any, data: st.DataObject, kind: str) -> None:
    calendar = both.product
    ends = data.draw(st.lists(instants().map(lambda at: at.astimezone(UTC)), min_size=1, max_size=5))
    if data.draw(st.booleans()):
        ends[-1] = data.draw(st.sampled_from(FAR))
    wanted = [data.draw(targets(both)).target for _ in ends]
    if data.draw(st.booleans()):
        wanted = [
            data.draw(st.sampled_from([wanted[0], sc.Target.parse("30 wall hours"), sc.Target.parse("0 h")]))
        ] * len(ends)
    waits = [
        (row, a.astimezone(UTC), None if b is None else b.astimezone(UTC))
        for row, end in enumerate(ends)
        if FAR[0] < end < FAR[-1]
        for a, b in data.draw(pause_lists(end - data.draw(lengths) * 4))
    ]
    waits = data.draw(st.permutations(waits))
    pauses = None
    if data.draw(st.booleans()):
        made = instant_columns["numpy"]
        pauses = columns.Pauses(
            np.array([row for row, _, _ in waits], np.int64),
            made([a for _, a, _ in waits]),
            made([b for _, _, b in waits]),
        )
    column = instant_columns[kind](ends)
    check(
        lambda **options: columns.subtract(column, wanted, calendar=calendar, pauses=pauses, **options),
        [
            lambda row=row, end=end: sc.subtract(
                end, wanted[row], calendar=calendar,
                pauses=[(a, b) for number, a, b in waits if number == row] if pauses is not None else (),
            )
            for row, end in enumerate(ends)
        ],
    )  # fmt: skip


@settings(max_examples=max(settings.default.max_examples // 5, 1))
@given(any_calendars(), st.data())
def test_subtract_from_what_elapsed(both: Any, data: st.DataObject) -> None:
    calendar = both.product
    start = data.draw(instants()).astimezone(UTC)
    ends = [start + timedelta(hours=hours) for hours in range(0, 400, 40)]
    column = instant_columns["numpy"](ends)
    length = data.draw(lengths)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        begun = columns.subtract(column, length, calendar=calendar, errors="null")
    known = ~np.isnat(begun)
    assert (columns.elapsed(begun[known], column[known], calendar=calendar) >= np.timedelta64(length)).all()


def check_sql(
    connection: Any, policy: sc.Policy, rows: list[Any], column: pa.Array, call: str, alone: Callable[..., Any]
) -> None:
    """What SQL answers of a column `moment` is what each row has alone, and so is its error."""
    relation = connection.from_arrow(pa.table({"moment": column, "n": range(len(rows))}))
    expected, first = asked_alone([lambda at=at: None if at is None else alone(at) for at in rows])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        duckdb_engine.register(connection, policy, errors="null")
        answered = relation.project(f"n, {call} AS answer").order("n").to_arrow_table()
    assert listed(answered["answer"].combine_chunks()) == expected
    duckdb_engine.register(connection, policy)
    if first is not None:
        with pytest.raises(duckdb.Error) as caught:
            relation.project(f"{call} AS answer").fetchall()
        assert f"row {first[0]}: {first[1].problem}" in str(caught.value)


@settings(max_examples=max(settings.default.max_examples // 2, 1))
@given(both=any_calendars(rules=True), data=st.data())
def test_openings_closings_and_latest_starts_in_sql(connection: Any, both: Any, data: st.DataObject) -> None:
    calendar = both.product
    some = st.one_of(instants().map(lambda at: at.astimezone(UTC)), st.none(), st.sampled_from(FAR))
    rows = data.draw(st.lists(some, min_size=1, max_size=5))
    target = data.draw(targets(both)).target
    policy = sc.Policy(name="drawn", calendar=calendar, targets={})
    asked = {name: (f"{name}(moment)", getattr(calendar, name)) for name in EDGES}
    asked["sla_subtract"] = f"sla_subtract(moment, '{target}')", lambda end: sc.subtract(end, target, calendar=calendar)
    for call, alone in asked.values():
        check_sql(connection, policy, rows, pa.array(rows, pa.timestamp("us", "UTC")), call, alone)


@settings(max_examples=max(settings.default.max_examples // 2, 1))
@given(both=any_calendars(), data=st.data())
def test_working_days_in_sql(connection: Any, both: Any, data: st.DataObject) -> None:
    calendar = both.product
    rows = data.draw(st.lists(st.one_of(near(), st.none(), st.sampled_from(FAR_DATES)), min_size=1, max_size=5))
    n, last = data.draw(st.integers(-400, 400)), data.draw(near())
    policy = sc.Policy(name="drawn", calendar=calendar, targets={})
    asked: list[tuple[str, Callable[..., Any]]] = [
        (f"sla_working_day(moment, {n})", lambda day: calendar.working_day(day, n)),
        (f"sla_working_days(moment, DATE '{last}')", lambda day: calendar.working_days(day, last)),
    ]
    for call, alone in asked:
        check_sql(connection, policy, rows, pa.array(rows, pa.date32()), call, alone)
