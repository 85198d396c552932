"""`compare`: what a change of policy means, in words, in cases and on past tickets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from slaclock.clock.targets import Target
from slaclock.policy.policy import Policy

from .cases import Case, CaseFile, CaseResult, answers, run_case, shown
from .suggestions import suggest
from .years import first_year


@dataclass(frozen=True)
class CaseChange:
    """A case that the two policies answer otherwise: which answers, and the first stretch of time told otherwise."""

    name: str
    changes: tuple[tuple[str, str, str], ...]
    telling: str = ""

    def __str__(self) -> str:
        told = "; ".join(f"{name} {old} -> {new}" for name, old, new in self.changes)
        return f"{self.name}: {told}" + (f" ({self.telling})" if self.telling else "")


@dataclass
class Difference:
    """What a change of policy means.

    `rules` are the changed rules in words; `cases` those of `asked` cases that change their answer; `states` how many
    past tickets go from one state to another, where any were given.
    """

    rules: list[str] = field(default_factory=list)
    cases: list[CaseChange] = field(default_factory=list)
    asked: int = 0
    states: Counter[tuple[str, str]] = field(default_factory=Counter)

    def __str__(self) -> str:
        parts = [_heading(len(self.rules), "rule changes", "rules change"), *(f"  {rule}" for rule in self.rules)]
        if self.asked:
            parts.append(f"{len(self.cases)} of {self.asked} cases change their answer")
            parts += [f"  {case}" for case in self.cases]
        if self.states:
            changed = {pair: count for pair, count in self.states.items() if pair[0] != pair[1]}
            parts.append(f"{sum(changed.values()):,} of {self.states.total():,} tickets change their state")
            parts += [f"  {old} -> {new}: {count:,}" for (old, new), count in sorted(changed.items())]
        return "\n".join(parts)


def compare(old: Policy, new: Policy, cases: Mapping[str, Case] | None = None) -> Difference:
    """The rules and the cases that change; without `cases` those that `suggest` drafts for the old policy.

    >>> old = Policy.example()
    >>> new = old.model_copy(update={"targets": {**old.targets, "service_request": {"resolve": "8 days"}}})
    >>> compare(old, new).rules
    ['service_request: resolve within 8 days, no longer within 10 days']
    """
    found = Difference(rules=list(_rules(old, new)))
    if cases is None:
        drafted = suggest(old, first_year(old))
        cases = CaseFile.parse(drafted).cases if '"' in drafted.partition("[cases]")[2] else {}
    found.asked = len(cases)
    for name, case in cases.items():
        change = _case(name, run_case(name, case, old), run_case(name, case, new))
        if change is not None:
            found.cases.append(change)
    return found


def _rules(old: Policy, new: Policy) -> Iterator[str]:
    before, after = (_flat(policy.model_dump(mode="json")) for policy in (old, new))
    for path in dict.fromkeys((*before, *after)):
        one, other = before.get(path), after.get(path)
        if one != other:
            yield _words(path, one, other)


def _flat(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """Every leaf of the policy's data, as text, by its path."""
    if isinstance(value, Mapping):
        return {key: text for name, each in value.items() for key, text in _flat(each, (*path, str(name))).items()}
    if isinstance(value, list) and any(isinstance(each, (Mapping, list)) for each in value):
        return {key: text for n, each in enumerate(value) for key, text in _flat(each, (*path, str(n))).items()}
    if value is None or value == []:
        return {}
    return {path: ", ".join(map(str, value)) if isinstance(value, list) else str(value)}


def _words(path: tuple[str, ...], old: str | None, new: str | None) -> str:
    """One changed rule, in words."""
    if path[0] == "targets":
        *who, measure = path[1:]
        said = [None if each is None else _within(each) for each in (old, new)]
        if new is None:
            return f"{' '.join(who)}: no longer any target to {measure} (it was {said[0]})"
        return f"{' '.join(who)}: {measure} {said[1]}" + ("" if old is None else f", no longer {said[0]}")
    name = ".".join(path)
    if old is None:
        return f"{name}: {new}, which is new"
    return f"{name}: gone (it was {old})" if new is None else f"{name}: {new}, no longer {old}"


def _within(text: str) -> str:
    target = Target.parse(text)
    return f"in {text.replace('<', 'less than')}" if target.strict else f"within {text}"


def _case(name: str, old: CaseResult, new: CaseResult) -> CaseChange | None:
    """How the answer to a case changes; None where it does not."""
    told = [_answers(result) for result in (old, new)]
    changes = [(key, told[0].get(key, "-"), told[1].get(key, "-")) for key in dict.fromkeys((*told[0], *told[1]))]
    changed = tuple(change for change in changes if change[1] != change[2])
    if not changed:
        return None
    return CaseChange(name, changed, _telling(old, new))


def _answers(result: CaseResult) -> dict[str, str]:
    if result.assessment is None:
        return {"error": str(result.error)}
    return {
        name: shown(value) for name, value in answers(result.assessment).items() if name in ("due", "state", "elapsed")
    }


def _telling(old: CaseResult, new: CaseResult) -> str:
    """The first stretch of the new ledger that the old one does not have so, in meaning: counted or not, and why."""
    if old.ledger is None or new.ledger is None:
        return ""
    known = {(row.start, row.counted, row.why) for row in old.ledger}
    row = next((row for row in new.ledger if (row.start, row.counted, row.why) not in known), None)
    return "" if row is None else new.ledger.sentence(row)


def states_of(old: Iterable[str | None], new: Iterable[str | None]) -> Counter[tuple[str, str]]:
    """How many tickets go from which state to which."""
    return Counter((one or "none", other or "none") for one, other in zip(old, new, strict=True))


def _heading(count: int, one: str, many: str) -> str:
    return f"{count or 'No'} {one if count == 1 else many}"
