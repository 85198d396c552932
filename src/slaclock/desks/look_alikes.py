"""Headers of desks' exports, and what each may mean: a hint, for none of them is certain.

As Jira, Zendesk, Freshservice, HaloITSM, ServiceNow, GLPI, Zammad, Frappe Helpdesk, GitHub and GitLab write them, in
files and in the answers of their APIs, compared without regard to case and signs.
"""

from __future__ import annotations

from slaclock.policy.attributes import plain_name

LOOK_ALIKES: dict[str, tuple[str, ...]] = {
    "id": (
        "number", "key", "issuekey", "ticketnumber", "ticketno", "reference", "ref", "caseid", "casenumber",
        "incidentnumber", "requestid", "name",
    ),
    "opened": (
        "created", "createdat", "createdon", "createdtime", "createddate", "creationdate", "dateopened", "dateoccurred",
        "datecreated", "dateoccured", "openingdate", "logged", "datelogged", "reported", "datereported", "requested",
        "syscreatedon", "syscreatedat", "creation", "datecreation", "date",
    ),
    "responded": (
        "firstresponse", "initialresponsetime", "firstrespondedat", "firstreplyat", "responsedate",
        "dateresponded", "firstresponsedate", "firstresponseat", "firstrespondedon", "takeintoaccountdate",
    ),
    "resolved": (
        "resolvedtime", "resolutiondate", "dateresolved", "datecleared", "solved", "solvedat",
        "solvedate", "completed", "completedat", "closed", "closedat", "closedtime", "closedate", "dateclosed",
        "closeat",
    ),
    "cancelled": ("datecancelled", "cancelledtime"),
    "kind": ("type", "issuetype", "tickettype", "requesttype", "sysclassname"),
    "priority": ("priorityname", "prio", "prioritydescription"),
    "start": ("started", "startedat", "from", "startdate", "holdstart"),
    "end": ("ended", "endedat", "until", "to", "enddate", "holdend"),
}  # fmt: skip
"""The headers that may mean each of slaclock's own names, the likeliest first."""
FOR_PEOPLE = ("issuekey", "key", "iid")
"""Headers of ids that people say, which stand before a number that the product has for itself."""
_AROUND = ("fields", "stats", "attributes")
"""Objects of a record that hold its fields."""
_NAMES = ("name", "value", "displayname", "displayvalue")
"""What an object, such as a priority, has of what people call it."""
MEANT_BY = {alike: name for name, several in LOOK_ALIKES.items() for alike in several}
"""What each of the headers may mean."""


def without_objects(header: str) -> str:
    """The header of a column without the objects in which it stands: `fields.priority.name` is a priority.

    >>> without_objects("fields.priority.name"), without_objects("stats.resolved_at"), without_objects("user.name")
    ('priority', 'resolved_at', 'user')
    """
    parts = header.split(".")
    first = 1 if len(parts) > 1 and plain_name(parts[0]) in _AROUND else 0
    last = -1 if len(parts) - first > 1 and plain_name(parts[-1]) in _NAMES else None
    return ".".join(parts[first:last])
