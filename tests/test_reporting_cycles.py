"""Reports whose items are cycles: counts, shares, standards and worst misses, through every door."""

from __future__ import annotations

import json

import duckdb
import pandas as pd
import pytest

import slaclock as sc
from desk import EXAMPLE, at
from slaclock.cli import main
from slaclock.engines import duckdb as duckdb_engine
from slaclock.policy.measures import NextStart
from slaclock.reporting.model import Report

NOW = at("2018-04-11 12:00")
TARGETS = {"incident": {"P2": {"resolve": "6 hours", "update": "4 hours"}}}


def event(text: str, name: str = "answered") -> sc.Event:
    return sc.Event(at=at(text), name=name)


TICKET = sc.Ticket(
    id="T1", priority="P2", opened=at("2018-04-09 10:00"), resolved=at("2018-04-11 10:00"),
    pauses=[sc.Pause(start=at("2018-04-09 11:00"), end=at("2018-04-11 09:00"), reason="third_party")],
    events=[event("2018-04-09 13:30"), event("2018-04-10 09:00")],
)  # fmt: skip
COLUMNS = {
    "tickets": {
        "id": ["T1"], "kind": ["incident"], "priority": ["P2"], "opened": [TICKET.opened], "resolved": [TICKET.resolved]
    },
    "pauses": {
        "ticket": ["T1"], "start": [TICKET.pauses[0].start], "end": [TICKET.pauses[0].end], "reason": ["third_party"]
    },
    "events": {"ticket": ["T1", "T1"], "at": [event.at for event in TICKET.events], "name": ["answered", "answered"]},
}  # fmt: skip


def policy(reading: NextStart = "event", **given: object) -> sc.Policy:
    fields = {"name": "kept informed", "calendar": EXAMPLE.calendar, "pauses": {"third_party": ["resolve"]}}
    measures = {"update": {"next": reading}}
    return sc.Policy.model_validate({**fields, "targets": TARGETS, "measures": measures, **given})


def frames() -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
    made = {name: pd.DataFrame(columns) for name, columns in COLUMNS.items()}
    return made.pop("tickets"), made


def report(own: sc.Policy | sc.PolicyBook, tickets: list[sc.Ticket] | None = None, **options: object) -> Report:
    asked = {"at": NOW, "measure": "update", **options}
    return sc.report([TICKET] if tickets is None else tickets, own, **asked)  # type: ignore[arg-type]


@pytest.mark.parametrize(("reading", "met", "cycles"), [("event", 1, 3), ("due", 2, 3), ("grid", 3, 5)])
def test_the_three_readings_are_counted_alike_through_every_door(reading, met, cycles, tmp_path):
    own = policy(reading, standards={"updates": {"kind": "incident", "share": 95, "measure": "update"}})
    of_list = report(own)
    assert (of_list.items, of_list.totals["met"], of_list.totals["breached"]) == ("cycles", met, cycles - met)
    whole = next(result for result in of_list.standards if result.period is None)
    assert (whole.met, whole.missed, whole.attained) == (met, cycles - met, False)
    frame, sides = frames()
    assert sc.report(frame, own, at=NOW, measure="update", **sides).to_dict() == of_list.to_dict()
    with duckdb.connect() as connection:
        beside = {side: connection.from_df(entries) for side, entries in sides.items()}
        of_sql = duckdb_engine.report(connection.from_df(frame), own, at=NOW, measure="update", **beside)
    assert of_sql.to_dict() == of_list.to_dict()
    (tmp_path / "sla.json").write_text(own.to_json(), encoding="utf-8")
    words = ["report", str(tmp_path / "tickets.csv"), "--policy", str(tmp_path / "sla.json"), "--at", NOW.isoformat()]
    frame.to_csv(tmp_path / "tickets.csv", index=False)
    for side, option in {"pauses": "--pauses", "events": "--messages"}.items():
        sides[side].to_csv(tmp_path / f"{side}.csv", index=False)
        words += [option, str(tmp_path / f"{side}.csv")]
    assert main([*words, "--measure", "update", "--json", str(tmp_path / "report.json")]) == 0
    written = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert {name: value for name, value in written.items() if name != "value"} == of_list.to_dict()
    assert sc.Report.from_json((tmp_path / "report.json").read_text(encoding="utf-8")) == of_list


def test_the_worst_cycles_name_their_tickets_and_numbers_and_explain_themselves():
    made = report(policy())
    assert [(a.ticket_id, a.cycle, -a.remaining) for a in made.worst if a.remaining] == [
        ("T1", 3, pd.Timedelta("6h")), ("T1", 2, pd.Timedelta("30min")),
    ]  # fmt: skip
    page = made.to_html(pictures=False)
    assert "Why T1 (cycle 3) is late" in page
    assert "Why T1 (cycle 2) is late" in page
    text = str(made)
    assert "33.3 % of 3 decided cycles met their target; 2 missed it, of 3 cycles in all." in text
    assert "Cycles belong to the year in which they began." in text
    assert [values["cycle"] for values in made.to_dict()["worst"]] == [3, 2]
    assert [a.cycle for a in report(policy(), worst=1).worst] == [3]


def test_a_cycle_that_its_line_ended_is_not_said_to_be_open():
    waiting = sc.Ticket(id="T2", priority="P2", opened=at("2018-04-09 10:00"))
    text = report(policy("grid"), [waiting], at=at("2018-04-10 09:30")).to_markdown()
    assert "| Tue 10 Apr 2018 09:00 | never |" in text
    assert "| Mon 9 Apr 2018 14:00 | still open |" in report(policy(), [waiting]).to_markdown()


def test_a_standard_over_cycles_has_its_own_target():
    standards = {
        "in four": {"kind": "incident", "share": 50, "target": "4 hours 30 minutes", "measure": "update"},
        "in ten": {"kind": "incident", "share": 95, "target": "10 hours", "measure": "update"},
    }
    made = report(policy(standards=standards), measure="resolve")
    assert made.items == "tickets"
    assert made.overall.total == 1
    assert [(r.name, r.met, r.missed, r.attained) for r in made.standards if r.period is None] == [
        ("in four", 2, 1, True), ("in ten", 3, 0, True),
    ]  # fmt: skip


def test_a_ticket_without_a_cycle_counts_once():
    targets = {"incident": {"P2": {"reply": "2 hours"}}}
    made = report(policy(targets=targets, measures={}), measure="reply")
    assert made.totals == {state: int(state == "not-started") for state in made.totals}
    asked = TICKET.model_copy(update={
        "id": "T2", "responded": at("2018-04-09 10:30"),
        "events": (event("2018-04-09 15:00", "asked"), event("2018-04-10 08:30")),
    })  # fmt: skip
    made = report(policy(targets=targets, measures={}), [TICKET, asked], measure="reply")
    assert (made.totals["not-started"], made.totals["breached"], made.overall.total) == (1, 1, 2)


@pytest.mark.parametrize(("by", "months"), [
    ("opened", {"2018-04": 3}), ("due", {"2018-04": 1, "2018-05": 2}), ("resolved", {"2018-04": 2, "2018-05": 1}),
])  # fmt: skip
def test_a_cycle_lies_in_the_period_of_its_own_start_due_date_or_end(by, months):
    ticket = sc.Ticket(
        id="T1", priority="P2", opened=at("2018-04-30 09:00"), resolved=at("2018-05-01 10:00"),
        events=[event("2018-04-30 14:00"), event("2018-04-30 16:00")],
    )  # fmt: skip
    made = report(policy(), [ticket], at=at("2018-05-02 12:00"), by=by, period="month")
    assert {str(figures.period): figures.total for figures in made.by_period} == months


def test_a_cycle_of_a_grid_ends_at_its_line_and_is_no_shorter():
    ticket = sc.Ticket(id="T1", priority="P2", opened=at("2018-04-30 10:00"))
    made = report(policy("grid"), [ticket], at=at("2018-05-01 12:00"), by="resolved", period="month")
    by_period = {str(figures.period): dict(figures.counts) for figures in made.by_period}
    assert by_period["2018-04"]["breached"] == 1  # Monday 14:00
    assert {label: sum(counts.values()) for label, counts in by_period.items()} == {
        "2018-04": 1,
        "2018-05": 1,
        "None": 1,
    }


def test_what_was_abandoned_takes_its_running_cycle_along_and_no_later_one():
    standards = {"updates": {"kind": "incident", "share": 95, "measure": "update", "abandoned": "missed"}}
    given = TICKET.model_copy(update={"abandoned": at("2018-04-09 14:00"), "resolved": None})
    result, *_ = report(policy(standards=standards), [given]).standards
    # The first was answered before; the second was waited for; the third began afterwards, and is late.
    assert (result.met, result.missed, result.abandoned) == (1, 2, 1)


def test_the_policies_of_a_book_may_judge_a_measure_as_one_clock_or_by_its_cycles():
    team = {"applies_to": {"team": "L1"}}
    one = policy(measures={"update": {"cycles": "latest"}}, **team)
    book = sc.PolicyBook([one, policy()])
    mine = TICKET.model_copy(update={"id": "T2", "attributes": {"team": "L1"}})
    made = report(book, [TICKET, mine])
    assert (made.items, made.overall.total) == ("cycles", 4)
    frame, sides = frames()
    frame = pd.concat([frame.assign(team=None), frame.assign(id="T2", team="L1")], ignore_index=True)
    sides = {side: pd.concat([rows, rows.assign(ticket="T2")]) for side, rows in sides.items()}
    of_frame = sc.report(frame, book, at=NOW, measure="update", **sides)
    assert of_frame.to_dict() == made.to_dict()
    assert "| T2 | - |" in made.to_markdown()


def test_an_instant_agreed_for_many_cycles_is_the_same_error_of_the_first_such_ticket():
    wrong = TICKET.model_copy(update={"id": "T2", "agreed": {"update": at("2018-04-10 10:00")}})
    with pytest.raises(sc.SlaClockError, match="ticket T2.agreed.update: an instant is agreed for update"):
        report(policy(), [TICKET, wrong])
    frame, _ = frames()
    frame = pd.concat([frame, frame.assign(id="T2", agreed_update=at("2018-04-10 10:00").isoformat())])
    with pytest.raises(sc.SlaClockError, match="row 1.agreed.update: an instant is agreed for update") as raised:
        sc.report(frame, policy(), at=NOW, measure="update")
    assert raised.value.row == 1
