"""Numbers and texts of time: instants as whole microseconds, lengths of time, runs of intervals, named periods."""
