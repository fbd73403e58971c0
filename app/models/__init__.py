"""Tables of the shared database. No rules live here: those are in ``app.services``.

Importing this package makes every table known to ``Base.metadata``.
"""

from app.models import calendar, customer, debrief, governance, incident, matrix, message, people, timer, trail

__all__ = ["calendar", "customer", "debrief", "governance", "incident", "matrix", "message", "people", "timer", "trail"]
