"""A late ticket's time as one strip: what was counted, closed, and paused for which reason, and where it was due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from slaclock.formats.tables import instant_text
from slaclock.temporal.durations import short_text
from slaclock.temporal.instants import duration_micros, to_micros
from slaclock.tickets.assessment import Assessment
from slaclock.tickets.ledger import Ledger
from slaclock.tickets.ledger_lines import LedgerLine, lines_of

WIDTH = 240
"""How many stretches a strip has at most: what is shorter is shown by what there is most of beside it."""
_PATTERNS = 3  # so many reasons have a pattern of their own, and all others one together


@dataclass(frozen=True)
class StripMark:
    """An instant on a strip: what it is, its place in percent, and its label."""

    name: str
    place: float
    label: str

    @property
    def right(self) -> bool:
        """Whether its label stands to the left of it, so that it does not leave the strip."""
        return self.place > 50


@dataclass(frozen=True)
class Strip:
    """A ticket's time: paths by what they are, marks, what it says in words, and its ledger in lines."""

    name: str
    paths: Sequence[tuple[str, str]]
    marks: Sequence[StripMark]
    alt: str
    lines: Sequence[LedgerLine]
    verdict: str


@dataclass(frozen=True)
class Look:
    """How a reason is drawn: the class of its path, and its name in the legend."""

    kind: str
    name: str


def looks_of(assessments: Sequence[Assessment], ledgers: Sequence[Ledger]) -> tuple[Mapping[str, str], list[Look]]:
    """How each reason that paused any of some tickets is drawn, and the legend of all that is drawn."""
    reasons = dict.fromkeys(row.why for ledger in ledgers for row in ledger if row.kind == "paused")
    kinds = {reason: f"paused-{min(number, _PATTERNS) + 1}" for number, reason in enumerate(reasons)}
    legend = [Look("counted", "counted until due"), Look("late", "counted after due")] if assessments else []
    legend += [Look(kind, f"paused: {reason}") for reason, kind in kinds.items()][:_PATTERNS]
    if len(kinds) > _PATTERNS:
        others = len(kinds) - _PATTERNS
        legend.append(
            Look(f"paused-{_PATTERNS + 1}", f"paused for {'another reason' if others == 1 else 'other reasons'}")
        )
    return kinds, [*legend, Look("closed", "closed")] if legend else []


def strips_of(assessments: Sequence[Assessment]) -> tuple[list[Strip], list[Look]]:
    """The strips of some tickets, and the legend that they share."""
    ledgers = [a.explain("now") for a in assessments]
    kinds, legend = looks_of(assessments, ledgers)
    return [_strip(a, ledger, kinds) for a, ledger in zip(assessments, ledgers, strict=True)], legend


def _strip(a: Assessment, ledger: Ledger, kinds: Mapping[str, str]) -> Strip:
    name = f"{a.ticket_id} (cycle {a.cycle})" if a.is_cycle else a.ticket_id
    begun = "opened" if a.started == a.ticket.opened else "started"
    end = a.done or (ledger.rows[-1].end if ledger.rows else a.started)
    instants = [(begun, a.started), ("due", a.due), ("done" if a.done else "now", end)]
    known = [(word, at) for word, at in instants if at is not None]
    first, last = (bound(to_micros(at) for _, at in known) for bound in (min, max))
    span = last - first or 1
    marks = [StripMark(word, round((to_micros(at) - first) / span * 100, 2), _label(word, at)) for word, at in known]
    due = None if a.due is None else to_micros(a.due)
    paths = _paths(ledger, first, span, due, kinds)
    return Strip(name, paths, marks, _alt(name, ledger, marks), lines_of(ledger), ledger.verdict)


def _label(word: str, at: datetime) -> str:
    return f"{'still open' if word == 'now' else word} {instant_text(at)}"


def _alt(name: str, ledger: Ledger, marks: Sequence[StripMark]) -> str:
    """What a strip shows, in words."""
    counted = short_text(duration_micros(ledger.total))
    reasons = dict.fromkeys(row.why for row in ledger if row.kind == "paused")
    paused = f", paused for {', '.join(reasons)}" if reasons else ""
    return f"The time of {name}: {', '.join(mark.label for mark in marks)}; {counted} counted{paused}."


def _paths(ledger: Ledger, first: int, span: int, due: int | None, kinds: Mapping[str, str]) -> list[tuple[str, str]]:
    """Stretches of a strip as paths, by what they are; those without any are left out."""
    paths: dict[str, str] = {}
    at = 0
    for kind, run in groupby(_cells(ledger, first, span, due, kinds)):
        length = len(list(run))
        if kind:
            paths[kind] = paths.get(kind, "") + f"M{at} 0h{length}v10h-{length}z"
        at += length
    return list(paths.items())


def _cells(ledger: Ledger, first: int, span: int, due: int | None, kinds: Mapping[str, str]) -> Iterator[str]:
    """What each of the narrow cells of a strip shows: what it has most of, but closed only where nothing is open."""
    amounts: list[dict[str, float]] = [{} for _ in range(WIDTH)]
    for row in ledger:
        start, end = to_micros(row.start), to_micros(row.end)
        middle = end if due is None else min(max(due, start), end)
        for a, b, counted in ((start, middle, "counted"), (middle, end, "late")):
            if a < b:
                kind = counted if row.kind == "counted" else kinds.get(row.why, row.kind)
                _add(amounts, (a - first) / span * WIDTH, (b - first) / span * WIDTH, kind)
    for amount in amounts:
        opened = {kind: length for kind, length in amount.items() if kind != "closed"} or amount
        yield max(opened, key=opened.__getitem__, default="")


def _add(amounts: list[dict[str, float]], start: float, end: float, kind: str) -> None:
    for cell in range(max(int(start), 0), min(int(end), WIDTH - 1) + 1):
        length = min(end, cell + 1) - max(start, cell)
        if length > 0:
            amounts[cell][kind] = amounts[cell].get(kind, 0.0) + length
