"""The embedded PostgreSQL: a server of our own that starts by itself at the first connection.

``settings.DATABASES`` names this package as its engine when no ``DATABASE_URL`` is given. ``base`` is the
Django backend, ``server`` starts and stops, ``place`` decides where the data lie and as whom the server runs,
``binaries`` finds the programs, ``refusals`` turns what can go wrong into sentences. Nothing else knows of it.
"""
