"""Measures Stepkeeper beside the naive way of doing the same, in one run: development only."""
