"""The forms in which desks write times, and how one text in them is read: the one rule, whoever reads columns of them.

A form is ISO 8601 (`iso`), seconds or milliseconds since 1970 (`epoch`, `epoch_ms`), Excel's serial numbers of days
(`excel`), or a format of `datetime.strptime`. Where there are several, a text must be one instant by all that can read
it: which of two readings is meant no one can know. Of several forms of numbers each reads those with as many digits as
it has in our times.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from zoneinfo import ZoneInfo

from slaclock.errors import InstantTextError, NaiveDatetimeError, SlaClockError
from slaclock.temporal.instants import (
    FIRST_INSTANT,
    LAST_INSTANT,
    check_format,
    from_micros,
    parse_instant,
    to_micros,
    with_zone,
)

ISO, EPOCH, EPOCH_MS, EXCEL = "iso", "epoch", "epoch_ms", "excel"
NUMBERS = (EPOCH, EPOCH_MS, EXCEL)
"""The forms of which each time is a number."""
FORMS = (ISO, *NUMBERS)
"""The forms that have a name; others are formats of `datetime.strptime`."""
MICROS = {EPOCH: 1_000_000, EPOCH_MS: 1_000}
"""What the numbers of a form since 1970 are in microseconds."""
NO_TIME = ("nat", "nan", "null", "none")
"""Words, in small letters, by which programs write that there is no time."""
_FRACTION = r"([.,]\d{1,20})?"
_NUMBER = re.compile(rf"-?\d{{1,16}}{_FRACTION}", re.ASCII)
_DIGITS = {EXCEL: "1,7", EPOCH: "8,11", EPOCH_MS: "12,16"}
_SINCE = datetime(1970, 1, 1, tzinfo=UTC)
_SERIALS_FROM = datetime(1899, 12, 30)
_DAY_MS = 86_400_000
_FIRST_SERIAL = 61  # 1 March 1900, before which Excel has a day too many
_LAST_SERIAL = 2_958_465 + Decimal(_DAY_MS - 1) / _DAY_MS  # the last millisecond of 9999


def forms_of(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """The forms that are given: one, several or none; a format by which no time can be read is an error."""
    forms = (given,) if isinstance(given, str) else tuple(dict.fromkeys(given or ()))
    for form in forms:
        if "%" not in form and form not in FORMS:
            remedy = f"use {', '.join(FORMS)}, or a format such as %d/%m/%Y %H:%M"
            raise InstantTextError(f"{form!r} is no form of times", remedy, value=form)
        if form not in FORMS:
            check_format(form)
    return forms


def given_forms(value: object) -> object:
    """A value of `time_format` as forms; what is no text and no list of texts is left for its field to refuse."""
    if value is None or isinstance(value, str):
        return forms_of(value)
    if isinstance(value, (list, tuple)) and all(isinstance(form, str) for form in value):
        return forms_of(value)
    return value


def looks_of(form: str, forms: Sequence[str]) -> str | None:
    """A regular expression of the texts that a form reads where there are others beside it; None for all texts."""
    if form == ISO:  # which begins with a year, and to which a long number may look like a date
        return r"[+-]?\d{4}.*[^\d.,].*"
    if form in NUMBERS and len({*NUMBERS} & {*forms}) > 1:
        return rf"-?\d{{{_DIGITS[form]}}}([.,]\d+)?"
    return None


def time_in_forms(text: str, zone: ZoneInfo | None, forms: Sequence[str] = ()) -> datetime:
    """The instant of a text in one of the forms, by default ISO 8601; a local time is in the zone."""
    if len(forms) <= 1:
        return _time_in(text, zone, forms[0] if forms else ISO)
    readings: dict[str, datetime] = {}
    local: NaiveDatetimeError | None = None
    for form in forms:
        looks = looks_of(form, forms)
        if looks is None or re.fullmatch(looks, text, re.ASCII | re.DOTALL):
            try:
                readings[form] = _time_in(text, zone, form)
            except NaiveDatetimeError as error:
                local = error
            except SlaClockError:
                pass
    if len({to_micros(at) for at in readings.values()}) > 1:
        ways = " or ".join(f"{_shown(at, zone)} by {form!r}" for form, at in readings.items())
        raise InstantTextError(f"{text!r} may be {ways}", "leave one of them out of time_format", value=text)
    if not readings:
        known = ", ".join(map(repr, forms))
        raise local or InstantTextError(f"{text!r} is not a date and time", f"write it in one of: {known}", value=text)
    return next(iter(readings.values()))


def _shown(at: datetime, zone: ZoneInfo | None) -> str:
    return f"{from_micros(to_micros(at), zone) if zone is not None else at:%Y-%m-%d %H:%M}"


def _time_in(text: str, zone: ZoneInfo | None, form: str) -> datetime:
    if form not in NUMBERS:
        return parse_instant(text, zone, None if form == ISO else form)
    if not _NUMBER.fullmatch(text):
        remedy = f"write it as {form!r} has it, or give another time_format"
        raise InstantTextError(f"{text!r} is no number", remedy, value=text)
    number = Decimal(text.replace(",", "."))
    if form == EXCEL:
        if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
            problem = f"{str(number)!r} is no serial number of Excel's from March 1900 on"
            raise InstantTextError(problem, "check time_format", value=str(number))
        return with_zone(at_serial(number), zone, text)
    micros = int((number * MICROS[form]).to_integral_value(ROUND_HALF_EVEN))
    if not FIRST_INSTANT <= micros <= LAST_INSTANT:
        raise InstantTextError(f"{text!r} lies outside the years 1 to 9999", "check time_format", value=text)
    return _SINCE + timedelta(microseconds=micros)


def at_serial(number: Decimal) -> datetime:
    """The local time of one of Excel's serial numbers, which count local days, to the millisecond that Excel keeps."""
    days, part = divmod(number, 1)
    rest = int((part * _DAY_MS).to_integral_value(ROUND_HALF_EVEN))
    return _SERIALS_FROM + timedelta(days=int(days), milliseconds=rest)
