"""What a policy's chains come to, and the ways to show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from slaclock.errors import PolicyError
from slaclock.formats.frames import frame_of

from . import bars, pages
from .figures import ChainFigures, ChainResult
from .texts import whose

_COLUMNS = ("kind", "priority", "excess", "kept", "opened", "ended", "due", "late", "asked", "policy")


@dataclass(frozen=True, repr=False, eq=False)
class ChainResults(ChainFigures):
    """Whether the parts of a policy's chains can keep the whole, and the ways to show it; see `chains`.

    >>> from slaclock import Policy, chains
    >>> chains(Policy.example(), 2026)
    <ChainResults of 2026/27: no chains>
    """

    def of(
        self, name: str, kind: str | None = None, priority: str | None = None, policy: str | None = None
    ) -> ChainResult:
        """What one chain comes to, of several kinds, priorities or policies the worst; `PolicyError` for none such."""
        own = [
            result
            for result in self.chains
            if result.name == name
            and kind in (None, result.kind)
            and priority in (None, result.priority)
            and policy in (None, result.policy)
        ]
        if own:
            return max(own, key=lambda result: result.excess)
        asked = " ".join(filter(None, (name, kind, priority)))
        of_policy = "" if policy is None else f" of {policy!r}"
        known = ", ".join(dict.fromkeys(whose(result) for result in self.chains)) or "none"
        raise PolicyError(f"there is no chain {asked}{of_policy}", f"use one of: {known}", value=name)

    @property
    def late(self) -> tuple[ChainResult, ...]:
        """The chains whose parts may end later than promised."""
        return tuple(result for result in self.chains if not result.kept)

    def picture(
        self, name: str, kind: str | None = None, priority: str | None = None, policy: str | None = None
    ) -> str:
        """The worst opening of one chain, its parts and what was promised on one scale of time, as SVG text."""
        return bars.picture(self.of(name, kind, priority, policy))

    def to_frame(self, library: Literal["pandas", "polars"] = "pandas") -> Any:
        """The chains as a frame of pandas or Polars, with their worst openings."""
        columns = {"chain": [result.name for result in self.chains]}
        columns |= {name: [getattr(result, name) for result in self.chains] for name in _COLUMNS}
        columns["measure"] = [result.whole.measure for result in self.chains]
        columns["target"] = [str(result.whole.target) for result in self.chains]
        return frame_of(columns, library)

    def to_markdown(self) -> str:
        """The chains as Markdown."""
        return pages.markdown(self)

    def _repr_html_(self) -> str:
        return pages.cell_html(self)

    def __str__(self) -> str:
        return pages.text(self)

    def __repr__(self) -> str:
        return f"<ChainResults of {self.period.label}: {pages.answer_of(self)}>"
