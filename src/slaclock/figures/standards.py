"""Service standards: of the items that are decided, the share that met the target, and what follows from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from typing import Literal, get_args

from slaclock.formats.counts import count_text
from slaclock.formats.mappings import FrozenDict, FrozenMapping
from slaclock.formats.models import JsonValue
from slaclock.policy.periods import Period
from slaclock.policy.standards import Abandoned, Standard
from slaclock.tickets.states import OUTSIDE, PENDING, STATES, State

from .chance import Interval, interval_of

_MICROSECOND = timedelta(microseconds=1)

GivenUp = Literal["given up short", "given up in time", "given up late"]
"""When an item was given up: sooner than the standard counts, within its target, or later."""
GIVEN_UP: tuple[GivenUp, ...] = get_args(GivenUp)
_COUNTED: Mapping[Abandoned, Mapping[GivenUp, Literal["met", "missed"]]] = {
    "left-out": {},
    "missed": {"given up in time": "missed", "given up late": "missed"},
    "missed-after": {"given up late": "missed"},
    "credit": {"given up in time": "met", "given up late": "missed"},
}
"""What each rule counts items as that were given up; those that it does not name are left out."""


@dataclass(frozen=True)
class StandardResult(JsonValue):
    """How a service standard stands over a period, or over all items where `period` is None.

    `policy` names the one that promises it, where several of the report's policies have a standard of the name.
    `met` and `missed` are the decided items: done, or still open and already breached. `pending` ones are counted
    apart, and in `outside` those without a target to judge by, by their state (no-target, cancelled, excluded,
    not-covered). `abandoned` are all that were given up before they were done, of which `abandoned_in_time` were so
    within the target and `abandoned_short` sooner than the standard's `short`; some of them are among the met or the
    missed, as the standard's rule has it. `answered` are those that are done and were not given up before, which
    `waited` so long together.

    >>> import slaclock as sc
    >>> opened, answered = "2018-04-09T10:00:00+01:00", "2018-04-09T10:00:12+01:00"
    >>> call = sc.Ticket(id="C1", kind="call", opened=opened, responded=answered)
    >>> calls = sc.report([call], sc.Policy.example(), at="2018-04-09T12:00+01:00").standards[0]
    >>> calls.name, calls.met, calls.decided, calls.attained, calls.headroom
    ('calls', 1, 1, True, 'can bear 0 more misses')
    """

    name: str
    standard: Standard
    period: Period | None
    met: int = 0
    missed: int = 0
    pending: int = 0
    abandoned: int = 0
    outside: FrozenMapping[State, int] = field(default_factory=FrozenDict)
    policy: str = ""
    abandoned_in_time: int = 0
    abandoned_short: int = 0
    answered: int = 0
    waited: timedelta = timedelta(0)

    @property
    def average(self) -> timedelta | None:
        """How long the done items took on average, on the standard's clock, cut to microseconds; None without any.

        For calls it is the average speed of answer.
        """
        return timedelta(microseconds=self.waited // _MICROSECOND // self.answered) if self.answered else None

    @property
    def left_out(self) -> int:
        """The items given up before they were done that are neither among the met nor among the missed."""
        counted = _COUNTED[self.standard.abandoned]
        return sum(count for when, count in self._given_up.items() if when not in counted)

    @property
    def _given_up(self) -> Mapping[GivenUp, int]:
        late = self.abandoned - self.abandoned_in_time - self.abandoned_short
        return dict(zip(GIVEN_UP, (self.abandoned_short, self.abandoned_in_time, late), strict=True))

    @property
    def decided(self) -> int:
        """Items that count: those that met the target, and those that missed it."""
        return self.met + self.missed

    @property
    def items(self) -> int:
        """All items, whatever they came to."""
        return self.decided + self.pending + sum(self.outside.values()) + self.left_out

    @property
    def share(self) -> Fraction | None:
        """The exact share of the decided items that met the target; None with nothing decided."""
        return Fraction(self.met, self.decided) if self.decided else None

    @property
    def attained(self) -> bool | None:
        """Whether the share is what the standard asks for, compared exactly; None with nothing decided."""
        return self.met * 100 >= self.standard.share * self.decided if self.decided else None

    @property
    def spare(self) -> int | None:
        """How many more misses the period can bear, all else equal; None where no number is too many (a share of 0).

        >>> standard = Standard(kind="email", share=95, target="< 1 day")
        >>> StandardResult("emails", standard, None, met=99, missed=1).spare
        4
        """
        if not self.standard.share:
            return None
        return max(int(self.met * 100 // self.standard.share) - self.decided, 0)

    @property
    def needed(self) -> int | None:
        """How many more hits it takes to attain the share, all else equal; None where no number will do.

        >>> standard = Standard(kind="email", share=95, target="< 1 day")
        >>> StandardResult("emails", standard, None, met=18, missed=2).needed
        20
        """
        short = self.standard.share * self.decided - self.met * 100
        if short <= 0:
            return 0
        return None if self.standard.share == 100 else -int(-short // (100 - self.standard.share))

    @property
    def interval(self) -> Interval | None:
        """The 95 % Wilson score interval of the share: wide where few items are decided; None with nothing decided."""
        return interval_of(self.met, self.decided)

    @property
    def headroom(self) -> str:
        """What the share can still bear, or still needs, in words."""
        if self.attained is None:
            return "nothing decided"
        if self.attained:
            return (
                "no miss is too many" if self.spare is None else f"can bear {count_text(self.spare, 'more miss', 'es')}"
            )
        return "out of reach" if self.needed is None else f"needs {count_text(self.needed, 'more hit')}"


def of_states(
    name: str,
    standard: Standard,
    period: Period | None,
    states: Mapping[State | GivenUp, int],
    *,
    policy: str = "",
    answered: int = 0,
    waited: int = 0,
) -> StandardResult:
    """The result from how many items are in each state, those that were given up not among them but by when.

    So many were `answered`, and `waited` so many microseconds together.
    """
    decided: Counter[str] = Counter(met=states.get("met", 0), missed=states.get("breached", 0))
    for when, counted in _COUNTED[standard.abandoned].items():
        decided[counted] += states.get(when, 0)
    return StandardResult(
        name,
        standard,
        period,
        met=decided["met"],
        missed=decided["missed"],
        pending=sum(states.get(state, 0) for state in PENDING),
        abandoned=sum(states.get(when, 0) for when in GIVEN_UP),
        outside=FrozenDict({state: states[state] for state in STATES if state in OUTSIDE and states.get(state)}),
        policy=policy,
        abandoned_in_time=states.get("given up in time", 0),
        abandoned_short=states.get("given up short", 0),
        answered=answered,
        waited=timedelta(microseconds=waited),
    )
