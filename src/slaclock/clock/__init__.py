"""Targets and pauses on a calendar's clock: due, elapsed, remaining, breached."""
