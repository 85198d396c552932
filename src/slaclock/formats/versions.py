"""The versions of this library and of the packages that it reads data from."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version


def own_version() -> str:
    """The version of this library; the front door says it, which no room may import by name."""
    return str(import_module(__name__.partition(".")[0]).__version__)


@cache
def package_version(name: str) -> str | None:
    """The version of a package that is installed; None where it cannot be known."""
    try:
        return version(name)
    except PackageNotFoundError:  # somebody has brought it without saying so
        return None
