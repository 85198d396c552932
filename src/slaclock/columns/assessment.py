"""How many tickets stand as of an instant, in the columns of a frame; each is what the scalar `assess` says of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from slaclock.errors import SlaClockError
from slaclock.policy.book import PolicyBook, check_measure, main_policy, policies_of
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy, agreed_priorities
from slaclock.temporal.instants import InstantLike, instant_of, to_micros
from slaclock.tickets import assessment as scalar
from slaclock.tickets.states import STATES

from .as_of import Asked, done_by
from .budgets import Budgets
from .chosen import by_policy
from .chunks import Arrays, BadRows, Errors
from .frames import frame_of, kind_of, lazily, narwhals
from .instants import Instants
from .instants import instant_of as instant_at
from .options import check_options
from .outputs import DURATIONS, INSTANTS, NUMBERS, Output, categories, schema_of
from .pauses import RowPauses, counted
from .piecewise import NEVER, Bools, Ints
from .rows import Chunk, Rows
from .tickets import Tickets, names_of, own_fields, read_tickets
from .tickets_as_of import TicketsAsOf, tickets_as_of
from .typing import FrameT
from .verdicts import Verdicts

Asking: TypeAlias = "Callable[[Policy, TicketsAsOf], CalendarRows]"
"""What answers rows on one calendar, of tickets under one policy."""
OUTPUTS: dict[str, Output] = {
    "state": categories(STATES),
    "due": INSTANTS,
    "elapsed": DURATIONS,
    "remaining": DURATIONS,
    "consumed": NUMBERS,
}
"""The columns that are added, by the names that a scalar assessment has for them."""
ALL_OUTPUTS: dict[str, Output] = {**OUTPUTS, "done": INSTANTS, "elapsed_days": NUMBERS}
"""With what reports and tables ask beside; they ask for the kind and the priority too, see `outputs_of`."""
_WORDS = ("kind", "priority")


def assess(
    frame: FrameT,
    policy: Policy | PolicyBook,
    *,
    at: InstantLike,
    measure: Measure = "resolve",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    columns: Mapping[str, str] | None = None,
    prefix: str = "sla_",
    timezone: str | None = None,
    errors: Errors | BadRows = "raise",
    threads: int | None = None,
) -> FrameT:
    """A frame of tickets with how each of them stands as of `at`, in five more columns.

    `sla_state`, `sla_due` (in the zone of the policy's main calendar, of a book the last policy's; missing while an
    open pause holds it), `sla_elapsed` and `sla_remaining` (durations), `sla_consumed` (the share of the target that is
    used up); `prefix` replaces `sla_`.

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
    """
    check_measure(policy, measure)
    check_options(columns=columns, prefix=prefix, timezone=timezone, threads=threads)
    at = instant_of(at)
    zone = main_policy(policy).calendar.zone.key
    options = {"at": at, "measure": measure, "pauses": pauses, "columns": columns, "prefix": prefix}
    options |= {
        "timezone": timezone,
        "errors": errors,
        "threads": threads,
        "changes": changes,
        "reopenings": reopenings,
        "events": events,
    }
    later: FrameT | None = lazily(frame, lambda part: assess(part, policy, **options), schema_of(OUTPUTS, prefix, zone))
    if later is not None:
        return later
    table = frame_of(frame)
    names = names_of(table, columns or {}, own_fields(policy))
    bad = errors if isinstance(errors, BadRows) else BadRows(errors)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    tickets = read_tickets(table, names, timezone, **sides)
    answers = assess_rows(tickets, policy, Asked(to_micros(at), measure), OUTPUTS, bad, threads=threads)
    bad.warn()
    kind = kind_of([table[names["opened"]].to_native()])
    added = {prefix + name: output.column(kind, answers[name], zone) for name, output in OUTPUTS.items()}
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
    arrays = {name: output.empty(tickets.count) for name, output in outputs.items()}
    problems = []
    for own, rows, known in _alike(tickets, policy, asked):
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


def _alike(tickets: Tickets, policy: Policy | PolicyBook, asked: Asked) -> Iterator[tuple[Policy, Ints, TicketsAsOf]]:
    """The tickets in parts of one policy, whose clocks run on one calendar, each with the policy and its rows."""
    for chosen, rows in by_policy(tickets, policy):
        its_tickets = tickets if len(rows) == tickets.count else tickets.of(rows)
        own = main_policy(policy) if chosen is None else chosen
        known = tickets_as_of(its_tickets, own, asked, fits=chosen is not None)
        for part in known.by_calendar():
            yield (own, rows, known) if part is None else (own, rows[part], known.of(part))


class CycleTickets(NamedTuple):
    """Of which row of some tickets each cycle is, and its number."""

    tickets: Tickets
    row: Ints
    number: Ints


class Standing(NamedTuple):
    """Some rows as of the instant: where their clocks start, what they are judged by, and when they wait.

    `done` is when the work was done, `NEVER` where it was not by then; `withdrawn` are those that were cancelled.
    """

    start: Ints
    seen: Ints
    done: Ints
    withdrawn: Bools | None
    pauses: RowPauses | None

    @property
    def is_over(self) -> Bools:
        """The rows that are done or cancelled."""
        is_done: Bools = self.done != NEVER
        return is_done if self.withdrawn is None else is_done | self.withdrawn


class CalendarRows:
    """The answers to tickets on one calendar, or to `cycles` of theirs; rows that are asked alone go to the policy."""

    def __init__(
        self,
        known: TicketsAsOf,
        policy: Policy | PolicyBook,
        asked: Asked,
        outputs: Mapping[str, Output],
        cycles: CycleTickets | None = None,
    ) -> None:
        self._known, self._policy, self._outputs, self._cycles = known, policy, outputs, cycles
        self._at = asked.at
        self._measure: Measure = asked.measure
        tickets, terms = known.tickets, known.terms
        instants = {**tickets.instants, "at": Instants.at(instant_at(asked.at))}
        if known.agreed is not None:
            instants["agreed"] = Instants(known.agreed.view("M8[us]"), size=tickets.count)
        calendar = terms.calendars[terms.calendar_of[0] if tickets.count else 0]
        self._rows = Rows(calendar, instants, tickets.count, pauses=known.pauses, targets=terms.targets)

    def answers(self, bad: BadRows, threads: int | None, numbers: Ints | None) -> Arrays:
        """The answers of all the tickets."""
        return self._rows.answers(
            [*self._outputs.values()], self._kernel, self._ask, bad, threads=threads, numbers=numbers
        )

    def _ask(self, row: int) -> list[Any]:
        cycles = self._cycles
        ticket = self._known.tickets.ticket(row) if cycles is None else cycles.tickets.ticket(int(cycles.row[row]))
        assessment = scalar.assess(ticket, self._policy, at=instant_at(self._at), measure=self._measure)
        if cycles is not None:
            assessment = assessment.of_cycle(int(cycles.number[row]))
        return [getattr(assessment, name) for name in self._outputs]

    def _standing(self, chunk: Chunk) -> Standing:
        """How the rows of a chunk stand; what arrays cannot answer is doubted."""
        begun, done, withdrawn = chunk["opened"], self._done(chunk), None
        if self._known.start is not None:
            begun = self._known.start[chunk.rows]
            chunk.doubt_outside(begun)
        seen = np.where(done == NEVER, self._at, done)
        if self._known.doubtful is not None:
            chunk.doubt(self._known.doubtful[chunk.rows])
        if self._known.cancelled is not None:
            cancelled = self._known.cancelled[chunk.rows]
            withdrawn = cancelled != NEVER
            seen = np.where(withdrawn, cancelled, seen)
        standing = Standing(chunk.clock_starts(begun), seen, done, withdrawn, None)
        pauses = chunk.pauses(standing.start)
        if pauses is None:
            return standing
        chunk.doubt(seen < standing.start)  # what waits since before a clock that a cut-off put off is cut off here
        pauses = pauses.as_of(seen, standing.is_over)
        return standing._replace(pauses=pauses.without(chunk["agreed"] != NEVER) if "agreed" in chunk else pauses)

    def _kernel(self, chunk: Chunk) -> Arrays:
        start, seen, done, withdrawn, pauses = self._standing(chunk)
        hours = chunk.all.hours
        answers: dict[str, NDArray[Any]] = {
            name: np.full(len(chunk), output.missing, output.dtype)
            for name, output in {**OUTPUTS, **self._outputs}.items()
        }
        answers["state"][:] = self._known.terms.states[chunk.rows]
        answers["elapsed"] = counted(hours, start, seen, pauses)
        if "done" in answers:
            answers["done"] = done
        if "started" in answers:
            answers["started"], answers["ended"] = start, done if withdrawn is None else np.where(withdrawn, seen, done)
        if "elapsed_days" in answers:
            answers["elapsed_days"] = self._days(chunk, start, seen, pauses)
        for name, codes in self._codes.items():
            answers[name][:] = codes[chunk.rows]
        strict = self._known.terms.targets.strict(chunk.rows)
        strict = strict if "agreed" not in chunk else strict & (chunk["agreed"] == NEVER)
        doubtful = np.zeros(len(chunk), bool)
        for rows, budgets, paused in self._budgets(chunk, start, pauses):
            verdicts = Verdicts(budgets, seen[rows], done[rows] != NEVER, paused, strict[rows])
            for name, answer in verdicts.answers(hours).items():
                answers[name][rows] = answer
            doubtful[rows] = verdicts.doubtful
        chunk.doubt(doubtful)
        self._add_carried(chunk, answers)
        return tuple(answers[name] for name in self._outputs)

    def _add_carried(self, chunk: Chunk, answers: dict[str, NDArray[Any]]) -> None:
        """Add what the clocks of the targets before have counted, from where the first of them started."""
        carried = self._known.carried
        if carried is None:
            return
        elapsed, days = carried.counted(chunk.rows)
        answers["elapsed"] += elapsed
        if "elapsed_days" in answers:
            chunk.doubt(np.isnan(days))
            answers["elapsed_days"] += days
        if "started" in answers:
            chunk.doubt(carried.number[chunk.rows] >= 0)

    def _budgets(
        self, chunk: Chunk, start: Ints, pauses: RowPauses | None
    ) -> Iterator[tuple[slice | Ints, Budgets, RowPauses | None]]:
        """The budgets of the rows with targets, with what is carried on to them; and those of agreed due dates."""
        for rows, budgets, paused in chunk.budgets(start, pauses):
            if self._known.carried is not None:
                budgets.carried = self._known.carried.share(chunk.rows, rows)
            yield rows, budgets, paused
        if "agreed" in chunk:
            terms = self._known.terms
            in_service = (terms.states[chunk.rows] < 0) & terms.targets.missing(chunk.rows)
            rows = np.flatnonzero((chunk["agreed"] != NEVER) & in_service)
            window, due = chunk.all.window, chunk["agreed"][rows]
            yield rows, Budgets(window, chunk.all.hours, start[rows], due, window.outside(start[rows]), due), None

    def _days(self, chunk: Chunk, start: Ints, seen: Ints, pauses: RowPauses | None) -> NDArray[np.float64]:
        """The service days that have run."""
        clock = chunk.all.days
        if clock is None:
            chunk.doubt(np.ones(len(chunk), bool))
            return np.zeros(len(chunk))
        return clock.days(counted(clock, start, seen, pauses))

    @cached_property
    def _codes(self) -> dict[str, Ints]:
        """The number of each row's kind and priority among those of the outputs, where these are asked for."""
        codes = {}
        for name, column in {"kind": self._known.terms.kind, "priority": self._known.terms.priority}.items():
            if name in self._outputs:
                numbers = [*map(self._outputs[name].number, column.names), -1]
                codes[name] = np.array(numbers, np.int64)[column.codes]
        return codes

    def _done(self, chunk: Chunk) -> Ints:
        """When the work was done, as far as was known; what cannot be so of a ticket is doubted."""
        instants = {name: chunk[name] for name in self._known.tickets.instants}
        begun = instants["opened"]
        chunk.doubt((begun > self._at) | (begun == NEVER))
        for name, column in instants.items():
            given = column != NEVER
            if not chunk.all.inside:
                chunk.doubt(given & chunk.all.window.outside(column))
            if name != "opened":
                chunk.doubt(given & (column < begun))
        if self._known.done is not None:
            return self._known.done[chunk.rows]
        return done_by(instants, len(chunk), self._at, self._measure)
