"""The accessor `sla` of pandas: `df.sla.assess(policy, at=...)`, `series.sla.elapsed(end, calendar=...)`.

It is registered when this module is imported, on frames, series and indexes.

>>> import pandas as pd
>>> import slaclock as sc
>>> import slaclock.pandas
>>> policy = sc.Policy.example()
>>> tickets = pd.DataFrame({
...     "id": ["T1", "T2"], "priority": ["P1", "P2"],
...     "opened": pd.to_datetime(["2018-04-06 15:00", "2018-04-09 10:00"]).tz_localize("Europe/London"),
... })
>>> tickets.sla.assess(policy, at="2018-04-09T11:00+01:00", unit="hours")[["id", "sla_state", "sla_remaining"]]
   id sla_state  sla_remaining
0  T1  breached           -2.5
1  T2   running            5.0
>>> tickets["opened"].sla.deadline("2 hours", calendar=policy.calendar).dt.strftime("%a %H:%M").tolist()
['Mon 08:30', 'Mon 12:00']
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from slaclock.errors import MissingExtraError

try:
    import pandas as pd
except ImportError:
    raise MissingExtraError("the library 'pandas' is not installed", "pip install pandas", value="pandas") from None

from slaclock.namespaces import ColumnNamespace, FrameNamespace

if TYPE_CHECKING:
    Frame: TypeAlias = FrameNamespace[pd.DataFrame]
    Column: TypeAlias = ColumnNamespace[pd.Series]
else:
    Frame, Column = FrameNamespace, ColumnNamespace

__all__ = ["SlaColumn", "SlaFrame"]


@pd.api.extensions.register_dataframe_accessor("sla")
class SlaFrame(Frame):
    """`df.sla`: a frame of tickets under a policy."""


@pd.api.extensions.register_index_accessor("sla")
@pd.api.extensions.register_series_accessor("sla")
class SlaColumn(Column):
    """`series.sla`: a column of instants, or of local dates, on a calendar. An index answers with a series."""
