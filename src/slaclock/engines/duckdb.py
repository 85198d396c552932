"""DuckDB: the clock in SQL, and tickets assessed as a stream, so that they may be larger than memory.

>>> import duckdb
>>> from slaclock import Policy
>>> connection = duckdb.connect()
>>> register(connection, Policy.example())
>>> opened = "TIMESTAMPTZ '2018-04-06 15:00+00'"
>>> connection.sql(f"SELECT is_open({opened}), subscription_year({opened})").fetchall()
[(True, '2018/19')]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slaclock.errors import EngineError, MissingExtraError

try:
    import duckdb
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as missing:
    raise MissingExtraError.for_extra(missing.name or "duckdb", "duckdb") from None

from slaclock.columns.chunks import Errors
from slaclock.figures.allowances import Usage
from slaclock.figures.outages import Outage, outages_of
from slaclock.figures.report_figures import By
from slaclock.formats.files import whole_file, whole_folder
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

__all__ = ["assess", "cycles", "register", "report", "write"]
BATCH = 1 << 17
"""Rows in a batch."""
_TYPES: dict[SqlType, str] = {
    "instant": "TIMESTAMP WITH TIME ZONE", "date": "DATE", "duration": "INTERVAL", "number": "BIGINT",
    "fraction": "DOUBLE", "text": "VARCHAR", "truth": "BOOLEAN",
}  # fmt: skip
_RELATION = "a relation, such as connection.from_df(frame)"
_FILE = 1 << 22  # rows in a file of an answer that is a folder


def register(
    connection: duckdb.DuckDBPyConnection,
    policy: OnePolicyLike,
    *,
    errors: Errors = "raise",
    timezone: str | None = None,
) -> None:
    """Add the policy's functions to a connection, for use in SQL; each works on whole vectors.

    They take the place of those that were registered on it before.

    `sla_elapsed(start, end)`, `sla_elapsed_days(start, end)`, `sla_deadline(start, target)`,
    `sla_remaining(start, target, at)`, `sla_breached(start, target, done, at)`, `sla_subtract(end, target)`,
    `sla_working_day(day, n)`, `sla_working_days(first, last)`, `sla_due(kind, priority, opened)`,
    `sla_state(kind, priority, opened, resolved, at)`, `subscription_year(at)`, `is_open(at)`, `next_open(at)`,
    `next_close(at)`, `previous_open(at)` and `previous_close(at)`; those of a calendar take the name of one of
    the policy's as a last argument, else they ask the main one. Before it the first six
    take pauses, a LIST of STRUCT(start, end) a row, as do `sla_due` and `sla_state`, with a reason.

    Instants are TIMESTAMPTZ, lengths of time INTERVAL; a TIMESTAMP or DATE for an instant is read in `timezone`, and
    refused without one. Local dates are DATE, as those of the two functions of working days are. A row that cannot be
    answered fails the query, or is null with errors="null". A null gives null, but for pauses, of which it is none, and
    for a priority and a resolution, which a ticket need not have.

    >>> from slaclock import Policy
    >>> connection = duckdb.connect()
    >>> register(connection, Policy.example())
    >>> connection.sql("SELECT sla_working_day(DATE '2018-03-29', 1)").fetchall()    # the day after Easter
    [(datetime.date(2018, 4, 3),)]
    """
    if not hasattr(connection, "create_function"):
        raise EngineError(f"the connection is a {type(connection).__name__}", "give one, such as duckdb.connect()")
    untyped: Any = connection  # whose annotations do not know of functions on Arrow arrays
    for name, function in functions_of(one_policy(policy), errors, timezone).items():
        with suppress(duckdb.InvalidInputException):  # there is none yet
            untyped.remove_function(name)
        # Of arguments of any type, since DuckDB would read a TIMESTAMP in its session's zone to make it a TIMESTAMPTZ.
        try:
            gives = duckdb.sqltype(_TYPES[function.gives])
            untyped.create_function(name, _any_arguments(function), None, gives, type="arrow", null_handling="special")
        except duckdb.CatalogException:
            raise EngineError(
                f"another connection to this database has registered {name!r}", "register on that one", value=name
            ) from None


def _any_arguments(function: SqlFunction) -> Callable[..., pa.Array]:
    def answer(*arrays: Any) -> pa.Array:
        return function.answer(*arrays)

    return answer


def assess(
    tickets: duckdb.DuckDBPyRelation,
    policy: PolicyLike,
    *,
    at: InstantLike,
    pauses: duckdb.DuckDBPyRelation | None = None,
    changes: duckdb.DuckDBPyRelation | None = None,
    reopenings: duckdb.DuckDBPyRelation | None = None,
    events: duckdb.DuckDBPyRelation | None = None,
    measure: Measure = "resolve",
    columns: Mapping[str, str] | None = None,
    prefix: str = "sla_",
    timezone: str | None = None,
    errors: Errors = "raise",
    known: KnownLike | None = None,
    promised: bool = False,
) -> pa.RecordBatchReader:
    """A relation of tickets with how each stands, as a stream of Arrow batches: nothing is held that was passed on.

    The answers are those of `slaclock.columns.assess`, in the same columns. `pauses`, `changes`, `reopenings` and
    `events` are relations with the columns that it takes of them, which DuckDB joins to the tickets, on disk where
    memory does not do. An entry of no ticket is an error. Bad rows raise `EngineError` with their number and some of
    them; with errors="null" their answers are null and the column `sla_error` says what is wrong.

    While the stream is read the relation's connection can do nothing else: write it with `write`, or read it from
    another connection.

    >>> from slaclock import Policy
    >>> connection = duckdb.connect()
    >>> tickets = connection.sql("SELECT 'T1' AS id, 'P1' AS priority, TIMESTAMPTZ '2018-04-09 09:00Z' AS opened")
    >>> assess(tickets, Policy.example(), at="2018-04-09T12:00+01:00").read_all()["sla_state"].to_pylist()
    ['running']
    """
    assessment = BatchAssessment(
        given_policy(policy), instant_of(at), measure, columns, prefix, timezone, errors, known, promised
    )
    reader = read_batches(tickets, Sides(pauses, changes, reopenings, events), columns)
    fields = {field.name: field for field in [*reader.schema, *assessment.fields]}
    names = assessment.names(tickets.columns)
    schema = pa.schema([fields[name] for name in names])
    return pa.RecordBatchReader.from_batches(schema, _stream(assessment.work, reader))


def cycles(
    tickets: duckdb.DuckDBPyRelation,
    policy: PolicyLike,
    *,
    at: InstantLike,
    pauses: duckdb.DuckDBPyRelation | None = None,
    changes: duckdb.DuckDBPyRelation | None = None,
    reopenings: duckdb.DuckDBPyRelation | None = None,
    events: duckdb.DuckDBPyRelation | None = None,
    measure: Measure = "update",
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    errors: Errors = "raise",
    known: KnownLike | None = None,
) -> pa.RecordBatchReader:
    """The cycles of a relation of tickets, a row each, as a stream of Arrow batches.

    The answers are those of `slaclock.columns.cycles`, in the same columns, and the arguments those of `assess`. With
    errors="null" a ticket that is wrong has one row, whose column `error` says why.

    >>> from slaclock import Policy
    >>> connection = duckdb.connect()
    >>> tickets = connection.sql("SELECT 'T1' AS id, 'P1' AS priority, TIMESTAMPTZ '2018-04-09 09:00Z' AS opened")
    >>> events = connection.sql("SELECT 'T1' AS ticket, TIMESTAMPTZ '2018-04-09 10:00Z' AS at, 'handed_over' AS name")
    >>> asked = {"at": "2018-04-09T13:00+01:00", "measure": "inform", "events": events}
    >>> cycles(tickets, Policy.example(), **asked).read_all()["state"].to_pylist()
    ['breached']
    """
    judged = BatchCycles(given_policy(policy), instant_of(at), measure, columns, timezone, errors, known)
    reader = read_batches(tickets, Sides(pauses, changes, reopenings, events), columns)
    return pa.RecordBatchReader.from_batches(judged.schema(reader.schema), _stream(judged.work, reader))


def report(
    tickets: duckdb.DuckDBPyRelation,
    policy: PolicyLike,
    *,
    at: InstantLike,
    by: By = "opened",
    period: AskedPeriod = "year",
    measure: Measure = "resolve",
    pauses: duckdb.DuckDBPyRelation | None = None,
    changes: duckdb.DuckDBPyRelation | None = None,
    reopenings: duckdb.DuckDBPyRelation | None = None,
    events: duckdb.DuckDBPyRelation | None = None,
    usage: Iterable[Usage] = (),
    outages: Iterable[Outage | Mapping[str, Any]] | Any = None,
    worst: int = 10,
    split: Sequence[str] = (),
    why: bool = False,
    known: KnownLike | None = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    progress: Callable[[int], None] = lambda rows: None,
) -> Report:
    """The report of `slaclock.report` over relations, whatever their size: every figure is exact.

    Each batch is assessed once and passed on as facts, which lie in a temporary file of a hundred bytes a ticket or
    fewer until DuckDB has summed them up. `progress` is told how many tickets have been read so far.

    Raises `EngineError` for bad rows, with how many there are and some of them.

    >>> from slaclock import Policy
    >>> connection = duckdb.connect()
    >>> tickets = connection.sql("SELECT 'T1' AS id, 'P1' AS priority, TIMESTAMPTZ '2018-04-09 09:00Z' AS opened")
    >>> report(tickets, Policy.example(), at="2018-06-29T12:00+01:00").totals["breached"]
    1
    """
    policy = given_policy(policy)
    options = ReportOptions(at, by, period, measure, worst, split, why, known)
    down = None if outages is None else outages_of(outages, timezone)
    facts_of = BatchFacts(FactFinder(policy, options), columns, timezone)
    check_tables(tickets, Sides(pauses, changes, reopenings, events), duckdb.DuckDBPyRelation, _RELATION)
    check_split(options.split, tickets.columns, columns, changes, lambda: _fields(changes))
    facts = _stream(facts_of.work, read_batches(tickets, Sides(pauses, changes, reopenings, events), columns), progress)
    with TemporaryDirectory(prefix="slaclock-") as folder:
        file = Path(folder) / "facts.parquet"
        write(pa.RecordBatchReader.from_batches(SCHEMA, facts), file)
        table = "read_parquet('{}')".format(str(file).replace("'", "''"))

        def run_sql(sql: str) -> list[Any]:
            answer = tickets.query("sla_tickets", sql.format(facts=table))  # on the relation's own connection
            assert answer is not None  # a SELECT has one
            return answer.fetchall()

        sums = sums_of_table(run_sql, "quantile_disc({column}, {part})", worst, approximate=False)
    return report_of(sums, policy, options, usage, down)


def _fields(changes: duckdb.DuckDBPyRelation | None) -> Iterator[str]:
    assert changes is not None
    answer = changes.query("sla_changes", "SELECT DISTINCT field FROM sla_changes")
    assert answer is not None  # a SELECT has one
    return (field for (field,) in answer.fetchall())


def read_batches(
    tickets: duckdb.DuckDBPyRelation, sides: Sides, columns: Mapping[str, str] | None = None
) -> pa.RecordBatchReader:
    """The tickets as a stream of batches, each with its entries of the side frames beside it."""
    check_tables(tickets, sides, duckdb.DuckDBPyRelation, _RELATION)
    for what, table in {"tickets": tickets, **sides.given()}.items():
        _check_apart(table.columns, what)
    key = id_column(columns)
    check_names(tickets.columns)
    relation = tickets
    for side, entries in sides.given().items():
        check_joinable(_sorts(tickets), side, _sorts(entries), key)
        relation = _joined(relation, side, entries, key)
    if key in tickets.columns:
        _check_ids(tickets, key)
    if hasattr(relation, "to_arrow_reader"):
        return relation.to_arrow_reader(BATCH)
    return relation.fetch_record_batch(BATCH)


def _stream(
    work: Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]],
    reader: pa.RecordBatchReader,
    progress: Callable[[int], None] = lambda rows: None,
) -> Iterator[pa.RecordBatch]:
    """The work on all batches; whether all goes well or not, the connection is free in the end."""

    def batches() -> Iterator[pa.RecordBatch]:
        rows = 0
        for batch in reader:
            yield batch
            rows += batch.num_rows
            progress(rows)

    with reader:
        yield from work(batches())


def write(
    answers: pa.RecordBatchReader, out: str | Path, *, progress: Callable[[int], None] = lambda rows: None
) -> int:
    """Write a stream to a `.parquet` file, or to a folder of them, and say how many rows there were.

    The answer stands under its name only when it is whole. `progress` is told how many rows are written so far.

    Raises `InputError` for a path that cannot be written.

    >>> from slaclock import Policy
    >>> connection = duckdb.connect()
    >>> tickets = connection.sql("SELECT 'T1' AS id, 'P1' AS priority, TIMESTAMPTZ '2018-04-09 09:00Z' AS opened")
    >>> with TemporaryDirectory() as folder:
    ...     write(assess(tickets, Policy.example(), at="2018-04-09T12:00+01:00"), Path(folder) / "answers.parquet")
    1
    """
    if Path(out).suffix.lower() == ".parquet":
        with whole_file(out) as part:
            return _write(answers, lambda number: part, progress, most=None)
    with whole_folder(out) as part:
        return _write(answers, lambda number: part / f"part-{number:05d}.parquet", progress, most=_FILE)


def _write(
    answers: pa.RecordBatchReader, name: Callable[[int], Path], progress: Callable[[int], None], *, most: int | None
) -> int:
    """Write a stream to files of about so many rows at `most`, or to one, and say how many rows there were."""
    written, number, rows = 0, 0, 0
    writer = pq.ParquetWriter(name(number), answers.schema)
    try:
        for batch in answers:
            if most is not None and rows >= most:
                writer.close()
                number, rows = number + 1, 0
                writer = pq.ParquetWriter(name(number), answers.schema)
            writer.write_batch(batch)
            rows, written = rows + batch.num_rows, written + batch.num_rows
            progress(written)
    finally:
        writer.close()
    return written


def _joined(
    tickets: duckdb.DuckDBPyRelation, side: str, entries: duckdb.DuckDBPyRelation, key: str
) -> duckdb.DuckDBPyRelation:
    """The tickets, each with the list of its entries of a side frame."""
    name = quoted(key)
    named = tickets.set_alias("t")
    unknown = entries.set_alias("e").join(named, f'e."ticket" = t.{name}', how="anti").limit(1).fetchall()
    if unknown:
        raise no_ticket_error(dict(zip(entries.columns, unknown[0], strict=True))["ticket"], side)
    if side == "changes":
        _check_order(entries)
    struct = ", ".join(f"'{column}': {quoted(column)}" for column in SIDES[side].of(entries.columns))
    lists = entries.aggregate(f'"ticket" AS {KEY}, list({{{struct}}}) AS {packed(side)}', '"ticket"')
    both = named.join(lists.set_alias("w"), f"t.{name} = w.{KEY}", how="left")
    return both.project(f"t.*, w.{packed(side)}")


def _check_apart(names: Sequence[str], what: str) -> None:
    """No two columns may have names that DuckDB takes for the same, upper and lower case being one to it."""
    first: dict[str, str] = {}
    for name in names:
        other = first.setdefault(name.lower(), name)
        if other is not name:
            problem = f"the {what} have the columns {other!r} and {name!r}, which DuckDB does not tell apart"
            raise EngineError(problem, "rename one of them", value=name)


def _check_order(changes: duckdb.DuckDBPyRelation) -> None:
    """No two changes may say different things of one field at one instant, unless they are numbered."""
    keys = ", ".join(map(quoted, columns_of_one_value(changes.columns)))
    tied = changes.aggregate(f"""{keys}, count(DISTINCT {{'to': "to"}}) AS number""", keys).filter("number > 1")
    if first := tied.limit(1).fetchall():
        raise tied_error(*first[0][:3])


def _check_ids(tickets: duckdb.DuckDBPyRelation, key: str) -> None:
    """No ticket may stand twice; DuckDB looks for one on disk where memory does not do."""
    name = quoted(key)
    counts = tickets.aggregate(f"{name} AS ticket, count(*) AS number", name)
    twice = counts.filter("number > 1 AND ticket IS NOT NULL").limit(1).fetchall()
    if twice:
        raise twice_error(twice[0][0])


def _sorts(relation: duckdb.DuckDBPyRelation) -> dict[str, str]:
    """The columns of a relation, with what they hold."""
    return {name: sort_of(kind.id) for name, kind in zip(relation.columns, relation.types, strict=True)}


def quoted(name: str) -> str:
    """A name as SQL has it, whatever its signs are."""
    return '"{}"'.format(name.replace('"', '""'))
