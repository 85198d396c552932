"""Allowances: an amount of service that every subscription year includes."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from slaclock.formats.models import Model
from slaclock.temporal.durations import exact_text, parse_length
from slaclock.temporal.instants import duration_micros


class Allowance(Model):
    """An amount of service that is included in every subscription year.

    With `pro_rata`, a year that the subscription covers in part has the part of the amount that its covered dates are
    of all its dates, cut to whole microseconds.
    """

    amount: Annotated[
        timedelta, BeforeValidator(parse_length), PlainSerializer(lambda length: exact_text(duration_micros(length)))
    ]
    pro_rata: bool = False
