"""What values say in words, as plain values and in JSON, is what was reviewed: `make snapshots` writes it anew."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pydantic
import pytest

import slaclock as sc
from desk import EXAMPLE, at, desk
from reviewed import check_reviewed
from shown import ASSESSMENTS, CELLS, NIGHTS, NOW, STILL, TICKET, assessed, changed, eventful_calendar
from slaclock import errors
from slaclock.policy.named_periods import periods_asked
from slaclock.policy.shares import read_percent
from slaclock.policy.warnings import WarningAt

SNAPSHOT = Path(__file__).parent / "snapshots" / "shown.txt"
WORDS: dict[str, Callable[[], Any]] = {
    **CELLS,
    "announcement": lambda: eventful_calendar().announcements[0],
    "calendar as known": lambda: eventful_calendar().as_known(at("2018-04-11 10:00")),
    "closure": lambda: EXAMPLE.calendar.closed_because(at("2018-03-30 12:00")),
    "closure without a name": lambda: EXAMPLE.calendar.closed_because(at("2018-03-31 12:00")),
    "holidays": lambda: eventful_calendar().holidays,
    "recurrence": lambda: eventful_calendar().holidays.recurring[0][0],
    "season": lambda: eventful_calendar().seasons[0],
    "special day": lambda: eventful_calendar().special[1],
    "span": lambda: next(iter(desk().spans(at("2018-04-09 07:00"), NOW))),
    "subscription year": lambda: sc.subscription_year(NOW),
    "period": lambda: sc.subscription_year(NOW).quarters[1],
    "item due": lambda: sc.due_within([TICKET], EXAMPLE, at=NOW).due[0],
    "turn": lambda: sc.timeline(TICKET, EXAMPLE, at=NOW).turns[0],
    "target": lambda: sc.Target.parse("3-5 days"),
    "strict target": lambda: sc.Target.parse("< 20 wall seconds"),
    "target by a time": lambda: sc.Target.parse("1 day by 16:30"),
}
"""Values of which `repr` and `str` speak, and what is written of them."""


def said(value: Any) -> Iterator[str]:
    """The lines of all that a value says of itself but its cell."""
    yield f"repr: {value!r}"
    if str(value) != repr(value):
        yield f"str: {value!s}"
    for name in ("to_dict", "to_dicts", "to_text"):
        if hasattr(value, name):
            yield f"{name}: {getattr(value, name)()!r}"
    if isinstance(value, sc.Ledger):
        yield f"moves: {value.moves!r}"
        yield f"sentences: {value.sentences!r}"
    if isinstance(value, sc.Assessment):
        yield f"explain: {value.explain()}"


COMBINED = json.loads((desk() | NIGHTS).to_json())
POLICY = json.loads(EXAMPLE.to_json())


def with_measure(start: str) -> sc.Policy:
    return sc.Policy.model_validate({**POLICY, "measures": {**POLICY["measures"], "x": {"starts": [start]}}})


REFUSED: dict[str, Callable[[], Any]] = {
    "a share just above 100": lambda: read_percent(100.00000000001),
    "a share of more than nine decimals": lambda: read_percent(99.00000000001),
    "a year before the first": lambda: sc.SubscriptionYear(0),
    "a policy of no path": lambda: sc.Policy.load(7),  # type: ignore[arg-type]
    "a calendar that no policy names": lambda: CELLS["policy of a calendar more"]().calendar_named("day"),
    "a book of no path": lambda: sc.PolicyBook.load(7),  # type: ignore[arg-type]
    "a measure from a blank": lambda: with_measure(" "),
    "a measure from a withdrawal": lambda: with_measure("cancelled"),
    "a measure from a resolution": lambda: with_measure("resolved"),
    "a cut-off that is none": lambda: desk(cutoff="later"),
    "what was known of nothing": lambda: desk(known_from=7),
    "a date that was known twice": lambda: desk(
        known_from={"2018-03-30": "2018-01-01", date(2018, 3, 30): "2018-01-02"}
    ),
    "a date of which nothing speaks": lambda: desk(known_from={"2018-04-10": "2018-04-01"}),
    "what was known before all time": lambda: desk(
        special={"2018-04-10": []}, known_from={"2018-04-10": "0001-01-01T00:00:00+14:00"}
    ),
    "a year of no instant": lambda: sc.subscription_year(7),  # type: ignore[arg-type]
    "a calendar that is no table": lambda: sc.Calendar.of(7),
    "two kinds of one name": lambda: sc.Calendar.type_named("working")(sc.CombinedCalendar),
}


def refused() -> Iterator[str]:
    """What cannot be, and why it is refused."""
    for name, make in REFUSED.items():
        with pytest.raises(errors.SlaClockError) as caught:
            make()
        yield f"{name}: {type(caught.value).__name__} {caught.value} (got {caught.value.value!r})"


def test_what_values_say_is_what_was_reviewed():
    text = ""
    for name, make in WORDS.items():
        text += "\n".join([f"# {name}", *said(make())]) + "\n"
    text += "\n".join(["# refused", *refused()]) + "\n"
    check_reviewed(SNAPSHOT, text)


def test_a_kind_of_calendar_that_there_is_not():
    """There may be more of them than these: the tests of other modules add kinds of their own."""
    with pytest.raises(errors.ModelError, match=r"^type: there is no kind of calendar 'lunar'; use one of: combined"):
        sc.Calendar.of({"type": "lunar"})


def test_an_assessment_may_be_a_field():
    class Held(pydantic.BaseModel):
        assessment: sc.Assessment

    for make in ASSESSMENTS.values():
        held = Held(assessment=make())
        text = held.model_dump_json()
        assert json.loads(text)["assessment"] == json.loads(held.assessment.to_json())
        assert Held.model_validate_json(text) == held
    both = Held.model_json_schema(), Held.model_json_schema(mode="serialization")
    for schema in both:
        jsonschema.validate(json.loads(text), schema)
        assert schema["properties"]["assessment"]["$ref"].startswith("#/$defs/")


@pytest.mark.parametrize(
    ("kind", "value", "changes", "fits"),
    [
        (sc.Calendar, COMBINED, {}, True),
        (sc.Calendar, COMBINED, {"how": "sum"}, False),
        (sc.Calendar, COMBINED, {"left": "main"}, False),
        (sc.Calendar, COMBINED, {"right": None}, False),
        (sc.Calendar, COMBINED, {"middle": {}}, False),
        (sc.Calendar, COMBINED, {"type": "no such kind"}, False),
        (sc.Calendar, {"type": "combined", "how": "union", "left": {}}, {}, False),
        (sc.Calendar, {"how": "union", "left": {}, "right": {}}, {}, False),
        (sc.Calendar, {}, {}, False),
        (sc.Calendar, {"timezone": "Europe/London"}, {}, True),
        (sc.Holidays, {"gov_uk": "holidays.json"}, {}, True),
        (sc.Holidays, {"gov_uk": "holidays.json"}, {"year": 2018}, False),
        (sc.Holidays, {"division": "scotland"}, {}, False),
        (sc.Holidays, {}, {}, True),
        (sc.Holidays, [{"language": "en"}], {}, False),
        (sc.Ticket, json.loads(TICKET.to_json()), {"attributes": {"team": "L1"}}, True),
        (sc.Ticket, json.loads(TICKET.to_json()), {"attributes": {"kind": "incident"}}, False),
        (sc.Policy, POLICY, {}, True),
        (sc.Policy, POLICY, {"calendars": {"nights": json.loads(NIGHTS.to_json()), "both": "main & nights"}}, True),
        (sc.Policy, POLICY, {"calendars": {"nights": 7}}, False),
        (sc.Policy, POLICY, {"calendars": {"main & nights": "nights"}}, False),
        (sc.Policy, POLICY, {"targets": {"incident": {"resolve": "2 hours", "P1": {"resolve": "1 hour"}}}}, True),
        (sc.Policy, POLICY, {"targets": {"incident": {"P1": {"resolve": ["1 hour"]}}}}, False),
        (sc.Policy, POLICY, {"targets": {"incident": 7}}, False),
        (sc.Target, "2 hours", {}, True),
        (sc.Target, 2, {}, False),
        (WarningAt, "1 hour before due", {}, True),
        (WarningAt, "soon", {}, False),
        (sc.Receipt, assessed().receipt().to_dict(), {}, True),
        (sc.Receipt, "a text", {}, False),
    ],
)
def test_the_schema_of_a_field_says_what_fits(kind, value, changes, fits):
    schema = pydantic.TypeAdapter(kind).json_schema()
    given = {**value, **changes} if changes else value
    assert jsonschema.Draft202012Validator(schema).is_valid(given) == fits


@pytest.mark.parametrize(
    ("kind", "given", "written"),
    [
        (WarningAt, "75 %", "75%"),
        (WarningAt, "90 minutes before due", "90 minutes before due"),
        (sc.Target, "120 min", "2 hours"),
        (sc.Holidays, "GB-ENG", "GB-ENG"),
    ],
)
def test_a_field_is_read_from_its_text_and_written_as_its_text(kind, given, written):
    field = pydantic.TypeAdapter(kind)
    value = field.validate_python(given)
    assert isinstance(value, kind)
    assert json.loads(field.dump_json(value)) == written
    assert field.validate_json(field.dump_json(value)) == value


def test_what_is_written_of_an_assessment_has_the_schema_of_what_is_read():
    field = pydantic.TypeAdapter(sc.Assessment)
    read, written = (field.json_schema(mode=mode) for mode in ("validation", "serialization"))
    assert written["properties"].keys() == read["properties"].keys() > {"state", "due"}


def test_what_falls_due_of_several_lists_is_one_list():
    late = [changed(id=f"T{n}", priority="P1", pauses=[]) for n in (7, 5)]
    waits = [changed(id=f"T{n}", pauses=[sc.Pause(start=STILL, reason="third_party")]) for n in (8, 6)]
    runs = [changed(id=f"T{n}") for n in (3, 1)]
    within = sc.Target.parse("6 days")
    parts = [sc.due_within(own, EXAMPLE, at=NOW, within=within) for own in zip(runs, late, waits, strict=True)]
    one = sc.due_within([*runs, *late, *waits], EXAMPLE, at=NOW, within=within)
    assert sc.DueWithin.joined(NOW, within, iter(parts)) == one
    assert all(len(items) > 1 for items in (one.due, one.overdue, one.paused))


def test_a_named_period_is_of_the_zone_that_is_asked_for():
    named = sc.Policy.model_validate({**dict(EXAMPLE), "periods": {"autumn": "2018-09-03/2018-12-21"}}).periods
    for asked in ("autumn", ("2018-09-03", "2018-12-22")):
        (period,) = periods_asked(asked, [named], "Asia/Tokyo")
        assert (period.timezone, period.start.isoformat()) == ("Asia/Tokyo", "2018-09-03T00:00:00+09:00")
