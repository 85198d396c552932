"""The tables of a report's figures: by priority, by period, by both, and by what else tells tickets apart."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from slaclock.figures.findings import periods_finding
from slaclock.figures.report_figures import ReportFigures, Spread, TicketFigures
from slaclock.formats.tables import tenths_text
from slaclock.temporal.durations import column_texts
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.states import STATES, State

from .section import SHARE, Section, interval_text, share_of

LENGTHS = ("median", "median (days)", "90th percentile", "90th p. (days)")
"""The columns of a spread."""


def figures_section(report: ReportFigures, key: Literal["priorities", "periods", "groups", "split"]) -> Section:
    """Figures in rows, with the target of each kind and priority, and those of all tickets as the total."""
    title, names, labelled = _told_apart(report, key)
    groups = [figures for _, figures in labelled]
    states: list[State] = [state for state in state_order() if any(figures.counts[state] for figures in groups)]
    targets = ("target",) if key in ("priorities", "groups") and report.targets else ()
    header = (*names, *targets, *SHARE, report.items, *states, *LENGTHS)
    everything = [*groups, report.overall]
    lengths = list(zip(*length_columns([figures.spread for figures in everything]), strict=True))
    labels = [label for label, _ in labelled] + [("all", *[""] * (len(names) - 1))]
    rows = []
    for label, figures, texts in zip(labels, everything, lengths, strict=True):
        counts = (f"{figures.total:,}", *(f"{figures.counts[state]:,}" for state in states))
        own = ("" if figures is report.overall else target_text(report, figures),) if targets else ()
        share = tenths_text(figures.share), interval_text(figures.interval)
        rows.append((*label, *own, *share, *counts, *texts))
    several = len(groups) > 1
    return Section(
        title,
        header,
        rows[:-1],
        frozenset(range(len(names) + len(targets), len(header))),
        key=key,
        finding=periods_finding(report) if key == "periods" and several else "",
        total=rows[-1] if several else (),
        shares=[share_of(figures) for figures in everything],
        share_at=header.index(SHARE[0], len(names)),
        detail=key == "groups",
    )


def _told_apart(report: ReportFigures, key: str) -> tuple[str, Sequence[str], list[tuple[list[str], TicketFigures]]]:
    """The title of a table, the columns that tell its rows apart, and each row's words with its figures."""
    if key == "split":
        apart = [([value or "-" for value in own.values], own.figures) for own in report.by_split]
        return f"By {', '.join(report.split)}", report.split, apart
    names = {"priorities": ("kind", "priority"), "periods": ("period",), "groups": ("period", "kind", "priority")}[key]
    titles = {"priorities": "By priority", "periods": f"By {report.period}"}
    groups = {"priorities": report.by_priority, "periods": report.by_period}.get(key, report.groups)
    labelled = []
    for figures in groups:
        words = {
            "period": "none yet" if figures.period is None else figures.period.label,
            "kind": figures.kind or "-",
            "priority": figures.priority or "-",
        }
        labelled.append(([words[name] for name in names], figures))
    return titles.get(key, f"By {report.period}, kind and priority"), names, labelled


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


def length_columns(spreads: Sequence[Spread | None]) -> list[list[str]]:
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
