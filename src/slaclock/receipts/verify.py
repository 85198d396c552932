"""`verify`: an answer of then worked out anew, and what has moved since: rules, holidays, zone data or code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from slaclock.checking.differences import changed_rules
from slaclock.clock.targets import Target
from slaclock.errors import HolidaysError, SlaClockError, UnknownZoneError
from slaclock.formats.canonical import digest_of
from slaclock.formats.models import key_of
from slaclock.formats.versions import own_version
from slaclock.policy.book import PolicyBook, PolicyLike, given_policy, main_policy
from slaclock.policy.policy import Policy
from slaclock.policy.rule_data import rules_of, without_holidays
from slaclock.tickets.assessment import Assessment
from slaclock.tickets.chosen import policy_for
from slaclock.tickets.ledger_differences import in_one_line, sentences_of
from slaclock.tickets.receipt import Receipt, no_rules
from slaclock.tickets.receipts import ANSWERS, answers_of, ledger_digest, plain

from .data_moves import holiday_moves, hours_moved, versions_of, zone_moves
from .verification import Verification
from .verification_figures import Move, MovedAnswer, MoveKind


def verify(receipt: Receipt | str | bytes, policy: PolicyLike | None = None) -> Verification:
    """Whether the answers of a receipt hold today, and what has moved since: rules, holidays, zone data or code.

    The ticket of the receipt is assessed anew, under the policy that it carries, or else under the `policy` that is
    given: the policy of today, a book of which the ticket's own is chosen again, or the path of either. What has moved
    is told apart by facts, of which several may be true at once, though all answers hold:

    - `inputs`: the receipt is not as it was made, since its own hash does not fit it;
    - `rules`: the policy is another; where the receipt carries its own, which keys;
    - `holidays`: dates that concern the answer are holidays now, or are none any more, by the package `holidays` or
      by the policy's own list, or the policy knows of days from another instant on;
    - `zones`: the offsets of a zone changed on the days that concern the answer;
    - `code`: all of these are the same, and an answer is another.

    Raises `ModelError` for what is no receipt, and `PolicyError` for one that carries no policy, where none is given.

    >>> from slaclock import Policy, Ticket, assess
    >>> old = Policy.example()
    >>> ticket = Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00")
    >>> receipt = assess(ticket, old, at="2018-04-09T12:00+01:00").receipt()
    >>> later = verify(receipt, Policy.from_json(old.to_json().replace("0-6 hours", "0-4 hours")))
    >>> later
    <Verification of 'T1' resolve: does not hold, moved: rules>
    >>> later.moves[0].fact
    'incident P2: resolve within 0-4 hours, no longer within 0-6 hours'
    >>> str(later.due), str(later.due_now)
    ('2018-04-09 16:00:00+01:00', '2018-04-09 14:00:00+01:00')
    """
    if not isinstance(receipt, Receipt):
        receipt = Receipt.from_json(receipt)
    return _Verifying(receipt, None if policy is None else given_policy(policy)).verification()


class _Today(NamedTuple):
    """The answer of today, or why there is none."""

    assessment: Assessment | None
    error: SlaClockError | None = None


class _Verifying:
    """A receipt while it is verified: the policy of then as far as it can be read, and that of now."""

    def __init__(self, receipt: Receipt, given: Policy | PolicyBook | None) -> None:
        self._receipt, self._parts, self._given = receipt, receipt.parts, given
        self._then, self._unread = _policy_then(receipt)
        if given is None and self._then is None and self._unread is None:
            raise no_rules(receipt)
        self._now, self._fits = self._then, self._parts.policy.fits
        if isinstance(given, Policy):  # of which book it is one, if of any, the receipt knows
            self._now = given
        elif given is not None:
            chosen = policy_for(receipt.ticket, given)
            self._now, self._fits = chosen or main_policy(given), chosen is not None
        self._today = self._answer(self._now, fits=self._fits)

    def verification(self) -> Verification:
        """What became of the receipt."""
        answers = tuple(self._moved_answers(self._today))
        moves = [*self._altered(), *self._rules(), *self._data()]
        moves += self._code({move.kind for move in moves})
        answer = self._receipt.answer
        return Verification(
            ticket=self._receipt.ticket.id,
            measure=self._receipt.measure,
            at=self._receipt.at,
            state=answer.state,
            due=answer.due,
            moves=tuple(moves),
            answers=answers,
            versions=tuple(versions_of(self._parts)),
            error="" if self._today.error is None else str(self._today.error),
            parting=self._parting(),
        )

    def _answer(self, policy: Policy | None, *, fits: bool) -> _Today:
        """The answer of today under a policy."""
        if policy is None:
            return _Today(None, self._unread)
        asked, chosen = self._parts.asked, self._parts.policy.chosen
        try:
            assessment = Assessment(
                asked.ticket, policy, asked.measure, asked.at, chosen, fits, asked.cycle, asked.known
            )
            answers_of(assessment)  # all of which must be there
            ledger_digest(assessment)
        except SlaClockError as error:
            return _Today(None, error)
        return _Today(assessment)

    def _moved_answers(self, today: _Today) -> Iterator[MovedAnswer]:
        """The answers of the receipt that are others under a policy of today."""
        if today.assessment is None:
            return
        for name in ANSWERS:
            then, now = getattr(self._parts.answer, name), getattr(today.assessment, name)
            now = str(now) if isinstance(now, Target) else now
            if key_of(then) != key_of(now):  # instants are the same in whatever offset they are written
                yield MovedAnswer(name, _text(then), _text(now))

    def _altered(self) -> Iterator[Move]:
        if not self._receipt.is_intact:
            yield Move("inputs", f"its own hash {self._receipt.sha256[:12]} does not fit what it says")

    def _rules(self) -> Iterator[Move]:
        """What of the policy is another, and of the holidays that it lists itself."""
        then, now = self._then, self._now
        if self._given is None or now is None:
            return
        if self._fits != self._parts.policy.fits:
            has = "the book has a policy for it now" if self._fits else "no policy of the book is for it now"
            yield Move("rules", has)
        rules = rules_of(now)
        if then == now or digest_of(rules) == self._receipt.policy_sha256:
            return
        if then is None:
            other = digest_of(without_holidays(rules)) != self._parts.policy.without_holidays
            holidays = "its calendars have other holidays, or know of them from another day on"
            what = "the policy is another" if other else holidays
            unknown = "which keys cannot be said without the policy of then"
            yield Move("rules" if other else "holidays", f"{what}, by its hash; {unknown}")
            return
        changed = [*changed_rules(then, now)]
        yield from (Move("holidays" if rule.is_of_holidays else "rules", rule.text) for rule in changed)
        if not changed:
            yield Move("rules", "the policy is another, though each of its keys says the same")

    def _data(self) -> Iterator[Move]:
        """What has moved of holidays and zones: by the policy of then, so that its own changes are none of theirs."""
        if isinstance(self._unread, (HolidaysError, UnknownZoneError)):
            kind: MoveKind = "holidays" if isinstance(self._unread, HolidaysError) else "zones"
            yield Move(kind, f"the policy of then cannot be read any more: {self._unread}")
        policy = self._then or self._now
        if policy is not None:
            yield from holiday_moves(self._parts, policy)
        yield from zone_moves(self._parts)

    def _code(self, moved: set[MoveKind]) -> Iterator[Move]:
        """Whether the code answers otherwise: all else is the same, or the policy of then has another answer now."""
        if moved - {"rules"} or (moved and self._then is None):
            return  # which is why it is another, and may be all of it
        under = self._answer(self._then, fits=self._parts.policy.fits) if moved else self._today
        if under.assessment is None:
            yield Move("code", f"{self._versions()}: {under.error}")
            return
        others = [answer.name.replace("_", " ") for answer in self._moved_answers(under)]
        if ledger_digest(under.assessment) != self._parts.ledger:
            others.append("the ledger")
        others += [f"the open hours of {name}" for name in hours_moved(self._parts, under.assessment.policy)]
        if others:
            yield Move("code", f"{self._versions()}: {', '.join(others)}")

    def _versions(self) -> str:
        """Which code answered then, and which does now."""
        now = own_version()
        if self._parts.slaclock != now:
            return f"slaclock {self._parts.slaclock} answered then, {now} now"
        return f"slaclock {now} answered then too; it may be another library, or a calendar of your own"

    def _parting(self) -> str:
        """Where the ledgers of then's rules and of now's part, both of today; empty where they do not."""
        now = self._today.assessment
        before = (
            None
            if self._given is None or now is None or self._then is None
            else self._answer(self._then, fits=self._parts.policy.fits).assessment
        )
        if before is None or now is None:
            return ""
        return in_one_line(*sentences_of(before.explain(), now.explain(), before.policy.calendar.zone))


def _policy_then(receipt: Receipt) -> tuple[Policy | None, SlaClockError | None]:
    """The policy that a receipt carries, or why it cannot be read."""
    try:
        return receipt.policy, None
    except SlaClockError as error:
        return None, error


def _text(value: object) -> str | None:
    return None if value is None else str(plain(value))
