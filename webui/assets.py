"""The built browser files: their hashed names and how they are kept by browsers."""

import json
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, request, url_for

BUILT = Path(__file__).parent / "static" / "dist"
MANIFEST = BUILT / "manifest.json"
FOR_EVER = "public, max-age=31536000, immutable"
_KNOWN = "keelson.assets"
"""Where a request keeps the names it has looked up."""


class BundleMissing(Exception):
    """The browser parts have not been built, or not completely; the message says what to run."""


@lru_cache(maxsize=4)
def _names(manifest: Path, changed: int) -> dict[str, str]:
    names: dict[str, str] = json.loads(manifest.read_text("utf-8"))
    return names


def names() -> dict[str, str]:
    """Logical name to hashed file name; raises BundleMissing."""
    try:
        return _names(MANIFEST, MANIFEST.stat().st_mtime_ns)
    except (OSError, ValueError) as problem:
        raise BundleMissing("The browser parts are not built. Run ./run, which builds them.") from problem


def asset(logical: str) -> str:
    """Address of a built file. Without a build it is the logical name, so that pages can be tested without one."""
    known: dict[str, str] | None = request.environ.get(_KNOWN)
    if known is None:  # a page names about twenty files: it is enough to look once whether they were built anew
        known = request.environ[_KNOWN] = _names_or_none()
    name = known.get(logical, logical)
    return _address(request.script_root, name)


@lru_cache(maxsize=256)
def _address(_root: str, name: str) -> str:
    return url_for("static", filename=f"dist/{name}")


def _names_or_none() -> dict[str, str]:
    try:
        return names()
    except BundleMissing:
        return {}


def _keep(response: Response) -> Response:
    hashed = request.endpoint == "static" and request.path.startswith("/static/dist/")
    if hashed and response.status_code in {200, 206, 304} and not request.path.endswith(".json"):
        response.headers["Cache-Control"] = FOR_EVER
    return response


def attach(app: Flask) -> None:
    """Give templates `asset(name)` and let browsers keep hashed files for ever."""
    app.add_template_global(asset)
    app.after_request(_keep)
