"""`slaclock chains`: whether the parts of a policy's chains can keep the whole, over every opening of a year."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from slaclock.cli.options import add_fail_on, add_page, add_year_of_policy, code_of
from slaclock.cli.outputs import check_outputs, say_and_write
from slaclock.cli.policies import read_policies, year_asked

EXAMPLES = (
    "slaclock chains sla.toml --year 2026",
    "slaclock chains sla.toml --chain p2 --json -",
    "slaclock chains sla.toml --year 2018 --fail-on late --markdown chains.md",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `chains`."""
    add_year_of_policy(parser)
    parser.add_argument("--chain", metavar="NAME", help="one chain alone, by its name under [chains]")
    add_fail_on(parser, ("late",), "parts may end later than promised")
    add_page(parser)


def run(arguments: Namespace) -> int:
    """Print what the chains come to, and write it where files are named."""
    check_outputs(arguments, ["json", "markdown"])
    policy = read_policies(arguments.policy, "POLICY")
    from slaclock.parts.chain import chains

    results = chains(policy, year_asked(policy, arguments.year), chain=arguments.chain)
    say_and_write(results, arguments)
    return code_of(arguments, ["late"] * bool(results.late))
