"""Plain rows to text, Markdown and HTML; knows no class of this library, so that any floor may use it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from fractions import Fraction
from html import escape
from typing import NamedTuple

from .safe_texts import shown, shown_lines

_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

GAP = 2
"""The width between two columns of text."""


class Html(str):
    """What is HTML already, and safe: a picture in a cell of a table."""

    __slots__ = ()


_NUMBER, _SHORT, _SHORTER = ' class="n"', ' class="k"', 24


class Column(NamedTuple):
    """A column of a table: its name, and as which it is dropped where a terminal is narrow (0: never)."""

    name: str
    dropped: int = 0
    right: bool = False


def instant_text(at: datetime | None, none: str = "") -> str:
    """A local date and time for reading, such as `Fri 6 Apr 2018 16:30`; seconds where there are any, cut short.

    In an hour that a clock change repeats its offset says which of the two it is: `Sun 28 Oct 2018 01:30+00:00`.
    """
    if at is None:
        return none
    seconds = f":{at.second:02d}" if at.second else ""
    return f"{weekday_text(at)} {at.hour:02d}:{at.minute:02d}{seconds}{_offset_if_repeated(at)}"


def _offset_if_repeated(at: datetime) -> str:
    first, second = (at.replace(fold=fold).utcoffset() for fold in (0, 1))
    # In an hour that is skipped the later offset is the greater one.
    repeated = first is not None and second is not None and first > second
    return at.isoformat(timespec="seconds")[19:] if repeated else ""


def weekday_text(day: date) -> str:
    """A date for reading as an instant has it, such as `Fri 6 Apr 2018`."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year:04d}"


def date_text(day: date) -> str:
    """A date for reading, such as `6 April 2018`."""
    return f"{day.day} {day:%B} {day.year}"


def text_table(header: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Rows as aligned columns under a header; `right` names the columns that are aligned to the right."""
    lines = [[shown(cell) for cell in line] for line in (header, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(header))]
    table = "\n".join(
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )
    return shown_lines(table)


def fitting(columns: Sequence[Column], widths: Sequence[int], width: int | None) -> list[int]:
    """Which columns of such widths are shown: all, or on a narrow terminal those that are left when enough are dropped.

    >>> columns = [Column("ticket"), Column("kind", dropped=1), Column("due", dropped=2)]
    >>> fitting(columns, [6, 15, 21], 80), fitting(columns, [6, 15, 21], 40), fitting(columns, [6, 15, 21], 5)
    ([0, 1, 2], [0, 2], [0])
    """
    kept = list(range(len(columns)))
    for place in sorted((place for place in kept if columns[place].dropped), key=lambda place: columns[place].dropped):
        if width is None or sum(widths[other] + GAP for other in kept) - GAP <= width:
            break
        kept.remove(place)
    return kept


def percent_text(share: Fraction | None, none: str = "-") -> str:
    """A share for reading, to a tenth of a percent, such as `79.9 %`; cut, so that none looks like more than it is."""
    return none if share is None else tenths_text(share).replace(".0 %", " %")


def tenths_text(share: Fraction | None, none: str = "-") -> str:
    """The same for reading one below the other: always with the tenth, such as `80.0 %`."""
    if share is None:
        return none
    tenths = share * 1000 // 1
    return f"{tenths // 10}.{tenths % 10} %"


def cut_text(share: Fraction | None, decimals: int, none: str = "-") -> str:
    """The same with so many decimals, such as `99.95 %`; one that is less than 100 % never reads so."""
    if share is None:
        return none
    digits = f"{share * 100 * 10**decimals // 1:0{decimals + 1}d}"
    return f"{digits[:-decimals]}.{digits[-decimals:]} %"


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset()) -> str:
    """Rows as a table of Markdown; what would end a cell or begin a tag is escaped."""
    rule = ["---:" if column in right else "---" for column in range(len(header))]
    lines = [[_markdown_cell(cell) for cell in line] for line in (header, *rows)]
    return "\n".join("| " + " | ".join(line) + " |" for line in (lines[0], rule, *lines[1:]))


def html_table(
    header: Sequence[str], rows: Iterable[Sequence[str]], right: frozenset[int] = frozenset(), caption: str = ""
) -> str:
    """Rows as a table of HTML, every cell escaped but those that are `Html`; the first cell of a row is its heading.

    Cells of the class `n` are numbers, and those of `k` are short: neither is broken into lines.
    """
    head = "".join(
        f'<th scope="col"{_NUMBER if column in right else ""}>{escape(name)}</th>' for column, name in enumerate(header)
    )
    body = []
    for line in rows:
        (kind, first), *others = (
            (_NUMBER if column in right else _SHORT if len(text) < _SHORTER else "", _html_cell(text))
            for column, (text, _) in enumerate(zip(line, header, strict=True))
        )
        cells = "".join(f"<td{kind}>{text}</td>" for kind, text in others)
        body.append(f'<tr><th scope="row"{kind}>{first}</th>{cells}</tr>')
    title = f"<caption>{escape(caption)}</caption>" if caption else ""
    return f"<table>{title}<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _html_cell(text: str) -> str:
    return text if isinstance(text, Html) else escape(text)


def _markdown_cell(text: str) -> str:
    text = markdown_text(text)
    return text.replace("|", "\\|")


def markdown_text(text: str) -> str:
    """A text on one line of Markdown, which means no more than itself."""
    for sign in "\\<>`*_[]":
        text = text.replace(sign, "\\" + sign)
    return shown(" ".join(text.split()))
