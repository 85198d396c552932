"""A desk's own records, read into tickets."""
