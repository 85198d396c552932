"""`reconcile`: under which named reading a desk's own figures come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from slaclock.columns.tickets import own_fields
from slaclock.errors import ColumnError, placed
from slaclock.policy.book import PolicyBook, PolicyLike, check_measure, given_policy, main_policy, name_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.reporting.sources import source_of
from slaclock.temporal.instants import InstantLike, find_zone, from_micros, instant_of, to_micros
from slaclock.tickets.tickets import Ticket

from .cutoffs import likely_cutoff
from .desk_figures import DeskFigures, ElapsedUnit, Figure, Given, read_figures
from .enumeration import Options, Tried, tried
from .figures import AlikeReading, ReadingChange, ReadingFit, Rounding
from .judged import Source, judged_of
from .misfits import misfits_of
from .policies import policy_of
from .readings import AS_WRITTEN, AXES, DeskReading
from .reconciliation import Reconciliation
from .roundings import direction_of
from .splits import Split, split_of
from .telling import telling_ticket

MOST = 50
"""So many readings are listed, and those that fit as many as the best."""


def reconcile(
    tickets: Iterable[Ticket] | Any,
    policy: PolicyLike,
    *,
    due: Given | None = None,
    breached: Given | None = None,
    elapsed: Given | None = None,
    elapsed_unit: ElapsedUnit | None = None,
    at: InstantLike | None = None,
    measure: Measure = "resolve",
    zones: Sequence[str] = ("UTC",),
    cutoffs: Sequence[str] = (),
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    threads: int | None = None,
) -> Reconciliation:
    """Under which named reading of a policy a desk's own figures come out, ticket by ticket.

    `due`, `breached` and `elapsed` are what the desk says: when each ticket is due, whether it is late, and what its
    clock has counted until it was done, or `at` (now, where it is left out). Each is the name of a column of the frame,
    or figures by the ids of the tickets. Elapsed time is durations, texts such as `11:30:08` or `690 min 8 s`, or
    numbers of `elapsed_unit`. What is missing is not compared. `tickets` are those of `report`, as are the side frames.

    Tried is every combination of the readings of `slaclock.reconciling.readings.READINGS`: those that a policy can say,
    and those that are known to be wrong, with hours read in each of the `zones` (and that of the frame), and each of
    the `cutoffs`; where targets in days do not come out, a cut-off at a half hour is sought. A ticket fits where all of
    its figures come out, to the unit to which the desk rounds all of them: a minute, a second, or exactly.

    Raises `ColumnError` where no figure is given, or none of a ticket that has a target, and what `report` raises.

    >>> from slaclock import Policy, Ticket
    >>> opened = ["2018-04-05T16:00+01:00", "2018-04-06T10:00+01:00"]
    >>> tickets = [Ticket(id=f"T{n}", priority="P3", opened=at) for n, at in enumerate(opened)]
    >>> desk = {"T0": "2018-04-10T17:00+01:00", "T1": "2018-04-11T17:00+01:00"}
    >>> made = reconcile(tickets, Policy.example(), due=desk, at="2018-05-01T00:00+01:00")
    >>> made
    <Reconciliation of 2 tickets: 100 % fit day_rule close-of-business>
    >>> made.policy.calendar.day_rule
    'close-of-business'
    """
    policy = given_policy(policy)
    check_measure(policy, measure)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    source = source_of(tickets, sides, own=own_fields(policy), columns=columns, timezone=timezone, threads=threads)
    given: dict[Figure, Given | None] = {"due": due, "breached": breached, "elapsed": elapsed}
    frame = tickets if hasattr(type(tickets), "columns") or hasattr(type(tickets), "column_names") else None
    desk = read_figures(given, frame, lambda: source.ids(np.arange(source.count)), timezone=timezone, unit=elapsed_unit)
    return reconciliation_of(
        source,
        policy,
        desk,
        at=datetime.now(UTC) if at is None else instant_of(at),
        measure=measure,
        options=options_of(policy, (*zones, *([timezone] if timezone else ())), cutoffs),
        threads=threads,
    )


def options_of(policy: Policy | PolicyBook, zones: Sequence[str], cutoffs: Sequence[str]) -> Options:
    """What is tried beside the readings with names of their own."""
    own = main_policy(policy).calendar.zone.key
    with placed("zones"):
        keys = dict.fromkeys(find_zone(zone).key for zone in zones)
    with placed("cutoffs"):
        times = dict.fromkeys(_time(text) for text in cutoffs)
    return Options(tuple(key for key in keys if key != own), tuple(times))


def _time(text: str) -> str:
    try:
        return f"{time.fromisoformat(text.strip()):%H:%M}"
    except (ValueError, AttributeError):
        raise ColumnError(f"{text!r} is no local time", "write it like 15:00", value=text) from None


def reconciliation_of(
    source: Source,
    policy: Policy | PolicyBook,
    desk: DeskFigures,
    *,
    at: datetime,
    measure: Measure = "resolve",
    options: Options,
    threads: int | None = None,
) -> Reconciliation:
    """The reconciliation of the tickets of a source with a desk's figures of them."""
    judged = judged_of(source, policy, to_micros(at), measure, desk, threads=threads)
    if not judged.count:
        raise ColumnError(
            "no ticket that has a target has any of the desk's figures",
            "name the columns that hold them, or an instant after the openings",
            "due",
        )
    made = tried(judged, options)
    cutoff = likely_cutoff(made)
    if cutoff is not None:
        made = tried(judged, options._replace(cutoffs=(*options.cutoffs, cutoff)))
    zone = main_policy(policy).calendar.zone
    best = made.readings[0]
    ties = int(np.count_nonzero((made.fits == made.fits[0]) & (made.exact == made.exact[0])))
    split = split_of(made)
    return Reconciliation(
        name=name_of(policy),
        at=from_micros(to_micros(at), zone),
        measure=measure,
        figures=desk.given,
        compared=judged.count,
        apart=judged.apart,
        silent=judged.silent,
        later=judged.later,
        tried=len(made.readings) + made.ruled_out,
        ruled_out=made.ruled_out,
        ties=ties - 1,
        readings=tuple(_fit(made, place) for place in range(min(len(made.readings), MOST))),
        rounding=tuple(_roundings(made, best)),
        alike=tuple(_alike(made, best, zone)),
        change=None if split is None else _change(made, split, zone),
        misfits=tuple(misfits_of(made, best, zone)),
        policy=policy_of(policy, best),
    )


def _fit(made: Tried, place: int) -> ReadingFit:
    return ReadingFit(made.readings[place], int(made.fits[place]), int(made.exact[place]), made.judged.count)


def _roundings(made: Tried, best: DeskReading) -> Iterator[Rounding]:
    due, _, elapsed, fits = made.ours(best)
    desk, roundings = made.judged.desk, made.roundings
    if desk.due is not None:
        yield Rounding("due", roundings.due, direction_of(desk.due, due, fits, roundings.due))
    if desk.elapsed is not None:
        yield Rounding("elapsed", roundings.elapsed, direction_of(desk.elapsed, elapsed, fits, roundings.elapsed))


def _alike(made: Tried, best: DeskReading, zone: ZoneInfo) -> Iterator[AlikeReading]:
    """The readings that differ from the best in one axis, and that these tickets cannot tell from it."""
    place = {reading: number for number, reading in enumerate(made.readings)}
    first = from_micros(int(made.judged.opened[0]), zone).date()
    for axis in AXES:
        for name in (AS_WRITTEN, *made.possible[axis]):
            other = best.with_(axis, name)
            if other == best:
                continue
            number = place.get(other)
            if number is None:
                is_alike = made.fits_like(other, best)
            else:
                is_alike = bool(made.fits[number] == made.fits[0] and made.exact[number] == made.exact[0])
            if not is_alike:
                continue
            telling = telling_ticket(made.under, best, other, made.judged.measure, first)
            if telling is not None:
                dues = (due.astimezone(zone) for due in (telling.due, telling.other_due))
                yield AlikeReading(axis, name, best.of(axis), telling.ticket, *dues)
            elif number is not None:
                yield AlikeReading(axis, name, best.of(axis))


def _change(made: Tried, split: Split, zone: ZoneInfo) -> ReadingChange:
    def fit(place: int, rows: slice) -> ReadingFit:
        reading = made.readings[place]
        fits = made.ours(reading)[-1]
        return ReadingFit(
            reading,
            int(np.count_nonzero(fits[rows])),
            int(np.count_nonzero(_exact(made, reading)[rows])),
            len(fits[rows]),
        )

    return ReadingChange(
        fit(split.old, slice(0, split.first_new)),
        fit(split.new, slice(split.first_new, None)),
        from_micros(split.before, zone),
        from_micros(split.after, zone),
        split.fits,
    )


def _exact(made: Tried, reading: DeskReading) -> Any:
    """The tickets that a reading fits exactly."""
    exact = np.zeros(made.judged.count, bool)
    for part in made.parts:
        exact[part.rows] = made.roundings.exactly.fits(part.desk, part.ours(reading.only(part.axes)))
    return exact
