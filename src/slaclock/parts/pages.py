"""A policy's chains as a page: text, Markdown and a notebook's cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from slaclock.formats.counts import count_text
from slaclock.formats.pages import PageTable, cell_page, markdown_page, text_page
from slaclock.formats.plain_times import just_text, wait_text
from slaclock.policy.asked import notes_of_policies

from . import bars
from .figures import ChainClock, ChainFigures, ChainResult
from .texts import MOST, shown_parts, whose, worst_text


def text(figures: ChainFigures) -> str:
    """The chains as plain text."""
    return text_page(title_of(figures), notes_of(figures), tables_of(figures))


def markdown(figures: ChainFigures) -> str:
    """The chains as Markdown."""
    return markdown_page(title_of(figures), notes_of(figures), tables_of(figures))


def cell_html(figures: ChainFigures) -> str:
    """The chains for a notebook's cell, with the worst opening of all."""
    worst = max(figures.chains, key=lambda result: result.excess, default=None)
    drawn = "" if worst is None else bars.drawing(worst)
    return cell_page(title_of(figures), notes_of(figures), tables_of(figures), below=drawn)


def title_of(figures: ChainFigures) -> str:
    """What is told."""
    return f"Whether the parts keep the whole in {figures.period.label}: {figures.name}"


def answer_of(figures: ChainFigures) -> str:
    """How many chains there are, and what the worst of them comes to."""
    if not figures.chains:
        return "no chains"
    late = [result for result in figures.chains if not result.kept]
    count = count_text(len(figures.chains), "chain")
    if not late:
        return f"{count}, which {'keeps' if len(figures.chains) == 1 else 'keep'} what is promised"
    worst = max(late, key=lambda result: result.excess)
    how_many = "" if len(figures.chains) == 1 else f" {len(late)} of them"
    return f"{count},{how_many} late by up to {wait_text(worst.excess)}"


def notes_of(figures: ChainFigures) -> list[str]:
    """What a reader must know to read the figures."""
    if not figures.chains:
        own = "The policy has" if len(figures.policies) == 1 else "The policies have"
        return [f"{own} no chains."]
    notes = [
        f"Over every opening of {count_text(figures.days, 'day')}, at whatever hour, if each part begins when the one "
        "before it is due and takes until its own deadline. Lengths are of plain time."
    ]
    stopping = dict.fromkeys(part.measure for result in figures.chains for part in result.parts if part.stops)
    if stopping:
        notes.append(f"The clock of the whole stands still during {' and '.join(stopping)}.")
    if len(figures.chains) > MOST or any(len(result.parts) > MOST for result in figures.chains):
        notes.append(
            f"Of the clocks at worst those of the {MOST} latest chains of a policy are shown, of a chain no more than "
            f"{MOST} parts; JSON has all."
        )
    return [*notes, *notes_of_policies(figures.policies, figures.period)]


def tables_of(figures: ChainFigures) -> Iterator[PageTable]:
    """The chains, and of each its worst opening; of a book those of each policy."""
    for own in figures.policies:
        chains = [result for result in figures.chains if result.policy == own.name]
        if chains:
            of_book = len(figures.policies) > 1
            yield from _tables(chains, f"{own.name}, {count_text(own.days, 'day')}: " if of_book else "")


def _tables(chains: Sequence[ChainResult], of_policy: str) -> Iterator[PageTable]:
    rows = [
        (
            result.name,
            result.kind,
            result.priority or "-",
            f"{result.whole.measure} {result.whole.target}",
            _parts_text(result),
            worst_text(result),
            share_text(result.late_share),
        )
        for result in chains
    ]
    header = ("chain", "kind", "priority", "promised", "parts", "at worst", "late openings")
    yield PageTable(f"{of_policy}the chains" if of_policy else "The chains", header, rows, frozenset({6}))
    latest = sorted(chains, key=lambda result: result.excess, reverse=True)[:MOST]
    for result in chains:
        if not any(result is own for own in latest):
            continue
        parts, left = shown_parts(result)
        clocks = [_row(part.measure, part) for part in parts]
        if left:
            clocks.insert(-1, (f"and {left:,} more", "", "", "", ""))
        clocks.append(_row(f"{result.whole.measure}, as promised", result.whole))
        yield PageTable(f"{of_policy}{whose(result)}, at worst", ("clock", "target", "calendar", "from", "due"), clocks)


def _row(name: str, clock: ChainClock) -> tuple[str, ...]:
    return name, str(clock.target), clock.calendar, just_text(clock.start), just_text(clock.due)


def _parts_text(result: ChainResult) -> str:
    parts, left = shown_parts(result)
    texts = [f"{part.measure} {part.target}" for part in parts]
    if left:
        texts.insert(-1, f"{left:,} more")
    return " + ".join(texts)


def share_text(share: Fraction) -> str:
    """A share of openings in percent, such as 12.3 %."""
    if 0 < share < Fraction(1, 1000):
        return "< 0.1 %"
    return f"{float(share * 100):.1f} %"
