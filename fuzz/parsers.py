"""Any bytes give an answer or one of this library's errors: the parsers under atheris.

    pip install atheris && python fuzz/parsers.py -max_total_time=600 [CORPUS]

What it finds belongs into tests/test_checking.py or tests/test_bad_input.py as a case of its own.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, date, datetime

import atheris

with atheris.instrument_imports(include=["slaclock"]):
    import slaclock as sc
    from slaclock.checking import CaseFile
    from slaclock.checking.lints import hints_of
    from slaclock.desks.products import PRODUCTS, product
    from slaclock.formats.documents import read_data
    from slaclock.formats.toml_lines import key_lines
    from slaclock.temporal.instants import find_zone, parse_instant

LONDON = find_zone("Europe/London")
NOW = datetime(2026, 11, 27, 15, 40, tzinfo=UTC)
BASE = 'name = "x"\n[targets.incident]\nresolve = "6 hours"\n[calendar]\ntimezone = "Europe/London"\n'


def policy(text: str) -> None:
    found = sc.Policy.parse(text)
    list(hints_of(found))
    key_lines(text)


def policy_json(text: str) -> None:
    sc.Policy.parse(text, "json")


def cases(text: str) -> None:
    CaseFile.parse(text)


def hours(text: str) -> None:
    calendar = sc.WorkingCalendar.parse(text, timezone="Europe/London", holidays="GB-ENG")
    if calendar.hours.to_text():
        sc.deadline(NOW, "6 hours", calendar=calendar)


def target(text: str) -> None:
    found = sc.Target.parse(text)
    if sc.Target.parse(str(found)) != found:
        raise AssertionError(f"{text!r} is read as {found}, which is read as {sc.Target.parse(str(found))}")


def special(text: str) -> None:
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours={"mon": "08:00-17:00"}, special={text: "08:00-12:00"})
    for year in (1, 2026, 9999):
        calendar.is_working_day(date(year, 12, 31))


def recurrence(text: str) -> None:
    special(f"DTSTART:20260105 RRULE:FREQ=WEEKLY;{text}")


def instant(text: str) -> None:
    parse_instant(text, LONDON)


def within(text: str) -> None:
    """A policy with some lines of its own replaced by the text."""
    policy(BASE + text)


def export(text: str) -> None:
    """A text as each file of each product's export."""
    data = read_data(text, "json", sc.errors.InputError)
    for name in PRODUCTS:
        for file in product(name).FILES:
            try:
                product(name).desk({file: data})
            except sc.SlaClockError as wrong:
                if not str(wrong):
                    raise


PARSERS: tuple[Callable[[str], None], ...] = (
    policy, policy_json, cases, hours, target, special, recurrence, instant, within, export,
)  # fmt: skip


def one_input(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    parser = PARSERS[provider.ConsumeIntInRange(0, len(PARSERS) - 1)]
    text = provider.ConsumeUnicodeNoSurrogates(atheris.ALL_REMAINING)
    try:
        parser(text)
    except sc.SlaClockError as wrong:
        if not str(wrong):
            raise


if __name__ == "__main__":
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()
