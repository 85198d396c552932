"""The tables that say why a period went as it did: what was carried forward, and where the time went."""

from __future__ import annotations

from slaclock.figures.report_figures import ReportFigures
from slaclock.temporal.durations import format_duration

from .section import Section

_WHERE = {"clock": "on the clock to", "pause": "waiting for", "while": "while"}


def flows_section(report: ReportFigures) -> Section:
    """What each period was carried forward with."""
    rows = [
        (own.period.label, *(f"{count:,}" for count in (own.brought, own.opened, own.ended, own.carried)))
        for own in report.flows
    ]
    header = ("period", "brought forward", "opened", "ended", "carried forward")
    note = "Open as a period begins and as it ends."
    if report.totals["excluded"] or report.totals["not-covered"]:
        note += f" {report.items.capitalize()} that are excluded or not covered are left out."
    return Section("Carried forward", header, rows, frozenset(range(1, 5)), note, key="flows")


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
