"""Files and folders that are written whole or not at all.

What is written lies under a name of its own beside the place that it is for, and takes that place when all is done. So
a full disk or an interruption leaves what was there, and of two who write to one place at once the last has it whole.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from slaclock.errors import InputError, printable


def write_whole(path: str | Path, content: str | bytes) -> None:
    """Write a text, in UTF-8, or bytes to a file."""
    data = encoded(content, path) if isinstance(content, str) else content
    with whole_file(path) as part:
        part.write_bytes(data)


def encoded(text: str, path: str | Path) -> bytes:
    """A text as the bytes of a file in UTF-8, which cannot hold half of a character."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        part = text[max(error.start - 20, 0) : error.end + 20]
        problem = f"cannot write {printable(path)}: {part!r} has half of a character, which no file can hold"
        raise InputError(problem, "correct the text, or how it was read", value=part) from None


def real_path(path: str | Path, where: str = "") -> Path:
    """Where a path leads, links followed; one that no file can have is refused, and said `where` it was given."""
    try:
        return Path(os.path.realpath(path))
    except ValueError as error:  # a null byte, or half of a character
        problem = f"no file can have the path {printable(path)} ({error})"
        raise InputError(problem, "check the path", where, value=str(path)) from None


@contextmanager
def whole_file(path: str | Path, where: str = "") -> Iterator[Path]:
    """An empty file to be written, which then takes the place of `path`; where anything goes wrong it is removed.

    Errors say `where` the path was given. A device or a pipe is written to as it is, and where `path` is a link the
    file that it leads to is replaced.
    """
    place = real_path(path, where)
    with _ours(path, where):
        mode = _mode_of(Path(path))
        if mode is not None and not stat.S_ISREG(mode):
            if stat.S_ISDIR(mode):
                raise InputError(
                    f"cannot write {printable(path)}, which is a folder", "name a file", where, value=str(path)
                )
            yield Path(path)  # not where it leads: /dev/stdout leads to a pipe without a name
            return
        part = _beside(place)
        os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
        try:
            yield part
            if mode is not None:
                part.chmod(stat.S_IMODE(mode))
            part.replace(place)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise


def is_device(path: str | Path) -> bool:
    """Whether there is a pipe or a device, such as `/dev/stdout`, and no file or folder."""
    try:
        mode = _mode_of(Path(path))
    except (OSError, ValueError):  # which is said when it is written to
        return False
    return mode is not None and not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)


@contextmanager
def whole_folder(path: str | Path) -> Iterator[Path]:
    """A new folder to be filled, which then takes the place of `path`, where no folder is, or an empty one."""
    place = real_path(path)
    with _ours(path):
        _check_new(path, place)
        place.parent.mkdir(parents=True, exist_ok=True)
        part = _beside(place)
        part.mkdir()
        try:
            yield part
            _check_new(path, place)
            if place.exists():
                place.rmdir()
            part.rename(place)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise


def _check_new(path: str | Path, place: Path) -> None:
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise InputError(f"{printable(path)} is there already", "name a new folder", value=str(path))


def _mode_of(place: Path) -> int | None:
    """What sort of file is there, and who may use it; None where there is none."""
    try:
        return place.stat().st_mode
    except FileNotFoundError:
        return None


def _beside(place: Path) -> Path:
    """A name that no one else has, in the same folder."""
    return place.with_name(f"{place.name[:80]}.{uuid4().hex[:16]}.part")


@contextmanager
def _ours(path: str | Path, where: str = "") -> Iterator[None]:
    """An error of the system as one of ours, with the path; a broken pipe is its reader's affair."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError(
            f"cannot write {printable(path)} ({reason})", "check the path", where, value=str(path)
        ) from None
