"""The shared database: engines, units of work, operations, trail and feed, schema care."""
