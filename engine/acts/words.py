"""Texts that people give with an act: a reason, a note, a comment."""

from typing import Final

from engine.errors import Unacceptable
from forms.data import DataUnacceptable, normalise

LIMIT: Final = 10_000
"""Characters of one text."""


def required(text: str, *, field: str, ask: str) -> str:
    """Give the text without space around it. Raises Unacceptable: with `ask` when empty, or why it cannot be kept."""
    text = text.strip()
    if not text:
        raise Unacceptable(ask, field=field)
    if len(text) > LIMIT:
        raise Unacceptable(f"This text may have {LIMIT:,} characters; it has {len(text):,}.", field=field)
    try:
        normalise(text)
    except DataUnacceptable as error:
        raise Unacceptable("This text holds characters that cannot be stored.", field=field) from error
    return text
