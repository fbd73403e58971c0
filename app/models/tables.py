"""All tables at once: importing this module makes every one known to ``Base.metadata``."""

from app.models import calendar, customer, debrief, governance, incident, matrix, message, people, timer, trail

__all__ = ["calendar", "customer", "debrief", "governance", "incident", "matrix", "message", "people", "timer", "trail"]
