"""The virtual environment and the locked packages in it.

There is one `.venv`. `./run` brings `requirements.lock`; the first `./run test` brings `requirements-test.lock`, which
holds everything of the former at the same versions, and from then on `./run` keeps to the larger set: going back and
forth between the two installs nothing.
"""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

from setup import debian, marks
from setup.places import Places, environment
from setup.refusal import Refused
from setup.steps import run

Level = Literal["run", "test"]

LOCKS: dict[Level, str] = {"run": "requirements.lock", "test": "requirements-test.lock"}
UV_LOCK = "requirements-uv.lock"
_MARK = "packages"


def ensure(places: Places, wanted: Level) -> None:
    """Make `.venv` hold what the lock file of that level names; do nothing when it already does."""
    done = marks.read(places, _MARK)
    level: Level = "test" if wanted == "test" or done.startswith("test ") else "run"
    goal = f"{level} {_fingerprint(places, level)}"
    if done == goal and places.python.exists():
        return
    marks.clear(places, _MARK)
    _ensure_environment(places, moved=marks.read(places, "venv") not in ("", _identity(places)))
    marks.write(places, "venv", _identity(places))
    env = environment(places)
    uv = _ensure_uv(places)
    run(
        places,
        [uv, "pip", "sync", "--python", places.python, "--require-hashes", places.root / LOCKS[level]],
        log="packages",
        progress="Installing packages (about 20 s)",
        failure="The Python packages could not be installed",
        env=env,
    )
    marks.write(places, _MARK, goal)


def install_aside(places: Places, lock: str, folder: Path) -> None:
    """Install a lock file into a folder of its own, outside the environment."""
    shutil.rmtree(folder, ignore_errors=True)
    run(
        places,
        [
            *(_ensure_uv(places), "pip", "install", "--python", places.python, "--target", folder),
            *("--require-hashes", "--no-deps", "-r", places.root / lock),
        ],
        log="node",
        progress="Fetching Node.js (61 MB, about 10 s)",
        failure="Node.js could not be installed",
        env=environment(places),
    )


def _fingerprint(places: Places, level: Level) -> str:
    names = [UV_LOCK, LOCKS["run"], *([LOCKS["test"]] if level == "test" else [])]
    return marks.fingerprint(_identity(places), files=[places.root / name for name in names])


def _identity(places: Places) -> str:
    """What an environment is bound to: its own path (scripts name it) and the Python it was made from."""
    return f"{places.venv} {os.path.realpath(sys.executable)} {sys.version.split()[0]}"


def _ensure_environment(places: Places, *, moved: bool) -> None:
    if not moved and _works(places.python):
        return
    _ensure_venv_module(places)
    run(
        places,
        [sys.executable, "-m", "venv", "--clear", places.venv],
        log="venv",
        progress="Making the virtual environment .venv (about 5 s)",
        failure="The virtual environment .venv could not be made",
        env=environment(places),
    )


def _works(python: Path) -> bool:
    """Whether an environment is there, its Python starts, is ours, and has pip."""
    if not python.exists():
        return False
    probe = "import sys, pip; print(*sys.version_info[:2])"
    answer = subprocess.run([python, "-c", probe], capture_output=True, text=True, check=False)
    return answer.returncode == 0 and answer.stdout.split() == [str(part) for part in sys.version_info[:2]]


def _ensure_venv_module(places: Places) -> None:
    """Debian splits `venv` off: without it there is no ensurepip."""
    if importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip"):
        return
    package = venv_package()
    if debian.may_install():
        debian.install(places, [package], progress=f"Installing Debian's package {package} (about 15 s)")
        return
    raise Refused(
        f"Python's venv module is missing: install Debian's package {package} (apt-get install {package}, as root) "
        "and run the same command again."
    )


def venv_package() -> str:
    """The Debian package with this Python's venv module."""
    ours = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    if os.path.realpath("/usr/bin/python3") == ours or os.path.realpath(sys.executable) != ours:
        return "python3-venv"
    return f"{Path(ours).name}-venv"


def _ensure_uv(places: Places) -> Path:
    """The installer, pinned by hash, in the environment; brought by pip, the only tool that is there at the start."""
    uv = places.venv / "bin" / "uv"
    goal = marks.fingerprint(_identity(places), files=[places.root / UV_LOCK])
    if uv.exists() and marks.read(places, "uv") == goal:
        return uv
    run(
        places,
        [
            *(places.python, "-m", "pip", "install", "--no-input", "--no-deps", "--only-binary", ":all:"),
            *("--require-hashes", "-r", places.root / UV_LOCK),
        ],
        log="uv",
        progress="Installing the package installer uv (about 5 s)",
        failure="The package installer uv could not be installed",
        env=environment(places),
    )
    marks.write(places, "uv", goal)
    return uv
