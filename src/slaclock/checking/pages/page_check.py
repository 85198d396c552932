"""`check_page`: what a published page promises, beside a policy and beside itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slaclock.errors import InputError, printable
from slaclock.formats.documents import given_path, read_text
from slaclock.formats.models import JsonValue
from slaclock.formats.safe_texts import shown_lines
from slaclock.policy.measures import MEASURES
from slaclock.policy.policy import Policy

from . import contradictions
from .comparison import Comparison, closings_text, week_text
from .html_reader import read_html
from .labels import Labels, aliases_of
from .markdown_reader import read_markdown
from .measure_words import MeasureWords
from .passages import Page
from .readings import PageReading, Verdict
from .sentences import read_passages
from .statements import HoursSaid, Statement, TargetSaid, Unread, Words, about_of, text_of
from .tables import read_grid

_LARGEST = 8_000_000
_READERS = {".html": read_html, ".htm": read_html, ".md": read_markdown, ".markdown": read_markdown}
_IN_WORDS: dict[Verdict, str] = {
    "agrees": "as the policy says", "contradicts": "against the policy",
    "contradicts-itself": "against the page itself", "page-only": "on the page only",
    "policy-only": "in the policy only", "unclear": "unclear", "unread": "not read",
}  # fmt: skip


@dataclass(frozen=True, repr=False, eq=False)
class PageCheck(JsonValue):
    """What a page says, one reading after another in the order of its lines, and then what only the policy says.

    >>> import pathlib, tempfile
    >>> from slaclock import Policy
    >>> page = pathlib.Path(tempfile.mkdtemp(), "sla.md")
    >>> _ = page.write_text("P1 incidents are resolved within 4 hours. P2: resolved within 6 hours.")
    >>> made = check_page(page, Policy.example())
    >>> for reading in made.contradictions:
    ...     print(reading.line, reading.about, "|", reading.page, "|", reading.policy)
    1 incident P1 resolve | 4 hours | 0-2 hours
    """

    file: str
    readings: tuple[PageReading, ...]

    @property
    def contradictions(self) -> tuple[PageReading, ...]:
        """What page and policy, or the page and itself, say differently."""
        return tuple(own for own in self.readings if own.verdict in ("contradicts", "contradicts-itself"))

    @property
    def counts(self) -> dict[Verdict, int]:
        """How many readings have each verdict, those that none has left out."""
        counts = Counter(own.verdict for own in self.readings)
        return {verdict: counts[verdict] for verdict in _IN_WORDS if counts[verdict]}

    @property
    def summary(self) -> str:
        """How many there are of each, in words."""
        return ", ".join(f"{count} {_IN_WORDS[verdict]}" for verdict, count in self.counts.items()) or "nothing to read"

    def __str__(self) -> str:
        lines = [line_of(self, own) for own in self.readings]
        return shown_lines("\n".join([*lines, f"{printable(self.file)}: {self.summary}"]))

    def __repr__(self) -> str:
        return f"<PageCheck of {self.file!r}: {self.summary}>"


def line_of(page: PageCheck, reading: PageReading) -> str:
    """A reading of a page with its place, as one line."""
    place = printable(page.file) if reading.line is None else f"{printable(page.file)}:{reading.line}"
    return f"{place}: {reading}"


def check_page(page: str | Path, policy: Policy | None = None) -> PageCheck:
    """Read what a page of HTML or Markdown promises, and compare it with a policy, if there is one, and with itself.

    Raises `InputError` for a file that is neither, cannot be read or is larger than 8 MB. Nothing is fetched.

    >>> import pathlib, tempfile
    >>> page = pathlib.Path(tempfile.mkdtemp(), "sla.md")
    >>> _ = page.write_text("- P1: resolved within 2 hours\\n\\n| | Fix |\\n|---|---|\\n| P1 | 4 hours |\\n")
    >>> print(check_page(page).contradictions[0].policy)
    2 hours on line 1
    """
    file = given_path(page, InputError)
    read = _READERS.get(file.suffix.lower())
    if read is None:
        raise InputError(f"{file.name!r} is no page", f"name a file of {', '.join(_READERS)}", value=str(page))
    text = read_text(file, InputError).removeprefix("\ufeff")
    if len(text) > _LARGEST:
        raise InputError(
            f"{file.name!r} has {len(text):,} signs", f"give a page of {_LARGEST:,} at most", value=str(page)
        )
    return PageCheck(str(page), tuple(_readings(read(text), policy)))


def _readings(page: Page, policy: Policy | None) -> Iterator[PageReading]:
    words = _words(policy)
    statements: list[Statement] = [own for grid in page.grids for own in read_grid(grid, words)]
    statements += read_passages(page.passages, words)
    statements += [Unread(line, "", "a table that is too large") for line in page.cut]
    statements = [own for n, own in enumerate(statements) if own not in statements[max(0, n - 4) : n]]  # of one cell
    statements.sort(key=lambda own: own.line)
    closes = {
        day: end for own in statements if isinstance(own, HoursSaid) for day, end in own.week.closes.items()
    }  # an early closing that stands in a sentence of its own
    statements = [
        own._replace(week=own.week.closing_at(closes)) if isinstance(own, HoursSaid) else own for own in statements
    ]
    targets = [own for own in statements if isinstance(own, TargetSaid)]
    hours = [own for own in statements if isinstance(own, HoursSaid)]
    aliases = aliases_of(own.label for own in targets if own.label is not None)
    comparison = None if policy is None else Comparison(policy, aliases, targets)
    readings: list[PageReading] = []
    for own in statements:
        if isinstance(own, Unread):
            readings.append(PageReading("unread", "", own.line, own.quote, "", "", own.why))
        elif comparison is not None:
            readings += [comparison.of_target(own)] if isinstance(own, TargetSaid) else comparison.of_hours(own)
        else:
            readings += _said(own)
    several = policy is not None and bool(policy.calendars)
    readings += contradictions.of_targets(targets, aliases)
    readings += [] if several else contradictions.of_hours(hours)
    yield from sorted(readings, key=lambda own: own.line or 0)
    if comparison is not None:
        yield from comparison.only_policy()


def _said(own: TargetSaid | HoursSaid) -> Iterator[PageReading]:
    """What a page says where there is no policy beside it."""
    if isinstance(own, TargetSaid):
        yield PageReading("page-only", about_of(own), own.line, own.quote, text_of(own), "")
        return
    if own.week.days:
        yield PageReading("page-only", "hours", own.line, own.quote, week_text(own.week.days), "")
    if own.week.closes:
        yield PageReading("page-only", "closing", own.line, own.quote, closings_text(own.week.closes), "")
    if own.week.closed_on_holidays is not None:
        text = "closed" if own.week.closed_on_holidays else "open"
        yield PageReading("page-only", "holidays", own.line, own.quote, text, "")


def _words(policy: Policy | None) -> Words:
    if policy is None:
        return Words(Labels(), MeasureWords())
    kinds = [*policy.targets, *(standard.kind for standard in policy.standards.values())]
    priorities = [name for targets in policy.targets.values() for name in targets.priorities]
    own = [name for name in policy.measures_set if name not in MEASURES or name == "reply"]
    return Words(Labels(priorities, kinds), MeasureWords(own))
