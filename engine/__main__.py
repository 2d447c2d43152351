"""python -m engine upgrade | work | verify | run | test: what runs without a browser."""

import argparse
import os
import signal
import sys
import threading
from collections.abc import Sequence

from engine import journal, log
from engine.errors import EngineError
from engine.installation import Installation, open_installation
from engine.model.person import SYSTEM
from engine.settings import Settings
from engine.transaction import reading


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; a failure is one sentence on standard error and exit code 1."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] in (["run"], ["test"]):
        return _rehearse(given[0], given[1:])
    options = _parser().parse_args(given)
    try:
        installation = open_installation(Settings.read(os.environ))
        try:
            return _run(installation, options)
        finally:
            installation.close()
    except EngineError as error:
        print(error.message, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _rehearse(command: str, arguments: list[str]) -> int:
    # Without an installation, and so without its settings.
    from engine.rehearsing import command as rehearsing  # noqa: PLC0415

    # The outcome tells of jobs that fail; the log of a server would only stand in between.
    log.configure("critical")
    status, text = (rehearsing.run if command == "run" else rehearsing.test)(arguments)
    sys.stdout.buffer.write(f"{text}\n".encode())
    return status


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m engine", description="Keelson without a browser.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("upgrade", help="bring the database to this release")
    commands.add_parser("work", help="take due jobs until stopped")
    commands.add_parser("run", help="rehearse processes without an installation")
    commands.add_parser("test", help="play the scenarios beside diagrams")
    verify = commands.add_parser("verify", help="check the chains of the journal")
    verify.add_argument("--stream", help="only this one, for instance instance:<id>")
    return parser


def _run(installation: Installation, options: argparse.Namespace) -> int:
    from engine.storage import migrations  # noqa: PLC0415 - Alembic is slow to load, and rehearsals need none of it

    if options.command == "upgrade":
        changed = migrations.upgrade(installation.database)
        print("database upgraded" if changed else "database up to date")
        return 0
    with reading(installation, SYSTEM) as tx:
        migrations.check_head(tx.connection)
    if options.command == "work":
        return _work(installation)
    return _verify(installation, options.stream)


def _work(installation: Installation) -> int:
    from engine.worker import Worker  # noqa: PLC0415 - the other commands need none of what the acts import

    log.configure()
    worker, stop = Worker(installation), threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker.start()
    print("working; Ctrl-C or SIGTERM stops", flush=True)
    stop.wait()
    return 0 if worker.stop() else 1


def _verify(installation: Installation, stream: str | None) -> int:
    streams = entries = broken = 0
    with reading(installation, SYSTEM) as tx:
        for verdict in [journal.verify(tx, stream)] if stream else journal.verify_all(tx):
            if stream and not verdict.entries:
                print(f"there is no stream {stream}", file=sys.stderr)
                return 1
            streams += 1
            entries += verdict.entries
            if verdict.broken is not None:
                broken += 1
                print(f"{verdict.stream}: entry {verdict.broken.seq} is broken: {verdict.broken.reason}")
    if broken:
        print(f"CHAIN BROKEN in {broken} of {streams} streams, {entries} entries read")
        return 1
    print(f"chain consistent: {streams} streams, {entries} entries")
    return 0


if __name__ == "__main__":
    sys.exit(main())
