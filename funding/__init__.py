"""Programmes, grants, scenarios, council papers: what the state pays and what remains for the city."""
