"""JSON Schema of policies and cases, by which editors complete and check the files; it comes from the models."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_args

from slaclock.errors import ModelError
from slaclock.policy.policy import Policy

from .cases import CaseFile
from .key_texts import CASES, POLICY
from .lints import SPEAKING

SchemaOf = Literal["policy", "cases"]
_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema(of: SchemaOf = "policy") -> dict[str, Any]:
    """The JSON Schema of a policy's file, or of a file of cases.

    Raises `ModelError` for another word than these two.

    >>> sorted(schema("policy")["required"])
    ['calendar', 'name', 'targets']
    """
    if of not in get_args(SchemaOf):
        raise ModelError(f"there is no schema of {of!r}", "use " + " or ".join(get_args(SchemaOf)), value=of)
    return _policy() if of == "policy" else _cases()


def _policy() -> dict[str, Any]:
    whole = Policy.model_json_schema()
    # Which lints there are the model does not know, since they look at it.
    reasons = {"type": "string", "minLength": 1}
    whole["properties"]["silence"] = {
        "type": "object",
        "propertyNames": {"enum": list(SPEAKING)},
        "additionalProperties": reasons,
    }
    _describe(whole, POLICY)
    return {"$schema": _DIALECT, **whole, "title": "A service level agreement, as slaclock reads it"}


def _cases() -> dict[str, Any]:
    whole = CaseFile.model_json_schema()
    _describe(whole, CASES)
    return {"$schema": _DIALECT, **whole, "title": "Cases of a policy, as slaclock checks them"}


def _describe(whole: dict[str, Any], texts: Mapping[str, Mapping[str, str]]) -> None:
    """Says of each table what it is, without the examples in Python, and of each key what it means."""
    for name, table in {"": whole, **whole["$defs"]}.items():
        table["description"] = table["description"].split("\n\n>>>")[0]
        for key, field in table["properties"].items():
            shape = field.get("description", "")
            field["description"] = texts[name][key] + (f": {shape}" if "such as" in shape else "")
