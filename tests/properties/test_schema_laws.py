"""The schema of a policy and its model accept and refuse alike."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

import jsonschema
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from slaclock import strategies as drawn

SCHEMA = jsonschema.Draft202012Validator(sc.Policy.model_json_schema())
FULL = sc.Policy.model_validate({
    "name": "full", "year_starts": "09-01", "in_force_from": "2018-04-01",
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
    "underpinning": {"third_party": "5 days"}, "silence": {"unused-reason": "meant so"},
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
