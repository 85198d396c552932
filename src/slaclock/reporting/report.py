"""`report`: from tickets and a policy to every figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, get_args

from slaclock.columns.chunks import BadRows
from slaclock.columns.tickets import own_fields
from slaclock.errors import ColumnError
from slaclock.figures.allowances import Usage
from slaclock.figures.outages import Outage, outages_of
from slaclock.figures.report_figures import By
from slaclock.policy.book import PolicyBook, PolicyLike, check_measure, given_policy
from slaclock.policy.measures import Measure
from slaclock.policy.named_periods import AskedPeriod
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import InstantLike
from slaclock.tickets.knowledge import KnownLike
from slaclock.tickets.tickets import Ticket

from .assembly import report_of
from .bad_tickets import report_with_gaps
from .facts import FactFinder
from .model import Report
from .options import OnError, ReportOptions, attributes_split
from .sources import TicketSource, source_of
from .sums import sums_of


def report(
    tickets: Iterable[Ticket] | Any,
    policy: PolicyLike,
    *,
    at: InstantLike,
    by: By = "opened",
    period: AskedPeriod = "year",
    measure: Measure = "resolve",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    usage: Iterable[Usage] = (),
    outages: Iterable[Outage | Mapping[str, Any]] | Any = None,
    worst: int = 10,
    split: Sequence[str] = (),
    why: bool = False,
    known: KnownLike | None = None,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    errors: OnError = "raise",
    threads: int | None = None,
) -> Report:
    """How tickets stand as of `at`, by kind, priority and period, with the service standards and allowances.

    `tickets` are `Ticket` objects, or a frame as `slaclock.columns.assess` takes it, with its `pauses`, `changes`,
    `reopenings`, `events`, `columns`, `timezone` and `threads`. A ticket belongs to the `period` in which it opened, is
    due, or was resolved (for the measure respond: was responded to), as `by` says, and is counted under the kind and
    priority that were in force. A kind for which the policy has no targets, such as calls, is counted for the service
    standards alone. A `period` is a length of those of the subscription year, or the first date and that up to which,
    such as `("2018-04-01", "2018-05-01")`, or the name of one, or of a set, of the policy's `periods`: then only what
    lies in them is counted. `split` names columns or attributes (one, or several at once, such as `("team", "month")`;
    also `year`, `quarter` and `month`) by whose values, as they were when the work was done or are now, the figures are
    told apart beside. `why` adds where the time of those went that met their target, and of those that missed it.
    `usage` is what was used of the allowances, `outages` when services were down, as `availability` takes them, for
    what the policy promises of that. The `worst` so many misses come with their ledgers. `known` says by what was known
    of calendars the tickets are judged, as in `assess`.

    Raises what `assess` raises, with the ticket's id or its row. With `errors="skip"` tickets without an answer are
    left out and counted as `Report.skipped`, and a `BadRowsWarning` says how many there are, and what is wrong with the
    first. A lazy frame of Polars, or a relation of DuckDB, is collected first.

    >>> from slaclock import Policy, Ticket
    >>> tickets = [Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00", resolved="2018-04-09T11:00+01:00"),
    ...            Ticket(id="T2", priority="P1", opened="2018-04-09T10:00+01:00")]
    >>> made = report(tickets, Policy.example(), at="2018-04-09T14:00+01:00")
    >>> made.totals["met"], made.totals["breached"], [ticket.ticket_id for ticket in made.worst]
    (1, 1, ['T2'])
    """
    options = ReportOptions(at, by, period, measure, worst, split, why, known)
    policy = given_policy(policy)
    check_measure(policy, measure)
    if errors not in get_args(OnError):
        raise ColumnError(f"errors={errors!r} is not known", "use 'raise' or 'skip'", value=errors)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    source = source_of(
        tickets,
        sides,
        own=(*own_fields(policy), *attributes_split(options.split)),
        columns=columns,
        timezone=timezone,
        threads=threads,
        with_wrong=errors == "skip",
    )
    down = None if outages is None else outages_of(outages, timezone)
    if errors == "raise":
        return report_of_source(source, policy, options, usage, down)
    used, bad = list(usage), BadRows("null")
    made, problems = report_with_gaps(source, lambda some: report_of_source(some, policy, options, used, down))
    for row in sorted(problems):
        bad.add(row, problems[row])
    bad.warn()
    return replace(made, skipped=len(problems))


def report_of_source(
    source: TicketSource,
    policy: Policy | PolicyBook,
    options: ReportOptions,
    usage: Iterable[Usage] = (),
    outages: Sequence[Outage] | None = None,
) -> Report:
    """The report over the tickets of a source."""
    source.check_attributes(attributes_split(options.split))
    return report_of(sums_of(FactFinder(policy, options).facts(source)), policy, options, usage, outages)
