"""Attributes: what a ticket has beside its own fields, such as its customer, site or team."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from slaclock.errors import ErrorCollector, ModelError, PolicyError
from slaclock.formats.mappings import FrozenMapping
from slaclock.formats.models import reads, short_repr
from slaclock.temporal.instants import is_missing

FIELDS = ("kind", "priority", "category", "impact", "urgency")
"""The fields of a ticket's own that may change, and by which a policy decides what holds for it."""
_RECORDED = (
    "id", "opened", "responded", "resolved", "cancelled", "abandoned", "attributes", "agreed", "pauses", "changes",
    "reopenings", "events",
)  # fmt: skip


def plain_name(name: str) -> str:
    """A name as headers are compared: without regard to case, spaces, hyphens and underscores."""
    return "".join(sign for sign in name.casefold() if sign.isalnum())


_OWN = {plain_name(name): name for name in (*FIELDS, *_RECORDED)}


# No mutants, since it is called as the module is read.
def _refused(name: str) -> str:  # pragma: no mutate block
    """A pattern of the ways to spell a field, in the signs that every dialect of JSON Schema knows."""
    letters = (f"[{sign}{sign.upper()}]" for sign in name if sign != "_")
    return "[ _-]*".join(["", *letters, ""])


NAMES_SCHEMA: dict[str, Any] = {"pattern": rf"^(?!(?:{'|'.join(_refused(name) for name in _OWN)})$)[\s\S]*\S"}
"""What JSON Schema says of the names of attributes; `check_attribute` knows more ways to spell a field."""


def check_attribute(name: str) -> None:
    """An error for what cannot name an attribute: nothing, or a field that every ticket has, however it is spelt."""
    if is_missing(name):
        raise ModelError("the name of an attribute is missing", "give one, such as customer", value=name)
    if plain_name(name) in _OWN:
        raise ModelError(f"{name!r} is a field of a ticket's own and no attribute", "give it another name", value=name)


def check_changing(field: str) -> None:
    """An error for what no change can be of: neither a field that may change nor an attribute."""
    own = _OWN.get(plain_name(field))
    if own is None:
        check_attribute(field)
    elif own not in FIELDS:
        remedy = f"name one of {', '.join(FIELDS)} or an attribute, or correct the ticket's own {own!r}"
        raise ModelError(f"no change can be of {field!r}", remedy, value=field)
    elif own != field:
        raise ModelError(f"{field!r} is not how a ticket's field is written", f"write {own!r}", value=field)


def asked_attributes(attributes: object) -> Mapping[str, Any]:
    """The attributes that a policy is asked for; what is no table of texts by their names is refused."""
    if attributes is None:
        return {}
    if not isinstance(attributes, Mapping):
        remedy = "give them by their names, such as {'customer': 'ACME'}"
        raise ModelError(f"{short_repr(attributes)} is no table of attributes", remedy, "attributes", value=attributes)
    for name, value in attributes.items():
        if not isinstance(value, str) and not is_missing(value):
            problem, path = f"{short_repr(value)} is no text", ("attributes", str(name))
            raise ModelError(problem, "give one value, such as 'ACME'", path, value=value)
    return attributes


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


class _Names:
    """What the schema says of a table of attributes: which names there are none of."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {**handler(schema), "propertyNames": NAMES_SCHEMA}


Given = BeforeValidator(_given)
"""A table of which what is missing is no part."""
Attributes = Annotated[FrozenMapping[str, str], Given, reads(_check_names), _Names()]
"""A field that holds attributes by their names; one whose value is missing is none."""


def _values(table: Any) -> Any:
    """A table of attributes with the values, one or several, that each may have."""
    if not isinstance(table, Mapping):
        return table
    errors = ErrorCollector()
    values: dict[Any, tuple[str, ...]] = {}
    for name, given in table.items():
        with errors.part(str(name)):
            check_attribute(str(name))
            several = [given] if isinstance(given, str) else given
            if not isinstance(several, (list, tuple)) or not all(isinstance(value, str) for value in several):
                raise PolicyError(
                    f"{short_repr(given)} is no list of values", "write customer = ['ACME', 'Initech']", value=given
                )
            if not several or any(map(is_missing, several)):
                raise PolicyError("an attribute without a value", "give its values, or leave it out", value=given)
            values[name] = tuple(dict.fromkeys(several))
    errors.check()
    return values


_VALUE_SCHEMA = {"type": "string", "pattern": r"\S"}
AppliesTo = Annotated[
    FrozenMapping[str, tuple[str, ...]],
    reads(_values),
    WithJsonSchema({
        "type": "object",
        "description": "attributes of tickets, each with the values that it may have, such as customer = ['ACME']",
        "propertyNames": NAMES_SCHEMA,
        "additionalProperties": {"anyOf": [_VALUE_SCHEMA, {"type": "array", "items": _VALUE_SCHEMA, "minItems": 1}]},
    }),
]  # fmt: skip
"""A field that holds attributes with their values: those of the tickets that a policy applies to."""
