"""The tables that say why a period went as it did: what else tells tickets apart, what was carried, where time went."""

from __future__ import annotations

from slaclock.figures.report_figures import ReportFigures
from slaclock.formats.tables import tenths_text
from slaclock.temporal.durations import format_duration
from slaclock.tickets.states import STATES, State

from .section import SHARE, Section, interval_text

_WHERE = {"clock": "on the clock to", "pause": "waiting for", "while": "while"}


def flows_section(report: ReportFigures) -> Section:
    """What each period was carried forward with."""
    rows = [
        (own.period.label, *(f"{count:,}" for count in (own.brought, own.opened, own.ended, own.carried)))
        for own in report.flows
    ]
    header = ("period", "brought forward", "opened", "ended", "carried forward")
    note = "Open as a period begins and as it ends."
    return Section("Carried forward", header, rows, frozenset(range(1, 5)), note, key="flows")


def split_section(report: ReportFigures) -> Section:
    """The figures by what else tells tickets apart."""
    states: list[State] = [state for state in STATES if any(own.figures.counts[state] for own in report.by_split)]
    names = report.split
    header = (*names, *SHARE, report.items, *states, "median", "90th percentile")
    rows = []
    for own in report.by_split:
        figures, spread = own.figures, own.figures.spread
        lengths = ("-", "-") if spread is None else (format_duration(spread.median), format_duration(spread.p90))
        counts = (f"{figures.total:,}", *(f"{figures.counts[state]:,}" for state in states))
        share = tenths_text(figures.share), interval_text(figures.interval)
        rows.append((*(value or "-" for value in own.values), *share, *counts, *lengths))
    right = frozenset(range(len(names), len(header)))
    return Section(f"By {', '.join(names)}", header, rows, right, key="split")


def spent_section(report: ReportFigures) -> Section:
    """Where the time went, of what missed its target beside what met it."""
    header = ("", "", *(f"{name}: {what}" for name in ("met", "missed") for what in ("tickets", "mean", "median")))
    rows = []
    for own in report.spent:
        cells = [
            cell
            for spent in (own.met, own.breached)
            for cell in (
                f"{spent.tickets:,}",
                format_duration(spent.mean),
                "-" if spent.spread is None else format_duration(spent.spread.median),
            )
        ]
        rows.append((_WHERE[own.where], own.name, *cells))
    note = "Service time: means over all that met or missed their target, medians over the tickets beside them."
    return Section("Where the time went", header, rows, frozenset(range(2, 8)), note, key="spent")


def untargeted_note(report: ReportFigures) -> str:
    """Why another measure may count other priorities."""
    count = sum(own.items for own in report.untargeted)
    whose = ", ".join(own.kind if own.priority is None else f"{own.kind} {own.priority}" for own in report.untargeted)
    others = dict.fromkeys(measure for own in report.untargeted for measure in own.others)
    there = f", though there is one to {', '.join(others)}" if others else ""
    return f"{count:,} {report.items} have no target to {report.measure}{there}, and are not decided: {whose}."
