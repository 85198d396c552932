"""`slaclock verify`: whether the answers of receipts hold today, and what has moved since."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Iterator

from slaclock.cli.inputs import check_standard_input
from slaclock.cli.options import add_json
from slaclock.cli.outputs import STANDARD, check_outputs, say, write_json
from slaclock.cli.policies import read_policies
from slaclock.cli.receipt_files import receipts_in
from slaclock.formats.counts import count_text
from slaclock.receipts.verification import Verification
from slaclock.receipts.verify import verify

EXAMPLES = (
    "slaclock verify receipt.json",
    "slaclock verify receipts.jsonl --policy sla.toml --json -",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `verify`."""
    parser.add_argument(
        "receipt",
        nargs="+",
        metavar="RECEIPT",
        help="a file of one receipt, of a JSON list of them, or of one in each line (- for standard input)",
    )
    parser.add_argument(
        "--policy",
        action="append",
        default=[],
        metavar="SLA.toml",
        help="today's policy, such as sla.toml, or several, or their folder (default: that which each receipt carries)",
    )
    add_json(parser, "what became of them")


def run(arguments: Namespace) -> int:
    """Print what became of each receipt; 1 where one does not hold."""
    check_standard_input(arguments)
    check_outputs(arguments, ["json"])
    rows: list[object] = []
    count = fallen = 0
    for verification in _verified(arguments):
        count += 1
        fallen += not verification.holds
        if arguments.json is not None:
            outcome = {"holds": verification.holds, "kinds": verification.kinds}
            rows.append({**outcome, **json.loads(verification.to_json())})
        if arguments.json != STANDARD:
            say(str(verification) if verification.moves or not verification.holds else verification.title)
    if arguments.json is not None:
        write_json(rows, arguments.json)
    if count > 1 and arguments.json != STANDARD:
        say(f"{count - fallen:,} of {count_text(count, 'receipt')} hold")
    return int(fallen > 0)


def _verified(arguments: Namespace) -> Iterator[Verification]:
    policy = read_policies(arguments.policy) if arguments.policy else None
    for path in arguments.receipt:
        yield from (verify(receipt, policy) for receipt in receipts_in(path))
