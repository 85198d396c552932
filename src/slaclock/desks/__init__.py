"""A desk's own records, read into tickets.

Names are loaded when they are first used: the readers of files need the extra `cli`, the rest does not.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .drafting.draft import Draft as Draft
    from .drafting.draft import draft_mapping as draft_mapping
    from .own_files import Frames as Frames
    from .own_files import read_frames as read_frames
    from .own_files import read_log as read_log
    from .own_files import read_outages as read_outages
    from .own_files import read_tickets as read_tickets
    from .own_files import read_usage as read_usage
    from .ticket_mappings import TicketMapping as TicketMapping

_HOMES = {
    **dict.fromkeys(("Frames", "read_frames", "read_log", "read_outages", "read_tickets", "read_usage"), "own_files"),
    **dict.fromkeys(("Draft", "draft_mapping"), "drafting.draft"),
    "TicketMapping": "ticket_mappings",
}
__all__ = [
    "Draft", "Frames", "TicketMapping", "draft_mapping", "read_frames", "read_log", "read_outages", "read_tickets",
    "read_usage",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f".{_HOMES[name]}", __name__), name)
    globals()[name] = value
    return value
