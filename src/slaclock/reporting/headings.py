"""What stands above the tables of a report: its title, what its figures come to, and what a reader must know."""

from __future__ import annotations

from datetime import date

from slaclock.figures.findings import findings, headline
from slaclock.figures.report_figures import ReportFigures, YearsOf
from slaclock.formats.counts import count_text, opened_later_text
from slaclock.formats.tables import instant_text
from slaclock.policy.measures import WHEN_DONE

from .reason_sections import untargeted_note


def title_of(report: ReportFigures) -> str:
    """The report's title."""
    return f"Service report: {report.name}"


def lead_of(report: ReportFigures) -> str:
    """One sentence with the finding."""
    return headline(report)


def findings_of(report: ReportFigures) -> list[str]:
    """What else the figures come to, a sentence each."""
    return list(findings(report))


def notes_of(report: ReportFigures) -> list[str]:
    """What a reader must know to read the figures."""
    notes = [
        f"As of {instant_text(report.at)} ({report.at.tzname()}), for the target to {report.measure}. "
        f"{report.items.capitalize()} belong to the {report.period} in which they {when_counted(report)}."
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
        notes.append(untargeted_note(report))
    if report.later:
        notes.append(f"{opened_later_text(report.later)}.")
    if report.skipped:
        rows = f"{count_text(report.skipped, 'row')} {'was' if report.skipped == 1 else 'were'}"
        notes.append(f"{rows} wrong and skipped: what they say is in no figure.")
    return notes


def when_counted(report: ReportFigures) -> str:
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
