"""The product and a bare Django view with one query, behind the same application server."""

import http.client
import multiprocessing
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from gunicorn.app.base import BaseApplication

from funding.models import Programme

HOST = "127.0.0.1"


@transaction.non_atomic_requests
def floor(request: HttpRequest) -> HttpResponse:
    """Answer with one query: the least that a page from the database can cost."""
    return HttpResponse(Programme.objects.values_list("slug", flat=True).get())


class _Floor(WSGIHandler):
    """Django without any middleware, answering everything with the one view."""

    def resolve_request(self, request: HttpRequest) -> Any:
        match = super().resolve_request(request)
        match.func, match.args, match.kwargs = floor, (), {}
        return match


def application() -> Callable[..., Any]:
    """Return the WSGI application: ``/floor/`` goes to the bare view, everything else to the product."""
    with override_settings(MIDDLEWARE=[]):
        bare = _Floor()
    product = WSGIHandler()

    def both(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        if environ["PATH_INFO"] == "/floor/":
            environ["PATH_INFO"] = "/"
            return bare(environ, start_response)
        return product(environ, start_response)

    return both


class _Server(BaseApplication):
    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        for name, value in {
            "bind": f"{HOST}:{self.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": 2,
            "keepalive": 60,
            "loglevel": "error",
            "control_socket_disable": True,
        }.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Callable[..., Any]:
        connections.close_all()
        return application()


@contextmanager
def running() -> Iterator[int]:
    """Serve in a process of its own on a free port; yields the port."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port = probe.getsockname()[1]
    settings.ALLOWED_HOSTS = [HOST]
    connections.close_all()
    process = multiprocessing.get_context("fork").Process(target=lambda: _Server(port).run())
    process.start()
    try:
        deadline = time.monotonic() + 30
        while True:
            try:
                socket.create_connection((HOST, port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.join(10)


class Client:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        """Connect."""
        self.connection = http.client.HTTPConnection(HOST, port, timeout=60)

    def get(self, path: str, headers: dict[str, str]) -> int:
        """Fetch a page and return the nanoseconds it took; anything but 200 ends the run."""
        started = time.perf_counter_ns()
        self.connection.request("GET", path, headers=headers)
        response = self.connection.getresponse()
        body = response.read()
        taken = time.perf_counter_ns() - started
        if response.status != 200:
            message = f"{path}: {response.status} {body[:300]!r}"
            raise RuntimeError(message)
        return taken
