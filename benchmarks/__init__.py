"""Measures of what the program promises: one file a claim, each prints ratios within one run."""
