"""The rows of one ticket, in order, folded into what they come to: pauses, resolutions, reopenings and changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache
from itertools import groupby
from typing import Any, NamedTuple

from slaclock.clock.pauses import Pause
from slaclock.errors import EventError, SlaClockError
from slaclock.formats.mappings import FrozenDict
from slaclock.policy.attributes import FIELDS
from slaclock.tickets.tickets import Change, Event, Reopening, Ticket

from .faults import BadRow, Place
from .log_cells import State
from .log_rows import Changed, LogRows
from .log_times import Moment
from .mappings import (
    ALL_OTHERS,
    CANCELLED,
    CLOSED,
    IGNORE,
    NO_EVENT,
    REASON,
    RESOLVED,
    RESPONDED,
    STATE,
    WAITING,
    EventMapping,
)

_OWN = frozenset(FIELDS)
_NO_ATTRIBUTES: FrozenDict[str, str] = FrozenDict()


class LoggedTicket(NamedTuple):
    """A ticket as a log tells of it, and the fields that its rows speak of: the log gives their whole history."""

    ticket: Ticket
    given: frozenset[str]


class Fold:
    """What a ticket has come to while its states are read in order."""

    __slots__ = ("_waiting", "_withdrawn", "cancelled", "pauses", "reopenings", "resolved", "responded")

    def __init__(self) -> None:
        self.pauses: list[Pause] = []
        self.reopenings: list[Reopening] = []
        self.responded: Moment | None = None
        self.resolved: Moment | None = None
        self.cancelled: Moment | None = None
        self._withdrawn = False
        self._waiting: tuple[Moment, str] | None = None

    def respond(self, moment: Moment | None) -> None:
        """The ticket was answered, if it was not before; None says nothing."""
        if moment is not None and (self.responded is None or moment.micros < self.responded.micros):
            self.responded = moment

    def state(self, meaning: str, reason: str | None, moment: Moment) -> None:
        """From an instant on the ticket is in a state."""
        if self._waiting is not None and (meaning != WAITING or self._waiting[1] != reason):
            start, waited_for = self._waiting
            self.pauses.append(Pause.of_checked(start=start.at, end=moment.at, reason=waited_for))
            self._waiting = None
        if meaning == CANCELLED:
            self.cancelled, self._withdrawn = self.cancelled if self._withdrawn else moment, True
            return
        if meaning in (RESOLVED, CLOSED):
            if meaning == RESOLVED or not self._withdrawn:  # what is closed after it was withdrawn was not resolved
                self.resolved = self.resolved or moment
            return
        if (ended := self.resolved or (self.cancelled if self._withdrawn else None)) is not None:
            self.reopenings.append(Reopening.of_checked(resolved=ended.at, reopened=moment.at))
            self.resolved, self._withdrawn = None, False
        if meaning == WAITING and self._waiting is None:
            assert reason is not None
            self._waiting = moment, reason

    def end(self) -> None:
        """There are no more rows: a ticket that waits still waits."""
        if self._waiting is not None:
            start, reason = self._waiting
            self.pauses.append(Pause.of_checked(start=start.at, end=None, reason=reason))


def folded(key: str, rows: Sequence[int], log: LogRows, mapping: EventMapping) -> LoggedTicket | BadRow:
    """The ticket that its rows, in order, come to, or what is wrong with them."""
    try:
        return _Rows(rows, log, mapping).ticket(key)
    except SlaClockError as error:
        if error.row is not None:
            return BadRow.of(error, log.place(error.row))
        place = log.place(rows[0])
        events = f"the events of {key} from {place._replace(file='')}"
        return BadRow.of(error, Place(f"{place.file}, {events}" if place.file else events))


class _Rows:
    """The rows of one ticket in order; what they say of the time before its opening holds from it on."""

    __slots__ = (
        "_before", "_changes", "_fold", "_given", "_kind", "_log", "_moments", "_now", "_numbers", "_opened", "_stated",
        "_usual_reason", "_values",
    )  # fmt: skip

    def __init__(self, rows: Sequence[int], log: LogRows, mapping: EventMapping) -> None:
        self._log, self._fold = log, Fold()
        self._stated = _first(rows, log.opened)
        self._opened = opened = self._stated or log.moments[rows[0]]
        self._numbers, self._moments = rows, list(map(log.moments.__getitem__, rows))
        if self._moments[0].micros < opened.micros:
            self._moments = [at if at.micros >= opened.micros else opened for at in self._moments]
        self._kind, self._usual_reason = mapping.kind, mapping.reasons.get(ALL_OTHERS)
        self._values: dict[str, str | None] = {}
        self._now: dict[str, str | None] = {}
        self._before: dict[str, Any] = {}
        self._changes: list[tuple[int, Change]] = []
        self._given: dict[str, None] = {}

    @property
    def _rows(self) -> Iterable[tuple[int, Moment]]:
        """The rows, each with its instant, or that of the opening where this is later."""
        return zip(self._numbers, self._moments, strict=True)

    def ticket(self, key: str) -> LoggedTicket:
        """The ticket that they come to, and the fields of which they speak."""
        log, fold, values = self._log, self._fold, self._values
        if log.changes:
            self._read_fields()
        else:
            self._read_states()
        for name, words in log.words.items():
            self._read_words(name, words)
        events = tuple(self._read_events()) if log.events else ()
        if log.responded:
            for row, _ in self._rows:
                fold.respond(log.responded[row])
        fold.end()
        ticket = Ticket.of_checked(
            id=key,
            opened=self._opened.at,
            responded=_at(fold.responded),
            resolved=_at(fold.resolved),
            cancelled=_at(fold.cancelled),
            kind=values.get("kind") or self._kind,
            priority=values.get("priority") or None,
            category=values.get("category") or None,
            impact=values.get("impact") or None,
            urgency=values.get("urgency") or None,
            attributes=_attributes(values),
            pauses=tuple(fold.pauses),
            changes=self._in_order() if self._changes else (),
            reopenings=tuple(fold.reopenings),
            events=events,
        )
        if log.responded:
            ticket = ticket.model_copy()  # checked: a response of which the log names the instant may lie anywhere
        return LoggedTicket(ticket, _given(tuple(self._given)))

    def _in_order(self) -> tuple[Change, ...]:
        """The changes by their rows; those of one row as the columns were read."""
        self._changes.sort(key=_index)
        return tuple([change for _, change in self._changes])

    def _read_states(self) -> None:
        """Fold the states of a log with a row a state."""
        states, reasons = self._log.states, self._log.reasons
        last: State | None = None
        reason: str | None = None
        for row, at in self._rows:
            state = states[row]
            if (state is last and not reasons) or state is None or state.meaning == IGNORE:
                continue
            own = reasons[row] if reasons and state.meaning == WAITING else None
            if state is not last or own != reason:
                last, reason = state, own
                self._step(state, own, row, at)

    def _read_words(self, name: str, words: Sequence[str | None]) -> None:
        """What a column of a field says: its first row's value from the opening, another from its row on."""
        now = self._values[name] = words[self._numbers[0]]
        spoken = now is not None
        for index, row in enumerate(self._numbers):
            word = words[row]
            if word is not None and word != now:
                self._change(index, name, word, self._moments[index])
                now, spoken = word, True
        if spoken:
            self._given[name] = None

    def _read_fields(self) -> None:
        """Fold the words and the states of a log with a row a changed field."""
        changes = self._log.changes
        for index, (row, at) in enumerate(self._rows):
            change = changes[row]
            if change is not None and change.field not in (STATE, REASON):
                self._read_word(index, change, at)
        own = [
            (row, at, change)
            for row, at in self._rows
            if (change := changes[row]) is not None and change.field in (STATE, REASON)
        ]
        for name in (STATE, REASON):
            first = next(((at, change.old) for _, at, change in own if change.field == name), None)
            if first is not None and not self._from_opening(first[0]):
                self._before[name] = first[1]
        self._read_state_fields(own)

    def _read_word(self, index: int, change: Changed, at: Moment) -> None:
        """What a row says of a field: the value before it holds from the opening, and so does that of the first row."""
        name = change.field
        self._given[name] = None
        if name not in self._values:
            early = self._from_opening(at) or (change.old is None and index == 0)
            self._values[name] = self._now[name] = change.new if early else change.old
        if self._from_opening(at):
            self._values[name] = self._now[name] = change.new
        elif change.new != (self._now[name] or ""):
            self._change(index, name, change.new, at)
            self._now[name] = change.new

    def _from_opening(self, at: Moment) -> bool:
        """Whether what is so from an instant on is so from the opening, which another column says."""
        return self._stated is not None and at.micros <= self._opened.micros

    def _read_state_fields(self, entries: Sequence[tuple[int, Moment, Changed]]) -> None:
        """Fold states and reasons, which a desk writes in either order where both change at once."""
        state, reason = self._before.get(STATE), self._before.get(REASON)
        if state is not None and entries and entries[0][1].micros > self._opened.micros:
            self._step(state, reason, entries[0][0], self._opened)
        for _, group in groupby(entries, key=_instant):
            at_once = list(group)
            states = [(row, change.new) for row, _, change in at_once if change.field == STATE]
            reason = next((change.new for _, _, change in reversed(at_once) if change.field == REASON), reason)
            first, at, _ = at_once[0]
            for row, new in states or ([] if state is None else [(first, state)]):
                if new.meaning != IGNORE and (states or new.meaning == WAITING):
                    self._step(new, reason, row, at)
                    state = new

    def _step(self, state: State, reason: str | None, row: int, at: Moment) -> None:
        """From an instant on the ticket is in a state; what it waits for is said by the state, or else beside it."""
        if state.meaning == WAITING:
            reason = state.reason or reason or self._usual_reason
            if reason is None:
                remedy = "give one, or the usual one: [reasons] '*'"
                error = EventError("the reason of the pause is missing", remedy)
                error.row = row
                raise error
        if state.responds:
            self._fold.respond(at)
        self._fold.state(state.meaning, reason, at)

    def _change(self, index: int, name: str, to: str, at: Moment) -> None:
        # That a kind cannot become none is the only thing to check of a change that was read.
        make = Change if name == "kind" and not to else Change.of_checked
        self._changes.append((index, make(at=at.at, field=name, to=to or None)))

    def _read_events(self) -> Iterator[Event]:
        events = self._log.events
        for row, at in self._rows:
            name = events[row]
            if name == RESPONDED:
                self._fold.respond(at)
            elif name is not None and name != NO_EVENT:
                yield Event.of_checked(at=at.at, name=name)


def _first(rows: Sequence[int], moments: Sequence[Moment | None]) -> Moment | None:
    """The first instant that any of the rows says."""
    if moments:
        for row in rows:
            if (at := moments[row]) is not None:
                return at
    return None


def _instant(entry: tuple[int, Moment, Changed]) -> int:
    return entry[1].micros


def _index(entry: tuple[int, Change]) -> int:
    return entry[0]


@cache
def _given(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


def _attributes(values: dict[str, str | None]) -> FrozenDict[str, str]:
    """Those of the values that are attributes of the ticket's own, and not none."""
    if values.keys() <= _OWN:
        return _NO_ATTRIBUTES
    return FrozenDict({name: value for name, value in values.items() if value and name not in _OWN})


def _at(moment: Moment | None) -> datetime | None:
    return None if moment is None else moment.at
