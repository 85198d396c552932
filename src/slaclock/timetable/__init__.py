"""Open time compiled to tables, C(t), and its inverse; knows no calendar."""
