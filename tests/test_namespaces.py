"""`df.sla`, `series.sla` and `pl.col(...).sla` answer what the functions of `slaclock.columns` answer."""

from __future__ import annotations

import inspect
from datetime import UTC, datetime
from typing import get_type_hints

import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal, assert_series_equal

import slaclock as sc
import slaclock.pandas
import slaclock.polars
from slaclock import columns, namespaces
from slaclock.columns import typing as options

POLICY = sc.Policy.example()
DESK = POLICY.calendar
NOW = datetime(2018, 4, 10, 9, tzinfo=UTC)
OPENED = pl.Series(
    "opened", [datetime(2018, 4, 6, 14), datetime(2018, 4, 9, 9), None], pl.Datetime("us", "UTC")
).dt.convert_time_zone("Europe/London")
TICKETS = pl.DataFrame({"id": ["T1", "T2", "T3"], "priority": ["P1", "P2", "P3"], "opened": OPENED}).with_columns(
    resolved=pl.Series([datetime(2018, 4, 9, 10, tzinfo=UTC), None, None], dtype=pl.Datetime("us", "UTC")),
    target=pl.Series(["2 hours", "1 day", None]),
    day=pl.col("opened").dt.date(),
)
OPEN = TICKETS.filter(pl.col("opened").is_not_null())
TARGETS = {"P1": "2 hours", "P2": "6 hours", "P3": "3 days"}
col = pl.col

EXPRESSIONS = [
    ("elapsed", (col("resolved"),), {}),
    ("elapsed", ("resolved",), {"unit": "hours"}),
    ("elapsed", (NOW,), {"unit": "days"}),
    ("elapsed", (pl.lit(NOW),), {}),
    ("elapsed_days", ("resolved",), {}),
    ("deadline", ("2 hours",), {}),
    ("deadline", (col("target"),), {}),
    ("deadline", (TARGETS,), {"priority": col("priority")}),
    ("remaining", ("2 hours",), {"at": NOW}),
    ("remaining", (col("target"),), {"at": NOW, "unit": "days"}),
    ("is_breached", ("2 hours",), {"at": NOW, "done": "resolved"}),
    ("subtract", ("2 hours",), {}),
    ("is_open", (), {}),
    ("next_open", (), {}),
    ("next_close", (), {}),
    ("previous_open", (), {}),
    ("previous_close", (), {}),
    ("working_day", (1,), {}),
    ("working_day", (col("n"),), {}),
    ("working_days", ("last",), {}),
]


def column_of(value, frame, name=""):
    """What an argument stands for: a column of the frame, or one value."""
    if isinstance(value, pl.Expr):
        series = frame.select(value).to_series()
        return series if len(series) == frame.height else series.item()
    return frame[value] if isinstance(value, str) and value in frame.columns else value


@pytest.mark.parametrize(("name", "arguments", "keywords"), EXPRESSIONS)
def test_an_expression_answers_as_the_function_does(name, arguments, keywords):
    frame = TICKETS.with_columns(n=pl.Series([1, -1, 2]), last=pl.col("day").dt.offset_by("3d"))
    own = "day" if name.startswith("working") else "opened"
    given = [column_of(value, frame) for value in arguments]
    options = {key: column_of(value, frame) for key, value in keywords.items()}
    wanted = getattr(columns, name)(frame[own], *given, calendar=DESK, **options)
    expression = getattr(col(own).sla, name)(*arguments, calendar=DESK, **keywords)
    plan = frame.lazy().select(answer=expression)
    assert plan.collect_schema()["answer"] == wanted.dtype
    assert_series_equal(plan.collect()["answer"], wanted.rename("answer"))
    assert_series_equal(getattr(frame[own].sla, name)(*given, calendar=DESK, **options), wanted)
    if name not in ("elapsed", "working_day"):  # of which other rows try the same
        series = frame.to_pandas(use_pyarrow_extension_array=True)[own].astype("datetime64[us, Europe/London]") \
            if own == "opened" else pd.Series(frame[own].to_list())  # fmt: skip
        beside = [value.to_pandas() if isinstance(value, pl.Series) else value for value in given]
        also = {key: value.to_pandas() if isinstance(value, pl.Series) else value for key, value in options.items()}
        answer = getattr(series.sla, name)(*beside, calendar=DESK, **also)
        pd.testing.assert_series_equal(answer, getattr(columns, name)(series, *beside, calendar=DESK, **also))


def test_an_error_in_an_expression_is_the_functions_own():
    with pytest.raises(sc.errors.TargetError, match="soon"):
        TICKETS.select(col("opened").sla.deadline("soon", calendar=DESK))
    with pytest.raises(sc.errors.ColumnError, match="unit='weeks'"):
        col("opened").sla.elapsed(NOW, calendar=DESK, unit="weeks")
    with pytest.raises(sc.errors.ModelError, match="is not a calendar"):
        TICKETS.select(col("opened").sla.is_open(calendar="Mo-Fr"))


def test_frames_answer_as_the_functions_do():
    asked = {"at": NOW}
    pauses = pl.DataFrame({"ticket": ["T2"], "start": [NOW], "end": [None], "reason": ["third_party"]})
    for frame in (OPEN, OPEN.lazy()):
        assert_frame_equal(
            frame.sla.assess(POLICY, pauses=pauses, unit="hours", **asked).lazy().collect(),
            columns.assess(OPEN, POLICY, pauses=pauses, unit="hours", **asked),
        )
        for name in ("cycles", "due_within", "next_turns"):
            own = asked | ({"measure": "inform"} if name == "cycles" else {})
            assert_frame_equal(getattr(frame.sla, name)(POLICY, **own), getattr(columns, name)(OPEN, POLICY, **own))
        assert frame.sla.report(POLICY, by="opened", **asked) == sc.report(OPEN, POLICY, **asked)
    of_pandas = OPEN.select("id", "priority", "opened", "resolved").to_pandas()
    for name in ("assess", "cycles", "due_within", "next_turns"):
        own = asked | ({"measure": "inform"} if name == "cycles" else {})
        answer = getattr(of_pandas.sla, name)(POLICY, **own)
        pd.testing.assert_frame_equal(answer, getattr(columns, name)(of_pandas, POLICY, **own))
    assert of_pandas.sla.report(POLICY, **asked) == sc.report(of_pandas, POLICY, **asked)
    indexed = of_pandas.set_index("opened")
    elapsed = indexed.index.sla.elapsed(indexed["resolved"], calendar=DESK, unit="hours")
    assert elapsed.index.equals(indexed.index)


FRAME_OPTIONS = {
    "assess": options.AssessOptions, "cycles": options.CycleOptions, "due_within": options.DueOptions,
    "next_turns": options.TurnOptions,
}  # fmt: skip


@pytest.mark.parametrize("name", FRAME_OPTIONS)
def test_methods_take_what_the_functions_take(name):
    taken = set(inspect.signature(getattr(columns, name)).parameters) - {"frame", "policy", "at"}
    assert set(get_type_hints(FRAME_OPTIONS[name])) == taken


def test_every_function_of_columns_is_a_method():
    methods = {name for base in (namespaces.FrameNamespace, namespaces.ColumnNamespace) for name in vars(base)}
    assert set(columns.__all__) - {"Pauses"} <= methods
    of_columns = {name for name in vars(namespaces.ColumnNamespace) if not name.startswith("_")}
    assert {name for name in vars(slaclock.polars.SlaExpr) if not name.startswith("_")} == of_columns
    taken = set(inspect.signature(sc.report).parameters) - {"tickets", "policy", "at"}
    assert set(get_type_hints(namespaces.FrameReportOptions)) == taken
