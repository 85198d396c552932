"""The report: every figure as a value, and the ways to show it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Self

from slaclock.errors import MissingExtraError, ModelError, placed
from slaclock.figures.report_figures import ReportFigures
from slaclock.formats.documents import json_text, read_data
from slaclock.formats.frames import frame_of

from . import html_page, pages, plain, terminal_page


@dataclass(frozen=True, repr=False, eq=False)
class Report(ReportFigures):
    """How tickets stand under a policy as of an instant, and the ways to show it; made by `report`.

    >>> import slaclock as sc
    >>> ticket = sc.Ticket(id="T1", priority="P1", opened="2018-04-09T10:00+01:00", resolved="2018-04-09T11:00+01:00")
    >>> report = sc.report([ticket], sc.Policy.example(), at="2018-06-29T12:00+01:00", period="month")
    >>> report.totals["met"], str(report.overall.share), len(report.by_period)
    (1, '1', 1)
    >>> sc.Report.from_json(report.to_json()) == report
    True
    """

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain values: instants are ISO 8601 text, durations seconds, shares numbers."""
        return plain.as_dict(self)

    def to_json(self) -> str:
        """The same as JSON text; beside it, under `value`, the report itself, which `from_json` reads."""
        value = json.loads(super().to_json())
        return json.dumps({**self.to_dict(), "value": value}, ensure_ascii=False, indent=2)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The report of a JSON text that `to_json` has written: equal to the one that was written."""
        data = read_data(json_text(text), "json", ModelError)
        if not isinstance(data, dict):
            raise ModelError("this is not a report", "give what to_json or save has written")
        with placed(*(("value",) if "value" in data else ())):
            return super().from_json(json.dumps(data.get("value", data)))

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The figures by period, kind and priority as a frame of pandas or Polars, a row each; or by its `split`."""
        return frame_of(plain.columns_of(self), library)

    def to_markdown(self) -> str:
        """The report as Markdown."""
        return pages.markdown(self)

    def to_html(self, *, pictures: bool = True) -> str:
        """The report as one HTML page that needs nothing else: no network, no script; it prints on A4.

        `pictures` are the plots of shares, and the strips of time of the worst misses with their ledgers; what they
        show stands in tables too. `MissingExtraError` without the extra `report`.
        """
        return html_page.html(self, pictures=pictures)

    def save(self, path: str | Path, kind: str | None = None) -> None:
        """Write the report to a `.html`, `.md` or `.json` file; `kind` is one of these where the name does not say."""
        pages.save({".html": self.to_html, ".md": self.to_markdown, ".json": self.to_json}, Path(path), kind)

    def __str__(self) -> str:
        return pages.text(self)

    def __rich__(self) -> Any:
        return terminal_page.terminal_page(self)

    def _repr_html_(self) -> str | None:
        try:
            return html_page.fragment(self)
        except MissingExtraError:  # a notebook shows the text
            return None
