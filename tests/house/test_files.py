"""Lock files, and what may not be in the repository."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-test.lock", "requirements-node.lock", "requirements-uv.lock")
ADDRESS = re.compile(r"https?:|file:|git\+|--(extra-)?index-url|--find-links|--trusted-host|(^|\s)-[if]\s", re.M)
BUILT = re.compile(
    r"(^|/)(node_modules|\.venv|\.cache|\.data|__pycache__|dist)/|^webui/static/|\.(pyc|mo|so|whl|min\.js|min\.css|map)$"
)


def pins(lock: str) -> dict[str, str]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==(\S+)", text, re.M))


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_hold_hashes_and_no_addresses(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    bare = "\n".join(line.split(" #")[0] for line in text.splitlines() if not line.lstrip().startswith("#"))
    assert not ADDRESS.search(bare)
    entries = re.split(r"\n(?=\S)", bare.strip())
    assert entries
    assert len(entries) == len(pins(lock))
    assert all(re.search(r"--hash=sha256:[0-9a-f]{64}\b", entry) for entry in entries)


def test_the_test_lock_holds_the_other_at_the_same_versions() -> None:
    """So that `./run` after `./run test` has nothing to install."""
    assert pins("requirements.lock").items() <= pins("requirements-test.lock").items()


def test_browser_packages_are_locked_by_hash_without_addresses() -> None:
    lock = json.loads((ROOT / "webui/browser/package-lock.json").read_text(encoding="utf-8"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert not [name for name, entry in packages.items() if "resolved" in entry]
    assert not [name for name, entry in packages.items() if "integrity" not in entry]
    assert "http" not in json.dumps([sorted(entry) for entry in packages.values()])


def test_browser_packages_are_named_with_exact_versions() -> None:
    package = json.loads((ROOT / "webui/browser/package.json").read_text(encoding="utf-8"))
    wanted = {**package.get("dependencies", {}), **package.get("devDependencies", {})}
    assert not {name: version for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)}


def test_no_built_file_is_kept() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is not a git checkout")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    listed = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=True).stdout.split("\0")
    assert "run" in listed
    assert not [name for name in listed if BUILT.search(name)]
