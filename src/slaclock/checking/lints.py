"""Lints: rules that a policy may say and can hardly mean. Each has a name, and can be silenced with a reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from slaclock.policy.policy import Policy

from .book_lints import BOOK_LINTS, Entry
from .calendar_lints import (
    closure_of_closed_time,
    cutoff_outside_hours,
    never_open,
    night_into_closed_day,
    night_into_closed_weekday,
    special_day_on_closed_day,
    unused_calendar,
)
from .chain_lints import chain_later_than_promised
from .hints import CaseLint, FileLint, Hint, Lint
from .hours_lints import (
    dates_open_weekends,
    holidays_end_early,
    minute_short_of_midnight,
    unreachable_dated_hours,
    weekday_replaced,
    zone_without_region,
)
from .measure_lints import (
    measure_without_case,
    third_party_stops_updates,
    unnamed_from,
    unnamed_next,
    unused_measure,
    update_longer_than_resolve,
    while_named_nowhere_else,
)
from .target_lints import (
    breach_can_be_erased,
    calendar_without_target,
    priority_without_target,
    slacker_than_lower,
    standard_without_target,
    target_longer_than_year,
    unnamed_day_rule,
    unused_reason,
    unused_short,
    window_without_room,
)
from .warning_lints import warning_never_fires

LINTS: dict[str, Lint] = {
    "slacker-than-lower": slacker_than_lower,
    "window-without-room": window_without_room,
    "unnamed-day-rule": unnamed_day_rule,
    "holidays-end-early": holidays_end_early,
    "special-day-on-closed-day": special_day_on_closed_day,
    "target-longer-than-year": target_longer_than_year,
    "unused-reason": unused_reason,
    "unreachable-dated-hours": unreachable_dated_hours,
    "standard-without-target": standard_without_target,
    "priority-without-target": priority_without_target,
    "zone-without-region": zone_without_region,
    "minute-short-of-midnight": minute_short_of_midnight,
    "dates-open-weekends": dates_open_weekends,
    "closure-of-closed-time": closure_of_closed_time,
    "night-into-closed-day": night_into_closed_day,
    "cutoff-outside-hours": cutoff_outside_hours,
    "never-open": never_open,
    "calendar-without-target": calendar_without_target,
    "breach-can-be-erased": breach_can_be_erased,
    "warning-never-fires": warning_never_fires,
    "unnamed-next": unnamed_next,
    "unnamed-from": unnamed_from,
    "update-longer-than-resolve": update_longer_than_resolve,
    "while-named-nowhere-else": while_named_nowhere_else,
    "third-party-stops-updates": third_party_stops_updates,
    "unused-measure": unused_measure,
    "unused-short": unused_short,
    "chain-later-than-promised": chain_later_than_promised,
}
FILE_LINTS: dict[str, FileLint] = {
    "night-into-closed-day": night_into_closed_weekday,
    "weekday-replaced": weekday_replaced,
    "unused-calendar": unused_calendar,
}
"""Lints of what only the file says, and the policy that is read of it does not know."""
CASE_LINTS: dict[str, CaseLint] = {"measure-without-case": measure_without_case}
"""Lints of what the cases leave out, which are asked where there are any."""
SPEAKING = tuple(dict.fromkeys([*LINTS, *FILE_LINTS, *CASE_LINTS, *BOOK_LINTS]))
UNKNOWN, IDLE, REASONLESS = "unknown-lint", "idle-silence", "silence-without-reason"
NAMES = (*SPEAKING, UNKNOWN, IDLE, REASONLESS)


def names_asked(*, of_book: bool, with_cases: bool) -> tuple[str, ...]:
    """The lints that are asked of a policy that stands alone, or of a book, with cases or without."""
    left_out = {*(() if of_book else BOOK_LINTS), *(() if with_cases else CASE_LINTS)}
    return tuple(name for name in NAMES if name not in left_out)


def hints_of_book(book: Sequence[Entry]) -> list[dict[str, list[Hint]]]:
    """What every lint of books has to say, by its name, of each of the policies, which are in the book's order."""
    hints: dict[int, dict[str, list[Hint]]] = {id(entry): {name: [] for name in BOOK_LINTS} for entry in book}
    for name, lint in BOOK_LINTS.items():
        for entry, hint in lint(book):
            hints[id(entry)][name].append(hint)
    return [hints[id(entry)] for entry in book]


def hints_of(
    policy: Policy,
    data: Mapping[str, Any] | None = None,
    book: Mapping[str, list[Hint]] | None = None,
    events: Collection[str] | None = None,
) -> Iterator[tuple[str, Hint]]:
    """What every lint has to say, with its name, but for those that the policy silences.

    `data` is what the policy was read of; without it the lints of the file are not asked. `book` is what those of its
    book say of it. `events` are the names of the events that its cases have; without any cases, None, those of cases
    are not asked.
    """
    by_lint = {name: list(lint(policy)) for name, lint in LINTS.items()}
    if data is not None:
        for name, file_lint in FILE_LINTS.items():
            by_lint.setdefault(name, []).extend(file_lint(data))
    if events is not None:
        by_lint |= {name: list(case_lint(policy, events)) for name, case_lint in CASE_LINTS.items()}
    by_lint |= book or {}
    for name, hints in by_lint.items():
        if name not in policy.silence:
            yield from ((name, hint) for hint in hints)
    for name, reason in policy.silence.items():
        path = f"silence.{name}"
        if name not in SPEAKING:
            yield UNKNOWN, Hint(path, f"there is no lint {name!r}", "use one of: " + ", ".join(SPEAKING))
        elif name in by_lint and not by_lint[name]:
            yield IDLE, Hint(path, f"the lint {name!r} has nothing to say here", "remove the line")
        elif not reason.strip():
            yield REASONLESS, Hint(path, f"the lint {name!r} is silenced without a reason", "say why")
