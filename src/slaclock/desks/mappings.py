"""How to read a desk's event log: what its columns and its states mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from slaclock.errors import EventError, ModelError, placed
from slaclock.formats.documents import given_path, read_data, read_text
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model, Text, short_repr
from slaclock.policy.measures import OWN_EVENTS
from slaclock.temporal.instants import check_format, find_zone

RUNNING, RESOLVED, CLOSED, CANCELLED, PAUSED = "running", "resolved", "closed", "cancelled", "paused:"
IGNORE = "ignore"
"""The meaning of what the log says and is of no matter."""
NO_EVENT = "none"
"""The name of what the log says and is no event."""
ALL_OTHERS = "*"
"""Stands for the words of a log that are not listed."""
_MEANINGS = {word: word for word in (RUNNING, RESOLVED, CLOSED, CANCELLED, IGNORE)} | {"merged": CANCELLED}


def _meaning(value: object) -> str:
    word, colon, reason = (part.strip() for part in str(value).partition(":"))
    if word.lower() + colon == PAUSED and reason:
        return PAUSED + reason  # as it is written, since the policy knows it so
    if word.lower() in _MEANINGS and not colon:
        return _MEANINGS[word.lower()]
    remedy = f"use {', '.join(_MEANINGS)} or 'paused: REASON'"
    raise EventError(f"{value!r} is no meaning of a state", remedy, value=value)


def _event_name(value: object) -> object:
    if isinstance(value, str) and value.strip() in OWN_EVENTS:
        remedy = "say it by states, or name an event such as asked or answered"
        raise EventError(f"{value.strip()!r} is what the states of a log say", remedy, value=value)
    return value.strip() if isinstance(value, str) else value


def _format(value: str | None) -> str | None:
    if value is not None:
        check_format(value)
    return value


class EventColumns(Model):
    """Which column of the log holds what; only the first three must be there."""

    ticket: str
    state: str
    at: str
    opened: str | None = None
    kind: str | None = None
    priority: str | None = None
    category: str | None = None
    impact: str | None = None
    urgency: str | None = None
    event: str | None = None


class EventMapping(Model):
    """How to read a desk's event log.

    `states` says of every state whether it is `running`, `resolved`, `closed`, `cancelled` or `merged`, `paused:
    REASON`, or to be left aside (`ignore`); `"*"` stands for the states that are not listed. Times are ISO 8601, or in
    `time_format` (as `datetime.strptime` has it), and in `timezone` where they carry no offset. `missing` are the texts
    that stand for nothing. `priorities` and `kinds` translate the desk's words into the policy's; a word that they do
    not list stays as it is. Entering a state of `responded` is the first response.
    `events` say of every value of the column `event`, which may be that of the states, which event it is: `asked` (the
    customer wrote), `answered` (the desk wrote), a name of the desk's own, or `none`. The first `answered` is a
    response too.
    """

    columns: EventColumns
    states: FrozenMapping[str, Annotated[str, BeforeValidator(_meaning)]]
    timezone: str | None = None
    time_format: Annotated[str | None, AfterValidator(_format)] = None
    missing: tuple[str, ...] = ("",)
    kind: str = "incident"
    kinds: FrozenMapping[str, str] = FrozenDict()
    priorities: FrozenMapping[str, str] = FrozenDict()
    responded: tuple[str, ...] = ()
    events: FrozenMapping[str, Annotated[Text, BeforeValidator(_event_name)]] = FrozenDict()

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            columns: EventColumns | Mapping[str, str],
            states: Mapping[str, str],
            timezone: str | None = ...,
            time_format: str | None = ...,
            missing: Sequence[str] = ...,
            kind: str = ...,
            kinds: Mapping[str, str] = ...,
            priorities: Mapping[str, str] = ...,
            responded: Sequence[str] = ...,
            events: Mapping[str, str] = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.timezone is not None:
            find_zone(self.timezone)
        unknown = [state for state in self.responded if state not in self.states]
        if unknown:
            raise EventError(
                f"the response state {unknown[0]!r} is not among the states", "add it to states", value=unknown[0]
            )
        if bool(self.events) != (self.columns.event is not None):
            missing = "column says which of the events a row is" if self.events else "values of its column are events"
            remedy = "give [columns] event" if self.events else "give [events], such as Reply = 'answered'"
            raise EventError(f"nothing says which {missing}", remedy, value=None)
        return self

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a mapping from a TOML file."""
        file = given_path(path, EventError)
        text = read_text(file, EventError)
        with placed(Path(file)):
            return cls.model_validate(read_data(text, "toml", EventError))


def not_a_mapping(value: object) -> ModelError:
    """The error for what was given as a mapping of events and is none."""
    remedy = "give an EventMapping"
    if isinstance(value, (str, Path)):
        remedy = f"give EventMapping.load({short_repr(str(value))})"
    elif isinstance(value, Mapping):
        remedy = "give EventMapping.model_validate({...})"
    return ModelError(f"{short_repr(value)} is not a mapping of events", remedy, "mapping", value=value)
