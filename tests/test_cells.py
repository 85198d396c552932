"""What a notebook shows: every value has a cell of its own, which reads in any theme and relies on no host's styles."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import browsers
import slaclock as sc
from desk import EXAMPLE, at, desk
from reviewed import check_reviewed
from shown import CELLS, HANDED_ON, LATE, NIGHTS, NOW, TICKET, assessed, eventful_ticket
from slaclock import errors

STRICTER = sc.Policy.from_json(EXAMPLE.to_json().replace("0-6 hours", "4 hours"))
CHAINED = EXAMPLE.model_copy(update={
    "targets": {"incident": {"P2": {"resolve": "0-6 hours", "respond": "2 hours", "supplier": "0.5 days"}}},
    "chains": {"handed on": {"parts": ["respond", "supplier"]}}, "standards": {}, "priorities": {}, "warnings": {},
})  # fmt: skip
SHOWN = CELLS | {
    "report": lambda: sc.report([TICKET, LATE], EXAMPLE, at=NOW, period="month"),
    "comparison": lambda: sc.compare(EXAMPLE, STRICTER, [TICKET, LATE], at=NOW),
    "needed": lambda: sc.needed([TICKET, LATE], EXAMPLE, 90, at=NOW),
    "promise": lambda: sc.promise(EXAMPLE, 2018, measure="resolve"),
    "chains": lambda: sc.chains(CHAINED, 2018),
    "no chains": lambda: sc.chains(EXAMPLE, 2018),
    "overload": lambda: sc.overload([TICKET, LATE], EXAMPLE, at=NOW, work="9 hours"),
    "verification": lambda: sc.verify(assessed().receipt(), STRICTER),
    "reconciliation": lambda: sc.reconcile(
        [TICKET, LATE], EXAMPLE, due={"T1": NOW, "T2": at("2018-04-03 12:00")}, at=NOW
    ),
}


def shown(name: str) -> str:
    """The cell of a value, made anew: what a test does not do itself is laid to no test in a run of mutants."""
    return SHOWN[name]()._repr_html_()


OF_REPORTS = ("report", "comparison", "needed", "promise", "reconciliation")
SNAPSHOT = Path(__file__).parent / "snapshots" / "cells.txt"
HOST = """<!DOCTYPE html><html lang="en-GB"><head><title>Cells</title><style>
:root { color-scheme: light dark; }
body { color: light-dark(#3b3b3b, #ccc); background: light-dark(#fff, #1f1f1f); }
table, thead, tr, th, td, tbody { border: none !important; border-collapse: collapse; }
.output table { table-layout: fixed; width: 100%; } .output svg { max-width: 100%; }
.output td, .output th, .output tr { text-align: right; padding: 4px 8px; white-space: nowrap; }
.output tbody tr:nth-child(even) { background: light-dark(#fff, #fff); }
</style></head><body><main><h1>Cells</h1>%s</main></body></html>"""
"""A page with the worst that hosts do to tables, and their colours."""


@pytest.mark.parametrize("name", SHOWN)
def test_a_cell_has_styles_of_its_own_for_itself_alone(name):
    cell = shown(name)
    assert cell.startswith('<div class="sla cell slaclock"><style>')
    assert cell.count("<style>") == 1
    styles, said = re.findall("<style>(.*?)</style>", cell, re.DOTALL)[0], cell.partition("</style>")[2]
    # Every rule begins at the cell, and none asks for anything, knows of a theme or of how a page is printed.
    for rule in re.findall(r"([^{}]+)\{[^{}]*\}", styles):
        assert all(part.strip().startswith(".sla.cell.slaclock") for part in rule.split(",")), rule
    assert not re.search(r"url\(|@import|@page|prefers-color-scheme|#fff\b|#000\b|white;|black;", styles)
    assert not re.search(r"<script|src=|href=|url\(| id=|#[0-9a-f]{3,6}\b|<h\d[^>]*></h", said)
    assert len(cell) < 40_000


def test_the_cells_of_calendars_policies_and_tickets_are_the_reviewed_ones():
    parts = []
    for name in SHOWN:
        if name not in OF_REPORTS:
            said = shown(name).partition("</style>")[2]
            parts.append(f"# {name}\n" + re.sub(r"(</(?:p|div|svg|tr|thead|li|ul|dd|summary|figure)>)", r"\1\n", said))
    text = re.sub(r"\n+", "\n", "\n".join(parts)) + "\n"
    check_reviewed(SNAPSHOT, text)


def test_a_cycle_that_its_line_ended_is_drawn_as_ended():
    own = EXAMPLE.model_copy(update={
        "targets": {"incident": {"P2": {"update": "4 hours"}}}, "measures": {"update": {"next": "grid"}},
        "standards": {}, "warnings": {}, "priorities": {}, "chains": {},
    })  # fmt: skip
    first = assessed(sc.Ticket(id="T1", priority="P2", opened=at("2018-04-09 10:00")), own, measure="update").cycles[0]
    assert "<span>opened Mon 9 Apr 2018 10:00</span> <span>ended Mon 9 Apr 2018 14:00</span>" in first._repr_html_()


def test_a_receipt_of_what_is_not_due_says_so():
    said = assessed(sc.Ticket(id="T1", opened=at("2018-04-09 10:00"))).receipt()._repr_html_()
    assert "<dt>due</dt> <dd>none</dd>" in said


def test_what_cells_say():
    for name, texts in {
        "running": ["running: due", "will count", "paused: third_party", "due Tue 10 Apr 2018 10:00"],
        "breached": ['class="verdict bad"', "counted after due", "done Thu 5 Apr 2018 12:00"],
        "ticket": ["team changes", "to L2", "for third_party, until Tue 10 Apr 2018 09:00"],
        "timeline": ["running to paused", "so far", "to come"],
        "book": ["1 policy", "the beginning", "<details>"],
        "combined calendar": ["Open when either of two calendars is", "20:00-04:00"],
        "comparison": ["1 of 2 tickets", "due before; it was:"],
        "due within": ["Due within 4 hours", "Tue 10 Apr 2018 10:00", "30 min"],
        "nothing due": ["Nothing falls due within 4 hours"],
        "needed": ["The least target to resolve"],
        "chains": ["Whether the parts keep the whole in 2018/19", "just after", "stands still during supplier"],
        "overload": ["Of 1 open item, with 1 person", "must be late"],
        "no chains": ["The policy has no chains."],
        "receipt": ["Receipt of T1, resolve", "Tue 10 Apr 2018 10:00"],
        "verification": ["does not hold", "incident P2: resolve within 4 hours"],
        "reconciliation": [
            "How the desk comes to its figures",
            "fits 1 of 2 tickets (50 %)",
            "a ticket that would tell",
        ],
        "promise": ["How long a promise lets wait in 2018/19", "3 d 17 h 30 min", "just after Fri 4 May 2018 14:30"],
    }.items():
        cell = shown(name)
        for text in texts:
            assert text in cell, (name, text)


def test_a_ticket_shows_all_that_happened_in_order():
    cell = eventful_ticket()._repr_html_().partition("</style>")[2]
    for fact in ("Mon 30 Apr 2018 10:00", "4 hours"):
        assert f"<dd>{fact}</dd>" in cell
    assert re.findall('</th><td class="k">(.*?)</td>', cell) == [
        "opened", "responded", "asked", "resolved", "reopened", "team changes", "priority changes", "waits", "waits",
        "resolved", "cancelled", "abandoned",
    ]  # fmt: skip
    assert "to none" in cell
    assert "still open" in cell


def test_a_table_of_assessments_is_of_what_it_was_given():
    running = assessed()
    two = sc.table([running, assessed(LATE)])
    assert [*two] == [running, assessed(LATE)]
    assert repr(two) == "<AssessmentTable of 2 assessments>"
    row = "T1 incident P2 running Tue 10 Apr 2018 10:00 - 5 h 30 min 30 min 91 %"
    assert " ".join(str(two).splitlines()[1].split()) == row
    assert repr(sc.table([])) == "<AssessmentTable of 0 assessments>"
    cycles = sc.assess(TICKET.model_copy(update={"events": HANDED_ON}), EXAMPLE, at=NOW, measure="inform").cycles
    assert len(cycles) > 1
    turns = sc.timeline(cycles[0].ticket, EXAMPLE, at=NOW, measure="inform")._repr_html_()
    assert '<th scope="col">cycle</th>' in turns
    header, *rows = str(sc.table([*cycles, running])).splitlines()
    assert header.split()[:3] == ["ticket", "cycle", "measure"]
    assert [row.split()[1] for row in rows] == [*(str(cycle.cycle) for cycle in cycles), "-"]
    assert str(sc.table([running] * 201)).endswith("\nand 1 more.")
    assert "more" not in str(sc.table([running] * 200))
    assert "and 1 more." in sc.table([running] * 201).to_html()
    just_met = assessed(TICKET.model_copy(update={"pauses": (), "resolved": at("2018-04-09 16:00")}))
    assert just_met.consumed == 1
    assert 'class="bad"' not in sc.table([just_met]).to_html()
    for wrong in (running, "T1", 7):
        with pytest.raises(errors.ModelError, match="is no list of assessments; give one"):
            sc.table(wrong)
    with pytest.raises(errors.ModelError, match=r"1: .* is not an assessment; give what assess or assess_many makes"):
        sc.table([running, TICKET])


def test_calendars_of_others_show_themselves():
    assert "holidays" in desk()._repr_html_()
    assert "the first, and not the second," in (desk() - NIGHTS)._repr_html_()


def test_every_word_of_a_users_stays_text_in_every_cell():
    evil = '"><script>x</script></style>\u202e'
    policy = EXAMPLE.model_copy(update={"name": evil, "pauses": {evil: ["resolve"]}})
    waits = [sc.Pause(start=at("2018-04-09 11:00"), end=at("2018-04-09 12:00"), reason=evil)]
    change = sc.Change(at=at("2018-04-09 12:00"), field="team", to=evil)
    own = sc.Ticket(
        id=evil, priority="P2", opened=at("2018-04-09 10:00"), attributes={"team": evil}, pauses=waits, changes=[change]
    )
    a = sc.assess(own, policy, at=NOW)
    many = sc.compare(policy, STRICTER.model_copy(update={"pauses": policy.pauses}), [own], at=NOW)
    values = (policy, sc.PolicyBook([policy]), own, a, a.explain(), a.breakdown("team"), sc.table([a]), many)
    for value in (*values, sc.timeline(own, policy, at=NOW), sc.due_within([own], policy, at=NOW)):
        cell = value._repr_html_()
        assert "<script" not in cell, type(value)
        assert cell.count("</style>") == 1, type(value)
        assert "\u202e" not in cell, type(value)
        assert "&lt;script&gt;" in cell, type(value)


THEMES = {
    "JupyterLab light": ("#212121", "#ffffff"),
    "JupyterLab dark": ("#ffffff", "#111111"),
    "VS Code light": ("#3b3b3b", "#ffffff"),
    "VS Code dark": ("#cccccc", "#1f1f1f"),
    "Colab light": ("#212121", "#ffffff"),
    "Colab dark": ("#d5d5d5", "#383838"),
}
"""The colour of the text and of what is behind it."""


def parts_of(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def mixed(one: tuple[int, ...], share: float, other: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(round(share * a + (1 - share) * b) for a, b in zip(one, other, strict=True))


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """The contrast of two colours, as WCAG 2 has it."""
    light = []
    for colour in (one, other):
        linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in (part / 255 for part in colour)]
        light.append(sum(weight * v for weight, v in zip((0.2126, 0.7152, 0.0722), linear, strict=True)))
    return (max(light) + 0.05) / (min(light) + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_the_colours_of_cells_read_in_every_theme(theme):
    ink, paper = map(parts_of, THEMES[theme])
    ways = re.findall(
        r"--(\w+): color-mix\(in srgb, (#\w{6}|currentColor) (\d+)%, (currentColor|transparent)\)", shown("ticket")
    )
    colours = {
        name: mixed(ink if first == "currentColor" else parts_of(first), int(share) / 100,
                    ink if second == "currentColor" else paper)
        for name, first, share, second in ways
    }  # fmt: skip
    assert {"soft", "calm", "bad", "wait", "other"} <= colours.keys()
    for name in ("soft", "bad"):  # which texts have
        assert contrast(colours[name], paper) >= 4.5, name
    for name in ("calm", "late", "wait"):
        assert contrast(colours[name], paper) >= 3, name


@pytest.mark.skipif(browsers.chromium() is None, reason=browsers.NO_CHROMIUM)
def test_in_a_browser_cells_stand_under_a_hosts_styles_and_nothing_overprints(tmp_path):
    cells = "".join(f'<div class="output">{cell}</div>' for cell in map(shown, SHOWN))
    answers = browsers.looked_at(HOST.replace("%s", cells), tmp_path)
    for name, said in answers.items():
        assert not said["faults"], (name, said["faults"])
        assert said["fetched"] == said["overprinted"] == 0, name
        assert said["width"] <= int(name.split()[0]) if name != "printed" else True
