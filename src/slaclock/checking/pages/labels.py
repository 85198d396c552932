"""Whose promise a text of a page speaks of: priorities by their number or name, and kinds of ticket."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from .passages import plain

_LEVEL = r"(?:priority(?: level)?|priorities|prio|pri|severity(?: level)?|sev|level|category|cat|grade|tier|class)"
_COUNTED = {"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"}
_NUMBERED = re.compile(
    rf"(?<![\w])(?:p(?=-?\d)|{_LEVEL})[\s.:#(-]{{0,3}}"
    rf"(?:(\d)(?![\d%]|[.:]\d)(?!\s?(?:st|nd|rd|th)\b)|({'|'.join(_COUNTED)})(?![\w-]))"
)
_LEADING = re.compile(
    r"\s*(?:p\s?)?(\d)(?:\s*[-:.)(](?!\s*\d)|\s+(?=[a-z(])(?!(?:\w+\s)?(?:sec|min|h(?:ou)?rs?\b|day|week|month|user))|\s*$)"
)
_GAP = re.compile(r"[\s(:-]{0,4}")
_BETWEEN = re.compile(r"[\s(:-]{0,4}(?:(?:priority|severity)[\s(:-]{1,4})?")
"""What may stand between the name and the number of one priority: `High priority (P2)`."""
NAMES = (
    "critical", "emergency", "urgent", "highest", "high", "major", "medium", "moderate", "normal", "standard", "minor",
    "lowest", "low", "routine", "planning", "scheduled",
)  # fmt: skip
_NOUN = r"(?:priority|priorities|severity|incidents?|issues?|faults?|calls?|tickets?|requests?|problems?|cases?|jobs?)"
KINDS = ("incident", "service request", "request", "change", "problem", "call", "email", "enquiry", "fault", "ticket")
"""Kinds of which pages speak where no policy says which there are."""
_CALL_TO = re.compile(r"(?<!\w)call(?= (?:to|back|out|being|is|wa|logged|log|you)(?!\w))")
"""Where a call is how it is told, and no kind: `call to fix time`."""
_ALIKE = {"e mail": "email", "mail": "email", "telephone call": "call", "phone call": "call", "query": "enquiry"}


class Label(NamedTuple):
    """A priority in the words of a page: its number, its name, or both."""

    number: str | None
    name: str | None
    start: int = 0
    end: int = 0

    @property
    def text(self) -> str:
        """The priority as it is called."""
        return " ".join(filter(None, (None if self.number is None else f"priority {self.number}", self.name)))


class Labels:
    """The names of priorities and kinds that are known: those that pages have, and those of a policy."""

    def __init__(self, priorities: Iterable[str] = (), kinds: Iterable[str] = ()) -> None:
        own = [plain(name) for name in priorities if not re.fullmatch(r"p?\d", plain(name))]
        names = sorted({*own, *NAMES}, key=len, reverse=True)
        joined = "|".join(map(re.escape, names))
        self._name = re.compile(rf"(?<!\w)({joined})(?!\w)")
        self._phrase = re.compile(
            rf"(?<!\w)({joined})[\s-](?:[a-z]+\s)?{_NOUN}(?!\w)|(?<!\w){_LEVEL}[\s:-]{{1,3}}({joined})(?!\w)"
            rf"|^\W*({joined})\s*[:(-]"
        )
        self._kinds = [own for own in sorted({*map(singular, kinds), *KINDS}, key=len, reverse=True) if own]

    def in_cell(self, text: str) -> list[Label]:
        """The priorities that a cell names, which is there to name them."""
        lowered = plain(text)
        parts = re.split(r"\s*(?:/|&|,|\band\b)\s*", lowered)
        labels = [self._whole(part) for part in parts]
        if len(parts) > 1 and all(label is not None for label in labels):
            return [label for label in labels if label is not None]
        whole = self._whole(lowered)
        return [] if whole is None else [whole]

    def _whole(self, text: str) -> Label | None:
        numbered, leading = _NUMBERED.search(text), _LEADING.match(text)
        number = _number(numbered) if numbered is not None else leading and leading[1]
        name = self._name.search(text)
        if number is None and name is None:
            return None
        return Label(number, None if name is None else name[1])

    def in_sentence(self, text: str) -> list[Label]:
        """The priorities of which a sentence speaks, in order."""
        lowered = plain(text)
        labels = [Label(_number(match), None, *match.span()) for match in _NUMBERED.finditer(lowered)]
        for match in self._phrase.finditer(lowered):
            group = next(number for number in (1, 2, 3) if match[number])
            labels.append(Label(None, match[group], *match.span(group)))
        labels.sort(key=lambda own: own.start)
        joined: list[Label] = []
        for label in labels:
            last = joined[-1] if joined else None
            # A name of the policy's own, such as Sev1, stands where its number does.
            near = last is not None and _BETWEEN.fullmatch(lowered[last.end : label.start]) is not None
            if last is not None and near and (last.number is None) != (label.number is None):
                joined[-1] = Label(last.number or label.number, last.name or label.name, last.start, label.end)
            else:
                joined.append(label)
        return [self._with_name(lowered, label) for label in joined]

    def _with_name(self, text: str, label: Label) -> Label:
        """A number with the name that stands behind it: `Priority 2 (High)`."""
        if label.name is not None:
            return label
        gap = _GAP.match(text, label.end)
        name = None if gap is None else self._name.match(text, gap.end())
        return label if name is None else Label(label.number, name[1], label.start, name.end())

    def kind_in(self, text: str) -> str | None:
        """The kind of ticket that a text names, None where it names none or several."""
        words = _CALL_TO.sub(" ", singular(text))
        kinds: list[str] = []
        for kind in self._kinds:
            if re.search(rf"(?<!\w){re.escape(kind)}(?!\w)", words):
                kinds.append(kind)
                words = words.replace(kind, " ")
        return kinds[0] if len(kinds) == 1 else None


def _number(match: re.Match[str]) -> str:
    return match[1] or _COUNTED[match[2]]


def singular(text: str) -> str:
    """A text in small letters without signs between words and without the s of several."""
    words = re.sub(r"[^a-z0-9]+", " ", plain(text)).split()
    return _alike(" ".join(_one(word) for word in words))


def _one(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _alike(text: str) -> str:
    for other, word in _ALIKE.items():
        text = re.sub(rf"(?<!\w){other}(?!\w)", word, text)
    return text


def kinds_match(of_policy: str, of_page: str) -> bool:
    """Whether a page's word for a kind is that of a policy's: `requests` is that of `service_request`."""
    own = singular(of_policy)
    return own == of_page or own.endswith(f" {of_page}") or of_page.endswith(f" {own}")


def aliases_of(labels: Iterable[Label]) -> dict[str, str]:
    """The numbers of the names that a page has beside one number alone."""
    numbers: dict[str, set[str]] = {}
    for label in labels:
        if label.name is not None and label.number is not None:
            numbers.setdefault(label.name, set()).add(label.number)
    return {name: next(iter(own)) for name, own in numbers.items() if len(own) == 1}


def matching(label: Label, priorities: Iterable[str], aliases: dict[str, str]) -> Iterator[str]:
    """The priorities of a policy that a page's label may be: by name as written, by number, or by name."""
    for priority in priorities:
        lowered = plain(priority)
        number = next(iter(re.findall(r"\d", lowered)), None)
        names = [name for name in NAMES if re.search(rf"(?<!\w){name}(?!\w)", lowered)] or [lowered]
        page_number = label.number or aliases.get(label.name or "")
        if number is not None and page_number is not None:
            if number == page_number:
                yield priority
        elif label.name is not None:
            if label.name in names or label.name == lowered:
                yield priority
        elif number is None and label.number in {aliases.get(name) for name in names} - {None}:
            yield priority
