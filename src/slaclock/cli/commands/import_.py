"""`slaclock import`: a folder of answers from a desk's product, as a policy, tickets, and a list of what was lost."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from pathlib import Path

from slaclock.cli.desk_files import BOOK, POLICY, write_desk
from slaclock.cli.options import add_json
from slaclock.cli.outputs import STANDARD, check_name, check_outputs, say, write_json
from slaclock.desks.imported import Lost
from slaclock.desks.products import PRODUCTS, Product, product
from slaclock.errors import InputError, SlaClockError, printable
from slaclock.formats.documents import read_data, read_text
from slaclock.formats.extras import needs_extra
from slaclock.formats.files import real_path
from slaclock.policy.book import PolicyBook

EXAMPLES = (
    "slaclock import zendesk answers --out desk --timezone Europe/London --name 'Our desk'",
    "slaclock import jira answers --out desk --json -",
)


def add_arguments(parser: ArgumentParser) -> None:
    """Add the arguments of `import`."""
    parser.add_argument("product", choices=tuple(PRODUCTS), help=", ".join(PRODUCTS.values()), metavar="PRODUCT")
    parser.add_argument(
        "folder", metavar="FOLDER", help="a folder, such as answers, with the product's answers as .json files"
    )
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="a new folder for the policy and the tickets, such as desk"
    )
    parser.add_argument(
        "--timezone", metavar="ZONE", help="the desk's zone, where the product does not say it, such as Europe/London"
    )
    parser.add_argument(
        "--name", metavar="NAME", help="what the policy is called, such as 'Our desk' (default: the product)"
    )
    add_json(parser, "what was written, and what was lost,")


def run(arguments: Namespace) -> int:
    """Read the folder, write the new one, and say what was lost, a line each."""
    check_name(arguments.out, "name a new folder", "--out")
    check_outputs(arguments, ["json"])
    importer = product(arguments.product)
    documents, lost = _documents(importer, arguments.folder)
    options = {} if arguments.name is None else {"name": arguments.name}
    try:
        made = importer.desk(documents, timezone=arguments.timezone, **options)
    except SlaClockError as error:
        raise error.within(Path(arguments.folder)) from None
    with needs_extra("cli"):
        names = write_desk(made.value, arguments.out)
    lost = [*lost, *made.lost]
    if arguments.json is not None:
        entries = [{"path": list(entry.path), "why": entry.why} for entry in lost]
        write_json({"folder": arguments.out, "files": names, "lost": entries}, arguments.json)
        if arguments.json == STANDARD:
            return 0
    for entry in lost:
        say(f"lost: {' '.join(str(entry).split())}")
    say(f"wrote {', '.join(names)} to {arguments.out}")
    if made.value.tickets:
        say(f"try: {_next_command(arguments.out, names, isinstance(made.value.policy, PolicyBook))}")
    return 0


def _documents(importer: Product, folder: str) -> tuple[dict[str, object], list[Lost]]:
    """The documents of a folder by the names of their files, and those that are no file of the product's."""
    place = real_path(folder, "FOLDER")
    if not place.is_dir():
        raise InputError(f"{printable(folder)} is no folder", "give one with .json files", "FOLDER", value=folder)
    try:
        files = sorted(file for file in Path(folder).iterdir() if file.is_file())
    except OSError as error:
        raise InputError(f"cannot read {printable(folder)} ({error.strerror})", "check the path", "FOLDER") from None
    own = {file.stem: file for file in files if file.suffix.lower() == ".json" and file.stem in importer.FILES}
    if not own:
        names = ", ".join(f"{name}.json" for name in importer.FILES)
        problem = f"{printable(folder)} has none of the product's files"
        raise InputError(problem, f"save its answers as {names}", "FOLDER", value=folder)
    lost = [Lost((file.name,), "no file of this product's, and not read") for file in files if file not in own.values()]
    documents: dict[str, object] = {}
    for name, file in own.items():
        text = read_text(file, InputError)
        try:
            documents[name] = read_data(text.removeprefix("\ufeff"), "json", InputError)
        except InputError as error:
            raise error.within(file) from None
    return documents, lost


def _next_command(folder: str, names: list[str], is_book: bool) -> str:
    sides = " ".join(
        f"--{name.removesuffix('.csv')} {folder}/{name}"
        for name in names
        if name.endswith(".csv") and name != "tickets.csv"
    )
    policy = f"--policy {folder}/{BOOK if is_book else POLICY}"
    return " ".join(part for part in (f"slaclock assess {folder}/tickets.csv", sides, policy) if part)
