"""Where the data of a time zone come from: the system's files or the package `tzdata`, and of which version."""

from __future__ import annotations

import re
import zoneinfo
from functools import lru_cache
from hashlib import sha256
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

_VERSION = re.compile(r"# version (\S+)")


class ZoneFile(NamedTuple):
    """The file of a zone (RFC 8536): whose it is, of which version of the IANA database, and the hash of its bytes.

    Version and hash are None where they cannot be known. The bytes may differ though no offset does, since files are
    compiled in more than one way.
    """

    source: Literal["system", "tzdata", "unknown"]
    version: str | None
    sha256: str | None


@lru_cache(maxsize=256)
def zone_file(zone: ZoneInfo) -> ZoneFile:
    """The file of a zone, sought where `zoneinfo` seeks it: on its path, and else in the package `tzdata`."""
    parts = zone.key.split("/")
    for root in map(Path, zoneinfo.TZPATH):
        file = root.joinpath(*parts)
        if file.is_file():
            return ZoneFile("system", _version_of(root), _digest(file.read_bytes()))
    try:
        data = files("tzdata").joinpath("zoneinfo", *parts).read_bytes()
        return ZoneFile("tzdata", str(import_module("tzdata").IANA_VERSION), _digest(data))
    except (ImportError, OSError):  # a zone that somebody made of bytes of his own
        return ZoneFile("unknown", None, None)


def _version_of(root: Path) -> str | None:
    """The version of a folder of zones, as BSD and macOS say it, or else as the database itself does."""
    for name in ("+VERSION", "tzdata.zi"):
        try:
            with (root / name).open("rb") as file:
                first = file.readline(80).decode(errors="replace").strip()
        except OSError:
            continue
        named = _VERSION.match(first)
        return named[1] if named is not None else first or None
    return None


def _digest(data: bytes) -> str:
    return sha256(data).hexdigest()
