"""How to read a desk's tables of tickets, and those beside them: what their columns, times and words mean."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator

from slaclock.errors import InputError, ModelError, placed
from slaclock.formats.documents import given_path, read_data, read_text
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model, Text, reads, short_repr
from slaclock.policy.attributes import check_attribute
from slaclock.tickets.agreed import AGREED_FOR

from .known_columns import TICKETS, columns_beside
from .mappings import EventMapping
from .time_forms import given_forms
from .zone_names import given_zone

_TABLES = {"tickets": "tickets", "pauses": "pauses", "changes": "changes", "reopenings": "reopenings"} | {
    "messages": "events"
}
"""The sections of columns, and what the tables are that they speak of."""
WORDS = {
    "kind": "kinds", "priority": "priorities", "impact": "impacts", "urgency": "urgencies", "reason": "reasons",
}  # fmt: skip
"""The columns of which words are translated, and the section that does."""
_OF_TICKETS = (*_TABLES, "attributes", "impacts", "urgencies")
"""The sections by which a file speaks of tables of tickets."""
_OF_LOGS = ("columns", "states")
"""Those by which it speaks of a log."""
Columns = FrozenMapping[str, Text]
Words = FrozenMapping[str, Text]


def _texts(value: object) -> object:
    return (value,) if isinstance(value, str) else value


def _names(section: str) -> BeforeValidator:
    """The columns of a section, each of which must be one of slaclock's own, or may be an attribute."""

    def check(value: object) -> object:
        for name in map(str, value) if isinstance(value, Mapping) else ():
            if section == "attributes":
                check_attribute(name)
            elif not (section == "tickets" and name.startswith(AGREED_FOR)):
                _check_name(name, section)
        return value

    return reads(check)


def _check_name(name: str, section: str) -> None:
    wanted = TICKETS if section == "tickets" else columns_beside(_TABLES[section])
    if name not in wanted.names:
        remedy = f"use one of: {', '.join(wanted.names)}"
        if section == "tickets":
            remedy += "; what a ticket has beside them stands in [attributes]"
        raise ModelError(f"{name!r} is no column of such a table", remedy, value=name)


class TicketMapping(Model):
    """How to read a desk's tables of tickets and those beside them.

    `tickets`, `pauses`, `changes`, `reopenings` and `messages` say of slaclock's own names which header is whose; what
    they leave out is known by its header, as without a mapping. `attributes` are kept, whoever asks for them. Times
    are in one of the forms of `time_format`: `iso` (default), `epoch`, `epoch_ms`, `excel`, or formats of `strptime`;
    a text that two of them read differently is an error. Local times are in `timezone`: a name of the IANA database, of
    Windows or of Rails. The texts of `missing` stand for nothing. `kinds`, `priorities`, `impacts`, `urgencies` and
    `reasons` translate the desk's words into the policy's; a word that they do not list stays as it is. `kind` is that
    of tickets of which no column says one. The columns of `ignore` are not read, whatever they are called, and no one
    says so.

    >>> TicketMapping(tickets={"id": "Issue key", "opened": "Created"}, timezone="GMT Standard Time").timezone
    'Europe/London'
    """

    tickets: Annotated[Columns, _names("tickets")] = FrozenDict()
    attributes: Annotated[Columns, _names("attributes")] = FrozenDict()
    pauses: Annotated[Columns, _names("pauses")] = FrozenDict()
    changes: Annotated[Columns, _names("changes")] = FrozenDict()
    reopenings: Annotated[Columns, _names("reopenings")] = FrozenDict()
    messages: Annotated[Columns, _names("messages")] = FrozenDict()
    timezone: Annotated[str | None, reads(given_zone)] = None
    time_format: Annotated[tuple[str, ...], reads(given_forms)] = ()
    missing: Annotated[tuple[str, ...], BeforeValidator(_texts)] = ()
    ignore: Annotated[tuple[str, ...], BeforeValidator(_texts), AfterValidator(tuple)] = ()
    kind: Text | None = None
    kinds: Words = FrozenDict()
    priorities: Words = FrozenDict()
    impacts: Words = FrozenDict()
    urgencies: Words = FrozenDict()
    reasons: Words = FrozenDict()

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            tickets: Mapping[str, str] = ...,
            attributes: Mapping[str, str] = ...,
            pauses: Mapping[str, str] = ...,
            changes: Mapping[str, str] = ...,
            reopenings: Mapping[str, str] = ...,
            messages: Mapping[str, str] = ...,
            timezone: str | None = ...,
            time_format: str | Sequence[str] | None = ...,
            missing: str | Sequence[str] = ...,
            ignore: str | Sequence[str] = ...,
            kind: str | None = ...,
            kinds: Mapping[str, str] = ...,
            priorities: Mapping[str, str] = ...,
            impacts: Mapping[str, str] = ...,
            urgencies: Mapping[str, str] = ...,
            reasons: Mapping[str, str] = ...,
        ) -> None: ...

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a mapping from a TOML file; what it says of a log is left out."""
        file = given_path(path, InputError)
        with placed(file):
            return cls.model_validate(_part(_data(file), EventMapping, cls))

    def columns(self, what: str) -> dict[str, str]:
        """The headers that are named for the columns of tickets, or of a table beside them; none of any other."""
        section = next((section for section, side in _TABLES.items() if side == what), None)
        if section is None:
            return {}
        return {**getattr(self, section), **(self.attributes if what == "tickets" else {})}

    def words(self, column: str) -> Mapping[str, str]:
        """What the words of a column mean."""
        section = WORDS.get(column)
        words: Mapping[str, str] = {} if section is None else getattr(self, section)
        return words


def load_mapping(path: str | os.PathLike[str]) -> tuple[EventMapping | None, TicketMapping | None]:
    """What a file says of a log, and of tables of tickets; None where it does not speak of one of them.

    The `attributes` of a file that speaks of both are columns of the tickets.

    Raises an error with the file and the place in it.
    """
    file = given_path(path, InputError)
    with placed(file):
        data = _data(file)
        of_logs = any(name in data for name in _OF_LOGS)
        of_tickets = any(name in data for name in (*_OF_TICKETS, *(() if of_logs else ("ignore",))))
        of_logs = of_logs or not of_tickets
        log = None
        if of_logs:
            own = _part(data, TicketMapping, EventMapping)
            if of_tickets:
                own.pop("attributes", None)  # they are columns of the tickets
            log = EventMapping.model_validate(own)
        rest = _part(data, EventMapping, TicketMapping)
        return log, TicketMapping.model_validate(rest) if of_tickets else None


def _part(data: Mapping[str, Any], other: type[Model], own: type[Model]) -> dict[str, Any]:
    """What a file says of one of the two, without what only the other knows; what none of them knows is an error."""
    return {name: part for name, part in data.items() if name in own.model_fields or name not in other.model_fields}


def _data(file: Path) -> dict[str, Any]:
    data: dict[str, Any] = read_data(read_text(file, InputError), "toml", InputError)
    return data


def mapping_of(given: TicketMapping | str | os.PathLike[str] | None) -> TicketMapping:
    """The mapping that a caller gives, as such or as its file; without one that which says nothing."""
    if given is None or isinstance(given, TicketMapping):
        return given or TicketMapping()
    if not isinstance(given, (str, os.PathLike)):
        remedy = "give a TicketMapping, or the path of its file"
        raise ModelError(f"{short_repr(given)} is not a mapping of tickets", remedy, "mapping", value=given)
    return TicketMapping.load(given)
