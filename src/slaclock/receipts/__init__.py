"""Receipts verified: whether an answer of then is the answer of today, and what has moved since."""
