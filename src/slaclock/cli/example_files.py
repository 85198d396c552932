"""The packaged example, which the commands read where no files are given."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

EXAMPLE_FILES = (
    "sla.toml", "tickets.csv", "pauses.csv", "messages.csv", "events.csv", "mapping.toml", "contacts.csv",
    "training.csv",
)  # fmt: skip
EXAMPLE_SIDES = {"pauses": "pauses.csv", "events": "messages.csv"}
"""What stands beside the tickets, by what it holds."""
EXAMPLE_AT = "2018-06-29 12:00"
"""The instant at which the example is assessed."""


def example_file(name: str) -> Path:
    """A file of the packaged example."""
    return Path(str(files("slaclock").joinpath("example", name)))


def example_sides() -> dict[str, str]:
    """The files beside the tickets of the packaged example, by what they hold."""
    return {side: str(example_file(name)) for side, name in EXAMPLE_SIDES.items()}
