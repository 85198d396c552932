"""What a report says of its service standards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from slaclock.figures.report_figures import ReportFigures
from slaclock.figures.standards import StandardResult
from slaclock.formats.tables import tenths_text
from slaclock.policy.shares import percent_number
from slaclock.policy.standards import Abandoned
from slaclock.temporal.durations import format_duration
from slaclock.tickets.states import OUTSIDE, STATES, State

from .section import SHARE, Section, interval_text

_OUTSIDE: list[State] = [state for state in STATES if state in OUTSIDE]
_RULES: Mapping[Abandoned, str] = {
    "left-out": "is left out",
    "missed": "counts as missed",
    "missed-after": "within the target is left out, and later counts as missed",
    "credit": "within the target counts as met, and later as missed",
}


def standards_section(report: ReportFigures, *, by_period: bool) -> Section:
    """The service standards: over all items, or period by period where there are several."""
    header = (
        "standard", "policy", "period", "wanted", *SHARE, "met", "missed", "pending", *_OUTSIDE, "abandoned",
        "average time", "attained", "headroom",
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
    apart = range(header.index("pending"), header.index("average time"))
    empty = {**dict.fromkeys(apart, "0"), apart.stop: "-", header.index("policy"): "", header.index("period"): ""}
    columns = [at for at in range(len(header)) if any(row[at] != empty.get(at) for row in rows)]
    right = frozenset(number for number, at in enumerate(columns) if header.index("within target") <= at <= apart.stop)
    return Section(
        f"Service standards by {report.period}" if by_period else "Service standards",
        [header[at] for at in columns],
        [[row[at] for at in columns] for row in rows],
        right,
        "" if by_period else _rules(results),
        "standards-by-period" if by_period else "standards",
        detail=by_period,
    )


def _rules(results: Sequence[StandardResult]) -> str:
    """What becomes of what was given up, where that is not to be left out."""
    return " ".join(_rule(result) for result in results if result.abandoned and result.standard.abandoned != "left-out")


def _rule(result: StandardResult) -> str:
    standard = result.standard
    whose = result.name if not result.policy else f"{result.name} of {result.policy}"
    sooner = "" if standard.short is None else f"; sooner than {format_duration(standard.short)} it is left out"
    return f"Of {whose}, what was abandoned {_RULES[standard.abandoned]}{sooner}."


def asked_text(result: StandardResult) -> str:
    """What a standard asks for."""
    standard = result.standard
    target = "within target" if standard.limit is None else f"in {str(standard.limit).replace(' wall', '')}"
    of = f"of {', '.join(standard.priority)} " if standard.priority else ""
    return f"{percent_number(standard.share)} % {of}{target}"


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
        "-" if result.average is None else format_duration(result.average),
        {True: "yes", False: "no", None: "undecided"}[result.attained],
        result.headroom,
    )
