"""Service-level clocks in business hours: when a ticket is due, how long its clock has run, and why.

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .allowances import AllowanceYear as AllowanceYear
    from .allowances import Usage as Usage
    from .allowances import allowance_years as allowance_years
    from .assessment import Assessment as Assessment
    from .assessment import Milestone as Milestone
    from .assessment import assess as assess
    from .calendar import Calendar as Calendar
    from .calendar import Closure as Closure
    from .calendar import CombinedCalendar as CombinedCalendar
    from .calendar import Span as Span
    from .deadlines import deadline as deadline
    from .deadlines import elapsed as elapsed
    from .deadlines import elapsed_days as elapsed_days
    from .deadlines import is_breached as is_breached
    from .deadlines import remaining as remaining
    from .deadlines import subtract as subtract
    from .errors import SlaClockError as SlaClockError
    from .events import EventMapping as EventMapping
    from .events import tickets_from_events as tickets_from_events
    from .holiday_dates import Holidays as Holidays
    from .ledger import Ledger as Ledger
    from .ledger import LedgerRow as LedgerRow
    from .pauses import Pause as Pause
    from .periods import Period as Period
    from .policy import Policy as Policy
    from .policy import PolicyBook as PolicyBook
    from .reporting import Report as Report
    from .reporting import report as report
    from .standards import StandardResult as StandardResult
    from .targets import Target as Target
    from .tickets import PriorityChange as PriorityChange
    from .tickets import Reopening as Reopening
    from .tickets import Ticket as Ticket
    from .working_calendar import WorkingCalendar as WorkingCalendar
    from .years import SubscriptionYear as SubscriptionYear
    from .years import subscription_year as subscription_year

__version__ = "0.1.0"

_HOMES = {
    "allowances": ("AllowanceYear", "Usage", "allowance_years"),
    "assessment": ("Assessment", "Milestone", "assess"),
    "calendar": ("Calendar", "Closure", "CombinedCalendar", "Span"),
    "deadlines": ("deadline", "elapsed", "elapsed_days", "is_breached", "remaining", "subtract"),
    "errors": ("SlaClockError",),
    "events": ("EventMapping", "tickets_from_events"),
    "holiday_dates": ("Holidays",),
    "ledger": ("Ledger", "LedgerRow"),
    "pauses": ("Pause",),
    "periods": ("Period",),
    "policy": ("Policy", "PolicyBook"),
    "reporting": ("Report", "report"),
    "standards": ("StandardResult",),
    "targets": ("Target",),
    "tickets": ("PriorityChange", "Reopening", "Ticket"),
    "working_calendar": ("WorkingCalendar",),
    "years": ("SubscriptionYear", "subscription_year"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = [
    "AllowanceYear", "Assessment", "Calendar", "Closure", "CombinedCalendar", "EventMapping", "Holidays", "Ledger",
    "LedgerRow", "Milestone", "Pause", "Period", "Policy", "PolicyBook", "PriorityChange", "Reopening", "Report",
    "SlaClockError", "Span", "StandardResult", "SubscriptionYear", "Target", "Ticket", "Usage", "WorkingCalendar",
    "allowance_years", "assess", "deadline", "elapsed", "elapsed_days", "is_breached", "remaining", "report",
    "subscription_year", "subtract", "tickets_from_events",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'slaclock' has no attribute {name!r}")
    value = getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
