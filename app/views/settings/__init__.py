"""Settings, Welcome and the import of past incidents."""
