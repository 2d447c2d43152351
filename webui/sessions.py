"""Sessions: a signed cookie that lasts from one request of a person to the next.

It is signed anew when something in it changed, and otherwise once it is `RENEWED_AFTER` old: to sign it at every answer
took as long as three statements.
"""

import hmac
import json
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from time import time
from typing import Any, Final, cast

from flask import Flask, Request, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from itsdangerous import BadSignature, Serializer, TimestampSigner, URLSafeTimedSerializer
from itsdangerous.encoding import base64_encode
from itsdangerous.signer import SigningAlgorithm

RENEWED_AFTER: Final = timedelta(minutes=10)
"""How much sooner than after its lifetime without a request a session may end."""
_PLAIN: Final = frozenset({str, bool, int})
_TAGGED: Final = '{" '
"""How Flask begins what JSON cannot hold; where a text says so, Flask reads it as well."""
FLASHES: Final = "_flashes"
"""Where Flask keeps what the next page tells."""
LONG: Final = 1000
_NO_PAGES: Final = frozenset({"static", "inbox.rows"})
"""Files, and a page that refreshes itself: they prolong no session."""


class Session(SecureCookieSession):
    """What a browser's cookie holds; `signed_at` is None where it brought none."""

    def __init__(self, values: Mapping[str, Any] | None = None, signed_at: float | None = None) -> None:
        super().__init__(values)
        self.signed_at = signed_at

    @cached_property
    def is_old(self) -> bool:
        """Whether its cookie is to be made anew although nothing in it changed."""
        return self.signed_at is None or time() - self.signed_at > RENEWED_AFTER.total_seconds()


class _OneStep(SigningAlgorithm):
    """HMAC over SHA-1, as itsdangerous signs unless told otherwise, in one call of the library below."""

    def get_signature(self, key: bytes, value: bytes) -> bytes:
        """Give the signature of a value."""
        return hmac.digest(key, value, "sha1")


class _Signing(TimestampSigner):
    """Signs with a key that is derived once."""

    @cached_property
    def _derived(self) -> bytes:
        return super().derive_key()

    def derive_key(self, secret_key: str | bytes | None = None) -> bytes:
        """Give the key that signs here."""
        return self._derived if secret_key in {None, self.secret_key} else super().derive_key(secret_key)


class Signer(URLSafeTimedSerializer):
    """Signs as its parent does, with fewer steps: the key is derived once, and short values stay as they are.

    To derive a key, or to set a compressor up, takes longer than all the rest.
    """

    def __init__(self, secret_key: str, **how: Any) -> None:
        how["signer_kwargs"] = {**how.get("signer_kwargs", {}), "algorithm": _OneStep()}
        super().__init__(secret_key, signer=_Signing, **how)
        self._made: dict[str | bytes | None, _Signing] = {}

    def make_signer(self, salt: str | bytes | None = None) -> _Signing:
        """Give what signs for a purpose; it holds nothing of what it signed."""
        salt = self.salt if salt is None else salt
        if salt not in self._made:
            self._made[salt] = cast(_Signing, super().make_signer(salt))
        return self._made[salt]

    def dump_payload(self, obj: Any) -> bytes:
        """Write a value as text that may stand in a cookie; what is long is compressed."""
        text = Serializer.dump_payload(self, obj)
        return super().dump_payload(obj) if len(text) > LONG else base64_encode(text)


class _Values(TaggedJSONSerializer):
    """Writes plain values, and pairs of tone and plain words, without looking over each for what JSON cannot hold."""

    def dumps(self, value: Any) -> str:
        """Write what a session holds."""
        plain = all(type(each) in _PLAIN for name, each in value.items() if name != FLASHES)
        if plain and all(type(words) is str for _tone, words in value.get(FLASHES, ())):
            return json.dumps(value, separators=(",", ":"))
        return super().dumps(value)

    def loads(self, value: str) -> Any:
        """Read what a session held; pairs that were written plainly come back as lists."""
        return super().loads(value) if _TAGGED in value else json.loads(value)


class Sessions(SecureCookieSessionInterface):
    """Reads and writes the cookie of each browser."""

    serializer = _Values()
    session_class: type[SecureCookieSession] = Session

    def __init__(self) -> None:
        self._signers: dict[str, Signer] = {}

    def get_signing_serializer(self, app: Flask) -> Signer:
        """Give what signs for this application; made once for its key."""
        key = str(app.secret_key)
        if key not in self._signers:
            how = {"key_derivation": self.key_derivation, "digest_method": self.digest_method}
            self._signers = {key: Signer(key, salt=self.salt, serializer=self.serializer, signer_kwargs=how)}
        return self._signers[key]

    def open_session(self, app: Flask, request: Request) -> Session:
        """Give the session of the browser that asks; an empty one where its cookie is missing, forged or too old."""
        text = request.cookies.get(self.get_cookie_name(app))
        if not text:
            return Session()
        lifetime = int(app.permanent_session_lifetime.total_seconds())
        try:
            values, signed_at = self.get_signing_serializer(app).loads(text, max_age=lifetime, return_timestamp=True)
        except BadSignature:
            return Session()
        return Session(values, signed_at.timestamp())

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Leave the cookie alone where nobody asked for a page, and where it is as it was and not old."""
        if session.modified or not isinstance(session, Session):
            return session.modified
        return session.is_old and request.endpoint not in _NO_PAGES
