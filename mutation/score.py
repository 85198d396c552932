"""How many mutants of the rooms that the project exists for the tests notice: `make mutants`.

    pip install -e '.[all]' --group test mutmut && python mutation/score.py [--sample 300] [--seed 1] [--least 97]

Mutmut makes the mutants and runs the tests of each, by `[tool.mutmut]` of pyproject.toml; here its steps are taken one
by one, so that a sample can be drawn, most mutants meet only their quickest tests, and a score comes out. A mutant that
was noticed stays so until its function changes; the others are asked about again, since there may be new tests. What
became of each is kept in `mutants/`, for `mutmut results`, `mutmut show NAME` and `mutmut browse`.

The score is the share of the mutants that were noticed: by a test that failed, or since the tests took up far more
time than they do. One that no test runs counts as one that survived, and so does one whose run ended in any other way.

A mutant that changes no answer cannot be noticed. `equivalents.toml` lists those that were read and found to be such,
each with its reason; they are shown, and the score is that of the others. One of them that is noticed after all is
wrong in the list, and ends this with 1.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import resource
import sys
import time
import tomllib
from collections import Counter, deque
from collections.abc import Callable, Mapping
from contextlib import redirect_stdout
from fractions import Fraction
from io import StringIO
from pathlib import Path
from typing import NamedTuple

from mutmut.__main__ import collect_or_load_stats, create_mutants
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.state import state
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import copy_also_copy_files, copy_src_dir, setup_source_paths, walk_mutatable_files
from mutmut.utils.format_utils import mangled_name_from_mutant_name
from mutmut.workers.isolation import MutantRunner, get_mutant_runner

PROJECT = Path(__file__).resolve().parent.parent
KILLED, TIMEOUT, SURVIVED, UNTESTED, UNCHECKED = "killed", "timeout", "survived", "no tests", "not checked"
EQUIVALENT = "no change"
NOTICED = (KILLED, TIMEOUT)
NO_TESTS = 33
"""The exit code by which mutmut knows a mutant that no test runs."""
# One that used up its time is ended by a signal, and a second later by one that cannot be caught.
STATUSES = {-9: TIMEOUT}
QUICK = 40
"""A mutant meets so many of its quickest tests first, whose modules are soon read, and the others if it survives."""
SECONDS = {True: 30, False: 400}
"""So much time of a processor the quick tests and the others may take: several times what they do."""
WALL = 3600.0
"""By the wall clock there is no hurry: a machine may be busy. A mutant that waits for ever ends here."""
MEMORY = 8 * 2**30
"""Bytes that a process may take, so that a mutant which never ends a list ends itself."""


class Equivalent(NamedTuple):
    """Mutants that change no answer: of a function, or of any, what the line was and what it is, and the reason."""

    function: str | None
    was: str
    becomes: str
    why: str

    def matches(self, name: str, diff: str) -> bool:
        """Whether a mutant is one of these."""
        lines = [line for line in diff.splitlines() if not line.startswith(("---", "+++"))]
        was, becomes = (" ".join(line[1:].strip() for line in lines if line.startswith(sign)) for sign in "-+")
        own = self.function is None or self.function == _function(name)
        return own and re.search(self.was, was) is not None and re.search(self.becomes, becomes) is not None


def equivalents() -> list[Equivalent]:
    """Those that are listed."""
    with Path(__file__).with_name("equivalents.toml").open("rb") as file:
        tables = tomllib.load(file)["mutants"]
    return [Equivalent(own.get("function"), own["was"], own["becomes"], own["why"]) for own in tables]


def _function(name: str) -> str:
    """The dotted name of the function that a mutant is of: `slaclock.clock.turns.x__from__mutmut_2` is of `_from`."""
    module, _, own = mangled_name_from_mutant_name(name).rpartition(".")
    return f"{module}.{own.removeprefix('xǁ').replace('ǁ', '.')}" if "ǁ" in own else f"{module}.{own[2:]}"


class Mutants:
    """The mutants by their names, and what became of each."""

    def __init__(self) -> None:
        self._files = [SourceFileMutationData(path=path) for path in walk_mutatable_files()]
        for file in self._files:
            file.load()
        self._file_of = {name: file for file in self._files for name in file.exit_code_by_key}

    @property
    def names(self) -> list[str]:
        """All of them, in order."""
        return sorted(self._file_of)

    def status(self, name: str) -> str:
        """What became of one: killed, timeout, survived, no tests, not checked and so on."""
        code = self._file_of[name].exit_code_by_key[name]
        return UNCHECKED if code is None else STATUSES.get(code) or str(status_by_exit_code[code])

    def note(self, name: str, code: int, seconds: float) -> None:
        """Keep what became of one."""
        file = self._file_of[name]
        file.exit_code_by_key[name] = code
        file.durations_by_key[name] = seconds
        file.save()

    def diff(self, name: str) -> str:
        """What it changes."""
        return str(get_diff_for_mutant(name, path=self._file_of[name].path))


def make(workers: int) -> None:
    """Make the mutants anew where the sources changed, and copy the tests beside them."""
    set_mutant_under_test("mutant_generation")
    Path("mutants").mkdir(exist_ok=True)
    with redirect_stdout(StringIO()):  # the name of each file
        copy_src_dir()
        copy_also_copy_files()
        setup_source_paths()
        create_mutants(workers)


def tests_of(name: str) -> list[str]:
    """The tests that run the function of a mutant, the quickest first."""
    tests = state().tests_by_mangled_function_name.get(mangled_name_from_mutant_name(name), set())
    return sorted(tests, key=lambda test: (state().duration_by_test[test], test))


def apart(work: Callable[[], int]) -> int:
    """Do some work in a process of its own: what it gives, and what that leaves behind goes with it.

    Mutants are forked from this process, and a library whose threads are at work here waits for them there for ever,
    as Polars does. So no test may run in this process itself.
    """
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        os._exit(work())
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def run_without(names: list[str], runner: MutantRunner) -> int:
    """Keep which tests run which functions, and run those of some mutants without any: 0 where they pass."""
    collect_or_load_stats(runner, apply_config_invalidation=True)
    set_mutant_under_test("")
    print("running the tests without any mutant", flush=True)
    ended: int = runner.run_clean_tests({test for name in names for test in tests_of(name)})
    return ended


def run(names: list[str], mutants: Mutants, runner: MutantRunner) -> None:
    """Run the tests of each mutant until one fails."""
    rest = {name: tests_of(name)[QUICK:] for name in names}
    here = os.getpid()
    waiting = deque((name, tests_of(name)[:QUICK], True) for name in names)
    begun, done = time.monotonic(), 0
    runner.startup()
    try:
        while waiting or runner.pending_count():
            if waiting and runner.has_capacity():
                name, tests, quick = waiting.popleft()
                if tests:
                    runner.submit(name, tests, SECONDS[quick], WALL)
                else:
                    mutants.note(name, NO_TESTS, 0)
                continue
            result = runner.wait_for_result()
            others = rest.pop(result.mutant_name, [])
            if result.exit_code == 0 and others:
                waiting.append((result.mutant_name, others, False))
                continue
            mutants.note(result.mutant_name, result.exit_code, result.duration)
            done += 1
            status = mutants.status(result.mutant_name)
            print(
                f"{done} of {len(names)}, {time.monotonic() - begun:.0f} s: {status} {result.mutant_name}", flush=True
            )
    finally:
        if os.getpid() != here:
            # Under this mutant the tests cannot even be read, which mutmut says by an exception: it is noticed, and the
            # others at work are not for its process to stop.
            os._exit(1)
        runner.stop_all_workers()
        runner.shutdown()


def table(statuses: Mapping[str, str]) -> str:
    """The score of each room, and of all, with what it is made of."""
    shown = [KILLED, TIMEOUT, SURVIVED, UNTESTED, EQUIVALENT]
    lines = [f"{'room':<10}{'mutants':>10}" + "".join(f"{name:>10}" for name in [*shown, "other", "score"])]
    for room in [*sorted({_room(name) for name in statuses}), "all"]:
        counts = Counter(status for name, status in statuses.items() if room in ("all", _room(name)))
        share = score(counts)
        numbers = [counts.total(), *(counts.pop(status, 0) for status in shown), counts.total()]
        lines.append(f"{room:<10}" + "".join(f"{number:>10}" for number in numbers) + f"{float(share):>9.1f} %")
    return "\n".join(lines)


def score(counts: Counter[str]) -> Fraction:
    """The share of those that can be noticed that were, in percent."""
    return Fraction(100 * sum(counts[status] for status in NOTICED), max(counts.total() - counts[EQUIVALENT], 1))


def _room(name: str) -> str:
    return name.split(".")[1]


def main() -> int:
    """Print the score; 1 if it is below the least, or where the tests fail without any mutant."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else None)
    parser.add_argument("--sample", type=int, metavar="N", help="only so many of them, drawn from all alike")
    parser.add_argument("--seed", type=int, default=0, help="which ones (default: %(default)s)")
    parser.add_argument(
        "--least", type=Fraction, default=Fraction(97), metavar="PERCENT", help="(default: %(default)s)"
    )
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="at a time (default: %(default)s)")
    options = parser.parse_args()
    os.chdir(PROJECT)

    make(options.workers)
    mutants = Mutants()
    names = mutants.names
    if options.sample is not None and options.sample < len(names):
        names = sorted(random.Random(options.seed).sample(names, options.sample))
    unsettled = [name for name in names if mutants.status(name) not in NOTICED]
    if unsettled:
        runner = get_mutant_runner(options.workers)
        if apart(lambda: run_without(unsettled, runner)) != 0:
            print("the tests fail without any mutant")
            return 1
        # What that process kept is read; the modules of the tests are, too, so that no mutant has to.
        collect_or_load_stats(runner, apply_config_invalidation=True)
        set_mutant_under_test("")
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
        run(unsettled, mutants, runner)

    statuses = {name: mutants.status(name) for name in names}
    of_all = score(Counter(statuses.values()))
    listed, wrong = equivalents(), []
    for name in names:
        diff = mutants.diff(name)
        why = next((own.why for own in listed if own.matches(name, diff)), None)
        if why is not None and statuses[name] == KILLED:
            wrong.append(name)
        elif why is not None:
            statuses[name] = EQUIVALENT
        if statuses[name] not in NOTICED:
            print(f"# {name}: {statuses[name]}{'' if why is None else f', since {why}'}\n{diff}\n")
    some = f"{len(names)} of {len(mutants.names)} mutants, seed {options.seed}"
    print(some if len(names) < len(mutants.names) else f"all {len(names)} mutants", "", table(statuses), "", sep="\n")
    for name in wrong:
        print(f"{name} is listed as one that changes no answer, and was noticed: correct equivalents.toml")
    counts = Counter(statuses.values())
    print(f"score {float(score(counts)):.2f} %, at least {float(options.least):g} % is wanted")
    print(f"with the {counts[EQUIVALENT]} that change no answer it is {float(of_all):.2f} %")
    return 0 if score(counts) >= options.least and not wrong else 1


if __name__ == "__main__":
    sys.exit(main())
