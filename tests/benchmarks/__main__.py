"""Measure, and print a table of ratios: ``python -m tests.benchmarks``, or only ``W1`` or ``W2`` as an argument.

Pay by the tables needs no database: ``python -m tests.benchmarks.pay`` measures it alone.
"""

import os
import sys
from statistics import median

os.environ.setdefault("KIM_POSTGRES", "test")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kim.settings")

import django

django.setup()

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection

from funding.selectors import programme_state
from kim.models import ApiToken, User
from tests.benchmarks import pay, tables, versions, workloads
from tests.benchmarks.server import Client, running

ROUNDS = {"W1": 21, "W2": 7}
WORKLOADS = {"W1": 12, "W2": 650}
SCENARIOS = ("in-force", "grant-continues", "grant-ends")


def main() -> None:
    """Create a database of its own, measure each workload, drop the database."""
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        for workload, positions in WORKLOADS.items():
            if sys.argv[1:] and workload not in sys.argv[1:]:
                continue
            connection.creation.destroy_test_db(name, verbosity=0, keepdb=True)
            with connection.cursor() as cursor:
                truncate(cursor)
            workloads.load(positions)
            check_equal(positions)
            measure(workload)
            versions.measure(workload, ROUNDS[workload])
        tables.measure(ROUNDS["W1"])
        pay.measure(ROUNDS["W2"])
    finally:
        connection.creation.destroy_test_db("kim", verbosity=0)


def truncate(cursor: object) -> None:
    """Empty every table of ours."""
    tables_of_ours = [
        table
        for table in connection.introspection.table_names()
        if table.startswith(("funding_", "staffing_", "kim_", "pghistory_"))
    ]
    # Frozen versions refuse to be emptied by anybody but their owner.
    cursor.execute("ALTER TABLE funding_forecastversion DISABLE TRIGGER USER")  # type: ignore[attr-defined]
    cursor.execute("TRUNCATE " + ", ".join(f'"{table}"' for table in tables_of_ours) + " CASCADE")  # type: ignore[attr-defined]
    cursor.execute("ALTER TABLE funding_forecastversion ENABLE TRIGGER USER")  # type: ignore[attr-defined]


def check_equal(positions: int) -> None:
    """Before anything is timed: parts add up, over all years and scenarios of the workload."""
    state = programme_state("kim-nrw")
    assert state is not None
    for scenario in SCENARIOS:
        for year in state.years:
            found = state.figures(year, scenario)
            total = sum(module.figures["shortfall"].amount for module in found.modules)
            if total != found.figures["shortfall"].amount:
                sys.exit(f"{positions} positions, {year}, {scenario}: {total} is not the shortfall")


def measure(workload: str) -> None:
    """Print the ratios of one workload."""
    user = User.objects.create_user("bench", role="finance")
    _token, plain = ApiToken.objects.create(user=user, name="bench")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.save()
    token = {"Authorization": f"Token {plain}"}
    cookie = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session.session_key}"}
    targets = {
        "figures of a year (goal <= 6)": ("/api/v1/programmes/kim-nrw/figures/?year=2023", token),
        "summary page (goal <= 10)": ("/programme/kim-nrw/?year=2023", cookie),
        "positions page": ("/programme/kim-nrw/stellen/?year=2023", cookie),
    }
    with running() as port:
        client = Client(port)
        for path, headers in [("/floor/", {}), *targets.values()]:
            for _warm in range(3):
                client.get(path, headers)
        for label, (path, headers) in targets.items():
            for fresh in (False, True):
                floors, taken, ratios = [], [], []
                for _round in range(ROUNDS[workload]):
                    if fresh:
                        workloads.touch()
                    floors.append(client.get("/floor/", {}))
                    taken.append(client.get(path, headers))
                    ratios.append(taken[-1] / floors[-1])
                what = "after a change" if fresh else "unchanged rows"
                print(
                    f"{workload} {label:32} {what:15} floor {median(floors) / 1e6:6.2f} ms  "
                    f"{median(taken) / 1e6:8.2f} ms  ratio {median(ratios):6.2f}  "
                    f"({min(ratios):.2f} to {max(ratios):.2f})"
                )


if __name__ == "__main__":
    main()
