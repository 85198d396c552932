"""Any bytes give tickets or one of our errors, in bounded time: the readers of files, for as long as one likes.

    pip install -e '.[all]' --group test && python fuzz/files.py [--minutes 10] [--seed 0] [FOLDER]

Files are those of the tests with bytes changed, cut, doubled and put together. What it finds is written to FOLDER
(fuzz-files by default), and belongs into tests/desks as a file of its own.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Sequence
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent / "tests"
sys.path.insert(0, str(TESTS))
import slaclock as sc  # noqa: E402
from desks.made_files import MADE  # noqa: E402 - where the tests are is known only now
from slaclock.desks import read_tickets  # noqa: E402

LONGEST = 10.0  # seconds that a file of some kilobytes may take
SIGNS = [b",", b";", b"\t", b'"', b"\n", b"\r", b"\0", b"\xff", b"[", b"{", b"}", b"=", b"0", b"id", b"opened"]


def changed(data: bytes, others: Sequence[bytes], draw: random.Random) -> bytes:
    """A file with some of its bytes otherwise."""
    for _ in range(draw.randint(1, 6)):
        at, end = sorted(draw.randint(0, len(data)) for _ in range(2))
        kind = draw.randrange(5)
        if kind == 0:
            data = data[:at] + bytes([draw.randrange(256)]) + data[at + 1 :]
        elif kind == 1:
            data = data[:at] + draw.choice(SIGNS) + data[at:]
        elif kind == 2:
            data = data[:at] + data[end:]
        elif kind == 3:
            data = data[:end] + data[at:end] * draw.randint(1, 3) + data[end:]
        else:
            other = draw.choice(others)
            data = data[:at] + other[draw.randint(0, len(other)) :]
        data = data[:100_000]
    return data


def fault_of(file: Path) -> str | None:
    """What goes wrong as a file is read that may not."""
    start = time.process_time()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            read_tickets(file, timezone="Europe/London", errors=random.choice(("stop", "skip")))
    except sc.errors.InputError as error:
        str(error)
    except Exception:
        return traceback.format_exc()
    taken = time.process_time() - start
    return f"it took {taken:.1f} s" if taken > LONGEST else None


def main(words: Sequence[str] | None = None) -> int:
    """Read changed files until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("folder", nargs="?", type=Path, default=Path("fuzz-files"))
    arguments = parser.parse_args(words)
    draw = random.Random(arguments.seed)
    corpus = [file.read_bytes() for file in sorted((TESTS / "desks" / "files").iterdir())]
    corpus += [made() for _, made in sorted(MADE.items())]
    end = time.monotonic() + arguments.minutes * 60
    count = faults = 0
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "tickets")
        while time.monotonic() < end:
            data = changed(draw.choice(corpus), corpus, draw)
            file.write_bytes(data)
            count += 1
            if (fault := fault_of(file)) is not None:
                faults += 1
                arguments.folder.mkdir(exist_ok=True)
                (arguments.folder / f"{count}.bin").write_bytes(data)
                (arguments.folder / f"{count}.txt").write_text(fault, encoding="utf-8")
                print(f"{count}: {fault.splitlines()[-1]}", flush=True)
    print(f"{count:,} files, {faults} faults")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())
