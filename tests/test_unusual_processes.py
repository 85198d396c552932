"""Processes and clocks such as other programs have: the answers are the same, and nothing warns."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import datetime, timedelta

import pytest

import slaclock as sc
from desk import at

PROGRAM = """
from datetime import datetime
import slaclock as sc
from slaclock.cli import main
policy = sc.Policy.example()
opened = datetime.fromisoformat("2018-04-06T15:00+01:00")
print(sc.deadline(opened, "2 hours", calendar=policy.calendar).isoformat())
raise SystemExit(main(["due", "P2", "2026-11-27 15:40"]) or main(["assess", "--limit", "2"]))
"""


def ran(folder, *options, **environment):
    kept = {name: value for name, value in os.environ.items() if name not in environment}
    given = {name: value for name, value in environment.items() if value is not None}
    return subprocess.run(
        [sys.executable, *options, "-c", PROGRAM], cwd=folder, env=kept | given, capture_output=True, encoding="utf-8",
        check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def usual(tmp_path_factory):
    run = ran(tmp_path_factory.mktemp("usual"))
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[0] == "2018-04-09T08:30:00+01:00"
    return run.stdout


@pytest.mark.parametrize(
    ("options", "environment"),
    [
        (("-W", "error"), {}),
        (("-O",), {}),
        (("-X", "utf8=0"), {"LANG": "C", "LC_ALL": "C"}),
        ((), {"HOME": None, "USERPROFILE": None, "XDG_CACHE_HOME": None}),
        ((), {"TZ": "Pacific/Auckland"}),
    ],
    ids=["warnings are errors", "asserts are off", "no locale", "no home", "another zone"],
)
def test_an_unusual_process_answers_the_same(tmp_path, usual, options, environment):
    run = ran(tmp_path, *options, **environment)
    assert (run.returncode, run.stdout) == (0, usual), run.stderr


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path, usual):
    tmp_path.chmod(0o500)
    try:
        run = ran(tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert (run.returncode, run.stdout) == (0, usual), run.stderr
    assert list(tmp_path.iterdir()) == []


def instants_of_libraries():
    def pandas():
        import pandas as pd

        return pd.Timestamp("2018-04-06T15:00", tz="Europe/London")

    def pendulum():
        import pendulum

        return pendulum.datetime(2018, 4, 6, 15, tz="Europe/London")

    def pytz():
        import pytz

        return pytz.timezone("Europe/London").localize(datetime(2018, 4, 6, 15))

    def dateutil():
        from dateutil import tz

        return datetime(2018, 4, 6, 15, tzinfo=tz.gettz("Europe/London"))

    return [pandas, pendulum, pytz, dateutil]


@pytest.mark.parametrize("library", instants_of_libraries(), ids=lambda library: library.__name__)
def test_instants_of_any_library_are_instants(library):
    pytest.importorskip("dateutil" if library.__name__ == "dateutil" else library.__name__)
    opened, plain, calendar = library(), at("2018-04-06 15:00"), sc.Policy.example().calendar
    due = sc.deadline(opened, "2 hours", calendar=calendar)
    assert due == sc.deadline(plain, "2 hours", calendar=calendar) == at("2018-04-09 08:30")
    assert due.utcoffset() == timedelta(hours=1)
    assert sc.elapsed(opened, due, calendar=calendar) == timedelta(hours=2)
    ticket = sc.Ticket(id="T1", priority="P1", opened=opened)
    assert sc.assess(ticket, sc.Policy.example(), at=opened).due == due
    assert sc.Ticket.from_json(ticket.to_json()) == sc.Ticket(id="T1", priority="P1", opened=plain)


@pytest.mark.parametrize("library", ["freezegun", "time_machine"])
def test_a_frozen_clock_is_a_clock(library):
    module = pytest.importorskip(library)
    freeze = module.freeze_time("2018-04-06T14:00:00Z") if library == "freezegun" else module.travel(
        datetime.fromisoformat("2018-04-06T14:00:00Z"), tick=False
    )  # fmt: skip
    policy = sc.Policy.example()
    with freeze:
        import datetime as clock

        now = clock.datetime.now(clock.UTC)
        assessed = sc.assess(sc.Ticket(id="T1", priority="P1", opened=now), policy, at=now)
        assert (assessed.state, assessed.due) == ("running", at("2018-04-09 08:30"))
        assert sc.Policy.example().calendar.is_open(now)
