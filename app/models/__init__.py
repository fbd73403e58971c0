"""Tables of the shared database. No rules live here: those are in ``app.services``.

Importing this package loads nothing, so that the window can use ``app.models.enums`` without SQLAlchemy.
"""
