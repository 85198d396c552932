"""The report as a page: what it says, how large it is, and in a browser how wide, how legible and how printed."""

from __future__ import annotations

import html
import io
import random
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import browsers
import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules
from reviewed import check_reviewed
from slaclock import errors
from slaclock.formats.tables import instant_text
from slaclock.reporting import html_page
from slaclock.reporting.sections import sections_of
from test_reporting import NOW, POLICY, TICKETS, USAGE, Page, desks

REPORT = sc.report(TICKETS, EXAMPLE, at=NOW, period="month", usage=USAGE)
SNAPSHOT = Path(__file__).parent / "snapshots" / "report_page.txt"
LIGHT = 300_000
"""So many bytes a page of ten worst misses stays under."""
MONTHS = 120
MEASURES = ("resolve", "supplier")


def words(page: str) -> str:
    """What a page says."""
    read = Page(page.partition("<body>")[2].partition("</body>")[0])
    return " ".join(" ".join(read.texts).split())


def many(count: int, months: int) -> list[sc.Ticket]:
    """Tickets, calls and e-mails over so many months."""
    drawn, first, tickets = random.Random(7), at("2008-04-01 09:00"), []
    for number in range(count):
        opened = first + timedelta(minutes=drawn.randrange(months * 30 * 24 * 60))
        kind = ("incident", "call", "email")[number % 3]
        fields = {
            "incident": {"resolved": opened + timedelta(minutes=drawn.expovariate(1 / 500))},
            "call": {"responded": opened + timedelta(seconds=drawn.expovariate(1 / 12))},
            "email": {"responded": opened + timedelta(minutes=drawn.expovariate(1 / 300))},
        }[kind]
        priority = drawn.choice(["P1", "P2", "P3", "P4"]) if kind == "incident" else None
        tickets.append(sc.Ticket(id=f"T{number}", kind=kind, priority=priority, opened=opened, **fields))
    return tickets


LONG = sc.report(many(6_000, MONTHS + 3), EXAMPLE, at=NOW, period="month")


def test_what_the_page_says_is_the_reviewed_text():
    said = re.sub(r"(</(?:tr|p|li|h1|h2|h3|dl|figcaption|ul)>)", r"\1\n", REPORT.to_html().partition("<body>")[2])
    lines = [" ".join(html.unescape(re.sub(r"<[^>]*>", " ", line)).split()) for line in said.splitlines()]
    text = "\n".join(line for line in lines if line) + "\n"
    check_reviewed(SNAPSHOT, text)


def test_the_page_says_the_finding_the_targets_and_what_chance_explains():
    said = words(REPORT.to_html())
    for sentence in (
        "89.9 % of 149 decided tickets met their target; 15 missed it, of 200 tickets in all.",
        "Standards attained: calls 84 % (80 % wanted) and emails 95.7 % (95 % wanted).",
        "Not beyond chance: calls and emails, as what is wanted lies within the 95 % interval.",
        "Most misses are of incident P2: 10 of 15.",
        "no month was worse than chance explains",
        "Missed in 2 of 3 months, never by more than chance explains.",
        "No hour of the week stands out: at most 2 of 15 breaches in one.",
        "incident P1 2 hours 62.5 % 30.6 to 86.3 % 11 5 3",
        "incident P3 3 days 95.4 %",
        "service_request - 10 days 100.0 %",
        "all 89.9 % 84.1 to 93.8 % 200 134 15 3 3 45",
        "Why T0162 is late",
        "3 working days 08:00-17:00, 27 h",
        "due Thu 14 Jun 2018 10:07",
        "paused: third_party",
    ):
        assert sentence in said, sentence
    assert "NaN" not in said


def test_every_picture_has_words_and_a_table_says_the_same():
    page = REPORT.to_html()
    pictures = re.findall(r"<svg[^>]*>", page)
    assert pictures
    for picture in pictures:
        assert 'aria-hidden="true"' in picture or re.search(r'role="img" aria-label="[^"]{20}', picture)
    shares = re.findall(r'aria-label="emails: 2018-04 100.0 %, 2018-05 92.8 %, 2018-06 93.9 %; 95 % wanted.', page)
    assert len(shares) == 1
    for share in ("92.8 %", "83.0 to 97.2 %", "93.9 %"):
        assert share in words(REPORT.to_html(pictures=False))
    bare = REPORT.to_html(pictures=False)
    assert "<svg" not in bare
    assert "Why T0162 is late" in bare


def test_a_cell_has_what_the_page_has_and_asks_for_nothing():
    cell = REPORT._repr_html_()
    assert cell is not None
    assert "<main" not in cell
    assert "Why T0162 is late" in cell


@pytest.mark.parametrize("asked", ["2018-04-13 10:00", "2019-04-13 10:00", "2026-04-13 10:00"])
def test_a_page_of_ten_misses_is_light_whenever_it_is_asked_for(asked):
    opened, drawn = at("2018-04-09 10:00"), random.Random(1)
    tickets = [
        ticket(id=f"T{n}", priority="P3", opened=opened + timedelta(minutes=drawn.randrange(3_000))) for n in range(400)
    ]
    report = sc.report(tickets, EXAMPLE, at=at(asked), period="month")
    page = report.to_html()
    assert len(report.worst) in (0, 10)
    assert len(page.encode()) < LIGHT
    assert page.count("<table") >= 2


def test_a_page_is_light_whatever_its_tickets_are():
    begun = at("2018-04-09 08:00")
    waits = [
        sc.Pause(start=begun + timedelta(hours=n), end=begun + timedelta(hours=n, minutes=30), reason=f"reason {n % 9}")
        for n in range(600)
    ]
    policy = with_rules(pauses={f"reason {n}": ["resolve"] for n in range(9)})
    tickets = [ticket(id=f"{'long ' * 2_000}{n}", priority="P1", opened=begun, pauses=waits) for n in range(10)]
    page = sc.report(tickets, policy, at=NOW).to_html()
    assert "more stretches" in page
    assert "paused for other reasons" in page
    assert len(page.encode()) < LIGHT


def test_ten_years_of_months_are_a_light_page_that_says_what_it_leaves_out():
    page = LONG.to_html()
    assert len(page.encode()) < LIGHT
    assert f"The last 120 of {len(LONG.periods)} months are drawn." in words(page)
    assert "more rows are in the report's JSON and Markdown." in words(page)
    assert len(LONG.by_period) == MONTHS + 2


def test_a_months_share_that_chance_does_not_explain_is_named():
    bad = [
        ticket(
            id=f"M{n}", opened=at("2018-05-08 10:00"), resolved=at("2018-05-08 10:30" if n % 3 else "2018-06-08 10:00")
        )
        for n in range(60)
    ]
    good = [ticket(id=f"G{n}", opened=at("2018-04-09 10:00"), resolved=at("2018-04-09 10:30")) for n in range(90)]
    report = sc.report([*bad, *good], EXAMPLE, at=NOW, period="month")
    assert "Worse than chance explains: 2018-05 (66.6 %), beside 86.6 % overall." in words(report.to_html())
    assert "Worse than chance explains: 2018-05" in str(report)


@settings(max_examples=25)
@given(desks(), st.sampled_from(["year", "month"]), st.sampled_from(["opened", "due"]), st.sampled_from(MEASURES))
def test_any_tickets_have_a_page_that_says_every_figure_of_its_tables(tickets, period, by, measure):
    report = sc.report(tickets, POLICY, at=at("2018-06-15 12:00"), period=period, by=by, measure=measure)
    page = report.to_html()
    assert len(page.encode()) < LIGHT
    said = words(page)
    for section in sections_of(report):
        assert section.title in said
        for line in section.lines if section.key not in ("worst", "breaches") else ():
            assert " ".join(" ".join(line).split()) in said
    for a in report.worst:
        assert re.search(rf"Why {a.ticket_id}( \(cycle {a.cycle}\))? is late", said)
        assert f"due {instant_text(a.due)}" in said


def test_targets_of_several_policies_stand_side_by_side():
    book = sc.PolicyBook([
        with_rules(name="old", targets={"incident": {"P2": {"resolve": "4 hours"}}}),
        with_rules(name="new", targets={"incident": {"P2": {"resolve": "0-6 hours"}}}, in_force_from="2018-06-01"),
    ])  # fmt: skip
    assert "incident P2 4 hours or 6 hours 0.0 %" in words(sc.report([ticket()], book, at=NOW).to_html())


def test_nothing_and_nothing_decided_are_pages_too():
    for report, said in (
        (sc.report([], EXAMPLE, at=NOW), "No tickets had opened."),
        (sc.report([ticket()], EXAMPLE, at=at("2018-04-09 10:05")), "1 ticket, none of them decided yet."),
    ):
        assert said in words(report.to_html())


@pytest.mark.parametrize(
    ("name", "kind", "remedy"),
    [
        ("r.pdf", None, "write a .html file, and print it to PDF from a browser"),
        ("r.pdf", ".html", "write a .html file, and print it to PDF from a browser"),
        ("r.md", ".html", "name a .html file"),
        ("r.html", ".json", "name a .json file"),
        ("r", None, "name a .html, .md or .json file"),
    ],
)
def test_a_name_that_says_another_kind_is_refused_with_what_to_do(tmp_path, name, kind, remedy):
    with pytest.raises(errors.InputError, match=re.escape(remedy)):
        REPORT.save(tmp_path / name, kind)
    assert not list(tmp_path.iterdir())


def test_the_command_refuses_a_pdf_before_it_reads(tmp_path):
    place = tmp_path / "r.pdf"
    command = [sys.executable, "-m", "slaclock", "report", "missing.csv", "--policy", "missing.toml", "--html", place]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert re.search(r"--html: .*r\.pdf' is no name for a \.html file; write a \.html file, and print it", run.stderr)


def test_without_its_library_the_page_names_the_extra(monkeypatch):
    html_page._templates.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(errors.MissingExtraError, match=r"'jinja2' is not installed; pip install 'slaclock\[report\]'"):
        REPORT.to_html()
    assert REPORT._repr_html_() is None
    assert "89.9 %" in REPORT.to_markdown()


@pytest.mark.parametrize("width", [80, 100, 140])
def test_a_narrow_terminal_leaves_columns_out_and_cuts_none(width):
    from rich.console import Console

    console = Console(width=width, record=True, file=io.StringIO())
    console.print(REPORT)
    said = console.export_text()
    assert max(map(len, said.splitlines())) <= width
    assert "…" not in said
    assert re.search(r"^T0162 .*Thu 14 Jun 2018 10:07  Mon 18 Jun 2018 11:07 .*18 h 30 min", said, re.MULTILINE)
    assert re.search(r"^incident +P1 .* 62.5 %", said, re.MULTILINE)
    assert ("left out at 80 columns: kind, target, elapsed" in " ".join(said.split())) == (width == 80)


@pytest.mark.skipif(browsers.chromium() is None, reason=browsers.NO_CHROMIUM)
def test_in_a_browser_the_page_is_clean_at_both_widths_in_both_schemes_and_opens_in_print(tmp_path):
    answers = browsers.looked_at(REPORT.to_html(), tmp_path)
    printed = answers.pop("printed")
    for name, said in answers.items():
        width, scheme = name.split()
        assert not said["faults"], (name, said["faults"])
        assert not said["failed"], name
        assert said["width"] <= int(width), name
        assert said["dark"] == (scheme == "dark")
        assert said["fetched"] == said["shown"] == 0
    assert printed["shown"] == printed["parts"] == 13
