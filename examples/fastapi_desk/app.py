"""The desk's web service: `uvicorn fastapi_desk.app:app --app-dir examples`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any

import psycopg
from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, PlainTextResponse
from psycopg.errors import UniqueViolation
from psycopg.rows import DictRow
from pydantic import AwareDatetime

import slaclock as sc
from fastapi_desk import tables
from fastapi_desk.bodies import Edit, Opening, Refusal, Refusals, Standing
from fastapi_desk.edits import Conflict, write

app = FastAPI(title="A desk", responses={422: {"model": Refusals, "description": "What is wrong, field by field"}})


def connection() -> Iterator[psycopg.Connection[DictRow]]:
    """The connection of a request; a busy desk takes it from a psycopg_pool."""
    with tables.connect() as opened:
        yield opened


def clock() -> Callable[[], datetime]:
    """The clock, which tests replace."""
    return lambda: datetime.now(UTC)


Tables = Annotated[psycopg.Connection[DictRow], Depends(connection)]
Clock = Annotated[Callable[[], datetime], Depends(clock)]


@contextmanager
def editing(connection: psycopg.Connection[DictRow], clock: Callable[[], datetime], name: str) -> Iterator[datetime]:
    """A transaction and its instant, after the ticket's other edits and in no round of `wake` that is over."""
    with connection.transaction():
        connection.execute("SELECT FROM told FOR SHARE")
        connection.execute("SELECT FROM tickets WHERE id = %s FOR UPDATE", [name])
        yield clock()
        connection.execute("NOTIFY desk")


@app.exception_handler(sc.SlaClockError)
def refused(request: Request, error: sc.SlaClockError) -> JSONResponse:
    """An answer that cannot be given, such as for a priority that no target is for."""
    return _refusal([Refusal.of(one) for one in error.all])


@app.exception_handler(RequestValidationError)
def misread(request: Request, error: RequestValidationError) -> JSONResponse:
    """A body that cannot be read: each field with its own error, in the same form."""
    return _refusal([refusal for one in error.errors() for refusal in Refusal.of_field(one)])


def _refusal(refusals: list[Refusal]) -> JSONResponse:
    return JSONResponse(Refusals(detail=refusals).model_dump(), status_code=422)


@app.exception_handler(Conflict)
def conflicting(request: Request, error: Conflict) -> JSONResponse:
    """An edit that the ticket is not in a state for."""
    return JSONResponse({"detail": str(error)}, status_code=409)


@app.put("/policies/{name}", status_code=204, response_model=None)
def put_policy(name: str, policy: sc.Policy, connection: Tables) -> None:
    """Set a policy, which holds for all tickets from the next request on. It is to make a book with the others."""
    with connection.transaction():
        connection.execute(
            "INSERT INTO policies VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET document = excluded.document",
            [name, policy.to_json()],
        )
        tables.policies(connection)
        connection.execute("NOTIFY desk")


@app.post("/tickets", status_code=201)
def open_ticket(opening: Opening, connection: Tables, clock: Clock) -> sc.Assessment:
    """Open a ticket, now or at an earlier instant."""
    with editing(connection, clock, opening.id) as now:
        values = [opening.id, opening.kind, opening.priority, opening.opened or now, now]
        try:
            connection.execute(
                "INSERT INTO tickets (id, kind, priority, opened, edited) VALUES (%s, %s, %s, %s, %s)", values
            )
        except UniqueViolation:
            raise HTTPException(409, f"there is a ticket {opening.id} already") from None
        return _stands(connection, opening.id, now)


@app.post("/tickets/{name}/edits")
def edit_ticket(name: str, edit: Edit, connection: Tables, clock: Clock) -> sc.Assessment:
    """Write down what happened to a ticket. What makes no sense of it is refused, and nothing is written."""
    with editing(connection, clock, name) as now:
        write(connection, _ticket(connection, name), edit, now)
        return _stands(connection, name, now)


@app.get("/tickets")
def list_open(connection: Tables, clock: Clock, at: AwareDatetime | None = None) -> list[Standing]:
    """All open tickets, those that are due first before the others, and at the end those whose due date waits."""
    at = at or clock()
    answers = tables.assessed(tables.open_tickets(connection, at), tables.policies(connection), at)
    answers = answers.sort("sla_due", "id", nulls_last=True)
    return [Standing.of(row) for row in answers.iter_rows(named=True)]


@app.get("/tickets/{name}")
def one_ticket(name: str, connection: Tables, clock: Clock, at: AwareDatetime | None = None) -> sc.Assessment:
    """A ticket with all that became of it, and how it stands now or stood at an earlier instant."""
    return _stands(connection, name, at or clock())


@app.get("/tickets/{name}/why")
def why(name: str, connection: Tables, clock: Clock, at: AwareDatetime | None = None) -> PlainTextResponse:
    """Its ledger: what the clock has counted and what it has not, and why."""
    return PlainTextResponse(str(_stands(connection, name, at or clock()).explain()))


@app.post("/preview")
def preview(ticket: sc.Ticket, connection: Tables, clock: Clock, at: AwareDatetime | None = None) -> sc.Assessment:
    """How a ticket would stand that is not of this desk, such as one that is still being written."""
    return sc.assess(ticket, tables.policies(connection), at=at or clock())


def _ticket(connection: psycopg.Connection[Any], name: str) -> sc.Ticket:
    ticket = tables.ticket(connection, name)
    if ticket is None:
        raise HTTPException(404, f"there is no ticket {name}")
    return ticket


def _stands(connection: psycopg.Connection[Any], name: str, at: datetime) -> sc.Assessment:
    return sc.assess(_ticket(connection, name), tables.policies(connection), at=at)
