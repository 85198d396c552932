"""The cycles of a measure are what the second implementation says of them, and obey the laws of such cycles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

import histories
import oracle_cycles
import oracle_tickets
import slaclock as sc
from desk import at, desk
from oracle_cycles import REPLY, UPDATE, Measure
from oracle_tickets import Refused
from slaclock import strategies
from slaclock.tickets.tickets import Event

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Case:
    """A ticket, the policy or book for it, and a measure, as the product and as the oracle have them."""

    service: histories.Service
    measure: Measure
    ticket: sc.Ticket

    def assess(self, at: datetime) -> sc.Assessment:
        return sc.assess(self.ticket, self.service.product, at=at, measure=self.measure.name)

    def wanted(self, at: datetime) -> oracle_cycles.Cycles:
        return oracle_cycles.cycles_as_of(self.ticket, self.service.oracle, at, self.measure)


# Drawn measures, policies and tickets

CONDITIONS = (
    {"pause": ["third_party"]}, {"pause": ["third_party", "lunch"]}, {"pause": ["supplier"]}, {"team": ["L2"]},
    {"team": ["L1", "L2"]}, {"pause": ["user"], "team": ["L1"]},
)  # fmt: skip
WHILE = st.builds(
    lambda holds, cycles: Measure("visit", holds=holds, cycles=cycles),
    st.sampled_from(CONDITIONS),
    st.sampled_from(["resume", "each", "first", "latest"]),
)
UPDATES = st.sampled_from(["event", "due", "grid"]).map(lambda following: replace(UPDATE, next=following))
REPLIES = st.sampled_from(["oldest", "newest"]).map(lambda oldest: replace(REPLY, oldest=oldest))


@st.composite
def own_measures(draw: st.DrawFn) -> Measure:
    """A desk's own."""
    names = ["washing", "dried", "asked", "answered", "responded"]
    starts = draw(st.lists(st.sampled_from(["opened", "reopened", *names]), min_size=1, max_size=3, unique=True))
    ends = draw(st.lists(st.sampled_from(["resolved", *names]), max_size=3, unique=True))
    return Measure(
        "rinse",
        starts,
        ends,
        cycles=draw(st.sampled_from(["first", "resume", "latest", "each"])),
        oldest=draw(st.sampled_from(["oldest", "newest"])),
        pauses=draw(st.sampled_from([None, None, [], ["lunch"], ["supplier", "user"]])),
    )


def table_of(measure: Measure) -> dict[str, Any]:
    """The measure as a policy file has it."""
    if measure.name in ("reply", "update"):
        own = {"from": measure.oldest, "next": measure.next}
    else:
        own = {"cycles": measure.cycles, "from": measure.oldest, "starts": measure.starts, "ends": measure.ends}
        if measure.holds:
            own = {"cycles": measure.cycles, "while": dict(measure.holds)}
    return own if measure.pauses is None else {**own, "pauses": measure.pauses}


@st.composite
def lengths_of_cycles(draw: st.DrawFn, least: timedelta) -> tuple[sc.Target, oracle_tickets.Target]:
    """Targets of some hours, by the wall clock too, or of whole days, as product and oracle have them."""
    strict = draw(st.booleans())
    unit = draw(st.sampled_from(["hours", "hours", "wall", "days"]))
    if unit == "days":
        number = draw(st.integers(1, 2))
        by, text = draw(st.sampled_from([(None, None), ("close", "close"), (960 * 60_000_000, "16:00")]))
        days = Fraction(number)
        pair = sc.Target(days, "days", strict=strict, by=by), oracle_tickets.Target("days", days, text, strict)
        return draw(histories.windows(*pair))
    length = least + draw(st.one_of(st.integers(0, 8).map(lambda hours: hours * HOUR), strategies.lengths())) / 2
    micros = length // timedelta(microseconds=1)
    pair = sc.Target(micros, strict=strict, wall=unit == "wall"), oracle_tickets.Target(unit, length, None, strict)
    return draw(histories.windows(*pair))


@st.composite
def services(draw: st.DrawFn, measure: Measure) -> histories.Service:
    """Services whose policies set a target for the measure, and perhaps let some reasons stop it."""
    service = draw(histories.services(busy=True))
    least = 3 * HOUR if measure.next == "grid" else timedelta(0)
    policies = sorted(service.policies, key=lambda policy: policy.name)  # as they were drawn
    pairs = [draw(with_measure(*pair, measure, least)) for pair in zip(policies, service.oracle, strict=True)]
    book = isinstance(service.product, sc.PolicyBook)
    product = sc.PolicyBook([policy for policy, _ in pairs]) if book else pairs[0][0]
    return histories.Service(product, tuple(second for _, second in pairs), service.era)


@st.composite
def with_measure(
    draw: st.DrawFn, product: sc.Policy, second: oracle_tickets.Policy, measure: Measure, least: timedelta
) -> tuple[sc.Policy, oracle_tickets.Policy]:
    targets = product.model_dump(by_alias=True)["targets"]
    wanted = {kind: {priority: dict(own) for priority, own in of.items()} for kind, of in second.targets.items()}
    for kind, of in wanted.items():
        for priority, own in of.items():
            own.pop(measure.name, None)
            (targets[kind] if priority is None else targets[kind][priority]).pop(measure.name, None)
    places = [("incident", "P1"), ("incident", "P2"), ("problem", "P1"), ("problem", "R1"), ("request", None)]
    for kind, priority in places:
        if draw(st.integers(0, 9)):
            target, oracles = draw(lengths_of_cycles(least))
            own = second.own_pauses.get((kind, priority, measure.name))
            written = str(target) if own is None else {"within": str(target), "pauses": own}
            (targets[kind] if priority is None else targets[kind][priority])[measure.name] = written
            wanted[kind][priority][measure.name] = oracles
    if draw(st.booleans()):
        targets["incident"]["P3"][measure.name], wanted["incident"]["P3"][measure.name] = "none", None
    reasons = draw(st.sets(st.sampled_from(["user", "lunch"])))
    pauses = {
        reason: (*stopped, measure.name) if reason in reasons else tuple(stopped)
        for reason, stopped in second.pauses.items()
    }
    measures = {**product.measures, measure.name: table_of(measure)}
    product = product.model_copy(update={"targets": targets, "pauses": pauses, "measures": measures})
    own_pauses = {place: own for place, own in second.own_pauses.items() if place[2] in wanted[place[0]][place[1]]}
    return product, replace(second, targets=wanted, pauses=pauses, own_pauses=own_pauses)


@st.composite
def tickets(draw: st.DrawFn, era: histories.Era, measure: Measure) -> sc.Ticket:
    """Tickets with events at their own moments, in between and after these."""
    record = draw(histories.records(era, possible=True))
    start = record["opened"]
    moments = [start, *(value for value in record.values() if isinstance(value, datetime))]
    moments += [value for side in ("pauses", "changes", "reopenings") for entry in record[side]
                for value in entry.values() if isinstance(value, datetime) and value >= start]  # fmt: skip
    names = ["asked", "answered", *measure.starts, *measure.ends]
    names = [name for name in names if name not in oracle_cycles.OWN]
    when = st.one_of(st.sampled_from(moments), st.builds(lambda at, more: at + more / 4, st.sampled_from(moments),
                                                         strategies.lengths()))  # fmt: skip
    events = draw(st.lists(st.tuples(when, st.sampled_from(names)), max_size=8))
    if measure.holds and draw(st.booleans()):
        for pause in record["pauses"]:
            pause["reason"] = draw(st.sampled_from([*measure.holds.get("pause", []), pause["reason"]]))
    if draw(st.booleans()):
        record["priority"] = draw(st.sampled_from(["P1", "P2"]))
    if measure.cycles == "first" and record["reopenings"]:
        record["cancelled"] = None  # the law does not say whether a reopening takes up the first cycle again
    if measure.next == "grid":  # nor whether the lines of a grid go on while the category is excluded
        record["category"] = None
        record["changes"] = [change for change in record["changes"] if change["field"] != "category"]
    record["events"] = [{"at": at, "name": name} for at, name in events]
    return histories.ticket_of(record)


@st.composite
def cases(draw: st.DrawFn, measures: st.SearchStrategy[Measure]) -> Case:
    measure = draw(measures)
    service = draw(services(measure))
    return Case(service, measure, draw(tickets(service.era, measure)))


def instants_of(ticket: sc.Ticket) -> st.SearchStrategy[datetime]:
    """An instant to judge a ticket by: one of its own, or one some time later."""
    own = {ticket.opened, ticket.responded, ticket.resolved, ticket.cancelled}
    own |= {entry.at for entry in (*ticket.events, *ticket.changes)}
    own |= {edge for pause in ticket.pauses for edge in (pause.start, pause.end)}
    own |= {edge for again in ticket.reopenings for edge in (again.resolved, again.reopened)}
    later = sorted(at.astimezone(UTC) for at in own if at is not None and at >= ticket.opened)
    more = st.one_of(st.just(timedelta(0)), strategies.lengths())
    return st.builds(lambda at, more: at + more, st.sampled_from(later), more)


# The product is the oracle


def check_answer(a: sc.Assessment, wanted: oracle_tickets.Answer) -> None:
    assert (a.state, a.priority) == (wanted.state, wanted.priority)
    if wanted.segment is None:
        assert (a.due, a.consumed, a.breached_at) == (None, None, None)
        return
    assert oracle_tickets.utc(a.due) == wanted.due
    assert oracle_tickets.utc(a.breached_at) == wanted.breached_at
    if wanted.elapsed is not None:  # of a cycle of a grid that was missed only the state and the due date are agreed
        assert oracle_tickets.utc(a.done) == wanted.done
        assert (a.elapsed, a.remaining) == (wanted.elapsed, wanted.remaining)
        assert oracle_tickets.utc(a.expected_from) == wanted.expected_from
        assert a.consumed == pytest.approx(float(wanted.consumed), rel=1e-12)


def check_case(case: Case, at: datetime) -> None:
    try:
        wanted = case.wanted(at)
    except Refused as refused:
        event(str(refused))
        with pytest.raises(sc.SlaClockError) as raised:
            _ = case.assess(at).cycles
        # Of several wrong words each cycle of a grid may meet another first.
        assert type(raised.value).__name__ == str(refused) or case.measure.next == "grid"
        return
    a = case.assess(at)
    event(a.state)
    if wanted.answer.state == "not-covered":
        assert a.state == "not-covered"
        return
    check_answer(a, wanted.answer)
    event(f"{min(len(wanted.cycles), 4)} cycles")
    assert len(a.cycles) == len(wanted.cycles)
    if case.measure.cycles == "each":
        assert a.cycle == wanted.number
    for one, cycle in zip(a.cycles, wanted.cycles, strict=True):
        check_answer(one, cycle.answer)


@pytest.mark.parametrize("measures", [UPDATES, REPLIES, WHILE, own_measures()], ids=["update", "reply", "while", "own"])
@given(st.data())
def test_cycles_are_the_oracles(measures, data):
    case = data.draw(cases(measures))
    check_case(case, data.draw(instants_of(case.ticket)))


# Laws of tickets with one of two priorities, whose clocks are measured from the opening


@st.composite
def plain(draw: st.DrawFn, measure: Measure) -> tuple[sc.Policy, sc.Ticket, datetime]:
    """A policy that sets the measure and `resolve` alike in hours, a ticket of it, and an instant."""
    era = draw(st.sampled_from(histories.ERAS))
    least = 3 if measure.next == "grid" else 0
    texts = [f"{draw(st.sampled_from(['', '< ']))}{draw(st.integers(least, 12))} hours" for _ in range(2)]
    stopping = draw(st.sampled_from([(), ("lunch",), ("lunch", "user")]))
    policy = sc.Policy.model_validate({
        "name": "plain",
        "calendar": draw(histories.calendars(era, busy=True)).product,
        "measures": {measure.name: table_of(measure)},
        "targets": {
            "incident": {
                name: {measure.name: text, "resolve": text} for name, text in zip(("P1", "P2"), texts, strict=True)
            }
        },
        "pauses": {reason: (measure.name, "resolve") if reason in stopping else () for reason in histories.REASONS},
        "rules": {"breach": draw(st.sampled_from(["of-target", "stands"]))},
    })  # fmt: skip
    ticket = draw(tickets(era, measure))
    words = {"priority": {"P1", "P2"}, "team": {"L1", "L2", None}}
    ticket = ticket.model_copy(update={
        "kind": "incident",
        "priority": draw(st.sampled_from(["P1", "P2"])),
        "category": None, "impact": None, "urgency": None,
        "changes": [change for change in ticket.changes if change.to in words.get(change.field, ())],
        "pauses": [pause for pause in ticket.pauses if pause.reason in histories.REASONS],
    })  # fmt: skip
    return policy, ticket, draw(instants_of(ticket))


def open_stretches(ticket: sc.Ticket, at: datetime) -> list[tuple[datetime, datetime | None]]:
    """From the opening or a reopening to what closes the ticket, None where it is still open.

    A reopening for no time at all is none, since what starts at an instant comes after its resolutions.
    """
    life = oracle_tickets.Life(ticket, {})
    known: list[tuple[datetime, datetime | None]] = []
    start: datetime | None = life.opened
    for when, name in oracle_cycles.own_events(life):
        if when > oracle_tickets.utc(at):
            break
        if name == "reopened":
            start = when
        elif start is not None:
            if start < when or not known:
                known.append((start, when))
            start = None
    return known if start is None else [*known, (start, None)]


@given(st.data())
def test_updates_tile_each_stretch_of_an_open_ticket(data):
    policy, ticket, at = data.draw(plain(UPDATE))
    cycles = list(sc.assess(ticket, policy, at=at, measure="update").cycles)
    for start, end in open_stretches(ticket, at):
        while True:
            cycle = cycles.pop(0)
            assert oracle_tickets.utc(cycle.started) == start
            if cycle.done is None or not cycles or oracle_tickets.utc(cycle.done) == end:
                break
            start = oracle_tickets.utc(cycle.done)
        if cycle.done is not None:
            assert oracle_tickets.utc(cycle.done) == end
        else:
            assert end is None or cycle.state == "cancelled"
    assert cycles == []


MANY = st.one_of(UPDATES, REPLIES, WHILE, own_measures()).map(lambda measure: replace(measure, cycles="each"))


@given(MANY, st.data())
def test_no_two_cycles_overlap_and_each_ends_once(measure, data):
    policy, ticket, at = data.draw(plain(measure))
    a = sc.assess(ticket, policy, at=at, measure=measure.name)
    event(f"{min(len(a.cycles), 4)} cycles")
    assert a.cycle == (len(a.cycles) or None)
    assert [one.cycle for one in a.cycles] == list(range(1, len(a.cycles) + 1))
    for one, other in pairwise(a.cycles):
        assert one.started <= other.started
        if one.done is not None:
            assert one.started <= one.done <= other.started
        else:
            assert one.state == "cancelled" or (measure.next == "grid" and one.state == "breached")
            assert one.due is None or one.due <= other.started


@given(st.sampled_from(["event", "due"]), st.data())
def test_a_cycle_is_what_a_ticket_of_its_own_would_be(following, data):
    policy, ticket, at = data.draw(plain(replace(UPDATE, next=following)))
    life = oracle_tickets.Life(ticket, {})
    for cycle in sc.assess(ticket, policy, at=at, measure="update").cycles:
        start = oracle_tickets.utc(cycle.started)
        pauses = []
        for pause in ticket.pauses:
            began, ended = oracle_tickets.utc(pause.start), oracle_tickets.utc(pause.end)
            ends = [end for end in (ended, *(r for r in life.resolutions if began <= r)) if end is not None]
            pauses.append(sc.Pause(start=pause.start, end=oracle_cycles.aware(min(ends, default=None)),
                                   reason=pause.reason))  # fmt: skip
        own = sc.Ticket(
            id="own",
            kind=ticket.kind,
            priority=life.fields_at(start)["priority"],
            opened=cycle.started,
            resolved=cycle.done,
            cancelled=ticket.cancelled if cycle.state == "cancelled" else None,
            pauses=pauses,
            changes=[change for change in ticket.changes if oracle_tickets.utc(change.at) > start],
        )
        alone = sc.assess(own, policy, at=at)
        answers = ("state", "priority", "due", "done", "elapsed", "remaining", "consumed", "breached_at")
        assert [getattr(cycle, name) for name in answers] == [getattr(alone, name) for name in answers]


@given(WHILE.filter(lambda measure: measure.cycles in ("resume", "each")), st.data())
def test_a_clock_counts_what_its_condition_covers_of_the_open_ticket(measure, data):
    policy, ticket, at = data.draw(plain(measure))
    life, now = oracle_tickets.Life(ticket, {}), oracle_tickets.utc(at)

    def waits(reasons: Any) -> list[tuple[datetime, datetime]]:
        begun = [(start, [end, now, *(r for r in life.resolutions if r >= start)], reason)
                 for start, end, reason in life.pauses if start <= now]  # fmt: skip
        return [(a, min(end for end in ends if end is not None)) for a, ends, reason in begun if reason in reasons]

    waiting = waits(measure.holds.get("pause", ()))
    stops = [sc.Pause(start=oracle_cycles.aware(a), end=oracle_cycles.aware(b))
             for a, b in waits([reason for reason, stopped in policy.pauses.items() if stopped])]  # fmt: skip
    teams = [(life.opened, "team", ticket.attributes.get("team")), *life.changes]
    stretches = open_stretches(ticket, at)
    edges = {now, *(when for when, _, _ in life.changes)}
    edges |= {edge for pair in (*waiting, *stretches) for edge in pair if edge is not None}
    edges = sorted(edge for edge in edges if life.opened <= edge <= now)
    covered = timedelta(0)
    for a, b in pairwise(edges):
        team = [to for when, name, to in teams if name == "team" and when <= a][-1]
        holds = [any(start <= a < end for start, end in waiting)] if "pause" in measure.holds else []
        holds += [team in measure.holds["team"]] if "team" in measure.holds else []
        if all(holds) and any(start <= a and (end is None or a < end) for start, end in stretches):
            covered += sc.elapsed(
                oracle_cycles.aware(a), oracle_cycles.aware(b), calendar=policy.calendar, pauses=stops
            )
    cycles = sc.assess(ticket, policy, at=at, measure=measure.name).cycles
    event(f"{min(len(cycles), 4)} cycles")
    assert sum((cycle.elapsed for cycle in cycles), timedelta(0)) == covered


# What the law says of single tickets


def day(text: str) -> datetime:
    """`Mon 10:00` in the week of 9 April 2018; Thursday and Friday are those before."""
    dates = {"Thu": 5, "Fri": 6, "Mon": 9, "Tue": 10, "Wed": 11}
    name, _, time = text.partition(" ")
    return at(f"2018-04-{dates[name]:02d} {time}")


def policy(measures: dict[str, Any], targets: dict[str, dict[str, str]], **fields: Any) -> sc.Policy:
    given = {"name": "a desk", "calendar": desk(), "measures": measures, "targets": {"incident": targets}, **fields}
    return sc.Policy.model_validate(given)


def ticket(opened: str, *events: str, **fields: Any) -> sc.Ticket:
    """A ticket with events such as `Mon 10:00 answered`, and changes of its priority as `changes`."""
    named = [event.rpartition(" ") for event in events]
    given = {
        "id": "T1",
        "priority": "P2",
        "opened": day(opened),
        "events": [Event(at=day(when), name=name) for when, _, name in named],
        **{name: day(value) if name in ("responded", "resolved", "cancelled") else value
           for name, value in fields.items()},
    }  # fmt: skip
    return sc.Ticket(**given)


def to(when: str, value: str, field: str = "priority") -> sc.Change:
    return sc.Change(at=day(when), field=field, to=value)


def waiting(start: str, end: str | None, reason: str = "third_party") -> sc.Pause:
    return sc.Pause(start=day(start), end=None if end is None else day(end), reason=reason)


def again(resolved: str, reopened: str) -> sc.Reopening:
    return sc.Reopening(resolved=day(resolved), reopened=day(reopened))


def check(a: sc.Assessment, *cycles: str) -> None:
    """Each cycle is given as its start, its due date or none, and its state: `Mon 10:00 -> Mon 14:00 met`."""
    texts = [f"{one.started:%a %H:%M} -> {f'{one.due:%a %H:%M}' if one.due else 'none'} {one.state}"
             for one in a.cycles]  # fmt: skip
    assert texts == list(cycles)


UPDATE_4H = {"P2": {"update": "4 hours", "resolve": "6 hours"}}


@pytest.mark.parametrize(("following", "cycles"), [
    ("event", ["Mon 10:00 -> Mon 14:00 met", "Mon 13:30 -> Tue 08:30 breached", "Tue 09:00 -> Tue 13:00 breached"]),
    ("due", ["Mon 10:00 -> Mon 14:00 met", "Mon 14:00 -> Tue 09:00 met", "Tue 09:00 -> Tue 13:00 breached"]),
    ("grid", ["Mon 10:00 -> Mon 14:00 met", "Mon 14:00 -> Tue 09:00 met", "Tue 09:00 -> Tue 13:00 breached",
              "Tue 13:00 -> Tue 17:00 breached", "Tue 17:00 -> Wed 12:00 met"]),
])  # fmt: skip
def test_the_laws_example_of_updates(following, cycles):
    own = policy({"update": {"next": following}}, UPDATE_4H, pauses={"third_party": ["resolve"]})
    one = ticket("Mon 10:00", "Mon 13:30 answered", "Tue 09:00 answered", resolved="Wed 10:00",
                 pauses=[waiting("Mon 11:00", "Wed 09:00")])  # fmt: skip
    a = sc.assess(one, own, at=day("Wed 10:00"), measure="update")
    check(a, *cycles)
    if following == "event":
        assert [cycle.remaining for cycle in a.cycles] == [HOUR / 2, -HOUR / 2, -6 * HOUR]
    b = sc.assess(one, own, at=day("Wed 10:00"))
    assert (b.state, b.elapsed) == ("met", 2 * HOUR)


@pytest.mark.parametrize(("oldest", "cycle", "left"), [
    ("oldest", "Mon 15:00 -> Mon 17:00 breached", -HOUR / 2), ("newest", "Mon 16:00 -> Tue 09:00 met", HOUR / 2),
])  # fmt: skip
def test_the_laws_example_of_replies(oldest, cycle, left):
    own = policy({"reply": {"from": oldest}}, {"P2": {"reply": "2 hours"}})
    one = ticket("Mon 09:00", "Mon 15:00 asked", "Mon 16:00 asked", "Tue 08:30 answered", responded="Mon 10:30")
    a = sc.assess(one, own, at=day("Tue 08:30"), measure="reply")
    check(a, cycle)
    assert a.remaining == left
    assert sc.assess(one, own, at=day("Mon 14:59"), measure="reply").state == "not-started"


@pytest.mark.parametrize(("change", "due"), [
    ("from-opening", "14:30:00"), ("restart", "16:00:00"), ("carry", "15:37:30"),
])  # fmt: skip
def test_the_laws_example_of_a_cycle_whose_priority_is_raised(change, due):
    own = policy({}, {"P2": {"update": "4 hours"}, "P1": {"update": "1 hour"}}, rules={"priority_change": change})
    one = ticket("Mon 10:00", "Mon 13:30 answered", changes=[to("Mon 15:00", "P1")])
    a = sc.assess(one, own, at=day("Mon 15:00"), measure="update")
    assert f"{a.due:%H:%M:%S}" == due
    assert (a.state, a.cycle) == ("breached" if change == "from-opening" else "running", 2)
    if change == "from-opening":
        assert a.breached_at == day("Mon 15:00")


def test_the_laws_example_of_daily_updates_by_close():
    own = policy({"update": {"next": "due"}}, {"P2": {"update": "1 day by close"}})
    a = sc.assess(ticket("Thu 10:00", "Fri 11:00 answered"), own, at=day("Mon 08:00"), measure="update")
    check(a, "Thu 10:00 -> Fri 16:30 met", "Fri 16:30 -> Mon 17:00 running")


def test_each_group_has_its_own_time_glpi_1911():
    measures = {name: {"while": {"group": name.replace("_", " ")}, "cycles": "each"} for name in ("group_1", "group_2")}
    own = policy(measures, {"P2": {"group_1": "2 hours", "group_2": "1 hour"}})
    one = ticket("Mon 09:00", attributes={"group": "group 1"}, changes=[to("Mon 10:30", "group 2", "group")])
    check(sc.assess(one, own, at=day("Mon 11:00"), measure="group_1"), "Mon 09:00 -> Mon 11:00 met")
    check(sc.assess(one, own, at=day("Mon 11:00"), measure="group_2"), "Mon 10:30 -> Mon 11:30 running")


def test_what_comes_at_one_instant():
    own = policy({}, {"P2": {"update": "4 hours", "reply": "2 hours", "respond": "1 hour"}})
    met = sc.assess(ticket("Mon 09:00", responded="Mon 09:00"), own, at=day("Mon 09:00"), measure="respond")
    assert (met.state, met.elapsed) == ("met", timedelta(0))
    mail = ticket("Mon 09:00", "Mon 11:00 asked", responded="Mon 10:00", reopenings=[again("Mon 10:30", "Mon 11:00")])
    check(sc.assess(mail, own, at=day("Mon 11:00"), measure="reply"), "Mon 11:00 -> Mon 13:00 running")
    closing = ticket("Mon 09:00", "Mon 11:00 answered", "Mon 11:30 asked", "Mon 12:00 answered", resolved="Mon 11:00")
    check(sc.assess(closing, own, at=day("Mon 14:00"), measure="update"), "Mon 09:00 -> Mon 13:00 met")
    assert sc.assess(closing, own, at=day("Mon 14:00"), measure="reply").state == "not-started"


def test_what_was_agreed_is_for_every_cycle_and_cannot_be_an_instant():
    own = policy({}, {"P2": {"update": "4 hours"}})
    one = ticket("Mon 10:00", "Mon 11:00 answered", agreed={"update": "2 hours"})
    a = sc.assess(one, own, at=day("Mon 11:00"), measure="update")
    check(a, "Mon 10:00 -> Mon 12:00 met", "Mon 11:00 -> Mon 13:00 running")
    with pytest.raises(sc.SlaClockError):
        sc.assess(ticket("Mon 10:00", agreed={"update": day("Mon 12:00")}), own, at=day("Mon 11:00"), measure="update")


WASH = {"wash": {"starts": ["washing"], "ends": ["dried"], "cycles": "each"}}


@pytest.mark.parametrize(("one", "when", "state"), [
    (ticket("Mon 09:00", changes=[to("Mon 13:00", "P3")]), "Mon 13:00", "no-target"),
    (ticket("Mon 09:00", cancelled="Mon 09:30"), "Mon 10:00", "cancelled"),
    (ticket("Mon 09:00", resolved="Mon 09:10", cancelled="Mon 09:30"), "Mon 10:00", "cancelled"),
    (ticket("Mon 09:00", cancelled="Mon 09:30", reopenings=[again("Tue 09:00", "Tue 10:00")]), "Mon 10:00",
     "cancelled"),
    (ticket("Mon 09:00", cancelled="Mon 09:30", reopenings=[again("Tue 09:00", "Tue 10:00")]), "Tue 10:00",
     "not-started"),
])  # fmt: skip
def test_where_none_has_begun_the_states_before_it_come_first(one, when, state):
    own = policy(WASH, {"P2": {"wash": "2 hours"}, "P3": {"wash": "none"}}, rules={"breach": "stands"})
    assert sc.assess(one, own, at=day(when), measure="wash").state == state


VISITS = policy(
    {
        "visit": {"while": {"pause": "third_party"}, "cycles": "each"},
        "team": {"while": {"team": "L2"}, "cycles": "each"},
    },
    {"P2": {"visit": "2 hours", "team": "4 hours"}},
)


def test_a_visit_that_ends_as_the_ticket_is_cancelled_is_done():
    one = ticket("Mon 09:00", cancelled="Mon 11:00", pauses=[waiting("Mon 10:00", "Mon 11:00")])
    check(sc.assess(one, VISITS, at=day("Mon 11:00"), measure="visit"), "Mon 10:00 -> Mon 12:00 met")


def test_a_resolution_ends_a_visit_also_where_it_is_reopened_at_once():
    one = ticket("Mon 09:00", attributes={"team": "L2"}, reopenings=[again("Mon 11:00", "Mon 11:00")])
    a = sc.assess(one, VISITS, at=day("Mon 11:00"), measure="team")
    check(a, "Mon 09:00 -> Mon 13:00 met", "Mon 11:00 -> Mon 15:00 running")


@pytest.mark.parametrize(("rule", "cycle"), [
    ({"starts": ["asked"], "ends": ["phoned"], "cycles": "each"}, "Mon 10:00 -> Mon 12:00 running"),
    ({"starts": ["opened"], "ends": ["asked"], "cycles": "first"}, "Mon 09:00 -> Mon 11:00 met"),
])  # fmt: skip
def test_a_desks_own_measure_may_start_or_end_where_the_customer_writes(rule, cycle):
    own = policy({"call": rule}, {"P2": {"call": "2 hours"}})
    check(sc.assess(ticket("Mon 09:00", "Mon 10:00 asked"), own, at=day("Mon 11:00"), measure="call"), cycle)


def test_a_resolution_may_be_the_response():
    own = policy({"after": {"starts": ["responded"], "ends": ["called"]}}, {"P2": {"after": "2 hours"}})
    one = ticket("Mon 09:00", "Mon 12:00 answered", reopenings=[again("Mon 10:00", "Mon 11:00")])
    assert sc.assess(one, own, at=day("Mon 12:00"), measure="after").state == "not-started"


def test_the_due_date_of_a_first_priority_says_where_the_next_cycle_starts():
    own = policy({"update": {"next": "due"}}, {"P2": {"update": "4 hours"}})
    one = ticket("Mon 10:00", "Mon 11:00 answered", priority=None, changes=[to("Mon 12:00", "P2")])
    check(sc.assess(one, own, at=day("Mon 12:00"), measure="update"), "Mon 10:00 -> Mon 14:00 met")


def test_what_a_first_priority_finds_breached_is_not_started_anew():
    own = policy({"reply": {"from": "newest"}}, {"P2": {"reply": "1 hour"}})
    one = ticket("Mon 09:00", "Mon 10:00 asked", "Mon 12:00 asked", responded="Mon 09:00", priority=None,
                 changes=[to("Mon 12:30", "P2")])  # fmt: skip
    check(sc.assess(one, own, at=day("Mon 12:30"), measure="reply"), "Mon 10:00 -> Mon 11:00 breached")


GRID = policy(
    {"update": {"next": "grid"}},
    {"P1": {"update": "1 hour"}, "P2": {"update": "4 hours"}, "P3": {"update": "none"}, "P4": {"update": "4 hours"}},
    pauses={"lunch": ["update"]},
)


def updates(one: sc.Ticket, when: str) -> sc.Assessment:
    return sc.assess(one, GRID, at=day(when), measure="update")


def test_a_grid_of_a_first_priority_begins_at_the_opening():
    one = ticket("Mon 10:00", priority=None, changes=[to("Mon 10:30", "P1")])
    check(updates(one, "Mon 11:30"), "Mon 10:00 -> Mon 11:00 breached", "Mon 11:00 -> Mon 12:00 running")


def test_a_grid_that_its_event_never_began_has_no_cycle():
    own = policy({"update": {"next": "grid", "starts": ["called"]}}, {"P2": {"update": "4 hours"}})
    closed = ticket("Mon 10:00", resolved="Mon 11:00")
    a = sc.assess(closed, own, at=day("Mon 12:00"), measure="update")
    assert (a.state, a.cycles) == ("not-started", ())
    again = closed.model_copy(update={"events": (Event(at=day("Mon 10:30"), name="called"),)})
    check(sc.assess(again, own, at=day("Mon 12:00"), measure="update"), "Mon 10:30 -> Mon 14:30 met")


def test_a_word_seen_after_the_last_cycle_of_a_grid_is_no_error():
    one = ticket("Mon 10:00", resolved="Mon 11:00", changes=[to("Mon 12:00", "misspelt")])
    check(updates(one, "Mon 13:00"), "Mon 10:00 -> Mon 14:00 met")


def test_a_pause_after_a_cycle_of_a_grid_is_done_does_not_move_its_due_date():
    a = updates(
        ticket("Mon 10:00", resolved="Mon 11:00", pauses=[waiting("Mon 12:00", "Mon 13:00", "lunch")]), "Tue 10:00"
    )
    check(a, "Mon 10:00 -> Mon 14:00 met")
    assert a.remaining == 3 * HOUR


def test_a_change_to_a_like_target_is_measured_from_the_start_of_the_cycle():
    a = updates(ticket("Mon 10:00", changes=[to("Mon 11:00", "P4")]), "Mon 12:00")
    check(a, "Mon 10:00 -> Mon 14:00 running")
    assert a.elapsed == 2 * HOUR


def test_where_a_shorter_target_had_run_out_the_cycles_of_a_grid_are_breached():
    a = updates(ticket("Mon 10:00", changes=[to("Mon 12:30", "P1")]), "Mon 12:30")
    check(a, "Mon 10:00 -> Mon 11:00 breached", "Mon 11:00 -> Mon 12:00 breached", "Mon 12:00 -> Mon 13:00 running")


def test_a_cycle_of_a_grid_that_is_over_stays_over():
    one = ticket("Mon 10:00", changes=[to("Mon 10:30", "P1"), to("Mon 11:30", "P2")])
    check(updates(one, "Mon 11:30"), "Mon 10:00 -> Mon 11:00 breached", "Mon 11:00 -> Mon 15:00 running")


@pytest.mark.parametrize(("priority", "cycle"), [("P1", "Mon 14:00 -> Mon 15:00 running"),
                                                 ("P3", "Mon 14:00 -> none no-target")])  # fmt: skip
def test_a_change_after_the_cycle_is_done_is_of_the_next_grid(priority, cycle):
    one = ticket("Mon 10:00", "Mon 11:00 answered", changes=[to("Mon 12:00", priority)])
    check(updates(one, "Mon 13:00"), "Mon 10:00 -> Mon 14:00 met")
    check(updates(one, "Mon 14:30"), "Mon 10:00 -> Mon 14:00 met", cycle)
