"""`slaclock schema`: the JSON Schema of a policy or of a file of cases, for editors."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from slaclock.checking import schema
from slaclock.cli.options import choices_of

EXAMPLES = (
    "slaclock schema",
    "slaclock schema cases",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `schema`."""
    parser.add_argument("of", nargs="?", choices=choices_of(schema, "of"), default="policy", help="(default: policy)")


def run(arguments: Namespace) -> int:
    """Print a JSON Schema."""
    print(json.dumps(schema(arguments.of), ensure_ascii=False, indent=2))
    return 0
