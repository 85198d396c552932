"""Frames of tickets, and of what stands beside them: what they may hold, and what is refused as a ticket refuses it."""

from __future__ import annotations

from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import slaclock as sc
from desk import EXAMPLE, at
from questions import problem
from slaclock import columns, errors
from slaclock.checking import CaseFile

OPENED = at("2018-04-09 10:00")
NOW = at("2018-04-09 12:00")
EARLY = at("2018-04-08 10:00")


def frame_of(**own: Any) -> pd.DataFrame:
    """One ticket, with some cells of its own."""
    row = {"id": "T1", "kind": "incident", "priority": "P1", "opened": OPENED, **own}
    return pd.DataFrame({name: [value] for name, value in row.items()})


@pytest.mark.parametrize("measure", ["respond", "resolve"])
@pytest.mark.parametrize(
    "fields",
    [
        {"agreed": {"respond": "soon"}},
        {"agreed": {"resolve": "soon"}},
        {"agreed": {"respond": "2018-04-09"}},
        {"agreed": {"respond": EARLY.isoformat()}},
        {"agreed": {"resolve": EARLY}},
        {"agreed": {"respond": "2018-04-09 10:00"}},
        {"abandoned": EARLY},
        {"cancelled": EARLY},
        {"responded": EARLY},
    ],
)
def test_a_row_that_no_ticket_can_be_is_refused_as_the_ticket_is(fields, measure):
    with pytest.raises(sc.SlaClockError) as wanted:
        sc.Ticket(id="T1", opened=OPENED, **fields)
    own = {f"agreed_{name}": value for name, value in fields.get("agreed", {}).items()} or fields
    for ask in (columns.assess, sc.report):
        with pytest.raises(type(wanted.value)) as raised:
            ask(frame_of(**own), EXAMPLE, at=NOW, measure=measure)
        assert problem(raised.value) == problem(wanted.value)
        assert raised.value.row == 0


@pytest.mark.parametrize("agreed", ["2018-04-10 10:00", pd.Timestamp("2018-04-10 10:00")])
def test_what_was_agreed_is_read_in_the_time_zone_that_is_named(agreed):
    frame = pl.from_pandas(frame_of(agreed_resolve=agreed))
    answer = columns.assess(frame, EXAMPLE, at=NOW, timezone="Europe/London")
    assert answer["sla_due"].to_list() == [at("2018-04-10 10:00")]
    with pytest.raises(errors.NaiveDatetimeError, match="agreed.resolve"):
        columns.assess(frame, EXAMPLE, at=NOW)


MISSPELT = r"the tickets have a column 'agreed_resolv', and 'resolv' is no measure; call it 'agreed_resolve', if that"


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table, pl.LazyFrame])
def test_what_is_agreed_for_no_measure_is_refused(make):
    """As a ticket is for which something is agreed so; what is named in `columns` is meant."""
    frame = make({**ONE, "agreed_resolv": ["1 hour"]})
    with pytest.raises(sc.SlaClockError, match="'resolv' is no measure; use one of: "):
        sc.assess(sc.Ticket(id="T1", opened=OPENED, agreed={"resolv": "1 hour"}), EXAMPLE, at=NOW)
    for ask in (columns.assess, sc.report):
        with pytest.raises(errors.ColumnError, match=MISSPELT):
            collected(ask(frame, EXAMPLE, at=NOW))
    assert columns.assess(make({**ONE, "agreed_inform": ["1 hour"]}), EXAMPLE, at=NOW) is not None
    named = columns.assess(frame, EXAMPLE, at=NOW, columns={"agreed_resolve": "agreed_resolv"})
    assert named is not None


def collected(frame: Any) -> Any:
    """A lazy frame whose columns are asked for."""
    return frame.collect() if isinstance(frame, pl.LazyFrame) else frame


def test_an_engine_refuses_what_is_agreed_for_no_measure_too():
    import duckdb

    from slaclock.engines import duckdb as engine

    connection = duckdb.connect()
    tickets = connection.from_arrow(pa.table({**ONE, "agreed_resolv": ["1 hour"]}))
    with pytest.raises(errors.ColumnError, match=MISSPELT):
        engine.assess(tickets, EXAMPLE, at=NOW).read_all()


# What stands beside tickets

ENTRIES = {
    "pauses": {"ticket": ["T1"], "start": [OPENED], "end": [NOW], "reason": ["third_party"]},
    "changes": {"ticket": ["T1"], "at": [NOW], "field": ["priority"], "to": ["P2"]},
    "reopenings": {"ticket": ["T1"], "resolved": [OPENED], "reopened": [NOW]},
}
"""One entry of each side table."""
MAKERS = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}


def asked(make: Any, tickets: dict[str, Any], side: str, entries: dict[str, Any], **options: Any) -> list[Any]:
    answered = columns.assess(make(tickets), EXAMPLE, at=NOW, **{side: make(entries)}, **options)
    return [str(state) for state in answered["sla_state"]]


ONE = {"id": ["T1"], "priority": ["P1"], "opened": [OPENED]}


@pytest.mark.parametrize("side", ENTRIES)
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("row", ["x", "0", None, 0.5, 1.0, True, float("nan"), [0], -1, 1, 1 << 62])
def test_a_row_that_is_no_number_of_a_row_is_refused(side, make, row):
    entries = {name: cells for name, cells in ENTRIES[side].items() if name != "ticket"}
    with pytest.raises(errors.ColumnError, match=f"the {side}' rows are |there is no row|'s row is missing"):
        asked(make, ONE, side, {**entries, "row": [row]})
    assert asked(make, ONE, side, {**entries, "row": [0]})


@pytest.mark.parametrize("side", ENTRIES)
@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize(
    ("ids", "ticket", "message"),
    [
        ([1], "1", "the tickets' 'id' is a whole number, and the {side}' 'ticket' is text; cast one of them"),
        (["1"], 1, "the tickets' 'id' is text, and the {side}' 'ticket' is a whole number; cast one of them"),
        ([7], 8, "there is no ticket 8; remove its {side}"),
        (["T1"], "T2", "there is no ticket 'T2'; remove its {side}"),
        (["T1"], ["T1"], "the {side}' 'ticket' is a column of "),
        ([["T1"]], "T1", "the tickets' 'id' is a column of "),
        ([{"a": 1}], "T1", "the tickets' 'id' is a column of "),
    ],
)  # fmt: skip
def test_ids_are_joined_by_one_rule(side, make, ids, ticket, message):
    with pytest.raises(errors.ColumnError, match=message.format(side=side)):
        asked(make, {**ONE, "id": ids}, side, {**ENTRIES[side], "ticket": [ticket]})


@pytest.mark.parametrize("side", ENTRIES)
def test_ids_that_pandas_has_as_floats_are_whole_numbers(side):
    tickets = {"id": [1, None], "priority": ["P1", "P2"], "opened": [OPENED, OPENED]}
    assert asked(pd.DataFrame, tickets, side, {**ENTRIES[side], "ticket": [1]})


@pytest.mark.parametrize("side", ENTRIES)
def test_a_lazy_side_frame_is_collected(side):
    whole = columns.assess(pl.DataFrame(ONE), EXAMPLE, at=NOW, **{side: pl.DataFrame(ENTRIES[side])})
    lazy = {side: pl.LazyFrame(ENTRIES[side])}
    assert columns.assess(pl.DataFrame(ONE), EXAMPLE, at=NOW, **lazy).equals(whole)
    assert columns.assess(pl.LazyFrame(ONE), EXAMPLE, at=NOW, **lazy).collect().equals(whole)
    report = sc.report(pl.DataFrame(ONE), EXAMPLE, at=NOW, **lazy)
    assert report == sc.report(pl.LazyFrame(ONE), EXAMPLE, at=NOW, **lazy)
    relation = duckdb.from_arrow(pl.DataFrame(ENTRIES[side]).to_arrow())
    assert columns.assess(pl.DataFrame(ONE), EXAMPLE, at=NOW, **{side: relation}).equals(whole)


# Names and types of columns


def test_columns_whose_names_are_no_texts():
    frame = pd.DataFrame(ONE)
    unread = frame.assign(more=1).rename(columns={"more": 0})
    assert list(columns.assess(unread, EXAMPLE, at=NOW).columns[:4]) == ["id", "priority", "opened", 0]
    for name in (0, ("opened", "x")):
        renamed = frame.copy()
        renamed.columns = pd.Index(["id", "priority", name], tupleize_cols=False)
        with pytest.raises(errors.ColumnError, match="the tickets have no column 'opened'"):
            columns.assess(renamed, EXAMPLE, at=NOW)
        with pytest.raises(errors.ColumnError, match="which is no text; name one"):
            columns.assess(renamed, EXAMPLE, at=NOW, columns={"opened": name})
    for side, entries in ENTRIES.items():
        own = pd.DataFrame(entries)
        own.columns = ["ticket", 0, *own.columns[2:]]
        with pytest.raises(errors.ColumnError, match=f"the {side} have no column '.*'; there: ticket, 0"):
            columns.assess(frame, EXAMPLE, at=NOW, **{side: own})


def test_two_columns_of_one_name_are_refused():
    frame = pd.DataFrame(ONE)
    for ask in (columns.assess, sc.report):
        with pytest.raises(errors.ColumnError, match="^the tickets have two columns 'priority'; rename one"):
            ask(pd.concat([frame, frame[["priority"]]], axis=1), EXAMPLE, at=NOW)
    for side, entries in ENTRIES.items():
        own = pd.DataFrame(entries)
        with pytest.raises(errors.ColumnError, match=f"^the {side} have two columns 'ticket'"):
            columns.assess(frame, EXAMPLE, at=NOW, **{side: pd.concat([own, own], axis=1)})


@pytest.mark.parametrize("name", ["opened", "more"])
def test_two_columns_of_one_name_in_arrow_are_refused(name):
    table = pa.table({**ONE, "x": ONE["opened"], "y": ONE["opened"]})
    twice = table.rename_columns(["id", "priority", "opened", "more", name])
    for ask in (columns.assess, sc.report):
        with pytest.raises(errors.ColumnError, match=f"^the tickets have two columns {name!r}; rename one"):
            ask(twice, EXAMPLE, at=NOW)


def test_every_type_of_texts():
    wanted = columns.assess(pa.table(ONE), EXAMPLE, at=NOW, changes=pa.table(ENTRIES["changes"]))["sla_due"]
    views = pa.table({**ONE, "priority": pa.array(["P1"], pa.string_view()), "id": pa.array(["T1"], pa.string_view())})
    changes = pa.table({**ENTRIES["changes"], "ticket": pa.array(["T1"], pa.large_string())})
    answered = columns.assess(views, EXAMPLE, at=NOW, changes=changes)
    assert answered["sla_due"] == wanted
    assert answered["priority"].type == pa.string_view()  # the caller's own columns stay as they are
    objects = pl.DataFrame(ONE).with_columns(pl.Series(name, ONE[name], dtype=pl.Object) for name in ("id", "priority"))
    assert columns.assess(objects, EXAMPLE, at=NOW)["sla_state"].to_list() == ["running"]


@pytest.mark.parametrize("make", MAKERS.values(), ids=MAKERS)
@pytest.mark.parametrize("name", ["kind", "priority", "agreed_resolve"])
def test_lists_are_no_texts(make, name):
    with pytest.raises(errors.ColumnError, match=f"^{name} is a column of .*; give texts"):
        columns.assess(make({**ONE, name: [["a"]]}), EXAMPLE, at=NOW)


# Options


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"threads": "x"}, "threads='x' is no whole number"),
        ({"threads": 1.5}, "threads=1.5 is no whole number"),
        ({"columns": 5}, "columns=5 is no mapping"),
        ({"columns": ["id"]}, r"columns=\['id'\] is no mapping"),
        ({"columns": {"opened": None}}, "columns= has None for 'opened'"),
        ({"timezone": 5}, "there is no time zone 5"),
        ({"timezone": "No/Where"}, "there is no time zone 'No/Where'"),
        ({"prefix": None}, "prefix=None is no text"),
        ({"measure": ["resolve"]}, r"\['resolve'\] is no measure"),
    ],
)  # fmt: skip
def test_options_that_are_none(options, message):
    with pytest.raises(sc.SlaClockError, match=message):
        columns.assess(pd.DataFrame(ONE), EXAMPLE, at=NOW, **options)
    if "prefix" not in options:
        with pytest.raises(sc.SlaClockError, match=message):
            sc.report(pd.DataFrame(ONE), EXAMPLE, at=NOW, **options)
    if options.keys() <= {"threads", "timezone"}:
        opened = pd.Series(ONE["opened"])
        with pytest.raises(sc.SlaClockError, match=message):
            columns.elapsed(opened, opened, calendar=EXAMPLE.calendar, **options)


@pytest.mark.parametrize("wrong", [5, None, [5], [None]])
def test_what_is_no_policy_and_no_path(wrong):
    with pytest.raises(errors.ModelError, match="is no list of policies|should be a table or instance of Policy"):
        sc.PolicyBook(wrong)
    for load in (sc.PolicyBook.load, sc.Policy.load, sc.EventMapping.load, CaseFile.load):
        with pytest.raises(sc.SlaClockError, match="is not the path of a file; give it as a text"):
            load(wrong)


def test_one_policy_or_ticket_where_a_list_is_wanted():
    own = sc.Ticket(id="T1", priority="P1", opened=OPENED)
    with pytest.raises(errors.ModelError, match=r"is no list of policies; give one, such as \[policy\]"):
        sc.PolicyBook(EXAMPLE)
    with pytest.raises(errors.ColumnError, match=r"^the tickets are a Ticket; .*such as \[ticket\]"):
        sc.report(own, EXAMPLE, at=NOW)
    with pytest.raises(errors.PolicyError, match="'bad' is no measure"):
        sc.assess_many([own], EXAMPLE, at=NOW, measure="bad", errors="return")


RULES = [
    {},
    {"priority_change": "restart"},
    {"breach": "stands"},
    {"priority_change": "restart", "breach": "stands", "reopening": "restart"},
    {"priority_change": "carry"},
]


def rows_asked_alone(
    monkeypatch: pytest.MonkeyPatch, tickets: pd.DataFrame, policy: sc.Policy, **sides: Any
) -> set[str]:
    """The ids of the tickets for which `columns.assess` asks the function for one ticket."""
    from slaclock.columns.calendar_rows import scalar

    of_one = scalar.assess
    asked: list[sc.Ticket] = []

    def assess(ticket: sc.Ticket, *arguments: Any, **options: Any) -> sc.Assessment:
        asked.append(ticket)
        return of_one(ticket, *arguments, **options)

    with monkeypatch.context() as patch:
        patch.setattr(scalar, "assess", assess)
        columns.assess(tickets, policy, at=NOW, **sides)
    return {ticket.id for ticket in asked}


@pytest.mark.parametrize("rules", RULES, ids=lambda rules: " ".join(rules.values()) or "default")
def test_no_rule_has_a_row_asked_alone(monkeypatch, rules):
    """As docs/speed.md says: changes, reopenings and what was agreed are answered by arrays, whatever the rules."""
    tickets = pd.DataFrame({
        "id": ["plain", "raised", "reopened", "untriaged", "urgent", "recategorised", "cancelled"],
        "priority": ["P1", "P4", "P2", None, None, "P3", "P3"],
        "impact": [None, None, None, None, "high", None, None],
        "urgency": [None, None, None, None, "low", None, None],
        "opened": OPENED,
        "cancelled": [None] * 6 + [at("2018-04-09 11:00")],
    })  # fmt: skip
    words = {"raised": ("priority", "P1"), "untriaged": ("priority", "P1"), "urgent": ("urgency", "high")}
    words["recategorised"] = "category", "network"
    changes = pd.DataFrame(
        [{"ticket": key, "at": at("2018-04-09 10:30"), "field": field, "to": to} for key, (field, to) in words.items()]
    )
    instants = {"resolved": at("2018-04-09 10:20"), "reopened": at("2018-04-09 10:40")}
    reopenings = pd.DataFrame([{"ticket": "reopened", **instants}])
    policy = EXAMPLE.model_copy(update={"rules": type(EXAMPLE.rules)(**rules)})
    sides = {"changes": changes, "reopenings": reopenings}
    assert rows_asked_alone(monkeypatch, tickets, policy, **sides) == set()
    day = "2018-04-10T10:00+01:00"
    agreed = tickets.assign(agreed_resolve=[day, "1 day", "90 wall minutes", day, None, None, day])
    assert rows_asked_alone(monkeypatch, agreed, policy, **sides) == set()
    wrong = tickets.assign(agreed_respond=[None, "1 day", "soon", *[None] * 4])
    with pytest.raises(errors.TargetError):
        rows_asked_alone(monkeypatch, wrong, policy, **sides)
