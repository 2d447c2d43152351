"""The door for systems outside: a monitoring tool or a mail gateway says that something happened.

An operator makes a sender: a name, the messages it may send, and who answers for them. Its token is shown once and kept
as a digest. What it sends goes the way of messages between cases: to the case that waits, to the process it begins, or
it is kept for its time to live.
"""

import hashlib
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bpmn.compiling.timing import TimerInvalid, read_duration
from engine import journal
from engine.acts import routing
from engine.acts.words import required
from engine.errors import NotAllowed, NotFound, NotRecognised, Unacceptable
from engine.live import Names
from engine.model.entry import INSTALLATION, EntryKind
from engine.model.identity import new_id
from engine.model.message import Message
from engine.model.sender import Sender
from engine.neighbours import received
from engine.permissions import Action, requires
from engine.storage import messages, people, senders
from engine.transaction import Transaction
from forms.data import Value

TOKEN: Final = "keelson_"  # noqa: S105 - what every token begins with, so that one that got lost is found
LIFE: Final = timedelta(days=1)
"""How long a message is kept, and its id remembered, where it does not say."""
LONGEST_LIFE: Final = timedelta(days=90)
NAME_LENGTH: Final = 64
LENGTHS: Final = {"name": 255, "key": 255, "id": 160}
"""Most characters of what names a message."""
FIELDS: Final = ("name", "key", "id", "content", "timeToLive")
"""What a message is made of; only the name is needed."""


@dataclass(frozen=True, kw_only=True)
class Posted:
    """A message as it came in; `message_id` is what its sender calls it."""

    name: str
    key: str
    message_id: str | None
    content: Mapping[str, Value]
    life: timedelta


@requires(Action.OPERATE)
def add_sender(tx: Transaction, name: str, *, messages: Collection[str], person_id: str) -> str:
    """Let a system send messages of these names; gives its token, which is kept nowhere. Raises Unacceptable."""
    name = required(name, field="name", ask="Give it a name, such as Monitoring.")
    if len(name) > NAME_LENGTH or not name.isprintable():
        raise Unacceptable(f"A name has at most {NAME_LENGTH} characters on one line.", field="name")
    if any(each.name == name and each.revoked_at is None for each in senders.every(tx)):
        raise Unacceptable("There is a sender of this name already; revoke it first.", field="name")
    unknown = sorted(set(messages) - received(tx).keys())
    if not messages or unknown:
        raise Unacceptable("Choose at least one message that a process in use waits for.", field="messages")
    person = people.get(tx, person_id)
    if person is None or not person.active:
        raise Unacceptable("Choose who answers for what it sends.", field="person")
    token = TOKEN + secrets.token_urlsafe(32)
    sender = Sender(
        id=new_id(),
        name=name,
        digest=_digest(token),
        messages=tuple(sorted(set(messages))),
        person_id=person_id,
        made_at=tx.now(),
        made_by=tx.actor.person_id,
    )
    senders.insert(tx, sender)
    facts = {"sender": sender.id, "name": name, "messages": list(sender.messages), "person": person_id}
    journal.append(tx, EntryKind.SENDER_ADDED, INSTALLATION, facts=facts)
    return token


@requires(Action.OPERATE)
def revoke_sender(tx: Transaction, sender_id: str) -> Sender:
    """Let a system send nothing any more, from now on and for good. Raises NotFound."""
    found = senders.get(tx, sender_id)
    if found is None or not senders.revoke(tx, sender_id):
        raise NotFound("There is no such sender.", sender_id=sender_id)
    facts = {"sender": sender_id, "name": found.name}
    journal.append(tx, EntryKind.SENDER_REVOKED, INSTALLATION, facts=facts)
    return found


def recognise(tx: Transaction, token: str) -> Sender:
    """Give the sender of a token. Raises NotRecognised, with the same words whatever is wrong with it."""
    found = senders.by_digest(tx, _digest(token))
    person = people.get(tx, found.person_id) if found else None
    if found is None or person is None or not person.active:
        raise NotRecognised(
            "No sender has this token. Send the header “Authorization: Bearer”, a space and the token that an operator "
            "makes under Operations, Senders."
        )
    return found


def receive(tx: Transaction, token: str, document: Value) -> tuple[Message, routing.Went]:
    """Take a message of a system outside, and say where it went; one with an id that came before goes nowhere.

    Raises NotRecognised, NotAllowed, Unacceptable naming the field, and Ambiguous where several could get it.
    """
    sender = recognise(tx, token)
    posted = read_posted(document, tx.now())
    if posted.name not in sender.messages:
        allowed = ", ".join(sender.messages)
        raise NotAllowed(f"“{sender.name}” may not send “{posted.name[:80]}”. It may send: {allowed}.", field="name")
    now = tx.now()
    message = Message(
        id=new_id(),
        name=posted.name,
        key=posted.key,
        # Two senders may call what they send alike.
        message_id=None if posted.message_id is None else f"{sender.name}: {posted.message_id}",
        payload=_with_caller(tx, posted.content),
        sender_id=None,
        element_id=None,
        thrown_at=now,
        expires_at=now + posted.life,
        source=sender.name,
        source_person_id=sender.person_id,
    )
    if message.message_id is not None:
        messages.lock(tx, message.name, f"id {message.message_id}")
    went = routing.route_message(tx, message)
    senders.used(tx, sender.id)
    facts = {"message": message.name, "id": message.id, "sender": sender.id, "name": sender.name, "went": went.value}
    journal.append(tx, EntryKind.MESSAGE_POSTED, INSTALLATION, facts=facts)
    return message, went


def read_posted(document: Value, now: datetime) -> Posted:
    """Read what was sent. Raises Unacceptable naming the field and saying what it should be."""
    if not isinstance(document, dict):
        raise Unacceptable(f"Send one JSON object with the fields {', '.join(FIELDS)}.", field="")
    for name in document:
        if name not in FIELDS:
            raise Unacceptable(f"There is no field “{name[:80]}”; there are {', '.join(FIELDS)}.", field=name[:80])
    content = document.get("content", {})
    if not isinstance(content, dict):
        raise Unacceptable("content is a JSON object: the values the process gets, by name.", field="content")
    taken = sorted(set(Names.NAMES) & content.keys())
    if taken:
        raise Unacceptable(f"“{taken[0]}” is a name of Keelson's own; call the value something else.", field="content")
    return Posted(
        name=_text(document, "name", needed=True),
        key=_text(document, "key"),
        message_id=_text(document, "id") or None,
        content=content,
        life=_life(document.get("timeToLive"), now),
    )


def _text(document: Mapping[str, Any], field: str, *, needed: bool = False) -> str:
    value = document.get(field)
    if value is None and not needed:
        return ""
    if not isinstance(value, str) or (needed and not value) or len(value) > LENGTHS[field]:
        least = 1 if needed else 0
        raise Unacceptable(f"{field} is a text of {least} to {LENGTHS[field]} characters.", field=field)
    return value


def _life(text: Any, now: datetime) -> timedelta:
    if text is None:
        return LIFE
    try:
        life = read_duration(text).after(now) - now if isinstance(text, str) else None
    except (TimerInvalid, OverflowError):
        life = None
    if life is None or not timedelta(0) < life <= LONGEST_LIFE:
        message = f"timeToLive is a duration such as PT2H or P3D, of {LONGEST_LIFE.days} days at most."
        raise Unacceptable(message, field="timeToLive")
    return life


def _with_caller(tx: Transaction, content: Mapping[str, Value]) -> Mapping[str, Value]:
    """Say by its id who the caller is, who may be named by login or address. Raises Unacceptable for a stranger."""
    named = content.get("caller")
    if named is None:
        return {name: value for name, value in content.items() if name != "caller"}
    person = people.named(tx, named) if isinstance(named, str) else None
    if person is None or not person.active:
        message = "content.caller is the login or mail address of an active person here. Leave it out for a stranger."
        raise Unacceptable(message, field="content")
    return {**content, "caller": person.id}


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
