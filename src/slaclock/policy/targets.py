"""The targets of a policy: for each kind of ticket, and within it for each priority, one a measure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import model_serializer, model_validator

from slaclock.clock.targets import SCHEMA, Target, read_target
from slaclock.errors import ErrorCollector, ModelError, PolicyError, UnknownPriorityError
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model, errors_inside

from .measures import MEASURES, Measure

NONE = "none"
"""The text of a target that there is none."""
MeasureTargets = FrozenDict[Measure, Target | None]
"""The target of each measure that is spoken of; None where it is said that there is none."""
_TARGET_SCHEMA: dict[str, Any] = {"anyOf": [{"const": NONE}, SCHEMA]}
_MEASURES_SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": dict.fromkeys(MEASURES, _TARGET_SCHEMA),
    "additionalProperties": False,
}


class KindTargets(Model):
    """The targets of one kind of ticket: those of each priority, and those of the kind where a priority sets none.

    In a file the two stand side by side: the names of measures are the kind's, every other key is a priority.
    """

    every: FrozenMapping[Measure, Target | None] = FrozenDict()
    priorities: FrozenMapping[str, FrozenMapping[Measure, Target | None]] = FrozenDict()

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise PolicyError(
                f"{data!r} is not a table of targets", "write resolve = '2 hours', or a table a priority", value=data
            )
        if data and all(key in cls.model_fields and isinstance(part, FrozenDict) for key, part in data.items()):
            return data  # the fields of one that was read already
        of_kind = {key: value for key, value in data.items() if key in MEASURES}
        errors = ErrorCollector()
        priorities: dict[str, MeasureTargets] = {}
        with errors_inside(data):
            for key, value in data.items():
                if key not in MEASURES:
                    with errors.part(str(key)):
                        priorities[str(key)] = _of_priority(str(key), value)
            every = MeasureTargets()
            with errors.part():
                every = _targets(of_kind)
            errors.check()
        return {"every": every, "priorities": priorities}

    @model_serializer
    def _written(self) -> dict[str, Any]:
        priorities = {name: _texts(targets) for name, targets in self.priorities.items()}
        return {**_texts(self.every), **priorities}

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: Any) -> dict[str, Any]:
        """The shape that a file has."""
        return {
            "type": "object",
            "description": "the targets of the kind, and a table for each of its priorities",
            "properties": dict.fromkeys(MEASURES, _TARGET_SCHEMA),
            "additionalProperties": _MEASURES_SCHEMA,
        }

    def get(self, kind: str, priority: str | None, measure: Measure) -> Target | None:
        """The target of a priority, None where there is none; a priority that is not listed is an error."""
        if not self.priorities:
            return self.every.get(measure)
        if priority is None:
            return None
        if priority not in self.priorities:
            raise UnknownPriorityError(
                f"{priority!r} is no priority of the kind {kind!r}",
                "use one of: " + ", ".join(self.priorities),
                value=priority,
            )
        own = self.priorities[priority]
        return own[measure] if measure in own else self.every.get(measure)


def _of_priority(name: str, value: Any) -> MeasureTargets:
    if not isinstance(value, Mapping):
        raise PolicyError(
            f"{name!r} is neither {', '.join(MEASURES)} nor a priority's table",
            f"write {name} = {{ resolve = '2 hours' }}, or correct its name",
            value=value,
        )
    return _targets(value)


def _targets(texts: Mapping[Any, Any]) -> MeasureTargets:
    """The targets of some measures, as a file has them or read already."""
    errors = ErrorCollector()
    targets: dict[Measure, Target | None] = {}
    for measure, value in texts.items():
        with errors.part(str(measure)):
            if measure not in MEASURES:
                raise ModelError("this field is not known", "remove it, or correct its name", value=value)
            targets[measure] = None if value == NONE else read_target(value)
    errors.check()
    return MeasureTargets(targets)


def _texts(targets: Mapping[Measure, Target | None]) -> dict[str, str]:
    return {name: NONE if targets[name] is None else str(targets[name]) for name in MEASURES if name in targets}
