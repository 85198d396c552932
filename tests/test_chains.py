"""Chains of parts against what is promised: the worked numbers, and each opening asked by itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import oracle
import slaclock as sc
from desk import EXAMPLE, at
from slaclock import errors
from slaclock.checking import chain_lints, schema
from slaclock.checking.differences import compare
from slaclock.checking.lints import hints_of
from slaclock.cli.main import main
from slaclock.parts import chain as chain_module
from slaclock.parts.cases import cases_of
from slaclock.parts.worst import most_kept, worst_of
from slaclock.strategies import any_calendars, targets
from slaclock.temporal.instants import MINUTE, from_micros, to_micros

MICROSECOND, HOUR = timedelta(microseconds=1), timedelta(hours=1)
ZERO = timedelta(0)
LONDON = ZoneInfo("Europe/London")
DESK = {"timezone": "Europe/London", "hours": "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off", "holidays": "GB-ENG"}
SECOND = {**DESK, "hours": "Mo-Fr 09:00-16:00; PH off"}
L2 = {"within": "3 hours", "calendar": "second"}


def data_of(resolve="6 hours", parts=("l1", "l2"), chain=None, pauses=None, **own):
    """The data of a policy whose P2 passes through two teams, and perhaps a supplier."""
    return {
        "name": "two teams",
        "calendar": DESK,
        "calendars": {"second": SECOND},
        "pauses": {"third_party": ["resolve"] if pauses is None else pauses},
        "measures": {
            "l1": {"while": {"team": "L1"}}, "l2": {"while": {"team": "L2"}},
            "supplier": {"while": {"pause": "third_party"}},
        },
        "targets": {"incident": {"P2": {"resolve": resolve, "l1": "2 hours", "l2": L2, **own}}},
        "chains": {"p2": {"parts": list(parts), **(chain or {})}},
    }  # fmt: skip


def policy_of(*args, **kwargs):
    return sc.Policy.model_validate(data_of(*args, **kwargs))


@cache
def worked():
    """What the worked policy comes to in 2018/19."""
    return sc.chains(policy_of(), 2018)


# The worked numbers


def test_five_hours_of_six_are_late():
    policy = policy_of()
    opened = at("2018-04-09 14:30")
    handed = sc.deadline(opened, "2 hours", calendar=policy.calendar)
    assert sc.deadline(handed, "3 hours", calendar=policy.calendars["second"]) == at("2018-04-10 12:00")
    assert sc.deadline(opened, "6 hours", calendar=policy.calendar) == at("2018-04-10 11:30")
    # On that afternoon 14:30 is not the worst of all.
    results = worked()
    [worst] = results.chains
    assert (worst.excess, worst.kept, worst.name, worst.kind, worst.priority) == (HOUR, False, "p2", "incident", "P2")
    assert worst.opened == at("2018-04-03 11:00") + MICROSECOND
    assert (worst.ended, worst.due) == (at("2018-04-04 09:00") + MICROSECOND, at("2018-04-04 08:00") + MICROSECOND)
    assert [part.measure for part in worst.parts] == ["l1", "l2"]
    assert worst.asked == timedelta(days=365)
    assert float(worst.late_share) == pytest.approx(0.11256, abs=1e-5)
    assert results.late == (worst,)


def test_the_witness_is_what_deadline_and_assess_say():
    policy = policy_of()
    [worst] = worked().chains
    reached = worst.opened
    for part in worst.parts:
        calendar = policy.calendar_named(part.calendar)
        assert part.start == reached
        reached = sc.deadline(reached, part.target, calendar=calendar)
        assert part.due == reached
        assert sum((b - a for a, b in part.counted), ZERO) == sc.elapsed(part.start, part.due, calendar=calendar)
    assert worst.due == sc.deadline(worst.opened, "6 hours", calendar=policy.calendar)
    assert reached - worst.due == worst.excess
    ticket = sc.Ticket(
        id="T1", priority="P2", opened=worst.opened, resolved=worst.ended, attributes={"team": "L1"},
        changes=[sc.Change(at=worst.parts[1].start, field="team", to="L2")],
    )  # fmt: skip
    states = {name: sc.assess(ticket, policy, at=worst.ended, measure=name).state for name in ("l1", "l2", "resolve")}
    assert states == {"l1": "met", "l2": "met", "resolve": "breached"}


def test_parts_that_keep_the_whole_have_time_left():
    results = sc.chains(policy_of("10 hours"), 2018)
    [kept] = results.chains
    assert (kept.kept, kept.late, kept.late_share) == (True, ZERO, 0)
    assert kept.excess < ZERO
    assert "left" in str(results)
    assert repr(results).endswith("1 chain, which keeps what is promised>")


def test_what_ends_as_it_is_due_is_late_for_less_than():
    for whole, last, kept in (
        ("5 hours", "3 hours", True), ("< 5 hours", "3 hours", False), ("< 5 hours", "< 3 hours", True),
    ):  # fmt: skip
        results = sc.chains(policy_of(whole, l2=last), 2018)
        [result] = results.chains
        assert (result.excess, result.kept) == (ZERO, kept)
        assert (result.late == ZERO) == kept
        assert ("just when it is due, and so late" in str(results)) != kept


@pytest.mark.parametrize("share", ["0.5", "0.3", "0.75"])
def test_shares_of_a_day_are_a_day_whatever_the_days_are_worth(share):
    policy = policy_of("1 day", l1=f"{share} days", l2=f"{1 - float(share)} days")
    [result] = sc.chains(policy, 2018).chains
    assert (result.excess, result.kept, result.late) == (ZERO, True, ZERO)


def test_a_part_that_stops_the_whole_takes_none_of_its_time():
    parts = ["l1", "supplier", "l2"]
    [stands] = sc.chains(policy_of(parts=parts, supplier="5 days"), 2018).chains
    [runs] = sc.chains(policy_of(parts=parts, supplier="5 days", pauses=[]), 2018).chains
    assert [part.stops for part in stands.parts] == [False, True, False]
    assert not any(part.stops for part in runs.parts)
    assert stands.excess < timedelta(days=1) < timedelta(days=4) < runs.excess
    stop = stands.parts[1].start, stands.parts[1].due
    policy = policy_of(parts=parts, supplier="5 days")
    assert stands.due == sc.deadline(stands.opened, "6 hours", calendar=policy.calendar, pauses=[stop])
    assert "The clock of the whole stands still during supplier." in str(sc.chains(policy, 2018))
    both = policy_of(parts=parts, supplier="5 days").model_copy(
        update={"measures": {**policy.measures, "supplier": {"while": {"pause": ["third_party", "customer"]}}}}
    )
    assert not any(part.stops for part in sc.chains(both, 2018).chains[0].parts)  # a wait for the customer may run on


def test_what_is_shown():
    results = worked()
    assert repr(results) == "<ChainResults of 2018/19: 1 chain, late by up to 1 h>"
    text = " ".join(str(results).split())
    assert "resolve 6 hours l1 2 hours + l2 3 hours 1 h late 11.3 %" in text
    assert "l2 3 hours second just after Tue 3 Apr 2018 13:00 just after Wed 4 Apr 2018 09:00" in text
    assert "| p2 | incident | P2 |" in results.to_markdown()
    assert "just after Wed 4 Apr 2018 09:00" in results._repr_html_()
    picture = results.picture("p2")
    assert picture.startswith("<svg")
    assert "Wed 4 Apr 09:00" in picture
    again = sc.ChainResults.from_json(results.to_json())
    assert (again, hash(again)) == (results, hash(results))
    assert results.to_frame()["excess"].iloc[0] == HOUR
    assert results.to_frame("polars")["chain"].to_list() == ["p2"]
    assert str(sc.chains(EXAMPLE, 2018)).endswith("The policy has no chains.")
    assert results.of("p2", "incident", "P2") == results.chains[0]
    with pytest.raises(errors.PolicyError, match="there is no chain p3; use one of: p2 incident P2"):
        results.of("p3")


def test_what_cannot_be_asked_is_named():
    for year in (sc.SubscriptionYear(2018), sc.SubscriptionYear(2018).period):
        assert sc.chains(policy_of(), year, chain="p2") == worked()
    with pytest.raises(errors.PolicyError, match=r"there is no chain 'p3'; use one of: p2"):
        sc.chains(policy_of(), 2018, chain="p3")
    with pytest.raises(errors.PolicyError, match=r"there is no chain 'p3'; define \[chains.p3\]"):
        sc.chains(EXAMPLE, 2018, chain="p3")
    never = data_of()
    never["calendars"] = {"second": {"timezone": "Europe/London", "hours": {}}}
    with pytest.raises(errors.NoWorkingTimeError) as failed:
        sc.chains(sc.Policy.model_validate(never), 2018)
    assert failed.value.path[:2] == ("chains", "p2")


def test_only_what_is_covered_is_asked():
    covered = sc.Policy.model_validate({**data_of(), "coverage": [{"from": "2018-06-04", "until": "2018-06-08"}]})
    results = sc.chains(covered, 2018)
    assert (results.days, results.chains[0].asked) == (5, timedelta(days=5))
    assert results.chains[0].opened == at("2018-06-04 11:00") + MICROSECOND
    one_day = sc.Policy.model_validate({**data_of(), "coverage": [{"from": "2018-06-04", "until": "2018-06-04"}]})
    assert "\nOver every opening of 1 day, at whatever hour" in str(sc.chains(one_day, 2018))


# The policies of a book


def test_the_chains_of_a_book_are_those_of_each_policy_over_its_own_openings():
    old = sc.Policy.model_validate({**data_of(), "name": "old"})
    new = sc.Policy.model_validate({**data_of("10 hours"), "name": "new", "in_force_from": "2018-10-01"})
    acme = sc.Policy.model_validate({**data_of(chain={"priority": "P2"}), "applies_to": {"customer": ["ACME"]}})
    results = sc.chains(sc.PolicyBook([acme, old, new]), 2018)
    assert (results.name, results.days) == ("3 policies", 365)
    assert [(own.name, own.days) for own in results.policies] == [("two teams", 365), ("old", 183), ("new", 182)]
    halves = [(date(2018, 4, 1), date(2019, 4, 1)), (date(2018, 4, 1), date(2018, 10, 1))]
    halves.append((date(2018, 10, 1), date(2019, 4, 1)))
    for result, own, half in zip(results.chains, (acme, old, new), halves, strict=True):
        [alone] = sc.chains(own, sc.Period("own", *half)).chains
        assert result == alone
        assert results.of("p2", policy=own.name) == result
    assert results.of("p2").policy == "two teams"
    text = str(results)
    assert "old, 183 days: the chains" in text
    assert "new, 182 days: p2 incident P2, at worst" in text
    assert "Each policy is asked about the openings that are its own." in text
    assert sc.ChainResults.from_json(results.to_json()) == results
    assert results.to_frame()["policy"].to_list() == ["two teams", "old", "new"]
    with pytest.raises(errors.PolicyError, match="there is no chain p2 of 'older'; use one of: p2 incident P2$"):
        results.of("p2", policy="older")


def test_a_chain_that_one_policy_of_a_book_has_is_asked_of_it_alone():
    book = sc.PolicyBook([policy_of(), EXAMPLE.model_copy(update={"in_force_from": date(2018, 10, 1)})])
    assert [result.policy for result in sc.chains(book, 2018, chain="p2").chains] == ["two teams"]
    with pytest.raises(errors.PolicyError, match=r"there is no chain 'p3'; use one of: p2"):
        sc.chains(book, 2018, chain="p3")
    assert str(sc.chains(sc.PolicyBook([EXAMPLE]), 2018)).endswith("The policy has no chains.")


def test_the_command_takes_a_book(tmp_path, capsys):
    for name, since in (("old", None), ("new", "2018-10-01")):
        data = {**data_of(), "name": name, **({"in_force_from": since} if since else {})}
        (tmp_path / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    for paths in ([tmp_path], [tmp_path / "old.json", tmp_path / "new.json"]):
        assert main(["chains", *map(str, paths), "--year", "2018", "--fail-on", "late"]) == 1
        assert "new, 182 days: the chains" in capsys.readouterr().out


# The key of the policy


@pytest.mark.parametrize(
    ("chain", "path", "problem"),
    [
        ({"parts": []}, ("parts",), "the chain has no parts"),
        ({"parts": "l1"}, ("parts",), "'l1' is no list of measures"),
        ({"parts": ["l1", "l1"]}, ("parts", 1), "the part 'l1' is named twice"),
        ({"parts": ["l1", "l3"]}, ("parts", 1), "'l3' is no measure"),
        ({"parts": ["l1", "resolve"]}, ("parts",), "'resolve' is a part of itself"),
        ({"parts": ["l1", "supplier"]}, ("parts", 1), "incident P2 has a target for the part 'l1', and none for"),
        ({"parts": ["supplier"]}, ("parts",), "no ticket has a target for 'resolve' and for its parts supplier"),
        ({"measure": "resolv"}, ("measure",), "'resolv' is no measure"),
        ({"measure": "respond"}, ("parts",), "no ticket has a target for 'respond' and for its parts l1, l2"),
        ({"kind": "problem"}, ("kind", 0), "there are no targets for the kind 'problem'"),
        ({"priority": "P7"}, ("priority",), "'P7' is no priority"),
        ({"priority": ["P2", "P3"]}, ("priority",), "no ticket of P3 has a target"),
        ({"parts": ["l1"], "part": ["l1"]}, ("part",), "this field is not known"),
    ],
)  # fmt: skip
def test_a_chain_that_means_nothing_is_an_error(chain, path, problem):
    data = data_of(chain=chain)
    data["targets"]["incident"]["P3"] = {"resolve": "3 days"}
    with pytest.raises(sc.SlaClockError, match=problem) as failed:
        sc.Policy.model_validate(data)
    assert failed.value.path == ("chains", "p2", *path)


def test_a_chain_is_of_the_priorities_that_have_all_its_targets():
    data = data_of()
    data["targets"]["incident"]["P1"] = {"resolve": "3 hours", "l1": "1 hour", "l2": "1 hour"}
    data["targets"]["incident"]["P4"] = {"resolve": "none", "l1": "1 hour", "l2": "1 hour"}
    data["targets"]["request"] = {"resolve": "10 days"}
    policy = sc.Policy.model_validate(data)
    assert [(own.kind, own.priority) for own in sc.chains(policy, 2018).chains] == [
        ("incident", "P2"),
        ("incident", "P1"),
    ]
    data["chains"]["p2"]["priority"] = "P1"
    alone = sc.Policy.model_validate(data)
    assert [own.priority for own in sc.chains(alone, 2018).chains] == ["P1"]
    assert sc.Policy.from_json(alone.to_json()) == alone
    assert hash(sc.Policy.from_json(alone.to_json())) == hash(alone)


def test_what_else_speaks_of_chains():
    assert schema("policy")["properties"]["chains"]["description"].startswith("measures that follow one another")
    rules = compare(policy_of(), policy_of(parts=["l2", "l1"]), {}).rules
    assert rules == ["chains.p2.parts: l2, l1, no longer l1, l2"]
    standard = {"kind": "incident", "share": 90, "target": "1 hour", "measure": "respond"}
    under = sc.Policy.model_validate({**data_of(), "standards": {"calls": standard}})
    assert under.under(under.standards["calls"]).chains == {}


def test_the_lint_speaks_of_what_is_late():
    said = [hint for name, hint in hints_of(policy_of()) if name == "chain-later-than-promised"]
    assert [hint.path for hint in said] == ["chains.p2"]
    assert said[0].problem.startswith("l1 and l2 may end 1 h after incident P2 is due to resolve: what is opened just")
    for policy in (policy_of("10 hours"), EXAMPLE):
        assert "chain-later-than-promised" not in [name for name, _ in hints_of(policy)]
    strict = [hint.problem for name, hint in hints_of(policy_of("< 5 hours", l2="3 hours")) if name.startswith("chain")]
    assert strict[0].startswith("l1 and l2 may end just when incident P2 is due")
    never = data_of()
    never["calendars"] = {"second": {"timezone": "Europe/London", "hours": {}}}
    assert "chain-later-than-promised" not in [name for name, _ in hints_of(sc.Policy.model_validate(never))]


def of_priorities(count, ways):
    """A policy of many priorities, whose targets differ in so many ways."""
    written = data_of()
    own = written["targets"]["incident"]["P2"]
    priorities = {f"P{number}": {**own, "resolve": f"{6 + number % ways} hours"} for number in range(count)}
    covered = [{"from": "2018-04-09", "until": "2018-04-10"}]
    return sc.Policy.model_validate({**written, "targets": {"incident": priorities}, "coverage": covered})


def test_cases_of_the_same_clocks_are_worked_out_once(monkeypatch):
    asked = []
    monkeypatch.setattr(chain_module, "worst_of", lambda *given: asked.append(given) or worst_of(*given))
    policy = of_priorities(30, 3)
    excess = [result.excess for result in sc.chains(policy, 2018).chains]
    assert (len(asked), len(excess)) == (3, 30)
    assert excess[3:] == excess[:-3]
    assert len({*excess}) == 3


def test_the_lint_says_what_it_leaves_out(monkeypatch):
    monkeypatch.setattr(chain_lints, "MOST", 2)
    said = [hint for name, hint in hints_of(of_priorities(6, 3)) if name == "chain-later-than-promised"]
    assert [hint.path for hint in said] == ["chains.p2", "chains"]
    assert said[1].problem.startswith("of 4 of 6 cases it was not asked whether the parts keep the whole, since 2")
    few = [hint for name, hint in hints_of(of_priorities(4, 1)) if name == "chain-later-than-promised"]
    assert [hint.path for hint in few] == ["chains.p2"]


def test_many_parts_and_many_chains_are_not_all_shown():
    names = [f"team{number}" for number in range(23)]
    written = data_of("6 hours", names, **dict.fromkeys(names, "10 minutes"))
    written["measures"] |= {name: {"while": {"team": name}} for name in names}
    covered = [{"from": "2018-04-09", "until": "2018-04-09"}]
    results = sc.chains(sc.Policy.model_validate({**written, "coverage": covered}), 2018)
    [chain] = results.chains
    assert len(chain.parts) == 23
    for page in (str(results), results.to_markdown(), results._repr_html_()):
        assert "and 3 more" in page
        assert "+ team18 10 minutes + 3 more + team22 10 minutes" in page
        assert "team19" not in page
        assert "of a chain no more than 20 parts; JSON has all." in page
    assert "after 3 more, team22" in results.picture("p2")
    many = sc.chains(of_priorities(30, 5), 2018)
    text = str(many)
    assert text.count(", at worst\n") == 20
    assert "p2 incident P0, at worst" in text
    assert "p2 incident P4, at worst" not in text  # of the longest promise
    assert "those of the 20 latest chains" in text
    assert "JSON has all" not in str(worked())


def test_the_command(tmp_path, capsys):
    file, page = tmp_path / "sla.json", tmp_path / "chains.md"
    file.write_text(json.dumps(data_of()), encoding="utf-8")
    assert main(["chains", str(file), "--year", "2018", "--markdown", str(page), "--json", "-"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["chains"][0]["whole"]["start"] == "2018-04-03T11:00:00.000001+01:00"
    assert "1 h late" in page.read_text(encoding="utf-8")
    assert main(["chains", str(file), "--chain", "p2", "--fail-on", "late"]) == 1
    assert main(["chains", "--fail-on", "late"]) == 0
    assert "has no chains" in capsys.readouterr().out


# Each opening asked by itself


def test_every_five_minutes_of_a_fortnight_by_the_oracle():
    """The second implementation, which shares no code with the product, on the worked policy."""
    week = [[("08:00", "17:00")]] * 4 + [[("08:00", "16:30")], [], []]
    main_desk = oracle.Calendar(LONDON, week, closed={date(2018, 5, 7)})
    second = oracle.Calendar(LONDON, [[("09:00", "16:00")]] * 5 + [[], []], closed={date(2018, 5, 7)})
    policy = sc.Policy.model_validate({**data_of(), "coverage": [{"from": "2018-05-03", "until": "2018-05-09"}]})
    [result] = sc.chains(policy, 2018).chains
    start = datetime(2018, 5, 3, tzinfo=LONDON).astimezone(UTC).replace(tzinfo=None)

    def excess(opened):
        handed = oracle.due_hours(main_desk, opened, 2 * HOUR)
        return oracle.due_hours(second, handed, 3 * HOUR) - oracle.due_hours(main_desk, opened, 6 * HOUR)

    minutes = [start + number * timedelta(minutes=5) for number in range(7 * 288)]
    most = max(excess(opened + shift) for opened in minutes[::6] for shift in (ZERO, MICROSECOND))
    assert result.excess == most == excess(oracle.utc(result.opened))
    late = sum(excess(opened) > ZERO for opened in minutes)
    assert abs(result.late / timedelta(minutes=5) - late) <= 40  # two ends of each of up to twenty stretches


def test_a_cut_off_after_the_last_turn_of_the_whole_counts():
    """What is promised at once turns nowhere, and the part turns at its cut-off, late on the last day."""
    policy = sc.Policy.model_validate({
        "name": "cut off", "calendar": DESK, "measures": {"one": {"while": {"team": "L1"}}},
        "calendars": {"one": {**DESK, "day_rule": "fixed-hours", "day_length": "1h", "cutoff": "15:00"}},
        "targets": {"incident": {"resolve": "< 0 wall seconds", "one": {"within": "1 day", "calendar": "one"}}},
        "chains": {"parts": {"parts": ["one"]}},
    })  # fmt: skip
    worst = check(policy, date(2018, 4, 12), 1, 15 * MINUTE)
    assert from_micros(worst.opened, LONDON) == at("2018-04-12 15:00")


def test_openings_that_begin_within_a_day_count_what_runs_on_past_the_cut_off():
    """From noon on the last opening is due later than the first, and what comes before the cut-off still sooner."""
    night = {"timezone": "Europe/London", "hours": "Mo-Fr 20:00-06:00", "day_rule": "fixed-hours", "day_length": "4h"}
    policy = sc.Policy.model_validate({
        "name": "nights", "calendar": DESK, "calendars": {"night": {**night, "cutoff": "10:00"}},
        "measures": {"one": {"while": {"team": "L1"}}, "two": {"while": {"team": "L2"}}},
        "targets": {"incident": {
            "resolve": "20 wall hours", "one": "12 wall hours", "two": {"within": "1 day", "calendar": "night"},
        }},
        "chains": {"parts": {"parts": ["one", "two"]}},
        "coverage": [{"from": "2018-04-09", "until": "2018-04-10"}],
    })  # fmt: skip
    [result] = sc.chains(policy, 2018).chains

    def late(opened):
        handed = opened + 12 * HOUR
        return sc.deadline(handed, "1 day", calendar=policy.calendars["night"]) > opened + 20 * HOUR

    minutes = [at("2018-04-09 00:00") + (number + 0.5) * timedelta(minutes=1) for number in range(2 * 24 * 60)]
    assert abs(result.late - timedelta(minutes=sum(map(late, minutes)))) <= timedelta(minutes=1)


def check(policy, first, days, step):
    """The worst is attained, and no opening of a small year asked by itself is worse, nor are others late."""
    zone = policy.calendar.zone
    start = to_micros(datetime(first.year, first.month, first.day, tzinfo=zone))
    end = start + days * 24 * 60 * MINUTE
    [case] = cases_of(policy, "parts", policy.chains["parts"])
    try:
        worst = worst_of(case, ((start, end),))
    except (errors.NoWorkingTimeError, errors.OutOfRangeError, errors.TargetError):
        assume(False)

    def known(part, begun):
        return part.calendar.as_known(begun) if policy.rules.announced == "keeps" else part.calendar

    def excess(opened):
        reached, stops = from_micros(opened, zone), []
        for part in case.parts:
            due = sc.deadline(reached, part.target, calendar=known(part, reached))
            if part.stops:
                stops.append((reached, due))
            reached = due
        begun = from_micros(opened, zone)
        due = sc.deadline(begun, case.whole.target, calendar=known(case.whole, begun), pauses=stops)
        return to_micros(reached) - to_micros(due)

    # Each due date in proportional days is rounded up by less than a microsecond, which those after it add to.
    rounded = 3 * sum(part.target.unit == "days" for part in (*case.parts, case.whole))
    assert excess(worst.opened) == worst.excess
    openings = [
        at for minute in range(start, end, step) for at in (minute - 1, minute, minute + 1) if start <= at < end
    ]
    values = {opened: excess(opened) for opened in openings}
    assert max(values.values()) <= worst.excess + rounded, max(values, key=values.__getitem__)
    is_late = {opened: value > most_kept(case) for opened, value in values.items()}
    steps = [(is_late[at], is_late.get(at + 1), is_late.get(at + step - 1)) for at in range(start, end, step)]
    late = sum(first for first, _, _ in steps) * step
    turning = sum(len({*own} - {None}) > 1 for own in steps)  # where it turns within one, all of it is in doubt
    assert abs(late - worst.late) <= step * (turning + 4)  # and a little where hours are shorter than a step
    return worst


@settings(max_examples=25, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.data(), st.dates(date(2018, 3, 20), date(2018, 4, 12)))
def test_any_calendars_and_parts_opening_by_opening(data, first):
    calendars = [data.draw(any_calendars()) for _ in range(3)]
    names = ["one", "two"][: data.draw(st.integers(1, 2))]
    whole, *parts = (data.draw(targets(calendar)) for calendar in calendars)
    stops = data.draw(st.booleans())
    policy = sc.Policy.model_validate({
        "name": "any", "calendar": calendars[0], "calendars": {"one": calendars[1], "two": calendars[2]},
        "pauses": {"away": ["resolve"] if stops else []},
        "measures": {"one": {"while": {"pause": "away"}}, "two": {"while": {"team": "L2"}}},
        "targets": {"incident": {
            "resolve": str(whole),
            **{name: {"within": str(part), "calendar": name} for name, part in zip(names, parts, strict=False)},
        }},
        "chains": {"parts": {"parts": data.draw(st.permutations(names))}},
    })  # fmt: skip
    check(policy, first, 2, 15 * MINUTE)


PROCLAIMED = {
    "hours": "Mo-Th 08:00-17:00; Fr 08:00-16:30", "holidays": {"2018-04-03": "proclaimed", "2018-04-05": "mourning"},
    "special": {"2018-04-04": ["12:00-20:00"]},
    "known_from": {
        "2018-04-03": "2018-03-29 10:07", "2018-04-04": "2018-03-28 15:30", "2018-04-05": "2018-04-05 13:00",
    },
}  # fmt: skip


@pytest.mark.parametrize("rule", ["keeps", "moves"])
@settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data(), resolve=st.sampled_from(["12 hours", "3 days", "2 days by close", "20 wall hours"]))
def test_each_clock_goes_by_what_is_known_as_it_begins(rule, data, resolve):
    own = {name: f"{15 * data.draw(st.integers(1, 40))} minutes" for name in ("l1", "l2")}
    names = data.draw(st.permutations(["l1", "supplier", "l2"][: data.draw(st.integers(1, 3))]))
    own = {name: own.get(name, "1 day") for name in names}
    if "l2" in own:
        own["l2"] = {"within": own["l2"], "calendar": "second"}
    written = data_of(resolve, names, **own)
    targets_ = written["targets"]["incident"]["P2"]
    targets_ = {name: target for name, target in targets_.items() if name in {"resolve", *names}}
    second = {**SECOND, "holidays": {"2018-04-04": "off"}, "known_from": {"2018-04-04": "2018-04-03 14:00"}}
    policy = sc.Policy.model_validate({
        **written, "calendar": {**DESK, **PROCLAIMED}, "calendars": {"second": second},
        "rules": {"announced": rule}, "targets": {"incident": {"P2": targets_}}, "chains": {"parts": {"parts": names}},
    })  # fmt: skip
    check(policy, data.draw(st.sampled_from([date(2018, 3, 28), date(2018, 4, 2), date(2018, 4, 4)])), 2, 15 * MINUTE)


def test_an_announcement_between_two_parts_is_for_the_second_alone():
    """What `assess` says of each clock, under the rule that keeps to what was known as it began."""
    announced = {"holidays": {"2018-04-13": "mourning"}, "known_from": {"2018-04-13": "2018-04-11 12:00"}}
    written = data_of("20 hours", l1="8 hours", l2="8 hours")
    rules = {"calendar": {**DESK, **announced}, "rules": {"announced": "keeps"}}
    covered = {"coverage": [{"from": "2018-04-11", "until": "2018-04-11"}]}
    policy = sc.Policy.model_validate({**written, **rules, **covered})
    [result] = sc.chains(policy, 2018).chains
    [l1, l2] = result.parts
    assert result.opened < at("2018-04-11 12:00") < l1.due
    ticket = sc.Ticket(
        id="T1", priority="P2", opened=result.opened, attributes={"team": "L1"},
        changes=[sc.Change(at=l1.due, field="team", to="L2")],
    )  # fmt: skip
    dues = [sc.assess(ticket, policy, at=l1.due, measure=name).due for name in ("l1", "l2", "resolve")]
    assert dues == [l1.due, l2.due, result.due]
    assert (result.due.day, l2.due.day) == (13, 16)


@settings(max_examples=10, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=3), st.integers(2, 60), st.data())
def test_teams_and_a_supplier_quarter_by_quarter(lengths, promised, data):
    names = ["l1", "supplier", "l2"][: len(lengths)]
    order = data.draw(st.permutations(names))
    own = dict(zip(names, (f"{15 * length} minutes" for length in lengths), strict=True))
    own["l2"] = {"within": own.get("l2", "1 hour"), "calendar": "second"}
    policy = policy_of(f"{15 * promised} minutes", order, **own)
    policy = policy.model_copy(update={"chains": {"parts": policy.chains["p2"]}})
    worst = check(policy, date(2018, 3, 28), 2, 15 * MINUTE)
    assert isinstance(worst.late, int)
    assert Fraction(worst.late, 2 * 24 * 60 * MINUTE) <= 1
