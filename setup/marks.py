"""Marks: what was already done, and from which inputs."""

import hashlib
from collections.abc import Iterable
from pathlib import Path

from setup.places import Places


def fingerprint(*parts: str, files: Iterable[Path] = ()) -> str:
    """A digest over words and files (name and content; a missing file counts as missing)."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(f"{len(part)}:{part};".encode())
    for file in files:
        content = file.read_bytes() if file.is_file() else None
        digest.update(f"{file.name}:{-1 if content is None else len(content)};".encode())
        digest.update(content or b"")
    return digest.hexdigest()


def read(places: Places, name: str) -> str:
    """The mark of that name, or an empty string."""
    try:
        return _file(places, name).read_text().strip()
    except FileNotFoundError:
        return ""


def write(places: Places, name: str, value: str) -> None:
    """Set a mark, whole or not at all. Call it when the work it stands for has ended well."""
    file = _file(places, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(value + "\n")
    fresh.replace(file)


def clear(places: Places, name: str) -> None:
    """Take a mark away, before the work it stands for begins anew."""
    _file(places, name).unlink(missing_ok=True)


def _file(places: Places, name: str) -> Path:
    return places.cache / "marks" / name
