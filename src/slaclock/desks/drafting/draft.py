"""`draft_mapping`: a mapping for a desk's file, as far as the file tells."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from slaclock.desks.zone_names import zone_name
from slaclock.errors import UnknownZoneError
from slaclock.policy.book import PolicyLike, attributes_read, given_policy, main_policy
from slaclock.policy.policy import Policy
from slaclock.temporal.time_looks import stands_for_nothing

from .file_columns import FileColumn, FileColumns, columns_of_file
from .log_drafts import draft_log, log_columns
from .pages import Page
from .table_drafts import draft_table, table_of
from .time_guesses import TimeGuess, guess_times, shown
from .word_guesses import PolicyWords


@dataclass(frozen=True)
class Draft:
    """A drafted mapping: what it is of, its text in TOML, and what is to be checked.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "export.csv")
    >>> _ = file.write_text("Issue key,Created\\nHD-1,04/05/18 09:47\\n")    # the fourth of May, or the fifth of April
    >>> draft = draft_mapping(file)
    >>> draft.of, draft.checks[-1].startswith("time_format: is '04/05/18 09:47' 4 May 2018")
    ('tickets', True)
    """

    of: Literal["tickets", "pauses", "log"]
    text: str
    checks: tuple[str, ...]


def draft_mapping(source: str | os.PathLike[str] | Any, policy: PolicyLike | None = None) -> Draft:
    """Draft a mapping for a file, or a frame, of tickets, of pauses, or of a log of states or changed fields.

    Columns are known by their headers and by what they hold, times by their look, words by those that products have
    and the `policy` knows, by default the packaged example. What cannot be told is left as a comment, and is among the
    draft's `checks`: so is a day that may be a month, which is never guessed.

    >>> import pathlib, tempfile
    >>> file = pathlib.Path(tempfile.mkdtemp(), "export.csv")
    >>> _ = file.write_text("Issue key,Created\\nHD-1,03/Apr/18 9:47 AM\\n")
    >>> draft = draft_mapping(file)
    >>> draft.of, 'time_format = "%d/%b/%y %I:%M %p"' in draft.text
    ('tickets', True)

    Raises `InputError` for a file that cannot be read.
    """
    policy = Policy.example() if policy is None else given_policy(policy)
    file = columns_of_file(os.fspath(source) if isinstance(source, (str, os.PathLike)) else source)
    words, page = PolicyWords(policy), Page()
    zone = main_policy(policy).calendar.zone.key
    log = log_columns(file)
    page.say(f"A draft by slaclock map, from the first {file.rows} rows of {file.name}. Check what has a comment.")
    if log is not None:
        times = _put_times(page, file, log.read, log.times, zone)
        draft_log(page, file, log, words, attributes_read(policy))
        of: Literal["tickets", "pauses", "log"] = "log"
    else:
        table = table_of(file)
        times = _put_times(page, file, table.read, table.times, zone)
        draft_table(page, table, words, attributes_read(policy))
        of = table.of
    if not file.rows:
        page.check("the file has no rows: only its header could be looked at")
    _check_times(page, times)
    return Draft(of, page.text, tuple(page.checks))


def _put_times(
    page: Page, file: FileColumns, read: Sequence[FileColumn], columns: Sequence[FileColumn], own: str
) -> TimeGuess:
    """The zone, the forms of the columns of times, and the words that stand for nothing in all that are read."""
    times = guess_times(column.words for column in columns)
    _put_zone(page, file, times, own)
    examples = {guess.forms[0]: guess for guess in times.sure}
    why = "; ".join(
        f"{guess.example!r} is {shown(guess.example, form)}"
        + (f", as {guess.proof!r} proves" if guess.proof not in (None, guess.example) else "")
        for form, guess in examples.items()
    )
    forms = [*examples]
    if times.asked or times.mixed:
        _put_asked(page, times, forms, why)
    elif forms and forms != ["iso"]:
        page.put("time_format", forms[0] if len(forms) == 1 else forms, why)
    nothing = dict.fromkeys(
        text
        for column in read
        for text in column.texts
        if stands_for_nothing(text) and column.words and (text != "0" or column in columns)
    )
    if nothing:
        page.put("missing", [*nothing], "stand for nothing")
        page.check(f"missing: is it right that these stand for nothing: {', '.join(map(repr, nothing))}?")
    return times


def _put_asked(page: Page, times: TimeGuess, forms: Sequence[str], why: str) -> None:
    """The forms of which one is to be chosen, each with those that are sure."""
    if forms:
        page.say(f"time_format: sure is that {why}")
    if times.asked:
        which = ", ".join(repr(guess.example) for guess in times.asked)
        page.say(f"time_format: {which} may be either of these, which the file does not tell; take one # away")
        for number in range(max(len(guess.forms) for guess in times.asked)):
            own = [(guess, guess.forms[min(number, len(guess.forms) - 1)]) for guess in times.asked]
            chosen = [*(form for _, form in own), *(form for guess in times.mixed for form in guess.forms), *forms]
            ways = "; ".join(shown(guess.example, form) for guess, form in own)
            page.leave("time_format", chosen[0] if len(chosen) == 1 else chosen, ways)
    else:
        chosen = [*(form for guess in times.mixed for form in guess.forms), *forms]
        page.say("time_format: the file mixes days and months; with both forms a time that may be either is an error")
        page.leave("time_format", chosen, "or have the file made anew")


def _check_times(page: Page, times: TimeGuess) -> None:
    for guess in times.asked:
        ways = " or ".join(f"{shown(guess.example, form)} ({form})" for form in guess.forms)
        page.check(f"time_format: is {guess.example!r} {ways}? The file does not say")
    for guess in times.mixed:
        page.check(
            f"time_format: some times can be day first alone and others month first alone, such as {guess.example!r} "
            f"and {guess.proof!r}: the file mixes both"
        )
    if times.sure:
        examples = ", ".join(f"{guess.example!r} is {shown(guess.example, guess.forms[0])}" for guess in times.sure[:3])
        page.check(f"times: {examples}")


def _put_zone(page: Page, file: FileColumns, times: TimeGuess, own: str) -> None:
    """The zone of times without an offset, where a column says it."""
    if not times.local:
        return
    for column in file.named(("timezone", "timezonename", "tz")):
        if len(column.words) == 1:
            try:
                page.put("timezone", zone_name(column.words[0]), f"the column {column.header!r} says so in each row")
                page.check(f"timezone: are the times in the zone of the column {column.header!r}?")
                return
            except UnknownZoneError:
                pass
    page.put("timezone", own, "a guess: the policy's; the file does not say")
    page.check(f"timezone: some times have no offset. Are they in {own}, the policy's zone?")
