"""What came of each thing that a page says, as values, which everything that shows them reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from slaclock.formats.models import JsonValue

Verdict = Literal["agrees", "contradicts", "contradicts-itself", "page-only", "policy-only", "unclear", "unread"]
"""How page and policy stand to each other in one thing.

`unclear` is what could be read and could belong to several targets of the policy, `unread` what looks like a promise
and could not be read.
"""


@dataclass(frozen=True, slots=True, eq=False)
class PageReading(JsonValue):
    """One thing that a page says, or that only the policy does: what it is about, what each says, and the verdict.

    `line` and `quote` are where it stands on the page, None and empty for what only the policy says.

    >>> reading = PageReading("contradicts", "incident P1 resolve", 3, "P1 in 4 hours", "4 hours", "2 hours")
    >>> print(reading)
    contradicts: incident P1 resolve 4 hours, the policy 2 hours: "P1 in 4 hours"
    >>> PageReading.from_json(reading.to_json()) == reading
    True
    """

    verdict: Verdict
    about: str
    line: int | None
    quote: str
    page: str
    policy: str
    note: str = ""

    def __str__(self) -> str:
        verdict = self.verdict.replace("-", " ")
        if self.verdict == "policy-only":
            return f"{verdict}: {self.about} {self.policy}"
        beside = {"contradicts": f", the policy {self.policy}", "contradicts-itself": f", elsewhere {self.policy}"}
        says = " ".join(filter(None, (self.about, self.page))) + beside.get(self.verdict, "")
        note = f" ({self.note})" if self.note and says else self.note
        return f'{verdict}: {says}{note}: "{self.quote}"'
