"""Service-level clocks in business hours: when a ticket is due, how long its clock has run, and why.

Names are loaded when they are first used, so that importing the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from slaclock import errors as errors
    from slaclock.calendar.announcements import Announcement as Announcement
    from slaclock.calendar.base import Calendar as Calendar
    from slaclock.calendar.base import Closure as Closure
    from slaclock.calendar.base import Span as Span
    from slaclock.calendar.combined import CombinedCalendar as CombinedCalendar
    from slaclock.calendar.holidays import Holidays as Holidays
    from slaclock.calendar.working_calendar import WorkingCalendar as WorkingCalendar
    from slaclock.capacity.certificate import overload_of_jobs as overload_of_jobs
    from slaclock.capacity.figures import Job as Job
    from slaclock.capacity.overload import overload as overload
    from slaclock.capacity.overloads import Overload as Overload
    from slaclock.clock.deadlines import deadline as deadline
    from slaclock.clock.deadlines import elapsed as elapsed
    from slaclock.clock.deadlines import elapsed_days as elapsed_days
    from slaclock.clock.deadlines import is_breached as is_breached
    from slaclock.clock.deadlines import remaining as remaining
    from slaclock.clock.deadlines import subtract as subtract
    from slaclock.clock.pauses import Pause as Pause
    from slaclock.clock.targets import Target as Target
    from slaclock.desks.logs import tickets_from_events as tickets_from_events
    from slaclock.desks.mappings import EventMapping as EventMapping
    from slaclock.errors import SlaClockError as SlaClockError
    from slaclock.figures.allowances import AllowanceYear as AllowanceYear
    from slaclock.figures.allowances import Usage as Usage
    from slaclock.figures.allowances import allowance_years as allowance_years
    from slaclock.figures.availability import AvailabilityResult as AvailabilityResult
    from slaclock.figures.availability import availability as availability
    from slaclock.figures.outages import Outage as Outage
    from slaclock.figures.standards import StandardResult as StandardResult
    from slaclock.parts.chain import chains as chains
    from slaclock.parts.chain_results import ChainResults as ChainResults
    from slaclock.policy.book import PolicyBook as PolicyBook
    from slaclock.policy.periods import Period as Period
    from slaclock.policy.policy import Policy as Policy
    from slaclock.policy.subscription_years import SubscriptionYear as SubscriptionYear
    from slaclock.policy.subscription_years import subscription_year as subscription_year
    from slaclock.promises.customer_page import promise_page as promise_page
    from slaclock.promises.promise import promise as promise
    from slaclock.promises.promised_waits import PromisedWaits as PromisedWaits
    from slaclock.receipts.verification import Verification as Verification
    from slaclock.receipts.verify import verify as verify
    from slaclock.reconciling.reconcile import reconcile as reconcile
    from slaclock.reconciling.reconciliation import Reconciliation as Reconciliation
    from slaclock.reporting.model import Report as Report
    from slaclock.reporting.report import report as report
    from slaclock.temporal.durations import format_duration as format_duration
    from slaclock.tickets.assessment import Assessment as Assessment
    from slaclock.tickets.assessment import Milestone as Milestone
    from slaclock.tickets.assessment import assess as assess
    from slaclock.tickets.due_within import DueItem as DueItem
    from slaclock.tickets.due_within import DueWithin as DueWithin
    from slaclock.tickets.due_within import due_within as due_within
    from slaclock.tickets.ledger import Ledger as Ledger
    from slaclock.tickets.ledger import LedgerRow as LedgerRow
    from slaclock.tickets.many import assess_many as assess_many
    from slaclock.tickets.receipt import Receipt as Receipt
    from slaclock.tickets.tables import AssessmentTable as AssessmentTable
    from slaclock.tickets.tables import table as table
    from slaclock.tickets.tickets import Change as Change
    from slaclock.tickets.tickets import Event as Event
    from slaclock.tickets.tickets import Reopening as Reopening
    from slaclock.tickets.tickets import Ticket as Ticket
    from slaclock.tickets.timeline import Timeline as Timeline
    from slaclock.tickets.timeline import Turn as Turn
    from slaclock.tickets.timeline import timeline as timeline
    from slaclock.what_if.compare import compare as compare
    from slaclock.what_if.comparison import Comparison as Comparison
    from slaclock.what_if.needed import needed as needed
    from slaclock.what_if.needed_targets import NeededTargets as NeededTargets

__version__ = "0.1.0"

_HOMES = {
    "": ("errors",),  # a module of the front door itself
    "calendar.announcements": ("Announcement",),
    "calendar.base": ("Calendar", "Closure", "Span"),
    "calendar.combined": ("CombinedCalendar",),
    "calendar.holidays": ("Holidays",),
    "calendar.working_calendar": ("WorkingCalendar",),
    "capacity.certificate": ("overload_of_jobs",),
    "capacity.figures": ("Job",),
    "capacity.overload": ("overload",),
    "capacity.overloads": ("Overload",),
    "clock.deadlines": ("deadline", "elapsed", "elapsed_days", "is_breached", "remaining", "subtract"),
    "clock.pauses": ("Pause",),
    "clock.targets": ("Target",),
    "desks.logs": ("tickets_from_events",),
    "desks.mappings": ("EventMapping",),
    "errors": ("SlaClockError",),
    "figures.allowances": ("AllowanceYear", "Usage", "allowance_years"),
    "figures.availability": ("AvailabilityResult", "availability"),
    "figures.outages": ("Outage",),
    "figures.standards": ("StandardResult",),
    "parts.chain": ("chains",),
    "parts.chain_results": ("ChainResults",),
    "policy.book": ("PolicyBook",),
    "policy.policy": ("Policy",),
    "policy.subscription_years": ("SubscriptionYear", "subscription_year"),
    "promises.customer_page": ("promise_page",),
    "promises.promise": ("promise",),
    "promises.promised_waits": ("PromisedWaits",),
    "receipts.verification": ("Verification",),
    "receipts.verify": ("verify",),
    "reconciling.reconcile": ("reconcile",),
    "reconciling.reconciliation": ("Reconciliation",),
    "reporting.model": ("Report",),
    "reporting.report": ("report",),
    "policy.periods": ("Period",),
    "temporal.durations": ("format_duration",),
    "tickets.assessment": ("Assessment", "Milestone", "assess"),
    "tickets.due_within": ("DueItem", "DueWithin", "due_within"),
    "tickets.ledger": ("Ledger", "LedgerRow"),
    "tickets.many": ("assess_many",),
    "tickets.receipt": ("Receipt",),
    "tickets.timeline": ("Timeline", "Turn", "timeline"),
    "tickets.tables": ("AssessmentTable", "table"),
    "tickets.tickets": ("Change", "Event", "Reopening", "Ticket"),
    "what_if.compare": ("compare",),
    "what_if.comparison": ("Comparison",),
    "what_if.needed": ("needed",),
    "what_if.needed_targets": ("NeededTargets",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}
__all__ = [
    "AllowanceYear", "Announcement", "Assessment", "AssessmentTable", "AvailabilityResult", "Calendar", "ChainResults",
    "Change", "Closure", "CombinedCalendar", "Comparison", "DueItem", "DueWithin", "Event", "EventMapping", "Holidays",
    "Job", "Ledger", "LedgerRow", "Milestone", "NeededTargets", "Outage", "Overload", "Pause", "Period", "Policy",
    "PolicyBook", "PromisedWaits", "Receipt", "Reconciliation", "Reopening", "Report", "SlaClockError", "Span",
    "StandardResult", "SubscriptionYear", "Target", "Ticket", "Timeline", "Turn", "Usage", "Verification",
    "WorkingCalendar", "allowance_years", "assess", "assess_many", "availability", "chains", "compare", "deadline",
    "due_within", "elapsed", "elapsed_days", "errors", "format_duration", "is_breached", "needed", "overload",
    "overload_of_jobs", "promise", "promise_page", "reconcile", "remaining", "report", "subscription_year", "subtract",
    "table", "tickets_from_events", "timeline", "verify",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'slaclock' has no attribute {name!r}")
    value = import_module(f".{name}", __name__) if not home else getattr(import_module(f".{home}", __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
