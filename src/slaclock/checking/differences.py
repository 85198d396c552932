"""`compare`: what a change of a policy or a book means, in words and in cases."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from slaclock.calendar.base import Calendar
from slaclock.clock.targets import Target
from slaclock.formats.counts import count_text
from slaclock.policy.book import PolicyLike, given_policy, policies_of, title_of, whom
from slaclock.policy.policy import Policy
from slaclock.policy.rule_data import HOLIDAY_KEYS
from slaclock.policy.targets import CALENDAR, NONE, PAUSES, WITHIN
from slaclock.tickets.ledger_differences import in_one_line, sentences_of

from .calendar_texts import expressions_of, summary
from .cases import Case, CaseFile, CaseResult, answers, run_case, shown
from .suggestions import suggest


class ChangedAnswer(NamedTuple):
    """One answer that changes: its name, and what the old and the new policy say."""

    name: str
    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.name} {self.old} -> {self.new}"


@dataclass(frozen=True)
class ChangedCase:
    """A case that the two policies answer otherwise: which answers, and the first stretch of time that differs.

    >>> from slaclock import Policy
    >>> from slaclock.checking import Case
    >>> old = Policy.example()
    >>> new = old.model_copy(update={"calendar": old.calendar.model_copy(update={"hours": "Mo-Fr 08:00-12:00"})})
    >>> cases = {"Friday": Case(opened="2018-04-06 15:00", priority="P1", due="2018-04-09 08:30")}
    >>> [changed] = compare(old, new, cases).cases
    >>> changed.name, [answer.name for answer in changed.changes]
    ('Friday', ['due'])
    """

    name: str
    changes: tuple[ChangedAnswer, ...]
    stretch: str = ""

    def __str__(self) -> str:
        changes = "; ".join(map(str, self.changes))
        return f"{self.name}: {changes}" + (f" ({self.stretch})" if self.stretch else "")


@dataclass
class Difference:
    """What a change of policy means.

    `rules` are the changed rules in words, of a book each with its policy; `cases` those of `asked` cases that change
    their answer.

    >>> from slaclock import Policy
    >>> old = Policy.example()
    >>> difference = compare(old, old.model_copy(update={"rules": {"breach": "stands"}}))
    >>> difference.rules
    ['rules.breach: stands, no longer of-target']
    """

    rules: list[str] = field(default_factory=list)
    cases: list[ChangedCase] = field(default_factory=list)
    asked: int = 0

    def to_json(self) -> str:
        """The rules, and the cases with their answers, as JSON text."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values."""
        return {
            "rules": list(self.rules),
            "cases": [
                {"name": case.name, "changes": [change._asdict() for change in case.changes], "stretch": case.stretch}
                for case in self.cases
            ],
            "asked": self.asked,
        }

    def __str__(self) -> str:
        rules = f"{len(self.rules) or 'No'} {'rule is' if len(self.rules) == 1 else 'rules are'} changed"
        parts = [rules, *(f"  {rule}" for rule in self.rules)]
        if self.asked:
            parts.append(_heading(len(self.cases), self.asked, "case", "answer"))
            parts += [f"  {case}" for case in self.cases]
        return "\n".join(parts)


def compare(old: PolicyLike, new: PolicyLike, cases: Mapping[str, Case] | None = None) -> Difference:
    """The rules and the cases that change; without `cases` those that `suggest` drafts for the old policy.

    Of books, each policy is compared with the one that is for the same tickets from the same date, or else has its
    name, and the cases are asked of the whole books.

    Raises `ModelError` for what is no policy; a case that cannot be assessed is compared as an error.

    >>> from slaclock import Policy, PolicyBook
    >>> old = Policy.example()
    >>> sooner = {"resolve": "8 days", "reply": "1 day", "inform": "2 days", "supplier": "5 days"}
    >>> new = old.model_copy(update={"targets": {**old.targets, "service_request": sooner}})
    >>> compare(old, new).rules
    ['service_request: resolve within 8 days, no longer within 10 days']
    >>> compare(PolicyBook([old]), PolicyBook([new, new.model_copy(update={"applies_to": {"site": "Leeds"}})])).rules[0]
    'the policy ICT Services for Academy/Free Schools 2018/19 for site Leeds is new'
    """
    old, new = given_policy(old), given_policy(new)
    if isinstance(old, Policy) and isinstance(new, Policy):
        rules = _rules(old, new)
    else:
        rules = _rules_of_books(policies_of(old), policies_of(new))
    difference = Difference(rules=list(rules))
    if cases is None:
        draft = suggest(old)
        cases = CaseFile.parse(draft).cases if '"' in draft.partition("[cases]")[2] else {}
    difference.asked = len(cases)
    for name, case in cases.items():
        changed = _changed_case(name, run_case(name, case, old), run_case(name, case, new))
        if changed is not None:
            difference.cases.append(changed)
    return difference


def _rules_of_books(old: Sequence[Policy], new: Sequence[Policy]) -> Iterator[str]:
    """Which policies are new or gone, the changed rules of each that stays, and whether they are asked otherwise."""
    pairs = _paired(old, new)
    for policy in new:
        if policy in pairs:
            yield from (f"{title_of(policy)}: {rule}" for rule in _rules(pairs[policy], policy))
        else:
            yield f"the policy {title_of(policy)} is new"
    yield from (f"the policy {title_of(policy)} is gone" for policy in old if policy not in pairs.values())
    before = [policy for policy, _ in sorted(pairs.items(), key=lambda pair: old.index(pair[1]))]
    if before != list(pairs):
        yield f"the policies are asked in the order {', '.join(map(title_of, pairs))}"


_SAME: tuple[Callable[[Policy], Hashable], ...] = (
    lambda policy: (whom(policy), policy.in_force_from),
    lambda policy: policy.name,
)
"""By what a policy of one book is that of another, the surest first."""


def _paired(old: Sequence[Policy], new: Sequence[Policy]) -> dict[Policy, Policy]:
    """The policies of a new book that were in the old one, in the new order, each with what it was."""
    pairs: dict[Policy, Policy] = {}
    for key in _SAME:
        unpaired = [policy for policy in old if policy not in pairs.values()]
        for policy in new:
            if policy not in pairs:
                earlier = next((earlier for earlier in unpaired if key(earlier) == key(policy)), None)
                if earlier is not None:
                    pairs[policy] = earlier
                    unpaired.remove(earlier)
    return {policy: pairs[policy] for policy in new if policy in pairs}


def _rules(old: Policy, new: Policy) -> Iterator[str]:
    return (rule.text for rule in changed_rules(old, new))


class ChangedRule(NamedTuple):
    """A rule that is changed: the keys that lead to it in the policy's data, and what became of it in words."""

    path: tuple[str, ...]
    text: str

    @property
    def is_of_holidays(self) -> bool:
        """Whether it is what a calendar, or a part of one, says of holidays, or of when they were known."""
        first, *keys = self.path
        inner = keys[1:] if first == "calendars" else keys
        key = next((key for key in inner if key not in ("left", "right")), None)
        return first in ("calendar", "calendars") and key in HOLIDAY_KEYS


def changed_rules(old: Policy, new: Policy) -> Iterator[ChangedRule]:
    """The rules of a policy that are changed, in the order of its keys."""
    before, after = _leaves(old), _leaves(new)
    for name in {**old.calendars, **new.calendars}:
        path: tuple[str, ...] = ("calendars", name)
        both = name in old.calendars and name in new.calendars
        if not both or (path in before) != (path in after):  # new, gone, or written in another way: said in one line
            before = _short(before, path, old.calendars.get(name))
            after = _short(after, path, new.calendars.get(name))
    for path in dict.fromkeys((*before, *after)):
        if before.get(path) != after.get(path):
            yield ChangedRule(path, _rule(path, before.get(path), after.get(path)))
    yield from (ChangedRule(("targets",), text) for text in _calendars_of_targets(old, new))


def _leaves(policy: Policy) -> dict[tuple[str, ...], str]:
    """Every leaf of a policy's data by its path, but for the calendars of targets; expressions as they are written."""
    data = policy.model_dump(mode="json")
    data["calendars"] |= expressions_of(policy)
    flat = _flat(data)
    targets = [path for path in flat if path[0] == "targets"]
    for path in targets:
        text = flat[path]
        if path[-1] == CALENDAR:
            del flat[path]
        elif path[-1] == WITHIN:
            del flat[path]
            flat[path[:-1]] = text
        elif path[-1] == PAUSES:
            del flat[path]
            flat[("pauses of", *path[1:-1])] = text
    return flat


def _short(
    leaves: dict[tuple[str, ...], str], path: tuple[str, ...], calendar: Calendar | None
) -> dict[tuple[str, ...], str]:
    """The leaves with one line in the place of all that is said of a calendar."""
    if calendar is None or path in leaves:
        return leaves
    line = summary(calendar)
    within = len(path)
    return dict((path, line) if leaf[:within] == path else (leaf, text) for leaf, text in leaves.items())


def _calendars_of_targets(old: Policy, new: Policy) -> Iterator[str]:
    """The kinds, priorities and measures whose clocks run on a calendar of another name."""
    for kind, targets in new.targets.items():
        earlier = old.targets.get(kind)
        places = dict.fromkeys([*(earlier.calendars if earlier is not None else ()), *targets.calendars])
        for priority, measure in places:
            known = earlier is not None and (priority is None or priority in earlier.priorities)
            if priority is not None and priority not in targets.priorities:
                continue
            before = earlier.calendar(priority, measure) if earlier is not None and known else None
            after = targets.calendar(priority, measure)
            if before != after:
                whose = " ".join(filter(None, (kind, priority, measure)))
                yield f"{whose}: by the calendar {after}" + (f", no longer by the calendar {before}" if before else "")


def _flat(value: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], str]:
    """Every leaf of the policy's data, as text, by its path."""
    branches: Iterable[tuple[Any, Any]] = ()
    if isinstance(value, Mapping):
        branches = value.items()
    elif isinstance(value, list) and any(isinstance(item, (Mapping, list)) for item in value):
        branches = enumerate(value)
    elif value == [] and PAUSES in path:  # which says that there are none
        return {path: NONE}
    elif value is not None and value != []:
        return {path: ", ".join(map(str, value)) if isinstance(value, list) else str(value)}
    return {leaf: text for name, branch in branches for leaf, text in _flat(branch, (*path, str(name))).items()}


def _rule(path: tuple[str, ...], old: str | None, new: str | None) -> str:
    """One changed rule, in words."""
    if path[0] == "targets":
        *case, measure = path[1:]
        whose = " ".join(case)
        before, after = (None if text is None else _within(text) for text in (old, new))
        if new is None:
            return f"{whose}: no longer any target to {measure} (it was {before})"
        return f"{whose}: {measure} {after}" + ("" if old is None else f", no longer {before}")
    name = " ".join(path) if path[0] == "pauses of" else ".".join(path)
    if old is None:
        return f"{name}: {new}, which is new"
    return f"{name}: gone (it was {old})" if new is None else f"{name}: {new}, no longer {old}"


def _within(text: str) -> str:
    if text == NONE:
        return "without a target"
    target = Target.parse(text)
    return f"in {text.replace('<', 'less than')}" if target.strict else f"within {text}"


def _changed_case(name: str, old: CaseResult, new: CaseResult) -> ChangedCase | None:
    """How the answer to a case changes, in the old zone; None where it does not."""
    before, after = _answers(old), _answers(new)
    changes = tuple(
        ChangedAnswer(key, _shown(before, key, old.zone), _shown(after, key, old.zone))
        for key in {**before, **after}
        if before.get(key) != after.get(key)
    )
    return ChangedCase(name, changes, _stretch(old, new)) if changes else None


def _answers(result: CaseResult) -> dict[str, object]:
    """What is compared of the answers; due dates in UTC, where no hour comes twice."""
    if result.assessment is None:
        return {"error": str(result.error)}
    a = result.assessment
    outcome = answers(a)
    several = a.policy.measure(a.measure).cycles == "each"
    return {
        "due": _in_utc(outcome["due"]),
        "state": outcome["state"],
        "elapsed": outcome["elapsed"],
        **({"cycles": tuple((_in_utc(one.due), one.state) for one in a.cycles)} if several else {}),
    }


def _in_utc(moment: object) -> object:
    return moment.astimezone(UTC) if isinstance(moment, datetime) else moment


def _shown(answers: Mapping[str, object], name: str, zone: ZoneInfo) -> str:
    if name not in answers:
        return "-"
    answer = answers[name]
    if isinstance(answer, tuple):  # the cycles
        return ", ".join(f"{shown(due, zone)} {state}" for due, state in answer) or NONE
    return shown(answer, zone)


def _stretch(old: CaseResult, new: CaseResult) -> str:
    """Where the ledgers up to the two due dates part; nothing where one of them has no answer."""
    if old.assessment is None or new.assessment is None:
        return ""
    return in_one_line(*sentences_of(old.assessment.explain(), new.assessment.explain(), old.zone))


def _heading(changed: int, asked: int, what: str, answer: str) -> str:
    """How many of those that were asked change their answer."""
    change = f"changes its {answer}" if changed == 1 else f"change their {answer}s"
    return f"{changed:,} of {count_text(asked, what)} {change}"
