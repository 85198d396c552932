"""The report over many tickets: how they stand, the service standards, the allowances, and what paused tickets."""

from slaclock.errors import MissingExtraError

try:
    import numpy  # noqa: F401 - what counts the tickets
except ImportError:
    raise MissingExtraError.for_extra("numpy", "columns") from None
