"""What `slaclock map` drafts for exports in the shapes of products, and what is read by the drafts, as reviewed.

The headers and forms are those that Jira's "Export CSV", Zendesk's views, Freshservice, HaloITSM's reports,
ServiceNow's lists and Excel give.
"""

from __future__ import annotations

import tomllib
import warnings
from pathlib import Path

import pytest

import slaclock as sc
from reviewed import check_reviewed
from slaclock.cli import main
from slaclock.desks import draft_mapping, read_log, read_tickets
from slaclock.desks.ticket_mappings import load_mapping

from .made_files import MADE
from .test_desk_files import FOLDER as FILES
from .test_desk_files import PLAIN_NAMES, told

FOLDER = Path(__file__).parent / "exports"
SNAPSHOT = Path(__file__).parents[1] / "snapshots" / "desk_drafts.txt"
EXAMPLE = sc.Policy.example()


@pytest.fixture(autouse=True)
def _folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for file in FOLDER.iterdir():
        Path(file.name).write_bytes(file.read_bytes())


def read_by(name: str, text: str) -> list[str]:
    """What is read of a file by a mapping: its tickets, or the error."""
    Path("map.toml").write_text(text, encoding="utf-8")
    try:
        log, tickets = load_mapping("map.toml")
        if log is not None:
            made = read_log(name, log, strict=True)
        elif tickets is not None and tickets.tickets:
            made = read_tickets(name, EXAMPLE, mapping=tickets, strict=True)
        else:
            Path("one.csv").write_text("id,opened\nHD-1,2018-04-03T09:47+01:00\n")
            mapping = tickets and tickets.model_copy(update={"time_format": (*tickets.time_format, "iso")})
            made = read_tickets("one.csv", EXAMPLE, pauses=name, mapping=mapping)
    except sc.SlaClockError as error:
        return [f"! {part}" for part in error.all]
    return [told(ticket) + (f" {ticket.attributes}" if ticket.attributes else "") for ticket in made] or [
        "(no tickets)"
    ]


def outcome(name: str) -> str:
    """The draft for a file, what is to be checked, and what is read by it."""
    draft = draft_mapping(name)
    tomllib.loads(draft.text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return "\n".join([draft.text, *(f"? {check}" for check in draft.checks), "", *read_by(name, draft.text), ""])


def test_each_export_has_the_draft_that_was_reviewed():
    names = sorted(file.name for file in FOLDER.iterdir())
    text = "\n".join(f"==== {name}\n{outcome(name)}" for name in names)
    check_reviewed(SNAPSHOT, text)


@pytest.mark.parametrize(("form", "opened"), [("%d/%m/%Y %H:%M:%S", "2018-04-03"), ("%m/%d/%Y %H:%M:%S", "2018-03-04")])
def test_a_day_that_may_be_a_month_is_asked_for_and_then_read(form, opened):
    draft = draft_mapping("halo-either.csv")
    assert any(check.startswith("time_format: is '03/04/2018 09:47:00' 3 April 2018") for check in draft.checks)
    assert "may be 3 April or 4 March; give time_format" in read_by("halo-either.csv", draft.text)[0]
    chosen = draft.text.replace(f'# time_format = "{form}"', f'time_format = "{form}"')
    assert f"opened {opened}" in read_by("halo-either.csv", chosen)[0]


def test_the_draft_is_written_whole_and_never_over_a_file(capsys):
    assert main(["map", "jira.csv", "--out", "jira.toml"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.startswith("a mapping of tickets is drafted in jira.toml; check:\n- timezone: ")
    assert out.endswith("then: slaclock assess jira.csv --mapping jira.toml\n")
    before = Path("jira.toml").read_text()
    assert before == draft_mapping("jira.csv").text
    assert main(["map", "zendesk.csv", "--out", "jira.toml"]) == 2
    assert capsys.readouterr().err == (
        "slaclock: --out: jira.toml is there already; name another file, or add --force\n"
    )
    assert Path("jira.toml").read_text() == before
    assert main(["map", "zendesk.csv", "--out", "jira.toml", "--force"]) == 0
    assert Path("jira.toml").read_text() == draft_mapping("zendesk.csv").text


def test_the_draft_alone_is_on_standard_output(capsys):
    assert main(["map", "log-servicenow.csv"]) == 0
    out, err = capsys.readouterr()
    assert out == draft_mapping("log-servicenow.csv").text
    assert all(line.startswith("slaclock: note: check ") for line in err.splitlines())
    assert err.splitlines()


def test_the_example_s_own_mapping_is_drafted(capsys):
    """All but a state that the log does not have, and events by names of the desk's own."""
    assert main(["example", "desk"]) == 0
    drafted = tomllib.loads(draft_mapping("desk/events.csv").text)
    written = tomllib.loads(Path("desk/mapping.toml").read_text())
    del written["states"]["Closed"]
    written["events"] = {word: name for word, name in written["events"].items() if name in ("asked", "answered")}
    assert drafted == written


@pytest.mark.parametrize("text", ["", "\n\n", "a", "a,a\n1,1\n", '{"a": [1]}\n', "id,opened\n\x00,\x1b[31m\n", "[]"])
def test_any_table_has_a_draft_or_an_error_of_ours(text):
    Path("any.csv").write_text(text)
    try:
        draft = draft_mapping("any.csv")
    except sc.errors.InputError:
        return
    tomllib.loads(draft.text)
    assert all(check.isprintable() for check in draft.checks)


def test_no_draft_is_written_over_what_it_is_of(capsys):
    before = Path("jira.csv").read_bytes()
    assert main(["map", "jira.csv", "--out", "jira.csv", "--force"]) == 2
    assert "--out: jira.csv is read too" in capsys.readouterr().err
    assert Path("jira.csv").read_bytes() == before


@pytest.mark.parametrize("name", sorted([*PLAIN_NAMES, *MADE]))
def test_the_draft_for_any_file_is_a_mapping(name):
    Path(name).write_bytes(MADE[name]() if name in MADE else (FILES / name).read_bytes())
    try:
        draft = draft_mapping(name)
    except sc.errors.InputError:
        return
    Path("map.toml").write_text(draft.text, encoding="utf-8")
    log, tickets = load_mapping("map.toml")
    assert (log is not None, tickets is not None) == (draft.of == "log", draft.of != "log")


def test_what_the_policies_choose_by_is_drafted_as_an_attribute():
    example = sc.Policy.example()
    named = {name: example.model_copy(update={"name": name, "applies_to": {"customer": (name,)}}) for name in "AB"}
    policy = sc.PolicyBook([*named.values()])
    draft = draft_mapping("servicenow.csv", policy)
    assert tomllib.loads(draft.text)["attributes"] == {"customer": "company"}
    without = draft_mapping("excel.csv", policy)
    assert "[attributes]: no column looks like 'customer', by which the policies choose" in without.checks
