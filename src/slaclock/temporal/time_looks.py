"""The look of texts that are dates and times, though not ISO 8601: the formats of `strptime` that may be meant."""

from __future__ import annotations

import re

_DATES = (
    (r"\d{1,2}([/.-])\d{1,2}\1\d{4}", ("%d{0}%m{0}%Y", "%m{0}%d{0}%Y")),
    (r"\d{1,2}([/.-])\d{1,2}\1\d{2}", ("%d{0}%m{0}%y", "%m{0}%d{0}%y")),
    (r"\d{4}([/.-])\d{1,2}\1\d{1,2}", ("%Y{0}%m{0}%d",)),
    (r"\d{1,2}([/. -])[A-Za-z]{3}\1\d{4}", ("%d{0}%b{0}%Y",)),
    (r"\d{1,2}([/. -])[A-Za-z]{3}\1\d{2}", ("%d{0}%b{0}%y",)),
    (r"\d{1,2}([/. -])[A-Za-z]{4,9}\1\d{4}", ("%d{0}%B{0}%Y",)),
    (r"()[A-Za-z]{3} \d{1,2}, \d{4}", ("%b %d, %Y",)),
    (r"()[A-Za-z]{4,9} \d{1,2}, \d{4}", ("%B %d, %Y",)),
)
"""Ways to write a date, and the formats that may be meant: more than one where a day may be a month."""
_DAY = r"(?P<day>[A-Z][a-z]{2},? )?"
_TIME = r"(?P<gap>,? |T| at )\d{1,2}:\d{2}(?P<second>:\d{2}(?P<part>\.\d{1,6})?)?(?P<noon> ?[AaPp][Mm])?"
_ZONE = r"(?P<zone> ?(?:[+-]\d{2}:?\d{2}|Z)| UTC| GMT)?"
_STAMP = re.compile(r"(19|20)\d{12}")
STAMP = "%Y%m%d%H%M%S"
_NOTHING = ("-", "--", "n/a", "na", "null", "none", "nan", "nat", "?", "(empty)", "(blank)", "unknown", "0", r"\n")
_NO_DAY = re.compile(r"0{4}([-/.])00\1\d\d([ T]00:00(:00)?)?|00([-/.])00\4\d{4}([ T]00:00(:00)?)?")


# No mutants, since it is called as the module is read.
def _pattern(date: str) -> re.Pattern[str]:  # pragma: no mutate block
    named = date.replace("(", "(?P<sign>", 1).replace(r"\1", "(?P=sign)")
    return re.compile(f"{_DAY}{named}{_TIME}{_ZONE}")


_FORMS = [(_pattern(date), formats) for date, formats in _DATES]


def formats_like(text: str) -> tuple[str, ...]:
    """The formats in which a text may be a time, by its look; none for a text of another look.

    >>> formats_like("03/Apr/18 9:47 AM"), formats_like("3.4.2018 9:47")
    (('%d/%b/%y %I:%M %p',), ('%d.%m.%Y %H:%M', '%m.%d.%Y %H:%M'))
    """
    for pattern, formats in _FORMS:
        if (match := pattern.fullmatch(text)) is not None:
            return tuple(_format(match, date) for date in formats)
    return ()


def is_stamp(text: str) -> bool:
    """Whether a text is a time of digits alone, in the format `STAMP`."""
    return _STAMP.fullmatch(text) is not None


def stands_for_nothing(text: str) -> bool:
    """Whether a text is a word by which programs write that there is nothing, or a day that is none.

    >>> stands_for_nothing("N/A"), stands_for_nothing("0000-00-00 00:00:00"), stands_for_nothing("soon")
    (True, True, False)
    """
    return text.lower() in _NOTHING or _NO_DAY.fullmatch(text) is not None


def _format(match: re.Match[str], date: str) -> str:
    day = f"%a{match['day'][3:]}" if match["day"] else ""
    second = f":%S{'.%f' if match['part'] else ''}" if match["second"] else ""
    noon = match["noon"]
    time = f"{'%H' if noon is None else '%I'}:%M{second}" + ("" if noon is None else f"{noon[:-2]}%p")
    zone = match["zone"] or ""
    ending = "" if not zone else f"{' ' if zone[0] == ' ' else ''}{'%Z' if zone.strip() in ('UTC', 'GMT') else '%z'}"
    return f"{day}{date.format(match['sign'])}{match['gap']}{time}{ending}"
