"""Demand against capacity as a picture: the work due by each instant as stairs, the time that there is as a line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from slaclock.formats.safe_texts import html_text
from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import format_duration

from .figures import OverloadFigures, OverloadStep

WIDTH, HEIGHT = 760, 300
_HOUR = timedelta(hours=1)
_LEFT, _RIGHT, _TOP, _BOTTOM = 72, 24, 62, 34


def picture(figures: OverloadFigures) -> str:
    """The picture as a file of its own, on a white ground, in dark ink."""
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    return _svg(figures, f'xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" color="#1f3f52"', ground)


def drawing(figures: OverloadFigures) -> str:
    """The picture within a page, in the colour of its text."""
    return _svg(figures, f'style="max-width:{WIDTH}px;width:100%"', "")


def _svg(figures: OverloadFigures, attributes: str, ground: str) -> str:
    people = "1 person" if figures.hands == 1 else f"{figures.hands:,} people"
    title = html_text(f"Work due, and the service time of {people}, from {instant_text(figures.at)} on")
    note = "stairs: work due by then; dashed: the time that there is; dark: what does not fit any more"
    return (
        f'<svg {attributes} viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}" fill="currentColor" '
        f'font-family="system-ui, sans-serif" font-size="11">{ground}'
        f'<text x="4" y="16" font-size="14" font-weight="bold">{title}</text><text x="4" y="32">{note}</text>'
        f"{''.join(_plot(figures.at, figures.steps, figures))}</svg>"
    )


def _plot(at: datetime, steps: Sequence[OverloadStep], figures: OverloadFigures) -> Iterator[str]:
    if not steps:
        return
    begins, ends = at.astimezone(UTC), steps[-1].due.astimezone(UTC)
    most = max(max(step.work, step.capacity) for step in steps)
    bottom = HEIGHT - _BOTTOM

    def x(instant: datetime) -> float:
        share = (instant.astimezone(UTC) - begins) / (ends - begins) if ends > begins else 0
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    def y(length: timedelta) -> float:
        return bottom - (length / most if most else 0) * (bottom - _TOP)

    yield f'<path d="M{_LEFT},{_TOP}V{bottom}H{WIDTH - _RIGHT}" fill="none" stroke="currentColor"/>'
    for length in (most / 2, most):
        yield f'<text x="{_LEFT - 6}" y="{y(length) + 4:.1f}" text-anchor="end">{_hours(length)}</text>'
        yield f'<path d="M{_LEFT},{y(length):.1f}H{WIDTH - _RIGHT}" stroke="currentColor" stroke-opacity="0.2"/>'
    # The work that is due by an instant stays until the next due date; the time that there is grows to it.
    before = timedelta(0)
    stairs, line = [f"M{_LEFT},{bottom}"], [f"M{_LEFT},{bottom}"]
    for step in steps:
        stairs.append(f"H{x(step.due):.1f}V{y(step.work):.1f}")
        line.append(f"L{x(step.due):.1f},{y(step.capacity):.1f}")
        if step.work > step.capacity:
            top, low = y(step.work), y(step.capacity)
            yield f'<rect x="{x(step.due) - 4:.1f}" y="{top:.1f}" width="8" height="{low - top:.1f}"/>'
        before = step.work
    yield f'<path d="{"".join(stairs)}" fill="none" stroke="currentColor" stroke-width="2"/>'
    yield f'<path d="{"".join(line)}" fill="none" stroke="currentColor" stroke-dasharray="5 3"/>'
    yield f'<text x="{_LEFT}" y="{bottom + 15}">{html_text(instant_text(at))}</text>'
    last = html_text(instant_text(steps[-1].due))
    yield f'<text x="{WIDTH - _RIGHT}" y="{bottom + 15}" text-anchor="end">{last}</text>'
    yield f'<text x="{_LEFT + 8}" y="{_TOP - 8}">{_hours(before)} of work in all</text>'
    if figures.proof is not None:
        end = x(figures.proof.due)
        words = f"until {instant_text(figures.proof.due)} at least {figures.proof.late:,} must be late"
        anchor = ' text-anchor="end"' if end > WIDTH / 2 else ""
        place = end - 8 if end > WIDTH / 2 else end + 8
        yield f'<path d="M{end:.1f},{_TOP}V{bottom}" stroke="currentColor" stroke-dasharray="2 2"/>'
        yield f'<text x="{place:.1f}" y="{bottom - 8}"{anchor} font-weight="bold">{html_text(words)}</text>'


def _hours(length: timedelta) -> str:
    """A length in few letters: hours, and minutes where there are few of them."""
    return f"{length / _HOUR:,.0f} h" if length >= 10 * _HOUR else html_text(format_duration(length))
