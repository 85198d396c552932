"""Times in a strptime format: the usual ones are read many times as fast as by Python itself."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from functools import cache

_LENGTHS = {"Y": 4, "m": 2, "d": 2, "H": 2, "M": 2, "S": 2}
"""How many digits the parts of a time have, in the order in which a datetime takes them."""


def read_time(text: str, time_format: str) -> datetime:
    """The time of a text, as `datetime.strptime` has it, which raises `ValueError`."""
    at = _reader(time_format)(text)
    return datetime.strptime(text, time_format) if at is None else at


@cache
def _reader(time_format: str) -> Callable[[str], datetime | None]:
    """What reads texts of the format in which every digit is written; others, which Python may read, have None."""
    parts = re.split("%(.)", time_format, flags=re.DOTALL)
    literals, directives = parts[::2], parts[1::2]
    order = list(_LENGTHS)[: len(directives)]
    # Python takes any white space for white space, and digits of the format may not be told from those of a time.
    plain = not any(re.search(r"[\s\d]", literal.replace(" ", "", 1)) for literal in literals)
    if sorted(directives) != sorted(order) or len(order) < 3 or not plain:
        return lambda _: None
    digits = "".join(
        f"([0-9]{{{_LENGTHS[d]}}}){re.escape(after)}" for d, after in zip(directives, literals[1:], strict=True)
    )
    match = re.compile(re.escape(literals[0]) + digits).fullmatch
    places = [directives.index(directive) for directive in order]

    def read(text: str) -> datetime | None:
        there = match(text)
        if there is None:
            return None
        numbers = [int(number) for number in there.groups()]
        try:
            return datetime(*[numbers[place] for place in places])  # type: ignore[arg-type]
        except ValueError:  # no such day, or a 60th second
            return None

    return read
