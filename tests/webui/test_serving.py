"""The server as a process: what it prints, what it refuses, and that it stops without dropping anybody."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from engine.errors import SettingsWrong
from engine.installation import open_installation
from engine.settings import Settings
from engine.storage import migrations
from tests.parts.required import missing
from webui import assets
from webui.__main__ import box, is_loopback, main, read_settings
from webui.serving import check_port

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def until_read(port: int, peer: socket.socket) -> None:
    """Wait until the server has read what was sent: the kernel holds nothing for it any more."""
    ends = tuple(f":{number:04X}" for number in (port, peer.getsockname()[1]))
    while True:
        lines = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()]
        found = [line for line in lines if line[1].endswith(ends[0]) and line[2].endswith(ends[1])]
        if found and found[0][4].endswith(":00000000"):
            return
        time.sleep(0.01)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose database has the tables."""
    installation = open_installation(Settings.read({"KEELSON_DATA": str(tmp_path / "data")}))
    migrations.upgrade(installation.database)
    installation.close()
    return tmp_path / "data"


def test_a_server_from_start_to_stop(data: Path) -> None:
    if not assets.MANIFEST.is_file():
        missing("The browser bundle", "run ./run test, which builds it")
    port = free_port()
    environment = {**os.environ, "KEELSON_DATA": str(data), "KEELSON_PORT": str(port)}
    command = [sys.executable, "-m", "webui"]
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        printed = ""
        while "stop with" not in printed:
            line = server.stdout.readline()
            assert line, printed
            printed += line
        assert str(data) in printed
        link = re.search(r"http://127\.0\.0\.1:\d+/link/[\w-]+", printed)
        assert link
        with urllib.request.urlopen(link[0]) as answer:  # noqa: S310 - matched above
            assert b"first administrator" in answer.read()
        second = subprocess.run(
            command,
            cwd=ROOT,
            env={**environment, "KEELSON_PORT": str(free_port())},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert second.returncode == 1
        assert second.stderr.count("\n") == 1
        assert "already runs" in second.stderr
        with socket.create_connection(("127.0.0.1", port)) as slow:
            slow.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n")
            until_read(port, slow)
            server.send_signal(signal.SIGTERM)
            time.sleep(0.3)
            slow.sendall(b"Connection: close\r\n\r\n")
            assert slow.recv(4096).startswith(b"HTTP/1.1 200 OK")
        assert server.wait(30) == 0
    finally:
        server.kill()
        server.wait()
        if server.stdout:
            server.stdout.close()


def test_a_port_that_is_taken_is_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsWrong, match=r"cannot listen on 127\.0\.0\.1:\d+ \(address already in use\)"):
            check_port("127.0.0.1", taken.getsockname()[1])


def test_options_go_over_the_environment(tmp_path: Path) -> None:
    environment = {"KEELSON_DATA": str(tmp_path), "KEELSON_PORT": "9000", "KEELSON_WORKER": "1"}
    settings = read_settings(["--port", "9001", "--no-worker", "--base-url", "https://it.example"], environment)
    assert (settings.port, settings.worker, settings.base_url) == (9001, False, "https://it.example")
    assert read_settings([], environment).port == 9000


def test_a_demonstration_is_for_this_computer_only() -> None:
    with pytest.raises(SettingsWrong, match="this computer only"):
        read_settings(["--demo", "--host", "192.0.2.1"], {})
    assert is_loopback("127.0.0.1")
    assert is_loopback("::1")
    assert is_loopback("localhost")
    assert not is_loopback("10.0.0.1")


def test_a_missing_build_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(assets, "MANIFEST", tmp_path / "manifest.json")
    assert main([], {"KEELSON_DATA": str(tmp_path)}) == 1
    assert capsys.readouterr().err == "keelson: The browser parts are not built. Run ./run, which builds them.\n"


def test_the_box_frames_every_line() -> None:
    assert box(["a", "long"]) == "┌──────┐\n│ a    │\n│ long │\n└──────┘"
