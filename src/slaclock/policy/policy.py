"""The policy: what a service promises, when it is open, what stops its clock, and what it does not cover."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import PlainSerializer, WithJsonSchema, model_validator

from slaclock.calendar.base import Calendar
from slaclock.calendar.special_days import DateField, DateRange
from slaclock.clock.targets import Target
from slaclock.errors import ErrorCollector, PolicyError, SlaClockError, UnknownPriorityError, UnknownReasonError, placed
from slaclock.formats.cells import cell, folded, table_html
from slaclock.formats.documents import Form, form_of, given_path, read_data, read_text
from slaclock.formats.lazy import lazy
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model, Short, Text, errors_inside, reads, short_repr
from slaclock.temporal.instants import InstantLike, is_missing, local_day, micros_of

from .allowances import Allowance
from .attributes import AppliesTo, asked_attributes
from .availability import Availability
from .calendar_files import with_paths
from .calendars import MAIN, NAMES_SCHEMA, read_calendars
from .chains import Chain
from .coverage import Coverage
from .measures import MEASURES, PAUSE, Measure, MeasureRule, MeasureTable, rules_of
from .named_periods import NamedPeriods
from .rules import Rules
from .standards import Standard
from .subscription_years import SubscriptionYear, YearStart, parse_start, subscription_year
from .targets import CALENDAR, WITHIN, KindTargets
from .warnings import WarningRule

_BEFORE = {
    "restart": ("[restart] is now [rules]", "write [rules], priority_change = 'restart', reopening = 'restart'"),
    "underpinning": (
        "[underpinning] is now a measure",
        "write [measures.supplier], while = { pause = 'third_party' }, and supplier = '5 days' among the targets",
    ),
}
"""What keys of earlier policies have become."""
_MONTH_AND_DAY = {"type": "array", "items": {"type": "integer"}, "minItems": 2, "maxItems": 2}


Start = Annotated[
    YearStart,
    reads(parse_start),
    PlainSerializer(lambda start: f"{start[0]:02d}-{start[1]:02d}"),
    WithJsonSchema({"anyOf": [{"type": "string", "pattern": r"^\s*\d{1,2}\s*-\s*\d{1,2}\s*$"}, _MONTH_AND_DAY]}),
]


class _OrText:
    """What the schema says of a calendar by name: that it may be an expression over the others."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        text = {"type": "string", "description": "an expression over the names, such as main & term"}
        return {"anyOf": [text, handler(schema)]}


class _Names:
    """What the schema says of the calendars by their names: how they may be called."""

    def __get_pydantic_json_schema__(self, schema: Any, handler: Any) -> dict[str, Any]:
        return {**handler(schema), "propertyNames": NAMES_SCHEMA}


NamedCalendars = Annotated[FrozenMapping[str, Annotated[Calendar, _OrText()]], _Names()]


class Policy(Model):
    """A service level agreement as data.

    `calendar` is the main one, and `calendars` are others by their names, tables or expressions over the names such as
    `main & term`; a kind, a priority or a target may name the one that its clock runs on. `targets` by kind and
    priority; `in_force_from`, and `applies_to` of attributes and their values, say which tickets of a book are the
    policy's; `pauses` lists every reason to wait and the measures that it stops; `priorities` gives the priority
    for an impact and an urgency; `exclusions` the categories that the service does not cover, and why; `coverage`
    the dates of the subscription, every date where it is empty; `availability` for how much of the service hours
    services are to be up; `chains` which measures are parts of a promise; `warnings` of what timelines warn, and when;
    `silence` the checks of `slaclock check` that do not apply, each with the reason why.

    >>> policy = Policy.example()
    >>> policy.target("incident", "P2"), policy.priority("high", "medium")
    (Target.parse('0-6 hours'), 'P2')
    """

    name: str
    calendar: Calendar
    calendars: NamedCalendars = FrozenDict()
    targets: FrozenMapping[str, KindTargets]
    year_starts: Start = (4, 1)
    in_force_from: DateField | None = None
    applies_to: AppliesTo = FrozenDict()
    measures: FrozenMapping[Text, MeasureTable] = FrozenDict()
    pauses: FrozenMapping[str, tuple[Measure, ...]] = FrozenDict()
    priorities: FrozenMapping[str, FrozenMapping[str, str]] = FrozenDict()
    exclusions: FrozenMapping[str, str] = FrozenDict()
    coverage: Coverage = ()
    rules: Rules = Rules()
    standards: FrozenMapping[str, Standard] = FrozenDict()
    allowances: FrozenMapping[str, Allowance] = FrozenDict()
    periods: NamedPeriods = FrozenDict()
    availability: FrozenMapping[str, Availability] = FrozenDict()
    chains: FrozenMapping[str, Chain] = FrozenDict()
    warnings: FrozenMapping[str, WarningRule] = FrozenDict()
    silence: FrozenMapping[str, str] = FrozenDict()

    if TYPE_CHECKING:  # the shapes that pydantic accepts, for those who call the constructor

        def __init__(
            self,
            *,
            name: str,
            calendar: Calendar | Mapping[str, Any],
            calendars: Mapping[str, Calendar | Mapping[str, Any] | str] = ...,
            targets: Mapping[str, KindTargets | Mapping[str, Any]],
            year_starts: YearStart | str = ...,
            in_force_from: date | str | None = ...,
            applies_to: Mapping[str, str | Sequence[str]] = ...,
            measures: Mapping[Measure, MeasureTable | Mapping[str, Any]] = ...,
            pauses: Mapping[str, Sequence[Measure]] = ...,
            priorities: Mapping[str, Mapping[str, str]] = ...,
            exclusions: Mapping[str, str] = ...,
            coverage: Sequence[Mapping[str, date | str] | DateRange] | Mapping[str, date | str] = ...,
            rules: Rules | Mapping[str, str] = ...,
            standards: Mapping[str, Standard | Mapping[str, Any]] = ...,
            allowances: Mapping[str, Allowance | Mapping[str, Any]] = ...,
            periods: Mapping[str, str | DateRange | Mapping[str, str | DateRange]] = ...,
            availability: Mapping[str, Availability | Mapping[str, Any]] = ...,
            chains: Mapping[str, Chain | Mapping[str, Any]] = ...,
            warnings: Mapping[str, WarningRule | Mapping[str, Any]] = ...,
            silence: Mapping[str, str] = ...,
        ) -> None: ...

    @model_validator(mode="before")
    @classmethod
    def _not_as_before(cls, data: Any) -> Any:
        for key, (problem, remedy) in _BEFORE.items():
            if isinstance(data, Mapping) and key in data:
                with errors_inside():
                    raise PolicyError(problem, remedy, key, value=data[key])
        return data

    @model_validator(mode="before")
    @classmethod
    def _read_calendars(cls, data: Any) -> Any:
        """The calendars by name, whose expressions may speak of the main one."""
        named = data.get("calendars") if isinstance(data, Mapping) else None
        if not isinstance(named, Mapping) or not named:
            return data
        try:
            main = Calendar.of(data.get("calendar"))
        except SlaClockError:
            return {**data, "calendars": {}}  # the field says what is wrong with it
        with errors_inside(), placed("calendars"):
            return {**data, "calendar": main, "calendars": read_calendars(named, main)}

    @model_validator(mode="after")
    def _check(self) -> Self:
        errors = ErrorCollector()
        tables: list[tuple[tuple[str, ...], Iterable[str]]] = [
            (("targets",), self.targets), (("pauses",), self.pauses), (("exclusions",), self.exclusions),
            (("warnings",), self.warnings), (("availability",), self.availability), (("chains",), self.chains),
            *((("targets", kind), targets.priorities) for kind, targets in self.targets.items()),
        ]  # fmt: skip
        for path, names in tables:
            if any(map(is_missing, names)):  # no ticket can have it, since an empty text is none
                with errors.part(*path):
                    raise PolicyError("the name of an entry is missing", "give it one", value="")
        for kind, targets in self.targets.items():
            for (priority, measure), name in targets.calendars.items():
                place = [part for part in ("targets", kind, priority, measure, CALENDAR) if part is not None]
                with errors.part(*place):
                    self.calendar_named(name)
        for name, promise in self.availability.items():
            with errors.part("availability", name, CALENDAR):
                self.calendar_named(promise.calendar)
        for name in self.measures:
            with errors.part("measures", name):
                self._check_measure(name)
        for where, measure in self._measures_named():
            if measure not in self._rules:
                with errors.part(*where):
                    raise self._no_measure(measure, is_priority=len(where) == 3 and where[0] == "targets")
        for path, priority in self._priorities_named():
            with errors.part(*path):
                self._check_priority(priority)
        self._check_chains(errors)
        for path, measure, target in self._targets_named():
            if measure in self._rules:
                with errors.part(*path):
                    self._rules[measure].check_target(target)
        with errors_inside():
            errors.check()
        return self

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a policy from a `.toml` or `.json` file; a holiday file that it names is sought beside it."""
        file = given_path(path, PolicyError)
        text = read_text(file, PolicyError)
        with placed(file):
            return cls.parse(text, form_of(file), file.parent)

    @classmethod
    def parse(cls, text: str, form: Form = "toml", folder: Path | None = None) -> Self:
        """Read a policy from its text; files that it names are sought in `folder`."""
        data = read_data(text, form, PolicyError)
        return cls.model_validate(data if folder is None else with_paths(data, folder))

    @classmethod
    def example(cls) -> Policy:
        """The packaged example: a city's ICT service for schools."""
        return _example()

    def _check_measure(self, name: Measure) -> None:
        if name in (CALENDAR, WITHIN):
            raise PolicyError(f"no measure is called {name!r}", "give it another name", value=name)
        self._rules[name].check(self.measures[name])

    def _check_chains(self, errors: ErrorCollector) -> None:
        for name, chain in self.chains.items():
            if {*chain.parts, chain.measure} <= self._rules.keys() and {*chain.priority} <= self._priorities.keys():
                with errors.part("chains", name):
                    chain.cases(self.targets)

    def _measures_named(self) -> Iterator[tuple[tuple[str | int, ...], Measure]]:
        """The measures that the policy speaks of, each with its place."""
        for kind, targets in self.targets.items():
            yield from ((("targets", kind, measure), measure) for measure in targets.every)
            for priority, own in targets.priorities.items():
                yield from ((("targets", kind, priority, measure), measure) for measure in own)
        for reason, measures in self.pauses.items():
            yield from ((("pauses", reason), measure) for measure in measures)
        yield from ((("standards", name, "measure"), of.measure) for name, of in self.standards.items())
        for name, rule in self.warnings.items():
            if rule.measure is not None:
                yield ("warnings", name, "measure"), rule.measure
        for name, chain in self.chains.items():
            yield from ((("chains", name, "parts", number), part) for number, part in enumerate(chain.parts))
            yield ("chains", name, "measure"), chain.measure

    def _targets_named(self) -> Iterator[tuple[tuple[str, ...], Measure, Target]]:
        """The targets that the policy sets, those of service standards too, each with its place and its measure."""
        for kind, targets in self.targets.items():
            for priority, table in ((None, targets.every), *targets.priorities.items()):
                place = ("targets", kind) if priority is None else ("targets", kind, priority)
                yield from (
                    ((*place, measure), measure, target) for measure, target in table.items() if target is not None
                )
        for name, standard in self.standards.items():
            if standard.target is not None:
                yield ("standards", name, "target"), standard.measure, standard.target

    def _priorities_named(self) -> Iterator[tuple[tuple[str, ...], str]]:
        """The priorities of which a warning, a service standard or a chain speaks, each with its place."""
        for table, rules in (("warnings", self.warnings), ("standards", self.standards), ("chains", self.chains)):
            for name, rule in rules.items():
                yield from (((table, name, "priority"), priority) for priority in rule.priority)

    def has_measure(self, name: Measure) -> bool:
        """Whether the policy knows a measure."""
        return isinstance(name, str) and name in self._rules

    def measure(self, name: Measure) -> MeasureRule:
        """From when to when the clock of a measure runs; `PolicyError` for what is no measure of the policy."""
        if not self.has_measure(name):
            raise self._no_measure(name)
        return self._rules[name]

    def _no_measure(self, name: Measure, *, is_priority: bool = False) -> PolicyError:
        remedy = f"use one of: {', '.join(self._rules)}; or define [measures.{name}]"
        if is_priority:  # it may be meant as one
            remedy = f"write {name} = {{ resolve = '2 hours' }} for a priority, or {remedy}"
        return PolicyError(f"{name!r} is no measure", remedy, value=name)

    @lazy
    def _rules(self) -> Mapping[Measure, MeasureRule]:
        """The rules of all measures."""
        return rules_of(self.measures)

    @lazy
    def reasons(self) -> tuple[str, ...]:
        """Every reason to wait that the policy knows: listed under its pauses, or named by a measure or a target."""
        named = [
            reason for rule in self._rules.values() for reason in (*(rule.pauses or ()), *rule.holds.get(PAUSE, ()))
        ]
        named += [reason for targets in self.targets.values() for own in targets.pauses.values() for reason in own]
        return tuple(dict.fromkeys([*self.pauses, *named]))

    def target(self, kind: str, priority: str | None = None, measure: Measure = "resolve") -> Target:
        """The target for a kind and priority; `PolicyError` where the policy sets none."""
        target = self.target_of(kind, priority, measure)
        if target is None:
            name = f"{kind} {priority}" if priority is not None else kind
            raise PolicyError(
                f"{self._named} sets no {measure} target for {name}",
                f"add {measure} = '...' to its targets",
                value=measure,
            )
        return target

    def calendar_named(self, name: str) -> Calendar:
        """The calendar of a name: `main`, or one of `calendars`; `PolicyError` for a name that is not known."""
        if name == MAIN:
            return self.calendar
        if name not in self.calendars:
            names = ", ".join([MAIN, *self.calendars])
            raise PolicyError(f"there is no calendar {short_repr(name)}", f"use one of: {names}", value=name)
        return self.calendars[name]

    @lazy
    def announced_at(self) -> tuple[int, ...]:
        """The instants, in microseconds and in order, at which something of its calendars became known."""
        calendars = (self.calendar, *self.calendars.values())
        return tuple(sorted({at for calendar in calendars for at in calendar.announced_at}))

    def target_of(self, kind: str, priority: str | None, measure: Measure, *, agreed: bool = False) -> Target | None:
        """The target for a kind and priority, None where there is none; a word not known is an error.

        A measure is known where the policy sets it for some kind or priority, or a target was `agreed` for a ticket.
        """
        self.measure(measure)
        if kind not in self.targets:
            raise PolicyError(
                f"{self._named} has no targets for the kind {short_repr(kind)}",
                "use one of: " + ", ".join(self.targets),
                value=kind,
            )
        if priority is not None and self._priorities:
            self._check_priority(priority, self.targets[kind].priorities)
        target = self.targets[kind].get(priority, measure)
        if target is None and not agreed and not self.sets(measure):
            raise PolicyError(
                f"{self._named} sets no {measure} target for any kind",
                f"add {measure} = '...' to its targets",
                value=measure,
            )
        return target

    def sets(self, measure: Measure) -> bool:
        """Whether it sets a target of the measure for any kind or priority."""
        return measure in self._measures

    def _check_priority(self, priority: str, of_kind: Iterable[str] = ()) -> None:
        """Raise `UnknownPriorityError` for what the policy does not mention as a priority."""
        if priority not in self._priorities:
            known = ", ".join(tuple(of_kind) or self._priorities)
            raise UnknownPriorityError(
                f"{short_repr(priority)} is no priority of {self._named}",
                f"use one of: {known}" if known else "remove it, or give a kind targets by priority",
                value=priority,
            )

    @property
    def measures_set(self) -> tuple[Measure, ...]:
        """The measures for which the policy sets a target for some kind or priority, in the order of its table."""
        return tuple(measure for measure in self._rules if measure in self._measures)

    @property
    def _named(self) -> str:
        """How an error calls it: in a book there are others, which may know the word."""
        return f"the policy {short_repr(self.name)}"

    @lazy
    def _priorities(self) -> Mapping[str, None]:
        """The priorities that the policy mentions, in order; where it mentions none, it does not look at any."""
        targeted = (name for targets in self.targets.values() for name in targets.priorities)
        return dict.fromkeys([*targeted, *agreed_priorities(self)])

    @lazy
    def _measures(self) -> frozenset[Measure]:
        """The measures that the policy sets for some kind or priority."""
        tables = [table for targets in self.targets.values() for table in (targets.every, *targets.priorities.values())]
        return frozenset(measure for table in tables for measure in table)

    def priority(self, impact: str, urgency: str) -> str:
        """The priority agreed for an impact and an urgency."""
        if not self.priorities:
            raise PolicyError(f"{self._named} has no priorities by impact and urgency", "add a [priorities] table")
        self.check_words(impact, urgency)
        _check_word("urgency", urgency, self.priorities[impact], self._named)  # it may be one of other impacts only
        return self.priorities[impact][urgency]

    def check_words(self, impact: str | None, urgency: str | None) -> None:
        """Raise `PolicyError` for an impact or an urgency that the policy agrees no priority for, where it does any."""
        if self.priorities and impact is not None:
            _check_word("impact", impact, self.priorities, self._named)
        if self.priorities and urgency is not None:
            urgencies = [name for by_urgency in self.priorities.values() for name in by_urgency]
            _check_word("urgency", urgency, dict.fromkeys(urgencies), self._named)

    def stops(self, reason: str | None, measure: Measure) -> bool:
        """Whether a pause for the reason stops the clock of the measure, where its target names no pauses of its own.

        The policy must name the reason.
        """
        self.check_reason(reason)
        return reason in self.reasons_stopping(measure)

    def reasons_stopping(self, measure: Measure) -> tuple[str, ...]:
        """The reasons that stop the clock of a measure where its target names none: its own, or those of `pauses`."""
        own = self.measure(measure).pauses
        return tuple(reason for reason, stopped in self.pauses.items() if measure in stopped) if own is None else own

    def check_reason(self, reason: str | None) -> None:
        """Raise `UnknownReasonError` for what the policy does not name as a reason to wait."""
        if reason is None or reason not in self.reasons:
            known = ", ".join(self.reasons) or "none yet"
            problem = (
                "a pause has no reason"
                if reason is None
                else f"{self._named} lists no pause reason {short_repr(reason)}"
            )
            raise UnknownReasonError(
                problem, f"use one of: {known}; or list it under [pauses] with the measures that it stops", value=reason
            )

    def covers(self, at: InstantLike) -> bool:
        """Whether the subscription covers what opens at the instant."""
        opened = micros_of(at)
        if not self.coverage:
            return True
        day = date.fromordinal(local_day(opened, self.calendar.zone)[0])
        return any(day in period for period in self.coverage)

    def year(self, at: InstantLike) -> SubscriptionYear:
        """The subscription year in which an instant lies."""
        return subscription_year(at, self.calendar.zone.key, self.year_starts)

    def under(self, standard: Standard) -> Policy:
        """The policy as a service standard has it: with the standard's own target, where it has one, for its kind.

        It counts on the calendar of the kind, or on that of each priority that the standard is for.
        """
        if standard.limit is None:
            return self
        own = self.targets.get(standard.kind, KindTargets())
        tables: dict[str | None, dict[str, Any]] = {None: {}}
        if standard.priority:  # the others stay known
            tables |= {priority: {} for priority in (*own.priorities, *standard.priority)}
        for priority in (None, *standard.priority):
            tables[priority] = {standard.measure: standard.limit}
            if (priority, None) in own.calendars:
                tables[priority][CALENDAR] = own.calendars[priority, None]
        targets = KindTargets.model_validate({**tables.pop(None), **tables})
        # No other standard, warning or chain need know the priorities and the targets that are left.
        others: dict[str, Any] = {"standards": {}, "warnings": {}, "chains": {}}
        return self.model_copy(update={"targets": {**self.targets, standard.kind: targets}, **others})

    def fits(self, attributes: Mapping[str, str]) -> bool:
        """Whether the policy applies to a ticket with these attributes; to one without an attribute it does not."""
        given = asked_attributes(attributes)
        return all(given.get(name) in values for name, values in self.applies_to.items())

    def in_force(self, opened: int) -> bool:
        """Whether it is in force at an instant, in microseconds, by the local date there."""
        if self.in_force_from is None:
            return True
        return local_day(opened, self.calendar.zone)[0] >= self.in_force_from.toordinal()

    def at(self, opened: InstantLike, attributes: Mapping[str, str] | None = None) -> Policy:
        """The policy for what opened then: itself. A `PolicyBook` has a choice."""
        micros_of(opened)  # refuses what is no instant
        asked_attributes(attributes)
        return self

    def __repr_args__(self) -> Iterator[tuple[str, Any]]:
        yield "name", Short(self.name)
        if self.in_force_from is not None:
            yield "in_force_from", str(self.in_force_from)
        kinds = [f"{kind} {' '.join(targets.priorities)}".strip() for kind, targets in self.targets.items()]
        yield "targets", Short(kinds)
        yield "calendar", Short(self.calendar)

    def _repr_html_(self) -> str:
        shown = dict.fromkeys((*MEASURES, *self.measures_set))
        rows = [
            (kind, priority or "any", *(str(of_measure.get(measure, "-")) for measure in shown))
            for kind, targets in self.targets.items()
            for priority, of_measure in [*targets.priorities.items(), *([("", targets.every)] if targets.every else [])]
        ]
        stops = [(reason, ", ".join(measures) or "no clock") for reason, measures in self.pauses.items()]
        others = [folded(f"The calendar {name}", calendar._repr_html_()) for name, calendar in self.calendars.items()]
        return cell(
            table_html(("kind", "priority", *shown), rows, title=self.name),
            table_html(("a wait for", "stops the clock of"), stops, title="Pauses") if stops else "",
            self.calendar._repr_html_(),
            *others,
        )


def agreed_priorities(policy: Policy) -> Iterator[str]:
    """The priorities that the policy agrees for impacts and urgencies, as often as it does."""
    return (priority for by_urgency in policy.priorities.values() for priority in by_urgency.values())


def _check_word(what: str, word: str, known: Iterable[str], policy: str) -> None:
    if word not in known:
        raise PolicyError(f"{short_repr(word)} is no {what} of {policy}", "use one of: " + ", ".join(known), value=word)


@cache
def _example() -> Policy:
    return Policy.parse(files("slaclock").joinpath("example/sla.toml").read_text(encoding="utf-8"))
