"""Receipts: what was asked and answered is kept as a text, and years later it is said what has moved."""

from __future__ import annotations

import copy
import json
import pickle
import shutil
import subprocess
import sys
import zoneinfo
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from io import BytesIO
from pathlib import Path
from zoneinfo import ZoneInfo

import pydantic
import pytest

import slaclock as sc
from desk import EXAMPLE, at, with_rules
from slaclock import errors
from slaclock.calendar import holiday_sources
from slaclock.calendar.outside_data import holidays_between, zones_of
from slaclock.cli.main import main
from slaclock.formats.canonical import canonical_json
from slaclock.policy.rule_data import policy_of, rules_of
from slaclock.temporal.instants import find_zone
from slaclock.temporal.zone_files import zone_file
from slaclock.tickets import answers as answers_room
from slaclock.tickets.receipts import calendar_names, zone_data
from test_values import Wednesdays
from zone_changes import zone_becomes

TICKET = sc.Ticket(id="T1", priority="P2", opened=at("2018-05-04 15:00"))
NOW = at("2018-05-04 16:00")
PAST = Path(__file__).parent / "snapshots" / "receipt-1.json"


def receipt_of(policy=EXAMPLE, ticket=TICKET, when=NOW, *, carried=True, **asked):
    return sc.assess(ticket, policy, at=when, **asked).receipt(policy=carried)


def altered(receipt, *, sealed=False, **parts):
    """The text of a receipt with some parts changed, and where it is `sealed` its hash worked out anew."""
    data = {**receipt.to_dict(), **parts}
    if sealed:
        rest = {key: value for key, value in data.items() if key != "sha256"}
        text = json.dumps(rest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        data["sha256"] = sha256(text.encode()).hexdigest()
    return json.dumps(data)


def kinds(receipt, policy=None):
    # From its text, as it was kept: what was compiled of its policy stays where it was made.
    return sc.verify(receipt if isinstance(receipt, str) else receipt.to_json(), policy).kinds


def facts(verification):
    return [(move.kind, move.fact) for move in verification.moves]


# What a receipt is


def test_it_holds_what_was_asked_and_what_was_answered():
    receipt = receipt_of()
    a = sc.assess(TICKET, EXAMPLE, at=NOW)
    assert (receipt.ticket, receipt.at, receipt.measure, receipt.cycle) == (TICKET, NOW, "resolve", None)
    assert receipt.policy == EXAMPLE
    for name in ("state", "due", "elapsed", "remaining", "over", "priority", "cycle", "breached_at"):
        assert getattr(receipt.answer, name) == getattr(a, name), name
    data = receipt.to_dict()
    assert data["answer"]["due"] == "2018-05-08T12:30:00+01:00"
    assert (data["answer"]["elapsed"], data["answer"]["remaining"]) == ("PT1H", "PT5H")
    assert data["holidays"] == {"main": {"2018-05-07": "May Day"}}
    assert (data["first_day"], data["last_day"]) == ("2018-04-27", "2018-05-15")
    assert data["zones"]["Europe/London"]["offsets"] == ["2018-04-27T01:00:00+01:00"]
    assert receipt.versions["slaclock"] == sc.__version__
    assert (
        repr(receipt)
        == "<Receipt of 'T1' resolve as of 2018-05-04T16:00:00+01:00: running, due 2018-05-08T12:30:00+01:00>"
    )
    assert "Receipt of T1, resolve" in receipt._repr_html_()
    assert f"<dd>{receipt.sha256[:12]}</dd>" in receipt._repr_html_()


def test_it_holds_the_holidays_of_every_calendar_on_which_the_clock_may_have_run():
    tokyo = sc.WorkingCalendar(timezone="Asia/Tokyo", hours="24/7", holidays="JP")
    targets = {"incident": {"P1": {"resolve": "2 hours", "calendar": "tokyo"}, "P2": {"resolve": "6 hours"}}}
    policy = EXAMPLE.model_copy(
        update={"calendars": {"tokyo": tokyo}, "targets": targets, "priorities": {}, "standards": {}}
    )
    one = sc.Ticket(
        id="T1", priority="P1", opened=at("2018-05-03 10:00"),
        changes=[sc.Change(at=at("2018-05-03 11:00"), field="priority", to="P2")],
    )  # fmt: skip
    data = receipt_of(policy, one).to_dict()
    assert (list(data["holidays"]), sorted(data["zones"])) == (["main", "tokyo"], ["Asia/Tokyo", "Europe/London"])


def test_the_same_question_makes_the_same_bytes():
    again = sc.Policy.from_json(EXAMPLE.to_json())
    elsewhere = TICKET.model_copy(update={"opened": TICKET.opened.astimezone(ZoneInfo("Asia/Tokyo"))})
    assert receipt_of(again, elsewhere, NOW.astimezone(UTC)).to_json() == receipt_of().to_json()
    assert receipt_of(when=NOW + timedelta(seconds=1)) != receipt_of()


def test_it_is_a_value():
    receipt = receipt_of()
    for before_and_after_use in (0, 1):
        assert pickle.loads(pickle.dumps(receipt)) == receipt
        assert copy.copy(receipt) is copy.deepcopy(receipt) is receipt
        assert hash(sc.Receipt.from_json(receipt.to_json())) == hash(receipt)
        assert (receipt.policy, receipt.is_intact, receipt.ticket) == (EXAMPLE, True, TICKET), before_and_after_use
    spread = json.dumps(receipt.to_dict(), indent=4)
    assert sc.Receipt.from_json(spread) == receipt == sc.Receipt.from_json(spread.encode())


def test_it_may_be_a_field():
    receipt = receipt_of()
    field = pydantic.TypeAdapter(sc.Receipt)
    assert field.validate_python(receipt) is receipt
    assert field.validate_python(receipt.to_json()) == field.validate_python(receipt.to_dict()) == receipt
    assert field.validate_json(field.dump_json(receipt)) == receipt


def test_the_rules_of_a_calendar_that_is_none_are_refused():
    rules = rules_of(EXAMPLE)
    assert policy_of(rules) == EXAMPLE
    with pytest.raises(errors.SlaClockError, match="calendar"):
        policy_of({**rules, "calendar": 5})


def test_the_file_of_a_zone_is_sought_where_zoneinfo_seeks_it(tmp_path):
    london, data = find_zone("Europe/London"), b"whatever is there"
    for name, version in [
        (b"2018e\n", "2018e"), (b"# version 2018f\n# more", "2018f"), (b"", None), (None, None),
        (b"2018\xe9\n", "2018\ufffd"),
    ]:  # fmt: skip
        root = tmp_path / f"zones {version} {name is None}"
        (root / "Europe").mkdir(parents=True)
        (root / "Europe" / "London").write_bytes(data)
        if name is not None:
            (root / ("tzdata.zi" if name.startswith(b"#") else "+VERSION")).write_bytes(name)
        try:
            zoneinfo.reset_tzpath(to=[str(tmp_path / "nowhere"), str(root)])
            zone_file.cache_clear()
            assert zone_file(london) == ("system", version, sha256(data).hexdigest())
        finally:
            zoneinfo.reset_tzpath()
            zone_file.cache_clear()


def test_the_file_of_a_zone_may_be_that_of_a_package_or_none(monkeypatch):
    data = files("tzdata").joinpath("zoneinfo", "Europe", "London").read_bytes()
    try:
        zoneinfo.reset_tzpath(to=[])
        zone_file.cache_clear()
        package = ("tzdata", import_module("tzdata").IANA_VERSION, sha256(data).hexdigest())
        assert zone_file(find_zone("Europe/London")) == package
        own = ZoneInfo.from_file(BytesIO(data), key="Our/Own")
        assert zone_file(own) == ("unknown", None, None)
        zone_file.cache_clear()
        monkeypatch.setitem(sys.modules, "tzdata", None)
        assert zone_file(find_zone("Europe/London")) == ("unknown", None, None)
    finally:
        zoneinfo.reset_tzpath()
        zone_file.cache_clear()


def test_holidays_and_zones_are_those_of_every_part_of_a_calendar():
    scotland = sc.WorkingCalendar(
        timezone="Europe/Paris", hours={"mon": "08:00-12:00"},
        holidays={"2018-03-30": "Karfreitag", "2018-12-26": "Ours"},
        closed={"2018-05-14": {"hours": "09:00-10:00", "timezone": "Asia/Tokyo"}},
    )  # fmt: skip
    joined = (EXAMPLE.calendar - Wednesdays()) | scotland
    first, last = date(2018, 3, 1).toordinal(), date(2018, 12, 31).toordinal()
    named = {date.fromordinal(day).isoformat(): name for day, name in holidays_between(joined, first, last).items()}
    assert (named["2018-03-30"], named["2018-12-26"]) == ("Good Friday", "Boxing Day")
    assert list(named) == sorted(named)
    named = holidays_between(scotland - EXAMPLE.calendar, first, last)
    assert named[date(2018, 3, 30).toordinal()] == "Karfreitag"
    assert [zone.key for zone in zones_of(joined)] == sorted(
        {"Asia/Tokyo", "Europe/London", "Europe/Paris", Wednesdays().zone.key}
    )


@pytest.mark.skipif(shutil.which("jq") is None, reason="jq is not installed")
def test_its_hash_is_what_the_page_says():
    words = "jq -jcS 'del(.sha256)' | sha256sum"
    text = receipt_of(ticket=TICKET.model_copy(update={"id": "Täst 🎫"})).to_json()
    told = subprocess.run(["sh", "-c", words], input=text, capture_output=True, text=True, check=True)
    assert told.stdout.split()[0] == json.loads(text)["sha256"]


def test_without_its_policy_it_has_the_hash_alone():
    short = receipt_of(carried=False)
    assert short.policy is None
    assert short.policy_sha256 == receipt_of().policy_sha256
    assert len(short.to_json()) < len(receipt_of().to_json()) - 1_000
    assert sc.verify(short, EXAMPLE).holds
    with pytest.raises(errors.PolicyError, match="^policy: the receipt of T1 has only the hash of its"):
        sc.verify(short)


# What has moved


def test_a_receipt_of_the_past_holds():
    """Made once and kept: whatever later versions of slaclock, holidays and tzdata make of it, the answer stays."""
    verification = sc.verify(PAST.read_text(encoding="utf-8"))
    assert verification.holds, str(verification)
    assert sc.Receipt.from_json(PAST.read_text(encoding="utf-8")).to_json() + "\n" == PAST.read_text(encoding="utf-8")


def test_nothing_has_moved():
    verification = sc.verify(receipt_of())
    assert (verification.holds, verification.kinds, verification.answers) == (True, (), ())
    assert verification.due_now == verification.due == at("2018-05-08 12:30")
    assert str(verification).splitlines()[-1] == "Nothing has moved."
    assert sc.verify(receipt_of(), EXAMPLE) == verification


def test_a_rule_that_was_edited_is_named():
    sooner = sc.Policy.from_json(EXAMPLE.to_json().replace("0-6 hours", "0-4 hours"))
    verification = sc.verify(receipt_of(), sooner)
    assert facts(verification) == [("rules", "incident P2: resolve within 0-4 hours, no longer within 0-6 hours")]
    assert not verification.holds
    assert (verification.due, verification.due_now) == (at("2018-05-08 12:30"), at("2018-05-08 10:30"))
    assert {answer.name for answer in verification.answers} == {"due", "promised_due", "remaining", "target"}
    assert verification.parting.startswith("due before; it was: Tue 8 May 2018 10:30-12:30 counted 2 h")
    text = str(verification)
    assert "The receipt of T1, resolve as of Fri 4 May 2018 16:00, does not hold: it says running, due" in text
    assert "due           Tue 8 May 2018 12:30  Tue 8 May 2018 10:30" in text
    assert "| due | Tue 8 May 2018 12:30 | Tue 8 May 2018 10:30 |" in verification.to_markdown()
    assert "What has moved" in verification._repr_html_()
    assert sc.Verification.from_json(verification.to_json()) == verification
    assert repr(verification) == "<Verification of 'T1' resolve: does not hold, moved: rules>"


def test_a_rule_that_does_not_concern_the_answer_moves_no_answer():
    other = sc.Policy.from_json(EXAMPLE.to_json().replace("0-2 hours", "0-1 hours"))
    verification = sc.verify(receipt_of(), other)
    assert (verification.holds, verification.kinds) == (True, ("rules",))
    assert "Something has moved, and the answers are the same." in str(verification)
    [move] = sc.verify(receipt_of(carried=False), other).moves
    assert (move.kind, move.fact[:21]) == ("rules", "the policy is another")


def test_a_bank_holiday_that_was_added_is_named(monkeypatch):
    receipt = receipt_of()
    proclaim(monkeypatch, {"2018-05-08": "Day of Mourning"})
    verification = sc.verify(receipt.to_json())
    assert facts(verification) == [("holidays", "main: 8 May 2018, Day of Mourning is new")]
    assert verification.due_now == at("2018-05-09 12:30")
    assert sc.verify(receipt_of(fresh()).to_json()).holds
    late = receipt_of(fresh()).to_json()
    monkeypatch.undo()
    assert facts(sc.verify(late)) == [("holidays", "main: 8 May 2018, Day of Mourning is gone")]


def test_a_holiday_far_away_is_no_concern(monkeypatch):
    receipt = receipt_of()
    proclaim(monkeypatch, {"2018-09-19": "A Holiday"})
    assert sc.verify(receipt.to_json()).kinds == ()
    proclaim(monkeypatch, {"2018-05-14": "A Holiday"})  # on a day that is looked at, after the due date
    verification = sc.verify(receipt.to_json())
    assert (verification.holds, verification.kinds) == (True, ("holidays",))


def test_the_policys_own_list_of_holidays_is_holidays():
    listed = {"countries": ["GB-ENG"], "dates": {"2018-05-08": "A Holiday"}}
    longer = with_rules(calendar=EXAMPLE.calendar.model_copy(update={"holidays": listed}))
    for receipt in (receipt_of(), receipt_of(carried=False)):
        verification = sc.verify(receipt, longer)
        assert verification.kinds == ("holidays",)
        assert verification.due_now == at("2018-05-09 12:30")
    assert any("main: 8 May 2018, A Holiday is new" in move.fact for move in verification.moves)


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize(
    ("edit", "kind"),
    [
        ({"known_from": {"2022-09-19": "2022-09-12"}}, "holidays"),
        ({"known_from": {}}, "holidays"),
        ({"known_at": "2022-09-09 12:00"}, "holidays"),
        ({"holidays": {"2022-09-19": "State Funeral", "2022-09-20": "Another"}}, "holidays"),
        ({"special": {"2022-09-20": []}}, "rules"),
        ({"hours": "Mo-Fr 08:00-17:00; PH off"}, "rules"),
    ],
)
def test_an_edited_calendar_is_of_one_kind_with_its_policy_or_without(edit, kind, joined):
    fields = {
        "timezone": "Europe/London",
        "hours": "Mo-Th 08:00-17:00; PH off",
        "holidays": {"2022-09-19": "State Funeral"},
        "known_from": {"2022-09-19": "2022-09-10"},
    }
    old, new = (sc.WorkingCalendar(**{**fields, **more}) for more in ({}, edit))
    old, new = (with_rules(calendar=own | own if joined else own) for own in (old, new))
    ticket = sc.Ticket(id="T1", priority="P4", opened=at("2022-09-14 10:00"))
    for carried in (True, False):
        text = receipt_of(old, ticket, at("2022-09-15 10:00"), carried=carried).to_json()
        assert kinds(text, new) == (kind,)


def test_a_zone_whose_rule_changed_is_named():
    receipt = receipt_of(
        ticket=TICKET.model_copy(update={"opened": at("2018-05-04 20:00")}), when=at("2018-05-04 21:00")
    )
    assert receipt.answer.due == at("2018-05-08 14:00")
    with zone_becomes("Europe/London", "Etc/UTC"):
        verification = sc.verify(receipt.to_json())
        assert verification.kinds == ("zones",)
        assert zone_file(find_zone("Europe/London"))[:2] == ("system", "2031z")
        assert verification.moves[0].fact == (
            "Europe/London: 2018-04-27T01:00:00+01:00 is gone and 2018-04-27T00:00:00+00:00 is new"
        )
        assert verification.due_now == datetime(2018, 5, 8, 14, tzinfo=UTC)
        assert sc.verify(receipt_of(fresh()).to_json()).holds
    assert sc.verify(receipt.to_json()).holds


def test_the_code_is_named_where_all_else_is_the_same(monkeypatch):
    receipt, counted = receipt_of(), answers_room.elapsed
    monkeypatch.setattr(answers_room, "elapsed", lambda verdict: counted(verdict) + 60_000_000)
    verification = sc.verify(receipt.to_json())
    assert verification.kinds == ("code",)
    assert verification.moves[0].fact.endswith("or a calendar of your own: elapsed")
    assert [(answer.name, answer.then, answer.now) for answer in verification.answers] == [
        ("elapsed", "PT1H", "PT1H1M")
    ]
    monkeypatch.setattr(sc, "__version__", "7.0.0")
    verification = sc.verify(receipt.to_json())
    assert verification.moves[0].fact == f"slaclock {receipt.versions['slaclock']} answered then, 7.0.0 now: elapsed"
    assert next(own for own in verification.versions if own.of == "slaclock").now == "7.0.0"
    # By the rules of then it is another answer too, so that the code has moved beside the rules.
    sooner = sc.Policy.from_json(EXAMPLE.to_json().replace("0-6 hours", "0-4 hours"))
    assert sc.verify(receipt.to_json(), sooner).kinds == ("rules", "code")


def test_several_may_move_at_once(monkeypatch):
    receipt = receipt_of()
    proclaim(monkeypatch, {"2018-05-08": "Day of Mourning"})
    sooner = sc.Policy.from_json(EXAMPLE.to_json().replace("0-6 hours", "0-4 hours"))
    with zone_becomes("Europe/London", "Etc/UTC"):
        assert kinds(altered(receipt, slaclock="0.0.9"), sooner) == ("inputs", "rules", "holidays", "zones")


def test_an_altered_receipt_does_not_hold():
    receipt = receipt_of()
    answer = {**receipt.to_dict()["answer"], "due": "2018-05-09T11:30:00+01:00"}
    verification = sc.verify(altered(receipt, answer=answer))
    assert (verification.holds, verification.kinds) == (False, ("inputs",))
    assert [answer.name for answer in verification.answers] == ["due"]
    assert "it is no signature" in str(verification)
    harmless = sc.verify(altered(receipt, slaclock="0.0.9"))
    assert (harmless.holds, harmless.answers, harmless.kinds) == (False, (), ("inputs",))
    assert "was altered; the answers that it has hold" in str(harmless)
    # A hash that was worked out anew fits, and the answer is said to be the code's.
    assert kinds(altered(receipt, sealed=True, answer=answer)) == ("code",)
    rules = json.loads(json.dumps(receipt.to_dict()["policy"]).replace("0-6 hours", "0-4 hours"))
    assert kinds(altered(receipt, sealed=True, policy=rules))[0] == "inputs"


def test_what_cannot_be_answered_any_more_is_told():
    receipt = receipt_of()
    without = {kind: table for kind, table in EXAMPLE.model_dump(mode="json")["targets"].items() if kind != "incident"}
    verification = sc.verify(receipt, with_rules(targets=without))
    assert not verification.holds
    assert (verification.due_now, verification.kinds) == (None, ("rules",))
    assert "has no targets for the kind 'incident'" in verification.error
    assert "Today there is no answer:" in str(verification)


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("Europe/London", "Europe/Londinium", "zones"), ("GB-ENG", "XX", "holidays"), ("0-6 hours", "6 moons", "code")],
)
def test_a_policy_that_cannot_be_read_any_more_is_told(old, new, kind):
    receipt = receipt_of()
    policy = json.loads(json.dumps(receipt.to_dict()["policy"]).replace(old, new))
    policy["sha256"] = sha256(canonical_json(policy["rules"]).encode()).hexdigest()
    verification = sc.verify(altered(receipt, sealed=True, policy=policy))
    assert kind in verification.kinds
    assert verification.error.startswith("policy.rules.")
    assert not verification.holds


def test_a_receipt_holds_the_calendar_that_one_target_has():
    own = sc.Policy(
        name="nights",
        calendar=EXAMPLE.calendar,
        calendars={"nights": sc.WorkingCalendar.parse("Mo-Su 00:00-24:00", timezone="Europe/London")},
        targets={"incident": {"P1": {"respond": {"within": "1 hour", "calendar": "nights"}, "resolve": "2 hours"}}},
    )
    one = sc.Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00")
    for measure, names in (("respond", ["main", "nights"]), ("resolve", ["main"])):
        assert sorted(calendar_names(sc.assess(one, own, at="2018-04-09T11:00+01:00", measure=measure))) == names


def test_over_many_years_only_the_holidays_of_countries_are_kept():
    own = EXAMPLE.calendar.model_copy(
        update={"holidays": sc.Holidays.parse("GB-ENG") | sc.Holidays.parse({"2018-04-20": "the founder's day"})}
    )
    (first, day, near, far) = (date(year, 4, 20).toordinal() for year in (2010, 2018, 2034, 2035))
    assert holidays_between(own, first, near)[day] == "the founder's day"
    assert day not in holidays_between(own, first, far)


def test_the_holidays_between_two_dates_are_those_of_both_too():
    first, last = (date.fromisoformat(day).toordinal() for day in ("2018-03-30", "2018-04-02"))
    assert holidays_between(EXAMPLE.calendar, first, last) == {first: "Good Friday", last: "Easter Monday"}
    assert holidays_between(EXAMPLE.calendar, first + 1, last - 1) == {}


@pytest.mark.parametrize("special", ["ab", ["ab"], [["2018-04-09", [], "x"]], [[5, []]], [["2018-04-09", []], "ab"]])
def test_special_days_that_are_no_pairs_are_told(special):
    receipt = receipt_of()
    policy = receipt.to_dict()["policy"]
    policy["rules"]["calendar"]["special"] = special
    policy["sha256"] = sha256(canonical_json(policy["rules"]).encode()).hexdigest()
    verification = sc.verify(altered(receipt, sealed=True, policy=policy))
    assert verification.error.startswith("policy.rules.calendar.special: ")
    assert not verification.holds


# Books, cycles, and what was agreed


def test_a_zone_that_changes_on_the_last_day_is_kept_with_both_its_offsets():
    london = find_zone("Europe/London")
    first = date(2018, 10, 1).toordinal()
    offsets = {day: zone_data(london, first, date(2018, 10, day).toordinal())["offsets"] for day in (27, 28)}
    assert offsets == {
        27: ["2018-10-01T01:00:00+01:00"],
        28: ["2018-10-01T01:00:00+01:00", "2018-10-28T01:00:00+00:00"],
    }


def test_of_a_policy_alone_none_was_chosen():
    assert "chosen" not in receipt_of().to_dict()["policy"]


def test_of_a_book_the_policy_that_was_chosen_is_kept():
    theirs = with_rules(name="ACME's", applies_to={"customer": "ACME"})
    book = sc.PolicyBook([theirs, EXAMPLE])
    ticket = TICKET.model_copy(update={"attributes": {"customer": "ACME"}})
    receipt = receipt_of(book, ticket)
    assert receipt.policy == theirs
    assert receipt.to_dict()["policy"]["chosen"] == 'by the policy "ACME\'s" for customer ACME'
    assert sc.verify(receipt) == sc.verify(receipt, book) == sc.verify(receipt, theirs)
    assert kinds(receipt, sc.PolicyBook([EXAMPLE])) == ("rules",)
    only = sc.PolicyBook([theirs])
    outside = receipt_of(only)
    assert (outside.answer.state, sc.verify(outside).holds, sc.verify(outside, only).holds) == (
        "not-covered",
        True,
        True,
    )
    verification = sc.verify(outside, book)
    assert facts(verification)[0] == ("rules", "the book has a policy for it now")
    assert [(own.then, own.now) for own in verification.answers if own.name == "state"] == [("not-covered", "running")]
    assert facts(sc.verify(receipt_of(book), only))[0] == ("rules", "no policy of the book is for it now")


def test_a_cycle_has_a_receipt_of_its_own():
    asked = [sc.Event(at=at(f"2018-05-0{day} 09:00"), name="asked") for day in (8, 9)]
    answered = [sc.Event(at=at("2018-05-08 10:00"), name="answered")]
    ticket = TICKET.model_copy(update={"events": [*asked, *answered], "responded": at("2018-05-04 15:30")})
    a = sc.assess(ticket, EXAMPLE, at=at("2018-05-09 10:00"), measure="reply")
    first, second = (cycle.receipt() for cycle in a.cycles)
    assert (first.cycle, first.answer.cycle, first.answer.state) == (1, 1, "met")
    assert (second.cycle, second.answer.cycle, second.answer.state) == (None, 2, "running")
    assert a.receipt() == second != first
    assert all(sc.verify(receipt.to_json()).holds for receipt in (first, second))
    gone = altered(first, sealed=True, asked={**first.to_dict()["asked"], "cycle": 9})
    assert "cycle" in sc.verify(gone).error


def test_what_was_agreed_is_kept():
    ticket = TICKET.model_copy(
        update={"agreed": {"resolve": at("2018-05-10 12:00").astimezone(UTC), "respond": "1 day"}}
    )
    receipt = receipt_of(EXAMPLE, ticket)
    assert receipt.to_dict()["asked"]["ticket"]["agreed"] == {
        "resolve": "2018-05-10T12:00:00+01:00",
        "respond": "1 day",
    }
    assert (receipt.answer.due, receipt.answer.target) == (at("2018-05-10 12:00"), None)
    assert sc.verify(receipt.to_json()).holds


def test_a_clock_on_another_calendar_is_concerned_by_that_one(monkeypatch):
    closed = {"2018-01-01": {"hours": ["10:00-11:00"], "timezone": "Asia/Tokyo"}}
    always = {"timezone": "America/New_York", "hours": "24/7", "closed": closed}
    incident = {"calendar": "always", "P2": {"resolve": "6 hours"}}
    targets = {**EXAMPLE.model_dump(mode="json")["targets"], "incident": incident}
    policy = with_rules(calendars={"always": always}, targets=targets)
    receipt = receipt_of(policy)
    data = receipt.to_dict()
    assert data["holidays"] == {"always": {}}
    assert sorted(data["zones"]) == ["America/New_York", "Asia/Tokyo", "Europe/London"]
    proclaim(monkeypatch, {"2018-05-08": "Day of Mourning"})
    assert sc.verify(receipt.to_json()).kinds == ()


def test_by_what_was_known_is_kept(monkeypatch):
    """The day of the state funeral, which was announced on a Saturday, and by which two due dates differ."""
    calendar = EXAMPLE.calendar.model_copy(
        update={"holidays": {"2022-09-19": "State Funeral"}, "known_from": {"2022-09-19": "2022-09-10"}}
    )
    policy, keeps = with_rules(calendar=calendar), with_rules(calendar=calendar, rules={"announced": "keeps"})
    ticket = sc.Ticket(id="T1", kind="service_request", opened=at("2022-09-07 10:00"))
    asked = {"ticket": ticket, "when": at("2022-09-12 10:00")}
    now, promised, kept = (
        receipt_of(policy, **asked),
        receipt_of(policy, **asked, known="opening"),
        receipt_of(keeps, **asked),
    )
    then = receipt_of(policy, **asked, known="2022-09-09T12:00+01:00")
    assert (now.known, promised.known, kept.known, then.known) == (None, "opening", None, at("2022-09-09 12:00"))
    assert now.answer.due == at("2022-09-22 10:00")
    assert {now.answer.promised_due, *(own.answer.due for own in (promised, kept, then))} == {at("2022-09-21 10:00")}
    for receipt in (now, promised, kept, then):
        assert sc.verify(receipt.to_json()).moves == ()
    assert sc.verify(kept.to_json(), policy).due_now == at("2022-09-22 10:00")
    assert sc.verify(promised.to_json(), keeps).holds


@pytest.mark.parametrize(
    ("zone", "known"),
    [
        ("America/New_York", "0001-01-01T00:00:00+00:00"),
        ("Europe/London", "0001-01-01T00:00:00+00:00"),
        ("Asia/Tokyo", "9999-12-31T23:59:59+00:00"),
    ],
)
def test_what_was_known_at_the_ends_of_time_is_kept(zone, known):
    """Where the zone of the policy has no such year, the instant is written in UTC."""
    policy = with_rules(calendar=EXAMPLE.calendar.model_copy(update={"timezone": zone}))
    receipt = receipt_of(policy, known=known)
    assert receipt.to_dict()["asked"]["known"] == known
    assert receipt.known == datetime.fromisoformat(known)
    assert sc.verify(receipt.to_json()).moves == ()


def test_of_a_very_long_time_only_so_much_is_kept():
    ticket = TICKET.model_copy(update={"priority": None, "agreed": {"resolve": "1000000 hours"}})
    receipt = receipt_of(EXAMPLE, ticket)
    assert receipt.answer.due is not None
    assert receipt.answer.due.year > 2400
    assert len(receipt.to_json()) < 60_000
    assert sc.verify(receipt.to_json()).holds
    done = TICKET.model_copy(update={"resolved": at("2018-05-04 15:30")})
    assert receipt_of(ticket=done, when=at("9990-01-01 12:00")).to_dict()["last_day"] == "2018-05-15"


# What is no receipt


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "this is not JSON"),
        ("[]", r"'?\[\]'? is no receipt; give what Assessment.receipt"),
        ("{}", "is no receipt"),
        ('{"receipt": 2, "slaclock": "3.1.0"}', "receipt: .* form 1, not 2; verify it with slaclock 3.1.0"),
        ('{"receipt": true}', "not True"),
        ('{"receipt": 1, "receipt": 1}', "an object has the key 'receipt' twice; leave one of them out"),
        ('{"receipt": 1}', "slaclock: this field is missing"),
        ("[" * 100_000, "this is not JSON"),
        ('{"receipt": 1, "a": ' + "9" * 5_000 + "}", "this is not JSON"),
        ('"' + "x" * 16_000_001 + '"', "a receipt has 16,000,000 signs at the most"),
        (b"\xff\xfe", "this is not UTF-8"),
        (7, "7 is no receipt"),
    ],
)  # fmt: skip
def test_what_is_no_receipt_is_refused(text, words):
    with pytest.raises(errors.ModelError, match=words):
        sc.verify(text)


@pytest.mark.parametrize(
    ("place", "value", "path"),
    [
        (("sha256",), "0" * 63, ("sha256",)),
        (("answer", "due"), "yesterday", ("answer", "due")),
        (("asked", "ticket", "opened"), "2018-05-04", ("asked", "ticket", "opened")),
        (("asked", "ticket", "colour"), "red", ("asked", "ticket", "colour")),
        (("holidays", "main"), {"2018-05-77": "x"}, ("holidays", "main", "2018-05-77")),
        (("first_day",), "2019-01-01", ("last_day",)),
        (("zones", "Europe/London", "offsets"), ["2018-05-04T10:00"], ("zones", "Europe/London", "offsets", 0)),
        (("more",), 1, ("more",)),
    ],
)
def test_a_malformed_part_is_named(place, value, path):
    data = receipt_of().to_dict()
    part = data
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    with pytest.raises(errors.SlaClockError) as malformed:
        sc.Receipt.from_json(json.dumps(data))
    assert malformed.value.path[: len(path)] == path
    assert malformed.value.remedy


def test_half_of_a_character_is_refused():
    with pytest.raises(errors.ModelError, match="half of a character"):
        receipt_of(ticket=TICKET.model_copy(update={"id": "T\ud800"}))


# On the command line


@pytest.fixture
def written(tmp_path, capsys):
    """Receipts as the command line writes them: of one ticket, and of all."""
    one, many = tmp_path / "one.json", tmp_path / "many.jsonl"
    assert main(["explain", "T0041", "--receipts", str(one)]) == 0
    assert main(["assess", "--limit", "1", "--receipts", str(many)]) == 0
    assert f"200 receipts written to {many}" in capsys.readouterr().out
    return one, many


def test_the_command_line_writes_and_verifies_them(written, tmp_path, capsys):
    one, many = written
    lines = many.read_text(encoding="utf-8").splitlines(keepends=True)
    assert one.read_text(encoding="utf-8") in lines
    few = tmp_path / "few.jsonl"
    few.write_text("\n".join(lines[:2]), encoding="utf-8")
    spread, listed = tmp_path / "spread.json", tmp_path / "listed.json"
    spread.write_text(json.dumps(json.loads(lines[0]), indent=2), encoding="utf-8")
    listed.write_text(json.dumps(list(map(json.loads, lines[:3]))), encoding="utf-8")
    assert main(["verify", str(one), str(few), str(spread), str(listed)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert (
        told[0]
        == "The receipt of T0041, resolve as of Fri 29 Jun 2018 12:00, holds: breached, due Mon 16 Apr 2018 10:00"
    )
    assert (len(told), told[-1]) == (8, "7 of 7 receipts hold")


def test_the_command_line_says_what_has_moved(written, tmp_path, capsys):
    one, _ = written
    policy, out = tmp_path / "sla.toml", tmp_path / "moved.json"
    policy.write_text(
        EXAMPLE.to_json().replace("0-2 hours", "0-5 hours").replace("0-6 hours", "0-2 hours"), encoding="utf-8"
    )
    policy = policy.rename(tmp_path / "sla.json")
    assert main(["verify", str(one), "--policy", str(policy), "--json", str(out)]) == 1
    assert "does not hold: it says breached, due Mon 16 Apr 2018 10:00" in capsys.readouterr().out
    [row] = json.loads(out.read_text(encoding="utf-8"))
    assert (row["holds"], row["kinds"], row["ticket"]) == (False, ["rules"], "T0041")
    assert {"name": "target", "then": "0-2 hours", "now": "0-5 hours"} in row["answers"]
    assert main(["verify", str(one), "--json", "-"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["moves"] == []


def test_the_command_line_tells_what_cannot_be_verified(written, tmp_path, capsys):
    one, many = written
    bad, empty = tmp_path / "bad.jsonl", tmp_path / "empty.jsonl"
    bad.write_text(many.read_text(encoding="utf-8").splitlines()[0] + "\n{}\n", encoding="utf-8")
    empty.write_text("\n\n", encoding="utf-8")
    for words, told in (
        ([str(bad)], f"{bad}, receipt 2: {{}} is no receipt; give what Assessment.receipt() has made"),
        ([str(empty)], f"{empty}: there is no receipt in it"),
        ([str(tmp_path / "none.json")], "cannot read"),
        ([str(one), "--json", str(one)], "--json: "),
        ([str(one), "--policy", str(one)], "name: this field is missing"),
    ):
        assert main(["verify", *words]) == 2
        assert told in capsys.readouterr().err
    for words in (["assess", "--json", "-"], ["assess", "--engine", "duckdb"], ["explain", "T0041", "--json", "-"]):
        assert main([*words, "--receipts", "-"]) == 2
    assert "receipts are made ticket by ticket" not in capsys.readouterr().out


def test_receipts_alone_go_to_standard_output(capsys):
    assert main(["explain", "T0041", "--receipts", "-"]) == 0
    assert sc.Receipt.from_json(capsys.readouterr().out).ticket.id == "T0041"
    assert main(["assess", "--receipts", "-"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 200


def fresh():
    """The example's policy with nothing compiled of it."""
    return sc.Policy.from_json(EXAMPLE.to_json())


def proclaim(monkeypatch, dates):
    """What a later version of the package `holidays` would know beside what it knows."""
    known = holiday_sources._holidays

    def later(source, year):
        more = {datetime.fromisoformat(day).toordinal(): name for day, name in dates.items() if day[:4] == str(year)}
        return {**known(source, year), **more}

    monkeypatch.setattr(holiday_sources, "_holidays", later)
