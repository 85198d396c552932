"""Files and frames that have typed columns: Parquet, Feather, and the frames of pandas, Polars and Arrow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO

import numpy as np

from slaclock.columns.frames import frame_of
from slaclock.errors import InputError
from slaclock.formats.extras import pyarrow

from .tables import BATCH, Rows, Table


def parquet_table(name: str, file: BinaryIO) -> Table:
    """The table of a Parquet file, read a batch at a time."""
    parquet = pyarrow().parquet.ParquetFile(file)
    schema, count = parquet.schema_arrow, max(parquet.metadata.num_rows, 1)
    done = [0]

    def batches(columns: Sequence[int]) -> Iterator[Any]:
        for batch in parquet.iter_batches(BATCH, columns=[schema.names[column] for column in columns]):
            done[0] += len(batch)
            yield [batch[schema.names[column]] for column in columns], len(batch)

    return Table(name, schema.names, lambda columns: _rows(batches(columns)), share=lambda: done[0] / count)


def ipc_table(name: str, file: BinaryIO, *, stream: bool) -> Table:
    """The table of a Feather file, or of Arrow's stream."""
    ipc = pyarrow().ipc
    reader: Any = ipc.open_stream(file) if stream else ipc.open_file(file)
    whole = (reader.get_batch(number) for number in range(reader.num_record_batches)) if not stream else iter(reader)
    return Table(name, reader.schema.names, lambda columns: _rows(_parts(whole, columns)))


def frame_table(name: str, frame: Any) -> Table:
    """The table of a frame, whose rows are counted from 0."""
    try:
        table = frame_of(frame, name).to_arrow()
    except pyarrow().ArrowException as error:
        reason = " ".join(str(error).split())
        raise InputError(f"the {name} cannot be read ({reason})", "give values of one type in a column") from None
    return Table(name, table.column_names, lambda columns: _rows(_parts([table], columns), first=0))


def _parts(tables: Iterable[Any], columns: Sequence[int]) -> Iterator[tuple[list[Any], int]]:
    for table in tables:
        for start in range(0, len(table), BATCH):
            part = table.slice(start, BATCH)
            yield [part.column(column) for column in columns], len(part)


def _rows(parts: Iterable[tuple[list[Any], int]], first: int = 1) -> Iterator[Rows]:
    pa = pyarrow()
    for arrays, count in parts:
        columns = [array if isinstance(array, pa.ChunkedArray) else pa.chunked_array([array]) for array in arrays]
        for column in columns:
            column.validate(full=True)  # a damaged file may hold texts that are none
        yield Rows(np.arange(first, first + count, dtype=np.int64), columns)
        first += count
