"""A ticket's time as one strip: what was counted, closed, and paused for which reason, and where it was due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from slaclock.formats.cells import cell, paragraph, table_html
from slaclock.formats.strips import Look, Stretch, StripMark, legend_html, looks_of, strip_html
from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import format_duration, short_text
from slaclock.temporal.instants import duration_micros, to_micros

from .ledger import Ledger
from .ledger_lines import LedgerLine, lines_of
from .states import State
from .tickets import Ticket


class Clocked(Protocol):
    """What a strip asks of an assessment."""

    @property
    def ticket(self) -> Ticket:
        """The ticket."""
        ...

    @property
    def cycle(self) -> int | None:
        """The number of the cycle."""
        ...

    @property
    def is_cycle(self) -> bool:
        """Whether it is of one cycle alone."""
        ...

    @property
    def state(self) -> State:
        """How it stands."""
        ...

    @property
    def at(self) -> datetime:
        """The instant asked about."""
        ...

    @property
    def started(self) -> datetime:
        """Where the clock starts."""
        ...

    @property
    def due(self) -> datetime | None:
        """Its due date."""
        ...

    @property
    def done(self) -> datetime | None:
        """When the work was done."""
        ...

    @property
    def ended(self) -> datetime | None:
        """When it was done, or ended otherwise."""
        ...

    def explain(self, to: Literal["due", "now"] = "due") -> Ledger:
        """Its ledger."""
        ...


@dataclass(frozen=True)
class Strip:
    """A ticket's time: its picture as HTML, and its ledger in lines."""

    name: str
    picture: str
    lines: Sequence[LedgerLine]
    verdict: str


def strips_of(assessments: Sequence[Clocked]) -> tuple[list[Strip], str]:
    """The strips of some tickets up to where they are done or asked about, and the legend that they share as HTML."""
    ledgers = [(a, a.explain("now")) for a in assessments]
    kinds, paused = looks_of(row.why for _, ledger in ledgers for row in ledger if row.kind == "paused")
    legend = [
        Look("counted", "counted until due"),
        Look("late", "counted after due"),
        *paused,
        Look("closed", "closed"),
    ]
    strips = [Strip(name_of(a), _picture(a, ledger, kinds), lines_of(ledger), ledger.verdict) for a, ledger in ledgers]
    return strips, legend_html(legend)


def cell_of(a: Clocked) -> str:
    """An assessment for a notebook's cell: how it stands, its strip, and its ledger in lines.

    While it runs towards its due date, what will count until then is shown too.
    """
    ledger = a.explain("now")
    if a.done is None and a.due is not None and to_micros(a.due) > to_micros(a.at):
        ledger = a.explain("due")
    kinds, paused = looks_of(row.why for row in ledger if row.kind == "paused")
    drawn = {stretch.kind for stretch in _stretches(a, ledger, kinds)}
    names = {"counted": "counted", "late": "counted after due", "ahead": "will count"}
    legend = [Look(kind, name) for kind, name in names.items() if kind in drawn]
    legend += [*paused, *([Look("closed", "closed")] if "closed" in drawn else ())]
    rows = [(line.when, line.what, line.counted, short_text(duration_micros(line.total))) for line in lines_of(ledger)]
    return cell(
        paragraph(ledger.title, "lead"),
        paragraph(ledger.verdict, "verdict bad" if a.state == "breached" else "verdict"),
        _picture(a, ledger, kinds) + legend_html(legend) if rows else "",
        table_html(("when", "what", "counted", "total"), rows, frozenset({2, 3})) if rows else "",
    )


def name_of(a: Clocked) -> str:
    """What an assessment is of: the ticket by its id, or one cycle of it."""
    return f"{a.ticket.id} (cycle {a.cycle})" if a.is_cycle else a.ticket.id


def _picture(a: Clocked, ledger: Ledger, kinds: Mapping[str, str]) -> str:
    begun = "opened" if a.started == a.ticket.opened else "started"
    end = a.done or (ledger.rows[-1].end if ledger.rows else a.started)
    if a.due is not None and a.ended is None and to_micros(end) == to_micros(a.due):
        ending = []  # its ledger goes to its due date, to which it has not come yet
    else:
        ending = [("now" if a.ended is None else "ended" if a.done is None else "done", end)]
    instants = [(begun, a.started), ("due", a.due), *ending]
    known = [(word, at) for word, at in instants if at is not None]
    first, last = (bound(to_micros(at) for _, at in known) for bound in (min, max))
    span = last - first or 1
    marks = [
        StripMark(round((to_micros(at) - first) / span * 100, 2), _label(word, at), above=word == "due")
        for word, at in known
    ]
    counted = format_duration(ledger.total)
    reasons = dict.fromkeys(row.why for row in ledger if row.kind == "paused")
    paused = f", paused for {', '.join(reasons)}" if reasons else ""
    alt = f"The time of {name_of(a)}: {', '.join(mark.label for mark in marks)}; {counted} counted{paused}."
    return strip_html(_stretches(a, ledger, kinds), first, last, marks, alt)


def _label(word: str, at: datetime) -> str:
    return f"{'still open' if word == 'now' else word} {instant_text(at)}"


def _stretches(a: Clocked, ledger: Ledger, kinds: Mapping[str, str]) -> Iterator[Stretch]:
    """The stretches of a ledger: of what counts, what does so after the due date, and what will by then, apart."""
    due, now = None if a.due is None else to_micros(a.due), to_micros(a.at)
    for row in ledger:
        start, end = to_micros(row.start), to_micros(row.end)
        if row.kind != "counted":
            yield Stretch(start, end, kinds[row.why] if row.kind == "paused" else row.kind)
            continue
        middle = end if due is None else min(max(due, start), end)
        if start < middle:
            yield Stretch(start, middle, "counted" if start < now else "ahead")
        if middle < end:
            yield Stretch(middle, end, "late")
