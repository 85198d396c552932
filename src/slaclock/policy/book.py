"""The policies of a service, over the years and for its customers, and which of them holds for a ticket."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from glob import glob
from itertools import pairwise
from pathlib import Path
from typing import Any, Self, TypeAlias

from pydantic import model_validator

from slaclock.calendar.base import Calendar
from slaclock.errors import ErrorCollector, ModelError, PolicyError, placed, printable
from slaclock.formats.cells import cell, folded, table_html
from slaclock.formats.documents import Form, form_of, given_path, read_data, read_text
from slaclock.formats.lazy import lazy
from slaclock.formats.models import Model, short_repr
from slaclock.temporal.instants import InstantLike, micros_of

from .attributes import FIELDS, asked_attributes
from .calendar_files import with_paths
from .measures import PAUSE, Measure
from .policy import Policy

Whom = frozenset[tuple[str, frozenset[str]]]
"""The attributes of the tickets that a policy applies to, each with its values; none where it is for all."""


class PolicyBook(Model):
    """The policies of a service: each with the date from which it is in force, and those to whom it applies.

    A ticket is judged, however long it stays open, by the policy that was for it when it opened: the first in the
    book's order whose `applies_to` fits the ticket's attributes and which was in force; of those that apply to the same
    the latest. One that is for all stands last, wherever it was given. A ticket that no policy is for is `not-covered`.
    Policies usually change with the subscription year; one that changes within a year holds for what opens from its
    date on.

    >>> old = Policy.example()
    >>> new = old.model_copy(update={"name": "2019/20", "in_force_from": "2019-04-01"})
    >>> book = PolicyBook([new, old])
    >>> book.at(datetime.fromisoformat("2019-04-01T09:00+01:00")).name
    '2019/20'
    >>> PolicyBook.from_json(book.to_json()) == book
    True
    """

    policies: tuple[Policy, ...]

    def __init__(self, policies: Iterable[Policy | dict[str, Any]] = ()) -> None:
        if isinstance(policies, (str, Mapping, Policy)) or not isinstance(policies, Iterable):
            remedy = "give one, such as [policy]"
            raise ModelError(f"{short_repr(policies)} is no list of policies", remedy, "policies", value=policies)
        super().__init__(policies=tuple(policies))

    __init__.__pydantic_base_init__ = True  # type: ignore[attr-defined]

    @model_validator(mode="after")
    def _check(self) -> Self:
        if not self.policies:
            raise PolicyError("a policy book without a policy", "give at least one", "policies", value=())
        in_order = tuple(policy for group in self.groups for policy in group)
        if in_order != self.policies:
            vars(self)["policies"] = in_order
        for group in self.groups:
            twice = next((a for a, b in pairwise(group) if _first_date(a) == _first_date(b)), None)
            if twice is not None:
                since = twice.in_force_from or "the beginning"
                whose = f" for {_whose(twice)}" if twice.applies_to else ""
                problem = f"two policies are in force from {since}{whose}"
                raise PolicyError(problem, "give each its own in_force_from", value=twice.name)
        return self

    @classmethod
    def load(cls, path: str | Path | Sequence[str | Path]) -> Self:
        """Read the policies of some files: by a pattern such as `policies/*.toml`, a folder, or a list of paths.

        A file that holds a book, as `to_json` writes it, gives all its policies; of a folder its `.toml` and `.json`
        files are read. Raises `PolicyError` where there is no file.
        """
        return cls([policy for file in policy_files(path) for policy in policies_of(policy_or_book(file))])

    def at(self, opened: InstantLike, attributes: Mapping[str, str] | None = None) -> Policy:
        """The policy for a ticket with some attributes that opened then, by the date in that policy's zone.

        Raises `PolicyError` where none is.
        """
        policy = self.choose(micros_of(opened), asked_attributes(attributes))
        if policy is not None:
            return policy
        instant = opened.isoformat() if isinstance(opened, datetime) else opened
        there = ", ".join(map(title_of, self.policies))
        raise PolicyError(f"no policy is in force at {instant}", f"there are: {there}", value=opened)

    def choose(self, opened: int, attributes: Mapping[str, str]) -> Policy | None:
        """The policy for what opened at an instant, in microseconds; None where none is."""
        for group in self.groups:
            if group[0].fits(attributes):
                policy = next((policy for policy in reversed(group) if policy.in_force(opened)), None)
                if policy is not None:
                    return policy
        return None

    def _repr_html_(self) -> str:
        rows = [(own.name, _whose(own) or "all", str(own.in_force_from or "the beginning")) for own in self.policies]
        policies = [folded(title_of(own), own._repr_html_()) for own in self.policies]
        title = "1 policy" if len(rows) == 1 else f"{len(rows)} policies"
        return cell(table_html(("policy", "for", "in force from"), rows, title=title), *policies)

    @lazy
    def groups(self) -> list[list[Policy]]:
        """The policies that apply to the same together, by their dates; as they are given, but those for all last."""
        groups: dict[Whom, list[Policy]] = {}
        for policy in self.policies:
            groups.setdefault(whom(policy), []).append(policy)
        in_order = sorted(groups.values(), key=lambda group: not group[0].applies_to)
        return [sorted(group, key=_first_date) for group in in_order]


PolicyLike: TypeAlias = Policy | PolicyBook | str | os.PathLike[str]
"""A policy, a book of them, or the path of the file, or of the folder, that holds them."""


def whom(policy: Policy) -> Whom:
    """Whom a policy applies to, in whatever order its attributes and their values are written."""
    return frozenset((name, frozenset(values)) for name, values in policy.applies_to.items())


def chosen_because(policy: Policy) -> str:
    """Which policy a book has chosen, and why: whom it is for, and from when it is in force."""
    since = f", in force from {policy.in_force_from}" if policy.in_force_from is not None else ""
    return f"by the policy {policy.name!r} for {_whose(policy) or 'all'}{since}"


def title_of(policy: Policy) -> str:
    """A policy of a book by its name, whom it is for, and from when it is in force."""
    whose = f" for {_whose(policy)}" if policy.applies_to else ""
    since = f" from {policy.in_force_from}" if policy.in_force_from is not None else ""
    return policy.name + whose + since


def _whose(policy: Policy) -> str:
    return ", ".join(f"{name} {' or '.join(values)}" for name, values in policy.applies_to.items())


def policy_files(path: str | Path | Sequence[str | Path]) -> list[Path]:
    """The files that a path, a pattern, a folder or a list of them names, each in the order of its names."""
    if not isinstance(path, (str, Path)) and isinstance(path, Iterable):
        return [file for part in path for file in policy_files(part)]
    folder = given_path(path, PolicyError)
    if folder.is_dir():
        files = sorted(file for file in folder.iterdir() if file.suffix.lower() in (".toml", ".json"))
    elif folder.exists() or not set("*?[") & set(str(path)):
        files = [folder]
    else:
        files = [Path(file) for file in sorted(glob(str(path), recursive=True))]
    if not files:
        raise PolicyError(f"there is no policy file in {printable(path)}", "check the path", value=str(path))
    return files


def given_policy(policy: PolicyLike) -> Policy | PolicyBook:
    """The policy or the book that a caller gives, or that of the file, folder or pattern that he names.

    A path is read at every call: whoever asks often loads the policy once.
    """
    if isinstance(policy, (Policy, PolicyBook)):
        return policy
    if isinstance(policy, (str, os.PathLike)):
        return policies_at([os.fspath(policy)], "policy")
    raise not_a_policy(policy)


def policies_at(paths: Sequence[str], argument: str) -> Policy | PolicyBook:
    """The policy of one file, or the book of several, of a folder or a file; `argument` is what names them."""
    with placed(argument):
        files = policy_files(paths)
    if is_one_file(paths, files):
        return policy_or_book(files[0])
    policies = [policy for file in files for policy in policies_of(policy_or_book(file))]
    with placed(argument):
        return PolicyBook(policies)


def is_one_file(paths: Sequence[str | Path], files: Sequence[Path]) -> bool:
    """Whether paths name one file as such, and no folder or pattern: its policy is then asked of every ticket."""
    return len(files) == 1 and [*map(Path, paths)] == [*files]


def policy_or_book(file: Path) -> Policy | PolicyBook:
    """The policy of a file, or the book of one that `PolicyBook.to_json` has written."""
    form, text = form_of(file), read_text(file, PolicyError)
    with placed(file):
        data = read_data(text, form, PolicyError)
        return (
            PolicyBook(policies_in(data))
            if holds_book(data, form)
            else Policy.model_validate(with_paths(data, file.parent))
        )


def holds_book(data: Any, form: Form) -> bool:
    """Whether the data of a file are those of a book, which is JSON."""
    return form == "json" and isinstance(data, dict) and data.keys() == {"policies"}


def policies_in(book: Mapping[str, Any]) -> list[Policy]:
    """The policies in the data of a book, in their order there; an error says all that is wrong in any of them."""
    tables = book["policies"]
    if not isinstance(tables, list):
        return list(PolicyBook.model_validate(book).policies)
    errors = ErrorCollector()
    policies: list[Policy] = []
    for number, table in enumerate(tables):
        with errors.part("policies", number):
            policies.append(Policy.model_validate(table))
    errors.check()
    return policies


def policies_of(policy: Policy | PolicyBook) -> tuple[Policy, ...]:
    """The policy alone, or all of a book's in its order."""
    if isinstance(policy, Policy):
        return (policy,)
    if not isinstance(policy, PolicyBook):
        raise not_a_policy(policy)
    return policy.policies


def check_measure(policy: Policy | PolicyBook, measure: Measure) -> None:
    """Raise `PolicyError` for what is a measure of none of the policies."""
    first, *others = policies_of(policy)
    if not any(own.has_measure(measure) for own in others):
        first.measure(measure)


def main_policy(policy: Policy | PolicyBook) -> Policy:
    """The policy whose zone and years answers are in: a book's last."""
    return policies_of(policy)[-1]


def number_of(own: Policy, policy: Policy | PolicyBook) -> int:
    """The number of a policy among those of its book."""
    return next(number for number, other in enumerate(policies_of(policy)) if other is own)


def name_of(policy: Policy | PolicyBook) -> str:
    """What a policy is called, or a book as a whole: by the name of all its policies, or by how many they are."""
    policies = policies_of(policy)
    names = {own.name for own in policies}
    return policies[0].name if len(names) == 1 else f"{len(policies)} policies"


def name_within(own: Policy, policy: Policy | PolicyBook) -> str:
    """What a policy of a book is called among the others: its title, where another has its name."""
    alike = [other for other in policies_of(policy) if other.name == own.name]
    return own.name if len(alike) == 1 else title_of(own)


def attributes_of(policy: Policy | PolicyBook) -> tuple[str, ...]:
    """The attributes of tickets by which a book chooses; a policy alone is for whoever it is asked for."""
    policies = () if isinstance(policy, Policy) else policies_of(policy)
    return tuple(dict.fromkeys(name for own in policies for name in own.applies_to))


def attributes_read(policy: Policy | PolicyBook) -> tuple[str, ...]:
    """The attributes of tickets that policies look at: those by which a book chooses, and those of measures."""
    rules = [own.measure(name) for own in policies_of(policy) for name in own.measures]
    held = (name for rule in rules for name in rule.holds if name != PAUSE and name not in FIELDS)
    return tuple(dict.fromkeys((*attributes_of(policy), *held)))


def measures_of(policy: Policy | PolicyBook) -> tuple[Measure, ...]:
    """The measures that policies define themselves."""
    return tuple(dict.fromkeys(name for own in policies_of(policy) for name in own.measures))


def not_a_policy(value: object, remedy: str = "give a Policy, a PolicyBook or the path of one") -> ModelError:
    """The error for what was given as a policy and is none."""
    if isinstance(value, Calendar):
        problem = "a calendar is not a policy, since it says when the desk is open and not what is promised"
        remedy = "give the Policy that it is of; deadline, elapsed and the like take a calendar alone"
        return ModelError(problem, remedy, "policy", value=value)
    if isinstance(value, (str, Path)):
        remedy = f"give Policy.load({short_repr(str(value))})"
    return ModelError(f"{short_repr(value)} is not a policy", remedy, "policy", value=value)


def _first_date(policy: Policy) -> date:
    return policy.in_force_from or date.min
