"""`python -m django wake` watches the desk's tickets until it is interrupted."""

from __future__ import annotations

import time

from django.core.management.base import BaseCommand

import slaclock as sc
from django_desk import turns


class Command(BaseCommand):
    """Prints each turn; yours writes to the people who are to look, or puts it into a queue."""

    help = "Tell of each turn of each ticket once."

    def handle(self, *args: object, **options: object) -> None:
        """Watch."""
        turns.run(self._show, time.sleep)

    def _show(self, ticket: sc.Ticket, turn: sc.Turn) -> None:
        self.stdout.write(f"{turn.at:%Y-%m-%d %H:%M:%S %Z} {ticket.id} {turn.what}")
        self.stdout.flush()
