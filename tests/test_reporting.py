"""The report: its figures against a plain recount, its pages, and what it refuses."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import slaclock as sc
from desk import EXAMPLE, at, ticket, with_rules
from drawn import utc
from reviewed import check_reviewed
from slaclock import errors
from test_events import LOG, SERVICENOW

STATES = ("breached", "paused", "running", "met", "not-started", "no-target", "cancelled", "excluded", "not-covered")
NOW = at("2018-06-29 12:00")
FOLDER = Path(str(sc.__file__)).parent / "example"
SNAPSHOT = Path(__file__).parent / "snapshots" / "report.md"


def rows(name):
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def packaged() -> list[sc.Ticket]:
    """The example's tickets, calls and e-mails."""
    waits: dict[str, list[sc.Pause]] = {}
    for row in rows("pauses.csv"):
        end = at(row["end"]) if row["end"] else None
        waits.setdefault(row["ticket"], []).append(sc.Pause(start=at(row["start"]), end=end, reason=row["reason"]))
    found = []
    for row in [*rows("tickets.csv"), *rows("contacts.csv")]:
        fields = {name: value for name, value in row.items() if value and not name.startswith("agreed_")}
        moments = {
            name: at(fields[name]) for name in ("opened", "responded", "resolved", "abandoned") if name in fields
        }
        found.append(sc.Ticket(**{**fields, **moments}, pauses=waits.get(row["id"], [])))
    return found


TICKETS = packaged()
USAGE = [sc.Usage(allowance=r["allowance"], at=at(r["at"]), amount=r["amount"]) for r in rows("training.csv")]


def frames(tickets):
    """Tickets and their pauses as frames."""
    when = pl.Datetime("us", "UTC")
    names = ("id", "kind", "priority", "opened", "responded", "resolved", "abandoned", "category", "impact", "urgency")
    moments = ("opened", "responded", "resolved", "abandoned")
    data = [[utc(getattr(each, name)) for name in names] for each in tickets]
    table = pl.DataFrame(data, {name: when if name in moments else pl.String for name in names}, orient="row")
    waits = [(t.id, utc(p.start), utc(p.end), p.reason) for t in tickets for p in t.pauses]
    types = {"ticket": pl.String, "start": when, "end": when, "reason": pl.String}
    return table, pl.DataFrame(waits, types, orient="row")


def nearest_rank(values, part):
    """The least of the values that so large a part of them is at most."""
    ordered = sorted(values)
    return ordered[math.ceil(Fraction(part) * len(ordered)) - 1] if ordered else None


def recount(report, tickets, policy, now, *, by, measure="resolve"):
    """Every figure again, one ticket at a time, from scalar assessments."""
    known = [t for t in tickets if t.opened <= now and t.kind not in ("call", "email")]
    found = [sc.assess(t, policy, at=now, measure=measure) for t in known]
    assert report.totals == {state: sum(a.state == state for a in found) for state in STATES}
    assert report.later == sum(t.opened > now for t in tickets)
    moment = {"opened": lambda a: a.ticket.opened, "due": lambda a: a.due, "resolved": lambda a: a.done}[by]

    def place(a):
        when = moment(a)
        return None if when is None else next(p for p in report.periods if when in p)

    groups: dict[object, list[sc.Assessment]] = {}
    for a in found:
        groups.setdefault((place(a), a.ticket.kind, a.priority), []).append(a)
    assert {(g.period, g.kind, g.priority) for g in report.groups} == groups.keys()
    for group in report.groups:
        same = groups[group.period, group.kind, group.priority]
        counts = Counter(a.state for a in same)
        assert group.counts == {state: counts[state] for state in STATES}
        decided = counts["met"] + counts["breached"]
        assert group.share == (Fraction(counts["met"], decided) if decided else None)
        done = [a for a in same if a.state in ("met", "breached") and a.done is not None]
        if not done:
            assert group.spread is None
            continue
        assert group.spread.median == nearest_rank([a.elapsed for a in done], Fraction(1, 2))
        assert group.spread.p90 == nearest_rank([a.elapsed for a in done], Fraction(9, 10))
        assert group.spread.median_days == pytest.approx(
            nearest_rank([float(a.elapsed_days) for a in done], Fraction(1, 2))
        )
    for shares in report.shares:
        within = [a for a in found if shares.period is None or (place(a) is not None and place(a) == shares.period)]
        done = [a for a in found if a.done and (shares.period is None or a.done in shares.period)]
        done = [a for a in done if a.state in ("met", "breached")]
        opened = [a for a in found if shares.period is None or a.ticket.opened in shares.period]
        opened = [a for a in opened if a.state in STATES[:4]]
        decided = [a for a in within if a.state in ("met", "breached")]
        for part, of, share in (
            (shares.met, decided, shares.share),
            (shares.done_met, done, shares.share_of_done),
            (shares.opened_met, opened, shares.share_of_opened),
        ):
            assert part == sum(a.state == "met" for a in of)
            assert share == (Fraction(part, len(of)) if of else None)
    late = sorted((a for a in found if a.state == "breached"), key=lambda a: (a.remaining, utc(a.due)))
    assert [a.remaining for a in report.worst] == [a.remaining for a in late[: len(report.worst)]]
    hours = Counter((a.due.weekday(), a.due.hour) for a in late)
    assert {(d, h): n for d, row in enumerate(report.breaches) for h, n in enumerate(row) if n} == hours
    assert sum(each.tickets for each in report.pauses) == sum(
        paused(a, reason) is not None for a in found if a.state in STATES[:4] for reason in a.policy.pauses
    )
    for each in report.pauses:
        times = [paused(a, each.reason) for a in found if a.state in STATES[:4]]
        assert each.total == sum((x for x in times if x is not None), timedelta(0))


def paused(a, reason):
    """The service time that pauses of a reason took of a ticket, None where there was no such pause in its time."""
    seen = utc(a.done or a.at)
    own = [(p.start, p.end) for p in a.ticket.pauses if p.reason == reason]
    spans = [(max(utc(s), utc(a.ticket.opened)), min(utc(e) if e else seen, seen)) for s, e in own]
    if not any(s < e for s, e in spans):
        return None
    calendar = a.policy.calendar
    whole = sc.elapsed(a.ticket.opened, seen, calendar=calendar)
    return whole - sc.elapsed(a.ticket.opened, seen, calendar=calendar, pauses=own)


@pytest.mark.parametrize("by", ["opened", "due", "resolved"])
@pytest.mark.parametrize("period", ["year", "quarter", "month"])
def test_the_packaged_example_is_what_a_recount_says(by, period):
    report = sc.report(TICKETS, EXAMPLE, at=NOW, by=by, period=period)
    recount(report, TICKETS, EXAMPLE, NOW, by=by)


def same(one, other):
    """Two reports as plain values, days rounded, since columns have them as floats."""
    texts = [
        re.sub(r"\d+\.\d{9,}", lambda m: f"{float(m[0]):.9f}", json.dumps(each.to_dict())) for each in (one, other)
    ]
    assert json.loads(texts[0]) == json.loads(texts[1])


@pytest.mark.parametrize("by", ["opened", "due", "resolved"])
def test_a_frame_gives_the_same_report(by):
    table, waits = frames(TICKETS)
    of_list = sc.report(TICKETS, EXAMPLE, at=NOW, by=by, period="month", usage=USAGE)
    for frame, pauses in ((table, waits), (table.to_pandas(), waits.to_pandas()), (table.to_arrow(), waits.to_arrow())):
        same(sc.report(frame, EXAMPLE, at=NOW, by=by, period="month", pauses=pauses, usage=USAGE), of_list)


CALLS = {"kind": "call", "share": 80, "target": "< 2 hours"}
POLICY = with_rules(
    standards={
        **EXAMPLE.standards,
        "P1s": {"kind": "incident", "share": "99.5", "target": "< 1 hour", "priority": "P1"},
        **{name: {**CALLS, "abandoned": name} for name in ("missed", "missed-after", "credit")},
        **{f"{name}, short": {**CALLS, "abandoned": name, "short": "30 minutes"} for name in ("missed", "credit")},
    },
    pauses={"third_party": ["resolve"], "user": ["resolve"], "lunch": []},
    coverage=[{"from": "2018-04-01", "until": "2018-04-20"}, {"from": "2018-05-01", "until": "2019-03-31"}],
)
WHEN = st.integers(0, 60 * 24 * 120).map(lambda minutes: datetime(2018, 3, 25, tzinfo=UTC) + timedelta(minutes=minutes))


@st.composite
def desks(draw):
    """Tickets of all kinds, some of them calls, with pauses for several reasons."""
    found = []
    for number in range(draw(st.integers(0, 12))):
        opened = draw(WHEN)
        later = st.one_of(st.none(), st.integers(0, 60 * 24 * 12).map(lambda m, o=opened: o + timedelta(minutes=m)))
        kind = draw(st.sampled_from(["incident", "incident", "service_request", "call", "email"]))
        priority = draw(st.sampled_from(["P1", "P2", "P3", "P4"])) if kind == "incident" else None
        pauses = [
            sc.Pause(start=start, end=end if end is None or end >= start else start, reason=reason)
            for start, end, reason in draw(
                st.lists(
                    st.tuples(later.map(lambda x, o=opened: x or o), later, st.sampled_from([*POLICY.pauses])),
                    max_size=3,
                )
            )
        ]
        found.append(
            sc.Ticket(
                id=f"T{number}", kind=kind, priority=priority, opened=opened, responded=draw(later),
                resolved=draw(later), pauses=pauses, category=draw(st.sampled_from([None, None, "consumables"])),
                abandoned=draw(later) if kind == "call" else None,
            )
        )  # fmt: skip
    return found


@settings(max_examples=60)
@given(desks(), st.sampled_from(["opened", "due", "resolved"]), st.sampled_from(["year", "quarter", "month"]))
def test_any_tickets_are_what_a_recount_says_and_a_frame_too(tickets, by, period):
    now = at("2018-06-15 12:00")
    report = sc.report(tickets, POLICY, at=now, by=by, period=period, worst=100)
    recount(report, tickets, POLICY, now, by=by)
    table, waits = frames(tickets)
    same(sc.report(table, POLICY, at=now, by=by, period=period, pauses=waits, worst=100), report)
    standards(report, tickets, now, by)


def standards(report, tickets, now, by):
    """The service standards again, from the plain functions."""
    for result in report.standards:
        standard = result.standard
        counts: Counter[str] = Counter()
        waits = []
        for each in tickets:
            if each.kind != standard.kind or each.opened > now or standard.priority not in ((), (each.priority,)):
                continue
            responded = min((x for x in (each.responded, each.resolved) if x and x <= now), default=None)
            due = sc.deadline(each.opened, standard.limit, calendar=POLICY.calendar, pauses=())
            outside = each.category == "consumables" or not POLICY.covers(each.opened)  # which is never due
            when = {"opened": each.opened, "due": None if outside else due, "resolved": responded}[by]
            if result.period is not None and (when is None or when not in result.period):
                continue
            gave_up = each.abandoned is not None and each.abandoned <= now
            if not POLICY.covers(each.opened):
                counts["not-covered"] += 1
            elif each.category == "consumables":
                counts["excluded"] += 1
            elif gave_up and (responded is None or responded > each.abandoned):
                counts["abandoned"] += 1
                counts[given_up(each.abandoned - each.opened, each.abandoned < due, standard)] += 1
            else:
                late = (responded or now) >= due
                counts["missed" if late else "met" if responded else "pending"] += 1
                if responded:
                    service = sc.elapsed(each.opened, responded, calendar=POLICY.calendar)
                    waits.append(utc(responded) - utc(each.opened) if standard.limit.wall else service)
        assert result.answered == len(waits)
        assert result.waited == sum(waits, timedelta(0))
        assert (result.average is None) == (not waits)
        for name in ("excluded", "not-covered"):
            assert result.outside.get(name, 0) == counts[name]
        for name in ("met", "missed", "pending", "abandoned", "left_out"):
            assert getattr(result, name) == counts[name], (result.name, result.period, name)
        assert result.items == sum(counts.values()) - counts["abandoned"]


def given_up(waited, in_time, standard):
    """What becomes of an item that was given up after so long, as the law has it."""
    if standard.short is not None and waited < standard.short:
        return "left_out"
    return {
        "left-out": "left_out",
        "missed": "missed",
        "missed-after": "left_out" if in_time else "missed",
        "credit": "met" if in_time else "missed",
    }[standard.abandoned]


SPANS = st.lists(st.integers(0, 3 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)), max_size=6)


@settings(max_examples=20)
@given(st.lists(st.tuples(WHEN, SPANS, st.sampled_from(["P1", "P3"])), max_size=5), st.sampled_from(["year", "month"]))
def test_the_first_resolution_is_told_beside_the_final_one(drawn, period):
    """Tickets that are resolved and reopened in turn, each so long after the last."""
    now, tickets = at("2018-05-15 12:00"), []
    for number, (opened, spans, priority) in enumerate(drawn):
        moments = [opened + sum(spans[: place + 1], timedelta(0)) for place in range(len(spans))]
        pairs = list(zip(moments[::2], moments[1::2], strict=False))
        last = moments[-1] if len(moments) % 2 else None
        reopenings = [sc.Reopening(resolved=resolved, reopened=reopened) for resolved, reopened in pairs]
        pauses = [sc.Pause(start=opened + timedelta(hours=5), end=opened + timedelta(hours=30), reason="third_party")]
        tickets.append(sc.Ticket(
            id=f"T{number}", priority=priority, opened=opened, resolved=last, reopenings=reopenings, pauses=pauses,
        ))  # fmt: skip
    report = sc.report(tickets, EXAMPLE, at=now, period=period)
    firsts: dict[object, list[timedelta]] = {}
    again: Counter[object] = Counter()
    for each in tickets:
        a = None if each.opened > now else sc.assess(each, EXAMPLE, at=now)
        if a is not None and a.done is not None and a.state in ("met", "breached"):
            known = [r for r in each.reopenings if r.reopened <= a.done]
            first = known[0].resolved if known else a.done
            alone = each.model_copy(update={"resolved": first, "reopenings": ()})
            for key in (each.priority, None):
                firsts.setdefault(key, []).append(sc.assess(alone, EXAMPLE, at=now).elapsed)
                again[key] += bool(known)
    for figures in (*report.by_priority, report.overall):
        own = firsts.get(figures.priority, [])
        assert figures.reopened == again[figures.priority]
        assert (None if figures.first is None else figures.first.median) == nearest_rank(own, Fraction(1, 2))
        assert (None if figures.first is None else figures.first.p90) == nearest_rank(own, Fraction(9, 10))
    assert ("First and final resolution" in str(report)) == (report.overall.reopened > 0)
    table, waits = frames(tickets)
    types = {"ticket": pl.String, "resolved": table["opened"].dtype, "reopened": table["opened"].dtype}
    rows = [(t.id, utc(r.resolved), utc(r.reopened)) for t in tickets for r in t.reopenings]
    side = pl.DataFrame(rows, types, orient="row")
    same(sc.report(table, EXAMPLE, at=now, period=period, pauses=waits, reopenings=side), report)


@pytest.mark.skipif(not LOG.exists(), reason="the real event log is not at hand")
def test_the_real_log():
    policy = with_rules(pauses={name: ["resolve"] for name in ("user", "problem", "third_party", "evidence")})
    with LOG.open(encoding="utf-8", newline="") as file:
        tickets = sc.tickets_from_events(csv.DictReader(file), sc.EventMapping.model_validate(SERVICENOW))
    for by in ("opened", "resolved"):
        report = sc.report(tickets, policy, at=at("2018-01-01 00:00"), by=by, period="quarter")
        recount(report, tickets, policy, at("2018-01-01 00:00"), by=by)
        assert sum(report.totals.values()) == 445


def test_a_book_of_policies_judges_by_the_date_of_opening():
    strict = with_rules(
        in_force_from="2018-05-01", targets={**EXAMPLE.targets, "incident": {"P1": {"resolve": "1 minute"}}}
    )
    mild = with_rules(
        in_force_from="2018-04-01", targets={**EXAMPLE.targets, "incident": {"P1": {"resolve": "20 days"}}}
    )
    book = sc.PolicyBook([strict, mild])
    tickets = [t for t in TICKETS if t.priority in (None, "P1")]
    report = sc.report(tickets, book, at=NOW, period="month")
    recount(report, tickets, book, NOW, by="opened")
    table, waits = frames(tickets)
    same(
        sc.report(
            table, book, at=NOW, period="month", pauses=waits.join(table, left_on="ticket", right_on="id", how="semi")
        ),
        report,
    )


@pytest.mark.parametrize(("target", "kept"), [("2 hours", (1, 1)), ("< 2 hours", (0, 2)), ("1 day", (2, 0))])
def test_what_paused_tickets_against_the_contract_behind_it(target, kept):
    policy = sc.Policy.model_validate({
        "name": "a supplier", "calendar": EXAMPLE.calendar,
        "measures": {"supplier": {"while": {"pause": "third_party"}}},
        "targets": {"incident": {"resolve": "1 day", "supplier": target}},
        "pauses": {"third_party": ["resolve"]},
    })  # fmt: skip
    opened = at("2018-04-09 10:00")
    waits = [sc.Pause(start=at("2018-04-09 11:00"), end=at("2018-04-09 13:00"), reason="third_party")]
    long = [sc.Pause(start=at("2018-04-09 11:00"), end=at("2018-04-09 13:01"), reason="third_party")]
    tickets = [ticket(id="A", opened=opened, pauses=waits), ticket(id="B", opened=opened, pauses=long)]
    report = sc.report(tickets, policy, at=at("2018-04-10 10:00"), measure="supplier")
    assert (report.totals["met"], report.totals["breached"]) == kept
    assert [(row.tickets, row.total) for row in report.pauses] == [(2, timedelta(hours=4, minutes=1))]


def test_underpinning_says_that_it_is_a_measure_now():
    with pytest.raises(errors.PolicyError, match=r"underpinning: \[underpinning\] is now a measure; write .*supplier"):
        with_rules(underpinning={"third_party": "1 hour"})


def test_what_paused_a_ticket_counts_on_the_calendar_of_its_kind_and_priority():
    policy = sc.Policy.model_validate({
        "name": "nights", "calendar": EXAMPLE.calendar,
        "calendars": {"always": {"timezone": "Europe/London", "hours": "24/7"}},
        "targets": {"incident": {"P1": {"calendar": "always", "resolve": "9 days"}, "P2": {"resolve": "9 days"}}},
        "pauses": {"third_party": ["resolve"]},
    })  # fmt: skip
    waited = [sc.Pause(start=at("2018-04-09 16:00"), end=at("2018-04-09 22:00"), reason="third_party")]
    given = [
        ticket(id=number, priority=number, opened=at("2018-04-09 10:00"), pauses=waited) for number in ("P1", "P2")
    ]
    (figures,) = sc.report(given, policy, at=at("2018-04-10 10:00")).pauses
    assert (figures.tickets, figures.total) == (2, timedelta(hours=6 + 1))
    table, waits = frames(given)
    assert sc.report(table, policy, at=at("2018-04-10 10:00"), pauses=waits).pauses[0].total == figures.total


def test_nothing_at_all():
    report = sc.report([], EXAMPLE, at=NOW)
    assert (sum(report.totals.values()), report.groups, report.periods, report.worst) == (0, (), (), ())
    assert [each.attained for each in report.standards] == [None, None]
    assert "No tickets had opened." in str(report)
    assert report.to_frame().empty
    later = sc.report([ticket(opened=at("2018-07-01 10:00"))], EXAMPLE, at=NOW)
    assert (later.later, later.overall.total) == (1, 0)
    table, _ = frames([])
    same(sc.report(table, EXAMPLE, at=NOW), report)


@pytest.mark.parametrize(
    ("given_", "options", "error", "message"),
    [
        ([ticket(kind="fault")], {}, errors.PolicyError, f"ticket T1: the policy {EXAMPLE.name!r} has no"),
        ([ticket(priority="P9")], {}, errors.UnknownPriorityError, "ticket T1: 'P9' is no priority"),
        ([ticket()], {"by": "closed"}, errors.PolicyError, "periods cannot go by 'closed'; use opened, due or"),
        ([ticket()], {"period": "week"}, errors.PolicyError, "'week' is no length of a period; use year, quarter"),
        ([ticket()], {"measure": "answer"}, errors.PolicyError, "'answer' is no measure"),
        ([ticket()], {"worst": -1}, errors.PolicyError, "-1 worst tickets cannot be shown"),
        ([ticket()], {"worst": "5"}, errors.PolicyError, "'5' worst tickets cannot be shown"),
        ([ticket()], {"worst": 2.5}, errors.PolicyError, "2.5 worst tickets cannot be shown"),
        ([ticket()], {"pauses": []}, errors.PolicyError, "pauses are given beside tickets that have their own"),
        ([{"id": "T1"}], {}, errors.ColumnError, "item 0 is a dict; give Ticket objects, or a frame of them"),
        ([ticket()], {"usage": [sc.Usage(allowance="beer", at=NOW, amount="1 hour")]}, errors.PolicyError,
         f"usage 0: the policy {EXAMPLE.name!r} has no allowance 'beer'; use one of: sims_training"),
        (pl.DataFrame({"opened": [None]}, {"opened": pl.Datetime("us", "UTC")}), {}, errors.ColumnError,
         "the ticket of row 0 has no opening"),
    ],
)  # fmt: skip
def test_what_a_report_refuses(given_, options, error, message):
    with pytest.raises(error, match=re.escape(message)):
        sc.report(given_, EXAMPLE, at=NOW, **options)


def test_a_bad_row_of_a_frame_is_named_by_its_number_in_the_callers_frame():
    calls = [ticket(id=f"C{n}", kind="call", priority=None) for n in range(3)]
    table, _ = frames([*calls, ticket(priority="P9")])
    with pytest.raises(errors.UnknownPriorityError, match="row 3: 'P9'"):
        sc.report(table, EXAMPLE, at=NOW)


def test_the_page_of_the_packaged_example_is_the_reviewed_one():
    report = sc.report(TICKETS, EXAMPLE, at=NOW, period="month", usage=USAGE)
    check_reviewed(SNAPSHOT, report.to_markdown())


class Page(HTMLParser):
    """The tags of a page, each closed in order, and its texts."""

    VOID = ("meta",)

    def __init__(self, page):
        super().__init__()
        self.open, self.tags, self.texts, self.attributes = [], Counter(), [], []
        self.feed(page)
        self.close()
        assert not self.open

    def handle_starttag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags[tag] += 1
        self.attributes += attrs

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)


EVIL = "<script>alert('x')</script> & \"|` **"


def test_every_word_of_a_users_stays_text():
    policy = with_rules(name=EVIL, pauses={EVIL: ["resolve"]}, exclusions={EVIL: EVIL})
    waits = [sc.Pause(start=at("2018-04-09 11:00"), reason=EVIL)]
    tickets = [ticket(id=EVIL, opened=at("2018-04-03 10:00")), ticket(id=EVIL + "2", pauses=waits)]
    report = sc.report(tickets, policy, at=NOW)
    for page in (report.to_html(), report.to_html(pictures=False), report._repr_html_()):
        read = Page(page)
        assert read.tags["script"] == 0
        assert EVIL in "".join(read.texts)
    line = next(line for line in report.to_markdown().splitlines() if line.startswith("| \\<script"))
    assert len(re.findall(r"(?<!\\)\|", line)) == 8  # of seven cells
    a = sc.assess(tickets[1], policy, at=NOW)
    read = Page(a._repr_html_())
    assert read.tags["script"] == 0
    assert EVIL in "".join(read.texts)
    assert Page(policy._repr_html_()).tags["script"] == 0
    assert Page(policy.calendar._repr_html_()).tags["table"] == 1


def test_the_page_needs_nothing_else_and_can_be_read_aloud():
    report = sc.report(TICKETS, EXAMPLE, at=NOW, period="month", usage=USAGE)
    page = report.to_html()
    read = Page(page)
    assert page.startswith("<!DOCTYPE html>")
    assert ("lang", "en-GB") in read.attributes
    assert read.tags["h1"] == 1
    assert read.tags["link"] == read.tags["script"] == read.tags["img"] == 0
    assert not [value for name, value in read.attributes if name in ("src", "href") and not value.startswith("#")]
    assert "url(" not in page.replace("url(#", "")
    assert "@import" not in page
    assert read.tags["svg"] >= 4
    assert ("scope", "row") in read.attributes
    assert ("scope", "col") in read.attributes
    assert "size: A4" in page


def test_files_of_a_report(tmp_path):
    report = sc.report(TICKETS, EXAMPLE, at=NOW)
    for name in ("r.html", "r.md", "r.json"):
        report.save(tmp_path / name)
    written = json.loads((tmp_path / "r.json").read_text(encoding="utf-8"))
    assert type(report).from_json(json.dumps(written)) == report
    del written["value"]
    assert written == report.to_dict()
    assert {*STATES} == {*written["overall"]["counts"]}
    assert "not-covered" in written["standards"][0]
    assert {"p90_seconds", "p90_days"} <= {*written["overall"]}
    with pytest.raises(errors.InputError, match="name a .html, .md or .json file"):
        report.save(tmp_path / "r.csv")
    with pytest.raises(errors.InputError, match="cannot write"):
        report.save(tmp_path / "no" / "r.md")


def test_frames_of_a_report():
    report = sc.report(TICKETS, EXAMPLE, at=NOW, period="quarter")
    one, other = report.to_frame(), report.to_frame("polars")
    assert (type(one), type(other)) == (pd.DataFrame, pl.DataFrame)
    assert list(one.columns) == other.columns
    assert one["total"].sum() == other["total"].sum() == 200
    assert other.schema["median"] == pl.Duration("us")
    assert {*STATES, "p90", "p90_days"} <= {*other.columns}
    with pytest.raises(errors.ModelError, match="'dask' is no library of frames"):
        report.to_frame("dask")


def test_a_terminal_and_a_pipe_see_the_same_words():
    from rich.console import Console

    report = sc.report(TICKETS, EXAMPLE, at=NOW)
    console = Console(width=250, record=True, file=io.StringIO())
    console.print(report)
    shown = console.export_text()
    for word in ("Service standards", "can bear 13 more misses", "T0162", "sims_training"):
        assert word in shown
        assert word in str(report)


def test_a_report_says_on_which_calendar_each_target_counts():
    always = sc.WorkingCalendar.parse("24/7", timezone="Europe/London")
    changes = [sc.Change(at=at("2018-04-06 16:10"), field="kind", to="service_request")]
    tickets = [
        sc.Ticket(id="T1", priority="P1", opened=at("2018-04-06 16:00")),
        sc.Ticket(id="T2", priority="P2", opened=at("2018-04-06 16:00"), changes=changes),
    ]
    targets = {
        "incident": {"P1": {"resolve": "2 hours", "calendar": "always"}, "P2": {"resolve": "none"}},
        "service_request": {"resolve": "1 day", "respond": "1 hour"},
        "email": {"calendar": "always"},
    }
    table = {**EXAMPLE.model_dump(), "calendar": EXAMPLE.calendar, "targets": targets}
    policy = sc.Policy.model_validate(table | {"name": "several", "calendars": {"always": always}})
    now = at("2018-04-20 10:00")
    report = sc.report(tickets, policy, at=now)
    rows = [(on.whose, str(on.target), on.calendar) for on in report.calendars]
    assert rows == [
        ("incident P1", "2 hours", "always"), ("service_request", "1 day", "main"),
        ("standard emails", "< 1 day", "always"),
    ]  # fmt: skip
    assert [values["calendar"] for values in report.to_dict()["worst"]] == ["always", "main"]
    for page in (str(report), report.to_markdown(), report.to_html(pictures=False)):
        words = page.replace("\\_", "_")
        for word in ("Calendars", "incident P1", "standard emails", "T2", "always"):
            assert word in words
    assert re.search(r"T2 +service_request +P2 +main", str(report))
    assert sc.Report.from_json(report.to_json()) == report
    one = policy.model_copy(update={"name": "one", "in_force_from": "2019-04-01", "calendars": {}, "targets": {}})
    book = sc.report(tickets, sc.PolicyBook([policy, one]), at=now)
    assert {on.policy for on in book.calendars} == {"several", "one"}
    assert re.search("policy +target of +target +calendar", str(book))
    assert sc.report(tickets, EXAMPLE, at=now).calendars == ()
    assert "alendar" not in str(sc.report(tickets, EXAMPLE, at=now))
    assert sc.Assessment.from_json(report.worst[0].to_json()).calendar == "always"
