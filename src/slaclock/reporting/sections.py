"""What a report says, as titled tables of text: the one list that every page is made from.

A section more is a function that makes its `Section`, and a line in `sections_of`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import islice

from slaclock.figures.findings import WEEKDAYS, breach_hours, breaches_finding, periods_finding
from slaclock.figures.report_figures import ReportFigures, Spread, TicketFigures
from slaclock.formats.tables import instant_text, tenths_text
from slaclock.temporal.durations import column_texts
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.assessment import Assessment
from slaclock.tickets.states import STATES, State

from .more_sections import availability_section, reopened_section, shares_section
from .section import SHARE, Section, interval_text, share_of
from .standard_sections import standards_section

_LENGTHS = ("median", "median (days)", "90th percentile", "90th p. (days)")


def sections_of(report: ReportFigures) -> Iterator[Section]:
    """The tables, those without rows left out."""
    several = len(report.by_period) > 1
    sections = [
        standards_section(report, by_period=False),
        standards_section(report, by_period=True),
        shares_section(report),
        _figures(report, "priorities", "By priority", report.by_priority),
        _figures(report, "periods", f"By {report.period}", report.by_period),
        *([_figures(report, "groups", f"By {report.period}, kind and priority", report.groups)] if several else ()),
        _breaches(report),
        reopened_section(report),
        _allowances(report),
        availability_section(report),
        _pauses(report),
        _worst(report),
        _calendars(report),
    ]
    yield from (section for section in sections if section.rows)


def _figures(report: ReportFigures, key: str, title: str, groups: Sequence[TicketFigures]) -> Section:
    """Figures in rows, with the target of each kind and priority, and those of all tickets as the total."""
    names = {"priorities": ("kind", "priority"), "periods": ("period",), "groups": ("period", "kind", "priority")}[key]
    states: list[State] = [state for state in state_order() if any(figures.counts[state] for figures in groups)]
    targets = ("target",) if "kind" in names and report.targets else ()
    header = (*names, *targets, *SHARE, report.items, *states, *_LENGTHS)
    everything = [*groups, report.overall]
    lengths = list(zip(*_lengths([figures.spread for figures in everything]), strict=True))
    rows = []
    for number, figures in enumerate(everything):
        labels = {
            "period": "none yet" if figures.period is None else figures.period.label,
            "kind": figures.kind or "-",
            "priority": figures.priority or "-",
        }
        counts = (f"{figures.total:,}", *(f"{figures.counts[state]:,}" for state in states))
        own = (target_text(report, figures),) if targets else ()
        share = tenths_text(figures.share), interval_text(figures.interval)
        rows.append((*(labels[name] for name in names), *own, *share, *counts, *lengths[number]))
    total = ("all", *[""] * (len(names) - 1), *[""] * len(targets), *rows[-1][len(names) + len(targets) :])
    return Section(
        title,
        header,
        rows[:-1],
        frozenset(range(len(names) + len(targets), len(header))),
        key=key,
        finding=periods_finding(report) if key == "periods" and len(groups) > 1 else "",
        total=total if len(groups) > 1 else (),
        shares=[share_of(figures) for figures in everything],
        share_at=header.index("within target"),
        detail=key == "groups",
    )


def state_order() -> list[State]:
    """The states as a reader wants them: how the decided ones came out, and then the others."""
    first: list[State] = ["met", "breached"]
    return [*first, *(state for state in STATES if state not in first)]


def target_text(report: ReportFigures, figures: TicketFigures) -> str:
    """What was promised for a kind and priority, by each of the policies; a window that begins at once by its end."""
    own = [of for of in report.targets if (of.kind, of.priority) == (figures.kind, figures.priority)]
    own = own or [of for of in report.targets if (of.kind, of.priority) == (figures.kind, None)]
    texts = list(dict.fromkeys(str(of.target).removeprefix("0-") for of in own))
    return " or ".join(texts[:3]) + (" or others" if len(texts) > 3 else "") if texts else "-"


def _lengths(spreads: Sequence[Spread | None]) -> list[list[str]]:
    """The columns of the medians and the 90th percentiles, each as a length and in days."""
    known = [spread for spread in spreads if spread is not None]
    columns = [
        column_texts([duration_micros(spread.median) for spread in known]),
        [f"{spread.median_days:.2f}" for spread in known],
        column_texts([duration_micros(spread.p90) for spread in known]),
        [f"{spread.p90_days:.2f}" for spread in known],
    ]
    about = ["about " if spread.approximate else "" for spread in known]
    texts = [iter([f"{word}{text}" for word, text in zip(about, column, strict=True)]) for column in columns]
    return [["-" if spread is None else next(column) for spread in spreads] for column in texts]


def _breaches(report: ReportFigures) -> Section:
    """For each weekday and hour the breaches that fall due in it."""
    shown = breach_hours(report)
    hours = range(0) if shown is None else shown.hours
    rows = [
        (WEEKDAYS[day], *(f"{report.breaches[day][hour] or ''}" for hour in hours))
        for day in range(0 if shown is None else shown.days)
    ]
    return Section(
        "When breaches fall due",
        ("day", *(f"{hour:02d}" for hour in hours)),
        rows,
        frozenset(range(1, len(hours) + 1)),
        "Breaches by the weekday and the hour of the due time.",
        "breaches",
        finding=f"{breaches_finding(report)}.",
    )


def _allowances(report: ReportFigures) -> Section:
    named = any(year.policy for year in report.allowances)
    amounts = [
        amount for year in report.allowances for amount in (year.amount, year.used, year.remaining, year.overdrawn)
    ]
    texts = iter(column_texts([duration_micros(amount) for amount in amounts]))
    rows = [
        (year.name, *([year.policy] if named else ()), year.year.label, *islice(texts, 4)) for year in report.allowances
    ]
    header = ("allowance", *(["policy"] if named else ()), "year", "amount", "used", "remaining", "overdrawn")
    return Section("Allowances", header, rows, frozenset(range(len(header) - 4, len(header))), key="allowances")


def _pauses(report: ReportFigures) -> Section:
    header = ("reason", "tickets", "service time in all", *_LENGTHS)
    totals = column_texts([duration_micros(figures.total) for figures in report.pauses])
    lengths = zip(*_lengths([figures.spread for figures in report.pauses]), strict=True)
    rows = [
        (figures.reason, f"{figures.tickets:,}", total, *texts)
        for figures, total, texts in zip(report.pauses, totals, lengths, strict=True)
    ]
    note = "Service time on the calendar of each ticket's kind and priority." if report.calendars else ""
    return Section("Time held up by others", header, rows, frozenset(range(1, len(header))), note, "pauses")


def _worst(report: ReportFigures) -> Section:
    header = ["ticket", "kind", "priority", "target", "due", "done", "elapsed", "late by"]
    if report.calendars:
        header.insert(3, "calendar")
    if report.items == "cycles":
        header.insert(1, "cycle")
    stopped = any(a.note is not None for a in report.worst)
    if stopped:
        header += ["over target", "note"]
    elapsed = column_texts([duration_micros(a.elapsed) for a in report.worst])
    late = column_texts([duration_micros(late_by(a)) for a in report.worst])
    over = column_texts([duration_micros(a.over or timedelta(0)) for a in report.worst])
    rows = []
    for a, beyond, *lengths in zip(report.worst, over, elapsed, late, strict=True):
        done = instant_text(a.done, none="still open")
        calendar = (a.calendar,) if report.calendars else ()
        cycle = (str(a.cycle) if a.is_cycle else "-",) if report.items == "cycles" else ()
        texts = (a.kind, a.priority or "-", *calendar, target_of(a), instant_text(a.due), done, *lengths)
        rows.append((a.ticket_id, *cycle, *texts, *((beyond, a.note or "") if stopped else ())))
    right = frozenset(range(header.index("elapsed"), len(header) - stopped))
    note = "Late by: service time since the due instant."
    if stopped:
        note += " Over target: that of it for which the clock ran."
    return Section("The worst misses", header, rows, right, note, "worst")


def late_by(a: Assessment) -> timedelta:
    """How much service time has passed since an assessment's due instant."""
    return -(a.remaining or timedelta(0))


def target_of(a: Assessment) -> str:
    """What was promised for a ticket."""
    return "agreed" if a.target is None else str(a.target).removeprefix("0-")


def _calendars(report: ReportFigures) -> Section:
    """Which calendar counted, where there are several."""
    first = 0 if len({on.policy for on in report.calendars}) > 1 else 1
    header = ("policy", "target of", "target", "calendar")[first:]
    rows = [(on.policy, on.whose, str(on.target), on.calendar)[first:] for on in report.calendars]
    return Section("Calendars", header, rows, frozenset(), key="calendars", detail=True)
