"""Headers of desks' exports, and what each may mean: a hint, for none of them is certain.

As Jira, Zendesk, Freshservice, HaloITSM, ServiceNow and GLPI write them, compared without regard to case and signs.
"""

from __future__ import annotations

LOOK_ALIKES: dict[str, tuple[str, ...]] = {
    "id": (
        "number", "key", "issuekey", "ticketnumber", "ticketno", "reference", "ref", "caseid", "casenumber",
        "incidentnumber", "requestid",
    ),
    "opened": (
        "created", "createdat", "createdon", "createdtime", "createddate", "creationdate", "dateopened", "dateoccurred",
        "datecreated", "dateoccured", "openingdate", "logged", "datelogged", "reported", "datereported", "requested",
        "syscreatedon", "syscreatedat",
    ),
    "responded": (
        "firstresponse", "initialresponsetime", "firstrespondedat", "firstreplyat", "responsedate",
        "dateresponded", "firstresponsedate",
    ),
    "resolved": (
        "resolvedtime", "resolutiondate", "dateresolved", "datecleared", "solved", "solvedat",
        "solvedate", "completed", "completedat", "closed", "closedat", "closedtime", "closedate", "dateclosed",
    ),
    "cancelled": ("datecancelled", "cancelledtime"),
    "kind": ("type", "issuetype", "tickettype", "requesttype"),
    "priority": ("priorityname", "prio", "prioritydescription"),
    "start": ("started", "startedat", "from", "startdate", "holdstart"),
    "end": ("ended", "endedat", "until", "to", "enddate", "holdend"),
}  # fmt: skip
"""The headers that may mean each of slaclock's own names, the likeliest first."""
MEANT_BY = {alike: name for name, several in LOOK_ALIKES.items() for alike in several}
"""What each of the headers may mean."""
