"""A cut-off that nobody named: whether one of the half hours of a day lets more of the tickets come out."""

from __future__ import annotations

import numpy as np

from .enumeration import Tried
from .readings import AS_WRITTEN, DeskReading, named

_SAMPLE = 1_000
_LEAST = 0.02
"""Such a share more of the tickets a cut-off must explain that nobody named: of so many times one fits by chance."""
_HALF_HOURS = tuple(f"{minutes // 60:02d}:{minutes % 60:02d}" for minutes in range(30, 24 * 60, 30))


def likely_cutoff(tried: Tried) -> str | None:
    """The cut-off under which the most of a sample of tickets fit, with whichever rule for days.

    None where none lets at least 2 % more of them fit.

    It is sought where targets in days do not all fit the best reading, under what that makes of the rest.
    """
    if int(tried.fits[0]) == tried.judged.count:
        return None
    parts = [part.some(_SAMPLE) for part in tried.parts if "cutoff" in part.axes]

    def fits(reading: DeskReading) -> int:
        made = ((part, part.ours(reading.only(part.axes))) for part in parts)
        return sum(int(np.count_nonzero(tried.roundings.fits(part.desk, ours))) for part, ours in made)

    best = tried.readings[0].with_("after_hours", AS_WRITTEN)
    rules = (AS_WRITTEN, *(reading.name for reading in named("day_rule")))
    without = most = max(map(fits, (tried.readings[0], best)))
    likely = None
    for rule in rules if parts else ():
        for time in _HALF_HOURS:
            own = fits(best.with_("day_rule", rule).with_("cutoff", time))
            if own > most:
                most, likely = own, time
    return likely if most - without >= _LEAST * sum(len(part.rows) for part in parts) else None
