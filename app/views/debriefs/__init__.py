"""Debriefs: the form that is written, and the report that leaves."""
