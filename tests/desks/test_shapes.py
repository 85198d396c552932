"""The parts of a document: what each reads, and where an error says that it happened."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from slaclock import errors
from slaclock.desks.imported import Losses
from slaclock.desks.shapes import Shape
from slaclock.desks.weeks import since_sunday, to_minutes_since_sunday


def part(value: object) -> Shape:
    return Shape(value, ("file", 3), Losses())


@pytest.mark.parametrize(
    ("value", "ask", "wanted"),
    [
        (" a ", Shape.text, "a"), (7, Shape.text, "7"), ("", Shape.text, None), (None, Shape.text, None),
        ("12", Shape.number, 12), (3.0, Shape.number, 3), ("", Shape.number, None), ("-5", Shape.number, -5),
        ("TRUE", Shape.flag, True), (0, Shape.flag, False), (None, Shape.flag, False), (True, Shape.flag, True),
        ("2018-04-09", Shape.day, date(2018, 4, 9)), ("", Shape.day, None),
        (1_523_264_400_000, Shape.epoch, datetime(2018, 4, 9, 9, tzinfo=UTC)), (None, Shape.epoch, None),
        ("2018-04-09T10:00:00.000+0100", Shape.instant, datetime(2018, 4, 9, 9, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_values(value, ask, wanted):
    assert ask(part(value)) == wanted


@pytest.mark.parametrize(
    ("value", "ask"),
    [
        (True, Shape.text), (1.5, Shape.text), ({}, Shape.text), (None, Shape.needed), (" ", Shape.needed),
        (True, Shape.number), (1.5, Shape.number), ("1.5", Shape.number), ("٣", Shape.number), (1e300, Shape.number),
        (float("nan"), Shape.number), ("maybe", Shape.flag), (2, Shape.flag), ([], Shape.flag),
        ("2018-13-01", Shape.day), (10**15 * 9, Shape.epoch), ("soon", Shape.instant),
        ("2018-04-09T10:00", Shape.instant),
        (None, Shape.needed_instant), (7, lambda own: list(own.items())), ([], lambda own: own.at("key")),
        ({"other": []}, lambda own: list(own.listed("tickets"))),
    ],
)  # fmt: skip
def test_errors_have_path_value_and_remedy(value, ask):
    with pytest.raises(errors.SlaClockError) as caught:
        ask(part(value))
    assert caught.value.path[:2] == ("file", 3)
    assert caught.value.remedy


def test_a_page_of_several_and_what_was_not_read():
    losses = Losses()
    document = Shape(
        {"tickets": [{"id": 1, "due": "x", "old": None}], "meta": {"has_more": True}}, ("tickets",), losses
    )
    [ticket] = document.listed("tickets")
    assert ticket.at("id").number() == 1
    ticket.finish(known=["other"])
    assert [entry.path for entry in losses.lost] == [("tickets", "meta"), ("tickets", 0, "due")]


def test_instants_may_be_in_a_zone_or_another_unit():
    assert part("2018-04-09 10:00:00").needed_instant(UTC).hour == 10  # type: ignore[arg-type]
    assert part(1_523_264_400).epoch(timedelta(seconds=1)) == datetime(2018, 4, 9, 9, tzinfo=UTC)


def test_spans_of_a_week_are_cut_at_midnights():
    week = since_sunday([(1440 + 1320, 2880 + 360), (6 * 1440 + 1380, 7 * 1440 + 60)])
    assert week.to_text() == {
        "mon": ["22:00-24:00"], "tue": ["00:00-06:00"], "sat": ["23:00-24:00"], "sun": ["00:00-01:00"],
    }  # fmt: skip
    assert to_minutes_since_sunday(week) == [(0, 60), (2760, 2880), (2880, 3240), (10020, 10080)]
