"""Change logs as desks keep them: their order, their repeated hours, their shapes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

import oracle_logs
import slaclock as sc
from desk import at, desk
from slaclock import errors

STATES = {"New": "running", "Vendor": "paused: third_party", "User": "paused: user", "Done": "resolved",
          "Closed": "closed", "Merged": "cancelled"}  # fmt: skip
BASE = {"columns": {"ticket": "id", "state": "state", "at": "at"}, "states": STATES, "timezone": "Europe/London"}
FIELDS = {
    "columns": {"ticket": "id", "at": "at", "field": "field", "old": "old", "new": "new"},
    "states": STATES,
    "timezone": "Europe/London",
    "fields": {"status": "state", "priority": "priority", "hold": "reason"},
    "priorities": {"High": "P2", "Top": "P1"},
}


def fold(rows, mapping=BASE, **columns):
    changed = {**mapping, "columns": {**mapping["columns"], **columns}}
    return sc.tickets_from_events(rows, sc.EventMapping.model_validate(changed))


def states(*rows, day="2018-04-09", **more):
    return [{"id": "A", "state": state, "at": f"{day} {when}", **more} for when, state in rows]


def changed(*rows):
    return [
        {"id": "A", "at": f"2018-04-09 {when}", "field": name, "old": old, "new": new} for when, name, old, new in rows
    ]


def waits(ticket):
    return [(f"{p.start:%H:%M}", p.end and f"{p.end:%H:%M}", p.reason) for p in ticket.pauses]


# Random logs against the slow fold

LIVES = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([*STATES][:-1])), min_size=1, max_size=8),
    min_size=1,
    max_size=4,
)


def written(drawn):
    rows = []
    for number, life in enumerate(drawn):
        when = datetime(2018, 4, 9, 9, 0)
        for minutes, state in life:
            when += timedelta(minutes=minutes)
            rows.append({"id": f"T{number}", "state": state, "at": f"{when:%d/%m/%Y %H:%M}"})
    return sorted(rows, key=lambda row: row["at"])


@given(LIVES, st.booleans(), st.booleans())
def test_random_logs_of_both_shapes_and_orders(drawn, by_field, newest_first):
    rows = written(drawn)
    expected = oracle_logs.lives(rows, STATES, "Europe/London", "%d/%m/%Y %H:%M")
    mapping = {**BASE, "time_format": "%d/%m/%Y %H:%M"}
    if by_field:
        before = {}
        log = []
        for row in rows:
            log.append({"id": row["id"], "at": row["at"], "field": "status", "new": row["state"],
                        "old": before.get(row["id"], "")})  # fmt: skip
            before[row["id"]] = row["state"]
        mapping = {**FIELDS, "time_format": "%d/%m/%Y %H:%M"}
    else:
        log = rows
    distinct = {row["id"]: {other["at"] for other in rows if other["id"] == row["id"]} for row in rows}
    if newest_first and all(len(times) == 1 for times in distinct.values()):
        newest_first = False  # rows of one instant alone have no direction but that in which they stand
    tickets = fold(log[::-1] if newest_first else log, mapping)
    assert {ticket.id: oracle_logs.summary(ticket) for ticket in tickets} == {
        key: oracle_logs.expected(life) for key, life in expected.items()
    }
    assert [sc.Ticket.from_json(ticket.to_json()) for ticket in tickets] == tickets  # each is one that could be given
    assert [ticket.model_copy() for ticket in tickets] == tickets


# Order and ties

TIED = states(("09:00", "New"), ("10:00", "Vendor"), ("10:00", "New"), ("11:00", "Done"))


def test_a_log_is_read_from_its_old_end():
    [ticket] = fold(TIED)
    assert waits(ticket) == [("10:00", "10:00", "third_party")]
    assert fold(TIED[::-1]) == [ticket]


def test_rows_of_one_instant_in_a_log_of_no_order():
    mixed = [*TIED[2:], *TIED[:2]]
    with pytest.raises(
        errors.EventError, match=r"^row 4: rows 1 and 4 of A have one instant, .*; sort the log by time"
    ):
        fold(mixed)
    numbered = [{**row, "n": str(number)} for number, row in enumerate(TIED, start=9)]  # 9 comes before 10
    assert fold([*numbered[2:], *numbered[:2]], sequence="n") == fold(TIED)
    with pytest.raises(errors.EventError, match=r"row 2, column 'n': 'x' is no whole number"):
        fold([numbered[0], {**numbered[1], "n": "x"}], sequence="n")
    with pytest.raises(errors.EventError, match="have one instant"):
        fold([{**row, "n": "1"} for row in mixed], sequence="n")
    other = [{**row, "id": "B"} for row in states(("10:00", "New"), ("09:00", "New"))]
    with pytest.raises(errors.EventError, match="rows 2 and 3 of A"):  # the order is the whole log's
        fold([*TIED, *other])


def test_the_hour_that_autumn_repeats():
    log = states(("00:50", "New"), ("01:40", "Vendor"), ("01:10", "New"), ("01:40", "Vendor"), ("02:05", "Done"),
                 day="2018-10-28")  # fmt: skip
    [ticket] = fold(log)
    in_utc = [[f"{instant.astimezone(UTC):%H:%M}" for instant in (p.start, p.end)] for p in ticket.pauses]
    assert in_utc == [["00:40", "01:10"], ["01:40", "02:05"]]
    assert fold(log[::-1]) == [ticket]
    alone = states(("01:40", "New"), ("02:05", "Done"), day="2018-10-28")
    assert fold(alone)[0].opened.astimezone(UTC).hour == 0  # the first occurrence
    exact = states(("01:40+00:00", "New"), ("02:05", "Done"), day="2018-10-28")
    assert fold(exact)[0].opened.astimezone(UTC).hour == 1  # an offset leaves nothing to choose


# Shapes


def test_a_log_of_changed_fields():
    log = changed(
        ("10:00", "status", "New", "Vendor"),
        ("10:30", "labels", "", "x"),
        ("11:00", "priority", "High", "Top"),
        ("11:30", "status", "Vendor", "Done"),
        ("11:40", "priority", "Top", ""),
    )
    [ticket] = fold(log, FIELDS)
    assert (ticket.priority, ticket.resolved) == ("P2", at("2018-04-09 11:30"))
    assert waits(ticket) == [("10:00", "11:30", "third_party")]
    assert [(change.field, change.to) for change in ticket.changes] == [("priority", "P1"), ("priority", None)]
    assert fold(log[::-1], FIELDS) == [ticket]


def test_the_old_state_holds_from_the_opening():
    log = [{**row, "made": "2018-04-09 09:00"} for row in changed(("10:00", "status", "Vendor", "New"))]
    [ticket] = fold(log, FIELDS, opened="made")
    assert (ticket.opened, waits(ticket)) == (at("2018-04-09 09:00"), [("09:00", "10:00", "third_party")])
    [ticket] = fold(
        [{**states(("10:00", "New"))[0], "was": "User", "made": "2018-04-09 09:30"}], old="was", opened="made"
    )
    assert waits(ticket) == [("09:30", "10:00", "user")]


def test_reasons_in_a_column_of_their_own():
    mapping = {**BASE, "states": {"New": "running", "Hold": "paused", "User": "paused: user"},
               "reasons": {"Vendor": "third_party"}}  # fmt: skip
    log = [
        {"id": "A", "state": state, "at": f"2018-04-09 {when}", "why": why}
        for when, state, why in [("09:00", "New", ""), ("10:00", "Hold", "Vendor"), ("10:30", "Hold", ""),
                                 ("11:00", "Hold", "problem"), ("12:00", "User", ""), ("13:00", "New", "")]
    ]  # fmt: skip
    [ticket] = fold(log, mapping, reason="why")
    assert waits(ticket) == [
        ("10:00", "11:00", "third_party"),
        ("11:00", "12:00", "problem"),
        ("12:00", "13:00", "user"),
    ]
    with pytest.raises(errors.EventError, match="row 2: A is paused, and no row says why; give the reason"):
        fold([log[0], {**log[1], "why": ""}], mapping, reason="why")
    both = {**FIELDS, "states": {"New": "running", "Hold": "paused"}}
    for order in (1, -1):  # one save writes both rows, in either order
        saved = changed(("10:00", "status", "New", "Hold"), ("10:00", "hold", "", "vendor"))[::order]
        later = changed(("11:00", "hold", "vendor", "user"), ("12:00", "status", "Hold", "New"))
        assert waits(fold([*saved, *later], both)[0]) == [("10:00", "11:00", "vendor"), ("11:00", "12:00", "user")]


def test_states_that_are_not_listed_and_those_that_say_nothing():
    mapping = {**BASE, "states": {"Vendor": "paused: x", "Draft": "ignore", "*": "running"}}
    [ticket] = fold(states(("09:00", "Any"), ("10:00", "Vendor"), ("10:30", "Draft"), ("11:00", "Other")), mapping)
    assert waits(ticket) == [("10:00", "11:00", "x")]


def test_merged_and_cancelled():
    [ticket] = fold(states(("09:00", "New"), ("10:00", "Merged"), ("11:00", "Closed")))
    assert (ticket.cancelled, ticket.resolved) == (at("2018-04-09 10:00"), None)
    policy = sc.Policy(name="a", calendar=desk(), targets={"incident": {"resolve": "6 hours"}})
    assert sc.assess(ticket, policy, at=at("2018-04-09 12:00")).state == "cancelled"
    [ticket] = fold(states(("09:00", "New"), ("10:00", "Merged"), ("11:00", "New")))
    assert [(r.resolved, r.reopened) for r in ticket.reopenings] == [(at("2018-04-09 10:00"), at("2018-04-09 11:00"))]
    assert sc.assess(ticket, policy, at=at("2018-04-09 10:30")).state == "cancelled"
    assert sc.assess(ticket, policy, at=at("2018-04-09 12:00")).state == "running"


def test_messages_by_their_authors_and_a_recorded_response():
    mapping = {**BASE, "events": {"comment": "author", "*": "none"}, "authors": {"agent": "answered", "*": "asked"}}
    log = [
        {"id": "A", "state": state, "at": f"2018-04-09 {when}", "what": what, "who": who, "first": first}
        for when, state, what, who, first in [
            ("09:00", "New", "made", "", ""), ("10:00", "", "comment", "customer", ""),
            ("11:00", "", "comment", "agent", "2018-04-09 09:30"), ("12:00", "New", "note", "agent", ""),
        ]
    ]  # fmt: skip
    [ticket] = fold(log, mapping, event="what", author="who", responded="first")
    assert [(event.name, event.at.hour) for event in ticket.events] == [("asked", 10), ("answered", 11)]
    assert ticket.responded == at("2018-04-09 09:30")
    with pytest.raises(errors.EventError, match="row 2, column 'who': the author of a message is missing"):
        fold([log[0], {**log[1], "who": ""}], mapping, event="what", author="who")
    early = [{**row, "first": "2018-04-09 08:00"} for row in log]
    with pytest.raises(errors.EventError, match="the events of A from row 1: the first response at .* is before A was"):
        fold(early, mapping, event="what", author="who", responded="first")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"columns": {"ticket": "a", "at": "b", "field": "c"}}, r"columns\.new: a log of changed fields has both"),
        ({"columns": {"ticket": "a", "at": "b", "state": "s", "field": "c", "new": "d"}}, "either states or changed"),
        ({"columns": {"ticket": "a", "at": "b", "state": "s"}}, r"give \[columns\] field and new"),
        ({"fields": {}}, r"give \[fields\], such as status = 'state'"),
        ({"fields": {"p": "priority"}}, "fields: none of the fields is the state"),
        ({"fields": {"p": "colour"}}, r"fields\.p: 'colour' is nothing that a log changes; use one of: state, reason"),
        ({"fields": {"s": "state"}, "states": {"Hold": "paused"}}, "nothing says why 'Hold' is paused"),
        ({"events": {"x": "author"}, "columns": {**FIELDS["columns"], "event": "e"}}, "need three parts"),
    ],
)
def test_a_mapping_of_changed_fields_that_cannot_be_read(changes, message):
    with pytest.raises(sc.SlaClockError, match=message):
        sc.EventMapping.model_validate({**FIELDS, **changes})


@given(
    st.text(alphabet="0123456789/ :%-", max_size=18),
    st.sampled_from(["%d/%m/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%m.%d.%Y"]),
)
def test_what_is_a_time_is_what_strptime_says(text, time_format):
    reader = {**BASE, "time_format": time_format, "missing": []}
    try:
        expected = datetime.strptime(text.strip(), time_format)
    except ValueError:
        with pytest.raises(errors.EventError):
            fold([{"id": "A", "state": "New", "at": text}], reader)
        return
    assert fold([{"id": "A", "state": "New", "at": text}], reader)[0].opened.replace(tzinfo=None) == expected
