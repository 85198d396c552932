"""Whole columns beside NumPy's own business days, pandas and a loop in C, in one run, as ratios.

    pip install -e '.[all]' --group bench && python benchmarks/columns.py [--chart docs/pictures/columns-speed.svg]

A million rows over 20 years, the packaged example's desk (London, England's holidays). Ratios are medians over
repeats in which the two sides take turns. What works on several threads is said to; all else is one thread's work.
"""

from __future__ import annotations

import argparse
import ctypes
import platform
import shutil
import statistics
import subprocess
import tempfile
import timeit
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

import slaclock as sc
from slaclock import columns

Question = Callable[[], object]
Ints = NDArray[np.int64]

ROWS = 1_000_000
YEARS = range(2005, 2025)
DAY = 86_400_000_000
REPEATS = 7
CALENDAR = sc.Policy.example().calendar
HOURS = (2, 6, 27)
C_LOOP = """
#include <stdint.h>
static int64_t c(int64_t t, int64_t day, const int64_t *a, const int64_t *b, const int64_t *base) {
    int64_t d = t / 86400000000LL - day;
    int64_t x = t < a[d] ? a[d] : t;
    return base[d] + (x < b[d] ? x : b[d]) - a[d];
}
void elapsed(int64_t n, const int64_t *s, const int64_t *e, int64_t day, const int64_t *a, const int64_t *b,
             const int64_t *base, int64_t *out) {
    for (int64_t i = 0; i < n; i++) out[i] = c(e[i], day, a, b, base) - c(s[i], day, a, b, base);
}
typedef struct { int64_t start, end; } pause;
/* Pauses in any order: a counting sort by row, an insertion sort by start within it, and their union. */
void paused(int64_t n, const int64_t *s, const int64_t *e, int64_t day, const int64_t *a, const int64_t *b,
            const int64_t *base, int64_t m, const int64_t *row, const int64_t *ps, const int64_t *pe,
            int64_t *first, pause *p, int64_t *out) {
    for (int64_t i = 0; i < n + 2; i++) first[i] = 0;
    for (int64_t j = 0; j < m; j++) first[row[j] + 2]++;
    for (int64_t i = 2; i < n + 2; i++) first[i] += first[i - 1];
    for (int64_t j = 0; j < m; j++) p[first[row[j] + 1]++] = (pause){ps[j], pe[j]};
    for (int64_t i = 0; i < n; i++) {
        for (int64_t j = first[i] + 1; j < first[i + 1]; j++) {
            pause one = p[j];
            int64_t k = j;
            for (; k > first[i] && p[k - 1].start > one.start; k--) p[k] = p[k - 1];
            p[k] = one;
        }
        int64_t covered = 0, reach = s[i];
        for (int64_t j = first[i]; j < first[i + 1]; j++) {
            int64_t from = p[j].start > reach ? p[j].start : reach;
            int64_t to = p[j].end < e[i] ? p[j].end : e[i];
            if (to <= from) continue;
            covered += c(to, day, a, b, base) - c(from, day, a, b, base);
            reach = to;
        }
        out[i] = c(e[i], day, a, b, base) - c(s[i], day, a, b, base) - covered;
    }
}
"""


class Data(NamedTuple):
    """Rows that start anywhere in the years and end some days later, and a target a row."""

    start: NDArray[np.datetime64]
    end: NDArray[np.datetime64]
    target: NDArray[np.timedelta64]


class Row(NamedTuple):
    """One line of the result: what is measured, beside what, and how many times as long it takes."""

    what: str
    beside: str
    ratio: float


def data(rows: int, days: float = 30) -> Data:
    rng = np.random.default_rng(1)
    first, last = (np.datetime64(f"{year}-01-01", "us").astype(np.int64) for year in (YEARS[0], YEARS[-1]))
    start = rng.integers(first, last, rows)
    length = rng.integers(0, int(days * DAY), rows)
    hours = np.array(HOURS)[rng.integers(0, len(HOURS), rows)]
    return Data(start.view("M8[us]"), (start + length).view("M8[us]"), hours.astype("m8[h]"))


def median(question: Question) -> float:
    question()
    return statistics.median(timeit.repeat(question, number=1, repeat=REPEATS))


def ratio(ours: Question, theirs: Question) -> float:
    """How many times as long ours takes: the median over repeats that take turns."""
    ours()
    theirs()
    found = []
    for _ in range(REPEATS):
        other = timeit.timeit(theirs, number=1)
        found.append(timeit.timeit(ours, number=1) / other)
    return statistics.median(found)


def bank_holidays() -> list[date]:
    found = sc.Holidays.parse("GB-ENG")
    return [date.fromordinal(day) for year in YEARS for day in found.in_year(year)]


def pauses(rows: Data, shuffled: bool, uneven: bool = False) -> columns.Pauses:
    """Two pauses a row, or two on the average; grouped by row and in order of time, or in any order."""
    rng = np.random.default_rng(2)
    count = len(rows.start)
    row, ahead = np.repeat(np.arange(count), 2), np.tile([0, 3 * DAY], count)
    if uneven:
        row, ahead = np.sort(rng.integers(0, count, 2 * count)), rng.integers(0, 17 * DAY, 2 * count)
    start = rows.start.view(np.int64)[row] + rng.integers(0, 3 * DAY, len(row)) + ahead
    end = start + rng.integers(0, 2 * DAY, len(row))
    order = rng.permutation(len(row)) if shuffled else np.lexsort((start, row))
    return columns.Pauses(row[order], start[order].view("M8[us]"), end[order].view("M8[us]"))


def both_orders(rows: Data, uneven: bool = False) -> Iterator[tuple[str, columns.Pauses]]:
    many = "some pauses" if uneven else "two pauses"
    return ((f"{many} a row {name}", pauses(rows, name != "in order", uneven)) for name in ("in order", "in any order"))


def tables() -> tuple[int, Ints, Ints, Ints]:
    """The first UTC day, and of each when the desk opens and closes (once, this one), and the open time before."""
    first, last = (np.datetime64(f"{year}-01-01", "D").astype(int) for year in (YEARS[0], YEARS[-1] + 2))
    opens = np.arange(first, last) * DAY
    closes = opens.copy()
    for opened, closed in CALENDAR.spans(
        datetime(YEARS[0], 1, 1, tzinfo=UTC), datetime(YEARS[-1] + 2, 1, 1, tzinfo=UTC)
    ):
        a, b = (round(at.timestamp()) * 1_000_000 for at in (opened, closed))
        opens[a // DAY - first], closes[a // DAY - first] = a, b
    return int(first), opens, closes, np.concatenate([[0], np.cumsum(closes - opens)[:-1]])


def c_library() -> ctypes.CDLL | None:
    """The loops in C, compiled; None without a compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        source, library = Path(folder, "loop.c"), Path(folder, "loop.so")
        source.write_text(C_LOOP)
        subprocess.check_call([compiler, "-O3", "-march=native", "-shared", "-fPIC", str(source), "-o", str(library)])
        return ctypes.CDLL(str(library))


def c_loop(library: ctypes.CDLL, rows: Data, waits: columns.Pauses | None = None) -> Question:
    """The same sum as a compiled loop over such tables, with pauses or without."""
    first, *each = tables()
    out = np.empty(len(rows.start), np.int64)
    arrays = [rows.start, rows.end, *each]
    more: list[NDArray[Any]] = []
    if waits is not None:
        scratch = np.empty(len(out) + 2, np.int64), np.empty((len(waits), 2), np.int64)
        more = [waits.row, waits.start, waits.end, *scratch]

    def loop() -> Ints:
        start, end, *others = map(_address, arrays)
        asked = [ctypes.c_int64(len(out)), start, end, ctypes.c_int64(first), *others]
        if waits is None:
            library.elapsed(*asked, _address(out))
        else:
            library.paused(*asked, ctypes.c_int64(len(waits)), *map(_address, more), _address(out))
        return out

    if (loop() != elapsed(rows, pauses=waits)().view(np.int64)).any():
        raise AssertionError("the loop in C does not agree")
    return loop


def _address(array: NDArray[Any]) -> ctypes.c_void_p:
    return array.ctypes.data_as(ctypes.c_void_p)


def elapsed(rows: Data, threads: int = 1, **options: Any) -> Callable[[], Any]:
    return partial(columns.elapsed, rows.start, rows.end, calendar=CALENDAR, threads=threads, **options)


def deadline(rows: Data, threads: int = 1, **options: Any) -> Callable[[], Any]:
    return partial(columns.deadline, rows.start, rows.target, calendar=CALENDAR, threads=threads, **options)


def beside_numpy(rows: Data) -> Iterator[Row]:
    """NumPy counts business days of naive dates; reading is the cast from datetimes to dates, which it needs too."""
    days = np.busdaycalendar(holidays=bank_holidays())
    first, last = (column.astype("M8[D]") for column in (rows.start, rows.end))
    ahead = np.full(len(first), 3)

    def offset() -> object:
        return np.busday_offset(rows.start.astype("M8[D]"), ahead, roll="forward", busdaycal=days)

    yield Row(
        "elapsed", "numpy.busday_count", ratio(elapsed(rows), partial(np.busday_count, first, last, busdaycal=days))
    )
    yield Row("deadline, a target a row", "numpy.busday_offset", ratio(deadline(rows), offset))


def beside_pandas(rows: Data) -> Row:
    """pandas moves one timestamp at a time, whichever way it is asked."""
    import pandas as pd

    hours = pd.offsets.CustomBusinessHour(start="08:00", end="17:00", holidays=bank_holidays())
    few = 200
    starts = pd.DatetimeIndex(rows.start[:few])
    counts = [int(target // np.timedelta64(1, "h")) for target in rows.target[:few]]

    def theirs() -> object:
        return [start + hours * count for start, count in zip(starts, counts, strict=True)]

    ours = median(deadline(rows)) / len(rows.start)
    return Row("deadline, a target a row", "pandas CustomBusinessHour", ours / (median(theirs) / few))


def beside_c(rows: Data) -> Iterator[Row]:
    """A loop in C over the same tables, which with pauses also sorts and unites them itself."""
    library = c_library()
    if library is None:
        print("no loop in C: there is no compiler, neither gcc nor cc")
        return
    yield Row("elapsed", "a loop in C", ratio(elapsed(rows), c_loop(library, rows)))
    for name, waits in (*both_orders(rows), *both_orders(rows, uneven=True)):
        loop = c_loop(library, rows, waits)
        yield Row(f"elapsed, {name}", "a loop in C", ratio(elapsed(rows, pauses=waits), loop))


def of_itself(rows: Data) -> Iterator[Row]:
    one = elapsed(rows)
    yield Row("elapsed on two threads", "on one", ratio(elapsed(rows, threads=2), one))
    yield Row("deadline on two threads", "on one", ratio(deadline(rows, threads=2), deadline(rows)))
    for name, waits in both_orders(rows):
        yield Row(f"elapsed, {name}", "without pauses", ratio(elapsed(rows, pauses=waits), one))
    for kind, column in faces().items():
        start, end = column(rows.start), column(rows.end)
        asked = partial(columns.elapsed, start, end, calendar=CALENDAR, threads=1)
        yield Row(f"elapsed of {kind}", "of NumPy", ratio(asked, one))
    far = data(len(rows.start), days=365)
    yield Row("elapsed, up to 365 days apart", "up to 30", ratio(elapsed(far), one))


def faces() -> dict[str, Callable[[Any], Any]]:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    return {
        "pandas": lambda column: pd.Series(column).dt.tz_localize("UTC"),
        "Polars": lambda column: pl.Series(column).dt.replace_time_zone("UTC"),
        "PyArrow": lambda column: pa.array(column).cast(pa.timestamp("us", "UTC")),
    }


def by_size() -> Iterator[tuple[int, float]]:
    """The nanoseconds a row for ten thousand to ten million rows."""
    for size in (10_000, 100_000, 1_000_000, 10_000_000):
        yield size, median(elapsed(data(size))) / size * 1e9


def chart(rows: list[Row], path: Path) -> None:
    """The ratios as bars, beside a line at 1."""
    import altair as alt

    found = [
        {"what": f"{row.what} / {row.beside}", "ratio": row.ratio, "label": f"{row.ratio:.2g}"}
        for row in rows
        if row.ratio > 0.01
    ]
    base = alt.Chart(alt.InlineData(values=found)).encode(
        y=alt.Y("what:N", sort=None, title=None, axis=alt.Axis(labelLimit=400)),
        x=alt.X("ratio:Q", title="times as long (less is faster)"),
    )
    bars = base.mark_bar(color="#2f6f8f")
    labels = base.mark_text(align="left", dx=4).encode(text="label:N")
    even = alt.Chart(alt.InlineData(values=[{"ratio": 1}])).mark_rule(strokeDash=[4, 3]).encode(x="ratio:Q")
    title = alt.TitleParams(
        "A quarter of NumPy's time for whole days, to the microsecond and with holidays",
        subtitle=f"{ROWS:,} rows of slaclock.columns: how many times as long the first takes as the second",
        anchor="start",
    )
    (bars + labels + even).properties(width=420, title=title).save(str(path))


def main() -> None:
    words = argparse.ArgumentParser(description="slaclock.columns beside its peers, as ratios")
    words.add_argument("--chart", type=Path, metavar="FILE.svg", help="draw the ratios too")
    chosen = words.parse_args().chart
    rows = data(ROWS)
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}, {platform.system()}")
    print(f"{ROWS:,} rows, {YEARS[0]}-{YEARS[-1]}; elapsed takes {median(elapsed(rows)) / ROWS * 1e9:.1f} ns a row")
    found: list[Row] = []
    for row in (*beside_numpy(rows), *beside_c(rows), beside_pandas(rows), *of_itself(rows)):
        found.append(row)
        far = f" (1/{1 / row.ratio:,.0f})" if row.ratio < 0.01 else ""
        print(f"{row.what}: {row.ratio:.2g} times {row.beside}{far}")
    for size, taken in by_size():
        print(f"elapsed of {size:,} rows: {taken:.1f} ns a row")
    if chosen is not None:
        chart(found, chosen)


if __name__ == "__main__":
    main()
