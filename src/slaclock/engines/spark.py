"""Spark: tickets assessed where they lie, by `mapInArrow` over `slaclock.columns`; and the clock in its SQL.

Works on classic sessions and on Spark Connect. The workers need slaclock with the extra `columns`, and pyarrow.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from slaclock.errors import MissingExtraError

try:
    from pyspark import StorageLevel
    from pyspark.sql import DataFrame
    from pyspark.sql import functions as sf
    from pyspark.sql import types as st
except ImportError:
    raise MissingExtraError.for_extra("pyspark", "spark") from None

from slaclock.columns.chunks import Errors
from slaclock.figures.allowances import Usage
from slaclock.figures.outages import Outage, outages_of
from slaclock.figures.report_figures import By
from slaclock.policy.book import PolicyLike, given_policy
from slaclock.policy.measures import Measure
from slaclock.policy.named_periods import AskedPeriod
from slaclock.reporting.assembly import report_of
from slaclock.reporting.facts import FactFinder
from slaclock.reporting.model import Report
from slaclock.reporting.options import ReportOptions
from slaclock.temporal.instants import InstantLike, instant_of
from slaclock.tickets.knowledge import KnownLike
from slaclock.tickets.side_tables import SIDES

from .batches import (
    KEY,
    BatchAssessment,
    BatchCycles,
    Sides,
    check_joinable,
    check_names,
    check_tables,
    columns_of_one_value,
    id_column,
    no_ticket_error,
    packed,
    sort_of,
    tied_error,
    twice_error,
)
from .facts import SCHEMA, BatchFacts, check_split, sums_of_table
from .functions import OnePolicyLike, SqlFunction, SqlType, functions_of, one_policy

__all__ = ["assess", "cycles", "register", "report"]
_arrow_udf: Any = getattr(sf, "arrow_udf")  # noqa: B009 - the library's own annotations leave it out
_ACCURACY = 10_000  # that of percentile_approx: a rank is out by no more than one in so many
_TYPES: dict[SqlType, st.DataType] = {
    "instant": st.TimestampType(), "date": st.DateType(), "duration": st.DayTimeIntervalType(),
    "number": st.LongType(), "fraction": st.DoubleType(), "text": st.StringType(), "truth": st.BooleanType(),
}  # fmt: skip


def assess(
    tickets: Any,
    policy: PolicyLike,
    *,
    at: InstantLike,
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    measure: Measure = "resolve",
    columns: Mapping[str, str] | None = None,
    prefix: str = "sla_",
    timezone: str | None = None,
    errors: Errors = "raise",
    known: KnownLike | None = None,
    promised: bool = False,
) -> Any:
    """A DataFrame of tickets with how each stands as of `at`, in the columns of `slaclock.columns.assess`.

    `pauses`, `changes`, `reopenings` and `events` are DataFrames with the columns that it takes of them, which Spark
    groups by ticket and joins. An entry of no ticket fails the job. A DataFrame has no order, so two changes of one
    field of a ticket at one instant to different values are an error, unless a column `sequence` numbers them. Bad rows
    fail it too, with their number and some of them; with errors="null" their answers are null and the column
    `sla_error` says what is wrong. `at` is this instant on every worker.

    >>> frame = assess(tickets, Policy.example(), at=now, pauses=pauses)  # doctest: +SKIP
    >>> frame.groupBy("sla_state").count().show()  # doctest: +SKIP
    """
    assessment = BatchAssessment(
        given_policy(policy), instant_of(at), measure, columns, prefix, timezone, errors, known, promised
    )
    frame = _with_sides(tickets, Sides(pauses, changes, reopenings, events), columns)
    added = [st.StructField(field.name, _spark_type(field.type)) for field in assessment.fields]
    fields = {field.name: field for field in [*tickets.schema.fields, *added]}
    schema = st.StructType([fields[name] for name in assessment.names(tickets.columns)])
    return _mapped(frame, assessment, schema)


def cycles(
    tickets: Any,
    policy: PolicyLike,
    *,
    at: InstantLike,
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    measure: Measure = "update",
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    known: KnownLike | None = None,
) -> Any:
    """The cycles of a DataFrame of tickets as of `at`, a row each, in the columns of `slaclock.columns.cycles`.

    The arguments are those of `assess`. With errors="null" a ticket that is wrong has one row, whose column `error`
    says why.

    >>> cycles(tickets, policy, at=now, events=events).filter("state = 'breached'").count()  # doctest: +SKIP
    """
    import pyarrow as pa

    judged = BatchCycles(given_policy(policy), instant_of(at), measure, columns, timezone, errors, known)
    frame = _with_sides(tickets, Sides(pauses, changes, reopenings, events), columns)
    _, *fields = judged.schema(pa.schema([pa.field(name, pa.string()) for name in tickets.columns]))
    ids = tickets.schema[id_column(columns)].dataType
    added = [st.StructField(field.name, _spark_type(field.type)) for field in fields]
    return _mapped(frame, judged, st.StructType([st.StructField("ticket", ids), *added]))


def report(
    tickets: Any,
    policy: PolicyLike,
    *,
    at: InstantLike,
    by: By = "opened",
    period: AskedPeriod = "year",
    measure: Measure = "resolve",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    usage: Iterable[Usage] = (),
    outages: Iterable[Outage | Mapping[str, Any]] | Any = None,
    worst: int = 10,
    split: Sequence[str] = (),
    why: bool = False,
    known: KnownLike | None = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
) -> Report:
    """The report of `slaclock.report` over DataFrames: the counts and sums are exact.

    The medians and 90th percentiles are Spark's approximate ones, and say so by `approximate`. Each ticket is assessed
    once and passed on as facts, which lie on the workers' disks until Spark has summed them up. Of the worst misses
    that are late alike, those with the lesser ids come first. Bad rows fail the job, with their number and some of
    them.

    >>> report(tickets, Policy.example(), at=now, pauses=pauses, period="month").totals["breached"]  # doctest: +SKIP
    """
    policy = given_policy(policy)
    options = ReportOptions(at, by, period, measure, worst, split, why, known)
    down = None if outages is None else outages_of(outages, timezone)
    facts_of = BatchFacts(FactFinder(policy, options), columns, timezone)
    frame = _with_sides(tickets, Sides(pauses, changes, reopenings, events), columns)
    check_split(options.split, tickets.columns, columns, changes, lambda: _fields(changes))
    fields = st.StructType([st.StructField(field.name, _spark_type(field.type)) for field in SCHEMA])
    facts = _mapped(frame, facts_of, fields).persist(StorageLevel.DISK_ONLY)
    session = facts.sparkSession
    try:
        sums = sums_of_table(
            lambda sql: session.sql(sql, facts=facts).collect(),
            f"percentile_approx({{column}}, {{part}}, {_ACCURACY})",
            worst,
            approximate=True,
        )
    finally:
        facts.unpersist()
    return report_of(sums, policy, options, usage, down)


def register(spark: Any, policy: OnePolicyLike, *, errors: Errors = "raise", timezone: str | None = None) -> None:
    """Add the policy's functions to a session, for use in SQL, as Arrow UDFs; the same as in DuckDB.

    A TIMESTAMP_NTZ or DATE for an instant is read in `timezone`, and refused without one. A row that cannot be answered
    fails the query, or is null with errors="null".

    >>> register(spark, Policy.example())  # doctest: +SKIP
    >>> spark.sql("SELECT is_open(timestamp'2018-04-03 09:00')").head()  # doctest: +SKIP
    """
    policy = one_policy(policy)
    packed = pickle.dumps(policy)
    for name, function in functions_of(policy, errors, timezone).items():
        vectorised = _function(packed, name, errors, timezone)
        spark.udf.register(name, _arrow_udf(vectorised, _TYPES[function.gives]))


def _spark_type(arrow_type: Any) -> Any:
    """The type that Spark has for one of Arrow's."""
    import pyarrow as pa

    if pa.types.is_timestamp(arrow_type):
        return st.TimestampType()
    if pa.types.is_duration(arrow_type):
        return st.DayTimeIntervalType()
    if pa.types.is_integer(arrow_type):
        return st.LongType()
    return st.DoubleType() if pa.types.is_floating(arrow_type) else st.StringType()


def _mapped(frame: Any, worker: BatchAssessment | BatchCycles | BatchFacts, schema: st.StructType) -> Any:
    """What a worker makes of the batches of a frame, whose columns go by their numbers on the way.

    Spark's own `mapInArrow` takes a dot in the name of a column for a field of a struct.
    """
    numbered = frame.toDF(*(f"_{number}" for number in range(len(frame.columns))))
    return numbered.mapInArrow(_worker(pickle.dumps(worker), frame.columns), schema)


def _worker(packed: bytes, names: Sequence[str]) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """What a worker does with its batches; the policy comes along packed, and is unpacked once a worker."""

    def work(batches: Iterable[Any]) -> Iterator[Any]:
        worker: BatchAssessment | BatchCycles | BatchFacts = _unpacked(packed)
        return worker.work(batch.rename_columns(names) for batch in batches)

    return work


def _function(packed: bytes, name: str, errors: Errors, timezone: str | None) -> Callable[..., Any]:
    """A function of the policy that comes along packed, of any number of arguments, which it counts itself."""
    import pyarrow as pa

    def answer(*arrays: Any) -> Any:
        return _functions(packed, errors, timezone)[name].answer(*arrays)

    # Spark tells its sorts of functions apart by their annotations, and wants types, not their names.
    answer.__annotations__ = {"arrays": pa.Array, "return": pa.Array}
    return answer


@lru_cache(maxsize=8)
def _unpacked(packed: bytes) -> Any:
    return pickle.loads(packed)


@lru_cache(maxsize=8)
def _functions(packed: bytes, errors: Errors, timezone: str | None) -> dict[str, SqlFunction]:
    return functions_of(_unpacked(packed), errors, timezone)


def _fields(changes: DataFrame) -> list[str]:
    return [row[0] for row in changes.select("field").distinct().collect()]


def _with_sides(tickets: Any, sides: Sides, columns: Mapping[str, str] | None) -> Any:
    """The tickets, none of which may stand twice, each with its entries of the side frames beside it."""
    check_tables(tickets, sides, DataFrame, "a DataFrame of Spark")
    key = id_column(columns)
    check_names(tickets.columns)
    frame = tickets
    for side, entries in sides.given().items():
        check_joinable(_sorts(tickets), side, _sorts(entries), key)
        _check_tickets(tickets, side, entries, key)
        frame = _joined(frame, side, entries, key)
    if key in tickets.columns:
        counts = (
            tickets.select(_column(tickets, key).alias("ticket")).groupBy("ticket").agg(sf.count("*").alias("number"))
        )
        twice = counts.where("number > 1 AND ticket IS NOT NULL").head()
        if twice is not None:
            raise twice_error(twice[0])
    return frame


def _check_tickets(tickets: Any, side: str, entries: Any, key: str) -> None:
    """No entry may be of a ticket that there is not."""
    unknown = entries.join(tickets, entries["ticket"] == _column(tickets, key), "left_anti").select("ticket").head()
    if unknown is not None:
        raise no_ticket_error(unknown[0], side)


def _check_order(changes: Any) -> None:
    """No two changes may say different things of one field at one instant, unless they are numbered."""
    values = sf.count_distinct(sf.struct("to")).alias("number")
    tied = changes.groupBy(*columns_of_one_value(changes.columns)).agg(values).where("number > 1").head()
    if tied is not None:
        raise tied_error(*tied[:3])


def _joined(tickets: Any, side: str, entries: Any, key: str) -> Any:
    """The tickets, each with the list of its entries of a side frame."""
    if side == "changes":
        _check_order(entries)
    struct = sf.struct(*SIDES[side].of(entries.columns))
    lists = entries.groupBy(sf.col("ticket").alias(KEY)).agg(sf.collect_list(struct).alias(packed(side)))
    return tickets.join(lists, _column(tickets, key) == lists[KEY], "left").drop(KEY)


def _column(frame: Any, name: str) -> Any:
    """A column of a frame; Spark takes a dot in a bare name for a field of a struct."""
    return frame["`{}`".format(name.replace("`", "``"))]


def _sorts(frame: Any) -> dict[str, str]:
    """The columns of a frame, with what they hold."""
    return {field.name: sort_of(field.dataType.typeName()) for field in frame.schema.fields}
