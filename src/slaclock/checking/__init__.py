"""Rules as code: a policy checked like code, and its meaning told by cases."""

from .cases import Case, CaseFile, CaseResult, run_case
from .check import Checked, check
from .differences import Difference, compare
from .findings import Finding
from .schemas import schema
from .suggestions import suggest

__all__ = [
    "Case", "CaseFile", "CaseResult", "Checked", "Difference", "Finding", "check", "compare", "run_case", "schema",
    "suggest",
]  # fmt: skip
