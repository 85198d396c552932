"""The measures: which stretch of a ticket's life a clock counts, as rows of one table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import ConfigDict, Field, WithJsonSchema

from slaclock.clock.targets import Target
from slaclock.errors import PolicyError
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import Model, Text, reads, short_repr

Measure = str
"""The name of a measure: one of `MEASURES`, or one that a policy defines."""
Cycles = Literal["first", "resume", "latest", "each"]
"""What is judged: the first cycle, all of them as one clock, the last one, or every one by itself."""
NextStart = Literal["event", "due", "grid"]
"""Where the next cycle starts when the end of one is the start of the next."""
Oldest = Literal["oldest", "newest"]
"""From where a cycle is measured in which its start comes again."""
PAUSE = "pause"
"""The key of `while` that asks for the reason of a pause; every other is an attribute."""
OWN_EVENTS = ("opened", "responded", "resolved", "reopened", "cancelled")
"""The events that a ticket's own fields say; others are entries of its `events`."""


def texts(value: object) -> tuple[str, ...]:
    """One text or several, each once; `PolicyError` for what is neither."""
    several = (value,) if isinstance(value, str) else value
    if not isinstance(several, (list, tuple)) or not all(isinstance(text, str) and text.strip() for text in several):
        problem = f"{short_repr(value)} is neither a text nor a list of texts"
        raise PolicyError(problem, "write one, or a list of them", value=value)
    return tuple(dict.fromkeys(several))


_TEXT_SCHEMA = {"type": "string", "pattern": r"\S"}
TEXTS_SCHEMA: dict[str, Any] = {"anyOf": [_TEXT_SCHEMA, {"type": "array", "items": _TEXT_SCHEMA}]}
Texts = Annotated[tuple[str, ...], reads(texts), WithJsonSchema(TEXTS_SCHEMA)]


class MeasureRule(NamedTuple):
    """From when to when the clock of a measure runs: see `MeasureTable`.

    What the customer asks before the first response is answered by that: where a measure is of what comes
    `after_response`, it starts nothing.
    """

    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    holds: Mapping[str, tuple[str, ...]] = FrozenDict()
    cycles: Cycles = "resume"
    oldest: Oldest = "oldest"
    next: NextStart = "event"
    pauses: tuple[str, ...] | None = None
    after_response: bool = False

    @property
    def starts_with_ticket(self) -> bool:
        """Whether a cycle starts as a ticket opens, and others only as it is reopened."""
        return "opened" in self.starts and all(name in ("opened", "reopened") for name in self.starts)

    @property
    def follows_itself(self) -> bool:
        """Whether the end of a cycle starts the next, each judged by itself, as of updates: see `next`."""
        return self.cycles == "each" and not set(self.starts).isdisjoint(self.ends)

    @property
    def starts_again(self) -> bool:
        """Whether a start may come again while a cycle runs, as a question does: see `from`."""
        return bool({*self.starts} - {*self.ends, "opened", "reopened", "responded"})

    @property
    def ends_at_response(self) -> bool:
        """Whether a response ends a cycle."""
        return "responded" in self.ends or "answered" in self.ends

    def check(self, given: MeasureTable) -> None:
        """Raise `PolicyError` for a rule that says when no clock runs, or says it twice, as the table `given` did."""
        if bool(self.starts) == bool(self.holds):
            both = "both starts and while" if self.starts else "neither starts nor while"
            raise PolicyError(f"the measure has {both}", "give one of the two", value=given)
        if self.holds and (self.ends or self.oldest != "oldest" or self.next != "event"):
            raise PolicyError("a measure with while has ends, from or next", "remove them", value=given)
        for key, values in self.holds.items():
            if not values:
                remedy = "name its values, or remove it"
                raise PolicyError(
                    f"while {key} has no value, so that it never holds", remedy, ("while", key), value=values
                )
        for name in self.starts:
            if name in ("resolved", "cancelled"):
                remedy = "use another event, such as reopened"
                raise PolicyError(f"no cycle starts when a ticket is {name}", remedy, "starts", value=name)
        if self.next != "event" and self.cycles != "each":
            problem = f"next = {self.next!r} is of a measure of many cycles"
            raise PolicyError(problem, "write cycles = 'each'", "next", value=self.next)

    def check_target(self, target: Target) -> None:
        """Raise `PolicyError` for a target of no length where one cycle follows another at its length."""
        if self.next == "grid" and not target.high:
            remedy = "give the target a length, or next = 'event'"
            raise PolicyError(f"a grid of {str(target)!r} has no end", remedy, value=str(target))


class MeasureTable(Model):
    """What `[measures.NAME]` of a policy says of a measure; what it does not say stays as it is.

    `starts` and `ends` are events: `opened`, `responded`, `resolved`, `reopened`, those that have a meaning in messages
    (`asked`, `answered`), or a desk's own. In their place `while` names what must hold of an open ticket: the reason of
    a pause (`pause`), or attributes and their values, all of several keys, any of several values. `cycles` says what is
    judged, `from` whether a start that comes again is passed over (`oldest`) or begins the cycle anew (`newest`),
    `next` where the next cycle starts, and `pauses` lists the reasons that stop the clock, in the place of `[pauses]`.
    """

    model_config = ConfigDict(populate_by_name=True, serialize_by_alias=True)

    starts: Texts | None = None
    ends: Texts | None = None
    holds: Annotated[FrozenMapping[Text, Texts] | None, Field(alias="while")] = None
    cycles: Cycles | None = None
    oldest: Annotated[Oldest | None, Field(alias="from")] = None
    next: NextStart | None = None
    pauses: Texts | None = None

    def over(self, rule: MeasureRule) -> MeasureRule:
        """A rule with what the table says in its place."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return rule._replace(**{name: value for name, value in given.items() if value is not None})


RULES: Mapping[Measure, MeasureRule] = {
    "respond": MeasureRule(starts=("opened",), ends=("responded", "resolved"), cycles="first"),
    "resolve": MeasureRule(starts=("opened", "reopened"), ends=("resolved",), cycles="resume"),
    "reply": MeasureRule(starts=("asked",), ends=("answered", "resolved"), cycles="each", after_response=True),
    "update": MeasureRule(starts=("opened", "answered", "reopened"), ends=("answered", "resolved"), cycles="each"),
}
"""The measures that every policy has."""
MEASURES: tuple[Measure, ...] = tuple(RULES)
WHEN_DONE: dict[Measure, str] = {"respond": "were responded to", "resolve": "were resolved"}
"""What tickets were when a measure of theirs was done, in words."""


def rules_of(given: Mapping[Measure, MeasureTable]) -> dict[Measure, MeasureRule]:
    """The rules of all measures that a policy has, with those that it gives itself."""
    return {**RULES, **{name: table.over(RULES.get(name, MeasureRule())) for name, table in given.items()}}
