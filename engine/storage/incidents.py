"""Rows of incidents; no rule is decided here."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict

import sqlalchemy as sa

from engine.model.incident import Incident, IncidentState
from engine.model.job import JobKind
from engine.storage.instances import like
from engine.storage.tables import incident, instance
from engine.transaction import Transaction


def insert(tx: Transaction, new: Incident) -> None:
    """Add an incident."""
    tx.connection.execute(incident.insert().values(**asdict(new)))


def get(tx: Transaction, incident_id: str, *, lock: bool = False) -> Incident | None:
    """Fetch an incident; with `lock`, for change."""
    statement = sa.select(incident).where(incident.c.id == incident_id)
    row = tx.connection.execute(statement.with_for_update() if lock else statement).mappings().first()
    return _incident(row) if row else None


def end(tx: Transaction, incident_id: str, state: IncidentState, *, by: str | None) -> None:
    """Mark an incident resolved."""
    statement = incident.update().where(incident.c.id == incident_id)
    tx.connection.execute(statement.values(state=state, ended_at=tx.now(), ended_by=by))


def rename_elements(tx: Transaction, instance_id: str, renamed: Mapping[str, str]) -> None:
    """Let the open incidents of a case name elements by their new ids."""
    for one in open_of(tx.connection, instance_id) if renamed else ():
        element_id = renamed.get(one.element_id or "")
        if element_id is not None:
            tx.connection.execute(incident.update().where(incident.c.id == one.id).values(element_id=element_id))


def count_open(connection: sa.Connection) -> int:
    """Count the open incidents."""
    statement = sa.select(sa.func.count()).select_from(incident).where(incident.c.state == IncidentState.OPEN)
    return int(connection.execute(statement).scalar_one())


def has_other(connection: sa.Connection, one: Incident) -> bool:
    """Say whether another incident of the same case is open, or outside cases one of the same kind of job."""
    same = (
        incident.c.instance_id == one.instance_id
        if one.instance_id
        else sa.and_(incident.c.instance_id.is_(None), incident.c.kind == one.kind)
    )
    others = sa.exists().where(incident.c.id != one.id, incident.c.state == IncidentState.OPEN, same)
    return bool(connection.execute(sa.select(others)).scalar())


def find(
    connection: sa.Connection, *, is_open: bool, limit: int, offset: int = 0, kind: str = "", number: str = ""
) -> Sequence[Incident]:
    """Give open incidents, the oldest first, or those resolved, the latest first; of a kind, of a case."""
    statement = sa.select(incident).limit(limit).offset(offset)
    if kind:
        statement = statement.where(incident.c.kind == kind)
    if number:
        of_case = sa.select(instance.c.id).where(instance.c.number.ilike(like(number), escape="\\"))
        statement = statement.where(incident.c.instance_id.in_(of_case))
    if is_open:
        statement = statement.where(incident.c.state == IncidentState.OPEN)
        statement = statement.order_by(incident.c.opened_at, incident.c.id)
    else:
        statement = statement.where(incident.c.state != IncidentState.OPEN)
        statement = statement.order_by(incident.c.opened_at.desc(), incident.c.id.desc())
    return [_incident(row) for row in connection.execute(statement).mappings()]


def open_of(connection: sa.Connection, instance_id: str) -> Sequence[Incident]:
    """Give the open incidents of a case, the oldest first."""
    statement = sa.select(incident).where(incident.c.instance_id == instance_id, incident.c.state == IncidentState.OPEN)
    ordered = statement.order_by(incident.c.opened_at, incident.c.id)
    return [_incident(row) for row in connection.execute(ordered).mappings()]


def _incident(row: sa.RowMapping) -> Incident:
    return Incident(**(dict(row) | {"kind": JobKind(row["kind"]), "state": IncidentState(row["state"])}))
