"""The measure of which words on a page speak: response, resolution, updates, or one of a policy's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from slaclock.policy.measures import Measure

from .passages import plain

_WORDS: tuple[tuple[Measure, str], ...] = (
    ("update", r"update\w*|updating|progress reports?|kept informed|keep you informed|keep (?:\w+ ){0,2}informed"
     r"|feedback"),
    ("resolve", r"resol(?:ve[ds]?|ving|utions?)|fix(?:ed|es|ing)?|restore\w*|restoring|restoration"
     r"|repair\w*|complete\w*|completing|completion|fulfil\w*"
     r"|(?:close|closed|closure)\b(?! (?:of|on|at|for|days?|hours?))"
     r"|deliver\w*|rectif\w+|turn-?\s?around"),
    ("respond", r"respon\w+|acknowledg\w+|answer\w*|repl(?:y|ies|ied)|picked up|contact(?:ed)? (?:you|with)"
     r"|call(?:ed)? (?:you )?back|initial contact"),
)  # fmt: skip


class MeasureWord(NamedTuple):
    """A measure that a text names, and where."""

    measure: Measure
    start: int
    end: int


class MeasureWords:
    """The words for measures: those that a policy defines go by their names, before any other."""

    def __init__(self, own: Iterable[Measure] = ()) -> None:
        named = [name for name in own if name not in ("respond", "resolve", "update")]
        self._patterns = [
            *((name, re.compile(rf"(?<!\w){re.escape(plain(name)).replace('_', '[ _-]')}(?!\w)")) for name in named),
            *((measure, re.compile(rf"(?<!\w)(?:{words})(?!\w)")) for measure, words in _WORDS),
        ]

    def within(self, text: str) -> list[MeasureWord]:
        """The measures that a text names, in order; of two at one place the first of the list."""
        lowered = plain(text)
        words: list[MeasureWord] = []
        for measure, pattern in self._patterns:
            for match in pattern.finditer(lowered):
                if not any(own.start < match.end() and match.start() < own.end for own in words):
                    words.append(MeasureWord(measure, *match.span()))
        return sorted(words, key=lambda own: own.start)

    def only(self, texts: Iterable[str]) -> Measure | None:
        """The measure that the nearest of some texts names alone."""
        for text in texts:
            measures = set(_measures(self.within(text)))
            if len(measures) == 1:
                return next(iter(measures))
        return None


def _measures(words: Iterable[MeasureWord]) -> Iterator[Measure]:
    return (word.measure for word in words)
