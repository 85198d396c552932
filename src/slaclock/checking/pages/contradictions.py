"""A page beside itself: one thing of which it says two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from .comparison import closings_text, same_amount, week_text
from .labels import Label
from .readings import PageReading
from .statements import HoursSaid, TargetSaid, about_of, text_of


def of_targets(said: Sequence[TargetSaid], aliases: Mapping[str, str]) -> Iterator[PageReading]:
    """Targets for one priority and measure, and one kind where it is said, that differ: each with the first other."""
    first: dict[tuple[str | None, str | None, bool], list[TargetSaid]] = {}
    for own in said:
        others = first.setdefault((_key(own.label, aliases), own.measure, own.share is not None), [])
        other = next((other for other in others if _differ(own, other)), None)
        if other is not None:
            about = about_of(own)
            other_text = f"{text_of(other)} on line {other.line}"
            yield PageReading("contradicts-itself", about, own.line, own.quote, text_of(own), other_text)
        others.append(own)


def of_hours(said: Sequence[HoursSaid]) -> Iterator[PageReading]:
    """Hours of one weekday, or holidays, of which a page says two things."""
    for number, own in enumerate(said):
        for other in said[:number]:
            days = [day for day, hours in own.week.days.items() if other.week.days.get(day, hours) != hours]
            if days:
                texts = [week_text({day: part.week.days[day] for day in days}) for part in (own, other)]
                about, (page, beside) = "hours", texts
            elif any(other.week.closes.get(day, end) != end for day, end in own.week.closes.items()):
                about, page, beside = "closing", closings_text(own.week.closes), closings_text(other.week.closes)
            elif {own.week.closed_on_holidays, other.week.closed_on_holidays} == {True, False}:
                about = "holidays"
                page, beside = ("closed" if part.week.closed_on_holidays else "open" for part in (own, other))
            else:
                continue
            beside = f"{beside} on line {other.line}"
            yield PageReading("contradicts-itself", about, own.line, own.quote, page, beside)
            break


def _key(label: Label | None, aliases: Mapping[str, str]) -> str | None:
    if label is None:
        return None
    return label.number or aliases.get(label.name or "", label.name)


def _differ(own: TargetSaid, other: TargetSaid) -> bool:
    """Whether two things that are said cannot both be; of shares, 80 % sooner and 95 % later can."""
    if own.kind is not None and other.kind is not None and own.kind != other.kind:
        return False
    if own.amount is None or other.amount is None:
        return (own.amount is None) != (other.amount is None)
    clocks = {own.amount.clock, other.amount.clock} == {"working", "plain"}
    target = other.amount.target
    same = not clocks and same_amount(own.amount._replace(clock=None), target, None) is not None
    return not same if own.share == other.share else same and own.share is not None
