"""The timeline of a ticket: the instants at which something becomes true of it, by what was then known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from slaclock.errors import ModelError
from slaclock.formats.cells import cell, table_html
from slaclock.formats.counts import count_text
from slaclock.formats.models import Instant, JsonValue, short_repr
from slaclock.formats.tables import instant_text
from slaclock.policy.book import PolicyLike
from slaclock.policy.measures import Measure
from slaclock.temporal.instants import InstantLike, from_micros, micros_of, to_micros

from .assessment import MILESTONES, Assessment, assess, percent_of, question_of
from .knowledge import KnownLike
from .states import State
from .tickets import Ticket
from .turning import Turning, TurnKind, turnings


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Turn(JsonValue):
    """Something that becomes true of a ticket at an instant.

    `kind`: `window` (a window such as 3-5 days opens), `milestone` (`percent` of the target are used up), `warning`
    (one of the policy's, by its name, with its `text`), `due`, or `state` (from `before` to `after`).
    `cycle`: the number of the cycle that it is of; for the state of the one that is judged from then on.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-06T15:00+01:00")
    >>> due = sc.timeline(ticket, sc.Policy.example(), at="2018-04-06T15:10+01:00", percents=()).turns[-1]
    >>> due.kind, due.before, due.after, str(due.at)
    ('state', 'running', 'breached', '2018-04-09 12:30:00.000001+01:00')
    """

    at: Instant
    kind: TurnKind
    before: State | None = None
    after: State | None = None
    percent: int | float | None = None
    warning: str | None = None
    text: str = ""
    cycle: int | None = None

    @property
    def what(self) -> str:
        """What turns, in a word: the share, the warning's name, the state, or the kind itself."""
        if self.percent is not None:
            return f"{self.percent}%"
        return self.after or self.warning or self.kind

    def to_dict(self) -> dict[str, object]:
        """The turn as plain values, its instant as ISO 8601 text."""
        return {name: self.at.isoformat() if name == "at" else getattr(self, name) for name in Turn.__slots__}

    def __repr__(self) -> str:
        what = f"{self.before} to {self.after}" if self.kind == "state" else self.what
        return f"<Turn {self.at.isoformat()} {what if what == self.kind else f'{self.kind} {what}'}>"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Timeline(JsonValue):
    """What turned for a measure of a ticket until `at`, and what will by what is known then; made by `timeline`.

    `turns` are in order; those up to `at` are as they were, whatever was learned afterwards.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-06T15:00+01:00")
    >>> line = sc.timeline(ticket, sc.Policy.example(), at="2018-04-06T15:10+01:00", percents=(50,))
    >>> str(line.next.at), [turn.what for turn in line.between("2018-04-09T00:00+01:00", "2018-04-10T00:00+01:00")]
    ('2018-04-09 09:30:00+01:00', ['50%', 'due', 'breached'])
    """

    ticket: str
    measure: Measure
    at: Instant
    turns: tuple[Turn, ...] = ()

    @property
    def next(self) -> Turn | None:
        """The first turn after `at`, None where nothing turns by itself any more."""
        now = to_micros(self.at)
        return next((turn for turn in self.turns if to_micros(turn.at) > now), None)

    def between(self, start: InstantLike, end: InstantLike) -> tuple[Turn, ...]:
        """The turns after `start`, up to `end` and at it: who asks for one interval after another gets each once."""
        first, last = micros_of(start), micros_of(end)
        return tuple(turn for turn in self.turns if first < to_micros(turn.at) <= last)

    def to_dict(self) -> dict[str, object]:
        """The timeline as plain values, its instants as ISO 8601 text."""
        turns = [turn.to_dict() for turn in self.turns]
        return {"ticket": self.ticket, "measure": self.measure, "at": self.at.isoformat(), "turns": turns}

    def _repr_html_(self) -> str:
        now, cycles = to_micros(self.at), any((turn.cycle or 1) > 1 for turn in self.turns)
        rows = [
            (
                instant_text(turn.at),
                f"{turn.before} to {turn.after}" if turn.kind == "state" else turn.what,
                turn.kind,
                *([str(turn.cycle or "-")] if cycles else ()),
                "so far" if to_micros(turn.at) <= now else "to come",
            )
            for turn in self.turns
        ]
        header = ("when", "what turns", "kind", *(["cycle"] if cycles else ()), f"as of {instant_text(self.at)}")
        return cell(table_html(header, rows, title=f"{self.ticket}: the turns of {self.measure}"))

    def __iter__(self) -> Iterator[Turn]:
        return iter(self.turns)

    def __len__(self) -> int:
        return len(self.turns)

    def __repr__(self) -> str:
        turns = count_text(len(self.turns), "turn")
        return f"<Timeline {self.ticket!r} {self.measure}, {turns}, as of {self.at.isoformat()}>"


def timeline(
    ticket: Ticket,
    policy: PolicyLike,
    *,
    at: InstantLike,
    measure: Measure = "resolve",
    percents: Iterable[float] = MILESTONES,
    known: KnownLike | None = None,
) -> Timeline:
    """The instants at which something becomes true of a measure of a ticket, by what was known then.

    Milestones (`percents` of the target), the policy's warnings, the opening of a window, the due date, and each change
    of the state. What a change makes true at once turns at the change, and past turns stay. The instant of a turn has
    its new state already: what is due at d within its target is breached a microsecond later. What an open pause holds
    has no instant. Of a measure of many cycles all are listed; of a grid, which goes on for ever, those that had begun
    by `at`, and one more. `known` says by what was known of calendars, as in `assess`: as of each turn, and no later
    than `at`, at the opening, or at an instant.

    Raises what `assess` raises of the ticket as of `at`, and `ModelError` for what is no percentage.

    >>> from slaclock import Policy, Ticket
    >>> ticket = Ticket(id="T1", priority="P1", opened="2018-04-06T15:00+01:00")
    >>> line = timeline(ticket, Policy.example(), at="2018-04-06T15:10+01:00", percents=(50, 75))
    >>> print(*(f"{turn.at:%a %H:%M:%S.%f} {turn.kind} {turn.what}" for turn in line), sep="\\n")
    Fri 15:00:00.000000 window window
    Fri 16:00:00.000000 milestone 50%
    Fri 16:30:00.000000 milestone 75%
    Mon 08:30:00.000000 due due
    Mon 08:30:00.000001 state breached
    >>> line.next
    <Turn 2018-04-06T16:00:00+01:00 milestone 50%>
    """
    percents = percents_of(percents)
    a = assess(ticket, policy, at=at, measure=measure, known=known)
    turns = tuple(_turn(a, turning) for turning in turnings(question_of(a), to_micros(a.at), percents))
    return Timeline(ticket.id, measure, a.at, turns)


def next_turn(a: Assessment, percents: Iterable[float] = MILESTONES) -> Turn | None:
    """The first turn after the instant of an assessment, as `timeline` has it."""
    now = to_micros(a.at)
    turning = next(turnings(question_of(a), now, percents_of(percents), since=now), None)
    return None if turning is None else _turn(a, turning)


def percents_of(percents: object) -> tuple[int | float, ...]:
    """Numbers of percent, each once and in order."""
    if isinstance(percents, str) or not isinstance(percents, Iterable):
        raise ModelError(
            f"{short_repr(percents)} is no list of percentages",
            "give one, such as (50, 75)",
            "percents",
            value=percents,
        )
    return tuple(sorted({percent_of(percent) for percent in percents}))


def _turn(a: Assessment, turning: Turning) -> Turn:
    at = from_micros(turning.at, a.policy.calendar.zone)
    mark = turning.mark
    if mark is None:
        return Turn(at, "state", turning.before, turning.after, cycle=turning.cycle)
    text = "" if mark.warning is None else a.policy.warnings[mark.warning].text
    return Turn(at, mark.kind, percent=mark.percent, warning=mark.warning, text=text, cycle=turning.cycle)
