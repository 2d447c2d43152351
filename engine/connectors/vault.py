"""Secrets at rest: AES-256-GCM under a master key that is never in the database.

What a secret is bound to is authenticated with it, so that a row changed by hand opens no more.
"""

import hashlib
import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from engine.connectors.contract import CallFailed, Secret
from engine.model.connection import SealedSecret
from engine.settings import Settings

NONCE: Final = 12


def sealed(settings: Settings, secret: Secret) -> tuple[bytes, str]:
    """Seal a secret; gives the bytes to keep and the id of the master key. Raises SettingsWrong."""
    key = settings.master_key()
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret.value.encode(), _bound(secret)), key_id(key)


def opened(settings: Settings, row: SealedSecret) -> Secret:
    """Open a secret. Raises CallFailed where the master key is another one or the row was changed."""
    secret = Secret(name=row.name, operation=row.operation, host=row.host, value="")
    key = settings.master_key()
    if key_id(key) != row.key_id:
        message = f"The secret {row.name} was sealed with another master key; an operator sets it anew."
        raise CallFailed(message, permanent=True)
    try:
        value = AESGCM(key).decrypt(row.sealed[:NONCE], row.sealed[NONCE:], _bound(secret)).decode()
    except (InvalidTag, ValueError):
        raise CallFailed(f"The secret {row.name} was changed in the database.", permanent=True) from None
    return Secret(name=row.name, operation=row.operation, host=row.host, value=value)


def key_id(key: bytes) -> str:
    """Name a master key without telling anything of it."""
    return hashlib.sha256(b"keelson master key\0" + key).hexdigest()[:16]


def _bound(secret: Secret) -> bytes:
    return "\0".join(("keelson secret", secret.name, secret.operation, secret.host)).encode()
