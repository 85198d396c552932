"""Columns of plain values as a frame of whichever library the caller has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from slaclock.errors import MissingExtraError, ModelError


def frame_of(columns: Mapping[str, Sequence[Any]], library: Literal["pandas", "polars"]) -> Any:
    """A frame of the columns."""
    if library not in ("pandas", "polars"):
        raise ModelError(f"{library!r} is no library of frames", "use pandas or polars", value=library)
    try:
        if library == "pandas":
            import pandas as pd

            return pd.DataFrame(dict(columns))
        import polars as pl
    except ImportError:
        raise MissingExtraError(
            f"the library {library!r} is not installed", f"pip install {library}", value=library
        ) from None
    return pl.DataFrame(dict(columns), strict=False)
