"""What is promised: targets by kind and priority, pauses, standards, allowances, and the years of it."""
