"""The parts of set-up: marks, ports, Node, the lock, the sentences."""

import errno
import os
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from setup import browser_parts, chromium, commands, debian, marks, packages
from setup.places import Places, environment, here, locked
from setup.refusal import Refused
from setup.steps import reason, run
from tests.parts.required import missing


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(root=tmp_path)


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_a_fingerprint_tells_apart_what_differs(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_text("ab")
    other.write_text("")
    both = marks.fingerprint("x", files=[one, other])
    one.write_text("a")
    other.write_text("b")
    assert marks.fingerprint("x", files=[one, other]) != both
    other.unlink()
    missing = marks.fingerprint(files=[other])
    other.write_text("")
    assert marks.fingerprint(files=[other]) != missing
    assert marks.fingerprint("ab", "c") != marks.fingerprint("a", "bc")


def test_a_mark_lasts_until_it_is_cleared(places: Places) -> None:
    assert marks.read(places, "npm") == ""
    marks.write(places, "npm", "done")
    assert marks.read(places, "npm") == "done"
    marks.clear(places, "npm")
    marks.clear(places, "npm")
    assert marks.read(places, "npm") == ""


def test_a_taken_port_is_refused_in_one_sentence() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=rf"^Port {port} on 127\.0\.0\.1 is taken by another program: .*--port\.$"):
            commands.check_port("127.0.0.1", port)
    commands.check_port("127.0.0.1", port)


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 0), ("127.0.0.1", 70000), ("127.0.0.1", -1)])
def test_a_number_that_is_no_port_is_refused(host: str, port: int) -> None:
    with pytest.raises(Refused, match="1 to 65535") as caught:
        commands.check_port(host, port)
    assert caught.value.status == 2


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(Refused, match=r"192\.0\.2\.7 is no address of this machine"):
        commands.check_port("192.0.2.7", 8000)


@pytest.mark.parametrize(
    ("host", "expected"),
    [("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("localhost", True), ("0.0.0.0", False), ("::", False)],  # noqa: S104
)
def test_the_demo_listens_on_loopback_only(host: str, expected: bool) -> None:
    assert commands.is_loopback(host) is expected


@pytest.mark.parametrize(
    ("printed", "words"),
    [
        ("error: failed to write\n  Caused by: No space left on device (os error 28)", "the disk is full"),
        ("npm error code ENOSPC", "the disk is full"),
        ("npm error code EAI_AGAIN\nnpm error request to registry", "could not be reached"),
        ("  Caused by: error sending request for url", "could not be reached"),
        ("THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "does not have the hash"),
        ("npm error code EINTEGRITY", "does not have the hash"),
        ('error: Could not resolve "modeler/index.js"', "it ended with status 7"),
        ("", "it ended with status 7"),
    ],
)
def test_the_reason_of_a_failure_is_read_from_what_was_printed(printed: str, words: str) -> None:
    assert words in reason(printed, 7)


def test_a_failed_step_names_its_log(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    tool = program(places.root / "tool", "echo some output; exit 3")
    with pytest.raises(Refused) as caught:
        run(places, [tool], log="tool", failure="The thing failed", env={})
    assert str(caught.value) == f"The thing failed: it ended with status 3 (all of it is in {places.logs}/tool.log)."
    assert (places.logs / "tool.log").read_text() == "some output\n"


def test_a_tool_that_is_not_there_is_a_sentence(places: Places) -> None:
    with pytest.raises(Refused, match=r"/nonexistent could not be started: No such file or directory\.$"):
        run(places, ["/nonexistent"], log="tool", failure="The thing failed", env={})


def test_a_full_disk_is_a_sentence(places: Places) -> None:
    said = commands.sentence(places, OSError(errno.ENOSPC, "No space left on device", "x"))
    assert said == f"The disk that holds {places.root} is full: free some space and run the same command again."


def test_node_from_the_path_must_be_new_enough_and_have_npm(tmp_path: Path) -> None:
    path = str(tmp_path)
    assert browser_parts.node_on_path(path) is None
    program(tmp_path / "node", "echo v20.1.0")
    assert browser_parts.node_on_path(path) is None
    program(tmp_path / "npm", "exit 0")
    node = browser_parts.node_on_path(path)
    assert node is not None
    assert node.npm == (str(tmp_path / "npm"),)
    program(tmp_path / "node", "echo v18.20.4")
    assert browser_parts.node_on_path(path) is None
    program(tmp_path / "node", "exit 1")
    assert browser_parts.node_on_path(path) is None


@pytest.fixture
def browser_source(places: Places, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A checkout whose npm and build only count how often they are called."""
    places.browser.mkdir(parents=True)
    for name in ("package.json", "package-lock.json", "build.mjs"):
        (places.browser / name).write_text("{}")
    programs = places.root / "programs"
    program(programs / "npm", f"echo npm >> {places.root}/calls; mkdir -p node_modules")
    build = f"mkdir -p {places.manifest.parent}; echo build >> {places.root}/calls; echo '{{}}' > {places.manifest}"
    program(programs / "node", f'[ "$1" = --version ] && echo v22.0.0 && exit; {build}')
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return places


def calls(places: Places) -> list[str]:
    return (places.root / "calls").read_text().split()


def test_browser_parts_are_built_once_per_change(browser_source: Places) -> None:
    places = browser_source
    browser_parts.ensure(places)
    browser_parts.ensure(places)
    assert calls(places) == ["npm", "build"]
    (places.browser / "page.js").write_text("changed")
    browser_parts.ensure(places)
    assert calls(places) == ["npm", "build", "build"]
    (places.browser / "page.js").rename(places.browser / "site.js")
    browser_parts.ensure(places)
    places.manifest.unlink()
    browser_parts.ensure(places)
    assert calls(places) == ["npm", *["build"] * 4]
    (places.browser / "package-lock.json").write_text('{"other": 1}')
    browser_parts.ensure(places)
    assert calls(places) == ["npm", *["build"] * 4, "npm", "build"]


def test_a_failed_build_is_tried_again(browser_source: Places) -> None:
    places = browser_source
    browser_parts.ensure(places)
    node = (places.root / "programs" / "node").read_text()
    program(places.root / "programs" / "node", '[ "$1" = --version ] && echo v22.0.0 && exit; echo broken; exit 1')
    (places.browser / "page.js").write_text("changed")
    for _ in range(2):
        with pytest.raises(Refused, match=r"^The browser parts could not be built: .*browser\.log\)\.$"):
            browser_parts.ensure(places)
    (places.root / "programs" / "node").write_text(node)
    browser_parts.ensure(places)
    assert calls(places) == ["npm", "build", "build"]


def test_a_checkout_without_browser_source_is_refused(places: Places) -> None:
    with pytest.raises(Refused, match=r"package-lock\.json is missing: this checkout is not complete\.$"):
        browser_parts.ensure(places)


def test_two_set_ups_wait_for_each_other(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    order: list[str] = []

    def second() -> None:
        with locked(places):
            order.append("second")

    with locked(places):
        thread = threading.Thread(target=second)
        thread.start()
        said = capsys.readouterr().err
        while "waiting for it" not in said:
            time.sleep(0.01)
            said += capsys.readouterr().err
        order.append("first")
    thread.join()
    assert order == ["first", "second"]


def test_a_user_without_a_home_keeps_caches_in_the_checkout(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/nonexistent")
    for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache"):
        monkeypatch.delenv(name, raising=False)
    env = environment(places)
    assert env["UV_CACHE_DIR"] == str(places.cache / "uv")
    assert env["npm_config_cache"] == str(places.cache / "npm")
    assert env["HOME"] == str(places.cache)


def test_a_missing_venv_module_names_the_debian_package(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(debian, "may_install", lambda: False)
    with pytest.raises(Refused, match=r"^Python's venv module is missing: install Debian's package python3\S*-venv "):
        packages.ensure(places, "run")


def test_packages_that_cannot_be_fetched_are_a_sentence(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real uv, and a registry where nobody listens."""
    monkeypatch.delenv("CI", raising=False)
    (places.root / "requirements.lock").write_text(f"nothing-such==1.0 --hash=sha256:{'0' * 64}\n")
    uv = here().venv / "bin" / "uv"
    if not uv.exists():
        missing("uv", "make this environment with ./run test")
    monkeypatch.setattr(packages, "_ensure_uv", lambda places: uv)
    monkeypatch.setattr(packages, "_ensure_environment", lambda places, moved: None)
    monkeypatch.setattr(Places, "python", Path(sys.executable))
    for name in ("UV_INDEX", "UV_EXTRA_INDEX_URL", "UV_FIND_LINKS", "UV_INDEX_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    with pytest.raises(
        Refused, match=r"^The Python packages could not be installed: the registry could not be reached"
    ):
        packages.ensure(places, "run")
    assert marks.read(places, "packages") == ""


def test_going_from_tests_to_the_server_and_back_installs_nothing(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []

    def sync(places: Places, argv: list[str | Path], **kwargs: object) -> None:
        synced.append(Path(argv[-1]).name)

    monkeypatch.setattr(packages, "run", sync)
    monkeypatch.setattr(packages, "_ensure_uv", lambda places: Path("uv"))
    monkeypatch.setattr(packages, "_ensure_environment", lambda places, moved: None)
    program(places.python, "exit 0")
    for level in ("run", "run", "test", "run", "test"):
        packages.ensure(places, level)
    assert synced == ["requirements.lock", "requirements-test.lock"]
    (places.root / "requirements.lock").write_text("changed")
    packages.ensure(places, "run")
    assert synced[2:] == ["requirements-test.lock"]


def test_apt_plans_are_read() -> None:
    printed = (
        "Reading state information...\n"
        "Inst libjpeg62-turbo (1:2.1.5-2 Debian:12.11/stable [amd64])\n"
        "Inst libc6 [2.36-9] (2.36-10 Debian:12.11/stable [amd64]) []\n"
        "Conf libjpeg62-turbo (1:2.1.5-2 Debian:12.11/stable [amd64])\n"
    )
    assert debian.planned(printed) == ["libjpeg62-turbo=1:2.1.5-2", "libc6=2.36-10"]


def test_chromium_on_the_path_is_taken_first(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = places.root / "programs"
    monkeypatch.setenv("PATH", str(folder))
    assert chromium.find(places) is None
    program(folder / "chromium", "exit 0")
    assert chromium.find(places) == folder / "chromium"
    assert chromium.ensure(places) == folder / "chromium"


def test_the_command_explains_itself() -> None:
    answer = subprocess.run([here().root / "run", "--help"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0
    assert "./run test [pytest arguments]" in answer.stdout
    assert "./run bench [NAME]" in answer.stdout


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--port", "0"], "There is no such port: choose a number from 1 to 65535 with --port."),
        (["--demo", "--host", "0.0.0.0"], "--demo lets anybody in as anybody, so it listens on loopback only"),  # noqa: S104
        (["nonsense"], "unrecognized arguments: nonsense"),
    ],
)
def test_a_wrong_call_ends_in_one_sentence(arguments: list[str], sentence: str) -> None:
    answer = subprocess.run([here().root / "run", *arguments], capture_output=True, text=True, check=False)
    assert answer.returncode != 0
    assert answer.stdout == ""
    assert sentence in answer.stderr.splitlines()[-1]


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    folder = tmp_path / "file" / "data"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [here().root / "run", "--port", port, "--data", folder]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (1, "")
    assert answer.stderr == f"The data folder {folder} cannot be used: Not a directory.\n"


def test_without_a_python_that_is_new_enough_the_remedy_is_named(tmp_path: Path) -> None:
    """A machine whose only Python is too old, as far as `run` can see."""
    text = (here().root / "run").read_text().replace("/usr/bin/python3", "python3")
    script = program(tmp_path / "run", text.removeprefix("#!/bin/sh\n"))
    program(tmp_path / "programs" / "python3", "exit 1")
    program(tmp_path / "programs" / "dirname", 'exec /usr/bin/dirname "$@"')
    env = {"PATH": str(tmp_path / "programs")}
    answer = subprocess.run([script], capture_output=True, text=True, env=env, check=False)
    assert answer.returncode == 1
    assert answer.stderr.startswith("Keelson needs Python 3.11 or newer and found none")
    assert len(answer.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "spread"), [([], True), (["-m", "long"], True), (["tests/forms"], False), (["-m", "browser"], False)]
)
def test_whole_runs_are_spread_over_workers(
    places: Places, monkeypatch: pytest.MonkeyPatch, arguments: list[str], spread: bool
) -> None:
    for room, name in ((packages, "ensure"), (browser_parts, "ensure"), (chromium, "ensure"), (os, "chdir")):
        monkeypatch.setattr(room, name, lambda *_: "")
    monkeypatch.setattr(chromium, "driver", lambda _: {})
    became: list[list[object]] = []
    monkeypatch.setattr(commands, "_become", lambda argv, _env: became.append(list(argv)))
    commands._test(places, arguments)
    ((_python, *argv),) = became
    assert argv[:2] == ["-m", "pytest"]
    assert ("-n" in argv) is spread
    assert argv[-len(arguments) :] == arguments or not arguments
