"""The base of every pydantic model here: a value, closed to unknown fields, with this library's errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import fields
from datetime import datetime, timedelta
from functools import cache
from typing import Annotated, Any, Self, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    TypeAdapter,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import InitErrorDetails, PydanticSerializationError, core_schema

from slaclock.errors import InstantTextError, ModelError, SlaClockError
from slaclock.temporal.durations import exact_text, parse_length
from slaclock.temporal.instants import duration_micros, is_missing, parse_instant, to_micros

from .documents import json_text
from .lazy import lazy

# What pydantic says of Python's types, in the words of a file.
_PLAIN = {
    "a valid dictionary or instance of WorkingCalendar": "a table",
    "a valid dictionary": "a table",
    "a valid mapping": "a table",
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
T = TypeVar("T")
_LONGEST = 60  # signs of a value in an error, or of a field in a `repr`


def reads(parse: Callable[[Any], object]) -> BeforeValidator:
    """A field that `parse` reads; each of the errors that it raises becomes one of pydantic's, at its own place."""

    def read(value: Any) -> object:
        with errors_inside():
            return parse(value)

    return BeforeValidator(read)


@contextmanager
def errors_inside() -> Iterator[None]:
    """An error of ours becomes pydantic's: one with places inside a value as many errors at those places."""
    try:
        yield
    except SlaClockError as error:
        raise _for_pydantic(error) from None


def _for_pydantic(error: SlaClockError) -> Exception:
    if not any(part.path for part in error.all):
        return error
    return ValidationError.from_exception_data("slaclock", [_details(part) for part in error.all])


def _details(error: SlaClockError) -> InitErrorDetails:
    place = tuple(part if isinstance(part, int) else str(part) for part in error.path)
    return InitErrorDetails(type="value_error", loc=place, input=error.value, ctx={"error": error.alone()})


def _read_instant(value: object) -> datetime:
    if isinstance(value, str):
        return parse_instant(value)
    if not isinstance(value, datetime) or is_missing(value):
        raise InstantTextError(
            f"{value!r} is not a date and time", "give an aware datetime or ISO 8601 text", value=value
        )
    to_micros(value)  # refuses a naive one
    return value


Instant = Annotated[
    datetime,
    reads(_read_instant),
    PlainSerializer(datetime.isoformat, when_used="json"),  # pydantic's own cuts the seconds off an offset
    WithJsonSchema({"type": "string", "description": "ISO 8601 with an offset, such as 2018-04-06T15:00+01:00"}),
]
"""A field that holds an aware datetime, given as one or as ISO 8601 text with its offset."""
_MAYBE = BeforeValidator(lambda value: None if is_missing(value) else value)
MaybeInstant = Annotated[Instant | None, _MAYBE]
"""A field that may hold an instant, and None for whatever says that there is none: NaT, NaN, an empty text."""
MaybeText = Annotated[str | None, _MAYBE]
"""A field that may hold a text, and None for whatever says that there is none."""


def _not_missing(value: object) -> object:
    if is_missing(value):
        raise ModelError("it is missing", "give a text", value=value)
    return value


Text = Annotated[str, reads(_not_missing)]
"""A field that holds a text with something in it."""


Length = Annotated[
    timedelta,
    reads(parse_length),
    PlainSerializer(lambda length: exact_text(duration_micros(length)), return_type=str),
    WithJsonSchema({
        "type": "string",
        "description": "a length such as 9h, 90 minutes, 1 h 30 min",
        "pattern": r"\d\s*[A-Za-z]",
    }),
]  # fmt: skip
"""A field that holds a positive length of time, given as a timedelta or as its text."""


def key_of(value: object) -> object:
    """What a value is compared by: the same, but for instants, which are so whatever the zone they are written in.

    Python holds two datetimes of different zones for unequal where one lies in an hour that a clock change repeats.
    """
    if isinstance(value, datetime):
        return to_micros(value)
    if type(value) is tuple:
        return tuple(map(key_of, value))
    return value


class JsonValue:
    """What makes a frozen dataclass go to JSON and back to an equal value; instants are equal whatever their zone."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return (
            self._key() == other._key()
            if isinstance(other, JsonValue) and type(self) is type(other)
            else NotImplemented
        )

    def __hash__(self) -> int:
        return hash((type(self), self._key()))

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self  # nothing in it can change

    def _key(self) -> tuple[object, ...]:
        return tuple(key_of(getattr(self, field.name)) for field in fields(self))  # type: ignore[arg-type]

    def to_json(self) -> str:
        """The value as JSON text, which `from_json` reads."""
        return to_json(self)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The value of a JSON text that `to_json` has written."""
        return from_json(cls, text)


def to_json(value: object) -> str:
    """A dataclass or named tuple as JSON text."""
    try:
        return _adapter(type(value)).dump_json(value).decode()
    except PydanticSerializationError as error:
        raise unwritable(_adapter(type(value)).dump_python(value, mode="json")) or error from None


def unwritable(plain: object) -> ModelError | None:
    """The error for the first text of plain data with a lone surrogate, which no file can hold; None if it has none."""
    parts: list[tuple[object, tuple[str | int, ...]]] = [(plain, ())]
    while parts:
        part, path = parts.pop()
        if isinstance(part, Mapping):
            parts += [entry for key, value in part.items() for entry in ((value, (*path, str(key))), (key, path))]
        elif isinstance(part, (list, tuple)):
            parts += [(item, (*path, number)) for number, item in enumerate(part)]
        elif isinstance(part, str) and not part.isascii() and part != part.encode(errors="replace").decode():
            problem = f"{short_repr(part)} has half of a character, which no file can hold"
            return ModelError(problem, "correct the text, or how it was read", path, value=part)
    return None


def from_json(kind: type[T], text: str | bytes) -> T:
    """The dataclass or named tuple of a JSON text."""
    try:
        value: T = _adapter(kind).validate_json(json_text(text))
    except ValidationError as error:
        raise explained(error) from None
    return value


def field_schema(
    read: Callable[[Any], Any], write: Callable[[Any], Any], json_schema: Mapping[str, Any]
) -> core_schema.CoreSchema:
    """How pydantic reads and writes a class of ours wherever it is a field."""

    def inside(value: Any) -> Any:
        with errors_inside():
            return read(value)

    return core_schema.no_info_plain_validator_function(
        inside,
        serialization=core_schema.plain_serializer_function_ser_schema(write),
        metadata={"pydantic_js_functions": [lambda schema, handler: dict(json_schema)]},
    )


_adapters: dict[type[Any], TypeAdapter[Any]] = {}


def _adapter(kind: type[Any]) -> TypeAdapter[Any]:
    if kind not in _adapters:
        _adapters[kind] = TypeAdapter(kind)
    return _adapters[kind]


@cache
def _left_out(kind: type[BaseModel], given: tuple[str, ...]) -> tuple[set[str], dict[str, Any]]:
    """The names of the fields that are given, and the others with their defaults, of which none can change."""
    fields = kind.model_fields.items()
    return set(given), {name: field.default for name, field in fields if name not in given}


class Model(BaseModel):
    """A value whose errors are `SlaClockError`s that name the field, the value and the remedy.

    It is immutable, equal by value and hashable; a copy of it is itself; it can be pickled, and goes to JSON and back.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, ignored_types=(lazy,))

    def __init__(self, **data: Any) -> None:
        try:
            super().__init__(**data)
        except ValidationError as error:
            raise explained(error) from None

    # As part of another model, or of a web framework's body, it is built by pydantic, which then knows every error.
    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @classmethod
    def of_checked(cls, **fields: Any) -> Self:
        """Build from fields that are what a check would make of them; those left out have their defaults.

        It is many times as fast as checking, for whoever makes many of what cannot be wrong.
        """
        made = cls.__new__(cls)
        names, defaults = _left_out(cls, tuple(fields))
        if defaults:
            fields |= defaults
        object.__setattr__(made, "__dict__", fields)
        object.__setattr__(made, "__pydantic_fields_set__", names)  # which nothing changes, as the value itself
        object.__setattr__(made, "__pydantic_extra__", None)
        object.__setattr__(made, "__pydantic_private__", None)
        return made

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Build from a mapping, as pydantic does, with this library's errors."""
        try:
            return super().model_validate(obj, **options)
        except ValidationError as error:
            raise explained(error) from None

    @classmethod
    def model_validate_json(cls, json_data: str | bytes | bytearray, **options: Any) -> Self:
        """Build from JSON text, as pydantic does, with this library's errors."""
        try:
            return super().model_validate_json(json_data, **options)
        except ValidationError as error:
            raise explained(error) from None

    def model_dump(self, **options: Any) -> dict[str, Any]:
        """The fields as plain values, as pydantic gives them, with this library's errors."""
        try:
            return super().model_dump(**options)
        except PydanticSerializationError as error:
            raise (error.__cause__ if isinstance(error.__cause__, SlaClockError) else error) from None

    def model_dump_json(self, **options: Any) -> str:
        """The fields as JSON text, as pydantic gives them, with this library's errors."""
        try:
            return super().model_dump_json(**options)
        except PydanticSerializationError as error:
            plain = self.model_dump(mode="json")  # knows which error of ours it was, if it was one
            raise unwritable(plain) or error from None

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """A copy with some fields changed; unlike pydantic's own, the changed fields are checked."""
        fields = {name: getattr(self, name) for name in self.model_fields_set}
        return type(self)(**{**fields, **(update or {})})

    def to_json(self) -> str:
        """The value as JSON text, which `from_json` reads."""
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The value of a JSON text that `to_json` has written."""
        return cls.model_validate_json(json_text(text))

    @lazy
    def _key(self) -> tuple[object, ...]:
        return tuple(key_of(getattr(self, name)) for name in type(self).model_fields)

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return self._key == other._key if isinstance(other, Model) and type(self) is type(other) else NotImplemented

    def __hash__(self) -> int:
        return hash((type(self), self._key))

    def __iter__(self) -> Iterator[tuple[str, Any]]:  # type: ignore[override]
        return ((name, getattr(self, name)) for name in type(self).model_fields)

    def __getstate__(self) -> dict[Any, Any]:
        # What was worked out is worked out anew wherever a pickled value arrives.
        state = super().__getstate__()
        return {**state, "__dict__": {name: getattr(self, name) for name in type(self).model_fields}}

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object = None) -> Self:
        return self  # nothing in it can change

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        for name, field in type(self).model_fields.items():
            value = getattr(self, name)
            if field.is_required() or value != field.get_default(call_default_factory=True):
                yield name, Short(value)

    def __str__(self) -> str:
        return repr(self)


M = TypeVar("M", bound=Model)


class Short:
    """A value with a `repr` of one line, cut short where it is long."""

    def __init__(self, value: object) -> None:
        self._value: object = value._value if isinstance(value, Short) else value

    def __repr__(self) -> str:
        return short_repr(self._value)


def short_repr(value: object) -> str:
    """A `repr` of one line that a message can bear."""
    if isinstance(value, datetime):
        return f"'{value.isoformat()}'"
    text = " ".join(repr(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def explained(error: ValidationError) -> SlaClockError:
    """What pydantic found wrong, as this library says it: the first thing, and how many more there are."""
    return SlaClockError.together([_one(details) for details in error.errors(include_url=False)])


def _one(details: Any) -> SlaClockError:
    path = [part for part in details["loc"] if not str(part).startswith(("function-", "lax-or"))]
    cause = details.get("ctx", {}).get("error")
    if isinstance(cause, SlaClockError):
        return cause.within(*path)
    kind = details["type"]
    if kind == "extra_forbidden":
        problem = "this field is not known"
    elif kind == "missing":
        problem = "this field is missing"
    else:
        problem = details["msg"][:1].lower() + details["msg"][1:]
        for python, plain in _PLAIN.items():
            problem = problem.replace(python, plain)
        problem = f"{problem} (got {_cut(details['input'])})"
    value = None if kind == "missing" else details["input"]
    return ModelError(problem, _REMEDIES.get(kind, "correct it"), path, value=value)


def _cut(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."
