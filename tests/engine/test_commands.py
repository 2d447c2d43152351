"""python -m engine: upgrade, verify, work; one sentence for whatever goes wrong."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine import __main__ as commands
from engine import journal
from engine.installation import Installation
from engine.model.entry import EntryKind
from engine.model.person import SYSTEM
from engine.storage.tables import entry
from engine.transaction import begin

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def environment(sqlite_store: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setenv("KEELSON_DATA", str(tmp_path))
    monkeypatch.setenv("KEELSON_DATABASE", sqlite_store.settings.database)
    with begin(sqlite_store, SYSTEM) as tx:
        for stream in ("instance:1", "instance:1", "person:1"):
            journal.append(tx, EntryKind.CASE_READ, stream, facts={})
    return sqlite_store


def test_upgrade_says_whether_there_was_something_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEELSON_DATA", str(tmp_path / "new"))
    monkeypatch.delenv("KEELSON_DATABASE", raising=False)
    assert commands.main(["verify"]) == 1
    assert "run `python -m engine upgrade`" in capsys.readouterr().err
    assert commands.main(["upgrade"]) == 0
    assert commands.main(["upgrade"]) == 0
    assert commands.main(["verify"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "database upgraded",
        "database up to date",
        "chain consistent: 0 streams, 0 entries",
    ]


def test_verify_counts_and_names_the_first_broken_entry(
    environment: Installation, capsys: pytest.CaptureFixture[str]
) -> None:
    assert commands.main(["verify"]) == 0
    assert commands.main(["verify", "--stream", "instance:1"]) == 0
    with environment.database.writing() as connection:
        connection.execute(entry.update().where(entry.c.seq == 2).values(kind="case.started"))
    assert commands.main(["verify"]) == 1
    assert commands.main(["verify", "--stream", "person:1"]) == 0
    assert commands.main(["verify", "--stream", "person:2"]) == 1
    captured = capsys.readouterr()
    assert captured.out.splitlines() == [
        "chain consistent: 2 streams, 3 entries",
        "chain consistent: 1 streams, 2 entries",
        "instance:1: entry 2 is broken: its kind differs from what its record says",
        "CHAIN BROKEN in 1 of 2 streams, 3 entries read",
        "chain consistent: 1 streams, 1 entries",
    ]
    assert captured.err == "there is no stream person:2\n"


def test_a_wrong_setting_is_one_sentence(
    environment: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("KEELSON_PORT", "x")
    assert commands.main(["verify"]) == 1
    assert capsys.readouterr().err == "KEELSON_PORT is 'x'; it may be a number from 1 to 65535.\n"


def test_work_runs_until_it_is_told_to_stop_and_only_once_on_sqlite(
    environment: Installation, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [sys.executable, "-m", "engine", "work"]
    process = subprocess.Popen(command, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdout.readline().startswith("working")
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    assert commands.main(["work"]) == 1
    refused = capsys.readouterr().err
    assert refused.startswith("Another Keelson worker")
    assert len(refused.splitlines()) == 1
    assert commands.main(["verify"]) == 0
    process.send_signal(signal.SIGTERM)
    _, problems = process.communicate(timeout=60)
    assert process.returncode == 0
    assert problems == ""
