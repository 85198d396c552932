"""The schema of a policy and its model accept and refuse alike."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from slaclock import strategies as drawn
from slaclock.checking.schemas import schema

SCHEMA = jsonschema.Draft202012Validator(sc.Policy.model_json_schema())
FULL = sc.Policy.model_validate({
    "name": "full", "year_starts": "09-01", "in_force_from": "2018-04-01",
    "applies_to": {"customer": ["ACME", "Initech"], "Vor-Ort": ["ja"]},
    "calendars": {"night": {"timezone": "UTC", "hours": "22:00-06:00"},
                  "Früh_1-a": {"timezone": "UTC", "hours": "06:00-08:00"}},
    "calendar": {
        "timezone": "Europe/London", "hours": {"mon": ["08:00-17:00"], "Tuesday": "22:00-06:00"},
        "holidays": {"countries": ["GB-ENG", {"code": "DE", "categories": ["public"], "language": "en_US"}],
                     "closed": [{"when": "2018-06-15", "hours": ["14:00-16:00"], "name": "a", "timezone": "UTC"}],
                     "dates": {"2018-12-27": "closed"},
                     "recurring": [["FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=1", "the day"]]},
        "special": {"2018-12-24": ["08:00-12:00"], "2018-12-28": {"hours": [], "name": "stocktaking"},
                    "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=2": ["10:00-11:00"]},
        "closed": {"2018-06-12": ["14:00-16:00"],
                   "2018-06-13/2018-06-14": {"hours": ["14:00-16:00"], "name": "inset", "timezone": "UTC"}},
        "seasons": {"07-01/08-31": {"mon": ["09:00-15:00"], "sat": []}},
        "dated_hours": [{"from": "2018-07-01", "until": "2018-08-31", "hours": {"mon": ["09:00-12:00"]}}],
        "holiday_hours": ["10:00-12:00"], "day_rule": "fixed-hours", "day_length": "9h",
        "after_hours": "next-opening", "cutoff": "15:00",
    },
    "targets": {"incident": {"respond": "1 hour", "P1": {"resolve": "0-2 hours"}}, "request": {"resolve": "9 days"}},
    "pauses": {"third_party": ["resolve"], "lunch": []},
    "priorities": {"high": {"low": "P1"}}, "exclusions": {"toner": "a consumable"},
    "coverage": [{"from": "2018-04-01", "until": "2019-03-31"}],
    "rules": {"priority_change": "carry", "breach": "stands", "reopening": "restart"},
    "standards": {"calls": {"kind": "call", "share": 80, "target": "< 20 seconds", "clock": "wall"}},
    "allowances": {"training": {"amount": "30 hours", "pro_rata": True}},
    "warnings": {"late": {"at": "75%", "measure": "resolve", "priority": ["P1"], "text": "look at it"},
                 "soon": {"at": "1 hour before due"}},
    "silence": {"unused-reason": "meant so"},
})  # fmt: skip
ODD: list[Any] = [None, False, True, 0, 1, 7.5, {}, [], [1], {"x": 1}, "", "odd"]
Path = tuple[str | int, ...]


def places(value: Any, path: Path = ()) -> Iterator[Path]:
    """The ways to every part of a value."""
    yield path
    if isinstance(value, dict):
        for key, part in value.items():
            yield from places(part, (*path, key))
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from places(part, (*path, index))


def with_part(value: Any, path: Path, part: Any) -> Any:
    """The value with another part at a place."""
    if not path:
        return part
    changed = copy.copy(value)
    changed[path[0]] = with_part(value[path[0]], path[1:], part)
    return changed


NEEDED = {("calendar", "day_length"), ("standards", "calls", "target")}
"""Fields that may be missing, but not beside this policy's other ones."""


def is_read(data: Any) -> bool:
    try:
        sc.Policy.from_json(json.dumps(data))
    except sc.SlaClockError:
        return False
    return True


PLAIN = FULL.model_dump(mode="json")


@given(st.sampled_from(list(places(PLAIN))), st.sampled_from(ODD))
def test_the_schema_and_the_model_are_of_one_mind(path, odd):
    data = with_part(PLAIN, path, odd)
    allowed, read = SCHEMA.is_valid(data), is_read(data)
    assert allowed or not read, "the model reads what the schema refuses"
    if odd is None and path in NEEDED:
        return
    # Of a text a schema knows only its form; the meaning of a table or list of nothing is the model's to judge.
    if not isinstance(odd, str) and odd not in ({}, []):
        assert read or not allowed, "the schema allows what the model refuses"


@given(drawn.policies())
def test_the_schema_accepts_the_policys_own_dump(policy):
    SCHEMA.validate(policy.model_dump(mode="json"))
    SCHEMA.validate(json.loads(policy.to_json()))


NAMED = [("calendars",), ("applies_to",)]
SEPARATED = st.sampled_from(["priority", "opened", "id", "main", "pauses"]).flatmap(
    lambda word: st.lists(st.sampled_from(["", "", " ", "_", "-"]), min_size=len(word) + 1, max_size=len(word) + 1).map(
        lambda seps: "".join(sep + letter for sep, letter in zip(seps, word, strict=False)) + seps[-1]
    )
)
SPELT = st.one_of(SEPARATED, SEPARATED.map(str.title), SEPARATED.map(str.upper))
ODD_NAMES = st.sampled_from(
    ["", " ", "main", "Main", "maintenance", "1st", "a-", "-a", "a & b", "a|b", "(a", "a b", "é"]
)


@given(st.sampled_from(NAMED), st.one_of(SPELT, ODD_NAMES, st.text(max_size=4)), st.data())
def test_the_schema_and_the_model_refuse_the_same_names(path, name, data):
    table = dict(PLAIN[path[0]])
    old = data.draw(st.sampled_from(sorted(table)))
    table[name] = table.pop(old)
    changed = PLAIN | {path[0]: table}
    allowed, read = SCHEMA.is_valid(changed), is_read(changed)
    assert allowed or not read, "the model reads what the schema refuses"
    if name.isascii() and (path == ("applies_to",) and all(sign.isalnum() or sign in " _-" for sign in name)):
        assert read or not allowed, "the schema allows what the model refuses"


@pytest.mark.parametrize(
    ("path", "names"),
    [
        (("calendars",), ["main", "", "1st", "-a", "a-", "a b", "a & b", "(a"]),
        (("applies_to",), ["priority", "Priority", "id", "opened", "Opened ", "PRIO_RITY", "", " ", "kind"]),
    ],
)
def test_names_that_the_schema_refuses(path, names):
    for name in names:
        changed = PLAIN | {path[0]: dict(PLAIN[path[0]]) | {name: next(iter(PLAIN[path[0]].values()))}}
        assert not is_read(changed), name
        assert not SCHEMA.is_valid(changed), name
    for name in ("maintenance", "kinds", "id2"):
        changed = PLAIN | {path[0]: dict(PLAIN[path[0]]) | {name: next(iter(PLAIN[path[0]].values()))}}
        assert is_read(changed), name
        assert SCHEMA.is_valid(changed), name


def test_the_names_of_attributes_of_cases_are_those_of_tickets():
    cases = jsonschema.Draft202012Validator(schema("cases"))
    case = {"opened": "2018-04-06 15:00", "state": "running"}
    assert cases.is_valid({"cases": {"a": case | {"attributes": {"customer": "ACME"}}}})
    assert not cases.is_valid({"cases": {"a": case | {"attributes": {"Priority": "P1"}}}})
