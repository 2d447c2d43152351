"""What was typed into a form that could not be accepted (signed out meanwhile, page too old): kept for its author.

Held for two hours at most, under an unguessable token that travels in the signed session cookie, and bound to the
person whose expired session posted it. It is given back once, to that person; whoever else signs in at the same browser
gets nothing and it is dropped.

It lies in the data folder, so that whichever process answers next finds it, also while the database is away; sealed
with a key made of the token, so that nobody reads it there. Where the disk takes nothing, it stays in this process.
"""

import base64
import hashlib
import json
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Final

from cryptography.fernet import Fernet, InvalidToken

from engine.acts import remembering
from engine.errors import Unavailable
from engine.installation import Installation

HELD_FOR: Final = timedelta(hours=2)
LARGEST: Final = 256 * 1024
MOST_HERE: Final = 50
"""How much stays in this process when the disk is full."""
_LEFT_OUT = frozenset({"csrf_token", "password", "again", "secret_value"})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The fields of one refused form: whose, where it was posted, and what was in it."""

    person_id: str
    path: str
    fields: Mapping[str, list[str]]
    files: tuple[str, ...]


class KeptInput:
    """A bounded store of refused forms. Safe to use from several threads and processes."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._lock = threading.Lock()
        self._here: OrderedDict[str, bytes] = OrderedDict()

    def keep(self, kept: Kept) -> str | None:
        """Keep the fields and return the token, or None when they are empty or too large. Passwords are never kept."""
        wanted = {name: list(values) for name, values in kept.fields.items() if name not in _LEFT_OUT}
        content = json.dumps(asdict(kept) | {"fields": wanted}).encode()
        if not wanted or len(content) > LARGEST:
            return None
        token = secrets.token_urlsafe(24)
        sealed = _seal(token).encrypt(content)
        try:
            remembering.put_by(self._installation, _about(token), sealed, lifetime=HELD_FOR)
        except Unavailable:
            with self._lock:
                self._here[token] = sealed
                while len(self._here) > MOST_HERE:
                    self._here.popitem(last=False)
        return token

    def take(self, token: str, person_id: str) -> Kept | None:
        """Give the fields back, once, to the person they belong to; to anybody else nothing, and they are dropped."""
        with self._lock:
            sealed = self._here.pop(token, None)
        if sealed is None:
            sealed = remembering.take_back(self._installation, _about(token))
        with suppress(InvalidToken):
            content = _seal(token).decrypt(sealed or b"")
            found = json.loads(content)
            kept = Kept(**(found | {"files": tuple(found["files"])}))
            return kept if kept.person_id == person_id else None
        return None


def _about(token: str) -> str:
    return f"kept:{token}"


def _seal(token: str) -> Fernet:
    # The token has 24 random bytes: nothing slower than one hash is needed to make a key of it.
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"seal:{token}".encode()).digest()))
