"""What a report says beside the counts: shares counted otherwise, first resolutions, and availability."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from datetime import timedelta

from slaclock.figures.availability import AvailabilityResult
from slaclock.figures.report_figures import ReportFigures, Spread
from slaclock.formats.tables import cut_text, tenths_text
from slaclock.policy.availability import PlannedRule
from slaclock.policy.shares import percent_number
from slaclock.temporal.durations import format_duration

from .headings import when_counted
from .section import Section

_PLANNED: Mapping[PlannedRule, str] = {
    "excluded": "is left out of the service hours",
    "down": "counts as down",
    "up": "counts as up",
}


def shares_section(report: ReportFigures) -> Section:
    """The share within target by the report's own rule, beside the two other ways in which it is counted."""
    rows = []
    for shares in report.shares if len(report.shares) > 2 else report.shares[:1]:
        parts = (
            (shares.share, shares.met, shares.decided),
            (shares.share_of_done, shares.done_met, shares.done),
            (shares.share_of_opened, shares.opened_met, shares.opened),
        )
        texts = ("-" if share is None else f"{tenths_text(share)} ({met:,} of {of:,})" for share, met, of in parts)
        rows.append(("all" if shares.period is None else shares.period.label, *texts))
    alike = all(len(set(row[1:])) == 1 for row in rows)
    header = ("period", "of those decided", "of those done in it", "of those opened in it")
    what = f"{report.items} that {when_counted(report)} in the period, and met or missed their target"
    note, right = f"Decided: {what}, as elsewhere.", frozenset({1, 2, 3})
    shown = [] if alike else rows
    return Section("Within target, counted in three ways", header, shown, right, note, "shares", detail=True)


def reopened_section(report: ReportFigures) -> Section:
    """How long it took to the first resolution beside the final one, where any was reopened."""
    header = ("kind", "priority", "reopened", "first: median", "90th percentile", "final: median", "90th percentile")
    rows = [
        (
            figures.kind or "-",
            figures.priority or "-",
            f"{figures.reopened:,}",
            *_lengths(figures.first),
            *_lengths(figures.spread),
        )
        for figures in (*report.by_priority, dataclasses.replace(report.overall, kind="all"))
        if figures.spread is not None and report.overall.reopened
    ]
    note = "Of the tickets that are done, up to the first resolution of each, and up to the final one."
    return Section("First and final resolution", header, rows, frozenset(range(2, len(header))), note, "resolutions")


def availability_section(report: ReportFigures) -> Section:
    """For how much of the service hours services were up."""
    header = (
        "availability", "policy", "period", "wanted", "available", "service hours", "planned", "down", "failures",
        "attained", "to restore", "between failures", "may still be down",
    )  # fmt: skip
    named = any(result.policy for result in report.availability)
    by_period = len({result.period for result in report.availability}) > 2
    rows = [_availability_row(result) for result in report.availability if result.period is None or by_period]
    shown = [at for at, name in enumerate(header) if name != "policy" or named]
    right = frozenset(number for number, at in enumerate(shown) if header[at] not in (*header[:4], "attained"))
    planned = {(result.name, _PLANNED[result.rule]): None for result in report.availability if result.planned}
    notes = [f"Of {name}, what was planned {what}." for name, what in planned]
    notes.append("To restore, between failures: the mean service time for which it was down, and up, by failures.")
    if any(result.left is not None and result.whole != result.service for result in report.availability):
        notes.append("May still be down: by the hours of the whole period, also those ahead.")
    cells = [[row[at] for at in shown] for row in rows]
    return Section("Availability", [header[at] for at in shown], cells, right, " ".join(notes), "availability")


def _availability_row(result: AvailabilityResult) -> tuple[str, ...]:
    wanted = "" if result.wanted is None else percent_number(result.wanted)
    lengths = (result.mttr, result.mtbf, result.left)
    return (
        result.name,
        result.policy,
        "all" if result.period is None else result.period.label,
        f"{wanted} %" if wanted else "-",
        cut_text(result.share, max(2, len(wanted.partition(".")[2]))),
        *map(format_duration, (result.service, result.planned, result.down)),
        f"{result.failures:,}",
        {True: "yes", False: "no", None: "undecided"}[result.attained],
        *("-" if length is None else format_duration(length) for length in lengths),
    )


def _lengths(spread: Spread | None) -> tuple[str, ...]:
    lengths: tuple[timedelta, ...] = () if spread is None else (spread.median, spread.p90)
    about = "about " if spread is not None and spread.approximate else ""
    return tuple(f"{about}{format_duration(length)}" for length in lengths) or ("-", "-")
