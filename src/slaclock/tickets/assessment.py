"""The assessment of a ticket as of an instant: its state, its due date, what has run and what is left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from fractions import Fraction
from math import inf
from numbers import Integral
from typing import TYPE_CHECKING, Any, Literal, Self, cast, get_args, overload

from pydantic_core import core_schema

from slaclock.calendar.hours import time_text
from slaclock.clock.targets import Target
from slaclock.errors import ModelError
from slaclock.formats.models import Instant, JsonValue, Model, key_of, short_repr
from slaclock.formats.tables import instant_text
from slaclock.policy.book import PolicyLike, chosen_because, given_policy, main_policy
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.terms import Terms
from slaclock.temporal.durations import format_duration
from slaclock.temporal.instants import InstantLike, from_micros, instant_of

from . import answers
from .announced import moves_of, promised_due
from .breakdown import Breakdown
from .breakdown import rows_of as breakdown_rows
from .chosen import policy_for
from .knowledge import Known, KnownLike, given_known, knowledge_of
from .least_targets import LeastTarget, least_target
from .ledger import Ledger, rows_of
from .receipt import Receipt
from .receipts import receipt_of
from .states import OUTSIDE, Note, State
from .strips import cell_of
from .tickets import Ticket
from .verdicts import Question, Verdict, verdict_of, verdict_of_cycle

MILESTONES = (50, 75, 90)
_GIVEN = ("ticket", "policy", "measure", "at", "chosen", "fits", "known")
"""What decides an assessment, beside the number of a cycle."""
LedgerEnd = Literal["due", "now"]
"""Where a ledger ends: at the due date, or at the instant at which the work was done or is asked about."""


@dataclass(frozen=True, slots=True, eq=False)
class Milestone(JsonValue):
    """When so many percent of the target are used up: the instant, or None while an open pause holds it.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-06T16:00+01:00")
    >>> half = sc.assess(ticket, sc.Policy.example(), at="2018-04-06T16:10+01:00").milestones_at(50)[0]
    >>> half.percent, str(half.at), half.reached
    (50, '2018-04-09 08:30:00+01:00', False)
    """

    percent: int | float
    at: Instant | None
    reached: bool


@dataclass(frozen=True, eq=False, repr=False)
class Assessment:
    """How one measure of a ticket stands as of an instant; made by `assess`.

    It is decided by `ticket`, `policy`, `measure` and `at`, by the `number` of a cycle where it is not of the one that
    is judged at `at`, by which policy of a book was `chosen` and why, and by what was `known` of calendars: two
    assessments of the same are equal, and these are what travels when one is pickled; in JSON the answers stand beside
    them. Where no policy of the book `fits` the ticket, `policy` is the book's last, which lends its calendar.

    `state`: see `State`. Where there is no target to judge by (no-target, cancelled, excluded and not-covered), `due`,
    `remaining`, `over`, `consumed` and `expected_from` are None.
    `priority`: the priority in force; where a breach stands, that of today.
    `started`: where the clock starts: the opening, or a later restart; of days that came after the calendar's cut-off
    the next working day's first opening.
    `done`: when the work was done, if it was.
    `due`: the deadline; None while an open pause holds it.
    `promised_due`: the deadline of the same target by what was known of calendars where it is measured from; None where
    the desk was not known to open for long enough.
    `expected_from`: the earliest instant of a window such as 3-5 days; None without one, or while a pause holds it.
    `elapsed`: the service hours since the clock started, by the wall clock for a wall target; for done work, until
    it was done.
    `remaining`: the open time to the due date that would hold if every open pause ended now; negative once overdue.
    `over`: what the clock has counted beyond the target; pauses stop it, as they stop `elapsed` and not `remaining`.
    `note`: a word on why `elapsed` and `remaining` do not make up the target: `stopped after due`, else None.
    `consumed`: the share of the target that is used up: 0.5 is half of it, more than 1 is too much.
    `breached_at`: the beginning of the breach that holds, else None.

    Instants are in the zone of the policy's calendar. All but the state is worked out when it is asked for.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00")
    >>> a = sc.assess(ticket, sc.Policy.example(), at="2018-04-09T12:00+01:00")
    >>> a.state, str(a.due), str(a.elapsed), str(a.remaining)
    ('running', '2018-04-09 16:00:00+01:00', '2:00:00', '4:00:00')
    """

    ticket: Ticket
    policy: Policy
    measure: Measure
    at: datetime
    chosen: str = ""
    fits: bool = True
    number: int | None = None
    known: KnownLike | None = None
    state: State = field(init=False)
    priority: str | None = field(init=False)
    started: datetime = field(init=False)
    done: datetime | None = field(init=False)
    due: datetime | None = field(init=False)
    promised_due: datetime | None = field(init=False)
    expected_from: datetime | None = field(init=False)
    elapsed: timedelta = field(init=False)
    remaining: timedelta | None = field(init=False)
    over: timedelta | None = field(init=False)
    note: Note | None = field(init=False)
    consumed: float | None = field(init=False)
    breached_at: datetime | None = field(init=False)

    def __post_init__(self) -> None:
        # A frozen dataclass keeps its values in its dictionary, which nothing else writes to.
        self.__dict__["known"] = given_known(self.known, self.policy, fits=self.fits)
        verdict = verdict_of(question_of(self), self.at, self.number)
        self.__dict__["_verdict"] = verdict
        self.__dict__["state"] = verdict.state

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Work out an answer that is asked for the first time."""
            work = _ANSWERS.get(name)
            if work is None:
                raise AttributeError(f"an Assessment has no attribute {name!r}")
            return self.__dict__.setdefault(name, work(self))

    @property
    def ticket_id(self) -> str:
        """The ticket's id."""
        return self.ticket.id

    @property
    def kind(self) -> str:
        """The kind in force; where a breach stands, that of today, as `priority` is."""
        return self._worked_out.known.terms.kind

    @property
    def calendar(self) -> str:
        """The name of the calendar on which the clock runs: `main`, or one of the policy's `calendars`."""
        return self._terms.calendar_name

    @property
    def cycle(self) -> int | None:
        """The number of the cycle that is judged, from 1: the running one, or else the last; None before the first."""
        return self._worked_out.cycle

    @property
    def cycles(self) -> tuple[Assessment, ...]:
        """The assessments of all cycles: one, but for a measure that judges each by itself."""
        return tuple(map(self.of_cycle, range(1, self.count + 1)))

    @property
    def count(self) -> int:
        """How many cycles have begun, as far as each is judged by itself."""
        return len(self._worked_out.cycles)

    def of_cycle(self, number: int) -> Assessment:
        """The assessment of the cycle of a number, from 1 on, as of the same instant."""
        if number == self.cycle:
            return self
        cycles = self._worked_out.cycles
        # What was folded once is not folded again for each of its cycles.
        other = object.__new__(type(self))
        verdict = verdict_of_cycle(question_of(self), cycles, self.at, number)
        given = {name: getattr(self, name) for name in _GIVEN}
        other.__dict__.update(given, number=number, _verdict=verdict, state=verdict.state)
        return other

    @property
    def items(self) -> tuple[Assessment, ...]:
        """What a report counts: every cycle where each is judged by itself and one has begun, else this one."""
        return self.cycles if self.is_cycle else (self,)

    @property
    def opened(self) -> datetime:
        """When what is judged opened: the cycle where each is judged by itself and one has begun, else the ticket."""
        cycle = self.cycle
        if cycle is None or not self.is_cycle:
            return self.ticket.opened
        return self._local(self._worked_out.cycles[cycle - 1].start)

    @property
    def is_cycle(self) -> bool:
        """Whether it is of one cycle, of a measure that judges each by itself, and not of the ticket as a whole."""
        return self.cycle is not None and self.policy.measure(self.measure).cycles == "each"

    @property
    def ended(self) -> datetime | None:
        """When the cycle ended: done, cancelled, or for one of a grid over without either; None while it runs."""
        known = self._worked_out.known
        return self._local(known.seen) if known.over or known.cancelled is not None else self.done

    @property
    def target(self) -> Target | None:
        """The target that is judged by; None where there is none, or an instant was agreed instead."""
        judged, known = self._worked_out.judged, self._worked_out.known
        agreed = known.due is not None and not known.grid  # a cycle of a grid is due at a line, by its target
        return None if judged is None or agreed else judged.target

    @property
    def least_target(self) -> LeastTarget | None:
        """The least target in the place of the policy's own under which the work would have been done in time.

        It is told in whole seconds, hundredths of a day, or whole days where a day rule names a moment; its `steps` are
        None where the work is not done. None without a target of the policy's: where there is none, one was agreed, or
        a cycle ends at a line of a grid, which the target itself draws.
        """
        judged, known = self._worked_out.judged, self._worked_out.known
        if judged is None or known.due is not None or self.measure in self.ticket.agreed:
            return None
        return least_target(judged, known.done)

    @property
    def is_strict(self) -> bool:
        """Whether the target is missed at the due instant already, as `< 2 hours` is."""
        target = self.target
        return target is not None and target.strict

    @property
    def elapsed_days(self) -> Fraction:
        """The service days that have run."""
        return answers.elapsed_days(self._worked_out)

    @property
    def remaining_days(self) -> Fraction | None:
        """The service days that are left, negative once it is late; None without a target."""
        return answers.remaining_days(self._worked_out)

    @property
    def over_days(self) -> Fraction | None:
        """The service days that the clock has counted beyond the target; None without one."""
        return answers.over_days(self._worked_out)

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """When 50, 75 and 90 percent of the target are, or will be, used up."""
        return self.milestones_at(*MILESTONES)

    def milestones_at(self, *percents: float) -> tuple[Milestone, ...]:
        """When so many percent of the target are, or will be, used up; 87.5 is a number of percent too."""
        judged, seen = self._worked_out.judged, self._worked_out.known.seen
        milestones = []
        for percent in map(percent_of, percents):
            if judged is not None:
                at = judged.part_due(Fraction(percent) / 100)
                milestones.append(Milestone(percent, self._local(at), at is not None and at <= seen))
        return tuple(milestones)

    @property
    def why(self) -> str:
        """The reason for a state that is not the clock's doing, else nothing."""
        return self._worked_out.why

    def explain(self, to: LedgerEnd = "due") -> Ledger:
        """The ledger from `started` to the due date, or to now (`done`, the cancellation, or the instant assessed).

        While there is no due date it goes to now. The rows to now sum to `elapsed`.
        """
        if to not in get_args(LedgerEnd):
            *ends, last = get_args(LedgerEnd)
            raise ModelError(f"a ledger cannot end at {to!r}", f"use {', '.join(ends)} or {last}", "to", value=to)
        known, judged = self._worked_out.known, self._worked_out.judged
        due = None if judged is None else judged.due
        start = answers.start_of(self._worked_out)
        end = max(start, known.seen if to == "now" or due is None else due)
        rows = rows_of(answers.parts_of(self._worked_out, end), self.policy.calendar.zone, marks=(known.seen,))
        return Ledger(self._title(), rows, self._conclusion(), moves_of(question_of(self), self._worked_out, self.at))

    def breakdown(self, by: str | None = None) -> Breakdown:
        """The open time from `started` to now (`done`, the cancellation, or the instant assessed), by what had it.

        Rows are told apart by the reason for which the ticket waited, and by an attribute such as `team`, or a field
        that may change. Those in which the clock stood still are marked; the others sum to `elapsed`.

        >>> from slaclock import Change, Pause, Policy, Ticket
        >>> ticket = Ticket(
        ...     id="T1", priority="P2", opened="2018-04-09T10:00+01:00", attributes={"team": "L1"},
        ...     changes=[Change(at="2018-04-09T14:00+01:00", field="team", to="L2")],
        ...     pauses=[Pause(start="2018-04-09T15:00+01:00", end="2018-04-10T09:00+01:00", reason="third_party")])
        >>> for row in assess(ticket, Policy.example(), at="2018-04-10T09:30+01:00").breakdown("team"):
        ...     print(row.value, row.reason, row.stopped, row.length)
        L1 None False 4:00:00
        L2 None False 1:30:00
        L2 third_party True 3:00:00
        """
        seen = self._worked_out.known.seen
        return Breakdown(
            self._title(), by, breakdown_rows(self.ticket, by, answers.parts_of(self._worked_out, seen), seen)
        )

    def receipt(self, *, policy: bool = True) -> Receipt:
        """What was asked, the answer, and the data on which it rested, to be kept beside the ticket: see `Receipt`.

        It carries the policy, or without `policy` only its hash, which is some kilobytes less; then whoever verifies it
        must have the policy itself. Raises `ModelError` for a text with half of a character, which no file can hold.

        >>> from slaclock import Policy, Ticket, verify
        >>> ticket = Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00")
        >>> receipt = assess(ticket, Policy.example(), at="2018-04-09T12:00+01:00").receipt()
        >>> verify(receipt).holds
        True
        """
        promised = promised_due(question_of(self), self._worked_out, self.at)
        latest = answers.latest(self._worked_out)
        return receipt_of(self, latest if promised is None else max(latest, promised), with_rules=policy)

    def to_dict(self) -> dict[str, object]:
        """The answers as plain values: instants and durations as objects, in the order of a table."""
        answers = (
            "priority", "measure", "state", "due", "expected_from", "elapsed", "remaining", "over", "note", "consumed",
            "done", "breached_at",
        )  # fmt: skip
        return {"id": self.ticket.id, "kind": self.kind, **{name: getattr(self, name) for name in answers}}

    def to_json(self) -> str:
        """The assessment as JSON text: its ticket, policy, measure and instant, and the answers."""
        return _Written.of(self).model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The assessment of a JSON text that `to_json` has written.

        It is worked out anew; `ModelError` where an answer that the text holds has become another.
        """
        return cls._again(_Written.model_validate_json(text))

    def __eq__(self, other: object) -> bool:
        return self._key == other._key if isinstance(other, Assessment) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key)

    def __repr__(self) -> str:
        due = "none" if self.due is None else self.due.isoformat()
        return f"<Assessment {self.ticket.id!r} {self.measure} {self.state} due {due} as of {self.at.isoformat()}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (*(getattr(self, name) for name in _GIVEN[:-1]), self.number, self.known)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, memo: object) -> Self:
        return self

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """As a field or a response: an assessment, or what `to_json` writes of one."""
        read = core_schema.no_info_after_validator_function(cls._again, handler(_Written))
        return core_schema.json_or_python_schema(
            json_schema=read,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), read]),
            serialization=core_schema.plain_serializer_function_ser_schema(
                _Written.of, return_schema=handler(_Written)
            ),
        )

    def _repr_html_(self) -> str:
        return cell_of(self)

    @classmethod
    def _again(cls, written: _Written) -> Self:
        asked = {name: getattr(written, name) for name in _GIVEN}
        assessment = cls(**asked, number=written.number)
        said = [name for name in _Written.model_fields if name in written.model_fields_set]  # which has no order itself
        for name in said:
            then, now = getattr(written, name), getattr(assessment, name)
            if key_of(then) != key_of(now):
                raise ModelError(
                    f"the assessment says {name} = {then!s}, and is now {now!s}",
                    "assess the ticket again",
                    name,
                    value=then,
                )
        return assessment

    @property
    def _key(self) -> tuple[object, ...]:
        return key_of((*(getattr(self, name) for name in _GIVEN), self.number))  # type: ignore[return-value]

    @property
    def _worked_out(self) -> Verdict:
        verdict: Verdict = self.__dict__["_verdict"]
        return verdict

    @property
    def _terms(self) -> Terms:
        """The terms that are judged by, or those in force where there is nothing to judge by."""
        return answers.terms_of(self._worked_out)

    @overload
    def _local(self, micros: int) -> datetime: ...

    @overload
    def _local(self, micros: int | None) -> datetime | None: ...

    def _local(self, micros: int | None) -> datetime | None:
        return None if micros is None else from_micros(micros, self.policy.calendar.zone)

    def _title(self) -> str:
        what = " ".join(part for part in (self._terms.kind, self._terms.priority) if part)
        target = f"{self.measure} within {self.target}" if self.target is not None else self.measure
        if self.target is not None and self.target.strict:
            target = f"{self.measure} in {str(self.target).replace('<', 'less than')}"
        if self.measure in self.ticket.agreed:
            agreed = self.ticket.agreed[self.measure]
            target += f" by {instant_text(self.due)}" if isinstance(agreed, datetime) else ""
            target += " as agreed"
        if self.policy.calendars:
            target += f" by the calendar {self.calendar}"
        first = answers.first_of(self._worked_out)
        late = ""
        if first is not None and first.arrived < first.budget.start:
            arrived, cutoff = self._local(first.arrived), first.terms.calendar.rules.cutoff
            assert cutoff is not None  # nothing else puts a clock off
            late = f", since {instant_text(arrived)} is not before the cut-off of {time_text(cutoff)}"
        whose = f", {self.chosen}" if self.chosen else ""
        return f"{self.ticket.id}: {what}, {target}, from {instant_text(self.started)}{late}{whose}"

    def _conclusion(self) -> str:
        if self.state in OUTSIDE:
            return f"{self.state}: {self.why}"
        due = f"due {instant_text(self.due)}" if self.due is not None else "no due date while it waits"
        seen = self._local(self._worked_out.known.seen)
        done = f"done {instant_text(self.done)}" if self.done is not None else f"as of {instant_text(seen)}"
        assert self.remaining is not None
        assert self.over is not None
        left = self.remaining
        rest = f"{format_duration(left)} left" if left >= timedelta(0) else f"{format_duration(-left)} late"
        if self.note is not None:
            rest += f", {format_duration(self.over)} over the target ({self.note})"
        return f"{self.state}: {due}; {done}, {rest}"


def question_of(a: Assessment) -> Question:
    """What an assessment answers."""
    return Question(a.ticket, a.policy, a.measure, a.fits, knowledge_of(cast("Known | datetime", a.known)))


def percent_of(value: object) -> int | float:
    """A number of percent as Python's own, whoever's number it is."""
    if isinstance(value, (float, Integral)) and not isinstance(value, bool):
        percent = float(value) if isinstance(value, float) else int(value)
        if 0 <= percent < inf:
            return percent
    raise ModelError(
        f"{value!r} is no percentage of a target", "give a number that is not negative, such as 87.5", value=value
    )


_ANSWERS: dict[str, Callable[[Assessment], Any]] = {
    "priority": lambda a: a._worked_out.known.terms.priority,
    "started": lambda a: a._local(answers.start_of(a._worked_out)),
    "done": lambda a: a._local(a._worked_out.known.done),
    "due": lambda a: a._local(answers.due_of(a._worked_out)),
    "promised_due": lambda a: a._local(promised_due(question_of(a), a._worked_out, a.at)),
    "expected_from": lambda a: a._local(answers.expected_from(a._worked_out)),
    "elapsed": lambda a: timedelta(microseconds=answers.elapsed(a._worked_out)),
    "remaining": lambda a: _length(answers.remaining(a._worked_out)),
    "over": lambda a: _length(answers.over(a._worked_out)),
    "note": lambda a: answers.note(a._worked_out),
    "consumed": lambda a: answers.consumed(a._worked_out),
    "breached_at": lambda a: a._local(a._worked_out.breached_at),
}


def _length(micros: int | None) -> timedelta | None:
    return None if micros is None else timedelta(microseconds=micros)


class _Written(Model):
    """An assessment as JSON has it."""

    ticket: Ticket
    policy: Policy
    measure: Measure
    at: Instant
    chosen: str = ""
    fits: bool = True
    number: int | None = None
    known: Known | Instant | None = None
    state: State | None = None
    cycle: int | None = None
    priority: str | None = None
    calendar: str | None = None
    started: Instant | None = None
    done: Instant | None = None
    due: Instant | None = None
    promised_due: Instant | None = None
    expected_from: Instant | None = None
    elapsed: timedelta | None = None
    remaining: timedelta | None = None
    over: timedelta | None = None
    note: Note | None = None
    consumed: float | None = None
    breached_at: Instant | None = None

    @classmethod
    def of(cls, assessment: Assessment) -> _Written:
        return cls.model_construct(**{name: getattr(assessment, name) for name in cls.model_fields})


def assess(
    ticket: Ticket,
    policy: PolicyLike,
    *,
    at: InstantLike,
    measure: Measure = "resolve",
    known: KnownLike | None = None,
) -> Assessment:
    """How a measure of a ticket stands as of `at`, seeing only what had happened by then.

    A resolution, the end of a pause or a change of priority after `at` is not known yet. Work that was done is
    met or breached for good, unless the ticket is reopened. Of a book the policy is chosen that was for the ticket as
    it opened, by its date and its attributes; what no policy is for is `not-covered`. The path of a policy's file is
    read at every call.

    Of what calendars announce, `known` says by which knowledge the whole clock runs: "now" by what is known as of `at`
    (of done work, as it was done), "opening" by what was known at the instant from which the target is measured, or by
    what was known at an instant. Without it the policy's rule `announced` says which of the first two.

    Raises `NotYetOpenedError` for a ticket that opened after `at`, `UnknownPriorityError` and
    `UnknownReasonError` for words that the policy does not have, and `PolicyError` where it sets no target.

    >>> from slaclock import Pause, Policy, Ticket
    >>> ticket = Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00", pauses=[
    ...     Pause(start="2018-04-09T15:00+01:00", end="2018-04-10T09:00+01:00", reason="third_party")])
    >>> now = datetime.fromisoformat("2018-04-10T09:30+01:00")
    >>> a = assess(ticket, Policy.example(), at=now)
    >>> a.state, str(a.due), str(a.elapsed), str(a.remaining)
    ('running', '2018-04-10 10:00:00+01:00', '5:30:00', '0:30:00')
    """
    if not isinstance(ticket, Ticket):
        raise ModelError(
            f"{short_repr(ticket)} is not a ticket", "give a Ticket, or several to assess_many", "ticket", value=ticket
        )
    policy = given_policy(policy)
    own, instant = policy_for(ticket, policy), instant_of(at)
    if own is None:
        return Assessment(ticket, main_policy(policy), measure, instant, "no policy of the book", False, known=known)
    return Assessment(ticket, own, measure, instant, "" if own is policy else chosen_because(own), known=known)
