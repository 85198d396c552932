"""Writes the pages of the reference that come from the code: `python examples/reference.py`.

The keys of a policy and of a file of cases are those of their schemas, the commands those of the command line's parser.
"""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from slaclock.checking import schema
from slaclock.cli.parser import whole_parser

REFERENCE = Path(__file__).resolve().parent.parent / "docs" / "reference"
_NOTE = "<!-- written by examples/reference.py: `make pictures` writes it anew -->\n"
_KEYS = """# Every key of a policy

[How to write a policy](../policies.md) shows a whole file and says how its parts work together. This page lists each
key, with what it may be and its default; keys without a default are needed. `slaclock schema` prints the same as JSON
Schema, by which editors complete and check a file.
"""
_TABLES = {
    "WorkingCalendar": "[calendar], [calendars.NAME]",
    "KindTargets": "[targets.KIND], [targets.KIND.PRIORITY]",
    "MeasureTable": "[measures.NAME]",
    "Rules": "[rules]",
    "Standard": "[standards.NAME]",
    "Availability": "[availability.NAME]",
    "Chain": "[chains.NAME]",
    "Allowance": "[allowances.NAME]",
    "WarningRule": "[warnings.NAME]",
    "Case": "[cases.NAME]",
    "CasePause": "pauses of a case",
    "CaseChange": "changes of a case",
    "CaseReopening": "reopenings of a case",
    "CaseEvent": "events of a case",
    "CaseCycle": "cycles of a case",
}
"""The heading of each table of the schemas, in the order of the page."""
_MORE = {
    "KindTargets": "Targets of [measures of your own](../measures.md#measures-of-your-own) stand beside these by their "
    'names. A target is text such as `"6 hours"`, `"none"`, or a table of `within`, `calendar` and `pauses`.',
}
_PLAIN = {
    "string": "text", "integer": "a whole number", "number": "a number", "boolean": "true or false", "array": "a list",
}  # fmt: skip
_COMMANDS = """# Every command

Each command exits with 0 for an answer, 1 where a rule fails, 2 with a line for bad input, and 130 where it was
interrupted. [Any desk's files](../files.md) says what the files may be.
"""


def main() -> None:
    for name, text in pages().items():
        (REFERENCE / name).write_text(text, encoding="utf-8")


def pages() -> dict[str, str]:
    """The pages by the names of their files."""
    return {"commands.md": commands(), "policy-keys.md": keys()}


def keys() -> str:
    """Every table of a policy and of a file of cases, with its keys."""
    policy, cases = schema("policy"), schema("cases")
    parts = [_KEYS, _NOTE, *_table("The policy", policy)]
    tables = {**policy["$defs"], **cases["$defs"]}
    for name in (*policy["$defs"], *cases["$defs"]):
        if name not in _TABLES:
            raise ValueError(f"the page has no heading for {name}")
    for name, heading in _TABLES.items():
        if name == "Case":
            parts += _table("A file of cases", cases)
        parts += _table(f"`{heading}`" if heading.startswith("[") else heading.capitalize(), tables[name])
        parts += [f"{_MORE[name]}\n"] if name in _MORE else []
    return "\n".join(parts)


def _table(heading: str, table: Mapping[str, Any]) -> Iterator[str]:
    yield f"## {heading}\n"
    yield "| key | may be | default | means |\n|---|---|---|---|"
    for key, field in table["properties"].items():
        needed = key in table.get("required", ())
        default = "needed" if needed else _default(field.get("default"))
        yield _row(f"`{key}`", " or ".join(_forms(field)), default, field["description"])
    yield ""


def _default(value: object) -> str:
    empty = value in (None, "", [], {}, [[]] * 7) or (isinstance(value, Mapping) and not any(value.values()))
    return "" if empty else f"`{json.dumps(value)}`" if not isinstance(value, Mapping) else "see there"


def _forms(field: Mapping[str, Any]) -> Iterator[str]:
    """What a field may be, in the words of a reader of files; each once."""
    yield from dict.fromkeys(_all_forms(field))


def _all_forms(field: Mapping[str, Any]) -> Iterator[str]:
    if "anyOf" in field:
        for part in field["anyOf"]:
            yield from _all_forms(part)
    elif "const" in field:
        yield f'`"{field["const"]}"`'
    elif "enum" in field:
        yield from (f'`"{value}"`' for value in field["enum"])
    elif "$ref" in field:
        heading = _TABLES[field["$ref"].rpartition("/")[2]]
        yield f"[a table](#{re.sub(r'[^a-z -]', '', heading.lower()).replace(' ', '-')})"
    elif field.get("type") == "object":
        inner = field.get("additionalProperties")
        yield "a table" if not isinstance(inner, Mapping) else f"a table of {_plural(_forms(inner))}"
    elif field.get("type") == "array":
        yield f"a list of {_plural(_forms(field['items']))}"
    else:
        names = field["type"] if isinstance(field["type"], list) else [field["type"]]
        yield from (_PLAIN[name] for name in names if name != "null")


def _plural(forms: Iterable[str]) -> str:
    plurals = {"text": "texts", "a table": "tables", "a whole number": "whole numbers"}
    return " or ".join(plurals.get(form, form.replace("[a table]", "[tables]")) for form in forms)


def commands() -> str:
    """Every command with its arguments."""
    parts = [_COMMANDS, _NOTE]
    for name, parser in whole_parser()[1].items():
        parts += [f"## slaclock {name}\n", f"{parser.description}\n", "```console"]
        parts += [line.strip() for line in (parser.epilog or "").splitlines()[1:]]
        parts.append("```\n")
        actions = [action for action in parser._actions if action.dest != "help"]
        if actions:
            parts += ["| argument | means |\n|---|---|", *(_argument(action) for action in actions), ""]
    return "\n".join(parts)


def _argument(action: argparse.Action) -> str:
    value = action.metavar or (",".join(map(str, action.choices)) if action.choices else action.dest.upper())
    if isinstance(value, tuple):
        value = " ".join(value)
    if action.option_strings:
        shown = ", ".join(action.option_strings) + ("" if action.nargs == 0 else f" {value}")
    else:
        shown = f"[{value}]" if action.nargs in ("?", "*") else value
    return _row(f"`{shown}`", (action.help or "").replace("%(default)s", str(action.default)).replace("%%", "%"))


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("<", "&lt;") for cell in cells) + " |"


if __name__ == "__main__":
    main()
