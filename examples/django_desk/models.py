"""The desk's tables. What happened is only ever added to: a due date is worked out when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models, transaction
from django.db.models import F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.utils import timezone

import slaclock as sc


class Policy(models.Model):
    """A policy of the desk, as the JSON that `policy.to_json()` writes."""

    name: models.CharField[str, str] = models.CharField(max_length=100, primary_key=True)
    document: models.TextField[str, str] = models.TextField()

    @staticmethod
    def book() -> sc.PolicyBook:
        """The policies of the desk: the same book while none of them changes, whose calendars are compiled already."""
        return _book(tuple(Policy.objects.order_by("name").values_list("document", flat=True)))


@lru_cache(maxsize=4)
def _book(documents: tuple[str, ...]) -> sc.PolicyBook:
    return sc.PolicyBook([sc.Policy.from_json(document) for document in documents])


class Ticket(models.Model):
    """A ticket: `kind` and `priority` are those that it opened with, `resolved` is its last resolution."""

    id: models.CharField[str, str] = models.CharField(max_length=20, primary_key=True)
    kind: models.CharField[str, str] = models.CharField(max_length=40, default="incident")
    priority: models.CharField[str | None, str | None] = models.CharField(max_length=10, null=True)
    opened: models.DateTimeField[datetime, datetime] = models.DateTimeField(db_index=True)
    responded: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    resolved: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    cancelled: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)

    FIELDS: ClassVar = ("id", "kind", "priority", "opened", "responded", "resolved", "cancelled")

    def clock(self) -> sc.Ticket:
        """The ticket with all that became of it, as slaclock knows it."""
        return sc.Ticket.model_validate(whole(Ticket.objects.filter(pk=self.pk))[0])

    def change(self, field: str, to: str | None, at: datetime) -> None:
        """A field has another value from then on."""
        Change.objects.create(ticket=self, at=at, field=field, to=to)

    def pause(self, reason: str, at: datetime) -> None:
        """The ticket waits from then on."""
        _check(not Pause.objects.filter(ticket=self, end=None).exists(), self, "waits already")
        Pause.objects.create(ticket=self, start=at, reason=reason)

    def resume(self, at: datetime) -> None:
        """It waits no longer."""
        _check(Pause.objects.filter(ticket=self, end=None).update(end=at) > 0, self, "does not wait")

    def happened(self, what: str, at: datetime) -> None:
        """It was `responded`, `resolved` or `cancelled`; what is done waits for nobody."""
        _check(getattr(self, what) is None, self, f"is {what} already")
        if what != "responded":
            Pause.objects.filter(ticket=self, end=None).update(end=at)
        setattr(self, what, at)
        self.save()

    def reopen(self, at: datetime) -> None:
        """Its resolution did not last."""
        _check(self.resolved is not None, self, "is not resolved")
        Reopening.objects.create(ticket=self, resolved=self.resolved, reopened=at)
        self.resolved = None
        self.save()


class Pause(models.Model):
    """A time in which a ticket waits, without an end while it still does."""

    ticket: models.ForeignKey[Ticket, Ticket] = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    start: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    end: models.DateTimeField[datetime | None, datetime | None] = models.DateTimeField(null=True)
    reason: models.CharField[str, str] = models.CharField(max_length=40)


class Change(models.Model):
    """A field of a ticket that has another value from an instant on."""

    ticket: models.ForeignKey[Ticket, Ticket] = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    at: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    field: models.CharField[str, str] = models.CharField(max_length=40)
    to: models.CharField[str | None, str | None] = models.CharField(max_length=100, null=True)


class Reopening(models.Model):
    """A resolution that did not last."""

    ticket: models.ForeignKey[Ticket, Ticket] = models.ForeignKey(Ticket, models.CASCADE, related_name="+")
    resolved: models.DateTimeField[datetime, datetime] = models.DateTimeField()
    reopened: models.DateTimeField[datetime, datetime] = models.DateTimeField()


class Told(models.Model):
    """One row: until when turns have been told."""

    until: models.DateTimeField[datetime, datetime] = models.DateTimeField()

    @staticmethod
    @contextmanager
    def locked() -> Iterator[Told]:
        """A transaction that others wait for, so that no edit is dated into a round of `wake` that is over."""
        with transaction.atomic():
            Told.objects.get_or_create(pk=1, defaults={"until": timezone.now()})
            yield Told.objects.select_for_update().get(pk=1)


class Conflict(Exception):
    """An edit that the ticket is not in a state for."""


def _check(fits: bool, ticket: Ticket, otherwise: str) -> None:
    if not fits:
        raise Conflict(f"the ticket {ticket.id} {otherwise}")


def open_as_of(at: datetime) -> models.QuerySet[Ticket]:
    """The tickets that were open as of an instant."""
    return Ticket.objects.filter(
        Q(resolved=None) | Q(resolved__gt=at), Q(cancelled=None) | Q(cancelled__gt=at), opened__lte=at
    )


def whole(tickets: models.QuerySet[Ticket]) -> list[dict[str, Any]]:
    """The rows of tickets with all that became of them, in one query: `sc.Ticket.model_validate(row)`."""
    sides = {
        "pauses": _side(Pause.objects.all(), "start", "end", "reason"),
        "changes": _side(Change.objects.all(), "at", "field", "to"),
        "reopenings": _side(Reopening.objects.all(), "resolved", "reopened"),
    }
    return list(tickets.order_by("opened", "id").values(*Ticket.FIELDS, **sides))


def _side(
    rows: models.QuerySet[Pause] | models.QuerySet[Change] | models.QuerySet[Reopening], *fields: str
) -> ArraySubquery:
    of_ticket = rows.filter(ticket=OuterRef("pk")).order_by("pk")
    return ArraySubquery(of_ticket.values(entry=JSONObject(**{field: F(field) for field in fields})))
