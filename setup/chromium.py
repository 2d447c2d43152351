"""Chromium for the tests: the machine's own, Debian's package, or that package unpacked into a private folder."""

import os
import shutil
import subprocess
from pathlib import Path

from setup import debian, marks
from setup.browser_parts import ensure_node
from setup.places import Places, environment
from setup.refusal import Refused
from setup.steps import run

PACKAGES = ("chromium", "fonts-dejavu-core", "fontconfig-config")

_START = """#!/bin/sh
# Starts the Chromium unpacked beside this file, with the libraries and fonts unpacked with it.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd -P)
LD_LIBRARY_PATH="{libraries}${{LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}}" FONTCONFIG_FILE="$here/fonts.conf" \\
    exec "$here/files/usr/lib/chromium/chromium" "$@"
"""

_FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>{folder}/files/usr/share/fonts</dir>
  <cachedir>{folder}/font-cache</cachedir>
</fontconfig>
"""


def find(places: Places) -> Path | None:
    """The Chromium to test with, if one is there: on the PATH, or unpacked earlier."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return Path(path)
    private = _private(places)
    return private if private.exists() and marks.read(places, "chromium") == _goal(places) else None


def ensure(places: Places) -> Path:
    """Find Chromium or bring it: by apt when root, else unpacked below `.cache`; `Refused` when neither works."""
    if found := find(places):
        return found
    if not debian.present():
        raise Refused("Chromium is missing: put a chromium on the PATH (no apt is here to bring Debian's package).")
    if debian.may_install():
        debian.install(places, PACKAGES, progress="Installing Debian's Chromium (about 40 s)")
        if found := find(places):
            return found
        raise Refused("Debian's package chromium was installed, but there is no chromium on the PATH.")
    return _unpack(places)


def driver(places: Places) -> dict[str, str]:
    """Environment for Playwright: where its own Node lacks a library, as on a small Debian, it gets ours."""
    for own in places.venv.glob("lib/python*/site-packages/playwright/driver/node"):
        if subprocess.run([own, "--version"], capture_output=True, check=False).returncode != 0:
            return {"PLAYWRIGHT_NODEJS_PATH": str(ensure_node(places).program)}
    return {}


def _unpack(places: Places) -> Path:
    start = _private(places)
    folder = start.parent
    folder.mkdir(parents=True, exist_ok=True)
    marks.clear(places, "chromium")
    debian.unpack(places, PACKAGES, folder / "files", progress="Fetching Debian's Chromium (about 200 MB, 40 s)")
    start.write_text(_START.format(libraries=":".join(_libraries(folder))))
    start.chmod(0o755)
    (folder / "fonts.conf").write_text(_FONTS.format(folder=folder))
    env = environment(places)
    run(places, [start, "--version"], log="chromium", failure="The unpacked Chromium does not start", env=env)
    marks.write(places, "chromium", _goal(places))
    return start


def _libraries(folder: Path) -> list[str]:
    """Every unpacked folder that holds shared libraries, Chromium's own apart, relative to the start script."""
    files = folder / "files"
    found = {
        Path(parent)
        for base in ("usr/lib", "lib")
        for parent, _, names in os.walk(files / base)
        if any(".so" in name for name in names) and "usr/lib/chromium" not in parent
    }
    return [f"$here/{path.relative_to(folder)}" for path in sorted(found)]


def _private(places: Places) -> Path:
    return places.cache / "chromium" / "start"


def _goal(places: Places) -> str:
    return marks.fingerprint(str(places.cache), *PACKAGES)
