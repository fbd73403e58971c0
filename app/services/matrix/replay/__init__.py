"""Replay: past incidents decided again by two versions of the matrix, with what was known when each began."""
