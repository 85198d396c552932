"""Bad input: every one a `SlaClockError` that names the value and the remedy, and nothing that loops."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
import pandas as pd
import pytest

import slaclock as sc
from desk import EXAMPLE, LONDON, at, desk, ticket, with_rules
from slaclock import columns, errors
from slaclock.checking import CaseFile, check, run_case
from slaclock.checking.case_fields import CasePause
from slaclock.checking.cases import Case
from slaclock.engines import duckdb as duckdb_engine
from slaclock.formats.documents import read_data
from slaclock.temporal.instants import is_missing, parse_instant, to_micros

START = at("2018-04-09 10:00")
UTC_START = START.astimezone(UTC)
NAIVE = datetime(2018, 4, 9, 10)


def calls(bad):
    yield lambda: sc.elapsed(bad, START, calendar=desk())
    yield lambda: sc.elapsed(START, bad, calendar=desk())
    yield lambda: sc.deadline(bad, "2 h", calendar=desk())
    yield lambda: sc.subtract(bad, "2 h", calendar=desk())
    yield lambda: sc.remaining(START, "2 h", calendar=desk(), at=bad)
    yield lambda: sc.is_breached(START, "2 h", calendar=desk(), at=START, done=bad)
    yield lambda: sc.deadline(START, "2 h", calendar=desk(), pauses=[(bad, None)])
    yield lambda: desk().is_open(bad)
    yield lambda: desk().next_open(bad)
    yield lambda: desk().next_close(bad)
    yield lambda: desk().previous_open(bad)
    yield lambda: desk().previous_close(bad)
    yield lambda: list(desk().spans(bad, START))
    yield lambda: sc.subscription_year(bad)
    yield lambda: sc.Pause(start=bad)
    yield lambda: ticket(opened=bad)
    yield lambda: sc.assess(ticket(), EXAMPLE, at=bad)


@pytest.mark.parametrize("index", range(17))
def test_naive_datetimes(index):
    with pytest.raises(errors.NaiveDatetimeError, match="2018-04-09T10:00:00 has no time zone"):
        list(calls(NAIVE))[index]()


@pytest.mark.parametrize("index", range(15))
def test_what_is_no_datetime(index):
    with pytest.raises(sc.SlaClockError, match="not a date"):
        list(calls(date(2018, 4, 9)))[index]()


@pytest.mark.parametrize("index", range(17))
@pytest.mark.parametrize("missing", [pd.NaT, None, np.datetime64("NaT", "us"), np.datetime64("2018-04-09T10:00")])
def test_instants_that_are_missing_where_one_is_needed(index, missing):
    if index == 5 and missing is not None and missing != missing:  # noqa: PLR0124 - `done` may be missing
        return
    if index == 5 and missing is None:
        return
    with pytest.raises(sc.SlaClockError, match="is not a date"):
        list(calls(missing))[index]()


@pytest.mark.parametrize("missing", [None, pd.NaT, float("nan"), ""])
def test_a_missing_end_leaves_a_pause_open(missing):
    times = [START + timedelta(hours=hours) for hours in (1, 3, 4, 6)]
    pauses = [(times[0], missing), (times[1], times[2])]
    assert sc.elapsed(START, times[3], calendar=desk(), pauses=pauses) == timedelta(hours=1)
    assert sc.Pause(start=START, end=missing) == sc.Pause(start=START)
    assert sc.is_breached(START, "1 h", calendar=desk(), at=times[1], done=missing)


RECORDS = {
    sc.Ticket: {"id": "T1", "opened": START},
    sc.Pause: {"start": START},
    Case: {"opened": START, "state": "running"},
    CasePause: {"start": START, "reason": "third_party"},
}
EXPECTATIONS = ("due", "expected_from", "breached_at", "done")  # an empty one is refused: it would test nothing


def optional_instants():
    for model in RECORDS:
        for name, field in model.model_fields.items():
            kind = repr(field.annotation)
            if (
                not field.is_required()
                and "datetime.datetime" in kind
                and "Mapping" not in kind
                and name not in EXPECTATIONS
            ):
                yield model, name


@pytest.mark.parametrize(("model", "name"), list(optional_instants()))
def test_an_instant_that_may_be_missing_is_so_by_any_of_its_signs(model, name):
    plain = model(**RECORDS[model])
    for missing in (None, pd.NaT, pd.NA, float("nan"), np.datetime64("NaT", "us"), "", " "):
        assert model(**RECORDS[model], **{name: missing}) == plain
    for required in ("opened", "start"):
        if required in RECORDS[model]:
            with pytest.raises(sc.SlaClockError, match=f"{required}: NaT is not a"):
                model(**{**RECORDS[model], required: pd.NaT})


@pytest.mark.parametrize("name", EXPECTATIONS)
@pytest.mark.parametrize("missing", [pd.NaT, float("nan"), "", " "])
def test_an_expectation_that_is_empty_is_refused(name, missing):
    with pytest.raises(sc.SlaClockError, match=f"^{name}: .* is not a "):
        Case(opened=START, state="running", **{name: missing})


def test_the_signs_of_what_is_missing():
    assert all(map(is_missing, (None, pd.NaT, pd.NA, float("nan"), np.datetime64("NaT", "us"), "", " \t")))
    assert not any(map(is_missing, (START, 0, False, "x", [], {}, np.array([1, 2]), pd.Timestamp(START), object())))


def test_instants_as_text_with_an_offset():
    start, end, naive = "2018-04-06T15:00+01:00", "2018-04-06T16:00+01:00", "2018-04-06T15:00"
    end_of_day = "2018-04-09T17:00+01:00"
    book = sc.PolicyBook([EXAMPLE.model_copy(update={"in_force_from": "2019-04-01"})])
    with pytest.raises(errors.PolicyError, match=r"no policy is in force at 2018-04-06T15:00\+01:00"):
        book.at(start)
    calendar = desk()
    assert sc.deadline(start, "2 hours", calendar=calendar) == at("2018-04-09 08:30")
    assert sc.elapsed(start, end, calendar=calendar, pauses=[("2018-04-06T14:30Z", end)]) == timedelta(minutes=30)
    assert sc.elapsed_days(start, end, calendar=calendar) == sc.elapsed_days(
        at("2018-04-06 15:00"), at("2018-04-06 16:00"), calendar=calendar
    )
    assert sc.subtract(end, "1 hour", calendar=calendar) == at(naive)
    assert sc.remaining(start, "2 hours", calendar=calendar, at=end) == timedelta(hours=1)
    assert not sc.is_breached(start, "2 hours", calendar=calendar, at=end, done=end)
    assert calendar.is_open(start)
    assert calendar.next_open(start) == at(naive)
    assert calendar.closed_because(start) is None
    assert sc.assess(ticket(), EXAMPLE, at=end_of_day) == sc.assess(ticket(), EXAMPLE, at=at("2018-04-09 17:00"))
    assert [a.at for a in sc.assess_many([ticket()], EXAMPLE, at=end_of_day)] == [at("2018-04-09 17:00")]
    assert sc.report([ticket()], EXAMPLE, at=end_of_day).at == at("2018-04-09 17:00")
    assert EXAMPLE.year(start) == sc.subscription_year(start) == sc.SubscriptionYear(2018)
    assert EXAMPLE.covers(start)
    assert sc.PolicyBook([EXAMPLE]).at(start) == EXAMPLE.at(start) == EXAMPLE
    assert [part[1] for part in sc.SubscriptionYear(2018).split(start, end)] == [at(naive)]
    assert [span.end for span in calendar.spans(start, end)] == [at("2018-04-06 16:00")]
    for call in (
        lambda: sc.deadline(naive, "2 hours", calendar=calendar),
        lambda: sc.elapsed(start, naive, calendar=calendar),
        lambda: calendar.is_open(naive),
        lambda: sc.elapsed(start, end, calendar=calendar, pauses=[(start, naive)]),
        lambda: sc.assess(ticket(), EXAMPLE, at=naive),
        lambda: sc.assess_many([ticket()], EXAMPLE, at=naive),
        lambda: sc.report([ticket()], EXAMPLE, at=naive),
        lambda: EXAMPLE.year(naive),
        lambda: sc.subscription_year(naive),
        lambda: book.at(naive),
    ):
        with pytest.raises(errors.NaiveDatetimeError, match="'2018-04-06T15:00' has no offset from UTC"):
            call()
    with pytest.raises(errors.NegativeIntervalError, match=r"2018-04-06T15:00\+01:00 is before 2018-04-06T16:00"):
        sc.elapsed(end, start, calendar=calendar)


@pytest.mark.parametrize("given", ["Mo-Fr 09:00-17:00", None, 5, EXAMPLE])
def test_what_is_no_calendar(given):
    remedy = r"give WorkingCalendar\.parse\('Mo-Fr" if isinstance(given, str) else "give a WorkingCalendar"
    for call in (
        lambda: sc.deadline(START, "2 h", calendar=given),
        lambda: sc.deadline(START, "2 wall h", calendar=given),
        lambda: sc.elapsed(START, START, calendar=given),
        lambda: sc.elapsed(START, START, calendar=given, pauses=[(START, None)]),
        lambda: sc.elapsed_days(START, START, calendar=given),
        lambda: sc.subtract(START, "2 h", calendar=given),
        lambda: sc.remaining(START, "2 h", calendar=given, at=START),
        lambda: sc.is_breached(START, "2 h", calendar=given, at=START),
    ):
        with pytest.raises(errors.ModelError, match=f"^calendar: .* is not a calendar; {remedy}") as caught:
            call()
        assert caught.value.value is given


@pytest.mark.parametrize("given", [None, 5, {"name": "x"}, [EXAMPLE]])
def test_what_is_no_policy(given):
    remedy = "give a Policy, a PolicyBook or the path of one"
    for call in (
        lambda: sc.assess(ticket(), given, at=START),
        lambda: sc.assess_many([ticket()], given, at=START, errors="return"),
        lambda: sc.report([ticket()], given, at=START),
        lambda: run_case("a case", Case(opened=START, state="running"), given),
    ):
        with pytest.raises(errors.ModelError, match=f"^policy: .* is not a policy; {remedy}$") as caught:
            call()
        assert caught.value.value is given


def test_a_path_where_the_policy_itself_is_wanted_is_to_be_loaded():
    with pytest.raises(
        errors.ModelError, match=r"^policy: 'sla.toml' is not a policy; give Policy.load\('sla.toml'\)$"
    ):
        sc.allowance_years([], "sla.toml")


@pytest.mark.parametrize("given", [[ticket()], None, "T1", {"id": "T1"}, 5])
def test_what_is_no_ticket(given):
    with pytest.raises(errors.ModelError, match=r"^ticket: .* is not a ticket; give a Ticket, or several to"):
        sc.assess(given, EXAMPLE, at=START)
    (error,) = sc.assess_many([given], EXAMPLE, at=START, errors="return")
    assert str(error).startswith("item 0.ticket: ")
    assert error.row == 0


@pytest.mark.parametrize("given", [ticket(), None, "T1", 5])
def test_what_is_no_list_of_tickets(given):
    with pytest.raises(errors.ModelError, match="^tickets: .* is not a list of tickets"):
        sc.assess_many(given, EXAMPLE, at=START)


@pytest.mark.parametrize("percent", ["50", "50 %", -10, -0.5, float("nan"), float("inf"), True, None, [50], 1j])
def test_what_is_no_percentage(percent):
    for a in (
        sc.assess(ticket(), EXAMPLE, at=START),
        sc.assess(ticket(category="unsupported"), EXAMPLE, at=START),  # without a target to have a percentage of
    ):
        with pytest.raises(errors.ModelError, match="is no percentage of a target; give a number"):
            a.milestones_at(50, percent)


@pytest.mark.parametrize("percent", [87.5, np.float64(87.5)])
def test_milestones_at_any_kind_of_number(percent):
    a = sc.assess(ticket(), EXAMPLE, at=START)
    (milestone,) = a.milestones_at(percent)
    assert milestone == sc.Milestone(87.5, at("2018-04-09 15:15"), False)
    assert type(milestone.percent) is float
    assert sc.Milestone.from_json(milestone.to_json()) == milestone
    (half,) = a.milestones_at(np.int64(50))
    assert half == a.milestones[0] == sc.Milestone.from_json(half.to_json())
    assert type(half.percent) is int


@pytest.mark.parametrize("end", ["done", "", None, 5, ["due"]])
def test_a_ledger_ends_at_one_of_its_ends(end):
    with pytest.raises(errors.ModelError, match="to: a ledger cannot end at .*; use due or now"):
        sc.assess(ticket(), EXAMPLE, at=START).explain(end)


def test_a_fault_of_a_calendar_of_ones_own_is_not_hidden():
    class Faulty(sc.WorkingCalendar):
        @property
        def timetable(self):
            return self.nothing

    with pytest.raises(AttributeError, match="nothing"):
        sc.elapsed(START, START, calendar=Faulty(timezone="UTC"))


@pytest.mark.parametrize("given", [sc.Pause(start=START), "now", 5])
def test_pauses_that_are_no_list(given):
    with pytest.raises(errors.PauseError, match="is not a list of pauses"):
        sc.deadline(START, "2 h", calendar=desk(), pauses=given)


@pytest.mark.parametrize("time_format", ["%H:%H", "%", "%Q", "%d%d"])
def test_formats_by_which_no_time_can_be_read(time_format):
    with pytest.raises(errors.InstantTextError, match="no time can be read in the format") as caught:
        parse_instant("10:10", LONDON, time_format)
    assert caught.value.value == time_format


@pytest.mark.parametrize(
    ("text", "zone", "expected"),
    [
        ("01/06/2018 09:00 UTC", "Europe/London", "2018-06-01T09:00+00:00"),
        ("01/06/2018 09:00 GMT", "Europe/London", "2018-06-01T09:00+00:00"),
        ("01/06/2018 09:00 Z", None, "2018-06-01T09:00+00:00"),
        ("01/06/2018 09:00 BST", "Europe/London", "2018-06-01T09:00+01:00"),
        ("01/12/2018 09:00 est", "America/New_York", "2018-12-01T09:00-05:00"),
        ("04/11/2018 01:30 EDT", "America/New_York", "2018-11-04T01:30-04:00"),
        ("04/11/2018 01:30 EST", "America/New_York", "2018-11-04T01:30-05:00"),
        ("01/06/2018 09:00 EST", "America/New_York", None),
        ("01/06/2018 09:00 EST", "Europe/London", None),
        ("01/06/2018 09:00 EST", None, None),
        ("01/06/2018 09:00", "Europe/London", None),
        ("EST", "Europe/London", None),
    ],
)
def test_the_name_of_a_zone_is_honoured_where_it_is_certain(text, zone, expected):
    zone = ZoneInfo(zone) if zone else None
    if expected is None:
        with pytest.raises(errors.InstantTextError, match="whose offset from UTC is not certain|not a date and time"):
            parse_instant(text, zone, "%d/%m/%Y %H:%M %Z")
        return
    assert to_micros(parse_instant(text, zone, "%d/%m/%Y %H:%M %Z")) == to_micros(datetime.fromisoformat(expected))


def test_the_name_of_a_zone_may_stand_behind_those_of_a_day_and_a_month():
    read = parse_instant("Fri 01 Jun 2018 09:00 GMT", None, "%a %d %b %Y %H:%M %Z")
    assert read == datetime(2018, 6, 1, 9, tzinfo=UTC)


def test_an_offset_beside_the_name_of_a_zone_is_the_offset():
    read = parse_instant("2018-06-01 09:00 +0100 XYZ", None, "%Y-%m-%d %H:%M %z %Z")
    assert to_micros(read) == to_micros(datetime.fromisoformat("2018-06-01T09:00+01:00"))
    assert parse_instant("100%Z 10", LONDON, "100%%Z %H").hour == 10


def test_halves_of_characters_are_refused_where_they_would_be_written_or_read():
    half = "x\ud800"
    named = sc.WorkingCalendar(timezone="UTC", special={"2018-01-01": {"hours": [], "name": half}})
    with pytest.raises(errors.ModelError, match=r"special.2018-01-01.name: .* half of a character"):
        named.to_json()
    row = sc.LedgerRow(START, START, "closed", half, timedelta(0), timedelta(0))
    with pytest.raises(errors.ModelError, match=r"why: .* half of a character"):
        row.to_json()
    for form, text in (
        ("toml", f'name = "{half}"'),
        ("json", '{"name": "\\ud800"}'),
        ("json", f'{{"name": "{half}"}}'),
    ):
        with pytest.raises(errors.PolicyError, match="surrogates not allowed"):
            sc.Policy.parse(text, form)
    with pytest.raises(errors.HoursError) as caught:
        sc.WorkingCalendar(timezone="UTC", hours={half: ["09:00-17:00"]})
    assert str(caught.value).encode()


@pytest.mark.parametrize("read", [sc.Policy.load, CaseFile.load, sc.EventMapping.load, sc.Holidays.from_gov_uk])
@pytest.mark.parametrize("path", ["a\0b", "a\ud800b"])
def test_paths_that_no_file_can_have(read, path):
    with pytest.raises(errors.SlaClockError, match="cannot read .*; check the path"):
        read(path)


@pytest.mark.parametrize("path", ["a\0b", "a\ud800b", "a\nb", "a\x1b[31mb", "a\0b*", "a\ud800b*", "a\nb?.toml"])
def test_a_path_in_a_message_can_be_printed(path):
    for read in (
        sc.Policy.load,
        sc.PolicyBook.load,
        lambda path: sc.PolicyBook.load([path]),
        CaseFile.load,
        sc.EventMapping.load,
        sc.Holidays.from_gov_uk,
        sc.Holidays.from_ical,
    ):
        with pytest.raises(sc.SlaClockError, match="check the path") as caught:
            read(path)
        assert str(caught.value).isprintable()
    assert all(str(finding).isprintable() for finding in check(path).findings)


@pytest.mark.parametrize("key", ["ical", "gov_uk"])
@pytest.mark.parametrize("value", [5, None, ["x"]])
def test_files_of_holidays_that_are_no_path(key, value):
    with pytest.raises(errors.HolidaysError, match="is not the path of a file") as caught:
        with_rules(calendar={"timezone": "UTC", "holidays": {key: value}})
    assert caught.value.path == ("calendar", "holidays", key)


def test_end_before_start():
    earlier = START - timedelta(minutes=1)
    for call in (
        lambda: sc.elapsed(START, earlier, calendar=desk()),
        lambda: sc.elapsed_days(START, earlier, calendar=desk()),
        lambda: desk().spans(START, earlier),
        lambda: sc.remaining(START, "1 h", calendar=desk(), at=earlier),
        lambda: sc.is_breached(START, "1 h", calendar=desk(), at=earlier),
        lambda: sc.is_breached(START, "1 h", calendar=desk(), at=START, done=earlier),
        lambda: ticket(resolved=earlier),
        lambda: ticket(responded=earlier),
        lambda: ticket(reopenings=[{"resolved": earlier, "reopened": START}]),
        lambda: sc.assess(ticket(), EXAMPLE, at=earlier),
        lambda: sc.subscription_year(START).split(START, earlier),
    ):
        with pytest.raises(errors.NegativeIntervalError, match="2018-04-09T09:59:00"):
            call()


def test_no_open_time_at_all():
    never = sc.WorkingCalendar(timezone="Europe/London", hours={})
    for call in (
        lambda: sc.deadline(START, "1 h", calendar=never),
        lambda: sc.deadline(START, "1 day", calendar=never),
        lambda: sc.deadline(START, "1 day by close", calendar=never),
        lambda: sc.subtract(START, "1 h", calendar=never),
        lambda: never.next_open(START),
        lambda: never.next_close(START),
        lambda: never.previous_open(START),
        lambda: never.previous_close(START),
        lambda: never.working_day(START.date(), 0),
        lambda: never.working_day(START.date(), -1),
    ):
        with pytest.raises(errors.NoWorkingTimeError, match="not enough open time"):
            call()
    assert sc.elapsed(START, START + timedelta(days=9000), calendar=never) == timedelta(0)
    assert sc.deadline(START, "0 h", calendar=never) == START


def test_no_open_time_left_ahead():
    hours = {"mon": "08:00-17:00"}
    ended = sc.WorkingCalendar(
        timezone="Europe/London", hours={}, dated_hours=[{"until": "2018-04-30", "hours": hours}]
    )
    assert sc.deadline(START, "30 h", calendar=ended) == at("2018-04-30 13:00")
    for call in (
        lambda: sc.deadline(START, "100 h", calendar=ended),
        lambda: sc.deadline(START, "5 days", calendar=ended),
        lambda: ended.next_open(at("2018-04-30 17:00")),
        lambda: ended.next_close(at("2018-04-30 17:00")),
        lambda: ended.working_day(date(2018, 4, 30), 1),
    ):
        with pytest.raises(errors.NoWorkingTimeError):
            call()


@pytest.mark.parametrize("zone", ["Europe/Lundon", "", "../etc/passwd", "GMT+99"])
def test_unknown_zone(zone):
    with pytest.raises(errors.UnknownZoneError, match="there is no time zone"):
        sc.WorkingCalendar(timezone=zone, hours={})


@pytest.mark.parametrize("code", ["ZZ", "GB-XXX", "England", "gb"])
def test_unknown_country(code):
    with pytest.raises(errors.HolidaysError, match=code):
        sc.WorkingCalendar(timezone="Europe/London", hours={}, holidays=code)


@pytest.mark.parametrize(
    ("hours", "message"),
    [
        ({"mon": ["8-17"]}, "hours.mon: '8-17' is not a span"),
        ({"mon": ["08:00-08:00"]}, "opens and closes at the same time"),
        ({"mon": ["25:00-26:00"]}, "past 24:00"),
        ({"mon": ["08:61-17:00"]}, "not a time of day"),
        ({"mon": ["24:00-03:00"]}, "opens at 24:00"),
        ({"mon": 8}, "not a list of spans"),
        ({"funday": ["08:00-17:00"]}, "'funday' is not a weekday"),
        ({"mon": "08:00-17:00", "Monday": "09:00-17:00"}, "Monday has hours twice"),
        (["08:00-17:00"], "not a table of weekly hours"),
    ],
)
def test_malformed_hours(hours, message):
    with pytest.raises(errors.HoursError, match=message):
        sc.WorkingCalendar(timezone="Europe/London", hours=hours)


@pytest.mark.parametrize(
    ("text", "character"),
    [
        ("Mo-Fr", 6),
        ("Mo-Fr 08:00", 7),
        ("Xx 08:00-17:00", 1),
        ("Mo-Fr 08:00-17:00, Sa off", 18),
        ("Mo-Fr 08:00-17:00; SH off", 20),
        ("Mo[1] 08:00-17:00", 3),
        ("Mo-Fr 08:00-17:00+", 18),
        ("Mo-Fr sunrise-sunset", 7),
        ("week 1-10 08:00-17:00", 1),
        ("Feb 30 off", 1),
        ("Mo-Fr 08:00-17:00 || off", 19),
        ("2026 Dec 24 off; PH 10:00-12:00", 18),
        ("Jul-Aug Mo-Fr 09:00-15:00; Mo-Fr 08:00-17:00", 28),
        ("Mo-Fr 08:00-17:00; PH off; Jul-Aug Mo-Fr 09:00-15:00", 28),
        ("Dec 24 off; Dec Mo-Fr 09:00-15:00", 13),
        ("2026 Dec 24 off; Dec Mo-Fr 09:00-15:00", 18),
        ("Dec Mo-Fr 09:00-15:00; 2026 Dec 21-24 Mo-Fr 09:00-12:00", 24),
        ("Dec 24 off; 2026 Dec 21-24 Mo-Fr 09:00-12:00", 13),
        ("2026 Dec 21-24 Mo-Fr 09:00-12:00; Mo-Fr 08:00-17:00", 35),
        ("Mo-Fr 08:00-17:00; 12:00-13:00 off; Mo 10:00-17:00", 37),
        ("00:00-02:00 off; Mo-Fr 22:00-06:00", 18),
        ("Th-Mo 22:00-06:00; 2020 Jul-Sep 00:00-02:00 off; Aug Tu 11:00-15:00", 50),
        ("Tu 00:00-02:00 off; Tu 11:00-15:00; Mo 22:00-06:00", 21),
        ("Mo 22:00-02:00 off; Mo 08:00-10:00; Tu 00:00-05:00", 21),
        ("PH 12:00-13:00 off", 1),
        ("Jul-Aug PH off", 9),
        ("Jul-Aug 5 off", 1),
        ("Jul-5 off", 1),
        ("Dec 24,Mo off", 8),
        ("2026 Dec 24,Dec 31 off", 1),
        ("2026 Nov-Feb Mo off", 1),
        ("Dec 24 off; Mo-Fr 08:00-17:00", 13),
        ("2026 Dec 26-2026 Dec 24 off", 1),
        ("Mo-Fr 08:00-27:00", 7),
        ("PH-Mo off", 1),
        ("Mo-Fr 24/7", 7),
        ("Dec 24-2 off", 1),
        ("Mo-Fr 08:00-17:00; 2026 Dec 24-2 off", 20),
        ("PH off; Mo-Fr 09:00-17:00", 9),
        ("PH off; 24/7", 9),
        ("PH,Mo-Fr 09:00-17:00; We off", 23),
        ("PH off; We off; Mo-Fr 09:00-17:00; Th off", 17),
        ("Dec 24 off; 24/7", 13),
    ],
)
def test_unsupported_opening_hours_point_at_the_character(text, character):
    with pytest.raises(errors.HoursError, match=rf"character {character}: "):
        sc.WorkingCalendar.parse(text, timezone="Europe/London", holidays="GB-ENG")


@pytest.mark.parametrize(
    ("text", "remedy"),
    [
        ("Dec 24-2 off", "write Dec 24-Jan 2"),
        ("Jul 20-4 off", "write Jul 20-Aug 4"),
        ("2026 Dec 24-2 off", "write 2026 Dec 24-2027 Jan 2"),
        ("PH off; Mo-Fr 09:00-17:00", "put PH last"),
        ("Dec 24 off; Mo-Fr 08:00-17:00", "put the dates last"),
        ("2026 Dec 24 off; PH 10:00-12:00", "put PH before the dates"),
        ("Jul-Aug Mo-Fr 09:00-15:00; Mo-Fr 08:00-17:00", "put the dates last"),
        ("PH off; Jul-Aug Mo-Fr 09:00-15:00", "put PH last"),
        ("Dec Mo 9:00-15:00; 2026 Dec 21-24 Mo off", "leave their weekdays out, or put the season last"),
        ("12:00-13:00 off; Mo-Fr 08:00-17:00", "put 12:00-13:00 off last"),
        ("Mo-Su 22:00-06:00; 00:00-01:00 off; PH off", "put 00:00-01:00 off last"),
        ("PH 12:00-13:00 off", "give PH its hours without it, such as PH 08:00-12:00,13:00-17:00"),
        ("2026 Nov-Feb Mo off", "write 2026 Nov-2027 Feb"),
        ("2026 Dec 24-Jan 2 off", "write 2026 Dec 24-2027 Jan 2"),
        ("9999 Dec 24-Jan 2 off", "write the earlier date first"),
        ("9999 Dec 24-2 off", "write the earlier date first"),
        ("2026 Jul 5-Jul 2 off", "write the earlier date first"),
        ("0000 Dec 25 off", "correct the date"),
        ("Mo-Fr 17:00-17:00", "24 hours from then on are 17:00-24:00,23:00-17:00"),
        ("2026 Dec 24,Dec 31 off", "write each with its year"),
    ],
)
def test_refused_opening_hours_say_the_order_that_can_be_said(text, remedy):
    with pytest.raises(errors.HoursError) as caught:
        sc.WorkingCalendar.parse(text, timezone="Europe/London", holidays="GB-ENG")
    assert caught.value.remedy == remedy


def test_holiday_hours_beside_a_text_that_speaks_of_holidays():
    with pytest.raises(errors.HoursError, match="speak of PH, and holiday_hours say otherwise; take PH out"):
        desk(holiday_hours="10:00-12:00")
    assert desk(holiday_hours=[]) == desk()
    with pytest.raises(errors.HoursError, match="holiday_hours: .* is not a span"):
        desk(holiday_hours="ten to noon")
    silent = sc.WorkingCalendar.parse(
        "Mo-Fr 08:00-17:00", timezone="UTC", holidays=["2018-04-09"], holiday_hours="10:00-12:00"
    )
    assert not silent.is_open(datetime(2018, 4, 9, 9, tzinfo=UTC))


def test_hours_of_holidays_without_holidays():
    with pytest.raises(errors.HoursError, match="speak of PH, and no holidays are given; add holidays"):
        sc.WorkingCalendar.parse("Mo-Fr 08:00-17:00; PH off", timezone="Europe/London")


def test_overlapping_dated_hours():
    week = {"mon": "08:00-17:00"}
    with pytest.raises(errors.HoursError, match="overlap on 2018-08-31"):
        desk(dated_hours=[
            {"from": "2018-07-01", "until": "2018-08-31", "hours": week},
            {"from": "2018-08-31", "hours": week},
        ])  # fmt: skip


@pytest.mark.parametrize(
    "dated",
    [
        [{"hours": {}}],
        [{"from": "2018-07-01"}],
        [{"from": "2018-07-02", "until": "2018-07-01", "hours": {}}],
        [{"from": "July", "hours": {}}],
        "summer",
    ],
)
def test_malformed_dated_hours(dated):
    with pytest.raises(errors.HoursError):
        desk(dated_hours=dated)


@pytest.mark.parametrize(
    "special",
    [
        {"2018-02-30": []},
        {"2018-12-24/2018-12-20": []},
        {"2018-12-24/2018-12-26": [], "2018-12-26/2018-12-28": ["08:00-12:00"]},
        {"FREQ=HOURLY": []},
        {"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30": []},
        {"FREQ=WEEKLY;INTERVAL=2": []},
        {"FREQ=YEARLY;BYMONTH=13": []},
        {"FREQ=YEARLY;BYHOUR=3": []},
        {"DTSTART:20261340 FREQ=DAILY": []},
        {"2018-12-24": {"hours": [], "nmae": "x"}},
        ["2018-12-24"],
    ],
)
def test_malformed_special_days(special):
    with pytest.raises(errors.HoursError):
        desk(special=special)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("-2 hours", "negative"),
        ("two hours", "cannot be read"),
        ("2", "no unit"),
        ("2 fortnights", "cannot be read"),
        ("5-3 days", "before it starts"),
        ("2 hours by close", "only service days"),
        ("1.5 days by close", "not whole"),
        ("1 day by 25:00", "past 24:00"),
        ("1.00000000001 seconds", "whole number of microseconds"),
        ("", "cannot be read"),
    ],
)
def test_bad_targets(text, message):
    with pytest.raises(errors.TargetError, match=message):
        sc.Target.parse(text)


@pytest.mark.parametrize("value", [timedelta(hours=-1), 6, None, 2.5, ("2", "h")])
def test_targets_that_are_neither_text_nor_time(value):
    with pytest.raises(errors.TargetError):
        sc.deadline(START, value, calendar=desk())


def test_part_days_where_a_rule_names_a_moment():
    with pytest.raises(errors.TargetError, match="not whole"):
        sc.deadline(START, "1.5 days", calendar=desk(day_rule="same-time"))


def test_a_pause_that_ends_before_it_starts():
    early = START - timedelta(hours=1)
    with pytest.raises(errors.PauseError, match="before it starts"):
        sc.Pause(start=START, end=early)
    with pytest.raises(errors.PauseError, match="pause 1: .* before it starts"):
        sc.elapsed(START, START, calendar=desk(), pauses=[(early, START), (START, early)])
    with pytest.raises(errors.PauseError, match="give a Pause or a pair"):
        sc.deadline(START, "1 h", calendar=desk(), pauses=[START])


def test_unknown_words_of_a_policy():
    with pytest.raises(errors.UnknownPriorityError, match="'P9' is no priority .* P1, P2, P3, P4"):
        sc.assess(ticket(priority="P9"), EXAMPLE, at=START)
    with pytest.raises(errors.UnknownReasonError, match="no pause reason 'holiday'"):
        sc.assess(ticket(pauses=[sc.Pause(start=START, reason="holiday")]), EXAMPLE, at=START)
    with pytest.raises(errors.UnknownReasonError, match="a pause has no reason"):
        sc.assess(ticket(pauses=[sc.Pause(start=START)]), EXAMPLE, at=START)
    with pytest.raises(errors.PolicyError, match="no targets for the kind 'problem'"):
        sc.assess(ticket(kind="problem"), EXAMPLE, at=START)
    with pytest.raises(errors.PolicyError, match="no respond target for any kind"):
        sc.assess(ticket(), EXAMPLE, at=START, measure="respond")
    with pytest.raises(errors.PolicyError, match="no measure"):
        sc.assess(ticket(), EXAMPLE, at=START, measure="resolved")
    with pytest.raises(errors.PolicyError, match="'huge' is no impact"):
        EXAMPLE.priority("huge", "low")


def test_unknown_and_missing_fields_are_named():
    with pytest.raises(errors.ModelError, match="colour: this field is not known; remove it"):
        ticket(colour="red")
    with pytest.raises(errors.ModelError, match=r"calendar.*missing"):
        sc.Policy(name="x", targets={})  # type: ignore[call-arg]
    with pytest.raises(errors.TargetError, match=r"targets\.incident\.P1\.resolve: .*'soon'"):
        with_rules(targets={"incident": {"P1": {"resolve": "soon"}}})
    with pytest.raises(errors.ModelError, match="day_length"):
        desk(day_rule="fixed-hours")
    with pytest.raises(errors.ModelError, match="day_length means nothing"):
        desk(day_length="9h")
    with pytest.raises(errors.ModelError, match="not a date"):
        desk().is_working_day(START)


def test_100_000_pauses_on_one_ticket_take_bounded_time():
    begun = process_time()
    step = timedelta(minutes=7)
    pauses = [sc.Pause(start=START + n * step, end=START + n * step + timedelta(minutes=3), reason="third_party")
              for n in range(100_000)]  # fmt: skip
    a = sc.assess(ticket(pauses=pauses), EXAMPLE, at=START + timedelta(days=600))
    assert (a.state, a.due) == ("breached", at("2018-04-10 11:30"))
    assert a.elapsed > timedelta(hours=400)
    # Not a measurement: a quadratic fold would take hours.
    assert process_time() - begun < 60


def test_the_first_and_the_last_year():
    calendar = desk()
    first, last = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)
    whole = sc.elapsed(first, last, calendar=calendar)
    assert sc.deadline(first, whole, calendar=calendar).year == 9999
    assert sc.subtract(last, whole, calendar=calendar).year == 1
    friday = datetime(9999, 12, 31, 16, 0, tzinfo=UTC)
    assert sc.deadline(friday, "30 minutes", calendar=calendar).minute == 30
    for call in (
        lambda: sc.deadline(friday, "31 minutes", calendar=calendar),
        lambda: sc.deadline(START, timedelta(days=1_000_000), calendar=calendar),
        lambda: sc.deadline(START, "3000000 days", calendar=calendar),
        lambda: sc.deadline(START, "3000000 days by close", calendar=calendar),
        lambda: sc.deadline(START, "99999999999 wall hours", calendar=calendar),
        lambda: sc.subtract(first - timedelta(hours=15), "61 minutes", calendar=calendar),
        lambda: calendar.next_open(datetime(9999, 12, 31, 23, tzinfo=UTC)),
        lambda: calendar.next_close(datetime(9999, 12, 31, 23, tzinfo=UTC)),
        lambda: calendar.previous_open(datetime(1, 1, 1, 7, tzinfo=UTC)),
        lambda: calendar.previous_close(datetime(1, 1, 1, 17, tzinfo=UTC)),
        lambda: calendar.working_day(date(9999, 12, 31), 1),
        lambda: calendar.working_day(date(1, 1, 1), -1),
        lambda: calendar.working_day(START.date(), 10**30),
    ):
        with pytest.raises(errors.OutOfRangeError, match="outside the years 1 to 9999"):
            call()


@pytest.mark.parametrize("n", [True, 1.0, "1", None, Fraction(1), np.float64(2), [1]])
def test_a_number_of_working_days_is_whole(n):
    with pytest.raises(errors.ModelError, match="is not a whole number"):
        desk().working_day(START.date(), n)


@pytest.mark.parametrize(
    "day", [START, "2018-04-09", None, 736_793, pd.Timestamp("2018-04-09"), np.datetime64("2018-04-09")]
)
def test_a_date_of_working_days_is_a_date(day):
    for call in (
        lambda: desk().working_day(day, 1),
        lambda: desk().working_days(day, START.date()),
        lambda: desk().working_days(START.date(), day),
    ):
        with pytest.raises(errors.ModelError, match="is not a date"):
            call()


def test_an_answer_whose_local_date_there_is_not_lies_out_of_range():
    """The instant is one of the year 9999, and by the clocks of Kiribati it is the first of the next."""
    calendar = sc.WorkingCalendar.parse("24/7", timezone="Pacific/Kiritimati")
    start = datetime(9999, 12, 31, 9, tzinfo=UTC)
    last = sc.deadline(start, timedelta(hours=1) - timedelta(microseconds=1), calendar=calendar)
    assert last == datetime.max.replace(tzinfo=calendar.zone)
    for ask in (sc.deadline, lambda start, target, calendar: sc.deadline(start, "1 wall hour", calendar=calendar)):
        with pytest.raises(errors.OutOfRangeError, match="outside the years 1 to 9999"):
            ask(start, "1 hour", calendar=calendar)


def test_every_zone_reaches_the_ends_of_time():
    for zone in ("Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati"):
        calendar = sc.WorkingCalendar.parse("24/7", timezone=zone)
        ends = [datetime(1, 1, 1, tzinfo=calendar.zone), datetime(9999, 12, 31, 23, 59, tzinfo=calendar.zone)]
        for a, b in pairwise([ends[0], START, ends[1]]):
            # Python cannot take these to UTC, which lies outside its years, but it can subtract them.
            assert sc.elapsed(a, b, calendar=calendar) == (b - UTC_START) - (a - UTC_START)


@pytest.mark.parametrize("digits", [101, 4_301, 20_000])
@pytest.mark.parametrize("unit", ["hours", "days", "/7 hours", ".5 days"])
def test_numbers_of_any_length(digits, unit):
    # Python refuses to read more than 4,300 digits, and a timedelta holds far fewer.
    text = "9" * digits + (unit if unit[0] in "/." else f" {unit}")
    with pytest.raises(errors.TargetError):
        sc.Target.parse(text)
    with pytest.raises(errors.TargetError):
        sc.Usage(allowance="training", at="2018-05-14T13:00Z", amount=text)


@pytest.mark.parametrize("hours", ["9" * 15 + " hours", "9" * 15 + "h 59 min"])
def test_lengths_longer_than_any(hours):
    with pytest.raises(errors.TargetError, match="longer than any length of time"):
        sc.Usage(allowance="training", at="2018-05-14T13:00Z", amount=hours)
    with pytest.raises(errors.TargetError, match="longer than any length of time"):
        desk(day_rule="fixed-hours", day_length=hours)
    with pytest.raises(errors.SlaClockError):
        sc.deadline(at("2018-04-09 10:00"), hours, calendar=desk())


READERS = {
    "policy": sc.Policy.load,
    "cases": CaseFile.load,
    "mapping": sc.EventMapping.load,
    "policy.json": sc.Policy.load,
    "holidays.json": sc.Holidays.from_gov_uk,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"x = " + b"[" * 50_000, "recursion|not JSON"),
        (b"[" * 50_000, "not JSON|not TOML"),
        (b"[" * 50_000 + b"]" * 50_000, "not JSON|not TOML|should be a table|have no division"),
        (b"a." * 50_000 + b"a = 1", "a key of more than 64 parts|not JSON"),
        (b"[" + b"'a' . " * 64 + b"b]", "a key of more than 64 parts|not JSON"),
        (b"x = {" + b'"a".' * 64 + b"b = 1}", "a key of more than 64 parts|not JSON"),
        (b"\xff", "save it as UTF-8"),
        (None, "No such file or directory"),
    ],
)
def test_files_that_cannot_be_read(tmp_path, reader, content, said):
    file = tmp_path / (reader if "." in reader else f"{reader}.toml")
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(errors.SlaClockError, match=said) as caught:
        READERS[reader](file)
    assert str(file) in str(caught.value)


def test_a_key_of_many_parts_is_read():
    data = read_data(".".join(["a"] * 64) + " = 1\nx = 'a.b'\n", "toml", errors.PolicyError)
    for _ in range(64):
        data = data["a"]
    assert data == 1


def test_wall_time_before_the_first_year_and_after_the_last():
    first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, tzinfo=UTC)
    universal = sc.WorkingCalendar.parse("24/7", timezone="UTC")
    assert sc.subtract(first + timedelta(hours=1), "1 wall hour", calendar=universal) == first
    with pytest.raises(errors.OutOfRangeError):
        sc.subtract(first, "1 wall hour", calendar=universal)
    with pytest.raises(errors.OutOfRangeError):
        sc.deadline(last, "1 wall hour", calendar=universal)


CALLS = {
    "a calendar as text": lambda: columns.deadline(OPENINGS, "2 hours", calendar="Mo-Fr 09:00-17:00"),
    "a calendar of closings as text": lambda: columns.next_close(OPENINGS, calendar="Mo-Fr 09:00-17:00"),
    "an instant without a zone": lambda: columns.assess(
        pd.DataFrame({"opened": OPENINGS}), EXAMPLE, at="2018-04-10T10:00"
    ),
    "a ticket twice": lambda: sc.report([TICKET, TICKET], EXAMPLE, at=NOW),
    "no tickets": lambda: sc.report(None, EXAMPLE, at=NOW),
    "usage that is none": lambda: sc.report([], EXAMPLE, at=NOW, usage=5),
    "usage of texts": lambda: sc.report([], EXAMPLE, at=NOW, usage=["x"]),
    "an engine's policy as a path of none": lambda: duckdb_engine.register(duckdb.connect(), "sla.toml"),
}
OPENINGS = pd.Series(pd.to_datetime(["2018-04-09T10:00Z"]))
TICKET = sc.Ticket(id="T1", priority="P1", opened=at("2018-04-09 10:00"))
NOW = at("2018-04-10 10:00")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a calendar as text", "'Mo-Fr 09:00-17:00' is not a calendar; give WorkingCalendar.parse"),
        ("a calendar of closings as text", "'Mo-Fr 09:00-17:00' is not a calendar; give WorkingCalendar.parse"),
        ("an instant without a zone", "2018-04-10T10:00"),
        ("a ticket twice", "the ticket 'T1' stands in item 0 and in item 1; keep one of them"),
        ("no tickets", "the tickets are a NoneType; give Ticket objects"),
        ("usage that is none", "usage: the usage is a int; give a list of Usage objects"),
        ("usage of texts", "usage: item 0 of the usage is a str; give Usage objects"),
        ("an engine's policy as a path of none", "cannot read sla.toml (No such file or directory); check the path"),
    ],
)
def test_what_columns_reports_and_engines_refuse(name, message):
    with pytest.raises(sc.SlaClockError, match=re.escape(message)):
        CALLS[name]()


def test_an_instant_as_text_stands_for_itself():
    tickets = pd.DataFrame({"opened": OPENINGS, "priority": ["P1"]})
    text = NOW.isoformat()
    pd.testing.assert_frame_equal(
        columns.assess(tickets, EXAMPLE, at=text), columns.assess(tickets, EXAMPLE, at=NOW), check_exact=True
    )
    assert sc.report(tickets, EXAMPLE, at=text) == sc.report(tickets, EXAMPLE, at=NOW)


@pytest.mark.parametrize(
    ("attributes", "said"),
    [
        (["site"], "attributes: ['site'] is no table of attributes; give them by their names, such as"),
        ("site", "attributes: 'site' is no table of attributes"),
        ({"site": ["Leeds"]}, "attributes.site: ['Leeds'] is no text; give one value, such as 'ACME'"),
        ({"site": 5}, "attributes.site: 5 is no text"),
    ],
)
def test_what_is_no_table_of_attributes_chooses_no_policy(attributes, said):
    policy = sc.Policy.example().model_copy(update={"applies_to": {"site": ("Leeds",)}})
    book = sc.PolicyBook([policy, sc.Policy.example()])
    opened = "2018-05-01T10:00Z"
    for ask in (
        lambda: book.at(opened, attributes),
        lambda: policy.at(opened, attributes),
        lambda: policy.fits(attributes),
        lambda: book.choose(0, attributes),
    ):
        with pytest.raises(errors.ModelError) as caught:
            ask()
        assert said in str(caught.value)
    assert book.at(opened, {"site": None}) == book.at(opened) == sc.Policy.example()
    assert book.at(opened, {"site": "Leeds"}) == policy


@pytest.mark.parametrize("customer", ["ACME", None])
@pytest.mark.parametrize(
    ("ticket", "said"),
    [
        ({"priority": "P9"}, "'P9' is no priority of {}; use one of: P1"),
        ({"kind": "fault"}, "{} has no targets for the kind 'fault'"),
        ({"priority": "P1", "measure": "respond"}, "{} sets no respond target for any kind"),
        ({"impact": "huge", "priority": "P1"}, "'huge' is no impact of {}"),
    ],
)
def test_a_word_that_a_policy_of_a_book_does_not_know_names_the_policy(customer, ticket, said):
    acme = sc.Policy.example().model_copy(update={"name": "ACME", "applies_to": {"customer": ("ACME",)}})
    book = sc.PolicyBook([acme, sc.Policy.example().model_copy(update={"name": "A long name of all others" * 9})])
    named = "the policy 'ACME'" if customer else "the policy 'A long name of all others"
    row = {"id": "T1", "kind": "incident", "opened": at("2018-04-09 10:00"), "customer": customer, **ticket}
    measure = row.pop("measure", "resolve")
    attributes = {} if customer is None else {"customer": customer}
    known = {name: value for name, value in row.items() if name != "customer"}
    for ask in (
        lambda: sc.assess(sc.Ticket(**known, attributes=attributes), book, at=row["opened"], measure=measure),
        lambda: columns.assess(pd.DataFrame([row]), book, at=row["opened"], measure=measure),
    ):
        with pytest.raises(errors.PolicyError) as caught:
            ask()
        assert said.partition("{}")[0] + named in str(caught.value)
        assert said.rpartition("{}")[2] in str(caught.value)
        assert len(str(caught.value)) < 200
