"""Every error of policies says what is wrong, with which value, and what to do."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any

import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules
from messages import Asked, check_messages
from slaclock.policy.book import policies_in
from slaclock.policy.standards import Standard

OPENED = at("2018-04-09 10:00")
LATER = with_rules(name="Later", in_force_from="2018-04-01")
OWN = with_rules(name="Own", applies_to={"customer": "ACME"})
BOOK = sc.PolicyBook([LATER])
TAKEN = sc.PolicyBook(
    [
        OWN.model_copy(update={"coverage": {"until": "2018-03-31"}}),
        with_rules(name="Site", applies_to={"customer": "ACME", "site": "North"}),
    ]
)
MATRIX = with_rules(priorities={"high": {"low": "P2"}, "low": {"low": "P4"}})
UNEVEN = with_rules(priorities={"high": {"low": "P2"}, "low": {"high": "P2"}})
"""An urgency may be one of other impacts only."""
RULES = EXAMPLE.model_dump(mode="json")
HOURS = {"timezone": "Europe/London", "hours": "24/7"}


def allowances(given: dict[str, Any]) -> Any:
    used = [sc.Usage(allowance="beer", at=OPENED, amount="1 hour")]
    return sc.allowance_years(used, with_rules(allowances=given))


def warning(given: object) -> Callable[[], Any]:
    return lambda: with_rules(warnings={"nearly": given})


def targets(given: object) -> Callable[[], Any]:
    return lambda: with_rules(targets={"incident": given})


def measure(given: object) -> Callable[[], Any]:
    return lambda: with_rules(measures={**EXAMPLE.measures, "own": given})


def chain(**given: Any) -> Callable[[], Any]:
    return lambda: with_rules(chains={"own": given})


def report(period: Any) -> Callable[[], Any]:
    return lambda: sc.report([ticket()], EXAMPLE, at=OPENED, period=period)


ASKED: Asked = {
    "an unknown length of a period": lambda: sc.subscription_year(OPENED).split_into("week"),  # type: ignore[arg-type]
    "a year that starts nowhere": lambda: sc.subscription_year(OPENED, starts=(4, 31)),
    "a year after the last": lambda: sc.subscription_year(at("9999-12-31 12:00")).next,
    "a year before the first": lambda: sc.SubscriptionYear(1).previous,
    "a backward split": lambda: sc.subscription_year(OPENED).split(OPENED, at("2018-04-09 09:00")),
    "a window of weeks": lambda: sc.Target.parse("2-3 weeks"),
    "a window of hours by close": lambda: sc.Target.parse("2-3 hours by close"),
    "an amount of days by a moment in hours": lambda: sc.Target(Fraction(1), "time", by="close"),
    "wall days": lambda: sc.Target(Fraction(1), "days", wall=True),
    "a target of negative days": lambda: sc.Target(Fraction(-3), "days"),
    "a target from negative hours": lambda: sc.Target(Fraction(7_200_000_000), "time", Fraction(-3_600_000_000)),
    "an unknown allowance": lambda: allowances({"sims_training": {"amount": "30 hours"}, "paper": {"amount": "1 h"}}),
    "an allowance of a policy without any": lambda: allowances({}),
    "a warning without a moment": warning({"at": "soon"}),
    "a warning of no length": warning({"at": "2 fortnights before due"}),
    "a warning of a window": warning({"at": "1-2 hours before due"}),
    "a warning that is a number": warning({"at": 75}),
    "a warning of an unknown measure": warning({"at": "75%", "measure": "resolv"}),
    "a warning of an unknown priority": warning({"at": "75%", "priority": "P9"}),
    "a warning of priorities that are none": warning({"at": "75%", "priority": [1]}),
    "no percentages": lambda: sc.timeline(ticket(), EXAMPLE, at=OPENED, percents=50),  # type: ignore[arg-type]
    "a percentage that is none": lambda: sc.timeline(ticket(), EXAMPLE, at=OPENED, percents=(-50,)),
    "what falls due within a bound": lambda: sc.due_within([ticket()], EXAMPLE, at=OPENED, within="< 4 hours"),
    "what falls due of one ticket": lambda: sc.due_within(ticket(), EXAMPLE, at=OPENED),  # type: ignore[arg-type]
    "targets that are a text": targets("2 hours"),
    "a target that is a number in a policy": targets({"resolve": 2}),
    "a priority that is a text": targets({"P1": "2 hours"}),
    "a priority with a wrong target": targets({"P1": {"resolve": "soon"}, "respond": "later"}),
    "a warning of a priority where there is none": lambda: with_rules(
        targets={"incident": {"resolve": "2 hours"}}, priorities={},
        warnings={"nearly": {"at": "75%", "priority": ["P1"]}},
    ),
    "a priority that is unknown": lambda: EXAMPLE.target("incident", "P9", "resolve"),
    "a measure without a target": lambda: EXAMPLE.target("incident", "P1", "respond"),
    "a measure without a target of a kind": lambda: EXAMPLE.target("service_request", None, "respond"),
    "a standard on the wall clock without a target": lambda: Standard(kind="call", share=80, clock="wall"),
    "attributes that are a list": lambda: ticket(attributes=["site"]),
    "an attribute whose name is a number": lambda: ticket(attributes={5: "x"}),
    "a coverage that is a number": lambda: with_rules(coverage=5),
    "a measure of nothing": measure({}),
    "a measure of two kinds": measure({"starts": "asked", "while": {"pause": "third_party"}}),
    "a measure of what holds, with an end": measure({"while": {"pause": "third_party"}, "ends": "resolved"}),
    "a measure of what holds, with a next": measure({"while": {"pause": "third_party"}, "next": "due"}),
    "a measure of what never holds": measure({"while": {"team": []}}),
    "a measure that starts with an end": measure({"starts": "resolved"}),
    "a measure of one cycle and a next": measure({"starts": "opened", "ends": "answered", "next": "grid"}),
    "a measure with events that are a number": measure({"starts": 5}),
    "a grid of no length": lambda: with_rules(
        measures={"update": {"next": "grid"}}, targets={"incident": {"update": "0 hours"}}
    ),
    "a measure that is called as a key": lambda: with_rules(
        measures={**EXAMPLE.measures, "within": {"starts": "opened"}}
    ),
    **{f"attributes to apply to {given!r}": lambda given=given: with_rules(applies_to=given) for given in (
        {"": "x"}, {"Priority": "P1"}, {"customer": 5}, {"customer": []}, {"customer": ["ACME", ""]},
    )},
    "attributes of no ticket": lambda: BOOK.at(OPENED, "ACME"),  # type: ignore[arg-type]
    "an attribute that is no text": lambda: BOOK.at(OPENED, {"customer": 5}),  # type: ignore[dict-item]
    "no policy in force": lambda: BOOK.at("2017-04-09T10:00Z"),
    "no policy in force at an instant": lambda: BOOK.at(at("2017-04-09 10:00")),
    "a book whose policies are a number": lambda: policies_in({"policies": 5}),
    "a book of two wrong policies": lambda: policies_in({"policies": [{**RULES, "name": 5}, {**RULES, "targets": 6}]}),
    "a book of a policy alone": lambda: sc.PolicyBook(EXAMPLE),  # type: ignore[arg-type]
    "a book of nothing": lambda: sc.PolicyBook([]),
    "two policies at once": lambda: sc.PolicyBook([LATER, LATER]),
    "two policies of a customer at once": lambda: sc.PolicyBook([EXAMPLE, OWN, OWN]),
    "policies that are not there": lambda: sc.PolicyBook.load("nowhere/*.toml"),
    "a policy that is a number": lambda: sc.assess(ticket(), 5, at=OPENED),  # type: ignore[arg-type]
    "allowances of no policy": lambda: sc.allowance_years([], 5),  # type: ignore[arg-type]
    "a policy that is a calendar": lambda: sc.assess(ticket(), EXAMPLE.calendar, at=OPENED),  # type: ignore[arg-type]
    **{f"calendars {given!r}": lambda given=given: with_rules(calendars=given) for given in (
        {"out of hours": HOURS}, {5: HOURS}, {"main": HOURS}, {"term": "main & school"}, {"term": "main-school"},
        {"term": "day", "day": "term"}, {"term": "main)"}, {"term": "main main"}, {"term": "main &"}, {"term": ""},
        {"term": "(main"}, {"term": "main + main"}, {"term": 5},
    )},
    **{f"a chain of parts {parts!r}": chain(parts=parts) for parts in (
        "reply", ["reply", 5], [], ["reply", "supplier", "reply"], ["reply", "resolve"], ["reply", "inform", "respond"],
    )},
    "a chain of a kind that there is not": chain(parts=["reply"], kind=["incident", "outage"]),
    "a chain of a priority without its targets": chain(parts=["reply"], kind="service_request", priority="P1"),
    "a chain of a kind without its targets": chain(parts=["respond"], kind="incident"),
    "a chain without targets": chain(parts=["respond"]),
    **{f"coverage {given!r}": lambda given=given: with_rules(coverage=given) for given in (
        ["2018-04-01"], [{"from": "2018-04-01", "to": "2019-03-31"}], {"from": "2019-03-31", "until": "2018-04-01"},
    )},
    **{f"periods {given!r}": lambda given=given: with_rules(periods=given) for given in (
        {"term": 5}, {"": "2018-09-03"}, {"month": "2018-09-03"},
        {"terms": {"autumn": "2018-09-03/2018-12-21", "spring": "2018-12-21/2019-04-05"}},
    )},
    **{f"a report by {period!r}": report(period) for period in (
        "week", 2018, ("2018-04-01", "soon"), ("2018-05-01", "2018-04-01"),
    )},
    "a report up to the last date": lambda: sc.report(
        [ticket()], with_rules(periods={"ever": "2018-01-01/9999-12-31"}), at=OPENED, period="ever"
    ),
    "a promise of a year without a policy": lambda: sc.promise(BOOK, year=2016),
    "a promise of a year in which others take every ticket": lambda: sc.promise(TAKEN, year=2018),
    "a promise of a year without coverage": lambda: sc.promise(
        with_rules(coverage={"until": "2018-03-31"}), year=2018
    ),
    "a promise of a year that is a text": lambda: sc.promise(EXAMPLE, year="2018"),  # type: ignore[arg-type]
    "a promise of a year after the last": lambda: sc.promise(EXAMPLE, year=10_000),
    **{f"an earlier policy with {key}": lambda key=key: sc.Policy.model_validate({**RULES, key: {}}) for key in (
        "restart", "underpinning",
    )},
    "an entry without a name": lambda: with_rules(pauses={"": ["resolve"], **EXAMPLE.pauses}),
    "a measure that there is not": lambda: EXAMPLE.measure("resolv"),
    "a target that is set for priorities alone": lambda: EXAMPLE.target("incident", measure="inform"),
    "a kind without targets": lambda: EXAMPLE.target("outage"),
    "a calendar that there is not": lambda: EXAMPLE.calendar_named("term"),
    "a priority by impact without a table": lambda: with_rules(priorities={}).priority("high", "low"),
    "an impact that there is not": lambda: MATRIX.priority("huge", "low"),
    "an urgency that there is not": lambda: MATRIX.priority("high", "huge"),
    "an urgency of another impact": lambda: UNEVEN.priority("low", "low"),
    "an urgency of no impact": lambda: UNEVEN.priority("low", "huge"),
    "a reason that there is not": lambda: EXAMPLE.stops("lunch", "resolve"),
    "no reason": lambda: EXAMPLE.check_reason(None),
    **{f"a share of {share!r}": lambda share=share: Standard(kind="call", share=share) for share in (
        "most", True, 101, -0.5, "100.5", Fraction(1, 3),
    )},
    **{f"a target within {given!r}": targets({"resolve": given}) for given in (
        {"within": "2 hours", "by": "close"}, {"calendar": "main"}, {"within": "2 hours", "calendar": 5},
    )},
    "a calendar of a kind that is a number": targets({"calendar": 5, "resolve": "2 hours"}),
    "a target by a calendar that there is not": targets({"resolve": {"within": "2 hours", "calendar": "term"}}),
}  # fmt: skip
VALUELESS = {
    # Nothing was given.
    "no reason", "a priority by impact without a table",
    # A target that was put together, and not read.
    "an amount of days by a moment in hours", "wall days", "a target of negative days",
    "a target from negative hours",
}  # fmt: skip
"""What goes wrong without a value of which it does."""


def test_what_every_error_says() -> None:
    check_messages("messages-of-policies.txt", ASKED, VALUELESS)
