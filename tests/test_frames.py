"""Frames of tickets, and of what stands beside them: what they may hold, and what is refused as a ticket refuses it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import polars as pl
import pytest

import slaclock as sc
from desk import EXAMPLE, at
from questions import problem
from slaclock import columns, errors

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
