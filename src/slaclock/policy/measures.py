"""The measures: which stretch of a ticket's life a clock counts."""

from __future__ import annotations

from typing import Literal, get_args

Measure = Literal["respond", "resolve"]
"""`respond` is done at the first response, `resolve` at the resolution."""
MEASURES: tuple[Measure, ...] = get_args(Measure)
