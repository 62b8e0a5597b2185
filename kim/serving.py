"""Serving on this machine alone: an address that only it reaches, a free port, and gunicorn inside this process."""

from __future__ import annotations

import errno
import ipaddress
import os
import signal
import socket
from typing import TYPE_CHECKING, Any

from django.core.handlers.wsgi import WSGIHandler
from gunicorn.app.base import BaseApplication

from kim.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FIRST_PORT = 8000
PORTS_TRIED = 100
LARGEST_PORT = 65_535
THREADS = 8


def loopback(address: str) -> str:
    """Return the address as a number if only this machine can reach it.

    Raises:
        ServiceUnavailableError: others could reach it, or it is no address.

    """
    bare = address.strip().removeprefix("[").removesuffix("]")
    try:
        number = ipaddress.ip_address("127.0.0.1" if bare.lower() == "localhost" else bare)
    except ValueError:
        number = None
    if number is None or not number.is_loopback:
        message = (
            f"Die Adresse {address!r} ist nicht erlaubt: der Demobetrieb hat bekannte Kennwörter und ist nur auf "
            "diesem Rechner zu erreichen (127.0.0.1, ::1 oder localhost)."
        )
        raise ServiceUnavailableError(message, address=address)
    return str(number)


def listen(address: str, port: int | None) -> socket.socket:
    """Return a socket that holds the port, or, without one, the first free port from 8000.

    Raises:
        ServiceUnavailableError: the port is taken, or not ours to take.

    """
    wanted: Iterable[int] = [port] if port is not None else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED)
    for number in wanted:
        taken = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
        # A port counts as taken only while somebody serves on it, not for a minute longer.
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind((address, number))
            # From here on nobody else gets it; who asks early waits for the first answer.
            taken.listen()
        except OSError as error:
            taken.close()
            if error.errno != errno.EADDRINUSE:
                message = f"Auf {address}, Port {number}, kann nicht bedient werden: {error.strerror}."
                raise ServiceUnavailableError(message, address=address, port=number) from error
        else:
            return taken
    if port is None:
        which = f"Die Ports {FIRST_PORT} bis {number} auf {address} sind alle belegt"
    else:
        which = f"Port {port} auf {address} ist schon belegt"
    message = f"{which}. Nennen Sie mit --port einen anderen."
    raise ServiceUnavailableError(message, address=address, port=number)


def url(listener: socket.socket) -> str:
    """Return where a browser finds the socket."""
    address, port = listener.getsockname()[:2]
    return f"http://[{address}]:{port}/" if ":" in address else f"http://{address}:{port}/"


class Application(BaseApplication):
    """Gunicorn with one process of threads; ends with SIGINT, SIGTERM, or when its terminal is closed."""

    def __init__(self, listener: socket.socket, when_serving: Callable[[], None]) -> None:
        """Take the socket over; ``when_serving`` is called once, when requests are answered."""
        self.listener = listener.detach()
        self.when_serving = when_serving
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's own choice."""
        values: dict[str, Any] = {
            "bind": [f"fd://{self.listener}"],
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "preload_app": True,
            "timeout": 30,
            "graceful_timeout": 3,
            "limit_request_line": 8190,
            "loglevel": "error",
            "proc_name": "kim",
            "when_ready": ready,
            "post_fork": apart,
            "post_worker_init": self.serving,
        }
        # Newer versions open a socket in the user's home folder, older ones do not know the word.
        if "control_socket_disable" in self.cfg.settings:
            values["control_socket_disable"] = True
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        """Return the application; Django is set up already."""
        return WSGIHandler()

    def serving(self, worker: Any) -> None:
        """Say so for the first worker, not for one that replaces it."""
        if worker.age == 1:
            self.when_serving()


def apart(_arbiter: Any, _worker: Any) -> None:
    """Keep the signals of the terminal away from the worker: gunicorn ends it itself, and hangs when asked twice."""
    os.setpgid(0, 0)


def ready(arbiter: Any) -> None:
    """Let a closed terminal end the server; gunicorn would read its settings anew and live on unseen."""
    signal.signal(signal.SIGHUP, lambda *_: os.kill(arbiter.pid, signal.SIGTERM))
