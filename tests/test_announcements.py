"""Calendars that know since when they know: the calendar as known, due dates promised and as they are now."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import duckdb
import numpy as np
import polars as pl
import pytest

import slaclock as sc
from slaclock import columns
from slaclock.checking import calendar_lints
from slaclock.cli import main
from slaclock.engines import duckdb as engine
from slaclock.reconciling.calendars import calendar_under
from slaclock.reconciling.readings import DeskReading

FUNERAL = {"2022-09-19": "2022-09-10"}
HOURS = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"
OPENED = "2022-09-07T10:00+01:00"
BEFORE, AFTER = "2022-09-09T12:00+01:00", "2022-09-12T12:00+01:00"
MONDAY = "2022-09-19T12:00+01:00"


def desk(**fields):
    given = {"timezone": "Europe/London", "hours": HOURS, "holidays": "GB-ENG", "known_from": FUNERAL}
    return sc.WorkingCalendar(**{**given, **fields})


def policy(calendar=None, resolve="10 days", **rules):
    targets = {"incident": {"P1": {"resolve": resolve}, "P2": {"resolve": "5 days"}}}
    return sc.Policy(name="desk", calendar=calendar or desk(), targets=targets, rules=rules)


def ticket(**fields):
    return sc.Ticket(**{"id": "T1", "priority": "P1", "opened": OPENED, **fields})


def local(at):
    return None if at is None else f"{at:%a %d %b %H:%M}"


# The calendar


def test_a_calendar_as_known_leaves_out_what_was_announced_later():
    before = desk().as_known(BEFORE)
    assert before.is_open(MONDAY)
    assert not desk().is_open(MONDAY)
    assert str(desk().closed_because(MONDAY)) == "State Funeral of Queen Elizabeth II (holiday)"
    assert before.closed_because("2022-09-19T18:00+01:00").kind == "outside hours"
    assert sc.deadline(OPENED, "10 days", calendar=before) == datetime.fromisoformat("2022-09-21T10:00+01:00")
    assert sc.deadline(OPENED, "10 days", calendar=desk()) == datetime.fromisoformat("2022-09-22T10:00+01:00")


def test_calendars_of_one_set_of_announcements_are_one():
    calendar = desk()
    assert calendar.as_known(BEFORE) is calendar.as_known(OPENED)
    assert calendar.as_known("2022-09-10T00:00+01:00") is calendar
    assert calendar.as_known("2022-09-09T23:59:59.999999+01:00") is not calendar
    before = calendar.as_known(BEFORE)
    assert before.as_known(AFTER) is before
    assert before.announcements == ()
    plain = desk(known_from={})
    assert plain.as_known(BEFORE) is plain


def test_a_year_far_from_now_is_like_no_other_where_a_day_of_it_was_not_known():
    known = desk(special={"2300-01-04": "off"}, known_from={"2300-01-04": "2299-12-01"})
    years = ["2290-01-01T00:00+00:00", "2340-01-01T00:00+00:00"]
    plain, before = desk(known_from={}), known.as_known("2299-11-30T12:00+00:00")
    hours = [sc.elapsed(*years, calendar=own) for own in (plain, before, known)]
    assert hours[0] == hours[1] == hours[2] + timedelta(hours=9)


def test_a_calendar_as_known_is_a_value():
    before = desk().as_known(BEFORE)
    assert before == desk().as_known(OPENED) != desk()
    assert hash(before) == hash(desk().as_known(OPENED))
    assert sc.WorkingCalendar.from_json(before.to_json()) == before
    assert sc.WorkingCalendar.from_json(desk().to_json()) == desk()
    assert desk().model_dump(mode="json")["known_from"] == FUNERAL
    assert repr(before).endswith(", known_at='2022-09-09T23:59:59.999999+01:00')")
    assert repr(desk(known_at="2022-09-09")).endswith(", known_at='2022-09-09')")  # a midnight, as it is read again


def test_what_was_known_may_be_all_that_is_said():
    plain = desk(known_from={})
    assert desk(known_from={}, known_at=BEFORE).known_at == datetime.fromisoformat(BEFORE)
    assert sc.WorkingCalendar(timezone="Europe/London", hours=HOURS, holidays="GB-ENG", known_at=BEFORE).is_open(
        MONDAY
    ) == plain.is_open(MONDAY)


@pytest.mark.parametrize(
    "since",
    [
        "2022-09-10", " 2022-09-10 ", date(2022, 9, 10), "2022-09-10 00:00", "2022-09-09T23:00Z",
        datetime(2022, 9, 10), datetime.fromisoformat("2022-09-10T01:00+02:00"),
    ],
)  # fmt: skip
def test_since_when_is_an_instant_or_a_local_time(since):
    assert desk(known_from={date(2022, 9, 19): since}) == desk()


def test_what_speaks_of_a_date_first_is_what_was_announced():
    fields = {"special": {"2022-09-19": ["10:00-12:00"], "2022-09-19/2022-09-20": ["09:00-11:00"]}}
    calendar = desk(**fields)
    assert not calendar.is_open("2022-09-19T09:30+01:00")
    assert calendar.as_known(BEFORE).is_open("2022-09-19T09:30+01:00")  # by the range
    holiday = desk(special={"2022-09-19": ["10:00-12:00"]})
    assert holiday.is_open("2022-09-19T11:00+01:00")
    assert str(holiday.as_known(BEFORE).closed_because("2022-09-19T11:00+01:00")).startswith("State Funeral")
    closed = desk(special={"2022-09-19": ["10:00-12:00"]}, closed={"2022-09-19": ["11:00-12:00"]})
    assert not closed.is_open("2022-09-19T11:00+01:00")
    assert closed.as_known(BEFORE).is_open("2022-09-19T11:00+01:00")
    assert closed.as_known(BEFORE).hours_on(date(2022, 9, 19)) == holiday.hours_on(date(2022, 9, 19))


def test_recurrences_and_far_years_are_by_date():
    calendar = sc.WorkingCalendar(
        timezone="Europe/London",
        hours="Mo-Su 08:00-18:00",
        special={"--12-24": []},
        closed={"--05-12": ["12:00-13:00"]},
        known_from={"2500-12-24": "2500-01-01", "2501-05-12": "2501-01-01"},
    )
    before = calendar.as_known("2400-01-01T00:00Z")
    for at in ("2500-12-24T12:00Z", "2501-05-12T11:30Z"):
        assert before.is_open(at)
        assert not calendar.is_open(at)
        nearby = at.replace("2500", "2499").replace("2501", "2502")
        assert before.is_open(nearby) == calendar.is_open(nearby) is False


def test_joined_calendars_pass_it_through():
    always = sc.WorkingCalendar(timezone="Europe/London", hours="24/7")
    mornings = sc.WorkingCalendar.parse("Mo-Su 08:00-12:00", timezone="Europe/London")
    for joined in (desk() & always, mornings & desk()):
        assert joined.as_known(BEFORE).is_open("2022-09-19T09:00+01:00")
        assert not joined.is_open("2022-09-19T09:00+01:00")
        assert [str(known.day) for known in joined.announcements] == ["2022-09-19"]
        assert sc.Calendar.from_json(joined.as_known(BEFORE).to_json()) == joined.as_known(BEFORE)
    off = always - desk()
    assert off.is_open(MONDAY)
    assert not off.as_known(BEFORE).is_open(MONDAY)


def test_announcements_have_names_and_are_in_order():
    calendar = desk(
        special={"2022-12-23": {"hours": [], "name": "Office move"}},
        known_from={**FUNERAL, "2022-12-23": "2022-09-01T15:30"},
    )
    assert [str(known) for known in calendar.announcements] == [
        "Fri 23 Dec 2022 (Office move), known from Thu 1 Sep 2022 15:30",
        "Mon 19 Sep 2022 (State Funeral of Queen Elizabeth II), known from Sat 10 Sep 2022",
    ]


@pytest.mark.parametrize(
    ("known_from", "path", "problem"),
    [
        ({"2022-09-20": "2022-09-10"}, ("known_from", "2022-09-20"), "no holiday, special day or closure speaks of"),
        (
            {"2022-09-19": "soon"},
            ("known_from", "2022-09-19"),
            "'soon' is not a date and time; write it like 2022-09-10, ",
        ),
        ({"2022-09-19": "2022-13-10"}, ("known_from", "2022-09-19"), "is not a date; write it like 2022-09-10, or"),
        # No remedy that is a file's of tickets: a policy has no time_format.
        (
            {"2022-09-19": "10/09/2022 12:00"},
            ("known_from", "2022-09-19"),
            "or 9 October; write it like 2022-09-10, or",
        ),
        ({"2022-09-19": 3}, ("known_from", "2022-09-19"), "3 is neither a date nor a time"),
        ({"2022-09-19": "9999-12-31T23:59-12:00"}, ("known_from", "2022-09-19"), "lies outside the years 1 to 9999"),
        ({"yesterday": "2022-09-10"}, ("known_from", "yesterday"), "'yesterday' is not a date"),
        (["2022-09-19"], ("known_from",), "does not say from when dates were known"),
        ({"2022-09-19": "2022-09-10", " 2022-09-19": "2022-09-11"}, ("known_from", " 2022-09-19"), "stands twice"),
    ],
)
def test_what_is_said_wrongly_is_refused_at_its_place(known_from, path, problem):
    with pytest.raises(sc.SlaClockError, match=problem) as raised:
        desk(known_from=known_from)
    assert raised.value.path == path
    assert raised.value.value is not None


def test_a_wrong_zone_is_what_is_said_first():
    with pytest.raises(sc.SlaClockError) as raised:
        desk(timezone="Europe/Londn")
    assert raised.value.path == ("timezone",)
    assert len(raised.value.all) == 1


# Due dates


def test_ten_days_over_the_funeral_are_promised_and_moved():
    moved = sc.assess(ticket(), policy(), at=AFTER)
    assert (local(moved.promised_due), local(moved.due)) == ("Wed 21 Sep 10:00", "Thu 22 Sep 10:00")
    assert moved.known == "now"
    assert moved.explain().moves == (
        "Mon 19 Sep 2022 (State Funeral of Queen Elizabeth II), known from Sat 10 Sep 2022: "
        "due was Wed 21 Sep 2022 10:00, is Thu 22 Sep 2022 10:00",
    )
    assert moved.explain().moves[0] in str(moved.explain())
    assert f'<p class="verdict">{moved.explain().moves[0]}</p>' in moved.explain().to_html()
    as_it_became_known, before = "2022-09-10T00:00+01:00", "2022-09-09T23:59+01:00"
    assert sc.assess(ticket(), policy(), at=as_it_became_known).explain().moves == moved.explain().moves
    assert sc.assess(ticket(), policy(), at=before).explain().moves == ()
    kept = sc.assess(ticket(), policy(announced="keeps"), at=AFTER)
    assert (local(kept.promised_due), local(kept.due)) == ("Wed 21 Sep 10:00", "Wed 21 Sep 10:00")
    assert kept.explain().moves == (
        "Mon 19 Sep 2022 (State Funeral of Queen Elizabeth II), known from Sat 10 Sep 2022: "
        "due stays Wed 21 Sep 2022 10:00, as promised, and would be Thu 22 Sep 2022 10:00",
    )


def test_what_moves_no_due_date_is_not_told():
    soon = sc.assess(ticket(), policy(resolve="1 day"), at=AFTER)
    assert soon.promised_due == soon.due
    assert soon.explain().moves == ()
    far_off_too = desk(special={"2022-12-26": []}, known_from={"2022-12-26": "2022-09-09", **FUNERAL})
    moves = sc.assess(ticket(), policy(far_off_too), at=AFTER).explain().moves
    assert [move.partition(" (")[0] for move in moves] == ["Mon 19 Sep 2022"]


def test_what_is_announced_at_one_instant_is_told_as_far_as_it_is_near():
    days = {"2022-09-12": ["09:00-12:00"], "2022-09-13": [], "2022-09-14": [], "2022-12-26": []}
    shut = desk(special=days, known_from=dict.fromkeys(days, "2022-09-12 11:00"))
    of_monday = ticket(opened="2022-09-12T08:30+01:00")
    for target, said in (
        ("2 hours", "Mon 12 Sep 2022"),
        ("5 hours", "Mon 12 Sep 2022, Tue 13 Sep 2022 and Wed 14 Sep 2022"),
    ):
        a = sc.assess(of_monday, policy(shut, target, breach="of-target"), at="2022-09-12T12:00+01:00")
        (move,) = a.explain().moves
        assert move.startswith(f"{said}, known from Mon 12 Sep 2022 11:00: ")


def test_what_has_not_begun_is_promised_nothing():
    asked = policy().model_copy(update={"targets": {"incident": {"P1": {"reply": "1 day"}}}})
    a = sc.assess(ticket(), asked, at=AFTER, measure="reply")
    assert (a.state, a.due, a.promised_due) == ("not-started", None, None)


def test_before_it_was_announced_nobody_knew():
    for rule in ("moves", "keeps"):
        a = sc.assess(ticket(), policy(announced=rule), at=BEFORE)
        assert local(a.due) == "Wed 21 Sep 10:00"
        assert a.explain().moves == ()


def test_by_what_was_known_can_be_asked_for():
    due = {
        known: local(sc.assess(ticket(), policy(), at=AFTER, known=known).due)
        for known in (None, "now", "opening", BEFORE, "2022-09-10T00:00+01:00")
    }
    assert due == {
        None: "Thu 22 Sep 10:00",
        "now": "Thu 22 Sep 10:00",
        "opening": "Wed 21 Sep 10:00",
        BEFORE: "Wed 21 Sep 10:00",
        "2022-09-10T00:00+01:00": "Thu 22 Sep 10:00",
    }
    assert sc.assess(ticket(), policy(), at=AFTER, known=BEFORE).explain().moves == ()
    assert len(sc.assess(ticket(resolved=BEFORE), policy(), at=AFTER, known=AFTER).explain().moves) == 1
    [one] = sc.assess_many([ticket()], policy(), at=AFTER, known="opening")
    assert one == sc.assess(ticket(), policy(), at=AFTER, known="opening") != sc.assess(ticket(), policy(), at=AFTER)


@pytest.mark.parametrize("known", ["opened", 3, "2022-09-10", pl.Series([1]), np.array(["now", "opening"])])
def test_what_says_not_by_what_was_known_is_refused(known):
    with pytest.raises(sc.SlaClockError, match="does not say by what was known") as raised:
        sc.assess(ticket(), policy(), at=AFTER, known=known)
    assert raised.value.path == ("known",)


@pytest.mark.parametrize("known", ["now", "opening", datetime.fromisoformat(BEFORE)])
def test_elapsed_and_remaining_are_of_the_calendar_of_the_due_date(known):
    a = sc.assess(ticket(), policy(), at="2022-09-20T12:00+01:00", known=known)
    whole = sc.elapsed(a.started, a.due, calendar=desk().as_known(BEFORE) if known != "now" else desk())
    assert a.elapsed + a.remaining == whole
    rows = a.explain("now").rows
    assert sum((row.length for row in rows), start=rows[0].length * 0) == a.elapsed
    assert sc.Assessment.from_json(a.to_json()) == a


@pytest.mark.parametrize(("known", "hours"), [("opening", 26.5), ("now", 17.5), (BEFORE, 26.5), (AFTER, 17.5)])
def test_what_is_left_to_an_agreed_instant_is_by_what_was_known(known, hours):
    agreed = {"resolve": datetime.fromisoformat("2022-09-21T12:00+01:00")}
    a = sc.assess(ticket(agreed=agreed), policy(), at="2022-09-16T12:00+01:00", known=known)
    assert a.remaining == timedelta(hours=hours)


def test_work_that_was_done_is_judged_by_what_was_known_then():
    done = sc.assess(ticket(resolved=BEFORE), policy(), at="2022-10-01T00:00Z")
    assert (done.state, local(done.due)) == ("met", "Wed 21 Sep 10:00")
    later = sc.assess(ticket(resolved="2022-09-21T12:00+01:00"), policy(), at="2022-10-01T00:00Z")
    assert (later.state, local(later.due)) == ("met", "Thu 22 Sep 10:00")
    kept = sc.assess(ticket(resolved="2022-09-21T12:00+01:00"), policy(announced="keeps"), at="2022-10-01T00:00Z")
    assert (kept.state, local(kept.due)) == ("breached", "Wed 21 Sep 10:00")


def test_a_target_that_restarts_is_promised_when_it_does():
    changed = ticket(priority="P2", changes=[sc.Change(at=AFTER, field="priority", to="P1")])
    kept = sc.assess(changed, policy(announced="keeps", priority_change="restart"), at="2022-09-13T00:00Z")
    assert (local(kept.started), local(kept.due)) == ("Mon 12 Sep 12:00", "Tue 27 Sep 12:00")  # the funeral was known
    from_opening = sc.assess(changed, policy(announced="keeps"), at="2022-09-13T00:00Z")
    assert local(from_opening.due) == "Wed 21 Sep 10:00"


SHUT = {"2022-09-12": ["09:00-12:00"]}


def shut(since="2022-09-12T15:00", **rules):
    """Shut for a morning, which was made known in the afternoon; two hours are promised from 08:30."""
    return policy(desk(closed=SHUT, known_from={"2022-09-12": since}), "2 hours", **rules)


def test_what_is_announced_afterwards_may_undo_a_breach():
    of_monday = ticket(opened="2022-09-12T08:30+01:00")
    before, after = "2022-09-12T14:00+01:00", "2022-09-12T15:00+01:00"
    policies = {rule: shut("2022-09-12T11:00", breach=rule) for rule in ("of-target", "stands")}
    at_eleven = {rule: sc.assess(of_monday, own, at="2022-09-12T11:00+01:00") for rule, own in policies.items()}
    assert (at_eleven["of-target"].state, local(at_eleven["of-target"].due)) == ("running", "Mon 12 Sep 13:30")
    assert (at_eleven["stands"].state, local(at_eleven["stands"].due)) == ("breached", "Mon 12 Sep 10:30")
    assert local(at_eleven["stands"].breached_at) == "Mon 12 Sep 10:30"
    late = [sc.assess(of_monday, shut(), at=at) for at in (before, after)]
    assert [(a.state, local(a.due), local(a.breached_at)) for a in late] == [
        ("breached", "Mon 12 Sep 10:30", "Mon 12 Sep 10:30"),
        ("breached", "Mon 12 Sep 13:30", "Mon 12 Sep 10:30"),  # it has been in breach ever since
    ]


def test_the_timeline_turns_with_the_announcement():
    of_monday = ticket(opened="2022-09-12T08:30+01:00")
    turns = sc.timeline(of_monday, shut("2022-09-12T11:00"), at="2022-09-13T00:00Z", percents=())
    assert [(f"{turn.at:%H:%M:%S.%f}", turn.what) for turn in turns] == [
        ("10:30:00.000000", "due"),
        ("10:30:00.000001", "breached"),
        ("11:00:00.000000", "running"),
        ("13:30:00.000000", "due"),
        ("13:30:00.000001", "breached"),
    ]
    early = sc.timeline(of_monday, shut("2022-09-12T11:00"), at="2022-09-12T09:00+01:00", percents=())
    assert [f"{turn.at:%H:%M}" for turn in early] == ["10:30", "10:30"]  # what is to come is not known yet
    kept = sc.timeline(of_monday, shut("2022-09-12T11:00"), at="2022-09-13T00:00Z", percents=(), known="opening")
    assert kept.turns == early.turns


def test_what_is_announced_after_a_breach_that_stands_moves_nothing():
    of_monday = ticket(opened="2022-09-12T08:30+01:00")
    for rule, moved in (("stands", 0), ("of-target", 1)):
        a = sc.assess(of_monday, shut("2022-09-12T11:00", breach=rule), at="2022-09-12T12:00+01:00")
        assert len(a.explain().moves) == moved, rule
        assert (a.state, a.why) == (("running", "breached")[rule == "stands"], "")
        if moved:
            assert a.explain().moves[0].endswith("due was Mon 12 Sep 2022 10:30, is Mon 12 Sep 2022 13:30")


@pytest.mark.parametrize("breach", ["of-target", "stands"])
def test_a_breach_began_by_what_was_known_when_it_did(breach):
    """That Tuesday was shut was known in time, that Monday had been only after Wednesday's breach."""
    known = {"2022-09-12": "2022-09-14 10:30", "2022-09-13": "2022-09-12 16:30"}
    own = policy(
        desk(special={"2022-09-12": ["08:00-16:30"], "2022-09-13": []}, known_from=known), "2 hours", breach=breach
    )
    a = sc.assess(ticket(opened="2022-09-12T16:00+01:00"), own, at="2022-09-14T12:00+01:00")
    assert (a.state, local(a.breached_at)) == ("breached", "Wed 14 Sep 09:00")


def test_what_was_promised_is_of_the_target_that_is_judged():
    # P1 would have been breached if nobody had learned that the morning was shut; it is P2 that is judged.
    changed = ticket(opened="2022-09-12T08:30+01:00", changes=[sc.Change(at=AFTER, field="priority", to="P2")])
    own = shut("2022-09-12T08:45", breach="stands", priority_change="restart")
    a = sc.assess(changed, own, at="2022-09-13T00:00Z")
    assert (a.state, local(a.due), local(a.promised_due)) == ("running", "Tue 20 Sep 09:30", "Tue 20 Sep 09:30")
    assert sc.assess(changed, own, at="2022-09-13T00:00Z", known="opening").state == "breached"
    frame = pl.DataFrame({"id": ["T1"], "priority": ["P1"], "opened": [changed.opened]})
    changes = pl.DataFrame(
        {"ticket": ["T1"], "at": [datetime.fromisoformat(AFTER)], "field": ["priority"], "to": ["P2"]}
    )
    answers = columns.assess(frame, own, at="2022-09-13T00:00Z", changes=changes, promised=True)
    assert column(answers, "sla_promised_due") == [local(a.promised_due)]


def test_what_was_carried_on_may_have_been_moved():
    # Of the first target more had been used before anybody knew that the morning was shut.
    changed = ticket(opened="2022-09-12T09:00+01:00", changes=[sc.Change(at=AFTER, field="priority", to="P2")])
    fields = {"closed": SHUT, "known_from": {"2022-09-12": "2022-09-12T11:00"}}
    own = policy(desk(**fields), "8 hours", priority_change="carry")
    a = sc.assess(changed, own, at="2022-09-13T00:00Z")
    promised, due = (at.strftime("%H:%M") for at in (a.promised_due, a.due))
    assert promised != due
    [move] = a.explain().moves
    assert move.startswith("Mon 12 Sep 2022, known from Mon 12 Sep 2022 11:00: due was ")
    assert promised in move
    assert move.endswith(due)


def test_a_due_date_that_was_past_as_the_desks_only_day_became_known_is_breached_from_then_on():
    known = {"hours": {}, "special": {"2022-09-12": ["08:00-17:00"]}, "known_from": {"2022-09-12": "2022-09-12T15:00"}}
    of_monday = ticket(opened="2022-09-12T08:30+01:00")
    a = sc.assess(of_monday, policy(desk(**known), "2 hours"), at="2022-09-12T16:00+01:00")
    assert (a.state, local(a.due), local(a.breached_at)) == ("breached", "Mon 12 Sep 10:30", "Mon 12 Sep 15:00")


CLUB = """
name = "Club"
[calendar]
timezone = "Europe/London"
hours = {}
special = { 2022-09-12 = ["09:00-11:00"], 2022-09-14 = ["09:00-17:00"], 2022-09-15 = ["09:00-17:00"] }
known_from = { 2022-09-14 = 2022-09-13, 2022-09-15 = 2022-09-13 }
[targets.incident]
resolve = "3 hours"
update = "3 hours"
[measures.update]
next = "NEXT"
[rules]
breach = "BREACH"
"""


@pytest.mark.parametrize("breach", ["of-target", "stands"])
@pytest.mark.parametrize(("measure", "following"), [("resolve", "event"), ("update", "due"), ("update", "grid")])
def test_a_desk_that_was_not_known_to_open_again_promised_nothing(breach, measure, following):
    own = sc.Policy.parse(CLUB.replace("NEXT", following).replace("BREACH", breach))
    of_monday = sc.Ticket(id="T1", opened="2022-09-12T10:00+01:00")
    asked = {"at": "2022-09-14T10:00+01:00", "measure": measure}
    a = sc.assess(of_monday, own, **asked)
    assert (a.state, local(a.due), a.promised_due) == ("running", "Wed 14 Sep 11:00", None)
    assert a.explain().moves == ("Wed 14 Sep 2022, known from Tue 13 Sep 2022: due was none, is Wed 14 Sep 2022 11:00",)
    assert sc.verify(a.receipt()).holds
    late = sc.assess(of_monday, own, at="2022-09-14T12:00+01:00", measure=measure).cycles[0]
    assert (late.state, local(late.breached_at)) == ("breached", "Wed 14 Sep 11:00")
    answers = columns.assess(pl.DataFrame({"id": ["T1"], "opened": [of_monday.opened]}), own, promised=True, **asked)
    assert answers["sla_promised_due"].to_list() == [None]
    with pytest.raises(sc.SlaClockError, match="not enough open time"):
        sc.assess(of_monday, own, known="opening", **asked)


@pytest.mark.parametrize("breach", ["of-target", "stands"])
@pytest.mark.parametrize("measure", ["resolve", "update"])
def test_a_due_date_beyond_the_last_year_was_passed_by_none(breach, measure):
    """Until the longer hours of the last day became known, four hours would have ended after it."""
    last_day = {"hours": "Mo-Su 09:00-11:00", "special": {"9999-12-31": ["09:00-17:00"]}}
    own = policy(desk(**last_day, known_from={"9999-12-31": "9999-12-31"}), breach=breach).model_copy(
        update={"targets": {"incident": {measure: "4 hours"}}, "measures": {"update": {"next": "grid"}}}
    )
    a = sc.assess(ticket(opened="9999-12-30T10:00+00:00"), own, at="9999-12-31T10:30+00:00", measure=measure)
    assert (a.state, local(a.due), a.promised_due) == ("running", "Fri 31 Dec 12:00", None)


def test_policies_carry_it_there_and_back():
    own = policy(announced="keeps")
    assert sc.Policy.from_json(own.to_json()) == own
    text = """
name = "desk"
[calendar]
timezone = "Europe/London"
hours = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"
holidays = "GB-ENG"
known_from = { 2022-09-19 = 2022-09-10 }
[targets.incident.P1]
resolve = "10 days"
[targets.incident.P2]
resolve = "5 days"
[rules]
announced = "keeps"
"""
    assert sc.Policy.parse(text) == own


# Many tickets


FRAME = {
    "id": ["T1", "T2", "T3"],
    "priority": ["P1", "P1", "P1"],
    "opened": ["2022-09-07T10:00+01:00", "2022-09-12T10:00+01:00", "2022-09-01T10:00+01:00"],
    "resolved": [None, None, "2022-09-08T10:00+01:00"],
}


def framed(library):
    frame = pl.DataFrame(FRAME).with_columns(
        pl.col("opened", "resolved").str.to_datetime(time_zone="UTC", time_unit="us")
    )
    return frame if library == "polars" else frame.to_pandas() if library == "pandas" else frame.to_arrow()


def column(frame, name):
    return pl.DataFrame(frame)[name].dt.convert_time_zone("Europe/London").dt.strftime("%a %d %b %H:%M").to_list()


@pytest.mark.parametrize("library", ["polars", "pandas", "pyarrow"])
@pytest.mark.parametrize("known", [None, "now", "opening", BEFORE])
def test_frames_say_what_tickets_say(library, known):
    tickets = [sc.Ticket(**{name: values[row] for name, values in FRAME.items()}, kind="incident") for row in range(3)]
    for rule in ("moves", "keeps"):
        own = policy(announced=rule)
        answers = columns.assess(framed(library), own, at=AFTER, known=known, promised=True)
        wanted = [sc.assess(ticket, own, at=AFTER, known=known) for ticket in tickets]
        assert column(answers, "sla_due") == [local(a.due) for a in wanted]
        assert column(answers, "sla_promised_due") == [local(a.promised_due) for a in wanted]
        assert pl.DataFrame(answers)["sla_elapsed"].to_list() == [a.elapsed for a in wanted]
    assert "sla_promised_due" not in columns.assess(framed("polars"), own, at=AFTER, known=known).columns


def test_policies_that_announce_nothing_are_promised_what_is_due():
    plain = policy(desk(known_from={}))
    answers = columns.assess(framed("polars"), plain, at=AFTER, promised=True)
    assert answers["sla_promised_due"].to_list() == answers["sla_due"].to_list()
    assert sc.assess(ticket(), plain, at=AFTER).promised_due == sc.assess(ticket(), plain, at=AFTER).due
    assert columns.assess(framed("polars").lazy(), plain, at=AFTER, promised=True).collect().equals(answers)


def test_doors_of_frames_refuse_what_says_not_by_what_was_known():
    doors = (
        lambda: columns.assess(framed("polars"), policy(), at=AFTER, known="soon"),
        lambda: columns.next_turns(framed("polars"), policy(), at=AFTER, known="soon"),
        lambda: columns.cycles(framed("polars"), policy(), at=AFTER, measure="resolve", known="soon"),
        lambda: sc.report(framed("polars"), policy(), at=AFTER, known="soon"),
        lambda: sc.timeline(ticket(), policy(), at=AFTER, known="soon"),
    )
    for door in doors:
        with pytest.raises(sc.SlaClockError, match="'soon' does not say by what was known"):
            door()


def test_duckdb_says_the_same():
    connection = duckdb.connect()
    tickets = connection.from_arrow(framed("pyarrow"))
    for known in (None, "opening"):
        stream = engine.assess(tickets, policy(), at=AFTER, known=known, promised=True)
        answers = pl.from_arrow(stream.read_all())
        wanted = columns.assess(framed("polars"), policy(), at=AFTER, known=known, promised=True)
        assert answers.select("sla_due", "sla_promised_due").equals(wanted.select("sla_due", "sla_promised_due"))


def test_reports_are_by_what_was_known():
    totals = {
        known: sc.report([ticket()], policy(), at="2022-09-21T12:00+01:00", known=known).totals
        for known in (None, "opening")
    }
    assert (totals[None]["running"], totals["opening"]["breached"]) == (1, 1)
    kept = sc.report(framed("polars"), policy(announced="keeps"), at="2022-09-21T12:00+01:00")
    assert kept.totals["breached"] == 1
    [worst] = kept.to_dict()["worst"]
    assert worst["promised_due"] == worst["due"]
    assert "known from Sat 10 Sep 2022: due stays" in worst["moves"][0]


HELD = ("2022-09-08T16:30+01:00", "2022-09-20T09:30+01:00")
HELD_UP = {
    "id": ["done before", "done after", "late", "running"],
    "kind": "incident",
    "priority": ["P1", "P1", "P2", "P1"],
    "opened": [OPENED, OPENED, "2022-09-05T10:00+01:00", "2022-09-13T10:00+01:00"],
    "resolved": ["2022-09-09T11:17+01:00", "2022-09-20T10:00+01:00", None, None],
}


@pytest.mark.parametrize("rule", ["moves", "keeps"])
@pytest.mark.parametrize("known", [None, "now", "opening", BEFORE, AFTER])
def test_what_others_held_up_is_counted_as_the_ticket_is_judged(rule, known):
    """Minute by minute on a desk that never heard of the holiday, or on one that always knew."""
    own = policy(announced=rule).model_copy(update={"pauses": {"supplier": ("respond",)}})
    frame = pl.DataFrame(HELD_UP).with_columns(
        pl.col("opened", "resolved").str.to_datetime(time_zone="UTC", time_unit="us")
    )
    start, end, now = map(datetime.fromisoformat, (*HELD, "2022-09-20T17:00+01:00"))
    waits = pl.DataFrame({"ticket": frame["id"], "start": start, "end": end, "reason": "supplier"})
    tickets = [sc.Ticket(**row, pauses=[sc.Pause(start=start, end=end, reason="supplier")]) for row in frame.to_dicts()]
    unaware, aware = (desk(holidays=days, known_from={}) for days in ({"2022-12-25": ""}, "GB-ENG"))
    held = {"met": timedelta(0), "breached": timedelta(0), "running": timedelta(0)}
    for one in tickets:
        done = one.resolved or now
        reading = known or {"moves": "now", "keeps": "opening"}[rule]
        read_at = {"now": done, "opening": one.opened}.get(reading) or datetime.fromisoformat(reading)
        calendar = unaware if read_at < datetime.fromisoformat("2022-09-10T00:00+01:00") else aware
        since, until = max(start, one.opened), min(end, done)
        minutes = (since + timedelta(minutes=n) for n in range((until - since) // timedelta(minutes=1)))
        state = sc.assess(one, own, at=now, known=known).state
        held[state] += timedelta(minutes=sum(map(calendar.is_open, minutes)))
    assert held["breached"]
    for source, sides in ((tickets, {}), (frame, {"pauses": waits})):
        report = sc.report(source, own, at=now, known=known, why=True, **sides)
        [pause] = report.pauses
        [spent] = [one for one in report.spent if one.where == "pause"]
        assert pause.total == sum(held.values(), timedelta(0))
        assert (spent.met.total, spent.breached.total) == (held["met"], held["breached"])


# Cycles


def test_cycles_are_promised_as_they_start():
    updates = policy(desk(), resolve="2 days").model_copy(
        update={"targets": {"incident": {"P1": {"update": "3 days"}}}, "rules": {"announced": "keeps"}}
    )
    answered = ticket(events=[sc.Event(at="2022-09-14T10:00+01:00", name="answered")])
    a = sc.assess(answered, updates, at="2022-09-16T12:00+01:00", measure="update")
    assert [local(one.due) for one in a.cycles] == ["Mon 12 Sep 10:00", "Tue 20 Sep 10:00"]
    late = ticket(opened="2022-09-08T10:00+01:00", events=[sc.Event(at="2022-09-15T10:00+01:00", name="answered")])
    first = desk(known_from={"2022-09-19": "2022-09-16"})
    promised = sc.assess(
        late, updates.model_copy(update={"calendar": first}), at="2022-09-21T12:00+01:00", measure="update"
    )
    assert [local(one.due) for one in promised.cycles] == ["Tue 13 Sep 10:00", "Tue 20 Sep 10:00"]
    assert local(promised.promised_due) == "Tue 20 Sep 10:00"
    now = sc.assess(late, updates.model_copy(update={"calendar": first}), at="2022-09-21T12:00+01:00",
                    measure="update", known="now")  # fmt: skip
    assert (local(now.due), local(now.promised_due)) == ("Wed 21 Sep 10:00", "Tue 20 Sep 10:00")


def grid(**rules):
    own = policy(desk(known_from={"2022-09-19": "2022-09-16 12:00"}))
    return own.model_copy(
        update={
            "targets": {"incident": {"P1": {"update": "1 day"}}},
            "measures": {"update": {"next": "grid"}},
            "rules": rules,
        }
    )


def test_a_line_that_was_passed_stays_where_it_was_whatever_is_announced_of_the_days_before():
    own = grid().model_copy(
        update={"calendar": desk(special={"2022-09-15": []}, known_from={"2022-09-15": "2022-09-16 12:00"})}
    )
    asked = {"at": "2022-09-20T09:00+01:00", "measure": "update"}
    cycles = sc.assess(ticket(opened="2022-09-14T10:00+01:00"), own, **asked).cycles
    assert [local(cycle.due) for cycle in cycles] == ["Thu 15 Sep 10:00", "Fri 16 Sep 09:53", "Wed 21 Sep 10:00"]


@pytest.mark.parametrize(
    ("known_from", "known", "due"),
    [
        ({"2022-09-15": "2022-09-16 12:00"}, "now", "Thu 15 Sep 10:00"),
        ({"2022-09-15": "2022-09-16 12:00"}, "2022-09-16T12:00+01:00", "Fri 16 Sep 09:53"),
        ({"2022-09-15": "2022-09-15 10:00"}, "now", "Fri 16 Sep 09:53"),  # just then it is not passed yet
        ({"2022-09-15": "2022-09-15 10:00:00.000001"}, "now", "Thu 15 Sep 10:00"),
        ({"2022-09-15": "2022-09-14 12:00", "2022-09-14": "2022-09-16 12:00"}, "now", "Fri 16 Sep 09:53"),
    ],
)
def test_a_line_is_by_what_was_known_as_it_was_passed_or_by_what_is_asked_for(known_from, known, due):
    calendar = desk(special={day: [] for day in known_from}, known_from=known_from)
    asked = {"at": "2022-09-20T09:00+01:00", "measure": "update", "known": known}
    first, *_ = sc.assess(
        ticket(opened="2022-09-14T10:00+01:00"), grid().model_copy(update={"calendar": calendar}), **asked
    ).cycles
    assert (local(first.due), local(first.promised_due)) == (due, "Thu 15 Sep 10:00")


def test_a_pause_after_a_cycle_of_a_grid_is_done_moves_no_promise():
    calendar = desk(special={"2022-09-15": []}, known_from={"2022-09-15": "2022-09-14 11:00"})
    own = grid().model_copy(update={"calendar": calendar, "pauses": {"parts": ("update",)}})
    waited = ticket(
        opened="2022-09-14T10:00+01:00",
        pauses=[sc.Pause(start="2022-09-14T13:00+01:00", end="2022-09-14T15:00+01:00", reason="parts")],
    )
    answered = waited.model_copy(update={"events": (sc.Event(at="2022-09-14T12:00+01:00", name="answered"),)})
    for one, state, promised in ((waited, "running", "Thu 15 Sep 12:00"), (answered, "met", "Thu 15 Sep 10:00")):
        a = sc.assess(one, own, at="2022-09-15T09:00+01:00", measure="update")
        assert (a.state, local(a.promised_due)) == (state, promised)
        *_, second = sc.assess(one, own, at="2022-09-16T15:00+01:00", measure="update").cycles
        assert (second.state, local(second.promised_due)) == ("running", "Fri 16 Sep 11:46")


@pytest.mark.parametrize("answered", [[], [sc.Event(at="2022-09-14T12:00+01:00", name="answered")]])
def test_a_pause_in_a_later_cycle_of_a_grid_puts_off_what_was_promised_too(answered):
    """What the desk announces lies far ahead: what is due is what was promised."""
    calendar = desk(special={"2022-12-26": []}, known_from={"2022-12-26": "2022-09-15 12:00"})
    own = grid().model_copy(update={"calendar": calendar, "pauses": {"parts": ("update",)}})
    waited = ticket(
        opened="2022-09-14T10:00+01:00",
        events=answered,
        pauses=[sc.Pause(start="2022-09-15T13:00+01:00", end="2022-09-15T15:00+01:00", reason="parts")],
    )
    cycles = sc.assess(waited, own, at="2022-09-20T09:00+01:00", measure="update").cycles
    assert [local(cycle.due) for cycle in cycles] == ["Thu 15 Sep 10:00", "Fri 16 Sep 11:46", "Tue 20 Sep 12:00"]
    assert [cycle.promised_due for cycle in cycles] == [cycle.due for cycle in cycles]


def test_what_is_announced_after_the_withdrawal_draws_no_other_line():
    """That the desk had opened at six that day was entered at noon, when the ticket had been withdrawn."""
    calendar = desk(special={"2022-09-14": ["06:00-17:00"]}, known_from={"2022-09-14": "2022-09-14 12:00"})
    own = grid().model_copy(
        update={"calendar": calendar, "targets": {"incident": {"P1": {"update": "1 hour"}, "P5": {"update": "none"}}}}
    )
    withdrawn = ticket(
        priority="P5",
        opened="2022-09-14T07:00+01:00",
        cancelled="2022-09-14T10:30+01:00",
        events=[sc.Event(at="2022-09-14T08:15+01:00", name="answered")],
        changes=[sc.Change(at="2022-09-14T08:20+01:00", field="priority", to="P1")],
    )
    cycles = sc.assess(withdrawn, own, at="2022-09-14T14:00+01:00", measure="update").cycles
    assert [f"{one.started:%H:%M} {one.state}" for one in cycles] == [
        "07:00 no-target", "09:00 breached", "10:00 cancelled",
    ]  # fmt: skip


def test_a_grid_moves_from_the_announcement_on_or_keeps_its_lines():
    opened = ticket(opened="2022-09-14T10:00+01:00")
    asked = {"at": "2022-09-21T09:00+01:00", "measure": "update"}
    moved, kept = (sc.assess(opened, grid(announced=rule), **asked) for rule in ("moves", "keeps"))
    days = ["Thu 15 Sep", "Fri 16 Sep"]
    assert [f"{one.due:%a %d %b}" for one in moved.cycles] == [*days, "Tue 20 Sep", "Wed 21 Sep"]
    assert [f"{one.due:%a %d %b}" for one in kept.cycles] == [*days, "Mon 19 Sep", "Tue 20 Sep", "Wed 21 Sep"]
    promised = [f"{one.promised_due:%a %d %b}" for one in moved.cycles]
    assert promised == [*days, "Mon 19 Sep", "Tue 20 Sep"]  # as the grid was
    assert [len(one.explain().moves) for one in moved.cycles] == [0, 0, 1, 1]
    assert [f"{one.promised_due:%a %d %b}" for one in kept.cycles] == [f"{one.due:%a %d %b}" for one in kept.cycles]
    answered = opened.model_copy(update={"events": (sc.Event(at="2022-09-20T09:00+01:00", name="answered"),)})
    done = sc.assess(answered, grid(), **asked).cycles[2]
    assert (done.state, local(done.due), local(done.promised_due)) == ("met", "Tue 20 Sep 10:00", "Mon 19 Sep 10:00")
    for a in (*moved.cycles, *kept.cycles):
        assert a.elapsed + a.remaining == sc.elapsed(a.started, a.due, calendar=calendar_of(a))
    *_, early = sc.assess(opened, grid(), at="2022-09-16T11:00+01:00", measure="update").cycles
    assert local(early.due) == "Mon 19 Sep 10:00"


def calendar_of(a):
    return a.policy.calendar if a.known == "now" else a.policy.calendar.as_known(a.ticket.opened)


# The command line


SLA = """
name = "Desk"
[calendar]
timezone = "Europe/London"
hours = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"
holidays = "GB-ENG"
known_from = { 2022-09-19 = "2022-09-10" }
[targets.incident]
resolve = "10 days"
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "sla.toml").write_text(SLA)
    (tmp_path / "tickets.csv").write_text("id,opened\nT1,2022-09-07 10:00\n")
    return [str(tmp_path / "tickets.csv"), "--policy", str(tmp_path / "sla.toml")]


def run(capsys, *arguments):
    code = main([*arguments])
    return code, capsys.readouterr()


def test_commands_say_by_what_was_known(files, capsys):
    now = ["--at", "2022-09-21 12:00"]
    for engine_name in ("columns", "duckdb"):
        for known, state in (("now", "running"), ("opening", "breached"), ("2022-09-09 12:00", "breached")):
            _, out = run(capsys, "assess", *files, *now, "--known", known, "--engine", engine_name)
            assert state in out.out
    _, out = run(capsys, "explain", "T1", *files, *now)
    assert "due was Wed 21 Sep 2022 10:00, is Thu 22 Sep 2022 10:00\nrunning: due" in out.out
    _, out = run(capsys, "explain", "T1", *files, *now, "--json", "-")
    [answer] = json.loads(out.out)
    assert (answer["promised_due"], len(answer["moves"])) == ("2022-09-21T10:00:00+01:00", 1)
    _, out = run(capsys, "report", *files, *now, "--known", "opening")
    assert "1 missed it" in out.out
    _, out = run(capsys, "turns", *files, "--until", "2022-09-21 12:00", "--known", "opening")
    assert "running -> breached" in out.out
    code, out = run(capsys, "assess", *files, *now, "--known", "soon")
    assert code == 2
    assert "--known: 'soon' is not a date and time; use opening or now, or write it like" in out.err


# Receipts


@pytest.mark.parametrize("known", [None, "opening", BEFORE])
def test_a_receipt_holds_by_what_was_known(known):
    a = sc.assess(ticket(), policy(), at=AFTER, known=known)
    receipt = a.receipt()
    assert (receipt.to_dict()["asked"].get("known") is None) == (known is None)
    assert sc.verify(receipt).holds
    assert sc.verify(receipt, policy()).holds


def test_a_receipt_says_that_an_announcement_was_entered_later():
    unaware = policy(desk(special={"2022-09-19": ["08:00-17:00"]}, known_from={}))
    receipt = sc.assess(ticket(), unaware, at=AFTER).receipt()
    verified = sc.verify(receipt, policy())
    assert not verified.holds
    assert any("known_from" in move.fact for move in verified.moves)


# What else makes calendars of calendars


def test_lints_look_at_calendars_without_what_was_announced():
    calendar = desk(
        special={"2022-09-18": [], "2022-09-20": []},  # a Sunday, and a Tuesday
        closed={"2022-09-24": ["10:00-12:00"], "2022-09-27": ["10:00-12:00"]},  # a Saturday, and a Tuesday
        known_from=dict.fromkeys(("2022-09-18", "2022-09-20", "2022-09-24", "2022-09-27"), "2022-09-10"),
    )
    lints = (calendar_lints.special_day_on_closed_day, calendar_lints.closure_of_closed_time)
    places = {hint.path for lint in lints for hint in lint(policy(calendar))}
    assert {"calendar.special.2022-09-18", "calendar.closed.2022-09-24"} <= places
    assert not {"calendar.special.2022-09-20", "calendar.closed.2022-09-27"} & places


def test_desks_that_leave_out_holidays_are_told_apart_all_the_same():
    calendar = desk(special={"2022-09-20": []}, known_from={**FUNERAL, "2022-09-20": "2022-09-12"})
    misread = calendar_under(calendar & calendar, DeskReading(holidays="left out"))
    assert [str(known.day) for known in misread.announcements] == ["2022-09-20"]
    assert misread.is_open(MONDAY)
