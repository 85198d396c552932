"""Whatever an export holds, an importer gives a desk or an error of ours; and what every importer has in common."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk_exports import EXPORTS, documents
from slaclock import assess, errors
from slaclock.cli import main
from slaclock.cli.desk_files import policy_text
from slaclock.desks.imported import Imported, Losses
from slaclock.desks.products import PRODUCTS, product
from slaclock.policy.book import policies_of
from slaclock.policy.policy import Policy

LATER = datetime(2018, 5, 1, tzinfo=UTC)
ROOT = Path(__file__).resolve().parents[2]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["2018-04-09T10:00:00Z", "20180409T100000", "2018-04-09", "08:00", "1", "closed", "high",
                       "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "99991231T235959", "main", "always", "none"])
    | st.sampled_from([0, -1, 7, 10**9, 10**15, 1e300]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip
NAMES = [name for name in PRODUCTS if name != "microsoft"]


def places(value: Any) -> list[list[Any]]:
    """The ways to every part of a document."""
    keys = range(len(value)) if isinstance(value, list) else list(value) if isinstance(value, dict) else []
    return [[]] + [[key, *way] for key in keys for way in places(value[key])]


@st.composite
def broken(draw: st.DrawFn, name: str) -> dict[str, Any]:
    """The documents of a product's own export, of which one to three parts are gone, other ones, or anything."""
    whole: Any = deepcopy(documents(name))
    for _ in range(draw(st.integers(1, 3))):
        ways = [way for way in places(whole) if way]
        if not ways:
            break
        way, other = draw(st.sampled_from(ways)), draw(st.sampled_from(ways))
        what = draw(st.sampled_from(["gone", "other", "any"]))
        if what == "gone":
            del at(whole, way[:-1])[way[-1]]
        else:
            at(whole, way[:-1])[way[-1]] = deepcopy(at(whole, other)) if what == "other" else draw(JSON)
    return whole


def at(whole: Any, way: list[Any]) -> Any:
    """The part of a document to which a way leads."""
    for key in way:
        whole = whole[key]
    return whole


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=max(settings.default.max_examples // 3, 1))
@given(st.data())
def test_any_export_gives_a_desk_or_an_error_of_ours(name, data):
    whole = data.draw(broken(name))
    try:
        made = product(name).desk(whole)
    except errors.SlaClockError as error:
        assert error.problem
    else:
        assert isinstance(made, Imported)
        assert all(entry.why and entry.path for entry in made.lost)
        for policy in policies_of(made.value.policy):
            assert Policy.parse(policy_text(policy)) == policy
        for ticket in made.value.tickets:  # the policy knows every word of theirs
            for measure in policies_of(made.value.policy)[0].measures_set:
                with suppress(errors.NoWorkingTimeError):
                    assess(ticket, made.value.policy, at=max(ticket.opened, LATER), measure=measure)


@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=max(settings.default.max_examples // 10, 1))
@given(st.data())
def test_any_documents_give_a_desk_or_an_error_of_ours(name, data):
    whole = {key: data.draw(JSON) for key in product(name).FILES}
    try:
        product(name).desk(whole)
    except errors.SlaClockError as error:
        assert error.problem


@pytest.mark.parametrize("name", NAMES)
def test_every_product_has_an_export_a_page_and_files(name):
    assert {file.stem for file in (EXPORTS / name).glob("*.json")} <= {*product(name).FILES}
    page = (ROOT / "docs" / "desks" / f"{name}.md").read_text(encoding="utf-8")
    assert all(f"`{file}.json`" in page for file in product(name).FILES)
    assert f'"desks/{name}.md"' in (ROOT / "zensical.toml").read_text(encoding="utf-8")
    assert "https://" in (product(name).__doc__ or "")


def test_microsoft_is_refused_with_the_reason():
    with pytest.raises(errors.ModelError, match="one start and one end for all days of a week"):
        product("microsoft").desk({"getSchedule": {"value": []}})


def test_losses_of_one_kind_are_one():
    losses = Losses()
    for number in range(3):
        losses.add(("tickets", number, "due"), "not read")
    losses.add(("tickets", 1, "colour"), "not read")
    assert [str(entry) for entry in losses.lost] == ["tickets.*.due: not read (3 times)", "tickets.1.colour: not read"]


@pytest.mark.parametrize(
    ("files", "words", "said"),
    [
        ({}, [], "has none of the product's files"),
        ({"tickets.json": "{"}, [], "this is not JSON"),
        ({"tickets.json": '{"tickets": [{"id": 1}]}'}, [], "tickets.0.created_at: it is missing"),
        ({"tickets.json": '{"tickets": []}'}, ["--timezone", "Nowhere"], "there is no time zone 'Nowhere'"),
    ],
)
def test_errors_of_the_command_line_are_one_line(tmp_path, capsys, files, words, said):
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["import", "zendesk", str(tmp_path), "--out", str(tmp_path / "out"), *words]) == 2
    printed = capsys.readouterr()
    assert said in printed.err
    assert len(printed.err.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_nothing_is_written_over_and_other_files_are_named(tmp_path, capsys):
    (tmp_path / "tickets.json").write_text(json.dumps({"tickets": []}), encoding="utf-8")
    (tmp_path / "users.json").write_text("[]", encoding="utf-8")
    words = ["import", "zendesk", str(tmp_path), "--out", str(tmp_path / "out"), "--name", "Mine"]
    assert main(words) == 0
    assert "lost: users.json: no file of this product's, and not read" in capsys.readouterr().out.splitlines()
    assert 'name = "Mine"' in (tmp_path / "out" / "sla.toml").read_text(encoding="utf-8")
    assert main(words) == 2
    assert "is there already" in capsys.readouterr().err


def test_signs_of_data_cannot_hurt_a_terminal(tmp_path, capsys):
    policy = {"title": "\x1b]0;x", "filter": {"all": [{"field": "\x1b[2J", "operator": "is", "value": "1"}]}}
    (tmp_path / "sla_policies.json").write_text(json.dumps([policy]), encoding="utf-8")
    assert main(["import", "zendesk", str(tmp_path), "--out", str(tmp_path / "out")]) == 0
    out = capsys.readouterr().out
    assert out.replace("\n", "").isprintable()
    assert "x1b[2J" in out
