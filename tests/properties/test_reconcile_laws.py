"""A desk that reads as a policy can say fits that reading in all of its tickets, from a list and from a frame."""

from __future__ import annotations

from typing import Any

from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

import histories
import slaclock as sc
from questions import questions
from slaclock.columns.tickets import own_fields
from slaclock.reconciling.desk_figures import read_figures
from slaclock.reconciling.judged import judged_of
from slaclock.reconciling.parts import parts_of
from slaclock.reconciling.policies import PoliciesUnder
from slaclock.reconciling.readings import ADDED, IGNORED, DeskReading
from slaclock.reconciling.roundings import Roundings
from slaclock.reconciling.telling import due_under
from slaclock.reporting.sources import TicketList, source_of
from slaclock.temporal.instants import to_micros

FEWER = settings(max_examples=max(settings.default.max_examples // 4, 2))
READINGS = (
    DeskReading(),
    DeskReading(priority_change="restart", breach="stands"),
    DeskReading(priority_change="carry"),
    DeskReading(reopening="restart"),
    DeskReading(holidays="left out", zone="UTC"),
    DeskReading(hours="00:00-23:59"),
    DeskReading(hours="one span a day"),
    DeskReading(hours="around the clock", pauses=IGNORED),
    DeskReading(pauses=ADDED),
)


@FEWER
@given(questions(), st.sampled_from(READINGS))
def test_a_reading_reproduces_what_assess_says_under_it(question, reading):
    """Each ticket is asked alone under the altered policy, and counted by nothing that the enumeration has."""
    under = PoliciesUnder(question.policy)
    frame, sides = question.frames()
    try:
        tickets = [histories.ticket_of(record) for record in question.records]
        dues = {own.id: due_under(under, own, reading, question.at, question.measure) for own in tickets}
    except sc.SlaClockError:
        assume(False)
    given_dues: dict[str, Any] = {name: due for name, due in dues.items() if due is not None}
    assume(given_dues)
    source = source_of(frame, sides, own=own_fields(question.policy))
    made = []
    for own in (TicketList(tickets), source):
        desk = read_figures({"due": given_dues}, None, lambda: [*dues], timezone=None, unit=None)
        try:
            judged = judged_of(own, question.policy, to_micros(question.at), question.measure, desk)
        except sc.SlaClockError:
            event("an error")
            return
        assume(judged.count)
        # Under the reading itself, and under the policy as it is written, whatever else there is to try.
        for part in parts_of(judged, under):
            ours = part.ours(reading.only(part.axes))
            assert Roundings.of(part.desk).exactly.fits(part.desk, ours).all(), (part.axes, reading)
            made.append([column.tolist() for column in ours])
    event(f"parts: {len(made) // 2}")
    assert made[: len(made) // 2] == made[len(made) // 2 :]
