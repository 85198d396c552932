"""`python -m django test django_desk`: the desk over a PostgreSQL, with a clock of the tests' own."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from django.db import connection
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils.dateparse import parse_duration

import slaclock as sc
from django_desk import turns
from django_desk.models import Change, Pause, Reopening, Ticket, Told

POLICY = sc.Policy.example()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/London"))


class DeskTestCase(TestCase):
    """A desk with a policy, on a Friday afternoon."""

    def setUp(self) -> None:
        self.now = at("2018-04-06 15:00")
        clock = mock.patch("django.utils.timezone.now", self.clock)
        clock.start()
        self.addCleanup(clock.stop)
        self.put("/policies/all", POLICY.to_json(), 204)

    def clock(self) -> datetime:
        return self.now

    def put(self, path: str, body: str, status: int) -> Any:
        answer = self.client.put(path, body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return json.loads(answer.content or "null")

    def post(self, path: str, body: object, status: int = 200) -> Any:
        answer = self.client.post(path, body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    def get(self, path: str, **params: str) -> Any:
        answer = self.client.get(path, params)
        assert answer.status_code == 200, answer.content
        return answer.json()

    def opens(self, name: str, priority: str) -> Any:
        return self.post("/tickets", {"id": name, "priority": priority}, 201)

    def edits(self, name: str, instant: str, what: str, status: int = 200, **more: str) -> Any:
        self.now = at(instant)
        return self.post(f"/tickets/{name}/edits", {"what": what, **more}, status)


class Edits(DeskTestCase):
    def test_edits_are_kept_and_the_clock_follows_them(self) -> None:
        assert self.opens("T1", "P2")["due"] == at("2018-04-09 12:30").isoformat()
        assert self.edits("T1", "2018-04-09 09:00", "paused", reason="third_party")["due"] is None
        assert [(one["id"], one["state"], one["due"]) for one in self.get("/tickets")] == [("T1", "paused", None)]
        assert self.edits("T1", "2018-04-09 11:00", "resumed")["due"] == at("2018-04-09 14:30").isoformat()
        self.edits("T1", "2018-04-09 11:30", "changed", field="priority", to="P1")
        self.edits("T1", "2018-04-09 12:00", "resolved")
        again = self.edits("T1", "2018-04-10 09:00", "reopened")
        assert [(one["id"], one["priority"]) for one in self.get("/tickets")] == [("T1", "P1")]
        ticket = sc.Ticket(
            id="T1", priority="P2", opened=at("2018-04-06 15:00"),
            pauses=[sc.Pause(start=at("2018-04-09 09:00"), end=at("2018-04-09 11:00"), reason="third_party")],
            changes=[sc.Change(at=at("2018-04-09 11:30"), field="priority", to="P1")],
            reopenings=[sc.Reopening(resolved=at("2018-04-09 12:00"), reopened=at("2018-04-10 09:00"))],
        )  # fmt: skip
        stands = sc.assess(ticket, sc.PolicyBook([POLICY]), at=self.now)
        assert sc.Assessment.from_json(json.dumps(again)) == stands
        earlier = self.get("/tickets/T1", at="2018-04-09T10:00+01:00")
        assert (earlier["state"], earlier["elapsed"]) == ("paused", "PT2H30M")
        assert self.client.get("/tickets/T1/why").content.decode() == str(stands.explain())

    def test_what_cannot_be_is_refused_and_not_written(self) -> None:
        before = self.opens("T1", "P2")["ticket"]
        self.edits("T1", "2018-04-09 09:00", "resumed", 409)
        self.edits("T1", "2018-04-09 09:00", "reopened", 409)
        [unknown] = self.edits("T1", "2018-04-09 09:00", "changed", 422, field="priority", to="P9")["detail"]
        assert (unknown["code"], unknown["remedy"]) == ("unknown-priority", "use one of: P1, P2, P3, P4")
        [reason] = self.edits("T1", "2018-04-09 09:00", "paused", 422, reason="lunch")["detail"]
        assert reason["code"] == "unknown-reason"
        assert self.get("/tickets/T1")["ticket"] == before
        wrong = self.post("/tickets", {"id": 7, "opened": "yesterday"}, 422)["detail"]
        assert [(one["code"], one["path"]) for one in wrong] == [("model", ["id"]), ("instant-text", ["opened"])]
        policy = POLICY.model_dump(mode="json")
        policy["targets"]["incident"]["P1"]["resolve"] = "soon"
        [target] = self.put("/policies/all", json.dumps(policy), 422)["detail"]
        assert (target["code"], target["path"]) == ("target", ["targets", "incident", "P1", "resolve"])

        [clash] = self.put("/policies/other", POLICY.to_json(), 422)["detail"]
        assert clash["code"] == "policy"
        self.get("/tickets")

    def test_a_ticket_that_is_there_is_not_opened_again(self) -> None:
        self.opens("T1", "P2")
        self.post("/tickets", {"id": "T1", "priority": "P2"}, 409)


class TenThousand(DeskTestCase):
    def test_ten_thousand_open_tickets_in_one_request(self) -> None:
        first, hours = at("2018-04-03 08:00"), [timedelta(hours=count) for count in range(6)]
        tickets = [
            Ticket(id=f"T{number}", priority=f"P{1 + number % 4}", opened=first + number * timedelta(seconds=20))
            for number in range(10_000)
        ]
        Ticket.objects.bulk_create(tickets)
        Pause.objects.bulk_create(
            Pause(ticket=ticket, start=ticket.opened + hours[1], end=end, reason="third_party")
            for number in (7, 8)
            for ticket in tickets[number::10]
            for end in [ticket.opened + hours[3] if number == 7 else None]
        )
        Change.objects.bulk_create(
            Change(ticket=ticket, at=ticket.opened + hours[2], field="priority", to="P1") for ticket in tickets[5::10]
        )
        Reopening.objects.bulk_create(
            Reopening(ticket=ticket, resolved=ticket.opened + hours[1], reopened=ticket.opened + hours[5])
            for ticket in tickets[3::10]
        )
        self.now = at("2018-04-06 10:00")
        with CaptureQueriesContext(connection) as queries:
            standings = self.get("/tickets")
        assert (len(standings), len(queries)) == (10000, 2)  # the policies, and the tickets
        for standing in standings[::499]:
            alone = self.get(f"/tickets/{standing['id']}")
            alone["id"] = alone["ticket"]["id"]
            for one in (alone, standing):
                one["remaining"] = parse_duration(one["remaining"])
            assert {name: alone[name] for name in standing} == standing


class Interrupted(Exception):
    pass


class Turns(DeskTestCase):
    def until(self, end: str, tell: Callable[[sc.Ticket, sc.Turn], None]) -> None:
        """A process of the loop, which somebody interrupts at an instant."""

        def sleep(seconds: float) -> None:
            self.now += timedelta(seconds=seconds)
            if self.now > at(end):
                raise Interrupted

        with suppress(Interrupted), mock.patch.object(turns, "LONGEST", 900.0):
            turns.run(tell, sleep)

    def test_the_loop_sleeps_until_the_next_turn_and_tells_each_once(self) -> None:
        told = []

        def tell(ticket: sc.Ticket, turn: sc.Turn) -> None:
            assert turn.at <= self.now
            told.append((ticket.id, turn.at, turn.what))

        self.opens("T1", "P1")
        self.opens("T2", "P2")
        self.until("2018-04-06 16:00", tell)
        assert told == [("T1", at("2018-04-06 16:00"), "50%")]
        self.edits("T2", "2018-04-06 16:10", "changed", field="priority", to="P1")
        self.edits("T1", "2018-04-09 08:10", "paused", reason="third_party")  # the loop was down over the weekend
        self.until("2018-04-09 09:00", tell)
        end = Told.objects.get().until
        for name in ("T1", "T2"):
            line = sc.timeline(Ticket.objects.get(pk=name).clock(), POLICY, at=end)
            turned = [(name, turn.at, turn.what) for turn in line.between(at("2018-04-06 15:00"), end)]
            assert [turn for turn in told if turn[0] == name] == turned
