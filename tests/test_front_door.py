"""The names that outside programs call, called as they call them."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path

import slaclock as sc
from desk import at


def test_the_front_door():
    cal = sc.WorkingCalendar(
        timezone="Europe/London",
        hours={
            "mon": ["08:00-17:00"],
            "tue": ["08:00-17:00"],
            "wed": ["08:00-17:00"],
            "thu": ["08:00-17:00"],
            "fri": ["08:00-16:30"],
        },
        holidays="GB-ENG",
        special={"2026-12-24": ["08:00-12:00"], "2026-12-29": []},
        day_rule="proportional",
        after_hours="next-opening",
        cutoff="15:00",
    )
    start, end = at("2026-12-23 16:00"), at("2026-12-24 12:00")
    assert cal.is_open(start) is True
    assert [tuple(span) for span in cal.spans(start, end)] == [
        (start, at("2026-12-23 17:00")),
        (at("2026-12-24 08:00"), end),
    ]
    assert next(iter(cal.spans(start, end))).start == start
    assert cal.next_open(end) == at("2026-12-30 08:00")
    assert cal.is_working_day(date(2026, 12, 29)) is False
    assert (cal.next_close(end), cal.previous_open(end)) == (at("2026-12-30 17:00"), at("2026-12-24 08:00"))
    assert cal.previous_close(end) == at("2026-12-23 17:00")
    assert cal.working_day(end.date(), 1) == date(2026, 12, 30)
    assert cal.working_days(start.date(), date(2026, 12, 30)) == 3
    assert (cal.model_copy(update={"special": {}}) - cal).next_open(start) == end
    assert sc.deadline(start, "2 hours", calendar=cal, pauses=()) == at("2026-12-24 09:00")
    assert sc.deadline(start, timedelta(hours=2), calendar=cal, pauses=[(start, None)]) is None
    assert sc.elapsed(start, end, calendar=cal, pauses=()) == timedelta(hours=5)
    assert sc.elapsed_days(start, end, calendar=cal, pauses=()) == Fraction(10, 9)
    assert sc.subtract(end, sc.Target.parse("5 hours"), calendar=cal) == start
    pause = at("2026-12-24 09:00"), at("2026-12-24 10:00")
    assert sc.subtract(end, "4 hours", calendar=cal, pauses=[pause]) == start
    assert sc.remaining(start, "2 hours", calendar=cal, at=end, pauses=()) == timedelta(hours=-3)
    assert sc.is_breached(start, "2 hours", calendar=cal, at=end, done=None, pauses=()) is True
    year = sc.subscription_year(start, timezone="Europe/London", starts=(4, 1))
    assert (year.label, year.start, year.end) == ("2026/27", at("2026-04-01 00:00"), at("2027-04-01 00:00"))
    assert (year.next.label, year.previous.label, len(year.split(start, end))) == ("2027/28", "2025/26", 1)


def test_the_front_door_of_policies():
    policy = sc.Policy.example()
    ticket = sc.Ticket(
        id="T1",
        kind="incident",
        priority="P2",
        opened=at("2018-04-09 10:00"),
        responded=None,
        resolved=None,
        category=None,
        pauses=[sc.Pause(start=at("2018-04-09 15:00"), end=None, reason="third_party")],
    )
    a = sc.assess(ticket, policy, at=at("2018-04-09 16:00"), measure="resolve")
    assert (a.state, a.due, a.elapsed, a.remaining) == ("paused", None, timedelta(hours=5), timedelta(hours=1))
    assert (round(a.consumed, 3), a.expected_from) == (0.833, at("2018-04-09 10:00"))
    assert "service hours" in str(a.explain())
    assert [(m.percent, m.at, m.reached) for m in a.milestones] == [
        (50, at("2018-04-09 13:00"), True),
        (75, at("2018-04-09 14:30"), True),
        (90, None, False),
    ]
    line = sc.timeline(ticket, policy, at=at("2018-04-09 14:45"), measure="resolve", percents=(50, 75, 90))
    assert [(turn.kind, turn.percent, turn.before, turn.after) for turn in line.turns] == [
        ("window", None, None, None), ("milestone", 50, None, None), ("milestone", 75, None, None),
        ("milestone", 90, None, None), ("due", None, None, None), ("state", None, "running", "breached"),
    ]  # fmt: skip
    assert line.next.at == at("2018-04-09 15:24")
    assert line.between(at("2018-04-09 13:00"), at("2018-04-09 14:30")) == line.turns[2:3]
    assert sc.due_within([ticket], policy, at=at("2018-04-09 14:45"), within="4 hours").due[0].due == at(
        "2018-04-09 16:00"
    )
    assert isinstance(policy.calendar, sc.WorkingCalendar)


def test_every_name_is_there_and_typed():
    assert sorted(sc.__all__) == sorted(sc._HOME_OF)
    for name in sc.__all__:
        assert getattr(sc, name) is not None
        assert name in dir(sc)
    source = Path(str(sc.__file__)).read_text(encoding="utf-8")
    assert all(f" import {name} as {name}\n" in source for name in sc.__all__)


def test_importing_loads_neither_holidays_nor_numpy():
    heavy = ("holidays", "numpy", "dateutil", "rich")
    code = f"import sys, slaclock as sc; sc.WorkingCalendar; sc.assess; print([m for m in {heavy} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


WITHOUT_EXTRAS = """
import sys
for library in ("numpy", "narwhals", "pandas", "polars", "pyarrow", "duckdb", "pyspark", "altair", "jinja2", "rich",
                "icalendar", "recurring_ical_events", "hypothesis", "vl_convert", "python_calamine", "xlsxwriter"):
    sys.modules[library] = None
import slaclock as sc
for name in sc.__all__:
    try:
        getattr(sc, name)
    except sc.errors.MissingExtraError as missing:
        print(name)
"""


def test_without_the_extras_a_name_is_there_or_says_which_extra_it_needs():
    run = subprocess.run([sys.executable, "-c", WITHOUT_EXTRAS], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert run.stdout.split() == [
        "Comparison",
        "NeededTargets",
        "Reconciliation",
        "Report",
        "compare",
        "needed",
        "overload",
        "reconcile",
        "report",
    ]
