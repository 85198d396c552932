"""The names of the forms in which desks write times."""

from __future__ import annotations

from collections.abc import Sequence

from slaclock.errors import InstantTextError
from slaclock.temporal.instants import check_format

ISO, EPOCH, EPOCH_MS, EXCEL = "iso", "epoch", "epoch_ms", "excel"
NUMBERS = (EPOCH, EPOCH_MS, EXCEL)
"""The forms of which each time is a number."""
FORMS = (ISO, *NUMBERS)
"""The forms that have a name; others are formats of `datetime.strptime`."""


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
