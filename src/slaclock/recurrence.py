"""Dates that recur by an RFC 5545 rule, such as every 24 December.

The rule is read and expanded by dateutil; here it is only confined to whole days and kept from growing slow in
far years.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from math import gcd
from typing import TYPE_CHECKING

from .errors import HoursError
from .instants import LAST_YEAR

if TYPE_CHECKING:
    from dateutil.rrule import rrule

# The Gregorian calendar repeats after 400 years; these are its lengths in the units of FREQ.
_CYCLE = 400
_CYCLE_UNITS = {"YEARLY": 400, "MONTHLY": 4_800, "WEEKLY": 20_871, "DAILY": 146_097}
_PARTS = frozenset(
    ["FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYMONTH", "BYMONTHDAY", "BYDAY", "BYSETPOS", "BYWEEKNO",
     "BYYEARDAY"]
)  # fmt: skip
_LONGEST_MONTH = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class Recurrence:
    """A recurrence of dates, e.g. `FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24`.

    `first` is its DTSTART; a rule that counts from somewhere (INTERVAL, COUNT) must give one, as
    `DTSTART:20260105 RRULE:FREQ=WEEKLY;INTERVAL=2`.
    """

    rule: str
    first: datetime = datetime(1, 1, 1)

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
                    raise HoursError(f"{start[1]!r} is not a date", "write DTSTART:20260105") from None
            elif token.startswith(("RRULE:", "FREQ=")) and not rule:
                rule = token.removeprefix("RRULE:").rstrip(";")
            else:
                raise HoursError(f"the recurrence has {token!r}", "only DTSTART and one RRULE are read")
        parts = dict(part.partition("=")[::2] for part in rule.split(";"))
        unknown = sorted(parts.keys() - _PARTS)
        if unknown:
            raise HoursError(f"the recurrence {text!r} has {unknown[0]}", "use " + ", ".join(sorted(_PARTS)))
        if parts.get("FREQ") not in _CYCLE_UNITS:
            raise HoursError(f"the recurrence {text!r} has no FREQ of whole days", "use DAILY to YEARLY")
        if first is None and (parts.get("INTERVAL", "1") != "1" or "COUNT" in parts):
            raise HoursError(f"the recurrence {text!r} counts from nowhere", "put 'DTSTART:20260105 ' before it")
        _refuse_impossible_days(text, parts)
        recurrence = cls(rule, first or datetime(1, 1, 1))
        try:
            _expanded(recurrence.rule, recurrence.first)
        except ValueError as wrong:
            raise HoursError(f"the recurrence {text!r} cannot be read ({wrong})", "see RFC 5545 3.3.10") from None
        return recurrence

    def __str__(self) -> str:
        if self.first == datetime(1, 1, 1):
            return f"RRULE:{self.rule}"
        return f"DTSTART:{self.first.date().isoformat().replace('-', '')} RRULE:{self.rule}"

    def days(self, year: int) -> frozenset[int]:
        """The ordinals of the days of `year` on which it falls."""
        rule = _expanded(self.rule, self._anchor(year))
        return frozenset(
            day.toordinal() for day in rule.between(datetime(year, 1, 1), datetime(year, 12, 31), inc=True)
        )

    def shape(self, year: int) -> str | None:
        """`always` for a year whose dates its layout alone decides, `never` for one without any, else None.

        A rule that neither counts nor skips falls on the same dates in all years that begin on the same weekday
        and are as long, and whose year before is as long.
        """
        until = re.search(r"UNTIL=(\d{4})", self.rule)
        last = int(until[1]) if until else LAST_YEAR + 2
        if year + 1 < self.first.year or last < year - 1:
            return "never"
        steady = "COUNT=" not in self.rule and re.search(r"INTERVAL=0*1\b|^(?!.*INTERVAL)", self.rule)
        return "always" if steady and self.first.year < year - 1 and year + 1 < last else None

    def _anchor(self, year: int) -> datetime:
        """A start so near before `year` that expanding from it is quick, and that gives the same dates.

        A rule without COUNT gives the same dates from a start that is moved by whole 400-year cycles, as many
        as make a multiple of its INTERVAL.
        """
        if "COUNT=" in self.rule:
            return self.first
        interval = re.search(r"INTERVAL=(\d+)", self.rule)
        frequency = re.search(r"FREQ=(\w+)", self.rule)
        assert frequency is not None  # checked by parse
        step = int(interval[1]) if interval else 1
        cycles = _CYCLE * (step // gcd(step, _CYCLE_UNITS[frequency[1]]))
        moved = max(0, (year - 1 - self.first.year) // cycles) * cycles
        return self.first.replace(year=self.first.year + moved)


def _refuse_impossible_days(text: str, parts: dict[str, str]) -> None:
    """Dateutil looks for 30 February until year 9999; refuse it at once."""
    try:
        months = [int(month) for month in parts.get("BYMONTH", "").split(",") if month]
        days = [int(day) for day in parts.get("BYMONTHDAY", "").split(",") if day]
    except ValueError:
        return  # dateutil's own message is better
    if not all(1 <= month <= 12 for month in months):
        raise HoursError(f"the recurrence {text!r} has a month outside 1 to 12", "correct BYMONTH")
    longest = max((_LONGEST_MONTH[month - 1] for month in months), default=31)
    if days and all(abs(day) > longest or day == 0 for day in days):
        raise HoursError(f"the recurrence {text!r} names days that its months do not have", "correct BYMONTHDAY")


@lru_cache(maxsize=256)
def _expanded(rule: str, first: datetime) -> rrule:
    from dateutil.rrule import rrule, rrulestr

    expanded = rrulestr(rule, dtstart=first, cache=True)
    assert isinstance(expanded, rrule)  # a single RRULE never gives an rruleset
    return expanded
