"""What starts a clock afresh."""

from __future__ import annotations

from slaclock.formats.models import Model


class Restart(Model):
    """What starts the clock afresh; by default the same clock goes on."""

    priority_change: bool = False
    reopening: bool = False
