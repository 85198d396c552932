"""The report over many tickets: how they stand, the service standards, the allowances, and what paused tickets."""

from slaclock.formats.extras import needs_extra

with needs_extra("columns"):
    import numpy  # noqa: F401 - what counts the tickets
