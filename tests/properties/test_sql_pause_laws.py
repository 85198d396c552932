"""The functions of SQL with lists of pauses say what the plain functions do of every row, errors included."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from datetime import UTC
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slaclock as sc
from drawn import any_calendars, instants, lengths, targets
from slaclock import strategies
from slaclock.engines import duckdb as engine

HALF = settings(max_examples=max(settings.default.max_examples // 2, 1))
INSTANT = pa.timestamp("us", "UTC")
LISTS = pa.list_(pa.struct({"start": INSTANT, "end": INSTANT, "reason": pa.string()}))


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connected:
        yield connected


def check(connection: Any, policy: sc.Policy, table: pa.Table, call: str, alone: Callable[..., Any]) -> None:
    """What SQL answers of the rows of a table is what each has alone, and so is the first error."""
    expected, first = [], None
    for number, row in enumerate(table.to_pylist()):
        try:
            expected.append(alone(row))
        except sc.SlaClockError as error:
            expected.append(None)
            first = first or (number, error)
    relation = connection.from_arrow(table.append_column("number", pa.array(range(len(table)))))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        engine.register(connection, policy, errors="null")
        answered = relation.project(f"number, {call} AS answer").order("number").to_arrow_table()["answer"]
    assert [plain(cell) for cell in answered.to_pylist()] == [plain(cell) for cell in expected]
    engine.register(connection, policy)
    if first is not None:
        with pytest.raises(duckdb.Error, match=re.escape(type(first[1]).__name__)) as caught:
            relation.project(f"{call} AS answer").fetchall()
        assert f"row {first[0]}" in str(caught.value)
        assert first[1].problem in str(caught.value)


def plain(cell: Any) -> Any:
    """An answer in microseconds or as it is."""
    if isinstance(cell, pa.MonthDayNano):
        return cell.days * 86_400_000_000 + cell.nanoseconds // 1_000
    if hasattr(cell, "total_seconds"):
        return cell // (cell.resolution)
    if isinstance(cell, float):
        return pytest.approx(cell, rel=1e-12, abs=1e-12)
    return cell.astimezone(UTC) if hasattr(cell, "astimezone") else cell


@st.composite
def rows_of(draw: st.DrawFn, reasons: tuple[str, ...]) -> list[dict[str, Any]]:
    """Rows with an instant `a`, one after it, `b`, and pauses about them, of which one may be backward or none."""
    rows = []
    for _ in range(draw(st.integers(1, 4))):
        a = draw(instants()).astimezone(UTC)
        drawn = draw(strategies.pauses(a, reasons=reasons))
        waits: list[Any] | None = [{"start": p.start, "end": p.end, "reason": p.reason} for p in drawn]
        if waits and draw(st.integers(0, 9)) == 0:
            waits[0] = waits[0] | {"end": waits[0]["start"] - draw(lengths)}
        if draw(st.integers(0, 5)) == 0:
            waits = None
        rows.append({"a": None if draw(st.integers(0, 9)) == 0 else a, "b": a + draw(lengths) * 3, "waits": waits})
    return rows


def table_of(rows: list[dict[str, Any]], **more: list[Any]) -> pa.Table:
    return pa.table({
        "a": pa.array([row["a"] for row in rows], INSTANT),
        "b": pa.array([row["b"] for row in rows], INSTANT),
        "waits": pa.array([row["waits"] for row in rows], LISTS),
        **more,
    })  # fmt: skip


def pairs(row: dict[str, Any]) -> list[tuple[Any, Any]]:
    return [(pause["start"], pause["end"]) for pause in row["waits"] or []]


@HALF
@given(both=any_calendars(rules=True), other=any_calendars(), data=st.data())
def test_the_clock(connection: Any, both: Any, other: Any, data: st.DataObject) -> None:
    main, second = both.product, other.product
    policy = sc.Policy(name="drawn", calendar=main, calendars={"second": second}, targets={})
    rows = data.draw(rows_of(("wait",)))
    target = data.draw(targets(both)).target
    names = [data.draw(st.sampled_from(["main", "second"])) for _ in rows]
    named = {"main": main, "second": second}
    done = [None if data.draw(st.booleans()) else row["b"] - data.draw(lengths) for row in rows]
    table = table_of(rows, name=names, done=pa.array(done, INSTANT))

    def none_or(name: str, function: Callable[..., Any], *rest: Any) -> Callable[..., Any]:
        return lambda row: None if row[name] is None else function(row[name], *rest, pauses=pairs(row), calendar=main)

    calls: list[tuple[str, Callable[..., Any]]] = [
        (
            "sla_elapsed(a, b, waits, name)",
            lambda row: (
                None
                if row["a"] is None
                else sc.elapsed(row["a"], row["b"], pauses=pairs(row), calendar=named[row["name"]])
            ),
        ),
        (f"sla_deadline(a, '{target}', waits)", none_or("a", sc.deadline, target)),
        (f"sla_subtract(b, '{target}', waits)", none_or("b", sc.subtract, target)),
        (
            "sla_elapsed_days(a, b, waits)",
            lambda row: (
                None
                if row["a"] is None
                else float(sc.elapsed_days(row["a"], row["b"], pauses=pairs(row), calendar=main))
            ),
        ),
        (
            f"sla_remaining(a, '{target}', b, waits, name)",
            lambda row: (
                None
                if row["a"] is None
                else sc.remaining(row["a"], target, at=row["b"], pauses=pairs(row), calendar=named[row["name"]])
            ),
        ),
        (
            f"sla_breached(a, '{target}', done, b, waits, name)",
            lambda row: (
                None
                if row["a"] is None
                else sc.is_breached(
                    row["a"], target, at=row["b"], done=row["done"], pauses=pairs(row), calendar=named[row["name"]]
                )
            ),
        ),
    ]
    for call, alone in calls:
        check(connection, policy, table, call, alone)


@HALF
@given(policy=strategies.policies(), data=st.data())
def test_tickets(connection: Any, policy: sc.Policy, data: st.DataObject) -> None:
    kinds = sorted(policy.targets)
    reasons = ("third_party", "user", "coffee")
    rows = data.draw(rows_of(reasons))
    kind = data.draw(st.sampled_from(kinds))
    priority = data.draw(st.sampled_from(sorted(policy.targets[kind].priorities) or [None]))
    table = table_of(rows)
    known = [at for row in rows if row["a"] is not None for at in (row["a"], *sum(pairs(row), ())) if at is not None]

    def ticket(row: dict[str, Any]) -> sc.Ticket:
        waits = [sc.Pause(**pause) for pause in row["waits"] or []]
        return sc.Ticket(id="A", kind=kind, priority=priority, opened=row["a"], pauses=waits)

    words = f"'{kind}', {'NULL' if priority is None else repr(priority)}, a"
    check(
        connection, policy, table, f"sla_due({words}, waits)",
        lambda row: None if row["a"] is None else sc.assess(ticket(row), policy, at=max(known)).due,
    )  # fmt: skip
    check(
        connection, policy, table, f"sla_state({words}, NULL, b, waits)",
        lambda row: None if row["a"] is None else sc.assess(ticket(row), policy, at=row["b"]).state,
    )  # fmt: skip
