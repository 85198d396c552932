"""Hypothesis strategies for the tests of those who use the library: instants, calendars, pauses, targets and more.

What they draw lies where clocks go wrong: at summer-time changes, midnights, year ends, leap days and holidays.
They need the extra `testing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar, Combination
from slaclock.calendar.hours import WEEKDAYS
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.clock.pauses import Pause
from slaclock.clock.targets import Target
from slaclock.errors import MissingExtraError
from slaclock.policy.availability import PlannedRule
from slaclock.policy.book import PolicyBook, policies_of
from slaclock.policy.measures import MEASURES, Measure
from slaclock.policy.policy import Policy
from slaclock.policy.rules import AnnouncedRule, BreachRule, PriorityChangeRule, ReopeningRule, Rules
from slaclock.policy.standards import Abandoned
from slaclock.policy.targets import NONE
from slaclock.tickets.tickets import Change, Reopening, Ticket

try:
    from hypothesis import strategies as st
except ImportError:
    raise MissingExtraError.for_extra("hypothesis", "testing") from None

__all__ = [
    "any_calendars", "books", "calendar_fields", "calendars", "date_ranges", "dates", "day_hours", "full_calendars",
    "full_policies", "instants", "lengths", "pauses", "policies", "seasons", "spans", "targets", "tickets",
    "warnings", "weeks",
]  # fmt: skip

ZONES = (
    "Europe/London", "America/New_York", "UTC", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Auckland",
    "Atlantic/Azores", "Africa/Cairo", "America/St_Johns", "Pacific/Kiritimati", "Asia/Beirut", "America/Havana",
    "Africa/Casablanca",
)  # fmt: skip
"""Zones with every habit: half hours, a change of half an hour, changes at midnight, and far to both sides."""
TURNS = (
    date(2024, 2, 29), date(2024, 3, 10), date(2024, 3, 31), date(2024, 4, 7), date(2024, 4, 26), date(2024, 10, 6),
    date(2024, 10, 27), date(2024, 10, 31), date(2024, 11, 3), date(2024, 12, 31), date(2025, 3, 30), date(2025, 4, 18),
    date(2025, 1, 1),
)  # fmt: skip
"""Dates on which something happens: clock changes of these zones, year ends, a leap day, Easter."""
_USUAL_DAYS = (
    ("08:00-17:00",), ("08:00-16:30",), ("09:00-12:00", "13:00-17:30"), ("22:00-06:00",), ("00:00-24:00",),
    ("20:00-24:00",), ("00:00-03:00", "22:00-01:30"), ("01:15-01:45",),
)  # fmt: skip
ATTRIBUTES = {"customer": ("ACME", "Initech"), "site": ("north", "south")}
"""The attributes that tickets are drawn with and books choose by, and their values."""
_CUTOFFS = ("15:00", "12:00", "08:00", "00:00", "23:30", "01:30")


def dates(days: int = 12) -> st.SearchStrategy[date]:
    """Dates up to so many days from one of the `TURNS`.

    >>> from hypothesis import given
    >>> @given(dates())
    ... def check(day):
    ...     assert 2023 < day.year < 2026
    >>> check()
    """
    return st.builds(lambda turn, more: turn + timedelta(days=more), st.sampled_from(TURNS), st.integers(-days, days))


@st.composite
def instants(draw: st.DrawFn, days: int = 9) -> datetime:
    """Aware datetimes near the turns: at midnights, on the quarter of an hour, and anywhere to the microsecond.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(instants())
    ... def check(at):
    ...     assert at.utcoffset() is not None
    >>> check()
    """
    day = draw(dates(days))
    zone = ZoneInfo(draw(st.sampled_from(ZONES)))
    how = draw(st.integers(0, 3))
    wall = datetime(day.year, day.month, day.day)
    if how == 1:
        wall += timedelta(minutes=draw(st.integers(0, 95)) * 15)
    elif how > 1:
        wall += timedelta(microseconds=draw(st.integers(0, 86_400_000_000 - 1)))
    # A wall time inside a gap is no instant of its own; through UTC it becomes one.
    return wall.replace(tzinfo=zone, fold=draw(st.integers(0, 1))).astimezone(UTC).astimezone(zone)


def lengths() -> st.SearchStrategy[timedelta]:
    """Lengths of time from nothing to 40 hours: round ones, whole minutes, and any number of microseconds.

    >>> from hypothesis import given
    >>> @given(lengths())
    ... def check(length):
    ...     assert timedelta(0) <= length <= timedelta(hours=40)
    >>> check()
    """
    round_ones = [timedelta(0), timedelta(microseconds=1), timedelta(hours=1), timedelta(hours=9), timedelta(hours=24)]
    return st.one_of(
        st.sampled_from(round_ones),
        st.integers(0, 60 * 40).map(lambda minutes: timedelta(minutes=minutes)),
        st.integers(0, 40 * 3_600_000_000).map(lambda micros: timedelta(microseconds=micros)),
    )


@st.composite
def spans(draw: st.DrawFn) -> str:
    """A span of a day's hours, such as `08:00-17:00`, also overnight and to 24:00.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(spans())
    ... def check(span):
    ...     assert WorkingCalendar(timezone="UTC", hours={"mon": [span]}).timetable
    >>> check()
    """
    step = draw(st.sampled_from([15, 30, 60, 1]))
    opened = draw(st.integers(0, 1439 // step)) * step
    closed = draw(st.integers(0, 1440 // step)) * step
    if opened == closed:
        closed = 1440
    return f"{_time(opened)}-{_time(closed)}"


def _time(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def day_hours() -> st.SearchStrategy[list[str]]:
    """The hours of a day: usual ones, none, or up to three spans that may overlap.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(day_hours())
    ... def check(hours):
    ...     assert WorkingCalendar(timezone="UTC", hours={"mon": hours}).zone
    >>> check()
    """
    return st.one_of(st.sampled_from([*map(list, _USUAL_DAYS), []]), st.lists(spans(), min_size=1, max_size=3))


def _times() -> st.SearchStrategy[list[str]]:
    return st.lists(spans(), min_size=1, max_size=2)


def weeks() -> st.SearchStrategy[dict[str, list[str]]]:
    """The hours of a week with some open time.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(weeks())
    ... def check(hours):
    ...     assert any(hours.values())
    >>> check()
    """
    days = st.lists(day_hours(), min_size=7, max_size=7).filter(any)
    return days.map(lambda hours: dict(zip(WEEKDAYS, hours, strict=True)))


@st.composite
def seasons(draw: st.DrawFn) -> dict[str, dict[str, list[str]]]:
    """Up to two short seasons of some weekdays near the turns, with and without hours, also over the year's end.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(seasons())
    ... def check(seasons):
    ...     assert len(seasons) <= 2
    >>> check()
    """
    fields = {}
    weekdays = st.dictionaries(st.sampled_from(WEEKDAYS), day_hours(), min_size=1, max_size=7)
    taken: set[str] = set()
    for first in draw(st.lists(dates(), max_size=2)):
        days = [f"{first + timedelta(days=more):%m-%d}" for more in range(draw(st.integers(1, 16)))]
        if taken.isdisjoint(days):
            taken.update(days)
            fields[f"{days[0]}/{days[-1]}"] = draw(weekdays)
    return fields


def date_ranges(days: int = 5) -> st.SearchStrategy[str]:
    """Ranges of up to so many dates near the turns, such as `2024-12-29/2025-01-02`.

    >>> from hypothesis import given
    >>> @given(date_ranges())
    ... def check(dates):
    ...     assert len(dates.split("/")) == 2
    >>> check()
    """
    return st.builds(lambda first, more: f"{first}/{first + timedelta(days=more)}", dates(), st.integers(1, days - 1))


@st.composite
def calendar_fields(
    draw: st.DrawFn, *, rules: bool = True, week: st.SearchStrategy[dict[str, list[str]]] | None = None
) -> dict[str, Any]:
    """The fields of a `WorkingCalendar` as plain values, for those who build more than one thing from them.

    With `rules` any of the day rules, readings of arrivals out of hours and cut-offs is drawn, else the default ones
    hold.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(calendar_fields())
    ... def check(fields):
    ...     assert WorkingCalendar(**fields).timezone == fields["timezone"]
    >>> check()
    """
    rule = draw(st.sampled_from(["proportional", "same-time", "close-of-business", "fixed-hours"]))
    length = timedelta(minutes=draw(st.integers(60, 600))) if rule == "fixed-hours" else None
    after = draw(st.sampled_from(["next-opening", "same-date"]))
    cutoffs = st.one_of(st.none(), st.sampled_from(_CUTOFFS), st.integers(0, 95).map(lambda n: _time(n * 15)))
    cutoff = draw(cutoffs) if after == "next-opening" else None
    chosen = {"day_rule": rule, "day_length": length, "after_hours": after, "cutoff": cutoff} if rules else {}
    return {
        "timezone": draw(st.sampled_from(ZONES)),
        "hours": draw(weeks() if week is None else week),
        "holidays": {day: f"holiday of {day}" for day in sorted(draw(st.sets(dates(), max_size=6)))},
        "special": {
            **draw(st.dictionaries(dates(), day_hours(), max_size=4)),
            **draw(st.dictionaries(date_ranges(), day_hours(), max_size=1)),
        },
        "closed": draw(st.dictionaries(st.one_of(dates().map(str), date_ranges()), _times(), max_size=2)),
        "seasons": draw(seasons()),
        **chosen,
    }


def calendars(*, rules: bool = True) -> st.SearchStrategy[WorkingCalendar]:
    """Working calendars of many zones, with holidays, special days, closures and seasons near the turns.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(calendars(), instants())
    ... def check(calendar, at):
    ...     assert calendar.is_open(calendar.next_open(at))
    >>> check()
    """
    return calendar_fields(rules=rules).map(lambda fields: WorkingCalendar(**fields))


_RULES = (
    "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=WEEKLY;BYDAY=WE;UNTIL=20250301",
    "DTSTART:20240105 RRULE:FREQ=WEEKLY;INTERVAL=2", "DTSTART:20240229 RRULE:FREQ=YEARLY;COUNT=3;BYMONTHDAY=-1",
)  # fmt: skip


_NAMED_SOURCES: list[dict[str, Any]] = [
    {"code": "DE-BY", "language": "en_US"},
    {"code": "NYSE", "categories": ["half_day"]},
]


@st.composite
def full_calendars(draw: st.DrawFn, *, rules: bool = True) -> WorkingCalendar:
    """Working calendars that use all that one can say: also nights of a day and longer, countries, recurrences, names,
    hours that are in force for a time, and special days that were not always known.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=1, deadline=None)
    ... @given(full_calendars())
    ... def check(calendar):
    ...     assert type(calendar).from_json(calendar.to_json()) == calendar
    >>> check()
    """
    fields = draw(calendar_fields(rules=rules))
    shifts = st.sampled_from([["06:00-22:00", "20:00-08:00"], ["08:00-20:00", "20:00-08:00"], ["17:00-24:00"], []])
    named = st.builds(
        lambda hours, name: {"hours": hours, "name": name}, st.one_of(day_hours(), shifts), st.text(max_size=8)
    )
    listed = st.fixed_dictionaries({"when": date_ranges(), "hours": _times(), "timezone": st.sampled_from(ZONES)})
    ends = sorted(draw(st.sets(dates(), min_size=4, max_size=4)))
    periods = [
        {"from": ends[0], "until": ends[1], "hours": draw(weeks())},
        {"from": ends[2], "until": ends[3], "hours": {"sat": draw(shifts)}},
    ]
    special = {day: draw(named) for day in draw(st.sets(dates(), max_size=3))}
    announced = draw(st.sets(st.sampled_from(sorted(special)), max_size=2)) if special else set()
    return WorkingCalendar.model_validate({
        **fields,
        "hours": {**fields["hours"], draw(st.sampled_from(WEEKDAYS)): draw(shifts)},
        "holidays": {
            "countries": draw(st.sampled_from([[], ["GB-ENG"], ["US", "GB-SCT"], ["NYSE", *_NAMED_SOURCES]])),
            "dates": {
                when: draw(st.text(max_size=8))
                for when in draw(st.sets(st.one_of(dates().map(str), date_ranges(), st.just("--12-25")), max_size=3))
            },
            "recurring": [[rule, "a day"] for rule in draw(st.sets(st.sampled_from(_RULES), max_size=2))],
            "closed": draw(st.lists(listed, max_size=2)),
        },
        "special": {
            **special,
            **{rule: draw(named) for rule in draw(st.sets(st.sampled_from(_RULES), max_size=2))},
        },
        "closed": {
            **fields["closed"],
            **{
                rule: {"hours": draw(_times()), "name": draw(st.text(max_size=8)), "timezone": zone}
                for rule in draw(st.sets(st.sampled_from(_RULES), max_size=2))
                for zone in [draw(st.sampled_from(["", "UTC", *ZONES]))]
            },
        },
        "dated_hours": draw(st.sampled_from([[], periods, periods[1:]])),
        "holiday_hours": draw(st.one_of(day_hours(), shifts)),
        "known_from": {day: draw(instants()) for day in sorted(announced)},
    })  # fmt: skip


def any_calendars(*, rules: bool = True) -> st.SearchStrategy[Calendar]:
    """Calendars of every kind: working ones, plain and full, and up to three of them combined in any way.

    >>> import json
    >>> from hypothesis import given, settings
    >>> @settings(max_examples=1, deadline=None)
    ... @given(any_calendars())
    ... def check(calendar):
    ...     assert Calendar.of(json.loads(calendar.to_json())) == calendar
    >>> check()
    """

    def combined(parts: st.SearchStrategy[Calendar]) -> st.SearchStrategy[Calendar]:
        return st.builds(Calendar.combine, parts, parts, st.sampled_from(get_args(Combination)))

    plain: st.SearchStrategy[Calendar] = st.one_of(calendars(rules=rules), full_calendars(rules=rules))
    return st.recursive(plain, combined, max_leaves=3)


@st.composite
def pauses(
    draw: st.DrawFn, start: datetime, *, reasons: Sequence[str] = (), may_be_open: bool = True, most: int = 4
) -> list[Pause]:
    """Pauses about an instant, in any order, some of them overlapping, before it, or still open.

    >>> from hypothesis import given
    >>> @given(pauses(datetime(2018, 4, 9, 10, tzinfo=UTC), reasons=["third_party"]))
    ... def check(pauses):
    ...     assert len(pauses) <= 4
    >>> check()
    """
    drawn = []
    for _ in range(draw(st.integers(0, most))):
        begun = start.astimezone(UTC) + timedelta(minutes=draw(st.integers(-600, 60 * 24 * 6)))
        ended = begun + draw(lengths())
        still_open = may_be_open and draw(st.integers(0, 9)) == 0
        reason = draw(st.sampled_from(list(reasons))) if reasons else None
        drawn.append(Pause(start=begun, end=None if still_open else ended, reason=reason))
    return drawn


@st.composite
def targets(draw: st.DrawFn, calendar: Calendar | None = None) -> Target:
    """Targets in hours and in days that the calendar's day rule serves; some are strict, some name a moment.

    >>> from hypothesis import given
    >>> @given(targets())
    ... def check(target):
    ...     assert Target.parse(str(target)) == target
    >>> check()
    """
    strict = draw(st.booleans())
    if draw(st.booleans()):
        return Target(draw(lengths()) // timedelta(microseconds=1), strict=strict)
    moments: list[int | Literal["close"] | None] = [None, None, "close", *(m * 60_000_000 for m in (960, 150, 0, 1440))]
    by = draw(st.sampled_from(moments))
    rule = "proportional" if calendar is None else calendar.rules.day_rule
    whole = by is not None or rule in ("same-time", "close-of-business")
    days = Fraction(draw(st.integers(0, 4))) if whole else draw(st.fractions(0, 4, max_denominator=40))
    return Target(days, "days", strict=strict, by=by)


def _targets_or_none(calendar: Calendar) -> st.SearchStrategy[Target | str]:
    """Targets, and the text of there being none."""
    return st.integers(0, 5).flatmap(lambda number: targets(calendar) if number else st.just(NONE))


_REASONS = {"third_party": ("resolve",), "user": ("respond", "resolve"), "lunch": ()}


@st.composite
def policies(draw: st.DrawFn, *, rules: bool = True) -> Policy:
    """Policies with two priorities of incidents and a kind of request, some reasons to wait, and an exclusion.

    Half of them have calendars beside the main one, on which the clocks of one priority and of a target run. Some of
    their targets are "none".

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(policies())
    ... def check(policy):
    ...     assert policy.targets
    >>> check()
    """
    calendar = draw(calendars(rules=rules))
    promised = _targets_or_none(calendar)
    both: dict[str, Any] = {name: {"resolve": draw(promised), "respond": "1 hour"} for name in ("P1", "P2")}
    request: dict[str, Any] = {"resolve": "90 wall minutes", "respond": draw(promised)}
    others: dict[str, Any] = {}
    if draw(st.booleans()):
        other = draw(calendars(rules=rules))
        others = {"other": other, "joined": draw(st.sampled_from(["main | other", "main & other", "main - other"]))}
        both["P2"] = {"calendar": "other", "resolve": draw(_targets_or_none(other)), "respond": "1 hour"}
        request["respond"] = {"within": request["respond"], "calendar": "joined"}
    coverage = draw(st.sampled_from([(), ({"from": "2024-03-01", "until": "2024-11-15"},)]))
    return Policy.model_validate({
        "name": "a drawn policy",
        "calendar": calendar,
        "calendars": others,
        "targets": {"incident": both, "request": request},
        "pauses": _REASONS,
        "priorities": {"high": {"high": "P1", "low": "P2"}},
        "exclusions": {"toner": "a consumable"},
        "coverage": coverage,
    })  # fmt: skip


def _rules() -> st.SearchStrategy[Rules]:
    kinds = (PriorityChangeRule, BreachRule, ReopeningRule, AnnouncedRule)
    names = ("priority_change", "breach", "reopening", "announced")
    some = {name: st.sampled_from(get_args(kind)) for name, kind in zip(names, kinds, strict=True)}
    return st.fixed_dictionaries(some).map(Rules.model_validate)


def warnings() -> st.SearchStrategy[dict[str, dict[str, Any]]]:
    """Up to three warnings of the drawn policies' targets, at shares of them and at lengths before and after due.

    >>> from hypothesis import given
    >>> @given(warnings())
    ... def check(warnings):
    ...     assert len(warnings) <= 3
    >>> check()
    """
    lengths_of_time = st.sampled_from(["1 hour", "90 minutes", "3 hours", "1 day", "0 hours", "1 second"])
    moments = st.builds(
        lambda length, side: f"{length} {side} due", lengths_of_time, st.sampled_from(["before", "after"])
    )
    rules = st.fixed_dictionaries(
        {"at": st.one_of(st.sampled_from(["75%", "50 %", "87.5%", "120%", "0%"]), moments)},
        optional={
            "measure": st.sampled_from(["resolve", "respond"]),
            "priority": st.sampled_from(["P1", ["P2"], ["P1", "P2"]]),
            "text": st.just("look at it"),
        },
    )
    return st.dictionaries(st.sampled_from(["early", "late", "last"]), rules, max_size=3)


def _shares() -> st.SearchStrategy[int | str]:
    """Numbers of percent, whole or with decimals."""
    decimals = st.decimals(0, 100, places=2, allow_nan=False).map(str)
    return st.one_of(st.integers(0, 100), decimals)


@st.composite
def full_policies(draw: st.DrawFn) -> Policy:
    """Policies that use every table, on a calendar of any kind.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=1, deadline=None)
    ... @given(full_policies())
    ... def check(policy):
    ...     assert Policy.from_json(policy.to_json()) == policy
    >>> check()
    """
    plain = draw(policies())
    calendar = draw(any_calendars())
    standards: dict[str, dict[str, Any]] = {
        "calls": {"kind": "call", "share": draw(_shares()), "target": "< 20 seconds", "clock": "wall"},
        "done": {
            "kind": "incident",
            "share": 95,
            "measure": "resolve",
            "priority": ["P1"],
            "short": "5 s",
            "abandoned": draw(st.sampled_from(get_args(Abandoned))),
        },
    }
    return plain.model_copy(update={
        "name": draw(st.text(max_size=12)),
        "calendar": calendar,
        "targets": {
            "incident": {"P1": {"resolve": draw(_targets_or_none(calendar))}},
            "request": {"respond": "1/3 hours", "resolve": "2 days"},
        },
        "year_starts": draw(st.sampled_from(["04-01", "01-01", "02-29"])),
        "in_force_from": draw(st.one_of(st.none(), dates())),
        "rules": draw(_rules()),
        "standards": standards,
        "availability": {"web": {"share": draw(_shares()), "planned": draw(st.sampled_from(get_args(PlannedRule)))}},
        "allowances": {"training": {"amount": draw(lengths().filter(bool)), "pro_rata": draw(st.booleans())}},
        "chains": {"desk": {"parts": ["respond"], "kind": draw(st.sampled_from(["request", ["request"]]))}},
        "warnings": draw(warnings()),
        "silence": {"unused-reason": "drawn"},
    })  # fmt: skip


def _applies_to() -> st.SearchStrategy[dict[str, list[str]]]:
    """Attributes with the values that tickets may have; none where a policy is for all."""
    values = {name: st.lists(st.sampled_from(known), min_size=1, unique=True) for name, known in ATTRIBUTES.items()}
    return st.fixed_dictionaries({}, optional=values)


@st.composite
def books(draw: st.DrawFn) -> PolicyBook:
    """Books of one to three policies, each in force from its own date, for all tickets or some of the `ATTRIBUTES`.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=1, deadline=None)
    ... @given(books())
    ... def check(book):
    ...     assert 1 <= len(book.policies) <= 3
    >>> check()
    """
    starts = sorted(draw(st.sets(dates(), max_size=2)))
    return PolicyBook([
        draw(full_policies()).model_copy(update={"in_force_from": start, "applies_to": draw(_applies_to())})
        for start in (None, *starts)
    ])  # fmt: skip


@st.composite
def _attributes(draw: st.DrawFn, policy: Policy) -> dict[str, str]:
    """Some of the `ATTRIBUTES`; half the time those that the policy applies to."""
    drawn = draw(st.fixed_dictionaries({}, optional={name: st.sampled_from(own) for name, own in ATTRIBUTES.items()}))
    fitting = draw(st.fixed_dictionaries({name: st.sampled_from(own) for name, own in policy.applies_to.items()}))
    return drawn | fitting if draw(st.booleans()) else drawn


@st.composite
def tickets(draw: st.DrawFn, policy: Policy | PolicyBook, *, id: str = "T1", changes: bool = False) -> Ticket:
    """Tickets of the kinds, priorities and reasons of a policy, or of one of a book's: running, waiting or done.

    They have some of the `ATTRIBUTES`, often those that the policy applies to. With `changes` they may have been
    reopened, changed their priority and their attributes, and something may be agreed for them.

    >>> from hypothesis import given, settings
    >>> @settings(max_examples=3, deadline=None)
    ... @given(tickets(Policy.example(), id="T7"))
    ... def check(ticket):
    ...     assert ticket.id == "T7"
    >>> check()
    """
    own = draw(st.sampled_from(policies_of(policy)))
    opened = draw(instants())
    later = st.one_of(st.none(), lengths().map(lambda length: opened.astimezone(UTC) + length))
    kind = draw(st.sampled_from(sorted(own.targets)))
    priorities = sorted(own.targets[kind].priorities)
    start = opened.astimezone(UTC)
    agreed: dict[Measure, str | datetime] = {}
    if changes and draw(st.integers(0, 3)) == 0:
        agreed[draw(st.sampled_from(MEASURES))] = draw(st.one_of(st.just("1 day"), lengths().map(start.__add__)))
    later_on = sorted(start + draw(lengths()) for _ in range(4)) if changes and draw(st.booleans()) else []
    changed = [
        Change(at=at, field="priority", to=draw(st.sampled_from(priorities))) for at in later_on[1:3] if priorities
    ]
    if later_on:
        name = draw(st.sampled_from([*ATTRIBUTES]))
        changed.append(Change(at=later_on[2], field=name, to=draw(st.sampled_from([None, *ATTRIBUTES[name]]))))
    return Ticket(
        id=id,
        kind=kind,
        priority=draw(st.sampled_from(priorities)) if priorities else None,
        opened=opened,
        responded=draw(later),
        resolved=draw(later) if not later_on else draw(st.sampled_from([None, later_on[-1]])),
        category=draw(st.sampled_from([None, "network", *own.exclusions])),
        attributes=draw(_attributes(own)),
        agreed=agreed,
        pauses=draw(pauses(opened, reasons=sorted(own.pauses))) if own.pauses else (),
        reopenings=[Reopening(resolved=later_on[0], reopened=later_on[1])] if later_on else (),
        changes=changed,
    )
