"""Times that are read for a whole column at once are those that `strptime` reads one by one."""

from __future__ import annotations

from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slaclock.desks.fast_formats import local_times

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
