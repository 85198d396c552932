"""What a notebook's cell shows, in whichever notebook: styles of its own, which take only the colour of its text.

A host's theme gives the colour of the text and of what is behind it; all else is made of that, so that a cell reads in
a light theme and in a dark one, and nothing of the host's layout of tables is relied on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files

from .safe_texts import html_text, shown
from .tables import Html, html_table

_ROOT = re.compile(r"\.sla(?![\w-])")
_CELL = ".sla.cell.slaclock"
"""The cells' root, by more classes than any rule for a host's tables has, which would else go before a cell's own."""


@cache
def looks() -> str:
    """The styles that cells and the page of a report share."""
    return files("slaclock.formats").joinpath("looks/looks.css").read_text(encoding="utf-8")


def _scoped(styles: str) -> str:
    """Styles of a page as those of a cell, which go before a host's."""
    return _ROOT.sub(_CELL, styles)


@cache
def _style(own: str = "") -> str:
    """The styles of a cell, some of its own between those that it shares and what makes them fit a host."""
    last = files("slaclock.formats").joinpath("looks/cell.css").read_text(encoding="utf-8")
    return f"<style>{_scoped(looks() + own + last)}</style>"


def cell(*parts: str, styles: str = "") -> str:
    """Parts of HTML as a cell, with the styles for all the cells in it; `styles` are more of its own."""
    return f'<div class="sla cell slaclock">{_style(styles)}{"".join(parts).replace(_style(), "")}</div>'


def paragraph(text: str, kind: str = "") -> str:
    """A line of text, of one of the kinds that the styles know: lead, note, verdict."""
    return f"<p{_class(kind)}>{html_text(text)}</p>" if text else ""


def table_html(
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    right: frozenset[int] = frozenset(),
    title: str = "",
    note: str = "",
) -> str:
    """A table that scrolls by itself where it is wide or long, with its title and what a reader must know."""
    lines = [[text if isinstance(text, Html) else shown(text) for text in row] for row in rows]
    region = f'<div class="scroll" tabindex="0" role="group" aria-label="{html_text(title or header[0])}: table">'
    return f"{paragraph(title, 'lead')}{region}{html_table(header, lines, right)}</div>{paragraph(note, 'note')}"


def facts_html(facts: Iterable[tuple[str, str]]) -> str:
    """What is said of something, each under its name, in a line."""
    said = "".join(f"<div><dt>{html_text(name)}</dt> <dd>{html_text(text)}</dd></div>" for name, text in facts)
    return f'<dl class="facts">{said}</dl>'


def folded(title: str, *parts: str) -> str:
    """Parts of HTML under a title that opens them."""
    return f"<details><summary>{html_text(title)}</summary>{''.join(parts)}</details>"


def bar_html(pieces: Sequence[tuple[float, float, str]], kind: str = "", text: str = "") -> Html:
    """A small bar for a row of a table: pieces from 0 to 1, each `used`, `wait` or `bad`, and a text beside it."""
    drawn = "".join(
        f'<rect class="{what}" x="{start * 72:.1f}" width="{max((end - start) * 72, 0.5):.1f}" y="1" height="8"/>'
        for start, end, what in pieces
    )
    box = f'<svg{_class(kind)} viewBox="0 0 72 10" preserveAspectRatio="none" aria-hidden="true">'
    beside = f'<span class="of">{html_text(text)}</span>' if text else ""
    return Html(f'<span class="bar">{box}<rect class="all" width="72" y="1" height="8"/>{drawn}</svg>{beside}</span>')


def _class(kind: str) -> str:
    return f' class="{kind}"' if kind else ""
