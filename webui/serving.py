"""The web server: gunicorn with one worker process of sixteen threads, and the engine's worker thread inside it."""

import gc
import socket
from collections.abc import Callable
from contextlib import closing
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from engine.errors import SettingsWrong
from engine.installation import Installation, open_installation
from engine.settings import Settings
from engine.worker import Worker

THREADS = 16
GARBAGE = 10_000
"""How many more objects there are when circles of garbage are looked for."""
DRAIN_SECONDS = 30
"""How long requests in flight may take to end after SIGTERM."""


def check_port(host: str, port: int) -> None:
    """Raise SettingsWrong in one sentence when the address cannot be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with closing(socket.socket(family, socket.SOCK_STREAM)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as problem:
        reason = problem.strerror or str(problem)
        raise SettingsWrong(
            f"Keelson cannot listen on {host}:{port} ({reason.lower()}). Stop what uses the port, or choose another "
            f"with --port.",
            variable="KEELSON_PORT",
        ) from problem


def _settle() -> None:
    """Leave what is there by now to the end of the process, and look for circles of garbage less often.

    Requests leave few behind; to look for them after every seven hundred objects took a tenth of a page.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE)


class Server(BaseApplication):
    """Serves one installation until SIGTERM or SIGINT; requests in flight are finished first."""

    def __init__(
        self, settings: Settings, create: Callable[[Installation], Flask], announce: Callable[[], None]
    ) -> None:
        self._settings = settings
        self._create = create
        self._announce = announce
        self._worker: Worker | None = None
        self._installation: Installation | None = None
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn up; nothing is read from files or the environment."""
        host = f"[{self._settings.host}]" if ":" in self._settings.host else self._settings.host
        chosen: dict[str, Any] = {
            "bind": f"{host}:{self._settings.port}",
            "workers": 1,
            "worker_class": "gthread",
            "threads": THREADS,
            "keepalive": 5,
            "timeout": 60,
            "graceful_timeout": DRAIN_SECONDS,
            "preload_app": False,
            "loglevel": "warning",
            "proc_name": "keelson",
            "limit_request_line": 8190,
            "control_socket_disable": True,  # one more door that nobody needs
            "when_ready": lambda _server: self._announce(),
            "worker_exit": lambda _server, _worker: self._stop(),
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Open the installation in the process that serves: no connection is shared across the fork."""
        self._installation = open_installation(self._settings)
        app = self._create(self._installation)
        if self._settings.worker:
            self._worker = Worker(self._installation)
            self._worker.start()
        _settle()
        return app

    def _stop(self) -> None:
        if self._worker is not None:
            self._worker.stop()
        if self._installation is not None:
            self._installation.close()
