"""Rules as code: a policy checked like code, and its meaning told by cases."""

from .cases import Case, CaseFile, CaseResult, run_case
from .check import CheckResult, check
from .differences import ChangedCase, Difference, compare
from .findings import Finding
from .pages.page_check import PageCheck, check_page
from .pages.readings import PageReading
from .schemas import schema
from .suggestions import suggest

__all__ = [
    "Case", "CaseFile", "CaseResult", "ChangedCase", "CheckResult", "Difference", "Finding", "PageCheck",
    "PageReading", "check", "check_page", "compare", "run_case", "schema", "suggest",
]  # fmt: skip
