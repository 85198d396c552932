"""Names of zones as products have them."""

from __future__ import annotations

import sys

import pytest

from slaclock import errors
from slaclock.desks.zone_names import RAILS, zone_name
from slaclock.temporal.instants import find_zone


def test_every_name_of_rails_is_a_zone():
    assert len(RAILS) > 140
    assert all(find_zone(name).key == name for name in RAILS.values())


@pytest.mark.parametrize(
    ("name", "zone"),
    [
        ("Europe/London", "Europe/London"), ("London", "Europe/London"), ("Tokyo", "Asia/Tokyo"), ("UTC", "UTC"),
        ("Pacific Time (US & Canada)", "America/Los_Angeles"), ("GMT Standard Time", "Europe/London"),
        ("Hong Kong", "Asia/Hong_Kong"), ("Buenos Aires", "America/Argentina/Buenos_Aires"),
    ],
)  # fmt: skip
def test_names(name, zone):
    assert zone_name(name) == zone


def test_a_name_that_no_one_has_is_refused():
    with pytest.raises(errors.UnknownZoneError, match="of Rails or of Windows"):
        zone_name("Mars Time")


def test_names_of_windows_need_a_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar.timezone.windows_to_olson", None)
    with pytest.raises(errors.MissingExtraError, match=r"slaclock\[ical\]"):
        zone_name("W. Europe Standard Time")
    with pytest.raises(errors.UnknownZoneError):
        zone_name("Nowhere")
