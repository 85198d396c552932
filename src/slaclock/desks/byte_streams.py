"""The bytes of a file, a pipe or standard input, unpacked where they are packed, and its text in UTF-8."""

from __future__ import annotations

import codecs
import gzip
import io
import os
import select
import stat
import sys
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory, TemporaryFile
from typing import Any, BinaryIO, Protocol, cast

from slaclock.errors import InputError, printable
from slaclock.formats.files import real_path

STANDARD = "-"
"""What stands for standard input where a file is named."""
_HEAD = 1 << 16  # bytes by which a file is known
_GZIP = b"\x1f\x8b"
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be", codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be", codecs.BOM_UTF8: "utf-8",
}  # fmt: skip
"""The marks at the beginning of a text that say what it is in; that of UTF-32 begins like that of UTF-16."""
_UNMARKED: dict[tuple[bool, ...], str] = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
}
"""Which of the first bytes of a text in UTF-16 are null, where it begins with two signs of ASCII."""


class _Reader(Protocol):
    def read(self, size: int = -1, /) -> bytes: ...


def name_of(path: str) -> str:
    """A file as a message names it."""
    return "standard input" if path == STANDARD else printable(path)


class Bytes:
    """What is to be read, from its beginning: its first bytes are known.

    `waits` says that it comes through a pipe and the like, whose reader may have to wait for more.
    """

    def __init__(
        self, name: str, raw: _Reader, file: BinaryIO | None, share: Callable[[], float], *, waits: bool
    ) -> None:
        self.name, self.share, self.waits = name, share, waits
        self._raw, self._file = raw, file
        self.head = _filled(raw, _HEAD)

    def stream(self) -> _Reader:
        """All bytes, one after another."""
        return _Headed(self.head, self._raw)

    @contextmanager
    def seekable(self) -> Iterator[BinaryIO]:
        """All bytes as a file in which one can go back and forth: what comes through a pipe is put by on disk."""
        if self._file is not None:
            self._file.seek(0)
            yield self._file
            return
        with _on_disk(self.stream()) as file:
            yield file


@contextmanager
def _on_disk(reader: _Reader) -> Iterator[BinaryIO]:
    """All that is left of a reader, put by in a file."""
    with TemporaryFile() as spool:
        copyfileobj(cast(Any, reader), spool)
        spool.seek(0)
        yield cast(BinaryIO, spool)


@contextmanager
def opened(path: str) -> Iterator[Bytes]:
    """The bytes of a file or of standard input; what the system refuses is an `InputError`."""
    name = name_of(path)
    try:
        with ExitStack() as stack:
            if path == STANDARD:
                if sys.stdin is None:
                    raise InputError("standard input is closed", "pipe a file into it, or name one")
                file: BinaryIO = sys.stdin.buffer
            else:
                real_path(path)  # refuses one that no file can have
                file = stack.enter_context(Path(path).open("rb"))
            yield _unpacked(name, file)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise InputError(f"this is a damaged gzip file ({error})", "make it anew", name) from None
    except OSError as error:
        raise InputError(f"cannot read {name} ({error.strerror or error})", "check the path") from None


def _unpacked(name: str, file: BinaryIO) -> Bytes:
    """The bytes, unpacked where they are gzip."""
    size = _size(file)
    waits = size is None
    counted = _Counted(_Awaited(file) if waits else file)
    plain = Bytes(name, counted, None if waits else file, lambda: counted.count / max(size or 0, 1), waits=waits)
    if waits:
        plain.share = lambda: 0.0
    if not plain.head.startswith(_GZIP):
        return plain
    unpacked = gzip.GzipFile(fileobj=cast(Any, plain.stream()), mode="rb")
    return Bytes(name, unpacked, None, plain.share, waits=waits)


def _size(file: BinaryIO) -> int | None:
    """How long a file is; None of a pipe and the like, in which no one can go back."""
    try:
        status = os.fstat(file.fileno())
    except (OSError, io.UnsupportedOperation, AttributeError):
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _filled(raw: _Reader, size: int) -> bytes:
    """So many bytes, or all that there are: a pipe gives less at a time."""
    parts: list[bytes] = []
    while size > 0 and (part := raw.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


class _Counted:
    """A reader that knows how much it has read."""

    def __init__(self, file: _Reader) -> None:
        self._file, self.count = file, 0

    def read(self, size: int = -1, /) -> bytes:
        data = self._file.read(size)
        self.count += len(data)
        return data


class _Awaited:
    """A reader that waits for more by short times.

    An interrupt that comes just before the system waits, or to another thread, is heard within `_PATIENCE`.
    """

    _PATIENCE = 200  # milliseconds

    def __init__(self, file: BinaryIO) -> None:
        self._read = getattr(file, "read1", file.read)
        self._poll = None
        if hasattr(select, "poll"):  # Windows has none
            with suppress(OSError, AttributeError):  # of what is in memory, which never lets one wait
                poll = select.poll()
                poll.register(file.fileno(), select.POLLIN)
                self._poll = poll

    def read(self, size: int = -1, /) -> bytes:
        while self._poll is not None and not self._poll.poll(self._PATIENCE):
            pass
        return cast(bytes, self._read(size))


class _Headed:
    """A reader whose first bytes are given."""

    def __init__(self, head: bytes, rest: _Reader) -> None:
        self._head, self._rest = head, rest

    def read(self, size: int = -1, /) -> bytes:
        if not self._head:
            return self._rest.read(size)
        if size < 0:
            size = len(self._head)
        part, self._head = self._head[:size], self._head[size:]
        return part


class Utf8(io.RawIOBase):
    """A text as UTF-8 without a mark at its beginning, whatever it is in.

    It is UTF-8, UTF-16, UTF-32 with its mark, or Windows-1252 where it is not UTF-8: `legacy` is then true. What is
    none of them is an `InputError`.
    """

    _PART = 1 << 22

    def __init__(self, source: Bytes) -> None:
        self._name, self._raw, self._waits = source.name, source.stream(), source.waits
        self._buffer, self._carried = b"", b""
        self._ended, self._wide, self.legacy = False, False, False
        self._decoder: codecs.IncrementalDecoder | None = None
        self._encoding = ""
        mark = next((mark for mark in _MARKS if source.head.startswith(mark)), b"")
        encoding = _MARKS.get(mark) or _UNMARKED.get(tuple(not byte for byte in source.head[:4]))
        self._raw.read(len(mark))
        if encoding == "utf-8":
            self._wide = True
        elif encoding is not None:
            self._encoding = encoding[:-3].upper()
            self._decoder = codecs.getincrementaldecoder(encoding)()
        self.head = self._filled_head()

    def _filled_head(self) -> bytes:
        while len(self._buffer) < _HEAD and self._more():
            pass
        return self._buffer[:_HEAD]

    def put_by(self, stack: ExitStack) -> None:
        """Put on disk what comes through a pipe: who reads on waits nowhere that no interrupt is heard."""
        if self._waits:
            self._raw = stack.enter_context(_on_disk(self._raw))

    def end(self) -> None:
        """Whoever reads on is at the end."""
        self._buffer, self._ended = b"", True

    def readable(self) -> bool:
        """As a reader is."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Some more of the text."""
        part = self.read(len(buffer))
        buffer[: len(part)] = part
        return len(part)

    def read(self, size: int = -1, /) -> bytes:
        """So much of the text, or all that is left; a byte less where a line's end would be cut between its two signs,
        since Arrow drops the second from a cell whose block begins with it.
        """
        parts: list[bytes] = []
        while size:
            while not self._buffer and self._more():
                pass
            part = self._buffer if size < 0 else self._buffer[:size]
            if not part:
                break
            self._buffer = self._buffer[len(part) :]
            parts.append(part)
            size -= len(part) if size > 0 else 0
        data = b"".join(parts)
        if size >= 0 and len(data) > 1 and data.endswith(b"\r"):
            self._buffer = b"\r" + self._buffer
            return data[:-1]
        return data

    def _more(self) -> bool:
        """Take in some more; False at the end."""
        if self._ended:
            return False
        part = self._raw.read(self._PART)
        self._ended = not part
        self._buffer += self._decoded(part)
        return True

    def _decoded(self, part: bytes) -> bytes:
        if self._decoder is not None:
            try:
                return self._decoder.decode(part, final=not part).encode()
            except UnicodeError:
                raise self._no_text(self._encoding) from None
        part = self._carried + part
        self._carried = b""
        if part.isascii() and not self.legacy:
            return part
        if not self.legacy:
            try:
                part.decode()
                self._wide = True
                return part
            except UnicodeDecodeError as error:
                if not self._ended and error.reason == "unexpected end of data":
                    self._carried = part[error.start :]
                    self._wide = self._wide or not part[: error.start].isascii()
                    return part[: error.start]
                if self._wide or not part[: error.start].isascii():
                    raise self._no_text("UTF-8") from None
                self.legacy = True
        try:
            return part.decode("cp1252").encode()
        except UnicodeDecodeError:
            raise self._no_text("UTF-8 nor in Windows-1252") from None

    def _no_text(self, encoding: str) -> InputError:
        neither = "neither in" if " nor " in encoding else "not all in"
        return InputError(f"this is text {neither} {encoding}", "save it as CSV in UTF-8", self._name)


@contextmanager
def rereadable(path: str) -> Iterator[str]:
    """A path from which the same can be read again: what comes through a pipe is put by on disk."""
    if path != STANDARD and not _is_pipe(path):
        yield path
        return
    with opened(path) as source, TemporaryDirectory(prefix="slaclock-") as folder:
        copy = Path(folder, "copy")
        with copy.open("wb") as file:
            copyfileobj(cast(Any, source.stream()), file)
        yield str(copy)


def _is_pipe(path: str) -> bool:
    try:
        return stat.S_ISFIFO(os.stat(path).st_mode)
    except (OSError, ValueError):  # which is said when it is read
        return False
