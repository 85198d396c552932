"""Whose number is right: under which named reading a desk's own figures come out, and where they fit none."""

from slaclock.formats.extras import needs_extra

with needs_extra("columns"):
    import numpy  # noqa: F401 - what counts the tickets
