"""Assessments as a table, for a notebook and a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from slaclock.errors import ModelError
from slaclock.formats.cells import bar_html, cell, table_html
from slaclock.formats.counts import count_text
from slaclock.formats.models import short_repr
from slaclock.formats.tables import Html, instant_text, text_table
from slaclock.temporal.durations import format_duration

from .assessment import Assessment

_MOST = 200
"""So many assessments are shown."""


@dataclass(frozen=True, eq=False, repr=False)
class AssessmentTable:
    """Assessments that show themselves as a table, a row each; made by `table`.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00")
    >>> shown = sc.table([sc.assess(ticket, sc.Policy.example(), at="2018-04-09T12:00+01:00")])
    >>> len(shown), [a.state for a in shown]
    (1, ['running'])
    """

    assessments: tuple[Assessment, ...]

    def to_html(self) -> str:
        """The table as HTML for a notebook, with a bar of how much of each target is used."""
        header, rows, right = self._table()
        lines = [*map(_with_bar, rows, self.assessments)]  # of which the first alone have a row
        return cell(table_html(header, lines, right, self._title(), self._note()))

    _repr_html_ = to_html

    def __iter__(self) -> Iterator[Assessment]:
        return iter(self.assessments)

    def __len__(self) -> int:
        return len(self.assessments)

    def __str__(self) -> str:
        return "\n".join(part for part in (text_table(*self._table()), self._note()) if part)

    def __repr__(self) -> str:
        return f"<AssessmentTable of {self._title()}>"

    def _title(self) -> str:
        return count_text(len(self.assessments), "assessment")

    def _note(self) -> str:
        more = len(self.assessments) - _MOST
        return f"and {more:,} more." if more > 0 else ""

    def _table(self) -> tuple[Sequence[str], list[Sequence[str]], frozenset[int]]:
        """Header, rows and the columns of numbers; what would be the same in every row is left out of them."""
        cycles = any(a.is_cycle for a in self.assessments)
        measures = len({a.measure for a in self.assessments}) > 1
        header = (
            "ticket", *(["cycle"] if cycles else ()), *(["measure"] if measures else ()), "kind", "priority", "state",
            "due", "done", "elapsed", "remaining", "used",
        )  # fmt: skip
        rows: list[Sequence[str]] = [
            (
                a.ticket_id,
                *([str(a.cycle) if a.is_cycle else "-"] if cycles else ()),
                *([a.measure] if measures else ()),
                a.kind,
                a.priority or "-",
                a.state,
                instant_text(a.due, none="-"),
                instant_text(a.done, none="-"),
                format_duration(a.elapsed),
                format_duration(a.remaining, none="-"),
                "-" if a.consumed is None else f"{a.consumed * 100 // 1:.0f} %",
            )
            for a in self.assessments[:_MOST]
        ]
        return header, rows, frozenset(range(len(header) - 3, len(header)))


def table(assessments: Iterable[Assessment]) -> AssessmentTable:
    """Assessments as a table for a notebook or a terminal: how each stands, when it was due, and what remains.

    `remaining` is negative for what is late, and `used` the share of the target that is used up, cut to a whole
    percent. The first 200 are shown. Raises `ModelError` for what is no list of assessments.

    >>> from slaclock import Policy, Ticket, assess_many, table
    >>> tickets = [Ticket(id=f"T{n}", priority=f"P{n}", opened="2018-04-09T10:00+01:00") for n in (1, 2)]
    >>> print(table(assess_many(tickets, Policy.example(), at="2018-04-09T13:00+01:00")))
    ticket  kind      priority  state     due                   done  elapsed  remaining   used
    T1      incident  P1        breached  Mon 9 Apr 2018 12:00  -         3 h       -1 h  150 %
    T2      incident  P2        running   Mon 9 Apr 2018 16:00  -         3 h        3 h   50 %
    """
    if isinstance(assessments, (str, Assessment)) or not isinstance(assessments, Iterable):
        raise ModelError(
            f"{short_repr(assessments)} is no list of assessments",
            "give one, such as [assess(...)]",
            "assessments",
            value=assessments,
        )
    shown = tuple(assessments)
    for number, a in enumerate(shown):
        if not isinstance(a, Assessment):
            raise ModelError(
                f"{short_repr(a)} is not an assessment",
                "give what assess or assess_many makes",
                ("assessments", number),
                value=a,
            )
    return AssessmentTable(shown)


def _with_bar(line: Sequence[str], a: Assessment) -> list[str]:
    """A row whose last cell, the share that is used, has a bar."""
    return [*line[:-1], _bar(a, line[-1])]


def _bar(a: Assessment, text: str) -> Html:
    share = a.consumed or 0.0
    if share <= 1:
        return bar_html([(0, share, "used")], text=text)
    return bar_html([(0, 1 / share, "used"), (1 / share, 1, "bad")], text=text)
