"""Promises in tables, by the words of their headers: priorities down and measures across, or the other way round."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from slaclock.policy.measures import Measure

from .amounts import Amount, Unclear, amounts_of, only_amount
from .day_words import clear_time
from .labels import Label
from .passages import Cell, Grid, Passage, plain
from .sentences import SHARE, Context, context_of, hours_said, read_passages, read_sentence
from .statements import Statement, TargetSaid, Unread, Words, quoted
from .week_words import WeekUnclear, week_of

_PRIORITY = re.compile(r"priorit\w*|severity|sev\b|level\b|urgency")
_KIND = re.compile(r"\bkind\b|\btype\b|category|categories|request\b|\bservice\b|channel|contact method")
_STATISTIC = re.compile(
    r"least|longest|average|mean\b|median|half of|\d of \d|actual|achieved|elapsed|last (?:month|year)"
)
"""Columns of what was or may be, and not of what is promised."""
_TARGET = re.compile(
    r"\btarget\w*|timescales?|time ?frames?|\btime\b|within|\bsla\b|metric|promised|turn-?around|goal|standard"
)
_PROMISED = re.compile(r"\btarget|promised|\bsla\b|timescale")
"""Of several columns those that say it plainly."""
_TEXTS = re.compile(
    r"descri\w+|example\w*|definition|impact|criteria|notes?\b|comment|action|detail|opened|just after|owner"
)
_SHARE_HEAD = re.compile(r"%|per ?cent|performance|compliance|achieve\w*|kpi|target")
_UNIT = re.compile(r"\b(?:(working|business|service)\s)?(minutes?|mins?|hours?|hrs?|days?)\b")
_NONE = re.compile(r"(?:-+|–|—|n/?a|none|not applicable|no target|nil)?")
_OTHER_HOURS = re.compile(r"out[- ]of[- ]hours|outside|weekends?|after hours|non-core")
_LONGEST = 80  # signs of a cell that is one of a row, and no part of a page laid out by a table
_TRANSPOSED = 2  # priorities in the header, so that a table lies on its side


def read_grid(grid: Grid, words: Words) -> Iterator[Statement]:
    """What a table promises."""
    rows = _with_one_header([list(row) for row in grid.rows])
    if len(rows) > 1 and _lies_on_its_side(rows, words):
        width = max(map(len, rows))
        rows = [
            [row[number] if number < len(row) else Cell("", row[0].line) for row in rows] for number in range(width)
        ]
    context = context_of(grid.headings, words)
    roles = _Roles(rows, words) if len(rows) > 1 and _has_header(rows, words) else None
    if roles is None or not (roles.targets or roles.measures):
        body = rows if roles is None else _without_statistics(rows)
        yield from _row_by_row(body, grid.headings, words, context)
        return
    for row in rows[1:]:
        yield from _of_row(row, roles, words, context)


def _with_one_header(rows: list[list[Cell]]) -> list[list[Cell]]:
    """The rows, those at the top that are headings throughout made one, each column with all that stands above it."""
    depth = next((number for number, row in enumerate(rows) if not all(cell.is_head for cell in row)), 0)
    if depth < 2:
        return rows
    width = max(map(len, rows[:depth]))
    columns = [[row[number].text for row in rows[:depth] if number < len(row)] for number in range(width)]
    return [[Cell(" ".join(dict.fromkeys(texts)), rows[0][0].line, True) for texts in columns], *rows[depth:]]


class _Roles:
    """What each column of a table has, by its header and its cells."""

    def __init__(self, rows: Sequence[Sequence[Cell]], words: Words) -> None:
        header, body = rows[0], rows[1:]
        texts = [plain(cell.text) for cell in header]
        columns = [[row[number].text for row in body if number < len(row)] for number in range(len(header))]
        self.header = [cell.text for cell in header]
        self.measures: dict[int, Measure] = {}
        self.targets: list[int] = []
        self.shares: list[int] = []
        self.naming: int | None = None
        for number, (text, cells) in enumerate(zip(texts, columns, strict=True)):
            filled = [cell for cell in cells if not _NONE.fullmatch(plain(cell).strip())]
            if filled and all(SHARE.fullmatch(plain(cell).strip()) for cell in filled):
                if _SHARE_HEAD.search(text):
                    self.shares.append(number)
                continue
            has_amounts = any(any(True for _ in amounts_of(cell)) for cell in filled) or _UNIT.search(text) is not None
            measured = (words.measures.only([cell]) and len(cell.split()) < 6 for cell in filled)
            if filled and not has_amounts and all(measured):
                self.naming = number
                continue
            named = {own.measure for own in words.measures.within(text)}
            if _STATISTIC.search(text):
                continue
            if len(named) == 1 and not _TEXTS.search(text):
                self.measures[number] = next(iter(named))
            elif not named and _TARGET.search(text) and not _TEXTS.search(text) and has_amounts:
                self.targets.append(number)
        said = [number for number in self.targets if _PROMISED.search(texts[number])]
        self.targets = said or self.targets
        taken = {*self.measures, *self.targets, *self.shares, *([] if self.naming is None else [self.naming])}
        rest = [number for number in range(len(header)) if number not in taken]
        labelled = [n for n in rest if _PRIORITY.search(texts[n]) and _labels(columns[n], words)]
        labelled = labelled or [n for n in rest if _labels(columns[n], words) and not _TEXTS.search(texts[n])]
        self.label = labelled[0] if labelled else None
        self.names = [n for n in rest if n != self.label and len(columns[n]) and _is_name(texts[n], columns[n], words)]
        kinds = [
            n for n in rest if any(words.labels.kind_in(cell) for cell in columns[n]) and not _TEXTS.search(texts[n])
        ]
        self.kind = next((n for n in kinds if _KIND.search(texts[n])), kinds[0] if kinds else None)


def _labels(cells: Sequence[str], words: Words) -> bool:
    """Whether the cells of a column name priorities, as far as they have any text, for the most part."""
    filled = [cell for cell in cells if cell.strip()]
    labelled = sum(bool(words.labels.in_cell(cell)) and len(cell.split()) < 9 for cell in filled)
    return bool(filled) and 2 * labelled >= len(filled)


def _is_name(header: str, cells: Sequence[str], words: Words) -> bool:
    """Whether a column has the names of priorities whose numbers stand beside them."""
    short = all(len(cell.split()) <= 3 for cell in cells)
    named = [label for cell in cells for label in words.labels.in_cell(cell)]
    return short and not re.search(r"impact|urgency", header) and any(own.name is not None for own in named)


def _has_header(rows: Sequence[Sequence[Cell]], words: Words) -> bool:
    """Whether the first row says what the columns have: it names no amount."""
    first = rows[0]
    if any(isinstance(own, Amount) for cell in first for own in amounts_of(cell.text)):
        return False
    return all(cell.is_head for cell in first) or any(
        words.measures.within(cell.text) or _PRIORITY.search(plain(cell.text)) or _TARGET.search(plain(cell.text))
        for cell in first
    )


def _without_statistics(rows: Sequence[Sequence[Cell]]) -> list[list[Cell]]:
    """The rows below a header, without the columns of what was or may be."""
    left = [number for number, cell in enumerate(rows[0]) if not _STATISTIC.search(plain(cell.text))]
    return [[row[number] for number in left if number < len(row)] for row in rows[1:]]


def _lies_on_its_side(rows: Sequence[Sequence[Cell]], words: Words) -> bool:
    header = [cell.text for cell in rows[0][1:]]
    labelled = sum(bool(words.labels.in_cell(text)) for text in header)
    measured = sum(words.measures.only([row[0].text]) is not None for row in rows[1:] if row)
    return labelled >= _TRANSPOSED and labelled == len(header) and bool(measured)


def _of_row(row: Sequence[Cell], roles: _Roles, words: Words, context: Context) -> Iterator[Statement]:
    """What a row promises, a target for each of its columns that has one."""

    def text(number: int | None) -> str:
        return "" if number is None or number >= len(row) else row[number].text

    quote = quoted(" | ".join(dict.fromkeys(cell.text for cell in row if cell.text)))
    numbers = (*roles.measures, *roles.targets)
    if not any(isinstance(own, Amount) for number in numbers for own in amounts_of(text(number))):
        week = _week(row)
        if week is not None:
            yield from week
            return
    labels = words.labels.in_cell(text(roles.label)) or list(context.labels)
    names = [own.name for number in roles.names for own in words.labels.in_cell(text(number)) if own.name]
    if len(labels) == 1 and labels[0].name is None and len(names) == 1:
        labels = [labels[0]._replace(name=names[0])]
    kind = words.labels.kind_in(text(roles.kind)) or words.labels.kind_in(text(roles.label)) or context.kind
    shares = [SHARE.search(plain(text(number))) for number in roles.shares]
    share = next((Fraction(match[1]) for match in shares if match is not None), None)
    naming = words.measures.only([text(roles.naming)])
    for number, measure in sorted(
        {**dict.fromkeys(roles.targets, naming or context.measure), **roles.measures}.items()
    ):
        if number >= len(row) or (number in roles.targets and roles.measures and naming is None):
            continue
        cell = row[number]
        if _OTHER_HOURS.search(plain(roles.header[number])):
            if cell.text and not (number and row[number - 1] is cell):
                yield Unread(cell.line, quote, f"{quoted(cell.text)!r} is for other hours than those of the desk")
            continue
        if not labels and kind is None:
            if any(isinstance(own, Amount) for own in amounts_of(cell.text)):
                yield Unread(cell.line, quote, "it does not say of which kind or priority")
            continue
        own = _Row(quote, labels or [None], Context(kind, tuple(labels), measure), share)
        yield from _of_cell(cell, own, words, roles.header[number])


class _Row(NamedTuple):
    """What holds for the cells of a row."""

    quote: str
    labels: Sequence[Label | None]
    context: Context
    share: Fraction | None


def _of_cell(cell: Cell, row: _Row, words: Words, header: str) -> Iterator[Statement]:
    """The target that a cell sets for the priorities of its row."""
    quote, labels, context, share = row
    stripped = plain(cell.text).strip()
    unit = _UNIT.search(plain(header))
    said = " ".join(cell.text.split())
    answer = only_amount(cell.text, None if unit is None else unit[0])
    if _NONE.fullmatch(stripped):
        if stripped:
            for label in labels:
                yield TargetSaid(cell.line, quote, context.kind, label, context.measure, None, cell.text, share)
        return
    if answer is None:
        several = [own for own in amounts_of(cell.text) if isinstance(own, Unclear) or own.is_limit]
        own_share = SHARE.search(plain(cell.text))
        if len(several) == 1 and len({own.measure for own in words.measures.within(cell.text)}) <= 1:
            answer = several[0]
            said = cell.text[answer.start : answer.end]
            share = Fraction(own_share[1]) if own_share is not None else share
        elif several and words.measures.within(cell.text):
            yield from read_sentence(Passage(cell.text, ((0, cell.line),)), words, context)
            return
    if answer is None or isinstance(answer, Unclear):
        yield Unread(
            cell.line, quote, f"{quoted(cell.text)!r} is not one amount of time" if answer is None else answer.why
        )
        return
    if answer.clock is None and unit is not None and unit[1] is not None:
        answer = answer._replace(clock="working")
    if unit is not None and re.fullmatch(r"[\d.]+", said):
        said = f"{said} {unit[0]}"
    for label in labels:
        yield TargetSaid(cell.line, quote, context.kind, label, context.measure, answer, said, share)


def _week(row: Sequence[Cell]) -> list[Statement] | None:
    """The hours of a row that has days and times, None for any other."""
    texts = list(dict.fromkeys(cell.text for cell in row if cell.text))
    cells = _spans([cell.text for number, cell in enumerate(row) if cell.text and not _is_same(row, number)])
    joined = " ".join(text if text.endswith((":", ",")) else f"{text}," for text in dict.fromkeys(cells)).rstrip(",")
    week = week_of(joined)
    if week is None:
        return None
    if isinstance(week, WeekUnclear):
        return [Unread(row[0].line, quoted(" | ".join(texts)), week.why)]
    return [hours_said(week, row[0].line, " | ".join(texts))]


def _spans(cells: Sequence[str]) -> list[str]:
    """The texts of cells, those of a column for the opening and one for the closing as the one span they mean."""
    made: list[str] = []
    opening: str | None = None
    for text in cells:
        is_time = clear_time(plain(text).strip()) is not None
        if is_time and opening is not None:
            made[-1] = f"{opening} - {text}"
            opening = None
        else:
            made.append(text)
            opening = text if is_time else None
    return made


def _is_same(row: Sequence[Cell], number: int) -> bool:
    """Whether a cell of a row goes on from the column before."""
    return number > 0 and row[number - 1] is row[number]


def _row_by_row(
    rows: Sequence[Sequence[Cell]], headings: tuple[str, ...], words: Words, context: Context
) -> Iterator[Statement]:
    """The rows of a table without a header that could be read: each as hours, or as a sentence, or cell by cell."""
    for row in rows:
        cells = [cell for number, cell in enumerate(row) if cell.text and not _is_same(row, number)]
        if len(cells) == 1 or any(len(cell.text) > _LONGEST for cell in cells):
            yield from read_passages([cell.passage(headings) for cell in cells], words)
            continue
        week = _week(row)
        if week is not None:
            yield from week
            continue
        if cells:
            joined = f"{cells[0].text}: {'; '.join(cell.text for cell in cells[1:])}"
            yield from read_sentence(Passage(joined, ((0, cells[0].line),)), words, context)
