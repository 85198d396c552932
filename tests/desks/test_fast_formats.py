"""Times that are read for a whole column at once are those that `strptime` reads one by one."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaclock.columns.piecewise import NEVER
from slaclock.desks.fast_formats import local_times
from slaclock.desks.log_times import TimeReader
from slaclock.desks.times import read_times
from slaclock.errors import SlaClockError

FORMATS = (
    "%d/%m/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d/%b/%y %I:%M %p", "%d.%m.%y %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d-%b-%Y",
    "%Y/%m/%d, %H:%M",
)  # fmt: skip
TEXTS = st.one_of(
    st.tuples(st.datetimes(), st.sampled_from(FORMATS)).map(lambda pair: pair[0].strftime(pair[1])),
    st.from_regex(r"\A\d{1,2}[/.-](\d{1,2}|[A-Za-z]{3})[/.-]\d{2,4}[ T](\d{1,2}:){1,2}\d{1,2}( [AP]M)?\Z"),
    st.text("0123456789/ :APM", max_size=16),
)


def by_strptime(text: str | None, time_format: str) -> datetime | None:
    try:
        return None if text is None else datetime.strptime(text, time_format)
    except ValueError:
        return None


@given(st.lists(st.none() | TEXTS, max_size=20), st.sampled_from(FORMATS))
def test_what_is_read_at_once_is_what_is_read_one_by_one(texts, time_format):
    read = local_times(pa.chunked_array([pa.array(texts, pa.string())]), time_format)
    assert read is not None
    for text, at in zip(texts, read.to_pylist(), strict=True):
        assert at is None or at == by_strptime(text, time_format)


FORMS = (*FORMATS, "iso", "epoch", "epoch_ms", "excel", "%Y%m%d%H%M%S", "%d %m %Y %H:%M %z")
NUMBERS = st.from_regex(r"\A-?\d{1,17}([.,]\d{1,3})?\Z") | st.integers(43_000, 44_000).map(str)
LONDON = ZoneInfo("Europe/London")


@given(
    st.lists(TEXTS | NUMBERS | st.datetimes().map(str) | st.sampled_from(["NaT", "2958465.9999999999"]), max_size=12),
    st.lists(st.sampled_from(FORMS), unique=True, max_size=4),
)
def test_columns_of_times_and_cells_of_logs_are_read_alike(texts, forms):
    read = read_times(pa.chunked_array([pa.array(texts, pa.string())]), LONDON, forms)
    reader = TimeReader(LONDON, forms)
    for row, text in enumerate(texts):
        try:
            expected = reader(text).micros
        except SlaClockError as error:
            assert read.micros[row] == NEVER
            assert text == "NaT" or str(read.wrong[row]) == str(error)
        else:
            assert (read.micros[row], row in read.wrong) == (expected, False)


@pytest.mark.parametrize("time_format", FORMATS)
def test_what_the_format_writes_is_read_at_once(time_format):
    days = [
        datetime(2018, 2, 28, 23, 59, 59),
        datetime(2016, 2, 29),
        datetime(1999, 12, 31, 12),
        datetime(2040, 6, 1, 9),
    ]
    texts = pa.chunked_array([pa.array([day.strftime(time_format) for day in days])])
    assert local_times(texts, time_format).to_pylist() == [by_strptime(text, time_format) for text in texts.to_pylist()]


@pytest.mark.parametrize(
    "time_format", ["%Y%m%d", "%d %B %Y", "%c", "%d/%m/%Y %z", "%d/%d/%Y", "%j %Y", "%d/%m/%Y %I:%M"]
)
def test_formats_of_other_parts_are_left_to_strptime(time_format):
    assert local_times(pa.chunked_array([pa.array(["1"])]), time_format) is None
