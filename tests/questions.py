"""What is asked of every door alike: tickets' records, a policy or a book, an instant and a measure.

And how the answers are compared with what `assess` says of one ticket after another.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import currently_in_test_context, event
from hypothesis import strategies as st

import histories
import slaclock as sc
from histories import Record, Service

ANSWERS = ("state", "due", "elapsed", "remaining", "over", "note", "consumed")
SLA_ANSWERS = tuple(f"sla_{name}" for name in ANSWERS)
CYCLES = ("ticket", "cycle", "started", "due", "ended", "state", "elapsed")
FIELDS = (
    "id", "kind", "priority", "opened", "responded", "resolved", "cancelled", "abandoned", "category", "impact",
    "urgency", "team",
)  # fmt: skip
AGREED = {f"agreed_{measure}": measure for measure in ("respond", "resolve", "update")}
SIDES = {
    "pauses": ("start", "end", "reason"),
    "changes": ("at", "field", "to"),
    "reopenings": ("resolved", "reopened"),
    "events": ("at", "name"),
}
MEASURES = ("resolve", "resolve", "resolve", "respond", "respond", "update", "update", "reply", "supplier", "wash")
INSTANTS = ("opened", "responded", "resolved", "cancelled", "abandoned", "start", "end", "at", "reopened")


@dataclass(frozen=True)
class Question:
    """Some tickets' records, a policy or a book to judge them by, the instant and the measure."""

    service: Service
    records: list[Record]
    at: datetime
    measure: str
    known: Any = None

    @property
    def policy(self) -> Any:
        return self.service.product

    def options(self) -> dict[str, Any]:
        return {"at": self.at, "measure": self.measure} | ({} if self.known is None else {"known": self.known})

    def frames(self) -> tuple[pl.DataFrame, dict[str, pl.DataFrame]]:
        """The tickets as a frame, and what stands beside it; changes are numbered, since SQL has no order."""
        sides = {
            side: framed(
                ("ticket", *names),
                [(record["id"], *map(entry.get, names)) for record in self.records for entry in record[side]],
            )
            for side, names in SIDES.items()
        }
        sides["changes"] = sides["changes"].with_row_index("sequence").cast({"sequence": pl.Int64})
        # A frame need not have the column of an attribute that no ticket opened with, which a list of tickets has not.
        has_team = any(record["attributes"].get("team") for record in self.records)
        names = [name for name in FIELDS if name != "team" or has_team]
        rows = [
            [
                *map((record | record["attributes"]).get, names),
                *(record.get("agreed", {}).get(measure) for measure in AGREED.values()),
            ]
            for record in self.records
        ]
        return framed((*names, *AGREED), rows), sides

    def answer(self, record: Record) -> list[Any] | sc.SlaClockError:
        """What `assess` says of a ticket, or its error."""
        try:
            a = sc.assess(histories.ticket_of(record), self.policy, **self.options())
        except sc.SlaClockError as error:
            noted(type(error).__name__)
            return error
        noted(a.state)
        return [getattr(a, name) for name in ANSWERS]

    def states(self, record: Record) -> list[str] | sc.SlaClockError:
        """The state of a ticket, or those of its cycles where each is judged by itself, or the error."""
        answer = self.answer(record)
        if isinstance(answer, sc.SlaClockError):
            return answer
        a = sc.assess(histories.ticket_of(record), self.policy, **self.options())
        judged_alone = a.policy.measure(self.measure).cycles == "each" and a.cycles
        return [one.state for one in a.cycles] if judged_alone else [a.state]

    def cycles(self) -> dict[str, list[list[Any]] | sc.SlaClockError]:
        """What `assess` says of the cycles of each ticket, a row each, or its error."""
        return {record["id"]: self._cycles(record) for record in self.records}

    def _cycles(self, record: Record) -> list[list[Any]] | sc.SlaClockError:
        try:
            a = sc.assess(histories.ticket_of(record), self.policy, **self.options())
            return [[record["id"], one.cycle, *(getattr(one, name) for name in CYCLES[2:])] for one in a.cycles]
        except sc.SlaClockError as error:
            noted(type(error).__name__)
            return error


def noted(answer: str) -> None:
    """Count an answer among those of a law, where it is a law that asks."""
    if currently_in_test_context():
        event(answer)


def agreed_of(opened: datetime) -> st.SearchStrategy[dict[str, str]]:
    """What was agreed for a ticket, as texts: a target, a due date (perhaps before it opened), or neither."""
    due = st.integers(-1, 100).map(lambda hours: (opened + timedelta(hours=hours)).isoformat())
    texts = st.sampled_from(["2 hours", "2 hours", "< 1 day", "1 day by close", "90 wall minutes", "soon"])
    return st.dictionaries(st.sampled_from([*AGREED.values()]), st.one_of(due, texts), min_size=1)


@st.composite
def questions(draw: st.DrawFn, *, calls: bool = False) -> Question:
    """Up to three tickets, asked of at an instant of one of them or some time later."""
    service = draw(histories.services())
    count = draw(st.integers(1, 3))
    records = [draw(histories.records(service.era, number=number, calls=calls)) for number in range(count)]
    if draw(st.integers(0, 4)) == 0:
        records = [{**record, "attributes": {}} for record in records]
    for record in records:
        if draw(st.integers(0, 3)) == 0:
            record["agreed"] = draw(agreed_of(record["opened"]))
        if draw(st.integers(0, 29)) == 0:
            record["abandoned"] = record["opened"] - timedelta(microseconds=1)
    at = draw(histories.moments_after(records))
    known = draw(histories.knowledge(service.era))
    return Question(service, records, at, draw(st.sampled_from(MEASURES)), known)


def framed(names: tuple[str, ...], rows: list[Any]) -> pl.DataFrame:
    """Rows as a frame, their instants in UTC."""
    schema = {name: pl.Datetime("us", "UTC") if name in INSTANTS else pl.String for name in names}
    return pl.DataFrame([list(row) for row in rows], schema, orient="row")


def check(table: pl.DataFrame, expected: list[Any], names: tuple[str, ...]) -> None:
    """Every row is what is expected of it, and has no state where that is an error."""
    for row, wanted in enumerate(expected):
        answer = [table[name][row] for name in names]
        if isinstance(wanted, sc.SlaClockError):
            assert answer[0] is None, (answer, wanted)
            continue
        assert answer[:-1] == wanted[:-1]
        assert answer[-1] is wanted[-1] or answer[-1] == pytest.approx(wanted[-1], rel=1e-12)


def check_cycles(table: pl.DataFrame, expected: dict[str, Any]) -> None:
    """Every cycle is a row, in the order of the tickets; a wrong ticket has none, or one that says why."""
    rows = [row for rows in expected.values() if isinstance(rows, list) for row in rows]
    wrong = pl.col("error").is_not_null() if "error" in table.columns else pl.lit(value=False)
    assert [list(row) for row in table.filter(~wrong).select(CYCLES).iter_rows()] == rows
    if "error" in table.columns:
        errors = {ticket for ticket, rows in expected.items() if isinstance(rows, sc.SlaClockError)}
        assert set(table.filter(wrong)["ticket"]) == errors


def problem(error: BaseException | str) -> str:
    """What an error says, its instants in UTC, since an engine has them in a zone of its own."""
    text = error if isinstance(error, str) else getattr(error, "problem", str(error))
    instant = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d(?::\d\d)?")
    return instant.sub(lambda match: datetime.fromisoformat(match[0]).astimezone(UTC).isoformat(), text)


def check_engine(table: pl.DataFrame, expected: list[Any]) -> None:
    """The answers of an engine, and what it says is wrong."""
    table = table.sort("id")
    check(table, expected, SLA_ANSWERS)
    for wanted, text in zip(expected, table["sla_error"], strict=True):
        if isinstance(wanted, sc.SlaClockError):
            assert problem(wanted) in problem(text)
        else:
            assert text is None


def check_totals(report: sc.Report, question: Question) -> None:
    """The report counts what `assess` says of its tickets, one by one."""
    judged = [record for record in question.records if record["opened"] <= question.at]
    answers = [(record["kind"], question.states(record)) for record in judged]
    # A call is an item of its policy's standard alone; where no policy is for it, it counts as not covered.
    states = [state for kind, answer in answers if kind != "call" or isinstance(answer, list) for state in answer]
    assert report.totals == {state: states.count(state) for state in report.totals}
    assert sum(report.totals.values()) == len(states)
