"""Debian packages: installed when root, unpacked into a private folder otherwise."""

import os
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from setup.places import Places, environment
from setup.refusal import Refused
from setup.steps import run

_PLANNED = re.compile(r"^Inst (\S+) (?:\[[^\]]*\] )?\((\S+) ", re.M)


def present() -> bool:
    """Whether this machine has apt and dpkg."""
    return all(shutil.which(tool) for tool in ("apt-get", "dpkg"))


def may_install() -> bool:
    """Whether packages can be installed on the machine itself."""
    return present() and os.geteuid() == 0


def install(places: Places, packages: Sequence[str], *, progress: str) -> None:
    """Install packages on the machine, as root; package lists are fetched only when the install fails without."""
    env = {**environment(places), "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    failure = f"Debian's packages {', '.join(packages)} could not be installed"
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if _succeeds(["apt-get", "-s", *command[1:]], env):
        try:
            run(places, command, log="debian", failure=failure, progress=progress, env=env)
            return
        except Refused:
            pass  # stale lists name files that are gone; fresh lists are the remedy
    run(places, ["apt-get", "update"], log="debian-lists", failure=failure, progress="Fetching package lists", env=env)
    run(places, command, log="debian", failure=failure, progress=progress, env=env)


def unpack(places: Places, packages: Sequence[str], folder: Path, *, progress: str) -> None:
    """Download packages and all they need that this machine lacks, and unpack them into `folder`, without root."""
    env = {**environment(places), "LC_ALL": "C"}
    failure = f"Debian's packages {', '.join(packages)} could not be fetched"
    downloads = folder.with_name(folder.name + ".download")
    try:
        _download(places, packages, downloads, options=[], failure=failure, progress=progress, env=env)
    except Refused:
        # The machine's own lists are empty or stale, and only root may renew them: use lists of our own.
        options = _private_lists(places)
        command = ["apt-get", *options, "update"]
        run(places, command, log="debian-lists", failure=failure, progress="Fetching package lists", env=env)
        _download(places, packages, downloads, options=options, failure=failure, progress=progress, env=env)
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    for archive in sorted(downloads.glob("*.deb")):
        command = ["dpkg", "-x", str(archive), str(fresh)]
        run(places, command, log="debian-unpack", failure=f"{archive.name} could not be unpacked", env=env)
    shutil.rmtree(downloads)
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def _download(
    places: Places,
    packages: Sequence[str],
    folder: Path,
    *,
    options: Sequence[str],
    failure: str,
    progress: str,
    env: dict[str, str],
) -> None:
    """Download into `folder` what apt would install: exactly what this machine lacks."""
    wanted = _plan(packages, options, env)
    if not wanted:
        raise Refused(f"{failure}: apt does not know them.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    command = ["apt-get", *options, "download", *wanted]
    run(places, command, log="debian", failure=failure, progress=progress, env=env, cwd=folder)


def _plan(packages: Sequence[str], options: Sequence[str], env: dict[str, str]) -> list[str]:
    command = ["apt-get", *options, "-s", "install", "--no-install-recommends", *packages]
    return planned(subprocess.run(command, capture_output=True, text=True, env=env, check=False).stdout)


def planned(printed: str) -> list[str]:
    """What a simulated install would bring, as name=version; nothing when apt cannot install it."""
    return [f"{name}={version}" for name, version in _PLANNED.findall(printed)]


def _private_lists(places: Places) -> list[str]:
    """Options that let apt keep package lists below `.cache`, where an ordinary user may write."""
    state = places.cache / "apt"
    for part in ("lists/partial", "archives/partial"):
        (state / part).mkdir(parents=True, exist_ok=True)
    return [
        *("-o", f"Dir::State::Lists={state / 'lists'}"),
        *("-o", f"Dir::Cache={state}"),
        *("-o", f"Dir::Cache::Archives={state / 'archives'}"),
        *("-o", "APT::Sandbox::User="),
    ]


def _succeeds(command: Sequence[str], env: dict[str, str]) -> bool:
    return subprocess.run(command, capture_output=True, env=env, check=False).returncode == 0
