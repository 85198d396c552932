"""Every public function and value, called as the documentation calls them, for type checkers to read."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import assert_type
from zoneinfo import ZoneInfo

import slaclock as sc
from slaclock.typing import Measure, State, TargetLike, TurnKind

LONDON = ZoneInfo("Europe/London")
start, end = datetime(2018, 4, 6, 15, tzinfo=LONDON), datetime(2018, 4, 9, 9, tzinfo=LONDON)

cal = sc.WorkingCalendar(
    timezone="Europe/London",
    hours={"mon": ["08:00-17:00"], "fri": ["08:00-16:30"]},
    holidays="GB-ENG",
    special={"2026-12-24": ["08:00-12:00"], "2026-12-29": []},
    day_rule="proportional",
    after_hours="next-opening",
    cutoff="15:00",
)
parsed = sc.WorkingCalendar.parse("Mo-Th 08:00-17:00; PH off", timezone="Europe/London", holidays="GB-ENG")
assert_type(parsed, sc.WorkingCalendar)
assert_type(cal.is_open(start), bool)
assert_type(cal.next_open(start), datetime)
assert_type(cal.next_close(start), datetime)
assert_type(cal.previous_open(start), datetime)
assert_type(cal.previous_close(start), datetime)
assert_type(cal.is_working_day(date(2026, 12, 24)), bool)
assert_type(cal.working_day(date(2026, 12, 24), 3), date)
assert_type(cal.working_days(date(2026, 12, 1), date(2026, 12, 24)), int)
for span in cal.spans(start, end):
    assert_type(span.start, datetime)
either: sc.Calendar = cal | parsed
both: sc.Calendar = cal & parsed
only: sc.Calendar = cal - parsed

pauses = [(start, end), (end, None)]
target: TargetLike = "2 hours"
assert_type(sc.deadline(start, target, calendar=cal, pauses=pauses), datetime | None)
assert_type(sc.deadline(start, timedelta(hours=2), calendar=either), datetime | None)
assert_type(sc.elapsed(start, end, calendar=cal, pauses=[sc.Pause(start=start, end=None)]), timedelta)
assert_type(sc.elapsed_days(start, end, calendar=both), Fraction)
assert_type(sc.subtract(end, sc.Target.parse("1 hour"), calendar=cal), datetime)
assert_type(sc.remaining(start, "2 hours", calendar=cal, at=end), timedelta)
assert_type(sc.is_breached(start, "2 hours", calendar=cal, at=end, done=None), bool)
year = sc.subscription_year(start, timezone="Europe/London", starts=(4, 1))
assert_type(year.label, str)
assert_type(year.next.split(start, end)[0][1], datetime)

policy = sc.Policy(
    name="a desk",
    calendar=cal,
    targets={"incident": {"P1": {"resolve": "0-2 hours"}}, "request": {"resolve": "10 days"}},
    pauses={"third_party": ["resolve"]},
    priorities={"high": {"low": "P1"}},
    in_force_from="2018-04-01",
)
assert_type(policy.calendar.holidays, sc.Holidays)
assert_type(sc.Policy.load("sla.toml"), sc.Policy)
assert_type(sc.Policy.example().target("incident", "P1"), sc.Target)
book = sc.PolicyBook([policy, sc.Policy.example()])
assert_type(book.at(start), sc.Policy)
assert_type(sc.PolicyBook.from_json(book.to_json()), sc.PolicyBook)

ticket = sc.Ticket(
    id="T1",
    kind="incident",
    priority="P2",
    opened="2018-04-09T10:00+01:00",
    pauses=[sc.Pause(start="2018-04-09T15:00+01:00", end=None, reason="third_party")],
    attributes={"customer": "ACME"},
    changes=[sc.Change(at="2018-04-09T16:00+01:00", field="priority", to="P1")],
    reopenings=[sc.Reopening(resolved="2018-04-09T17:00+01:00", reopened=end)],
)
measure: Measure = "resolve"
a = sc.assess(ticket, book, at=end, measure=measure)
assert_type(a, sc.Assessment)
assert_type(a.state, State)
assert_type(a.due, datetime | None)
assert_type(a.elapsed, timedelta)
assert_type(a.remaining, timedelta | None)
assert_type(a.consumed, float | None)
assert_type(a.expected_from, datetime | None)
assert_type(a.milestones[0].percent, int | float)
assert_type(a.explain().rows[0].why, str)
assert_type(sc.Assessment.from_json(a.to_json()), sc.Assessment)
for assessment in sc.assess_many([ticket], policy, at=end):
    assert_type(assessment, sc.Assessment)
for outcome in sc.assess_many([ticket], policy, at=end, errors="return"):
    assert_type(outcome, sc.Assessment | sc.SlaClockError)
    if isinstance(outcome, sc.SlaClockError):
        assert_type(outcome.code, str)
        assert_type(outcome.row, int | None)
        assert_type(outcome.all, tuple[sc.SlaClockError, ...])

try:
    sc.Policy.load("sla.toml")
except (sc.errors.TargetError, sc.errors.PolicyError) as error:
    print(error.path, error.value, error.remedy)

usage = [sc.Usage(allowance="sims_training", at="2018-05-14T13:00+01:00", amount="3 hours")]
assert_type(sc.allowance_years(usage, policy)[0].remaining, timedelta)
report = sc.report([ticket], policy, at=end, by="resolved", period="month", usage=usage)
assert_type(report, sc.Report)
assert_type(report.totals["met"], int)
assert_type(report.overall.share, Fraction | None)
assert_type(sc.Report.from_json(report.to_json()), sc.Report)
mapping = sc.EventMapping.load("mapping.toml")
assert_type(sc.tickets_from_events([{"ticket": "T1"}], mapping), list[sc.Ticket])

line = sc.timeline(ticket, book, at=end, measure=measure, percents=(50, 87.5))
assert_type(line, sc.Timeline)
assert_type(line.next, sc.Turn | None)
for turn in line.between(start="2018-04-09T10:00+01:00", end=end):
    assert_type(turn.at, datetime)
    assert_type(turn.kind, TurnKind)
    assert_type(turn.after, State | None)
    assert_type(turn.percent, int | float | None)
soon = sc.due_within([ticket], policy, at=end, within=timedelta(hours=4))
assert_type(soon, sc.DueWithin)
assert_type(soon.paused[0].due, datetime)
