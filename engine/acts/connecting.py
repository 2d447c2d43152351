"""What operators let calls that leave the house have: secrets bound to operation and host, and private hosts.

The value of a secret goes in and never comes out: no page, entry or log holds it. To bind a secret to another host its
value must be given again, so that nobody can have a secret he does not know sent to himself.
"""

import re
from typing import Final

from engine import journal
from engine.connectors import vault
from engine.connectors.contract import Secret
from engine.connectors.offered import WITH_SECRETS
from engine.errors import NotFound, StaleRevision, Unacceptable
from engine.model.connection import AllowedHost, SealedSecret
from engine.model.entry import INSTALLATION, EntryKind
from engine.permissions import Action, requires
from engine.storage import connections
from engine.transaction import Transaction

LONGEST_SECRET: Final = 4_000
SHORTEST_SECRET: Final = 4
"""Shorter ones could not be hidden where a host repeats them: they occur in any text."""

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9_.-]{0,63}")
_HOST: Final = re.compile(r"([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(:[0-9]{1,5})?")
_IPV6: Final = re.compile(r"\[([0-9a-f:.]{2,45})\](:[0-9]{1,5})?")


@requires(Action.OPERATE)
def save_secret(tx: Transaction, name: str, *, operation: str, host: str, value: str, seen: int) -> SealedSecret:
    """Add (seen=0) or replace a secret. Raises StaleRevision, Unacceptable, SettingsWrong."""
    if not _NAME.fullmatch(name):
        raise Unacceptable("A name is made of small letters, digits, dots, hyphens and underscores.", field="name")
    if operation not in WITH_SECRETS:
        raise Unacceptable("Choose the operation that may use it.", field="operation")
    if not SHORTEST_SECRET <= len(value) <= LONGEST_SECRET or not value.isprintable() or value != value.strip():
        message = f"A secret has {SHORTEST_SECRET} to {LONGEST_SECRET} characters on one line, without space around it."
        raise Unacceptable(message, field="secret_value")
    known = connections.secret(tx, name)
    if (known.version if known else 0) != seen:
        if known and not seen:
            raise Unacceptable("There is a secret of this name already.", field="name")
        raise StaleRevision("Somebody changed this since you opened it; look at the new values and save again.")
    bound = Secret(name=name, operation=operation, host=read_host(host), value=value)
    content, key_id = vault.sealed(tx.settings, bound)
    saved = SealedSecret(
        name=name,
        operation=operation,
        host=bound.host,
        sealed=content,
        key_id=key_id,
        version=seen + 1,
        changed_at=tx.now(),
        changed_by=tx.actor.person_id,
    )
    connections.put_secret(tx, saved)
    facts = {"secret": name, "operation": operation, "host": bound.host, "version": saved.version}
    journal.append(tx, EntryKind.SECRET_SAVED, INSTALLATION, facts=facts)
    return saved


@requires(Action.OPERATE)
def remove_secret(tx: Transaction, name: str) -> None:
    """Remove a secret; calls that need it fail from now on. Raises NotFound."""
    known = connections.secret(tx, name)
    if known is None:
        raise NotFound("There is no such secret.", name=name)
    connections.remove_secret(tx, name)
    facts = {"secret": name, "operation": known.operation, "host": known.host}
    journal.append(tx, EntryKind.SECRET_REMOVED, INSTALLATION, facts=facts)


@requires(Action.OPERATE)
def allow_host(tx: Transaction, host: str, reason: str) -> AllowedHost:
    """Let calls reach a host in a private network. Raises Unacceptable."""
    if not reason.strip():
        raise Unacceptable("Say why calls may reach it.", field="reason")
    wanted = AllowedHost(host=read_host(host), reason=reason.strip(), added_at=tx.now(), added_by=tx.actor.person_id)
    if any(known.host == wanted.host for known in connections.hosts(tx)):
        raise Unacceptable("This host is on the list.", field="host")
    connections.add_host(tx, wanted)
    journal.append(
        tx, EntryKind.HOST_ALLOWED, INSTALLATION, facts={"host": wanted.host}, values={"reason": wanted.reason}
    )
    return wanted


@requires(Action.OPERATE)
def forbid_host(tx: Transaction, host: str) -> None:
    """Take a host off the list. Raises NotFound."""
    if not connections.remove_host(tx, host):
        raise NotFound("This host is not on the list.", host=host)
    journal.append(tx, EntryKind.HOST_FORBIDDEN, INSTALLATION, facts={"host": host})


def read_host(text: str) -> str:
    """Read a host as calls name it: in lower case, perhaps with a port. Raises Unacceptable."""
    host = text.strip().rstrip(".").lower()
    try:
        host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    inner = _IPV6.fullmatch(host)
    if inner:
        return inner[1] + (inner[2] or "")
    if len(host) > 255 or not _HOST.fullmatch(host):
        raise Unacceptable("Give a host, as in tickets.example.org, perhaps with a port.", field="host")
    return host
