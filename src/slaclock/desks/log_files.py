"""A log's files and frames, whose columns the mapping names."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pyarrow as pa

from slaclock.errors import InputError
from slaclock.policy.attributes import FIELDS
from slaclock.temporal.instants import find_zone

from .cells import instant_cells, text_cells
from .faults import BadRow, Place
from .headers import Wanted, columns_of, without_ignored
from .log_rows import LogPart
from .logs import FoldedLog, folded_log
from .mappings import EventMapping, not_a_mapping
from .readings import Reading, files_of, tell
from .table_files import open_table
from .tables import Rows

_KNOWN = Wanted(("opened", "responded", "reason", *FIELDS), (), ())
"""What the headers of a log that no one reads may be meant for."""
_MOST = 8
"""So many tickets are named, and others counted."""


def read_log(source: Any, mapping: EventMapping, reading: Reading) -> FoldedLog:
    """The tickets of a log: a file, the files of a pattern, or a frame.

    Tickets that are left out, because a row of theirs is bad, are told to `reading.note`, and so is that a row is bad
    of which no one knows whose it is.
    """
    if not isinstance(mapping, EventMapping):
        raise not_a_mapping(mapping)
    sources = files_of(source) if isinstance(source, str) else [source]
    log = folded_log((part for one in sources for part in _parts(one, mapping, reading)), mapping, reading.faults)
    name = source if isinstance(source, str) else "events"
    if log.lost:
        names = ", ".join(map(repr, sorted(log.lost)[:_MOST]))
        more = f" and {len(log.lost) - _MOST} more" if len(log.lost) > _MOST else ""
        what, whose = ("ticket", "is left out whole: some of its") if len(log.lost) == 1 else (
            "tickets", "are left out whole: some of their"
        )  # fmt: skip
        reading.note(f"{name}: the {what} {names}{more} {whose} rows were skipped")
    if log.unnamed:
        reading.note(f"{name}: of some rows that were skipped no one knows whose they are, and tickets may lack them")
    return log


def _parts(source: Any, mapping: EventMapping, reading: Reading) -> Iterator[LogPart]:
    named = {name: column for name, column in mapping.columns if column is not None} | dict(mapping.attributes)
    with open_table(source, "events", Wanted((*named.values(),), (), ()).knows) as table:
        header = without_ignored(table.header, mapping.ignore, named.values())
        columns = columns_of(header, Wanted((*named,), (), ()), table.header_place, named)
        tell(table, header, columns, _KNOWN._replace(texts=(*named, *_KNOWN.texts)), reading)
        headers = {named[name]: table.header[number] for name, number in columns.items()}
        numbers = [*dict.fromkeys(columns.values())]  # one header may be named for two columns
        for rows in table.read(numbers):
            cells = {named[name]: rows.columns[numbers.index(number)] for name, number in columns.items()}
            yield _part(table.name, rows, cells, headers, mapping)


def _part(
    file: str, rows: Rows, cells: Mapping[str, Any], headers: Mapping[str, str], mapping: EventMapping
) -> LogPart:
    zone = None if mapping.timezone is None else find_zone(mapping.timezone)
    columns: dict[str, list[Any]] = {}
    for name, column in cells.items():
        try:
            local = zone is not None and pa.types.is_timestamp(column.type)
            read = instant_cells(column, zone) if zone is not None and local else text_cells(column)
        except InputError as error:
            raise InputError(error.problem, error.remedy, str(Place(file, None, name, headers))) from None
        columns[name] = read.array.to_pylist()
    misfits = [BadRow(Place(file, misfit.number), None, misfit.problem, misfit.remedy) for misfit in rows.misfits]
    return LogPart(rows.numbers.tolist(), columns.__getitem__, file, headers, misfits)
