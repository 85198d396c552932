"""How a receipt is made: what was asked, the answer, and the data on which it rested.

The answer is decided by what was asked, by the policy, and by what its calendars say of the days concerned: from a
week before the opening, since nights and other zones reach over, to a week after the last instant that it looks at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import groupby
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar
from slaclock.calendar.outside_data import holidays_between, zones_of
from slaclock.clock.targets import Target
from slaclock.errors import OutOfRangeError
from slaclock.formats.canonical import digest_of
from slaclock.formats.versions import own_version, package_version
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.rule_data import rules_of, without_holidays
from slaclock.temporal.durations import iso_text
from slaclock.temporal.instants import (
    DAY,
    EPOCH_DAY,
    FIRST_YEAR,
    LAST_YEAR,
    duration_micros,
    from_micros,
    local_day,
    to_micros,
    wall_to_micros,
)
from slaclock.temporal.offsets import offset_changes
from slaclock.temporal.zone_files import zone_file

from .knowledge import KnownLike, given_known
from .ledger import Ledger, LedgerRow
from .receipt import FORMAT, Receipt, made
from .states import State
from .tickets import Ticket

ANSWERS = (
    "state", "kind", "priority", "calendar", "cycle", "target", "started", "done", "due", "promised_due",
    "expected_from", "elapsed", "remaining", "over", "breached_at",
)  # fmt: skip
"""The answers that a receipt has."""
_BESIDE = 7
"""So many days before and after may decide what is open on one."""
_MOST_DAYS = 2_000
"""Of more than twice so many days, so many at either end are looked at one by one, and the rest as a sum."""
_FIRST, _LAST = date(FIRST_YEAR, 1, 1).toordinal(), date(LAST_YEAR, 12, 31).toordinal()
# No zone in the IANA database changes its rules outside these years.
_CHANGES = date(1_800, 1, 1).toordinal(), date(2_200, 1, 1).toordinal()


class Answered(Protocol):
    """What a receipt asks of an assessment, beside the answers."""

    @property
    def ticket(self) -> Ticket:
        """The ticket."""
        ...

    @property
    def policy(self) -> Policy:
        """The policy."""
        ...

    @property
    def measure(self) -> Measure:
        """The measure."""
        ...

    @property
    def at(self) -> datetime:
        """The instant asked about."""
        ...

    @property
    def chosen(self) -> str:
        """Which policy of a book it is, and why."""
        ...

    @property
    def fits(self) -> bool:
        """Whether the policy is for the ticket."""
        ...

    @property
    def number(self) -> int | None:
        """The number of the cycle that was asked for."""
        ...

    @property
    def known(self) -> KnownLike | None:
        """By what was known of calendars."""
        ...

    @property
    def calendar(self) -> str:
        """The name of the calendar on which the clock runs."""
        ...

    @property
    def state(self) -> State:
        """How it stands."""
        ...

    def explain(self, to: Literal["due", "now"] = "due") -> Ledger:
        """Its ledger."""
        ...


def receipt_of(a: Answered, latest: int, *, with_rules: bool) -> Receipt:
    """The receipt of an assessment, whose answers look at nothing after `latest`."""
    policy, zone = a.policy, a.policy.calendar.zone
    rules = rules_of(policy)
    first, last = _days_concerned(to_micros(a.ticket.opened), latest, zone)
    calendars = {name: policy.calendar_named(name) for name in calendar_names(a)}
    zones = {zone.key: zone for calendar in (policy.calendar, *calendars.values()) for zone in zones_of(calendar)}
    return made({
        "receipt": FORMAT,
        "slaclock": own_version(),
        "asked": {
            "ticket": _in_zone(a.ticket, a.ticket.model_dump(mode="json", exclude_defaults=True), zone),
            "at": _local(a.at, zone),
            "measure": a.measure,
            **({} if a.number is None else {"cycle": a.number}),
            **_known(a, zone),
        },
        "policy": {
            "name": policy.name,
            "sha256": digest_of(rules),
            "without_holidays": digest_of(without_holidays(rules)),
            **({"chosen": a.chosen} if a.chosen else {}),
            **({} if a.fits else {"fits": False}),
            **({"rules": rules} if with_rules else {}),
        },
        "answer": answers_of(a),
        "ledger": ledger_digest(a),
        "first_day": date.fromordinal(first).isoformat(),
        "last_day": date.fromordinal(last).isoformat(),
        "holidays_version": package_version("holidays"),
        "holidays": {name: dates_of(calendar, first, last) for name, calendar in calendars.items()},
        "zones": {name: zone_data(zone, first, last) for name, zone in zones.items()},
        "open_hours": {name: hours_digest(calendar, first, last) for name, calendar in calendars.items()},
    })  # fmt: skip


def _known(a: Answered, zone: ZoneInfo) -> dict[str, str]:
    """By what was known, where that is not what the policy says."""
    if a.known is None or a.known == given_known(None, a.policy, fits=a.fits):
        return {}
    known = given_known(a.known, a.policy)
    return {"known": _local(known, zone) if isinstance(known, datetime) else known}


def answers_of(a: Answered) -> dict[str, Any]:
    """The answers as JSON has them: instants as local time, lengths as ISO 8601."""
    return {name: plain(getattr(a, name)) for name in ANSWERS}


def plain(value: object) -> object:
    """An answer as JSON has it."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, timedelta):
        return iso_text(duration_micros(value))
    return str(value) if isinstance(value, Target) else value


def ledger_digest(a: Answered) -> str:
    """The hash of what its clock counted, and when and for what it stood still, to the due date and to now.

    Rows are told by what they are, and not by why they are closed: words may become better, and rows be broken
    elsewhere, where nothing else is counted.
    """
    return digest_of([list(map(list, _stretches(a.explain(to)))) for to in ("due", "now")])


def _stretches(rows: Iterable[LedgerRow]) -> Iterable[tuple[str, str, str, str]]:
    """Where a ledger's stretches begin and end, of which kind they are, for what they waited, and what they add."""
    for (kind, reason), several in groupby(rows, key=_kind):
        run = list(several)
        added = sum((row.length for row in run), timedelta(0))
        start, end = (_utc(to_micros(at)) for at in (run[0].start, run[-1].end))
        yield start, end, f"{kind} {reason}".strip(), iso_text(duration_micros(added))


def _kind(row: LedgerRow) -> tuple[str, str]:
    return row.kind, row.why if row.kind == "paused" else ""


def _utc(at: int) -> str:
    return from_micros(at, _UTC).isoformat()


_UTC = ZoneInfo("UTC")


def calendar_names(a: Answered) -> list[str]:
    """The calendars on which the clock of the measure may have run, of whichever kind and priority the ticket was."""
    kinds = {a.ticket.kind, *(change.to for change in a.ticket.changes if change.field == "kind")}
    of_kinds = [targets for kind, targets in a.policy.targets.items() if kind in kinds]
    named = {targets.calendar(priority, a.measure) for targets in of_kinds for priority in (None, *targets.priorities)}
    return sorted({a.calendar, *named})


def _days_concerned(opened: int, latest: int, zone: ZoneInfo) -> tuple[int, int]:
    first, last = (local_day(at, zone)[0] for at in (opened, latest))
    return max(first - _BESIDE, _FIRST), min(last + _BESIDE, _LAST)


def dates_of(calendar: Calendar, first: int, last: int) -> dict[str, str]:
    """The holidays of a calendar on the days concerned, by their dates."""
    names = holidays_between(calendar, first, last)
    return {date.fromordinal(day).isoformat(): name for day, name in names.items()}


def zone_data(zone: ZoneInfo, first: int, last: int) -> dict[str, Any]:
    """Whose data those of a zone are, and its offsets on the days concerned: the first, and each that it changes to."""
    start, end = max(first, _CHANGES[0]), min(last + 1, _CHANGES[1])
    changes = [*offset_changes(zone, *((day - EPOCH_DAY) * DAY for day in (start, end)))] if start < end else []
    instants = [(start - EPOCH_DAY) * DAY, *changes]
    file = zone_file(zone)
    return {**file._asdict(), "offsets": [from_micros(at, zone).isoformat() for at in instants]}


def hours_digest(calendar: Calendar, first: int, last: int) -> str:
    """The hash of the spans of the days concerned, as the clock has them; of very many the middle ones as sums."""
    timetable = calendar.timetable
    days: list[int] = [*range(first, last + 1)]
    sums: list[str] = []
    if last - first > 2 * _MOST_DAYS:
        days = [*range(first, first + _MOST_DAYS), *range(last - _MOST_DAYS, last + 1)]
        between = (wall_to_micros(day, 0, calendar.zone) for day in (first + _MOST_DAYS, last - _MOST_DAYS))
        start, end = between
        counted: tuple[int | Fraction, ...] = timetable.hours_between(start, end), timetable.days_between(start, end)
        sums = list(map(str, counted))
    return digest_of([*([str(day), *map(list, timetable.date_spans(day))] for day in days), *sums])


def _in_zone(value: object, plain: Any, zone: ZoneInfo) -> Any:
    """A value as its JSON has it, but with its instants in one zone, so that equal values are equal texts."""
    if isinstance(value, datetime):
        return _local(value, zone)
    if isinstance(plain, dict):
        parts = value if isinstance(value, Mapping) else {key: getattr(value, key) for key in plain}
        return {key: _in_zone(parts[key], part, zone) for key, part in plain.items()}
    if isinstance(plain, list) and isinstance(value, tuple):
        return [_in_zone(item, part, zone) for item, part in zip(value, plain, strict=True)]
    return plain


def _local(at: datetime, zone: ZoneInfo) -> str:
    """An instant in a zone; in UTC where the zone's own time lies outside the years 1 to 9999."""
    try:
        return from_micros(to_micros(at), zone).isoformat()
    except OutOfRangeError:
        return at.astimezone(UTC).isoformat()
