"""How to read a desk's event log: what its columns and its states mean."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

from pydantic import AfterValidator, BeforeValidator, model_validator

from slaclock.errors import EventError, ModelError, placed
from slaclock.formats.documents import given_path, read_data, read_text
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model, Text, reads, short_repr
from slaclock.policy.attributes import FIELDS, check_attribute
from slaclock.policy.measures import OWN_EVENTS

from .time_forms import given_forms
from .zone_names import given_zone

RUNNING, RESOLVED, CLOSED, CANCELLED, WAITING = "running", "resolved", "closed", "cancelled", "paused"
PAUSED = f"{WAITING}:"
"""What stands before the reason in the meaning of a state."""
IGNORE = "ignore"
"""The meaning of what the log says and is of no matter."""
NO_EVENT, BY_AUTHOR, RESPONDED = "none", "by author", "responded"
"""The names of what is no event, of a message that is one by who wrote it, and of the first response."""
ALL_OTHERS = "*"
"""Stands for the words of a log that are not listed."""
STATE, REASON = "state", "reason"
"""What a field of a log may be, beside a field or an attribute of a ticket's."""
_MEANINGS = {word: word for word in (RUNNING, RESOLVED, CLOSED, CANCELLED, IGNORE, WAITING)} | {"merged": CANCELLED}


def _meaning(value: object) -> str:
    word, colon, reason = (part.strip() for part in str(value).partition(":"))
    if word.lower() + colon == PAUSED and reason:
        return PAUSED + reason  # as it is written, since the policy knows it so
    if word.lower() in _MEANINGS and not colon:
        return _MEANINGS[word.lower()]
    remedy = f"use {', '.join(_MEANINGS)} or 'paused: REASON'"
    raise EventError(f"{value!r} is no meaning of a state", remedy, value=value)


def _event_name(value: object) -> object:
    if isinstance(value, str) and value.strip() in OWN_EVENTS and value.strip() != RESPONDED:
        remedy = "say it by states, or name an event such as asked or answered"
        raise EventError(f"{value.strip()!r} is what the states of a log say", remedy, value=value)
    return value.strip() if isinstance(value, str) else value


def _author(value: object) -> object:
    if _event_name(value) == BY_AUTHOR:
        raise EventError(f"{value!r} is no event", "say asked, answered or none", value=value)
    return _event_name(value)


def _attribute(name: str) -> str:
    check_attribute(name)
    return name


def _changed(name: str) -> str:
    if name not in (STATE, REASON, IGNORE, *FIELDS):
        check_attribute(name)
    return name


class EventColumns(Model):
    """Which column of the log holds what: `ticket`, `at`, and either `state` or `field` with `new` must be there.

    `field`, `old` and `new` are those of a log with a row for each field that changed. `reason` holds why a ticket is
    paused, `event` what else a row is, `author` the part of who wrote it. `opened` and `responded` are instants of the
    ticket that any of its rows may say. `sequence` numbers the rows of one instant in their order.
    """

    ticket: str
    at: str
    state: str | None = None
    field: str | None = None
    old: str | None = None
    new: str | None = None
    reason: str | None = None
    opened: str | None = None
    responded: str | None = None
    kind: str | None = None
    priority: str | None = None
    category: str | None = None
    impact: str | None = None
    urgency: str | None = None
    event: str | None = None
    author: str | None = None
    sequence: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if (self.state is None) == (self.field is None):
            problem = "nothing says" if self.state is None else "two columns say"
            remedy = "give state (a row a state), or field, old and new (a row a changed field)"
            raise EventError(f"{problem} what a row of the log is of", remedy, value=self)
        if (self.field is None) != (self.new is None) or (self.field is None and self.old is not None):
            raise EventError("field, old and new go together", "give the three, or none of them", value=self)
        return self


class EventMapping(Model):
    """How to read a desk's event log.

    `states` says of every state whether it is `running`, `resolved`, `closed`, `cancelled` or `merged`, `paused:
    REASON` (or `paused`, where the column `reason` says why), or to be left aside (`ignore`). Times are in one of the
    forms of `time_format`: `iso` (default), `epoch`, `epoch_ms`, `excel`, or formats of `strptime`; a text that two of
    them read differently is an error. Local times are in `timezone`: a name of the IANA database, of Windows or of
    Rails. `missing` are the texts that stand for nothing, `ignore` columns that are not read, of which no one says so.
    `priorities`, `kinds` and `reasons` translate the desk's words into the policy's; a word that they do not list stays
    as it is. Entering a state of `responded` is the first response. `attributes` name the columns of attributes of the
    ticket's own.

    `fields` say of every value of the column `field` what changed: `state`, `reason`, a field of a ticket such as
    `priority`, the name of an attribute, or `ignore`. `events` say of every value of the column `event`, which may be
    that of the states or fields, which event it is: `asked` (the customer wrote), `answered` (the desk wrote),
    `responded` (the first response), a name of the desk's own, `none`, or `by author`: what `authors` say of the column
    `author`. The first `answered` is a response too. `"*"` stands for all that `states`, `reasons`, `fields`, `events`
    or `authors` do not list.

    >>> import slaclock as sc
    >>> mapping = sc.EventMapping(columns={"ticket": "number", "at": "changed", "state": "state"},
    ...                           states={"New": "running", "On hold": "paused: third_party", "Done": "resolved"},
    ...                           timezone="Europe/London")
    >>> mapping.states["On hold"]
    'paused:third_party'
    """

    columns: EventColumns
    states: FrozenMapping[str, Annotated[str, BeforeValidator(_meaning)]]
    timezone: Annotated[str | None, reads(given_zone)] = None
    time_format: Annotated[tuple[str, ...], reads(given_forms)] = ()
    missing: tuple[str, ...] = ("",)
    ignore: tuple[str, ...] = ()
    kind: Text = "incident"
    kinds: FrozenMapping[str, str] = FrozenDict()
    priorities: FrozenMapping[str, str] = FrozenDict()
    reasons: FrozenMapping[str, Text] = FrozenDict()
    responded: tuple[str, ...] = ()
    fields: FrozenMapping[str, Annotated[str, AfterValidator(_changed)]] = FrozenDict()
    attributes: FrozenMapping[Annotated[str, AfterValidator(_attribute)], str] = FrozenDict()
    events: FrozenMapping[str, Annotated[Text, BeforeValidator(_event_name)]] = FrozenDict()
    authors: FrozenMapping[str, Annotated[Text, BeforeValidator(_author)]] = FrozenDict()

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            columns: EventColumns | Mapping[str, str],
            states: Mapping[str, str],
            timezone: str | None = ...,
            time_format: str | Sequence[str] | None = ...,
            missing: Sequence[str] = ...,
            ignore: Sequence[str] = ...,
            kind: str = ...,
            kinds: Mapping[str, str] = ...,
            priorities: Mapping[str, str] = ...,
            reasons: Mapping[str, str] = ...,
            responded: Sequence[str] = ...,
            fields: Mapping[str, str] = ...,
            attributes: Mapping[str, str] = ...,
            events: Mapping[str, str] = ...,
            authors: Mapping[str, str] = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        unknown = [state for state in self.responded if state not in self.states]
        if unknown:
            raise EventError(
                f"the response state {unknown[0]!r} is not among the states", "add it to states", value=unknown[0]
            )
        if bool(self.events) != (self.columns.event is not None):
            missing = "column says which of the events a row is" if self.events else "values of its column are events"
            remedy = "give [columns] event" if self.events else "give [events], such as Reply = 'answered'"
            raise EventError(f"nothing says which {missing}", remedy, value=self.columns)
        if bool(self.fields) != (self.columns.field is not None):
            missing = "column says which of the fields changed" if self.fields else "values of its column are fields"
            remedy = "give [columns] field" if self.fields else "give [fields], such as Status = 'state'"
            raise EventError(f"nothing says which {missing}", remedy, value=self.columns)
        by_author = BY_AUTHOR in self.events.values()
        if not by_author == bool(self.authors) == (self.columns.author is not None):
            remedy = "give [columns] author, [authors], and an event that is 'by author'"
            raise EventError("nothing says which messages are whose", remedy, value=self.columns)
        if WAITING in self.states.values() and self.columns.reason is None and REASON not in self.fields.values():
            remedy = "write 'paused: REASON', or give [columns] reason"
            raise EventError("nothing says why a ticket is paused", remedy, value=WAITING)
        twice = {name for name in (REASON, *FIELDS) if getattr(self.columns, name)} | set(self.attributes)
        for name in self.fields.values():
            if name in twice:
                raise EventError(f"{name!r} is a column, and a field too", "remove one of the two", value=name)
        return self

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
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
