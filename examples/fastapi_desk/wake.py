"""Tells of each turn of each ticket once: `python -m fastapi_desk.wake`.

It sleeps until something turns next, or until somebody edits a ticket.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
from psycopg.rows import DictRow

import slaclock as sc
from fastapi_desk import tables

Tell = Callable[[sc.Ticket, sc.Turn], None]


class Watch:
    """What turns next for each ticket; a round tells of what has turned since the round before, whoever made it."""

    def __init__(self, connection: psycopg.Connection[DictRow], tell: Tell, now: Callable[[], datetime]) -> None:
        self._connection, self._tell, self._now = connection, tell, now
        self._policies: sc.PolicyBook | None = None
        self._upcoming: dict[str, datetime] = {}

    def round(self) -> datetime | None:
        """Tell of what has turned, and say when something turns next.

        Turns are told before the end of the round is written: where telling fails they are told again.
        """
        with self._connection.transaction():
            # Waits for the edits that are being written, so that none of them is dated into a round that is over.
            told = self._connection.execute("SELECT until FROM told FOR UPDATE").fetchone()
            assert told is not None
            since: datetime = told["until"]
            now = self._now()
            policies = tables.policies(self._connection)
            if policies is not self._policies:  # the first round, or after a change of a policy: all tickets by columns
                rows = tables.open_tickets(self._connection, since)
                self._upcoming, self._policies = tables.next_turns(rows, policies, since), policies
            for ticket, turn in self._turned(policies, since, now):
                self._tell(ticket, turn)
            self._connection.execute("UPDATE told SET until = %s", [now])
        return min(self._upcoming.values(), default=None)

    def _turned(self, policies: sc.PolicyBook, since: datetime, now: datetime) -> list[tuple[sc.Ticket, sc.Turn]]:
        """The turns since the last round, in order: of the tickets whose turn it is, and of those that were edited."""
        due = [name for name, at in self._upcoming.items() if at <= now]
        rows = self._connection.execute(
            "SELECT whole_tickets.* FROM whole_tickets JOIN tickets USING (id) WHERE edited >= %s OR id = ANY(%s)",
            [since, due],
        ).fetchall()
        turned = []
        for row in rows:
            ticket = sc.Ticket.model_validate(row)
            self._upcoming.pop(ticket.id, None)
            try:
                line = sc.timeline(ticket, policies, at=now)
            except sc.SlaClockError as error:  # such as a priority that the policies know no more
                logging.warning("the ticket %s is not watched: %s", ticket.id, error)
                continue
            turned += [(ticket, turn) for turn in line.between(since, now)]
            if line.next is not None:
                self._upcoming[ticket.id] = line.next.at
        return sorted(turned, key=lambda told: told[1].at)


def run(watch: Watch, now: Callable[[], datetime], wait: Callable[[float | None], object]) -> None:
    """Round after round, each when something turns next; `wait` sleeps so many seconds, or until there is an edit."""
    while True:
        following = watch.round()
        wait(None if following is None else max(0.0, (following - now()).total_seconds()))


def clock() -> datetime:
    """The time."""
    return datetime.now(UTC)


def until_edited(connection: psycopg.Connection[DictRow]) -> Callable[[float | None], object]:
    """A wait that an edit or a new policy ends."""
    connection.execute("LISTEN desk")
    return lambda seconds: list(connection.notifies(timeout=seconds, stop_after=1))


def show(ticket: sc.Ticket, turn: sc.Turn) -> None:
    """Print a turn; yours writes to the people who are to look, or puts it into a queue."""
    print(f"{turn.at:%Y-%m-%d %H:%M:%S %Z} {ticket.id} {turn.what}", flush=True)


def main() -> None:
    """Watch the desk's tickets until it is interrupted."""
    with tables.connect() as connection:
        wait = until_edited(connection)
        run(Watch(connection, show, clock), clock, wait)


if __name__ == "__main__":
    main()
