"""What a report says, as titled tables of text: the one list that every page is made from.

A section more is a function that makes its `Section`, and a line in `sections_of`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from slaclock.figures.findings import WEEKDAYS, breach_hours, breaches_finding
from slaclock.figures.report_figures import ReportFigures
from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import column_texts
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.assessment import Assessment

from .figure_sections import LENGTHS, figures_section, length_columns
from .more_sections import availability_section, reopened_section, shares_section
from .reason_sections import flows_section, spent_section
from .section import Section
from .standard_sections import standards_section


def sections_of(report: ReportFigures) -> Iterator[Section]:
    """The tables, those without rows left out."""
    several = len(report.by_period) > 1
    sections = [
        standards_section(report, by_period=False),
        standards_section(report, by_period=True),
        figures_section(report, "priorities"),
        figures_section(report, "periods"),
        *([figures_section(report, "groups")] if several else ()),
        shares_section(report),
        flows_section(report),
        *([figures_section(report, "split")] if report.split else ()),
        spent_section(report),
        _breaches(report),
        reopened_section(report),
        _allowances(report),
        availability_section(report),
        _pauses(report),
        _worst(report),
        _calendars(report),
    ]
    yield from (section for section in sections if section.rows)


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
    header = ("reason", "tickets", "service time in all", *LENGTHS)
    totals = column_texts([duration_micros(figures.total) for figures in report.pauses])
    lengths = zip(*length_columns([figures.spread for figures in report.pauses]), strict=True)
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
        done = instant_text(a.done, none="still open" if a.ended is None else "never")
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
