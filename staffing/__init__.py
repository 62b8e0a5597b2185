"""Positions and what they cost; knows nothing of grants."""
