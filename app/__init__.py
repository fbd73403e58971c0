"""Escalation Desk: who acts, by when and with what authority, for every escalated customer issue."""
