"""JSON Schema of policies and cases, by which editors complete and check the files."""

from __future__ import annotations

from typing import Any, Literal

from slaclock.calendar.hours import WEEKDAYS
from slaclock.policy.measures import MEASURES
from slaclock.policy.policy import Policy
from slaclock.temporal.durations import NUMBER

from .cases import Case, CaseFile
from .lints import LINTS

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_DATE = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$", "description": "a date such as 2026-12-24"}
_MOMENT = {
    "type": "string",
    "pattern": r"^\s*\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}",
    "description": "a moment such as 2018-04-06 15:00, in the policy's zone where it has no offset",
}
_SPAN = {"type": "string", "pattern": r"^\s*\d{1,2}:\d{2}(:\d{2})?\s*[-\u2013]\s*\d{1,2}:\d{2}(:\d{2})?\s*$"}
_DAY = {
    "description": "the hours of a day: 08:00-17:00, several, or none",
    "anyOf": [{"type": "string"}, {"type": "array", "items": _SPAN}],
}
_WEEK = {
    "type": "object",
    "description": "weekdays and their hours; those not named are closed",
    "propertyNames": {
        "pattern": "^(?i:mon|tue|wed|thu|fri|sat|sun|mo|tu|we|th|fr|sa|su|[a-z]+day)$".replace("(?i:", "(")
    },
    "additionalProperties": _DAY,
    "examples": [{day: ["08:00-17:00"] for day in WEEKDAYS[:5]}],
}
_HOURS = {"description": "opening hours as text, or a table a weekday", "anyOf": [{"type": "string"}, _WEEK]}
_TARGET = {
    "type": "string",
    "description": "a target such as 6 hours, 0-2 hours, < 1 day, 2 days by close, < 20 wall seconds",
    "pattern": rf"^\s*(<=?|within|in|less|under)?.*{NUMBER}\s*.*[A-Za-z]",
}
_LENGTH = {"type": "string", "description": "a length such as 9h, 90 minutes, 1 h 30 min", "pattern": r"\d\s*[A-Za-z]"}
_MEASURES = {
    "type": "object",
    "properties": dict.fromkeys(MEASURES, _TARGET),
    "additionalProperties": False,
}
_WORDS = {"type": "object", "additionalProperties": {"type": "string"}}


def schema(of: Literal["policy", "cases"] = "policy") -> dict[str, Any]:
    """The JSON Schema of a policy's file, or of a file of cases.

    >>> sorted(schema("policy")["required"])
    ['calendar', 'name', 'targets']
    """
    return _policy() if of == "policy" else _cases()


def _policy() -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "title": "A service level agreement, as slaclock reads it",
        **_object(_POLICY, ("name", "calendar", "targets")),
    }


def _cases() -> dict[str, Any]:
    return {
        "$schema": _DIALECT,
        "title": "Cases of a policy, as slaclock checks them",
        **_object(
            {
                "policy": {"type": "string", "description": "the policy's file, beside this one"},
                "cases": {"type": "object", "minProperties": 1, "additionalProperties": _object(_CASE, ("opened",))},
            },
            ("cases",),
        ),
    }


def _object(properties: dict[str, Any], required: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "type": "object", "properties": properties, "required": list(required), "additionalProperties": False,
    }  # fmt: skip


_PERIOD = _object({"from": _DATE, "until": _DATE})
_CALENDAR = _object(
    {
        "timezone": {"type": "string", "description": "an IANA name such as Europe/London"},
        "hours": _HOURS,
        "holidays": {
            "description": "a country's code such as GB-ENG, dates, {date: name}, or a file",
            "type": ["string", "array", "object"],
        },
        "special": {
            "type": "object",
            "description": "dates, ranges (2026-12-29/2026-12-31) or recurrences with their own hours, or none",
            "additionalProperties": {"anyOf": [_DAY, _object({"hours": _DAY, "name": {"type": "string"}})]},
        },
        "dated_hours": {
            "type": "array",
            "items": _object({"from": _DATE, "until": _DATE, "hours": _WEEK}, ("hours",)),
        },
        "holiday_hours": _DAY,
        "day_rule": {"enum": ["proportional", "same-time", "close-of-business", "fixed-hours"]},
        "day_length": _LENGTH,
        "after_hours": {"enum": ["next-opening", "same-date"]},
    },
    ("timezone",),
)
_POLICY: dict[str, Any] = {
    "name": {"type": "string"},
    "calendar": _CALENDAR,
    "targets": {
        "type": "object",
        "description": "targets by kind, and within it by priority",
        "additionalProperties": {
            "type": "object",
            "properties": dict.fromkeys(MEASURES, _TARGET),
            "additionalProperties": _MEASURES,
        },
    },
    "year_starts": {"type": "string", "pattern": r"^\d{1,2}-\d{1,2}$", "default": "04-01"},
    "in_force_from": _DATE,
    "pauses": {
        "type": "object",
        "description": "every reason to wait, and the measures it stops",
        "additionalProperties": {"type": "array", "items": {"enum": list(MEASURES)}},
    },
    "priorities": {"type": "object", "description": "impact, then urgency = priority", "additionalProperties": _WORDS},
    "exclusions": {**_WORDS, "description": "categories that are not in the service, and why"},
    "coverage": {"anyOf": [{"type": "array", "items": _PERIOD}, _PERIOD]},
    "restart": _object({"priority_change": {"type": "boolean"}, "reopening": {"type": "boolean"}}),
    "standards": {
        "type": "object",
        "additionalProperties": _object(
            {
                "kind": {"type": "string"},
                "share": {"type": "integer", "minimum": 0, "maximum": 100},
                "target": _TARGET,
                "clock": {"enum": ["service", "wall"]},
                "measure": {"enum": list(MEASURES)},
                "abandoned": {"enum": ["left-out", "missed"]},
            },
            ("kind", "share"),
        ),
    },
    "allowances": {
        "type": "object",
        "additionalProperties": _object({"amount": _LENGTH, "pro_rata": {"type": "boolean"}}, ("amount",)),
    },
    "underpinning": {"type": "object", "additionalProperties": _TARGET},
    "silence": {
        "type": "object",
        "description": "lints that do not apply, each with the reason why",
        "propertyNames": {"enum": list(LINTS)},
        "additionalProperties": {"type": "string", "minLength": 1},
    },
}
_CASE: dict[str, Any] = {
    "opened": _MOMENT,
    "kind": {"type": "string"},
    "priority": {"type": "string"},
    "measure": {"enum": list(MEASURES)},
    "responded": _MOMENT,
    "resolved": _MOMENT,
    "category": {"type": "string"},
    "impact": {"type": "string"},
    "urgency": {"type": "string"},
    "pauses": {
        "type": "array",
        "items": {
            "anyOf": [
                {"type": "string", "description": "2018-04-09 15:00/2018-04-10 09:00 third_party"},
                _object({"start": _MOMENT, "end": _MOMENT, "reason": {"type": "string"}}, ("start", "reason")),
            ]
        },
    },
    "priority_changes": {
        "type": "array", "items": _object({"at": _MOMENT, "priority": {"type": "string"}}, ("at", "priority")),
    },
    "reopenings": {
        "type": "array", "items": _object({"resolved": _MOMENT, "reopened": _MOMENT}, ("resolved", "reopened")),
    },
    "at": _MOMENT,
    "due": {"anyOf": [{"const": "none"}, _MOMENT]},
    "state": {"enum": ["running", "paused", "met", "breached", "excluded", "not-covered"]},
    "elapsed": _LENGTH,
    "days": {"type": ["string", "integer"]},
    "remaining": _LENGTH,
    "expected_from": _MOMENT,
}  # fmt: skip

MODELS = {"policy": Policy, "cases": CaseFile, "case": Case}
"""The models that the schemas describe, each of whose fields stands in its schema."""
FIELDS = {"policy": _POLICY, "case": _CASE}
