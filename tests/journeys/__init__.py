"""Journeys: one thing followed through the whole house, as its users meet it."""
