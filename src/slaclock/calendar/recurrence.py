"""Dates that recur by an RFC 5545 rule, such as every 24 December.

The rule is read and expanded by dateutil; here it is confined to whole days, refused where it names no date, and
expanded from near the year that is asked for, so that far years cost no more than near ones.
"""

from __future__ import annotations

import re
from calendar import isleap
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import count, takewhile
from math import gcd
from typing import TYPE_CHECKING

from slaclock.errors import HoursError
from slaclock.temporal.instants import LAST_YEAR

if TYPE_CHECKING:
    from dateutil.rrule import rrule

# The Gregorian calendar repeats after 400 years; these are its lengths in the units of FREQ.
_CYCLE = 400
_CYCLE_UNITS = {"YEARLY": 400, "MONTHLY": 4_800, "WEEKLY": 20_871, "DAILY": 146_097}
_MOST = 9_999_999
# RFC 5545 section 3.3.10; a negative number counts from the end.
_RANGES = {
    "INTERVAL": (1, _MOST), "COUNT": (1, _MOST), "BYMONTH": (1, 12), "BYMONTHDAY": (-31, 31), "BYYEARDAY": (-366, 366),
    "BYWEEKNO": (-53, 53), "BYSETPOS": (-366, 366),
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?0*[1-9][0-9]{0,8}", re.ASCII)
_UNTIL = re.compile(r"\d{8}(?:T\d{6})?", re.ASCII)
_WEEKDAY = re.compile(r"([+-]?\d{1,2})?(?:MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_PARTS = frozenset(["FREQ", "UNTIL", "WKST", "BYDAY", *_RANGES])
_EVER = datetime(1, 1, 1)


@dataclass(frozen=True)
class Recurrence:
    """A recurrence of dates, e.g. `FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24`.

    `first` is its DTSTART; a rule that counts from somewhere (INTERVAL, COUNT) must give one, as
    `DTSTART:20260105 RRULE:FREQ=WEEKLY;INTERVAL=2`.
    """

    rule: str
    first: datetime = _EVER

    @classmethod
    def looks_like(cls, text: str) -> bool:
        """Whether the text is meant as a recurrence."""
        return any(word in text.upper() for word in ("FREQ=", "RRULE:", "DTSTART:"))

    @classmethod
    def parse(cls, text: str) -> Recurrence:
        """Read `[DTSTART:YYYYMMDD ][RRULE:]FREQ=...`; whatever else RFC 5545 knows is refused by name."""
        rule, first = "", None
        for token in text.upper().split():
            start = re.fullmatch(r"DTSTART(?:;VALUE=DATE)?:(\d{8})(?:T000000)?", token)
            if start:
                try:
                    first = datetime.strptime(start[1], "%Y%m%d")
                except ValueError:
                    raise HoursError(f"{start[1]!r} is not a date", "write DTSTART:20260105", value=start[1]) from None
            elif token.startswith(("RRULE:", "FREQ=")) and not rule:
                rule = token.removeprefix("RRULE:").rstrip(";")
            else:
                raise HoursError(f"the recurrence has {token!r}", "only DTSTART and one RRULE are read", value=token)
        _check_parts(text, rule)
        parts = _parts(rule)
        if first is None and (parts.get("INTERVAL", "1") != "1" or "COUNT" in parts):
            raise HoursError(
                f"the recurrence {text!r} counts from nowhere", "put 'DTSTART:20260105 ' before it", value=text
            )
        recurrence = cls(rule, first or _EVER)
        try:
            _expanded(rule, recurrence.first)
        except ValueError as error:
            raise HoursError(
                f"the recurrence {text!r} cannot be read ({error})", "see RFC 5545 3.3.10", value=text
            ) from None
        if not _falls(recurrence):
            raise HoursError(f"the recurrence {text!r} falls on no date", "correct its days and months", value=text)
        return recurrence

    def __str__(self) -> str:
        if self.first == _EVER:
            return f"RRULE:{self.rule}"
        return f"DTSTART:{self.first.date().isoformat().replace('-', '')} RRULE:{self.rule}"

    @property
    def dates(self) -> tuple[datetime, frozenset[tuple[str, frozenset[str]]]]:
        """What its dates depend on, however it is spelt: its parts and their numbers in any order."""
        parts = {name: frozenset(value.split(",")) for name, value in _parts(self.rule).items()}
        if parts.get("INTERVAL") == frozenset("1"):
            del parts["INTERVAL"]
        return self.first, frozenset(parts.items())

    def days(self, year: int) -> frozenset[int]:
        """The ordinals of the days of `year` on which it falls."""
        return _days(self, year)

    def shape(self, year: int) -> int | str | None:
        """A name of the dates on which it falls, in years of one layout; None where its first or last year is near.

        In years that begin on the same weekday and are as long, and whose year before is as long, a rule falls on the
        same dates where as many of its intervals are under way. `never` is the name of a year without any.
        """
        last = _last_year(self)
        if year + 1 < self.first.year or last < year - 1:
            return "never"
        return _phase(self, year) if self.first.year < year - 1 and year + 1 < last else None


def _parts(rule: str) -> dict[str, str]:
    named = (part.partition("=") for part in rule.split(";"))
    return {name: value for name, _, value in named}


def _check_parts(text: str, rule: str) -> None:
    """The parts must be known, of whole days, each there once, and their numbers such as there can be."""
    parts = _parts(rule)

    def refused(what: str, remedy: str) -> HoursError:
        return HoursError(f"the recurrence {text!r} has {what}", remedy, value=text)

    unknown = sorted(parts.keys() - _PARTS)
    if unknown:
        raise refused(unknown[0] or "an empty part", "use " + ", ".join(sorted(_PARTS)))
    names = [part.partition("=")[0] for part in rule.split(";")]
    if len(parts) < len(names):
        raise refused(f"{next(name for name in names if names.count(name) > 1)} twice", "keep one of the two")
    if parts.get("FREQ") not in _CYCLE_UNITS:
        raise refused("no FREQ of whole days", "use DAILY to YEARLY")
    if "COUNT" in parts and "UNTIL" in parts:
        raise refused("both COUNT and UNTIL", "keep one of the two")
    for name, (low, high) in _RANGES.items():
        numbers = parts[name].split(",") if name in parts else []
        if not all(_NUMBER.fullmatch(number) and low <= int(number) <= high for number in numbers):
            remedy = f"use numbers from {max(low, 1)} to {high}" + (", or -1 for the last and so on" if low < 0 else "")
            raise refused(f"{name}={parts[name]}", remedy)
    if "UNTIL" in parts and not _UNTIL.fullmatch(parts["UNTIL"]):
        raise refused(f"UNTIL={parts['UNTIL']}", "write UNTIL=20261231")
    # The fifth Monday is one of a month, where there is one; the 53rd is one of a whole year.
    of_year = parts["FREQ"] == "YEARLY" and "BYMONTH" not in parts
    highest = 53 if of_year else 5 if parts["FREQ"] in ("MONTHLY", "YEARLY") else 0
    for day in parts["BYDAY"].split(",") if "BYDAY" in parts else []:
        weekday = _WEEKDAY.fullmatch(day)
        if not weekday or (weekday[1] and not 1 <= abs(int(weekday[1])) <= highest):
            numbered = f", or 1MO to {highest}MO" if highest else ""
            raise refused(f"BYDAY={parts['BYDAY']}", f"use MO, TU, WE, TH, FR, SA or SU{numbered}")


def _step(rule: str) -> tuple[str, int]:
    """How the rule steps: its FREQ, and how many of it at a time."""
    parts = _parts(rule)
    return parts["FREQ"], int(parts.get("INTERVAL", "1"))


def _falls(recurrence: Recurrence) -> bool:
    """Whether the rule, were it not for its UNTIL, falls on any date.

    Its dates repeat after some cycles of the calendar, as many as make a multiple of its interval; so it is enough to
    look through the last of those that there are. (Dateutil would look for 30 February from the year 1 on.)
    """
    frequency, interval = _step(recurrence.rule)
    cycles = _CYCLE * (interval // gcd(interval, _CYCLE_UNITS[frequency]))
    whole = (LAST_YEAR - recurrence.first.year) // cycles
    start = recurrence.first.replace(year=recurrence.first.year + max(whole - 1, 0) * cycles)
    return any(True for _ in _dates(_without(recurrence.rule, "UNTIL"), start))


@lru_cache(maxsize=1_024)
def _days(recurrence: Recurrence, year: int) -> frozenset[int]:
    if not recurrence.first.year <= year <= _last_year(recurrence):
        return frozenset()
    last = datetime(year, 12, 31)
    if "COUNT" in _parts(recurrence.rule):
        last = min(last, _last_counted(recurrence))
    dates = _dates(_without(recurrence.rule, "COUNT"), _anchor(recurrence, year))
    return frozenset(day.toordinal() for day in takewhile(lambda day: day <= last, dates) if day.year == year)


def _last_year(recurrence: Recurrence) -> int:
    """The year after which the rule falls on no date; one after all years where it goes on."""
    parts = _parts(recurrence.rule)
    if "UNTIL" in parts:
        return int(parts["UNTIL"][:4])
    return _last_counted(recurrence).year if "COUNT" in parts else LAST_YEAR + 2


@lru_cache(maxsize=1_024)
def _last_counted(recurrence: Recurrence) -> datetime:
    """The last date of a rule that has a COUNT, or the last of all where there are fewer; its first if it has none.

    They are counted by the year, and years of one shape have equally many, so that no COUNT costs more than others.
    """
    remaining = int(_parts(recurrence.rule)["COUNT"])
    endless = Recurrence(_without(recurrence.rule, "COUNT"), recurrence.first)
    known: dict[tuple[object, ...], int] = {}
    last = recurrence.first
    for year in range(recurrence.first.year, LAST_YEAR + 1):
        shape = endless.shape(year)
        layout = shape, date(year, 1, 1).weekday(), isleap(year), isleap(year - 1)
        count = None if shape is None else known.get(layout)
        if count is None:
            known[layout] = count = len(endless.days(year))
        if remaining <= count:
            return datetime.fromordinal(sorted(endless.days(year))[remaining - 1])
        remaining -= count
        last = datetime(year, 12, 31) if count else last
    return last


def _anchor(recurrence: Recurrence, year: int) -> datetime:
    """A start shortly before `year` from which the rule gives the same dates as from its first, from that year on.

    It lies so many weeks or years after the first as make a whole number of intervals, in a year before `year`, so that
    no week, month or year of the rule is cut.
    """
    first = recurrence.first
    if year - 1 <= first.year:
        return first
    frequency, interval = _step(recurrence.rule)
    if frequency in ("DAILY", "WEEKLY"):
        near = date(year - 1, 12, 1).toordinal()
        return datetime.fromordinal(near - (near - first.toordinal()) % (7 * interval))
    latest = year - 1 - (year - 1 - first.year) % interval
    leap_day = (first.month, first.day) == (2, 29)
    return first.replace(year=next(leap for leap in count(latest, -interval) if isleap(leap) or not leap_day))


def _phase(recurrence: Recurrence, year: int) -> int:
    """How far the interval that is under way when the year begins has got."""
    frequency, interval = _step(recurrence.rule)
    first = recurrence.first
    days = date(year, 1, 1).toordinal() - first.toordinal()
    since = {"DAILY": days, "WEEKLY": days // 7, "MONTHLY": 12 * (year - first.year), "YEARLY": year - first.year}
    return since[frequency] % interval


def _without(rule: str, name: str) -> str:
    return ";".join(part for part in rule.split(";") if not part.startswith(name))


def _dates(rule: str, first: datetime) -> Iterator[datetime]:
    """The dates of a rule from `first` on, to the end of time."""
    try:
        yield from _expanded(rule, first)
    except ValueError:  # a last week that reaches into the year 10000
        return


def _expanded(rule: str, first: datetime) -> rrule:
    from dateutil.rrule import rrule, rrulestr

    expanded = rrulestr(rule, dtstart=first)
    assert isinstance(expanded, rrule)  # a single RRULE never gives an rruleset
    return expanded
