"""The commands: each has a file of its own with `add_arguments` and `run`, and its line here.

The file has the command's name, with underscores for hyphens, and one after it where that is a keyword of Python.
"""

COMMANDS = {
    "assess": "a table of tickets, the worst first, and a line a priority",
    "explain": "the ledger of one ticket: which time counted, and why",
    "turns": "what turns between two instants: milestones, warnings, due dates, states",
    "due-within": "what falls due within some service time, what is overdue, and what waits",
    "due": "when a ticket opened now, or then, would be due",
    "calendar": "a desk's holidays, or its open hours, as a file for other people's calendars",
    "report": "the service report: targets, standards, allowances, the worst misses",
    "check": "validate a policy, lint it, and run its cases; 1 where one fails",
    "cases": "draft the cases at the edges of a policy, with today's answers",
    "diff": "what a change of policy means: rules, cases, past tickets",
    "needed": "the least target under which a share of past tickets would have been kept",
    "reconcile": "under which reading of a policy a desk's own figures come out",
    "promise": "how long each target lets wait in plain time, over every opening of a year",
    "chains": "whether parts, such as teams and suppliers in turn, can keep what is promised",
    "overload": "how many open tickets must be late with so many hands, whoever does what",
    "verify": "whether the answers of receipts hold today, and what has moved: rules, holidays, zone data, code",
    "map": "draft the mapping by which a desk's file is read, and say what to check",
    "schema": "the JSON Schema of a policy or of a file of cases, for editors",
    "import": "answers of a desk's product as a policy and tickets, and what of them was lost",
    "completion": "what a shell has to know for words to complete with the Tab key",
    "example": "write the files of the packaged example to a folder",
}
"""What each command does, in the order of the help."""
