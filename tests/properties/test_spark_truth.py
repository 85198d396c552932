"""Spark says of tickets with histories what `assess` says of them, errors included."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings

import slaclock as sc
from javas import NO_JAVA, java_for_spark, local_spark, spark_engine
from questions import Question, check_engine, check_totals, problem, questions

pytestmark = [
    pytest.mark.skipif(not java_for_spark(), reason=NO_JAVA),
    pytest.mark.xdist_group("spark"),  # a Spark takes long to start: one process does all of these
    pytest.mark.filterwarnings("ignore"),  # Spark's own, of the libraries that it does not know yet
]
FEWER = settings(max_examples=max(settings.default.max_examples // 20, 1))
"""A job takes a second, however few its tickets."""


@pytest.fixture(scope="module")
def engine():
    return spark_engine()


@pytest.fixture(scope="module")
def session():
    yield from local_spark()


def data_frames(session: Any, question: Question) -> tuple[Any, dict[str, Any]]:
    frame, sides = question.frames()
    return session.createDataFrame(frame.to_arrow()).coalesce(1), {
        side: session.createDataFrame(entries.to_arrow()) for side, entries in sides.items()
    }


@FEWER
@given(question=questions())
def test_spark_answers_as_assess_does(engine, session, question):
    tickets, sides = data_frames(session, question)
    answered = engine.assess(tickets, question.policy, errors="null", **question.options(), **sides).toArrow()
    check_engine(pl.from_arrow(answered), [question.answer(record) for record in question.records])


@FEWER
@given(question=questions(calls=True))
def test_spark_reports_as_a_frame_does(engine, session, question):
    from pyspark.errors import PySparkException

    frame, own = question.frames()
    tickets, sides = data_frames(session, question)
    try:
        wanted = sc.report(frame, question.policy, **question.options(), **own)
    except sc.SlaClockError as error:
        with pytest.raises(PySparkException) as raised:  # the worker's error, within one of Spark's
            engine.report(tickets, question.policy, **question.options(), **sides)
        assert problem(error) in problem(str(raised.value))
        return
    report = engine.report(tickets, question.policy, **question.options(), **sides)
    check_totals(report, question)
    assert (report.pauses, report.standards, report.worst) == (wanted.pauses, wanted.standards, wanted.worst)
