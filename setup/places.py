"""Where set-up keeps things, and the lock that lets one set-up run at a time."""

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from setup.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Places:
    """The folders of one checkout."""

    root: Path

    @property
    def venv(self) -> Path:
        """The virtual environment."""
        return self.root / ".venv"

    @property
    def python(self) -> Path:
        """The environment's Python."""
        return self.venv / "bin" / "python"

    @property
    def cache(self) -> Path:
        """All else that set-up keeps and can make again: marks, logs, a private Node and Chromium."""
        return self.root / ".cache"

    @property
    def logs(self) -> Path:
        """What the tools printed, one file a step, overwritten by the next run of that step."""
        return self.cache / "logs"

    @property
    def browser(self) -> Path:
        """Source of the browser parts."""
        return self.root / "webui" / "browser"

    @property
    def manifest(self) -> Path:
        """What the browser build writes last."""
        return self.root / "webui" / "static" / "dist" / "manifest.json"


def here() -> Places:
    """The places of the checkout this file lies in."""
    return Places(root=Path(__file__).resolve().parent.parent)


def say(line: str) -> None:
    """Print a line of progress; on standard error, so that a command's own output stays clean."""
    print(line, file=sys.stderr, flush=True)


def environment(places: Places) -> dict[str, str]:
    """The environment for the tools that fetch: registries and certificates as the machine has them set.

    Caches go below `.cache` for a user without a home that can be written, as many service accounts are.
    """
    environ = dict(os.environ)
    environ.pop("PYTHONPATH", None)
    environ.pop("PYTHONHOME", None)
    environ.setdefault("UV_SYSTEM_CERTS", "1")
    environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    environ["VIRTUAL_ENV"] = str(places.venv)
    home = Path(environ.get("HOME") or "/nonexistent")
    if not os.access(home, os.W_OK | os.X_OK):
        environ["HOME"] = str(places.cache)
        for name, folder in (("UV_CACHE_DIR", "uv"), ("PIP_CACHE_DIR", "pip"), ("npm_config_cache", "npm")):
            environ.setdefault(name, str(places.cache / folder))
    return environ


@contextmanager
def locked(places: Places) -> Iterator[None]:
    """Hold the checkout's set-up lock; wait, saying so, while another set-up holds it.

    The kernel drops the lock with the process, however that ends.
    """
    try:
        places.cache.mkdir(exist_ok=True)
        file = (places.cache / "setup.lock").open("w")
    except PermissionError as error:
        raise Refused(
            f"{error.filename} cannot be written by this user: run ./run as the user who owns this folder."
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another ./run is setting up this folder; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
