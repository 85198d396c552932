"""One ticket as of an instant, explained."""
