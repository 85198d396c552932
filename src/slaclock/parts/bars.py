"""The worst opening of a chain as a picture: its clocks as bars under one another, on one scale of plain time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta

from slaclock.formats.plain_times import just_text
from slaclock.formats.safe_texts import html_text

from .figures import ChainClock, ChainResult
from .texts import shown_parts, whose, worst_text

_LEFT, _RIGHT, _TOP, _LANE, WIDTH = 150, 150, 58, 30, 760
_LATE = "#b5482a"
_MOST_DAYS = 12


def picture(result: ChainResult) -> str:
    """The picture as a file of its own, on a white ground, in dark ink."""
    ground = f'<rect width="{WIDTH}" height="{_height(result)}" fill="#fff"/>'
    return _svg(result, f'xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" color="#1f3f52"', ground, _LATE)


def drawing(result: ChainResult) -> str:
    """The picture within a page, in the colour of its text."""
    return _svg(result, f'style="max-width:{WIDTH}px;width:100%"', "", "currentColor")


def _svg(result: ChainResult, attributes: str, ground: str, late: str) -> str:
    title = html_text(f"{whose(result)}: {worst_text(result)}")
    opened = html_text(f"opened {just_text(result.opened)}; a thick bar counts, a thin one waits for the desk to open")
    return (
        f'<svg {attributes} viewBox="0 0 {WIDTH} {_height(result)}" role="img" aria-label="{title}" '
        f'fill="currentColor" font-family="system-ui, sans-serif" font-size="11">{ground}'
        f'<text x="4" y="16" font-size="14" font-weight="bold">{title}</text><text x="4" y="32">{opened}</text>'
        f"{''.join(_lanes(result, late))}</svg>"
    )


def _height(result: ChainResult) -> int:
    return _bottom(result) + 24


def _bottom(result: ChainResult) -> int:
    return _TOP + _LANE * (len(shown_parts(result)[0]) + 1)


def _lanes(result: ChainResult, late: str) -> Iterator[str]:
    begins, ends = (at.astimezone(UTC) for at in (result.opened, max(result.due, result.ended)))

    def x(at: datetime) -> float:
        share = (at.astimezone(UTC) - begins) / (ends - begins) if ends > begins else 0
        return _LEFT + share * (WIDTH - _LEFT - _RIGHT)

    bottom = _bottom(result)
    parts, left = shown_parts(result)
    days = [*_midnights(result)]
    for number, midnight in enumerate(days):
        place = x(midnight)
        yield f'<line x1="{place:.1f}" x2="{place:.1f}" y1="{_TOP - 12}" y2="{bottom}" stroke="currentColor" '
        yield 'stroke-opacity="0.25"/>'
        if number % -(-len(days) // _MOST_DAYS) == 0:
            yield f'<text x="{place + 3:.1f}" y="{bottom + 14}">{midnight:%a} {midnight.day} {midnight:%b}</text>'
    clocks = [(f"{result.whole.measure}, promised", result.whole), *((part.measure, part) for part in parts)]
    if left:
        clocks[-1] = (f"after {left:,} more, {parts[-1].measure}", parts[-1])
    for number, (name, clock) in enumerate(clocks):
        middle = _TOP + _LANE * number
        yield f'<text x="4" y="{middle - 1}">{html_text(_short(name, 24))}</text>'
        yield f'<text x="4" y="{middle + 11}" fill-opacity="0.7">{html_text(_short(str(clock.target), 24))}</text>'
        yield _bar(x(clock.start), x(clock.due), middle - 1, 2, "currentColor")
        for start, end in clock.counted:
            yield _bar(x(start), x(end), middle - 7, 14, "currentColor")
        too_late = number == len(clocks) - 1 and not result.kept
        if too_late:
            yield _bar(x(result.due), x(result.ended), middle + 8, 3, late)
        fill = f' fill="{late}" font-weight="bold"' if too_late else ""
        yield f'<text x="{x(clock.due) + 4:.1f}" y="{middle + 4}"{fill}>{html_text(_when(clock))}</text>'
    promised = x(result.due)
    yield f'<line x1="{promised:.1f}" x2="{promised:.1f}" y1="{_TOP - 12}" y2="{bottom}" stroke="currentColor" '
    yield 'stroke-dasharray="3 2"/>'


def _bar(start: float, end: float, y: float, height: float, fill: str) -> str:
    return f'<rect x="{start:.1f}" y="{y}" width="{max(end - start, 0.5):.1f}" height="{height}" fill="{fill}"/>'


def _when(clock: ChainClock) -> str:
    """A due date by day and time: the year and the month are on the scale."""
    at = clock.due + timedelta(milliseconds=1)  # a microsecond before a minute is that minute
    return f"{at:%a} {at.day} {at:%b} {at:%H:%M}"


def _midnights(result: ChainResult) -> Iterator[datetime]:
    """The midnights that lie within the picture."""
    day, last = result.opened, max(result.due, result.ended)
    while day.date() < last.date():
        day = datetime.combine(day.date() + timedelta(days=1), time(), day.tzinfo)
        if day <= last:
            yield day


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "\u2026"
