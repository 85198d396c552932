"""What a report's figures come to, in sentences.

"Most" is said of a majority alone, and what chance explains is so called.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from slaclock.formats.tables import percent_text
from slaclock.policy.shares import percent_number

from .chance import low_ones, stands_out
from .report_figures import ReportFigures, TicketFigures
from .standards import StandardResult

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_NAMED = 3  # so many periods or standards are named, of more their number is said


class BreachHours(NamedTuple):
    """The hours of the week in which breaches fall due: the hours from `first` to `last` of the first `days` days."""

    first: int
    last: int
    days: int

    @property
    def hours(self) -> range:
        """The hours that are shown."""
        return range(self.first, self.last + 1)


def headline(report: ReportFigures) -> str:
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


def findings(report: ReportFigures) -> Iterator[str]:
    """What else the figures come to, a sentence each."""
    yield from _standards([result for result in report.standards if result.period is None and result.decided])
    yield from _misses(report)
    if sum(figures.share is not None for figures in report.by_period) > 1:
        yield periods_finding(report)


def _standards(results: list[StandardResult]) -> Iterator[str]:
    for attained in (True, False):
        names = [_standard(result) for result in results if result.attained is attained]
        if names:
            verb = "attained" if attained else "not attained"
            word = "Standard" if len(names) == 1 else "Standards"
            yield f"{word} {verb}: {_listed(names)}."
    close = [_name(result) for result in results if _is_close(result)]
    if close:
        yield (f"Not beyond chance: {_listed(close)}, as what is wanted lies within the 95 % interval.")


def _standard(result: StandardResult) -> str:
    return f"{_name(result)} {percent_text(result.share)} ({wanted_text(result)})"


def wanted_text(result: StandardResult) -> str:
    """The share that a standard asks for."""
    return f"{percent_number(result.standard.share)} % wanted"


def standard_finding(results: Sequence[StandardResult], length: str) -> str:
    """In how many periods a standard was attained, and whether it was missed by more than chance explains."""
    decided = [result for result in results if result.decided]
    missed = [result for result in decided if not result.attained]
    if len(decided) < 2:
        return ""
    if not missed:
        return f"Attained in each of {len(decided)} {length}s."
    wanted = Fraction(missed[0].standard.share) / 100
    surely = len(low_ones([(result.met, result.decided) for result in decided], wanted))
    beyond = f"in {surely} by more than chance explains" if surely else "never by more than chance explains"
    return f"Missed in {len(missed)} of {len(decided)} {length}s, {beyond}."


def _name(result: StandardResult) -> str:
    return f"{result.name} of {result.policy}" if result.policy else result.name


def _is_close(result: StandardResult) -> bool:
    """Whether chance alone may have decided between attained and not."""
    interval = result.interval
    return interval is not None and interval.low * 100 < result.standard.share < interval.high * 100


def _misses(report: ReportFigures) -> Iterator[str]:
    """Whose most of the misses are, where more than one kind or priority has any tickets that are decided."""
    total = report.overall.counts["breached"]
    decided = [figures for figures in report.by_priority if figures.decided]
    if not total or len(decided) < 2:
        return
    most = max(decided, key=lambda figures: figures.counts["breached"])
    count = most.counts["breached"]
    if 2 * count > total:
        yield f"Most misses are of {whose(most)}: {count:,} of {total:,}."
    else:
        yield f"No priority has most of the {total:,} misses; {whose(most)} has {count:,}."


def whose(figures: TicketFigures) -> str:
    """The kind and the priority of figures in words."""
    return " ".join(part for part in (figures.kind, figures.priority) if part)


def periods_finding(report: ReportFigures) -> str:
    """Whether the share within target differs from period to period by more than chance explains."""
    decided = [figures for figures in report.by_period if figures.period is not None and figures.share is not None]
    low = [decided[n] for n in low_ones([(figures.counts["met"], figures.decided) for figures in decided])]
    if not decided:
        return f"No {report.period} has anything decided."
    if len(decided) == 1:
        return f"{percent_text(decided[0].share)} within target in {decided[0].period}, the only {report.period}."
    if not low:
        shares = [figures.share for figures in decided if figures.share is not None]
        return (
            f"Between {percent_text(min(shares))} and {percent_text(max(shares))} were within target in the "
            f"{len(decided)} {report.period}s: no {report.period} was worse than chance explains."
        )
    if len(low) <= _NAMED:
        names = _listed([f"{figures.period} ({percent_text(figures.share)})" for figures in low])
        return f"Worse than chance explains: {names}, beside {percent_text(report.overall.share)} overall."
    return f"{len(low)} of {len(decided)} {report.period}s were worse than chance explains."


def breach_hours(report: ReportFigures) -> BreachHours | None:
    """Which part of the week has breaches, without a weekend that has none; None where there are none."""
    hours = [hour for day in report.breaches for hour, count in enumerate(day) if count]
    if not hours:
        return None
    days = 7 if any(map(any, report.breaches[5:])) else 5
    return BreachHours(min(hours), max(hours), days)


def breaches_finding(report: ReportFigures) -> str:
    """Whether some hour of the week stands out among those in which breaches fall due."""
    shown = breach_hours(report)
    if shown is None:
        return f"No {report.items[:-1]} missed its target"
    total = sum(map(sum, report.breaches))
    count, day, hour = max(
        (report.breaches[day][hour], -day, -hour) for day in range(shown.days) for hour in shown.hours
    )
    place = f"on {WEEKDAYS[-day]} from {-hour:02d}:00"
    if total == 1:
        return f"The one breach falls due {place}"
    if not stands_out(count, total, shown.days * len(shown.hours)):
        return f"No hour of the week stands out: at most {count:,} of {total:,} breaches in one"
    if 2 * count > total:
        return f"Most breaches fall due {place}: {count:,} of {total:,}"
    return f"More breaches fall due {place} than in any other hour: {count:,} of {total:,}"


def _listed(names: list[str]) -> str:
    """Some names in a list with "and"."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
