"""The policy: what a service promises, when it is open, what stops its clock, and what it does not cover."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, PlainSerializer, SerializeAsAny, model_validator

from slaclock.calendar.base import Calendar
from slaclock.calendar.special_days import DateRange, parse_date
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.clock.targets import Target
from slaclock.errors import PolicyError, UnknownReasonError, placed
from slaclock.formats.documents import Form, form_of, read_data, read_text
from slaclock.formats.models import Model
from slaclock.formats.tables import html_table
from slaclock.temporal.instants import local_day, to_micros

from .allowances import Allowance
from .measures import Measure
from .rules import Restart
from .standards import Standard
from .subscription_years import SubscriptionYear, YearStart, parse_start, subscription_year
from .targets import KindTargets, TargetField


def _calendar(value: object) -> Calendar:
    return value if isinstance(value, Calendar) else WorkingCalendar.model_validate(value)


def _coverage(value: object) -> tuple[DateRange, ...]:
    items = [value] if isinstance(value, Mapping) else value
    if not isinstance(items, (list, tuple)):
        raise PolicyError(f"{value!r} is not a coverage", "write [{from = 2018-04-01, until = 2019-03-31}]")
    return tuple(sorted(_period(item) for item in items))


def _period(item: object) -> DateRange:
    if isinstance(item, DateRange):
        return item
    if not isinstance(item, Mapping) or item.keys() - {"from", "until"}:
        raise PolicyError(f"{item!r} is not a period of coverage", "give from and until")
    first, last = (parse_date(item[key]) if item.get(key) else None for key in ("from", "until"))
    period = DateRange(first or date.min, last or date.max)
    if period.last < period.first:
        raise PolicyError(f"the coverage ends on {last}, before it starts on {first}", "swap the two")
    return period


class Policy(Model):
    """A service level agreement as data.

    `targets` by kind and priority; `pauses` lists every reason to wait and the measures that it stops;
    `priorities` gives the priority for an impact and an urgency; `exclusions` the categories that the service
    does not cover, and why; `coverage` the dates of the subscription, every date where it is empty; `underpinning`
    the target for the time for which a reason may hold a ticket, such as a supplier's contract sets;
    `silence` the checks of `slaclock check` that do not apply, each with the reason why.

    >>> policy = Policy.example()
    >>> policy.target("incident", "P2"), policy.priority("high", "medium")
    (Target.parse('0-6 hours'), 'P2')
    """

    name: str
    calendar: Annotated[SerializeAsAny[Calendar], BeforeValidator(_calendar)]
    targets: dict[str, KindTargets]
    year_starts: Annotated[
        YearStart, BeforeValidator(parse_start), PlainSerializer(lambda start: f"{start[0]:02d}-{start[1]:02d}")
    ] = (4, 1)
    in_force_from: Annotated[date | None, BeforeValidator(lambda day: None if day is None else parse_date(day))] = None
    pauses: dict[str, tuple[Measure, ...]] = Field(default_factory=dict)
    priorities: dict[str, dict[str, str]] = Field(default_factory=dict)
    exclusions: dict[str, str] = Field(default_factory=dict)
    coverage: Annotated[
        tuple[DateRange, ...],
        BeforeValidator(_coverage),
        PlainSerializer(lambda periods: [{"from": str(p.first), "until": str(p.last)} for p in periods]),
    ] = ()
    restart: Restart = Restart()
    standards: dict[str, Standard] = Field(default_factory=dict)
    allowances: dict[str, Allowance] = Field(default_factory=dict)
    underpinning: dict[str, TargetField] = Field(default_factory=dict)
    silence: dict[str, str] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        strange = next((reason for reason in self.underpinning if reason not in self.pauses), None)
        if strange is not None:
            raise UnknownReasonError(
                f"the policy lists no pause reason {strange!r}", "list it under [pauses]", f"underpinning.{strange}"
            )
        return self

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Read a policy from a `.toml` or `.json` file; a holiday file that it names is sought beside it."""
        file = Path(path)
        text = read_text(file, PolicyError)
        with placed(str(file)):
            return cls.parse(text, form_of(file), file.parent)

    @classmethod
    def parse(cls, text: str, form: Form = "toml", folder: Path | None = None) -> Self:
        """Read a policy from its text; files that it names are sought in `folder`."""
        data = read_data(text, form, PolicyError)
        if folder is not None:
            data = _with_paths(data, folder)
        return cls.model_validate(data)

    @classmethod
    def example(cls) -> Policy:
        """The packaged example: a city's ICT service for schools."""
        return _example()

    def target(self, kind: str, priority: str | None = None, measure: Measure = "resolve") -> Target:
        """The target for a kind and priority; `PolicyError` where the policy sets none."""
        return self._of_kind(kind).get(kind, priority, measure)

    def priority(self, impact: str, urgency: str) -> str:
        """The priority agreed for an impact and an urgency."""
        if not self.priorities:
            raise PolicyError("the policy has no priorities by impact and urgency", "add a [priorities] table")
        for word, known in ((impact, self.priorities), (urgency, self.priorities.get(impact, {}))):
            if word not in known:
                what = "impact" if known is self.priorities else "urgency"
                raise PolicyError(f"{word!r} is no {what} of the policy", "use one of: " + ", ".join(known))
        return self.priorities[impact][urgency]

    def stops(self, reason: str | None, measure: Measure) -> bool:
        """Whether a pause for the reason stops the clock of the measure; the policy must list the reason."""
        if reason is None or reason not in self.pauses:
            known = ", ".join(self.pauses) or "none yet"
            problem = "a pause has no reason" if reason is None else f"the policy lists no pause reason {reason!r}"
            raise UnknownReasonError(problem, f"use one of: {known}; or list it under [pauses], stopping [] or more")
        return measure in self.pauses[reason]

    def covers(self, at: datetime) -> bool:
        """Whether the subscription covers what opens at the instant."""
        if not self.coverage:
            return True
        day = date.fromordinal(local_day(to_micros(at), self.calendar.zone)[0])
        return any(day in period for period in self.coverage)

    def year(self, at: datetime) -> SubscriptionYear:
        """The subscription year in which an instant lies."""
        return subscription_year(at, self.calendar.zone.key, self.year_starts)

    def under(self, standard: Standard) -> Policy:
        """The policy as a service standard has it: with the standard's own target, where it has one, for its kind."""
        if standard.limit is None:
            return self
        every = KindTargets.model_validate({standard.measure: standard.limit})
        return self.model_copy(update={"targets": {**self.targets, standard.kind: every}})

    def at(self, opened: datetime) -> Policy:
        """The policy for what opened then: itself. A `PolicyBook` has a choice."""
        return self

    def _repr_html_(self) -> str:
        rows = [
            (kind, priority or "any", str(measures.respond or "-"), str(measures.resolve or "-"))
            for kind, targets in self.targets.items()
            for priority, measures in [
                *targets.priorities.items(),
                *([("", targets.every)] if targets.every.any else []),
            ]
        ]
        table = html_table(("kind", "priority", "respond", "resolve"), rows, caption=self.name)
        calendar = getattr(self.calendar, "_repr_html_", str)()
        return f'<div class="slaclock">{table}{calendar}</div>'

    def _of_kind(self, kind: str) -> KindTargets:
        if kind not in self.targets:
            raise PolicyError(
                f"the policy has no targets for the kind {kind!r}", "use one of: " + ", ".join(self.targets)
            )
        return self.targets[kind]


@cache
def _example() -> Policy:
    return Policy.parse(files("slaclock").joinpath("example/sla.toml").read_text(encoding="utf-8"))


def _with_paths(data: Any, folder: Path) -> Any:
    """The policy's data with the paths of its holiday files made to start from its folder."""
    calendar = data.get("calendar") if isinstance(data, dict) else None
    holidays = calendar.get("holidays") if isinstance(calendar, dict) else None
    if not isinstance(holidays, dict):
        return data
    paths = {key: str(folder / holidays[key]) for key in ("gov_uk", "ical") if isinstance(holidays.get(key), str)}
    return {**data, "calendar": {**data["calendar"], "holidays": {**holidays, **paths}}}
