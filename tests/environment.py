"""The surroundings of a test run; loaded by ``-p tests.environment`` before Django reads its settings.

Tests never see the data of the demo: without ``DATABASE_URL`` they use an embedded server with a data folder of its
own. It starts at the first connection and is stopped at the end, unless it ran before. Several runs at once in the
same checkout share the server and take different databases.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import pytest

# What a developer may have set for his own use must not decide a test.
FOREIGN = (
    "KIM_PRODUCTION", "KIM_DEBUG", "KIM_CITY", "KIM_PROXIES", "KIM_LOG_LEVEL", "ALLOWED_HOSTS", "SECRET_KEY",
    "SECRET_KEY_FILE",
)  # fmt: skip
DATABASE = "KIM_TEST_DATABASE"
MOST_RUNS = 32

for name in FOREIGN:
    os.environ.pop(name, None)
if not os.environ.get("DATABASE_URL"):
    os.environ["KIM_POSTGRES"] = "test"


def pytest_configure(config: pytest.Config) -> None:
    """Count this run as a user of the server, and give it a database that no other run has."""
    from django.conf import settings  # noqa: PLC0415 - the environment above comes first

    stack = contextlib.ExitStack()
    config.add_cleanup(stack.close)
    if not hasattr(config, "workerinput"):
        if settings.DATABASES["default"]["ENGINE"] == "kim.embedded_postgres":
            from kim.embedded_postgres.base import embedded_server  # noqa: PLC0415

            stack.enter_context(embedded_server().held())
        os.environ[DATABASE] = stack.enter_context(free_database(settings.KIM_HOME))
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = os.environ[DATABASE]
    # One sign-in costs a quarter of a second otherwise; the tests of the sign-in set the real ones themselves.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@contextlib.contextmanager
def free_database(home: Path) -> Iterator[str]:
    """Hold the first name that no other run in this checkout holds."""
    folder = home / "test-runs"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(MOST_RUNS):
        with (folder / str(number)).open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield f"test_kim_{number}"
            return
    message = f"{MOST_RUNS} Testläufe zugleich in diesem Ordner"
    raise RuntimeError(message)
