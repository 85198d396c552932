"""Whether this machine has a Chromium, and what it says of a page: of its width, and by axe of its accessibility."""

from __future__ import annotations

import html
import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path
from typing import Any

NO_CHROMIUM = "pages are looked at in Chromium, and there is none here"
LONGEST = 900
"""Seconds for a run that takes a few: of a machine with much else to do, and not of the page."""
WIDTHS, SCHEMES = (1280, 375), ("light", "dark")
_ASK = """
addEventListener("load", async () => {
  const parts = [...document.querySelectorAll("details")];
  const shown = parts.filter(part => part.querySelector("table, svg").checkVisibility()).length;
  parts.forEach(part => part.open = true);
  const printed = document.documentElement.dataset.name === "printed";
  const nothing = {violations: [], incomplete: []};
  const said = printed ? nothing : await axe.run(document, {resultTypes: ["violations"]});
  parent.postMessage({
    name: document.documentElement.dataset.name,
    faults: said.violations.map(v => `${v.id}: ${v.help} ${v.nodes.map(n => n.target + " " + n.failureSummary)}`),
    failed: said.incomplete.filter(v => !v.nodes.length).map(v => v.id),
    width: document.documentElement.scrollWidth,
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
    fetched: performance.getEntriesByType("resource").length,
    parts: parts.length,
    shown: shown,
    overprinted: [...document.querySelectorAll("td, th")].filter(c => c.scrollWidth > c.clientWidth + 1).length,
  }, "*");
});
"""
_FRAMES = """<!DOCTYPE html><meta charset="utf-8"><body><pre id="said"></pre><script>
const said = {};
addEventListener("message", event => {
  said[event.data.name] = event.data;
  document.getElementById("said").textContent = JSON.stringify(said);
});
</script>%s</body>"""


def chromium() -> str | None:
    """Where Chromium is, if anywhere."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((place for name in names if (place := shutil.which(name))), None)


def dom_of(address: str, folder: Path, *more: str) -> str:
    """The document at an address when its scripts are done; `folder` is for the profile, `more` are options."""
    program = chromium()
    assert program is not None
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--virtual-time-budget=60000", "--dump-dom", *more]
    command = [program, *options, f"--user-data-dir={folder / 'profile'}", address]
    run = subprocess.run(command, capture_output=True, text=True, check=True, timeout=LONGEST)
    assert run.stdout, run.stderr
    return run.stdout


def looked_at(page: str, folder: Path) -> dict[str, dict[str, Any]]:
    """What Chromium says of a page at each width in each scheme, by names such as `375 dark`, and as it is `printed`.

    Each is a frame of its own, of that width and that scheme, which a page takes for its window's. `shown` are how many
    of its `parts` that can be opened were so before all were. `overprinted` are the cells of tables with more than they
    have room for.
    """
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    frames = {f"{width} {scheme}": (width, scheme, page) for width in WIDTHS for scheme in SCHEMES}
    frames["printed"] = (1040, "light", page.replace("@media print", "@media all"))
    tags = ""
    for name, (width, scheme, text) in frames.items():
        asking = f"<script>{axe}</script><script>{_ASK}</script></body>"
        text = text.replace("<html ", f'<html data-name="{name}" ', 1).replace("</body>", asking)
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
        style = f"border:0;width:{width}px;height:800px;color-scheme:{scheme}"
        tags += f'<iframe src="{name}.html" style="{style}"></iframe>'
    (folder / "frames.html").write_text(_FRAMES % tags, encoding="utf-8")
    said = re.search(r'<pre id="said">(.*?)</pre>', dom_of((folder / "frames.html").as_uri(), folder), re.DOTALL)
    assert said is not None
    answers: dict[str, dict[str, Any]] = json.loads(html.unescape(said[1]))
    assert answers.keys() == frames.keys()
    return answers
