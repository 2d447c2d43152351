"""The commands of `./run`: start, test, bench."""

import argparse
import errno
import ipaddress
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from setup import browser_parts, chromium, packages
from setup.places import Places, here, locked, say
from setup.refusal import Refused
from setup.steps import reason

USAGE = """usage: ./run [--demo] [--port N] [--host H] [--data DIR]
       ./run test [pytest arguments]
       ./run bench [NAME]
       ./run --help

Without a command: sets up what is missing, brings the database schema up to date and starts Keelson.
  test     sets up what the tests need (a real PostgreSQL, Chromium) and runs them;
           arguments go to pytest: ./run test tests/forms -x; those that take minutes: ./run test -m long
  bench    lists the benchmarks, or runs the one named; sets up what the tests need

"""


def main(arguments: Sequence[str]) -> int:
    """Do what the arguments ask; returns the exit status, unless the process became the server or the tests."""
    places = here()
    try:
        if arguments[:1] == ["test"]:
            _test(places, arguments[1:])
        if arguments[:1] == ["bench"]:
            _bench(places, arguments[1:])
        _serve(places, _options(arguments))
    except Refused as refused:
        say(str(refused))
        return refused.status
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
    except OSError as error:
        say(sentence(places, error))
        return 1


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    """What was asked; what was not said comes from the KEELSON_ variables, then from the defaults."""
    parser = argparse.ArgumentParser(prog="./run", usage=USAGE.removeprefix("usage: "))
    parser.add_argument("--demo", action="store_true", help="a small organisation with running cases, on loopback only")
    parser.add_argument("--port", type=int, metavar="N", help="port to listen on (8000)")
    parser.add_argument("--host", metavar="H", help="address to listen on (127.0.0.1)")
    parser.add_argument("--data", type=Path, metavar="DIR", help="folder for all data (.data; .data/demo with --demo)")
    options = parser.parse_args(arguments)
    options.demo = options.demo or os.environ.get("KEELSON_DEMO", "").lower() in ("1", "true", "yes", "on")
    options.host = options.host or os.environ.get("KEELSON_HOST") or "127.0.0.1"
    if options.port is None:
        given = os.environ.get("KEELSON_PORT") or "8000"
        options.port = int(given) if given.isascii() and given.isdigit() else -1
    if options.data is None and os.environ.get("KEELSON_DATA"):
        options.data = Path(os.environ["KEELSON_DATA"])
    return options


def _serve(places: Places, options: argparse.Namespace) -> NoReturn:
    if options.demo and not is_loopback(options.host):
        raise Refused(f"--demo lets anybody in as anybody, so it listens on loopback only, not on {options.host}.")
    check_port(options.host, options.port)
    data = _data_folder(places, options)
    with locked(places):
        packages.ensure(places, "run")
        browser_parts.ensure(places)
    env = _own_environment()
    env["KEELSON_DATA"] = str(data)
    env["KEELSON_HOST"] = options.host
    env["KEELSON_PORT"] = str(options.port)
    env["KEELSON_DEMO"] = "1" if options.demo else "0"
    os.chdir(places.root)
    _upgrade(places, data, env)
    _become([places.python, "-m", "webui"], env)


def _upgrade(places: Places, data: Path, env: dict[str, str]) -> None:
    """Bring the database schema up to date; the sentence that says why it cannot be is the engine's own."""
    command: list[str | Path] = [places.python, "-m", "engine", "upgrade"]
    answer = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        return
    lines = answer.stderr.strip().splitlines()
    if len(lines) == 1:
        raise Refused(lines[0])
    places.logs.mkdir(parents=True, exist_ok=True)
    log = places.logs / "upgrade.log"
    log.write_text(answer.stdout + answer.stderr)
    why = reason(answer.stderr, answer.returncode)
    raise Refused(f"The database in {data} could not be brought up to date: {why} (all of it is in {log}).")


def _test(places: Places, arguments: Sequence[str]) -> NoReturn:
    env = _own_environment()
    with locked(places):
        packages.ensure(places, "test")
        browser_parts.ensure(places)
        try:
            env["KEELSON_CHROMIUM"] = str(chromium.ensure(places))
            env.update(chromium.driver(places))
        except Refused as refused:
            if env.get("CI"):
                raise
            say(f"{refused} The tests in a browser will be skipped.")
    os.chdir(places.root)
    workers = max(2, min(4, os.cpu_count() or 2))
    whole = list(arguments) in ([], ["-m", "long"])
    spread = ["-n", str(workers), "--dist", "loadgroup"] if whole else []
    _become([places.python, "-m", "pytest", *spread, *arguments], env)


def _bench(places: Places, arguments: Sequence[str]) -> NoReturn:
    with locked(places):
        packages.ensure(places, "test")  # PostgreSQL, the drawing of small processes
        browser_parts.ensure(places)
    os.chdir(places.root)
    _become([places.python, "-m", "tests.bench", *arguments], _own_environment())


def _become(argv: Sequence[str | Path], env: dict[str, str]) -> NoReturn:
    """Turn into that program: signals, the terminal and the exit status are its own from here on."""
    sys.stderr.flush()
    os.execve(argv[0], [str(part) for part in argv], env)


def _own_environment() -> dict[str, str]:
    env = dict(os.environ)
    env.pop("PYTHONPATH", None)
    env.pop("PYTHONHOME", None)
    return env


def _data_folder(places: Places, options: argparse.Namespace) -> Path:
    """The folder for data, made private to this user when it is not there yet."""
    default = places.root / ".data" / "demo" if options.demo else places.root / ".data"
    folder: Path = (options.data or default).absolute()
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise Refused(f"The data folder {folder} cannot be used: {error.strerror}.") from error
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        raise Refused(f"The data folder {folder} cannot be used: this user may not write there.")
    return folder


def is_loopback(host: str) -> bool:
    """Whether an address can be reached from this machine only."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def check_port(host: str, port: int) -> None:
    """Refuse early, before long steps, when the server could not listen there."""
    if not 0 < port < 65536:
        raise Refused("There is no such port: choose a number from 1 to 65535 with --port.", status=2)
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except socket.gaierror as error:
        raise Refused(f"{host} is no address of this machine: choose another with --host.", status=2) from error
    with socket.socket(family, kind, protocol) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            raise Refused(_why_not(error, host, port)) from error


def _why_not(error: OSError, host: str, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} on {host} is taken by another program: stop it, or choose another port with --port."
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has: choose one above 1023 with --port."
    if error.errno == errno.EADDRNOTAVAIL:
        return f"{host} is no address of this machine: choose another with --host."
    return f"Keelson cannot listen on {host} port {port}: {error.strerror}."


def sentence(places: Places, error: OSError) -> str:
    """What a failure of the machine itself means to the person who called."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"The disk that holds {places.root} is full: free some space and run the same command again."
    subject = f"{error.filename} could not be used" if error.filename else "Set-up failed"
    return f"{subject}: {error.strerror or error}."
