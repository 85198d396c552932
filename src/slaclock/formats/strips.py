"""Strips of time as pictures in HTML: what was counted, what was not and why, and instants beside them.

What a colour tells is told by a shape too: each kind of stretch has heights of its own. No picture refers to another
by an id, so that several stand on one page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from .safe_texts import html_text, shortened

WIDTH = 240
"""How many stretches a strip has at most: what is shorter is shown by what there is most of beside it."""
_HEIGHT = 10
_PATTERNS = 3  # so many reasons have a pattern of their own, and all others one together
_FULL = ((0.0, 10.0),)
_SHAPES: Mapping[str, Sequence[tuple[float, float]]] = {
    "counted": _FULL,
    "late": _FULL,
    "ahead": ((0.0, 1.4), (8.6, 1.4)),
    "closed": ((4.2, 1.6),),
    "paused-1": ((1.5, 7.0),),
    "paused-2": ((0.5, 3.4), (6.1, 3.4)),
    "paused-3": ((0.0, 2.0), (4.0, 2.0), (8.0, 2.0)),
    "paused-4": ((6.0, 4.0),),
}
"""What a kind of stretch looks like: the tops and heights of its lines."""


class Stretch(NamedTuple):
    """A stretch of a strip, and of which kind it is."""

    start: int
    end: int
    kind: str


class StripMark(NamedTuple):
    """An instant on a strip: its place in percent, and its label, which stands `above` the strip or else below it."""

    place: float
    label: str
    above: bool = False

    @property
    def right(self) -> bool:
        """Whether its label stands to the left of it, so that it does not leave the strip."""
        return self.place > 50


class Look(NamedTuple):
    """How something is drawn: the kind of its stretches, and its name in the legend."""

    kind: str
    name: str


def looks_of(reasons: Iterable[str]) -> tuple[Mapping[str, str], list[Look]]:
    """The kind of stretch for each reason to pause, and what the legend says of them."""
    kinds = {reason: f"paused-{min(number, _PATTERNS) + 1}" for number, reason in enumerate(dict.fromkeys(reasons))}
    legend = [Look(kind, f"paused: {reason}") for reason, kind in kinds.items()][:_PATTERNS]
    if len(kinds) > _PATTERNS:
        others = len(kinds) - _PATTERNS
        legend.append(
            Look(f"paused-{_PATTERNS + 1}", f"paused for {'another reason' if others == 1 else 'other reasons'}")
        )
    return kinds, legend


def strip_html(stretches: Iterable[Stretch], first: int, last: int, marks: Sequence[StripMark], alt: str) -> str:
    """The strip of some stretches between two instants, and instants beside it; `alt` says in words what it shows."""
    due, ends = [], []
    for mark in marks:
        label = html_text(shortened(mark.label))
        if mark.above:
            side = f"right:{100 - mark.place:.2f}%" if mark.right else f"left:{mark.place:.2f}%"
            due.append(f'<i style="left:{mark.place:.2f}%"></i><span style="{side}">{label}</span>')
        else:
            # The last label ends where its mark is, if it has room before it.
            after = f"{100 - mark.place:.2f}%" if mark.right else "auto"
            side = f' style="margin-right:{after}"' if 0 < mark.place < 100 else ""
            ends.append(f"<span{side}>{label}</span>")
    above = f'<div class="due">{"".join(due)}</div>' if due else ""
    paths = "".join(_path(kind, d) for kind, d in _paths(stretches, first, last))
    said = html_text(shortened(alt))
    picture = f'<svg viewBox="0 0 {WIDTH} {_HEIGHT}" preserveAspectRatio="none" role="img" aria-label="{said}">'
    below = f'<figcaption class="ends">{" ".join(ends)}</figcaption>'
    return f'<figure class="strip">{above}\n{picture}{paths}</svg>\n{below}</figure>'


def legend_html(legend: Sequence[Look]) -> str:
    """What the kinds of stretches mean, beside how they look."""
    box = f'<svg width="22" height="12" viewBox="0 0 22 {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
    looks = (
        f"<li>{box}{_path(look.kind, _piece(look.kind, 0, 22))}</svg>{html_text(shortened(look.name))}</li>"
        for look in legend
    )
    return f'<ul class="key legend">{"".join(looks)}</ul>'


def _path(kind: str, d: str) -> str:
    return f'<path class="f-{kind.partition("-")[0]}" d="{d}"/>'


def _piece(kind: str, at: int, length: int) -> str:
    return "".join(f"M{at} {top:g}h{length}v{height:g}h-{length}z" for top, height in _SHAPES[kind])


def _paths(stretches: Iterable[Stretch], first: int, last: int) -> list[tuple[str, str]]:
    """Stretches of a strip as paths, by what they are; those without any are left out."""
    paths: dict[str, str] = {}
    at = 0
    for kind, run in groupby(_cells(stretches, first, last)):
        length = len(list(run))
        if kind:
            paths[kind] = paths.get(kind, "") + _piece(kind, at, length)
        at += length
    return list(paths.items())


def _cells(stretches: Iterable[Stretch], first: int, last: int) -> Iterator[str]:
    """What each of the narrow cells of a strip shows: what it has most of, but closed only where nothing is open."""
    amounts: list[dict[str, float]] = [{} for _ in range(WIDTH)]
    scale = WIDTH / ((last - first) or 1)
    for start, end, kind in stretches:
        _add(amounts, (start - first) * scale, (end - first) * scale, kind)
    for amount in amounts:
        opened = {kind: length for kind, length in amount.items() if kind != "closed"} or amount
        yield max(opened, key=opened.__getitem__, default="")


def _add(amounts: list[dict[str, float]], start: float, end: float, kind: str) -> None:
    for cell in range(max(int(start), 0), min(int(end), WIDTH - 1) + 1):
        length = min(end, cell + 1) - max(start, cell)
        if length > 0:
            amounts[cell][kind] = amounts[cell].get(kind, 0.0) + length
