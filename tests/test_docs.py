"""The pages say what there is: every code of an error, every room, and names of files and functions that are there."""

from __future__ import annotations

import re
import tomllib
from importlib import import_module
from pathlib import Path
from urllib.parse import urlsplit

from faults import FAULTS

import slaclock as sc
from slaclock import errors

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def test_every_code_of_an_error_stands_in_its_page_and_no_other():
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, sc.SlaClockError)}
    known = {(kind.code, kind.__name__) for kind in kinds - {sc.SlaClockError}}
    page = (DOCS / "errors.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `([a-z-]+)` \| `(\w+Error)`(?:, (?:a|also an) `\w+`)? \|", page, re.MULTILINE)
    assert sorted(told) == sorted(known)
    shown = set(re.findall(r"^([a-z-]+) \| ", page, re.MULTILINE))
    assert shown | {"missing-extra"} == {code for code, _ in known}


def test_every_page_stands_in_the_navigation():
    config = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))
    pages = [page.relative_to(DOCS).as_posix() for page in DOCS.rglob("*.md")]
    assert sorted(pages_of(config["project"]["nav"])) == sorted(pages)


def pages_of(nav):
    for entry in nav:
        if isinstance(entry, str):
            yield entry
        else:
            [below] = entry.values()
            yield from [below] if isinstance(below, str) else pages_of(below)


def test_every_fault_that_is_drawn_is_told_and_holds():
    page = (DOCS / "faults.md").read_text(encoding="utf-8")
    assert sorted(re.findall(r"pictures/fault-([\w-]+)\.svg", page)) == sorted(fault.name for fault in FAULTS)
    for fault in FAULTS:
        assert f"### {fault.title}\n" in page
        due = {fault.assessed(measure).due for measure in fault.targets}
        assert due.isdisjoint(fault.wrong.values()), fault.name


def test_one_page_says_how_slaclock_is_installed():
    """Others name the extra, so that a release changes one page; an error's own remedy may be shown anywhere."""
    for page in (*DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb"), *(ROOT / "src").rglob("*.py")):
        lines = page.read_text(encoding="utf-8").splitlines()
        said = [line for line in lines if re.search(r"pip install [^&|;]*\bslaclock\b", line)]
        wrong = [line for line in said if "is not installed" not in line]
        assert not wrong or page == DOCS / "index.md", f"{page.name}: {wrong}"


def test_no_page_shows_a_length_below_zero_as_python_writes_it():
    for page in (ROOT / "README.md", *DOCS.rglob("*.md"), *DOCS.rglob("*.ipynb"), *(ROOT / "src").rglob("*.py")):
        wrong = re.findall(r"-\d+ days?, \d+:\d\d", page.read_text(encoding="utf-8"))
        assert not wrong, f"{page.name}: {wrong}: sc.format_duration says it as people do"


def written_pages():
    beside = ("*.md", "changelog.d/*.md", "examples/*/*.md", ".github/*.md")
    return [*DOCS.rglob("*.md"), *(page for pattern in beside for page in ROOT.glob(pattern))]


def links_of(text):
    """What the links of a page name: in their place, or below as `[name]: place`; and none that is code."""
    text = re.sub(r"^```.*?^```|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    inline = re.findall(r"\]\(\s*<?([^)\s>]*)>?[^)]*\)", text)
    below = re.findall(r"^\[[^\]]+\]:\s*<?([^\s>]+)", text, re.MULTILINE)
    return [*inline, *below, *re.findall(r"<(https?:[^>\s]*)>", text)]


def test_links_between_pages_lead_somewhere():
    checked = 0
    for page in written_pages():
        for link in links_of(page.read_text(encoding="utf-8")):
            place, _, anchor = link.partition("#")
            if re.match(r"\w+:", place):
                continue
            checked += 1
            there = page.parent / place if place else page
            assert there.resolve().is_relative_to(ROOT), f"{page.name} links to {link}, outside the repository"
            assert there.exists(), f"{page.name} links to {link}"
            if DOCS in page.parents:
                assert DOCS in there.resolve().parents, f"{page.name} links to {link}, which is not on the site"
            if anchor:
                headings = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
                anchors = [re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings]
                assert anchor in anchors, f"{page.name} links to {link}"
    assert checked > 300


HOSTS = {
    "api.freshservice.com", "api.rubyonrails.org", "citation-file-format.github.io", "developer.atlassian.com",
    "developer.zendesk.com", "docs.frappe.io", "docs.github.com", "docs.gitlab.com", "docs.zammad.org",
    "duckdb.org", "github.com", "hypothesis.readthedocs.io", "json-schema.org", "kislyuk.github.io",
    "learn.microsoft.com", "pre-commit.com", "rich.readthedocs.io", "semver.org", "spark.apache.org",
    "www.servicenow.com", "www.w3.org", "zensical.org",
}  # fmt: skip
"""The hosts to which pages link: the homes of standards, libraries and desks. Whoever adds one has looked at it."""


def test_links_to_elsewhere_are_well_formed_and_to_known_hosts():
    """Those of pages, and the sources of rules that docstrings name."""
    links = [(page, link) for page in written_pages() for link in links_of(page.read_text(encoding="utf-8"))]
    for module in (ROOT / "src").rglob("*.py"):
        text = module.read_text(encoding="utf-8")
        links += [(module, link.rstrip(".,;:")) for link in re.findall(r"https?://[\w-]+[^\s)>\"'`]*", text)]
    hosts = set()
    for file, link in links:
        parts = urlsplit(link)
        if parts.scheme and parts.hostname not in ("localhost", "desk"):
            assert parts.netloc == parts.hostname, f"{file.name} links to {link}"
            assert re.fullmatch(r"[!-~]+", link), f"{file.name} links to {link}"
            assert parts.scheme == "https" or link == "http://www.w3.org/2000/svg", f"{file.name} links to {link}"
            hosts.add(parts.netloc)
    assert hosts == HOSTS


def test_what_users_notice_stands_in_fragments_alone():
    """`make changelog` makes one section of them, so the file itself has nothing but versions."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["towncrier"]
    changelog = (ROOT / config["filename"]).read_text(encoding="utf-8")
    assert changelog.count(config["start_string"]) == 1
    assert all(re.match(r"## \d+\.\d+\.\d+ \(", line) for line in changelog.splitlines() if line.startswith("## "))
    kinds = {kind["directory"] for kind in config["type"]}
    fragments = {path for path in (ROOT / config["directory"]).iterdir() if path.name not in config["ignore"]}
    for fragment in fragments:
        assert re.fullmatch(r"[\w.-]+\.(\w+)\.md", fragment.name), fragment.name
        assert fragment.name.split(".")[-2] in kinds, fragment.name
        lines = fragment.read_text(encoding="utf-8").splitlines()
        assert lines[0].strip(), fragment.name
        assert not any(re.match("#+ ", line) or re.search(r"\]\((?!https:)", line) for line in lines), fragment.name
        if lines[0].startswith("- "):  # a list of changes, and nothing else
            assert all(line[:2] in ("- ", "  ", "") for line in lines), fragment.name


def test_the_floors_are_drawn_as_they_are_held():
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = next(held["layers"] for held in config["tool"]["importlinter"]["contracts"] if held["type"] == "layers")
    held = [[room.strip().removeprefix("slaclock.") for room in layer.split("|")] for layer in layers]
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    drawn = [sorted(line.strip("│ ").split()) for line in page.splitlines() if line.startswith("│")]
    assert drawn == [sorted(rooms) for rooms in held]
    described = re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE)
    assert sorted(described) == sorted(room for rooms in held for room in rooms)
    source = ROOT / "src" / "slaclock"
    there = {path.stem for path in source.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert set(described) == there - {"__init__", "__main__", "typing"}


def test_names_and_files_of_the_architecture_are_there():
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    names = re.findall(r"`((?:[a-z_]+/)*[a-z_]+)\.(\w[\w.]*)`", page)
    assert len(names) > 60
    for file, name in names:
        if name == "py":
            assert (ROOT / "src" / "slaclock" / f"{file}.py").exists(), file
        elif "/" in file:
            value = import_module(f"slaclock.{file.replace('/', '.')}")
            for part in name.split("."):
                value = getattr(value, part)


def test_the_policy_that_is_shown_is_one():
    block = re.search(r"```toml\n(.*?)```", (DOCS / "policies.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None
    policy = sc.Policy.parse(block[1])
    assert {name for name in type(policy).model_fields if name not in policy.model_fields_set} == set()
