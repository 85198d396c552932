"""`elapsed` and `deadline` beside other libraries, in one run, as ratios.

    pip install -e '.[all]' --group bench && python benchmarks/peers.py

Every library is asked the same questions of the same desk (Monday to Friday 09:00-17:00, London, England's bank
holidays), first to agree and then for its time. A peer that takes no time zone is asked in naive London time.
A peer that cannot answer one of the questions is left out of it. Numbers are medians of several repeats.
"""

from __future__ import annotations

import platform
import statistics
import subprocess
import sys
import timeit
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import slaclock as sc

LONDON = ZoneInfo("Europe/London")
START = datetime(2021, 6, 1, 10, 20, tzinfo=LONDON)
SPANS = {"5 days": START + timedelta(days=5), "5 years": START + timedelta(days=5 * 365)}
TARGET = timedelta(hours=6)
YEARS = range(2020, 2028)

Question = Callable[[], object]


REPEATS = 9


def runs(question: Question) -> int:
    """How many calls take long enough to measure."""
    question()
    return max(1, int(0.02 / max(timeit.timeit(question, number=1), 1e-7)))


def seconds(question: Question) -> float:
    """The median time of one call."""
    number = runs(question)
    return statistics.median(timeit.repeat(question, number=number, repeat=REPEATS)) / number


def ratio(question: Question, ours: Question) -> float:
    """How many times as long one call takes as one of ours: the median over repeats that take turns."""
    number, our_number = runs(question), runs(ours)
    found = []
    for _ in range(REPEATS):
        theirs = timeit.timeit(question, number=number) / number
        found.append(theirs / (timeit.timeit(ours, number=our_number) / our_number))
    return statistics.median(found)


def slaclock_questions() -> dict[str, Question]:
    desk = sc.WorkingCalendar.parse("Mo-Fr 09:00-17:00; PH off", timezone="Europe/London", holidays="GB-ENG")
    asked: dict[str, Question] = {
        f"elapsed {name}": partial(sc.elapsed, START, end, calendar=desk) for name, end in SPANS.items()
    }
    return {**asked, "deadline 6 hours": partial(sc.deadline, START, TARGET, calendar=desk)}


def bank_holidays() -> list[date]:
    found = sc.Holidays.parse("GB-ENG")
    return [date.fromordinal(day) for year in YEARS for day in found.in_year(year)]


def naive(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def businesstime_questions() -> dict[str, Question]:
    from businesstime import BusinessTime

    clock = BusinessTime(business_hours=(time(9), time(17)), holidays=bank_holidays())
    start = naive(START)

    def elapsed(end: datetime) -> timedelta:
        return in_days_of(clock.businesstimedelta(start, naive(end)), 8)

    return {f"elapsed {name}": partial(elapsed, end) for name, end in SPANS.items()}


def in_days_of(length: timedelta, hours: int) -> timedelta:
    """Businesstime counts a business day as a day."""
    return timedelta(hours=length.days * hours, seconds=length.seconds)


def business_duration_questions() -> dict[str, Question]:
    from business_duration import businessDuration

    days, start = bank_holidays(), naive(START)

    def elapsed(end: datetime) -> timedelta:
        found = businessDuration(start, naive(end), time(9), time(17), holidaylist=days, unit="min")
        return timedelta(minutes=float(found))

    return {f"elapsed {name}": partial(elapsed, end) for name, end in SPANS.items()}


def businesstimedelta_questions() -> dict[str, Question]:
    import businesstimedelta as btd
    import pytz  # which it asks of its zones

    zone = pytz.timezone("Europe/London")
    rules = btd.Rules([
        btd.WorkDayRule(start_time=time(9), end_time=time(17), working_days=[0, 1, 2, 3, 4], tz=zone),
        btd.HolidayRule(dict.fromkeys(bank_holidays(), "holiday"), tz=zone),
    ])  # fmt: skip

    def elapsed(end: datetime) -> timedelta:
        found = rules.difference(START, end)
        return timedelta(hours=found.hours, seconds=found.seconds)

    asked: dict[str, Question] = {f"elapsed {name}": partial(elapsed, end) for name, end in SPANS.items()}
    return {**asked, "deadline 6 hours": lambda: naive(START + btd.BusinessTimeDelta(rules, hours=6))}


def opening_hours_questions() -> dict[str, Question]:
    from opening_hours import OpeningHours

    hours = OpeningHours("Mo-Fr 09:00-17:00; PH off", timezone=LONDON, country="GB")

    def elapsed(end: datetime) -> timedelta:
        # It lists intervals; their lengths are summed by the caller, as any user of it has to.
        total = timedelta(0)
        for begun, ended, state, _ in hours.intervals(START, end):
            if str(state) == "open":
                total += naive(min(ended, end)) - naive(max(begun, START))
        return total

    def deadline() -> datetime | None:
        left = TARGET
        for begun, ended, state, _ in hours.intervals(START):
            if str(state) == "open":
                length = ended - max(begun, START)
                if length >= left:
                    return naive(max(begun, START) + left)
                left -= length
        return None

    asked: dict[str, Question] = {f"elapsed {name}": partial(elapsed, end) for name, end in SPANS.items()}
    return {**asked, "deadline 6 hours": deadline}


def pandas_questions() -> dict[str, Question]:
    import pandas as pd

    offset = pd.offsets.CustomBusinessHour(start="09:00", end="17:00", holidays=bank_holidays())
    start, target = pd.Timestamp(naive(START)), offset * 6

    def elapsed(end: datetime) -> timedelta:
        days = pd.bdate_range(naive(START).date(), naive(end).date(), freq="C", holidays=bank_holidays())
        last = pd.Timestamp(naive(end))
        total = pd.Timedelta(0)
        for day in days:
            closing = min(day + pd.Timedelta(hours=17), last)
            total += max(closing - max(day + pd.Timedelta(hours=9), start), pd.Timedelta(0))
        return timedelta(microseconds=total.value // 1000)

    asked: dict[str, Question] = {f"elapsed {name}": partial(elapsed, end) for name, end in SPANS.items()}
    return {**asked, "deadline 6 hours": lambda: plain(start + target)}


PEERS: dict[str, Callable[[], dict[str, Question]]] = {
    "businesstime": businesstime_questions,
    "business-duration": business_duration_questions,
    "businesstimedelta": businesstimedelta_questions,
    "opening-hours-py": opening_hours_questions,
    "pandas CustomBusinessHour": pandas_questions,
}


def plain(answer: object) -> object:
    """An instant without its zone, which some peers do not know."""
    return naive(answer) if isinstance(answer, datetime) else answer


def compare() -> None:
    ours = slaclock_questions()
    times = {name: seconds(question) for name, question in ours.items()}
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    for name, taken in times.items():
        print(f"slaclock, {name}: {taken * 1e6:.2f} us")
    print(f"5 years cost {ratio(ours['elapsed 5 years'], ours['elapsed 5 days']):.2f} times 5 days")
    for peer, build in PEERS.items():
        try:
            questions = build()
        except ImportError:
            print(f"{peer}: not installed")
            continue
        for name, question in questions.items():
            answer, expected = question(), ours[name]()
            agrees = "" if plain(answer) == plain(expected) else f" (it answers {answer}, not {expected})"
            print(f"{peer}, {name}: {ratio(question, ours[name]):,.1f} times slaclock{agrees}")


def compare_assess() -> None:
    policy = sc.Policy.example()
    day = timedelta(days=1)
    pauses = [sc.Pause(start=START + n * day, end=START + n * day + day / 3, reason="third_party") for n in range(3)]
    ticket = sc.Ticket(id="T", priority="P3", opened=START, pauses=pauses)
    now = START + 4 * day

    def elapsed() -> timedelta:
        return sc.elapsed(START, now, calendar=policy.calendar)

    def whole() -> object:
        a = sc.assess(ticket, policy, at=now)
        return a.state, a.due, a.elapsed, a.remaining, a.consumed

    def due() -> object:
        return sc.assess(ticket, policy, at=now).due

    state = ratio(due, elapsed)
    print(f"assess with three pauses: state and due {state:.1f} times elapsed;", end=" ")
    print(f"with elapsed, remaining and consumed {ratio(whole, elapsed):.1f} times")


def compare_import() -> None:
    def run(code: str) -> float:
        question = partial(subprocess.check_call, [sys.executable, "-c", code])
        return statistics.median(timeit.repeat(question, number=1, repeat=15))

    empty = run("pass")
    pydantic, model, ours, used = (
        run(code) - empty
        for code in (
            "import pydantic",
            "from pydantic import BaseModel",
            "import slaclock",
            "import slaclock; slaclock.assess; slaclock.Policy",
        )
    )
    print(f"import slaclock: {ours / pydantic:.2f} times import pydantic;", end=" ")
    print(f"with all its names loaded {used / model:.2f} times `from pydantic import BaseModel`")


if __name__ == "__main__":
    compare()
    compare_assess()
    compare_import()
