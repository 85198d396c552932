"""The report over an engine: what its workers find out about their batches, and the sums that it is asked for.

A worker passes on the lengths that percentiles need, a row a ticket, and adds up the rest: its counts and its own worst
misses come last. The engine sums these up, and `slaclock.reporting` makes the report from the sums.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pyarrow as pa

from slaclock.columns.categories import Categories
from slaclock.columns.options import check_options
from slaclock.columns.piecewise import NEVER, Ints
from slaclock.columns.tickets import own_fields
from slaclock.figures.report_figures import Spread
from slaclock.reporting.facts import FactFinder, Facts, Miss, worst_of
from slaclock.reporting.options import attributes_split
from slaclock.reporting.sources import TicketFrame, no_column
from slaclock.reporting.sums import LEVELS, Key, Level, Sums, counts_of, lengths_of
from slaclock.tickets.tickets import Ticket

from .batches import RefusedRows, id_column, table_of

SCHEMA = pa.schema(
    [
        ("subject", pa.string()), ("name", pa.string()), ("period", pa.int64()), ("kind", pa.string()),
        ("priority", pa.string()), ("policy", pa.int64()), ("state", pa.string()), ("count", pa.int64()),
        ("hours", pa.int64()), ("days", pa.float64()), ("cycle", pa.int64()), ("ticket", pa.string()),
        ("split", pa.string()),
    ]
)  # fmt: skip
"""A row is of one of four sorts: a length (hours and days), a sum (hours), a count, or a miss (a ticket as JSON)."""
_MOST = (1 << 63) - 1
RunSql = Callable[[str], Sequence[Sequence[Any]]]
"""How an engine is asked: SQL in which `{facts}` stands for the table, and the rows of its answer."""


def check_split(
    split: Iterable[str],
    columns: Sequence[str],
    named: Mapping[str, str] | None,
    changes: Any,
    changed: Callable[[], Iterable[str]],
) -> None:
    """An error for an attribute by which tickets are told apart that no column has, nor any change brings.

    `changed` asks the engine for the fields of the changes, which is done only where no column has an attribute.
    Changes without such a column are refused where they are read.
    """
    missing = [name for name in attributes_split(split) if (named or {}).get(name, name) not in columns]
    if not missing or (changes is not None and "field" not in changes.columns):
        return
    fields = set() if changes is None else set(changed())
    for name in missing:
        if name not in fields:
            raise no_column(name, columns)


@dataclass(frozen=True)
class BatchFacts:
    """What a worker needs to know to find the facts about its batches."""

    finder: FactFinder
    columns: Mapping[str, str] | None = None
    timezone: str | None = None

    def __post_init__(self) -> None:
        """Refuse at once what no batch can be read by."""
        check_options(columns=self.columns, timezone=self.timezone)

    def work(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The facts about all tickets of the batches; one thread, since an engine has its own."""
        counts: dict[Key, Counter[str]] = defaultdict(Counter)
        waits: Counter[Key] = Counter()
        worst: list[Miss] = []
        for batch in batches:
            if not batch.num_rows:
                continue
            fact_set = self.finder.facts(self._source(batch))
            for key, states in counts_of(fact_set).items():
                counts[key].update(states)
            worst = worst_of([*worst, *fact_set.misses], self.finder.options.worst)
            for key, length in lengths_of(facts for facts in fact_set.facts if facts.subject == "wait").items():
                waits[key] += length
            for facts in fact_set.facts:
                if facts.subject != "wait":
                    yield from _lengths(facts)
        yield _batch([_count(key, state, count) for key, states in counts.items() for state, count in states.items()])
        yield _batch([row for key, length in waits.items() for row in _wait(key, length)])
        yield _batch([_miss(miss) for miss in worst])

    def _source(self, batch: pa.RecordBatch) -> TicketFrame:
        table, sides = table_of(batch)
        bad = RefusedRows(table, id_column(self.columns))
        options: dict[str, Any] = {"columns": self.columns, "timezone": self.timezone, "threads": 1, "bad": bad}
        own = (*own_fields(self.finder.policy), *attributes_split(self.finder.options.split))
        return TicketFrame(table, own=own, **options, **sides)


def sums_of_table(run_sql: RunSql, percentile: str, worst: int, *, approximate: bool) -> Sums:
    """The sums of the facts in an engine's table; `percentile` is its own, with places for a column and a part."""
    own = ", ".join(Key._fields)
    counts: dict[Key, dict[str, int]] = defaultdict(dict)
    for *key, state, count in run_sql(
        f"SELECT {own}, state, sum(count) FROM {{facts}} WHERE count IS NOT NULL GROUP BY {own}, state"
    ):
        counts[Key(*key)][state] = int(count)
    paused = "subject IN ('pause', 'spent') AND days IS NOT NULL"
    lengths = run_sql(
        "SELECT subject, name, policy, sum(CAST(hours AS DECIMAL(38, 0))) FROM {facts} "
        f"WHERE {paused} GROUP BY subject, name, policy"
    )
    waits = run_sql(
        "SELECT name, policy, period, sum(CAST(hours AS DECIMAL(38, 0))) FROM {facts} "
        "WHERE subject = 'wait' AND hours IS NOT NULL GROUP BY name, policy, period"
    )
    tickets = run_sql(
        "SELECT ticket, cycle FROM {facts} WHERE ticket IS NOT NULL "
        f"ORDER BY hours, period, name, cycle LIMIT {worst}"
    )
    return Sums(
        counts,
        {
            **{Key(subject, name, policy=policy): int(total) for subject, name, policy, total in lengths},
            **{Key("wait", name, period, policy=policy): int(total) for name, policy, period, total in waits},
        },
        {level: _spreads(run_sql, percentile, level, approximate) for level in LEVELS},
        [(Ticket.model_validate_json(ticket), int(cycle)) for ticket, cycle in tickets],
    )


def _spreads(run_sql: RunSql, percentile: str, level: Level, approximate: bool) -> dict[Key, Spread]:
    """The spreads of lengths at one level."""
    details = LEVELS[level]
    own = ", ".join(["subject", "name", "policy", *details])
    parts = [percentile.format(column=column, part=part) for column in ("hours", "days") for part in (0.5, 0.9)]
    spreads = {}
    wanted = "days IS NOT NULL" + (" AND split IS NOT NULL" if level == "by_split" else "")
    for subject, name, policy, *row in run_sql(
        f"SELECT {own}, {', '.join(parts)} FROM {{facts}} WHERE {wanted} GROUP BY {own}"
    ):
        case, (median, p90, median_days, p90_days) = row[: len(details)], row[len(details) :]
        hours = [timedelta(microseconds=int(micros)) for micros in (median, p90)]
        key = Key(subject, name, policy=policy, **dict(zip(details, case, strict=True)))
        spreads[key] = Spread(hours[0], hours[1], float(median_days), float(p90_days), approximate)
    return spreads


def _lengths(facts: Facts) -> Iterator[pa.RecordBatch]:
    """A row for each of the facts that has a length."""
    rows = np.flatnonzero(facts.hours != NEVER)
    if len(rows):
        period = facts.period[rows]
        yield _filled(
            len(rows),
            subject=pa.repeat(facts.subject, len(rows)),
            name=pa.repeat(facts.name, len(rows)),
            policy=pa.repeat(pa.scalar(facts.policy, pa.int64()), len(rows)),
            period=pa.array(period, mask=period == NEVER),
            kind=_texts(facts.kind, rows),
            priority=_texts(facts.priority, rows),
            split=pa.nulls(len(rows), pa.string()) if facts.split is None else _texts(facts.split, rows),
            hours=pa.array(facts.hours[rows]),
            days=pa.array(facts.days[rows]),
        )


def _texts(words: Categories, rows: Ints) -> pa.Array:
    codes = words.codes[rows]
    numbers = pa.array(codes, pa.int32(), mask=codes < 0)
    return pa.DictionaryArray.from_arrays(numbers, pa.array(words.names, pa.string())).cast(pa.string())


def _filled(size: int, **columns: pa.Array) -> pa.RecordBatch:
    arrays = [columns.get(field.name, pa.nulls(size, field.type)) for field in SCHEMA]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def _batch(rows: list[dict[str, Any]]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pylist(rows, schema=SCHEMA)


def _count(key: Key, state: str, count: int) -> dict[str, Any]:
    return {**key._asdict(), "state": state, "count": count}


def _wait(key: Key, length: int) -> Iterator[dict[str, Any]]:
    """A length that was summed up, in rows of which each holds no more than an integer can."""
    while length > 0:
        yield {**key._asdict(), "hours": min(length, _MOST)}
        length -= _MOST


def _miss(miss: Miss) -> dict[str, Any]:
    ticket = miss.ticket.model_dump_json()
    return {"name": miss.id, "hours": miss.remaining, "period": miss.due, "cycle": miss.cycle, "ticket": ticket}
