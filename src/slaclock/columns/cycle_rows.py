"""The cycles of many tickets as a frame, one row a cycle; each is what the scalar `assess` says of one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook, check_measure, main_policy
from slaclock.policy.measures import Measure, MeasureRule
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import InstantLike, instant_of, to_micros
from slaclock.tickets import assessment as scalar
from slaclock.tickets.states import STATES

from .as_of import Asked, wrong_tickets
from .assessment import CalendarRows, CycleTickets, assess_rows
from .chosen import by_policy
from .chunks import BadRows, Errors, FirstOfRow
from .folds import Cycles, Judged, by_arrays, cycles_of
from .frames import frame_of, kind_of, narwhals
from .instants import instant_of as instant_at
from .options import check_options
from .outputs import COUNTS, DURATIONS, INSTANTS, Output, categories
from .piecewise import NEVER, Bools, Ints
from .tickets import Tickets, names_of, own_fields, read_tickets
from .tickets_as_of import cycles_as_of
from .typing import FrameT

CYCLE_ANSWERS: dict[str, Output] = {
    "started": INSTANTS,
    "due": INSTANTS,
    "ended": INSTANTS,
    "state": categories(STATES),
    "elapsed": DURATIONS,
}


def cycles(
    frame: FrameT,
    policy: Policy | PolicyBook,
    *,
    at: InstantLike,
    measure: Measure = "update",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    errors: Errors | BadRows = "raise",
    threads: int | None = None,
) -> FrameT:
    """The cycles of every ticket of a frame as of `at`, one row a cycle, in the order of the tickets and of time.

    The columns are `ticket` (its id, or without ids its row from 0), `cycle` (its number from 1), `started`, `due`
    (missing while an open pause holds it), `ended` (missing while it runs), `state` and `elapsed`. A ticket of which no
    cycle has begun has no row. The arguments are those of `assess`; with `errors="null"` a ticket that is wrong, or has
    a cycle that cannot be answered, has no rows and is counted.
    """
    check_measure(policy, measure)
    check_options(columns=columns, timezone=timezone, threads=threads)
    asked = Asked(to_micros(instant_of(at)), measure)
    table = frame_of(frame)
    names = names_of(table, columns or {}, own_fields(policy))
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    tickets = read_tickets(table, names, timezone, **sides)
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    problems = FirstOfRow()
    rows = _rows(tickets, policy, asked, problems, threads)
    problems.tell(bad)
    bad.warn()
    nw, zone = narwhals(), main_policy(policy).calendar.zone.key
    ids = nw.new_series("ticket", np.arange(tickets.count), backend=table.implementation)
    ids = nw.maybe_reset_index((ids if tickets.ids is None else tickets.ids)[rows.row])
    kind = kind_of([nw.maybe_reset_index(table[names["opened"]][rows.row]).to_native()])
    made = {"cycle": COUNTS.column(kind, rows.number, zone)}
    made |= {name: output.column(kind, rows.answers[name], zone) for name, output in CYCLE_ANSWERS.items()}
    series = (nw.from_native(column, series_only=True).alias(name) for name, column in made.items())
    answered: FrameT = ids.alias("ticket").to_frame().with_columns(*series).to_native()
    return answered


class _CycleRows(NamedTuple):
    """The ticket's row of each cycle, its number and its answers."""

    row: Ints
    number: Ints
    answers: dict[str, NDArray[Any]]


def _rows(
    tickets: Tickets, policy: Policy | PolicyBook, asked: Asked, bad: FirstOfRow, threads: int | None
) -> _CycleRows:
    parts = [*_parts(tickets, policy, asked, bad, threads)]
    if len(parts) == 1 and not bad.problems:
        return parts[0]
    nothing = np.zeros(0, np.int64)
    row = np.concatenate([nothing, *(part.row for part in parts)])
    number = np.concatenate([nothing, *(part.number for part in parts)])
    order = np.lexsort((number, row))
    order = order[~np.isin(row[order], list(bad.problems))]
    answers = {
        name: np.concatenate([output.empty(0), *(part.answers[name] for part in parts)])[order]
        for name, output in CYCLE_ANSWERS.items()
    }
    return _CycleRows(row[order], number[order], answers)


def _is_alone(tickets: Tickets, own: Policy | None, rule: MeasureRule, asked: Asked) -> Bools:
    """The tickets of one policy whose cycles arrays do not tell."""
    if not by_arrays(rule):
        return np.ones(tickets.count, bool)
    due = tickets.due_as_agreed(asked.measure)  # of a measure of many cycles that is an error
    alone = wrong_tickets(tickets) | _before_opening(tickets) | (tickets.opened > asked.at)
    nothing = None if own is None else tickets.agreed_for_nothing(own)
    for wrong in (tickets.wrongly_agreed, None if due is None else due != NEVER, nothing):
        alone = alone if wrong is None else alone | wrong
    return alone


def _before_opening(tickets: Tickets) -> Bools:
    """The tickets to which something happened before they opened."""
    opened, early = tickets.opened, np.zeros(tickets.count, bool)
    for name in tickets.instants:
        at = tickets.micros(name)
        early |= (at != NEVER) & (at < opened)
    return early


def _parts(
    tickets: Tickets, policy: Policy | PolicyBook, asked: Asked, bad: BadRows, threads: int | None
) -> Iterator[_CycleRows]:
    """The cycles policy by policy: those that arrays tell, and those of tickets that are asked one after another."""
    lent = main_policy(policy)
    for own, rows in by_policy(tickets, policy):
        some = tickets if len(rows) == tickets.count else tickets.of(rows)
        rule = (lent if own is None else own).measure(asked.measure)
        alone = _is_alone(some, own, rule, asked)
        if by_arrays(rule):
            cycles = cycles_of(some, rule, asked.at, threads)
            none = np.flatnonzero(~alone & (np.bincount(cycles.row, minlength=some.count) == 0))
            if len(none):  # what is wrong with a ticket is so without a cycle too
                states = {"state": CYCLE_ANSWERS["state"]}
                assess_rows(some.of(none), policy, asked, states, bad, threads=threads, numbers=rows[none])
            cycles = cycles.of(np.flatnonzero(~alone[cycles.row]))
            answered = cycle_answers(some, cycles, policy, own, asked, CYCLE_ANSWERS, bad, threads, rows)
            for chosen, answers in answered:
                yield _CycleRows(rows[cycles.row[chosen]], cycles.number[chosen], answers)
        yield from _asked_alone(some, np.flatnonzero(alone), policy, asked, bad, rows)


def cycle_answers(  # noqa: PLR0917 - what is asked, and of what
    tickets: Tickets,
    cycles: Cycles,
    policy: Policy | PolicyBook,
    own: Policy | None,
    asked: Asked,
    outputs: Mapping[str, Output],
    bad: BadRows,
    threads: int | None,
    numbers: Ints,
) -> Iterator[tuple[slice | Ints, dict[str, NDArray[Any]]]]:
    """Outputs of some cycles of tickets that have one policy, calendar by calendar, with which cycles they are of.

    `numbers` are those by which the caller knows the tickets.
    """
    judged = Judged(cycles.start, cycles.done, cycles.cancelled, np.ones(len(cycles.row), bool))
    lent = main_policy(policy) if own is None else own
    known = cycles_as_of(tickets.repeated(cycles.row), lent, asked, judged, fits=own is not None)
    for part in known.by_calendar():
        of_calendar, chosen = (known, slice(None)) if part is None else (known.of(part), part)
        source = CycleTickets(tickets, cycles.row[chosen], cycles.number[chosen])
        rows = CalendarRows(of_calendar, policy, asked, outputs, source)
        yield chosen, dict(zip(outputs, rows.answers(bad, threads, numbers[source.row]), strict=True))


def _asked_alone(  # noqa: PLR0917 - what is asked, and of what
    tickets: Tickets, chosen: Ints, policy: Policy | PolicyBook, asked: Asked, bad: BadRows, numbers: Ints
) -> Iterator[_CycleRows]:
    """The cycles of some tickets, one ticket after another."""
    for row in chosen.tolist():
        try:
            a = scalar.assess(tickets.ticket(row), policy, at=instant_at(asked.at), measure=asked.measure)
            values = [
                [output.value(getattr(cycle, name)) for name, output in CYCLE_ANSWERS.items()] for cycle in a.cycles
            ]
        except SlaClockError as problem:
            bad.add(int(numbers[row]), problem)
            continue
        answers = {
            name: np.array([own[index] for own in values], output.dtype)
            for index, (name, output) in enumerate(CYCLE_ANSWERS.items())
        }
        yield _CycleRows(np.full(len(values), numbers[row]), np.arange(1, len(values) + 1), answers)
