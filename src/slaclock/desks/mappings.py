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
from slaclock.policy.attributes import FIELDS
from slaclock.policy.measures import OWN_EVENTS
from slaclock.temporal.instants import check_format, find_zone

RUNNING, RESOLVED, CLOSED, CANCELLED, IGNORED = "running", "resolved", "closed", "cancelled", "ignore"
PAUSED = "paused:"
"""What a paused state's meaning begins with; its reason, where the log has no column for it, comes after."""
NO_EVENT, BY_AUTHOR = "none", "author"
"""The names of what the log says and is no event, and of what is one by whoever wrote it."""
OTHERS = "*"
"""What stands for all that is not listed."""
STATE, REASON = "state", "reason"
"""What a change of a field may be one of, beside the ticket's own fields."""


def _meaning(value: object) -> str:
    word, colon, reason = (part.strip() for part in str(value).partition(":"))
    if word.lower() + colon == PAUSED and reason:
        return PAUSED + reason  # as it is written, since the policy knows it so
    if word.lower() in (RUNNING, RESOLVED, CLOSED, CANCELLED, IGNORED) and not colon:
        return word.lower()
    if word.lower() + ":" == PAUSED and not colon:
        return PAUSED  # the log has the reason in a column of its own
    remedy = "use running, resolved, closed, cancelled, ignore or 'paused: REASON'"
    raise EventError(f"{value!r} is no meaning of a state", remedy, value=value)


def _field_name(value: object) -> object:
    if isinstance(value, str) and value.strip() not in (STATE, REASON, *FIELDS):
        remedy = "use one of: " + ", ".join((STATE, REASON, *FIELDS))
        raise EventError(f"{value!r} is nothing that a log changes", remedy, value=value)
    return value.strip() if isinstance(value, str) else value


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
    """Which column of the log holds what.

    `ticket` and `at` must be there, and either `state`, in a log of one row a state, or `field` and `new`, in one of
    one row a changed field. `old` is what was before, `reason` why a paused state waits, `author` who wrote a message,
    `responded` when the first response was, and `sequence` a number by which rows of one instant stand in order.
    """

    ticket: str
    at: str
    state: str | None = None
    field: str | None = None
    new: str | None = None
    old: str | None = None
    reason: str | None = None
    author: str | None = None
    sequence: str | None = None
    responded: str | None = None
    opened: str | None = None
    kind: str | None = None
    priority: str | None = None
    category: str | None = None
    impact: str | None = None
    urgency: str | None = None
    event: str | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.state is None and self.field is None:
            raise ModelError("this field is missing", "give it, or field and new in a log of changed fields", "state")
        if self.state is not None and self.field is not None:
            remedy = "keep state in a log of one row a state, field and new in one of one row a changed field"
            raise ModelError("a log has either states or changed fields", remedy, "field", value=self.field)
        if (self.field is None) != (self.new is None):
            name = "field" if self.field is None else "new"
            raise ModelError("a log of changed fields has both field and new", f"give {name}", name)
        return self


class EventMapping(Model):
    """How to read a desk's event log.

    `states` says of every state whether it is `running`, `resolved`, `closed`, `cancelled` (withdrawn or merged),
    `paused` where a column has the reason, else `paused: REASON`, or `ignore`; `"*"` is all that are not listed.
    `reasons` translates the column's reasons into the policy's. In a log of changed fields, `fields` says which of
    them is the `state`, the `reason`, or a field of the ticket; others say nothing. Times are ISO 8601, or in
    `time_format` (as `datetime.strptime` has it), and in `timezone` where they carry no offset. `missing` are the
    texts that stand for nothing. `priorities` and `kinds` translate the desk's words into the policy's; a word that
    they do not list stays as it is. Entering a state of `responded` is the first response. `events` say of every value
    of the column `event`, which may be that of the states, which event it is: `asked` (the customer wrote), `answered`
    (the desk wrote), a name of the desk's own, `none`, or `author`: then `authors` says it by the column `author`. The
    first `answered` is a response too.
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
    authors: FrozenMapping[str, Annotated[Text, BeforeValidator(_event_name)]] = FrozenDict()
    fields: FrozenMapping[str, Annotated[str, BeforeValidator(_field_name)]] = FrozenDict()
    reasons: FrozenMapping[str, Text] = FrozenDict()

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
            authors: Mapping[str, str] = ...,
            fields: Mapping[str, str] = ...,
            reasons: Mapping[str, str] = ...,
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
        self._check_parts()
        return self

    def _check_parts(self) -> None:
        """What one part of the mapping names needs another."""
        of_fields = set(self.fields.values())
        if (self.columns.field is None) == bool(self.fields):
            remedy = "give [columns] field and new" if self.fields else "give [fields], such as status = 'state'"
            problem = "a log of changed fields has a column of them, and [fields] that say what they are"
            raise EventError(problem, remedy)
        if self.fields and STATE not in of_fields:
            raise EventError("none of the fields is the state", "say which, such as status = 'state'", "fields")
        if self.columns.field is not None and self.columns.reason is not None:
            problem = "the reasons of a log of changed fields are a field"
            raise EventError(problem, "name it in [fields]", ("columns", "reason"))
        without = next((state for state, meaning in self.states.items() if meaning == PAUSED), None)
        if without is not None and self.columns.reason is None and REASON not in of_fields:
            remedy = "write 'paused: REASON', or give [columns] reason"
            raise EventError(f"nothing says why {without!r} is paused", remedy, "states", value=without)
        by_author = BY_AUTHOR in self.events.values()
        if by_author != bool(self.authors) or by_author != (self.columns.author is not None):
            remedy = "give [columns] author, [authors] such as customer = 'asked', and an event that is by its 'author'"
            raise EventError("messages by their authors need three parts", remedy)

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
