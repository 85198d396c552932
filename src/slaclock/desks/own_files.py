"""`read_tickets`, `read_frames` and `read_log`: any desk's files, as objects or as frames."""

from __future__ import annotations

import inspect
import os
import warnings
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.errors import BadRowsWarning, InputError, MissingExtraError, UnreadColumnsWarning
from slaclock.figures.allowances import Usage
from slaclock.figures.outages import Outage
from slaclock.formats.extras import needs_extra
from slaclock.policy.book import PolicyBook, PolicyLike, given_policy, main_policy
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import find_zone
from slaclock.tickets.tickets import Ticket

with needs_extra("cli"):
    import pyarrow as pa

    from .faults import OnError, faults_listed
    from .located_tickets import located_tickets
    from .log_files import read_log as folded_log_of
    from .mappings import EventMapping
    from .readings import Batch, Reading
    from .ticket_ids import TicketIds
    from .ticket_mappings import TicketMapping, mapping_of
    from .ticket_tables import read_outages as rows_of_outages
    from .ticket_tables import read_usage as rows_of_usage
    from .ticket_tables import side_batches, ticket_batches
    from .time_forms import forms_of

Source = str | os.PathLike[str] | Any
"""A file's path, `-` for standard input, the pattern of several files, or a frame."""


@dataclass(frozen=True)
class Frames:
    """Tickets, and what stands beside them, as frames of one library; None where nothing was given.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "tickets.csv")
    >>> _ = file.write_text("ID,Priority,Opened\\nT1,P1,2018-04-09 10:00\\n")
    >>> frames = read_frames(file, timezone="Europe/London", library="arrow")
    >>> frames.tickets["id"].to_pylist(), frames.pauses
    (['T1'], None)
    """

    tickets: Any
    pauses: Any = None
    changes: Any = None
    reopenings: Any = None
    events: Any = None

    @property
    def sides(self) -> dict[str, Any]:
        """What stands beside the tickets, by the names of the arguments that take it."""
        return {name: frame for name, frame in vars(self).items() if name != "tickets" and frame is not None}


def read_tickets(
    tickets: Source,
    policy: PolicyLike | None = None,
    *,
    pauses: Source | None = None,
    changes: Source | None = None,
    reopenings: Source | None = None,
    events: Source | None = None,
    timezone: str | None = None,
    time_format: str | Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    mapping: TicketMapping | str | os.PathLike[str] | None = None,
    strict: bool = False,
    errors: OnError = "stop",
    rejects: str | os.PathLike[str] | None = None,
) -> list[Ticket]:
    """The tickets of a file or a frame, in its order, with what the others say of them.

    A file is CSV with any separator, JSON lines, a JSON array, Parquet, Feather or a workbook, packed by gzip or not,
    and is known by what it holds; `-` is standard input. Times without an offset are in `timezone`, by default that of
    the policy's calendar, and are ISO 8601 or in `time_format`: one of `iso`, `epoch`, `epoch_ms`, `excel` and the
    formats of `strptime`, or several. A `TicketMapping`, or its file, says all that and more; the other arguments go
    before it. Headers match without regard to case, spaces,
    underscores and hyphens; `columns` says of the tickets' fields which header is theirs. A book's attributes are read
    where it is given as the `policy`. A column that no one reads is an `UnreadColumnsWarning`, with `strict` an error.

    Raises `InputError` with file, row and column; of several bad rows up to twenty are in its `all`. With
    `errors="skip"` bad rows are left out, a `BadRowsWarning` says how many, and the CSV file `rejects` lists them.

    >>> import pathlib, tempfile
    >>> from slaclock import Policy
    >>> file = pathlib.Path(tempfile.mkdtemp(), "tickets.csv")
    >>> _ = file.write_text("Ticket ID;Priority;Opened;Resolved At\\nT1;P1;2018-04-09 10:00;2018-04-09 11:00\\n")
    >>> [ticket] = read_tickets(file, Policy.example())
    >>> ticket.id, ticket.priority, ticket.resolved.isoformat()
    ('T1', 'P1', '2018-04-09T11:00:00+01:00')
    """
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    given = {side: _source(source) for side, source in sides.items() if source is not None}
    asked = _Asked(timezone, time_format, columns, mapping)
    policy = None if policy is None else given_policy(policy)
    with _reading(policy, asked, strict=strict, errors=errors, rejects=rejects) as reading:
        located = located_tickets(_source(tickets), given, reading, policy)
    return [one.ticket for one in located.values()]


def read_frames(
    tickets: Source,
    policy: PolicyLike | None = None,
    *,
    pauses: Source | None = None,
    changes: Source | None = None,
    reopenings: Source | None = None,
    events: Source | None = None,
    timezone: str | None = None,
    time_format: str | Sequence[str] | None = None,
    columns: Mapping[str, str] | None = None,
    mapping: TicketMapping | str | os.PathLike[str] | None = None,
    strict: bool = False,
    errors: OnError = "stop",
    rejects: str | os.PathLike[str] | None = None,
    library: Literal["pandas", "polars", "arrow"] = "pandas",
) -> Frames:
    """The same as frames, as `slaclock.columns` and `slaclock.report` take them.

    The arguments are those of `read_tickets`.

    Their columns have slaclock's own names, instants are aware, and a text is null where it is empty. What is wrong
    within one row is an error, or skipped; what a policy does not know is said by whoever judges the tickets.

    >>> import pathlib, tempfile
    >>> from slaclock import Policy, columns
    >>> file = pathlib.Path(tempfile.mkdtemp(), "tickets.csv")
    >>> _ = file.write_text("ID,Priority,Opened\\nT1,P1,2018-04-09 10:00\\n")
    >>> frames = read_frames(file, Policy.example(), library="arrow")
    >>> answers = columns.assess(frames.tickets, Policy.example(), at="2018-04-09T11:00Z", **frames.sides)
    >>> answers["sla_state"].to_pylist()
    ['running']
    """
    if library not in ("pandas", "polars", "arrow"):
        raise InputError(f"{library!r} is no library of frames", "use pandas, polars or arrow", value=library)
    sides = {"pauses": pauses, "changes": changes, "reopenings": reopenings, "events": events}
    asked = _Asked(timezone, time_format, columns, mapping)
    policy = None if policy is None else given_policy(policy)
    with _reading(policy, asked, strict=strict, errors=errors, rejects=rejects) as reading:
        ids = TicketIds()
        batches = [ids.only_new(batch, reading.faults) for batch in ticket_batches(_source(tickets), reading, policy)]
        frames = {
            side: _frame(side_batches(side, _source(source), reading), library)
            for side, source in sides.items()
            if source is not None
        }
    return Frames(_frame(iter(batches), library), **frames)


def read_log(
    events: Source,
    mapping: EventMapping | str | os.PathLike[str],
    *,
    strict: bool = False,
    errors: OnError = "stop",
    rejects: str | os.PathLike[str] | None = None,
) -> list[Ticket]:
    """The tickets that a log of events tells of, as `tickets_from_events` folds its rows.

    The log is a file of any form, the pattern of several, or a frame; the `mapping`, or its file, names its columns,
    whose headers match as those of tickets do. Bad rows are an `InputError`; with `errors="skip"` they are left out,
    and so is the whole ticket that has one, which an `UnreadColumnsWarning` names.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "events.csv")
    >>> _ = file.write_text("id;State;at\\nT1;New;2018-04-09T10:00Z\\nT1;Done;2018-04-09T11:00Z\\n")
    >>> columns = {"ticket": "id", "state": "state", "at": "at"}
    >>> mapping = EventMapping(columns=columns, states={"New": "running", "Done": "resolved"})
    >>> [ticket] = read_log(file, mapping)
    >>> ticket.resolved.isoformat()
    '2018-04-09T11:00:00+00:00'
    """
    own = EventMapping.load(mapping) if isinstance(mapping, (str, os.PathLike)) else mapping
    with _reading(None, _Asked("UTC"), strict=strict, errors=errors, rejects=rejects) as reading:
        log = folded_log_of(_source(events), own, reading)
    return [logged.ticket for logged in log.tickets.values()]


def read_usage(
    usage: Source,
    policy: PolicyLike | None = None,
    *,
    timezone: str | None = None,
    time_format: str | Sequence[str] | None = None,
    strict: bool = False,
    errors: OnError = "stop",
    rejects: str | os.PathLike[str] | None = None,
) -> list[Usage]:
    """What was used of allowances: the columns `allowance`, `at` and `amount` of a file or a frame.

    The arguments are those of `read_tickets`.

    The errors, too, are those of `read_tickets`.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "training.csv")
    >>> _ = file.write_text("Allowance,At,Amount\\nsims_training,2018-05-15 09:30,6 hours\\n")
    >>> [used] = read_usage(file, timezone="Europe/London")
    >>> used.allowance, str(used.amount)
    ('sims_training', '6:00:00')
    """
    policy = None if policy is None else given_policy(policy)
    with _reading(policy, _Asked(timezone, time_format), strict=strict, errors=errors, rejects=rejects) as reading:
        return rows_of_usage(_source(usage), reading)


def read_outages(
    outages: Source,
    policy: Policy | PolicyBook | None = None,
    *,
    timezone: str | None = None,
    time_format: str | Sequence[str] | None = None,
    strict: bool = False,
    errors: OnError = "stop",
    rejects: str | os.PathLike[str] | None = None,
) -> list[Outage]:
    """When services were down: the columns `start`, `end`, `planned` and `availability` of a file or a frame.

    `planned` is true or false, yes or no; the last two columns need not be there. The arguments are those of
    `read_tickets`, and so is what it raises: `InputError` for what cannot be read, with its row and column.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "outages.csv")
    ...     _ = file.write_text("start,end,planned\\n2018-04-13 15:00,2018-04-13 18:00,yes\\n")
    ...     [outage] = read_outages(file, timezone="Europe/London")
    >>> outage.planned, outage.end.isoformat()
    (True, '2018-04-13T18:00:00+01:00')
    """
    with _reading(policy, _Asked(timezone, time_format), strict=strict, errors=errors, rejects=rejects) as reading:
        return rows_of_outages(_source(outages), reading)


def _source(source: Source) -> Any:
    return os.fspath(source) if isinstance(source, (str, os.PathLike)) else source


def _frame(batches: Iterator[Batch], library: str) -> Any:
    table = pa.concat_tables([batch.table for batch in batches], promote_options="default")
    if library == "arrow":
        return table
    try:
        if library == "pandas":
            return table.to_pandas()
        import polars
    except ImportError:
        raise MissingExtraError(f"the library {library!r} is not installed", f"pip install {library}") from None
    return polars.from_arrow(table)


class _Asked(NamedTuple):
    """What a caller says of how files are written; that goes before what the mapping says."""

    timezone: str | None = None
    time_format: str | Sequence[str] | None = None
    columns: Mapping[str, str] | None = None
    mapping: TicketMapping | str | os.PathLike[str] | None = None


@contextmanager
def _reading(
    policy: Policy | PolicyBook | None,
    asked: _Asked,
    *,
    strict: bool,
    errors: OnError,
    rejects: str | os.PathLike[str] | None,
) -> Iterator[Reading]:
    """How to read, and what is said when all has been read."""
    mapping = mapping_of(asked.mapping)
    forms = forms_of(asked.time_format) or mapping.time_format
    zone = _zone(policy, asked.timezone or mapping.timezone)
    notes: list[str] = []
    with faults_listed(errors, None if rejects is None else os.fspath(rejects), "rejects") as faults:
        yield Reading(zone, forms, asked.columns or {}, strict, faults, notes.append, mapping)
    for note in dict.fromkeys(notes):
        warnings.warn(note, UnreadColumnsWarning, stacklevel=_level())
    if faults.first is not None:
        text = f"{faults.text()}; the first: {faults.first.error}"
        warnings.warn(text, BadRowsWarning, stacklevel=_level())


def _level() -> int:
    """How many calls lie between a warning and whoever called us."""
    level, frame = 0, inspect.currentframe()
    while frame is not None and frame.f_globals.get("__name__", "").partition(".")[0] in ("slaclock", "contextlib"):
        level, frame = level + 1, frame.f_back
    return level


def _zone(policy: Policy | PolicyBook | None, timezone: str | None) -> ZoneInfo:
    if timezone is not None:
        return find_zone(timezone)
    if policy is None:
        raise InputError("nothing says in which zone times are", "give a policy, or timezone='Europe/London'")
    return main_policy(policy).calendar.zone
