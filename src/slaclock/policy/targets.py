"""The targets of a policy: for each kind of ticket, and within it for each priority, one a measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from pydantic import model_serializer, model_validator

from slaclock.clock.targets import SCHEMA, Target, read_target
from slaclock.errors import ErrorCollector, ModelError, PolicyError, placed
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model, errors_inside

from .calendars import MAIN
from .measures import MEASURES, TEXTS_SCHEMA, Measure, texts

NONE = "none"
"""The text of a target that there is none."""
CALENDAR = "calendar"
"""The key that names a calendar: of a kind, of a priority, or beside `within` of a measure."""
WITHIN = "within"
"""The key of a target's text where a calendar, or its own pauses, stand beside it."""
PAUSES = "pauses"
"""The key, beside `within`, of the reasons that stop the target's clock."""
MeasureTargets = FrozenDict[Measure, Target | None]
"""The target of each measure that is spoken of; None where it is said that there is none."""
_TEXT_SCHEMA: dict[str, Any] = {"anyOf": [{"const": NONE}, SCHEMA]}
_NAME_SCHEMA: dict[str, Any] = {"type": "string", "description": "the name of a calendar: main, or one of [calendars]"}
_TARGET_SCHEMA: dict[str, Any] = {
    "anyOf": [
        *_TEXT_SCHEMA["anyOf"],
        {
            "type": "object",
            "properties": {WITHIN: _TEXT_SCHEMA, CALENDAR: _NAME_SCHEMA, PAUSES: TEXTS_SCHEMA},
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
    `pauses` are the reasons that stop the clock of a target, by priority and measure, where it names its own.
    """

    every: FrozenMapping[Measure, Target | None] = FrozenDict()
    priorities: FrozenMapping[str, FrozenMapping[Measure, Target | None]] = FrozenDict()
    calendars: FrozenMapping[tuple[str | None, Measure | None], str] = FrozenDict()
    pauses: FrozenMapping[tuple[str | None, Measure], tuple[str, ...]] = FrozenDict()

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
        pauses: dict[tuple[str | None, Measure], tuple[str, ...]] = {}

        def targets(table: Mapping[Any, Any], priority: str | None) -> MeasureTargets:
            read = _targets(table)
            calendars.update(((priority, measure), name) for measure, name in read.calendars.items())
            pauses.update(((priority, measure), reasons) for measure, reasons in read.pauses.items())
            return read.targets

        with errors_inside():
            for key, value in data.items():
                if key not in own:
                    with errors.part(str(key)):
                        priorities[str(key)] = targets(value, str(key))
            every = MeasureTargets()
            with errors.part():
                every = targets({key: value for key, value in data.items() if key in own}, None)
            errors.check()
        return {"every": every, "priorities": priorities, "calendars": calendars, "pauses": pauses}

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
            beside: dict[str, Any] = {}
            if (priority, measure) in self.calendars:
                beside[CALENDAR] = self.calendars[priority, measure]
            if (priority, measure) in self.pauses:
                beside[PAUSES] = list(self.pauses[priority, measure])
            table[measure] = {WITHIN: text, **beside} if beside else text
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
        own = priority if measure is None else self._set_by(priority, measure)
        nearest: tuple[tuple[str | None, Measure | None], ...] = ((own, measure), (priority, None), (None, None))
        return next((self.calendars[key] for key in nearest if key in self.calendars), MAIN)

    def own_pauses(self, priority: str | None, measure: Measure) -> tuple[str, ...] | None:
        """The reasons that stop the clock of a priority's measure, where its target names its own; else None."""
        return self.pauses.get((self._set_by(priority, measure), measure))

    def _set_by(self, priority: str | None, measure: Measure) -> str | None:
        """The priority if it sets the measure itself, None where that is the kind's."""
        return priority if measure in self.priorities.get(priority or "", {}) else None


class _Read(NamedTuple):
    """Targets as they were read, the calendars that are named by measure, None for all, and the targets' own pauses."""

    targets: MeasureTargets
    calendars: Mapping[Measure | None, str]
    pauses: Mapping[Measure, tuple[str, ...]]


def _is_own(key: str, value: Any) -> bool:
    """Whether an entry of a kind is its own, and not the table of a priority."""
    return key in MEASURES or key == CALENDAR or not isinstance(value, Mapping) or WITHIN in value


def _targets(table: Mapping[Any, Any]) -> _Read:
    """The targets of some measures, as a file has them or read already."""
    errors = ErrorCollector()
    targets: dict[Measure, Target | None] = {}
    named: dict[Measure | None, str] = {}
    pauses: dict[Measure, tuple[str, ...]] = {}
    for key, value in table.items():
        with errors.part(str(key)):
            if key == CALENDAR:
                named[None] = _name(value)
            elif isinstance(value, Mapping):
                targets[key] = _within(value)
                if CALENDAR in value:
                    with placed(CALENDAR):
                        named[key] = _name(value[CALENDAR])
                if PAUSES in value:
                    with placed(PAUSES):
                        pauses[key] = texts(value[PAUSES])
            else:
                targets[key] = _target(value)
    errors.check()
    return _Read(MeasureTargets(targets), named, pauses)


def _within(table: Mapping[Any, Any]) -> Target | None:
    unknown = next((key for key in table if key not in (WITHIN, CALENDAR, PAUSES)), None)
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
