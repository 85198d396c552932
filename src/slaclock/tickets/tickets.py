"""A ticket: when it opened, what happened to it, what it changed into, and when it waited."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any, Self, TypeVar

from pydantic import AfterValidator, model_validator

from slaclock.clock.pauses import Pause
from slaclock.clock.targets import Target
from slaclock.errors import ModelError, NegativeIntervalError, placed
from slaclock.formats.cells import cell, facts_html, paragraph, table_html
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Instant, MaybeInstant, MaybeText, Model, Text
from slaclock.formats.tables import instant_text
from slaclock.policy.attributes import Attributes, Given, check_changing
from slaclock.policy.measures import OWN_EVENTS, Measure
from slaclock.temporal.instants import to_micros

from .agreed import AgreedField


class Change(Model):
    """From `at` on a field of the ticket has another value: `to` none means that it has none from then on.

    `field` is kind, priority, category, impact, urgency, or an attribute of the ticket's own (customer, site, team).

    >>> import slaclock as sc
    >>> raised = sc.Change(at="2018-04-09T16:00+01:00", field="priority", to="P1")
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00", changes=[raised])
    >>> sc.assess(ticket, sc.Policy.example(), at="2018-04-09T16:00+01:00").priority
    'P1'
    """

    at: Instant
    field: Text
    to: MaybeText

    if TYPE_CHECKING:

        def __init__(self, *, at: datetime | str, field: str, to: str | None) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        with placed("field"):
            check_changing(self.field)
        if self.field == "kind" and self.to is None:
            raise ModelError("a ticket is always of some kind", "give the kind that it changes to", "to")
        return self


class Event(Model):
    """Something that happened to the ticket at an instant, by its name.

    Two names have a meaning: `asked` (the customer wrote) and `answered` (the desk wrote). Others are a desk's own, for
    the measures of its policy. What fields of the ticket say, such as `resolved`, is no event.

    >>> import slaclock as sc
    >>> asked = sc.Event(at="2018-04-09T15:00+01:00", name="asked")
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-09T09:00+01:00",
    ...                    responded="2018-04-09T09:30+01:00", events=[asked])
    >>> str(sc.assess(ticket, sc.Policy.example(), at="2018-04-09T16:00+01:00", measure="reply").started)
    '2018-04-09 15:00:00+01:00'
    """

    at: Instant
    name: Text

    if TYPE_CHECKING:

        def __init__(self, *, at: datetime | str, name: str) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.name in OWN_EVENTS:
            remedy = f"give the ticket {_OWN_FIELDS[self.name]}"
            raise ModelError(f"{self.name!r} is what a field of the ticket says", remedy, "name", value=self.name)
        return self


_OWN_FIELDS = {"reopened": "reopenings"} | {name: name for name in OWN_EVENTS if name != "reopened"}


class Reopening(Model):
    """A resolution that did not last: resolved, then reopened.

    >>> import slaclock as sc
    >>> again = sc.Reopening(resolved="2018-04-09T12:00+01:00", reopened="2018-04-11T09:00+01:00")
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00", reopenings=[again])
    >>> str(sc.assess(ticket, sc.Policy.example(), at="2018-04-11T10:00+01:00").elapsed)
    '3:00:00'
    """

    resolved: Instant
    reopened: Instant

    if TYPE_CHECKING:

        def __init__(self, *, resolved: datetime | str, reopened: datetime | str) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if to_micros(self.reopened) < to_micros(self.resolved):
            raise _early("reopened", self.reopened, "resolved", self.resolved)
        return self


E = TypeVar("E", Change, Event)


def _in_order(entries: tuple[E, ...]) -> tuple[E, ...]:
    """Changes or events by their instants; those of one instant keep their order, since of changes the last holds."""
    return entries if len(entries) < 2 else tuple(sorted(entries, key=lambda entry: to_micros(entry.at)))


def _reopenings_in_order(reopenings: tuple[Reopening, ...]) -> tuple[Reopening, ...]:
    """The reopenings by their instants."""
    if len(reopenings) < 2:
        return reopenings
    return tuple(
        sorted(reopenings, key=lambda reopening: (to_micros(reopening.resolved), to_micros(reopening.reopened)))
    )


class Ticket(Model):
    """A ticket as a desk's records have it, now or at any later time.

    `kind`, `priority`, `category`, `impact`, `urgency` and `attributes` are those that it opened with, and `changes`
    are the later ones. `resolved` is the last resolution, and `reopenings` are those before it. `events` are messages,
    and whatever else a measure of the policy starts or ends at. All of these, and pauses, may be given in any order.
    `cancelled` is when it was withdrawn or merged into another. `abandoned` is when whoever asked gave up before there
    was an answer, as callers do; only service standards look at it. `agreed` is what was agreed for this ticket: by
    measure a target, or the instant at which it is due. Instants are aware datetimes, or ISO 8601 text with an offset.

    >>> ticket = Ticket(id="T1", kind="incident", priority="P2", opened="2018-04-09T10:00+01:00",
    ...                 pauses=[Pause(start="2018-04-09T15:00+01:00", reason="third_party")],
    ...                 changes=[Change(at="2018-04-09T16:00+01:00", field="priority", to="P1")])
    >>> ticket.resolved is None
    True
    """

    id: Text
    kind: Text = "incident"
    priority: MaybeText = None
    opened: Instant
    responded: MaybeInstant = None
    resolved: MaybeInstant = None
    cancelled: MaybeInstant = None
    abandoned: MaybeInstant = None
    category: MaybeText = None
    impact: MaybeText = None
    urgency: MaybeText = None
    attributes: Attributes = FrozenDict()
    agreed: Annotated[FrozenMapping[Measure, AgreedField], Given] = FrozenDict()
    pauses: tuple[Pause, ...] = ()
    changes: Annotated[tuple[Change, ...], AfterValidator(_in_order)] = ()
    reopenings: Annotated[tuple[Reopening, ...], AfterValidator(_reopenings_in_order)] = ()
    events: Annotated[tuple[Event, ...], AfterValidator(_in_order)] = ()

    if TYPE_CHECKING:  # the shapes that pydantic accepts, for those who call the constructor

        def __init__(
            self,
            *,
            id: str,
            kind: str = ...,
            priority: str | None = ...,
            opened: datetime | str,
            responded: datetime | str | None = ...,
            resolved: datetime | str | None = ...,
            cancelled: datetime | str | None = ...,
            abandoned: datetime | str | None = ...,
            category: str | None = ...,
            impact: str | None = ...,
            urgency: str | None = ...,
            attributes: Mapping[str, str] = ...,
            agreed: Mapping[Measure, Target | datetime | str] = ...,
            pauses: Sequence[Pause | dict[str, Any]] = ...,
            changes: Sequence[Change | dict[str, Any]] = ...,
            reopenings: Sequence[Reopening | dict[str, Any]] = ...,
            events: Sequence[Event | dict[str, Any]] = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        opened = to_micros(self.opened)
        for name in ("responded", "resolved", "cancelled", "abandoned"):
            at: datetime | None = getattr(self, name)
            if at is not None and to_micros(at) < opened:
                raise _early(name, at, "opened", self.opened).within(f"ticket {self.id}")
        for measure, agreed in self.agreed.items():
            if isinstance(agreed, datetime) and to_micros(agreed) < opened:
                early = _early("due as agreed", agreed, "opened", self.opened)
                raise early.within(f"ticket {self.id}", "agreed", measure)
        last, since = self.opened, "opened"
        for reopening in self.reopenings:
            if to_micros(reopening.resolved) < to_micros(last):
                raise _early("resolved", reopening.resolved, since, last).within(f"ticket {self.id}")
            last, since = reopening.reopened, "reopened"
        if self.resolved is not None and to_micros(self.resolved) < to_micros(last):
            raise _early("resolved", self.resolved, since, last).within(f"ticket {self.id}")
        if self.changes and to_micros(self.changes[0].at) < opened:
            raise _early("changed", self.changes[0].at, "opened", self.opened).within(f"ticket {self.id}")
        if self.events and to_micros(self.events[0].at) < opened:
            first = self.events[0]
            raise _early(first.name, first.at, "opened", self.opened).within(f"ticket {self.id}")
        return self

    def _repr_html_(self) -> str:
        names = ("kind", "priority", "category", "impact", "urgency")
        facts = [(name, value) for name in names if (value := getattr(self, name)) is not None]
        facts += [*self.attributes.items()]
        facts += [(f"{measure} as agreed", _agreed_text(agreed)) for measure, agreed in self.agreed.items()]
        rows = [
            (instant_text(at), what, detail)
            for at, what, detail in sorted(self._history(), key=lambda line: to_micros(line[0]))
        ]
        return cell(paragraph(self.id, "lead"), facts_html(facts), table_html(("when", "what happened", ""), rows))

    def _history(self) -> Iterator[tuple[datetime, str, str]]:
        """What happened to it, as recorded."""
        yield self.opened, "opened", ""
        for name in ("responded", "resolved", "cancelled", "abandoned"):
            if (at := getattr(self, name)) is not None:
                yield at, name, ""
        for pause in self.pauses:
            until = "still open" if pause.end is None else f"until {instant_text(pause.end)}"
            yield pause.start, "waits", f"for {pause.reason}, {until}" if pause.reason else until
        for change in self.changes:
            yield change.at, f"{change.field} changes", f"to {change.to or 'none'}"
        for reopening in self.reopenings:
            yield reopening.resolved, "resolved", ""
            yield reopening.reopened, "reopened", ""
        for event in self.events:
            yield event.at, event.name, ""


def _agreed_text(agreed: Target | datetime) -> str:
    return instant_text(agreed) if isinstance(agreed, datetime) else str(agreed)


def responses(ticket: Ticket) -> list[int]:
    """The instants at which the desk answered: a recorded response is one."""
    recorded = [] if ticket.responded is None else [to_micros(ticket.responded)]
    return recorded + [to_micros(event.at) for event in ticket.events if event.name == "answered"]


def _early(name: str, at: datetime, since: str, start: datetime) -> NegativeIntervalError:
    return NegativeIntervalError(
        f"{name} at {at.isoformat()}, before it was {since} at {start.isoformat()}", "correct one of the two", value=at
    )
