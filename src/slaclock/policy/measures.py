"""The measures: which stretch of a ticket's life a clock counts."""

from __future__ import annotations

from typing import Literal

Measure = Literal["respond", "resolve"]


MEASURES: tuple[Measure, ...] = ("respond", "resolve")
