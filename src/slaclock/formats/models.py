"""The base of every pydantic model here: immutable, closed to unknown fields, and with this library's errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError

from slaclock.errors import InstantTextError, ModelError, SlaClockError
from slaclock.temporal.instants import parse_instant, to_micros

# What pydantic says of Python's types, in the words of a file.
_PLAIN = {
    "a valid dictionary or instance of WorkingCalendar": "a table",
    "a valid dictionary": "a table",
    "dictionary": "the table",
    "a valid tuple": "a list",
    "a valid string": "a text",
    "a valid integer": "a whole number",
    "a valid boolean": "true or false",
    " after validation": "",
}
_REMEDIES = {
    "extra_forbidden": "remove it, or correct its name",
    "missing": "give it",
}


def _read_instant(value: object) -> datetime:
    if isinstance(value, str):
        return parse_instant(value)
    if not isinstance(value, datetime):
        raise InstantTextError(f"{value!r} is not a date and time", "give an aware datetime or ISO 8601 text")
    to_micros(value)  # refuses a naive one
    return value


Instant = Annotated[datetime, BeforeValidator(_read_instant)]
"""A field that holds an aware datetime, given as one or as ISO 8601 text with its offset."""


class Model(BaseModel):
    """A pydantic model whose errors are `SlaClockError`s that name the field, the value and the remedy."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as wrong:
            raise explained(wrong) from None

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Build from a mapping, as pydantic does, with this library's errors."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as wrong:
            raise explained(wrong) from None

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Build from JSON text, as pydantic does, with this library's errors."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as wrong:
            raise explained(wrong) from None

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed; unlike pydantic's own, the changed fields are checked."""
        fields = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**fields, **(update or {})})


def explained(wrong: ValidationError) -> SlaClockError:
    """What pydantic found wrong, as this library says it: the first thing, and how many more there are."""
    return SlaClockError.together([_one(problem) for problem in wrong.errors(include_url=False)])


def _one(problem: Any) -> SlaClockError:
    where = ".".join(str(part) for part in problem["loc"] if not str(part).startswith(("function-", "lax-or")))
    cause = problem.get("ctx", {}).get("error")
    if isinstance(cause, SlaClockError):
        return cause.within(where) if where else cause
    kind = problem["type"]
    if kind == "extra_forbidden":
        text = "this field is not known"
    elif kind == "missing":
        text = "this field is missing"
    else:
        message = problem["msg"][:1].lower() + problem["msg"][1:]
        for python, plain in _PLAIN.items():
            message = message.replace(python, plain)
        text = f"{message} (got {_short(problem['input'])})"
    return ModelError(text, _REMEDIES.get(kind, "correct it"), where)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
