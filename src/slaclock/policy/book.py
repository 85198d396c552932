"""The policies of a service over the years, and which of them holds for a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from glob import glob
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

from pydantic import model_validator

from slaclock.errors import ModelError, PolicyError, placed
from slaclock.formats.documents import given_path, read_data, read_text
from slaclock.formats.models import Model, short_repr
from slaclock.temporal.instants import InstantLike, local_day, micros_of

from .policy import Policy


class PolicyBook(Model):
    """The policies of a service over the years, each with the date from which it is in force.

    A ticket is judged, however long it stays open, by the policy in force when it opened. Policies usually
    change with the subscription year; one that changes within a year holds for what opens from its date on.

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
            raise PolicyError("a policy book without a policy", "give at least one")
        dates = [_first_date(policy) for policy in self.policies]
        if dates != sorted(dates):
            vars(self)["policies"] = tuple(sorted(self.policies, key=_first_date))
        twice = next((day for day, after in pairwise(sorted(dates)) if day == after), None)
        if twice is not None:
            raise PolicyError(f"two policies are in force from {twice}", "give each its own in_force_from")
        return self

    @classmethod
    def load(cls, path: str | Path | Sequence[str | Path]) -> Self:
        """Read the policies of some files: by a pattern such as `policies/*.toml`, a folder, or a list of paths.

        A file that holds a book, as `to_json` writes it, gives all its policies; of a folder its `.toml` and `.json`
        files are read. Raises `PolicyError` where there is no file.
        """
        return cls([policy for file in policy_files(path) for policy in policies_in(file)])

    def at(self, opened: InstantLike) -> Policy:
        """The policy in force when something opened, by the date in that policy's zone."""
        micros = micros_of(opened)
        for policy in reversed(self.policies):
            day = date.fromordinal(local_day(micros, policy.calendar.zone)[0])
            if _first_date(policy) <= day:
                return policy
        instant = opened.isoformat() if isinstance(opened, datetime) else opened
        raise PolicyError(
            f"no policy is in force at {instant}",
            f"the first is from {self.policies[0].in_force_from}",
            value=opened,
        )


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
        raise PolicyError(f"there is no policy file in {path}", "check the path", value=str(path))
    return files


def policies_in(file: Path) -> tuple[Policy, ...]:
    """The policy of a file, or those of a file that `PolicyBook.to_json` has written."""
    if file.suffix.lower() == ".json":
        with placed(file):
            data = read_data(read_text(file, PolicyError), "json", PolicyError)
            if isinstance(data, dict) and data.keys() == {"policies"}:
                return PolicyBook.model_validate(data).policies
    return (Policy.load(file),)


def policies_of(policy: Policy | PolicyBook) -> tuple[Policy, ...]:
    """The policy alone, or all of a book's, the earliest first."""
    if isinstance(policy, Policy):
        return (policy,)
    if not isinstance(policy, PolicyBook):
        raise not_a_policy(policy)
    return policy.policies


def main_policy(policy: Policy | PolicyBook) -> Policy:
    """The policy whose zone and years answers are in: a book's last."""
    return policies_of(policy)[-1]


def not_a_policy(value: object, remedy: str = "give a Policy or a PolicyBook") -> ModelError:
    """The error for what was given as a policy and is none."""
    if isinstance(value, (str, Path)):
        remedy = f"give Policy.load({short_repr(str(value))})"
    return ModelError(f"{short_repr(value)} is not a policy", remedy, "policy", value=value)


def _first_date(policy: Policy) -> date:
    return policy.in_force_from or date.min
