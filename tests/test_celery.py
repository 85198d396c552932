"""A worker of Celery, with a broker in memory: tickets go to it, and their turns and answers come back."""

from __future__ import annotations

import json

import pytest
from celery import Celery
from celery.contrib.testing.worker import start_worker

import slaclock as sc
from desk import at

POLICY = sc.Policy.example()
TICKETS = [
    sc.Ticket(id="T1", priority="P1", opened=at("2018-04-06 15:00")),
    sc.Ticket(
        id="T2", priority="P2", opened=at("2018-04-06 15:00"),
        pauses=[sc.Pause(start=at("2018-04-06 16:00"), reason="third_party")],
    ),
]  # fmt: skip
NOW = at("2018-04-09 08:20")


@pytest.fixture(scope="module")
def app():
    """An application whose tasks a worker in a thread of this process does, not the caller."""
    app = Celery("desk", broker="memory://", backend="cache+memory://")
    app.conf.update(worker_enable_remote_control=False, accept_content=["json"])

    @app.task(name="desk.turns")
    def turns(ticket: str, since: str, until: str) -> list[str]:
        line = sc.timeline(sc.Ticket.from_json(ticket), sc.Policy.example(), at=until)
        return [f"{turn.at:%a %H:%M} {turn.what}" for turn in line.between(since, until)]

    @app.task(name="desk.assess")
    def assess(ticket: str, policy: str, now: str) -> str:
        return sc.assess(sc.Ticket.from_json(ticket), sc.Policy.from_json(policy), at=now).to_json()

    with start_worker(app, perform_ping_check=False, shutdown_timeout=30):
        yield app


def test_answers_of_a_worker_are_those_of_the_caller(app):
    assert not app.conf.task_always_eager
    for ticket in TICKETS:
        sent = app.send_task("desk.assess", (ticket.to_json(), POLICY.to_json(), NOW.isoformat()))
        expected = sc.assess(ticket, POLICY, at=NOW)
        answer = sent.get(timeout=60)
        assert json.loads(answer) == json.loads(expected.to_json())
        assert sc.Assessment.from_json(answer) == expected


def test_a_task_that_comes_again_tells_each_turn_once(app):
    instants = [at(text).isoformat() for text in ("2018-04-06 15:00", "2018-04-06 16:10", "2018-04-09 08:20")]
    told = [
        app.send_task("desk.turns", (TICKETS[0].to_json(), since, until)).get(timeout=60)
        for since, until in zip(instants, instants[1:], strict=False)
    ]
    assert told == [["Fri 16:00 50%"], ["Fri 16:30 75%", "Mon 08:18 90%"]]


def test_what_a_worker_cannot_answer_is_an_error_of_ours(app):
    unknown = TICKETS[0].model_copy(update={"priority": "P9"})
    sent = app.send_task("desk.assess", (unknown.to_json(), POLICY.to_json(), NOW.isoformat()))
    with pytest.raises(sc.SlaClockError, match="'P9' is no priority"):
        sent.get(timeout=60)
