"""Values at work: in caches, sets, process pools, forks, web frameworks, and files with the names of their kinds."""

from __future__ import annotations

import asyncio
import copy
import dataclasses
import functools
import json
import os
import pickle
import signal
import threading
import warnings
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from zoneinfo import ZoneInfo

import httpx
import jsonschema
import pydantic
import pytest
from fastapi import FastAPI

import slaclock as sc
from desk import EXAMPLE, at, desk
from slaclock import errors
from slaclock.calendar.base import Calendar
from slaclock.temporal.durations import long_text
from slaclock.temporal.instants import DAY
from slaclock.timetable.timetable import MOST_YEARS

TICKET = sc.Ticket(id="T1", priority="P2", opened=at("2018-04-09 10:00"), pauses=[
    sc.Pause(start=at("2018-04-09 15:00"), end=at("2018-04-10 09:00"), reason="third_party")])  # fmt: skip
NOW = at("2018-04-10 12:00")


def assessed(priority):
    return sc.assess(TICKET.model_copy(update={"priority": priority}), EXAMPLE, at=NOW)


def test_what_was_used_is_copied_and_packed_like_what_was_not():
    policy = sc.Policy.from_json(EXAMPLE.to_json())
    fresh = pickle.dumps(policy)
    sc.deadline(NOW, "9000 hours", calendar=policy.calendar)
    assert pickle.dumps(policy) == fresh
    assert copy.deepcopy(policy) is policy
    assert len({policy, EXAMPLE, pickle.loads(fresh)}) == 1
    assert len({assessed("P1"), assessed("P1"), assessed("P2")}) == 2
    assert hash(assessed("P1")) != hash(assessed("P2"))


JSON_OF = [kind for kind in (getattr(sc, name) for name in sc.__all__) if hasattr(kind, "from_json")]


@pytest.mark.parametrize("kind", [*JSON_OF, Calendar], ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("given", [b"\xff", b"{", "", 5, None, [5] * 1_000], ids=lambda given: str(given)[:3])
def test_what_is_no_json_is_said_to_be_none(kind, given):
    with pytest.raises(errors.ModelError) as raised:
        kind.from_json(given)
    assert raised.value.remedy
    assert len(str(raised.value)) < 300


def test_frames_are_those_of_pandas_where_no_library_is_named():
    a = assessed("P1")
    report = sc.report([TICKET], EXAMPLE, at=NOW)
    for value in (a.explain(), a.breakdown("team"), report):
        assert type(value.to_frame()).__module__.startswith("pandas"), value


def test_values_are_no_other_things():
    for value in (
        assessed("P1"),
        TICKET,
        EXAMPLE,
        EXAMPLE.calendar,
        sc.Target.parse("1 day"),
        assessed("P1").receipt(),
    ):
        assert value != 5
        assert not value == "T1"  # noqa: SIM201 - each asks in its own way


def test_a_calendar_of_no_kind_that_there_is_says_its_place():
    with pytest.raises(errors.ModelError, match="^type: there is no kind of calendar 'moon'; use one of: ") as raised:
        Calendar.of({"type": "moon"})
    assert (raised.value.path, raised.value.value) == (("type",), "moon")
    # Whoever makes a kind of calendar, as other tests do, finds it in the list.
    assert {"combined", "working"} <= {*raised.value.remedy.removeprefix("use one of: ").split(", ")}


def test_what_was_agreed_is_written_as_files_have_it():
    agreed = {"resolve": at("2018-04-10 16:00"), "respond": sc.Target.parse("1 day")}
    written = json.loads(TICKET.model_copy(update={"agreed": agreed}).to_json())["agreed"]
    assert written == {"resolve": "2018-04-10T16:00:00+01:00", "respond": "1 day"}


def test_assessments_in_a_cache_and_a_process_pool():
    cached = functools.cache(assessed)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        there = list(pool.map(assessed, ["P1", "P2"]))
    assert there == [cached("P1"), cached("P2")]
    assert [a.to_dict() for a in there] == [cached("P1").to_dict(), cached("P2").to_dict()]
    assert dataclasses.asdict(there[0])["state"] == "breached"


def test_an_assessment_from_json_is_held_against_its_answers():
    a = assessed("P1")
    data = json.loads(a.to_json())
    assert (data["state"], data["elapsed"], data["due"]) == ("breached", "PT8H", "2018-04-09T12:00:00+01:00")
    with pytest.raises(errors.ModelError, match=r"state: the assessment says state = met, and is now breached"):
        sc.Assessment.from_json(json.dumps({**data, "state": "met"}))
    with pytest.raises(AttributeError, match="no attribute 'late'"):
        _ = a.late


def ask(app, method, path, **options):
    """A request to the application, without a network."""

    async def asked():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(transport=transport, base_url="http://desk") as client:
            return await client.request(method, path, **options)

    return asyncio.run(asked())


def test_a_web_framework_takes_and_gives_values():
    app = FastAPI()

    @app.post("/typed")
    def typed(ticket: sc.Ticket) -> sc.Assessment:
        return sc.assess(ticket, EXAMPLE, at=NOW)

    @app.post("/untyped", response_model=None)
    def untyped(ticket: sc.Ticket):
        return {"explained": sc.assess(ticket, EXAMPLE, at=NOW).explain()}

    @app.post("/policies")
    def policies(policy: sc.Policy) -> sc.Policy:
        return policy

    body = json.loads(TICKET.to_json())
    answer = ask(app, "POST", "/typed", json=body)
    assert answer.status_code == 200
    assert sc.Assessment.from_json(answer.text) == sc.assess(TICKET, EXAMPLE, at=NOW)
    assert ask(app, "POST", "/untyped", json=body).json()["explained"]["rows"][0]["kind"] == "counted"
    assert sc.Policy.from_json(ask(app, "POST", "/policies", json=json.loads(EXAMPLE.to_json())).text) == EXAMPLE
    wrong = {"id": 7, "opened": "yesterday", "pauses": [{"start": "2018-04-09T15:00"}], "colour": "red"}
    places = [tuple(each["loc"]) for each in ask(app, "POST", "/typed", json=wrong).json()["detail"]]
    assert places == [("body", "id"), ("body", "opened"), ("body", "pauses", 0, "start"), ("body", "colour")]
    two = {
        **json.loads(EXAMPLE.to_json()),
        "targets": {"incident": {"P1": {"resolve": "soon"}, "P2": {"resolve": "later"}}},
    }
    places = [tuple(each["loc"]) for each in ask(app, "POST", "/policies", json=two).json()["detail"]]
    assert places == [
        ("body", "targets", "incident", "P1", "resolve"),
        ("body", "targets", "incident", "P2", "resolve"),
    ]
    shown = ask(app, "GET", "/openapi.json").json()["components"]["schemas"]
    assert {"Ticket", "Policy", "WorkingCalendar"} <= {name.partition("-")[0] for name in shown}
    assert shown["Ticket"]["required"] == ["id", "opened"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_answers_while_a_thread_compiles_a_calendar():
    calendar = desk()
    stop = threading.Event()

    def extend():
        year = 2_000
        while not stop.is_set():
            year = year + 7 if year < 9_000 else 1_000
            sc.elapsed(NOW, datetime(year, 6, 1, tzinfo=UTC), calendar=calendar) if year > 2_018 else None
            sc.deadline(NOW, "900000 hours", calendar=desk())

    thread = threading.Thread(target=extend)
    thread.start()
    try:
        for _ in range(10):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", DeprecationWarning)  # of a fork beside threads: that is the point
                child = os.fork()
            if not child:
                signal.alarm(30)  # ends a child that hangs
                due = sc.deadline(at("2018-04-06 15:00"), "2 hours", calendar=calendar)
                sc.deadline(NOW, "9000000 hours", calendar=calendar)
                os._exit(0 if due == at("2018-04-09 08:30") else 1)
            assert os.waitpid(child, 0)[1] == 0
    finally:
        stop.set()
        thread.join()


def test_threads_that_extend_a_calendar_at_once_agree():
    calendar, plain = desk(), desk()
    years = [1_900, 2_500, 2_018, 9_000, 1_000, 2_019]
    starts = [datetime(year, 3, 7, 9, tzinfo=UTC) for year in years]
    expected = [sc.elapsed(min(start, NOW), max(start, NOW), calendar=plain) for start in starts]
    answers: list[list[timedelta]] = []
    barrier = threading.Barrier(6)

    def count(turn):
        barrier.wait()
        order = [(turn + n) % 6 for n in range(6)]
        found = {n: sc.elapsed(min(starts[n], NOW), max(starts[n], NOW), calendar=calendar) for n in order}
        answers.append([found[n] for n in range(6)])

    threads = [threading.Thread(target=count, args=(turn,)) for turn in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 6


def test_old_years_are_dropped_and_answer_as_before():
    calendar = desk()
    first = sc.elapsed(at("2018-04-09 10:00"), at("2018-04-10 10:00"), calendar=calendar)
    weights = []
    for year in range(1_000, 1_000 + 3 * MOST_YEARS):
        calendar.is_open(datetime(year, 6, 1, tzinfo=UTC))
        weights.append(calendar.timetable.weight)
    assert max(weights[MOST_YEARS:]) <= 1.05 * max(weights[:MOST_YEARS])
    assert sc.elapsed(at("2018-04-09 10:00"), at("2018-04-10 10:00"), calendar=calendar) == first


def test_a_policy_that_is_asked_of_ever_more_cases_answers_as_before():
    policy = sc.Policy.from_json(EXAMPLE.to_json())
    opened, now = at("2018-04-09 10:00"), at("2018-04-09 11:00")
    tickets = [sc.Ticket(id="T1", priority="P1", category=str(n), opened=opened) for n in range(1_100)]
    assert {sc.assess(ticket, policy, at=now).due for ticket in tickets} == {at("2018-04-09 12:00")}


@pytest.mark.parametrize(
    "hours",
    [["06:00-22:00", "20:00-08:00"], ["08:00-20:00", "20:00-08:00"], ["00:00-24:00", "23:30-23:00"], ["23:59-23:58"]],
)
def test_hours_of_a_day_and_longer_are_written_as_they_are(hours):
    week = {"from": "2018-07-01", "hours": {"mon": hours}}
    fields = {"hours": {"wed": hours}, "special": {"2018-05-01": hours}, "holiday_hours": hours, "dated_hours": [week]}
    calendar = sc.WorkingCalendar.model_validate({"timezone": "Europe/London", "holidays": ["2018-05-07"], **fields})
    again = sc.WorkingCalendar.from_json(calendar.to_json())
    assert again == calendar
    start = at("2018-04-30 12:00")
    assert sc.deadline(start, "100 hours", calendar=again) == sc.deadline(start, "100 hours", calendar=calendar)


def test_a_day_of_24_hours_over_midnight_is_refused_with_its_remedy():
    with pytest.raises(errors.HoursError, match=r"17:00-24:00 and 23:00-17:00"):
        sc.WorkingCalendar.model_validate({"timezone": "UTC", "hours": {"mon": ["17:00-17:00"]}})
    calendar = sc.WorkingCalendar.model_validate({"timezone": "UTC", "hours": {"mon": ["17:00-24:00", "23:00-17:00"]}})
    assert next(iter(calendar.spans(at("2018-04-09 00:00"), at("2018-04-12 00:00")))).end.hour == 17


@pytest.mark.parametrize(
    "special",
    [
        {"FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24": [], "RRULE:FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24": ["08:00-12:00"]},
        {"FREQ=YEARLY;BYMONTHDAY=24;BYMONTH=12": [], "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24": ["08:00-12:00"]},
        {"FREQ=WEEKLY;BYDAY=MO,TU": [], "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU,MO": ["08:00-12:00"]},
    ],
)
def test_two_spellings_of_one_recurrence_must_not_contradict(special):
    with pytest.raises(errors.HoursError, match="the same dates with different hours"):
        sc.WorkingCalendar(timezone="Europe/London", hours="Mo-Fr 08:00-17:00", special=special)
    alike = {rule: ["08:00-12:00"] for rule in special}
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours="Mo-Fr 08:00-17:00", special=alike)
    assert len(calendar.special) == 1
    assert sc.WorkingCalendar.from_json(calendar.to_json()) == calendar


def test_a_text_and_a_table_must_not_contradict():
    rule = "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24"
    with pytest.raises(errors.HoursError, match="the same dates with different hours"):
        sc.WorkingCalendar(timezone="UTC", hours="Mo-Fr 08:00-17:00; Dec 24 off", special={rule: ["08:00-12:00"]})


@Calendar.type_named("half-days")
class HalfDays(sc.WorkingCalendar):
    """A kind of calendar of one's own."""

    @property
    def zone(self) -> ZoneInfo:
        return super().zone


def test_a_kind_of_calendar_takes_the_name_that_it_is_given(monkeypatch):
    monkeypatch.setattr("slaclock.calendar.base._types", {})  # so that no other test knows it

    class Shifts(sc.WorkingCalendar):
        """One more."""

    assert Calendar.type_named("shifts")(Shifts) is Shifts
    assert type(Calendar.of({"type": "shifts", "timezone": "Europe/London", "hours": "24/7"})) is Shifts
    with pytest.raises(errors.ModelError, match="there is a kind of calendar 'shifts' already"):
        Calendar.type_named("shifts")(Nameless)


class Nameless(sc.WorkingCalendar):
    """A kind of calendar that no file knows."""


def test_kinds_of_calendars_are_known_by_their_names():
    mine = HalfDays(timezone="Europe/London", hours="Mo-Fr 08:00-12:00")
    for calendar in (mine, mine | desk(), desk() & (mine | desk())):
        policy = EXAMPLE.model_copy(update={"calendar": calendar})
        assert sc.Policy.from_json(policy.to_json()) == policy
        assert hash(sc.Policy.from_json(policy.to_json())) == hash(policy)
    assert json.loads(mine.to_json())["type"] == "half-days"
    assert "type" not in json.loads(desk().to_json())
    assert (mine | desk()).holidays.countries == ("GB-ENG",)
    with pytest.raises(errors.ModelError, match=r"Nameless has no name for files; put @Calendar.type_named"):
        Nameless(timezone="Europe/London").to_json()
    assert pickle.loads(pickle.dumps(Nameless(timezone="UTC"))) == Nameless(timezone="UTC")
    with pytest.raises(errors.ModelError, match=r"there is no kind of calendar 'moon'; use one of: combined, working"):
        Calendar.of({"type": "moon"})
    with pytest.raises(errors.ModelError, match="there is a kind of calendar 'working' already"):
        Calendar.type_named("working")(Nameless)


class Wednesdays(Calendar):
    """A kind of calendar made of nothing but itself: open on Wednesdays by UTC."""

    @property
    def zone(self):
        return ZoneInfo("UTC")

    @property
    def rules(self):
        return desk().rules

    def opening(self, first, last):
        for day in range(first, last + 1):
            start = (day - date(1970, 1, 1).toordinal()) * DAY
            yield day, ((start, start + DAY),) if date.fromordinal(day).weekday() == 2 else ()

    def repeats(self, year):
        return None

    def closure(self, at):
        return sc.Closure("closed weekday")


def test_a_kind_of_calendar_says_all_that_is_asked_of_it():
    calendar = pickle.loads(pickle.dumps(Wednesdays()))
    assert calendar == Wednesdays()
    assert "Wednesdays()" in (calendar | desk())._repr_html_()
    assert (calendar | desk()).next_open("2018-04-02T10:00+00:00").isoformat() == "2018-04-03T07:00:00+00:00"
    assert calendar.working_day(date(2018, 4, 2), 1) == date(2018, 4, 4)
    assert '<p class="lead">Wednesdays()</p>' in calendar._repr_html_()
    ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-02T10:00+00:00")
    a = sc.assess(ticket, EXAMPLE.model_copy(update={"calendar": calendar}), at="2018-04-05T10:00+00:00")
    assert "closed weekday" in str(a.explain())

    class Silent(sc.Calendar):
        """What says nothing."""

    with pytest.raises(TypeError, match="abstract methods? .*closure.*opening.*repeats.*rules.*zone"):
        Silent()


def test_values_cannot_change():
    with pytest.raises(TypeError, match="this dictionary cannot change"):
        EXAMPLE.pauses["user"] = ("resolve",)
    with pytest.raises(TypeError, match="this dictionary cannot change"):
        EXAMPLE.targets.update({})
    assert {**EXAMPLE.pauses, "user": ()}["user"] == ()


def test_a_book_is_a_value_that_is_read_from_files(tmp_path):
    for year in (2018, 2019):
        policy = EXAMPLE.model_copy(update={"name": str(year), "in_force_from": date(year, 4, 1)})
        (tmp_path / f"sla-{year}.json").write_text(policy.to_json())
    book = sc.PolicyBook.load(tmp_path)
    assert [policy.name for policy in book.policies] == ["2018", "2019"]
    assert book == sc.PolicyBook.load(str(tmp_path / "*.json")) == sc.PolicyBook.load(sorted(tmp_path.iterdir()))
    assert book == sc.PolicyBook(reversed(book.policies))
    assert sc.PolicyBook.from_json(book.to_json()) == book
    with pytest.raises(errors.PolicyError, match="there is no policy file in"):
        sc.PolicyBook.load(tmp_path / "*.yaml")
    with pytest.raises(errors.PolicyError, match="two policies are in force from 2018-04-01"):
        sc.PolicyBook([book.policies[0], book.policies[0]])


def test_errors_say_code_path_value_and_row():
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, sc.SlaClockError)]
    assert len({kind.code for kind in kinds}) == len(kinds)
    with pytest.raises(sc.SlaClockError) as raised:
        sc.Policy.model_validate({**EXAMPLE.model_dump(), "targets": {"incident": {"P1": {"resolve": "soon"}}}})
    error = raised.value
    assert (error.code, error.path, error.value) == ("target", ("targets", "incident", "P1", "resolve"), "soon")
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.path, again.value, again.code) == (str(error), error.path, "soon", "target")


def test_many_tickets_with_their_errors():
    late = TICKET.model_copy(update={"id": "T2", "opened": NOW + timedelta(seconds=1), "pauses": ()})
    unknown = TICKET.model_copy(update={"id": "T3", "priority": "P9"})
    found = list(sc.assess_many([TICKET, late, unknown], EXAMPLE, at=NOW, errors="return"))
    assert found[0] == sc.assess(TICKET, EXAMPLE, at=NOW)
    assert [(error.code, error.path, error.row) for error in found[1:]] == [
        ("not-yet-opened", ("ticket T2",), 1),
        ("unknown-priority", ("ticket T3",), 2),
    ]
    with pytest.raises(errors.UnknownPriorityError, match="ticket T3: 'P9' is no priority"):
        list(sc.assess_many([TICKET, unknown], EXAMPLE, at=NOW))
    with pytest.raises(errors.ModelError, match="errors='skip' is not known"):
        sc.assess_many([], EXAMPLE, at=NOW, errors="skip")
    with pytest.raises(errors.NaiveDatetimeError):
        sc.assess_many([], EXAMPLE, at=datetime(2018, 4, 10))


def test_a_pause_named_like_a_closed_day_is_drawn_as_a_pause():
    policy = EXAMPLE.model_copy(update={"pauses": {"weekend": ["resolve"]}})
    pause = sc.Pause(start=at("2018-04-09 15:00"), end=at("2018-04-10 09:00"), reason="weekend")
    a = sc.assess(TICKET.model_copy(update={"pauses": [pause]}), policy, at=NOW)
    assert {(row.kind, row.why) for row in a.explain("now")} >= {("paused", "weekend"), ("closed", "outside hours")}


def test_a_field_of_any_calendar_keeps_all_of_it():
    class Desk(pydantic.BaseModel):
        calendar: sc.Calendar

    mine = HalfDays(timezone="Europe/London", hours="Mo-Fr 08:00-12:00")
    for calendar in (desk(), mine, mine | desk()):
        held = Desk(calendar=calendar)
        assert Desk.model_validate_json(held.model_dump_json()) == held
        assert sc.Calendar.from_json(calendar.to_json()) == calendar
        jsonschema.validate(json.loads(held.model_dump_json()), Desk.model_json_schema())
    with pytest.raises(errors.ModelError, match="there is no kind of calendar"):
        sc.Policy.model_validate({**EXAMPLE.model_dump(), "calendar": {"type": []}})


def test_spans_are_equal_or_not():
    start, end = at("2018-10-28 00:30").astimezone(UTC), at("2018-10-28 03:00").astimezone(UTC)
    (span,) = sc.WorkingCalendar(timezone="Europe/London", hours="24/7").spans(start, end)
    (same,) = sc.WorkingCalendar(timezone="UTC", hours="24/7").spans(start, end)
    assert span == same
    assert (span != same) is False
    assert span == tuple(span)
    assert hash(span) == hash(tuple(span))


def test_a_span_comes_back_from_json():
    (span,) = desk().spans(at("2018-04-05 10:00"), at("2018-04-05 12:00"))
    assert json.loads(span.to_json()) == ["2018-04-05T10:00:00+01:00", "2018-04-05T12:00:00+01:00"]
    assert type(span).from_json(span.to_json()) == span


def test_what_else_is_a_value():
    mapping = sc.EventMapping(columns={"ticket": "id", "state": "s", "at": "t"}, states={"Open": "running"})
    assert hash(mapping) == hash(sc.EventMapping.from_json(mapping.to_json()))
    assert copy.deepcopy(EXAMPLE.targets["incident"]).model_copy() == EXAMPLE.targets["incident"]
    assert copy.deepcopy(EXAMPLE.target("incident", "P1")) is EXAMPLE.target("incident", "P1")
    calendar = desk()
    fields = dict(calendar)
    calendar.is_open(NOW)
    assert dict(calendar) == fields


def test_a_book_in_one_file(tmp_path):
    later = EXAMPLE.model_copy(update={"name": "later", "in_force_from": "2019-04-01"})
    book = sc.PolicyBook([EXAMPLE, later])
    (tmp_path / "book.json").write_text(book.to_json())
    assert sc.PolicyBook.load(tmp_path / "book.json") == book


def test_a_report_is_read_in_either_shape():
    report = sc.report([TICKET], EXAMPLE, at=NOW)
    flat = pydantic.TypeAdapter(sc.Report).dump_json(report)
    assert sc.Report.from_json(flat) == sc.Report.from_json(report.to_json()) == report


def test_a_length_is_told_to_its_last_digit():
    assert [long_text(length) for length in (1_500_000, -3_600_000_001, 90_000_000, 0)] == [
        "1.5 s", "-1 h 0.000001 s", "1 min 30 s", "0 min"
    ]  # fmt: skip
