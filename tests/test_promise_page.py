"""The page for customers: what it says, and that its calculator answers in a browser as `deadline` does."""

from __future__ import annotations

import html
import json
import random
import re
import sys
from dataclasses import replace
from datetime import date, datetime, timedelta
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

import browsers
import slaclock as sc
from desk import EXAMPLE, with_rules
from slaclock import errors
from slaclock.cli.main import main
from slaclock.formats.plain_times import wait_text
from slaclock.formats.safe_texts import shown
from slaclock.formats.tables import instant_text
from slaclock.policy.promises import promises_of
from slaclock.promises import customer_page
from slaclock.promises.due_lines import due_lines
from slaclock.promises.page_hours import day_name
from slaclock.promises.page_words import target_text
from slaclock.strategies import any_calendars, full_policies, policies, targets
from slaclock.temporal.instants import DAY, HOUR, MINUTE, from_micros, to_micros, wall_to_micros

QUESTIONS = 10_000
IN_CHROMIUM = pytest.mark.skipif(browsers.chromium() is None, reason=browsers.NO_CHROMIUM)
PAGE = sc.promise_page(EXAMPLE, 2026, measure="resolve")


def text_of(page: str) -> str:
    """What the page says to a reader, without its scripts."""
    body = re.sub(r"<script.*?</script>", "", page.partition("<body>")[2], flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", body)).split())


def data_of(page: str) -> dict[str, Any]:
    """The tables that a page carries."""
    [data] = re.findall(r'<script type="application/json" id="tables">(.*?)</script>', page, re.DOTALL)
    return json.loads(data)


# What it says


def test_what_the_page_says():
    said = text_of(PAGE)
    for sentence in (
        "What is promised in 2026/27 From 1 April 2026 to 31 March 2027. All times are those of Europe/London.",
        "incident P1 resolve within 2 hours of service time 2 h 12 h 32 min 2 d 15 h 39 min 4 d 17 h",
        "incident P4 resolve from 3 to 5 service days",
        "just after Thu 2 Apr 2026 15:00 just after Tue 7 Apr 2026 08:00",
        "Monday to Thursday 08:00–17:00; Friday 08:00–16:30; Saturday and Sunday closed.",
        "A service day is one working day, spread evenly over its hours",
        "Friday 3 April 2026 Good Friday closed",
        "Monday 28 December 2026 Boxing Day (observed) closed",
        "third party resolve",
        "its new target counts from when it was opened. Only the target that holds at last is judged.",
        "consumables Printer toner, ink and UPS batteries are not covered",
        "calls 80 % of call: respond in less than 20 seconds, day and night; what was given up before is left out",
        "sims training 30 hours",
        "high P1 P2 P3",
    ):
        assert sentence in said, sentence


def test_everything_of_a_full_policy_is_said():
    calendar = {
        "timezone": "Europe/London",
        "hours": {"mon": ["22:00-06:00"], "tue": ["08:00-12:00", "13:00-17:00"], "wed": "08:00-17:00"},
        "holidays": {"2026-12-25": "Christmas & <Co>"},
        "special": {"2026-12-22": {"hours": ["10:00-11:00"], "name": "the party"}},
        "closed": {"2026-11-03": {"hours": ["09:00-10:00"], "name": "fire drill"}},
        "seasons": {"07-01/08-31": {"tue": ["09:00-10:00"], "wed": []}},
        "day_rule": "close-of-business",
        "cutoff": "15:00",
    }
    policy = sc.Policy.model_validate({
        "name": "<b>A & B</b>",
        "calendar": calendar,
        "calendars": {"always": {"timezone": "UTC", "hours": "24/7"}, "late": "main | always"},
        "targets": {
            "<i>query</i>": {
                "P1": {"resolve": "< 2 days", "respond": {"within": "1 hour", "calendar": "always"}, "team": "1 day"},
                "P2": {"resolve": "none", "respond": {"within": "1 hour", "calendar": "late", "pauses": ["lunch"]}},
                "P3": {"resolve": "2 days by 16:00", "respond": "90 wall seconds"},
            }
        },
        "measures": {"team": {"while": {"team": ["L1", "L2"], "pause": "third_party"}, "cycles": "each"}},
        "pauses": {"third_party": ["resolve"], "nothing": []},
        "rules": {"priority_change": "carry", "breach": "stands", "reopening": "restart"},
        "applies_to": {"customer": ["ACME", "Initech"]},
        "in_force_from": "2026-02-01",
        "coverage": [{"from": "2026-05-01", "until": "2027-02-28"}],
        "availability": {"web": {"share": "99.5", "calendar": "always", "planned": "down"}},
        "allowances": {"training": {"amount": "30 hours", "pro_rata": True}},
        "standards": {"quick": {"kind": "<i>query</i>", "share": "99.5", "abandoned": "credit", "short": "5 s"}},
        "exclusions": {"ink": "no <script>ink</script>" + " at all" * 60},
    })  # fmt: skip
    page = sc.promise_page(policy, 2026)
    said = text_of(page)
    for sentence in (
        "It is for those whose customer is ACME or Initech.",
        "It is in force for what is opened from 1 February 2026 on.",
        "It covers what is opened from 1 May 2026 to 28 February 2027.",
        "<i>query</i> P1 resolve in less than 2 service days",
        "<i>query</i> P3 respond within 90 seconds, day and night",
        "within 2 service days by 16:00",
        "Monday 22:00–06:00; Tuesday 08:00–12:00, 13:00–17:00; Wednesday 08:00–17:00; Thursday to Sunday closed.",
        "Hours “always”", "Hours “late” (main | always)", "Monday to Sunday all day.",
        "Service days end at the close of the last of them", "Days “by” a time end at that time",
        "What comes on a working day at 15:00 or later counts, for targets in days, as coming",
        "Friday 25 December 2026 Christmas & <Co> closed",
        "Tuesday 22 December 2026 the party 10:00–11:00",
        "Tuesday 3 November 2026 fire drill 08:00–09:00, 10:00–12:00, 13:00–17:00",
        "1 July to 26 August 2026 other hours Tuesday 09:00–10:00; Wednesday closed",
        "Some clocks do not start with a call: team. For these give the time",
        "while its team is L1 or L2 and it waits for third party, each time by itself",
        "third party resolve nothing no clock", "lunch respond (<i>query</i> P2)",
        "counts from the change; the share of the old one", "stays missed", "starts afresh",
        "no target to resolve", "no <script>ink</script> at all at all", "at all at all at all",
        "web up for 99.5 % of the hours “always”; planned outages count as down",
        "30 hours are included in every year", "given up sooner than 5 seconds, it is left out",
    ):  # fmt: skip
        assert sentence in said, sentence
    assert "<b>A" not in page
    assert "</script>ink" not in page


@settings(max_examples=12, suppress_health_check=list(HealthCheck), deadline=None)
@given(full_policies())
def test_any_policy_has_a_page_that_says_all_that_it_promises(policy):
    period = sc.Period("spring", date(2024, 3, 10), date(2024, 4, 20), policy.calendar.zone.key)
    try:
        page = sc.promise_page(policy, period)
    except (errors.NoWorkingTimeError, errors.OutOfRangeError, errors.PolicyError):
        assume(False)
        return
    said = text_of(page)
    for own in promises_of(policy):
        assert f"{own.measure} {target_text(own.target)}" in said
    for day, name in policy.calendar.holidays.in_year(2024).items():
        if period.first_day <= date.fromordinal(day) < period.end_day:
            assert " ".join(shown(f"{day_name(date.fromordinal(day))} {name}").split()) in said
    for word in ("training", "web", "calls", "done", "lunch no clock", "toner a consumable"):
        assert word in said


def test_hours_by_another_clock_than_the_pages_are_said_to_be():
    """The page says that its times are those of the policy's zone; hours of a calendar are those of its own."""
    abroad = {"timezone": "America/New_York", "hours": "Mo-Fr 09:00-17:00"}
    targets = {"incident": {"resolve": "2 hours", "respond": {"within": "1 hour", "calendar": "abroad"}}}
    said = text_of(sc.promise_page(with_rules(calendars={"abroad": abroad}, targets=targets), 2026))
    assert "All times are those of Europe/London, but for the hours that name another clock." in said
    assert "Monday to Friday 09:00–17:00; Saturday and Sunday closed, by the clock of America/New_York." in said
    assert "Friday 08:00–16:30; Saturday and Sunday closed. " in said
    assert "another clock" not in text_of(PAGE)


def test_the_page_says_what_an_announcement_does():
    assert "announced later than the opening does not move" in text_of(sc.promise_page(ANNOUNCING, 2024))
    assert "announced later" not in text_of(PAGE)


def test_a_policy_of_no_such_target_has_a_page_without_a_calculator():
    page = sc.promise_page(with_rules(targets={"incident": {"resolve": "2 hours"}}), 2026, measure="update")
    assert "There is no such target." in text_of(page)
    assert "<script" not in page


def test_the_page_lets_no_script_run_but_its_own_and_fetches_nothing():
    assert "script-src 'sha256-" in PAGE
    assert not re.search(r'(src|href|action)="|https?:|url\(|@import|\son\w+="', PAGE.replace("form-action", ""))
    assert len(PAGE.encode()) < 300_000


def test_without_its_library_the_page_names_the_extra(monkeypatch):
    customer_page._templates.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(errors.MissingExtraError, match=r"'jinja2' is not installed; pip install 'slaclock\[report\]'"):
        sc.promise_page(EXAMPLE, 2026)


def test_what_promise_refuses_the_page_refuses():
    with pytest.raises(errors.PolicyError, match="a book has several policies"):
        sc.promise_page(sc.PolicyBook([EXAMPLE]), 2026)
    with pytest.raises(errors.PolicyError, match="is no measure"):
        sc.promise_page(EXAMPLE, 2026, measure="resolv")


def test_the_page_is_weighted_by_the_hours_in_which_tickets_open():
    office = [[0] * 9 + [1] * 6 + [0] * 9] * 4 + [[0] * 9 + [1] * 5 + [0] * 10] + [[0] * 24] * 2
    said = text_of(sc.promise_page(EXAMPLE, 2026, measure="resolve", openings=office))
    assert "incident P1 resolve within 2 hours of service time 2 h 2 h " in said
    assert "incident P1 resolve within 2 hours of service time 2 h 2 h " not in text_of(PAGE)


def test_the_command_has_no_page_of_a_book(tmp_path, capsys):
    for name, date_ in (("old", None), ("new", "2026-06-01")):
        text = with_rules(name=name, in_force_from=date_).to_json()
        (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    assert main(["promise", str(tmp_path), "--year", "2026", "--html", str(tmp_path / "p.html")]) == 2
    assert "a page is of one policy, and a book has several" in capsys.readouterr().err
    assert not (tmp_path / "p.html").exists()


def test_the_command_writes_the_page(tmp_path, capsys):
    file = tmp_path / "promise.html"
    assert main(["promise", "--year", "2026", "--measure", "resolve", "--html", str(file)]) == 0
    assert "incident         P1        resolve" in capsys.readouterr().out
    assert file.read_text(encoding="utf-8") == PAGE
    assert main(["promise", "--year", "2026", "--html", str(tmp_path / "promise.pdf")]) == 2
    assert "is no name for a .html file" in capsys.readouterr().err


# Due dates by lines


@settings(max_examples=15, suppress_health_check=list(HealthCheck), deadline=None)
@given(any_calendars(), st.data(), st.dates(date(2024, 2, 20), date(2024, 11, 10)), st.randoms(use_true_random=False))
def test_lines_are_due_when_the_calendar_says(calendar, data, first, drawn):
    target = data.draw(targets(calendar))
    start = wall_to_micros(first.toordinal(), 0, calendar.zone)
    end = start + 14 * DAY
    try:
        lines = due_lines(calendar, target, ((start, end),))
    except (errors.NoWorkingTimeError, errors.OutOfRangeError, errors.TargetError):
        assume(False)
        return
    assert (lines[0].opened, lines[-1].ended) == (start, end)
    assert all(line.ended == after.opened for line, after in zip(lines, lines[1:], strict=False))
    for line in drawn.sample(lines, min(len(lines), 12)):
        for opened in {line.opened, line.ended - 1, line.opened + drawn.randrange(line.size)}:
            due = sc.deadline(from_micros(opened, calendar.zone), target, calendar=calendar)
            assert due is not None
            assert line.due_of(opened) == to_micros(due)


# The calculator, asked in a browser

_HARNESS = """<!DOCTYPE html><meta charset="utf-8"><pre id="said"></pre><script>%s</script><script>
const said = %s.map(([data, questions]) => {
  const page = readTables(data);
  return questions.map(([number, opened, local]) => {
    const at = BigInt(opened), {due, from} = data.targets[number];
    const answer = dueOf(page.tables[due], page.start, at);
    const low = from === null ? null : dueOf(page.tables[from], page.start, at);
    const instants = instantsOf(page.offsets, BigInt(local));
    const meant = instants.length ? instants[0] : skippedInstant(page.offsets, BigInt(local));
    const texts = answer === null ? [] : [instantText(page.offsets, answer), waitText(answer - at)];
    return [answer, low, meant, instants.length, ...texts].map(String);
  });
});
document.getElementById("said").textContent = JSON.stringify(said);
</script>"""
_RULES = (
    {}, {"day_rule": "same-time"}, {"day_rule": "close-of-business"}, {"day_rule": "fixed-hours", "day_length": "7 h"},
    {"day_rule": "same-time", "after_hours": "same-date"}, {"cutoff": "15:00"},
    {"day_rule": "close-of-business", "cutoff": "01:30"},
)  # fmt: skip
_DESKS = (
    ("Europe/London", "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off", "GB-ENG"),
    ("Australia/Lord_Howe", "Mo-Su 00:30-02:15,03:00-12:00; PH off", "AU"),
    ("America/New_York", "Mo-Fr 22:00-06:00; PH 10:00-12:00", "US"),
)
_SPRING_AND_AUTUMN = ((date(2024, 2, 25), date(2024, 4, 20)), (date(2024, 9, 25), date(2024, 11, 20)))


def desks() -> list[sc.Policy]:
    """Desks of every day rule, with nights, windows, moments of their own, a second calendar and plain time."""
    return [
        sc.Policy.model_validate({
            "name": "desk",
            "calendar": {"timezone": zone, "hours": hours, "holidays": holidays, **_RULES[(number * 3 + place) % 7]},
            "calendars": {"always": {"timezone": "Europe/Paris", "hours": "24/7"}, "rest": "always - main"},
            "targets": {
                "a": {"resolve": "3-5 days", "respond": "2 hours"},
                "b": {"resolve": "1 day", "respond": {"within": "1 day", "calendar": "rest"}},
                "c": {"resolve": "< 2 days by 16:00", "respond": "90 wall minutes"},
                "d": {"resolve": "0 days by close", "respond": "0-7 hours"},
            },
            "coverage": [
                {"from": "2024-03-01", "until": "2024-03-20"}, {"from": "2024-03-29", "until": "2024-11-10"},
            ],
        })
        for number, (zone, hours, holidays) in enumerate(_DESKS)
        for place in range(3)
    ]  # fmt: skip


ANNOUNCING = sc.Policy.model_validate({
    "name": "a desk that keeps to what was known as a ticket opened",
    "calendar": {
        "timezone": "Europe/London", "hours": "Mo-Fr 09:00-17:00", "special": {"2024-10-10": ["10:00-11:00"]},
        "holidays": {"2024-10-14": "proclaimed"},
        "known_from": {"2024-10-14": "2024-10-03 12:34:56", "2024-10-10": "2024-10-10 10:30"},
    },
    "rules": {"announced": "keeps"},
    "targets": {"a": {"resolve": "3-5 days", "respond": "6 hours"}},
})  # fmt: skip


def drawn_policies(count: int) -> list[sc.Policy]:
    """Some policies of the library's own strategy, the same ones each time."""
    drawn: list[sc.Policy] = []

    @settings(
        max_examples=count, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(policies())
    def draw(policy):
        drawn.append(policy)

    draw()
    return drawn


def pages() -> list[tuple[sc.Policy, dict[str, Any]]]:
    """Policies with what their pages carry: over two months about a change of the clocks, and the example's year."""
    made = [(EXAMPLE, data_of(sc.promise_page(EXAMPLE, 2026)))]
    for number, policy in enumerate([*desks(), ANNOUNCING, *drawn_policies(8)]):
        first, end = _SPRING_AND_AUTUMN[number % 2]
        period = sc.Period("two months", first, end, policy.calendar.zone.key)
        try:
            made.append((policy, data_of(sc.promise_page(policy, period))))
        except (errors.NoWorkingTimeError, errors.OutOfRangeError):
            continue  # some drawn desks open too seldom
    return made


def questions(policy: sc.Policy, data: dict[str, Any], count: int, drawn: random.Random) -> list[tuple[int, str, str]]:
    """Targets by their numbers with openings, and local times, many of them where something changes."""
    start, end = int(data["start"]), int(data["end"])
    zone = policy.calendar.zone
    changes = [int(change.split()[0]) for change in data["offsets"]]
    asked = []
    for _ in range(count):
        number = drawn.randrange(len(data["targets"]))
        table = data["tables"][data["targets"][number]["due"]]
        edge = start + sum(int(table["lines"][line].split()[0]) for line in table["order"][: drawn.randrange(80)])
        quarter = drawn.randrange(start, end) // (15 * MINUTE) * 15 * MINUTE
        opened = drawn.choice([drawn.randrange(start, end), quarter, edge + drawn.randrange(-2, 3)])
        near = drawn.choice([opened, drawn.choice(changes) + drawn.randrange(-2 * HOUR, 2 * HOUR)])
        offset = from_micros(near, zone).utcoffset()
        assert offset is not None
        asked.append((number, str(opened), str(near + offset // timedelta(microseconds=1))))
    return asked


def expected(policy: sc.Policy, data: dict[str, Any], question: tuple[int, str, str]) -> list[str]:
    """What Python says to a question: due, the window's start, which instant a local time is, how often it comes."""
    number, opened, local = question[0], int(question[1]), int(question[2])
    rows = dict.fromkeys((own.kind, own.measure, own.calendar, own.target) for own in promises_of(policy))
    _, _, name, target = [*rows][number]
    zone, calendar = policy.calendar.zone, policy.calendar_named(name)
    wall = datetime(1970, 1, 1) + timedelta(microseconds=local)
    folds = {to_micros(wall.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)}
    real = [at for at in folds if from_micros(at, zone).replace(tzinfo=None) == wall]
    meant = [str(to_micros(wall.replace(tzinfo=zone))), str(len(real))]
    if not (int(data["start"]) <= opened < int(data["end"]) and policy.covers(from_micros(opened, zone))):
        return ["null", "null", *meant]
    at = from_micros(opened, zone)
    if policy.rules.announced == "keeps":
        calendar = calendar.as_known(at)
    due = sc.deadline(at, target, calendar=calendar)
    low = sc.deadline(at, replace(target, low=None, high=target.low), calendar=calendar) if target.low else None
    assert due is not None
    micros = to_micros(due)
    start = "null" if low is None else str(to_micros(low))
    texts = instant_text(from_micros(micros, zone)), wait_text(timedelta(microseconds=micros - opened))
    return [str(micros), start, *meant, *texts]


@IN_CHROMIUM
def test_ten_thousand_questions_have_the_answers_of_python(tmp_path):
    drawn, asked = random.Random(19), pages()
    assert {own.calendar.rules.day_rule for own, _ in asked} == {
        "proportional", "same-time", "close-of-business", "fixed-hours",
    }  # fmt: skip
    count = -(-QUESTIONS // len(asked))
    cases = [(data, questions(policy, data, count, drawn)) for policy, data in asked]
    script = files("slaclock.promises").joinpath("page/due_dates.js").read_text(encoding="utf-8")
    assert script in PAGE
    (tmp_path / "asked.html").write_text(_HARNESS % (script, json.dumps(cases)), encoding="utf-8")
    said = re.search(
        r'<pre id="said">(.*?)</pre>', browsers.dom_of((tmp_path / "asked.html").as_uri(), tmp_path), re.DOTALL
    )
    assert said is not None
    answers = json.loads(html.unescape(said[1]))
    compared = 0
    for (policy, data), (_, own), answered in zip(asked, cases, answers, strict=True):
        for question, answer in zip(own, answered, strict=True):
            assert answer == expected(policy, data, question), (policy.calendar, question)
            compared += answer[0] != "null"
    assert len(asked) * count >= QUESTIONS
    assert compared > QUESTIONS * 3 / 4


BY_ANCHOR = {
    "#2026-12-24T15:00": [
        "Thu 24 Dec 2026 15:00.",
        "incident P1 resolve within 2 hours of service time by Thu 24 Dec 2026 17:00 2 h",
        "from Thu 31 Dec 2026 15:00 to Tue 5 Jan 2027 15:00 12 d",
    ],
    "#2026-12-24T15:01": ["by Tue 29 Dec 2026 08:01 4 d 17 h"],
    "#2026-10-25T01:30": ["Sun 25 Oct 2026 01:30+01:00. That time comes twice; its first occurrence is meant."],
    "#2027-03-28T01:30": ["The clocks skip that time; Sun 28 Mar 2027 02:30 is meant."],
    "#2025-03-28T01:30": ["This page knows what is opened from 1 April 2026 to 31 March 2027."],
}
BY_SCRIPT = {
    "part('second').click()": "01:30+00:00. That time comes twice; its second occurrence is meant.",
    "put('date', '2026-04-02'); put('time', '15:00')": "Thu 2 Apr 2026 15:00. for to promised is due",
    "put('time', '')": "Give a date and a time.",
}
COVERED = [{"from": "2026-04-01", "until": "2026-05-31"}, {"from": "2026-09-01", "until": "2026-12-31"}]
_FRAMES = """<!DOCTYPE html><meta charset="utf-8"><pre id="said"></pre>%s<script>
addEventListener("load", () => {
  const frames = [...document.querySelectorAll("iframe")];
  const said = frames.map(frame => frame.contentDocument.documentElement.outerHTML);
  document.getElementById("said").textContent = JSON.stringify(said);
});</script>"""


def asking(script: str) -> str:
    """The page with a script of a visitor's in it, without its policy for browsers, which would not let it run."""
    tag = f"""<script>
    const part = name => document.getElementById(name);
    const put = (name, value) => {{ part(name).value = value; part(name).dispatchEvent(new Event("input")); }};
    {script};</script></body>"""
    return re.sub(r"<meta http-equiv[^>]*>", "", PAGE).replace("</body>", tag)


@pytest.fixture(scope="module")
def spoken(tmp_path_factory) -> dict[str, str]:
    """What pages say once Chromium has opened them at an anchor, by that or by the script in them: all in one run."""
    asked = {anchor: (PAGE, anchor) for anchor in BY_ANCHOR}
    asked |= {script: (asking(script), "#2026-10-25T01:30") for script in BY_SCRIPT}
    covered = sc.promise_page(with_rules(coverage=COVERED), 2026, measure="resolve")
    asked["uncovered"] = covered, "#2026-07-01T10:00"
    folder, frames = tmp_path_factory.mktemp("pages"), ""
    for number, (page, anchor) in enumerate(asked.values()):
        (folder / f"{number}.html").write_text(page, encoding="utf-8")
        frames += f'<iframe src="{number}.html{anchor}"></iframe>'
    (folder / "frames.html").write_text(_FRAMES % frames, encoding="utf-8")
    address = (folder / "frames.html").as_uri()
    dom = browsers.dom_of(address, folder, "--allow-file-access-from-files")  # so that frames are read
    said = re.search(r'<pre id="said">(.*?)</pre>', dom, re.DOTALL)
    assert said is not None
    return {name: text_of(page) for name, page in zip(asked, json.loads(html.unescape(said[1])), strict=True)}


@IN_CHROMIUM
@pytest.mark.parametrize("anchor", BY_ANCHOR)
def test_the_page_answers_in_a_browser_under_its_own_rules(spoken, anchor):
    for sentence in BY_ANCHOR[anchor]:
        assert sentence in spoken[anchor]


@IN_CHROMIUM
@pytest.mark.parametrize("script", BY_SCRIPT)
def test_what_a_visitor_picks_is_answered(spoken, script):
    assert BY_SCRIPT[script] in spoken[script]


@IN_CHROMIUM
def test_what_the_subscription_does_not_cover_is_said(spoken):
    assert "What is opened then is not covered." in spoken["uncovered"]


@IN_CHROMIUM
def test_in_a_browser_the_page_is_clean_at_both_widths_in_both_schemes_and_opens_in_print(tmp_path):
    answers = browsers.looked_at(re.sub(r"<meta http-equiv[^>]*>", "", PAGE), tmp_path)
    printed = answers.pop("printed")
    for name, said in answers.items():
        width, scheme = name.split()
        assert not said["faults"], (name, said["faults"])
        assert not said["failed"], name
        assert said["width"] <= int(width), name
        assert said["dark"] == (scheme == "dark")
        assert said["fetched"] == 0
        assert said["shown"] == 1  # the first picture
    assert printed["shown"] == printed["parts"] == 5
