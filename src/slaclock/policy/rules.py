"""What starts a clock afresh."""

from __future__ import annotations

from pydantic import StrictBool

from slaclock.formats.models import Model


class Restart(Model):
    """What starts the clock afresh; by default the same clock goes on."""

    priority_change: StrictBool = False
    reopening: StrictBool = False
