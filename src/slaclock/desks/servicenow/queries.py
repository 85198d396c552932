"""ServiceNow's encoded queries, such as `active=true^priority=1^ORpriority=2`, as fields and their values."""

from __future__ import annotations

import re

_TERM = re.compile(r"([a-z_][a-z0-9_.]*)(=|IN|!=|NOT IN|ISNOTEMPTY|ISEMPTY)(.*)", re.DOTALL)
Query = dict[str, tuple[str, ...]]


def values_of(query: str) -> Query | None:
    """The values that a query lets each field have, all fields at once; None where it says more than that.

    >>> values_of("active=true^priorityIN1,2^EQ")
    {'active': ('true',), 'priority': ('1', '2')}
    >>> values_of("priority=1^ORpriority=2"), values_of("state!=6") is None
    ({'priority': ('1', '2')}, True)
    """
    fields: dict[str, list[str]] = {}
    last: str | None = None
    for text in query.split("^"):
        if text in ("", "EQ"):
            continue
        also = text.startswith("OR")
        match = _TERM.fullmatch(text.removeprefix("OR"))
        if match is None or match[2] not in ("=", "IN") or text.startswith("NQ"):
            return None
        values = match[3].split(",") if match[2] == "IN" else [match[3]]
        if also and match[1] != last:
            return None
        if not also and match[1] in fields:
            return None
        fields.setdefault(match[1], []).extend(values)
        last = match[1]
    return {name: tuple(dict.fromkeys(values)) for name, values in fields.items()}
