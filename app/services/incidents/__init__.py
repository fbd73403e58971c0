"""Incidents: opening them, working on them, taking over those of another desk."""
