"""What the state pays and what remains for the city. Pure: no Django, no database, no clock.

Inputs are frozen dataclasses (``inputs``); grant rules are a small closed family (``rules``); ``scenarios`` applies
dated overrides; ``grants`` finds the grant of a module; ``shortfall`` puts a fiscal year together; ``accounts`` lays
it out by ledger account.
"""
