"""Columns of every kind: units, zones, missing values, bad rows, and the caller's own kind back."""

from __future__ import annotations

import csv
import gc
import os
import tracemalloc
import warnings
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slaclock as sc
from desk import EXAMPLE, at, desk
from slaclock import columns, errors

DESK = desk()
MICROSECOND = np.timedelta64(1, "us")
TEXTS = ["2018-04-06 15:00", "2018-03-30 10:00", "2018-04-09 10:00", "2018-10-28 01:30", "2018-12-24 16:59"]
STARTS = [at(text) for text in TEXTS]
ENDS = [start.astimezone(UTC) + timedelta(days=3, microseconds=7) for start in STARTS]
SCALAR = [sc.elapsed(a, b, calendar=DESK) for a, b in zip(STARTS, ENDS, strict=True)]
DUE = [sc.deadline(a, "3 hours", calendar=DESK) for a in STARTS]


def numpy_of(values, unit="us"):
    return np.array([None if v is None else v.astimezone(UTC).replace(tzinfo=None) for v in values], f"M8[{unit}]")


def aware_pandas(values, unit="us"):
    return pd.Series(numpy_of(values, unit), name="opened", index=range(10, 10 + len(values))).dt.tz_localize("UTC")


def arrow_of(values):
    return pa.array(numpy_of(values)).cast(pa.timestamp("us", "UTC"))


def polars_of(values, zone="UTC"):
    return pl.Series("opened", numpy_of(values)).dt.replace_time_zone("UTC").dt.convert_time_zone(zone)


KINDS = {
    "pandas": aware_pandas,
    "pandas in London": lambda values: aware_pandas(values).dt.tz_convert("Europe/London"),
    "pandas ns": lambda values: aware_pandas(values, "ns"),
    "pandas with Arrow": lambda values: aware_pandas(values).astype("timestamp[us, tz=UTC][pyarrow]"),
    "polars": polars_of,
    "polars in Delhi": lambda values: polars_of(values, "Asia/Kolkata"),
    "pyarrow array": arrow_of,
    "pyarrow chunks": lambda values: pa.chunked_array([arrow_of(values[:2]), arrow_of(values[2:])]),
}


def plain(column):
    """The cells of a column as Python has them."""
    if isinstance(column, pd.Series):
        return [None if pd.isna(v) else v.to_pytimedelta() if isinstance(v, pd.Timedelta) else v for v in column]
    if isinstance(column, np.ma.MaskedArray):
        return [None if gone else bool(v) for gone, v in zip(np.ma.getmaskarray(column), column.data, strict=True)]
    cells = (
        column.to_pylist()
        if isinstance(column, (pa.Array, pa.ChunkedArray))
        else column.tolist()
        if isinstance(column, np.ndarray)
        else column.to_list()
    )
    return [None if v is None or pd.isna(v) else v for v in cells]


def is_like(found, given):
    """Of one kind; PyArrow has a class for every type."""
    return type(found) is type(given) or (isinstance(found, pa.Array) and isinstance(given, pa.Array))


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_column_gives_the_scalars_answers_in_kind(kind):
    starts, ends = KINDS[kind](STARTS), KINDS[kind](ENDS)
    found = columns.elapsed(starts, ends, calendar=DESK)
    due = columns.deadline(starts, "3 hours", calendar=DESK)
    assert is_like(found, starts)
    assert is_like(due, starts)
    assert plain(found) == SCALAR
    assert plain(due) == DUE
    assert plain(columns.is_open(starts, calendar=DESK)) == [DESK.is_open(a) for a in STARTS]
    assert plain(columns.next_open(starts, calendar=DESK)) == [DESK.next_open(a) for a in STARTS]
    for edge in ("next_close", "previous_open", "previous_close"):
        answers = getattr(columns, edge)(starts, calendar=DESK)
        assert is_like(answers, starts)
        assert plain(answers) == [getattr(DESK, edge)(a) for a in STARTS]
    assert plain(columns.subtract(ends, "3 hours", calendar=DESK)) == [
        sc.subtract(b, "3 hours", calendar=DESK) for b in ENDS
    ]
    days = plain(columns.elapsed_days(starts, ends, calendar=DESK))
    assert days == pytest.approx(
        [float(sc.elapsed_days(a, b, calendar=DESK)) for a, b in zip(STARTS, ENDS, strict=True)]
    )
    assert plain(columns.remaining(starts, "3 hours", calendar=DESK, at=ends)) == [
        sc.remaining(a, "3 hours", calendar=DESK, at=b) for a, b in zip(STARTS, ENDS, strict=True)
    ]
    assert plain(columns.is_breached(starts, "3 hours", calendar=DESK, at=ends)) == [
        sc.is_breached(a, "3 hours", calendar=DESK, at=b) for a, b in zip(STARTS, ENDS, strict=True)
    ]


@pytest.mark.parametrize("kind", ["numpy", *KINDS])
def test_missing_values_give_missing_answers(kind):
    make = KINDS.get(kind, numpy_of)
    starts, ends = make([*STARTS, None, STARTS[0]]), make([*ENDS, ENDS[0], None])
    assert plain(columns.elapsed(starts, ends, calendar=DESK)) == [*SCALAR, None, None]
    assert plain(columns.elapsed_days(starts, ends, calendar=DESK))[-2:] == [None, None]
    if kind != "numpy":
        assert plain(columns.deadline(starts, "3 hours", calendar=DESK)) == [*DUE, None, DUE[0]]
    assert plain(columns.remaining(starts, "3 hours", calendar=DESK, at=ends))[-2:] == [None, None]
    breached = columns.is_breached(starts, "3 hours", calendar=DESK, at=ends)
    assert plain(breached)[-2:] == [None, None]
    assert type(breached) is np.ma.MaskedArray if kind == "numpy" else is_like(breached, starts)
    assert plain(columns.is_open(starts, calendar=DESK))[-2:] == [None, True]
    assert plain(columns.next_open(starts, calendar=DESK))[-2] is None
    # A missing time of completion is work that is not done yet.
    late = columns.is_breached(
        starts, "3 hours", calendar=DESK, at=max(ENDS), done=make([*STARTS[:-1], None, None, None])
    )
    assert plain(late) == [False] * 4 + [True, None, True]


def test_a_column_of_nothing_but_missing_values_and_an_empty_one():
    for values in ([], [None, None]):
        starts = numpy_of(values)
        assert columns.elapsed(starts, starts, calendar=DESK).tolist() == values
        assert columns.deadline(starts, "1 day", calendar=DESK).tolist() == values
        assert plain(columns.is_open(pl.Series(values, dtype=pl.Null), calendar=DESK)) == values


@pytest.mark.parametrize("unit", ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "ns", "10s"])
def test_every_unit_of_numpy(unit):
    starts = numpy_of(STARTS, "us").astype(f"M8[{unit}]")
    exact = [value.astype("M8[us]").item().replace(tzinfo=UTC) for value in starts]
    found = columns.elapsed(starts, np.datetime64("2019-01-07T10:00:00.000001"), calendar=DESK)
    end = datetime(2019, 1, 7, 10, 0, 0, 1, tzinfo=UTC)
    assert found.dtype == "m8[us]"
    assert found.tolist() == [sc.elapsed(a, end, calendar=DESK) for a in exact]


def test_parts_of_a_microsecond_are_cut_off():
    starts = np.array(["2018-04-06T14:00:00.000001999", "1969-12-31T23:59:59.999999999"], "M8[ns]")
    assert columns.next_open(starts, calendar=DESK).tolist()[0].microsecond == 1
    every = sc.WorkingCalendar.parse("24/7", timezone="UTC")
    assert columns.elapsed(starts[1:], datetime(1970, 1, 1, tzinfo=UTC), calendar=every).tolist() == [
        timedelta(microseconds=1)
    ]


def swapped(array):
    """An array in the byte order that is not this machine's."""
    return array.astype(array.dtype.newbyteorder())


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_arrays_in_another_byte_order_and_masked_ones(unit):
    starts, ends = numpy_of(STARTS, unit), numpy_of(ENDS)
    rows, pause_starts, pause_ends = np.arange(5), starts + np.timedelta64(1, "h"), starts + np.timedelta64(2, "h")
    pauses = columns.Pauses(rows, pause_starts, pause_ends)
    wanted = np.array([1, 2, 3, 4, 5], "m8[h]")
    expected = columns.elapsed(starts, ends, calendar=DESK, pauses=pauses)
    other = columns.Pauses(*(swapped(array) for array in (rows, pause_starts, pause_ends)))
    assert columns.elapsed(swapped(starts), swapped(ends), calendar=DESK, pauses=other).tolist() == expected.tolist()
    due = columns.deadline(starts, wanted, calendar=DESK).tolist()
    assert columns.deadline(starts, swapped(wanted), calendar=DESK).tolist() == due
    mask = [False, True, False, False, True]
    masked = columns.elapsed(np.ma.MaskedArray(starts, mask), ends, calendar=DESK, pauses=pauses).tolist()
    assert masked == [None if gone else length for gone, length in zip(mask, expected.tolist(), strict=True)]
    late = columns.deadline(starts, np.ma.MaskedArray(wanted, mask), calendar=DESK).tolist()
    assert late == [None if gone else at for gone, at in zip(mask, due, strict=True)]
    words = np.ma.MaskedArray(["1 hours", "2 hours", "3 hours", "4 hours", "5 hours"], mask)
    assert columns.deadline(starts, words, calendar=DESK).tolist() == late
    still = columns.Pauses(rows, pause_starts, np.ma.MaskedArray(pause_ends, mask))
    never_ended = columns.Pauses(
        rows, pause_starts, np.where(mask, np.datetime64("NaT", "s").astype(pause_ends.dtype), pause_ends)
    )
    assert (
        columns.elapsed(starts, ends, calendar=DESK, pauses=still).tolist()
        == columns.elapsed(starts, ends, calendar=DESK, pauses=never_ended).tolist()
    )
    with pytest.raises(errors.ColumnError, match="^pause 1: a pause's row is missing"):
        columns.elapsed(starts, ends, calendar=DESK, pauses=columns.Pauses(np.ma.MaskedArray(rows, mask), starts, ends))


def test_masked_reasons_and_ids():
    waits = columns.Pauses(np.array([0, 0]), numpy_of(STARTS[:2]), numpy_of(ENDS[:2]), np.ma.array(["x", "y"], mask=1))
    with pytest.raises(errors.UnknownReasonError, match="^row 0: "):
        columns.assess(pl.DataFrame(TICKETS), EXAMPLE, at=NOW, pauses=waits)
    frame = pl.DataFrame({"ticket": ["B"], "start": STARTS[:1], "end": ENDS[:1]})
    assert columns.Pauses.of(frame, np.ma.MaskedArray(["A", "B"], [True, False])).row.tolist() == [1]


UNITS = ["Y", "M", "W", "D", "h", "m", "s", "ms", "us", "1000W", "7h", "25s", "3us"]


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("number", [(1 << 63) - 1, 1 << 62, 1 << 59, -(1 << 62), 1 - (1 << 63)])
def test_an_instant_farther_than_any_calendar_is_a_bad_row(unit, number):
    far = np.array([number]).view(f"M8[{unit}]")
    rows = np.concatenate([numpy_of(STARTS[:1]).astype(f"M8[{unit}]"), far])
    later = np.datetime64("2018-12-01T10:00")
    pauses = columns.Pauses(np.array([1]), far, far)
    asked = [
        lambda **options: columns.elapsed(rows, later, calendar=DESK, **options),
        lambda **options: columns.elapsed_days(rows, later, calendar=DESK, **options),
        lambda **options: columns.deadline(rows, "1 day", calendar=DESK, **options),
        lambda **options: columns.deadline(rows, "1 wall day", calendar=DESK, **options),
        lambda **options: columns.remaining(numpy_of(STARTS[:2]), "1 wall day", at=rows[::-1][[1, 0]], calendar=DESK,
                                            **options),
        lambda **options: columns.is_breached(rows, "1 day", at=later, calendar=DESK, **options),
        lambda **options: columns.is_open(rows, calendar=DESK, **options),
        lambda **options: columns.next_open(rows, calendar=DESK, **options),
        lambda **options: columns.next_close(rows, calendar=DESK, **options),
        lambda **options: columns.previous_open(rows, calendar=DESK, **options),
        lambda **options: columns.previous_close(rows, calendar=DESK, **options),
        lambda **options: columns.subtract(rows, "1 day", calendar=DESK, **options),
        lambda **options: columns.elapsed(numpy_of(STARTS[:2]), later, calendar=DESK, pauses=pauses, **options),
    ]  # fmt: skip
    for number_of_call, ask in enumerate(asked):
        if number_of_call == 4 and rows[0] < numpy_of(STARTS[:1])[0]:
            continue  # a coarse unit puts the first row's end before its start
        with pytest.raises(errors.OutOfRangeError, match="^row 1"):
            ask()
        with pytest.warns(errors.BadRowsWarning, match="^1 row"):
            assert [value is None for value in plain(ask(errors="null"))] == [False, True]


@pytest.mark.parametrize("unit", ["W", "D", "h", "m", "s", "ms", "us", "ns", "ps", "fs", "as", "25s", "3ns"])
@pytest.mark.parametrize("number", [-(1 << 63) + 1, -1, 0, 1, 10**6, (1 << 63) - 1])
def test_lengths_of_time_of_every_unit(unit, number):
    from slaclock.columns.arrays import MOST, length_micros

    size, step = np.datetime_data(f"m8[{unit}]")
    micros = number * step * {"as": 1, "fs": 10**3, "ps": 10**6, "ns": 10**9}.get(size, 0) // 10**12
    if size not in ("as", "fs", "ps", "ns"):
        micros = number * (np.timedelta64(step, size) // np.timedelta64(1, "us")).item()
    lengths = np.array([number, np.iinfo(np.int64).min]).view(f"m8[{unit}]")
    assert length_micros(lengths, "target").tolist() == [max(-MOST, min(MOST, micros)), np.iinfo(np.int64).min]


def test_lengths_that_no_answer_can_be():
    starts, end = numpy_of(STARTS[:2]), np.datetime64("2018-12-01T10:00")
    for wanted in ("999999999999999999999 wall days", "3000000000 wall hours"):
        with pytest.raises(errors.OutOfRangeError, match="^row 0: the answer lies outside the years 1 to 9999; ask"):
            columns.remaining(starts, wanted, at=end, calendar=DESK)
        with pytest.warns(errors.BadRowsWarning, match="^2 rows"):
            left = columns.remaining(starts, wanted, at=end, calendar=DESK, errors="null")
        assert left.tolist() == [None, None]
    with pytest.raises(errors.OutOfRangeError, match="the answer lies outside the years 1 to 9999"):
        sc.remaining(STARTS[0], "999999999999999999999 wall days", at=STARTS[0], calendar=DESK)
    waiting = sc.Policy(
        name="x", calendar=DESK, pauses={"user": ["resolve"]},
        targets={"incident": {"P1": {"resolve": "999999999999999999999 wall days"}}},
    )  # fmt: skip
    pauses = columns.Pauses(np.array([0]), starts[:1], np.array(["NaT"], "M8[us]"), ["user"])
    frame = pl.DataFrame({"opened": polars_of(STARTS[:1]), "priority": ["P1"]})
    with pytest.raises(errors.OutOfRangeError, match="^row 0: "):
        columns.assess(frame, waiting, at=NOW, pauses=pauses)
    huge = np.array([1 << 62, 2], "m8[s]")
    with pytest.warns(errors.BadRowsWarning, match="^1 row"):
        due = columns.deadline(starts, huge, calendar=DESK, errors="null")
    assert [at is None for at in due.tolist()] == [True, False]
    for length in (np.timedelta64(2, "M"), np.array([1, 2], "m8[Y]")):
        with pytest.raises(errors.ColumnError, match="which have no fixed length; give hours or days"):
            columns.deadline(starts, length, calendar=DESK)
    assert columns.deadline(starts, np.timedelta64("NaT", "h"), calendar=DESK).tolist() == [None, None]
    assert plain(columns.is_breached(starts, np.timedelta64("NaT", "h"), at=end, calendar=DESK)) == [None, None]


@pytest.mark.parametrize("year", [-300_000, -1, 0, 10_000, 290_000])
def test_a_date_that_no_calendar_has(year):
    starts = np.array([year - 1970], "M8[Y]")
    with pytest.raises(errors.OutOfRangeError, match=r"^row 0: "):
        columns.is_open(starts, calendar=DESK)


def test_names_and_index_are_kept():
    starts = aware_pandas(STARTS)
    found = columns.deadline(starts, "3 hours", calendar=DESK)
    assert found.name == "opened"
    assert found.index.equals(starts.index)
    assert str(found.dtype) == "datetime64[us, Europe/London]"
    assert columns.elapsed(KINDS["polars"](STARTS), max(ENDS), calendar=DESK).name == "opened"


def test_two_pandas_columns_of_different_indexes_are_refused():
    starts, ends = aware_pandas(STARTS), aware_pandas(ENDS).reset_index(drop=True)
    with pytest.raises(errors.ColumnError, match="different indexes"):
        columns.elapsed(starts, ends, calendar=DESK)


NAIVE = [
    "2018-03-25 00:59",
    "2018-03-25 01:30",
    "2018-03-25 02:00",
    "2018-10-28 00:59",
    "2018-10-28 01:30",
    "2018-10-28 02:00",
]


@pytest.mark.parametrize("make", [lambda t: pd.Series(pd.to_datetime(t)), lambda t: pl.Series(t).str.to_datetime()])
def test_wall_times_are_read_in_the_zone_that_is_named(make):
    starts = make(NAIVE)
    with pytest.raises(errors.NaiveDatetimeError, match="start is a column of datetimes without a time zone"):
        columns.elapsed(starts, max(ENDS), calendar=DESK)
    every = sc.WorkingCalendar.parse("24/7", timezone="UTC")
    end = at("2019-01-01 00:00")
    found = columns.elapsed(starts, end, calendar=every, timezone="Europe/London")
    # Python's fold=0 is the rule: the first of two occurrences, and in a gap the offset before it.
    assert plain(found) == [sc.elapsed(at(text), end, calendar=every) for text in NAIVE]


@pytest.mark.parametrize("zone", ["America/New_York", "Etc/GMT+5", "America/Port-au-Prince", "Europe/London"])
@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
def test_a_column_of_pandas_is_read_in_any_zone(zone, unit):
    opened = pd.Series(pd.to_datetime([*NAIVE, None], utc=True)).dt.as_unit(unit).dt.tz_convert(zone)
    due = columns.deadline(opened, "2 hours", calendar=DESK)
    assert plain(due[:-1]) == [sc.deadline(at_, "2 hours", calendar=DESK) for at_ in opened[:-1].dt.to_pydatetime()]
    assert pd.isna(due.iloc[-1])
    frame = pd.DataFrame({"id": range(7), "priority": "P1", "opened": opened})[:-1]
    assert columns.assess(frame, EXAMPLE, at=at("2019-01-01 00:00"))["sla_due"].notna().all()
    with pytest.raises(errors.ColumnError, match="is a column of instants"):
        columns.working_day(opened, 1, calendar=DESK)


def test_a_date_column_means_midnights():
    days = pl.Series([datetime(2018, 4, 6).date()])
    assert plain(columns.next_open(days, calendar=DESK, timezone="Europe/London")) == [at("2018-04-06 08:00")]


# Targets


@pytest.mark.parametrize(
    "make", [list, lambda t: np.array(t, object), pd.Series, pl.Series, lambda t: pa.chunked_array([pa.array(t)])]
)
def test_a_target_a_row(make):
    wanted = ["3 hours", "1 day", "< 2 days by close", "90 wall minutes", None]
    found = columns.deadline(KINDS["polars"](STARTS), make(wanted), calendar=DESK)
    expected = [None if w is None else sc.deadline(a, w, calendar=DESK) for a, w in zip(STARTS, wanted, strict=True)]
    assert plain(found) == expected


@pytest.mark.parametrize(
    "make",
    [
        lambda t: np.array(t, "m8[s]"),
        lambda t: pd.Series(np.array(t, "m8[s]")),
        lambda t: pl.Series(t, dtype=pl.Duration("ms")),
    ],
)
def test_durations_as_targets(make):
    wanted = [timedelta(hours=hours) for hours in (0, 1, 9, 100)]
    found = columns.deadline(KINDS["polars"](STARTS), make([*wanted, None]), calendar=DESK)
    assert plain(found) == [*(sc.deadline(a, w, calendar=DESK) for a, w in zip(STARTS, wanted, strict=False)), None]
    with pytest.raises(errors.TargetError, match="row 1: .*negative"):
        columns.deadline(numpy_of(STARTS[:2]), np.array([1, -1], "m8[h]"), calendar=DESK)


def test_targets_by_priority():
    by = {"P1": "2 hours", "P2": "< 1 day"}
    starts = numpy_of(STARTS[:3])
    found = columns.deadline(starts, by, priority=["P1", "P2", None], calendar=DESK)
    assert plain(found)[2] is None
    assert [v.replace(tzinfo=UTC) for v in found.tolist()[:2]] == [
        sc.deadline(a, by[p], calendar=DESK) for a, p in zip(STARTS, ("P1", "P2"), strict=False)
    ]
    with pytest.raises(errors.UnknownPriorityError, match="row 1: 'P9' is no priority; use one of: P1, P2"):
        columns.deadline(starts, by, priority=["P1", "P9", "P2"], calendar=DESK)
    with pytest.raises(errors.ColumnError, match="without a priority column"):
        columns.deadline(starts, by, calendar=DESK)
    with pytest.raises(errors.ColumnError, match="give a mapping"):
        columns.deadline(starts, "1 day", priority=["P1"] * 3, calendar=DESK)


def test_a_duration_and_a_target_for_all():
    starts = numpy_of(STARTS)
    due = [v.replace(tzinfo=None) for v in (d.astimezone(UTC) for d in DUE)]
    for wanted in (timedelta(hours=3), np.timedelta64(3, "h"), sc.Target.parse("3 hours")):
        assert columns.deadline(starts, wanted, calendar=DESK).tolist() == due


# Bad rows


def test_a_bad_row_raises_with_its_number_and_value():
    starts, ends = numpy_of(STARTS), numpy_of(ENDS)
    ends[3] = starts[3] - MICROSECOND
    with pytest.raises(
        errors.NegativeIntervalError, match=r"^row 3: 2018-10-28T00:29:59.999999\+00:00 is before 2018-10"
    ):
        columns.elapsed(starts, ends, calendar=DESK)


def test_bad_rows_become_null_and_are_counted():
    starts, ends = numpy_of([*STARTS, None]), numpy_of([*ENDS, None])
    ends[1] = ends[3] = np.datetime64("2001-01-01")
    with pytest.warns(errors.BadRowsWarning, match=r"^2 rows could not be answered; the first: row 1: 2001-01-01"):
        found = columns.elapsed(starts, ends, calendar=DESK, errors="null")
    assert plain(found) == [v if row not in (1, 3) else None for row, v in enumerate([*SCALAR, None])]
    with pytest.warns(errors.BadRowsWarning, match=r"^1 row could not"):
        late = columns.is_breached(starts[:2], "1 day", calendar=DESK, at=ends[:2], errors="null")
    assert plain(late) == [False, None]


def test_the_warning_points_at_the_caller():
    starts = numpy_of(STARTS)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        columns.elapsed(starts, starts - MICROSECOND, calendar=DESK, errors="null")
    assert [w.filename for w in caught] == [__file__]


def test_a_bad_target_is_a_bad_row():
    starts = numpy_of(STARTS)
    wanted = ["3 hours", "soon", "3 hours", "soon", "-1 hours"]
    with pytest.raises(errors.TargetError, match=r"row 1: .*'soon'"):
        columns.deadline(starts, wanted, calendar=DESK)
    with pytest.warns(errors.BadRowsWarning, match="3 rows"):
        found = columns.deadline(starts, wanted, calendar=DESK, errors="null")
    assert [v is None for v in plain(found)] == [False, True, False, True, True]


def test_no_open_time_ahead_and_answers_past_the_year_9999():
    shut = sc.WorkingCalendar(timezone="UTC", special={"2018-04-09": ["08:00-10:00"]})
    with pytest.raises(errors.NoWorkingTimeError, match="row 0"):
        columns.deadline(numpy_of(STARTS), "3 hours", calendar=shut)
    with pytest.raises(errors.NoWorkingTimeError, match="row 3"):
        columns.next_open(numpy_of(STARTS), calendar=shut)
    with pytest.raises(errors.OutOfRangeError, match="row 0"):
        columns.deadline(numpy_of(STARTS), "90000000 hours", calendar=DESK)
    with pytest.raises(errors.OutOfRangeError, match="row 0"):
        columns.deadline(numpy_of(STARTS), "90000000 wall hours", calendar=DESK)
    never = sc.WorkingCalendar(timezone="UTC")
    assert columns.elapsed(numpy_of(STARTS), numpy_of(ENDS), calendar=never).tolist() == [timedelta(0)] * 5


def test_ends_in_the_year_9999_among_rows_of_today():
    far = datetime(9999, 12, 31, 23, tzinfo=UTC)
    ends = [*ENDS[:-1], far]
    starts = [datetime(1, 1, 2, tzinfo=UTC), *STARTS[1:]]
    found = columns.elapsed(numpy_of(starts), numpy_of(ends), calendar=DESK)
    assert found.tolist() == [sc.elapsed(a, b, calendar=DESK) for a, b in zip(starts, ends, strict=True)]
    days = columns.elapsed_days(numpy_of(starts), numpy_of(ends), calendar=DESK)
    assert days[-1] == float(sc.elapsed_days(starts[-1], far, calendar=DESK))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: columns.elapsed(STARTS[0], ENDS[0], calendar=DESK), "no column among the instants"),
        (lambda: columns.elapsed({*STARTS}, max(ENDS), calendar=DESK), "start is a set; give NumPy datetime64"),
        (lambda: columns.elapsed(np.array(STARTS, object), max(ENDS), calendar=DESK), "NumPy array of object"),
        (lambda: columns.elapsed(pl.Series(TEXTS), max(ENDS), calendar=DESK), "column of String; parse it"),
        (lambda: columns.elapsed(numpy_of(STARTS), numpy_of(ENDS[1:]), calendar=DESK), "end has 4 rows, and others 5"),
        (lambda: columns.elapsed(numpy_of(STARTS).reshape(1, -1), max(ENDS), calendar=DESK), "2 dimensions"),
        (lambda: columns.deadline(numpy_of(STARTS), ["1 day"], calendar=DESK), "1 targets for 5 rows"),
        (lambda: columns.deadline(numpy_of(STARTS), 5, calendar=DESK), "target is a int"),
        (lambda: columns.elapsed(numpy_of(STARTS), max(ENDS), calendar=DESK, errors="drop"), "'drop' is not known"),
        (lambda: columns.elapsed(numpy_of(STARTS), max(ENDS), calendar=DESK, threads=0), "0 threads"),
        (lambda: columns.elapsed(numpy_of(STARTS), max(ENDS), calendar=DESK, pauses=[1]), "the pauses are a list"),
    ],
)  # fmt: skip
def test_what_is_no_column(call, message):
    with pytest.raises(sc.SlaClockError, match=message):
        call()


# Pauses

PAUSES = [
    (0, "2018-04-06 16:00", "2018-04-09 09:00"),
    (2, "2018-04-09 12:00", None),
    (0, "2018-04-06 15:30", "2018-04-06 16:10"),
]


def pause_frame(make):
    return make(
        {
            "row": [row for row, _, _ in PAUSES],
            "start": [at(a) for _, a, _ in PAUSES],
            "end": [None if b is None else at(b) for _, _, b in PAUSES],
        }
    )


def expected_with_pauses():
    own = [[(at(a), None if b is None else at(b)) for row, a, b in PAUSES if row == n] for n in range(len(STARTS))]
    return [sc.elapsed(a, b, calendar=DESK, pauses=p) for a, b, p in zip(STARTS, ENDS, own, strict=True)]


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_pauses_as_a_frame(make):
    frame = pause_frame(make)
    found = columns.elapsed(numpy_of(STARTS), numpy_of(ENDS), calendar=DESK, pauses=frame)
    assert found.tolist() == expected_with_pauses()


def test_pauses_by_ticket():
    ids = pd.Series(list("ABCDE"))
    frame = pl.DataFrame(
        {
            "ticket": ["ABCDE"[row] for row, _, _ in PAUSES],
            "start": [at(a) for _, a, _ in PAUSES],
            "end": [None if b is None else at(b) for _, _, b in PAUSES],
        }
    )
    pauses = columns.Pauses.of(frame, ids)
    assert len(pauses) == 3
    assert (
        columns.elapsed(numpy_of(STARTS), numpy_of(ENDS), calendar=DESK, pauses=pauses).tolist()
        == expected_with_pauses()
    )
    with pytest.raises(errors.ColumnError, match="pause 0: there is no ticket 'A'"):
        columns.Pauses.of(frame, ["B", "C"])
    with pytest.raises(errors.ColumnError, match="'B' stands in row 1 and in row 2; keep one"):
        columns.Pauses.of(frame, ["A", "B", "B", "C"])
    with pytest.raises(errors.ColumnError, match="the pauses have no column 'row'"):
        columns.Pauses.of(frame)


@pytest.mark.parametrize(
    ("rows", "starts", "ends", "message"),
    [
        ([5], [0], [1], "pause 0: there is no row 5; there are 5, counted from 0"),
        ([-1], [0], [1], "there is no row -1"),
        ([0.0], [0], [1], "the pauses' rows are float64"),
        ([0], [0, 1], [1], "1 rows, 2 starts and 1 ends"),
    ],
)
def test_pauses_that_belong_to_no_row(rows, starts, ends, message):
    pauses = columns.Pauses(np.array(rows), np.array(starts, "M8[D]"), np.array(ends, "M8[D]"))
    with pytest.raises(errors.ColumnError, match=message):
        columns.elapsed(numpy_of(STARTS), numpy_of(ENDS), calendar=DESK, pauses=pauses)


def test_a_pause_that_is_wrong_is_its_rows_fault():
    pauses = columns.Pauses(
        np.array([3, 1]),
        numpy_of([None, at("2018-03-31 10:00")]),
        numpy_of([at("2018-10-29 10:00"), at("2018-03-31 09:00")]),
    )
    with pytest.raises(errors.PauseError, match=r"^row 1\.pause 0: the pause ends at 2018-03-31T08:00"):
        columns.elapsed(numpy_of(STARTS), numpy_of(ENDS), calendar=DESK, pauses=pauses)
    with pytest.warns(errors.BadRowsWarning, match="2 rows"):
        found = columns.elapsed(numpy_of(STARTS), numpy_of(ENDS), calendar=DESK, pauses=pauses, errors="null")
    assert [v is None for v in plain(found)] == [False, True, False, True, False]


def many(rows, pauses, seed):
    rng = np.random.default_rng(seed)
    starts = np.datetime64("2018-01-01", "us") + rng.integers(0, 300 * 86_400_000_000, rows).astype("m8[us]")
    ends = starts + rng.integers(0, 40 * 86_400_000_000, rows).astype("m8[us]")
    row = rng.integers(0, rows, pauses)
    begun = starts[row] + rng.integers(-(10**11), 20 * 86_400_000_000, pauses).astype("m8[us]")
    return starts, ends, row, begun, begun + rng.integers(0, 10**11, pauses).astype("m8[us]")


@pytest.mark.parametrize(("rows", "pauses"), [(200_000, 150_000), (3, 400_000), (70_000, 400_000)])
def test_the_order_of_many_pauses_and_the_number_of_threads_do_not_matter(rows, pauses):
    starts, ends, row, begun, ended = many(rows, pauses, 5)
    order = np.lexsort((begun, row))
    ways = [(order, 1), (np.arange(pauses), 1), (np.arange(pauses)[::-1], 3)]
    found = [
        columns.elapsed(starts, ends, calendar=DESK, pauses=columns.Pauses(row[way], begun[way], ended[way]), threads=n)
        for way, n in ways
    ]
    assert (found[0] == found[1]).all()
    assert (found[0] == found[2]).all()
    for one in (0, 1, rows // 2, rows - 1):
        own = [
            (begun[p].item().replace(tzinfo=UTC), ended[p].item().replace(tzinfo=UTC))
            for p in np.flatnonzero(row == one)
        ]
        a, b = (each[one].item().replace(tzinfo=UTC) for each in (starts, ends))
        assert found[0][one].item() == sc.elapsed(a, b, calendar=DESK, pauses=own)


def test_pauses_in_blocks(monkeypatch):
    from slaclock.columns import pause_columns as module

    starts, ends, row, begun, ended = many(300_000, 100_000, 6)
    whole = columns.elapsed(starts, ends, calendar=DESK, pauses=columns.Pauses(row, begun, ended))
    monkeypatch.setattr(module, "_AT_ONCE", 50_000)
    monkeypatch.setattr(module, "_BLOCK", 30_000)
    parts = columns.elapsed(starts, ends, calendar=DESK, pauses=columns.Pauses(row, begun, ended))
    assert (whole == parts).all()


@pytest.mark.parametrize("count", [2, 9, 40])
def test_pauses_that_lie_on_one_another_many_deep(count):
    opened, hour = at("2018-04-09 08:00"), timedelta(hours=1)
    nested = [
        (opened + hour, opened + 30 * hour),
        *((opened + (2 + n) * hour / 8, opened + (4 + n) * hour / 8) for n in range(count)),
    ]
    chained = [(opened + n * hour, opened + (n + 1.5) * hour) for n in range(count)]
    now = opened + timedelta(days=20)
    for own in (nested, chained, [*reversed(chained), *nested]):
        row = np.repeat([0, 1, 2], len(own))
        pauses = columns.Pauses(row, numpy_of([a for a, _ in own] * 3), numpy_of([b for _, b in own] * 3))
        found = columns.elapsed(numpy_of([opened] * 3), numpy_of([now] * 3), calendar=DESK, pauses=pauses)
        assert plain(found) == 3 * [sc.elapsed(opened, now, calendar=DESK, pauses=own)]
        due = columns.deadline(numpy_of([opened] * 3), "9 hours", calendar=DESK, pauses=pauses)
        assert plain(due) == 3 * [
            sc.deadline(opened, "9 hours", calendar=DESK, pauses=own).astimezone(UTC).replace(tzinfo=None)
        ]


@pytest.mark.parametrize("unit", [1, 1 << 53])  # places so far apart that row and place do not go into one integer
@pytest.mark.parametrize("most", [1, 2, 3, 15])
@pytest.mark.parametrize("still_open", [False, True])
def test_the_union_of_pauses_by_their_places(unit, most, still_open):
    from slaclock.columns.clocks import WallClock
    from slaclock.columns.pauses import RowPauses
    from slaclock.columns.piecewise import FAR

    rng = np.random.default_rng(most)
    count, last = 60, 50
    low, high, amount = rng.integers(0, 9, count), rng.integers(0, last, count), rng.integers(0, 20, count)
    row = np.repeat(np.arange(count), rng.integers(0, most + 1, count))
    start = low[row] + rng.integers(0, 30, len(row))
    end = start + rng.integers(0, 9, len(row))
    is_open = (rng.random(len(row)) < 0.1) & still_open
    pauses = RowPauses(count, row, start * unit, np.where(is_open, FAR, end * unit))
    covered = pauses.covered(WallClock(), low * unit, high * unit)
    added, for_ever, untold = pauses.stopped(WallClock(), low * unit, amount * unit, 0)
    assert not untold.any()
    for one in range(count):
        own = [(a, last if shut else b) for a, b, shut in zip(start, end, is_open, strict=True)]
        own = [pair for pair, each in zip(own, row, strict=True) if each == one]
        held_at = [any(a <= place < b for a, b in own) for place in range(last)]
        assert covered[one] == sum(held_at[low[one] : high[one]]) * unit
        counted = np.cumsum([place >= low[one] and not held_at[place] for place in range(last)])
        stops = [place for place in range(last) if held_at[place] and counted[place] < amount[one]]
        assert for_ever[one] == any(b == last and a in stops for a, b in own)
        assert for_ever[one] or added[one] == len(stops) * unit


def test_memory_beyond_inputs_and_outputs_is_bounded():
    rng = np.random.default_rng(3)
    starts = numpy_of([STARTS[0]]) + rng.integers(0, 10**14, 600_000).astype("m8[us]")
    row = rng.integers(0, len(starts), 2 * len(starts))
    begun = starts[row] + rng.integers(0, 10**11, len(row)).astype("m8[us]")
    pauses = columns.Pauses(row, begun, begun + np.timedelta64(1, "h"))
    columns.deadline(starts[:9], "2 days", calendar=DESK)
    tracemalloc.start()
    try:
        found = columns.deadline(starts, "2 days", calendar=DESK, pauses=pauses, threads=2)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak - found.nbytes < 64 << 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_process_has_threads_of_its_own():
    starts = np.repeat(numpy_of(STARTS), 30_000)
    ends = starts + np.timedelta64(1, "D")
    expected = columns.elapsed(starts, ends, calendar=DESK, threads=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # Python warns of forking with threads about
        child = os.fork()
    if child == 0:
        same = (columns.elapsed(starts, ends, calendar=DESK, threads=2) == expected).all()
        os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_the_rows_of_an_ordinary_desk_are_answered_by_arrays(monkeypatch):
    """Nothing falls back on the scalar functions, which are right but slow."""
    from slaclock.columns import chunks

    monkeypatch.setattr(chunks.BadRows, "add", None)
    monkeypatch.setattr(chunks.Computation, "alone", None)
    starts, ends, row, begun, ended = many(70_000, 50_000, 7)
    pauses = columns.Pauses(row, begun, ended)
    words = np.array(["2 hours", "< 3 days", "1 day by close", "5 wall hours", "0-2.5 days"], object)
    wanted = words[np.arange(70_000) % 5]
    columns.elapsed(starts, ends, calendar=DESK, pauses=pauses)
    columns.elapsed_days(starts, ends, calendar=DESK, pauses=pauses)
    columns.deadline(starts, wanted, calendar=DESK, pauses=pauses)
    columns.remaining(starts, wanted, calendar=DESK, at=ends, pauses=pauses)
    columns.is_breached(starts, wanted, calendar=DESK, at=ends, pauses=pauses)
    columns.next_open(starts, calendar=DESK)


def test_categories_for_numpy_are_texts():
    from slaclock.columns.frames import NumpyColumn

    assert NumpyColumn().categories(np.array([1, -1, 0], np.int8), ["met", "paused"]).tolist() == [
        "paused",
        None,
        "met",
    ]


def test_a_warning_of_bad_rows_points_at_the_line_that_asked():
    starts = numpy_of(STARTS)
    frame = pl.DataFrame({"opened": polars_of(STARTS[:1]), "priority": ["P9"]})
    asked = [
        lambda: columns.elapsed(starts, starts - MICROSECOND, calendar=DESK, errors="null"),
        lambda: columns.assess(frame, EXAMPLE, at=ENDS[0], errors="null"),
        lambda: columns.assess(frame.lazy(), EXAMPLE, at=ENDS[0], errors="null").collect(),
    ]
    for ask in asked:
        with pytest.warns(errors.BadRowsWarning) as warned:
            ask()
        assert [warning.filename for warning in warned] == [__file__]


def test_the_packaged_tickets_both_ways():
    from importlib.resources import files

    with files("slaclock").joinpath("example/tickets.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    opened = [at(row["opened"]) for row in rows]
    targets = [EXAMPLE.target(row["kind"], row["priority"] or None) for row in rows]
    found = columns.deadline(numpy_of(opened), targets, calendar=EXAMPLE.calendar)
    assert [v.replace(tzinfo=UTC) for v in found.tolist()] == [
        sc.deadline(a, t, calendar=EXAMPLE.calendar) for a, t in zip(opened, targets, strict=True)
    ]


# Whole tickets

TICKETS = {
    "id": ["A", "B", "C", "D", "E", "F"],
    "kind": ["incident", "incident", "service_request", "incident", "incident", "incident"],
    "priority": ["P2", "P1", None, "P3", "P4", "P2"],
    "category": [None, "network", None, "consumables", None, None],
    "opened": [at(text) for text in [*TEXTS, "2018-12-27 10:00"]],
    "resolved": [at("2018-04-09 09:00"), None, at("2018-04-12 10:00"), None, None, None],
}
WAITS = {
    "ticket": ["F", "A", "A"],
    "start": [at("2018-12-27 11:00"), at("2018-04-06 15:30"), at("2018-04-06 15:10")],
    "end": [None, at("2018-04-09 08:30"), at("2018-04-06 16:00")],
    "reason": ["third_party"] * 3,
}
NOW = at("2018-12-28 12:00")
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def ticket_rows():
    names = list(TICKETS)
    for values in zip(*TICKETS.values(), strict=True):
        fields = dict(zip(names, values, strict=True))
        own = [p for p in zip(*WAITS.values(), strict=True) if p[0] == fields["id"]]
        pauses = [sc.Pause(start=a, end=b, reason=reason) for _, a, b, reason in own]
        yield sc.Ticket(pauses=pauses, **fields)


STANDS = ("state", "due", "elapsed", "remaining", "over", "note", "consumed")


def stands(frame, prefix="sla_"):
    columns_of = [prefix + name for name in STANDS]
    return list(zip(*(plain(frame[name]) for name in columns_of), strict=True))


def expected_stands(policy=EXAMPLE, **options):
    found = [sc.assess(ticket, policy, at=NOW, **options) for ticket in ticket_rows()]
    return [tuple(getattr(a, name) for name in STANDS) for a in found]


def close(found, expected):
    for row, other in zip(found, expected, strict=True):
        assert row[:-1] == other[:-1]
        assert row[-1] == (None if other[-1] is None else pytest.approx(other[-1]))


@pytest.mark.parametrize("kind", FRAMES)
def test_a_frame_of_tickets(kind):
    frame, pauses = FRAMES[kind](TICKETS), FRAMES[kind](WAITS)
    found = columns.assess(frame, EXAMPLE, at=NOW, pauses=pauses)
    assert type(found) is type(frame)
    close(stands(found), expected_stands())
    assert {row[0] for row in stands(found)} == {"breached", "met", "paused", "excluded", "running"}
    assert not any("sla" in str(name) for name in getattr(frame, "columns", frame))  # the caller's own is as it was


def test_a_frame_keeps_its_index_and_may_name_its_columns_otherwise():
    names = {"id": "number", "opened": "sys_created", "priority": "Priorität", "category": "cat"}
    frame = pd.DataFrame(TICKETS, index=list("uvwxyz")).rename(columns=names)
    waits = pd.DataFrame(WAITS)
    found = columns.assess(frame, EXAMPLE, at=NOW, pauses=waits, columns=names, prefix="")
    assert found.index.equals(frame.index)
    close(stands(found, ""), expected_stands())
    with pytest.raises(errors.ColumnError, match="the tickets have no column 'opened'; name the one for 'opened'"):
        columns.assess(frame, EXAMPLE, at=NOW)
    with pytest.raises(errors.ColumnError, match="'colour' is no field of a ticket"):
        columns.assess(frame, EXAMPLE, at=NOW, columns={"colour": "cat"})


def test_a_lazy_frame_stays_lazy_until_it_is_collected():
    lazy = pl.LazyFrame(TICKETS)
    found = columns.assess(lazy, EXAMPLE, at=NOW, pauses=pl.DataFrame(WAITS))
    assert isinstance(found, pl.LazyFrame)
    close(stands(found.collect()), expected_stands())
    assert found.select("id", "sla_state").collect_schema()["sla_state"] == pl.String
    with pytest.raises(Exception, match="row 0"):  # Polars wraps what a function raises
        columns.assess(lazy, EXAMPLE, at=STARTS[1]).collect()


def test_pauses_as_arrays_with_their_reasons():
    rows = np.array([5, 0, 0])
    pauses = columns.Pauses(rows, numpy_of(WAITS["start"]), numpy_of(WAITS["end"]), WAITS["reason"])
    close(stands(columns.assess(pl.DataFrame(TICKETS).drop("id"), EXAMPLE, at=NOW, pauses=pauses)), expected_stands())


def test_words_as_categories_and_numbers():
    policy = EXAMPLE.model_copy(
        update={"targets": {"incident": {"1": {"resolve": "2 hours"}, "2": {"resolve": "3 days"}}}}
    )
    frame = pd.DataFrame({"opened": TICKETS["opened"], "priority": [1, 2, 1, 2, 1, 2]})
    found = columns.assess(frame, policy, at=NOW)
    again = columns.assess(frame.assign(priority=frame.priority.astype(str).astype("category")), policy, at=NOW)
    assert stands(found) == stands(again)
    assert found.sla_state.tolist() == ["breached"] * 5 + ["running"]


def test_policies_by_the_date_of_opening():
    slow = EXAMPLE.model_copy(
        update={"targets": {kind: {"resolve": "90 days"} for kind in EXAMPLE.targets}, "name": "slow"}
    )
    book = sc.PolicyBook([slow, EXAMPLE.model_copy(update={"in_force_from": "2018-10-28"})])
    found = columns.assess(pl.DataFrame(TICKETS), book, at=NOW, pauses=pl.DataFrame(WAITS))
    close(stands(found), expected_stands(book))
    late = sc.PolicyBook([EXAMPLE.model_copy(update={"in_force_from": "2018-10-28"})])
    found = columns.assess(pl.DataFrame(TICKETS), late, at=NOW)
    assert [row[0] == "not-covered" for row in stands(found)] == [True, True, True, False, False, False]


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"priority": ["P2", "P9", None, "P3", "P4", "P2"]}, errors.UnknownPriorityError, "row 1: 'P9' is no priority"),
        ({"kind": ["call"] * 6}, errors.PolicyError, "row 0: the policy .* has no targets for the kind 'call'"),
        ({"opened": [*TICKETS["opened"][:5], at("2019-01-01 10:00")]}, errors.NegativeIntervalError, "row 5"),
        ({"resolved": [None, None, STARTS[1], None, None, None]}, errors.NegativeIntervalError, "row 2.*resolved"),
    ],
)  # fmt: skip
def test_a_bad_ticket_raises_or_becomes_null(changes, error, message):
    frame = pl.DataFrame({**TICKETS, **changes})
    with pytest.raises(error, match=message):
        columns.assess(frame, EXAMPLE, at=NOW)
    with pytest.warns(errors.BadRowsWarning, match=message):
        found = columns.assess(frame, EXAMPLE, at=NOW, errors="null")
    assert any(row == (None,) * len(STANDS) for row in stands(found))


def test_a_pause_whose_reason_the_policy_does_not_list():
    waits = pl.DataFrame({**WAITS, "reason": ["third_party", "lunch", None]})
    with pytest.raises(errors.UnknownReasonError, match="row 0: .*lists no pause reason 'lunch'"):
        columns.assess(pl.DataFrame(TICKETS), EXAMPLE, at=NOW, pauses=waits)
    # Nothing that comes after the instant is looked at.
    early = columns.assess(pl.DataFrame(TICKETS)[:1], EXAMPLE, at=at("2018-04-06 15:05"), pauses=waits[1:])
    assert stands(early)[0][0] == "running"


@pytest.mark.parametrize("frame", [TICKETS, [1], None])
def test_what_is_no_frame(frame):
    with pytest.raises(errors.ColumnError, match="give a frame of pandas, Polars or PyArrow"):
        columns.assess(frame, EXAMPLE, at=NOW)


@pytest.mark.parametrize("make", FRAMES.values())
def test_a_ticket_without_an_opening_is_a_bad_row(make):
    frame = make({**TICKETS, "opened": [None, *TICKETS["opened"][1:]]})
    with pytest.raises(errors.ColumnError, match=r"^row 0\.opened: the ticket has no opening; give one"):
        columns.assess(frame, EXAMPLE, at=NOW)
    with pytest.warns(errors.BadRowsWarning, match="^1 row could not be answered; the first: row 0"):
        answers = stands(columns.assess(frame, EXAMPLE, at=NOW, errors="null"))
    assert answers[0] == (None,) * len(STANDS)
    close(answers[1:5], expected_stands()[1:5])


@pytest.mark.parametrize("make", FRAMES.values())
@pytest.mark.parametrize("options", [{}, {"errors": "null"}])
def test_an_id_that_stands_twice_is_refused_with_both_rows(make, options):
    frame = make({**TICKETS, "id": ["A", "B", "C", "B", "E", "F"]})
    message = "^the ticket 'B' stands in row 1 and in row 3; keep one of them"
    with pytest.raises(errors.ColumnError, match=message) as caught:
        columns.assess(frame, EXAMPLE, at=NOW, **options)
    assert caught.value.value == "B"
    with pytest.raises(errors.ColumnError, match=message):
        columns.assess(frame, EXAMPLE, at=NOW, pauses=make(WAITS), **options)
    with pytest.raises(errors.ColumnError, match=message):
        sc.report(frame, EXAMPLE, at=NOW)


@pytest.mark.parametrize("missing", [None, np.nan, pd.NA])
def test_tickets_without_ids_are_not_one_another_and_have_no_pauses(missing):
    frame = pd.DataFrame({**TICKETS, "id": pd.Series([missing, missing, *"CDEF"], dtype=object)})
    assert len(columns.assess(frame, EXAMPLE, at=NOW)) == 6
    waits = pd.DataFrame({**WAITS, "ticket": pd.Series(["F", missing, missing], dtype=object)})
    with pytest.raises(errors.ColumnError, match="^pause 1: there is no ticket"):
        columns.assess(frame, EXAMPLE, at=NOW, pauses=waits)


LOG = Path(__file__).parents[2] / "shared" / "data" / "servicenow_incident_event_log.csv"


@pytest.mark.skipif(not LOG.exists(), reason="the real event log is not at hand")
def test_the_real_log_both_ways():
    from test_events import SERVICENOW

    policy = EXAMPLE.model_copy(
        update={"pauses": {name: ["resolve"] for name in ("user", "problem", "third_party", "evidence")}}
    )
    with LOG.open(encoding="utf-8", newline="") as file:
        tickets = sc.tickets_from_events(csv.DictReader(file), sc.EventMapping.model_validate(SERVICENOW))
    simple = [t for t in tickets if not t.reopenings and not t.changes]
    assert len(simple) > 380
    names = ("id", "kind", "priority", "opened", "resolved")
    frame = pl.DataFrame([[getattr(t, name) for name in names] for t in simple], list(names), orient="row")
    waits = [(t.id, p.start, p.end, p.reason) for t in simple for p in t.pauses]
    pauses = pl.DataFrame(waits, ["ticket", "start", "end", "reason"], orient="row")
    for moment in ("2016-03-10 12:00", "2018-01-01 00:00"):
        now = at(moment)
        opened = frame.filter(pl.col("opened") <= now.astimezone(UTC))
        found = columns.assess(
            opened, policy, at=now, pauses=pauses.join(opened, left_on="ticket", right_on="id", how="semi")
        )
        own = [sc.assess(t, policy, at=now) for t in simple if t.opened <= now]
        close(stands(found), [tuple(getattr(a, name) for name in STANDS) for a in own])


def test_what_was_answered_is_let_go_at_once():
    frame = pa.table({"id": ["a"], "priority": ["P1"], "opened": [at("2018-04-09 10:00")]})
    columns.assess(frame, EXAMPLE, at=NOW)
    gc.collect()
    columns.assess(frame, EXAMPLE, at=NOW)
    assert gc.collect() == 0  # nothing of it holds itself, and with it a batch of an engine


def test_of_a_book_the_first_bad_row_is_named():
    book = sc.PolicyBook([EXAMPLE, EXAMPLE.model_copy(update={"in_force_from": "2018-06-01"})])
    rows = [("a", "P9", at("2018-06-05 10:00")), ("b", "P8", at("2018-04-09 10:00"))]
    frame = pl.DataFrame(rows, ("id", "priority", "opened"), orient="row")
    with pytest.raises(errors.UnknownPriorityError, match="P9") as raised:
        columns.assess(frame, book, at=at("2018-06-06 10:00"))
    assert raised.value.row == 0


def test_a_change_to_no_kind_is_refused_whenever_it_comes():
    frame = pl.DataFrame({"id": ["a"], "priority": ["P1"], "opened": [at("2018-04-09 10:00")]})
    changes = pl.DataFrame([("a", at("2018-04-10 10:00"), "kind", None)], ("ticket", "at", "field", "to"), orient="row")
    for now in ("2018-04-09 12:00", "2018-04-10 12:00"):
        with pytest.raises(errors.ModelError, match="always of some kind"):
            columns.assess(frame, EXAMPLE, at=at(now), changes=changes)


# Dates

DAYS = [date(2018, 3, 29), date(2018, 4, 1), None, date(2018, 4, 6)]
NEXT = [date(2018, 4, 3), date(2018, 4, 3), None, date(2018, 4, 9)]


def test_dates_come_back_as_they_are_given():
    array = columns.working_day(np.array(DAYS, "M8[D]"), 1, calendar=DESK)
    assert array.dtype == "M8[D]"
    assert array.tolist() == NEXT
    coarse = columns.working_day(np.array(DAYS, "M8[D]").astype("M8[ns]"), 1, calendar=DESK)
    assert coarse.dtype == "M8[D]"
    index = pd.Index([3, 1, 2, 7])
    midnights = columns.working_day(pd.Series(np.array(DAYS, "M8[ns]"), index, name="day"), 1, calendar=DESK)
    assert (midnights.dtype.kind, midnights.name, midnights.index.tolist()) == ("M", "day", [3, 1, 2, 7])
    assert [None if pd.isna(day) else day.date() for day in midnights] == NEXT
    objects = columns.working_day(pd.Series(DAYS, index, dtype=object), 1, calendar=DESK)
    assert (objects.dtype, objects.tolist(), objects.index.tolist()) == (object, NEXT, [3, 1, 2, 7])
    arrows = columns.working_day(pd.Series(DAYS, dtype=pd.ArrowDtype(pa.date32())), 1, calendar=DESK)
    assert (arrows.dtype, arrows.dropna().tolist()) == (pd.ArrowDtype(pa.date32()), [NEXT[0], NEXT[1], NEXT[3]])
    polars = columns.working_day(pl.Series("day", DAYS), 1, calendar=DESK)
    assert (polars.dtype, polars.name, polars.to_list()) == (pl.Date, "day", NEXT)
    times = columns.working_day(pl.Series(DAYS).cast(pl.Datetime("ms")), 1, calendar=DESK)
    assert times.dtype == pl.Datetime("us")
    assert times.cast(pl.Date).to_list() == NEXT
    array = columns.working_day(pa.array(DAYS), 1, calendar=DESK)
    assert isinstance(array, pa.Array)
    assert (array.type, array.to_pylist()) == (pa.date32(), NEXT)
    assert isinstance(columns.working_day(pa.chunked_array([pa.array(DAYS)]), 1, calendar=DESK), pa.ChunkedArray)


@pytest.mark.parametrize("days", [-(1 << 31), -20_000_000, 20_000_000, (1 << 31) - 1])
def test_a_date_that_no_calendar_has_is_a_bad_row(days):
    far = pa.array([0, days], pa.int32()).cast(pa.date32())
    for dates in (far, pl.Series(np.array([0, days], np.int32)).cast(pl.Date)):
        with pytest.raises(errors.OutOfRangeError, match="row 1"):
            columns.working_day(dates, 1, calendar=DESK)


def test_counts_of_working_days():
    last = date(2018, 4, 6)
    expected = [None if day is None else DESK.working_days(day, last) for day in DAYS]
    assert expected == [5, 4, None, 1]
    array = columns.working_days(np.array(DAYS, "M8[D]"), last, calendar=DESK)
    assert type(array) is np.ma.MaskedArray
    assert array.tolist() == expected
    assert columns.working_days(np.array(DAYS[:2], "M8[D]"), last, calendar=DESK).dtype == np.int64
    series = columns.working_days(pd.Series(DAYS), np.datetime64(last), calendar=DESK)
    assert (str(series.dtype), [None if pd.isna(n) else n for n in series]) == ("Int64", expected)
    assert columns.working_days(pd.Series(DAYS[:2]), last, calendar=DESK).dtype == np.int64
    assert columns.working_days(pl.Series(DAYS), last, calendar=DESK).to_list() == expected
    assert columns.working_days(pa.array(DAYS), last, calendar=DESK).to_pylist() == expected
    first = date(2018, 3, 29)
    assert columns.working_days(first, pl.Series(DAYS), calendar=DESK).to_list() == [1, 1, None, 5]
    empty = columns.working_days(pd.Series([None, None], dtype=object), last, calendar=DESK)
    assert empty.isna().all()


def test_a_number_for_each_row():
    days, numbers = np.array(["2018-04-05"] * 4, "M8[D]"), [-1, 0, 1, 2]
    expected = [date(2018, 4, day) for day in (4, 5, 6, 9)]
    for given_numbers in (
        numbers,
        np.array(numbers),
        np.array(numbers, np.int8),
        pl.Series(numbers),
        pa.array(numbers),
    ):
        assert columns.working_day(days, given_numbers, calendar=DESK).tolist() == expected
    large = np.array([1, 1, 1, 1 << 63], np.uint64)
    with pytest.raises(errors.OutOfRangeError, match="^row 3"):
        columns.working_day(days, large, calendar=DESK)
    with pytest.raises(errors.ColumnError, match="n has 3 rows, and the dates 4; give one, or one a row"):
        columns.working_day(days, [1, 2, 3], calendar=DESK)
    for bad in ([0.5] * 4, pd.Series([1.0, None, 2.0, 3.0]), pl.Series(["1"] * 4), [True] * 4):
        with pytest.raises(errors.ColumnError, match="give whole numbers"):
            columns.working_day(days, bad, calendar=DESK)
    for bad in (True, 0.5, "1", None):
        with pytest.raises(errors.ModelError, match=r"^row 0\.n: .* is not a whole number"):
            columns.working_day(days, bad, calendar=DESK)
    assert columns.working_day(days[:0], 1, calendar=DESK).tolist() == []


def test_what_is_no_date_is_a_bad_row():
    moments = np.array(["2018-04-05T00:00", "2018-04-05T09:00"], "M8[s]")
    objects = pd.Series([date(2018, 4, 5), "2018-04-05"], dtype=object)
    for rows in (moments, objects, pd.Series([date(2018, 4, 5), datetime(2018, 4, 5)], dtype=object)):
        with pytest.raises(errors.ModelError, match="^row 1: .* is not a date"):
            columns.working_day(rows, 1, calendar=DESK)
        with pytest.warns(errors.BadRowsWarning, match="^1 row"):
            answers = columns.working_day(rows, 1, calendar=DESK, errors="null")
        assert pd.isna(answers[1])
        assert not pd.isna(answers[0])
    with pytest.raises(errors.NegativeIntervalError, match="^row 0: 2018-04-05 is before 2018-04-06"):
        columns.working_days(np.array(["2018-04-06"], "M8[D]"), date(2018, 4, 5), calendar=DESK)
    with pytest.raises(errors.OutOfRangeError, match="^row 0"):
        columns.working_day(np.array(["12018-04-06"], "M8[D]"), 1, calendar=DESK)
    for column, why in (
        (np.array([1]), "dates? is a NumPy array of int64|day is a NumPy array"),
        (np.zeros((2, 2), "M8[D]"), "2 dimensions"),
        ({"2018-04-05"}, "day is a set"),
        (pl.Series([1]), "parse it to dates first"),
        (pd.Series(numpy_of(STARTS)).dt.tz_localize("UTC"), "is a column of instants"),
    ):
        with pytest.raises(errors.ColumnError, match=why):
            columns.working_day(column, 1, calendar=DESK)
    with pytest.raises(errors.ColumnError, match="there is no column"):
        columns.working_days(date(2018, 4, 5), np.datetime64("2018-04-05"), calendar=DESK)
    assert columns.working_days(pd.Series([date(2018, 4, 5)]), np.datetime64("NaT", "us"), calendar=DESK).isna().all()


def test_days_farther_off_than_the_rows_are_answered_by_arrays(monkeypatch):
    days = numpy_of(STARTS).astype("M8[D]")
    expected = [[DESK.working_day(day, n) for day in days.tolist()] for n in (-700, 700)]
    monkeypatch.setattr("slaclock.columns.chunks.BadRows.add", None)
    asked = []
    monkeypatch.setattr("slaclock.columns.functions._ask", lambda *row: asked.append(row) or (None,))
    assert [columns.working_day(days, n, calendar=DESK).tolist() for n in (-700, 700)] == expected
    back = columns.subtract(numpy_of(STARTS), "4000 hours", calendar=DESK)
    alone = [sc.subtract(at, "4000 hours", calendar=DESK) for at in STARTS]
    assert back.tolist() == [at.astimezone(UTC).replace(tzinfo=None) for at in alone]
    assert asked == []


def test_what_never_closes_is_a_bad_row_of_each():
    always = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
    for ask in (columns.next_close, columns.previous_open, columns.previous_close):
        with pytest.raises(errors.NoWorkingTimeError, match="^row 0: the calendar (does not close|was not closed)"):
            ask(numpy_of(STARTS), calendar=always)
    changed = sc.WorkingCalendar.parse("24/7; 2031 Jan 1 off; 2001 Jan 1 off", timezone="Europe/London")
    assert set(columns.next_close(numpy_of(STARTS), calendar=changed).tolist()) == {datetime(2031, 1, 1)}
    assert set(columns.previous_open(numpy_of(STARTS), calendar=changed).tolist()) == {datetime(2001, 1, 2)}
    assert set(columns.previous_close(numpy_of(STARTS), calendar=changed).tolist()) == {datetime(2001, 1, 1)}


def test_a_pause_that_ends_before_it_starts_is_refused_whatever_it_stops():
    policy = EXAMPLE.model_copy(update={"pauses": {"lunch": []}})
    frame = pl.DataFrame({"id": ["a"], "priority": ["P1"], "opened": [at("2018-04-09 10:00")]})
    lunch = {"ticket": ["a"], "start": [at("2018-04-09 12:00")], "end": [at("2018-04-09 11:00")], "reason": ["lunch"]}
    with pytest.raises(errors.PauseError, match="before it starts"):
        columns.assess(frame, policy, at=at("2018-04-09 13:00"), pauses=pl.DataFrame(lunch))
