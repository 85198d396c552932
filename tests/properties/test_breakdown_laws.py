"""Where a ticket's time went sums to its open time, and to what its clock has counted."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import questions


@given(question=questions(), by=st.sampled_from([None, "team", "priority", "kind"]))
def test_the_rows_of_a_breakdown_sum_to_the_open_time(question, by):
    for record in question.records:
        try:
            a = sc.assess(histories.ticket_of(record), question.policy, at=question.at, measure=question.measure)
            items = a.items
        except sc.SlaClockError:
            continue
        for item in items:
            made = item.breakdown(by)
            assert made.elapsed == item.elapsed
            assert made.total >= item.elapsed
            assert all(row.length > timedelta(0) for row in made)
            assert len({(row.value, row.reason, row.stopped) for row in made}) == len(made)
            assert item.breakdown().total == made.total
