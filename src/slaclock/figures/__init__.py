"""The figures of a report as values."""
