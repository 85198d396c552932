"""The words of a GLPI: its kinds of tickets and of SLAs."""

from __future__ import annotations

PENDING = "pending"
"""The reason of the pauses of a ticket that is so."""
KINDS = {"1": "incident", "2": "request"}
"""The kinds of tickets, by GLPI's types."""
MEASURES = {0: ("resolve", "sla_ttr", "slas_id_ttr"), 1: ("respond", "sla_tto", "slas_id_tto")}
"""Of each type of SLA the measure, the attribute of a ticket, and its field."""
STAMPS = ("id", "name", "comment", "entities_id", "is_recursive", "date_mod", "date_creation", "links")
"""Fields of every item that promise nothing."""
