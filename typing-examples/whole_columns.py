"""The functions of columns as the pages call them; type checkers see the caller's own kind come back."""

from datetime import UTC, date, datetime
from typing import Any, assert_type

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from slaclock import Policy, columns

policy = Policy.example()
desk = policy.calendar
now = datetime(2018, 4, 10, 9, tzinfo=UTC)


def numpy_arrays(opened: NDArray[np.datetime64], resolved: NDArray[np.datetime64]) -> None:
    """NumPy's datetime64 gives NumPy's arrays."""
    assert_type(columns.elapsed(opened, resolved, calendar=desk), NDArray[np.timedelta64])
    assert_type(columns.elapsed(opened, now, calendar=desk, threads=1), NDArray[np.timedelta64])
    assert_type(columns.elapsed(now, resolved, calendar=desk), NDArray[np.timedelta64])
    assert_type(columns.elapsed_days(opened, np.datetime64("2018-04-10"), calendar=desk), NDArray[np.float64])
    assert_type(columns.deadline(opened, "6 hours", calendar=desk), NDArray[np.datetime64])
    assert_type(columns.deadline(opened, ["2 hours", "1 day"], calendar=desk), NDArray[np.datetime64])
    assert_type(columns.remaining(opened, "6 hours", at=now, calendar=desk), NDArray[np.timedelta64])
    assert_type(columns.is_breached(opened, "1 day", at=now, done=resolved, calendar=desk), NDArray[np.bool_])
    assert_type(columns.is_open(opened, calendar=desk), NDArray[np.bool_])
    assert_type(columns.next_open(opened, calendar=desk, errors="null"), NDArray[np.datetime64])
    assert_type(columns.next_close(opened, calendar=desk), NDArray[np.datetime64])
    assert_type(columns.previous_open(opened, calendar=desk), NDArray[np.datetime64])
    assert_type(columns.previous_close(opened, calendar=desk), NDArray[np.datetime64])
    assert_type(columns.subtract(resolved, "6 hours", calendar=desk), NDArray[np.datetime64])
    assert_type(columns.working_day(opened, 1, calendar=desk), NDArray[np.datetime64])
    assert_type(columns.working_day(opened, np.array([1, 2]), calendar=desk, errors="null"), NDArray[np.datetime64])
    assert_type(columns.working_days(opened, date(2018, 4, 10), calendar=desk), NDArray[np.int64])
    assert_type(columns.working_days(date(2018, 4, 10), resolved, calendar=desk), NDArray[np.int64])
    pauses = columns.Pauses(np.array([0]), opened[:1], resolved[:1])
    assert_type(columns.elapsed(opened, resolved, calendar=desk, pauses=pauses), NDArray[np.timedelta64])


def lists(opened: list[datetime], texts: list[str]) -> None:
    """A list gives a list."""
    assert_type(columns.elapsed(opened, now, calendar=desk), list[Any])
    assert_type(columns.deadline(texts, "6 hours", calendar=desk), list[Any])
    assert_type(columns.is_open(opened, calendar=desk), list[Any])


def units(opened: NDArray[np.datetime64], series: pl.Series) -> None:
    """Lengths in a unit are numbers."""
    assert_type(columns.elapsed(opened, now, calendar=desk, unit="hours"), NDArray[np.float64])
    assert_type(columns.remaining(opened, "1 day", at=now, calendar=desk, unit="days"), NDArray[np.float64])
    assert_type(columns.elapsed(series, now, calendar=desk, unit="days"), pl.Series)


def pandas_series(opened: pd.Series, resolved: pd.Series, priority: pd.Series, tickets: pd.DataFrame) -> None:
    """A pandas Series gives a Series, and a frame a frame."""
    targets = {"P1": "4 hours", "P2": "6 hours"}
    assert_type(columns.elapsed(opened, resolved, calendar=desk, timezone="Europe/London"), pd.Series)
    assert_type(columns.elapsed(now, resolved, calendar=desk), pd.Series)
    assert_type(columns.elapsed_days(opened, resolved, calendar=desk), pd.Series)
    assert_type(columns.deadline(opened, targets, priority=priority, calendar=desk), pd.Series)
    assert_type(columns.remaining(opened, "1 day", at=now, calendar=desk), pd.Series)
    assert_type(columns.is_breached(opened, "1 day", at=now, done=resolved, calendar=desk), pd.Series)
    assert_type(columns.is_open(opened, calendar=desk), pd.Series)
    assert_type(columns.next_open(opened, calendar=desk), pd.Series)
    assert_type(columns.subtract(resolved, targets, priority=priority, calendar=desk), pd.Series)
    assert_type(columns.working_day(opened, 1, calendar=desk), pd.Series)
    assert_type(columns.working_days(opened, resolved, calendar=desk), pd.Series)
    assert_type(columns.assess(tickets, policy, at=now, timezone="Europe/London"), pd.DataFrame)
    assert_type(columns.next_turns(tickets, policy, at=now, percents=(50, 87.5)), pd.DataFrame)


def polars_series(opened: pl.Series, resolved: pl.Series, tickets: pl.DataFrame) -> None:
    """A Polars Series gives a Series, and a frame a frame, lazy or not."""
    assert_type(columns.elapsed(opened, resolved, calendar=desk), pl.Series)
    assert_type(columns.elapsed(now, resolved, calendar=desk), pl.Series)
    assert_type(columns.elapsed_days(opened, resolved, calendar=desk), pl.Series)
    assert_type(columns.deadline(opened, "2 hours", calendar=desk), pl.Series)
    assert_type(columns.deadline(opened, pl.Series(["2 hours", "1 day"]), calendar=desk), pl.Series)
    assert_type(columns.remaining(opened, "1 day", at=resolved, calendar=desk), pl.Series)
    assert_type(columns.remaining(now, "1 day", at=resolved, calendar=desk), pl.Series)
    assert_type(columns.is_breached(opened, "1 day", at=now, done=resolved, calendar=desk), pl.Series)
    assert_type(columns.is_open(opened, calendar=desk), pl.Series)
    assert_type(columns.next_open(opened, calendar=desk), pl.Series)
    assert_type(columns.next_close(opened, calendar=desk), pl.Series)
    assert_type(columns.subtract(resolved, "1 day", calendar=desk), pl.Series)
    assert_type(columns.working_day(opened, pl.Series([1, 2]), calendar=desk), pl.Series)
    assert_type(columns.working_days(date(2018, 4, 10), resolved, calendar=desk), pl.Series)
    assert_type(columns.assess(tickets, policy, at=now, measure="respond", prefix="respond_"), pl.DataFrame)
    assert_type(columns.assess(tickets.lazy(), policy, at=now, pauses=tickets).collect(), pl.DataFrame)
    assert_type(columns.assess(tickets.lazy(), policy, at=now), pl.LazyFrame)


def arrow_arrays(opened: pa.Array, chunked: pa.ChunkedArray, tickets: pa.Table) -> None:
    """PyArrow has no types of its own; what it has for them comes back."""
    assert_type(columns.elapsed(opened, opened, calendar=desk), pa.Array)
    assert_type(columns.deadline(chunked, "2 hours", calendar=desk), pa.ChunkedArray)
    assert_type(columns.is_open(chunked, calendar=desk), pa.ChunkedArray)
    assert_type(columns.assess(tickets, policy, at=now), pa.Table)
