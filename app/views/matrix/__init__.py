"""The Matrix page: the decision table of escalation, verified as it is written."""
