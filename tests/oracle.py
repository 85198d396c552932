"""A second implementation of the clock, slow and obvious, that shares no code with the product.

Instants are naive datetimes in UTC. A calendar is a list of minutes that are open on each date; intervals are
worked out by cutting time at every edge and asking of each piece whether it is open and not paused.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from itertools import pairwise
from math import ceil
from zoneinfo import ZoneInfo

MICROSECOND = timedelta(microseconds=1)
ZERO = timedelta(0)


def utc(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(tzinfo=None)


def minutes(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


@dataclass(frozen=True)
class Season:
    """The spans of some weekdays from one (month, day) to another, perhaps of the next year."""

    first: tuple[int, int]
    last: tuple[int, int]
    week: dict[int, list[tuple[str, str]]]

    def covers(self, day: date) -> bool:
        at = day.month, day.day
        over = self.first > self.last
        return (at >= self.first or at <= self.last) if over else self.first <= at <= self.last


@dataclass
class Calendar:
    """`week[d]` lists ("HH:MM", "HH:MM") for weekday d; `closed` are holidays, `special` replaces a date's hours."""

    zone: ZoneInfo
    week: list[list[tuple[str, str]]]
    closed: set[date] = field(default_factory=set)
    special: dict[date, list[tuple[str, str]]] = field(default_factory=dict)
    seasons: list[Season] = field(default_factory=list)
    shut: dict[date, list[tuple[str, str]]] = field(default_factory=dict)  # closures
    day_rule: str = "proportional"
    day_length: timedelta | None = None
    after_hours: str = "next-opening"
    cutoff: str | None = None
    announced: dict[date, datetime] = field(default_factory=dict)  # since when what is special of a date is known
    ranged: dict[date, list[tuple[str, str]]] = field(default_factory=dict)  # what `special` has from ranges of dates
    _known: dict[date, list[tuple[datetime, datetime]]] = field(default_factory=dict)

    def announcements(self) -> set[datetime]:
        """The instants at which something became known."""
        return set(self.announced.values())

    def as_known(self, at: datetime) -> Calendar:
        """The calendar without what became known later: a date's closures, else its special hours, else its holiday."""
        late = {day for day, since in self.announced.items() if since > at}
        if not late:
            return self
        special, closed, shut = dict(self.special), set(self.closed), dict(self.shut)
        for day in late:
            if day in shut:
                del shut[day]
            elif day in special:
                own = special.pop(day)
                if day in self.ranged and own is not self.ranged[day]:
                    special[day] = self.ranged[day]
            else:
                closed.remove(day)
        known = {day: since for day, since in self.announced.items() if day not in late}
        return replace(self, special=special, closed=closed, shut=shut, announced=known, _known={})

    def spans_of(self, day: date) -> list[tuple[str, str]]:
        if day in self.special:
            return self.special[day]
        if day in self.closed:
            return []
        for season in self.seasons:
            if season.covers(day) and day.weekday() in season.week:
                return season.week[day.weekday()]
        return self.week[day.weekday()]

    def wall(self, day: date, minute: int) -> datetime:
        """A wall time as an instant: first occurrence when ambiguous, the offset before when in a gap (fold=0)."""
        day += timedelta(days=minute // 1440)
        local = datetime.combine(day, time(minute % 1440 // 60, minute % 60), tzinfo=self.zone)
        return utc(local)

    def raw_pieces(self, day: date) -> list[tuple[datetime, datetime]]:
        """The date's open stretches, before any earlier date has taken its share."""
        opened = set()
        for start, end in self.spans_of(day):
            a, b = minutes(start), minutes(end)
            opened |= set(range(a, b if b > a else b + 1440))
        runs = []
        for minute in sorted(opened):
            if runs and runs[-1][1] == minute:
                runs[-1][1] = minute + 1
            else:
                runs.append([minute, minute + 1])
        opened = [(self.wall(day, a), self.wall(day, b)) for a, b in runs if self.wall(day, a) < self.wall(day, b)]
        return self.outside_closures(opened, day)

    def outside_closures(self, pieces: list[tuple[datetime, datetime]], day: date) -> list[tuple[datetime, datetime]]:
        """What of the pieces no closure of the days about takes."""
        holes = []
        for more in range(-3, 4):
            near = day + timedelta(days=more)
            for start, end in self.shut.get(near, ()):
                a, b = minutes(start), minutes(end)
                holes.append((self.wall(near, a), self.wall(near, b if b > a else b + 1440)))
        if not holes:
            return pieces
        edges = sorted({edge for piece in pieces + holes for edge in piece})
        return [
            (a, b)
            for a, b in pairwise(edges)
            if any(x <= a < y for x, y in pieces) and not any(x <= a < y for x, y in holes)
        ]

    def pieces(self, day: date) -> list[tuple[datetime, datetime]]:
        """The date's open stretches, each instant once, without what the two dates before already opened."""
        if day not in self._known:
            mine = self.raw_pieces(day)
            taken = self.raw_pieces(day - timedelta(days=2)) + self.raw_pieces(day - timedelta(days=1))
            edges = sorted({edge for piece in mine + taken for edge in piece})
            found: list[tuple[datetime, datetime]] = []
            for a, b in pairwise(edges):
                if any(x <= a < y for x, y in mine) and not any(x <= a < y for x, y in taken):
                    if found and found[-1][1] == a:
                        found[-1] = found[-1][0], b
                    else:
                        found.append((a, b))
            self._known[day] = found
        return self._known[day]

    def works(self, day: date) -> bool:
        return bool(self.pieces(day))

    def length(self, day: date) -> timedelta:
        return sum((b - a for a, b in self.pieces(day)), ZERO)

    def day_open_at(self, at: datetime) -> date | None:
        near = at.date()
        for offset in range(-3, 4):
            day = near + timedelta(days=offset)
            if any(a <= at < b for a, b in self.pieces(day)):
                return day
        return None

    def local_date(self, at: datetime) -> date:
        return at.replace(tzinfo=UTC).astimezone(self.zone).date()

    def local_wall(self, at: datetime) -> datetime:
        return at.replace(tzinfo=UTC).astimezone(self.zone).replace(tzinfo=None)


@dataclass
class Part(Calendar):
    """What `left` opens and `right` does too, or does not; dates, and the day of each piece, are those of `left`."""

    left: Calendar = None
    right: Calendar = None
    in_both: bool = False

    @classmethod
    def of(cls, left: Calendar, right: Calendar, in_both: bool = False) -> Part:
        rules = {name: getattr(left, name) for name in ("day_rule", "day_length", "after_hours", "cutoff")}
        return cls(left.zone, [], **rules, left=left, right=right, in_both=in_both)

    def announcements(self) -> set[datetime]:
        return self.left.announcements() | self.right.announcements()

    def as_known(self, at: datetime) -> Part:
        return Part.of(self.left.as_known(at), self.right.as_known(at), self.in_both)

    def pieces(self, day: date) -> list[tuple[datetime, datetime]]:
        if day not in self._known:
            near = [day + timedelta(days=offset) for offset in range(-4, 5)]
            right = [piece for other in near for piece in self.right.pieces(other)]
            kept = []
            for a, b in self.left.pieces(day):
                edges = sorted({a, b} | {edge for piece in right for edge in piece if a < edge < b})
                kept += [(x, y) for x, y in pairwise(edges) if any(p <= x < q for p, q in right) == self.in_both]
            self._known[day] = merged(kept)
        return self._known[day]


@dataclass
class Either(Calendar):
    """What `left` opens, on its days, and what `right` opens beside it, on the date on which `right` opened it.

    So that the pieces of a day lie in a row, such a date is put off to the day of the last piece of `left` before it,
    and put forward to that of the next one after it.
    """

    left: Calendar = None
    right: Calendar = None

    @classmethod
    def of(cls, left: Calendar, right: Calendar) -> Either:
        rules = {name: getattr(left, name) for name in ("day_rule", "day_length", "after_hours", "cutoff")}
        return cls(left.zone, [], **rules, left=left, right=right)

    def announcements(self) -> set[datetime]:
        return self.left.announcements() | self.right.announcements()

    def as_known(self, at: datetime) -> Either:
        return Either.of(self.left.as_known(at), self.right.as_known(at))

    def pieces(self, day: date) -> list[tuple[datetime, datetime]]:
        if day not in self._known:
            near = [day + timedelta(days=offset) for offset in range(-6, 7)]
            left = sorted((*piece, other) for other in near for piece in self.left.pieces(other))
            mine = [(a, b) for a, b, other in left if other == day]
            for opened, closed in (piece for other in near for piece in self.right.pieces(other)):
                edges = {opened, closed} | {edge for a, b, _ in left for edge in (a, b) if opened < edge < closed}
                for a, b in pairwise(sorted(edges)):
                    if (
                        not any(x <= a < y for x, y, _ in left)
                        and self.belongs(a, self.local_date(opened), left) == day
                    ):
                        mine.append((a, b))
            self._known[day] = merged(sorted(mine))
        return self._known[day]

    @staticmethod
    def belongs(at: datetime, opened: date, left: list[tuple[datetime, datetime, date]]) -> date:
        earliest = max([day for _, b, day in left if b <= at], default=opened)
        latest = min([day for a, _, day in left if a > at], default=opened)
        return min(max(opened, earliest), latest)


def merged(pieces: list[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """The pieces, which are in order, with those that touch made one."""
    runs: list[tuple[datetime, datetime]] = []
    for a, b in pieces:
        if runs and runs[-1][1] == a:
            runs[-1] = runs[-1][0], b
        else:
            runs.append((a, b))
    return runs


def counted(cal: Calendar, start: datetime, end: datetime, pauses=()) -> list[tuple[datetime, datetime, date]]:
    """The stretches of [start, end) that are open and not paused, each with the date it belongs to."""
    stretches = []
    day = start.date() - timedelta(days=3)
    while day <= end.date() + timedelta(days=3):
        for a, b in cal.pieces(day):
            edges = {a, b} | {edge for pause in pauses for edge in pause if edge is not None and a < edge < b}
            edges |= {edge for edge in (start, end) if a < edge < b}
            cuts = sorted(edges)
            for x, y in pairwise(cuts):
                paused = any(p <= x and (q is None or x < q) for p, q in pauses)
                if start <= x and y <= end and not paused:
                    stretches.append((x, y, day))
        day += timedelta(days=1)
    return sorted(stretches)


def elapsed(cal: Calendar, start: datetime, end: datetime, pauses=()) -> timedelta:
    return sum((b - a for a, b, _ in counted(cal, start, end, pauses)), ZERO)


def elapsed_days(cal: Calendar, start: datetime, end: datetime, pauses=()) -> Fraction:
    return sum(
        (
            Fraction((b - a) // MICROSECOND, cal.length(d) // MICROSECOND)
            for a, b, d in counted(cal, start, end, pauses)
        ),
        Fraction(0),
    )


def _ahead(cal: Calendar, start: datetime, pauses, horizon: int):
    last = max([start, *(edge for pause in pauses for edge in pause if edge is not None)])
    return counted(cal, start, last + timedelta(days=horizon), pauses)


def due_hours(cal: Calendar, start: datetime, amount: timedelta, pauses=(), horizon: int = 60) -> datetime | None:
    """The earliest instant at which so much has been counted; None where an open pause comes first."""
    if amount <= ZERO:
        return start
    total = ZERO
    for a, b, _ in _ahead(cal, start, pauses, horizon):
        total += b - a
        if total >= amount:
            return b - (total - amount)
    assert any(end is None for _, end in pauses), "the horizon is too near"
    return None


def due_days(cal: Calendar, start: datetime, amount: Fraction, pauses=(), horizon: int = 60) -> datetime | None:
    if amount <= 0:
        return start
    total = Fraction(0)
    for a, b, day in _ahead(cal, start, pauses, horizon):
        length = cal.length(day) // MICROSECOND
        gained = Fraction((b - a) // MICROSECOND, length)
        if total + gained >= amount:
            return a + ceil((amount - total) * length) * MICROSECOND
        total += gained
    assert any(end is None for _, end in pauses), "the horizon is too near"
    return None


def start_for(cal: Calendar, end: datetime, amount, days: bool, pauses=(), horizon: int = 60) -> datetime:
    """The latest start from which `amount` has been counted by `end`, outside the pauses."""
    if not amount:
        return end
    total = Fraction(0) if days else ZERO
    for a, b, day in reversed(counted(cal, end - timedelta(days=horizon), end, pauses)):
        length = cal.length(day) // MICROSECOND
        gained = Fraction((b - a) // MICROSECOND, length) if days else b - a
        if total + gained >= amount:
            rest = amount - total
            back = ceil(rest * length) * MICROSECOND if days else rest
            return b - back
        total += gained
    raise AssertionError("the horizon is too near")


def next_open(cal: Calendar, at: datetime) -> datetime:
    if cal.day_open_at(at) is not None:
        return at
    day = at.date() - timedelta(days=3)
    while True:
        for a, _ in cal.pieces(day):
            if a >= at:
                return a
        day += timedelta(days=1)


def stretches(cal: Calendar, at: datetime, days: int) -> list[tuple[datetime, datetime]]:
    """When the calendar opens and closes within so many days of an instant, spans that touch being one."""
    first = at.date() - timedelta(days=days)
    return merged(sorted(piece for n in range(2 * days + 1) for piece in cal.pieces(first + timedelta(days=n))))


FAR_DAYS = 460
EDGE_REACH = timedelta(days=FAR_DAYS - 4)
"""How far away an edge is looked for: a year and a quarter, in which a calendar does most of what it ever does."""


def _nearest(cal: Calendar, at: datetime, edges) -> datetime | None:
    """The edge that is asked for, looked for near at first; None where there is none."""
    for days in (12, FAR_DAYS):
        runs = stretches(cal, at, days)
        # What is cut off by the horizon is no edge.
        inside = [edge for edge in edges(runs) if abs(edge - at) < timedelta(days=days - 4)]
        if inside:
            return inside[0]
    return None


def next_close(cal: Calendar, at: datetime) -> datetime | None:
    return _nearest(cal, at, lambda runs: [b for _, b in runs if b > at])


def previous_open(cal: Calendar, at: datetime) -> datetime | None:
    return _nearest(cal, at, lambda runs: [a for a, _ in reversed(runs) if a <= at])


def previous_close(cal: Calendar, at: datetime) -> datetime | None:
    return _nearest(cal, at, lambda runs: [b for _, b in reversed(runs) if b < at])


def working_day(cal: Calendar, day: date, number: int) -> date:
    """Day by day."""
    step = timedelta(days=-1 if number < 0 else 1)
    left = abs(number)
    if number == 0:
        left = 0 if cal.works(day) else 1
    while left:
        day += step
        left -= cal.works(day)
    return day


def working_days(cal: Calendar, first: date, last: date) -> int:
    return sum(cal.works(first + timedelta(days=n)) for n in range((last - first).days + 1))


def moment(cal: Calendar, start: datetime, number: int, by: str | None) -> datetime:
    """The instant that `same-time`, `close-of-business` or a `by` names, `number` working days on."""
    at = start
    if cal.day_open_at(start) is None and cal.after_hours == "next-opening":
        at = next_open(cal, start)
    day_zero = cal.day_open_at(at) or cal.local_date(at)
    day, left = day_zero, number
    if number == 0 and not cal.works(day):
        left = 1
    while left:
        day += timedelta(days=1)
        left -= cal.works(day)
    pieces = cal.pieces(day)
    if by == "close" or (by is None and cal.day_rule == "close-of-business"):
        return max(start, pieces[-1][1])
    if by is None:
        since_midnight = cal.local_wall(at) - datetime.combine(day_zero, time())
        wall = datetime.combine(day, time()) + since_midnight
    else:
        wall = datetime.combine(day, time()) + timedelta(minutes=minutes(by))
    wanted = utc(wall.replace(tzinfo=cal.zone))
    if not any(a <= wanted < b for a, b in pieces):
        before = [b for _, b in pieces if b <= wanted]
        wanted = before[-1] if before else pieces[0][0]
    return max(start, wanted)


def clock_start(cal: Calendar, at: datetime) -> datetime:
    """Where the clock of a target in days starts: what comes too late in a working day comes on the next one."""
    day = cal.local_date(at)
    if cal.cutoff is None or not cal.works(day) or at < cal.wall(day, minutes(cal.cutoff)):
        return at
    while True:
        day += timedelta(days=1)
        if cal.works(day):
            return max(at, cal.pieces(day)[0][0])


def latest_arrival(cal: Calendar, start: datetime) -> datetime:
    """The latest arrival for which the clock of a target in days starts by an instant, day by day back from it.

    It is the instant itself, or one just before a cut-off: later ones on such a day count from the next working day.
    """
    last = cal.local_date(start)
    days = [last - timedelta(days=number) for number in range(40)]
    late = [cal.wall(day, minutes(cal.cutoff)) - MICROSECOND for day in days] if cal.cutoff else []
    return max(at for at in (start, *late) if at <= start and clock_start(cal, at) <= start)


def deadline(cal: Calendar, start: datetime, kind: str, amount, by: str | None = None, pauses=()) -> datetime | None:
    """`kind` is hours, days or wall; `amount` a timedelta, or a Fraction of days."""
    if kind == "wall":
        raise NotImplementedError("the wall clock needs no second implementation")
    if kind == "hours":
        return due_hours(cal, start, amount, pauses)
    start = clock_start(cal, start)
    if by is None and cal.day_rule == "proportional":
        return due_days(cal, start, amount, pauses)
    if by is None and cal.day_rule == "fixed-hours":
        micros = ceil(amount * (cal.day_length // MICROSECOND))
        return due_hours(cal, start, micros * MICROSECOND, pauses)
    named = moment(cal, start, int(amount), by)
    budget = elapsed(cal, start, named)
    if elapsed(cal, start, named, pauses) == budget:
        return named
    return due_hours(cal, start, budget, pauses)


def remaining(cal: Calendar, start: datetime, at: datetime, kind: str, amount, by=None, pauses=()) -> timedelta:
    seen = [(a, at if b is None or b > at else b) for a, b in pauses if a < at]
    due = deadline(cal, start, kind, amount, by, seen)
    return elapsed(cal, at, due) if due >= at else -elapsed(cal, due, at)


def is_breached(due: datetime | None, at: datetime, done: datetime | None, strict: bool) -> bool:
    """Breached at `at`, by the instants alone."""
    judged = done if done is not None and done <= at else at
    if due is None:
        return False
    return judged >= due if strict else judged > due


@dataclass(frozen=True)
class TextRule:
    """A rule of an opening-hours text: weekdays and holidays, or dates from first to last, perhaps of a year, of which
    it may mean some weekdays; a rule that `closes` takes its hours away.
    """

    hours: str
    weekdays: tuple[int, ...] = ()
    holidays: bool = False
    spans: tuple[tuple[tuple[int, ...], tuple[int, ...]], ...] = ()
    closes: bool = False

    def matches(self, day: date, holidays: set[date]) -> bool:
        if not self.spans:
            return day.weekday() in self.weekdays or (self.holidays and day in holidays)
        return (not self.weekdays or day.weekday() in self.weekdays) and any(
            self.covers(first, last, day) for first, last in self.spans
        )

    def covers(self, first: tuple[int, ...], last: tuple[int, ...], day: date) -> bool:
        at = (day.year, day.month, day.day)[-len(first) :]
        if first <= last:
            return first <= at <= last
        return at >= first or at <= last  # over the year's end

    def speaks_of_holidays(self) -> bool:
        """Whether it does so where no rule of the text names them: dates alone mean whatever the day is."""
        return self.holidays or bool(self.spans and not self.weekdays)


def text_hours(rules: list[TextRule], day: date, holidays: set[date]) -> str:
    """The hours of a date: those of the last rule that matches; a holiday of which no rule speaks is closed."""
    opening = [rule for rule in text_rules(rules, day, holidays) if not rule.closes]
    return opening[-1].hours if opening else "off"


def text_closures(rules: list[TextRule], day: date, holidays: set[date]) -> list[str]:
    """The times of a date that some rule closes, of which no later one opens hours on the date."""
    closing: list[str] = []
    for rule in text_rules(rules, day, holidays):
        closing = [*closing, rule.hours] if rule.closes else []
    return closing


def text_rules(rules: list[TextRule], day: date, holidays: set[date]) -> list[TextRule]:
    """The rules that speak of a date, in order."""
    silent = day in holidays and not any(rule.holidays for rule in rules)
    return [
        rule
        for rule in rules
        if rule.matches(day, holidays) and (rule.closes or not silent or rule.speaks_of_holidays())
    ]
