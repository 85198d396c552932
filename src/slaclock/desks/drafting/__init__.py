"""Drafts of mappings: what the columns, times and words of a desk's file seem to mean, and what cannot be told."""
