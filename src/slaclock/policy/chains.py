"""Chains: measures that follow one another, such as those of teams and suppliers, as parts of what is promised."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import WithJsonSchema, model_validator

from slaclock.errors import PolicyError
from slaclock.formats.models import Model, reads, short_repr

from .measures import Measure, Texts
from .priorities import Priorities
from .targets import KindTargets

_PARTS_SCHEMA: dict[str, Any] = {
    "type": "array", "items": {"type": "string", "pattern": r"\S"}, "minItems": 1, "uniqueItems": True,
}  # fmt: skip


def _parts(value: object) -> tuple[Measure, ...]:
    """The names of the parts; `PolicyError` where there are none, or one twice."""
    if not isinstance(value, (list, tuple)) or not all(isinstance(name, str) and name.strip() for name in value):
        problem = f"{short_repr(value)} is no list of measures"
        raise PolicyError(problem, "name them in their order, such as ['l1', 'l2']", value=value)
    if not value:
        raise PolicyError(
            "the chain has no parts", "name its measures in their order, such as ['l1', 'l2']", value=value
        )
    for number, name in enumerate(value):
        if name in value[:number]:
            remedy = "name it once: the target of a measure is for all that it counts"
            raise PolicyError(f"the part {name!r} is named twice", remedy, (number,), value=name)
    return tuple(value)


class Chain(Model):
    """What `[chains.NAME]` of a policy says: measures that follow one another, and what they are parts of.

    Each part begins where the one before it ends. Together they are a part of `measure`, for every kind and priority
    that has targets for all of these, or for those that `kind` and `priority` name.

    >>> Chain(parts=["l1", "l2", "supplier"], priority="P2")
    Chain(parts=('l1', 'l2', 'supplier'), priority=('P2',))
    """

    parts: Annotated[tuple[Measure, ...], reads(_parts), WithJsonSchema(_PARTS_SCHEMA)]
    measure: Measure = "resolve"
    kind: Texts = ()
    priority: Priorities = ()

    if TYPE_CHECKING:

        def __init__(
            self,
            *,
            parts: Sequence[Measure],
            measure: Measure = ...,
            kind: str | Sequence[str] = ...,
            priority: str | Sequence[str] = ...,
        ) -> None: ...

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.measure in self.parts:
            problem = f"{self.measure!r} is a part of itself"
            raise PolicyError(
                problem, "remove it, or name another measure that the parts are of", "parts", value=self.parts
            )
        return self

    def cases(self, targets: Mapping[str, KindTargets]) -> Iterator[tuple[str, str | None]]:
        """The kinds and priorities that it is of.

        Raises `PolicyError` for one that has targets for the whole and for some of the parts, and not for all, for a
        kind that there is not, and where a kind or a priority that is named, or anything at all, has no chain.
        """
        cases = []
        for number, kind in enumerate(self.kind):
            if kind not in targets:
                problem = f"there are no targets for the kind {short_repr(kind)}"
                raise PolicyError(problem, "use one of: " + ", ".join(targets), ("kind", number), value=kind)
        for kind in self.kind or targets:
            for priority in targets[kind].priorities or (None,):
                if (not self.priority or priority in self.priority) and self._is_of(targets[kind], kind, priority):
                    cases.append((kind, priority))
        for key, names, seen in (
            ("kind", self.kind, {kind for kind, _ in cases}),
            ("priority", self.priority, {priority for _, priority in cases}),
        ):
            for name in names:
                if name not in seen:
                    raise self._no_case(f" of {name}", key, name)
        if not cases:
            raise self._no_case("", "parts", list(self.parts))
        return iter(cases)

    def _is_of(self, targets: KindTargets, kind: str, priority: str | None) -> bool:
        """Whether a kind and a priority have targets for the whole and for its parts."""
        missing = [name for name in self.parts if targets.get(priority, name) is None]
        if targets.get(priority, self.measure) is None or len(missing) == len(self.parts):
            return False
        if missing:
            whose = " ".join(filter(None, (kind, priority)))
            others = [name for name in self.parts if name not in missing]
            raise PolicyError(
                f"{whose} has a target for the part {others[0]!r}, and none for {missing[0]!r}",
                f"add {missing[0]} = '...' to its targets, or name the kinds and priorities that the chain is of",
                ("parts", self.parts.index(missing[0])),
                value=missing[0],
            )
        return True

    def _no_case(self, whose: str, key: str, value: object) -> PolicyError:
        return PolicyError(
            f"no ticket{whose} has a target for {self.measure!r} and for its parts {', '.join(self.parts)}",
            "add the targets, or correct what is named",
            key,
            value=value,
        )
