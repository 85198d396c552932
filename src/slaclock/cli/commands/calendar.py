"""`slaclock calendar`: a desk's holidays, or its open hours, as a file for other people's calendars."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, datetime, timedelta

from slaclock.calendar.base import Calendar
from slaclock.calendar.special_days import DateRange
from slaclock.cli.options import add_policy
from slaclock.cli.outputs import check_name, check_outputs, say
from slaclock.cli.policies import read_policies
from slaclock.errors import InputError, placed
from slaclock.formats.counts import count_text
from slaclock.formats.files import write_whole
from slaclock.policy.book import main_policy, policies_of, title_of
from slaclock.policy.calendars import MAIN

EXAMPLES = (
    "slaclock calendar holidays 2026-01-01/2026-12-31 --out holidays.ics",
    "slaclock calendar hours 2026-04-01/2027-03-31 --policy sla.toml --out open.ics",
)
_WHAT = {"holidays": "holidays and closures", "hours": "open hours"}


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `calendar`."""
    parser.add_argument("what", choices=tuple(_WHAT), help="holidays, and what they close of days; or open hours")
    parser.add_argument("dates", metavar="FIRST/LAST", help="from which date to which, such as 2026-01-01/2026-12-31")
    parser.add_argument("--out", metavar="FILE.ics", required=True, help="the iCalendar file to write")
    parser.add_argument(
        "--calendar", metavar="NAME", default=MAIN, help="which of the policy's calendars, such as term (default: main)"
    )
    add_policy(parser)


def run(arguments: Namespace) -> int:
    """Write the file, and say how many events it has."""
    from slaclock.desks.ical import holidays_to_ical, open_hours_to_ical

    out = arguments.out
    check_name(out, "name a file", "--out")
    check_outputs(arguments, ["out"])
    calendar, name = _calendar(arguments)
    with placed("FIRST/LAST"):
        first, last = DateRange.parse(arguments.dates)
        if arguments.what == "holidays":
            text = holidays_to_ical(calendar.holidays, first, last)
        else:
            text = open_hours_to_ical(calendar, *_instants(calendar, first, last), name=f"{name}: open")
    events = text.count("\r\nBEGIN:VEVENT")
    write_whole(out, text)
    say(f"{_WHAT[arguments.what]} of {name} from {first} to {last}: {count_text(events, 'event')} in {out}")
    return 0


def _calendar(arguments: Namespace) -> tuple[Calendar, str]:
    """The calendar that is named, and what it is called; of several policies all must have the same one."""
    policies = read_policies(arguments.policy)
    own = main_policy(policies)
    with placed("--calendar"):
        calendar = own.calendar_named(arguments.calendar)
        for policy in policies_of(policies):
            if policy.calendar_named(arguments.calendar) != calendar:
                problem = f"{title_of(own)} and {title_of(policy)} have different calendars"
                raise InputError(problem, "give one of the files alone", "--policy")
    return calendar, own.name if arguments.calendar == MAIN else f"{own.name}, {arguments.calendar}"


def _instants(calendar: Calendar, first: date, last: date) -> tuple[datetime, datetime]:
    """From the first date's midnight to that after the last, where the desk is."""
    if last == date.max:
        raise InputError("no midnight is known after this date", "end a day earlier", value=last)
    start, end = (datetime(day.year, day.month, day.day) for day in (first, last + timedelta(days=1)))
    return start.replace(tzinfo=calendar.zone), end.replace(tzinfo=calendar.zone)
