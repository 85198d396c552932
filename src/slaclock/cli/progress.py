"""A bar for long work, where a terminal is there to show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from slaclock.formats.extras import needs_extra


@contextmanager
def progress_bar(file: TextIO) -> Iterator[Callable[[float], None]]:
    """A function that takes the share of the work that is done, and shows it where the file is a terminal."""
    with needs_extra("cli"):
        from rich.console import Console
        from rich.progress import Progress
    console = Console(file=file)
    if not console.is_terminal:
        yield lambda share: None
        return
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("reading", total=1.0)
        yield lambda share: progress.update(task, completed=share)
