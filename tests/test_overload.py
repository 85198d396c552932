"""How many open items must be late: the worked numbers, and every schedule of small cases tried minute by minute."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import combinations, product

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at
from slaclock import errors
from slaclock.capacity.bounds import Need, forced_window, plan_of, windows_of
from slaclock.cli.main import main

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
DESK = EXAMPLE.calendar
FRIDAY = at("2018-04-06 15:00")


def jobs_of(*dues, work="1 hour", strict=False):
    return [sc.Job(id=f"T{number}", due=at(due), work=work, strict=strict) for number, due in enumerate(dues, 1)]


WORKED = jobs_of("2018-04-06 16:30", "2018-04-06 16:30", "2018-04-09 09:00")


# The worked numbers


def test_three_jobs_of_an_hour_on_a_friday_afternoon():
    alone = sc.overload_of_jobs(WORKED, at=FRIDAY, calendar=DESK)
    assert (alone.least, alone.enough, alone.exact, alone.items) == (1, 1, True, 3)
    proof = alone.proof
    assert (proof.start, proof.due, proof.items, proof.late) == (FRIDAY, at("2018-04-06 16:30"), 2, 1)
    assert (proof.work, proof.capacity, proof.left) == (2 * HOUR, 1.5 * HOUR, 2 * HOUR)
    assert [(step.items, step.work, step.capacity, step.late) for step in alone.steps] == [
        (2, 2 * HOUR, 1.5 * HOUR, 1), (3, 3 * HOUR, 2.5 * HOUR, 1),
    ]  # fmt: skip
    assert len(alone.plan[0]) == 2
    two = sc.overload_of_jobs(WORKED, at=FRIDAY, calendar=DESK, hands=2)
    assert (two.least, two.enough, two.exact, two.proof, two.let_go) == (0, 0, True, None, ())


def test_what_must_be_done_before_it_is_due_is_late_at_it():
    for strict, least in ((False, 0), (True, 1)):
        [job] = jobs_of("2018-04-06 16:00", strict=strict)
        assert sc.overload_of_jobs([job], at=FRIDAY, calendar=DESK).least == least


def test_work_that_is_longer_than_there_is_time_is_late_alone():
    jobs = [*jobs_of("2018-04-06 16:30", "2018-04-09 08:30", work="90 minutes"),
            sc.Job(id="long", due=at("2018-04-06 16:30"), work="2 hours"),
            sc.Job(id="past", due=at("2018-04-06 14:00"), work="5 minutes"),
            sc.Job(id="closed", due=at("2018-04-08 12:00"), work="91 minutes")]  # fmt: skip
    for hands, least, enough in ((1, 4, 4), (2, 3, 3), (9, 3, 3)):
        result = sc.overload_of_jobs(jobs, at=FRIDAY, calendar=DESK, hands=hands)
        assert result.too_long == ("long", "past", "closed")
        assert (result.least, result.enough) == (least, enough)
    assert "Late whatever happens, as the work alone takes longer than there is time: long, past, closed." in str(
        result
    )


def test_an_item_that_takes_all_of_its_time_leaves_one_person_less():
    jobs = [sc.Job(id="all day", due=at("2018-04-09 17:00"), work="9 hours"), *jobs_of(*["2018-04-09 10:00"] * 5)]
    result = sc.overload_of_jobs(jobs, at=at("2018-04-09 08:00"), calendar=DESK, hands=3)
    # Five hours of six until 10:00: but one person is at the long item for two of them.
    assert (result.least, result.enough) == (1, 1)
    assert (result.proof.ahead, result.proof.work, result.proof.capacity) == (True, 7 * HOUR, 6 * HOUR)
    assert result.steps[0].late == 0
    assert "or later and so long that they must be at work before, ask for 7 h" in str(result)


def test_several_intervals_prove_what_none_does_alone():
    # One of the first two is late by 09:00, and then one of the long ones: the longest let go alone would be one.
    starts = at("2018-04-09 08:00")
    jobs = [*jobs_of("2018-04-09 09:00", "2018-04-09 09:00"),
            *(sc.Job(id=name, due=at("2018-04-10 11:00"), work="10 hours") for name in ("L1", "L2"))]  # fmt: skip
    result = sc.overload_of_jobs(jobs, at=starts, calendar=DESK)
    assert (result.least, result.enough, result.proof.late) == (2, 2, 2)
    assert (result.proof.work, result.proof.left, result.proof.capacity) == (22 * HOUR, 21 * HOUR, 12 * HOUR)
    assert "and with 1 of them let go, whichever they are, for 21 h. So at least 2 of them must be late." in str(result)


def test_what_is_shown():
    result = sc.overload_of_jobs(WORKED, at=FRIDAY, calendar=DESK)
    assert repr(result) == "<Overload of 3 items, 1 person: exactly 1 must be late>"
    text = str(result)
    assert text.startswith("Of 3 open items, with 1 person from Fri 6 Apr 2018 15:00 on, exactly 1 must be late\n")
    assert (
        "Until Fri 6 Apr 2018 16:30 1 person has 1 h 30 min of service time; 2 items due by then ask for 2 h. "
        "So at least 1 of them must be late." in text
    )
    assert "| Fri 6 Apr 2018 16:30 | 2 |" in result.to_markdown()
    assert "A plan by which no more are late" in result._repr_html_()
    again = sc.Overload.from_json(result.to_json())
    assert (again, hash(again)) == (result, hash(result))
    assert list(result.to_frame()["late"]) == [1, 1]
    assert result.to_frame("polars")["items"].to_list() == [2, 3]
    picture = result.picture()
    assert picture.startswith("<svg")
    assert "until Fri 6 Apr 2018 16:30 at least 1 must be late" in picture
    assert sc.overload_of_jobs([], at=FRIDAY, calendar=DESK).picture().startswith("<svg")
    assert "none need be late" in sc.overload_of_jobs([], at=FRIDAY, calendar=DESK)._repr_html_()
    five = [sc.Job(id=str(number), due=at("2018-04-06 16:30"), work="1 hour") for number in range(3)]
    two = sc.overload_of_jobs(five, at=FRIDAY, calendar=DESK, hands=2)  # which could hand one over half way
    assert repr(two) == "<Overload of 3 items, 2 people: none is proven to be late, 1 are by the plan>"
    assert not two.exact


def test_more_hands_than_items_have_nothing_to_do():
    crowd = sc.overload_of_jobs(WORKED, at=FRIDAY, calendar=DESK, hands=1_000_000)
    assert (crowd.least, crowd.enough, crowd.plan) == (0, 0, (("T1",), ("T2",), ("T3",)))
    with pytest.raises(errors.PolicyError, match="have more time than a length can have") as failed:
        sc.overload_of_jobs(WORKED, at=FRIDAY, calendar=DESK, hands=10**30)
    assert failed.value.path == ("hands",)


def test_a_page_names_the_first_of_many():
    many = jobs_of(*["2018-04-06 16:30"] * 40, work="10 minutes")
    result = sc.overload_of_jobs(many, at=FRIDAY, calendar=DESK, hands=2)
    assert (result.least, len(result.let_go), len(result.plan[0])) == (22, 22, 9)
    text = str(result)
    assert " and 12 more\n" in text + "\n"


def test_what_is_wrong_is_named():
    for hands in (0, -1, True, 1.5, "2"):
        with pytest.raises(errors.PolicyError, match="is no number of hands") as failed:
            sc.overload_of_jobs(WORKED, at=FRIDAY, calendar=DESK, hands=hands)
        assert failed.value.path == ("hands",)
    with pytest.raises(errors.ModelError, match="is not a job") as failed:
        sc.overload_of_jobs([*WORKED, "T4"], at=FRIDAY, calendar=DESK)
    assert failed.value.path == ("jobs", 3)
    with pytest.raises(errors.ModelError, match="is not a list of jobs"):
        sc.overload_of_jobs(WORKED[0], at=FRIDAY, calendar=DESK)
    with pytest.raises(errors.ModelError, match="is not a calendar"):
        sc.overload_of_jobs(WORKED, at=FRIDAY, calendar="main")
    with pytest.raises(errors.TargetError, match="is not a length of time"):
        sc.Job(id="T1", due=FRIDAY, work="0 hours")


# Tickets


def ticket(name, opened, priority="P2", **fields):
    return sc.Ticket(id=name, priority=priority, opened=at(opened), **fields)


TICKETS = [
    ticket("T1", "2018-04-06 08:30"),  # due 14:30
    ticket("T2", "2018-04-06 14:30", attributes={"effort": "3 hours"}),
    ticket("T3", "2018-04-06 14:40", "P1"),
    ticket("T4", "2018-04-06 14:50", "P1", resolved=at("2018-04-06 14:55")),
    ticket("T5", "2018-04-06 12:00", pauses=[sc.Pause(start=at("2018-04-06 13:00"), reason="third_party")]),
    ticket("T6", "2018-04-06 15:30"),
    ticket("T7", "2018-04-06 12:00", "P1", category="consumables"),
]
FRAMES = pd.DataFrame({
    "id": [own.id for own in TICKETS], "priority": [own.priority for own in TICKETS],
    "opened": pd.to_datetime([own.opened for own in TICKETS], utc=True),
    "resolved": pd.to_datetime([own.resolved for own in TICKETS], utc=True),
    "category": [own.category for own in TICKETS], "effort": [own.attributes.get("effort") for own in TICKETS],
})  # fmt: skip
PAUSES = pd.DataFrame({
    "ticket": ["T5"], "start": pd.to_datetime(["2018-04-06T12:00Z"]), "end": pd.to_datetime([None], utc=True),
    "reason": ["third_party"],
})  # fmt: skip


def test_tickets_and_frames_answer_alike():
    for options in ({"work": "1 hour"}, {"work": {"P1": "2 hours", "P2": "30 min"}, "hands": 2},
                    {"work": "1 hour", "work_from": "effort", "calendar": DESK}, {"work": "1 hour", "calendar": "main"},
                    {"work": {"P1": "3 hours", "P2": "3 hours"}, "measure": "resolve"}):  # fmt: skip
        result = sc.overload(TICKETS, EXAMPLE, at=FRIDAY, **options)
        assert (result.items, result.overdue, result.paused, result.left_out, result.later) == (2, 1, 1, 2, 1)
        assert sc.overload(FRAMES, EXAMPLE, at=FRIDAY, pauses=PAUSES, **options) == result
        frames = pl.from_pandas(FRAMES), pl.from_pandas(PAUSES)
        assert sc.overload(frames[0], EXAMPLE, at=FRIDAY, pauses=frames[1], **options) == result
    assert "Not counted: 1 late already, 1 paused without a due date, 2 done, or without a promise, 1 opened" in str(
        result
    )


def test_the_work_of_a_ticket_is_its_own_or_that_of_its_priority():
    dues = [sc.assess(TICKETS[number], EXAMPLE, at=FRIDAY).due for number in (2, 1)]
    for options, work in (
        ({"work": "1 hour"}, [1, 1]), ({"work": {"P1": "90 min", "P2": "30 min"}}, [1.5, 0.5]),
        ({"work": {"P1": "90 min"}, "work_from": "effort"}, [1.5, 3]),
    ):  # fmt: skip
        result = sc.overload(TICKETS, EXAMPLE, at=FRIDAY, **options)
        assert [(step.due, step.work) for step in result.steps] == [
            (dues[0], work[0] * HOUR), (dues[1], sum(work) * HOUR),
        ]  # fmt: skip


def test_bounds_are_those_of_the_targets():
    strict = EXAMPLE.model_copy(
        update={
            "targets": {"incident": {"P1": {"resolve": "< 2 hours"}}},
            "priorities": {},
            "standards": {},
            "chains": {},
            "warnings": {},
        }
    )
    opened = [ticket("T1", "2018-04-09 08:00", "P1")]
    for policy, least in ((EXAMPLE, 0), (strict, 1)):
        assert sc.overload(opened, policy, at=at("2018-04-09 08:00"), work="2 hours").least == least


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({}, "nothing says how much work an item is"),
        ({"work": "1 hour", "hands": 0}, "is no number of hands"),
        ({"work": "soon"}, "'soon' is no"),
        ({"work": {"P1": "soon"}}, "'soon' is no"),
        ({"work": {"P1": "1 hour"}}, "nothing says how much work a ticket of priority 'P2' is"),
        ({"work": "1 hour", "work_from": "size"}, "no ticket has 'size', which is to say how much work it is"),
        ({"work": "1 hour", "work_from": "category"}, None),
        ({"work": "1 hour", "calendar": "nights"}, "there is no calendar 'nights'"),
        ({"work": "1 hour", "calendar": 3}, "the calendar is neither one nor the name of one"),
        ({"work": "1 hour", "measure": "resolv"}, "is no measure"),
    ],
)
def test_what_cannot_be_answered_is_an_error(options, problem):
    for given_tickets, sides in ((TICKETS, {}), (FRAMES, {"pauses": PAUSES})):
        if problem is None:  # a field that no open ticket has says nothing
            assert sc.overload(given_tickets, EXAMPLE, at=FRIDAY, **options, **sides).items == 2
            continue
        with pytest.raises(sc.SlaClockError, match=problem):
            sc.overload(given_tickets, EXAMPLE, at=FRIDAY, **options, **sides)


def test_a_books_people_work_by_its_main_policy():
    book = sc.PolicyBook([EXAMPLE])
    assert sc.overload(TICKETS, book, at=FRIDAY, work="1 hour") == sc.overload(
        TICKETS, EXAMPLE, at=FRIDAY, work="1 hour"
    )


def test_the_command(tmp_path, capsys):
    file, page = tmp_path / "tickets.csv", tmp_path / "overload.md"
    FRAMES.to_csv(file, index=False)
    arguments = ["overload", str(file), "--at", "2018-04-06 15:00", "--work", "1 hour"]
    assert main([*arguments, "--hands", "2", "--json", "-", "--markdown", str(page)]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["items"], answer["least"], answer["hands"]) == (3, 0, 2)  # T5 does not pause here
    assert page.read_text(encoding="utf-8").startswith("# Of 3 open items, with 2 people")
    assert main([*arguments, "--work", "P1=9 hours", "--fail-on", "late"]) == 1
    assert main([*arguments, "--fail-on", "overdue"]) == 1
    assert main([*arguments, "--work-from", "effort", "--calendar", "main"]) == 0
    assert main(["overload", "--work", "P1=1 hour", "--work", "30 min"]) == 0  # the packaged example's
    assert "Of 3 open items, with 1 person" in capsys.readouterr().out
    for wrong, problem in (
        (["--work", "2 hours"], "the work of all tickets is given twice"),
        (["--work", "P1=1 h", "--work", "P1=1 h"], "the work of P1 is given twice"),
        (["--work", "P1=soon"], "--work"),
        (["--hands", "0"], "is no number of hands"),
        (["--work-from", "size"], "no ticket has 'size'"),
    ):
        assert main([*arguments, *wrong]) == 2
        assert problem in capsys.readouterr().err
    assert main(["overload", str(file)]) == 2
    assert "nothing says how much work" in capsys.readouterr().err


def test_the_worked_afternoon_on_the_command_line(tmp_path, capsys):
    """Two tickets due on Friday at 16:30 and one on Monday at 09:00, by the packaged policy."""
    file = tmp_path / "tickets.csv"
    file.write_text(
        "id,kind,priority,opened\n"
        "T1,incident,P1,2018-04-06T14:30+01:00\n"
        "T2,incident,P1,2018-04-06T14:30+01:00\n"
        "T3,incident,P2,2018-04-06T11:30+01:00\n",
        encoding="utf-8",
    )
    arguments = ["overload", str(file), "--at", "2018-04-06 15:00", "--work", "1 hour", "--fail-on", "late"]
    assert main([*arguments, "--json", "-"]) == 1
    answer = json.loads(capsys.readouterr().out)
    assert (answer["items"], answer["least"], answer["enough"]) == (3, 1, 1)
    assert answer["proof"]["due"] == "2018-04-06T16:30:00+01:00"
    assert [step["due"][:16] for step in answer["steps"]] == ["2018-04-06T16:30", "2018-04-09T09:00"]
    assert main([*arguments, "--hands", "2"]) == 0
    assert "none need be late" in capsys.readouterr().out


# Every schedule of small cases


def fewest_late(needs, hands):
    """The fewest that can be late, were work handed on at every minute: every schedule is tried, minute by minute."""

    @cache
    def most_done(minute, left):
        done = sum(part == 0 for part in left)
        open_jobs = [number for number, part in enumerate(left) if part and needs[number][0] >= minute + part]
        best = done
        for size in range(1, min(hands, len(open_jobs)) + 1):
            for chosen in combinations(open_jobs, size):
                after = tuple(part - (number in chosen) for number, part in enumerate(left))
                best = max(best, most_done(minute + 1, after))
        return best

    return len(needs) - most_done(0, tuple(work for _, work in needs))


def fewest_late_by_keeping(needs, hands):
    """The fewest that can be late where everybody keeps what he began: every way to share them out is tried."""
    best = len(needs)
    for shares in product(range(hands + 1), repeat=len(needs)):  # the last share is let go
        fits = True
        for hand in range(hands):
            spent = 0
            for window, work in sorted(need for need, share in zip(needs, shares, strict=True) if share == hand):
                spent += work
                fits = fits and spent <= window
        if fits:
            best = min(best, sum(share == hands for share in shares))
    return best


few = st.lists(st.tuples(st.integers(0, 6), st.integers(1, 4)), max_size=5)


@settings(max_examples=150, deadline=None)
@given(few, st.integers(1, 3))
def test_the_bound_holds_whatever_is_done_and_is_exact_for_one(needs, hands):
    every = [Need(*need) for need in needs]
    fit = [need for need in every if need.fits]
    windows = [*windows_of(fit, hands)]
    forced = forced_window(fit, hands)
    late = max([window.late for window in windows] + ([forced.late] if forced is not None else []), default=0)
    least = len(every) - len(fit) + late
    optimum = fewest_late(tuple(needs), hands)
    assert least <= optimum
    assert forced is None or forced.late >= 1
    plan = plan_of(fit, hands)
    assert sorted([*plan.late, *(number for own in plan.hands for number in own)]) == list(range(len(fit)))
    for own in plan.hands:
        spent = 0
        for number in own:
            spent += fit[number].work
            assert spent <= fit[number].window
    assert len(every) - len(fit) + len(plan.late) >= fewest_late_by_keeping(needs, hands) >= optimum
    if hands == 1:
        assert least == optimum == len(every) - len(fit) + len(plan.late)
    for window in windows:
        within = tuple(need for need in fit if need.window <= window.window)
        assert (window.items, window.work) == (len(within), sum(need.work for need in within))
        assert window.late <= fewest_late(within, hands)
        assert window.capacity == hands * window.window
        if window.late and window == next(own for own in windows if own.late == window.late):
            assert window.left > window.capacity


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 60 * 50), st.integers(1, 4), st.booleans()), max_size=4),
    st.integers(0, 60 * 24),
    st.integers(1, 2),
)
def test_every_schedule_minute_by_minute_of_a_desk_that_is_open_for_minutes(drawn, begun, hands):
    calendar = sc.WorkingCalendar(
        timezone="Europe/London", hours={"sat": ["09:00-09:03"], "sun": ["09:00-09:02", "10:00-10:02"]}
    )
    now = at("2018-10-27 00:00") + begun * MINUTE
    start = now.astimezone(UTC)
    jobs = [
        sc.Job(id=str(number), due=start + due * MINUTE, work=work * MINUTE, strict=strict)
        for number, (due, work, strict) in enumerate(drawn)
    ]
    ends = [start + (number + 1) * MINUTE for number in range(60 * 51) if is_open(calendar, start + number * MINUTE)]
    needs = tuple(
        (sum(end < job.due if job.strict else end <= job.due for end in ends), job.work // MINUTE) for job in jobs
    )
    result = sc.overload_of_jobs(jobs, at=now, calendar=calendar, hands=hands)
    optimum = fewest_late(needs, hands)
    assert result.least <= optimum <= result.enough
    assert hands > 1 or result.least == optimum == result.enough
    assert len(result.let_go) == result.enough
    if result.proof is not None:
        assert result.proof.left > result.proof.capacity


@cache
def is_open(calendar, minute: datetime) -> bool:
    return calendar.is_open(minute)
