"""`promise_page`: a policy for those whom it serves, as one page of HTML that says when what they ask is due."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.calendar.hours import ALL_DAY
from slaclock.calendar.week_pictures import HEADER, week_rows
from slaclock.checking.calendar_texts import expressions_of
from slaclock.clock.targets import Target
from slaclock.errors import NoWorkingTimeError, OutOfRangeError, PolicyError
from slaclock.formats.cells import table_html
from slaclock.formats.plain_times import just_text, wait_text
from slaclock.formats.tables import date_text
from slaclock.formats.templates import templates_of
from slaclock.policy.book import PolicyBook, PolicyLike, given_policy
from slaclock.policy.calendars import MAIN
from slaclock.policy.measures import Measure
from slaclock.policy.openings import days_covered, openings_of
from slaclock.policy.periods import Period
from slaclock.policy.policy import Policy
from slaclock.policy.promises import Promise, promises_of
from slaclock.policy.subscription_years import SubscriptionYear
from slaclock.temporal.instants import from_micros
from slaclock.temporal.intervals import Run

from . import heat
from .figures import PromisedWait, WaitFigures
from .openings import OpeningsLike
from .page_hours import day_name, hours_of_period, range_text, week_text
from .page_tables import DueTables
from .page_words import (
    calendar_title,
    change_sentences,
    day_sentences,
    measure_text,
    other_rows,
    pause_rows,
    plain_name,
    scope_sentences,
    target_text,
    whose,
    without_target,
)
from .pages import notes_of
from .promise import promise

if TYPE_CHECKING:
    from jinja2 import Environment

_MOST_PICTURES = 6
"""So many targets have their wait drawn by weekday and hour, so that a page stays light."""
_RIGHT = frozenset({3, 4, 5, 6})


def promise_page(
    policy: PolicyLike,
    year: int | SubscriptionYear | Period,
    *,
    measure: Measure | None = None,
    openings: OpeningsLike | None = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
) -> str:
    """A policy in plain words for a year, as the text of one HTML page for those whom it serves.

    It says when the desk is open, with the year's holidays by name, each target in service time and in plain time,
    what stops the clock, and what is not covered. Its calculator says when what opens at some time of the year is due,
    to the microsecond as `deadline` does, in the browser and without any network: the page fetches nothing, and its
    policy for browsers lets it run no script but its own.

    The year, the measure, and the openings by which waits are weighted are those of `promise`, whose errors it raises;
    a book, of which a page cannot speak as one, is a `PolicyError`. Needs the extra `report`.

    >>> from slaclock import Policy
    >>> page = promise_page(Policy.example(), 2018, measure="resolve")
    >>> page.count("<h1>"), "Easter Monday" in page, "https://" in page
    (1, True, False)
    """
    own = given_policy(policy)
    if isinstance(own, PolicyBook):
        raise PolicyError("a book has several policies", "ask of one of them, such as book.policies[0]", "policy")
    waits = promise(own, year, measure=measure, openings=openings, columns=columns, timezone=timezone)
    return page_of(own, waits)


def page_of(policy: Policy, waits: WaitFigures) -> str:
    """The page of a policy with the waits of its targets, which `promise` has worked out."""
    return _Page(policy, waits).html()


def check_templates() -> None:
    """`MissingExtraError` where the library is missing that makes the page."""
    _templates()


class HoursSection(NamedTuple):
    """A calendar on the page: what it is called, and its parts, of which tables are HTML already.

    `clock` is the zone of its hours, where that is another than the page's and there are other hours than all.
    """

    title: str
    lead: str
    clock: str
    sentences: Sequence[str]
    week: str
    holidays: str
    others: str


class Picture(NamedTuple):
    """The waits of a target by weekday and hour."""

    title: str
    drawing: str


class Row(NamedTuple):
    """What several priorities of a kind have alike: the target in words, and its waits."""

    names: tuple[str, str, str]
    wait: PromisedWait


def _rows(promises: Sequence[Promise], waits: Sequence[PromisedWait]) -> list[Row]:
    """A row for each target, that of several priorities of a kind once."""
    alike: dict[tuple[str, Measure, str, Target], list[tuple[Promise, PromisedWait]]] = {}
    for own, wait in zip(promises, waits, strict=True):
        alike.setdefault((own.kind, own.measure, own.calendar, own.target), []).append((own, wait))
    return [
        Row(
            (whose(kind, *(own.priority for own, _ in several)), plain_name(measure), target_text(target)),
            several[0][1],
        )
        for (kind, measure, _, target), several in alike.items()
    ]


class _Page:
    """What the page says, worked out once."""

    def __init__(self, policy: Policy, figures: WaitFigures) -> None:
        self.policy, self.period = policy, figures.period
        self.notes = notes_of(figures)
        self.expressions = expressions_of(policy)
        asked = {(wait.kind, wait.priority, wait.measure) for wait in figures.waits}
        self.promises = [own for own in promises_of(policy) if (own.kind, own.priority, own.measure) in asked]
        self.rows = _rows(self.promises, figures.waits)

    def html(self) -> str:
        """The page."""
        script = _script()
        pictures = self._pictures()
        return (
            _templates()
            .get_template("promise.html")
            .render(
                title=f"What is promised in {self.period.label}: {self.policy.name}",
                name=self.policy.name,
                label=self.period.label,
                first=self.period.first_day.isoformat(),
                last=(self.period.end_day - timedelta(days=1)).isoformat(),
                dates=range_text(self.period.first_day, self.period.end_day - timedelta(days=1)),
                zone=self.policy.calendar.zone.key,
                scope=list(scope_sentences(self.policy)),
                targets=[row.names for row in self.rows],
                measures=self._measures(),
                later=self._later(),
                notes=self.notes,
                waits=self._waits(),
                worst=self._worst(),
                pictures=pictures[:_MOST_PICTURES],
                left_out=len(pictures[_MOST_PICTURES:]),
                hours=list(self._hours()),
                pauses=_table(("while it waits for", "stops the clock to"), pause_rows(self.policy, self.promises)),
                changes=change_sentences(self.policy),
                priorities=self._priorities(),
                excluded=[(plain_name(name), why) for name, why in self.policy.exclusions.items()],
                without=list(without_target(self.policy)),
                others=list(other_rows(self.policy)),
                data=self._data(),
                script=script,
                script_hash=b64encode(sha256(script.encode()).digest()).decode(),
            )
        )

    def _measures(self) -> list[tuple[str, str]]:
        names = dict.fromkeys(own.measure for own in self.promises)
        return [(plain_name(name), measure_text(name, self.policy.measure(name))) for name in names]

    def _later(self) -> str:
        """The measures whose clocks do not start with a call."""
        names = dict.fromkeys(own.measure for own in self.promises)
        return ", ".join(plain_name(name) for name in names if "opened" not in self.policy.measure(name).starts)

    def _waits(self) -> str:
        rows = [
            (*row.names, *map(wait_text, (row.wait.least, row.wait.median, row.wait.p95, row.wait.longest)))
            for row in self.rows
        ]
        lengths = ("at the least", "half of all within", "95 of 100 within", "at the longest")
        return _table(("for", "to", "promised", *lengths), rows, _RIGHT)

    def _worst(self) -> str:
        rows = [
            (*row.names[:2], wait_text(row.wait.longest), *map(just_text, (worst.opened, worst.due)))
            for row in self.rows
            for worst in row.wait.worst[:1]
        ]
        return _table(("for", "to", "the longest", "opened", "due"), rows, frozenset({2}))

    def _pictures(self) -> list[Picture]:
        """The waits by weekday and hour, of what others share once."""
        drawn: dict[tuple[str, Target], Row] = {}
        for row in self.rows:
            drawn.setdefault((row.wait.calendar, row.wait.target), row)
        return [
            Picture(f"{names[0]}: {names[1]} {names[2]}", heat.drawing(wait, self.period.label))
            for names, wait in drawn.values()
        ]

    def _hours(self) -> Iterator[HoursSection]:
        """The calendars on which the targets' clocks run, the main one first."""
        names = dict.fromkeys(own.calendar for own in self.promises if not own.target.wall)
        for name in sorted(names, key=lambda name: name != MAIN):
            calendar = self.policy.calendar_named(name)
            hours, zone = hours_of_period(calendar, self.period), calendar.zone.key
            targets = [own.target for own in self.promises if own.calendar == name]
            holidays = [(day_name(day), holiday, open_) for day, holiday, open_ in hours.holidays]
            others = [(own.dates, own.why or "other hours", own.hours) for own in hours.others]
            yield HoursSection(
                title=calendar_title(name, self.expressions),
                lead=week_text(dict(enumerate(hours.week))),
                clock="" if zone == self.policy.calendar.zone.key or {*hours.week} == {ALL_DAY} else zone,
                sentences=list(day_sentences(calendar.rules, targets)),
                week=_table(HEADER, week_rows(hours.week)),
                holidays=_table(("date", "holiday", "hours"), holidays),
                others=_table(("dates", "what", "hours"), others),
            )

    def _priorities(self) -> str:
        """The priority for each impact and urgency."""
        table = self.policy.priorities
        urgencies = [*dict.fromkeys(urgency for by_urgency in table.values() for urgency in by_urgency)]
        rows = [
            (plain_name(impact), *(own.get(urgency, "-") for urgency in urgencies)) for impact, own in table.items()
        ]
        return _table(("impact", *(f"urgency {plain_name(urgency)}" for urgency in urgencies)), rows)

    def _data(self) -> dict[str, object]:
        """What the calculator asks; see `page_tables`."""
        openings = openings_of(self.policy, days_covered(self.policy, self.period))
        tables = DueTables(self.policy, openings)
        targets = [
            {
                "due": tables.number_of(row.wait.calendar, row.wait.target),
                "from": tables.number_of_low(row.wait.calendar, row.wait.target),
                "by": "before" if row.wait.target.strict else "by",
            }
            for row in self.rows
        ]
        return {
            **tables.as_data(),
            "targets": targets,
            "example": self._example(openings[0][0]),
            "outside": f"This page knows what is opened {_from_to(openings, self.policy.calendar.zone)}.",
            "uncovered": "What is opened then is not covered.",
        }

    def _example(self, start: int) -> list[str]:
        """A date and a time that a visitor may ask about: the first opening."""
        calendar = self.policy.calendar
        with suppress(NoWorkingTimeError, OutOfRangeError):  # where another calendar has hours
            start = calendar.timetable.next_open(start)
        at = from_micros(start, calendar.zone)
        return [at.date().isoformat(), f"{at:%H:%M}"]


def _from_to(openings: Run, zone: ZoneInfo) -> str:
    first, last = (from_micros(at, zone).date() for at in (openings[0][0], openings[-1][1] - 1))
    return f"from {date_text(first)} to {date_text(last)}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """A table as HTML; nothing where it has no rows."""
    return table_html(header, rows, right) if rows else ""


@cache
def _script() -> str:
    """The calculator, as it stands in the page."""
    folder = files("slaclock.promises").joinpath("page")
    return "".join(folder.joinpath(name).read_text(encoding="utf-8") for name in ("due_dates.js", "calculator.js"))


@cache
def _templates() -> Environment:
    """The templates of the page."""
    return templates_of("slaclock.promises")
