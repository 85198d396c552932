"""A small service desk by FastAPI and PostgreSQL: the README beside this says how to run it."""
