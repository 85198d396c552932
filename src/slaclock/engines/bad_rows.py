"""Bad rows of a function of SQL, which asks the columns about some of its rows at a time."""

from __future__ import annotations

from slaclock.columns.chunks import BadRows
from slaclock.columns.piecewise import Ints
from slaclock.errors import SlaClockError


class FirstBadRow(BadRows):
    """Rows that cannot be answered, kept until all are known, so that the first of them is the error."""

    def __init__(self, errors: str) -> None:
        super().__init__(errors)
        self._problems: dict[int, SlaClockError] = {}

    def add(self, row: int, problem: SlaClockError) -> None:
        """Keep what is wrong."""
        self._problems[row] = problem

    def of(self, rows: Ints) -> BadRows:
        """What takes the bad rows of some of all rows, which are known to it by their numbers among these."""
        return _Numbered(self, rows)

    def warn(self) -> None:
        """Raise the first row's error, or say how many there are."""
        for row in sorted(self._problems):
            super().add(row, self._problems[row])
        super().warn()


class _Numbered(BadRows):
    def __init__(self, of_all: FirstBadRow, rows: Ints) -> None:
        super().__init__("null")
        self._of_all, self._rows = of_all, rows

    def add(self, row: int, problem: SlaClockError) -> None:
        self._of_all.add(int(self._rows[row]), problem)

    def warn(self) -> None:
        pass
