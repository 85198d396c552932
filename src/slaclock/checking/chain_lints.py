"""Lints of chains: parts that cannot keep the whole, though each of them is kept."""

from __future__ import annotations

from collections.abc import Iterator

from slaclock.errors import SlaClockError
from slaclock.formats.plain_times import just_text, wait_text
from slaclock.parts.chain import chains
from slaclock.policy.policy import Policy

from .hints import Hint
from .years import first_year


def chain_later_than_promised(policy: Policy) -> Iterator[Hint]:
    """A chain whose parts, each kept, may end later than the whole is due, for some opening of the first year."""
    if not policy.chains:
        return
    year = first_year(policy)
    for name in policy.chains:
        try:
            result = chains(policy, year, chain=name).of(name)
        except SlaClockError:  # a part or the whole has no due date at all, which is said of its target
            continue
        if not result.kept:
            whose = " ".join(filter(None, (result.kind, result.priority)))
            parts = " and ".join(part.measure for part in result.parts)
            by = f"{wait_text(result.excess)} after" if result.excess else "just when"
            yield Hint(
                f"chains.{name}",
                f"{parts} may end {by} {whose} is due to {result.whole.measure}: what is opened "
                f"{just_text(result.opened)} ends {just_text(result.ended)}, and is due {just_text(result.due)}",
                "shorten a part, let its calendar open longer, or promise more time",
            )
