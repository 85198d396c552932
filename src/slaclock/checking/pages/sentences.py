"""Promises in sentences: `P1 – resolved within 2 hours`, `80% of calls answered in less than 20 seconds`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import NamedTuple

from slaclock.policy.measures import Measure

from .amounts import Amount, Unclear, amounts_of, only_amount
from .labels import Label
from .measure_words import MeasureWord
from .passages import Passage, plain
from .statements import HoursSaid, Statement, TargetSaid, Unread, Words, quoted
from .week_words import WeekSaid, WeekUnclear, says_closed, week_of

SHARE = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d{1,4})?)\s?(?:%|per\s?cent)(?!\w)")
_OTHER_HOURS = re.compile(
    r"maintenance|downtime|out[- ]of[- ]hours|outside|on[- ]call|back-?ups?\b|portal|self[- ]service|online|website"
    r"|voicemail|monitor\w*|librar(?:y|ies)|reception|lunch\w*|walk[- ]?ins?|drop[- ]?ins?|clinics?\b|museum|car park"
    r"|visits?|meetings?\b|trainings?\b|sessions?\b|workshops?\b|webinars?\b|courses?\b|surger(?:y|ies)\b|patch\w*"
    r"|upgrades?\b"
)
_WAS = re.compile(
    r"\b(?:we|were) (?:answered|resolved|fixed|responded|replied|met|achieved|completed|closed|restored)\b"
    r"|\blast (?:week|month|quarter|term|year)\b|\bachieved\b|\bactual(?:ly)?\b|\bon average\b"
)
"""Words of what was, which promises nothing."""
_OTHERWISE = re.compile(
    r"\bif\b.{0,60}?\b(?:not|cannot|can't|don't|unable)\b|\bunresolved\b|\bcomplain\w*|\bcredits?\b|\bcompensat\w+"
)
"""Words of what follows where a promise is not kept."""
_TARGET_SHARE = re.compile(r"\b(?:target|goal|aim)(?: is| of|:)?\s?$")
_BEHIND = re.compile(r"\s?\(?(?:for\s)?(?:an?\s)?")
"""What may stand between an amount and the priority behind it: `2 hours (P1)`, `2 hours for P1`."""
_UPTIME = re.compile(r"availab\w+|uptime|up-time")


class Context(NamedTuple):
    """What stands above or beside a text: the kind, the priorities and the measure that it is about."""

    kind: str | None = None
    labels: tuple[Label, ...] = ()
    measure: Measure | None = None


def context_of(headings: Sequence[str], words: Words) -> Context:
    """What the headings above a text say, the nearest first."""
    nearest = headings[::-1]
    kind = next((kind for text in nearest if (kind := words.labels.kind_in(text)) is not None), None)
    labels = next((own for text in nearest if (own := _labels_of_heading(text, words))), [])
    return Context(kind, tuple(labels), words.measures.only(nearest))


def _labels_of_heading(text: str, words: Words) -> list[Label]:
    in_sentence = words.labels.in_sentence(text)
    return in_sentence or (words.labels.in_cell(text) if len(text.split()) <= 2 else [])


def read_passages(passages: Sequence[Passage], words: Words) -> Iterator[Statement]:
    """What the sentences of some passages promise.

    A line such as `The desk is closed:` or `Priority 1` goes before what it is about.
    """
    lead: Passage | None = None
    for passage in passages:
        is_closed = lead is not None and lead.headings == passage.headings and says_closed(lead.text)
        context = context_of(passage.headings, words)
        if lead is not None and lead.headings == passage.headings:
            labels = _alone(lead.text, words)
            context = context._replace(labels=tuple(labels)) if labels else context
        before: Context | None = None  # of what goes on behind a semicolon
        for sentence in passage.sentences():
            labels = _alone(sentence.text, words)
            if labels:
                context = context._replace(labels=tuple(labels))
            own = context if before is None else before
            yield from read_sentence(sentence, words, own, is_closed=is_closed)
            before = _going_on(sentence.text, words, own) if sentence.text.endswith(";") else None
        if says_closed(passage.text) or _alone(passage.text, words) or passage.text.endswith(":"):
            lead = passage
        elif lead is not None and says_closed(lead.text) and week_of(passage.text, is_closed=True) is None:
            lead = None


def _going_on(text: str, words: Words, context: Context) -> Context:
    """What the next part of a sentence is about, unless it says otherwise: whose the part before it was."""
    labels, kind = words.labels.in_sentence(text), words.labels.kind_in(text)
    if labels or kind is not None:
        return context._replace(labels=tuple(labels), kind=kind or context.kind)
    return context


def _alone(text: str, words: Words) -> list[Label]:
    """The priorities that a line names which says hardly anything else, such as `Priority 1`."""
    return words.labels.in_cell(text) if len(text.split()) <= 4 and words.labels.in_sentence(f"{text}:") else []


def read_sentence(sentence: Passage, words: Words, context: Context, *, is_closed: bool = False) -> Iterator[Statement]:
    """What one sentence promises."""
    line, quote = sentence.line, quoted(sentence.text)
    lowered = plain(sentence.text)
    week = week_of(sentence.text, is_closed=is_closed)
    if isinstance(week, WeekUnclear):
        yield Unread(line, quote, week.why)
    elif week is not None:
        yield hours_said(week, line, sentence.text)
    parts = _Parts.of(sentence.text, words)
    is_past = _WAS.search(lowered) is not None
    if parts.answers and (is_past or _OTHERWISE.search(lowered)):
        if (parts.measures and parts.shares) or parts.labels:
            why = "what was, and promises nothing" if is_past else "what follows where a promise is not kept"
            yield Unread(line, quote, f"it says {why}")
    elif parts.answers:
        yield from _targets(sentence, words, context, parts)
    elif parts.shares and week is None and (parts.measures or _UPTIME.search(lowered)):
        yield Unread(line, quote, "a share without an amount of time is not compared")


class _Parts(NamedTuple):
    """The amounts of a sentence, its shares with their places, and the measures and priorities that it names."""

    answers: Sequence[Amount | Unclear]
    shares: Sequence[tuple[int, Fraction]]
    measures: Sequence[MeasureWord]
    labels: Sequence[Label]

    @classmethod
    def of(cls, text: str, words: Words) -> _Parts:
        """Those of a text."""
        shares = ((match.start(), Fraction(match[1])) for match in SHARE.finditer(plain(text)))
        answers = [own for own in amounts_of(text) if isinstance(own, Unclear) or own.is_limit]
        own_shares = [own for own in shares if own[1] <= 100]
        if not (answers or own_shares):
            return cls((), (), (), ())
        return cls(
            answers,
            own_shares,
            words.measures.within(text),
            words.labels.in_sentence(text),
        )


def hours_said(week: WeekSaid, line: int, text: str) -> Statement:
    """The hours that a text says, where they are those of the desk."""
    lowered, quote = plain(text), quoted(text)
    if _OTHER_HOURS.search(lowered):
        return Unread(line, quote, "hours that are not said to be those of the desk")
    if SHARE.search(lowered) and _UPTIME.search(lowered):
        return Unread(line, quote, "promises of availability are not compared")
    return HoursSaid(line, quote, week)


def _targets(sentence: Passage, words: Words, context: Context, parts: _Parts) -> Iterator[Statement]:
    """Each amount of a sentence with the measure, the priorities and the share that stand nearest before it."""
    answers, shares, measures, labels = parts
    quote = quoted(sentence.text)
    own_kind = words.labels.kind_in(sentence.text)
    kind = own_kind or context.kind
    used: set[int] = set()
    # A sentence on a kind of its own is not about the priority that stands above it.
    current: list[Label] = list(context.labels) if own_kind in (None, context.kind) else []
    measure: Measure | None = None
    lowered = plain(sentence.text)
    is_behind = _are_behind(lowered, answers, labels)
    for number, answer in enumerate(answers):
        line = sentence.line_at(answer.start)
        since = answers[number - 1].end if number else 0
        until = answers[number + 1].start if number + 1 < len(answers) else len(sentence.text)
        before = [own for own in measures if since <= own.start < answer.start and own.start not in used]
        after = [own for own in measures if answer.end <= own.start < until and own.start not in used]
        of_amount = (answer.end, until) if is_behind else (since, answer.start)
        own_labels = [label for label in labels if of_amount[0] <= label.start < of_amount[1]]
        if own_labels:
            current = own_labels
        elif number == 0 and len(labels) == 1:
            current = list(labels)
        near = before or after[:1]
        used.update(own.start for own in near)
        named = {own.measure for own in near}
        is_every = isinstance(answer, Amount) and answer.is_every
        alone = not measures and not labels and only_amount(sentence.text) is not None
        if not (measures or labels or shares or alone):
            if isinstance(answer, Amount) and answer.is_bounded:
                yield Unread(line, quote, "it does not say what is promised, and of what")
            continue
        if isinstance(answer, Unclear):
            yield Unread(line, quote, answer.why)
            continue
        if len(named) > 1:
            yield Unread(line, quote, f"it names {' and '.join(sorted(named))} for one amount")
            continue
        measure = next(iter(named), None) or ("update" if is_every and not measures else measure or context.measure)
        share = [value for at, value in shares if _TARGET_SHARE.search(lowered, 0, at)]
        share = share or [value for at, value in shares if at < answer.start][-1:] or [value for _, value in shares][:1]
        if not current and kind is None:
            yield Unread(line, quote, "it does not say of which kind or priority")
            continue
        said = " ".join(sentence.text[answer.start : answer.end].split())
        for label in current or (None,):
            yield TargetSaid(line, quote, kind, label, measure, answer, said, share[0] if share else None)


def _are_behind(text: str, answers: Sequence[Amount | Unclear], labels: Sequence[Label]) -> bool:
    """Whether each of several amounts has its priorities behind it: `2 hours (P1), 6 hours (P2)`."""
    starts = [label.start for label in labels]
    first = [next((at for at in starts if at >= answer.end), None) for answer in answers]
    return (
        bool(starts)
        and starts[0] >= answers[0].end
        and all(at is not None and _BEHIND.fullmatch(text, own.end, at) for own, at in zip(answers, first, strict=True))
    )
