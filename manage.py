#!/usr/bin/env python3
"""Start of every command: checks what a newcomer's machine may lack, then hands over to Django."""

import os
import sys


def main() -> None:
    """Run a management command; what is missing on the machine is said in one sentence."""
    if sys.version_info < (3, 11):  # noqa: UP036 - the very check that an old interpreter needs
        sys.exit(
            f"Python {sys.version_info.major}.{sys.version_info.minor} ist zu alt: nötig ist Python 3.11.\n"
            "Legen Sie die Umgebung mit „python3.11 -m venv .venv“ neu an."
        )
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kim.settings")
    try:
        from django.core.management import execute_from_command_line
    except ImportError:
        sys.exit(
            "Django ist in dieser Umgebung nicht eingerichtet.\n"
            "Bitte zuerst: python3 -m venv .venv && .venv/bin/pip install -e '.[demo]'\n"
            "und dann mit .venv/bin/python manage.py aufrufen."
        )
    from django.db.utils import OperationalError

    from kim.errors import KimError

    try:
        execute_from_command_line(sys.argv)
    except KimError as error:
        sys.exit(str(error))
    except OperationalError as error:
        from kim.database import unreachable

        if (refusal := unreachable(error)) is None:
            raise
        sys.exit(str(refusal))


if __name__ == "__main__":
    main()
