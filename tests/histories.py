"""What the laws of tickets' histories draw: policies and books with all rules, and what became of tickets under them.

Each policy comes twice, as the product and as the oracle have it. Tickets are drawn as plain records, some of which no
ticket can have (resolved before it was opened), since a frame may hold such rows.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import oracle_tickets
import slaclock as sc
from drawn import WEEKDAYS, Both, announced_days, both_of, less, meeting, targets
from oracle import utc
from slaclock import strategies
from slaclock.tickets.tickets import Event


@dataclass(frozen=True)
class Era:
    """Zones, and the dates on which something happens there."""

    zones: tuple[str, ...]
    turns: tuple[date, ...]


ERAS = (
    Era(strategies.ZONES, strategies.TURNS),
    Era(("America/St_Johns",), (date(2006, 4, 2), date(2006, 10, 29), date(2007, 3, 11), date(2007, 11, 4))),
    Era(("Australia/Lord_Howe",), (date(2024, 4, 7), date(2024, 10, 6))),
)
"""Any zone near what happens in any; St John's, whose clocks went at 00:01; Lord Howe, whose go by half an hour."""
NIGHTS = (["22:00-06:00"], ["00:00-24:00"], ["00:00-03:00", "22:00-01:30"], ["23:00-00:02", "00:30-09:00"])
REASONS = {"third_party": ("resolve",), "user": ("respond", "resolve"), "lunch": ()}
MATRIX = {"high": {"high": "P1", "low": "P2"}, "low": {"high": "P2", "low": "P3"}}
CYCLES = ("first", "resume", "latest", "each", "each")
EVENTS = ("asked", "answered", "answered", "washed")
ABANDONED = st.sampled_from(["left-out", "missed", "missed-after", "credit"])
PRIORITIES = ("P1", "P2", "P3", None)


@dataclass(frozen=True)
class Whose:
    """From when a policy is in force, and to which teams' tickets it applies: without any to all."""

    since: date | None = None
    teams: tuple[str, ...] = ()


ALL = Whose()
TEAMS = ((), (), ("L1",), ("L2",), ("L1", "L2"))


@dataclass(frozen=True)
class Service:
    """The policy of a service, or its book, as the product has it and as the oracle has each policy."""

    product: sc.Policy | sc.PolicyBook
    oracle: tuple[oracle_tickets.Policy, ...]
    era: Era

    @property
    def policies(self) -> tuple[sc.Policy, ...]:
        return (self.product,) if isinstance(self.product, sc.Policy) else self.product.policies


def days(era: Era, near: int = 3) -> st.SearchStrategy[date]:
    """Dates near the turns of an era."""
    return st.builds(
        lambda turn, more: turn + timedelta(days=more), st.sampled_from(era.turns), st.integers(-near, near)
    )


@st.composite
def instants(draw: st.DrawFn, era: Era) -> datetime:
    """Instants near the turns of an era: at midnight, on a minute, or anywhere."""
    day, zone = draw(days(era)), ZoneInfo(draw(st.sampled_from(era.zones)))
    moment = draw(st.sampled_from([timedelta(0), timedelta(minutes=1), None, None, None]))
    if moment is None:
        moment = draw(st.one_of(strategies.lengths(), st.integers(0, 1439).map(lambda n: timedelta(minutes=n))))
    wall = datetime(day.year, day.month, day.day) + moment
    return wall.replace(tzinfo=zone, fold=draw(st.integers(0, 1))).astimezone(UTC)


@st.composite
def calendars(draw: st.DrawFn, era: Era, busy: bool) -> Both:
    """Calendars of an era, with nights in its zones; `busy` ones have so many hours that no deadline lies far away."""
    fields = draw(strategies.calendar_fields(rules=True))
    fields["timezone"] = draw(st.sampled_from(era.zones))
    if len(era.zones) == 1 or busy:
        hours = dict(fields["hours"])
        for name in draw(st.sampled_from([("mon", "wed", "sat"), ("tue", "thu", "sun")])):
            hours[name] = draw(st.sampled_from([*NIGHTS, ["08:00-17:00"], ["09:00-12:00", "13:00-17:30"]]))
        fields["hours"] = hours
    if draw(st.booleans()):
        fields["special"] = {draw(days(era)): draw(st.sampled_from([*NIGHTS, ["10:00-12:00"], []]))}
    return both_of(fields | {"known_from": draw(known_from(era, fields))})


@st.composite
def known_from(draw: st.DrawFn, era: Era, fields: dict[str, Any]) -> dict[date, datetime]:
    """Since when something is known of some dates: before them, on them or after them."""
    some = announced_days(fields)
    if not some or draw(st.booleans()):
        return {}
    return {day: draw(instants(era)) for day in draw(st.sets(st.sampled_from(some), min_size=1, max_size=3))}


@st.composite
def some_targets(draw: st.DrawFn, both: Both) -> tuple[sc.Target | str, oracle_tickets.Target | None]:
    """Targets as the product reads them and as the oracle takes them, one in eight of them none."""
    if draw(st.integers(0, 7)) == 0:
        return "none", None
    if draw(st.integers(0, 7)) == 0:
        length, strict = draw(strategies.lengths()), draw(st.booleans())
        wall = sc.Target(length // timedelta(microseconds=1), wall=True, strict=strict)
        return draw(windows(wall, oracle_tickets.Target("wall", length, None, strict)))
    one = draw(targets(both))
    return draw(windows(one.target, oracle_tickets.Target(one.kind, one.amount, one.by, one.target.strict)))


@st.composite
def windows(
    draw: st.DrawFn, product: sc.Target, second: oracle_tickets.Target
) -> tuple[sc.Target, oracle_tickets.Target]:
    """One target in four as a window that ends with it."""
    quarters = draw(st.sampled_from([0, 1, 2, 4, *12 * [None]]))
    if quarters is None or product.strict:
        return product, second
    if product.unit == "days":
        days = product.high * quarters // 4
        return replace(product, low=days), replace(second, low=Fraction(days))
    micros = int(product.high) * quarters // 4
    return replace(product, low=micros), replace(second, low=timedelta(microseconds=micros))


@dataclass(frozen=True)
class Calendars:
    """The calendars of a policy, and where they are named: by kind, by kind and priority, or by measure too.

    `tables` are those beside the main one as a file has them; one of two calendars is an expression of their names.
    `pauses` are the reasons that targets name for themselves.
    """

    by_name: dict[str, Both]
    tables: dict[str, sc.Calendar | str]
    named: dict[tuple[str | None, ...], str]
    pauses: dict[tuple[str | None, ...], list[str]]

    def of(self, *nearest: tuple[str | None, ...]) -> Both:
        """The calendar that is named at the nearest of some places, else the main one."""
        return self.by_name[next((self.named[place] for place in nearest if place in self.named), "main")]

    @property
    def pickiest(self) -> Both:
        """One whose targets every other can serve: of whole days, if any wants these."""
        rules = ("same-time", "close-of-business")
        picky = (both for both in self.by_name.values() if both.product.rules.day_rule in rules)
        return next(picky, self.by_name["main"])

    def targets(self, kind: str, of: dict[str | None, dict[str, Any]]) -> dict[str, Any]:
        """The targets of a kind as a file has them, with the names of calendars."""
        table: dict[str, Any] = {}
        for priority, measures in of.items():
            own = {measure: self._within(pair[0], (kind, priority, measure)) for measure, pair in measures.items()}
            if (kind, priority) in self.named:
                own["calendar"] = self.named[kind, priority]
            table |= own if priority is None else {priority: own}
        return table | ({"calendar": self.named[kind,]} if (kind,) in self.named else {})

    def _within(self, target: Any, place: tuple[str | None, ...]) -> Any:
        beside: dict[str, Any] = {"calendar": self.named[place]} if place in self.named else {}
        beside |= {"pauses": self.pauses[place]} if place in self.pauses else {}
        return {"within": target, **beside} if beside else target


PLACES = (
    ("incident",), ("request",), ("incident", "P1"), ("incident", "P2"), ("problem", "P1"),
    ("incident", "P1", "resolve"), ("incident", "P1", "respond"), ("incident", None, "respond"),
    ("request", None, "resolve"),
)  # fmt: skip
"""Where a policy may name a calendar."""
TARGETS = (
    ("incident", "P1", "resolve"), ("incident", "P2", "resolve"), ("problem", "P1", "resolve"),
    ("incident", "P1", "update"), ("request", None, "resolve"), ("request", None, "update"),
)  # fmt: skip
"""Which targets may have pauses of their own."""
SHORT = ["12:00-12:45"]


@st.composite
def calendars_by_name(draw: st.DrawFn, era: Era, busy: bool) -> Calendars:
    """One calendar, or three in any zones of which one joins the two others, and where they are named.

    The two others of a `busy` policy leave so many hours that no deadline lies far away. Else one may be open when
    either of two is, which the oracle does not know.
    """
    main = draw(calendars(era, busy))
    lists = st.lists(st.sampled_from([*REASONS]), max_size=2, unique=True)
    pauses = draw(st.dictionaries(st.sampled_from(TARGETS), lists)) if draw(st.integers(0, 2)) == 0 else {}
    if draw(st.booleans()):
        return Calendars({"main": main}, {}, {}, pauses)
    hours = draw(st.sampled_from([["00:00-24:00"], SHORT])) if busy else None
    other = draw(calendars(era, busy) if hours is None else even_calendars(era, hours))
    both, text = meeting(main, other), "main & other"
    if hours is None:
        either = Both(main.product | other.product, None)  # type: ignore[arg-type]
        both, text = draw(
            st.sampled_from([(both, text), (less(other, main), "other - main"), (either, "main | other")])
        )
    elif hours == SHORT:
        both, text = less(main, other), "main - other"
    by_name = {"main": main, "joined": both}
    if hours != SHORT:
        by_name["other"] = other
    named = draw(st.dictionaries(st.sampled_from(PLACES), st.sampled_from([*by_name])))
    return Calendars(by_name, {"other": other.product, "joined": text}, named, pauses)


@st.composite
def even_calendars(draw: st.DrawFn, era: Era, hours: list[str]) -> Both:
    """Calendars of the same hours on six or seven days a week, but for holidays and special days."""
    off = draw(st.sampled_from([*WEEKDAYS, None]))
    week = {name: [] if name == off else hours for name in WEEKDAYS}
    fields = draw(strategies.calendar_fields(rules=True, week=st.just(week)))
    return both_of({**fields, "timezone": draw(st.sampled_from(era.zones)), "seasons": {}})


@st.composite
def policies(draw: st.DrawFn, era: Era, *, busy: bool = False, whose: Whose = ALL, number: int = 0) -> Any:
    """A policy with all rules and tables, as the product and as the oracle have it."""
    own = draw(calendars_by_name(era, busy))
    both = own.by_name["main"]
    rules = {
        "priority_change": draw(st.sampled_from(["from-opening", "restart", "carry", "carry"])),
        "breach": draw(st.sampled_from(["of-target", "stands"])),
        "reopening": draw(st.sampled_from(["resume", "restart"])),
        "announced": draw(st.sampled_from(["moves", "moves", "keeps"])),
    }

    def some(kind: str, priority: str | None, measure: str) -> Any:
        return draw(some_targets(own.of((kind, priority, measure), (kind, priority), (kind,))))

    table = {
        "incident": {
            "P1": {
                "resolve": some("incident", "P1", "resolve"),
                "respond": some("incident", "P1", "respond"),
                "update": some("incident", "P1", "update"),
                "supplier": some("incident", "P1", "supplier"),
            },
            "P2": {"resolve": some("incident", "P2", "resolve")},
            "P3": {"resolve": ("none", None)},
        },
        "problem": {
            "P1": {"resolve": some("problem", "P1", "resolve")},
            "R1": {"resolve": some("problem", "R1", "resolve"), "respond": some("problem", "R1", "respond")},
        },
        "request": {None: {"resolve": some("request", None, "resolve"), "update": some("request", None, "update")}},
    }
    for measure in ("reply", "wash"):
        table["incident"]["P2"][measure] = some("incident", "P2", measure)
    updates = [own["update"][0] for of in table.values() for own in of.values() if "update" in own]
    tiny = any(  # a grid of nothing is refused, one of a moment has ever so many lines
        target != "none" and target.high < (1 if target.unit == "days" else 3_600_000_000) for target in updates
    )
    announced = any(one.product.announcements for one in own.by_name.values())  # which grids have tests of their own
    measures = {
        "update": {"next": draw(st.sampled_from(["event", "event", "due", *([] if tiny or announced else ["grid"])]))},
        "reply": {"from": draw(st.sampled_from(["oldest", "oldest", "newest"]))},
        "supplier": {"while": {"pause": "third_party"}, "cycles": draw(st.sampled_from(["resume", "each"]))},
        "wash": {
            "starts": draw(st.sampled_from([["asked"], ["opened", "asked"], ["responded"]])), "ends": ["washed"],
            "cycles": draw(st.sampled_from(CYCLES)), "pauses": draw(st.sampled_from([[], ["user"]])),
        },
    }  # fmt: skip
    if draw(st.booleans()):
        table["incident"][None] = {"respond": draw(some_targets(own.pickiest))}  # which priorities' calendars count
    coverage = []
    if draw(st.integers(0, 2)) == 0:
        first = draw(days(era, 1)) - timedelta(days=draw(st.sampled_from([0, 0, 30])))
        coverage.append((first, first + timedelta(days=draw(st.sampled_from([0, 1, 40])))))
    policy = sc.Policy.model_validate({
        "name": f"policy {number}",
        "calendar": both.product,
        "calendars": own.tables,
        "in_force_from": whose.since,
        "applies_to": {"team": whose.teams} if whose.teams else {},
        "targets": {kind: own.targets(kind, of) for kind, of in table.items()},
        "measures": measures,
        "pauses": REASONS,
        "priorities": MATRIX,
        "exclusions": {"toner": "a consumable"},
        "coverage": [{"from": first, "until": last} for first, last in coverage],
        "rules": rules,
        "standards": {
            "calls": {"kind": "call", "share": 80, "target": "< 20 seconds", "clock": "wall", "short": "5 s"},
            "incidents": {"kind": "incident", "share": "99.5", "measure": "resolve", "priority": ["P1", "P3"]},
            "requests": {"kind": "request", "share": 50, "target": "1 hour", "abandoned": draw(ABANDONED)},
            "updates": {"kind": "incident", "share": 95, "target": "4 hours", "measure": "update"},
            "kept": {"kind": "request", "share": 50, "measure": "update", "abandoned": draw(ABANDONED)},
        },
    })  # fmt: skip
    second = oracle_tickets.Policy(
        calendar=both.oracle,
        targets={
            kind: {
                priority: {measure: pair[1] for measure, pair in measures.items()} for priority, measures in of.items()
            }
            for kind, of in table.items()
        },
        pauses=REASONS,
        matrix=MATRIX,
        exclusions={"toner"},
        coverage=coverage,
        in_force_from=whose.since,
        applies_to={"team": whose.teams} if whose.teams else {},
        calendars={name: calendar.oracle for name, calendar in own.by_name.items()},
        named=own.named,
        own_pauses=own.pauses,
        **rules,
    )
    return policy, second


@st.composite
def services(draw: st.DrawFn, *, busy: bool = False, always: bool = False) -> Service:
    """A policy, or a book of up to three in any order; `always` some policy of it is for every ticket."""
    era = draw(st.sampled_from(ERAS))
    if draw(st.booleans()):
        product, second = draw(policies(era, busy=busy))
        return Service(product, (second,), era)
    some = st.builds(Whose, st.one_of(st.none(), days(era, 2)), st.sampled_from(TEAMS))
    whose = draw(st.lists(some, min_size=1, max_size=3, unique=True))
    if always and ALL not in whose:
        whose[0] = ALL
    pairs = [draw(policies(era, busy=busy, whose=own, number=number)) for number, own in enumerate(whose)]
    return Service(sc.PolicyBook([policy for policy, _ in pairs]), tuple(second for _, second in pairs), era)


Record = dict[str, Any]


@st.composite
def records(draw: st.DrawFn, era: Era, *, number: int = 0, possible: bool = False, calls: bool = False) -> Record:
    """What the records say of a ticket: changes, reopenings and pauses in any order, some at one instant.

    Unless only `possible` ones are wanted a ticket may have been resolved before it opened, and the like.
    """
    start = draw(instants(era))
    moments = [start, *sorted(start + draw(strategies.lengths()) for _ in range(draw(st.integers(0, 5))))]
    some_instants = st.one_of(st.sampled_from(moments), strategies.lengths().map(start.__add__))
    ends = moments[1:]
    reopenings = [
        {"resolved": a, "reopened": b} for a, b in zip(ends[: len(ends) // 2 * 2 : 2], ends[1::2], strict=True)
    ]
    unknown = st.integers(0, 39).map(lambda lot: lot == 39)

    def words(*known: str | None) -> st.SearchStrategy[str | None]:
        return st.sampled_from(known).flatmap(lambda word: unknown.map(lambda odd: "misspelt" if odd else word))

    values = {
        "priority": words(*PRIORITIES),
        "kind": words("incident", "incident", "problem", "request"),
        "category": words("network", "toner", None),
        "impact": words("high", "low", None),
        "urgency": words("high", "low", None),
        "team": words("L1", "L2", None),
    }
    names = st.sampled_from(["priority"] * 3 + [*values])
    changes = []
    for _ in range(draw(st.integers(0, 4))):
        name = draw(names)
        changes.append({"at": draw(some_instants), "field": name, "to": draw(values[name])})
    pauses = [
        {"start": pause.start, "end": pause.end, "reason": pause.reason}
        for pause in draw(strategies.pauses(start, reasons=[*REASONS], most=3))
    ]
    for pause in pauses:
        if draw(st.booleans()):
            pause["start"] = draw(st.sampled_from(moments))
            pause["end"] = None if pause["end"] is None else pause["start"] + draw(strategies.lengths())
        if draw(unknown):
            pause["reason"] = draw(st.sampled_from(["misspelt", None]))
    record = {
        "id": f"T{number}",
        "kind": draw(values["kind"]),
        "priority": draw(values["priority"]),
        "opened": start,
        "responded": draw(st.one_of(st.none(), some_instants)),
        "resolved": ends[-1] if len(ends) % 2 else None,
        "cancelled": draw(st.one_of(st.none(), st.none(), some_instants)),
        "category": draw(values["category"]),
        "impact": draw(values["impact"]),
        "urgency": draw(values["urgency"]),
        "attributes": {"team": draw(values["team"])},
        "pauses": pauses,
        "changes": changes,
        "reopenings": draw(st.permutations(reopenings)),
        "events": [
            {"at": draw(some_instants), "name": draw(st.sampled_from(EVENTS))}
            for _ in range(draw(st.sampled_from([0, 0, 1, 3, 6])))
        ],
    }
    if draw(st.integers(0, 2)) == 0:  # from one target to another, which few come to by chance
        targeted = st.sampled_from(["P1", "P2"])
        record |= {"kind": "incident", "priority": draw(targeted), "impact": None, "urgency": None}
        for _ in range(draw(st.integers(1, 3))):
            changes.append({"at": draw(some_instants), "field": "priority", "to": draw(targeted)})
    if calls and draw(st.integers(0, 3)) == 0:
        record |= {"kind": "call", "priority": None, "abandoned": draw(st.one_of(st.none(), some_instants))}
        record["changes"] = [change for change in changes if change["field"] != "kind"]
    if not possible and draw(st.integers(0, 29)) == 0:
        record[draw(st.sampled_from(["responded", "resolved", "cancelled"]))] = start - timedelta(microseconds=1)
    if not possible and reopenings and draw(st.integers(0, 29)) == 0:
        record["reopenings"] = [*reopenings, {"resolved": moments[-1], "reopened": moments[0]}]
    if not possible and pauses and draw(st.integers(0, 29)) == 0:
        pauses[0] |= {"start": moments[-1], "end": moments[-1] - timedelta(microseconds=1)}
    if not possible and record["events"] and draw(st.integers(0, 29)) == 0:
        record["events"][0] |= draw(st.sampled_from([{"name": "resolved"}, {"at": start - timedelta(hours=1)}]))
    if not possible and changes and draw(st.integers(0, 29)) == 0:
        changes[0] |= draw(st.sampled_from([{"field": "kind", "to": None}, {"at": start - timedelta(hours=1)}]))
    return record


def knowledge(era: Era) -> st.SearchStrategy[Any]:
    """By what was known of calendars: mostly as the policy says."""
    return st.one_of(st.none(), st.none(), st.sampled_from(["opening", "now"]), instants(era))


def known_to_oracle(oracle: tuple[oracle_tickets.Policy, ...], known: Any) -> tuple[oracle_tickets.Policy, ...]:
    """The policies of the oracle that are read by what was known."""
    by = utc(known) if isinstance(known, datetime) else known
    return tuple(replace(policy, known=by) for policy in oracle)


def ticket_of(record: Record) -> sc.Ticket:
    """The ticket of a record; an error where no ticket can have it, the first one where there are several."""
    entries = {
        "pauses": [sc.Pause(**pause) for pause in record["pauses"]],
        "changes": [sc.Change(**change) for change in record["changes"]],
        "reopenings": [sc.Reopening(**reopening) for reopening in record["reopenings"]],
        "events": [Event(**event) for event in record["events"]],
    }
    return sc.Ticket(**{**record, **entries})


@st.composite
def moments_after(draw: st.DrawFn, some: list[Record]) -> datetime:
    """An instant to judge tickets by: one of theirs, or one some time later."""
    own = [value for record in some for value in record.values() if isinstance(value, datetime)]
    own += [
        value
        for record in some
        for side in ("pauses", "changes", "reopenings", "events")
        for entry in record[side]
        for value in entry.values()
        if isinstance(value, datetime)
    ]
    last = max(record["opened"] for record in some)
    later = [max(last, value) for value in own] if draw(st.integers(0, 9)) else own
    return draw(st.sampled_from(later)) + draw(st.one_of(st.just(timedelta(0)), strategies.lengths()))
