"""The targets of a policy: for each kind of ticket, and within it for each priority, to respond and to resolve."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PlainSerializer, model_serializer, model_validator

from slaclock.clock.targets import Target
from slaclock.errors import Gathering, PolicyError, TargetError, UnknownPriorityError, placed
from slaclock.formats.models import Model

from .measures import MEASURES, Measure


def _target(value: Any) -> Target:
    if not isinstance(value, (str, Target)):
        raise TargetError(f"{value!r} is not a target", "write it like '6 hours' or '0-3 days'")
    return Target.of(value)


TargetField = Annotated[Target, BeforeValidator(_target), PlainSerializer(str)]


class Measures(Model):
    """The targets to respond and to resolve; None sets none."""

    respond: TargetField | None = None
    resolve: TargetField | None = None

    def get(self, measure: Measure) -> Target | None:
        """The target of one measure."""
        return self.respond if measure == "respond" else self.resolve

    @property
    def any(self) -> bool:
        """Whether either is set."""
        return self.respond is not None or self.resolve is not None

    @model_serializer
    def _to_text(self) -> dict[str, str]:
        return {name: str(target) for name in MEASURES if (target := self.get(name)) is not None}


def _measures(name: str, value: Any) -> Measures:
    """The measures of one priority, an error in them being said with the path that the file has."""
    if not isinstance(value, (Mapping, Measures)):
        raise PolicyError(
            f"{name!r} is neither respond, resolve nor a priority's table",
            f"write {name} = {{ resolve = '2 hours' }}, or correct its name",
            name,
        )
    with placed(name):
        return Measures.model_validate(value)


class KindTargets(Model):
    """The targets of one kind of ticket: those of each priority, and those of the kind where a priority sets none.

    In a file the two stand side by side: `respond` and `resolve` are the kind's, every other key is a priority.
    """

    every: Measures = Measures()
    priorities: dict[str, Measures] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise PolicyError(f"{data!r} is not a table of targets", "write resolve = '2 hours', or a table a priority")
        every = {key: value for key, value in data.items() if key in MEASURES}
        priorities = {key: value for key, value in data.items() if key not in MEASURES}
        wrong = Gathering()
        read = {}
        for key, value in priorities.items():
            with wrong.part():
                read[key] = _measures(key, value)
        found = Measures()
        with wrong.part():
            found = _measures("", every)
        wrong.check()
        return {"every": found, "priorities": read}

    @model_serializer
    def _to_text(self) -> dict[str, Any]:
        priorities = {name: measures.model_dump() for name, measures in self.priorities.items()}
        return {**self.every.model_dump(), **priorities}

    def get(self, kind: str, priority: str | None, measure: Measure) -> Target:
        """The target of a priority; an unknown priority and a measure without target are errors."""
        own = None
        if self.priorities:
            if priority not in self.priorities:
                raise UnknownPriorityError(
                    f"{priority!r} is no priority of the kind {kind!r}", "use one of: " + ", ".join(self.priorities)
                )
            own = self.priorities[priority].get(measure)
        target = own or self.every.get(measure)
        if target is None:
            name = f"{kind} {priority}" if self.priorities else kind
            raise PolicyError(
                f"the policy sets no {measure} target for {name}", f"add {measure} = '...' to its targets"
            )
        return target
