"""Lengths of time in columns are, in every unit, what the scalar answers say."""

from __future__ import annotations

import warnings
from datetime import timedelta
from fractions import Fraction
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_column_laws import array, rows

import histories
import slaclock as sc
from questions import questions
from slaclock import columns
from slaclock.clock.deadlines import remaining_days

UNITS = st.sampled_from(["hours", "days"])
HOUR = timedelta(hours=1)


def close(answer: Any, exact: Any) -> bool:
    return answer is None if exact is None else answer == pytest.approx(float(exact), rel=1e-12, abs=1e-12)


@settings(max_examples=25)
@given(rows(), st.permutations(list(range(24))), UNITS)
def test_what_has_run_and_is_left_on_a_calendar(drawn, order, unit):
    own: dict[str, Any] = {"calendar": drawn.calendar, "pauses": drawn.columns(order), "unit": unit}
    targets = [wanted.target for wanted in drawn.targets]
    run = columns.elapsed(array(drawn.starts), array(drawn.ends), **own)
    left = columns.remaining(array(drawn.starts), targets, at=array(drawn.ends), **own)
    for a, b, target, pauses, gone, rest in zip(
        drawn.starts, drawn.ends, targets, drawn.pauses, run.tolist(), left.tolist(), strict=True
    ):
        scalar: dict[str, Any] = {"calendar": drawn.calendar, "pauses": pauses}
        if unit == "hours":
            assert close(gone, Fraction(sc.elapsed(a, b, **scalar) // timedelta(microseconds=1), 3_600_000_000))
            assert close(rest, sc.remaining(a, target, at=b, **scalar) / HOUR)
            continue
        exact = remaining_days(a, target, at=b, **scalar)
        assert close(gone, sc.elapsed_days(a, b, **scalar))
        assert close(rest, exact)
        if target.unit != "wall" and not target.wall:
            assert (exact > 0) >= (sc.remaining(a, target, at=b, **scalar) > timedelta(0))


@settings(max_examples=25)
@given(questions(), UNITS, st.booleans())
def test_what_has_run_and_is_left_of_tickets_and_of_cycles(question, unit, is_of_cycles):
    frame, sides = question.frames()
    options = question.options()
    function = columns.cycles if is_of_cycles else columns.assess
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        table = function(frame, question.policy, unit=unit, errors="null", **options, **sides)
        plain = function(frame, question.policy, errors="null", **options, **sides)
    lengths = ("elapsed",) if is_of_cycles else ("sla_elapsed", "sla_remaining", "sla_over")
    assert table.drop(lengths).equals(plain.drop(lengths))
    assert [table.schema[name] for name in lengths] == [pl.Float64] * len(lengths)
    answers = []
    for record in question.records:
        try:
            a = sc.assess(histories.ticket_of(record), question.policy, **options)
            answers += [*(one for one in a.cycles)] if is_of_cycles else [a]
        except sc.SlaClockError:
            answers += [] if is_of_cycles else [None]
    for name in lengths:
        for cell, a in zip(table[name].to_list(), answers, strict=True):
            scalar = name.removeprefix("sla_")
            exact = None if a is None else getattr(a, f"{scalar}_days" if unit == "days" else scalar)
            assert close(cell, exact / HOUR if isinstance(exact, timedelta) else exact), (name, cell, a)


def test_a_lazy_frame_knows_what_its_lengths_will_be():
    tickets = pl.LazyFrame({"opened": ["2018-04-06T14:00:00Z"], "priority": ["P2"]}).with_columns(
        pl.col("opened").str.to_datetime(time_zone="UTC")
    )
    plan = columns.assess(tickets, sc.Policy.example(), at="2018-04-09T10:00:00Z", unit="days")
    assert plan.collect_schema()["sla_elapsed"] == pl.Float64
    row = plan.collect().to_dicts()[0]
    assert (row["sla_elapsed"], row["sla_remaining"]) == pytest.approx((0.5098, 0.1667), abs=1e-4)


def test_units_that_are_none():
    tickets = pl.DataFrame({"opened": []}, {"opened": pl.Datetime("us", "UTC")})
    with pytest.raises(sc.errors.ColumnError, match="unit='weeks' is no unit of time; use 'hours' or 'days'"):
        columns.assess(tickets, sc.Policy.example(), at="2018-04-09T10:00:00Z", unit="weeks")
    with pytest.raises(sc.errors.ColumnError, match="not told of what falls due; use unit='hours'"):
        columns.due_within(tickets, sc.Policy.example(), at="2018-04-09T10:00:00Z", unit="days")
    hours = columns.due_within(tickets, sc.Policy.example(), at="2018-04-09T10:00:00Z", unit="hours")
    assert hours.schema["remaining"] == pl.Float64
