"""The clock for whole columns: arrays in, arrays out; frames in, the same kind of frame out.

Every function answers on every row what the scalar function of the same name answers, to the microsecond. Columns are
NumPy's datetime64, which is UTC, or columns of pandas, Polars or PyArrow, aware or with `timezone=`.

A missing value gives a missing answer. A bad row raises the scalar function's error with the row's number, counted
from 0; with `errors="null"` its answer is missing, and a `BadRowsWarning` names the count and the first row.
`threads` is how many threads work, at most; by default as many as there are processors, up to 4.
"""

from slaclock.errors import MissingExtraError

try:
    import numpy  # noqa: F401 - the one library that all of this needs
except ImportError:
    raise MissingExtraError.for_extra("numpy", "columns") from None

from .assessment import assess as assess
from .calendar import is_open as is_open
from .calendar import next_close as next_close
from .calendar import next_open as next_open
from .calendar import previous_close as previous_close
from .calendar import previous_open as previous_open
from .cycle_rows import cycles as cycles
from .deadlines import deadline as deadline
from .deadlines import elapsed as elapsed
from .deadlines import elapsed_days as elapsed_days
from .deadlines import is_breached as is_breached
from .deadlines import remaining as remaining
from .deadlines import subtract as subtract
from .due_within import due_within as due_within
from .next_turns import next_turns as next_turns
from .pause_columns import Pauses as Pauses
from .working_days import working_day as working_day
from .working_days import working_days as working_days

__all__ = [
    "Pauses", "assess", "cycles", "deadline", "due_within", "elapsed", "elapsed_days", "is_breached", "is_open",
    "next_close", "next_open", "next_turns", "previous_close", "previous_open", "remaining", "subtract",
    "working_day", "working_days",
]  # fmt: skip
