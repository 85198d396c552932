"""How many tickets stand as of an instant, in the columns of a frame; each is what the scalar `assess` says of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook, PolicyLike, check_measure, given_policy, main_policy, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy, agreed_priorities
from slaclock.temporal.durations import Unit
from slaclock.temporal.instants import InstantLike, instant_of
from slaclock.tickets.knowledge import KnownLike, given_known

from .as_of import Asked
from .calendar_rows import ALL_OUTPUTS, OUTPUTS, CalendarRows
from .chosen import by_policy
from .chunks import BadRows, Errors
from .cycle_answers import known_cycles
from .frames import collected, lazily, narwhals
from .given_tickets import GivenTickets
from .options import check_options
from .outputs import Output, categories, schema_of
from .piecewise import Bools, Ints
from .tickets import Tickets
from .tickets_as_of import TicketsAsOf, tickets_as_of
from .typing import FrameT
from .units import check_unit, named, outputs_in

Asking: TypeAlias = "Callable[[Policy, TicketsAsOf], CalendarRows]"
"""What answers rows on one calendar, of tickets under one policy."""
_WORDS = ("kind", "priority")
PROMISED: dict[str, Output] = {"promised_due": ALL_OUTPUTS["promised_due"]}
"""What is told by what was known where targets are measured from."""


def assess(
    frame: FrameT,
    policy: PolicyLike,
    *,
    at: InstantLike,
    measure: Measure = "resolve",
    known: KnownLike | None = None,
    promised: bool = False,
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    prefix: str = "sla_",
    unit: Unit | None = None,
    timezone: str | None = None,
    errors: Errors | BadRows = "raise",
    threads: int | None = None,
) -> FrameT:
    """A frame of tickets with how each of them stands as of `at`, in seven more columns.

    `sla_state`, `sla_due` (in the zone of the policy's main calendar, of a book the last policy's; missing while an
    open pause holds it), `sla_elapsed`, `sla_remaining` and `sla_over` (durations; the last is what the clock has
    counted beyond the target), `sla_note` (`stopped after due` where pauses since the due date make the first two not
    add up to the target), `sla_consumed` (the share of the target that is used up); `prefix` replaces `sla_`. With
    `unit="hours"` the durations are floats, with `unit="days"` service days. `known` says by what was known of
    calendars, as in the scalar `assess`; with `promised` there is one more column, `sla_promised_due`: the due date by
    what was known where the target is measured from.

    The frame needs the column `opened`, and may have `id`, `kind` (without it all are incidents), `priority`,
    `responded`, `resolved`, `cancelled`, `abandoned`, `category`, `impact`, `urgency`, and what was agreed for a ticket
    alone, `agreed_resolve`, `agreed_respond` and so on: texts of targets, or instants. Where the policies of a book
    apply to some attributes, such as `customer`, the columns of those names are read too. `columns` maps these names to
    the frame's own. What is without an offset is read in `timezone`. No id may stand twice, and a missing one is no
    other's. Side frames say what became of the tickets: `pauses` with the columns `ticket`, `start`, `end` and `reason`
    (or a `Pauses`), `changes` with `ticket`, `at`, `field` and `to`, `reopenings` with `ticket`, `resolved` and
    `reopened`, `events` with `ticket`, `at` and `name`. Of changes of one ticket at one instant the last row holds, or,
    with a column `sequence` of whole numbers, the greatest. A side frame may have the number of a ticket's row, from 0,
    as `row` in place of `ticket`.

    A lazy Polars frame stays lazy, and is answered when it is collected; lazy side frames are collected at once.

    Raises `ColumnError` where a column that is needed is missing or cannot be read. A row that cannot be answered
    raises what the scalar function raises, with its number; with `errors="null"` its answer is missing, and a
    `BadRowsWarning` counts such rows.

    >>> import pandas as pd
    >>> from slaclock import Policy
    >>> tickets = pd.DataFrame({"id": ["T1", "T2"], "priority": ["P1", "P2"],
    ...                         "opened": pd.to_datetime(["2018-04-09 10:00", "2018-04-09 11:00"])})
    >>> pauses = pd.DataFrame({"ticket": ["T2"], "start": pd.to_datetime(["2018-04-09 12:00"]), "end": [pd.NaT],
    ...                        "reason": ["third_party"]})
    >>> asked = {"at": "2018-04-09T13:00+01:00", "timezone": "Europe/London"}
    >>> answers = assess(tickets, Policy.example(), pauses=pauses, **asked)
    >>> answers["sla_state"].tolist(), str(answers["sla_due"][0])
    (['breached', 'paused'], '2018-04-09 12:00:00+01:00')
    """
    policy = given_policy(policy)
    check_measure(policy, measure)
    check_options(columns=columns, prefix=prefix, timezone=timezone, threads=threads)
    check_unit(unit)
    asked = outputs_in(OUTPUTS, unit)
    whole = Asked.of(at, measure, known)
    if promised:
        asked |= PROMISED
    outputs = {named(name): output for name, output in asked.items()}
    at = instant_of(at)
    zone = main_policy(policy).calendar.zone.key
    options = {"at": at, "measure": measure, "pauses": pauses, "columns": columns, "prefix": prefix}
    options |= {
        "known": known,
        "promised": promised,
        "unit": unit,
        "timezone": timezone,
        "errors": errors,
        "threads": threads,
        "changes": changes,
        "reopenings": reopenings,
        "events": events,
    }
    later: FrameT | None = lazily(frame, lambda part: assess(part, policy, **options), schema_of(outputs, prefix, zone))
    if later is not None:
        return later
    frame = collected(frame)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    given = GivenTickets.read(frame, policy, columns, timezone, **sides)
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    answers = assess_rows(given.tickets, policy, whole, asked, bad, threads=threads)
    bad.warn()
    kind = given.kind
    added = {prefix + named(name): output.column(kind, answers[name], zone) for name, output in asked.items()}
    nw = narwhals()
    series = [nw.from_native(column, series_only=True).alias(name) for name, column in added.items()]
    answered: FrameT = nw.from_native(frame, eager_only=True).with_columns(*series).to_native()
    return answered


def _words(tickets: Tickets, policy: Policy | PolicyBook) -> dict[str, tuple[str, ...]]:
    """The kinds and priorities that answers may name: those that tickets have, come to have, or are agreed for them."""
    later = () if tickets.changes is None else tickets.changes.to.names
    words = {name: [*tickets.names(name), *later] for name in _WORDS}
    words["priority"] += [priority for own in policies_of(policy) for priority in agreed_priorities(own)]
    return {name: tuple(dict.fromkeys(names)) for name, names in words.items()}


def outputs_of(
    names: Iterable[str], tickets: Tickets, policy: Policy | PolicyBook
) -> tuple[dict[str, Output], dict[str, tuple[str, ...]]]:
    """Outputs by their names, and the words that those of the kind and the priority number."""
    words = _words(tickets, policy)
    every = ALL_OUTPUTS | {name: categories(own) for name, own in words.items()}
    return {name: every[name] for name in names}, words


def assess_rows(
    tickets: Tickets,
    policy: Policy | PolicyBook,
    asked: Asked,
    outputs: Mapping[str, Output],
    bad: BadRows,
    *,
    threads: int | None,
    numbers: Ints | None = None,
    asking: Asking | None = None,
) -> dict[str, NDArray[Any]]:
    """Some outputs of every ticket, under the policy in force when it opened; of its kind and priority the numbers.

    `numbers` are those by which the caller knows the tickets, where they are only some of his. Others than the answers
    of assessments are those of the rows that `asking` gives.
    """
    if not PROMISED.keys().isdisjoint(outputs) and any(own.announced_at for own in policies_of(policy)):
        rest = {name: output for name, output in outputs.items() if name not in PROMISED}
        answers = assess_rows(tickets, policy, asked, rest, bad, threads=threads, numbers=numbers)
        parts = _alike(tickets, policy, asked, threads, asked._replace(known="opening"))
        wrong = BadRows("null")  # the same rows as before
        answers |= _answers(tickets, policy, asked, PROMISED, wrong, threads, numbers, None, parts)
        return {name: answers[name] for name in outputs}
    parts = _alike(tickets, policy, asked, threads)
    return _answers(tickets, policy, asked, outputs, bad, threads, numbers, asking, parts)


def _answers(  # noqa: PLR0917 - what is asked, and of what
    tickets: Tickets,
    policy: Policy | PolicyBook,
    asked: Asked,
    outputs: Mapping[str, Output],
    bad: BadRows,
    threads: int | None,
    numbers: Ints | None,
    asking: Asking | None,
    parts: Iterable[tuple[Policy, Ints, TicketsAsOf]],
) -> dict[str, NDArray[Any]]:
    """Some outputs of every ticket, part by part."""
    arrays = {name: output.empty(tickets.count) for name, output in outputs.items()}
    problems = []
    for own, rows, known in parts:
        try:
            own_numbers = rows if numbers is None else numbers[rows]
            calendar_rows = CalendarRows(known, policy, asked, outputs) if asking is None else asking(own, known)
            answers = calendar_rows.answers(bad, threads, own_numbers)
        except SlaClockError as problem:
            if problem.row is None:
                raise
            problems.append((problem.row, problem))  # another part may have a row that comes before it
            continue
        if len(rows) == tickets.count:
            return dict(zip(outputs, answers, strict=True))
        for array, answer in zip(arrays.values(), answers, strict=True):
            array[rows] = answer
    if problems:
        raise min(problems, key=lambda numbered: numbered[0])[1]
    return arrays


def _alike(
    tickets: Tickets, policy: Policy | PolicyBook, asked: Asked, threads: int | None, known_as: Asked | None = None
) -> Iterator[tuple[Policy, Ints, TicketsAsOf]]:
    """The tickets in parts of one policy, whose clocks run on one calendar, each with the policy and its rows.

    What they are as of the instant is told `known_as` is asked there, their cycles as is asked.
    """
    for chosen, rows in by_policy(tickets, policy):
        its_tickets = tickets if len(rows) == tickets.count else tickets.of(rows)
        own = main_policy(policy) if chosen is None else chosen
        cycles = known_cycles(its_tickets, policy, chosen, asked, threads)
        known = tickets_as_of(its_tickets, own, known_as or asked, cycles, fits=chosen is not None)
        if known_as is not None:
            known = known.asked_alone(_judged_otherwise(its_tickets, own, asked))
        for part in known.by_calendar():
            yield (own, rows, known) if part is None else (own, rows[part], known.of(part))


def _judged_otherwise(tickets: Tickets, policy: Policy, asked: Asked) -> Bools | None:
    """The rows of which a breach may stand that another target has by what was known where it is measured from."""
    stands = policy.rules.breach == "stands" and given_known(asked.known, policy) != "opening"
    if tickets.changes is None or not stands:
        return None
    changed = np.zeros(tickets.count, bool)
    changed[tickets.changes.row] = True
    return changed
