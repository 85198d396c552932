"""A policy as data whose keys may come in any order, so that they can be sorted, hashed and kept by any database.

In a policy file the order of a calendar's special days has a meaning: of two recurrences the first speaks. Here these
tables are lists of pairs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .policy import Policy

_IN_ORDER = ("special", "closed", "seasons")
"""The tables of a calendar that are lists of pairs."""
HOLIDAY_KEYS = ("holidays", "known_from", "known_at")
"""What a calendar says of holidays, and of when they were known."""
_PARTS = ("left", "right")


def rules_of(policy: Policy) -> dict[str, Any]:
    """The data of a policy; what is as it would be anyway is left out, so that later keys change nothing."""
    return _with_calendars(policy.model_dump(mode="json", exclude_defaults=True), _to_pairs)


def policy_of(rules: Mapping[str, Any]) -> Policy:
    """The policy of the data that `rules_of` has made; raises what a policy raises that cannot be read."""
    return Policy.model_validate(_with_calendars(rules, _to_tables))


def without_holidays(rules: Mapping[str, Any]) -> dict[str, Any]:
    """The data of a policy without what its calendars say of holidays."""
    return _with_calendars(rules, lambda key, value: None if key in HOLIDAY_KEYS else value)


def _to_pairs(key: str, value: Any) -> Any:
    return [list(pair) for pair in value.items()] if key in _IN_ORDER and isinstance(value, Mapping) else value


def _to_tables(key: str, value: Any) -> Any:
    if key in _IN_ORDER and isinstance(value, list) and all(_is_pair(part) for part in value):
        return dict(value)
    return value


def _is_pair(part: Any) -> bool:
    return isinstance(part, list) and len(part) == 2 and isinstance(part[0], str)


Change = Callable[[str, Any], Any]
"""What becomes of a key of a calendar; None where it is left out."""


def _with_calendars(rules: Mapping[str, Any], change: Change) -> dict[str, Any]:
    """The data of a policy with those of each of its calendars, and of the parts of these, changed."""
    data = dict(rules)
    if isinstance(data.get("calendars"), Mapping):
        data["calendars"] = {name: _changed(calendar, change) for name, calendar in data["calendars"].items()}
    return {**data, "calendar": _changed(data["calendar"], change)} if "calendar" in data else data


def _changed(calendar: Any, change: Change) -> Any:
    # The parts of joined calendars may be nested as deep as there are calendars: see `MOST_JOINED`.
    if not isinstance(calendar, Mapping):
        return calendar
    joined = all(part in calendar for part in _PARTS)
    parts = {
        key: _changed(value, change) if joined and key in _PARTS else change(key, value)
        for key, value in calendar.items()
    }
    return {key: value for key, value in parts.items() if value is not None}
