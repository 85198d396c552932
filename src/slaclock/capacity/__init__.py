"""Whether hands suffice for what is open: how many items must be late, whoever does what."""
