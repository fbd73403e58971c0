"""The watch: due moments, the outbox and what leaves it."""
