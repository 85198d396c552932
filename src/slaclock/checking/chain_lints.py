"""Lints of chains: parts that cannot keep the whole, though each of them is kept."""

from __future__ import annotations

from collections.abc import Iterator

from slaclock.errors import SlaClockError
from slaclock.formats.counts import count_text
from slaclock.formats.plain_times import just_text, wait_text
from slaclock.parts.chain import WorkedChains
from slaclock.parts.figures import ChainResult
from slaclock.policy.asked import asked_of
from slaclock.policy.policy import Policy

from .hints import Hint
from .years import first_year

MOST = 60
"""So many different cases are asked, each of which takes about a tenth of a second."""


def chain_later_than_promised(policy: Policy) -> Iterator[Hint]:
    """A chain whose parts, each kept, may end later than the whole is due, for some opening of the first year."""
    if not policy.chains:
        return
    try:
        [own] = asked_of(policy, first_year(policy)).policies
    except SlaClockError:  # nothing of that year is covered
        return
    worked = WorkedChains(own)
    cases = [case for name in policy.chains for case in worked.cases(name)]
    worst: dict[str, ChainResult] = {}
    left = 0
    for case in cases:
        if worked.count >= MOST:
            left += 1
            continue
        try:
            result = worked.result(case)
        except SlaClockError:  # a part or the whole has no due date at all, which is said of its target
            continue
        if case.name not in worst or result.excess > worst[case.name].excess:
            worst[case.name] = result
    yield from (_hint(result) for result in worst.values() if not result.kept)
    if left:
        problem = f"of {left:,} of {count_text(len(cases), 'case')} it was not asked whether the parts keep the whole"
        yield Hint("chains", f"{problem}, since {MOST} others were", "ask `slaclock chains`, which asks of every one")


def _hint(result: ChainResult) -> Hint:
    whose = " ".join(filter(None, (result.kind, result.priority)))
    parts = " and ".join(part.measure for part in result.parts)
    by = f"{wait_text(result.excess)} after" if result.excess else "just when"
    return Hint(
        f"chains.{result.name}",
        f"{parts} may end {by} {whose} is due to {result.whole.measure}: what is opened "
        f"{just_text(result.opened)} ends {just_text(result.ended)}, and is due {just_text(result.due)}",
        "shorten a part, let its calendar open longer, or promise more time",
    )
