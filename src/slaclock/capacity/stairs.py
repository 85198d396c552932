"""Demand against capacity as a picture: the work due by each instant as stairs, the time that there is as a line.

Its scale is service time, on which nights and closed days take no room, so that the line is straight.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

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
    note = (
        "stairs: work due by then; dashed: the time that there is; filled: what does not fit. Closed time is left out."
    )
    return (
        f'<svg {attributes} viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}" fill="currentColor" '
        f'font-family="system-ui, sans-serif" font-size="11">{ground}'
        f'<text x="4" y="16" font-size="14" font-weight="bold">{title}</text><text x="4" y="32">{note}</text>'
        f"{''.join(_plot(figures.at, figures.steps, figures))}</svg>"
    )


def _plot(at: datetime, steps: Sequence[OverloadStep], figures: OverloadFigures) -> Iterator[str]:
    if not steps:
        return
    most, whole = max(max(step.work, step.capacity) for step in steps), steps[-1].capacity
    bottom = HEIGHT - _BOTTOM

    def x(capacity: timedelta) -> float:
        return _LEFT + capacity / whole * (WIDTH - _LEFT - _RIGHT)

    def y(length: timedelta) -> float:
        return bottom - length / most * (bottom - _TOP)

    yield f'<path d="M{_LEFT},{_TOP}V{bottom}H{WIDTH - _RIGHT}" fill="none" stroke="currentColor"/>'
    for length in (most / 2, most):
        yield f'<text x="{_LEFT - 6}" y="{y(length) + 4:.1f}" text-anchor="end">{_hours(length)}</text>'
        yield f'<path d="M{_LEFT},{y(length):.1f}H{WIDTH - _RIGHT}" stroke="currentColor" stroke-opacity="0.2"/>'
    stairs = [f"M{_LEFT},{bottom}"]
    for step in steps:
        stairs.append(f"H{x(step.capacity):.1f}V{y(step.work):.1f}")
        if step.work > step.capacity:
            top, low = y(step.work), y(step.capacity)
            yield f'<rect x="{x(step.capacity) - 4:.1f}" y="{top:.1f}" width="8" height="{low - top:.1f}"/>'
    yield f'<path d="{"".join(stairs)}" fill="none" stroke="currentColor" stroke-width="2"/>'
    line = f"M{_LEFT},{bottom}L{x(whole):.1f},{y(whole):.1f}"
    yield f'<path d="{line}" fill="none" stroke="currentColor" stroke-dasharray="5 3"/>'
    yield f'<text x="{_LEFT}" y="{bottom + 15}">{html_text(instant_text(at))}</text>'
    last = html_text(instant_text(steps[-1].due))
    yield f'<text x="{WIDTH - _RIGHT}" y="{bottom + 15}" text-anchor="end">{last}</text>'
    yield f'<text x="{_LEFT + 8}" y="{_TOP - 8}">{_hours(steps[-1].work)} of work in all</text>'
    if figures.proof is not None:
        end = x(figures.proof.capacity)
        words = f"until {instant_text(figures.proof.due)} at least {figures.proof.late:,} must be late"
        anchor = ' text-anchor="end"' if end > WIDTH / 2 else ""
        place = end - 8 if end > WIDTH / 2 else end + 8
        yield f'<path d="M{end:.1f},{_TOP}V{bottom}" stroke="currentColor" stroke-dasharray="2 2"/>'
        yield f'<text x="{place:.1f}" y="{bottom - 8}"{anchor} font-weight="bold">{html_text(words)}</text>'


def _hours(length: timedelta) -> str:
    """A length in few letters: hours, and minutes where there are few of them."""
    return f"{length / _HOUR:,.0f} h" if length >= 10 * _HOUR else html_text(format_duration(length))
