"""A report as text and as Markdown, and the files that pages are written to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from slaclock.errors import InputError
from slaclock.figures.report_figures import ReportFigures
from slaclock.formats.files import write_whole
from slaclock.formats.safe_texts import shown_lines
from slaclock.formats.tables import markdown_table, markdown_text, text_table

from .headings import findings_of, lead_of, notes_of, title_of
from .sections import sections_of

PRINT = "write a .html file, and print it to PDF from a browser: the page is made for A4"
_KNOWN = (".html", ".md", ".json", ".pdf", ".docx", ".pptx", ".xlsx", ".csv", ".png", ".svg")


def text(report: ReportFigures) -> str:
    """The report as plain text."""
    parts = [title_of(report), lead_of(report), *findings_of(report), *notes_of(report)]
    for section in sections_of(report):
        said = [section.title, *([section.finding] if section.finding else ())]
        note = [section.note] if section.note else []
        parts += ["", *said, text_table(section.header, section.lines, section.right), *note]
    return shown_lines("\n".join(parts).rstrip())


def markdown(report: ReportFigures) -> str:
    """The report as Markdown."""
    said = "\n".join(f"- {markdown_text(finding)}" for finding in findings_of(report))
    parts = [f"# {markdown_text(title_of(report))}", lead_of(report), *([said] if said else ())]
    parts += map(shown_lines, notes_of(report))
    for section in sections_of(report):
        table = markdown_table(section.header, section.lines, section.right)
        parts += [f"## {section.title}", markdown_text(section.finding), table, section.note]
    return "\n\n".join(part for part in parts if part) + "\n"


def save(kinds: Mapping[str, Callable[[], str]], path: Path, kind: str | None = None) -> None:
    """Write a page to a file, of the kind that is given or that the file's name says."""
    kind = path.suffix.lower() if kind is None else kind
    if kind not in kinds:
        remedy = PRINT if kind == ".pdf" else "name a .html, .md or .json file"
        raise InputError(f"cannot tell what to write to {str(path)!r}", remedy)
    check_suffix(path, kind)
    write_whole(path, kinds[kind]())


def check_suffix(path: Path, kind: str) -> None:
    """An error where the name of a file says that it is of a kind that is not to be written."""
    suffix = path.suffix.lower()
    if suffix != kind and suffix in _KNOWN:
        remedy = PRINT if suffix == ".pdf" else f"name a {kind} file"
        raise InputError(f"{str(path)!r} is no name for a {kind} file", remedy, value=str(path))
