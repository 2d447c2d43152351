"""What an account is made of, as people type it: login, name, mail address and time zone, checked alike everywhere."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import Unacceptable
from engine.storage import people
from engine.transaction import Transaction

LENGTH = 255


def login(tx: Transaction, text: str, person_id: str | None = None) -> str:
    """Give a login nobody but this person has. Raises Unacceptable."""
    text = text.strip()
    if not text or len(text) > LENGTH or any(character.isspace() for character in text):
        raise Unacceptable("Give a login without spaces.", field="login")
    found = people.by_login(tx, text)
    if found and found[0].id != person_id:
        raise Unacceptable("Somebody else has this login.", field="login")
    return text


def name(text: str) -> str:
    """Give a person's name. Raises Unacceptable."""
    if not text.strip() or len(text) > LENGTH:
        raise Unacceptable("Give a name of up to 255 characters.", field="name")
    return text.strip()


def email(text: str) -> str | None:
    """Give a mail address, or None for nothing typed. Raises Unacceptable."""
    text = text.strip()
    if text and ("@" not in text or len(text) > LENGTH or any(character.isspace() for character in text)):
        raise Unacceptable("This is not a mail address.", field="email")
    return text or None


def zone(text: str) -> str:
    """Give the name of a time zone. Raises Unacceptable."""
    try:
        return ZoneInfo(text).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Unacceptable("This is not a time zone; write it like Europe/Berlin.", field="zone") from None
