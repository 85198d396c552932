"""What a page says beside a policy: the same, another thing, or what only one of the two says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import NamedTuple

from slaclock.calendar.base import Calendar
from slaclock.calendar.holidays import Holidays
from slaclock.calendar.hours import ALL_DAY, WEEKDAY_NAMES, DayHours, day_text, time_text
from slaclock.calendar.working_calendar import WorkingCalendar
from slaclock.clock.targets import Target
from slaclock.policy.measures import Measure
from slaclock.policy.policy import Policy
from slaclock.policy.promises import promises_of
from slaclock.policy.shares import percent_number
from slaclock.policy.standards import Standard

from .amounts import Amount
from .labels import kinds_match, matching
from .readings import PageReading, Verdict
from .statements import HoursSaid, TargetSaid, about_of, text_of

_NONE = "none"


class PolicyTarget(NamedTuple):
    """A target of a policy, None where it says that there is none."""

    kind: str
    priority: str | None
    measure: Measure
    target: Target | None
    calendar: str

    @property
    def about(self) -> str:
        """Whose it is, in words."""
        return " ".join(filter(None, (self.kind, self.priority, self.measure)))

    @property
    def text(self) -> str:
        """What is promised."""
        return _NONE if self.target is None else str(self.target)


class Comparison:
    """A policy to which what a page says is compared, one thing after another."""

    def __init__(self, policy: Policy, aliases: Mapping[str, str], said: Sequence[TargetSaid]) -> None:
        self._policy = policy
        self._aliases = dict(aliases)
        self._targets = [*_targets(policy)]
        self._shares = Counter((own.kind, own.measure) for own in said if own.share is not None)
        self._seen: set[PolicyTarget] = set()
        self._standards_seen: set[str] = set()
        self._days_seen: set[int] = set()
        self._holidays_seen = False

    def of_target(self, said: TargetSaid) -> PageReading:
        """A target that a page sets, beside the policy's for the same kinds, priorities and measure."""
        if said.share is not None:
            standards = [*self._standards(said)]
            if standards:
                return self._of_standard(said, standards)
        candidates = self._candidates(said)
        about = about_of(said)
        page = text_of(said)
        if not candidates:
            return PageReading("page-only", about, said.line, said.quote, page, "")
        if isinstance(candidates, str):
            return PageReading("unclear", about, said.line, said.quote, page, "", candidates)
        self._seen.update(candidates)
        texts = ", ".join(dict.fromkeys(own.text for own in candidates))
        named = candidates[0].about if len(candidates) == 1 else about
        answers = [self._same(said.amount, own) for own in candidates]
        if all(answer is None for answer in answers):
            return PageReading("contradicts", named, said.line, said.quote, page, texts)
        if any(answer is None for answer in answers):
            why = "it does not say for which: " + ", ".join(f"{own.about} {own.text}" for own in candidates)
            return PageReading("unclear", about, said.line, said.quote, page, texts, why)
        notes = [*dict.fromkeys(filter(None, answers))]
        if said.share is not None:
            notes.append(f"the policy has no standard of {percent_number(said.share)} % for it")
        return PageReading("agrees", named, said.line, said.quote, page, texts, "; ".join(notes))

    def of_hours(self, said: HoursSaid) -> Iterator[PageReading]:
        """The hours that a page says, beside those of the calendars of the policy."""
        calendars: dict[str, Calendar] = {"main": self._policy.calendar, **self._policy.calendars}
        days = said.week.days
        if days:
            page = week_text(days)
            plain = {name: own for name, own in calendars.items() if isinstance(own, WorkingCalendar)}
            same = [name for name, own in plain.items() if all(own.hours[day] == hours for day, hours in days.items())]
            main = plain.get("main")
            if same:
                self._days_seen.update(days if "main" in same else ())
                name = "main" if "main" in same else same[0]
                yield PageReading("agrees", f"hours of {name}", said.line, said.quote, page, page)
            elif main is None:
                why = "the calendar is put together of others, whose hours are not compared"
                yield PageReading("unclear", "hours", said.line, said.quote, page, "", why)
            else:
                self._days_seen.update(days)
                other = {day: main.hours[day] for day, hours in days.items() if main.hours[day] != hours}
                own = {day: days[day] for day in other}
                yield PageReading("contradicts", "hours", said.line, said.quote, week_text(own), week_text(other))
        if said.week.closes:
            yield self._of_closings(said, calendars)
        if said.week.closed_on_holidays is not None:
            yield self._of_holidays(said)

    def only_policy(self) -> Iterator[PageReading]:
        """What the policy says and the page does not."""
        alike: dict[tuple[Measure, str], list[PolicyTarget]] = {}
        for own in self._targets:
            if own not in self._seen and own.target is not None:
                alike.setdefault((own.measure, own.text), []).append(own)
        for (measure, text), left in alike.items():
            whose = ", ".join(" ".join(filter(None, (own.kind, own.priority))) for own in left)
            yield PageReading("policy-only", f"{whose}: {measure}", None, "", "", text)
        for name, standard in self._policy.standards.items():
            if name not in self._standards_seen:
                yield PageReading("policy-only", f"standard {name}", None, "", "", _standard_text(standard))
        calendar = self._policy.calendar
        if isinstance(calendar, WorkingCalendar):
            days = {day: calendar.hours[day] for day in range(7) if day not in self._days_seen and calendar.hours[day]}
            if days:
                yield PageReading("policy-only", "hours", None, "", "", week_text(days))
            if _closed_on_holidays(calendar) == "closed" and not self._holidays_seen:
                yield PageReading("policy-only", "holidays", None, "", "", "closed")

    def _of_closings(self, said: HoursSaid, calendars: Mapping[str, Calendar]) -> PageReading:
        """When weekdays close by a page that does not say when they open."""
        closes = said.week.closes
        page = closings_text(closes)
        plain = {name: own for name, own in calendars.items() if isinstance(own, WorkingCalendar)}
        policy = {name: {day: own.hours[day][-1][1] for day in closes if own.hours[day]} for name, own in plain.items()}
        same = next((name for name, own in policy.items() if own == closes), None)
        if same is not None:
            return PageReading("agrees", f"closing of {same}", said.line, said.quote, page, page)
        if "main" not in policy:
            why = "the calendar is put together of others, whose hours are not compared"
            return PageReading("unclear", "closing", said.line, said.quote, page, "", why)
        text = closings_text(policy["main"]) or "closed"
        return PageReading("contradicts", "closing", said.line, said.quote, page, text)

    def _of_holidays(self, said: HoursSaid) -> PageReading:
        self._holidays_seen = True
        closed = said.week.closed_on_holidays
        calendar = self._policy.calendar
        page = "closed" if closed else "open"
        if not isinstance(calendar, WorkingCalendar):
            why = "the calendar is put together of others, whose holidays are not compared"
            return PageReading("unclear", "holidays", said.line, said.quote, page, "", why)
        policy = _closed_on_holidays(calendar)
        verdict: Verdict = "agrees" if (policy == "closed") == closed else "contradicts"
        return PageReading(verdict, "holidays", said.line, said.quote, page, policy)

    def _candidates(self, said: TargetSaid) -> list[PolicyTarget] | str:
        """The targets that a page may speak of; why not, where it may speak of several measures."""
        own = [target for target in self._targets if said.kind is None or kinds_match(target.kind, said.kind)]
        if not own and said.label is not None:  # "priority 1 calls", where calls are incidents
            own = self._targets
        if said.label is not None:
            names = {target.priority for target in own if target.priority is not None}
            matched = {*matching(said.label, sorted(names), self._aliases)}
            if len(matched) > 1:
                return f"it may be any of {', '.join(sorted(matched))}"
            own = [target for target in own if target.priority in matched]
        if said.measure is not None:
            return [target for target in own if target.measure == said.measure]
        own = [target for target in own if target.measure in ("respond", "resolve")]
        if len({target.measure for target in own}) > 1:
            return "it does not say whether it is of the response or of the resolution"
        return own

    def _same(self, amount: Amount | None, own: PolicyTarget) -> str | None:
        """Whether a page says what the policy does: what there is to note, None where it says another thing."""
        if amount is None or own.target is None:
            return "" if amount is None and own.target is None else None
        return same_amount(amount, own.target, self._policy.calendar_named(own.calendar))

    def _standards(self, said: TargetSaid) -> Iterator[tuple[str, Standard]]:
        for name, standard in self._policy.standards.items():
            of_kind = said.kind is not None and kinds_match(standard.kind, said.kind)
            of_measure = said.measure is None or said.measure == standard.measure
            matched = said.label is None or {*matching(said.label, standard.priority, self._aliases)}
            if of_kind and of_measure and (matched or not standard.priority):
                yield name, standard

    def _of_standard(self, said: TargetSaid, standards: Sequence[tuple[str, Standard]]) -> PageReading:
        """A share of a kind's items that a page promises, beside the policy's service standards of it."""
        assert said.share is not None
        page = text_of(said)
        answers: list[tuple[str, Standard, str | None]] = []
        near: list[str] = []
        for name, standard in standards:
            limit = standard.limit
            same = "" if limit is None else None
            if limit is not None and said.amount is not None:
                same = same_amount(said.amount, limit, self._policy.calendar)
            same_share = Fraction(standard.share) == said.share
            answers.append((name, standard, same if same_share else None))
            near += [name] * (same_share or same is not None)
        name, standard, same = next(
            (own for own in answers if own[2] is not None), next((own for own in answers if own[0] in near), answers[0])
        )
        if (
            not near and self._shares[said.kind, said.measure] > 1
        ):  # one of several steps, of which the policy has others
            note = "the policy has no standard of it"
            return PageReading("page-only", about_of(said), said.line, said.quote, page, "", note)
        self._standards_seen.add(name)
        verdict: Verdict = "contradicts" if same is None else "agrees"
        return PageReading(
            verdict, f"standard {name}", said.line, said.quote, page, _standard_text(standard), same or ""
        )


def same_amount(amount: Amount, target: Target, calendar: Calendar | None) -> str | None:
    """Whether an amount of a page is a target: what there is to note of the two, None where they differ.

    An amount that does not say which clock it means is that of the policy's text, whichever that is.
    """
    own = amount.target
    if own.unit != target.unit or own.high != target.high:
        return None
    if (amount.clock == "working" and target.wall) or (
        amount.clock == "plain" and not target.wall and not _is_always_open(calendar)
    ):
        return None
    notes = []
    if own.by != target.by:
        by_close = calendar is not None and calendar.rules.day_rule == "close-of-business" and target.by is None
        if own.by is not None and not (own.by == "close" and by_close):
            return None
        if own.by is None:
            notes.append(f"the policy says by when: {target}")
    low, other_low = own.low or 0, target.low or 0
    if low != other_low:
        if low and other_low:
            return None
        notes.append(f"the policy says {target}" if other_low else "the policy has no earliest time")
    if own.strict != target.strict and (own.strict or amount.is_bounded):
        notes.append("the policy counts the limit itself as " + ("late" if target.strict else "kept"))
    return "; ".join(notes)


def _closed_on_holidays(calendar: WorkingCalendar) -> str:
    """What a calendar is on holidays, in words."""
    if calendar.holidays == Holidays():
        return "open"
    return "open at hours of their own" if calendar.holiday_hours else "closed"


def _is_always_open(calendar: Calendar | None) -> bool:
    if not isinstance(calendar, WorkingCalendar) or any(hours != ALL_DAY for hours in calendar.hours):
        return False
    always = WorkingCalendar(timezone=calendar.timezone, hours=calendar.hours)
    return all(
        getattr(calendar, name) == getattr(always, name)
        for name in ("holidays", "special", "closed", "seasons", "dated_hours")
    )


def _targets(policy: Policy) -> Iterator[PolicyTarget]:
    """The targets of a policy, those that it says there are none of too."""
    for own in promises_of(policy):
        yield PolicyTarget(own.kind, own.priority, own.measure, own.target, own.calendar)
    for kind, targets in policy.targets.items():
        for priority in targets.priorities or (None,):
            said = {**targets.every, **(targets.priorities[priority] if priority is not None else {})}
            for measure, target in said.items():
                if target is None:
                    yield PolicyTarget(kind, priority, measure, None, targets.calendar(priority, measure))


def _standard_text(standard: Standard) -> str:
    limit = "its own target" if standard.limit is None else str(standard.limit)
    return f"{percent_number(standard.share)} % {limit}"


def week_text(days: Mapping[int, DayHours]) -> str:
    """Hours of weekdays in words, days in a row that have the same hours together."""
    runs: list[tuple[int, int]] = []
    for day in sorted(days):
        if runs and runs[-1][1] == day - 1 and days[runs[-1][0]] == days[day]:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    names = [name[:3] for name in WEEKDAY_NAMES]
    return "; ".join(
        (names[first] if first == last else f"{names[first]}-{names[last]}")
        + " "
        + (", ".join(day_text(days[first])) or "closed")
        for first, last in runs
    )


def closings_text(closes: Mapping[int, int]) -> str:
    """When some weekdays close, in words."""
    return ", ".join(f"{WEEKDAY_NAMES[day][:3]} until {time_text(end)}" for day, end in sorted(closes.items()))
