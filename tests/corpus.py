"""Policies good and bad: each a whole one with something changed in it."""

from __future__ import annotations

BASE = """\
name = "A desk"
year_starts = "04-01"
in_force_from = 2018-04-01

[calendar]
timezone = "Europe/London"
hours = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"
holidays = "GB-ENG"
day_rule = "proportional"

[targets.incident.P1]
resolve = "0-2 hours"

[targets.incident.P2]
resolve = "0-6 hours"

[targets.service_request]
resolve = "10 days"

[pauses]
third_party = ["resolve"]

[priorities.high]
high = "P1"
low = "P2"

[exclusions]
toner = "a consumable"

[[coverage]]
from = 2018-04-01
until = 2019-03-31

[standards.calls]
kind = "call"
share = 80
target = "< 20 seconds"
clock = "wall"

[allowances.training]
amount = "30 hours"

[rules]
breach = "of-target"
"""
HOURS = 'hours = "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off"'
ZONE = 'timezone = "Europe/London"'
HOLIDAYS = 'holidays = "GB-ENG"'
P1 = 'resolve = "0-2 hours"'
RULES = '[rules]\nbreach = "of-target"\n'
COVERAGE = "[[coverage]]\nfrom = 2018-04-01\nuntil = 2019-03-31\n"
TERM_RULE = 'hours = "Mo-Fr 08:00-12:00"\nday_rule = "proportional"'
TERM = [
    (
        "[pauses]",
        '[calendars]\nboth = "main & term"\n[calendars.term]\ntimezone = "Europe/London"\n' + TERM_RULE + "\n"
        '[targets.change]\nresolve = { within = "1 day", calendar = "term" }\n[pauses]',
    )
]
"""A calendar of the mornings, on which the clock of changes runs, and an expression that a test may use."""

TARGETS = "[targets.incident.P1]"
"""Before it stand the targets of all incidents, in the tests that give them some."""


def measured(targets: str, measures: str = "") -> list[tuple[str, str]]:
    """Targets of all incidents, and tables of measures."""
    changes = [(TARGETS, f"[targets.incident]\n{targets}\n{TARGETS}")]
    return [*changes, ("[pauses]", f"{measures}\n[pauses]")] if measures else changes


GOOD = {
    "as it is": [],
    "updates and replies whose readings are named": measured(
        'update = "2 hours"\nreply = "1 hour"', '[measures]\nupdate = { next = "event" }\nreply = { from = "oldest" }'
    ),
    "updates that are due after all work is": measured(
        'update = "1 day"',
        '[measures.update]\nnext = "due"\n[silence]\nupdate-longer-than-resolve = "P2 alone has them"',
    ),
    "a supplier and two teams": measured(
        'supplier = "5 days"\nl1 = "1 hour"\nl2 = "2 hours"',
        '[measures]\nsupplier = { while = { pause = "third_party" }, cycles = "each" }\n'
        'l1 = { while = { team = "L1" } }\nl2 = { while = { team = "L2" } }',
    ),
    "a wait for the customer that stops updates": [
        *measured('update = "2 hours"', '[measures.update]\nnext = "grid"'),
        ("third_party = [", 'customer = ["update"]\nthird_party = ['),
    ],
    "a measure for which there is nothing but a standard": [
        ("[pauses]", '[measures.reply]\nfrom = "newest"\n[pauses]'),
        ('clock = "wall"', 'clock = "wall"\nmeasure = "reply"'),
    ],
    "a later rule that changes or closes a day": [("Fr 08:00-16:30", "Fr 08:00-16:30; Mo 09:00-17:00; We off")],
    "a zone of no region on purpose": [(ZONE, 'timezone = "UTC"')],
    "a shut week, and one for open weekends": [
        (
            HOURS,
            'hours = "Mo-Su 08:00-17:00; PH off; 2018 Jul 1-7 08:00-12:00; 2018 Aug 1-7 off; 2018 Sep 8 10:00-12:00"',
        )
    ],
    "hours to midnight": [(HOURS, 'hours = { mon = ["00:00-24:00"], tue = ["20:00-23:58"], wed = ["22:00-00:30"] }')],
    "hours as a table": [(HOURS, 'hours = { mon = ["08:00-17:00"], fri = "08:00-12:00, 13:00-16:30" }')],
    "hours by night": [(HOURS, 'hours = { sat = ["22:00-06:00"], sun = [] }')],
    "a night of 24 hours, and its morning closed": [
        (HOURS, 'hours = "Mo-Fr 22:00-06:00; Sa 08:00-12:00; PH off; 00:00-07:00 off"')
    ],
    "seasons and closures": [
        (
            HOLIDAYS,
            HOLIDAYS + '\nseasons = { "07/08" = { mon = ["09:00-15:00"], fri = [] } }'
            '\nclosed = { 2018-06-12 = ["14:00-16:00"], "FREQ=WEEKLY;BYDAY=TU" = ["12:00-13:00"] }',
        )
    ],
    "holidays by date": [(HOLIDAYS, "holidays = [2018-12-25, 2019-01-01]")],
    "holidays by name": [(HOLIDAYS, 'holidays = { "2018-12-25" = "Christmas Day", 2019-01-01 = "New Year" }')],
    "special days": [
        (HOLIDAYS, HOLIDAYS + '\nspecial = { 2018-12-24 = ["08:00-12:00"], "2018-12-27/2018-12-28" = [] }')
    ],
    "a named special day": [
        (HOLIDAYS, HOLIDAYS + '\nspecial = { 2018-12-24 = { hours = ["08:00-12:00"], name = "Christmas Eve" } }')
    ],
    "dated hours": [
        (
            HOLIDAYS,
            HOLIDAYS + '\ndated_hours = [{ from = 2018-07-01, until = 2018-08-31, hours = { mon = ["09:00-12:00"] } }]',
        )
    ],
    "fixed days": [('day_rule = "proportional"', 'day_rule = "fixed-hours"\nday_length = "9h"')],
    "a cut-off": [('day_rule = "proportional"', 'day_rule = "proportional"\ncutoff = "15:00"')],
    "a cut-off as a local time": [('day_rule = "proportional"', 'day_rule = "proportional"\ncutoff = 15:00:00')],
    "close of business": [('day_rule = "proportional"', 'day_rule = "close-of-business"\nafter_hours = "same-date"')],
    "a priority on a calendar with its kind's target, and a standard's calendar": [
        *TERM,
        (P1, 'calendar = "both"'),
        (
            "[targets.incident.P1]",
            '[targets.call]\ncalendar = "term"\n[targets.incident]\nrespond = "1 hour"\n[targets.incident.P1]',
        ),
    ],
    "calendars by name": [*TERM, (P1, 'calendar = "both"\n' + P1)],
    "a calendar by two names, of which one is used": [*TERM, ("main & term", "term"), (P1, 'calendar = "both"\n' + P1)],
    "a special day that one of two calendars needs": [
        *TERM,
        (P1, 'calendar = "both"\n' + P1),
        (TERM_RULE, TERM_RULE + "\nspecial = { 2018-08-27 = [] }"),
    ],
    "hours that are more by a calendar that is open longer": [
        (P1, 'calendar = "always"\nresolve = "5 hours"'),
        ("[pauses]", '[calendars]\nalways = { timezone = "Europe/London", hours = "24/7" }\n[pauses]'),
    ],
    "responses": [(P1, P1 + '\nrespond = "< 15 minutes"')],
    "one period of coverage": [(COVERAGE, "[coverage]\nfrom = 2018-04-01\nuntil = 2019-03-31\n")],
    "no end of coverage": [("until = 2019-03-31\n", "")],
    "restarts": [("[rules]\n", '[rules]\nreopening = "restart"\n')],
    "breaches that stand": [('"of-target"', '"stands"')],
    "one priority, for which no rule has to be named": [
        (RULES, ""),
        ('[targets.incident.P2]\nresolve = "0-6 hours"\n', '[targets.incident.P2]\nresolve = "none"\n'),
    ],
    "a breach that may be erased, on purpose": [
        (RULES, '[silence]\nbreach-can-be-erased = "agreed with the schools"\n')
    ],
    "a standard of each item's own target": [
        ("[allowances", '[standards.P1s]\nkind = "incident"\nshare = 90\nmeasure = "resolve"\n[allowances')
    ],
    "abandoned calls missed": [('clock = "wall"', 'clock = "wall"\nabandoned = "missed"')],
    "abandoned calls by every rule": [
        ('clock = "wall"', 'clock = "wall"\nabandoned = "credit"\nshort = "5 s"\npriority = ["P1"]'),
        ("share = 80", "share = 99.5"),
    ],
    "availability": [
        ("[allowances", '[availability.web]\nshare = "99.95"\nplanned = "down"\ncalendar = "main"\n[allowances')
    ],
    "pro rata": [('amount = "30 hours"', 'amount = "30 hours"\npro_rata = true')],
    "an underpinning contract": measured(
        'supplier = "< 5 days"', '[measures.supplier]\nwhile = { pause = "third_party" }'
    ),
    "a lint that is silenced": [
        (P1, 'resolve = "8 hours"'),
        ("[allowances", '[silence]\nslacker-than-lower = "agreed with the schools"\n[allowances'),
    ],
    "quoted and dotted keys": [
        ("[priorities.high]\n", '[targets."major incident"]\n"P 1".resolve = "1 hour"\n[priorities.high]\n')
    ],
}

BAD = {
    # What cannot be read.
    "no TOML": [('name = "A desk"', "name = A desk")],
    "a table twice": [("[pauses]", "[calendar]\n[pauses]")],
    "a bare line": [("[pauses]", "third party\n[pauses]")],
    # Fields.
    "no name": [('name = "A desk"\n', "")],
    "a name that is a number": [('name = "A desk"', "name = 7")],
    "no calendar": [('[calendar]\ntimezone = "Europe/London"\n' + HOURS + "\n" + HOLIDAYS + '\nday_rule = "proportional"\n', "")],
    "an unknown key": [('name = "A desk"', 'name = "A desk"\ncolour = "red"')],
    "an unknown key of the calendar": [(ZONE, ZONE + '\nopen = "always"')],
    "an unknown key of a standard": [("share = 80", "share = 80\ngoal = 90")],
    "several at once": [(ZONE, 'timezone = "Europe/Londn"'), (P1, 'resolve = "2 fortnights"'), ("share = 80", "share = 180")],
    "a calendar that is a text": [(ZONE, ""), ("[calendar]", "calendar = 'always'\n[other]")],
    # Zone, hours, holidays.
    "an unknown zone": [(ZONE, 'timezone = "Europe/Londn"')],
    "a zone that is a path": [(ZONE, 'timezone = "../etc/passwd"')],
    "hours that are no rule": [(HOURS, 'hours = "Mo-Th eight to five"')],
    "hours of a week": [(HOURS, 'hours = "week 1-10 Mo 08:00-17:00"')],
    "an unknown weekday": [(HOURS, 'hours = { mon = ["08:00-17:00"], funday = ["08:00-17:00"] }')],
    "spans that are none": [(HOURS, 'hours = { mon = ["8-17"], tue = ["25:00-26:00"], wed = ["08:00-08:00"] }')],
    "a weekday twice": [(HOURS, 'hours = { mon = ["08:00-12:00"], Monday = ["13:00-17:00"] }')],
    "public holidays and none given": [(HOLIDAYS, "")],
    "an unknown country": [(HOLIDAYS, 'holidays = "XX"')],
    "a country in lower case": [(HOLIDAYS, 'holidays = "gb-eng"')],
    "holidays that are a number": [(HOLIDAYS, "holidays = 25")],
    "a holiday that is no date": [(HOLIDAYS, 'holidays = { "25 December" = "Christmas Day" }')],
    "a file of holidays that is not there": [(HOLIDAYS, 'holidays = { gov_uk = "none.json" }')],
    "a special day that is no date": [(HOLIDAYS, HOLIDAYS + '\nspecial = { tomorrow = [] }')],
    "special days that overlap": [
        (HOLIDAYS, HOLIDAYS + '\nspecial = { "2018-12-24/2018-12-28" = [], "2018-12-27/2018-12-31" = [] }')
    ],
    "a special day with a note": [(HOLIDAYS, HOLIDAYS + '\nspecial = { 2018-12-24 = { hours = [], note = "Eve" } }')],
    "dated hours that overlap": [
        (HOLIDAYS, HOLIDAYS + "\ndated_hours = [{ from = 2018-07-01, hours = {} }, { from = 2018-08-01, hours = {} }]")
    ],
    "dated hours without dates": [(HOLIDAYS, HOLIDAYS + "\ndated_hours = [{ hours = {} }]")],
    "an unknown day rule": [('day_rule = "proportional"', 'day_rule = "calendar-days"')],
    "fixed days without a length": [('day_rule = "proportional"', 'day_rule = "fixed-hours"')],
    "a length that means nothing": [('day_rule = "proportional"', 'day_rule = "proportional"\nday_length = "9h"')],
    "a cut-off that is none": [('day_rule = "proportional"', 'day_rule = "proportional"\ncutoff = "3 pm"')],
    "a cut-off and arrivals on their dates": [
        ('day_rule = "proportional"', 'day_rule = "close-of-business"\nafter_hours = "same-date"\ncutoff = "15:00"')
    ],
    "a length below nothing": [('day_rule = "proportional"', 'day_rule = "fixed-hours"\nday_length = "-9h"')],
    # Targets.
    "a target without a unit": [(P1, 'resolve = "2"')],
    "a target that is a number": [(P1, "resolve = 2")],
    "a target below nothing": [(P1, 'resolve = "-2 hours"')],
    "a window turned round": [(P1, 'resolve = "5-3 hours"')],
    "a target by an hour": [(P1, 'resolve = "2 hours by 16:00"')],
    "half a day by close": [(P1, 'resolve = "0.5 days by close"')],
    "a misspelt measure": [(P1, 'resolved = "2 hours"')],
    "a priority that is a text": [("[targets.incident.P2]\nresolve", "[targets.incident]\nP2")],
    "a kind that is a text": [('[targets.service_request]\nresolve = "10 days"', '[targets]\nservice_request = "10 days"')],
    # The rest.
    "a pause of an unknown measure": [('["resolve"]', '["resolve", "fix"]')],
    "a pause that is a text": [('["resolve"]', '"resolve"')],
    "a year that starts nowhere": [('"04-01"', '"13-01"')],
    "a year that starts on a number": [('"04-01"', "4")],
    "a date in force that is none": [("in_force_from = 2018-04-01", 'in_force_from = "1 April"')],
    "a coverage turned round": [("until = 2019-03-31", "until = 2017-03-31")],
    "a coverage with a note": [("until = 2019-03-31", 'until = 2019-03-31\nnote = "x"')],
    "a share above all": [("share = 80", "share = 101")],
    "a share of no number": [("share = 80", "share = true")],
    "a share finer than can be told": [("share = 80", 'share = "99.9999999999"')],
    "a rule for the abandoned that is none": [('clock = "wall"', 'clock = "wall"\nabandoned = "ignored"')],
    "a standard of a priority that is unknown": [('clock = "wall"', 'clock = "wall"\npriority = ["P9"]')],
    "availability on an unknown calendar": [
        ("[allowances", '[availability.web]\nshare = 99.5\ncalendar = "term"\n[allowances')
    ],
    "availability by an unknown rule": [
        ("[allowances", '[availability.web]\nshare = 99.5\nplanned = "ignored"\n[allowances')
    ],
    "availability without a share": [("[allowances", '[availability.web]\nplanned = "up"\n[allowances')],
    "a share that is a text": [("share = 80", 'share = "80 %"')],
    "a clock without a target": [('target = "< 20 seconds"\n', "")],
    "an unknown clock": [('clock = "wall"', 'clock = "sun"')],
    "an allowance below nothing": [('amount = "30 hours"', 'amount = "-3 hours"')],
    "an allowance in days": [('amount = "30 hours"', 'amount = "3 days"')],
    "a contract as it was written before": [
        ("[priorities.high]", '[underpinning]\nthird_party = "5 days"\n[priorities.high]')
    ],
    # Lints.
    "a slacker higher priority": [(P1, 'resolve = "8 hours"')],
    "a higher priority in days": [(P1, 'resolve = "1 day"')],
    "a window of one instant": [(P1, 'resolve = "2-2 hours"')],
    "a standard's window of one instant": [('target = "< 20 seconds"', 'target = "20-20 seconds"')],
    "days without a rule": [('day_rule = "proportional"\n', "")],
    "a standard's days without a rule": [
        ('day_rule = "proportional"\n', ""),
        ('resolve = "10 days"', 'resolve = "90 hours"'),
        ('target = "< 20 seconds"\nclock = "wall"', 'target = "< 1 day"'),
    ],
    "holidays of the year before": [(HOLIDAYS, "holidays = [2017-12-25, 2018-01-01]")],
    "holidays of half the year": [(HOLIDAYS, "holidays = [2018-05-07, 2018-05-28]")],
    "a special day on a Sunday": [(HOLIDAYS, HOLIDAYS + "\nspecial = { 2018-12-23 = [] }")],
    "special days at Christmas": [(HOLIDAYS, HOLIDAYS + '\nspecial = { "2018-12-25/2018-12-26" = [] }')],
    "a target of two years": [('resolve = "10 days"', 'resolve = "500 days"')],
    "a standard of two years": [('target = "< 20 seconds"', 'target = "10000 hours"')],
    "a reason that stops no target": [('third_party = ["resolve"]', 'third_party = ["resolve"]\nlunch = ["respond"]'), ("[standards.calls]\nkind = \"call\"\nshare = 80\ntarget = \"< 20 seconds\"\nclock = \"wall\"\n", "")],
    "a reason that stops no response": [('["resolve"]', '["respond"]'), ('clock = "wall"', 'clock = "wall"\nmeasure = "resolve"')],
    "dated hours of the year before": [
        (HOLIDAYS, HOLIDAYS + "\ndated_hours = [{ until = 2018-03-31, hours = { mon = [\"09:00-12:00\"] } }]")
    ],
    "dated hours of the year after": [
        (HOLIDAYS, HOLIDAYS + "\ndated_hours = [{ from = 2019-07-01, hours = { mon = [\"09:00-12:00\"] } }]")
    ],
    "a standard without any target": [('target = "< 20 seconds"\nclock = "wall"\n', "")],
    "a standard of responses without any": [
        ('kind = "call"\nshare = 80\ntarget = "< 20 seconds"\nclock = "wall"', 'kind = "incident"\nshare = 80')
    ],
    "a standard without a target for its priority": [
        ('kind = "call"\nshare = 80\ntarget = "< 20 seconds"\nclock = "wall"', 'kind = "incident"\nshare = 80\nmeasure = "resolve"\npriority = ["P3"]'),
        ("[priorities.high]", '[targets.request.P3]\nresolve = "1 day"\n[priorities.high]'),
    ],
    "short calls left out of nothing": [('clock = "wall"', 'clock = "wall"\nshort = "5 s"')],
    "mails given up soon": [
        ('clock = "wall"', 'clock = "wall"\nabandoned = "left-out"\nshort = "1 min"'),
    ],
    "a priority that is nowhere": [('low = "P2"', 'low = "P3"')],
    "two priorities that are nowhere": [('high = "P1"\nlow = "P2"', 'high = "P0"\nlow = "P3"')],
    "a zone that is an abbreviation": [(ZONE, 'timezone = "EST"')],
    "a zone that is an offset": [(ZONE, 'timezone = "Etc/GMT+5"')],
    "a day that is a minute short": [(HOURS, 'hours = { mon = ["00:00-23:59"], tue = ["00:00-23:59"] }')],
    "an evening that is a minute short": [
        (HOURS, 'hours = { mon = ["09:00-17:00"] }\nholiday_hours = "20:00-23:59"\nspecial = { 2018-06-04 = ["20:00-23:59:59"] }')
    ],
    "a summer with its weekends": [("PH off", "PH off; Jul 1-Aug 31 09:00-15:00")],
    "a fair with its weekend": [(HOLIDAYS, HOLIDAYS + '\nspecial = { "2018-06-04/2018-06-10" = ["08:00-22:00"] }')],
    "an afternoon instead of a morning": [(HOURS, 'hours = "Mo-Fr 08:00-12:00; Mo-Fr 13:00-17:00; PH off"')],
    "a morning in a calendar of two": [
        ("[calendar]", '[calendar]\ntype = "combined"\nhow = "union"\n[calendar.right]\ntimezone = "UTC"\nhours = "Sa 08:00-12:00; Sa 13:00-17:00"\n[calendar.left]')
    ],
    "a cut-off before the day": [('day_rule = "proportional"', 'day_rule = "proportional"\ncutoff = "08:00"')],
    "a cut-off in the evening": [('day_rule = "proportional"', 'day_rule = "proportional"\ncutoff = 17:00:00')],
    "an expression that is never open": [*TERM, (P1, 'calendar = "both"\n' + P1), ("Mo-Fr 08:00-12:00", "Sa 08:00-12:00")],
    "hours that have ended": [(HOURS, 'hours = {}\ndated_hours = [{ until = 2017-12-31, hours = { mon = "08:00-12:00" } }]')],
    "a kind with nothing but a calendar": [
        *TERM, (P1, 'calendar = "both"\n' + P1), ("[targets.change]", '[targets.problem]\ncalendar = "term"\n[targets.change]')
    ],
    "a priority with nothing but a calendar": [*TERM, (P1, 'calendar = "both"')],
    "an expression that nothing uses": TERM,
    "calendars that nothing uses": [
        ("[pauses]", '[calendars]\nnight = { timezone = "Europe/London", hours = "22:00-06:00" }\nother = "night"\nall = "other | main"\n[pauses]')
    ],
    "a term calendar with every fault": [
        *TERM,
        (P1, 'calendar = "both"\n' + P1),
        ('timezone = "Europe/London"\nhours = "Mo-Fr', 'timezone = "EST"\nhours = "Mo-Fr'),
        (TERM_RULE, 'hours = "Mo-Fr 08:00-12:00; Mo-Fr 13:00-23:59"\ncutoff = "07:00"\nholidays = [2017-12-25]'),
        ("[targets.change]", '[calendars.term.special]\n2018-06-10 = []\n"2018-06-11/2018-06-17" = ["08:00-22:00"]\n[targets.change]'),
        ("[targets.change]", '[calendars.term.closed]\n2018-06-09 = ["14:00-16:00"]\n[targets.change]'),
        ("[targets.change]", '[[calendars.term.dated_hours]]\nuntil = 2018-03-31\nhours = { mon = ["09:00-12:00"] }\n[targets.change]'),
        ('within = "1 day"', 'within = "500 days"'),
    ],
    "a night of a calendar by name into a holiday": [
        *TERM, (P1, 'calendar = "both"\n' + P1), ("Mo-Fr 08:00-12:00", "Mo-Fr 08:00-07:30; Sa off")
    ],
    "a special day of a calendar that is used where all is closed": [
        *TERM,
        (P1, 'calendar = "both"\n' + P1),
        ('{ within = "1 day", calendar = "term" }', '"1 day"'),
        (TERM_RULE, TERM_RULE + "\nspecial = { 2018-08-27 = [] }"),
    ],
    "less time on a calendar that is seldom open": [*TERM, (P1, 'resolve = { within = "0-5 hours", calendar = "term" }'), ("both =", 'same ="term"\nboth =')],
    "days by the rule of what an expression joins first": [
        *TERM, (P1, 'calendar = "both"\nresolve = "1 day"'), ("main & term", "term & main"), ('\nday_rule = "proportional"\n[targets.change]', "\n[targets.change]")
    ],
    "no rule of what becomes of a breach": [(RULES, "")],
    "rules that say nothing of a breach": [('breach = "of-target"', 'priority_change = "restart"')],
    "a grid of no length": measured('update = "0 hours"', '[measures.update]\nnext = "grid"'),
    "a grid of which nothing can be met": [
        (P1, P1 + '\nupdate = { within = "< 0 hours", calendar = "main" }'), ("[pauses]", '[measures.update]\nnext = "grid"\n[pauses]')
    ],
    "a standard's grid of no length": [
        ('target = "< 20 seconds"\nclock = "wall"', 'target = "0 days"\nmeasure = "update"'), ("[pauses]", '[measures.update]\nnext = "grid"\n[pauses]')
    ],
    "updates whose reading is not named": measured('update = "2 hours"'),
    "a standard of updates whose reading is not named": [
        ('clock = "wall"', 'clock = "wall"\nmeasure = "update"'), ("[pauses]", "[measures.update]\npauses = []\n[pauses]")
    ],
    "replies whose reading is not named": measured('reply = "2 hours"'),
    "calls whose reading is not named": measured(
        'call_back = "2 hours"', '[measures.call_back]\nstarts = ["asked"]\nends = ["called"]\ncycles = "each"'
    ),
    "updates that come too late": measured('update = "0-4 hours"', '[measures.update]\nnext = "event"'),
    "daily updates of what is resolved in hours": [
        (P1, P1 + '\nupdate = "1 day"'), ("[pauses]", '[measures.update]\nnext = "due"\n[pauses]')
    ],
    "a supplier by another name": measured('supplier = "5 days"', '[measures.supplier]\nwhile = { pause = "thirdparty" }'),
    "a team and a site that nothing names": [
        *measured('l2 = "5 days"\nleeds = "2 days"', '[measures]\nl2 = { while = { team = "L2" } }\nleeds = { while = { site = ["Leeds", "York"] } }'),
        ('name = "A desk"', 'name = "A desk"\napplies_to = { site = ["Leeds"] }'),
    ],
    "a supplier who stops updates": [*measured('update = "2 hours"', '[measures.update]\nnext = "grid"'), ('["resolve"]', '["resolve", "update"]')],
    "a vendor that stops updates": [
        *measured('update = "2 hours"', '[measures.update]\nnext = "due"\npauses = ["Vendor", "lab", "customer"]'),
        ('["resolve"]', '["resolve"]\nlab = []'),
    ],
    "a measure without a target": [("[pauses]", '[measures.update]\nnext = "due"\n[pauses]')],
    "a supplier without a target": [("[pauses]", '[measures.supplier]\nwhile = { pause = "third_party" }\n[pauses]')],
    "a closure on a Sunday": [(HOLIDAYS, HOLIDAYS + '\nclosed = { 2018-06-10 = ["14:00-16:00"] }')],
    "a closure in the evening": [(HOLIDAYS, HOLIDAYS + '\nclosed = { "2018-06-11/2018-06-15" = ["17:00-19:00"] }')],
    "a night into holidays": [(HOURS, 'hours = { mon = ["22:00-06:00"] }')],
    "a night into special days and a closed season": [
        (HOURS, 'hours = "Mo-Fr 22:00-06:00; Aug We off; 2018 Jun 6 off; PH off"')
    ],
    "a night into a Saturday that is closed": [(HOURS, 'hours = "Mo-Fr 22:00-06:00; Sa off; PH 22:00-06:00"')],
    "a season of no weekday": [(HOLIDAYS, HOLIDAYS + '\nseasons = { "07/08" = {} }')],
    "seasons that overlap": [(HOLIDAYS, HOLIDAYS + '\nseasons = { "07/08" = { mon = [] }, "08/09" = { mon = [] } }')],
    "a closure without times": [(HOLIDAYS, HOLIDAYS + "\nclosed = { 2018-06-12 = [] }")],
    "a warning longer before due than its target": [
        ("[allowances", '[warnings.early]\nat = "3 hours before due"\npriority = "P1"\n[allowances')
    ],
    "teams that cannot keep the whole": [
        (P1, P1 + '\nrespond = "1 hour"\nl2 = "90 minutes"'),
        ("[pauses]", '[measures.l2]\nwhile = { team = "L2" }\n[chains.p1]\nparts = ["respond", "l2"]\n[pauses]'),
        ("[exclusions]", '[silence]\nwhile-named-nowhere-else = "the desk names its teams"\n[exclusions]'),
    ],
    "a supplier that ends just when it is late": [
        (P1, 'resolve = "< 2 hours"\nsupplier = "2 hours"'),
        ("third_party = [\"resolve\"]", "third_party = []"),
        ("[exclusions]", '[measures.supplier]\nwhile = { pause = "third_party" }\n[exclusions]'),
        ("[allowances", '[chains.p1]\nparts = ["supplier"]\npriority = "P1"\n[allowances'),
    ],
    "a chain whose part has no target": [("[allowances", '[chains.p1]\nparts = ["respond"]\n[allowances')],
    "a chain of a part that is no measure": [("[allowances", '[chains.p1]\nparts = ["level1"]\n[allowances')],
    "a chain without parts": [("[allowances", "[chains.p1]\nparts = []\n[allowances")],
    "a warning of a measure without targets": [("[allowances", '[warnings.late]\nat = "75%"\nmeasure = "update"\n[allowances')],
    "an unknown lint": [("[allowances", '[silence]\nno-such-lint = "because"\n[allowances')],
    "another unknown lint": [("[allowances", '[silence]\nSlacker = "because"\n[allowances')],
    "a silence for nothing": [("[allowances", '[silence]\nwindow-without-room = "because"\n[allowances')],
    "another silence for nothing": [("[allowances", '[silence]\nunused-reason = "because"\n[allowances')],
    "a silence without a reason": [(P1, 'resolve = "8 hours"'), ("[allowances", '[silence]\nslacker-than-lower = ""\n[allowances')],
    "a silence with a blank reason": [(P1, 'resolve = "2-2 hours"'), ("[allowances", '[silence]\nwindow-without-room = " "\n[allowances')],
}  # fmt: skip

CASES = """\
[cases]
"Friday afternoon" = { opened = "2018-04-06 15:00", priority = "P1", due = "2018-04-09 08:30" }
"a wait" = { opened = 2018-04-09 10:00:00, priority = "P2", pauses = ["2018-04-09 15:00/2018-04-10 09:00 third_party"], due = "2018-04-10 10:00", elapsed = "5 h 0 min", remaining = "1 hour", state = "running" }
"still waiting" = { opened = "2018-04-09 10:00", priority = "P2", pauses = ["2018-04-09 15:00/ third_party"], at = "2018-04-10 10:00", due = "none", state = "paused" }

[cases."done in time"]
opened = "2018-04-09T10:00+01:00"
priority = "P1"
resolved = "2018-04-09 12:00"
state = "met"
days = "2/9"
events = ["asked 2018-04-09 11:00", { at = 2018-04-09 11:30:00, name = "answered" }]
cycles = [{ start = "2018-04-09 10:00", state = "met" }]
"""

CYCLE = '{ start = "2018-04-09 10:00", state = "met" }'

BAD_CASES = {
    "no cases": [(CASES, "[cases]\n")],
    "no TOML": [("[cases]", "[cases")],
    "an unknown key": [('priority = "P1", due', 'prio = "P1", due')],
    "nothing expected": [(', due = "2018-04-09 08:30"', "")],
    "no opening": [('opened = "2018-04-06 15:00", ', "")],
    "a moment that is none": [('"2018-04-06 15:00"', '"Friday at three"')],
    "a moment without a time": [('"2018-04-06 15:00"', '"2018-04-06"')],
    "a moment that is a number": [('"2018-04-06 15:00"', "3")],
    "a pause that is none": [('"2018-04-09 15:00/2018-04-10 09:00 third_party"', '"all night"')],
    "a pause that ends before it starts": [("2018-04-09 15:00/2018-04-10 09:00", "2018-04-10 09:00/2018-04-09 15:00")],
    "an unknown reason": [("09:00 third_party", "09:00 rain")],
    "an unknown state": [('state = "running"', 'state = "late"')],
    "an elapsed time that is none": [('"5 h 0 min"', '"five hours"')],
    "days that are none": [('"2/9"', '"2/0"')],
    "an unknown priority": [('priority = "P1", due', 'priority = "P7", due')],
    "an event that is none": [('"asked 2018-04-09 11:00"', '"2018-04-09 11:00 asked"')],
    "an event without a name": [('name = "answered"', 'text = "answered"')],
    "an event that is a field": [('name = "answered"', 'name = "resolved"')],
    "a cycle that is none": [(CYCLE, '"met"')],
    "a cycle without a state": [(CYCLE, '"2018-04-09 12:00"')],
    "a cycle of another start and state": [(CYCLE, '"2018-04-09 10:30/2018-04-09 12:00 breached"')],
    "a cycle that is due later": [(CYCLE, '{ due = "2018-04-09 13:00", done = "none" }')],
    "a cycle too many": [(CYCLE, f'{CYCLE}, "2018-04-09 14:00 met"')],
    "another due": [('due = "2018-04-09 08:30"', 'due = "2018-04-06 17:00"')],
    "a later due": [('due = "2018-04-09 08:30"', 'due = "2018-04-10 08:30"')],
    "another state": [('state = "met"', 'state = "breached"')],
    "more elapsed": [('"5 h 0 min"', '"6 hours"')],
    "less elapsed": [('"5 h 0 min"', '"90 minutes"')],
    "a due where there is none": [('due = "none"', 'due = "2018-04-10 10:00"')],
    "none where there is a due": [('due = "2018-04-09 08:30"', 'due = "none"')],
}


def changed(text: str, changes: list[tuple[str, str]]) -> str:
    """The text with each change made once."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text
