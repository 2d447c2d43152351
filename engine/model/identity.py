"""Identifiers: UUIDv7 as text, so that newer things sort behind older ones."""

from uuid_utils import uuid7


def new_id() -> str:
    """Give a new identifier, 36 characters."""
    return str(uuid7())
