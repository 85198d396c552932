"""By what was known of its calendars a ticket is judged."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise
from typing import Literal, NamedTuple, TypeAlias, get_args

from slaclock.errors import InstantTextError, ModelError
from slaclock.formats.models import short_repr
from slaclock.policy.policy import Policy
from slaclock.temporal.instants import InstantLike, instant_of, to_micros

Known = Literal["opening", "now"]
"""By what was known where a target's clock starts, or by what is known as of the instant that is judged by."""
KnownLike: TypeAlias = Known | InstantLike
"""What a caller may ask for: one of the two, or the instant itself."""


class Knowledge(NamedTuple):
    """By what was known each calendar is read.

    As `opening`: at the instant from which a target is measured. As `now`: at the instant that is judged by, but no
    later than `at`, where that is given. As neither: at the instant `at`.
    """

    of: Known | None = "now"
    at: int | None = None

    def by(self, seen: int) -> int | None:
        """The instant by which all is read, of what is judged by `seen`; None where each target has its own."""
        if self.of == "opening":
            return None
        if self.of is None:
            return self.at
        return seen if self.at is None else min(seen, self.at)


NOW = Knowledge()
PROMISED = Knowledge("opening")
_WORDS = get_args(Known)


def given_known(known: KnownLike | None, policy: Policy, *, fits: bool = True) -> Known | datetime:
    """What is asked for, or else what the policy says, if it `fits`.

    Raises `ModelError` for what is neither one of the words nor an instant.
    """
    if known is None:
        return "opening" if fits and policy.rules.announced == "keeps" else "now"
    return checked_known(known)


def check_known(known: KnownLike | None) -> None:
    """Refuse what does not say by what was known."""
    if known is not None:
        checked_known(known)


def checked_known(known: KnownLike) -> Known | datetime:
    """What is asked for; `ModelError` for what is neither one of the words nor an instant."""
    if not isinstance(known, (str, datetime)):  # first, since an array compares each of its values with a word
        raise _unknown(known)
    if known in _WORDS:
        word: Known = known  # type: ignore[assignment]
        return word
    try:
        return instant_of(known)
    except InstantTextError:
        raise _unknown(known) from None


def _unknown(known: object) -> ModelError:
    problem = f"{short_repr(known)} does not say by what was known"
    return ModelError(problem, "use 'opening', 'now', or an instant", "known", value=known)


def knowledge_of(known: Known | datetime) -> Knowledge:
    """What was asked for as knowledge."""
    if isinstance(known, datetime):
        return Knowledge(None, to_micros(known))
    return NOW if known == "now" else PROMISED


class Spell(NamedTuple):
    """A time `[since, until)` in which no more became known than what was by `known`; None where it has no end."""

    since: int
    until: int | None
    known: int | None


ALWAYS = Spell(0, None, None)
"""The one time of what announces nothing."""


def spells(policy: Policy, start: int, known_at: int) -> Iterator[Spell]:
    """The times from a start on in which no more became known, the last with what is known at an instant."""
    edges = (start, *(at for at in policy.announced_at if start < at <= known_at))
    yield from (Spell(since, until, until - 1) for since, until in pairwise(edges))
    yield Spell(edges[-1], None, known_at)
