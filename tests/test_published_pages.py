"""Published pages beside a policy and beside themselves: reviewed ones, drawn ones, and what a hostile page may be."""

from __future__ import annotations

import json
import re
import time
from html import escape
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE
from reviewed import check_reviewed
from slaclock import errors
from slaclock.checking import PageCheck, check, check_page
from slaclock.checking.pages.amounts import Amount, Unclear, amounts_of, only_amount
from slaclock.checking.pages.html_reader import read_html
from slaclock.checking.pages.markdown_reader import read_markdown
from slaclock.checking.pages.week_words import WeekSaid, WeekUnclear, week_of
from slaclock.cli.main import main

PAGES = Path(__file__).parent / "published_pages"
SNAPSHOT = Path(__file__).parent / "snapshots" / "published_pages.txt"


@pytest.fixture
def page(tmp_path):
    """A function that writes a page and says what it comes to."""

    def written(text, policy=EXAMPLE, name="sla.md"):
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return check_page(file, policy)

    return written


def of(made, *verdicts):
    return [
        (own.verdict, own.line, own.about, own.page, own.policy) for own in made.readings if own.verdict in verdicts
    ]


# Reviewed pages


def test_reviewed_pages(monkeypatch):
    monkeypatch.chdir(PAGES)
    parts = []
    for file in sorted(Path().iterdir()):
        for policy, title in ((EXAMPLE, "beside the example's policy"), (None, "beside itself")):
            made = check_page(file, policy)
            kept = [own for own in str(made).splitlines() if ": policy only: " not in own]
            parts.append("\n".join([f"# {file}, {title}", *kept]))
            assert PageCheck.from_json(made.to_json()) == made
    text = "\n\n".join(parts) + "\n"
    check_reviewed(SNAPSHOT, text)


# Amounts, and hours


@pytest.mark.parametrize(
    ("text", "target", "clock"),
    [
        ("within 2 working hours", "2 hours", "working"),
        ("2 hours", "2 hours", None),
        ("4hrs", "4 hours", None),
        ("30 mins", "30 minutes", None),
        ("3–5 days", "3-5 days", None),
        ("3 to 5 working days", "3-5 days", "working"),
        ("in under one business day", "< 1 day", "working"),
        ("less than 20 seconds", "< 20 seconds", None),
        ("1 hour 30 minutes", "90 minutes", None),
        ("half an hour", "30 minutes", None),
        ("two (2) business days", "2 days", "working"),
        ("15 minutes (24/7)", "15 wall minutes", "plain"),
        ("4 clock hours", "4 wall hours", "plain"),
        ("2 calendar days", "48 wall hours", "plain"),
        ("by close of the next working day", "1 day by close", "working"),
        ("same day", "0 days by close", "working"),
        ("0.5 hours", "30 minutes", None),
        ("every hour", "1 hour", None),
        ("daily", "1 day", None),
    ],
)
def test_amounts(text, target, clock):
    [amount] = amounts_of(text)
    assert isinstance(amount, Amount)
    assert (amount.target, amount.clock) == (sc.Target.parse(target), clock)
    assert only_amount(text) == amount


@pytest.mark.parametrize(
    "text", ["after 5 days", "24 hours a day", "5 days' notice needed", "more than 3 days", "£5 a day"]
)
def test_what_is_no_limit(text):
    assert not [own for own in amounts_of(text) if isinstance(own, Unclear) or own.is_limit]


@pytest.mark.parametrize(
    "text",
    [
        "next working day",
        "2 weeks",
        "3 d 17 h 30 min",
        "1 day and 2 hours",
        "as soon as possible",
        "best endeavours",
        "to be agreed",
    ],
)
def test_what_is_no_amount(text):
    [unclear] = amounts_of(text)
    assert isinstance(unclear, Unclear)


NORMAL = {"mon": "08:00-17:00", "tue": "08:00-17:00", "wed": "08:00-17:00", "thu": "08:00-17:00", "fri": "08:00-16:30"}


@pytest.mark.parametrize(
    "text",
    [
        "Monday to Thursday 8am-5pm, Friday 8am-4.30pm",
        "Mon-Thu 08:00-17:00; Fri 08:00-16:30",
        "8am to 5pm Monday to Thursday and 8am to 4.30pm on Fridays",
        "Monday – Thursday: 8.00am – 5.00pm; Friday: 8.00am until 4:30 p.m.",
        "Mon to Thurs, 0800 - 1700, and Fri, 0800 - 1630",
        "between 8 and 5pm Monday, Tuesday, Wednesday and Thursday (8am to 4.30pm Fridays)",
    ],
)
def test_hours(text):
    week = week_of(text)
    assert isinstance(week, WeekSaid)
    hours = sc.WorkingCalendar(timezone="Europe/London", hours=NORMAL).hours
    assert dict(week.days) == {day: hours[day] for day in range(5)}


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("8am to 5pm Monday to Friday, excluding bank holidays", True),
        ("weekdays 9am–5.30pm (not bank holidays)", True),
        ("We are closed on public holidays", True),
        ("Monday to Friday 9am-5pm including bank holidays", False),
        ("Bank holidays are excluded", True),
        ("Every bank holiday has a name", None),
    ],
)
def test_holidays(text, closed):
    week = week_of(text)
    assert (week.closed_on_holidays if isinstance(week, WeekSaid) else None) is closed


@pytest.mark.parametrize(
    "text",
    [
        "Monday-Friday, 8am to 5pm, closing at 4.30pm on Fridays",
        "Monday to Friday 08:00-17:00 (Fridays until 16:30)",
        "Open weekdays 8am-5pm, except Fridays when we close at 4.30pm",
        "Monday to Friday 8am-5pm, except Friday 8am-4.30pm",
    ],
)
def test_a_closing_of_one_day_by_itself(text):
    week = week_of(text)
    assert isinstance(week, WeekSaid)
    hours = sc.WorkingCalendar(timezone="Europe/London", hours=NORMAL).hours
    assert dict(week.days) == {day: hours[day] for day in range(5)}


@pytest.mark.parametrize(
    "text", ["from 9am to 5pm Monday to Friday, opening at 8am on Wednesdays", "8am-5pm weekdays; Wednesdays from 10am"]
)
def test_an_opening_of_one_day_by_itself_is_unclear(text):
    assert isinstance(week_of(text), WeekUnclear)


def test_times_of_one_day_are_read_in_a_time_that_grows_evenly():
    text = "Monday to Friday 8am-5pm, closing at 4pm on Fridays, "
    begun = time.perf_counter()
    assert week_of(text * 4000) == week_of(text)
    assert time.perf_counter() - begun < 10


def test_hours_in_a_column_for_the_opening_and_one_for_the_closing(page):
    rows = {"Monday": ("8:00am", "5:00pm"), "Wednesday": ("9am", "5pm"), "Thursday": ("08:00", "17:00")}
    cells = "".join(f"<tr><td>{day}</td><td>{a}</td><td>{b}</td></tr>" for day, (a, b) in rows.items())
    more = "<tr><td>Friday</td><td>8am</td><td>noon</td><td>1pm</td><td>4.30pm</td></tr>"
    head = "<tr><th>Day</th><th>Opens</th><th>Closes</th></tr>"
    made = page(f"<table>{head}{cells}</table><table>{more}</table>", name="sla.html")
    assert of(made, "agrees", "contradicts", "unread") == [
        ("agrees", 1, "hours of main", "Mon 08:00-17:00", "Mon 08:00-17:00"),
        ("contradicts", 1, "hours", "Wed 09:00-17:00", "Wed 08:00-17:00"),
        ("agrees", 1, "hours of main", "Thu 08:00-17:00", "Thu 08:00-17:00"),
        ("contradicts", 1, "hours", "Fri 08:00-12:00, 13:00-16:30", "Fri 08:00-16:30"),
    ]


@pytest.mark.parametrize("event", ["Meetings", "Drop-in sessions", "Training", "Patching"])
def test_hours_of_an_event_are_not_those_of_the_desk(page, event):
    made = page(f"{event}: 10am-11am on Wednesdays. P1 is resolved within 2 hours.")
    assert [own.verdict for own in made.readings if own.line] == ["unread", "agrees"]


@pytest.mark.parametrize("words", ["no less than", "at least", "a minimum of", "not sooner than"])
def test_the_least_is_no_limit(page, words):
    made = page(f"P1 incidents are resolved in {words} 2 hours.")
    assert [(own.verdict, "is the least, and no limit" in own.note) for own in made.readings if own.line] == [
        ("unread", True)
    ]


def test_hours_that_are_unclear_or_none():
    assert isinstance(week_of("9-5 Monday to Friday"), WeekUnclear)
    assert isinstance(week_of("Monday 24 December 2018: 8am to noon"), WeekUnclear)
    assert week_of("We met on Good Friday and Easter Monday") is None
    assert week_of("24/7").days == dict.fromkeys(range(7), ((0, 86400000000),))
    assert week_of("Saturday and Sunday: closed").days == {5: (), 6: ()}


# Page and policy


def test_the_pages_number_and_the_policys(page):
    made = page("P1 – resolved within 2 hours. P2 – resolved within 4 hours.\n\nP3 is resolved within 3 days.\n")
    assert of(made, "agrees", "contradicts") == [
        ("agrees", 1, "incident P1 resolve", "2 hours", "0-2 hours"),
        ("contradicts", 1, "incident P2 resolve", "4 hours", "0-6 hours"),
        ("agrees", 3, "incident P3 resolve", "3 days", "0-3 days"),
    ]


def test_a_sentence_of_two_measures(page):
    policy = with_targets({"P2": {"respond": "1 hour", "resolve": "6 hours"}})
    made = page("Priority 2 (High): response within 1 hour, fix within 6 working hours", policy)
    assert [own[2] for own in of(made, "agrees")] == ["incident P2 respond", "incident P2 resolve"]
    made = page("Priority 2 (High): response within 6 hours, fix within 1 hour", policy)
    assert [own[2] for own in of(made, "contradicts")] == ["incident P2 respond", "incident P2 resolve"]


def with_targets(targets, **changes):
    return sc.Policy.model_validate(
        {"name": "one", "calendar": EXAMPLE.calendar, "targets": {"incident": targets}, **changes}
    )


def test_the_clock_that_a_page_names(page):
    wall, service = (with_targets({"P1": {"resolve": text}}) for text in ("2 wall hours", "2 hours"))
    for text, policy, verdict in (
        ("2 hours", wall, "agrees"), ("2 hours", service, "agrees"), ("2 clock hours", wall, "agrees"),
        ("2 working hours", service, "agrees"), ("2 working hours", wall, "contradicts"),
        ("2 clock hours", service, "contradicts"), ("120 minutes", service, "agrees"),
        ("1 day", service, "contradicts"),
    ):  # fmt: skip
        [own] = page(f"P1: resolved within {text}", policy).readings[:1]
        assert own.verdict == verdict, (text, policy)
    always = with_targets({"P1": {"resolve": "2 hours"}}).model_copy(
        update={"calendar": sc.WorkingCalendar.parse("24/7", timezone="Europe/London")}
    )
    assert page("P1: resolved within 2 clock hours", always).readings[0].verdict == "agrees"


def test_a_line_with_a_priority_is_of_what_follows(page):
    made = page(
        "Priority 1\n\nFix: 2 hours\n\nPriority 2\n\nFix: 5 hours\n\nService requests are completed within 10 days."
    )
    assert [own[:3] for own in of(made, "agrees", "contradicts")] == [
        ("agrees", 3, "incident P1 resolve"), ("contradicts", 7, "incident P2 resolve"),
        ("agrees", 9, "service_request resolve"),
    ]  # fmt: skip


def test_a_number_that_is_no_priority(page):
    made = page("| Team | People | Response | Fix |\n|---|---|---|---|\n| North | 2 users | 2 hours | 3-5 days |\n")
    assert [own.verdict for own in made.readings if own.line] == ["unread"]
    assert "does not say of which kind or priority" in made.readings[0].note


def test_a_target_of_none(page):
    policy = with_targets({"P1": {"resolve": "2 hours"}, "P5": {"resolve": "none"}})
    table = "| Priority | Fix |\n|---|---|\n| P1 | none |\n| P5 | n/a |\n"
    assert [own[:3] for own in of(page(table, policy), "agrees", "contradicts")] == [
        ("contradicts", 3, "incident P1 resolve"), ("agrees", 4, "incident P5 resolve"),
    ]  # fmt: skip
    assert of(page("P5 is fixed within 3 days", policy), "contradicts")


def test_what_may_be_of_several_is_unclear(page):
    policy = with_targets({"P1": {"respond": "1 hour", "resolve": "2 hours"}})
    made = page("| Priority | Target |\n|---|---|\n| P1 | 2 hours |\n", policy)
    assert made.readings[0].verdict == "unclear"
    assert not made.contradictions
    several = with_targets({"P1": {"resolve": "2 hours"}, "P2": {"resolve": "6 hours"}})
    assert page("Incidents are resolved within 6 hours", several).readings[0].verdict == "unclear"


def test_names_of_priorities(page):
    named = with_targets({"critical": {"resolve": "2 hours"}, "high": {"resolve": "6 hours"}})
    made = page(
        "| Level | Fix |\n|---|---|\n| 1 – Critical | 2 hours |\n| 2 – High | 5 hours |\n\nP1: fixed in 3 hours", named
    )
    assert [own[:3] for own in of(made, "agrees", "contradicts")] == [
        ("agrees", 3, "incident critical resolve"), ("contradicts", 4, "incident high resolve"),
        ("contradicts", 6, "incident critical resolve"),
    ]  # fmt: skip


def test_standards(page):
    for text, verdict in (
        ("80% of calls answered in less than 20 seconds", "agrees"),
        ("80 per cent of telephone calls are answered in less than 30 seconds", "contradicts"),
        ("85% of calls answered in less than 20 seconds", "contradicts"),
        ("95% of e-mails responded to in under 1 business day", "agrees"),
        ("95% of e-mails responded to in under 2 business days", "contradicts"),
    ):
        assert page(text).readings[0].verdict == verdict, text


def test_hours_and_holidays_beside_the_calendar(page):
    made = page("We are open Monday to Thursday 8am-5pm, Friday 8am-4.30pm, excluding bank holidays.")
    assert [own[:3] for own in of(made, "agrees")] == [("agrees", 1, "hours of main"), ("agrees", 1, "holidays")]
    made = page("We are open Monday to Friday 8am-5pm, including bank holidays.")
    assert of(made, "contradicts") == [
        ("contradicts", 1, "hours", "Fri 08:00-17:00", "Fri 08:00-16:30"),
        ("contradicts", 1, "holidays", "open", "closed"),
    ]
    night = EXAMPLE.model_copy(
        update={"calendars": {"night": sc.WorkingCalendar.parse("24/7", timezone="Europe/London")}}
    )
    assert of(page("The self-service portal is there 24/7.", night), "unread")
    assert of(page("The machines are watched 24/7.", night), "agrees")[0][2] == "hours of night"
    joint = EXAMPLE.model_copy(update={"calendar": EXAMPLE.calendar | night.calendars["night"]})
    assert of(page("Monday 9am-5pm, not on bank holidays", joint), "unclear")


def test_what_only_the_policy_says(page):
    made = page("P1 – resolved within 2 hours.")
    left = {own.about: own.policy for own in made.readings if own.verdict == "policy-only"}
    assert left["hours"] == "Mon-Thu 08:00-17:00; Fri 08:00-16:30"
    assert left["holidays"] == "closed"
    assert left["standard calls"] == "80 % < 20 wall seconds"
    assert left["incident P2: resolve"] == "0-6 hours"
    assert "incident P1: resolve" not in left


def test_a_page_beside_itself(page):
    made = page(
        "P1: fixed in 2 hours.\n\nP1 incidents are fixed in 3 hours. 80% of calls are answered in 20 seconds.", None
    )
    assert of(made, "contradicts-itself") == [
        ("contradicts-itself", 3, "incident priority 1 resolve", "3 hours", "2 hours on line 1")
    ]
    made = page("P1: fixed in 2 hours.\n\nP1: fixed within 3 hours.", None)
    assert of(made, "contradicts-itself") == [
        ("contradicts-itself", 3, "priority 1 resolve", "3 hours", "2 hours on line 1")
    ]
    assert not page("80% of calls answered in 20 seconds, and 95% in 60 seconds.", None).contradictions
    assert page("80% of calls answered in 20 seconds. 90% of calls answered in 20 seconds.", None).contradictions


# Generated, read back, and changed

_COUNT = st.integers(1, 90)
TARGETS = st.one_of(
    _COUNT.map(lambda n: f"{n} hours" if n > 1 else "1 hour"),
    _COUNT.map(lambda n: f"{n} minutes" if n > 1 else "1 minute"),
    _COUNT.map(lambda n: f"{n} days" if n > 1 else "1 day"),
    st.tuples(_COUNT, _COUNT).map(lambda two: f"{min(two)}-{max(two) + 1} days"),
    _COUNT.map(lambda n: f"< {n + 1} hours"),
)
MEASURES = ("respond", "resolve")
HEADS = {"respond": "Response", "resolve": "Resolution"}
VERBS = {"respond": "responded to", "resolve": "resolved"}


@st.composite
def policies(draw):
    style = draw(st.sampled_from(["P{}", "{}", "Sev{}"]))
    count = draw(st.integers(1, 5))
    targets = {style.format(number + 1): {measure: draw(TARGETS) for measure in MEASURES} for number in range(count)}
    hours = {}
    for day in ("mon", "tue", "wed", "thu", "fri", "sat"):
        start, end = draw(st.integers(0, 11)), draw(st.integers(12, 23))
        if draw(st.booleans()):
            hours[day] = f"{start:02d}:{draw(st.sampled_from([0, 15, 30]))}".ljust(5, "0") + f"-{end:02d}:30"
    share = draw(st.integers(1, 99))
    calendar = {"timezone": "Europe/London", "hours": hours or {"mon": "09:00-17:00"}, "holidays": "GB-ENG"}
    return sc.Policy.model_validate(
        {
            "name": "drawn",
            "calendar": calendar,
            "targets": {"incident": targets},
            "standards": {"calls": {"kind": "call", "share": share, "target": "< 20 seconds", "clock": "wall"}},
        }
    )


def words_of(target):
    return re.sub(r"^< ", "less than ", str(target))


def label_of(priority, rng):
    number = re.sub(r"\D", "", priority)
    return rng.choice([priority if priority != number else f"Priority {number}", f"Priority {number}", f"P{number}"])


def rendered(policy, form, rng, change=lambda *of: None):
    """A page of a policy: `change` gives another text for a target, or None."""
    targets = policy.targets["incident"].priorities

    def text(priority, measure):
        return change(priority, measure) or words_of(targets[priority][measure])

    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    spans = policy.calendar.hours.to_text()
    hours = [f"{name}: {spans[name[:3].lower()][0]}" for name in days if name[:3].lower() in spans]
    standard = policy.standards["calls"]
    call = f"{standard.share}% of calls are answered in less than 20 seconds."
    holidays = "We are closed on bank holidays."
    if form == "sentences":
        lines = [
            f"{label_of(priority, rng)} incidents are {VERBS[measure]} within {text(priority, measure)}.".replace(
                "within less", "in less"
            )
            for priority in targets
            for measure in MEASURES
        ]
        return "\n\n".join([*lines, *hours, call, holidays])
    head = ["Priority", *HEADS.values()]
    rows = [[label_of(priority, rng), *(text(priority, measure) for measure in MEASURES)] for priority in targets]
    if form == "on its side" and len(rows) > 1:
        head, *rows = [list(row) for row in zip(head, *rows, strict=True)]
    if form == "html":
        cells = "".join(
            "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in row) + "</tr>"
            for tag, row in [("th", head), *(("td", row) for row in rows)]
        )
        return f"<table>{cells}</table><ul>{''.join(f'<li>{own}' for own in hours)}</ul><p>{call}<p>{holidays}"
    lines = ["| " + " | ".join(row) + " |" for row in [head, ["---"] * len(head), *rows]]
    return "\n".join([*lines, "", *(f"- {own}" for own in hours), "", call, "", holidays])


FORMS = {"sentences": ".md", "markdown": ".md", "on its side": ".md", "html": ".html"}


@given(policies(), st.sampled_from(list(FORMS)), st.randoms(use_true_random=False))
def test_a_drawn_policy_is_read_back(tmp_path_factory, policy, form, rng):
    file = tmp_path_factory.mktemp("pages") / f"sla{FORMS[form]}"
    file.write_text(rendered(policy, form, rng), encoding="utf-8")
    made = check_page(file, policy)
    left = [str(own) for own in made.readings if own.verdict != "agrees"]
    assert left == []
    assert not [own for own in made.readings if own.note]


@given(policies(), st.sampled_from(list(FORMS)), st.randoms(use_true_random=False), st.data())
def test_a_changed_number_is_named(tmp_path_factory, policy, form, rng, data):
    priorities = policy.targets["incident"].priorities
    changed = data.draw(st.tuples(st.sampled_from(sorted(priorities)), st.sampled_from(MEASURES)))

    own_text = str(priorities[changed[0]][changed[1]])
    other = next(text for text in ("91 hours", "92 hours") if text not in own_text)

    def change(priority, measure):
        return other if (priority, measure) == changed else None

    file = tmp_path_factory.mktemp("pages") / f"sla{FORMS[form]}"
    file.write_text(rendered(policy, form, rng, change), encoding="utf-8")
    made = check_page(file, policy)
    assert len(made.contradictions) == 1, str(made)
    [own] = made.contradictions
    assert (own.verdict, own.about) == ("contradicts", f"incident {changed[0]} {changed[1]}")
    assert (own.page, own.policy) == (other, own_text)
    assert own.quote


@pytest.mark.parametrize("policy", [EXAMPLE], ids=["example"])
def test_what_promise_writes_is_read_back(tmp_path, policy):
    file = tmp_path / "promise.md"
    file.write_text(sc.promise(policy, 2018).to_markdown(), encoding="utf-8")
    made = check_page(file, policy)
    assert not made.contradictions
    targets = sum(1 for wait in sc.promise(policy, 2018).waits)
    assert made.counts["agrees"] == targets


@pytest.mark.parametrize("measure", [None, "resolve"])
def test_the_page_for_customers_is_read_back(tmp_path, measure):
    policy = EXAMPLE
    file = tmp_path / "promise.html"
    file.write_text(sc.promise_page(policy, 2018, measure=measure), encoding="utf-8")
    made = check_page(file, policy)
    assert not made.contradictions
    assert not [str(own) for own in made.readings if own.verdict in ("unread", "unclear", "page-only")]
    left = {own.about for own in made.readings if own.verdict == "policy-only"}
    agreed = {own.about for own in made.readings if own.verdict == "agrees"}
    assert {f"incident P{n} resolve" for n in (1, 2, 3, 4)} | {"service_request resolve", "hours of main"} <= agreed
    if measure is None:
        assert not left


def test_a_page_for_customers_of_another_policy_is_named(tmp_path):
    shorter = EXAMPLE.model_dump(mode="json")
    shorter["targets"]["incident"]["P2"]["resolve"] = "5 hours"
    shorter["calendar"]["hours"] = {**NORMAL, "fri": ["08:00-16:00"]}
    file = tmp_path / "promise.html"
    file.write_text(sc.promise_page(sc.Policy.model_validate(shorter), 2018, measure="resolve"), encoding="utf-8")
    assert {own.about for own in check_page(file, EXAMPLE).contradictions} == {"incident P2 resolve", "hours"}


# Hostile pages


def test_what_is_not_seen_is_not_read():
    text = """<head><title>P1: fix in 9 hours</title></head><style>P1: fix in 9 hours</style>
    <script>"P1: fix in 9 hours"</script><!-- P1: fix in 9 hours --><template>P1: fix in 9 hours</template>
    <p hidden>P1: fix in 9 hours</p><del>P1: fix in 9 hours</del><p>P1: fix in 2&nbsp;hours &amp; no more</p>"""
    [own] = read_html(text).passages
    assert own.text == "P1: fix in 2 hours & no more"
    assert own.line == 3
    assert [own.text for own in read_markdown("<!-- one\ntwo -->\n```\nthree\n```\n\nfour").passages] == ["four"]


def test_tables_that_span_rows_and_columns():
    text = "<table><tr><td rowspan=2>a<td colspan=2>b<tr><td>c<td rowspan=99999>d<tr><td>e<td>f</table>"
    [grid] = read_html(text).grids
    assert [[cell.text for cell in row] for row in grid.rows] == [["a", "b", "b"], ["a", "c", "d"], ["e", "f", "d"]]


def test_a_table_in_a_table_stands_for_itself():
    page = read_html("<table><tr><td>outer<table><tr><td>inner</table></td><td>next</td></tr></table>")
    assert [[[cell.text for cell in row] for row in grid.rows] for grid in page.grids] == [
        [["inner"]],
        [["outer", "next"]],
    ]


HOSTILE = {
    "cells": "<table><tr>" + "<td colspan=1000 rowspan=0>x" * 300 + "<tr><td>" * 600,
    "open tags": "<table><tr><td>" * 1_000,
    "divs": "<div>" * 20_000 + "P1: fix in 2 hours",
    "comments": "<!--" * 20_000,
    "sections": "<![CDATA[" * 2_000,
    "questions": "<?" * 20_000,
    "angles": "<" * 50_000,
    "attributes": "<a " + "x=" * 20_000,
    "starts": "<a " * 5_000,
    "ends": "</a " * 5_000,
    "quotes": "<a '" * 5_001 + '><b "' + "<c '>" * 2_000,
    "numbers": "1 " * 20_000 + "hours",
    "dashes": "3-" * 20_000,
    "digits": "9" * 100_000 + " hours",
    "days": "Monday to " * 5_000,
    "stops": "P1. " * 10_000,
    "percents": "99% of " * 5_000,
    "long names": "within " * 20_000,
    "brackets": "[" * 20_000,
    "pipes": "|" * 10_000 + "\n" + "|-" * 10_000,
    "stars": "*" * 50_000,
    "fences": "```\n" * 10_000,
    "rulers": "a|b\n-|-\n" * 1_000,
    "spaces": "P1:" + " " * 50_000 + "2" + " " * 50_000 + "hours",
    "controls": "P1\x00\x1b[31m: fix in 2 hours\u202e",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_page_is_read_in_little_time(tmp_path, name):
    for ending in (".html", ".md"):
        file = tmp_path / f"page{ending}"
        file.write_text(HOSTILE[name], encoding="utf-8")
        begun = time.process_time()
        made = check_page(file, EXAMPLE)
        assert time.process_time() - begun < 10
        str(made)


def test_what_is_no_page(tmp_path):
    for name, text, words in (
        ("page.pdf", b"%PDF", "is no page"), ("page.html", b"\xff\xfe", "UTF-8"),
        ("big.md", b"x" * 8_000_001, "8,000,001 signs"),
    ):  # fmt: skip
        (tmp_path / name).write_bytes(text)
        with pytest.raises(errors.InputError, match=words):
            check_page(tmp_path / name)
    with pytest.raises(errors.InputError, match="cannot read"):
        check_page(tmp_path / "nowhere.md")


# The command


def test_the_command(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("sla.json").write_text(EXAMPLE.to_json())
    Path("sla.md").write_text("P1: resolved within 3 hours.\n\nP2: resolved within 6 hours.\n")
    assert main(["check", "sla.json", "--page", "sla.md"]) == 1
    out = capsys.readouterr().out
    assert "sla.md:1: incident P1 resolve: the page says 3 hours, the policy 0-2 hours" in out
    assert "[page-contradicts]" in out
    assert 'sla.md:3: agrees: incident P2 resolve 6 hours: "P2: resolved within 6 hours."' in out
    assert "sla.md: 1 as the policy says, 1 against the policy" in out
    assert main(["check", "sla.json", "--page", "sla.md", "--format", "github"]) == 1
    assert "::error file=sla.md,line=1,title=page-contradicts::incident P1 resolve" in capsys.readouterr().out
    assert main(["check", "sla.json", "--page", "sla.md", "--json", "-"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert [own["verdict"] for own in data["page"]["readings"][:2]] == ["contradicts", "agrees"]
    assert main(["check", "sla.json", "--page", "sla.md", "--format", "junit"]) == 1
    suite = next(own for own in Xml.fromstring(capsys.readouterr().out) if own.get("name") == "page")
    assert (suite.get("tests"), suite.get("failures")) == ("3", "1")
    Path("sla.md").write_text("P1: resolved within 2 hours.")
    assert main(["check", "sla.json", "--page", "sla.md"]) == 0
    assert main(["check", "--page", "sla.md"]) == 0
    assert main(["check", "sla.json", "--json", "sla.md", "--page", "sla.md"]) == 2  # which it reads
    capsys.readouterr()


def test_a_page_that_promises_nothing_is_no_green_one(tmp_path):
    (tmp_path / "sla.md").write_text("Welcome.")
    made = check([], page=tmp_path / "sla.md")
    assert (made.code, [own.name for own in made.findings]) == (1, ["page-without-promises"])
    (tmp_path / "sla.md").write_text("We aim to be quick: within 3 days.")
    assert check([], page=tmp_path / "sla.md").code == 1


def test_a_book_has_no_page(tmp_path):
    for name in "ab":
        own = EXAMPLE.model_copy(update={"name": name, "applies_to": {"customer": [name]}})
        (tmp_path / f"{name}.json").write_text(own.to_json())
    (tmp_path / "sla.md").write_text("P1: resolved within 2 hours.")
    made = check([tmp_path / "a.json", tmp_path / "b.json"], page=tmp_path / "sla.md")
    assert made.code == 2
    assert "a page is laid beside one policy" in str(made.findings[-1])
