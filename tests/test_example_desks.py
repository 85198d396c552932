"""The desks of `examples` answer as their pages say, over a PostgreSQL of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from datetime import timedelta
from importlib.util import find_spec
from itertools import count
from pathlib import Path

import pytest

import postgres
import slaclock as sc
from desk import at

EXAMPLES = Path(__file__).parent.parent / "examples"
POLICY = sc.Policy.example()
NUMBERS = count(1)


pytestmark = pytest.mark.xdist_group("postgres")  # one server for all of these


def needed(*libraries):
    missing = [library for library in libraries if find_spec(library) is None]
    return pytest.mark.skipif(
        bool(missing), reason=f"not installed: {', '.join(missing)}; pip install --group examples"
    )


@pytest.fixture(scope="module")
def server():
    if postgres.programs() is None:
        pytest.skip(postgres.NO_POSTGRES)
    with postgres.server() as where:
        yield where


class Clock:
    """A clock that stands still until somebody sleeps by it."""

    def __init__(self, now):
        self.now = now

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)


class FastApiDesk:
    """The desk with its policy, asked without a network."""

    def __init__(self, connect, clock, monkeypatch):
        from fastapi_desk import app

        self.connection = connect()
        self.clock = clock
        monkeypatch.setitem(app.app.dependency_overrides, app.connection, lambda: self.connection)
        monkeypatch.setitem(app.app.dependency_overrides, app.clock, lambda: clock)
        self.app = app.app
        self.ask("PUT", "/policies/all", 204, json=POLICY.model_dump(mode="json"))

    def ask(self, method, path, status=200, **sent):
        import httpx

        async def answer():
            async with httpx.AsyncClient(transport=httpx.ASGITransport(self.app), base_url="http://desk") as client:
                return await client.request(method, path, **sent)

        answered = asyncio.run(answer())
        assert answered.status_code == status, answered.text
        return answered

    def post(self, path, body, status=200):
        return self.ask("POST", path, status, json=body).json()

    def get(self, path, **params):
        return self.ask("GET", path, params=params).json()

    def opens(self, name, priority, instant):
        self.clock.now = at(instant)
        return self.post("/tickets", {"id": name, "priority": priority}, status=201)

    def edits(self, name, instant, what, status=200, **more):
        self.clock.now = at(instant)
        return self.post(f"/tickets/{name}/edits", {"what": what, **more}, status)


@pytest.fixture
def fastapi_desk(server, monkeypatch):
    import psycopg
    from fastapi_desk import tables

    name = f"desk_{next(NUMBERS)}"
    with psycopg.connect(f"{server} dbname=postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    where = f"{server} dbname={name}"
    with tables.connect(where) as connection:
        connection.execute(tables.SCHEMA)
        connection.execute("UPDATE told SET until = %s", [at("2018-04-06 15:00")])
    desk = FastApiDesk(lambda: tables.connect(where), Clock(at("2018-04-06 15:00")), monkeypatch)
    with desk.connection:
        yield desk


FASTAPI = needed("fastapi", "httpx", "psycopg", "polars")


@FASTAPI
def test_edits_are_kept_and_the_clock_follows_them(fastapi_desk):
    desk = fastapi_desk
    assert desk.opens("T1", "P2", "2018-04-06 15:00")["due"] == at("2018-04-09 12:30").isoformat()
    assert desk.edits("T1", "2018-04-09 09:00", "paused", reason="third_party")["due"] is None
    assert [(one["id"], one["state"], one["due"]) for one in desk.get("/tickets")] == [("T1", "paused", None)]
    assert desk.edits("T1", "2018-04-09 11:00", "resumed")["due"] == at("2018-04-09 14:30").isoformat()
    assert desk.edits("T1", "2018-04-09 11:30", "changed", field="priority", to="P1")["state"] == "breached"
    assert desk.edits("T1", "2018-04-09 12:00", "resolved")["state"] == "breached"
    again = desk.edits("T1", "2018-04-10 09:00", "reopened")
    assert [(one["id"], one["priority"]) for one in desk.get("/tickets")] == [("T1", "P1")]

    ticket = sc.Ticket(
        id="T1", priority="P2", opened=at("2018-04-06 15:00"),
        pauses=[sc.Pause(start=at("2018-04-09 09:00"), end=at("2018-04-09 11:00"), reason="third_party")],
        changes=[sc.Change(at=at("2018-04-09 11:30"), field="priority", to="P1")],
        reopenings=[sc.Reopening(resolved=at("2018-04-09 12:00"), reopened=at("2018-04-10 09:00"))],
    )  # fmt: skip
    stands = sc.assess(ticket, sc.PolicyBook([POLICY]), at=at("2018-04-10 09:00"))
    assert sc.Ticket.model_validate(again["ticket"]) == ticket
    assert (again["state"], again["elapsed"]) == (stands.state, "PT3H30M")
    earlier = desk.get("/tickets/T1", at=at("2018-04-09 10:00").isoformat())
    assert (earlier["state"], earlier["elapsed"]) == ("paused", "PT2H30M")
    assert desk.ask("GET", "/tickets/T1/why").text == str(stands.explain())


@FASTAPI
def test_what_cannot_be_is_refused_field_by_field_and_not_written(fastapi_desk):
    desk = fastapi_desk
    before = desk.opens("T1", "P2", "2018-04-06 15:00")["ticket"]
    desk.post("/tickets", {"id": "T1", "priority": "P2"}, status=409)
    desk.edits("T2", "2018-04-09 09:00", "resolved", status=404)
    for what in ("resumed", "reopened"):
        desk.edits("T1", "2018-04-09 09:00", what, status=409)

    [unknown] = desk.edits("T1", "2018-04-09 09:00", "changed", 422, field="priority", to="P9")["detail"]
    assert (unknown["code"], unknown["remedy"]) == ("unknown-priority", "use one of: P1, P2, P3, P4")
    [reason] = desk.edits("T1", "2018-04-09 09:00", "paused", 422, reason="lunch")["detail"]
    assert reason["code"] == "unknown-reason"
    assert desk.get("/tickets/T1")["ticket"] == before

    body = {"id": 7, "opened": "yesterday", "pauses": [{"start": "2018-04-09T15:00"}]}
    refusals = {tuple(one["path"]): one for one in desk.post("/preview", body, 422)["detail"]}
    assert set(refusals) == {("body", "id"), ("body", "opened"), ("body", "pauses", 0, "start")}
    assert refusals["body", "opened"] == {
        "code": "instant-text", "path": ["body", "opened"], "problem": "'yesterday' is not a date and time",
        "remedy": "write it like 2026-11-27T15:40 or 2026-11-27 15:40Z",
    }  # fmt: skip
    policy = POLICY.model_dump(mode="json")
    policy["targets"]["incident"]["P1"]["resolve"] = "soon"
    [target] = desk.ask("PUT", "/policies/all", 422, json=policy).json()["detail"]
    assert (target["code"], target["path"][-4:]) == ("target", ["targets", "incident", "P1", "resolve"])
    [clash] = desk.ask("PUT", "/policies/other", 422, json=POLICY.model_dump(mode="json")).json()["detail"]
    assert clash["code"] == "policy"
    desk.get("/tickets")


@FASTAPI
def test_the_schema_names_the_values_and_the_refusals(fastapi_desk):
    described = fastapi_desk.get("/openapi.json")
    schemas = described["components"]["schemas"]
    assert schemas["Ticket"]["required"] == ["id", "opened"]
    assert list(schemas["Refusal"]["properties"]) == ["code", "path", "problem", "remedy"]
    for path in described["paths"].values():
        for operation in path.values():
            refused = operation["responses"]["422"]["content"]["application/json"]["schema"]
            assert refused == {"$ref": "#/components/schemas/Refusals"}


@FASTAPI
def test_ten_thousand_open_tickets_in_one_request(fastapi_desk):
    desk = fastapi_desk
    desk.connection.execute(
        """
        INSERT INTO tickets SELECT 'T' || n, 'incident', 'P' || (1 + n % 4),
            timestamptz '2018-04-03T08:00+01' + n * interval '20 s', NULL, NULL, NULL, now()
        FROM generate_series(1, 10000) AS n;
        INSERT INTO pauses (ticket, start, "end", reason)
            SELECT id, opened + interval '1 hour',
                CASE WHEN id LIKE '%7' THEN opened + interval '3 hours' END, 'third_party'
            FROM tickets WHERE id LIKE ANY ('{%7,%8}');
        INSERT INTO changes (ticket, at, field, "to")
            SELECT id, opened + interval '2 hours', 'priority', 'P1' FROM tickets WHERE id LIKE '%5';
        INSERT INTO reopenings (ticket, resolved, reopened)
            SELECT id, opened + interval '1 hour', opened + interval '5 hours' FROM tickets WHERE id LIKE '%3';
        """
    )
    now = at("2018-04-06 10:00")
    standings = desk.get("/tickets", at=now.isoformat())
    assert len(standings) == 10_000
    dues = [standing["due"] for standing in standings]
    assert [due is None for due in dues] == sorted(due is None for due in dues)
    for standing in standings[::499]:
        alone = desk.get(f"/tickets/{standing['id']}", at=now.isoformat())
        alone["id"] = alone["ticket"]["id"]
        assert {name: alone[name] for name in standing} == standing


@FASTAPI
def test_the_loop_sleeps_until_the_next_turn_and_tells_each_once(fastapi_desk):
    from fastapi_desk import wake

    desk = fastapi_desk
    desk.opens("T1", "P1", "2018-04-06 15:00")
    desk.opens("T2", "P2", "2018-04-06 15:00")
    told = []

    class Interrupted(Exception):
        pass

    def until(end):
        """A process of the loop, which somebody interrupts at an instant."""

        def wait(seconds):
            if seconds is None or desk.clock.now + timedelta(seconds=seconds) > at(end):
                raise Interrupted
            desk.clock.sleep(seconds)

        watched = wake.Watch(
            desk.connection, lambda ticket, turn: told.append((ticket.id, turn.at, turn.what)), desk.clock
        )
        with pytest.raises(Interrupted):
            wake.run(watched, desk.clock, wait)

    until("2018-04-06 16:00")
    assert told == [("T1", at("2018-04-06 16:00"), "50%")]
    desk.edits("T2", "2018-04-06 16:10", "changed", field="priority", to="P1")
    desk.edits("T1", "2018-04-09 08:10", "paused", reason="third_party")  # the loop was down over the weekend
    until("2018-04-09 09:00")
    until("2018-04-09 09:00")
    instants = [instant for _, instant, _ in told]
    assert instants == sorted(instants)
    assert told[-1][0] == "T2"
    for name in ("T1", "T2"):
        ticket = sc.Ticket.model_validate(desk.get(f"/tickets/{name}")["ticket"])
        turned = sc.timeline(ticket, POLICY, at=desk.clock.now).between(at("2018-04-06 15:00"), desk.clock.now)
        assert [(instant, what) for whose, instant, what in told if whose == name] == [
            (turn.at, turn.what) for turn in turned
        ]


@FASTAPI
def test_an_edit_wakes_the_loop(fastapi_desk):
    from fastapi_desk import wake

    desk = fastapi_desk
    wait = wake.until_edited(desk.connection)
    assert wait(0.01) == []
    desk.opens("T1", "P1", "2018-04-06 15:00")
    assert len(wait(60)) == 1


@needed("django", "psycopg", "pandas")
def test_the_desk_of_django_passes_its_own_tests(server):
    place = dict(part.split("=") for part in server.split())
    environment = {
        **os.environ, "PGHOST": place["host"], "PGUSER": place["user"],
        "DJANGO_SETTINGS_MODULE": "django_desk.settings", "PYTHONPATH": os.pathsep.join([str(EXAMPLES), *sys.path]),
    }  # fmt: skip
    run = subprocess.run(
        [sys.executable, "-W", "error", "-m", "django", "test", "django_desk"],
        cwd=EXAMPLES, env=environment, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
