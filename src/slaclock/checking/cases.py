"""Cases: what a policy means for one ticket, as a line of a file that anyone at the desk can read and extend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from slaclock.clock.pauses import Pause
from slaclock.errors import CaseError, SlaClockError, placed
from slaclock.formats.documents import given_path, read_data, read_text
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model
from slaclock.formats.tables import instant_text
from slaclock.policy.attributes import Attributes
from slaclock.policy.book import PolicyBook, main_policy
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.temporal.durations import exact_text
from slaclock.temporal.instants import duration_micros, to_micros
from slaclock.tickets.agreed import read_agreed
from slaclock.tickets.assessment import Assessment, assess
from slaclock.tickets.ledger import Ledger, LedgerRow
from slaclock.tickets.states import State
from slaclock.tickets.tickets import Change, Event, Reopening, Ticket

from .case_fields import (
    NONE,
    CaseChange,
    CaseReopening,
    CycleField,
    Days,
    EventField,
    Length,
    MaybeMoment,
    Moment,
    MomentOrNone,
    PauseField,
)

_INSTANTS = ("due", "done", "expected_from", "breached_at")
"""What a case may expect that is an instant, or "none" where there is none."""
_EXPECTED = ("due", "state", "elapsed", "days", "remaining", "expected_from", "breached_at", "done", "cycles")
"""What a case may expect."""


class Case(Model):
    """A ticket, and what is expected of it as of a moment: the last one that the case names, or `at`.

    Moments without an offset are in the policy's zone. At least one of `due`, `state`, `elapsed`, `days`, `remaining`,
    `expected_from`, `breached_at`, `done` and `cycles` is expected; "none" expects that there is no such instant.
    `cycles` are all of the measure's, in order, as far as each of them says.

    >>> case = Case(opened="2018-04-06 15:00", priority="P1", due="2018-04-09 08:30")
    >>> from slaclock import Policy
    >>> run_case("over the weekend", case, Policy.example()).passed
    True
    """

    opened: Moment
    kind: str = "incident"
    priority: str | None = None
    measure: Measure = "resolve"
    responded: MaybeMoment = None
    resolved: MaybeMoment = None
    cancelled: MaybeMoment = None
    category: str | None = None
    impact: str | None = None
    urgency: str | None = None
    pauses: tuple[PauseField, ...] = ()
    attributes: Attributes = FrozenDict()
    agreed: FrozenMapping[Measure, str] = FrozenDict()
    changes: tuple[CaseChange, ...] = ()
    reopenings: tuple[CaseReopening, ...] = ()
    events: tuple[EventField, ...] = ()
    at: MaybeMoment = None
    due: MomentOrNone | None = None
    state: State | None = None
    elapsed: Length | None = None
    days: Days | None = None
    remaining: Length | None = None
    expected_from: MomentOrNone | None = None
    breached_at: MomentOrNone | None = None
    done: MomentOrNone | None = None
    cycles: tuple[CycleField, ...] | None = None

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.expectations:
            *names, last = _EXPECTED
            raise CaseError("the case expects nothing", f"add {', '.join(names)} or {last}")
        return self

    @property
    def expectations(self) -> dict[str, object]:
        """What is expected, by name."""
        return {name: value for name in _EXPECTED if (value := getattr(self, name)) is not None}

    def ticket(self, name: str, zone: ZoneInfo) -> Ticket:
        """The ticket, its moments in the zone."""

        def instant(moment: datetime | None) -> datetime | None:
            return None if moment is None else _in_zone(moment, zone)

        texts = {key: getattr(self, key) for key in ("kind", "priority", "category", "impact", "urgency")}
        return Ticket(
            id=name,
            opened=_in_zone(self.opened, zone),
            responded=instant(self.responded),
            resolved=instant(self.resolved),
            pauses=[
                Pause(start=_in_zone(pause.start, zone), end=instant(pause.end), reason=pause.reason)
                for pause in self.pauses
            ],
            cancelled=instant(self.cancelled),
            attributes=self.attributes,
            agreed={measure: read_agreed(text, zone) for measure, text in self.agreed.items()},
            changes=[Change(at=_in_zone(change.at, zone), field=change.field, to=change.to) for change in self.changes],
            reopenings=[
                Reopening(resolved=_in_zone(reopening.resolved, zone), reopened=_in_zone(reopening.reopened, zone))
                for reopening in self.reopenings
            ],
            events=[Event(at=_in_zone(event.at, zone), name=event.name) for event in self.events],
            **texts,
        )

    def moment(self, zone: ZoneInfo) -> datetime:
        """The moment as of which the ticket is assessed."""
        if self.at is not None:
            return _in_zone(self.at, zone)
        moments = [self.opened, self.responded, self.resolved, self.cancelled]
        moments += [moment for pause in self.pauses for moment in (pause.start, pause.end)]
        moments += [moment for reopening in self.reopenings for moment in (reopening.resolved, reopening.reopened)]
        moments += [change.at for change in self.changes]
        moments += [event.at for event in self.events]
        return max((_in_zone(moment, zone) for moment in moments if moment is not None), key=to_micros)


class CaseFile(Model):
    """A file of cases, each under its name, and perhaps the policy that they are of, a path beside the file.

    >>> text = '''
    ... [cases."over the weekend"]
    ... opened = "2018-04-06 15:00"
    ... priority = "P1"
    ... due = "2018-04-09 08:30"
    ... '''
    >>> list(CaseFile.parse(text).cases)
    ['over the weekend']
    """

    policy: str | None = None
    cases: dict[str, Case] = Field(min_length=1)

    @property
    def events(self) -> frozenset[str]:
        """The names of the events that some case has; a response is an answer."""
        answered = {"answered" for case in self.cases.values() if case.responded is not None}
        return frozenset(answered.union(event.name for case in self.cases.values() for event in case.events))

    @classmethod
    def parse(cls, text: str) -> CaseFile:
        """Read the cases of a TOML text."""
        return cls.model_validate(read_data(text, "toml", CaseError))

    @classmethod
    def load(cls, path: str | Path) -> CaseFile:
        """Read a file of cases."""
        file = given_path(path, CaseError)
        text = read_text(file, CaseError)
        with placed(file):
            return cls.parse(text)


@dataclass(frozen=True)
class Mismatch:
    """An expectation that was not met: what was expected, what came out, and the stretch of time that tells why.

    `cycle` is the number of the cycle that was expected otherwise, from 1, where it is one of `cycles`.
    """

    name: str
    expected: str
    got: str
    stretch: str = ""
    cycle: int | None = None

    @property
    def key(self) -> str:
        """Where in the case the expectation stands."""
        return self.name if self.cycle is None else f"cycles.{self.cycle - 1}.{self.name}"

    def __str__(self) -> str:
        stretch = f"; the first stretch that tells: {self.stretch}" if self.stretch else ""
        of_cycle = "" if self.cycle is None else f"cycle {self.cycle}, "
        return f"{of_cycle}{self.name}: expected {self.expected}, got {self.got}{stretch}"


@dataclass(frozen=True)
class CaseResult:
    """How one case came out: as expected, with mismatches, or with an error instead of an answer.

    `zone` is that in which the case's moments without an offset are read, and in which all of its instants are shown.

    >>> from slaclock import Policy
    >>> case = Case(opened="2018-04-06 15:00", priority="P1", state="met")
    >>> result = run_case("over the weekend", case, Policy.example())
    >>> result.passed, [mismatch.name for mismatch in result.mismatches]
    (False, ['state'])
    """

    name: str
    case: Case
    zone: ZoneInfo
    mismatches: tuple[Mismatch, ...] = ()
    error: SlaClockError | None = None
    assessment: Assessment | None = None

    @property
    def passed(self) -> bool:
        """Whether all came out as expected."""
        return not self.mismatches and self.error is None

    @property
    def ledger(self) -> Ledger | None:
        """The explanation of what came out, of the first cycle that came out otherwise, else of the one that is judged.

        It goes up to the due instant or, where that is later, to the moment assessed.
        """
        a = self.assessment
        if a is None:
            return None
        number = next((mismatch.cycle for mismatch in self.mismatches), None)
        return ledger_of(a if number is None else a.of_cycle(number))

    @property
    def explained(self) -> str:
        """The ledger as lines to stand below the mismatches; it is in the zone of the policy that answers, and says so
        where that is not the case's own.
        """
        a, ledger = self.assessment, self.ledger
        if a is None or ledger is None:
            return ""
        own = a.policy.calendar.zone
        whose = f"the ledger is in {own}, the zone of the policy {a.policy.name!r} that answers:\n"
        return f"\n{'' if own is self.zone else whose}{ledger}"

    def __str__(self) -> str:
        if self.error is not None:
            return f"{self.name}: {self.error}"
        return (
            f"{self.name}: " + "; ".join(map(str, self.mismatches)) if self.mismatches else f"{self.name}: as expected"
        )


def run_case(name: str, case: Case, policy: Policy | PolicyBook) -> CaseResult:
    """Assess a case's ticket and compare what comes out with what is expected.

    What keeps the ticket from being assessed is the result's `error`, and is not raised.

    >>> from slaclock import Policy
    >>> case = Case(opened="2018-04-06 15:00", priority="P1", due="2018-04-09 08:30")
    >>> run_case("over the weekend", case, Policy.example()).passed
    True
    """
    zone = main_policy(policy).calendar.zone
    try:
        ticket = case.ticket(name, zone)
        a = assess(ticket, policy, at=case.moment(zone), measure=case.measure)
        result = CaseResult(name, case, zone, assessment=a)
        return replace(result, mismatches=tuple(_mismatches(result)))
    except SlaClockError as error:
        return CaseResult(name, case, zone, error=error)


def answers(a: Assessment) -> dict[str, object]:
    """What came out, by the names that a case has for it."""
    instants: dict[str, datetime | None] = {name: getattr(a, name) for name in _INSTANTS}
    return {
        **{name: NONE if instant is None else instant for name, instant in instants.items()},
        "state": a.state,
        "elapsed": a.elapsed,
        "days": a.elapsed_days,
        "remaining": a.remaining,
    }


def answers_of_cycle(a: Assessment) -> dict[str, object]:
    """What came out of a cycle, by the names that a case has for it."""
    return {
        "start": a.started,
        "due": NONE if a.due is None else a.due,
        "done": NONE if a.done is None else a.done,
        "state": a.state,
    }


def ledger_of(a: Assessment) -> Ledger:
    """The ledger up to the due instant or, where that is later, to the moment assessed."""
    return a.explain("now" if a.due is None or to_micros(a.due) < to_micros(a.done or a.at) else "due")


def shown(value: object, zone: ZoneInfo) -> str:
    """An expectation or an answer, for reading; an instant in the zone, as each policy of a book answers in its own."""
    if isinstance(value, datetime):
        return instant_text(value.astimezone(zone))
    if isinstance(value, timedelta):
        micros = duration_micros(value)
        return f"-{exact_text(-micros)}" if micros < 0 else exact_text(micros)
    return NONE if value is None else str(value)


def sentence(ledger: Ledger, row: LedgerRow, zone: ZoneInfo) -> str:
    """One row of a ledger in plain English, its instants in the zone."""
    return ledger.sentence(row.in_zone(zone))


def _in_zone(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment as it is, or in the zone where it has no offset."""
    return moment if moment.tzinfo else moment.replace(tzinfo=zone)


def _mismatches(result: CaseResult) -> Iterator[Mismatch]:
    a = result.assessment
    assert a is not None  # it is run first
    expectations = dict(result.case.expectations)
    expectations.pop("cycles", None)
    yield from _compared(expectations, answers(a), a, result.zone)
    cycles = result.case.cycles
    if cycles is None:
        return
    for number, cycle in enumerate(cycles[: a.count], start=1):
        own = a.of_cycle(number)
        yield from _compared(cycle.expectations, answers_of_cycle(own), own, result.zone, number)
    if len(cycles) != a.count:
        yield Mismatch("cycles", str(len(cycles)), str(a.count))


def _compared(
    expectations: Mapping[str, object],
    outcome: Mapping[str, object],
    a: Assessment,
    zone: ZoneInfo,
    cycle: int | None = None,
) -> Iterator[Mismatch]:
    """The expectations of a ticket, or of one of its cycles, that were not met."""
    for name, expectation in expectations.items():
        expected = _in_zone(expectation, zone) if isinstance(expectation, datetime) else expectation
        answer = outcome[name]
        if isinstance(expected, datetime) and isinstance(answer, datetime):
            if to_micros(expected) == to_micros(answer):
                continue
        elif expected == answer:
            continue
        yield Mismatch(name, shown(expected, zone), shown(answer, zone), _stretch(a, zone, expected, answer), cycle)


def _stretch(a: Assessment, zone: ZoneInfo, expected: object, got: object) -> str:
    """The first stretch in which what was expected and what came out part."""
    ledger = ledger_of(a)
    if not ledger.rows:
        return ""
    row: LedgerRow | None = None
    if isinstance(expected, datetime) and isinstance(got, datetime):
        # Up to the earlier of the two both count alike.
        parting = min(to_micros(expected), to_micros(got))
        row = next((row for row in ledger if to_micros(row.end) > parting), ledger.rows[-1])
    elif isinstance(expected, timedelta) and isinstance(got, timedelta) and expected < got:
        row = next((row for row in ledger if row.counted and row.total > expected), None)
    else:
        row = next((row for row in ledger if not row.counted), None)
    return "" if row is None else sentence(ledger, row, zone)
