"""Draws the clocks of a ticket as lanes under one another, as SVG: when each counted, stood still, was due and done.

The desk's open time is drawn to scale, and each stretch for which it is closed as a narrow band. What counts, is late
or stands still is told by height as well as by colour, on a white card that dark pages leave white.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import escape
from itertools import accumulate
from typing import Literal, NamedTuple

import slaclock as sc

WIDTH, LEFT, RIGHT, TOP, LANE = 760, 132, 16, 88, 66
BAND = 20
"""The width of closed time, however long."""
COUNTED, LATE, STOPPED, CLOSED, INK, QUIET = "#1f5f7f", "#b5482a", "#9db3bf", "#eceff1", "#222", "#56636b"
_SIGNS = {"met": ("M-4,0 l3,3 l5,-7", COUNTED), "breached": ("M-3.5,-3.5 l7,7 m0,-7 l-7,7", LATE)}


class Lane(NamedTuple):
    """A measure's cycles, a name for them and a few words on how they stand."""

    name: str
    note: str
    cycles: Sequence[sc.Assessment]
    dues: bool = False
    """Whether every due time is shown, with its hour; else only those that passed before the work was done."""


@dataclass(frozen=True)
class Scale:
    """Where instants lie: open time to scale, and each closed stretch as a band."""

    pieces: tuple[tuple[datetime, datetime, bool], ...]

    @classmethod
    def of(cls, calendar: sc.Calendar, start: datetime, end: datetime) -> Scale:
        return cls(tuple(_pieces(calendar, start, end)))

    @property
    def hour(self) -> float:
        """The width of an open hour."""
        open_time = sum((_length(a, b) for a, b, is_open in self.pieces if is_open), timedelta())
        bands = BAND * sum(not is_open for _, _, is_open in self.pieces)
        return (WIDTH - LEFT - RIGHT - bands) / (open_time / timedelta(hours=1))

    def edges(self) -> Iterator[tuple[datetime, datetime, bool, float, float]]:
        """The pieces, each with where it begins and ends."""
        hour = timedelta(hours=1)
        widths = [_length(a, b) / hour * self.hour if is_open else BAND for a, b, is_open in self.pieces]
        ends = list(accumulate(widths, initial=LEFT))
        for piece, x1, x2 in zip(self.pieces, ends, ends[1:], strict=False):
            yield *piece, x1, x2

    def x(self, at: datetime) -> float:
        """Where an instant lies; what is before the first or after the last piece lies at its edge."""
        for a, b, _, x1, x2 in self.edges():
            if at <= b:
                return x1 + max(_length(a, at), timedelta()) / _length(a, b) * (x2 - x1)
        return WIDTH - RIGHT


def _length(a: datetime, b: datetime) -> timedelta:
    """The time from one instant to another; Python would subtract two of one zone by the wall clock."""
    return b.astimezone(UTC) - a.astimezone(UTC)


def _pieces(calendar: sc.Calendar, start: datetime, end: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
    at = start
    for span in calendar.spans(start, end):
        if at < span.start:
            yield at, span.start, False
        yield span.start, span.end, True
        at = span.end
    if at < end:
        yield at, end, False


def picture(title: str, note: str, lanes: Sequence[Lane], marks: Mapping[str, datetime], scale: Scale) -> str:
    """The lanes over one axis, with lines through all of them at the marks."""
    foot = TOP + LANE * len(lanes)
    labels, rows = _labels(marks, scale, foot)
    height = foot + 16 * rows + 36
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'role="img" font-family="sans-serif">',
        f"<title>{escape(f'{title}. {note}')}</title>",
        f'<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8" fill="white" stroke="#ccd3d8"/>',
        _text(16, 25, title, 15, weight="bold"),
        _text(16, 44, note, 12, fill=QUIET),
        *_axis(scale, foot),
        *_lines(marks, scale, foot),
    ]
    for number, lane in enumerate(lanes):
        parts += _lane(lane, scale, TOP + LANE * number)
    parts += labels
    return "\n".join([*parts, *_key(height - 14), "</svg>", ""])


def _axis(scale: Scale, foot: int) -> Iterator[str]:
    """The days and their hours, and bands for when the desk is closed."""
    for a, b, is_open, x1, x2 in scale.edges():
        if not is_open:
            yield _box((x1, x2), (TOP - 12, foot), CLOSED, f"closed from {a:%a %H:%M} to {b:%a %H:%M}")
            continue
        names = (f"{a:%a} {a.day} {a:%B}", f"{a:%a} {a.day}", f"{a:%a}")
        name = next((name for name in names if len(name) * 6.5 < x2 - x1), names[-1])
        yield _text((x1 + x2) / 2, TOP - 25, name, 12, anchor="middle")
        hour = a.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        last = x1 - 4
        while hour < b:
            x = scale.x(hour)
            if hour.hour % 2 == 0 and last + 12 < x < x2 - 6:
                last = x
                yield _text(x, TOP - 12, f"{hour:%H}", 10, fill=QUIET, anchor="middle")
            hour = (hour.astimezone(UTC) + timedelta(hours=1)).astimezone(a.tzinfo)


def _lines(marks: Mapping[str, datetime], scale: Scale, foot: int) -> Iterator[str]:
    """Dashed lines at the marks."""
    for at in marks.values():
        line = f"M{scale.x(at):.1f},{TOP - 8} V{foot + 4}"
        yield f'<path d="{line}" stroke="{INK}" stroke-width="1" stroke-dasharray="2 3"/>'


def _labels(marks: Mapping[str, datetime], scale: Scale, foot: int) -> tuple[list[str], int]:
    """The names of the marks under their lines, on as few rows as have room."""
    parts, ends = [], list[float]()
    for name, at in marks.items():
        x, text = scale.x(at), f"{name} {at:%a %H:%M}"
        length = len(text) * 6.0
        anchor: Literal["start", "end"] = "start" if x + length < WIDTH - 8 else "end"
        first = x if anchor == "start" else x - length
        row = next((row for row, end in enumerate(ends) if end + 10 < first), len(ends))
        ends[row : row + 1] = [first + length]
        parts.append(_text(x, foot + 16 + 16 * row, text, 11, anchor=anchor))
    return parts, len(ends)


def _lane(lane: Lane, scale: Scale, top: int) -> Iterator[str]:
    yield _text(16, top + 26, lane.name, 13, weight="bold")
    yield _text(16, top + 42, lane.note, 11, fill=QUIET)
    middle = top + 28
    for cycle in lane.cycles:
        rows = cycle.explain("now").rows
        for row in rows:
            yield from _stretch(row, cycle, scale, middle)
        x1, x2 = scale.x(rows[0].start), scale.x(rows[-1].end)
        if len(lane.cycles) > 1:
            yield f'<path d="M{x1:.1f},{middle - 11} v22" stroke="white" stroke-width="2"/>'
        yield _sign(cycle.state, max(x2 - 9, x1 + 6), middle - 18)
        last = scale.pieces[-1][1] if lane.dues else rows[-1].end
        if cycle.due is not None and cycle.due <= last:
            x, about = scale.x(cycle.due), f"<title>due {cycle.due:%a %H:%M}</title>"
            yield f'<path d="M{x:.1f},{middle + 11} l-4.5,8 h9 z" fill="{INK}">{about}</path>'
            if lane.dues:
                yield _text(min(x, WIDTH - 34), middle + 30, f"due {cycle.due:%H:%M}", 10, anchor="middle")


def _stretch(row: sc.LedgerRow, cycle: sc.Assessment, scale: Scale, middle: int) -> Iterator[str]:
    """A row of a ledger: tall where it counts, taller where it is late, low where the clock is stopped."""
    if row.kind == "paused":
        width = scale.x(row.start), scale.x(row.end)
        yield _box(width, (middle - 3, middle + 3), STOPPED, f"{row.why}: the clock stands still")
    if row.kind != "counted":
        return
    due = row.end if cycle.due is None else min(max(cycle.due, row.start), row.end)
    for start, end, reach, colour, what in ((row.start, due, 8, COUNTED, "counted"), (due, row.end, 11, LATE, "late")):
        if start < end:
            about = f"{what} {start:%a %H:%M} to {end:%a %H:%M}"
            x = scale.x(end)
            yield _box((min(scale.x(start), x - 3), x), (middle - reach, middle + reach), colour, about)


def _key(y: float) -> Iterator[str]:
    """What the signs mean."""
    x = 16.0
    signs = (
        (f'<rect x="0" y="-9" width="14" height="10" fill="{COUNTED}"/>', "counts"),
        (f'<rect x="0" y="-10" width="14" height="13" fill="{LATE}"/>', "counts, past its due time"),
        (f'<rect x="0" y="-6" width="14" height="5" fill="{STOPPED}"/>', "stopped by a pause"),
        (f'<rect x="0" y="-10" width="14" height="13" fill="{CLOSED}"/>', "desk closed"),
        (f'<path d="M7,-9 l-4.5,8 h9 z" fill="{INK}"/>', "due"),
        (_sign("met", 7, -4), "met"),
        (_sign("breached", 7, -4), "missed"),
    )
    for sign, text in signs:
        yield f'<g transform="translate({x:.1f},{y})">{sign}{_text(19, 0, text, 11, fill=QUIET)}</g>'
        x += 36 + len(text) * 6.0


def _sign(state: str, x: float, y: float) -> str:
    """A tick or a cross."""
    path, colour = _SIGNS[state]
    style = f'fill="none" stroke="{colour}" stroke-width="2"'
    return f'<path transform="translate({x:.1f},{y})" d="{path}" {style}><title>{state}</title></path>'


def _box(x: tuple[float, float], y: tuple[int, int], fill: str, about: str) -> str:
    size = f'width="{max(x[1] - x[0], 0.5):.1f}" height="{y[1] - y[0]}"'
    return f'<rect x="{x[0]:.1f}" y="{y[0]}" {size} fill="{fill}"><title>{escape(about)}</title></rect>'


def _text(
    x: float,
    y: float,
    text: str,
    size: int,
    *,
    fill: str = INK,
    anchor: Literal["start", "middle", "end"] = "start",
    weight: str = "normal",
) -> str:
    style = f'font-size="{size}" fill="{fill}" text-anchor="{anchor}" font-weight="{weight}"'
    style += ' paint-order="stroke" stroke="white" stroke-width="3"'  # nothing runs through it
    return f'<text x="{x:.1f}" y="{y}" {style}>{escape(text)}</text>'
