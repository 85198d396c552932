"""The waits by weekday and hour as a picture: the darker a square, the longer the median wait of what opens then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from slaclock.figures.findings import WEEKDAYS
from slaclock.formats.safe_texts import html_text
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros

from .figures import PromisedWait

_LEFT, _TOP, _WIDE, _HIGH = 40, 46, 29, 24
WIDTH, HEIGHT = _LEFT + 24 * _WIDE + 4, _TOP + 7 * _HIGH + 24
_HOUR = timedelta(hours=1)


def picture(wait: PromisedWait, label: str) -> str:
    """The picture as a file of its own, on a white ground, in dark ink."""
    ground = f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>'
    return _svg(wait, label, f'xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" color="#1f3f52"', ground)


def drawing(wait: PromisedWait, label: str) -> str:
    """The picture within a page, in the colour of its text."""
    return _svg(wait, label, f'style="max-width:{WIDTH}px;width:100%"', "")


def _svg(wait: PromisedWait, label: str, attributes: str, ground: str) -> str:
    title = html_text(title_of(wait, label))
    note = "hours of plain time until it is due: the median of what opens in that hour"
    return (
        f'<svg {attributes} viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{title}" fill="currentColor" '
        f'font-family="system-ui, sans-serif" font-size="11">{ground}'
        f'<text x="4" y="16" font-size="14" font-weight="bold">{title}</text><text x="4" y="32">{note}</text>'
        f"{''.join(_squares(wait))}</svg>"
    )


def title_of(wait: PromisedWait, label: str) -> str:
    """What the picture shows."""
    whose = " ".join(filter(None, (wait.kind, wait.priority)))
    return f"{whose}, {wait.measure} {wait.target}: the wait by the hour of the opening, {label}"


def _squares(wait: PromisedWait) -> Iterator[str]:
    waits = [own for row in wait.by_hour for own in row if own is not None]
    least, most = min(waits), max(waits)
    for day, row in enumerate(wait.by_hour):
        y = _TOP + day * _HIGH
        yield f'<text x="4" y="{y + 16}">{WEEKDAYS[day]}</text>'
        for hour, own in enumerate(row):
            if own is not None:
                x = _LEFT + hour * _WIDE
                shade = 0.06 + 0.34 * ((own - least) / (most - least) if most > least else 0)
                yield (
                    f'<rect x="{x}" y="{y}" width="{_WIDE - 1}" height="{_HIGH - 1}" fill-opacity="{shade:.2f}"/>'
                    f'<text x="{x + _WIDE // 2}" y="{y + 16}" text-anchor="middle">{_short(own)}</text>'
                )
    for hour in range(24):
        x = _LEFT + hour * _WIDE + _WIDE // 2
        yield f'<text x="{x}" y="{_TOP + 7 * _HIGH + 14}" text-anchor="middle">{hour:02d}</text>'


def _short(wait: timedelta) -> str:
    """A wait in so few letters as a square has room for: whole hours, cut, or what there is below one."""
    return f"{wait // _HOUR:,}" if wait >= _HOUR else short_text(duration_micros(wait)).split()[0] + "′"
