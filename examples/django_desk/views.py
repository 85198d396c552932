"""The desk's web service, in JSON. Who may ask what is left to your own desk's middleware."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

import slaclock as sc
from django_desk import frames
from django_desk.models import Conflict, Policy, Ticket, Told, open_as_of, whole

Respond = Callable[[HttpRequest], HttpResponseBase]


class Refusing:
    """Tells a client all that is wrong: for each error its code, the way to the field, the problem and the remedy."""

    def __init__(self, respond: Respond) -> None:
        self._respond = respond

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self._respond(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """The answer to what a view raised, where it is the client's doing."""
        if isinstance(error, Conflict):
            return JsonResponse({"detail": str(error)}, status=409)
        if not isinstance(error, sc.SlaClockError):
            return None
        detail = [
            {"code": one.code, "path": [str(part) for part in one.path], "problem": one.problem, "remedy": one.remedy}
            for one in error.all
        ]
        return JsonResponse({"detail": detail}, status=422)


@require_http_methods(["PUT"])
def put_policy(request: HttpRequest, name: str) -> HttpResponse:
    """Set a policy, which holds for all tickets from the next request on. It is to make a book with the others."""
    policy = sc.Policy.from_json(request.body)
    with transaction.atomic():
        Policy.objects.update_or_create(name=name, defaults={"document": policy.to_json()})
        Policy.book()
    return HttpResponse(status=204)


@require_http_methods(["GET", "POST"])
def tickets(request: HttpRequest) -> HttpResponse:
    """All open tickets, those that are due first before the others; or a new ticket."""
    if request.method == "GET":
        at = _at(request)
        return JsonResponse(frames.standings(whole(open_as_of(at)), Policy.book(), at), safe=False)
    with Told.locked():
        now = timezone.now()
        opening = sc.Ticket.model_validate({"opened": now, **_body(request, "id", "kind", "priority", "opened")})
        try:
            row = Ticket.objects.create(
                **{name: getattr(opening, name) for name in ("id", "kind", "priority", "opened")}
            )
        except IntegrityError:
            raise Conflict(f"there is a ticket {opening.id} already") from None
        return _standing(row, now, status=201)


@require_GET
def one_ticket(request: HttpRequest, name: str) -> HttpResponse:
    """A ticket with all that became of it, and how it stands now or stood at an earlier instant."""
    return _standing(get_object_or_404(Ticket, pk=name), _at(request))


@require_GET
def why(request: HttpRequest, name: str) -> HttpResponse:
    """Its ledger: what the clock has counted and what it has not, and why."""
    ticket = get_object_or_404(Ticket, pk=name).clock()
    text = str(sc.assess(ticket, Policy.book(), at=_at(request)).explain())
    return HttpResponse(text, content_type="text/plain; charset=utf-8")


@require_POST
def edit_ticket(request: HttpRequest, name: str) -> HttpResponse:
    """Write down what happened to a ticket. What makes no sense of it is refused, and nothing is written."""
    body = _body(request, "what", "field", "to", "reason")
    with Told.locked():
        now, ticket = timezone.now(), get_object_or_404(Ticket, pk=name)
        match body:
            case {"what": "changed", "field": str(field), "to": str() | None as to}:
                ticket.change(field, to, now)
            case {"what": "paused", "reason": str(reason)}:
                ticket.pause(reason, now)
            case {"what": "resumed"}:
                ticket.resume(now)
            case {"what": "reopened"}:
                ticket.reopen(now)
            case {"what": "responded" | "resolved" | "cancelled" as what}:
                ticket.happened(what, now)
            case _:
                raise sc.errors.ModelError(
                    "this edit is not known", "give what: changed (field, to), paused (reason), resumed, responded,"
                    " resolved, reopened or cancelled", "what", value=body.get("what"),
                )  # fmt: skip
        return _standing(ticket, now)


def _body(request: HttpRequest, *names: str) -> dict[str, object]:
    """The fields of a body, which has no others."""
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise sc.errors.ModelError(f"the body is not JSON: {error}", "send an object") from None
    if not isinstance(body, Mapping):
        raise sc.errors.ModelError("the body is not an object", f"give some of: {', '.join(names)}", value=body)
    for name in body:
        if name not in names:
            raise sc.errors.ModelError("this field is not known", f"use one of: {', '.join(names)}", name)
    return dict(body)


def _at(request: HttpRequest) -> datetime:
    text = request.GET.get("at")
    if text is None:
        return timezone.now()
    try:
        return sc.Pause(start=text).start  # an instant as slaclock reads it
    except sc.SlaClockError as error:
        raise error.alone().within("at") from None


def _standing(ticket: Ticket, at: datetime, status: int = 200) -> HttpResponse:
    stands = sc.assess(ticket.clock(), Policy.book(), at=at)
    return HttpResponse(stands.to_json(), content_type="application/json", status=status)
