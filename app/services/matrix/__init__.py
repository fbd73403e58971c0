"""The escalation matrix: reading cells, asking, verifying. Pure rules, no session, no window."""
