"""Attributes: what a ticket has beside its own fields, such as its customer, site or team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator

from slaclock.errors import ModelError
from slaclock.formats.mappings import FrozenMapping
from slaclock.formats.models import reads
from slaclock.temporal.instants import is_missing

FIELDS = ("kind", "priority", "category", "impact", "urgency")
"""The fields of a ticket's own that may change, and by which a policy decides what holds for it."""
_RECORDED = (
    "id", "opened", "responded", "resolved", "cancelled", "abandoned", "attributes", "agreed", "pauses", "changes",
    "reopenings", "events",
)  # fmt: skip


def _plain(name: str) -> str:
    """A name as headers are compared: without regard to case, spaces, hyphens and underscores."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


_OWN = {_plain(name): name for name in (*FIELDS, *_RECORDED)}


def check_attribute(name: str) -> None:
    """An error for what cannot name an attribute: nothing, or a field that every ticket has, however it is spelt."""
    if is_missing(name):
        raise ModelError("the name of an attribute is missing", "give one, such as customer", value=name)
    own = _OWN.get(_plain(name))
    if own is not None:
        raise ModelError(
            f"{name!r} is a field of a ticket's own and no attribute", f"use {own!r}, or another name", value=name
        )


def check_changing(field: str) -> None:
    """An error for what no change can be of: neither a field that may change nor an attribute."""
    if field not in FIELDS:
        check_attribute(field)


def _given(values: object) -> object:
    """A table without what is missing in it."""
    if not isinstance(values, Mapping):
        return values
    return {name: value for name, value in values.items() if not is_missing(value)}


def _check_names(values: Any) -> Any:
    if isinstance(values, Mapping):
        for name in values:
            if isinstance(name, str):
                check_attribute(name)
    return values


Given = BeforeValidator(_given)
"""A table of which what is missing is no part."""
Attributes = Annotated[FrozenMapping[str, str], Given, reads(_check_names)]
"""A field that holds attributes by their names; one whose value is missing is none."""
