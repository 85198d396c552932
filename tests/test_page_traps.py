"""What published pages say that looks like a promise and is none, and promises in words that are easily read amiss."""

from __future__ import annotations

import pytest

import slaclock as sc
from slaclock.checking import check_page
from slaclock.checking.pages.amounts import Amount, only_amount
from slaclock.checking.pages.html_reader import read_html
from slaclock.checking.pages.week_words import WeekSaid, WeekUnclear, week_of

POLICY = sc.Policy.model_validate({
    "name": "one",
    "calendar": {
        "timezone": "Europe/London", "hours": "Mo-Th 08:00-17:00; Fr 08:00-16:30; PH off", "holidays": "GB-ENG"
    },
    "targets": {
        "incident": {
            "P1": {"respond": "15 minutes", "resolve": "2 hours"}, "P2": {"respond": "1 hour", "resolve": "6 hours"},
            "P3": {"resolve": "3 days"},
        },
    },
    "standards": {"calls": {"kind": "call", "share": 80, "target": "< 20 seconds", "clock": "wall"}},
})  # fmt: skip


@pytest.fixture
def said(tmp_path):
    """A function that writes a page and lists what it comes to, without what only the policy says."""

    def read(text, name="sla.md"):
        (tmp_path / name).write_text(text, encoding="utf-8")
        made = check_page(tmp_path / name, POLICY)
        return [(own.verdict, own.about, own.page) for own in made.readings if own.verdict != "policy-only"]

    return read


@pytest.mark.parametrize(
    "text",
    [
        "P1 incidents are closed automatically 5 days after resolution.",
        "P1 incidents are closed 5 days after they are resolved.",
        "P1: price £2 per 2 hours.",
        "P1 support costs £95 for 2 hours.",
    ],
)
def test_what_is_no_promise_is_no_reading(said, text):
    assert said(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "We answered 91% of calls within 20 seconds last month.",
        "91% of calls were answered within 20 seconds in March.",
        "We resolved 91% of P1 incidents within 3 hours.",
        "Opening times of the library: Saturday 10am-4pm.",
        "Lunch: 12:00-13:00 Monday to Friday.",
        "The desk is closed for training every Wednesday from 9am to 9.30am.",
        "Monday to Friday 8am to 5pm, closed 12:00-13:00.",
        "Term time: Monday to Friday 8am to 6pm.",
        "Monday to Friday 8am to 6pm (summer)",
        "Friday until 4",
        "Fri 8am-4pm (school holidays)",
        "Desk-side visits: Mon-Fri 10am-12pm.",
        "If we do not resolve your P1 incident within 4 hours, you can complain within 28 days.",
        "P1 incidents still unresolved in 4 hours go to a manager.",
        "Service credits: 5% for every 3 hours beyond the P1 target.",
    ],
)
def test_what_is_not_to_be_compared_is_unread(said, text):
    assert [verdict for verdict, _, _ in said(text)] == ["unread"]


def test_a_table_row_of_other_hours_is_unread(said):
    assert said("|a|b|\n|-|-|\n| Library, Saturday | 10am-4pm |\n") == [("unread", "", "")]


def test_a_limit_that_is_kept_at_the_limit_itself(tmp_path):
    for text, strict in (("≤ 1 hour", False), ("<= 1 hour", False), ("< 1 hour", True), ("≤ 90", False), ("<90", True)):
        amount = only_amount(text, "minutes")
        assert isinstance(amount, Amount)
        assert (amount.target.strict, amount.is_bounded) == (strict, True), text
    (tmp_path / "sla.md").write_text("|Priority|Response|\n|-|-|\n|P2|≤ 1 hour|\n", encoding="utf-8")
    assert check_page(tmp_path / "sla.md", POLICY).readings[0].note == ""


def test_what_a_style_hides_is_not_read():
    text = '<p style="color: red; DISPLAY:none">P1: fix in 9 hours</p><p style="visibility : hidden">9</p><p>seen'
    assert [own.text for own in read_html(text).passages] == ["seen"]


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("Calls answered within 20 seconds: 78% (target 80%).", [("agrees", "standard calls", "80 % 20 seconds")]),
        ("P1: resolved in 2 hours (previously 4 hours).", [("agrees", "incident P1 resolve", "2 hours")]),
        ("Priority One: fix within 3 hours", [("contradicts", "incident P1 resolve", "3 hours")]),
        (
            "High priority (P2): 1 hour response, 6 hours fix",
            [("agrees", "incident P2 respond", "1 hour"), ("agrees", "incident P2 resolve", "6 hours")],
        ),
        (
            "P2: response within 1 hour; fix within 8 hours",
            [("agrees", "incident P2 respond", "1 hour"), ("contradicts", "incident P2 resolve", "8 hours")],
        ),
        (
            "Resolution times are 2 hours (P1), 8 hours (P2) and 3 days (P3).",
            [
                ("agrees", "incident P1 resolve", "2 hours"),
                ("contradicts", "incident P2 resolve", "8 hours"),
                ("agrees", "incident P3 resolve", "3 days"),
            ],
        ),
        (
            "We resolve in 2 hours for P1, 6 hours for P2.",
            [("agrees", "incident P1 resolve", "2 hours"), ("agrees", "incident P2 resolve", "6 hours")],
        ),
        (
            "P1: response within 15 minutes (24/7), fix within 2 hours",
            [("contradicts", "incident P1 respond", "15 minutes (24/7)"), ("agrees", "incident P1 resolve", "2 hours")],
        ),
    ],
)
def test_whose_an_amount_is(said, text, readings):
    assert said(text) == readings


FRIDAYS = {"16:00": ("16:00", "4pm", "4.00pm", "1600"), "16:30": ("16:30", "4.30pm", "1630", "4:30 p.m")}


@pytest.mark.parametrize(
    "text",
    [
        "weekdays 8am to 5pm ({} on Fridays)",
        "8am-5pm Monday to Friday (Fri {})",
        "Mon-Fri: 8am - 5pm, closing at {} on Fridays",
        "Monday to Friday 8am to 5pm, with early closing on a Friday at {}",
        "Monday to Friday 8am to 5pm. On Fridays we close at {}",
        "8am to 5pm Monday to Friday; until {} on Fridays",
    ],
)
@pytest.mark.parametrize("end", FRIDAYS)
def test_an_early_closing(said, text, end):
    for time in FRIDAYS[end]:
        readings = said(text.format(time))
        spoken = " ".join(page for _, _, page in readings)
        assert ("contradicts" in [verdict for verdict, _, _ in readings]) == (end == "16:00"), (time, readings)
        assert not [about for verdict, about, _ in readings if verdict in ("unread", "contradicts-itself")]
        assert f"Fri 08:00-{end}" in spoken


def test_a_closing_alone(said):
    assert said("Monday to Thursday 8am-5pm, Friday until 4pm") == [
        ("agrees", "hours of main", "Mon-Thu 08:00-17:00"),
        ("contradicts", "closing", "Fri until 16:00"),
    ]
    assert said("Fridays until 4.30pm.") == [("agrees", "closing of main", "Fri until 16:30")]
    assert ("contradicts-itself", "closing", "Fri until 16:00") in said("Friday until 4.30pm.\n\nFriday until 4pm.")
    assert said("Saturday until 1pm") == [("contradicts", "closing", "Sat until 13:00")]


def test_spans_with_both_their_ends_are_no_early_closing():
    for text in ("Friday (8am-4.30pm)", "8am until 4.30pm on Fridays", "Friday: 8am until 4.30pm", "Fridays 0800-1630"):
        week = week_of(text)
        assert isinstance(week, WeekSaid)
        assert list(week.days) == [4]
        assert not week.closes
    assert isinstance(week_of("8am to 5pm Monday to Thursday, Friday 8am-4pm"), WeekUnclear)
