"""The parts and properties of an iCalendar file that are read, each under its own name (RFC 5545)."""

from __future__ import annotations

VEVENT, VTIMEZONE = "VEVENT", "VTIMEZONE"
UID, SUMMARY, STATUS = "UID", "SUMMARY", "STATUS"
DTSTART, DTEND, DURATION = "DTSTART", "DTEND", "DURATION"
RRULE, EXRULE, RDATE, EXDATE, RECURRENCE_ID = "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID"
TZID, X_LIC_LOCATION = "TZID", "X-LIC-LOCATION"
