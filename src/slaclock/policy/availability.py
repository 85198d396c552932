"""Availability: for so much of the service hours a service is to be up."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from slaclock.formats.models import Model

from .calendars import MAIN
from .shares import Share

PlannedRule = Literal["excluded", "down", "up"]
"""What planned outages are: left out of the service hours, time for which the service is down, or up."""


class Availability(Model):
    """For so much of the service hours, those of a calendar by its name, a service is to be up.

    `planned` says what planned outages count as: left out of the service hours, down or up.

    >>> Availability(share="99.5").planned
    'excluded'
    """

    share: Share
    calendar: str = MAIN
    planned: PlannedRule = "excluded"

    if TYPE_CHECKING:

        def __init__(
            self, *, share: int | float | str | Fraction | Decimal, calendar: str = ..., planned: PlannedRule = ...
        ) -> None: ...
