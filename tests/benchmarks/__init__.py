"""How fast, as ratios against floors measured in the same run; never a timed assertion in the suite.

Run: ``.venv/bin/python -m tests.benchmarks`` (about two minutes, its own database, traffic to 127.0.0.1 only).
"""
