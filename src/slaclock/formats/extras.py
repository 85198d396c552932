"""The optional libraries, each imported only by what needs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from slaclock.errors import MissingExtraError


@contextmanager
def needs_extra(extra: str) -> Iterator[None]:
    """For imports: where a library is not installed, the error names the extra that has it."""
    try:
        yield
    except MissingExtraError:
        raise
    except ImportError as error:
        library = (error.name or extra).partition(".")[0]
        raise MissingExtraError.for_extra(library, extra) from None


def pyarrow() -> Any:
    """The library, with its parts for Parquet and for work on columns."""
    with needs_extra("cli"):
        import pyarrow as pa
        import pyarrow.compute
        import pyarrow.parquet
    assert pyarrow.compute
    assert pyarrow.parquet
    return pa
