"""Amounts of time in the words of a page: `within 2 working hours`, `3-5 days`, `in under one business day`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Literal, NamedTuple

from slaclock.clock.targets import Target
from slaclock.errors import SlaClockError
from slaclock.temporal.durations import UNIT_MICROS
from slaclock.temporal.instants import DAY, HOUR

from .passages import plain

Clock = Literal["working", "plain"]
"""The clock that a page names: that of the desk's hours, or that on the wall."""
_WORDS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "sixty": 60,
}  # fmt: skip
_NUMBER = rf"(?:\d{{1,6}}(?:\.\d{{1,4}})?|half(?: an?)?|{'|'.join(sorted(_WORDS, key=len, reverse=True))})"
_WORKING = (
    r"(?:working|work|business|service desk|service|office|core|support|operational|opening|school|staffed|supported)"
)
_PLAIN = r"(?:clock|elapsed|calendar|wall[- ]clock|wall|consecutive)"
_UNIT = r"(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|months?|(?<=[\d ])[hmsd])"
_AMOUNT = re.compile(
    rf"(?<![\w.,:/£$€#-])"
    rf"(?:(?P<low>{_NUMBER})[ -]{{0,3}}(?:(?P<unit1>{_UNIT})\s?)?(?:-|to|(?P<and>and))\s{{0,2}})?"
    rf"(?P<high>{_NUMBER})(?:\s?\(\d{{1,4}}\))?[ -]{{0,2}}"
    rf"(?:(?:full|clear)\s)?(?:(?P<working>{_WORKING})|(?P<plain>{_PLAIN}))?[ -]?(?P<unit>{_UNIT})(?![\w/])"
    rf"(?:,?\s(?:and\s)?(?P<more>\d{{1,3}})\s?(?P<more_unit>minutes?|mins?|seconds?|secs?)(?!\w))?"
    rf"(?:\s?\(?(?P<working2>{_WORKING})(?:\s(?:hours?|days?|time))?\)?(?!\w)"
    rf"|\s?\(?(?P<plain2>{_PLAIN}|24/7|24x7|24 x 7)(?:\s(?:hours?|days?|time))?\)?(?!\w))?"
    rf"(?:\s(?:of|in|during)\s(?:the\s)?(?P<working3>{_WORKING})\s(?:hours|time))?"
)
_BEFORE = re.compile(
    r"(?P<strict>less than|fewer than|under|<(?!=)\s?|sooner than|below)\s?$"
    r"|(?P<least>at least|(?:no|not) (?:less|fewer|sooner|earlier) than|minimum(?: of)?)\s?(?:an?\s|the\s)?$"
    r"|(?P<not>more than|over|longer than|exceeds?|exceeding|after|older than"
    r"|last|for(?: up to)?|for the (?:first|last)|previous(?:ly)?|formerly|past|every other|>=?)\s?(?:an?\s|the\s)?$"
    r"|(?P<every>every|each|per)\s?$"
    r"|(?P<bound>within|in|up to|no (?:more|later) than|maximum(?: of)?|at most|not exceeding|inside|max\.?|by|<=|≤"
    r"|target(?: of)?)"
    r"\s?(?:a\s|the\s|a maximum of\s|next\s)?$"
)
_NOT_EXCEEDED = re.compile(r"(?:not|never)(?: be)? (?:exceed|longer than|more than|over)$")
_AFTER = re.compile(
    r"'?\s?(?:notice|a day|per day|each day|a week|per week|a year|per year|old|ago|long|window|period)(?!\w)"
    r"|\s(?:after|following)\s(?:(?:they are|they have been|it is|it has been|being|the|your|its)\s)?"
    r"(?:resol\w+|close\w*|closing|fix\w*)"
)
_PRICE = re.compile(r"[£$€]\s?\d[\d.,]{0,12}\s?(?:per|every|each|for|an?|/)\s?(?:an?\s)?$")
_PARTS = re.compile(
    r",?\s?(?:and\s)?\d{1,3}\s?(?:hours?|hrs?|h|minutes?|mins?|m)(?:\s\d{1,3}\s?(?:minutes?|mins?|m))?(?!\w)"
)
"""What stands behind days that are not all."""
_NAMED = re.compile(
    rf"(?:by )?(?:the )?(?:close|end) of (?:business |play )?(?:on )?(?:the )?next {_WORKING} day"
    rf"|(?:by )?(?:the )?(?:close|end) of the next day|next {_WORKING} day by (?:close|end) of (?:business|day|play)"
    rf"|same (?:{_WORKING} )?day|(?:by )?(?:the )?(?:close|end) of the (?:same )?(?:{_WORKING} )?day"
)
_ALONE = re.compile(r"(?:<=|[<≤])?\s?(?:\d{1,6}\s?(?:-|to)\s?)?\d{1,6}(?:\.\d{1,4})?")
_MAYBE = re.compile(
    r"sec|min|hour|hr|day|week|month|\d ?[hmsd]\b|daily|nbd|asap|soon|best|agree|negotiat|arrange|immediate|schedule"
    r"|time|project|plan"
)
"""What stands in every text that has an amount, by which most texts are known at once to have none."""
_OFTEN = re.compile(rf"(?<!\w)(?:(?:every|each) (?:{_WORKING} )?(?:hour|day)|hourly|daily)(?!\w)")
_VAGUE = re.compile(
    rf"(?:the )?next (?:available )?(?:{_WORKING} )?day\b(?! by)|\bnbd\b|as soon as (?:possible|practicable)|\basap\b"
    r"|best (?:endeavours|efforts?)|(?:as|to be|by) (?:mutually )?(?:agreed|agreement|negotiat\w+|arrange\w*)"
    r"|immediate(?:ly)?|scheduled|as time (?:allows|permits)|project|planned"
)


class Amount(NamedTuple):
    """An amount of time that a page says: its target, the clock that it names, and where in the text it stands.

    `is_bounded` is whether words such as "within" go before it; `is_limit` whether it can be the end of what is
    promised, which "after 5 days" and "24 hours a day" are not; `is_every` whether it is an interval.
    """

    target: Target
    clock: Clock | None
    start: int
    end: int
    is_bounded: bool = False
    is_limit: bool = True
    is_every: bool = False


class Unclear(NamedTuple):
    """Words for an amount that may mean several things, or none, and why."""

    why: str
    start: int
    end: int


def amounts_of(text: str) -> Iterator[Amount | Unclear]:
    """The amounts of time of a text, in order."""
    lowered = plain(text)
    if not _MAYBE.search(lowered):
        return iter(())
    taken: list[tuple[int, int]] = []
    answers: list[Amount | Unclear] = []
    for match in _NAMED.finditer(lowered):
        target = Target(Fraction("next" in match[0]), "days", by="close")
        answers.append(Amount(target, "working", *match.span(), is_bounded=True))
        taken.append(match.span())
    for match in _OFTEN.finditer(lowered):
        hourly = "hour" in match[0]
        target = Target(HOUR) if hourly else Target(Fraction(1), "days")
        clock: Clock | None = "working" if re.search(_WORKING, match[0]) else None
        answers.append(Amount(target, clock, *match.span(), is_bounded=True, is_every=True))
        taken.append(match.span())
    for match in _AMOUNT.finditer(lowered):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            answer = _amount(lowered, match)
            answers.append(answer)
            taken.append((match.start(), max(match.end(), answer.end)))
    for match in _VAGUE.finditer(lowered):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            answers.append(Unclear(f"{match[0]!r} is no amount of time", match.start(), match.end()))
    return iter(sorted(answers, key=lambda own: own.start))


def only_amount(text: str, unit: str | None = None) -> Amount | Unclear | None:
    """The amount that a whole cell says, with the unit of its column for a number alone; None where it says more."""
    stripped = text.strip().rstrip(".*").strip()
    if unit is not None and _ALONE.fullmatch(plain(stripped)):
        stripped = f"{stripped} {unit}"
    answers = [own for own in amounts_of(stripped) if not isinstance(own, Amount) or own.is_limit]
    if len(answers) != 1:
        return None
    rest = plain(stripped[: answers[0].start] + " " + stripped[answers[0].end :])
    words = re.sub(r"[^a-z]+", " ", rest).split()
    return answers[0] if all(word in _BESIDE for word in words) else None


_BESIDE = {
    "within", "in", "less", "than", "under", "up", "to", "no", "more", "later", "maximum", "max", "of", "the", "a",
    "at", "most", "target", "response", "resolution", "fix", "sla", "from", "logging", "receipt", "call", "time",
    "every", "or",
}  # fmt: skip
"""Words beside an amount that do not change it."""


def _amount(text: str, match: re.Match[str]) -> Amount | Unclear:
    start, end = match.span()
    unclear = _unclear(text, match)
    if unclear is not None:
        return unclear
    before = _BEFORE.search(text, max(0, start - 40), start)
    bounded = before is not None and bool(before["strict"] or before["bound"] or before["every"])
    if match["high"] in ("a", "an") and not bounded:  # "24 hours a day"
        return Amount(Target(0), None, start, end, is_limit=False)
    is_plain = bool(match["plain"] or match["plain2"])
    working = match["working"] or match["working2"] or match["working3"]
    clock: Clock | None = "working" if working else "plain" if is_plain else None
    try:
        target = _target(match, before is not None and bool(before["strict"]), is_plain)
    except SlaClockError as error:
        return Unclear(f"{match[0].strip()!r}: {error.problem}", start, end)
    limit = before is None or not before["not"]
    if before is not None and not limit:
        limit = _NOT_EXCEEDED.search(text, max(0, start - 40), before.end("not")) is not None
    is_after = _AFTER.match(text, end) is not None
    if before is not None and before["least"] and not is_after:
        return Unclear(f"{text[before.start() : end]!r} is the least, and no limit", start, end)
    if (
        is_after
        or _PRICE.search(text, max(0, start - 40), start)
        or (clock is None and text.startswith(("/7", "x7"), end))
    ):
        limit = False
    return Amount(target, clock, start, end, bounded, limit, before is not None and bool(before["every"]))


def _unclear(text: str, match: re.Match[str]) -> Unclear | None:
    """Why a number with a unit is no amount of one clock, None where it is one."""
    start, end = match.span()
    said, unit = match[0].strip(), _unit(match["unit"])
    parts = _PARTS.match(text, end) if unit == "days" else None
    why = None
    if match["low"] is not None and match["unit1"] is not None and _unit(match["unit1"]) != unit:
        why = f"{said!r} has two units"
    elif match["and"] and not text.endswith("between ", 0, start):
        why = f"{said!r} is two amounts"
    elif parts is not None:
        end = parts.end()
        why = f"{text[start:end].strip()!r}: days with hours are of no one clock"
    elif unit in ("weeks", "months") and match["high"] not in ("a", "an"):
        why = f"{said!r}: a {unit[:-1]} has no fixed number of working days"
    elif unit in ("weeks", "months") and _BEFORE.search(text, max(0, start - 40), start) is not None:
        why = f"{said!r} has no fixed number of working days"
    return None if why is None else Unclear(why, start, end)


def _target(match: re.Match[str], strict: bool, wall: bool) -> Target:
    unit = _unit(match["unit"])
    high, low = _number(match["high"]), None if match["low"] is None else _number(match["low"])
    if unit == "days" and not wall:
        return Target(high, "days", low, strict)
    micros = DAY if unit == "days" else UNIT_MICROS[unit]
    more = _number(match["more"]) * UNIT_MICROS[_unit(match["more_unit"])] if match["more"] else 0
    return Target(int(high * micros + more), "time", None if low is None else int(low * micros), strict, wall)


def _number(text: str) -> Fraction:
    if text.startswith("half"):
        return Fraction(1, 2)
    return Fraction(_WORDS[text]) if text in _WORDS else Fraction(text)


def _unit(text: str) -> str:
    for unit in ("seconds", "minutes", "hours", "days", "weeks", "months"):
        if text[0] == unit[0] and (text[:2] == unit[:2] or len(text) == 1 or text in ("hr", "hrs")):
            return unit
    raise AssertionError(text)
