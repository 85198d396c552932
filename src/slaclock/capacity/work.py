"""How much work each ticket is: a length for all, one by priority, or one that a ticket has of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple, TypeAlias

from slaclock.errors import PolicyError, SlaClockError, placed
from slaclock.formats.models import short_repr
from slaclock.temporal.durations import parse_length

WorkLike: TypeAlias = timedelta | str | Mapping[str, timedelta | str]
"""How much work an item is, in service time: for all of them, or by priority."""


class Work(NamedTuple):
    """How much work tickets are: by priority, else alike; `attribute` is where a ticket says its own."""

    alike: timedelta | None
    by_priority: Mapping[str, timedelta]
    attribute: str | None

    @classmethod
    def of(cls, work: WorkLike | None, attribute: str | None) -> Work:
        """What a caller gives; `TargetError` for what is no length of time, `PolicyError` for nothing at all."""
        if work is None and attribute is None:
            remedy = "give a length such as '1 hour', by priority, or the attribute that has it"
            raise PolicyError("nothing says how much work an item is", remedy, "work", value=None)
        if isinstance(work, Mapping):
            lengths = {}
            for priority, length in work.items():
                with placed("work", str(priority)):
                    lengths[str(priority)] = parse_length(length)
            return cls(None, lengths, attribute)
        with placed("work"):
            return cls(None if work is None else parse_length(work), {}, attribute)

    def of_ticket(self, own: str | None, priority: str | None) -> timedelta:
        """The work of one ticket: its own where it has one, else that of its priority, else that of all.

        `PolicyError` where none of them says it.
        """
        if own is not None:
            try:
                return parse_length(own)
            except SlaClockError as error:
                raise error.within(str(self.attribute)) from None
        if priority is not None and priority in self.by_priority:
            return self.by_priority[priority]
        if self.alike is None:
            whose = "without a priority" if priority is None else f"of priority {short_repr(priority)}"
            raise PolicyError(
                f"nothing says how much work a ticket {whose} is",
                "give it by that priority, or give a length for all",
                "work",
                value=priority,
            )
        return self.alike
