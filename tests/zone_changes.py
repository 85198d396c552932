"""Zone data of another version, for the time of a `with`: a file of a zone, where `zoneinfo` looks first."""

from __future__ import annotations

import zoneinfo
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch
from zoneinfo import ZoneInfo

from slaclock.temporal import instants


@contextmanager
def zone_becomes(name: str, like: str, version: str = "2031z") -> Iterator[None]:
    """The zone of a name has the offsets of another one, and its data are of the version."""
    path = zoneinfo.TZPATH
    with TemporaryDirectory() as folder:
        file = Path(folder, *name.split("/"))
        file.parent.mkdir(parents=True)
        file.write_bytes(_file_of(like))
        Path(folder, "+VERSION").write_text(f"{version}\n", encoding="utf-8")
        # Past the cache, which would give other tests another object for a zone that they have already.
        with patch.object(instants, "ZoneInfo", ZoneInfo.no_cache):
            _look_in([folder, *path])
            try:
                yield
            finally:
                _look_in(path)


def _file_of(name: str) -> bytes:
    for root in zoneinfo.TZPATH:
        file = Path(root, *name.split("/"))
        if file.is_file():
            return file.read_bytes()
    return files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()


def _look_in(folders: Sequence[str]) -> None:
    zoneinfo.reset_tzpath(folders)
    instants.find_zone.cache_clear()
