"""What operators let calls have, as a page shows it: never the value of a secret."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from engine.connectors.offered import WITH_SECRETS
from engine.errors import NotAllowed, NotFound
from engine.model.connection import AllowedHost
from engine.permissions import Action, may
from engine.storage import connections as rows
from engine.storage import people
from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class SecretRow:
    """A secret without its value."""

    name: str
    operation: str
    host: str
    version: int
    changed_at: datetime
    changed_by: str
    used_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class Connections:
    """All secrets and hosts; `names` of those who added hosts, by id."""

    secrets: tuple[SecretRow, ...]
    hosts: tuple[AllowedHost, ...]
    names: Mapping[str, str]
    operations: tuple[str, ...]


def connections(tx: Transaction) -> Connections:
    """Give all secrets and hosts. Raises NotAllowed."""
    if not may(tx.actor, Action.OPERATE):
        raise NotAllowed("Your roles do not allow you to operate the installation.")
    secrets, hosts = rows.secrets(tx), rows.hosts(tx)
    names = people.names(tx, [*(one.changed_by for one in secrets), *(one.added_by for one in hosts)])
    return Connections(
        secrets=tuple(
            SecretRow(
                name=one.name,
                operation=one.operation,
                host=one.host,
                version=one.version,
                changed_at=one.changed_at,
                changed_by=names.get(one.changed_by or "", "Keelson"),
                used_at=one.used_at,
            )
            for one in secrets
        ),
        hosts=tuple(hosts),
        names=names,
        operations=WITH_SECRETS,
    )


def secret(tx: Transaction, name: str) -> SecretRow:
    """Give one secret. Raises NotAllowed, NotFound."""
    found = next((one for one in connections(tx).secrets if one.name == name), None)
    if found is None:
        raise NotFound("There is no such secret.", name=name)
    return found
