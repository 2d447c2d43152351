"""`python -m webui`: check the place, load the process library, serve."""

import argparse
import logging
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address

from engine import demo, log
from engine.acts import setting_up, signing_in
from engine.database import Database
from engine.errors import EngineError, SettingsWrong
from engine.installation import Installation, open_installation
from engine.model.person import SYSTEM
from engine.settings import Settings
from engine.transaction import begin
from webui import assets, create_app
from webui.serving import Server, check_port


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m webui", description="Serve Keelson. What is not given is read from KEELSON_ variables."
    )
    parser.add_argument("--host", help="address to listen on (default 127.0.0.1)")
    parser.add_argument("--port", help="port to listen on (default 8000)")
    parser.add_argument("--data", help="folder of database, files and key (default .data)")
    parser.add_argument("--base-url", help="address that people use, for links in mail; https makes cookies secure")
    parser.add_argument("--demo", action="store_true", help="invented people and data, this computer only")
    parser.add_argument("--no-worker", action="store_true", help="do not run due jobs in this process")
    return parser.parse_args(arguments)


def read_settings(arguments: Sequence[str], environ: Mapping[str, str]) -> Settings:
    """Options over environment. Raises SettingsWrong, also for a demonstration that others could reach."""
    chosen = _options(arguments)
    given = {
        "KEELSON_HOST": chosen.host,
        "KEELSON_PORT": chosen.port,
        "KEELSON_DATA": chosen.data,
        "KEELSON_BASE_URL": chosen.base_url,
        "KEELSON_DEMO": "1" if chosen.demo else None,
        "KEELSON_WORKER": "0" if chosen.no_worker else None,
    }
    settings = Settings.read({**environ, **{name: value for name, value in given.items() if value is not None}})
    if settings.demo and not is_loopback(settings.host):
        raise SettingsWrong(
            f"The demonstration lets everybody in, so it serves this computer only; {settings.host} is open to others.",
            variable="KEELSON_HOST",
        )
    return settings


def is_loopback(host: str) -> bool:
    """Say whether only this computer reaches the address."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def prepare(installation: Installation) -> str | None:
    """Load the process library and give the one-time link of the first administrator while there is none.

    A demonstration is filled with its organisation instead.
    """
    if installation.settings.demo:
        demo.fill(installation, lambda part: _say(f"Demonstration: {part}"))
    with begin(installation, SYSTEM) as tx:
        setting_up.prepare(tx)
    with begin(installation, SYSTEM) as tx:
        token = signing_in.first_administrator_token(tx)
    return None if token is None else f"{installation.settings.base_url}/link/{token}"


def box(lines: Sequence[str]) -> str:
    """Lines in a frame, for what must not be missed on a terminal."""
    width = max(map(len, lines))
    rows = [f"│ {line.ljust(width)} │" for line in lines]
    return "\n".join([f"┌{'─' * (width + 2)}┐", *rows, f"└{'─' * (width + 2)}┘"])


def _say(*lines: str) -> None:
    with suppress(OSError):  # where nothing can be printed, the disk is full: people are served all the same
        print("\n".join(lines), flush=True)


def _serve(settings: Settings) -> None:
    assets.names()
    check_port(settings.host, settings.port)
    installation = open_installation(settings)
    # Claimed by a store of its own that never connects: the claim must outlive `installation`, which is closed before
    # the server forks, because no connection may be carried into another process.
    sole = Database(settings.database)
    sole.refuse_second_server()
    try:
        link = prepare(installation)
    finally:
        installation.close()

    def announce() -> None:
        if link is not None:
            _say("", box(["Set up the first administrator. This link works once:", link]), "")
        _say(f"Data folder  {settings.data}", f"Keelson      {settings.base_url}   (stop with Ctrl+C)")

    Server(settings, create_app, announce).run()
    sole.close()


def main(arguments: Sequence[str], environ: Mapping[str, str]) -> int:
    """Serve until stopped; every failure is one sentence and exit code 1."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    log.configure()
    try:
        _serve(read_settings(arguments, environ))
    except (EngineError, assets.BundleMissing, OSError) as problem:
        print(f"keelson: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], os.environ))
