"""Shares period by period: those of a service standard beside what is wanted, and those of all tickets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from slaclock.figures.chance import low_ones
from slaclock.figures.findings import periods_finding, standard_finding, wanted_text
from slaclock.figures.report_figures import ReportFigures, TicketFigures
from slaclock.figures.standards import StandardResult
from slaclock.formats.tables import tenths_text
from slaclock.policy.periods import Period

from .section import Share, share_of
from .standard_sections import asked_text

_TOLD = 12  # so many shares are told in words


@dataclass(frozen=True)
class Point:
    """A period with its share, None where nothing in it is decided.

    `low` is one below what is wanted, or worse than chance explains. `counts` are how many met their target, missed it,
    and all others; empty where they are not drawn.
    """

    period: Period
    share: Share | None
    low: bool
    counts: tuple[int, ...] = ()


@dataclass(frozen=True)
class Series:
    """Shares period by period, with what is to be said of them.

    `wanted` is the share that they stand beside, `beside` says what it is. `verdict` says how all periods together
    stand, `attained` whether that is well.
    """

    title: str
    points: Sequence[Point]
    wanted: float
    beside: str
    length: str
    finding: str
    asked: str = ""
    verdict: str = ""
    attained: bool | None = None

    @property
    def alt(self) -> str:
        """The same in words; of many periods the table beside it has the figures."""
        shares = [f"{point.period} {tenths_text(point.share.share)}" for point in self.points if point.share]
        if len(shares) > _TOLD:
            shares = [f"{len(self.points):,} {self.length}s"]
        return f"{self.title}: {', '.join(shares) or 'nothing decided'}; {self.beside}. {self.finding}".strip()


def standard_series(report: ReportFigures) -> Iterator[Series]:
    """Those of each standard that has anything decided."""
    for (name, policy), results in groupby(report.standards, key=lambda result: (result.name, result.policy)):
        overall, *by_period = results
        if overall.period is None and overall.decided:
            yield _of_standard(f"{name} of {policy}" if policy else name, overall, by_period, report.period)


def _of_standard(name: str, overall: StandardResult, by_period: Sequence[StandardResult], length: str) -> Series:
    word = "Attained" if overall.attained else "Not attained"
    return Series(
        name,
        [Point(result.period, share_of(result), result.attained is False) for result in by_period if result.period],
        float(overall.standard.share) / 100,
        wanted_text(overall),
        length,
        standard_finding(by_period, length),
        asked_text(overall),
        f"{word}: {tenths_text(overall.share)} ({overall.met:,} of {overall.decided:,}), {overall.headroom}.",
        overall.attained,
    )


def periods_series(report: ReportFigures) -> Series | None:
    """That of all tickets; None where there is only one period, or nothing decided."""
    figures = [of for of in report.by_period if of.period is not None]
    overall = report.overall.share
    if len(figures) < 2 or overall is None:
        return None
    decided = [number for number, of in enumerate(figures) if of.decided]
    low = {decided[n] for n in low_ones([(figures[n].counts["met"], figures[n].decided) for n in decided])}
    points = [
        Point(of.period, share_of(of), number in low, _counts(of)) for number, of in enumerate(figures) if of.period
    ]
    title, beside = f"Within target by {report.period}", f"all {tenths_text(overall)}"
    return Series(title, points, float(overall), beside, report.period, periods_finding(report))


def _counts(figures: TicketFigures) -> tuple[int, ...]:
    met, missed = figures.counts["met"], figures.counts["breached"]
    return met, missed, figures.total - met - missed
