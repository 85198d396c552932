"""What a report says, as titled tables of text: the one list that every page is made from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from slaclock.figures.report_figures import ReportFigures, Spread, TicketFigures
from slaclock.figures.standards import StandardResult
from slaclock.formats.tables import instant_text, percent_text
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.assessment import STATES

_BY = {"opened": "opened", "due": "are due", "resolved": "were resolved"}


@dataclass(frozen=True)
class Section:
    """A table with its title; `right` are the columns of numbers."""

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int]
    note: str = ""


def title_of(report: ReportFigures) -> str:
    """The report's title."""
    return f"Service report: {report.name}"


def lead_of(report: ReportFigures) -> str:
    """One sentence with the finding."""
    overall = report.overall
    if not overall.total:
        return "No tickets had opened."
    tickets = "1 ticket" if overall.total == 1 else f"{overall.total:,} tickets"
    if overall.share is None:
        return f"{tickets}, none of them decided yet."
    return (
        f"{percent_text(overall.share)} of {overall.decided:,} decided tickets met their target; "
        f"{overall.counts['breached']:,} missed it, of {tickets} in all."
    )


def notes_of(report: ReportFigures) -> list[str]:
    """What a reader must know to read the figures."""
    done = "responded to" if report.measure == "respond" and report.by == "resolved" else _BY[report.by]
    notes = [
        f"As of {instant_text(report.at)} ({report.at.tzname()}), for the target to {report.measure}. "
        f"Tickets belong to the {report.period} in which they {done}."
    ]
    if report.later:
        notes.append(f"{report.later:,} tickets opened later and are left out.")
    return notes


def sections_of(report: ReportFigures) -> Iterator[Section]:
    """The tables, those without rows left out."""
    found = [
        _standards(report),
        _figures("By priority", ("kind", "priority"), report.by_priority),
        _figures(f"By {report.period}", ("period",), report.by_period),
        _figures(f"By {report.period}, kind and priority", ("period", "kind", "priority"), report.groups)
        if len(report.by_period) > 1
        else None,
        _allowances(report),
        _pauses(report),
        _worst(report),
    ]
    yield from (section for section in found if section is not None and section.rows)


def _standards(report: ReportFigures) -> Section:
    header = (
        "standard", "period", "wanted", "share", "met", "missed", "pending", "excluded", "not covered", "abandoned",
        "attained", "headroom", "95 % interval",
    )  # fmt: skip
    idle = {each.name for each in report.standards if each.period is None and not each.items}
    results = [
        each for each in report.standards if each.period is None or (len(report.periods) > 1 and each.name not in idle)
    ]
    rows = [_standard_row(each) for each in results]
    # Counts that are nowhere more than nothing are not worth a column.
    kept = [at for at in range(len(header)) if at not in range(6, 10) or any(row[at] != "0" for row in rows)]
    right = frozenset(number for number, at in enumerate(kept) if 3 <= at < 10)
    return Section("Service standards", [header[at] for at in kept], [[row[at] for at in kept] for row in rows], right)


def _standard_row(each: StandardResult) -> tuple[str, ...]:
    standard = each.standard
    target = "within target" if standard.limit is None else f"in {str(standard.limit).replace(' wall', '')}"
    counts = (each.met, each.missed, each.pending, each.excluded, each.not_covered, each.abandoned)
    interval = each.interval
    return (
        each.name,
        "all" if each.period is None else each.period.label,
        f"{standard.share} % {target}",
        percent_text(each.share),
        *(f"{count:,}" for count in counts),
        {True: "yes", False: "no", None: "undecided"}[each.attained],
        each.headroom,
        "-" if interval is None else f"{interval.low:.1%} to {interval.high:.1%}".replace("%", " %"),
    )


def _figures(title: str, names: tuple[str, ...], figures: Sequence[TicketFigures]) -> Section:
    states = [state for state in STATES if any(each.counts[state] for each in figures)]
    header = (*names, "tickets", *states, "within target", "median", "90th percentile")
    rows = []
    for each in figures:
        labels = {
            "period": "none yet" if each.period is None else each.period.label,
            "kind": each.kind or "-",
            "priority": each.priority or "-",
        }
        counts = (f"{each.total:,}", *(f"{each.counts[state]:,}" for state in states))
        rows.append((*(labels[name] for name in names), *counts, percent_text(each.share), *_lengths(each.spread)))
    return Section(title, header, rows, frozenset(range(len(names), len(header))))


def _lengths(spread: Spread | None) -> tuple[str, ...]:
    """The median and the 90th percentile, in hours and in days."""
    if spread is None:
        return ("-", "-")
    lengths = (spread.median, spread.median_days), (spread.p90, spread.p90_days)
    about = "about " if spread.approximate else ""
    return tuple(f"{about}{duration(length)} ({days:.2f} d)" for length, days in lengths)


def _allowances(report: ReportFigures) -> Section:
    rows = [
        (each.name, each.year.label, *map(duration, (each.amount, each.used, each.remaining, each.overdrawn)))
        for each in report.allowances
    ]
    header = ("allowance", "year", "amount", "used", "remaining", "overdrawn")
    return Section("Allowances", header, rows, frozenset({2, 3, 4, 5}))


def _pauses(report: ReportFigures) -> Section:
    header = (
        "reason", "tickets", "service time in all", "median", "90th percentile", "target", "within", "beyond",
    )  # fmt: skip
    rows = []
    for each in report.pauses:
        judged = ("-",) * 3 if each.target is None else (str(each.target), f"{each.within:,}", f"{each.beyond:,}")
        rows.append((each.reason, f"{each.tickets:,}", duration(each.total), *_lengths(each.spread), *judged))
    return Section("Time held up by others", header, rows, frozenset({1, 2, 3, 4, 6, 7}))


def _worst(report: ReportFigures) -> Section:
    header = ("ticket", "kind", "priority", "due", "done", "elapsed", "late by")
    rows = []
    for each in report.worst:
        late = -(each.remaining or timedelta(0))
        done = instant_text(each.done, none="still open")
        kind, priority = each.ticket.kind, each.priority or "-"
        row = (each.ticket_id, kind, priority, instant_text(each.due), done, duration(each.elapsed), duration(late))
        rows.append(row)
    return Section("The worst misses", header, rows, frozenset({5, 6}), "Late by: service time since the due instant.")


def duration(length: timedelta) -> str:
    """A length of time for reading."""
    return short_text(duration_micros(length))
