"""What the tests of importers share: the exports under `tests/desks`, and the desks made of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import slaclock as sc
from slaclock.cli import main
from slaclock.desks.imported import Imported
from slaclock.desks.products import product

EXPORTS = Path(__file__).parent / "desks"


def documents(name: str) -> dict[str, Any]:
    """The documents of a product's export, by the names of their files."""
    return {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in (EXPORTS / name).glob("*.json")}


def desk_of(name: str, **options: Any) -> Imported[Any]:
    """The desk of a product's export."""
    return product(name).desk(documents(name), **options)


def lost(made: Imported[Any]) -> list[str]:
    """What was lost, as texts."""
    return [str(entry) for entry in made.lost]


def judged(made: Imported[Any], at: str, measure: str = "resolve") -> dict[str, tuple[str, str | None]]:
    """How each ticket stands: its state, and when it is due."""
    desk = made.value
    answers = {ticket.id: sc.assess(ticket, desk.policy, at=at, measure=measure) for ticket in desk.tickets}
    return {key: (own.state, None if own.due is None else f"{own.due:%a %d %H:%M}") for key, own in answers.items()}


def by_files(name: str, folder: Path, at: str, capsys: Any, *options: str) -> tuple[list[str], dict[str, Any]]:
    """What `slaclock import` prints, and how `slaclock assess` then finds the tickets in the files that it wrote."""
    out = folder / "my-desk"
    assert main(["import", name, str(EXPORTS / name), "--out", str(out), *options]) == 0
    printed = capsys.readouterr().out.splitlines()
    sides = [word for file in out.glob("*.csv") if file.stem != "tickets" for word in (f"--{file.stem}", str(file))]
    policy = out / "sla.toml" if (out / "sla.toml").exists() else out / "policies"
    answers = folder / "answers.csv"
    words = ["assess", str(out / "tickets.csv"), *sides, "--policy", str(policy), "--at", at, "--out", str(answers)]
    assert main(words) == 0
    capsys.readouterr()
    header, *rows = (line.split(",") for line in answers.read_text(encoding="utf-8").splitlines())
    cells = [dict(zip(header, row, strict=False)) for row in rows]
    return printed, {row["id"]: row["state"] for row in cells}


def same_by_files(name: str, folder: Path, at: str, capsys: Any, *options: str) -> list[str]:
    """The files of a desk are judged as the desk itself is; what `slaclock import` prints."""
    keys = {"--timezone": "timezone", "--name": "name"}
    given = dict(zip((keys[word] for word in options[::2]), options[1::2], strict=True))
    printed, states = by_files(name, folder, at, capsys, *options)
    assert states == {key: state for key, (state, _) in judged(desk_of(name, **given), at).items()}
    return printed
