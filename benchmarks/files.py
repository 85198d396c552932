"""A million tickets and 333,000 pauses from CSV to answers in CSV, beside DuckDB's own copy of the same, as a ratio.

    pip install -e '.[all]' --group bench && python benchmarks/files.py [--rows 1000000]

DuckDB reads the tickets and the pauses into tables and writes the answers from one; it works nothing out. The two take
turns in one run, each in a process of its own, so that the ratio holds on a machine that has other work.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
from numpy.typing import NDArray

AT = "2018-12-01 12:00"
REPEATS = 5
SLACLOCK = (
    "import sys; from slaclock.cli import main; "
    f"sys.exit(main(['assess', 't.csv', '--pauses', 'p.csv', '--at', {AT!r}, '--limit', '1', '--out', 'o.csv']))"
)
COPIES = """import duckdb
connection = duckdb.connect()
for name in "tp":
    connection.execute(f"CREATE TABLE {name} AS FROM read_csv('{name}.csv')")
connection.execute("CREATE TABLE o AS FROM read_parquet('o.parquet')")
connection.execute("COPY o TO 'copy.csv'")
"""


def write_files(rows: int) -> None:
    """Tickets of half a year, a third of which waited once."""
    random = np.random.default_rng(1)
    opened = np.datetime64("2018-04-01T00:00", "s") + random.integers(0, 86_400 * 200, rows).astype("m8[s]")
    resolved = opened + random.integers(3_600, 86_400 * 5, rows).astype("m8[s]")
    ids = pa.array([f"T{number:07d}" for number in range(rows)])
    tickets = {
        "id": ids,
        "kind": pa.repeat("incident", rows),
        "priority": pa.array(np.array(["P1", "P2", "P3", "P4"])[random.integers(0, 4, rows)]),
        "opened": _texts(opened),
        "resolved": _texts(resolved),
    }
    pyarrow.csv.write_csv(pa.table(tickets), "t.csv")
    waited = np.sort(random.choice(rows, rows // 3, replace=False))
    start = opened[waited] + np.timedelta64(3_600, "s")
    pauses = {
        "ticket": ids.take(pa.array(waited)),
        "start": _texts(start),
        "end": _texts(start + np.timedelta64(7_200, "s")),
        "reason": pa.repeat("third_party", len(waited)),
    }
    pyarrow.csv.write_csv(pa.table(pauses), "p.csv")


def _texts(instants: NDArray[np.datetime64]) -> pa.Array:
    return pa.array(np.char.replace(np.datetime_as_string(instants, "m"), "T", " "))


def seconds(script: str, folder: str) -> float:
    """How long a script takes in a process of its own."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", script], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main(words: Sequence[str] | None = None) -> float:
    """Print both times and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    rows = parser.parse_args(words).rows
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        write_files(rows)
        seconds(SLACLOCK, folder)
        seconds(SLACLOCK.replace("o.csv", "o.parquet"), folder)
        pairs = [(seconds(SLACLOCK, folder), seconds(COPIES, folder)) for _ in range(REPEATS)]
        size = Path("o.csv").stat().st_size
        os.chdir("/")
    own, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(mine / other for mine, other in pairs)
    print(f"{rows:,} tickets, {rows // 3:,} pauses, {size / 1e6:.0f} MB of answers")
    print(f"slaclock {own:.2f} s, DuckDB's copies {theirs:.2f} s: {ratio:.1f} times as long")
    return ratio


if __name__ == "__main__":
    main()
