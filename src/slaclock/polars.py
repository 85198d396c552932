"""The namespace `sla` of Polars: `df.sla.assess(policy, at=...)`, `pl.col("opened").sla.elapsed(end, calendar=...)`.

It is registered when this module is imported, on frames, lazy frames, series and expressions.

>>> from datetime import datetime
>>> import polars as pl
>>> import slaclock as sc
>>> import slaclock.polars
>>> policy = sc.Policy.example()
>>> tickets = pl.DataFrame({
...     "id": ["T1", "T2"], "priority": ["P1", "P2"], "opened": [datetime(2018, 4, 6, 15), datetime(2018, 4, 9, 10)],
... }).with_columns(pl.col("opened").dt.replace_time_zone("Europe/London"))
>>> plan = tickets.lazy().sla.assess(policy, at="2018-04-09T11:00+01:00", unit="hours")
>>> plan.select("id", "sla_state", "sla_remaining").collect().rows()
[('T1', 'breached', -2.5), ('T2', 'running', 5.0)]
>>> due = pl.col("opened").sla.deadline("2 hours", calendar=policy.calendar)
>>> tickets.select(due.dt.to_string("%a %H:%M"))["opened"].to_list()
['Mon 08:30', 'Mon 12:00']
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any, TypeAlias, Unpack

from slaclock.errors import MissingExtraError

try:
    import polars as pl
except ImportError:
    raise MissingExtraError("the library 'polars' is not installed", "pip install polars", value="polars") from None

from slaclock import columns
from slaclock.calendar.base import Calendar
from slaclock.columns.outputs import COUNTS, INSTANTS, NUMBERS, TRUTHS, Output
from slaclock.columns.typing import (
    BreachOptions,
    ClockOptions,
    DateOptions,
    Options,
    TargetOptions,
    TargetsLike,
)
from slaclock.columns.units import check_unit, lengths_in
from slaclock.namespaces import ColumnNamespace, FrameNamespace
from slaclock.temporal.durations import Unit

__all__ = ["SlaExpr", "SlaFrame", "SlaLazyFrame", "SlaSeries"]

InstantExpr: TypeAlias = "pl.Expr | pl.Series | str | datetime"
"""A column of instants, a column's name, or one instant for all rows."""
DateExpr: TypeAlias = "pl.Expr | pl.Series | str | date"
"""A column of local dates, a column's name, or one date for all rows."""


@pl.api.register_dataframe_namespace("sla")
class SlaFrame(FrameNamespace[pl.DataFrame]):
    """`df.sla`: a frame of tickets under a policy."""


@pl.api.register_lazyframe_namespace("sla")
class SlaLazyFrame(FrameNamespace[pl.LazyFrame]):
    """`lazy.sla`: a lazy frame of tickets under a policy. `assess` stays lazy; all else collects it first."""


@pl.api.register_series_namespace("sla")
class SlaSeries(ColumnNamespace[pl.Series]):
    """`series.sla`: a column of instants, or of local dates, on a calendar."""


@pl.api.register_expr_namespace("sla")
class SlaExpr:
    """`pl.col(...).sla`: an expression of instants, or of local dates, on a calendar.

    Arguments that are columns are expressions, series or names of columns; a target that is a text is a target. In the
    options `priority` and `done` may be expressions too. The `pauses` go by the numbers of the rows that the expression
    is asked about: leave them out in groups.
    """

    def __init__(self, expression: pl.Expr) -> None:
        self._expression = expression

    def elapsed(self, end: InstantExpr, *, unit: Unit | None = None, **options: Unpack[ClockOptions]) -> pl.Expr:
        """The service time from each instant to `end`: see `slaclock.columns.elapsed`."""
        check_unit(unit)
        return self._asked(columns.elapsed, lengths_in(unit), options, end=_column(end), unit=unit)

    def elapsed_days(self, end: InstantExpr, **options: Unpack[ClockOptions]) -> pl.Expr:
        """The service days from each instant to `end`: see `slaclock.columns.elapsed_days`."""
        return self._asked(columns.elapsed_days, NUMBERS, options, end=_column(end))

    def deadline(self, target: TargetsLike | pl.Expr, **options: Unpack[TargetOptions]) -> pl.Expr:
        """When the target is used up from each instant on: see `slaclock.columns.deadline`."""
        return self._asked(columns.deadline, INSTANTS, options, target=target)

    def remaining(
        self,
        target: TargetsLike | pl.Expr,
        *,
        at: InstantExpr,
        unit: Unit | None = None,
        **options: Unpack[TargetOptions],
    ) -> pl.Expr:
        """What is left of the target as of `at`: see `slaclock.columns.remaining`."""
        check_unit(unit)
        return self._asked(columns.remaining, lengths_in(unit), options, target=target, at=_column(at), unit=unit)

    def is_breached(
        self, target: TargetsLike | pl.Expr, *, at: InstantExpr, **options: Unpack[BreachOptions]
    ) -> pl.Expr:
        """Whether the target is breached as of `at`: see `slaclock.columns.is_breached`."""
        return self._asked(columns.is_breached, TRUTHS, options, target=target, at=_column(at))

    def subtract(self, target: TargetsLike | pl.Expr, **options: Unpack[TargetOptions]) -> pl.Expr:
        """The latest start from which the target is used up by each instant: see `slaclock.columns.subtract`."""
        return self._asked(columns.subtract, INSTANTS, options, target=target)

    def is_open(self, **options: Unpack[Options]) -> pl.Expr:
        """Whether the desk is open at each instant: see `slaclock.columns.is_open`."""
        return self._asked(columns.is_open, TRUTHS, options)

    def next_open(self, **options: Unpack[Options]) -> pl.Expr:
        """Each instant at which the desk is open, else its next opening: see `slaclock.columns.next_open`."""
        return self._asked(columns.next_open, INSTANTS, options)

    def next_close(self, **options: Unpack[Options]) -> pl.Expr:
        """When the desk closes next after each instant: see `slaclock.columns.next_close`."""
        return self._asked(columns.next_close, INSTANTS, options)

    def previous_open(self, **options: Unpack[Options]) -> pl.Expr:
        """When the desk opened last, up to each instant: see `slaclock.columns.previous_open`."""
        return self._asked(columns.previous_open, INSTANTS, options)

    def previous_close(self, **options: Unpack[Options]) -> pl.Expr:
        """When the desk closed last, before each instant: see `slaclock.columns.previous_close`."""
        return self._asked(columns.previous_close, INSTANTS, options)

    def working_day(self, n: int | pl.Expr | pl.Series, **options: Unpack[DateOptions]) -> pl.Expr:
        """The nth working day after each local date, as a Date: see `slaclock.columns.working_day`."""
        return self._asked(columns.working_day, None, options, n=n)

    def working_days(self, last: DateExpr, **options: Unpack[DateOptions]) -> pl.Expr:
        """How many working days lie from each local date to `last`: see `slaclock.columns.working_days`."""
        return self._asked(columns.working_days, COUNTS, options, last=_column(last))

    def _asked(self, function: Callable[..., Any], output: Output | None, options: Any, **arguments: Any) -> pl.Expr:
        """The function of the expression's column; those of its arguments that are expressions are columns beside it.

        Without an output the answers are dates.
        """
        given = {**arguments, **{name: _column(value) if name == "done" else value for name, value in options.items()}}
        beside = {name: value for name, value in given.items() if isinstance(value, pl.Expr)}
        fixed = {name: value for name, value in given.items() if name not in beside}

        def answer(series: Sequence[pl.Series]) -> pl.Series:
            own, *others = series
            alone = {name: _one_or_all(other, len(own)) for name, other in zip(beside, others, strict=True)}
            answered: pl.Series = function(own, **fixed, **alone)
            return answered if output is not None else answered.cast(pl.Date)

        return pl.map_batches([self._expression, *beside.values()], answer, return_dtype=_type(output, options))


def _column(value: Any) -> Any:
    """A name as the column that it is of."""
    return pl.col(value) if isinstance(value, str) else value


def _one_or_all(series: pl.Series, count: int) -> Any:
    """A column beside another; one value, such as that of a literal, stands for all rows."""
    return series if len(series) == count else series.item()


def _type(output: Output | None, options: Any) -> Any:
    """The type of the answers, which instants have in the calendar's zone."""
    import narwhals as nw

    calendar = options.get("calendar")
    if output is None:
        return pl.Date
    zone = calendar.zone.key if isinstance(calendar, Calendar) else "UTC"
    return nw.Schema({"answer": output.frame_type(zone)}).to_polars()["answer"]
