"""The catalogue of services as a register: processes read and change services like records of the type `service`."""

import re
from dataclasses import replace
from typing import Final

from engine.acts.records import put_service
from engine.errors import NotFound, StaleRevision, Unacceptable
from engine.installation import STRANGERS
from engine.model.record import Service
from engine.model.register import Wanted
from engine.storage import people, records
from engine.transaction import Transaction
from forms.data import Value

_FIELDS: Final = {"description": "description", "working_hours": "calendar_id", "support_group": "support_group"}
"""The fields of the type, and where a service keeps them."""
_ID_LENGTH: Final = 60


def all_services(tx: Transaction) -> list[dict[str, Value]]:
    """Give the catalogue of services as records."""
    return [
        {
            "key": each.id,
            "title": each.title,
            "owner": each.owner_id,
            "state": "active" if each.active else "retired",
            "values": {name: getattr(each, own) for name, own in _FIELDS.items()},
            "version": each.version,
        }
        for each in records.services(tx)
    ]


def save_service(tx: Transaction, key: str | None, wanted: Wanted, *, seen: int | None) -> Service:
    """Add or change a service. Raises NotFound, StaleRevision, Unacceptable."""
    known = records.service(tx, key) if key is not None else None
    if key is not None and known is None:
        raise NotFound(f"There is no service {key}.", key=key)
    if seen is not None and seen != (known.version if known else 0):
        raise StaleRevision(f"{key} was changed since it was read; read it again.")
    unknown = wanted.values.keys() - _FIELDS.keys()
    if unknown:
        raise Unacceptable(f"A service has no {', '.join(sorted(unknown))}.", field="values")
    if wanted.state is not None:
        raise Unacceptable("A service has no states; record/retire takes it out of the catalogue.", field="state")
    service = known or _new(tx, wanted.title or "")
    given = {own: _text(wanted.values[name]) for name, own in _FIELDS.items() if name in wanted.values}
    _make_known(tx, wanted.owner_id, given.get("support_group"))
    changed = replace(
        service,
        title=wanted.title or service.title,
        description=given.get("description", service.description) or "",
        owner_id=wanted.owner_id or service.owner_id,
        calendar_id=given.get("calendar_id", service.calendar_id) or "",
        support_group=given.get("support_group", service.support_group),
        active=True,
    )
    return put_service(tx, changed, seen=service.version)


def retire_service(tx: Transaction, key: str) -> Service:
    """Take a service out of the catalogue; what names it stays as it is. Raises NotFound, Unacceptable."""
    known = records.service(tx, key)
    if known is None:
        raise NotFound(f"There is no service {key}.", key=key)
    if not known.active:
        raise Unacceptable(f"{key} is retired already.", field="key")
    return put_service(tx, replace(known, active=False), seen=known.version)


def _new(tx: Transaction, title: str) -> Service:
    plain = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:_ID_LENGTH]
    calendars = records.calendars(tx)
    if records.service(tx, plain) is not None:
        raise Unacceptable(f"There is a service {plain} already.", field="title")
    return Service(
        id=plain,
        title=title,
        description="",
        owner_id=None,
        calendar_id=min(each.id for each in calendars) if calendars else "",
        support_group=None,
        active=True,
        version=0,
    )


def _make_known(tx: Transaction, owner_id: str | None, group: str | None) -> None:
    """In a rehearsal, make known who owns and supports it."""
    welcome = tx.installation.memory.get(STRANGERS)
    if welcome is not None:
        welcome(tx, {owner_id}, {group})
    if owner_id is not None and people.get(tx, owner_id) is None:
        raise Unacceptable(f"There is no person with the id “{owner_id}” to own it.", field="owner")


def _text(value: Value) -> str | None:
    if value is not None and not isinstance(value, str):
        raise Unacceptable("The fields of a service are texts.", field="values")
    return value
