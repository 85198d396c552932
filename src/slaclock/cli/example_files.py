"""The packaged example, which the commands read where no files are given."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

EXAMPLE_FILES = (
    "sla.toml", "tickets.csv", "pauses.csv", "events.csv", "mapping.toml", "contacts.csv", "training.csv",
)  # fmt: skip
EXAMPLE_AT = "2018-06-29 12:00"
"""The instant at which the example is assessed."""


def example_file(name: str) -> Path:
    """A file of the packaged example."""
    return Path(str(files("slaclock").joinpath("example", name)))
