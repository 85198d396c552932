"""The laws of the two clocks, on drawn calendars; the oracle is the judge of every number."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from math import ceil

from hypothesis import assume, given
from hypothesis import strategies as st

import oracle
import slaclock as sc
from drawn import Both, any_calendars, calendars, instants, lengths, naive_pauses, pause_lists, targets

MICROSECOND = timedelta(microseconds=1)


def ordered(a: datetime, b: datetime) -> tuple[datetime, datetime]:
    return (a, b) if a.astimezone(UTC) <= b.astimezone(UTC) else (b, a)


def same(answer: datetime | None, expected: datetime | None) -> bool:
    return (None if answer is None else oracle.utc(answer)) == expected


def product_due(both: Both, start, target, pauses=()):
    return sc.deadline(start, target, calendar=both.product, pauses=pauses)


# Equal to the oracle


@given(calendars(), instants(), instants(), st.data())
def test_elapsed_is_the_oracles(both, a, b, data):
    a, b = ordered(a, min(b, a + timedelta(days=30)))
    pauses = data.draw(pause_lists(a))
    expected = oracle.elapsed(both.oracle, oracle.utc(a), oracle.utc(b), naive_pauses(pauses))
    assert sc.elapsed(a, b, calendar=both.product, pauses=pauses) == expected


@given(calendars(), instants(), instants(), st.data())
def test_elapsed_days_is_the_oracles(both, a, b, data):
    a, b = ordered(a, min(b, a + timedelta(days=30)))
    pauses = data.draw(pause_lists(a))
    expected = oracle.elapsed_days(both.oracle, oracle.utc(a), oracle.utc(b), naive_pauses(pauses))
    assert sc.elapsed_days(a, b, calendar=both.product, pauses=pauses) == expected


@given(calendars(rules=True), instants(), st.data())
def test_deadline_is_the_oracles(both, start, data):
    drawn = data.draw(targets(both))
    pauses = data.draw(pause_lists(start))
    expected = oracle.deadline(both.oracle, oracle.utc(start), drawn.kind, drawn.amount, drawn.by, naive_pauses(pauses))
    assert same(product_due(both, start, drawn.target, pauses), expected)


@given(any_calendars(), instants(), st.data())
def test_subtract_is_the_oracles(both, end, data):
    days = data.draw(st.booleans())
    if days:
        amount = data.draw(st.fractions(0, 4, max_denominator=40))
        target = sc.Target(amount, "days")
    else:
        amount = data.draw(lengths)
        target = sc.Target(amount // MICROSECOND)
    pauses = data.draw(pause_lists(end - timedelta(days=data.draw(st.integers(0, 4)))))
    assume(sc.elapsed(end - timedelta(days=40), end, calendar=both.product) > timedelta(hours=70))
    assume(not days or both.product.working_days(end.date() - timedelta(days=38), end.date() - timedelta(days=2)) > 9)
    expected = oracle.start_for(both.oracle, oracle.utc(end), amount, days, naive_pauses(pauses))
    assert same(sc.subtract(end, target, calendar=both.product, pauses=pauses), expected)


@given(calendars(rules=True), instants(), st.data())
def test_remaining_is_the_oracles(both, start, data):
    drawn = data.draw(targets(both))
    pauses = data.draw(pause_lists(start))
    at = start.astimezone(UTC) + data.draw(lengths)
    expected = oracle.remaining(
        both.oracle, oracle.utc(start), oracle.utc(at), drawn.kind, drawn.amount, drawn.by, naive_pauses(pauses)
    )
    assert sc.remaining(start, drawn.target, calendar=both.product, at=at, pauses=pauses) == expected


@given(calendars(), instants())
def test_next_open_and_is_open_are_the_oracles(both, at):
    assert same(both.product.next_open(at), oracle.next_open(both.oracle, oracle.utc(at)))
    assert both.product.is_open(at) == (both.oracle.day_open_at(oracle.utc(at)) is not None)


@given(calendars(), instants(), instants())
def test_spans_are_the_oracles_merged(both, a, b):
    a, b = ordered(a, min(b, a + timedelta(days=20)))
    found = [(oracle.utc(s.start), oracle.utc(s.end)) for s in both.product.spans(a, b)]
    expected: list[tuple[datetime, datetime]] = []
    for x, y, _ in oracle.counted(both.oracle, oracle.utc(a), oracle.utc(b)):
        if expected and expected[-1][1] == x:
            expected[-1] = expected[-1][0], y
        else:
            expected.append((x, y))
    assert found == expected


@given(calendars(), instants())
def test_working_days_are_the_oracles(both, at):
    day = at.date()
    assert both.product.is_working_day(day) == both.oracle.works(day)


# Additive and monotone


@given(calendars(), instants(), instants(), instants(), st.data())
def test_elapsed_is_additive(both, a, b, c, data):
    a, b, c = sorted((a, b, c), key=lambda at: at.astimezone(UTC))
    pauses = data.draw(pause_lists(a))
    for clock in (sc.elapsed, sc.elapsed_days):
        parts = clock(a, b, calendar=both.product, pauses=pauses) + clock(b, c, calendar=both.product, pauses=pauses)
        assert parts == clock(a, c, calendar=both.product, pauses=pauses)


@given(calendars(), instants(), st.data())
def test_a_later_end_never_elapses_less_and_a_longer_target_is_never_due_earlier(both, a, data):
    pauses = data.draw(pause_lists(a, may_be_open=False))
    ends = sorted(data.draw(st.lists(lengths, min_size=2, max_size=2)))
    short, long = (sc.elapsed(a, a.astimezone(UTC) + end, calendar=both.product, pauses=pauses) for end in ends)
    assert timedelta(0) <= short <= long
    sooner, later = (product_due(both, a, length, pauses) for length in ends)
    assert sooner.astimezone(UTC) <= later.astimezone(UTC)


@given(calendars(rules=True), instants(), lengths, st.data())
def test_a_later_start_is_never_due_earlier(both, a, gap, data):
    drawn = data.draw(targets(both))
    # A moment held within a day's hours falls back to its last close, so that two lunch-time arrivals can swap
    # nothing but their order within one day; every other rule is monotone.
    assume(drawn.kind == "hours" or (drawn.by is None and both.product.day_rule in ("proportional", "fixed-hours")))
    # Nor are two arrivals about a cut-off in order where the night of one day runs on into another, which has its own
    # cut-off or none, and where nothing is to be done, so that what arrives on a closed day is due at once.
    assume(both.product.cutoff is None or (drawn.amount and not has_nights(both.oracle)))
    b = a.astimezone(UTC) + gap
    first, second = product_due(both, a, drawn.target), product_due(both, b, drawn.target)
    assert first.astimezone(UTC) <= second.astimezone(UTC)


def has_nights(calendar: oracle.Calendar) -> bool:
    """Whether any of its spans runs past midnight."""
    days = [*calendar.week, *calendar.special.values()]
    days += [spans for season in calendar.seasons for spans in season.week.values()]
    return any(oracle.minutes(closed) <= oracle.minutes(opened) for spans in days for opened, closed in spans)


by_day = st.lists(
    st.sampled_from([[("08:00", "17:00")], [("09:00", "12:00"), ("13:00", "17:30")], [("00:00", "24:00")], []]),
    min_size=7, max_size=7,
).filter(any)  # fmt: skip


@given(
    calendars(rules=True, week=by_day),
    instants(),
    lengths,
    st.sampled_from(["1 day", "2 days by 16:00", "1 day by close"]),
)
def test_a_later_arrival_is_due_no_earlier_whatever_the_cut_off(both, a, gap, target):
    calendar = both.product.model_copy(update={"special": {}, "closed": {}, "seasons": {}})
    assume(calendar.cutoff is not None and (calendar.day_rule != "same-time" or target != "1 day"))
    first, second = (sc.deadline(at, target, calendar=calendar) for at in (a, a.astimezone(UTC) + gap))
    assert first.astimezone(UTC) <= second.astimezone(UTC)


# Deadline, elapsed and subtract are one another's inverses


@given(calendars(), instants(), lengths, st.data())
def test_the_deadline_is_the_earliest_instant_with_so_much_elapsed(both, start, length, data):
    pauses = data.draw(pause_lists(start, may_be_open=False))
    due = product_due(both, start, length, pauses).astimezone(UTC)
    assert sc.elapsed(start, due, calendar=both.product, pauses=pauses) == length
    if length:
        before = sc.elapsed(start, due - MICROSECOND, calendar=both.product, pauses=pauses)
        assert before == length - MICROSECOND


@given(calendars(), instants(), st.fractions(0, 6, max_denominator=100), st.data())
def test_the_days_deadline_is_the_earliest_whole_microsecond(both, start, days, data):
    pauses = data.draw(pause_lists(start, may_be_open=False))
    due = product_due(both, start, sc.Target(days, "days"), pauses).astimezone(UTC)
    assert sc.elapsed_days(start, due, calendar=both.product, pauses=pauses) >= days
    if days:
        assert sc.elapsed_days(start, due - MICROSECOND, calendar=both.product, pauses=pauses) < days


@given(calendars(), instants(), lengths, st.data())
def test_subtract_is_the_latest_start_and_agrees_with_the_deadline(both, end, length, data):
    pauses = data.draw(pause_lists(end - timedelta(days=data.draw(st.integers(0, 4)))))
    asked = {"calendar": both.product, "pauses": pauses}
    start = sc.subtract(end, length, **asked).astimezone(UTC)
    assert sc.elapsed(start, end, **asked) >= length
    assert product_due(both, start, length, pauses).astimezone(UTC) <= end.astimezone(UTC)
    if length:
        assert sc.elapsed(start + MICROSECOND, end, **asked) < length
        due = product_due(both, start + MICROSECOND, length, pauses)
        assert due is None or due.astimezone(UTC) > end.astimezone(UTC)


@given(calendars(rules=True), instants(), st.fractions(0, 4, max_denominator=40), st.data())
def test_subtract_of_days_is_the_latest_arrival_whatever_the_cut_off(both, end, days, data):
    rule = data.draw(st.sampled_from(["proportional", "fixed-hours"]))
    length = timedelta(minutes=data.draw(st.integers(60, 600))) if rule == "fixed-hours" else None
    calendar = both.product.model_copy(update={"day_rule": rule, "day_length": length})
    both.oracle.day_rule, both.oracle.day_length = rule, length
    pauses = data.draw(pause_lists(end - timedelta(days=data.draw(st.integers(0, 4)))))
    assume(sc.elapsed(end - timedelta(days=40), end, calendar=calendar) > timedelta(hours=70))
    assume(calendar.working_days(end.date() - timedelta(days=34), end.date() - timedelta(days=2)) > 9)
    asked, target = {"calendar": calendar, "pauses": pauses}, sc.Target(days, "days")
    amount = ceil(days * (length // MICROSECOND)) * MICROSECOND if length else days
    last = oracle.start_for(both.oracle, oracle.utc(end), amount, not length, naive_pauses(pauses))
    start = sc.subtract(end, target, **asked)
    assert same(start, oracle.latest_arrival(both.oracle, last))
    assert sc.deadline(start, target, **asked).astimezone(UTC) <= end.astimezone(UTC)
    due = sc.deadline(start.astimezone(UTC) + MICROSECOND, target, **asked)
    assert due is None or due.astimezone(UTC) > end.astimezone(UTC)


# Pauses


@given(calendars(rules=True), instants(), st.data())
def test_order_duplicates_and_splits_of_pauses_do_not_matter(both, start, data):
    drawn = data.draw(targets(both))
    pauses = data.draw(pause_lists(start))
    other = []
    for a, b in pauses:
        cut = a + data.draw(lengths)
        if b is not None and cut < b:
            other += [(cut, b), (a, cut)]
        else:
            other.append((a, b))
    other = data.draw(st.permutations(other + pauses[:1]))
    assert product_due(both, start, drawn.target, pauses) == product_due(both, start, drawn.target, other)


@given(calendars(rules=True), instants(), st.data())
def test_a_pause_in_closed_time_changes_nothing(both, start, data):
    drawn = data.draw(targets(both))
    pauses = data.draw(pause_lists(start))
    end = start.astimezone(UTC) + timedelta(days=10)
    opened = list(both.product.spans(start, end))
    closed = [(x.end, y.start) for x, y in pairwise(opened)]
    assume(closed)
    extra = data.draw(st.lists(st.sampled_from(closed), min_size=1, max_size=3))
    assert product_due(both, start, drawn.target, pauses) == product_due(both, start, drawn.target, pauses + extra)


# Breach


@given(calendars(rules=True), instants(), st.data())
def test_breached_if_and_only_if_the_instants_say_so(both, start, data):
    drawn = data.draw(targets(both))
    pauses = data.draw(pause_lists(start))
    due = product_due(both, start, drawn.target, pauses)
    moments = [start.astimezone(UTC) + data.draw(lengths)]
    if due is not None:
        moments += [
            at for step in (-1, 0, 1) if (at := due.astimezone(UTC) + step * MICROSECOND) >= start.astimezone(UTC)
        ]
    at = data.draw(st.sampled_from(moments))
    done = data.draw(st.one_of(st.none(), st.sampled_from(moments)))
    found = sc.is_breached(start, drawn.target, calendar=both.product, at=at, done=done, pauses=pauses)
    naive_done = None if done is None else oracle.utc(done)
    naive_due = None if due is None else oracle.utc(due)
    assert found == oracle.is_breached(naive_due, oracle.utc(at), naive_done, drawn.target.strict)


@given(calendars(), instants(), lengths, lengths, st.data())
def test_more_elapsed_than_the_target_is_breached_and_breached_is_no_less(both, start, length, later, data):
    pauses = data.draw(pause_lists(start, may_be_open=False))
    at = start.astimezone(UTC) + later
    spent = sc.elapsed(start, at, calendar=both.product, pauses=pauses)
    breached = sc.is_breached(start, length, calendar=both.product, at=at, pauses=pauses)
    assert breached or spent <= length
    assert not breached or spent >= length


# The day rules beside each other

even_weeks = st.sampled_from(
    [[("08:00", "17:00")], [("09:00", "12:00"), ("13:00", "17:30")], [("22:00", "06:00")]]
).map(lambda day: [day] * 5 + [[], []])


@given(calendars(week=even_weeks), instants(), st.integers(0, 5))
def test_on_even_days_three_rules_name_instants_with_no_open_time_between(both, start, days):
    calendar = both.product.model_copy(update={"special": {}})
    begun = calendar.next_open(start)
    # The day's own length may change with the clocks; the rules agree only where it does not.
    end = begun.astimezone(UTC) + timedelta(days=12)
    lengths = {
        sum((b - a for a, b in calendar.timetable.date_spans(day)), 0)
        for day in range(begun.toordinal() - 1, end.toordinal() + 2)
        if calendar.timetable.date_spans(day)
    }
    assume(len(lengths) == 1)
    rules = {
        rule: calendar.model_copy(update={"day_rule": rule, "day_length": length})
        for rule, length in (
            ("proportional", None),
            ("same-time", None),
            ("fixed-hours", timedelta(microseconds=lengths.pop())),
            ("close-of-business", None),
        )
    }
    due = {rule: sc.deadline(begun, f"{days} days", calendar=own).astimezone(UTC) for rule, own in rules.items()}
    three = sorted(due[rule] for rule in ("proportional", "same-time", "fixed-hours"))
    assert sc.elapsed(three[0], three[-1], calendar=calendar) == timedelta(0)
    assert due["close-of-business"] >= three[0]
    assert sc.elapsed(begun, due["close-of-business"], calendar=calendar) >= sc.elapsed(
        begun, three[-1], calendar=calendar
    )


# Far years


@given(st.integers(1, 9998), st.integers(1, 9998), st.sampled_from(["GB-ENG", "US-NY", None]))
def test_any_two_years_are_additive_over_any_third(y, z, country):
    calendar = far_calendar(country)
    first, last = sorted((y, z))
    middle = (first + last) // 2
    instants = [datetime(year, 7, 1, 12, tzinfo=UTC) for year in (first, middle, last)]
    whole = sc.elapsed(instants[0], instants[2], calendar=calendar)
    parts = [sc.elapsed(a, b, calendar=calendar) for a, b in pairwise(instants)]
    assert sum(parts, timedelta(0)) == whole
    assert sc.deadline(instants[0], whole, calendar=calendar).astimezone(UTC) <= instants[2]


_far: dict[str | None, sc.WorkingCalendar] = {}


def far_calendar(country):
    return _far.setdefault(
        country,
        sc.WorkingCalendar.parse("Mo-Th 08:00-17:00; Fr 22:00-06:00", timezone="Europe/London", holidays=country),
    )


def test_the_totals_of_years_that_repeat_are_those_of_the_year_itself():
    night = {"fri": ["22:00-06:00"], "sun": ["20:00-02:00"], "mon": ["08:00-17:00"]}
    recurring = {
        "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24": ["08:00-12:00"],
        "2400-01-01/2500-01-01": [],
        "DTSTART:20180105 RRULE:FREQ=WEEKLY;INTERVAL=3": [],
        "DTSTART:20180101 RRULE:FREQ=DAILY;INTERVAL=5;BYDAY=SA,SU": ["21:00-07:00"],
        "DTSTART:17020331 RRULE:FREQ=MONTHLY;INTERVAL=7": ["12:00-13:00"],
        "DTSTART:22100606 RRULE:FREQ=YEARLY;COUNT=50": ["06:00-09:00"],
    }
    calendar = sc.WorkingCalendar(
        timezone="Europe/London",
        hours=night,
        holidays={
            "countries": ["GB-ENG"],
            "dates": {"2365-12-31": "a night less", "2372-01-01": "x", "2380-06-01": "y"},
            "recurring": [
                ["FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=1", "every year"],
                ["DTSTART:22200103 RRULE:FREQ=WEEKLY;INTERVAL=5;COUNT=300", "for some years"],
            ],
        },
        special=recurring,
        dated_hours=[{"from": "2300-05-01", "until": "2350-05-01", "hours": {"tue": "09:00-10:00"}}],
    )
    timetable = calendar.timetable
    for year in [*range(1, 60), *range(1700, 1805), *range(2195, 2620), 9997, 9998, 9999]:
        table = timetable._compile(year)
        assert timetable._totals(year) == (table.total, len(table.dates), True), year
