"""What would have been: past tickets under another policy, and the targets under which a share would have been kept."""

from slaclock.formats.extras import needs_extra

with needs_extra("columns"):
    import numpy  # noqa: F401 - what counts the tickets
