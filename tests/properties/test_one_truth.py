"""One truth for a ticket as of an instant: by itself, in columns, in SQL, in reports and on the command line.

Where one of them says what is wrong with a ticket, all do, and of the same ticket.
"""

from __future__ import annotations

import json
import re
import warnings
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import (
    ANSWERS,
    SLA_ANSWERS,
    Question,
    check,
    check_cycles,
    check_engine,
    check_totals,
    problem,
    questions,
)
from slaclock import columns
from slaclock.cli import main
from slaclock.engines import duckdb as duckdb_engine

LIBRARIES = {
    "polars": (lambda frame: frame, lambda frame: frame),
    "pandas": (pl.DataFrame.to_pandas, pl.from_pandas),
    "pyarrow": (pl.DataFrame.to_arrow, pl.from_arrow),
}
"""How a Polars frame becomes one of each library, and how that becomes one of Polars again."""


def relations(connection: Any, frame: pl.DataFrame, sides: dict[str, pl.DataFrame]) -> tuple[Any, dict[str, Any]]:
    return connection.from_arrow(frame.to_arrow()), {
        side: connection.from_arrow(entries.to_arrow()) for side, entries in sides.items()
    }


@given(question=questions())
def test_columns_and_sql_answer_as_assess_does(connection, question):
    expected = [question.answer(record) for record in question.records]
    frame, sides = question.frames()
    for to_library, to_polars in LIBRARIES.values():
        check_columns(
            to_library(frame), {side: to_library(of) for side, of in sides.items()}, to_polars, question, expected
        )
    tickets, beside = relations(connection, frame, sides)
    stream = duckdb_engine.assess(tickets, question.policy, errors="null", **question.options(), **beside)
    check_engine(pl.from_arrow(stream.read_all()), expected)


def check_columns(frame: Any, sides: dict[str, Any], to_polars: Any, question: Question, expected: list[Any]) -> None:
    """The answers of the columns, and the row of which they say that it is wrong."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        answered = columns.assess(frame, question.policy, errors="null", **question.options(), **sides)
    check(to_polars(answered), expected, SLA_ANSWERS)
    first = next((row for row, wanted in enumerate(expected) if isinstance(wanted, sc.SlaClockError)), None)
    if first is not None:
        with pytest.raises(type(expected[first])) as raised:
            columns.assess(frame, question.policy, **question.options(), **sides)
        assert raised.value.row == first
        assert raised.value.problem == expected[first].problem


@given(question=questions(), library=st.sampled_from([*LIBRARIES]))
def test_cycles_in_columns_and_sql_are_those_of_assess(connection, question, library):
    frame, sides = question.frames()
    to_library, to_polars = LIBRARIES[library]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sc.errors.BadRowsWarning)
        answered = columns.cycles(
            to_library(frame), question.policy, errors="null", **question.options(),
            **{side: to_library(of) for side, of in sides.items()},
        )  # fmt: skip
    expected = question.cycles()
    check_cycles(to_polars(answered), expected)
    tickets, beside = relations(connection, frame, sides)
    stream = duckdb_engine.cycles(tickets, question.policy, errors="null", **question.options(), **beside)
    check_cycles(pl.from_arrow(stream.read_all()).sort("ticket", "cycle"), expected)


# Reports


def plain(report: sc.Report | dict[str, Any]) -> Any:
    """A report as plain values, days rounded, since columns have them as floats."""
    values = report if isinstance(report, dict) else report.to_dict()
    return json.loads(re.sub(r"\d+\.\d{9,}", lambda match: f"{float(match[0]):.9f}", json.dumps(values)))


def report_or_error(make: Any) -> Any:
    try:
        return make()
    except sc.SlaClockError as error:
        return error


ALL_REPORTS = {
    "by": st.sampled_from(["opened", "due", "resolved"]),
    "period": st.sampled_from(["year", "quarter", "month"]),
    "worst": st.integers(0, 4),
    "split": st.sampled_from([(), (), "category", "team", ("team", "month"), ("priority", "impact", "year")]),
}


@given(question=questions(calls=True), asked=st.fixed_dictionaries(ALL_REPORTS), library=st.sampled_from([*LIBRARIES]))
def test_reports_say_alike(connection, question, asked, library):
    options = {**question.options(), **asked}
    frame, sides = question.frames()
    to_library = LIBRARIES[library][0]
    beside = {side: to_library(entries) for side, entries in sides.items()}
    of_frame = report_or_error(lambda: sc.report(to_library(frame), question.policy, **options, **beside))
    some = report_or_error(lambda: [histories.ticket_of(record) for record in question.records])
    if isinstance(some, list):
        of_list = report_or_error(lambda: sc.report(some, question.policy, **options))
        assert type(of_frame) is type(of_list), (of_frame, of_list)
        if isinstance(of_list, sc.Report):
            assert plain(of_frame) == plain(of_list)
            check_totals(of_list, question)
        else:
            assert of_frame.problem == of_list.problem
    tickets, beside = relations(connection, frame, sides)
    of_sql = report_or_error(lambda: duckdb_engine.report(tickets, question.policy, **options, **beside))
    if isinstance(of_frame, sc.Report):
        assert plain(of_sql) == plain(of_frame)
    else:
        assert problem(of_frame) in problem(str(of_sql))


# The command line


def files_of(question: Question, folder: Path, kind: str) -> list[str]:
    """The words of the command line that name the question's files, which are written."""
    words = [str(folder / f"tickets.{kind}")]
    frame, sides = question.frames()
    write(frame, words[0])
    for side, entries in sides.items():
        if len(entries):
            write(entries, str(folder / f"{side}.{kind}"))
            words += [f"--{'messages' if side == 'events' else side}", str(folder / f"{side}.{kind}")]
    policies = question.service.policies
    # The file of one policy is that policy, whomever it applies to; a book of one is a file of its own.
    for number, policy in enumerate(policies if len(policies) > 1 else [question.policy]):
        (folder / f"policy{number}.json").write_text(policy.to_json(), encoding="utf-8")
        words += ["--policy", str(folder / f"policy{number}.json")]
    return [*words, "--at", question.at.isoformat(), "--measure", question.measure]


def write(frame: pl.DataFrame, path: str) -> None:
    if path.endswith(".parquet"):
        pq.write_table(frame.to_arrow(), path)
    else:
        frame.write_csv(path, datetime_format="%Y-%m-%dT%H:%M:%S%.6f%:z")


def run(*words: str) -> tuple[int, str]:
    """What a command line comes to, and its errors, without what it notes of files that lack a column."""
    problems = StringIO()
    with redirect_stdout(StringIO()), redirect_stderr(problems):
        code = main(words)
    return code, "".join(line for line in problems.getvalue().splitlines(True) if "note: " not in line)


FEWER = settings(max_examples=max(settings.default.max_examples // 4, 1))
"""Files cost time."""


def first_error(question: Question) -> sc.SlaClockError | None:
    """The error of the first ticket, of those that had opened, that has one."""
    answers = [question.answer(record) for record in question.records if record["opened"] <= question.at]
    return next((answer for answer in answers if isinstance(answer, sc.SlaClockError)), None)


@FEWER
@given(question=questions(), engine=st.sampled_from(["columns", "columns", "duckdb"]))
def test_the_command_line_assesses_alike(tmp_path_factory, question, engine):
    folder = tmp_path_factory.mktemp("truth")
    kind = "parquet" if engine == "duckdb" else "csv"
    out = folder / "answers.parquet"
    code, problems = run("assess", *files_of(question, folder, kind), "--engine", engine, "--out", str(out))
    wanted = first_error(question)
    if code:
        check_problems(code, problems)
        assert wanted is not None or backward(question), problems
        if wanted is not None and not backward(question):
            assert problem(wanted) in problem(problems)
        return
    assert wanted is None, wanted
    table = pl.from_arrow(pq.read_table(out)).sort("id")
    known = [record for record in question.records if record["opened"] <= question.at]
    assert table["id"].to_list() == [record["id"] for record in known]
    lengths = [pl.duration(microseconds=(pl.col(f"{name}_seconds") * 1e6).round()).alias(name) for name in ANSWERS[2:5]]
    check(table.with_columns(lengths), [question.answer(record) for record in known], ANSWERS)


def check_problems(code: int, problems: str) -> None:
    """Every bad row has its line, of which there may be several, and nothing else is said."""
    lines = problems.splitlines()
    assert code == 2, problems
    assert lines, problems
    assert all(line.startswith("slaclock: ") for line in lines), problems


def backward(question: Question) -> bool:
    """Whether a file beside the tickets has a row that no ticket can have, which is refused whoever's it is."""
    changes = [change for record in question.records for change in record["changes"]]
    if any(change["field"] == "kind" and change["to"] is None for change in changes):
        return True
    entries = [entry for record in question.records for side in ("pauses", "reopenings") for entry in record[side]]
    spans = [(entry.get("start", entry.get("resolved")), entry.get("end", entry.get("reopened"))) for entry in entries]
    return any(end is not None and end < start for start, end in spans)


@FEWER
@given(question=questions(calls=True), asked=st.fixed_dictionaries(ALL_REPORTS))
def test_the_command_line_reports_alike(tmp_path_factory, question, asked):
    folder = tmp_path_factory.mktemp("truth")
    frame, sides = question.frames()
    of_frame = report_or_error(lambda: sc.report(frame, question.policy, **question.options(), **asked, **sides))
    texts = {
        name: value if isinstance(value, str) else ",".join(value) for name, value in asked.items() if name != "worst"
    }
    texts["worst"] = str(asked["worst"])
    words = [word for name, value in texts.items() for word in (f"--{name}", value)]
    out = folder / "report.json"
    code, problems = run("report", *files_of(question, folder, "parquet"), *words, "--json", str(out))
    if isinstance(of_frame, sc.Report) and not backward(question):
        assert (code, problems) == (0, "")
        values = json.loads(out.read_text(encoding="utf-8"))
        del values["value"]
        assert plain(values) == plain(of_frame)
        return
    check_problems(code, problems)
    if not backward(question):
        assert problem(of_frame) in problem(problems)
