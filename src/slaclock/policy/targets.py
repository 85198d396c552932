"""The targets of a policy: for each kind of ticket, and within it for each priority, one a measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import model_serializer, model_validator

from slaclock.clock.targets import SCHEMA, Target, read_target
from slaclock.errors import ErrorCollector, ModelError, PolicyError, placed
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model, errors_inside

from .calendars import MAIN
from .measures import MEASURES, Measure

NONE = "none"
"""The text of a target that there is none."""
CALENDAR = "calendar"
"""The key that names a calendar: of a kind, of a priority, or beside `within` of a measure."""
WITHIN = "within"
"""The key of a target's text where a calendar stands beside it."""
MeasureTargets = FrozenDict[Measure, Target | None]
"""The target of each measure that is spoken of; None where it is said that there is none."""
_TEXT_SCHEMA: dict[str, Any] = {"anyOf": [{"const": NONE}, SCHEMA]}
_NAME_SCHEMA: dict[str, Any] = {"type": "string", "description": "the name of a calendar: main, or one of [calendars]"}
_TARGET_SCHEMA: dict[str, Any] = {
    "anyOf": [
        *_TEXT_SCHEMA["anyOf"],
        {
            "type": "object",
            "properties": {WITHIN: _TEXT_SCHEMA, CALENDAR: _NAME_SCHEMA},
            "required": [WITHIN],
            "additionalProperties": False,
        },
    ]
}
_OWN_SCHEMA: dict[str, Any] = {**dict.fromkeys(MEASURES, _TARGET_SCHEMA), CALENDAR: _NAME_SCHEMA}
_MEASURES_SCHEMA: dict[str, Any] = {"type": "object", "properties": _OWN_SCHEMA, "additionalProperties": _TARGET_SCHEMA}


class KindTargets(Model):
    """The targets of one kind of ticket: those of each priority, and those of the kind where a priority sets none.

    In a file the two stand side by side: what has a target is a measure of the kind, what has a table is a priority.
    `calendars` are the names of calendars that are given: by the priority, None for the kind, and by the measure, None
    for all of them. The nearest wins: a target's own, its priority's, its kind's, and then the policy's main one.
    """

    every: FrozenMapping[Measure, Target | None] = FrozenDict()
    priorities: FrozenMapping[str, FrozenMapping[Measure, Target | None]] = FrozenDict()
    calendars: FrozenMapping[tuple[str | None, Measure | None], str] = FrozenDict()

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise PolicyError(
                f"{data!r} is not a table of targets", "write resolve = '2 hours', or a table a priority", value=data
            )
        if data and all(key in cls.model_fields and isinstance(part, FrozenDict) for key, part in data.items()):
            return data  # the fields of one that was read already
        own = {key for key, value in data.items() if _is_own(str(key), value)}
        errors = ErrorCollector()
        priorities: dict[str, MeasureTargets] = {}
        calendars: dict[tuple[str | None, Measure | None], str] = {}
        with errors_inside(data):
            for key, value in data.items():
                if key not in own:
                    with errors.part(str(key)):
                        priorities[str(key)], named = _targets(value)
                        calendars |= {(str(key), measure): name for measure, name in named.items()}
            every = MeasureTargets()
            with errors.part():
                every, named = _targets({key: value for key, value in data.items() if key in own})
                calendars |= {(None, measure): name for measure, name in named.items()}
            errors.check()
        return {"every": every, "priorities": priorities, "calendars": calendars}

    @model_serializer
    def _written(self) -> dict[str, Any]:
        priorities = {name: self._table(name, targets) for name, targets in self.priorities.items()}
        return {**self._table(None, self.every), **priorities}

    def _table(self, priority: str | None, targets: Mapping[Measure, Target | None]) -> dict[str, Any]:
        """The targets of a priority, or of the kind, as a file has them."""
        table: dict[str, Any] = {}
        if (priority, None) in self.calendars:
            table[CALENDAR] = self.calendars[priority, None]
        for measure, target in targets.items():
            text = NONE if target is None else str(target)
            name = self.calendars.get((priority, measure))
            table[measure] = text if name is None else {WITHIN: text, CALENDAR: name}
        return table

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        """The shape that a file has."""
        return {
            "type": "object",
            "description": "the targets of the kind, and a table for each of its priorities",
            "properties": _OWN_SCHEMA,
            "additionalProperties": {"anyOf": [_TARGET_SCHEMA, _MEASURES_SCHEMA]},
        }

    def get(self, priority: str | None, measure: Measure) -> Target | None:
        """The target of a priority, None where there is none: its own, or else that of the kind as a whole."""
        if priority is None and self.priorities:
            return None
        own = self.priorities.get(priority or "", {})
        return own[measure] if measure in own else self.every.get(measure)

    def calendar(self, priority: str | None, measure: Measure | None) -> str:
        """The name of the calendar on which the clock of a priority's measure runs, of None what names no other."""
        own = priority if measure is None or measure in self.priorities.get(priority or "", {}) else None
        nearest: tuple[tuple[str | None, Measure | None], ...] = ((own, measure), (priority, None), (None, None))
        return next((self.calendars[key] for key in nearest if key in self.calendars), MAIN)


Named = Mapping[Measure | None, str]
"""The names of calendars by measure, None for all of them."""


def _is_own(key: str, value: Any) -> bool:
    """Whether an entry of a kind is its own, and not the table of a priority."""
    return key in MEASURES or key == CALENDAR or not isinstance(value, Mapping) or WITHIN in value


def _targets(table: Mapping[Any, Any]) -> tuple[MeasureTargets, Named]:
    """The targets of some measures, as a file has them or read already, and the calendars that are named."""
    errors = ErrorCollector()
    targets: dict[Measure, Target | None] = {}
    named: dict[Measure | None, str] = {}
    for key, value in table.items():
        with errors.part(str(key)):
            if key == CALENDAR:
                named[None] = _name(value)
            elif isinstance(value, Mapping):
                targets[key] = _within(value)
                if CALENDAR in value:
                    with placed(CALENDAR):
                        named[key] = _name(value[CALENDAR])
            else:
                targets[key] = _target(value)
    errors.check()
    return MeasureTargets(targets), named


def _within(table: Mapping[Any, Any]) -> Target | None:
    unknown = next((key for key in table if key not in (WITHIN, CALENDAR)), None)
    if unknown is not None:
        raise ModelError(
            "this field is not known", "write { within = '2 hours', calendar = 'main' }", str(unknown), value=unknown
        )
    if WITHIN not in table:
        raise ModelError("the target is missing", "write { within = '2 hours', calendar = 'main' }", value=dict(table))
    with placed(WITHIN):
        return _target(table[WITHIN])


def _target(value: Any) -> Target | None:
    return None if value == NONE else read_target(value)


def _name(value: Any) -> str:
    if not isinstance(value, str):
        raise ModelError(f"{value!r} does not name a calendar", "write the name of one of [calendars]", value=value)
    return value
