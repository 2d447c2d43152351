"""The disk is full: words, nothing half, and the log is no reason to fail."""

import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import structlog

from engine import journal, log
from engine.acts import attaching
from engine.errors import Unavailable
from engine.installation import Installation
from engine.model.entry import EntryKind
from engine.model.person import SYSTEM
from engine.storage import journal as entries
from engine.transaction import begin, reading
from engine.worker import Worker
from tests.faults import invariants
from tests.storage_contract.stores import clock, sqlite_store, sqlite_url, upgraded_sqlite

__all__ = ["clock", "sqlite_store", "sqlite_url", "upgraded_sqlite"]

LARGE = b"x" * 3_000_000


@contextmanager
def no_room() -> Iterator[None]:
    """No file of this process grows beyond two megabytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_file_that_finds_no_room_leaves_nothing(sqlite_store: Installation) -> None:
    with no_room(), pytest.raises(Unavailable, match="could not be kept"):
        attaching.keep_file(sqlite_store, LARGE)
    assert [path for path in (sqlite_store.settings.data / "files").rglob("*") if path.parent.name != "files"] == []
    digest = attaching.keep_file(sqlite_store, LARGE)
    kept = [path for path in (sqlite_store.settings.data / "files").rglob("*") if path.is_file()]
    assert [(path.name, path.read_bytes()) for path in kept] == [(digest, LARGE)]


def test_a_transaction_that_finds_no_room_leaves_nothing(sqlite_store: Installation) -> None:
    def tell(text: str) -> None:
        with begin(sqlite_store, SYSTEM) as tx:
            journal.append(tx, EntryKind.CASE_COMMENTED, "case", facts={"text": text})

    tell("before")
    with no_room(), pytest.raises(Unavailable, match="disk"):
        tell(LARGE.decode())
    tell("after")
    with reading(sqlite_store, SYSTEM) as tx:
        assert [entry.facts["text"] for entry in entries.entries(tx.connection, "case")] == ["before", "after"]
    invariants.check(sqlite_store)


@contextmanager
def nothing_can_be_said() -> Iterator[None]:
    """Standard output is a file on a full disk."""
    with suppress(OSError), Path("/dev/full").open("w") as stream, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        log.configure()
        with pytest.raises(OSError, match="No space"):
            print("Nothing.", flush=True)  # noqa: T201 - that is what it is about
        try:
            yield
        finally:
            structlog.reset_defaults()


def test_the_worker_goes_on_when_nothing_can_be_logged(
    sqlite_store: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped: list[int] = []
    rounds: list[int] = []

    def broken(*_: object) -> float:
        rounds.append(1)
        if len(rounds) < 6:
            raise Unavailable("The disk is full; nothing was changed.")
        stopped.append(1)
        return 0.01

    monkeypatch.setattr("engine.worker.TROUBLE_SECONDS", 0.01)
    running = Worker(sqlite_store)
    monkeypatch.setattr(running, "_round", broken)
    with nothing_can_be_said():
        running.start()
        for _ in range(1000):
            if stopped or not running.alive:
                break
            time.sleep(0.02)
        assert running.alive, "a log that cannot be written ends no worker"
        assert running.stop()
    assert stopped
