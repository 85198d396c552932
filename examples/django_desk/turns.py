"""Tells of each turn of each ticket once; `python -m django wake` runs it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.db.models import Q
from django.utils import timezone

import slaclock as sc
from django_desk.models import Policy, Ticket, Told, whole

LONGEST = 60.0
"""So many seconds it sleeps at most: then it looks whether anything was edited."""


def run(tell: Callable[[sc.Ticket, sc.Turn], None], sleep: Callable[[float], object]) -> None:
    """Round after round, each when something turns next, and once a minute."""
    while True:
        following = a_round(tell)
        seconds = LONGEST if following is None else (following - timezone.now()).total_seconds()
        sleep(min(max(0.0, seconds), LONGEST))


def a_round(tell: Callable[[sc.Ticket, sc.Turn], None]) -> datetime | None:
    """Tell of what has turned since the last round, of this process or not, and say when something turns next.

    Turns are told before the end of the round is written: where telling fails they are told again.
    """
    with Told.locked() as told:
        now = timezone.now()
        policies = Policy.book()
        unfinished = Q(resolved=None) | Q(resolved__gte=told.until), Q(cancelled=None) | Q(cancelled__gte=told.until)
        turned, upcoming = [], []
        for row in whole(Ticket.objects.filter(*unfinished, opened__lte=now)):
            ticket = sc.Ticket.model_validate(row)
            try:
                line = sc.timeline(ticket, policies, at=now)
            except sc.SlaClockError as error:  # such as a priority that the policies know no more
                logging.warning("the ticket %s is not watched: %s", ticket.id, error)
                continue
            turned += [(ticket, turn) for turn in line.between(told.until, now)]
            if line.next is not None:
                upcoming.append(line.next.at)
        for ticket, turn in sorted(turned, key=lambda turned: turned[1].at):
            tell(ticket, turn)
        told.until = now
        told.save()
    return min(upcoming, default=None)
