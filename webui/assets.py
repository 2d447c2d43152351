"""The built browser files: their hashed names."""

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, request, url_for

BUILT = Path(__file__).parent / "static" / "dist"
MANIFEST = BUILT / "manifest.json"
_KNOWN = "keelson.assets"
"""Where a request keeps the addresses it has looked up."""


class BundleMissing(Exception):
    """The browser parts have not been built, or not completely; the message says what to run."""


def names() -> dict[str, str]:
    """Logical name to hashed file name; raises BundleMissing."""
    try:
        return _names(*_as_built())
    except (OSError, ValueError) as problem:
        raise BundleMissing("The browser parts are not built. Run ./run, which builds them.") from problem


def asset(logical: str) -> str:
    """Address of a built file. Without a build it is the logical name, so that pages can be tested without one."""
    known: dict[str, str] | None = request.environ.get(_KNOWN)
    if known is None:  # a page names about twenty files: it is enough to look once whether they were built anew
        known = request.environ[_KNOWN] = _addresses_or_none(request.script_root)
    return known.get(logical) or _address(request.script_root, logical)


def _addresses_or_none(root: str) -> dict[str, str]:
    try:
        return _addresses(root, *_as_built())
    except (OSError, ValueError):
        return {}


def _as_built() -> tuple[Path, int]:
    """The list of what was built, and when it was written."""
    return MANIFEST, MANIFEST.stat().st_mtime_ns


@lru_cache(maxsize=4)
def _names(manifest: Path, _changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(manifest.read_text("utf-8"))
    return names


@lru_cache(maxsize=4)
def _addresses(root: str, manifest: Path, changed: int) -> dict[str, str]:
    return {logical: _address(root, name) for logical, name in _names(manifest, changed).items()}


@lru_cache(maxsize=256)
def _address(_root: str, name: str) -> str:
    return url_for("static", filename=f"dist/{name}")


def attach(app: Flask) -> None:
    """Give templates `asset(name)`."""
    app.add_template_global(asset)
