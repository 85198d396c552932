"""The words of the command line."""

from __future__ import annotations

import argparse
from typing import NoReturn

from slaclock import __version__
from slaclock.errors import InputError


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """One line that says what is wrong, as for every other bad input."""
        raise InputError(message, f"see {self.prog} --help")


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = _Parser(prog="slaclock", description="Service-level clocks in business hours.")
    top.add_argument("--version", action="version", version=f"slaclock {__version__}")
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    assess = commands.add_parser("assess", help="a table of tickets, the worst first, and a line a priority")
    assess.add_argument("tickets", nargs="?", metavar="TICKETS", help=_TICKETS)
    _add_inputs(assess)
    assess.add_argument("--limit", type=int, metavar="N", default=250, help="how many of the worst to show (250)")
    assess.add_argument("--out", metavar="FILE", help="write all answers to a .csv, .json or .parquet file too")
    _add_engine(assess, ", to a folder or file of Parquet")

    explain = commands.add_parser("explain", help="the ledger of one ticket: which time counted, and why")
    explain.add_argument("ticket", metavar="TICKET_ID")
    explain.add_argument("tickets", nargs="?", metavar="TICKETS", help=_TICKETS)
    _add_inputs(explain)
    explain.add_argument("--to", choices=("due", "now"), default="due", help="where the ledger ends (default: due)")

    due = commands.add_parser("due", help="when a ticket opened now, or then, would be due")
    due.add_argument(
        "target", metavar="PRIORITY", help="a priority (P2), a kind (service_request) or a target (6 hours)"
    )
    due.add_argument("opened", metavar="OPENED", help="when it opened, e.g. '2026-11-27 15:40'")
    due.add_argument("--kind", help="the kind of ticket, where several have that priority")
    due.add_argument("--measure", choices=("respond", "resolve"), default="resolve")
    _add_policy(due)

    report = commands.add_parser("report", help="the service report: targets, standards, allowances, the worst misses")
    report.add_argument("tickets", nargs="*", metavar="TICKETS", help=_TICKETS)
    _add_inputs(report)
    report.add_argument("--period", choices=("year", "quarter", "month"), default="year", help="(default: year)")
    report.add_argument("--by", choices=("opened", "due", "resolved"), default="opened", help="(default: opened)")
    report.add_argument("--usage", metavar="USAGE", help="what was used of the allowances: allowance, at, amount")
    report.add_argument("--worst", type=int, metavar="N", default=10, help="how many of the worst misses to show (10)")
    _add_engine(report)
    for kind, words in (("html", "as one page"), ("markdown", "as Markdown"), ("json", "as JSON")):
        report.add_argument(f"--{kind}", metavar="FILE", help=f"write the report {words} too")

    check = commands.add_parser("check", help="validate a policy, lint it, and run its cases; 1 where one fails")
    check.add_argument("policy", metavar="SLA.toml")
    check.add_argument("--cases", nargs="+", action="extend", default=[], metavar="CASES.toml", help="files of cases")
    check.add_argument("--format", choices=("text", "json", "junit", "github"), default="text")

    cases = commands.add_parser("cases", help="draft the cases at the edges of a policy, with today's answers")
    cases.add_argument("--suggest", required=True, metavar="SLA.toml", dest="policy")
    cases.add_argument("--year", type=int, metavar="YYYY", help="the year in which the subscription year begins")

    diff = commands.add_parser("diff", help="what a change of policy means: rules, cases, past tickets")
    diff.add_argument("old", metavar="OLD.toml")
    diff.add_argument("new", metavar="NEW.toml")
    diff.add_argument("--cases", nargs="+", action="extend", default=[], metavar="CASES.toml", help="files of cases")
    diff.add_argument("--tickets", metavar="TICKETS", help="past tickets, to count those that change their state")
    diff.add_argument("--pauses", metavar="PAUSES", help="their pauses")
    diff.add_argument("--at", metavar="INSTANT", help="the instant to assess them at (default: now)")

    schema = commands.add_parser("schema", help="the JSON Schema of a policy or of a file of cases, for editors")
    schema.add_argument("of", nargs="?", choices=("policy", "cases"), default="policy")

    example = commands.add_parser("example", help="write the files of the packaged example to a folder")
    example.add_argument("folder", metavar="FOLDER")
    return top


_TICKETS = (
    "a .csv or .parquet file with the columns id and opened, and any of kind, priority, responded, resolved, "
    "abandoned, category, impact, urgency"
)


def _add_inputs(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--pauses", metavar="PAUSES", help="a .csv or .parquet file with the columns ticket, start, end, reason"
    )
    command.add_argument("--events", metavar="EVENTS.csv", help="the desk's event log")
    command.add_argument("--mapping", metavar="MAP.toml", help="how to read the event log")
    command.add_argument("--at", metavar="INSTANT", help="the instant to assess at (default: now)")
    command.add_argument("--measure", choices=("respond", "resolve"), default="resolve")
    _add_policy(command)


def _add_engine(command: argparse.ArgumentParser, rest: str = "") -> None:
    command.add_argument(
        "--engine",
        choices=("columns", "duckdb"),
        default="columns",
        help=f"duckdb: Parquet larger than memory, by pattern ('tickets/*.parquet'){rest}",
    )


def _add_policy(command: argparse.ArgumentParser) -> None:
    command.add_argument("--policy", metavar="SLA.toml", help="the policy (default: the packaged example)")
