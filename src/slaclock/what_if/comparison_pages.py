"""A comparison as a page: text and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slaclock.formats.cells import cell, paragraph
from slaclock.formats.counts import count_text
from slaclock.formats.safe_texts import shown_lines
from slaclock.formats.tables import instant_text, markdown_table, markdown_text, percent_text, text_table
from slaclock.reporting.section import Section, section_html

from .comparison_figures import ChangedItem, ComparedFigures, ComparisonFigures

MOST = 20
"""So many changed items are listed in the text; the value has all of them."""


def text(comparison: ComparisonFigures) -> str:
    """The comparison as plain text."""
    parts = [finding_of(comparison), *flips_of(comparison)]
    for section in sections_of(comparison, MOST):
        parts += ["", section.title, text_table(section.header, section.rows, section.right)]
        parts += [section.note] if section.note else []
    return shown_lines("\n".join(parts).rstrip())


def markdown(comparison: ComparisonFigures) -> str:
    """The comparison as Markdown, with every changed item."""
    parts = [f"# {markdown_text(f'{comparison.old} and {comparison.new}')}", f"{finding_of(comparison)}."]
    parts += ["\n".join(f"- {flip.strip()}" for flip in flips_of(comparison))] if comparison.flips else []
    for section in sections_of(comparison):
        table = markdown_table(section.header, section.rows, section.right)
        parts += [f"## {section.title}", table, *([section.note] if section.note else ())]
    return "\n\n".join(parts) + "\n"


def cell_html(comparison: ComparisonFigures) -> str:
    """The comparison for a notebook's cell, with the first of the changed items."""
    parts = [paragraph(finding_of(comparison), "lead"), *(paragraph(flip.strip()) for flip in flips_of(comparison))]
    return cell(*parts, *map(section_html, sections_of(comparison, MOST)))


def finding_of(comparison: ComparisonFigures) -> str:
    """How many change their state, and how many their due date."""
    figures, one = comparison.overall, comparison.items[:-1]
    all_of_them = count_text(figures.items, one)
    state = f"{figures.flips:,} of {all_of_them} {'changes its state' if figures.flips == 1 else 'change their states'}"
    due = f"{figures.moved:,} {'has another due date' if figures.moved == 1 else 'have another due date'}"
    return f"{state}, and {due}"


def flips_of(comparison: ComparisonFigures) -> list[str]:
    """From which state to which how many go, a line each."""
    return [f"  {flip.old or 'none'} -> {flip.new or 'none'}: {flip.count:,}" for flip in comparison.flips]


def sections_of(comparison: ComparisonFigures, most: int | None = None) -> Iterator[Section]:
    """The tables, those that say nothing more left out."""
    if not comparison.changed:
        return
    yield _figures("By priority", ("kind", "priority"), comparison.by_priority, comparison)
    if len(comparison.by_period) > 1:
        yield _figures(f"By {comparison.period}", ("period",), comparison.by_period, comparison)
    yield _changed(comparison, most)


def _figures(
    title: str, names: Sequence[str], groups: Sequence[ComparedFigures], comparison: ComparisonFigures
) -> Section:
    header = (*names, comparison.items, "change their state", "other due dates", "within target", "was")
    rows = []
    for figures in groups:
        labels = {
            "kind": figures.kind or "-",
            "priority": figures.priority or "-",
            "period": "-" if figures.period is None else figures.period.label,
        }
        counts = (figures.items, figures.flips, figures.moved)
        shares = percent_text(figures.new_share), percent_text(figures.old_share)
        rows.append((*(labels[name] for name in names), *(f"{count:,}" for count in counts), *shares))
    return Section(title, header, rows, frozenset(range(len(names), len(header))))


def _changed(comparison: ComparisonFigures, most: int | None) -> Section:
    cycles = comparison.items == "cycles"
    header = ("ticket", *(["cycle"] if cycles else ()), "priority", "state", "due", "was due", "where the time parts")
    shown = comparison.changed[:most]
    rows = [
        (
            item.ticket,
            *([str(item.cycle or "-")] if cycles else ()),
            item.priority or "-",
            _state(item),
            instant_text(item.new_due, none="-"),
            instant_text(item.old_due, none="-") if item.moved else "the same",
            item.stretch,
        )
        for item in shown
    ]
    left = len(comparison.changed) - len(shown)
    note = f"and {left:,} more, which the frame and JSON have." if left else ""
    return Section(f"The {comparison.items} that change", header, rows, frozenset(), note)


def _state(item: ChangedItem) -> str:
    if not item.flips:
        return item.new_state or "none"
    return f"{item.old_state or 'none'} -> {item.new_state or 'none'}"
