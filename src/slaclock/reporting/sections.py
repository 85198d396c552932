"""What a report says, as titled tables of text: the one list that every page is made from."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from slaclock.figures.availability import AvailabilityResult
from slaclock.figures.report_figures import ReportFigures, Spread, TicketFigures, YearsOf
from slaclock.figures.standards import StandardResult
from slaclock.formats.tables import instant_text, percent_text
from slaclock.policy.availability import PlannedRule
from slaclock.policy.measures import WHEN_DONE
from slaclock.policy.shares import percent_number
from slaclock.policy.standards import Abandoned
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros
from slaclock.tickets.states import OUTSIDE, STATES, State

_OUTSIDE: list[State] = [state for state in STATES if state in OUTSIDE]


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
    items = f"1 {report.items[:-1]}" if overall.total == 1 else f"{overall.total:,} {report.items}"
    if overall.share is None:
        return f"{items}, none of them decided yet."
    return (
        f"{percent_text(overall.share)} of {overall.decided:,} decided {report.items} met their target; "
        f"{overall.counts['breached']:,} missed it, of {items} in all."
    )


def notes_of(report: ReportFigures) -> list[str]:
    """What a reader must know to read the figures."""
    notes = [
        f"As of {instant_text(report.at)} ({report.at.tzname()}), for the target to {report.measure}. "
        f"{report.items.capitalize()} belong to the {report.period} in which they {_when(report)}."
    ]
    if report.items == "cycles":
        notes.append("A ticket of which no cycle has begun counts once.")
    if report.years:
        *others, own = report.years
        apart = dict.fromkeys(
            f"of {other.policy} on {_begin(other)}" for other in others if _begin(other) != _begin(own)
        )
        notes.append(
            f"Periods are those of {own.policy}, whose years begin on {_begin(own)}; those {', '.join(apart)}."
        )
    if report.later:
        notes.append(f"{report.later:,} tickets opened later and are left out.")
    if report.skipped:
        rows = "1 row was" if report.skipped == 1 else f"{report.skipped:,} rows were"
        notes.append(f"{rows} wrong and skipped: what they say is in no figure.")
    return notes


def _when(report: ReportFigures) -> str:
    """What items did, or were, in their period."""
    if report.by == "due":
        return "are due"
    if report.items == "cycles":
        return "began" if report.by == "opened" else "ended"
    if report.by == "opened":
        return "opened"
    return WHEN_DONE.get(report.measure, f"were done for {report.measure}")


def _begin(years: YearsOf) -> str:
    """When the years of a policy begin."""
    month, _, day = years.starts.partition("-")
    return f"{int(day)} {date(2000, int(month), 1):%B} in {years.timezone}"


def sections_of(report: ReportFigures) -> Iterator[Section]:
    """The tables, those without rows left out."""
    sections = [
        _standards(report),
        _shares(report),
        _figures(report, "By priority", ("kind", "priority"), report.by_priority),
        _figures(report, f"By {report.period}", ("period",), report.by_period),
        _reopened(report),
        _allowances(report),
        _availability(report),
        _pauses(report),
        _worst(report),
        _calendars(report),
    ]
    if len(report.by_period) > 1:
        names = ("period", "kind", "priority")
        sections.insert(4, _figures(report, f"By {report.period}, kind and priority", names, report.groups))
    yield from (section for section in sections if section.rows)


def _standards(report: ReportFigures) -> Section:
    header = (
        "standard", "policy", "period", "wanted", "share", "met", "missed", "pending", *_OUTSIDE, "abandoned",
        "average time", "attained", "headroom", "95 % interval",
    )  # fmt: skip
    apart = range(header.index("pending"), header.index("average time"))
    idle = {(result.policy, result.name) for result in report.standards if result.period is None and not result.items}
    by_period = len(report.periods) > 1
    rows = [
        _standard_row(result)
        for result in report.standards
        if result.period is None or (by_period and (result.policy, result.name) not in idle)
    ]
    # Counts that are nowhere more than nothing are not worth a column, nor is a policy that need not be named.
    empty = {**dict.fromkeys(apart, "0"), header.index("policy"): "", apart.stop: "-"}
    shown = [at for at in range(len(header)) if any(row[at] != empty.get(at) for row in rows)]
    right = frozenset(number for number, at in enumerate(shown) if header.index("share") <= at <= apart.stop)
    rules = {(result.policy, result.name): result for result in report.standards if result.abandoned}
    note = " ".join(filter(None, map(_abandoned, rules.values())))
    return Section(
        "Service standards", [header[at] for at in shown], [[row[at] for at in shown] for row in rows], right, note
    )


_RULES: Mapping[Abandoned, str] = {
    "left-out": "is left out",
    "missed": "counts as missed",
    "missed-after": "within the target is left out, and later counts as missed",
    "credit": "within the target counts as met, and later as missed",
}


def _abandoned(result: StandardResult) -> str:
    """What becomes of what was given up, where that is not to be left out."""
    standard = result.standard
    if standard.abandoned == "left-out":
        return ""
    whose = result.name if not result.policy else f"{result.name} of {result.policy}"
    sooner = "" if standard.short is None else f"; sooner than {duration(standard.short)} it is left out"
    return f"Of {whose}, what was abandoned {_RULES[standard.abandoned]}{sooner}."


def _standard_row(result: StandardResult) -> tuple[str, ...]:
    standard = result.standard
    target = "within target" if standard.limit is None else f"in {str(standard.limit).replace(' wall', '')}"
    of = f"of {', '.join(standard.priority)} " if standard.priority else ""
    outside = (result.outside.get(state, 0) for state in _OUTSIDE)
    counts = (result.met, result.missed, result.pending, *outside, result.abandoned)
    interval = result.interval
    return (
        result.name,
        result.policy,
        "all" if result.period is None else result.period.label,
        f"{percent_number(standard.share)} % {of}{target}",
        percent_text(result.share),
        *(f"{count:,}" for count in counts),
        "-" if result.average is None else duration(result.average),
        {True: "yes", False: "no", None: "undecided"}[result.attained],
        result.headroom,
        "-" if interval is None else f"{interval.low:.1%} to {interval.high:.1%}".replace("%", " %"),
    )


def _figures(report: ReportFigures, title: str, names: tuple[str, ...], groups: Sequence[TicketFigures]) -> Section:
    states: list[State] = [state for state in STATES if any(figures.counts[state] for figures in groups)]
    header = (*names, report.items, *states, "within target", "median", "90th percentile")
    rows = []
    for figures in groups:
        labels = {
            "period": "none yet" if figures.period is None else figures.period.label,
            "kind": figures.kind or "-",
            "priority": figures.priority or "-",
        }
        counts = (f"{figures.total:,}", *(f"{figures.counts[state]:,}" for state in states))
        share = percent_text(figures.share)
        rows.append((*(labels[name] for name in names), *counts, share, *_lengths(figures.spread)))
    return Section(title, header, rows, frozenset(range(len(names), len(header))))


def _shares(report: ReportFigures) -> Section:
    """The share within target by the report's own rule, beside the two other ways in which it is counted."""
    rows = [
        (
            "all" if shares.period is None else shares.period.label,
            *(
                "-" if share is None else f"{percent_text(share)} ({met:,} of {of:,})"
                for share, met, of in (
                    (shares.share, shares.met, shares.decided),
                    (shares.share_of_done, shares.done_met, shares.done),
                    (shares.share_of_opened, shares.opened_met, shares.opened),
                )
            ),
        )
        for shares in report.shares
        if shares.period is None or len(report.shares) > 2
    ]
    alike = all(len(set(row[1:])) == 1 for row in rows)
    header = ("period", "of those decided", "of those done in it", "of those opened in it")
    note = f"Decided: {report.items} that {_when(report)} in the period, and met or missed their target, as elsewhere."
    return Section("Within target, counted in three ways", header, () if alike else rows, frozenset({1, 2, 3}), note)


def _reopened(report: ReportFigures) -> Section:
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
        if figures.spread is not None
    ]
    note = "Of the tickets that are done, up to the first resolution of each, and up to the final one."
    shown = rows if report.overall.reopened else ()
    return Section("First and final resolution", header, shown, frozenset(range(2, len(header))), note)


def _lengths(spread: Spread | None) -> tuple[str, ...]:
    """The median and the 90th percentile, in hours and in days."""
    if spread is None:
        return ("-", "-")
    lengths = (spread.median, spread.median_days), (spread.p90, spread.p90_days)
    about = "about " if spread.approximate else ""
    return tuple(f"{about}{duration(length)} ({days:.2f} d)" for length, days in lengths)


def _allowances(report: ReportFigures) -> Section:
    named = any(year.policy for year in report.allowances)
    rows = [
        (
            year.name,
            *([year.policy] if named else ()),
            year.year.label,
            *map(duration, (year.amount, year.used, year.remaining, year.overdrawn)),
        )
        for year in report.allowances
    ]
    header = ("allowance", *(["policy"] if named else ()), "year", "amount", "used", "remaining", "overdrawn")
    return Section("Allowances", header, rows, frozenset(range(len(header) - 4, len(header))))


_PLANNED: Mapping[PlannedRule, str] = {
    "excluded": "is left out of the service hours",
    "down": "counts as down",
    "up": "counts as up",
}


def _availability(report: ReportFigures) -> Section:
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
    cells = [[row[at] for at in shown] for row in rows]
    return Section("Availability", [header[at] for at in shown], cells, right, " ".join(notes))


def _availability_row(result: AvailabilityResult) -> tuple[str, ...]:
    wanted = "" if result.wanted is None else percent_number(result.wanted)
    decimals = max(2, len(wanted.partition(".")[2]))
    return (
        result.name,
        result.policy,
        "all" if result.period is None else result.period.label,
        f"{wanted} %" if wanted else "-",
        percent_text(result.share, decimals=decimals),
        *map(duration, (result.service, result.planned, result.down)),
        f"{result.failures:,}",
        {True: "yes", False: "no", None: "undecided"}[result.attained],
        *("-" if length is None else duration(length) for length in (result.mttr, result.mtbf, result.left)),
    )


def _pauses(report: ReportFigures) -> Section:
    header = ("reason", "tickets", "service time in all", "median", "90th percentile")
    rows = [
        (figures.reason, f"{figures.tickets:,}", duration(figures.total), *_lengths(figures.spread))
        for figures in report.pauses
    ]
    note = "Service time on the calendar of each ticket's kind and priority." if report.calendars else ""
    return Section("Time held up by others", header, rows, frozenset(range(1, 5)), note)


def _worst(report: ReportFigures) -> Section:
    header = ["ticket", "kind", "priority", "due", "done", "elapsed", "late by"]
    if report.calendars:
        header.insert(3, "calendar")
    if report.items == "cycles":
        header.insert(1, "cycle")
    stopped = any(a.note is not None for a in report.worst)
    if stopped:
        header += ["over target", "note"]
    rows = []
    for a in report.worst:
        late = -(a.remaining or timedelta(0))
        done = instant_text(a.done, none="still open")
        calendar = (a.calendar,) if report.calendars else ()
        over = (duration(a.over or timedelta(0)), a.note or "") if stopped else ()
        instants = (instant_text(a.due), done, duration(a.elapsed), duration(late), *over)
        cycle = (str(a.cycle) if a.is_cycle else "-",) if report.items == "cycles" else ()
        rows.append((a.ticket_id, *cycle, a.kind, a.priority or "-", *calendar, *instants))
    right = frozenset(range(header.index("elapsed"), len(header) - stopped))
    note = "Late by: service time since the due instant."
    if stopped:
        note += " Over target: that of it for which the clock ran."
    return Section("The worst misses", header, rows, right, note)


def _calendars(report: ReportFigures) -> Section:
    """Which calendar counted, where there are several."""
    first = 0 if len({on.policy for on in report.calendars}) > 1 else 1
    header = ("policy", "target of", "target", "calendar")[first:]
    rows = [(on.policy, on.whose, str(on.target), on.calendar)[first:] for on in report.calendars]
    return Section("Calendars", header, rows, frozenset())


def duration(length: timedelta) -> str:
    """A length of time for reading."""
    return short_text(duration_micros(length))
