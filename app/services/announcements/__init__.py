"""Announcing a published version: who is reached by what changed, who has read it, and what they ask about it."""
