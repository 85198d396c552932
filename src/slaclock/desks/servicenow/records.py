"""Records of ServiceNow's tables: fields as texts, references, or both values beside each other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from slaclock.desks.shapes import Shape
from slaclock.temporal.instants import find_zone

KNOWN = (
    "sys_id", "sys_created_by", "sys_created_on", "sys_updated_by", "sys_updated_on", "sys_mod_count", "sys_tags",
    "sys_domain", "sys_domain_path", "sys_class_name", "sys_name", "sys_package", "sys_policy", "sys_scope",
    "sys_update_name", "sys_customer_update", "sys_replace_on_upgrade", "sys_overrides",
)  # fmt: skip
"""Fields that every record has, and that promise nothing."""
_COMPACT = re.compile(r"(\d{8})T?(\d{6})?(Z?)")
_EPOCH = datetime(1970, 1, 1)


def records(document: Shape) -> Iterator[Shape]:
    """The records of an answer; none of nothing."""
    return document.listed("result", "records") if document else iter(())


def value(field: Shape) -> Shape:
    """The value of a field, whichever way it is answered; of nothing where it is empty or `NULL`."""
    part = field.at("value") if isinstance(field.value, Mapping) else field
    return Shape(None, part.path, part.losses) if part.value == "NULL" else part


def shown(field: Shape) -> str | None:
    """What a person sees of a field, where the answer says it; else its value."""
    part = field.at("display_value") if isinstance(field.value, Mapping) else field
    return (part if part else value(field)).text()


def choice(field: Shape) -> str | None:
    """The value of a field that has a number and words, such as `1 - Critical`: its number."""
    text = value(field).text()
    return None if text is None else text.partition(" - ")[0].strip()


def instant(field: Shape) -> datetime | None:
    """An instant of a record, which the Table API answers in UTC as `2018-04-09 09:00:00`."""
    return value(field).instant(find_zone("UTC"))


def wall(field: Shape) -> tuple[datetime, bool] | None:
    """The date and time of a schedule's entry, such as `20251103T170000`, and whether it is in UTC; None for nothing.

    The last second of a day or an hour, by which ServiceNow ends an entry, stands for its end.
    """
    part = value(field)
    text = part.text()
    if text is None:
        return None
    match = _COMPACT.fullmatch(text.replace("-", "").replace(":", "").replace(" ", "T"))
    try:
        if match is None:
            raise ValueError
        at = datetime.strptime(match[1] + (match[2] or "000000"), "%Y%m%d%H%M%S")
        return (at + timedelta(seconds=1) if at.second == 59 else at), bool(match[3])
    except (ValueError, OverflowError):
        raise part.error(f"{text!r} is no date and time", "write it like 20251103T170000") from None


def seconds(field: Shape) -> int | None:
    """The length of a duration, which is answered as so long after 1970 began; None for nothing."""
    at = wall(field)
    if at is None:
        return None
    since = int((at[0] - _EPOCH).total_seconds())
    if since < 0:
        raise value(field).error("the duration is negative", "write it like 1970-01-01 04:00:00")
    return since


def in_utc(at: datetime) -> datetime:
    """A wall time in UTC as an instant."""
    return at.replace(tzinfo=UTC)
