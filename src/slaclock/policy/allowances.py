"""Allowances: an amount of service that every subscription year includes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from pydantic import StrictBool

from slaclock.formats.models import Length, Model


class Allowance(Model):
    """An amount of service that is included in every subscription year.

    With `pro_rata`, a year that the subscription covers in part has the part of the amount that its covered dates are
    of all its dates, cut to whole microseconds.
    """

    amount: Length
    pro_rata: StrictBool = False

    if TYPE_CHECKING:

        def __init__(self, *, amount: timedelta | str, pro_rata: bool = ...) -> None: ...
