"""Tables of the shared database. No rules live here: those are in ``app.services``."""
