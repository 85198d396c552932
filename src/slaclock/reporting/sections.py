"""What a report says, as titled tables of text: the one list that every page is made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from slaclock.figures.report_figures import ReportFigures, Spread, TicketFigures, YearsOf
from slaclock.figures.standards import StandardResult
from slaclock.formats.tables import instant_text, percent_text
from slaclock.policy.measures import WHEN_DONE
from slaclock.policy.shares import percent_number
from slaclock.policy.standards import Abandoned
from slaclock.temporal.durations import format_duration
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
    if report.period == "period":
        labels = ", ".join(period.label for period in report.periods)
        notes.append(
            f"Counted is what lies in {labels}; {report.outside:,} {report.items} lie outside and are left out."
        )
    if report.untargeted:
        notes.append(_untargeted(report))
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
        _figures(report, "By priority", ("kind", "priority"), report.by_priority),
        _figures(report, f"By {report.period}", ("period",), report.by_period),
        _flows(report),
        _split(report),
        *([_spent(report), _breach_hours(report)] if report.spent else []),
        _allowances(report),
        _pauses(report),
        _worst(report),
        _calendars(report),
    ]
    if len(report.by_period) > 1:
        names = ("period", "kind", "priority")
        sections.insert(3, _figures(report, f"By {report.period}, kind and priority", names, report.groups))
    yield from (section for section in sections if section.rows)


def _standards(report: ReportFigures) -> Section:
    header = (
        "standard", "policy", "period", "wanted", "share", "met", "missed", "pending", *_OUTSIDE, "abandoned",
        "attained", "headroom", "95 % interval",
    )  # fmt: skip
    apart = range(header.index("pending"), header.index("attained"))
    idle = {(result.policy, result.name) for result in report.standards if result.period is None and not result.items}
    by_period = len(report.periods) > 1
    rows = [
        _standard_row(result)
        for result in report.standards
        if result.period is None or (by_period and (result.policy, result.name) not in idle)
    ]
    # Counts that are nowhere more than nothing are not worth a column, nor is a policy that need not be named.
    empty = {**dict.fromkeys(apart, "0"), header.index("policy"): ""}
    shown = [at for at in range(len(header)) if any(row[at] != empty.get(at) for row in rows)]
    right = frozenset(number for number, at in enumerate(shown) if header.index("share") <= at < apart.stop)
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
    sooner = "" if standard.short is None else f"; sooner than {format_duration(standard.short)} it is left out"
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
        {True: "yes", False: "no", None: "undecided"}[result.attained],
        result.headroom,
        "-" if interval is None else f"{interval.low:.1%} to {interval.high:.1%}".replace("%", " %"),
    )


def _figures(report: ReportFigures, title: str, names: tuple[str, ...], groups: Sequence[TicketFigures]) -> Section:
    labelled = []
    for figures in groups:
        labels = {
            "period": "none yet" if figures.period is None else figures.period.label,
            "kind": figures.kind or "-",
            "priority": figures.priority or "-",
        }
        labelled.append(([labels[name] for name in names], figures))
    return _labelled(report, title, names, labelled)


def _flows(report: ReportFigures) -> Section:
    """What each period was carried forward with."""
    rows = [
        (own.period.label, *(f"{count:,}" for count in (own.brought, own.opened, own.ended, own.carried)))
        for own in report.flows
    ]
    header = ("period", "brought forward", "opened", "ended", "carried forward")
    return Section("Carried forward", header, rows, frozenset(range(1, 5)), "Open as a period begins and as it ends.")


_WHERE = {"clock": "on the clock to", "pause": "waiting for", "while": "while"}


def _spent(report: ReportFigures) -> Section:
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
    note = "Service time: means over all that met or missed their target, medians over those that had any."
    return Section("Where the time went", header, rows, frozenset(range(2, 8)), note)


_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _breach_hours(report: ReportFigures) -> Section:
    """Breaches by the weekday and the hour at which they were due; what has none is left out."""
    hours = [hour for hour in range(24) if any(day[hour] for day in report.breaches)]
    header = ("due", *(f"{hour:02d}:00" for hour in hours), "all")
    rows = [
        (name, *(f"{day[hour]:,}" for hour in hours), f"{sum(day):,}")
        for name, day in zip(_WEEKDAYS, report.breaches, strict=True)
        if any(day)
    ]
    return Section("When what was missed was due", header, rows, frozenset(range(1, len(header))))


def _untargeted(report: ReportFigures) -> str:
    """Why another measure may count other priorities."""
    count = sum(own.items for own in report.untargeted)
    whose = ", ".join(own.kind if own.priority is None else f"{own.kind} {own.priority}" for own in report.untargeted)
    others = dict.fromkeys(measure for own in report.untargeted for measure in own.others)
    there = f", though there is one to {', '.join(others)}" if others else ""
    return f"{count:,} {report.items} have no target to {report.measure}{there}, and are not decided: {whose}."


def _split(report: ReportFigures) -> Section:
    """The figures by what else they are told apart by."""
    labelled = [([value or "-" for value in own.values], own.figures) for own in report.by_split]
    return _labelled(report, f"By {', '.join(report.split)}", report.split, labelled)


def _labelled(
    report: ReportFigures,
    title: str,
    names: Sequence[str],
    labelled: Sequence[tuple[Sequence[str], TicketFigures]],
) -> Section:
    """Figures under the names of what tells them apart."""
    states: list[State] = [state for state in STATES if any(figures.counts[state] for _, figures in labelled)]
    header = (*names, report.items, *states, "within target", "median", "90th percentile")
    rows = []
    for labels, figures in labelled:
        counts = (f"{figures.total:,}", *(f"{figures.counts[state]:,}" for state in states))
        rows.append((*labels, *counts, percent_text(figures.share), *_lengths(figures.spread)))
    return Section(title, header, rows, frozenset(range(len(names), len(header))))


def _lengths(spread: Spread | None) -> tuple[str, ...]:
    """The median and the 90th percentile, in hours and in days."""
    if spread is None:
        return ("-", "-")
    lengths = (spread.median, spread.median_days), (spread.p90, spread.p90_days)
    about = "about " if spread.approximate else ""
    return tuple(f"{about}{format_duration(length)} ({days:.2f} d)" for length, days in lengths)


def _allowances(report: ReportFigures) -> Section:
    named = any(year.policy for year in report.allowances)
    rows = [
        (
            year.name,
            *([year.policy] if named else ()),
            year.year.label,
            *map(format_duration, (year.amount, year.used, year.remaining, year.overdrawn)),
        )
        for year in report.allowances
    ]
    header = ("allowance", *(["policy"] if named else ()), "year", "amount", "used", "remaining", "overdrawn")
    return Section("Allowances", header, rows, frozenset(range(len(header) - 4, len(header))))


def _pauses(report: ReportFigures) -> Section:
    header = ("reason", "tickets", "service time in all", "median", "90th percentile")
    rows = [
        (figures.reason, f"{figures.tickets:,}", format_duration(figures.total), *_lengths(figures.spread))
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
    rows = []
    for a in report.worst:
        late = -(a.remaining or timedelta(0))
        done = instant_text(a.done, none="still open")
        calendar = (a.calendar,) if report.calendars else ()
        instants = (instant_text(a.due), done, format_duration(a.elapsed), format_duration(late))
        cycle = (str(a.cycle) if a.is_cycle else "-",) if report.items == "cycles" else ()
        rows.append((a.ticket_id, *cycle, a.kind, a.priority or "-", *calendar, *instants))
    right = frozenset({len(header) - 2, len(header) - 1})
    return Section("The worst misses", header, rows, right, "Late by: service time since the due instant.")


def _calendars(report: ReportFigures) -> Section:
    """Which calendar counted, where there are several."""
    first = 0 if len({on.policy for on in report.calendars}) > 1 else 1
    header = ("policy", "target of", "target", "calendar")[first:]
    rows = [(on.policy, on.whose, str(on.target), on.calendar)[first:] for on in report.calendars]
    return Section("Calendars", header, rows, frozenset())
