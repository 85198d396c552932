"""The names by which RFC 5545 calls the parts and properties of an iCalendar file that are read."""

from __future__ import annotations

EVENT, ZONE = "VEVENT", "VTIMEZONE"
UID, SUMMARY, STATUS = "UID", "SUMMARY", "STATUS"
START, END, LENGTH = "DTSTART", "DTEND", "DURATION"
RULE, OLD_EXCEPTION, FURTHER, LEFT_OUT, MOVED = "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID"
ZONE_ID, LOCATION = "TZID", "X-LIC-LOCATION"
"""The name of a zone, and where it is, as some programs say it."""
