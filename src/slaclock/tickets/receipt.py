"""The receipt: what was asked of a ticket, what the answer was, and on what it rested, as a text that can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Self

from pydantic import Field, model_validator
from pydantic_core import core_schema

from slaclock.errors import ModelError, PolicyError, placed
from slaclock.formats.canonical import canonical_json, digest_of, read_once
from slaclock.formats.cells import cell, facts_html, paragraph
from slaclock.formats.documents import json_text
from slaclock.formats.lazy import lazy
from slaclock.formats.mappings import FrozenMapping
from slaclock.formats.models import Instant, MaybeInstant, Model, field_schema, short_repr
from slaclock.formats.tables import instant_text
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.rule_data import policy_of

from .knowledge import Known
from .states import State
from .tickets import Ticket

FORMAT = 1
"""The number of the form that receipts have; a form that has been published does not change."""
HASH = "sha256"
"""The key of a receipt's own hash, which is that of all the rest."""
LONGEST = 16_000_000
"""A receipt has so many signs at the most: a ticket of a hundred thousand events is not so long."""

Digest = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Asked(Model):
    """What was asked: the ticket as it was known, the instant, the measure, and the cycle where one was named.

    `known` says by what was known of calendars, where it is not what the policy says.
    """

    ticket: Ticket
    at: Instant
    measure: Measure
    cycle: int | None = None
    known: Known | Instant | None = None


class PolicyThen(Model):
    """The policy that was judged by: of a book the one that was `chosen`, and whether it `fits` the ticket.

    `sha256` is the hash of its `rules`, which may have been left out; `without_holidays` that of the rules without the
    holidays of its calendars.
    """

    name: str
    sha256: Digest
    without_holidays: Digest
    chosen: str = ""
    fits: bool = True
    rules: FrozenMapping[str, Any] | None = None


class AnswerThen(Model):
    """The answer, as `Assessment` has it."""

    state: State
    kind: str
    priority: str | None
    calendar: str
    cycle: int | None
    target: str | None
    started: Instant
    done: MaybeInstant
    due: MaybeInstant
    promised_due: MaybeInstant
    expected_from: MaybeInstant
    elapsed: timedelta
    remaining: timedelta | None
    over: timedelta | None
    breached_at: MaybeInstant


class ZoneThen(Model):
    """A zone: whose data, of which version, the hash of its file, and its offsets.

    `offsets` are the first instant of the days concerned and those at which the offset changed in them, in local time.
    """

    source: str
    version: str | None
    sha256: Digest | None
    offsets: tuple[Instant, ...]


class ReceiptParts(Model):
    """A receipt as JSON has it.

    `ledger` is the hash of what the clock counted; `holidays` are the dates of each calendar, and `open_hours` the hash
    of its spans, on the days concerned, from `first_day` to `last_day`.
    """

    receipt: int
    slaclock: str
    asked: Asked
    policy: PolicyThen
    answer: AnswerThen
    ledger: Digest
    first_day: date
    last_day: date
    holidays_version: str | None
    holidays: FrozenMapping[str, FrozenMapping[date, str]]
    zones: FrozenMapping[str, ZoneThen]
    open_hours: FrozenMapping[str, Digest]
    sha256: Digest

    @model_validator(mode="after")
    def _check(self) -> Self:
        if self.last_day < self.first_day:
            problem = f"the days concerned end on {self.last_day}, before {self.first_day}"
            raise ModelError(problem, "take the receipt from where it was kept", "last_day", value=self.last_day)
        return self


@dataclass(frozen=True, repr=False)
class Receipt:
    """What was asked of a ticket, the answer, and on what it rested: kept beside a ticket, and verified years later.

    It is one JSON text in one form only, made by `Assessment.receipt`: the same question and the same data make the
    same bytes, and two receipts are equal where their texts are. It holds no hour at which it was made. The text may be
    given in any layout; `is_intact` says whether its own hash fits, which tells a slip of the hand and a damaged file,
    and is no signature: whoever alters a receipt on purpose can work the hash out anew.

    Raises `ModelError` for what is no receipt, for one of a later form, and for one of more than 16 million signs.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P2", opened="2018-04-09T10:00+01:00")
    >>> receipt = sc.assess(ticket, sc.Policy.example(), at="2018-04-09T12:00+01:00").receipt()
    >>> receipt
    <Receipt of 'T1' resolve as of 2018-04-09T12:00:00+01:00: running, due 2018-04-09T16:00:00+01:00>
    >>> sc.Receipt.from_json(receipt.to_json()) == receipt, receipt.ticket == ticket, receipt.is_intact
    (True, True, True)
    """

    text: str

    def __post_init__(self) -> None:
        data = _data(self.text)
        parts = ReceiptParts.model_validate(data)
        # A frozen dataclass keeps its values in its dictionary, which nothing else writes to.
        self.__dict__.update(text=canonical_json(data), parts=parts)

    @classmethod
    def from_json(cls, text: str | bytes) -> Receipt:
        """The receipt of a JSON text, in whatever layout, whether its hash fits or not: see `is_intact`."""
        return cls(json_text(text) if isinstance(text, bytes) else text)

    def to_json(self) -> str:
        """The receipt as JSON text of one line, always the same."""
        return self.text

    def to_dict(self) -> dict[str, Any]:
        """The receipt as plain values, as its JSON has them."""
        data: dict[str, Any] = read_once(self.text)
        return data

    @property
    def sha256(self) -> str:
        """Its own hash, as it is written in it."""
        return self.parts.sha256

    @lazy
    def is_intact(self) -> bool:
        """Whether its own hash fits all the rest, and the policy's hash the rules that it carries."""
        data = self.to_dict()
        rules = data["policy"].get("rules")
        fits = rules is None or digest_of(rules) == data["policy"]["sha256"]
        return fits and own_hash(data) == self.sha256

    @property
    def ticket(self) -> Ticket:
        """The ticket as it was known."""
        return self.parts.asked.ticket

    @property
    def at(self) -> datetime:
        """The instant that was asked about."""
        return self.parts.asked.at

    @property
    def measure(self) -> Measure:
        """The measure that was asked about."""
        return self.parts.asked.measure

    @property
    def cycle(self) -> int | None:
        """The cycle that was asked about by its number; None where it is the one that was judged at the instant."""
        return self.parts.asked.cycle

    @property
    def known(self) -> Known | datetime | None:
        """By what was known of calendars it was asked for; None where it was what the policy says."""
        return self.parts.asked.known

    @property
    def answer(self) -> AnswerThen:
        """The answer: `state`, `due`, `elapsed` and others, as an `Assessment` has them."""
        return self.parts.answer

    @property
    def policy_sha256(self) -> str:
        """The hash of the policy that was judged by."""
        return self.parts.policy.sha256

    @lazy
    def policy(self) -> Policy | None:
        """The policy that was judged by; None where the receipt has only its hash.

        Raises what a policy raises that cannot be read any more, such as `UnknownZoneError`.
        """
        rules = self.parts.policy.rules
        if rules is None:
            return None
        with placed("policy", "rules"):
            return policy_of(rules)

    @property
    def versions(self) -> Mapping[str, str | None]:
        """The versions of `slaclock`, of `holidays`, and of the data of each zone; None for one that was not known."""
        parts = self.parts
        zones = {name: zone.version for name, zone in parts.zones.items()}
        return {"slaclock": parts.slaclock, "holidays": parts.holidays_version, **zones}

    @lazy
    def parts(self) -> ReceiptParts:
        """All that it says, part by part."""
        return ReceiptParts.model_validate(self.to_dict())

    def __repr__(self) -> str:
        answer = self.answer
        due = "none" if answer.due is None else answer.due.isoformat()
        return f"<Receipt of {self.ticket.id!r} {self.measure} as of {self.at.isoformat()}: {answer.state}, due {due}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.text,)

    def __copy__(self) -> Receipt:
        return self

    def __deepcopy__(self, memo: object) -> Receipt:
        return self

    def _repr_html_(self) -> str:
        parts, answer = self.parts, self.answer
        facts = [
            ("state", answer.state),
            ("due", "none" if answer.due is None else instant_text(answer.due)),
            ("as of", instant_text(self.at)),
            ("policy", f"{parts.policy.name} ({parts.policy.sha256[:12]})"),
            *((name, version or "not known") for name, version in self.versions.items()),
            (HASH, self.sha256[:12] + ("" if self.is_intact else ", which does not fit")),
        ]
        return cell(paragraph(f"Receipt of {self.ticket.id}, {self.measure}", "lead"), facts_html(facts))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> core_schema.CoreSchema:
        """As a field it is a receipt, or its JSON as a table."""
        return field_schema(_read, cls.to_dict, {"type": "object"})


def own_hash(data: Mapping[str, Any]) -> str:
    """The hash of a receipt's data: of all that is in it beside the hash."""
    return digest_of({key: value for key, value in data.items() if key != HASH})


def made(data: Mapping[str, Any]) -> Receipt:
    """The receipt of data that are right as they are, to which the hash is added."""
    receipt = object.__new__(Receipt)
    receipt.__dict__["text"] = canonical_json({**data, HASH: own_hash(data)})
    return receipt


def _read(value: object) -> Receipt:
    if isinstance(value, Receipt):
        return value
    return Receipt(value if isinstance(value, str) else canonical_json(value))


def _data(text: object) -> dict[str, Any]:
    if not isinstance(text, str):
        raise ModelError(f"{short_repr(text)} is no receipt", "give its JSON text", value=text)
    if len(text) > LONGEST:
        problem = f"a receipt has {LONGEST:,} signs at the most, this {len(text):,}"
        raise ModelError(problem, "give a receipt alone", value=len(text))
    data = read_once(text)
    if not isinstance(data, dict) or "receipt" not in data:
        raise ModelError(f"{short_repr(data)} is no receipt", "give what Assessment.receipt() has made", value=data)
    form = data["receipt"]
    if form != FORMAT or isinstance(form, bool):
        maker = data.get("slaclock")
        version = f"slaclock {maker}" if isinstance(maker, str) and len(maker) < 40 else "the version that made it"
        remedy = f"verify it with {version}, or with a later one"
        problem = f"this reads receipts of the form {FORMAT}, not {short_repr(form)}"
        raise ModelError(problem, remedy, "receipt", value=form)
    return data


def no_rules(receipt: Receipt) -> PolicyError:
    """The error for a receipt that has only the hash of its policy, where the policy itself is needed."""
    problem = f"the receipt of {receipt.ticket.id} has only the hash of its policy"
    return PolicyError(problem, "give the policy too: policy=..., or --policy sla.toml", "policy")
