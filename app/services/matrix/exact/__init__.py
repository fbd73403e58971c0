"""Exact set algebra over elementary cells; knows nothing of tiers, texts or hit policies."""
