"""What was typed into a form that could not be accepted (signed out meanwhile, page too old): kept for its author.

Held in the memory of the server only, for two hours at most, under an unguessable token that travels in the signed
session cookie, and bound to the person whose expired session posted it. It is given back once, to that person; whoever
else signs in at the same browser gets nothing and it is dropped.
"""

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

HELD_FOR = 2 * 60 * 60.0
MOST = 500
LARGEST = 256 * 1024
_LEFT_OUT = frozenset({"csrf_token", "password", "again", "secret_value"})


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The fields of one refused form: whose, where it was posted, and what was in it."""

    person_id: str
    path: str
    fields: Mapping[str, list[str]]
    files: tuple[str, ...]
    at: float


class KeptInput:
    """A bounded store of refused forms. Safe to use from several threads."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._held: OrderedDict[str, Kept] = OrderedDict()

    def keep(self, person_id: str, path: str, fields: Mapping[str, list[str]], files: tuple[str, ...]) -> str | None:
        """Keep the fields and return the token, or None when they are empty or too large. Passwords are never kept."""
        wanted = {name: list(values) for name, values in fields.items() if name not in _LEFT_OUT}
        size = sum(len(name) + sum(map(len, values)) for name, values in wanted.items())
        if not wanted or size > LARGEST:
            return None
        token = secrets.token_urlsafe(24)
        with self._lock:
            self._drop_old()
            self._held[token] = Kept(person_id=person_id, path=path, fields=wanted, files=files, at=self._clock())
            while len(self._held) > MOST:
                self._held.popitem(last=False)
        return token

    def take(self, token: str, person_id: str) -> Kept | None:
        """Give the fields back, once, to the person they belong to; to anybody else nothing, and they are dropped."""
        with self._lock:
            self._drop_old()
            kept = self._held.pop(token, None)
        return kept if kept is not None and kept.person_id == person_id else None

    def _drop_old(self) -> None:
        oldest = self._clock() - HELD_FOR
        while self._held and next(iter(self._held.values())).at < oldest:
            self._held.popitem(last=False)
