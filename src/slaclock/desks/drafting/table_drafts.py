"""The draft of a table of tickets, or of pauses: which column seems to hold what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from slaclock.desks.headers import Wanted, spellings
from slaclock.desks.known_columns import TICKETS, columns_beside
from slaclock.desks.look_alikes import LOOK_ALIKES
from slaclock.desks.ticket_mappings import WORDS
from slaclock.policy.attributes import plain_name

from .file_columns import FileColumn, FileColumns
from .pages import Page
from .word_guesses import PolicyWords, meanings

_PAUSES = columns_beside("pauses")
_TICKET = ("ticket", "ticketid", *LOOK_ALIKES["id"], "incident", "case", "issue")
_REASON = ("reason", "holdreason", "onholdreason", "pendingreason", "state", "status")
_ATTRIBUTES = {
    "customer": ("organization", "organizations", "organisation", "company", "companyname", "client", "customer",
                 "account", "requestercompany", "requesterorganization"),
    "site": ("site", "location"),
    "team": ("group", "team", "assignmentgroup", "groupname", "agentgroup"),
}  # fmt: skip
"""What tickets often have beside their own fields, and the headers of it."""


class Table(NamedTuple):
    """What a file seems to be a table of, the columns that are known, and those that no one reads."""

    of: Literal["tickets", "pauses"]
    known: dict[str, FileColumn]
    wanted: Wanted
    others: tuple[FileColumn, ...]
    file: FileColumns

    @property
    def read(self) -> list[FileColumn]:
        """All that are read but the ticket."""
        return [column for name, column in self.known.items() if name not in ("id", "ticket")]

    @property
    def times(self) -> list[FileColumn]:
        """The columns of times."""
        return [column for name, column in self.known.items() if name in self.wanted.instants]


def table_of(file: FileColumns) -> Table:
    """The columns of a table of tickets, or of pauses where each row has a start and an end."""
    pauses = _known(file, _PAUSES, {"ticket": _TICKET, "reason": _REASON})
    if {"ticket", "start", "end"} <= pauses.keys():
        return _table("pauses", pauses, _PAUSES, file)
    known = _known(file, TICKETS, {})
    alike = LOOK_ALIKES["id"]
    unique = [column for column in file.named((*spellings("id", TICKETS), *alike)) if not column.repeats]
    if unique:
        known = {"id": unique[0], **{name: column for name, column in known.items() if name != "id"}}
    return _table("tickets", known, TICKETS, file)


def _table(of: Literal["tickets", "pauses"], known: dict[str, FileColumn], wanted: Wanted, file: FileColumns) -> Table:
    read = {column.header for column in known.values()}
    return Table(of, known, wanted, tuple(column for column in file.columns if column.header not in read), file)


def _known(file: FileColumns, wanted: Wanted, more: dict[str, Sequence[str]]) -> dict[str, FileColumn]:
    """The columns that seem to be those that are wanted; a column of times must hold some."""
    known: dict[str, FileColumn] = {}
    for name in wanted.names:
        own = spellings(name, wanted)
        names = (*own, *more.get(name, LOOK_ALIKES.get(name, ())))
        for column in file.named(names):
            fits = name not in wanted.instants or not column.words or column.holds_times(named=True)
            # What is called so itself is read where any of it is a time: left out, the rest would go unnoticed.
            fits = fits or (column.plain in own and len(column.no_times) < len(column.words))
            if fits and column not in known.values():
                known[name] = column
                break
    return known


def draft_table(page: Page, table: Table, words: PolicyWords, attributes: Collection[str]) -> None:
    """What is left unread, and the sections: the columns, what tickets have beside them, and the desk's words."""
    kinds = table.known.get("kind")
    if kinds is not None and (kinds.filled < kinds.rows or len(kinds.words) < len(kinds.texts)) and words.kinds:
        page.put("kind", words.kinds[0], "of tickets without one")
        page.check(f"kind: of which kind is a ticket without one? {', '.join(words.kinds)}")
    if table.others and all(name in table.known for name in table.wanted.required):
        page.put_list("ignore", [column.header for column in table.others])
    page.section(table.of)
    for name in table.wanted.names:
        if (column := table.known.get(name)) is not None:
            page.put(name, column.header, _seen(column))
    for name in table.wanted.required:
        if name not in table.known:
            page.leave(
                name, "", f"which column? {', '.join(column.header for column in table.others) or 'none is left'}"
            )
            page.check(f"[{table.of}]: no column looks like {name!r}, which there must be")
    _check_columns(page, table)
    if table.of == "tickets":
        _attributes(page, table, attributes)
    for name, section in WORDS.items():
        if name in table.known:
            page.words(section, meanings(name, table.known[name].words, words), words.of(name))


def _seen(column: FileColumn) -> str:
    some = ", ".join(map(repr, column.texts[:2]))
    return f"{some}{', ...' if len(column.texts) > 2 else ''}" if some else "empty"


def _check_columns(page: Page, table: Table) -> None:
    key = table.known.get("id")
    if key is not None and key.repeats:
        what = "a log of changed fields" if table.file.named(("field", "fieldname", "attribute")) else "a log"
        page.check(
            f"[tickets]: {key.header!r} is the same in several rows. Is this {what}? No column was known that has its "
            "states and when they began; see 'How to read an event log'"
        )
    names = {column.header: name for name, column in table.known.items() if name in table.wanted.instants}
    if names:
        asked = ", ".join(f"is {header!r} when it {_VERBS[name]}" for header, name in names.items())
        page.check(f"[{table.of}]: {asked}?")
    for header in names:
        (column,) = [column for column in table.known.values() if column.header == header]
        if column.no_times:
            some = ", ".join(map(repr, column.no_times[:3]))
            page.check(f"[{table.of}]: {header!r} has what is no time, such as {some}: does it stand for nothing?")
    for name in table.wanted.instants:
        if name not in table.known and (alike := table.file.named(spellings(name, table.wanted))):
            some = ", ".join(map(repr, alike[0].texts[:2]))
            page.check(f"[{table.of}]: {alike[0].header!r} holds no times, such as {some}, and is not read")
    timed = [column.header for column in table.others if column.holds_times(named=False)]
    if timed:
        page.check(f"[{table.of}]: these hold times too, and are not read: {', '.join(map(repr, timed))}")


_VERBS = {
    "opened": "opened", "responded": "got its first response", "resolved": "was resolved", "cancelled": "was cancelled",
    "abandoned": "was abandoned", "start": "began to wait", "end": "went on",
}  # fmt: skip


def _attributes(page: Page, table: Table, asked: Collection[str]) -> None:
    """What the policies choose by; and as comments what tickets may have beside their own fields."""
    names = dict.fromkeys((*asked, *_ATTRIBUTES))
    guesses = {name: table.file.named((plain_name(name), *_ATTRIBUTES.get(name, ()))) for name in names}
    guesses = {name: columns for name, columns in guesses.items() if columns or name in asked}
    if not guesses:
        return
    page.section("attributes")
    for name, columns in guesses.items():
        if not columns:
            page.leave(name, "", "which column? the policies choose by it")
            page.check(f"[attributes]: no column looks like {name!r}, by which the policies choose")
        elif name in asked:
            page.put(name, columns[0].header, f"{_seen(columns[0])}; the policies choose by it")
        else:
            page.leave(name, columns[0].header, f"{_seen(columns[0])}; to keep it, take the # away")
