"""What is shown, to the letter: tables as text, Markdown and HTML, strips of time, dates and shares."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at, desk, ticket, with_rules
from slaclock import strategies
from slaclock.cli.tally import Tally
from slaclock.formats import tables as render
from slaclock.formats.strips import Stretch, StripMark, legend_html, looks_of, strip_html
from slaclock.tickets.ledger_differences import parting_of
from slaclock.tickets.ledger_lines import lines_of

HEADER, ROWS, RIGHT = ("desk", "tickets"), [("North", "12"), ("South & East", "7")], frozenset({1})


def test_instants_and_dates():
    months = [render.instant_text(datetime(2018, month, 6, 16, 30, tzinfo=UTC)) for month in range(1, 13)]
    assert months[3] == "Fri 6 Apr 2018 16:30"
    assert [text.split()[2] for text in months] == [
        "Jan",
        "Feb",
        "Mar",
        "Apr",
        "May",
        "Jun",
        "Jul",
        "Aug",
        "Sep",
        "Oct",
        "Nov",
        "Dec",
    ]
    days = [render.instant_text(datetime(2018, 4, day, 0, 5, tzinfo=UTC)).split()[0] for day in range(2, 9)]
    assert days == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert render.instant_text(datetime(33, 4, 3, 8, 0, 9, 999_999, tzinfo=UTC)) == "Sun 3 Apr 0033 08:00:09"
    assert (render.instant_text(None), render.instant_text(None, none="never")) == ("", "never")


@pytest.mark.parametrize(
    ("zone", "instant", "text"),
    [
        ("Europe/London", "2018-10-27T23:59:59+00:00", "Sun 28 Oct 2018 00:59:59"),
        ("Europe/London", "2018-10-28T00:00:00+00:00", "Sun 28 Oct 2018 01:00+01:00"),
        ("Europe/London", "2018-10-28T00:59:09+00:00", "Sun 28 Oct 2018 01:59:09+01:00"),
        ("Europe/London", "2018-10-28T01:30:00+00:00", "Sun 28 Oct 2018 01:30+00:00"),
        ("Europe/London", "2018-10-28T02:00:00+00:00", "Sun 28 Oct 2018 02:00"),
        ("Europe/London", "2018-03-25T01:30:00+00:00", "Sun 25 Mar 2018 02:30"),
        ("Australia/Lord_Howe", "2018-03-31T15:00:00+00:00", "Sun 1 Apr 2018 01:30+10:30"),
        ("UTC", "2018-10-28T01:30:00+00:00", "Sun 28 Oct 2018 01:30"),
    ],
)
def test_a_time_in_a_repeated_hour_has_its_offset(zone, instant, text):
    assert render.instant_text(datetime.fromisoformat(instant).astimezone(ZoneInfo(zone))) == text


@given(strategies.instants(days=1))
def test_no_two_instants_of_a_zone_are_shown_alike(at):
    later = at.astimezone(UTC) + timedelta(hours=1)
    assert render.instant_text(at) != render.instant_text(later.astimezone(at.tzinfo))


def test_a_skipped_time_has_no_offset_and_a_naive_one_none_to_show():
    assert (
        render.instant_text(datetime(2018, 3, 25, 1, 30, tzinfo=ZoneInfo("Europe/London"))) == "Sun 25 Mar 2018 01:30"
    )
    assert render.instant_text(datetime(2018, 10, 28, 1, 30)) == "Sun 28 Oct 2018 01:30"


def test_a_ledger_tells_the_two_hours_apart():
    always = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
    ticket = sc.Ticket(id="1", priority="P1", opened="2018-10-28T00:30+00:00")
    a = sc.assess(ticket, with_rules(calendar=always), at="2018-10-28T01:45+00:00")
    (row,) = a.explain("now").sentences
    assert row == "Sun 28 Oct 2018 01:30+01:00-01:45+00:00 counted 1 h 15 min (service hours)"
    assert "from Sun 28 Oct 2018 01:30+01:00" in a.explain().title
    assert render.date_text(date(2018, 4, 6)) == "6 April 2018"


def ledger(now, calendar=None, **fields):
    """The ledger of a ticket up to an instant."""
    policy = EXAMPLE if calendar is None else with_rules(calendar=calendar)
    return sc.assess(ticket(**fields), policy, at=at(now)).explain("now")


def rows(own):
    return [(f"{row.start:%a %d %H:%M}", f"{row.end:%a %d %H:%M}", row.why) for row in own]


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_a_ledger_is_a_frame(library):
    for needed in ("narwhals", library):
        pytest.importorskip(needed)
    own = ledger("2018-04-10 09:00", pauses=[sc.Pause(start=at("2018-04-09 15:00"), reason="third_party")])
    frame = own.to_frame(library)
    assert list(frame.columns) == ["start", "end", "kind", "why", "length", "total"]
    for name in frame.columns:
        assert list(frame[name]) == [getattr(row, name) for row in own]


def test_a_ledger_of_no_time_has_no_strip():
    done = ledger("2018-04-10 09:00", resolved=at("2018-04-09 10:00"))
    assert done.total == timedelta(0)
    assert "<svg" not in done.to_html()
    assert "<svg" in ledger("2018-04-09 11:00").to_html()


def test_pauses_of_one_reason_that_touch_or_overlap_are_one_row():
    times = [("11:00", "13:00"), ("12:00", "14:00"), ("14:00", "15:00")]
    waits = [sc.Pause(start=at(f"2018-04-09 {a}"), end=at(f"2018-04-09 {b}"), reason="third_party") for a, b in times]
    own = with_rules(pauses={"third_party": ["resolve"], "customer": ["resolve"]})
    found = sc.assess(ticket(pauses=waits), own, at=at("2018-04-09 16:00")).explain("now")
    assert rows(found)[1:-1] == [("Mon 09 11:00", "Mon 09 15:00", "third_party")]
    waits.append(sc.Pause(start=at("2018-04-09 12:30"), end=at("2018-04-09 14:30"), reason="customer"))
    found = sc.assess(ticket(pauses=waits), own, at=at("2018-04-09 16:00")).explain("now")
    assert rows(found)[1:-1] == [
        ("Mon 09 11:00", "Mon 09 12:30", "third_party"),
        ("Mon 09 12:30", "Mon 09 14:30", "customer, third_party"),
        ("Mon 09 14:30", "Mon 09 15:00", "third_party"),
    ]


def test_a_ledger_goes_to_the_end_of_time():
    last = datetime(9999, 12, 31, 23, tzinfo=UTC)
    shut = sc.WorkingCalendar.parse("Mo-Fr 08:00-17:00; 9999 Nov 6-Dec 31 off", timezone="UTC")
    opened = datetime(9999, 11, 5, 15, tzinfo=UTC)
    own = sc.assess(ticket(priority="P1", opened=opened), with_rules(calendar=shut), at=last).explain("now")
    assert rows(own) == [
        ("Fri 05 15:00", "Fri 05 17:00", "service hours"),
        ("Fri 05 17:00", "Sat 06 00:00", "outside hours"),
        ("Sat 06 00:00", "Fri 31 23:00", "special day"),
    ]
    weekdays = sc.WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="UTC")
    opened = last - timedelta(hours=8)
    own = sc.assess(ticket(priority="P1", opened=opened), with_rules(calendar=weekdays), at=last).explain("now")
    assert rows(own) == [
        ("Fri 31 15:00", "Fri 31 17:00", "service hours"),
        ("Fri 31 17:00", "Fri 31 23:00", "outside hours"),
    ]


@pytest.mark.parametrize(
    ("special", "closed"),
    [
        ({"2018-05-01/2019-02-28": []}, [("01 May 2018", "01 Mar 2019", "special day")]),
        ({"2018-05-01/2019-03-04": []}, [("01 May 2018", "05 Mar 2019", "special day")]),
        ({"2018-05-01/2020-02-29": []}, [("01 May 2018", "01 Mar 2020", "closed for whole months")]),
        (
            {"2018-05-01/2018-07-31": {"name": "A"}, "2018-08-01/2018-12-31": {"name": "B"}},
            [("01 May 2018", "01 Jan 2019", "closed for whole months")],
        ),
        (
            {"2018-05-30/2018-07-31": {"name": "A"}, "2018-08-01/2018-09-01": {"name": "B"}},
            [
                ("30 May 2018", "01 Jun 2018", "A (special day)"),
                ("01 Jun 2018", "01 Sep 2018", "closed for whole months"),
                ("01 Sep 2018", "02 Sep 2018", "B (special day)"),
            ],
        ),
    ],
)
def test_whole_months_of_several_reasons_are_one_row_wherever_they_begin(special, closed):
    always = sc.WorkingCalendar.parse("24/7", timezone="Europe/London").model_copy(update={"special": special})
    own = ledger("2020-03-02 00:00", always, priority="P1", opened=at("2018-04-29 00:00"))
    found = [(f"{row.start:%d %b %Y}", f"{row.end:%d %b %Y}", row.why) for row in own if row.kind == "closed"]
    assert found == closed


def test_whole_months_of_the_last_year_are_one_row_too():
    special = {"9999-03-01/9999-05-31": {"name": "A"}, "9999-06-01/9999-07-31": {"name": "B"}}
    always = sc.WorkingCalendar.parse("24/7", timezone="UTC").model_copy(update={"special": special})
    own = ledger("9999-09-01 00:00", always, priority="P1", opened=datetime(9999, 2, 27, tzinfo=UTC))
    found = [(f"{row.start:%d %b}", f"{row.end:%d %b}", row.why) for row in own if row.kind == "closed"]
    assert found == [("01 Mar", "01 Aug", "closed for whole months")]


def test_a_midnight_that_clocks_repeat_is_gone_past():
    """On 18 February 2018 at 00:00 it was 23:00 again in São Paulo, on the day before."""
    weekdays = sc.WorkingCalendar.parse("Mo-Fr 08:00-17:00", timezone="America/Sao_Paulo")
    one = ticket(priority="P1", opened=datetime(2018, 2, 18, 2, tzinfo=UTC))
    own = sc.assess(one, with_rules(calendar=weekdays), at=datetime(2018, 2, 19, 12, tzinfo=UTC)).explain("now")
    assert rows(own) == [
        ("Sat 17 23:00", "Mon 19 00:00", "weekend"),
        ("Mon 19 00:00", "Mon 19 08:00", "outside hours"),
        ("Mon 19 08:00", "Mon 19 09:00", "service hours"),
    ]


def test_a_ledger_of_an_open_ticket_ends_with_the_instant_asked_about():
    own = ledger("2018-04-09 15:30", opened=at("2018-04-09 15:00"))
    conclusion = str(own).splitlines()[-1]
    assert conclusion == "running: due Tue 10 Apr 2018 12:00; as of Mon 9 Apr 2018 15:30, 5 h 30 min left"


def test_reasons_turn_at_the_midnights_of_the_calendar_that_they_are_of():
    london, tokyo = (
        sc.WorkingCalendar(timezone=zone, hours="24/7", special=special)
        for zone, special in (
            ("Europe/London", {}),
            ("Asia/Tokyo", {f"2018-04-{day}": {"hours": [], "name": name} for day, name in ((10, "A"), (11, "B"))}),
        )
    )
    rows = ledger("2018-04-12 10:00", london & tokyo, priority="P2", opened=at("2018-04-09 10:00")).rows
    assert [(f"{row.start:%a %H:%M}", row.why) for row in rows] == [
        ("Mon 10:00", "service hours"), ("Mon 16:00", "A (special day)"), ("Tue 16:00", "B (special day)"),
        ("Wed 16:00", "service hours"),
    ]  # fmt: skip


def test_days_that_are_alike_are_one_line():
    weekly = {
        "mon": "08:00-12:00",
        "tue": "09:00-12:00",
        "wed": "10:00-12:00",
        "thu": "08:00-12:00",
        "fri": "08:00-12:00",
    }
    calendar = sc.WorkingCalendar(timezone="Europe/London", hours=weekly)
    some = lines_of(ledger("2018-04-14 11:30", calendar, priority="P4", opened=at("2018-04-09 08:00")))
    assert [line.what for line in some] == [
        "5 working days 08:00-12:00, 17 h (2 of them other hours)", "closed: outside hours, weekend"
    ]  # fmt: skip
    assert [(f"{line.start:%a %H:%M}", f"{line.end:%a %H:%M}") for line in some] == [
        ("Mon 08:00", "Fri 12:00"), ("Fri 12:00", "Sat 11:30")
    ]  # fmt: skip
    christmas = lines_of(ledger("2018-12-27 12:00", desk(), priority="P1", opened=at("2018-12-24 16:00")))
    assert [line.what for line in christmas if line.kind == "closed"] == [
        "closed: outside hours, Christmas Day (holiday), Boxing Day (holiday)"
    ]
    three = lines_of(ledger("2018-12-27 12:00", desk(), priority="P1", opened=at("2018-12-20 16:00")), 3)
    assert [one.end == other.start for one, other in pairwise(three)] == [True, True]
    assert three[1].what.endswith("more stretches, counted and not")
    easter = lines_of(ledger("2018-04-03 12:00", desk(), priority="P1", opened=at("2018-03-29 16:00")))
    assert [line.what for line in easter if line.kind == "closed"] == [
        "closed: outside hours, Good Friday (holiday), weekend and 1 more"
    ]
    lunch = sc.WorkingCalendar.parse("Mo-Fr 08:00-12:00,13:00-17:00", timezone="Europe/London")
    some = lines_of(ledger("2018-04-09 15:30", lunch, opened=at("2018-04-09 09:00")))
    assert [(line.when, line.what, line.counted) for line in some] == [
        ("Mon 9 Apr 2018 09:00-12:00", "service hours", "3 h"),
        ("Mon 9 Apr 2018 12:00-13:00", "closed: outside hours", "-"),
        ("Mon 9 Apr 2018 13:00-15:30", "service hours", "2 h 30 min"),
    ]
    [week] = lines_of(ledger("2018-04-12 17:00", lunch, priority="P4", opened=at("2018-04-09 08:00")))
    assert week.what == "4 working days 08:00-12:00, 13:00-17:00, 32 h"
    seconds = sc.WorkingCalendar.parse("Mo-Fr 09:00-12:00", timezone="Europe/London").model_copy(
        update={"special": {"2018-04-10/2018-04-11": ["08:00:30-12:00"]}}
    )
    whole = lines_of(ledger("2018-04-11 13:00", seconds, priority="P4", opened=at("2018-04-10 08:00")))
    assert whole[1].what == "2 working days 08:00:30-12:00, 7 h 59 min"
    evenings = sc.WorkingCalendar.parse("Mo-Fr 16:00-24:00", timezone="Europe/London")
    late = lines_of(ledger("2018-04-12 12:00", evenings, priority="P4", opened=at("2018-04-09 12:00")))
    assert late[1].what == "3 working days 16:00-24:00, 24 h"


def test_a_night_that_a_mark_divides_is_like_no_other():
    nights = sc.WorkingCalendar.parse("Mo-Fr 22:00-06:00", timezone="Europe/London")
    one = ticket(priority="P4", opened=at("2018-04-09 22:00"))
    own = sc.assess(one, with_rules(calendar=nights), at=at("2018-04-10 02:00")).explain()
    assert [(line.when, line.what) for line in lines_of(own)] == [
        ("Mon 9 Apr 2018 22:00 - Tue 10 Apr 2018 02:00", "service hours"),
        ("Tue 10 Apr 2018 02:00-06:00", "service hours"),
        ("Tue 10 Apr 2018 06:00-22:00", "closed: outside hours"),
        ("Tue 10 Apr 2018 22:00 - Wed 11 Apr 2018 06:00", "service hours"),
        ("Wed 11 Apr 2018 06:00-22:00", "closed: outside hours"),
        ("Wed 11 Apr 2018 22:00 - Sat 14 Apr 2018 06:00", "3 working days 22:00-06:00, 24 h"),
    ]


def test_what_two_ledgers_say_from_where_they_part_is_the_rest_of_their_rows():
    """Of a row that counts nothing the rest counts nothing."""
    short, long = (
        ledger("2018-04-09 17:00", sc.WorkingCalendar.parse(hours, timezone="Europe/London"))
        for hours in ("Mo-Fr 08:00-12:00,14:00-17:00", "Mo-Fr 08:00-12:00,13:00-17:00")
    )
    parting = parting_of(short, long)
    assert parting is not None
    rest = [(f"{row.start:%H:%M}-{row.end:%H:%M}", row.kind, row.length) for row in parting if row is not None]
    assert rest == [("13:00-14:00", "closed", timedelta(0)), ("13:00-17:00", "counted", timedelta(hours=4))]


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (Fraction(0), "0 %"),
        (Fraction(1), "100 %"),
        (Fraction(1, 2), "50 %"),
        (Fraction(7_996, 10_000), "79.9 %"),
        (Fraction(999_999, 1_000_000), "99.9 %"),
        (Fraction(1, 1_000), "0.1 %"),
        (Fraction(1, 1_001), "0 %"),
        (None, "-"),
    ],
)
def test_shares_are_cut_and_never_flatter(share, text):
    assert render.percent_text(share) == text
    assert render.percent_text(None, none="nothing") == "nothing"


@given(st.integers(1, 2_000), st.integers(0, 2_000))
@example(199, 1)
def test_a_share_is_shown_cut_wherever_it_is_shown(met, missed):
    decided = met + missed
    share = Fraction(met, decided)
    shown = Fraction(render.percent_text(share).removesuffix(" %"))
    assert share * 100 - Fraction(1, 10) < shown <= share * 100
    (line,) = Tally(1, Counter({("incident", "P1", "met"): met, ("incident", "P1", "breached"): missed})).summary()
    assert line.endswith(f"; {render.percent_text(share)} of {decided} decided within target")


def test_a_table_of_text():
    assert (
        render.text_table(HEADER, ROWS, RIGHT) == "desk          tickets\nNorth              12\nSouth & East        7"
    )
    assert render.text_table(("a", "b"), [("1", "2"), ("long", "")]) == "a     b\n1     2\nlong"
    with pytest.raises(ValueError, match="zip"):
        render.text_table(("a",), [("1", "2")])


def test_a_table_of_markdown():
    rows = [*ROWS, ("a|b <i> `c` *d* _e_ [f] \\ \n g", "")]
    assert render.markdown_table(HEADER, rows, RIGHT).splitlines() == [
        "| desk | tickets |",
        "| --- | ---: |",
        "| North | 12 |",
        "| South & East | 7 |",
        "| a\\|b \\<i\\> \\`c\\` \\*d\\* \\_e\\_ \\[f\\] \\\\ g |  |",
    ]
    assert render.markdown_table(("X",), [])[:5] == "| X |"
    assert render.markdown_table(("a",), []) == "| a |\n| --- |"


def test_a_table_of_html():
    assert render.html_table(HEADER, ROWS, RIGHT, "Desks <2>") == (
        "<table><caption>Desks &lt;2&gt;</caption>"
        '<thead><tr><th scope="col">desk</th><th scope="col" class="n">tickets</th></tr></thead>'
        '<tbody><tr><th scope="row" class="k">North</th><td class="n">12</td></tr>'
        '<tr><th scope="row" class="k">South &amp; East</th><td class="n">7</td></tr></tbody></table>'
    )
    assert render.html_table(("a<b",), [("1",)], frozenset({0})) == (
        '<table><thead><tr><th scope="col" class="n">a&lt;b</th></tr></thead>'
        '<tbody><tr><th scope="row" class="n">1</th></tr></tbody></table>'
    )
    wide = render.html_table(("a", "b", "c"), [("1", render.Html("<b>2</b>"), "3" * 24)])
    assert f'<tr><th scope="row" class="k">1</th><td class="k"><b>2</b></td><td>{"3" * 24}</td></tr>' in wide
    with pytest.raises(ValueError, match="zip"):
        render.html_table(("a",), [("1", "2")])


def test_a_strip_of_time():
    kinds, legend = looks_of(["b<c", "a", "b<c", "d", "e", "f"])
    assert kinds == {"b<c": "paused-1", "a": "paused-2", "d": "paused-3", "e": "paused-4", "f": "paused-4"}
    assert [look.name for look in legend] == [
        "paused: b<c", "paused: a", "paused: d", "paused for other reasons",
    ]  # fmt: skip
    stretches = [Stretch(10, 15, "counted"), Stretch(15, 19, "closed"), Stretch(19, 20, "paused-1")]
    # The shortest are shown where they are alone, and what is closed only where nothing is open.
    stretches += [Stretch(20, 250, "closed"), Stretch(20, 21, "ahead")]
    marks = [StripMark(25.0, "due & late", above=True), StripMark(0, "opened"), StripMark(75.0, "done")]
    assert strip_html(stretches, 10, 250, marks, "T1 <x>") == (
        '<figure class="strip"><div class="due"><i style="left:25.00%"></i>'
        '<span style="left:25.00%">due &amp; late</span></div>\n'
        '<svg viewBox="0 0 240 10" preserveAspectRatio="none" role="img" aria-label="T1 &lt;x&gt;">'
        '<path class="f-counted" d="M0 0h5v10h-5z"/><path class="f-closed" d="M5 4.2h4v1.6h-4zM11 4.2h229v1.6h-229z"/>'
        '<path class="f-paused" d="M9 1.5h1v7h-1z"/><path class="f-ahead" d="M10 0h1v1.4h-1zM10 8.6h1v1.4h-1z"/>'
        "</svg>\n"
        '<figcaption class="ends"><span>opened</span> <span style="margin-right:25.00%">done</span>'
        "</figcaption></figure>"
    )
    assert '<path class="f-counted" d="M0 0h120v10h-120z"/></svg>' in strip_html(stretches[:1], 10, 20, [], "half")
    assert "<li><svg" in legend_html(legend)
    assert "paused: b&lt;c</li>" in legend_html(legend)


@pytest.mark.parametrize(
    ("fields", "rows"),
    [
        ({}, [("holidays", "GB-ENG")]),
        ({"holidays": ["2018-04-10"]}, [("holidays", "by date")]),
        ({"holidays": None}, [("holidays", "none")]),
        ({"special": {"2018-12-24": ["08:00-12:00"]}}, [("holidays", "GB-ENG"), ("special days", "1")]),
    ],
)
def test_a_calendar_shows_itself(fields, rows):
    hours = {"mon": "08:00-12:00, 13:00-17:00", "fri": "20:00-04:00", "sat": ""}
    calendar = desk().model_copy(update={**fields, "hours": hours})
    shown = calendar._repr_html_()
    said = [re.sub("<[^>]*>", " ", line).split() for line in re.findall("<tr>.*?</tr>|<dt>.*?</dd>", shown)]
    rules = ["a day counts proportional", "out of hours next-opening", "time zone Europe/London"]
    assert [" ".join(line) for line in said] == [
        "day 00:00 to 24:00 hours", "Mon 08:00-12:00, 13:00-17:00", "Tue closed", "Wed closed", "Thu closed",
        "Fri 20:00-04:00", "Sat closed", "Sun closed", *(f"{name} {text}" for name, text in rows), *rules,
    ]  # fmt: skip
    # A night is drawn until midnight, and from there on the next day.
    bars = re.findall('<rect class="used" x="([^"]*)" width="([^"]*)"', shown)
    assert bars == [("24.0", "12.0"), ("39.0", "12.0"), ("60.0", "12.0"), ("0.0", "12.0")]
    late = desk().model_copy(update={"hours": {"mon": "20:00-24:00"}})._repr_html_()
    assert re.findall('<rect class="used" x="([^"]*)" width="([^"]*)"', late) == [("60.0", "12.0")]
