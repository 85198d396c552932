"""The draft of a table of tickets, or of pauses: which column seems to hold what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal, NamedTuple

from slaclock.desks.headers import Wanted, spellings
from slaclock.desks.known_columns import TICKETS, columns_beside
from slaclock.desks.look_alikes import FOR_PEOPLE, LOOK_ALIKES
from slaclock.desks.ticket_mappings import WORDS
from slaclock.policy.attributes import plain_name
from slaclock.tickets.tickets import Ticket

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
    "project": ("project", "projectkey", "projectname"),
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
    unique = _unique(file)
    if unique:
        known = {"id": unique[0], **{name: column for name, column in known.items() if name != "id"}}
    return _table("tickets", known, TICKETS, file)


def _unique(file: FileColumns) -> list[FileColumn]:
    """The columns that may be the ticket and are different in each row, the likeliest first."""
    names = dict.fromkeys((*FOR_PEOPLE, *spellings("id", TICKETS), *LOOK_ALIKES["id"]))
    return [column for column in file.named(names) if not column.repeats]


def _table(of: Literal["tickets", "pauses"], known: dict[str, FileColumn], wanted: Wanted, file: FileColumns) -> Table:
    read = {column.header for column in known.values()}
    return Table(of, known, wanted, tuple(column for column in file.columns if column.header not in read), file)


def _known(file: FileColumns, wanted: Wanted, more: dict[str, Sequence[str]]) -> dict[str, FileColumn]:
    """The columns that seem to be those that are wanted; a column of times must hold some."""
    known: dict[str, FileColumn] = {}
    for name in wanted.names:
        own = spellings(name, wanted)
        names = (*own, *more.get(name, LOOK_ALIKES.get(name, ())))
        fit = [
            column
            for column in file.named(names)
            if column not in known.values() and (name not in wanted.instants or _may_be_times(column, own))
        ]
        if name == "kind" or name in wanted.required:  # which each ticket has
            fit.sort(key=lambda column: -column.filled)
        if fit:
            known[name] = fit[0]
    return known


def _may_be_times(column: FileColumn, own: Sequence[str]) -> bool:
    """Whether it holds times; what is called by its `own` name is read where any of it is one: left out, the rest would
    go unnoticed.
    """
    if not column.words or column.holds_times(named=True):
        return True
    return column.plain in own and len(column.no_times) < len(column.words)


def draft_table(page: Page, table: Table, words: PolicyWords, attributes: Collection[str]) -> None:
    """What is left unread, and the sections: the columns, what tickets have beside them, and the desk's words."""
    if table.of == "tickets" and words.kinds and _without_kind(table, words):
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


def _without_kind(table: Table, words: PolicyWords) -> bool:
    """Whether some tickets have no kind, and the policy does not know the one that they then are of."""
    kinds = table.known.get("kind")
    if kinds is None:
        return Ticket.model_fields["kind"].default not in words.kinds
    return kinds.filled < kinds.rows or len(kinds.words) < len(kinds.texts)


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
    others = [column.header for column in _unique(table.file) if column != key and column.plain != "name"]
    if key is not None and not key.repeats and others:
        page.check(f"[tickets]: is {key.header!r} what you call a ticket, or {' or '.join(map(repr, others))}?")
    lists = [column.header for column in table.others if not column.readable]
    if lists:
        page.check(f"[{table.of}]: these hold lists, of which nothing can be read: {', '.join(map(repr, lists))}")
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


def _headers(attribute: str) -> list[str]:
    """The headers that an attribute may have, and those of the number that a product has for it."""
    names = (plain_name(attribute), *_ATTRIBUTES.get(attribute, ()))
    return [*names, *(f"{name}id" for name in names)]


def _attributes(page: Page, table: Table, asked: Collection[str]) -> None:
    """What the policies choose by; and as comments what tickets may have beside their own fields."""
    names = dict.fromkeys((*asked, *_ATTRIBUTES))
    guesses = {name: table.file.named(_headers(name)) for name in names}
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
