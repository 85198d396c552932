"""A report as plain values: dictionaries, lists, texts and numbers, as JSON and frames take them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from slaclock.clock.targets import Target
from slaclock.figures.allowances import AllowanceYear
from slaclock.figures.availability import AvailabilityResult
from slaclock.figures.report_figures import PauseFigures, ReportFigures, Shares, Spread, TicketFigures, TimeSpent
from slaclock.figures.standards import StandardResult
from slaclock.policy.periods import Period
from slaclock.policy.shares import Percent
from slaclock.temporal.durations import plain_seconds
from slaclock.tickets.assessment import Assessment, LedgerEnd
from slaclock.tickets.states import OUTSIDE, STATES


def as_dict(report: ReportFigures) -> dict[str, Any]:
    """Everything in the report."""
    return {
        "name": report.name,
        "at": report.at.isoformat(),
        "measure": report.measure,
        "items": report.items,
        "by": report.by,
        "period": report.period,
        "totals": dict(report.totals),
        "later": report.later,
        "outside": report.outside,
        "skipped": report.skipped,
        "overall": _figures(report.overall),
        "by_priority": [_figures(figures) for figures in report.by_priority],
        "by_period": [_figures(figures) for figures in report.by_period],
        "groups": [_figures(figures) for figures in report.groups],
        "shares": [_shares(shares) for shares in report.shares],
        "flows": [
            {
                "period": own.period.label,
                "brought": own.brought,
                "opened": own.opened,
                "ended": own.ended,
                "carried": own.carried,
            }
            for own in report.flows
        ],
        "untargeted": [
            {"kind": own.kind, "priority": own.priority, "items": own.items, "others": list(own.others)}
            for own in report.untargeted
        ],
        "spent": [
            {"where": own.where, "name": own.name, "met": _spent(own.met), "breached": _spent(own.breached)}
            for own in report.spent
        ],
        "split": list(report.split),
        "by_split": [
            {"values": dict(zip(report.split, own.values, strict=True)), **_counts(own.figures)}
            for own in report.by_split
        ],
        "standards": [_standard(result) for result in report.standards],
        "allowances": [_allowance(year) for year in report.allowances],
        "availability": [_availability(result) for result in report.availability],
        "pauses": [_pauses(figures) for figures in report.pauses],
        "worst": [assessment_dict(assessment) for assessment in report.worst],
        "breaches": [list(hours) for hours in report.breaches],
        "targets": [
            {"policy": of.policy, "kind": of.kind, "priority": of.priority, "target": str(of.target)}
            for of in report.targets
        ],
        "calendars": [
            {"policy": on.policy, "whose": on.whose, "target": str(on.target), "calendar": on.calendar}
            for on in report.calendars
        ],
        "years": [{"policy": own.policy, "starts": own.starts, "timezone": own.timezone} for own in report.years],
    }


def columns_of(report: ReportFigures) -> dict[str, list[Any]]:
    """The figures by period, kind and priority, or by what they are split by, as columns.

    Durations are objects, shares numbers.
    """
    groups: Sequence[TicketFigures] = report.groups
    columns: dict[str, list[Any]] = {
        "period": [_label(figures.period) for figures in groups],
        "kind": [figures.kind for figures in groups],
        "priority": [figures.priority for figures in groups],
    }
    if report.split:
        groups = [own.figures for own in report.by_split]
        columns = {name: [own.values[at] for own in report.by_split] for at, name in enumerate(report.split)}
    columns |= {state: [figures.counts[state] for figures in groups] for state in STATES}
    columns |= {
        "total": [figures.total for figures in groups],
        "decided": [figures.decided for figures in groups],
        "share": [_number(figures.share) for figures in groups],
    }
    for name in ("median", "p90", "median_days", "p90_days", "approximate"):
        columns[name] = [getattr(figures.spread, name, None) for figures in groups]
    return columns


def _figures(figures: TicketFigures) -> dict[str, Any]:
    own = {"period": _label(figures.period), "kind": figures.kind, "priority": figures.priority}
    return {**own, **_counts(figures)}


def _counts(figures: TicketFigures) -> dict[str, Any]:
    return {
        "counts": dict(figures.counts),
        "decided": figures.decided,
        "share": _number(figures.share),
        **_spread(figures.spread),
        "reopened": figures.reopened,
        **{f"first_{name}": value for name, value in _spread(figures.first).items()},
    }


def _shares(shares: Shares) -> dict[str, Any]:
    counts = ("met", "decided", "done_met", "done", "opened_met", "opened")
    return {
        "period": _label(shares.period),
        **{name: getattr(shares, name) for name in counts},
        **{name: _number(getattr(shares, name)) for name in ("share", "share_of_done", "share_of_opened")},
    }


def _standard(result: StandardResult) -> dict[str, Any]:
    return {
        "name": result.name,
        **({"policy": result.policy} if result.policy else {}),
        "period": _label(result.period),
        "kind": result.standard.kind,
        "measure": result.standard.measure,
        "target": _text(result.standard.limit),
        "priority": list(result.standard.priority),
        "wanted_percent": _plain_percent(result.standard.share),
        "met": result.met,
        "missed": result.missed,
        "pending": result.pending,
        **{state: result.outside.get(state, 0) for state in STATES if state in OUTSIDE},
        "abandoned": result.abandoned,
        "abandoned_in_time": result.abandoned_in_time,
        "abandoned_short": result.abandoned_short,
        "abandoned_rule": result.standard.abandoned,
        "share": _number(result.share),
        "answered": result.answered,
        "average_seconds": None if result.average is None else plain_seconds(result.average),
        "interval": None if result.interval is None else list(result.interval),
        "attained": result.attained,
        "spare": result.spare,
        "needed": result.needed,
    }


def _allowance(year: AllowanceYear) -> dict[str, Any]:
    return {
        "name": year.name,
        **({"policy": year.policy} if year.policy else {}),
        "year": year.year.label,
        "amount_seconds": plain_seconds(year.amount),
        "used_seconds": plain_seconds(year.used),
        "remaining_seconds": plain_seconds(year.remaining),
        "overdrawn_seconds": plain_seconds(year.overdrawn),
    }


def _availability(result: AvailabilityResult) -> dict[str, Any]:
    lengths = ("service", "planned", "down", "agreed", "up", "whole", "mttr", "mtbf", "budget", "left")
    seconds = {name: getattr(result, name) for name in lengths}
    return {
        "name": result.name,
        **({"policy": result.policy} if result.policy else {}),
        "period": _label(result.period),
        "start": result.start.isoformat(),
        "end": result.end.isoformat(),
        "calendar": None if result.promise is None else result.promise.calendar,
        "planned_rule": result.rule,
        "wanted_percent": None if result.wanted is None else _plain_percent(result.wanted),
        "share": _number(result.share),
        "attained": result.attained,
        "failures": result.failures,
        **{f"{name}_seconds": None if value is None else plain_seconds(value) for name, value in seconds.items()},
    }


def _pauses(figures: PauseFigures) -> dict[str, Any]:
    return {
        "reason": figures.reason,
        "tickets": figures.tickets,
        "total_seconds": plain_seconds(figures.total),
        **_spread(figures.spread),
    }


def assessment_dict(assessment: Assessment, to: LedgerEnd = "due") -> dict[str, Any]:
    """An assessment with its ledger."""
    values: dict[str, Any] = {}
    for name, value in assessment.to_dict().items():
        if name in ("elapsed", "remaining", "over"):
            values[f"{name}_seconds"] = plain_seconds(value) if isinstance(value, timedelta) else None
        else:
            values[name] = value.isoformat() if isinstance(value, datetime) else value
    if assessment.is_cycle:
        values["cycle"] = assessment.cycle
    values["calendar"] = assessment.calendar
    ledger = assessment.explain(to)
    values["ledger"] = ledger.to_dicts()
    if assessment.policy.announced_at:
        promised = assessment.promised_due
        values["promised_due"] = None if promised is None else promised.isoformat()
        values["moves"] = list(ledger.moves)
    return values


def _spent(spent: TimeSpent) -> dict[str, Any]:
    return {
        "tickets": spent.tickets,
        "total_seconds": plain_seconds(spent.total),
        "mean_seconds": plain_seconds(spent.mean),
        **_spread(spent.spread),
    }


def _spread(spread: Spread | None) -> dict[str, Any]:
    return {
        "median_seconds": None if spread is None else plain_seconds(spread.median),
        "p90_seconds": None if spread is None else plain_seconds(spread.p90),
        "median_days": None if spread is None else spread.median_days,
        "p90_days": None if spread is None else spread.p90_days,
        "approximate": None if spread is None else spread.approximate,
    }


def _label(period: Period | None) -> str | None:
    return None if period is None else period.label


def _text(target: Target | None) -> str | None:
    return None if target is None else str(target)


def _plain_percent(percent: Percent) -> int | float:
    return percent if isinstance(percent, int) else float(percent)


def _number(share: Fraction | None) -> float | None:
    return None if share is None else float(share)
