"""The pictures: each is drawn, says its finding, and is told by more than colour."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from xml.etree import ElementTree

import pictures
import pytest

import slaclock as sc
from desk import EXAMPLE, at, desk, ticket
from slaclock import charts, errors
from slaclock.figures import findings
from test_reporting import EVIL, NOW, TICKETS, with_rules

REPORT = sc.report(TICKETS, EXAMPLE, at=NOW, period="month")
PAUSED = ticket(pauses=[sc.Pause(start=at("2018-04-09 11:00"), reason="third_party")])
YEAR = sc.subscription_year(NOW).period
CHARTS = {
    "tickets": lambda: charts.compliance(REPORT),
    "e-mails": lambda: charts.compliance(REPORT, "emails"),
    "breaches": lambda: charts.breaches(REPORT),
    "a breach": lambda: charts.timeline(REPORT.worst[0]),
    "a wait": lambda: charts.timeline(sc.assess(PAUSED, EXAMPLE, at=at("2018-04-12 12:00"))),
    "a ticket to come": lambda: charts.timeline(sc.assess(ticket(), EXAMPLE, at=at("2018-04-09 12:00"))),
    "year": lambda: charts.year(desk(special={"2018-12-24": ["08:00-12:00"], "2018-12-27": []}), YEAR),
    "nothing": lambda: charts.breaches(sc.report([], EXAMPLE, at=NOW)),
    "nothing decided": lambda: charts.compliance(sc.report([ticket()], EXAMPLE, at=at("2018-04-09 12:00"))),
}


@pytest.mark.parametrize("name", CHARTS)
def test_every_chart_is_drawn_offline_as_svg_and_png(name, tmp_path):
    chart = CHARTS[name]()
    charts.save(chart, tmp_path / "c.svg")
    charts.save(chart, tmp_path / "c.png")
    assert (tmp_path / "c.svg").read_text(encoding="utf-8").startswith("<svg")
    assert (tmp_path / "c.png").read_bytes().startswith(b"\x89PNG")


def test_html_holds_all_that_it_needs(tmp_path):
    charts.save(CHARTS["breaches"](), tmp_path / "c.html")
    page = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert not re.findall(r"<(?:script|link)[^>]*(?:src|href)=", page)
    with pytest.raises(errors.InputError, match="name a .svg, .png or .html file"):
        charts.save(CHARTS["breaches"](), tmp_path / "c.gif")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("tickets", ["89.9 % of tickets were within target", "lowest: 89.1 % in 2018-06"]),
        ("e-mails", ["was attained in 1 of 3 months", "✗ is below the standard", "95 % wanted", "92.8 % ✗"]),
        ("breaches", ["No hour of the week stands out: at most 2 of 15 breaches in one"]),
        ("a breach", ["T0162 breached: due Thu 14 Jun 2018 10:07", "paused", "opened", "due", "done"]),
        ("a wait", ["T1 paused: no due date while it waits"]),
        ("year", ["252 working days and 7 holidays on them", "25 December Christmas Day", "½", ">H<", ">S<"]),
        ("nothing", ["No ticket missed its target"]),
    ],
)
def test_titles_say_the_finding_and_words_back_the_colours(name, words):
    drawn = charts.svg(CHARTS[name]())
    for word in words:
        assert word.replace("<", "&lt;") in drawn or word in drawn


def test_one_hour_that_stands_out():
    opened = at("2018-04-09 10:00")
    late = [ticket(id=f"T{n}", opened=opened + timedelta(minutes=n)) for n in range(3)]
    drawn = charts.svg(charts.breaches(sc.report(late, EXAMPLE, at=NOW)))
    assert "Most breaches fall due on Mon from 16:00: 3 of 3" in drawn


def test_most_is_said_of_a_majority_alone_and_more_only_beyond_chance():
    def found(*counts):
        hours = [[0] * 24 for _ in range(7)]
        for number, count in enumerate(counts):
            hours[number % 5][9 + number // 5] = count
        return findings.breaches_finding(replace(REPORT, breaches=tuple(map(tuple, hours))))

    assert found(30, *[1] * 20) == "Most breaches fall due on Mon from 09:00: 30 of 50"
    assert (
        found(*[1] * 20, 12, *[1] * 19) == "More breaches fall due on Mon from 13:00 than in any other hour: 12 of 51"
    )
    assert found(*[2] * 20, 5) == "No hour of the week stands out: at most 5 of 45 breaches in one"


def test_no_number_is_white_on_a_pale_square():
    drawn = charts.svg(CHARTS["breaches"]())
    numbers = re.findall(r'<text [^>]*fill="([^"]*)"[^>]*>[12]</text>', drawn)
    assert numbers
    assert set(numbers) == {"black"}


def test_holidays_at_a_weekend_are_not_counted_as_days_lost():
    both = {"2018-07-04": "Wednesday's", "2018-07-07": "Saturday's"}
    drawn = charts.svg(charts.year(desk().model_copy(update={"holidays": both}), YEAR))
    assert "and 1 holiday on them" in drawn
    assert "4 July Wednesday's" in drawn
    assert "7 July Saturday" not in drawn


def test_an_unknown_standard():
    with pytest.raises(errors.PolicyError, match="no service standard 'faxes'; use one of: calls, emails"):
        charts.compliance(REPORT, "faxes")


def test_a_users_words_stay_text_in_a_chart():
    policy = with_rules(pauses={EVIL: ["resolve"]})
    waits = [sc.Pause(start=at("2018-04-09 11:00"), reason=EVIL)]
    drawn = charts.svg(charts.timeline(sc.assess(ticket(id=EVIL, pauses=waits), policy, at=at("2018-04-09 12:00"))))
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_the_pictures_of_the_pages_are_what_their_script_draws(tmp_path, monkeypatch):
    """Those of clocks to the letter; of the others, which another version may lay out otherwise, what they say."""
    drawn = dict(pictures.of_clocks())
    for name, text in drawn.items():
        assert (pictures.PICTURES / f"{name}.svg").read_text(encoding="utf-8") == text, name
    committed = pictures.PICTURES
    monkeypatch.setattr(pictures, "PICTURES", tmp_path)
    pictures.main()
    there = {path.name for path in tmp_path.iterdir()}
    assert there == {path.name for path in committed.glob("*.svg")} - {"columns-speed.svg"}  # measured, by a benchmark
    for name in there:
        texts = ((folder / name).read_text(encoding="utf-8") for folder in (committed, tmp_path))
        said = [re.findall(">([^<>]+)<", text) for text in texts]
        assert said[0] == said[1], name
        assert said[0]


@pytest.mark.parametrize("name", [name for name, _ in pictures.of_clocks()])
def test_pictures_of_clocks_stand_alone(name):
    """They say in words what they show, and fetch nothing."""
    text = (pictures.PICTURES / f"{name}.svg").read_text(encoding="utf-8")
    root = ElementTree.fromstring(text)
    title = root.find("{http://www.w3.org/2000/svg}title")
    assert title is not None
    assert title.text
    assert root.get("role") == "img"
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")
