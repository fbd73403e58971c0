"""Debriefs: what the record knows, what people add, what must change, and the report."""
