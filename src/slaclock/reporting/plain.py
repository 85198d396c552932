"""A report as plain values: dictionaries, lists, texts and numbers, as JSON and frames take them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from slaclock.figures.report_figures import ReportFigures, Spread, TicketFigures
from slaclock.figures.standards import StandardResult
from slaclock.temporal.durations import plain_seconds
from slaclock.tickets.assessment import STATES, Assessment


def as_dict(report: ReportFigures) -> dict[str, Any]:
    """Everything in the report."""
    return {
        "name": report.name,
        "at": report.at.isoformat(),
        "measure": report.measure,
        "by": report.by,
        "period": report.period,
        "totals": dict(report.totals),
        "later": report.later,
        "overall": _figures(report.overall),
        "by_priority": [_figures(each) for each in report.by_priority],
        "by_period": [_figures(each) for each in report.by_period],
        "groups": [_figures(each) for each in report.groups],
        "standards": [_standard(each) for each in report.standards],
        "allowances": [
            {
                "name": each.name,
                "year": each.year.label,
                "amount_seconds": plain_seconds(each.amount),
                "used_seconds": plain_seconds(each.used),
                "remaining_seconds": plain_seconds(each.remaining),
                "overdrawn_seconds": plain_seconds(each.overdrawn),
            }
            for each in report.allowances
        ],
        "pauses": [
            {
                "reason": each.reason,
                "tickets": each.tickets,
                "total_seconds": plain_seconds(each.total),
                **_spread(each.spread),
                "target": None if each.target is None else str(each.target),
                "within": each.within,
                "beyond": each.beyond,
            }
            for each in report.pauses
        ],
        "worst": [_assessment(each) for each in report.worst],
        "breaches": [list(row) for row in report.breaches],
    }


def columns_of(report: ReportFigures) -> dict[str, list[Any]]:
    """The figures by period, kind and priority as columns, with durations and shares as objects and numbers."""
    groups = report.groups
    spreads = [each.spread for each in groups]
    return {
        "period": [None if each.period is None else each.period.label for each in groups],
        "kind": [each.kind for each in groups],
        "priority": [each.priority for each in groups],
        **{state: [each.counts[state] for each in groups] for state in STATES},
        "total": [each.total for each in groups],
        "decided": [each.decided for each in groups],
        "share": [_number(each.share) for each in groups],
        "median": [None if each is None else each.median for each in spreads],
        "p90": [None if each is None else each.p90 for each in spreads],
        "median_days": [None if each is None else each.median_days for each in spreads],
        "p90_days": [None if each is None else each.p90_days for each in spreads],
        "approximate": [None if each is None else each.approximate for each in spreads],
    }


def _figures(each: TicketFigures) -> dict[str, Any]:
    return {
        "period": None if each.period is None else each.period.label,
        "kind": each.kind,
        "priority": each.priority,
        "counts": dict(each.counts),
        "decided": each.decided,
        "share": _number(each.share),
        **_spread(each.spread),
    }


def _standard(each: StandardResult) -> dict[str, Any]:
    return {
        "name": each.name,
        "period": None if each.period is None else each.period.label,
        "kind": each.standard.kind,
        "measure": each.standard.measure,
        "target": None if each.standard.limit is None else str(each.standard.limit),
        "wanted_percent": each.standard.share,
        "met": each.met,
        "missed": each.missed,
        "pending": each.pending,
        "excluded": each.excluded,
        "not-covered": each.not_covered,
        "abandoned": each.abandoned,
        "share": _number(each.share),
        "interval": None if each.interval is None else list(each.interval),
        "attained": each.attained,
        "spare": each.spare,
        "needed": each.needed,
    }


def _assessment(a: Assessment) -> dict[str, Any]:
    told: Mapping[str, object] = a.to_dict()
    found: dict[str, Any] = {}
    for name, value in told.items():
        if name in ("elapsed", "remaining"):
            found[f"{name}_seconds"] = plain_seconds(value) if isinstance(value, timedelta) else None
        else:
            found[name] = value.isoformat() if isinstance(value, datetime) else value
    found["ledger"] = a.explain().to_dicts()
    return found


def _spread(spread: Spread | None) -> dict[str, Any]:
    return {
        "median_seconds": None if spread is None else plain_seconds(spread.median),
        "p90_seconds": None if spread is None else plain_seconds(spread.p90),
        "median_days": None if spread is None else spread.median_days,
        "p90_days": None if spread is None else spread.p90_days,
        "approximate": None if spread is None else spread.approximate,
    }


def _number(share: Fraction | None) -> float | None:
    return None if share is None else float(share)
