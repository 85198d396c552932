"""The files that a policy's calendars name, which are sought beside the policy's own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from slaclock.calendar.combined import MOST_JOINED


def with_paths(data: Any, folder: Path) -> Any:
    """The policy's data with the paths of its calendars' holiday files made to start from its folder."""
    if not isinstance(data, dict):
        return data
    calendars = data.get("calendars")
    if isinstance(calendars, dict):
        data = {**data, "calendars": {name: _with_path(calendar, folder) for name, calendar in calendars.items()}}
    return {**data, "calendar": _with_path(data["calendar"], folder)} if "calendar" in data else data


def _with_path(calendar: Any, folder: Path, most: int = MOST_JOINED) -> Any:
    """A calendar's data, and that of those that it joins, with the paths of files made to start from a folder.

    What lies deeper than calendars may be joined is left as it is, since it will be refused.
    """
    if not isinstance(calendar, dict):
        return calendar
    sides = [side for side in ("left", "right") if side in calendar and most]
    calendar = calendar | {side: _with_path(calendar[side], folder, most - 1) for side in sides}
    holidays = calendar.get("holidays")
    if not isinstance(holidays, dict):
        return calendar
    paths = {key: str(folder / holidays[key]) for key in ("gov_uk", "ical") if isinstance(holidays.get(key), str)}
    return {**calendar, "holidays": {**holidays, **paths}}
