"""The visual kit: tokens, painting helpers and widgets every page is built from."""
