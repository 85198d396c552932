"""`report`: from tickets and a policy to every figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slaclock.columns.tickets import own_fields
from slaclock.errors import PolicyError
from slaclock.figures.allowances import Usage
from slaclock.figures.outages import Outage, outages_of
from slaclock.figures.report_figures import By
from slaclock.policy.book import PolicyBook, check_measure
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.subscription_years import PeriodLength
from slaclock.temporal.instants import InstantLike
from slaclock.tickets.tickets import Ticket

from .assembly import report_of
from .facts import FactFinder
from .model import Report
from .options import ReportOptions
from .sources import TicketFrame, TicketList, TicketSource
from .sums import sums_of


def report(
    tickets: Iterable[Ticket] | Any,
    policy: Policy | PolicyBook,
    *,
    at: InstantLike,
    by: By = "opened",
    period: PeriodLength = "year",
    measure: Measure = "resolve",
    pauses: Any = None,
    changes: Any = None,
    reopenings: Any = None,
    events: Any = None,
    usage: Iterable[Usage] = (),
    outages: Iterable[Outage | Mapping[str, Any]] | Any = None,
    worst: int = 10,
    columns: Mapping[str, str] | None = None,
    timezone: str | None = None,
    threads: int | None = None,
) -> Report:
    """How tickets stand as of `at`, by kind, priority and period, with the service standards and allowances.

    `tickets` are `Ticket` objects, or a frame as `slaclock.columns.assess` takes it, with its `pauses`, `changes`,
    `reopenings`, `events`, `columns`, `timezone` and `threads`. A ticket belongs to the `period` in which it opened, is
    due, or was resolved (for the measure respond: was responded to), as `by` says, and is counted under the kind and
    priority that were in force. A kind for which the policy has no targets, such as calls, is counted for the service
    standards alone. `usage` is what was used of the allowances, `outages` when services were down, as `availability`
    takes them, for what the policy promises of that. The `worst` so many misses come with their ledgers.

    Raises what `assess` raises, with the ticket's id or its row.

    >>> from slaclock import Policy, Ticket
    >>> tickets = [Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00", resolved="2018-04-09T11:00+01:00"),
    ...            Ticket(id="T2", priority="P1", opened="2018-04-09T10:00+01:00")]
    >>> made = report(tickets, Policy.example(), at="2018-04-09T14:00+01:00")
    >>> made.totals["met"], made.totals["breached"], [ticket.ticket_id for ticket in made.worst]
    (1, 1, ['T2'])
    """
    options = ReportOptions(at, by, period, measure, worst)
    check_measure(policy, measure)
    source: TicketSource
    if hasattr(type(tickets), "columns") or hasattr(type(tickets), "column_names"):
        source = TicketFrame(
            tickets,
            pauses,
            changes,
            reopenings,
            events,
            own=own_fields(policy),
            columns=columns,
            timezone=timezone,
            threads=threads,
        )
    else:
        given = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
        for name, frame in given.items():
            if frame is not None:
                raise PolicyError(
                    f"{name} are given beside tickets that have their own", f"give {name} with a frame only", name
                )
        source = TicketList(tickets)
    down = None if outages is None else outages_of(outages, timezone)
    return report_of_source(source, policy, options, usage, down)


def report_of_source(
    source: TicketSource,
    policy: Policy | PolicyBook,
    options: ReportOptions,
    usage: Iterable[Usage] = (),
    outages: Sequence[Outage] | None = None,
) -> Report:
    """The report over the tickets of a source."""
    return report_of(sums_of(FactFinder(policy, options).facts(source)), policy, options, usage, outages)
