"""Frames of tickets: what histories, rules, calendars, cut-offs and books cost `columns.assess`, in one run, as ratios.

    pip install -e '.[all]' --group bench && python benchmarks/tickets.py

A million tickets of a year, by the packaged example's policy with ten priorities. Ratios are medians over repeats in
which the two sides take turns.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from columns import Question, Row, ratio

import slaclock as sc
from slaclock import columns
from slaclock.policy.rules import Rules

ROWS = 1_000_000
AT = datetime(2019, 1, 1, tzinfo=UTC)
PRIORITIES = tuple(f"P{number}" for number in range(1, 11))
HOUR = 3_600_000_000
POLICY = sc.Policy.example().model_copy(
    update={"targets": {"incident": {name: {"resolve": f"{hours} hours"} for hours, name in enumerate(PRIORITIES, 1)}}}
)


def instants(micros: Any) -> pl.Series:
    return pl.Series(micros.astype("M8[us]")).dt.replace_time_zone("UTC")


class Tickets:
    """Tickets with ids as texts or as numbers, and what became of a tenth of them.

    `untriaged` are the same, of which those that change have no priority before.
    """

    def __init__(self, texts: bool = False) -> None:
        count = ROWS
        rng = np.random.default_rng(1)
        opened = np.datetime64("2018-01-01", "us").astype(np.int64) + rng.integers(0, 8_000 * HOUR, count)
        done = opened + rng.integers(HOUR, 80 * HOUR, count)
        ids = pl.Series([f"INC{number:07}" for number in range(count)] if texts else np.arange(count))
        words = {"priority": rng.choice(PRIORITIES, count), "customer": rng.choice(["ACME", "Initech"], count)}
        self.frame = pl.DataFrame({"id": ids, "opened": instants(opened), "resolved": instants(done), **words})
        changed, reopened = (rng.permutation(count)[: count // 10] for _ in range(2))
        self.untriaged = self.frame.with_columns(self.frame["priority"].scatter(changed, None))
        self.changes = pl.DataFrame({
            "ticket": ids.gather(changed), "at": instants(opened[changed] + HOUR // 4), "field": "priority",
            "to": rng.choice(PRIORITIES, len(changed)),
        })  # fmt: skip
        self.reopenings = pl.DataFrame({
            "ticket": ids.gather(reopened), "resolved": instants(opened[reopened] + HOUR // 4),
            "reopened": instants(opened[reopened] + HOUR // 2),
        })  # fmt: skip

    def assess(self, policy: sc.Policy | sc.PolicyBook = POLICY, **sides: Any) -> Question:
        return partial(columns.assess, self.frame, policy, at=AT, **sides)

    def with_changes(self, **rules: str) -> Question:
        return self.assess(with_rules(**rules), changes=self.changes)


def with_rules(**rules: str) -> sc.Policy:
    return POLICY.model_copy(update={"rules": Rules.model_validate(rules)})


def with_calendars(count: int) -> sc.Policy:
    """A policy of so many calendars, which the priorities use in turn."""
    named = {
        f"c{number}": sc.WorkingCalendar.parse(f"Mo-Fr 0{number}:00-17:00", timezone="Europe/London")
        for number in range(count)
    }
    targets = {name: {"resolve": "6 hours", "calendar": f"c{number % count}"} for number, name in enumerate(PRIORITIES)}
    return POLICY.model_copy(update={"calendars": named, "targets": {"incident": targets}})


def measured() -> Iterator[Row]:
    for texts, name in ((False, "numbers"), (True, "texts")):
        tickets = Tickets(texts)
        full = tickets.assess(changes=tickets.changes, reopenings=tickets.reopenings)
        what = f"assess with a change and a reopening on a tenth of the rows, ids as {name}"
        yield Row(what, "without", ratio(full, tickets.assess()))
    yield from by_rule(Tickets())
    yield from turning(Tickets())
    yield from by_cycle(Tickets())
    one = tickets.assess(with_calendars(1))
    for count in (2, 10):
        yield Row(f"assess on {count} calendars", "on one", ratio(tickets.assess(with_calendars(count)), one))
    days = POLICY.model_copy(update={"targets": {"incident": {name: {"resolve": "2 days"} for name in PRIORITIES}}})
    late = days.model_copy(update={"calendar": days.calendar.model_copy(update={"cutoff": "15:00"})})
    yield Row("assess of days with a cut-off", "without", ratio(tickets.assess(late), tickets.assess(days)))
    book = sc.PolicyBook([POLICY.model_copy(update={"applies_to": {"customer": ["ACME"]}}), POLICY])
    yield Row("assess by a book of two customers' policies", "by one", ratio(tickets.assess(book), tickets.assess()))


def by_rule(tickets: Tickets) -> Iterator[Row]:
    """What becomes of a tenth of the rows, rule by rule."""
    plain, stands = tickets.assess(), {"breach": "stands"}
    rules = {name: {"priority_change": name} for name in ("from-opening", "restart", "carry")} | {"stands": stands}
    for name, own in rules.items():
        changed = tickets.with_changes(**own)
        yield Row(f"assess with a change on a tenth of the rows, {name}", "without", ratio(changed, plain))
    again = tickets.assess(with_rules(reopening="restart"), reopenings=tickets.reopenings)
    yield Row("assess with a reopening that restarts on a tenth of the rows", "without", ratio(again, plain))
    triaged = partial(columns.assess, tickets.untriaged, POLICY, at=AT, changes=tickets.changes)
    yield Row("assess with a first priority that a tenth of the rows got later", "without", ratio(triaged, plain))
    for name, text in {"a target": "4 hours", "a due date": "2018-12-24T12:00Z"}.items():
        agreed = tickets.frame.with_columns(pl.when(pl.int_range(ROWS) % 10 == 0).then(pl.lit(text)).alias("agreed"))
        own_target = partial(columns.assess, agreed, POLICY, at=AT, columns={"agreed_resolve": "agreed"})
        yield Row(f"assess with {name} agreed on a tenth of the rows", "without", ratio(own_target, plain))


def turning(tickets: Tickets) -> Iterator[Row]:
    """The next turns of tickets that all run."""
    warned = POLICY.model_copy(update={"warnings": {"nearly": {"at": "1 hour before due"}}})
    running = tickets.frame.drop("resolved")
    plain = partial(columns.assess, running, POLICY, at=AT)
    yield Row("next_turns", "assess", ratio(partial(columns.next_turns, running, POLICY, at=AT), plain))
    yield Row("next_turns with a warning", "assess", ratio(partial(columns.next_turns, running, warned, at=AT), plain))


def by_cycle(tickets: Tickets) -> Iterator[Row]:
    """The cycles of updates, three messages a ticket, of which half are the desk's and begin and end cycles."""
    rng = np.random.default_rng(2)
    row = rng.integers(0, ROWS, 3 * ROWS)
    opened, done = (tickets.frame[name].dt.epoch("us").to_numpy() for name in ("opened", "resolved"))
    events = pl.DataFrame({
        "ticket": tickets.frame["id"].gather(row),
        "at": instants(opened[row] + (rng.random(len(row)) * (done - opened)[row]).astype(np.int64)),
        "name": rng.choice(["asked", "answered"], len(row)),
    })  # fmt: skip
    targets = {"incident": {name: {"resolve": "6 hours", "update": "4 hours"} for name in PRIORITIES}}
    for following in ("event", "due"):
        own = sc.Policy.model_validate(
            {**POLICY.model_dump(), "targets": targets, "measures": {"update": {"next": following}}}
        )
        cycles = partial(columns.cycles, tickets.frame, own, at=AT, events=events)
        yield Row(
            f"cycles with three messages a ticket, next = {following!r}", "assess", ratio(cycles, tickets.assess())
        )


def main() -> None:
    print(f"Python {platform.python_version()}, NumPy {np.__version__}, {platform.machine()}, {ROWS:,} tickets")
    for row in measured():
        print(f"{row.what}: {row.ratio:.2g} times {row.beside}")


if __name__ == "__main__":
    main()
