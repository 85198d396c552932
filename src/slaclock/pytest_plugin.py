"""The pytest plugin: files of cases, `*.sla.toml`, are collected as tests, one for each case.

A file names its policy, `policy = "sla.toml"`, beside it; without one the ini option `sla_policy` does, a path from
pytest's root folder. A folder of policies, or the file of a book, is a book. The fixtures `sla_policy` and
`working_calendar` give the policy of the ini option and its calendar, or those of the packaged example. Nothing of the
library is loaded until a file of cases is collected or a fixture is asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from slaclock.calendar.base import Calendar
    from slaclock.checking import Case
    from slaclock.policy.book import PolicyBook
    from slaclock.policy.policy import Policy

_OPTION = "sla_policy"


def pytest_addoption(parser: pytest.Parser) -> None:
    """The ini option."""
    parser.addini(_OPTION, "the policy that *.sla.toml files and the fixture sla_policy use", default="")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Files of cases."""
    if file_path.name.endswith(".sla.toml"):
        collector: pytest.Collector = CasesFile.from_parent(parent, path=file_path)
        return collector
    return None


@pytest.fixture(scope="session")
def sla_policy(request: pytest.FixtureRequest) -> Policy:
    """The policy of the ini option `sla_policy`, or the packaged example."""
    from slaclock.policy.policy import Policy

    path = _path(request.config)
    return Policy.example() if path is None else Policy.load(path)


@pytest.fixture(scope="session")
def working_calendar(sla_policy: Policy) -> Calendar:
    """The calendar of the fixture `sla_policy`."""
    return sla_policy.calendar


class CasesFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """One item a case."""
        from slaclock.checking import CaseFile
        from slaclock.errors import CaseError, SlaClockError
        from slaclock.formats.documents import read_text
        from slaclock.policy.book import PolicyBook, policy_or_book

        try:
            file = CaseFile.parse(read_text(self.path, CaseError))
            path = self.path.parent / file.policy if file.policy is not None else _path(self.config)
            if path is None:
                raise self.CollectError(
                    f"{self.path.name} names no policy; add policy = '...' to it, or the ini option {_OPTION}"
                )
            policy = PolicyBook.load(path) if path.is_dir() else policy_or_book(path)
        except SlaClockError as error:
            raise self.CollectError("\n".join(f"{self.path.name}: {part}" for part in error.all)) from None
        for name, case in file.cases.items():
            yield CaseItem.from_parent(self, name=name, case=case, policy=policy)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Case, policy: Policy | PolicyBook, **given: Any) -> None:
        super().__init__(**given)
        self._case, self._policy = case, policy

    def runtest(self) -> None:
        """Run the case; a mismatch fails it."""
        from slaclock.checking import run_case

        result = run_case(self.name, self._case, self._policy)
        if not result.passed:
            raise CaseFailedError(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What was expected, what came out, and the ledger that explains it."""
        if not isinstance(excinfo.value, CaseFailedError):
            return super().repr_failure(excinfo, style)
        result = excinfo.value.result
        lines = [str(result.error)] if result.error is not None else [*map(str, result.mismatches)]
        return "\n".join(lines) + str(result.explained)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the case stands."""
        from slaclock.formats.toml_lines import key_lines, line_of

        line = line_of(f"cases.{self.name}", key_lines(self.path.read_text(encoding="utf-8")))
        return self.path, None if line is None else line - 1, self.name


class CaseFailedError(Exception):
    """A case that came out otherwise than expected."""

    def __init__(self, result: Any) -> None:
        super().__init__(str(result))
        self.result = result


def _path(config: pytest.Config) -> Path | None:
    path = config.getini(_OPTION)
    return config.rootpath / path if path else None
