"""One Arrow batch of tickets, each with its pauses beside it, assessed by columns; what every engine calls."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import narwhals as nw

from slaclock import columns
from slaclock.columns.assessment import PROMISED
from slaclock.columns.calendar_rows import OUTPUTS
from slaclock.columns.chunks import BadRows, Errors
from slaclock.columns.cycle_rows import CYCLE_ANSWERS
from slaclock.columns.frames import check_columns
from slaclock.columns.options import check_options
from slaclock.columns.outputs import schema_of
from slaclock.columns.ticket_ids import TEXT, WHOLE, check_sorts
from slaclock.errors import ColumnError, EngineError, MissingExtraError, SlaClockError
from slaclock.formats.counts import count_text
from slaclock.policy.book import PolicyBook, check_measure, main_policy
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.tickets.knowledge import KnownLike, check_known
from slaclock.tickets.side_tables import SEQUENCE, SIDES

try:
    import pyarrow as pa
    import pyarrow.compute as _compute
except ImportError:
    raise MissingExtraError.for_extra("pyarrow", "duckdb") from None

pc: Any = _compute  # whose functions are made when it is imported, so that no type checker knows them

KEY = "_sla_ticket"
"""The column in which an engine has the ids of the tickets of a side frame, until it has joined them."""
_SAMPLES = 5


@dataclass(frozen=True)
class BatchAssessment:
    """How batches are to be assessed; `at` is a given instant, never a worker's own clock."""

    policy: Policy | PolicyBook
    at: datetime
    measure: Measure = "resolve"
    columns: Mapping[str, str] | None = None
    prefix: str = "sla_"
    timezone: str | None = None
    errors: Errors = "raise"
    known: KnownLike | None = None
    promised: bool = False

    def __post_init__(self) -> None:
        """Refuse at once what no batch can be assessed by."""
        BadRows(self.errors)
        check_known(self.known)
        check_measure(self.policy, self.measure)
        check_options(columns=self.columns, prefix=self.prefix, timezone=self.timezone)

    @property
    def zone(self) -> str:
        """The zone of the answers' instants."""
        return main_policy(self.policy).calendar.zone.key

    @property
    def fields(self) -> list[pa.Field]:
        """The columns that are added; with errors="null" the last one says what is wrong with a row."""
        outputs = OUTPUTS | PROMISED if self.promised else OUTPUTS
        added = list(nw.Schema(schema_of(outputs, self.prefix, self.zone)).to_arrow())
        return [*added, pa.field(f"{self.prefix}error", pa.string())] if self.errors == "null" else added

    def names(self, there: Sequence[str]) -> list[str]:
        """The columns of the answer to tickets that have some: one of an added column's name is replaced."""
        return list(dict.fromkeys([*there, *(field.name for field in self.fields)]))

    def work(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The batches with their answers; one thread, since an engine has its own."""
        for batch in batches:
            if batch.num_rows:
                yield self._assessed(batch)

    def _assessed(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        table, sides = table_of(batch)
        bad = CollectedRows()
        assessed = columns.assess(
            table,
            self.policy,
            at=self.at,
            measure=self.measure,
            known=self.known,
            promised=self.promised,
            columns=self.columns,
            prefix=self.prefix,
            timezone=self.timezone,
            errors=bad,
            threads=1,
            **sides,
        )
        if bad.rows and self.errors == "raise":
            raise bad_rows_error(bad.rows, table, id_column(self.columns), "correct them, or errors='null'")
        if self.errors == "null":
            texts = [bad.rows.get(row) for row in range(len(table))] if bad.rows else pa.nulls(len(table), pa.string())
            assessed = _with_column(assessed, f"{self.prefix}error", pa.array(texts, pa.string()))
        types = {field.name: field.type for field in self.fields}
        arrays = [_of_type(assessed[name].combine_chunks(), types.get(name)) for name in assessed.column_names]
        return pa.RecordBatch.from_arrays(arrays, names=assessed.column_names)


@dataclass(frozen=True)
class BatchCycles:
    """How the cycles of batches are to be judged, a row each."""

    policy: Policy | PolicyBook
    at: datetime
    measure: Measure = "update"
    columns: Mapping[str, str] | None = None
    timezone: str | None = None
    errors: Errors = "raise"
    known: KnownLike | None = None

    def __post_init__(self) -> None:
        """Refuse at once what no batch can be judged by."""
        BadRows(self.errors)
        check_known(self.known)
        check_measure(self.policy, self.measure)
        check_options(columns=self.columns, timezone=self.timezone)

    def schema(self, tickets: pa.Schema) -> pa.Schema:
        """The columns of the answer; with errors="null" the last one says what is wrong with a ticket."""
        key = id_column(self.columns)
        if key not in tickets.names:
            raise EngineError(f"the tickets have no column {key!r}", "add their ids, which each cycle names", value=key)
        answers = nw.Schema(schema_of(CYCLE_ANSWERS, "", main_policy(self.policy).calendar.zone.key)).to_arrow()
        fields = [pa.field("ticket", tickets.field(key).type), pa.field("cycle", pa.int64()), *answers]
        return pa.schema([*fields, pa.field("error", pa.string())] if self.errors == "null" else fields)

    def work(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """The cycles of the batches' tickets; one thread, since an engine has its own."""
        for batch in batches:
            if batch.num_rows:
                yield from self._judged(batch).to_batches()

    def _judged(self, batch: pa.RecordBatch) -> pa.Table:
        table, sides = table_of(batch)
        bad = CollectedRows()
        options: dict[str, Any] = {"at": self.at, "measure": self.measure, "known": self.known, "columns": self.columns}
        cycles = columns.cycles(
            table, self.policy, timezone=self.timezone, errors=bad, threads=1, **options, **sides
        )  # fmt: skip
        if bad.rows and self.errors == "raise":
            raise bad_rows_error(bad.rows, table, id_column(self.columns), "correct them, or errors='null'")
        schema = self.schema(table.schema)
        if self.errors == "null":
            cycles = _with_column(cycles, "error", pa.nulls(len(cycles), pa.string()))
        wrong = {
            "ticket": table[id_column(self.columns)].take(pa.array([*bad.rows], pa.int64())),
            "error": pa.array([*bad.rows.values()], pa.string()),
        }
        absent = {name: wrong.get(name, pa.nulls(len(bad.rows), schema.field(name).type)) for name in schema.names}
        arrays = {name: _of_type(cycles[name], schema.field(name).type) for name in schema.names}
        return pa.concat_tables([pa.table(arrays, schema), pa.table(absent, schema)]).combine_chunks()


@dataclass(frozen=True)
class Sides:
    """The tables beside the tickets that say what became of them, in whatever form an engine has tables."""

    pauses: Any = None
    changes: Any = None
    reopenings: Any = None
    events: Any = None

    def given(self) -> dict[str, Any]:
        """Those that there are, by their names."""
        return {field.name: table for field in fields(self) if (table := getattr(self, field.name)) is not None}


def packed(side: str) -> str:
    """The column in which an engine puts a ticket's entries of a side frame: a list of structs of its columns."""
    return f"_sla_{side}"


class CollectedRows(BadRows):
    """Every bad row with what is wrong with it."""

    def __init__(self) -> None:
        super().__init__("null")
        self.rows: dict[int, str] = {}

    def add(self, row: int, problem: SlaClockError) -> None:
        """Keep what is wrong."""
        self.rows[row] = str(problem)

    def warn(self) -> None:
        """Nothing: the rows speak for themselves."""


class RefusedRows(CollectedRows):
    """Every bad row of a batch, which are then an error together."""

    def __init__(self, table: pa.Table, key: str, remedy: str = "correct them, or leave them out") -> None:
        super().__init__()
        self._table, self._key, self._remedy = table, key, remedy

    def warn(self) -> None:
        """The error, if there is one."""
        if self.rows:
            raise bad_rows_error(self.rows, self._table, self._key, self._remedy)


def table_of(batch: pa.RecordBatch) -> tuple[pa.Table, dict[str, Any]]:
    """The tickets of a batch, and the side frames that an engine has put beside them."""
    table, sides = pa.Table.from_batches([batch]), {}
    for side in SIDES:
        if packed(side) in table.column_names:
            sides[side] = _entries(table[packed(side)].combine_chunks())
            table = table.drop_columns([packed(side)])
    return table, sides


def _entries(lists: Any) -> pa.Table:
    """The entries of a side frame with the numbers of their rows."""
    flat = pc.list_flatten(lists)
    columns = {"row": pc.list_parent_indices(lists).cast(pa.int64())}
    return pa.table(columns | {field.name: flat.field(field.name) for field in flat.type})


def columns_of_one_value(there: Sequence[str]) -> list[str]:
    """The columns of changes, of those that there are, which only one change to another value may have alike."""
    return ["ticket", "field", "at", *(name for name in SIDES["changes"].numbers if name in there)]


def tied_error(ticket: object, field: str, at: object) -> EngineError:
    """The error for changes of one field at one instant to different values: an engine's rows have no order."""
    return EngineError(
        f"the ticket {ticket!r} has two changes of {field!r} at {at}",
        f"keep the later one, or number them in a column {SEQUENCE!r}",
        value=ticket,
    )


def id_column(columns: Mapping[str, str] | None) -> str:
    """What the tickets' column of ids is called."""
    return (columns or {}).get("id", "id")


def bad_rows_error(rows: Mapping[int, str], table: pa.Table, name: str, remedy: str) -> EngineError:
    """The error for a batch with bad rows: how many, and some of them; its value is the first one's ticket."""
    sample = sorted(rows)[:_SAMPLES]
    has_ids = name in table.column_names
    ids = table[name].take(pa.array(sample)).to_pylist() if has_ids else sample
    named = [(f"ticket {ticket}", rows[row]) for ticket, row in zip(ids, sample, strict=True)]
    problems = "; ".join(problem if problem.startswith(name) else f"{name}: {problem}" for name, problem in named)
    count = count_text(len(rows), "row")
    problem = f"{count} of a batch of {len(table)} could not be answered: {problems}"
    return EngineError(problem, remedy, value=ids[0] if has_ids else None)


def check_tables(tickets: object, sides: Sides, kind: type, wanted: str) -> None:
    """An error for what is no table of the engine's."""
    for what, table in {"tickets": tickets, **sides.given()}.items():
        if not isinstance(table, kind):
            raise EngineError(f"the {what} are a {type(table).__name__}", f"give {wanted}")


def check_names(tickets: Sequence[str]) -> None:
    """An error for a column of tickets with a name that an engine needs for its own."""
    own = {KEY, *map(packed, SIDES)}
    taken = [name for name in tickets if name.lower() in own]
    if taken:
        raise ColumnError(f"the tickets have a column {taken[0]!r}, a name that is used here", "rename it")


def check_joinable(tickets: Mapping[str, str], side: str, entries: Mapping[str, str], key: str) -> None:
    """An error for columns by which a side frame cannot be joined to the tickets; `key` is that of the ids.

    Both are columns with what they hold, as `sort_of` says it.
    """
    check_columns([*entries], ("ticket", *SIDES[side].columns), side)
    check_columns([*tickets], (key,), "tickets")
    check_sorts(tickets[key], key, entries["ticket"], side)


_SORTS = {
    TEXT: ("varchar", "enum", "string", "char"),
    WHOLE: (
        "tinyint", "smallint", "integer", "bigint", "hugeint", "utinyint", "usmallint", "uinteger", "ubigint",
        "uhugeint", "byte", "short", "int", "long",
    ),
}  # fmt: skip


def sort_of(sql_type: str) -> str:
    """What a column holds whose type has such a name: types of one sort can be compared."""
    return next((sort for sort, names in _SORTS.items() if sql_type.lower() in names), sql_type)


def twice_error(ticket: object) -> EngineError:
    """The error for a ticket that two rows have."""
    return EngineError(f"the ticket {ticket!r} stands twice", "keep one of its rows", value=ticket)


def no_ticket_error(ticket: object, side: str) -> EngineError:
    """The error for an entry of a side frame whose ticket there is not."""
    return EngineError(f"there is no ticket {ticket!r}", f"remove its {side}, or add its row", value=ticket)


def _with_column(table: pa.Table, name: str, array: pa.Array) -> pa.Table:
    """The table with a column, in the place of one of that name."""
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, array)
    return table.append_column(name, array)


def _of_type(array: Any, arrow_type: Any) -> Any:
    return array if arrow_type is None or array.type == arrow_type else array.cast(arrow_type)
