"""ServiceNow's exports: what becomes of schedules, SLA definitions and audits, and what is lost."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

import slaclock as sc
from desk_exports import desk_of, documents, judged, lost, same_by_files
from slaclock import errors
from slaclock.desks import servicenow
from slaclock.desks.servicenow.queries import values_of

NOW = "2018-04-10T12:00+01:00"
SPAN = {"schedule": "s", "type": "", "start_date_time": "20180101T080000", "end_date_time": "20180101T170000"}


def calendar(*spans: dict[str, object], zone: str = "Europe/London", **options: str) -> sc.WorkingCalendar:
    schedule = {"sys_id": "s", "name": "Desk", "time_zone": zone}
    return servicenow.calendar({"result": [schedule]}, {"result": list(spans)}, **options).value


def test_entries_are_hours_and_closures():
    tables = documents("servicenow")
    made = servicenow.calendar(*(tables[name] for name in ("cmn_schedule", "cmn_schedule_span", "cmn_other_schedule")))
    assert made.value.hours.to_text() == {
        **{key: ["08:00-17:00"] for key in ("mon", "tue", "wed", "thu")}, "fri": ["08:00-16:30"],
    }  # fmt: skip
    open_days = [day for day in range(1, 32) if made.value.is_working_day(date(2018, 5, day))]
    assert 28 not in open_days
    assert made.value.is_working_day(date(2018, 5, 29))
    assert not any(made.value.is_working_day(date(2018, month, day)) for month, day in ((3, 30), (4, 2), (12, 25)))
    assert not made.value.is_open("2018-04-10T14:00+01:00")
    assert made.value.is_open("2018-04-10T16:00+01:00")
    assert lost(made) == ["cmn_schedule_span.3: open hours that do not come every week are not kept"]


@pytest.mark.parametrize(
    ("fields", "hours"),
    [
        ({"repeat_type": "weekdays"}, {key: ["08:00-17:00"] for key in ("mon", "tue", "wed", "thu", "fri")}),
        ({"repeat_type": "weekMWF"}, {key: ["08:00-17:00"] for key in ("mon", "wed", "fri")}),
        ({"repeat_type": "weekly"}, {"mon": ["08:00-17:00"]}),
        ({"repeat_type": "weekends", "all_day": "true"}, {key: ["00:00-24:00"] for key in ("sat", "sun")}),
        ({"repeat_type": "weekly", "end_date_time": "20180102T060000"}, {"mon": ["08:00-06:00"]}),
        ({"repeat_type": "weekly", "start_date_time": "20180101T080000Z"}, {"mon": ["08:00-17:00"]}),
        ({"repeat_type": "weekly", "end_date_time": "20180101T235959"}, {"mon": ["08:00-24:00"]}),
    ],
)
def test_hours_of_every_week(fields, hours):
    assert calendar({**SPAN, **fields}).hours.to_text() == hours


@pytest.mark.parametrize(
    ("fields", "closed"),
    [
        ({}, ["2018-01-01 08:00"]),
        ({"repeat_type": "daily", "repeat_count": "2"}, ["2018-01-01 08:00", "2018-01-03 08:00", "2018-01-05 08:00"]),
        ({"repeat_type": "weekly", "repeat_until": "20180108"}, ["2018-01-01 08:00", "2018-01-08 08:00"]),
        ({"repeat_type": "monthly"}, ["2018-01-01 08:00", "2018-02-01 08:00"]),
        ({"end_date_time": "20180103T120000"}, ["2018-01-01 20:00", "2018-01-02 12:00", "2018-01-03 11:00"]),
    ],
)
def test_what_is_excluded_is_closed(fields, closed):
    every = {**SPAN, "repeat_type": "daily", "start_date_time": "20180101T000000", "end_date_time": "20180102T000000"}
    made = calendar(every, {**SPAN, "type": "exclude", **fields})
    for text in closed:
        assert not made.is_open(f"{text}Z"), text
    assert made.is_open("2018-01-01T07:59Z")
    assert made.is_open("2018-01-09T08:00Z") or fields.get("repeat_type") == "daily"


@pytest.mark.parametrize(
    ("child", "entry", "is_open"),
    [("include", "exclude", False), ("exclude", "", False), ("exclude", "exclude", False), ("include", "", True)],
)
def test_child_schedules_are_included_with_their_types_or_excluded_as_a_whole(child, entry, is_open):
    schedules = {"result": [{"sys_id": "s", "name": "Desk", "time_zone": "Europe/London"}, {"sys_id": "c"}]}
    base = {**SPAN, "repeat_type": "weekdays"}
    own = {**base, "schedule": "c", "type": entry, "end_date_time": "20180101T200000"}
    others = {"result": [{"schedule": "s", "child_schedule": "c", "type": child}]}
    made = servicenow.calendar(schedules, {"result": [base, own]}, others)
    assert made.lost == ()
    assert made.value.is_open("2018-04-10T17:30+01:00") == is_open
    assert made.value.is_open("2018-04-10T16:00+01:00") == is_open


def test_a_type_that_is_a_label_alone_changes_nothing():
    assert calendar({**SPAN, "type": "time_off", "repeat_type": "weekdays"}).is_open("2018-04-10T09:00+01:00")


@pytest.mark.parametrize(
    ("week", "day", "month", "closed"),
    [("3", "2", "1", "2018-01-15"), ("last", "2", "5", "2018-05-28"), ("4", "5", "11", "2018-11-22")],
)
def test_a_holiday_that_floats_counts_days_from_sunday(week, day, month, closed):
    """Martin Luther King Day, Memorial Day and Thanksgiving, as ServiceNow's U.S. Holidays have them."""
    floats = {"repeat_type": "yearly", "yearly_type": "float", "float_week": week, "float_day": day, "month": month}
    every = {**SPAN, "repeat_type": "weekdays"}
    made = calendar(every, {**SPAN, "type": "exclude", "all_day": "true", **floats})
    assert not made.is_working_day(date.fromisoformat(closed))
    assert [made.is_working_day(date.fromisoformat(closed) + timedelta(days=shift)) for shift in (-7, 7)] == [
        True,
        True,
    ]


def test_a_schedule_that_floats_is_in_the_zone_that_is_given():
    assert calendar(SPAN, zone="floating", timezone="Europe/Madrid").timezone == "Europe/Madrid"
    made = servicenow.calendar({"result": [{"sys_id": "s", "time_zone": ""}]}, None)
    assert [entry.path for entry in made.lost] == [("cmn_schedule", 0, "time_zone")]


def test_definitions_are_targets():
    policy = desk_of("servicenow").value.policy
    assert [str(policy.target("incident", "1", measure)) for measure in ("resolve", "respond")] == [
        "4 hours", "15 minutes",
    ]  # fmt: skip
    assert policy.targets["incident"].calendar("1", "respond") == "always"
    assert str(policy.target("incident", "3")) == "24 hours"
    assert policy.target_of("incident", "4", "resolve") is None
    assert policy.stops("Awaiting Vendor", "resolve")
    assert not policy.stops("Awaiting Vendor", "respond")


def test_tickets_are_due_as_worked_out_by_hand():
    desk = desk_of("servicenow")
    assert judged(desk, NOW) == {
        "INC0000001": ("breached", "Tue 10 10:00"),  # 3 h until Monday 13:00, 1 h from Tuesday 09:00
        "INC0000002": ("running", "Thu 12 09:00"),  # 7 h on Monday, 7 on Tuesday, of which two are closed, 9, and 1
        "INC0000003": ("met", "Thu 12 09:00"),
    }  # fmt: skip
    assert judged(desk, NOW, "respond")["INC0000001"] == ("met", "Mon 09 10:15")


def test_the_audit_tells_holds_with_their_reasons():
    first = desk_of("servicenow").value.tickets[0]
    assert [f"{own.reason} {own.start:%H:%M}-{own.end:%d %H:%M}" for own in first.pauses] == [
        "Awaiting Vendor 12:00-10 08:00"
    ]
    assert (first.priority, first.attributes) == ("3", {"company": "acme"})


def test_what_is_lost_is_named():
    assert lost(desk_of("servicenow")) == [
        "contract_sla.3.start_condition: the condition cannot be said: the SLA definition 'VIP' is left out",
        "contract_sla.4.type: an agreement of the type OLA is not with the customer: the SLA definition 'Network team'"
        " is left out",
        "cmn_schedule_span.3: open hours that do not come every week are not kept",
        "incident.1.state: since when the incident is so is not said without its audit: it is kept as running",
        "incident.1.due_date: a date for planning; no SLA counts to it",
    ]


def test_definitions_for_a_company_are_a_book():
    tables = documents("servicenow")
    [first, *_] = tables["contract_sla"]["result"]
    acme = {**first, "name": "ACME", "start_condition": "company=acme^priority=1", "duration": "1970-01-01 01:00:00"}
    made = servicenow.policy([first, acme], tables["cmn_schedule"], tables["cmn_schedule_span"])
    assert [str(own.target("incident", "1")) for own in made.value.policies] == ["1 hour", "4 hours"]
    assert dict(made.value.policies[0].applies_to) == {"company": ("acme",)}


@pytest.mark.parametrize(
    ("retroactive", "rule", "lines"),
    [(["true"], "from-opening", 0), (["false"], "restart", 0), (["true", "false"], "from-opening", 1)],
)
def test_what_is_retroactive_counts_from_the_opening(retroactive, rule, lines):
    [first, *_] = documents("servicenow")["contract_sla"]["result"]
    made = servicenow.policy([{**first, "schedule": "", "retroactive": word} for word in retroactive])
    assert made.value.rules.priority_change == rule
    assert len([entry for entry in made.lost if "retroactive" in entry.why]) == lines


@pytest.mark.parametrize(
    ("query", "values"),
    [
        ("priorityIN1,2^active=true", {"priority": ("1", "2"), "active": ("true",)}),
        ("priority=1^ORstate=2", None),
        ("priority=1^NQpriority=2", None),
        ("priority!=1", None),
        ("", {}),
    ],
)
def test_queries(query, values):
    assert values_of(query) == values


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"start_date_time": "20181301T080000"},
            r"span\.0\.start_date_time: '20181301T080000' is no date",
        ),
        ({"end_date_time": "20180101T080000"}, "not after it starts"),
        ({"repeat_type": "weekly", "days_of_week": "18"}, "'18' are no days of the week"),
    ],
)
def test_errors_name_the_path(fields, said):
    with pytest.raises(errors.SlaClockError, match=said):
        calendar({**SPAN, **fields})


def test_the_command_line_writes_what_can_be_assessed(tmp_path, capsys):
    same_by_files("servicenow", tmp_path, NOW, capsys)
