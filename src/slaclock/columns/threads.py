"""The threads that work on long columns: NumPy lets go of Python's lock, so that several can."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from numbers import Integral

from slaclock.errors import ColumnError

_MOST = 4


def workers(threads: int | None) -> int:
    """How many threads work where a caller asks for so many, or leaves it open."""
    if threads is None:
        return min(os.cpu_count() or 1, _MOST)
    if isinstance(threads, bool) or not isinstance(threads, Integral):
        raise ColumnError(f"threads={threads!r} is no whole number", "give how many may work, 1 or more")
    if threads < 1:
        raise ColumnError(f"{threads} threads cannot work", "give 1 or more")
    return int(threads)


def all_of(tasks: Sequence[Callable[[], object]]) -> None:
    """Do the tasks at once, the first of them in this thread."""
    others = [_pool().submit(task) for task in tasks[1:]]
    try:
        tasks[0]()
    finally:
        for other in others:
            other.exception()  # waits: no task goes on after the caller has gone
    for other in others:
        other.result()


@cache
def _pool() -> ThreadPoolExecutor:
    # Starting threads costs as much as a hundred thousand rows, so they are kept; no task waits for another.
    return ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="slaclock")


if hasattr(os, "register_at_fork"):  # a forked process has none of its parent's threads
    os.register_at_fork(after_in_child=_pool.cache_clear)
