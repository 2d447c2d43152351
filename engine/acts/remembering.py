"""What pages have the installation remember for a while, in whatever process the next request comes in.

Nothing of it concerns a case, and it is forgotten by itself: it is not journaled, as drafts are not. What is put by
lies in the data folder instead of the database, which may be away.
"""

import hashlib
import os
import secrets
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Final

from engine.errors import Unavailable
from engine.installation import Installation
from engine.storage import memos
from engine.transaction import Transaction

MOST: Final = 500
"""How many things may be put by; of more, the oldest go."""


def remember(tx: Transaction, about: str, value: str, *, lifetime: timedelta) -> None:
    """Remember a value about something. The commit raises Conflict when something else is remembered about it."""
    memos.insert(tx, _key(about), value, tx.now() + lifetime)


def recall(tx: Transaction, about: str) -> str | None:
    """Give what is remembered about something."""
    return memos.get(tx, _key(about))


def put_by(installation: Installation, about: str, content: bytes, *, lifetime: timedelta) -> None:
    """Keep something without the database. Raises Unavailable when the disk does not take it."""
    path = _folder(installation) / _key(about)
    draft, until = _own(path), (installation.clock() + lifetime).timestamp()
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        drop_old(installation, most=MOST - 1)
        try:
            draft.write_bytes(content)
            os.utime(draft, (until, until))
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise Unavailable(f"It could not be kept: {error.strerror}.") from error


def take_back(installation: Installation, about: str) -> bytes | None:
    """Give what was put by about something, once: to one of those who ask, if several do at one moment."""
    path = _folder(installation) / _key(about)
    mine = _own(path)
    try:
        path.replace(mine)
        in_time = mine.stat().st_mtime > installation.clock().timestamp()
        content = mine.read_bytes()
        mine.unlink()
    except FileNotFoundError:
        return None
    return content if in_time else None


def drop_old(installation: Installation, *, most: int = MOST) -> None:
    """Forget what was put by and has had its time, and the oldest beyond so many."""
    now = installation.clock().timestamp()
    found: list[tuple[float, Path]] = []
    for path in _folder(installation).glob("*"):
        with suppress(FileNotFoundError):
            # What somebody has in hand right now is no older than that; what is older was left by one who died.
            found.append((path.stat().st_mtime + (3600 if path.suffix else 0), path))
    found.sort()
    for _until, path in found[: max(0, len(found) - most)] + [each for each in found if each[0] <= now]:
        path.unlink(missing_ok=True)


def _own(path: Path) -> Path:
    return path.with_suffix(f".{secrets.token_hex(8)}")


def _folder(installation: Installation) -> Path:
    return installation.settings.data / "kept"


def _key(about: str) -> str:
    # What it is about may hold a secret of a session.
    return hashlib.sha256(about.encode()).hexdigest()
