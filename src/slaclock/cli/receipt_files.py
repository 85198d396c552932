"""Receipts in files: one, a JSON list of them, or one in each line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from io import BufferedReader, TextIOWrapper
from typing import TextIO

from slaclock.desks.byte_streams import Utf8, opened
from slaclock.errors import InputError, placed
from slaclock.formats.canonical import canonical_json, read_once
from slaclock.tickets.receipt import Receipt

from .outputs import write_text


def receipts_in(path: str) -> Iterator[Receipt]:
    """The receipts of a file or of standard input, one after another; an error says which of them is at fault."""
    with opened(path) as source:
        text = TextIOWrapper(BufferedReader(Utf8(source)), encoding="utf-8")
        number = 0
        for number, receipt in enumerate(_texts(text, source.name), start=1):
            with placed(f"{source.name}, receipt {number}"):
                made = Receipt.from_json(receipt)
            yield made
        if not number:
            raise InputError("there is no receipt in it", "give a file that --receipts has written", source.name)


def _texts(text: TextIO, name: str) -> Iterator[str]:
    """The text of each receipt: lines of JSON, or the whole where the first line alone is none."""
    first = next((line for line in text if line.strip()), "")
    if not first:
        return
    if first.lstrip().startswith("[") or not _is_json(first):
        whole = first + text.read()
        with placed(name):
            data = read_once(whole) if first.lstrip().startswith("[") else None
        yield from map(canonical_json, data) if isinstance(data, list) else (whole,)
        return
    yield first
    yield from (line for line in text if line.strip())


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def write_receipts(receipts: Iterable[Receipt], path: str) -> None:
    """Write receipts, one in each line, to the file that `--receipts` names, or to standard output."""
    write_text("".join(f"{receipt.to_json()}\n" for receipt in receipts), path, "--receipts")
