"""What a report says, as titled tables of text: the one list that every page is made from.

A section more is a function that makes its `Section`, and a line in `sections_of`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from fractions import Fraction
from itertools import islice

from slaclock.figures.chance import Interval
from slaclock.figures.findings import WEEKDAYS, breach_hours, breaches_finding, periods_finding
from slaclock.figures.report_figures import ReportFigures, Spread, TicketFigures
from slaclock.figures.standards import StandardResult
from slaclock.formats.tables import instant_text, tenths_text
from slaclock.temporal.durations import column_texts
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.assessment import Assessment
from slaclock.tickets.states import OUTSIDE, STATES, State

_OUTSIDE: list[State] = [state for state in STATES if state in OUTSIDE]
_LENGTHS = ("median", "median, days", "90th percentile", "90th p., days")
_SHARE = ("within target", "95 % interval")


@dataclass(frozen=True)
class Share:
    """What a row says of a share, for a page that draws it."""

    share: Fraction
    interval: Interval


@dataclass(frozen=True)
class Section:
    """A table with its title; `right` are the columns of numbers.

    `key` names it among the sections of a report. `finding` is what it comes to, `total` a last row for all, and `note`
    what a reader must know. `shares` are those of its rows, and of the total, in column `share_at`. `detail` is for who
    wants to know more: a page may fold it.
    """

    key: str
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    right: frozenset[int]
    note: str = ""
    finding: str = ""
    total: Sequence[str] = ()
    shares: Sequence[Share | None] = ()
    share_at: int = 0
    detail: bool = False

    @property
    def lines(self) -> list[Sequence[str]]:
        """The rows, and the total where there is one."""
        return [*self.rows, *([self.total] if self.total else ())]


def sections_of(report: ReportFigures) -> Iterator[Section]:
    """The tables, those without rows left out."""
    several = len(report.by_period) > 1
    sections = [
        _standards(report, by_period=False),
        _standards(report, by_period=True),
        _figures(report, "priorities", "By priority", report.by_priority),
        _figures(report, "periods", f"By {report.period}", report.by_period),
        *([_figures(report, "groups", f"By {report.period}, kind and priority", report.groups)] if several else ()),
        _breaches(report),
        _allowances(report),
        _pauses(report),
        _worst(report),
        _calendars(report),
    ]
    yield from (section for section in sections if section.rows)


def _standards(report: ReportFigures, *, by_period: bool) -> Section:
    """The service standards: over all items, or period by period where there are several."""
    header = (
        "standard", "policy", "period", "wanted", *_SHARE, "met", "missed", "pending", *_OUTSIDE, "abandoned",
        "attained", "headroom",
    )  # fmt: skip
    idle = {(result.policy, result.name) for result in report.standards if result.period is None and not result.items}
    if by_period:
        results = [
            result
            for result in report.standards
            if result.period is not None and len(report.periods) > 1 and (result.policy, result.name) not in idle
        ]
    else:
        results = [result for result in report.standards if result.period is None]
    rows = [_standard_row(result) for result in results]
    # Counts that are nowhere more than nothing are not worth a column, nor is a policy that need not be named.
    apart = range(header.index("pending"), header.index("attained"))
    empty = {**dict.fromkeys(apart, "0"), header.index("policy"): "", header.index("period"): ""}
    columns = [at for at in range(len(header)) if any(row[at] != empty.get(at) for row in rows)]
    right = frozenset(number for number, at in enumerate(columns) if header.index("within target") <= at < apart.stop)
    return Section(
        "standards-by-period" if by_period else "standards",
        f"Service standards by {report.period}" if by_period else "Service standards",
        [header[at] for at in columns],
        [[row[at] for at in columns] for row in rows],
        right,
        detail=by_period,
    )


def asked_text(result: StandardResult) -> str:
    """What a standard asks for."""
    limit = result.standard.limit
    target = "within target" if limit is None else f"in {str(limit).replace(' wall', '')}"
    return f"{result.standard.share} % {target}"


def _standard_row(result: StandardResult) -> tuple[str, ...]:
    outside = (result.outside.get(state, 0) for state in _OUTSIDE)
    counts = (result.met, result.missed, result.pending, *outside, result.abandoned)
    return (
        result.name,
        result.policy,
        "" if result.period is None else result.period.label,
        asked_text(result),
        tenths_text(result.share),
        interval_text(result.interval),
        *(f"{count:,}" for count in counts),
        {True: "yes", False: "no", None: "undecided"}[result.attained],
        result.headroom,
    )


def interval_text(interval: Interval | None) -> str:
    """An interval for reading."""
    return "-" if interval is None else f"{interval.low * 100:.1f} to {interval.high * 100:.1f} %"


def _figures(report: ReportFigures, key: str, title: str, groups: Sequence[TicketFigures]) -> Section:
    """Figures in rows, with the target of each kind and priority, and those of all tickets as the total."""
    names = {"priorities": ("kind", "priority"), "periods": ("period",), "groups": ("period", "kind", "priority")}[key]
    states: list[State] = [state for state in state_order() if any(figures.counts[state] for figures in groups)]
    targets = ("target",) if "kind" in names and report.targets else ()
    header = (*names, *targets, *_SHARE, report.items, *states, *_LENGTHS)
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
        key,
        title,
        header,
        rows[:-1],
        frozenset(range(len(names) + len(targets), len(header))),
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


def share_of(figures: TicketFigures | StandardResult) -> Share | None:
    """The share of some figures, None with nothing decided."""
    share, interval = figures.share, figures.interval
    return None if share is None or interval is None else Share(share, interval)


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
        "breaches",
        "When breaches fall due",
        ("day", *(f"{hour:02d}" for hour in hours)),
        rows,
        frozenset(range(1, len(hours) + 1)),
        note="Breaches by the weekday and the hour of the due time.",
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
    return Section("allowances", "Allowances", header, rows, frozenset(range(len(header) - 4, len(header))))


def _pauses(report: ReportFigures) -> Section:
    header = ("reason", "tickets", "service time in all", *_LENGTHS)
    totals = column_texts([duration_micros(figures.total) for figures in report.pauses])
    lengths = zip(*_lengths([figures.spread for figures in report.pauses]), strict=True)
    rows = [
        (figures.reason, f"{figures.tickets:,}", total, *texts)
        for figures, total, texts in zip(report.pauses, totals, lengths, strict=True)
    ]
    note = "Service time on the calendar of each ticket's kind and priority." if report.calendars else ""
    return Section("pauses", "Time held up by others", header, rows, frozenset(range(1, len(header))), note)


def _worst(report: ReportFigures) -> Section:
    header = ["ticket", "kind", "priority", "target", "due", "done", "elapsed", "late by"]
    if report.calendars:
        header.insert(3, "calendar")
    if report.items == "cycles":
        header.insert(1, "cycle")
    elapsed = column_texts([duration_micros(a.elapsed) for a in report.worst])
    late = column_texts([duration_micros(late_by(a)) for a in report.worst])
    rows = []
    for a, *lengths in zip(report.worst, elapsed, late, strict=True):
        done = instant_text(a.done, none="still open")
        calendar = (a.calendar,) if report.calendars else ()
        cycle = (str(a.cycle) if a.is_cycle else "-",) if report.items == "cycles" else ()
        texts = (a.kind, a.priority or "-", *calendar, target_of(a), instant_text(a.due), done, *lengths)
        rows.append((a.ticket_id, *cycle, *texts))
    right = frozenset({len(header) - 2, len(header) - 1})
    return Section("worst", "The worst misses", header, rows, right, "Late by: service time since the due instant.")


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
    return Section("calendars", "Calendars", header, rows, frozenset(), detail=True)
