"""A frame of tickets, written under any mapping and read by it, is the same tickets."""

from __future__ import annotations

import csv
import io
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from slaclock.desks import TicketMapping, read_tickets
from slaclock.policy.attributes import plain_name

ZONES = ("Europe/London", "America/New_York", "Asia/Kolkata", "UTC")
FORMATS = (
    "%d/%m/%Y %H:%M:%S", "%m/%d/%Y %I:%M:%S %p", "%d.%m.%Y %H:%M:%S", "%d/%b/%Y %I:%M:%S %p", "%Y%m%dT%H%M%S",
    "%B %d, %Y %H:%M:%S", "%Y-%m-%d %H:%M:%S %z", "epoch", "epoch_ms", "excel", "iso",
)  # fmt: skip
KINDS, PRIORITIES = ("incident", "service_request"), ("P1", "P2", "P3", "P4")
HEADERS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=8)
WORDS = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=6)


@st.composite
def tickets(draw: st.DrawFn) -> list[sc.Ticket]:
    """Tickets whose instants are whole seconds, outside the hours that clocks repeat."""
    instants = st.datetimes(datetime(1980, 1, 2), datetime(2060, 1, 1), timezones=st.just(UTC)).map(
        lambda at: at.replace(microsecond=0, hour=12)  # at that hour no clock of these zones is set back
    )
    made = []
    for number in range(draw(st.integers(1, 5))):
        opened, resolved = sorted(draw(st.tuples(instants, instants)))
        made.append(
            sc.Ticket(
                id=f"T{number}",
                kind=draw(st.sampled_from(KINDS)),
                priority=draw(st.sampled_from([None, *PRIORITIES])),
                opened=opened,
                resolved=draw(st.sampled_from([None, resolved])),
                attributes={"customer": draw(st.sampled_from(["Oak", "Elm"]))},
            )
        )
    return made


@st.composite
def mappings(draw: st.DrawFn) -> TicketMapping:
    """Any mapping of columns, of one form of times, and of words."""
    names = ("id", "kind", "priority", "opened", "resolved", "customer")
    headers = draw(st.lists(HEADERS, min_size=6, max_size=6, unique_by=lambda name: plain_name(name) or name))
    words = draw(st.lists(WORDS.filter(str.strip), min_size=8, max_size=8, unique=True))
    columns = dict(zip(names, headers, strict=True))
    missing, *others = words
    return TicketMapping(
        attributes={"customer": columns.pop("customer")},
        tickets=columns,
        timezone=draw(st.sampled_from(ZONES)),
        time_format=draw(st.sampled_from(FORMATS)),
        missing=[f"<{missing}>"],
        kinds=dict(zip(others, KINDS, strict=False)),
        priorities=dict(zip(others[2:], PRIORITIES, strict=False)),
    )


def written(at: datetime | None, mapping: TicketMapping) -> str:
    """An instant as the mapping has it."""
    [form], zone = mapping.time_format, ZoneInfo(mapping.timezone or "UTC")
    if at is None:
        return mapping.missing[0]
    if form in ("epoch", "epoch_ms"):
        return str(int(at.timestamp()) * (1 if form == "epoch" else 1000))
    local = at.astimezone(zone)
    if form == "excel":
        return repr((local.replace(tzinfo=None) - datetime(1899, 12, 30)) / timedelta(days=1))
    return local.isoformat(" ") if form == "iso" else local.strftime(form)


def word(value: str | None, words: Any, mapping: TicketMapping) -> str:
    """A word of the policy as the desk has it."""
    return mapping.missing[0] if value is None else next((own for own, meant in words.items() if meant == value), value)


def table_of(made: list[sc.Ticket], mapping: TicketMapping, separator: str) -> str:
    """The tickets as the desk would export them."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    columns = {**mapping.tickets, **mapping.attributes}
    writer.writerow(columns.values())
    for ticket in made:
        cells = {
            "id": ticket.id,
            "kind": word(ticket.kind, mapping.kinds, mapping),
            "priority": word(ticket.priority, mapping.priorities, mapping),
            "opened": written(ticket.opened, mapping),
            "resolved": written(ticket.resolved, mapping),
            **ticket.attributes,
        }
        writer.writerow([cells[name] for name in columns])
    return out.getvalue()


@given(tickets(), mappings(), st.sampled_from(",;\t|"))
def test_tickets_written_under_a_mapping_and_read_by_it_are_the_same(made, mapping, separator):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "export.csv")
        path.write_text(f"sep={separator}\n" + table_of(made, mapping, separator), encoding="utf-8", newline="")
        read = read_tickets(path, mapping=mapping, strict=True)
    assert read == made
    assert [ticket.opened.utcoffset() for ticket in read] == [
        ticket.opened.astimezone(ZoneInfo(mapping.timezone or "UTC")).utcoffset() for ticket in made
    ]
