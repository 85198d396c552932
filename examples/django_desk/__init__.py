"""A small service desk by Django and PostgreSQL: the README beside this says how to run it."""
