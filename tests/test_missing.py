"""What says that there is nothing (None, NaN, NaT, NA, an empty text) is missing, whoever is given it."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import polars as pl
import pytest

import slaclock as sc
from desk import EXAMPLE, at
from slaclock import columns

NOTHING = [None, "", "  ", math.nan, np.float64("nan"), pd.NA, pd.NaT]
OPENED = at("2018-04-09 10:00")
NOW = at("2018-04-09 11:00")


@pytest.mark.parametrize("nothing", NOTHING, ids=repr)
def test_a_ticket_takes_nothing_for_missing(nothing):
    bare = sc.Ticket(id="T1", priority="P1", opened=OPENED)
    fields = dict.fromkeys(("responded", "resolved", "cancelled", "category", "impact", "urgency"), nothing)
    full = sc.Ticket(
        id="T1", priority="P1", opened=OPENED, **fields, attributes={"site": nothing}, agreed={"resolve": nothing}
    )
    assert full == bare
    assert sc.Ticket(id="T1", priority=nothing, opened=OPENED).priority is None
    assert sc.Change(at=NOW, field="priority", to=nothing).to is None
    assert sc.Pause(start=NOW, end=nothing, reason=nothing) == sc.Pause(start=NOW)


@pytest.mark.parametrize("nothing", NOTHING, ids=repr)
@pytest.mark.parametrize("name", ["id", "kind", "opened"])
def test_what_a_ticket_must_have_is_an_error_that_names_it(name, nothing):
    fields = {"id": "T1", "kind": "incident", "opened": OPENED, name: nothing}
    with pytest.raises(sc.SlaClockError, match=name):
        sc.Ticket(**fields)
    with pytest.raises(sc.SlaClockError, match="field"):
        sc.Change(at=NOW, field=nothing, to="P1")


@pytest.mark.parametrize("nothing", ["", " ", None])
@pytest.mark.parametrize("frame_of", [pl.DataFrame, pd.DataFrame, lambda data: pl.DataFrame(data).to_arrow()])
def test_columns_take_nothing_for_missing(nothing, frame_of):
    names = ("priority", "category", "impact", "urgency", "agreed_resolve")
    data = {
        "id": ["T1", nothing, nothing],
        "opened": [OPENED] * 3,
        **{name: ["P1", nothing, nothing] for name in names},
    }
    data |= {"category": ["toner", nothing, nothing], "agreed_resolve": ["1 day", nothing, nothing]}
    data |= {"impact": ["high", nothing, nothing], "urgency": ["high", nothing, nothing]}
    changes = frame_of({"ticket": ["T1"], "at": [NOW], "field": ["priority"], "to": [nothing]})
    answered = columns.assess(frame_of(data), EXAMPLE, at=NOW, changes=changes)
    scalar = [
        sc.assess(sc.Ticket(id="T", opened=OPENED), EXAMPLE, at=NOW).state,
        sc.assess(
            sc.Ticket(id="T", opened=OPENED, priority="P1", agreed={"resolve": "1 day"}, impact="high", urgency="high",
                      changes=[sc.Change(at=NOW, field="priority", to=None)]),
            EXAMPLE, at=NOW,
        ).state,
    ]  # fmt: skip
    assert list(pl.DataFrame(answered)["sla_state"]) == [scalar[1], scalar[0], scalar[0]]
    entries = {"ticket": [nothing], "at": [NOW], "field": ["priority"], "to": ["P1"]}
    with pytest.raises(sc.SlaClockError, match="there is no ticket"):
        columns.assess(frame_of(data), EXAMPLE, at=NOW, changes=frame_of(entries))


@pytest.mark.parametrize("field", ["Priority", "priority ", "IMPACT", "resolved", "Opened", "changes", "id"])
def test_a_change_or_an_attribute_is_of_no_field_that_is_a_tickets_own(field):
    said = "is not how a ticket's field is written; write '|no change can be of '"
    with pytest.raises(sc.SlaClockError, match=said):
        sc.Change(at=NOW, field=field, to="P1")
    with pytest.raises(sc.SlaClockError, match="field of a ticket's own and no attribute; give it another name"):
        sc.Ticket(id="T1", opened=OPENED, attributes={field: "P1"})
    tickets = pl.DataFrame({"id": ["T1"], "priority": ["P2"], "opened": [OPENED]})
    changes = pl.DataFrame({"ticket": ["T1"], "at": [NOW], "field": [field], "to": ["P1"]})
    with pytest.raises(sc.SlaClockError, match=said):
        columns.assess(tickets, EXAMPLE, at=NOW, changes=changes)
