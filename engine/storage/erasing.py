"""What is derived of cases and people, taken away when their personal data are erased; no rule is decided here."""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

import sqlalchemy as sa

from engine.model.entry import record_stream
from engine.model.job import JobKind, JobStatus
from engine.model.message import MessageState
from engine.storage import tables
from engine.transaction import Transaction
from forms.data import canonical, parse

ERASED: Final = "Personal data erased"
"""Stands where a title, name or text was."""

_BATCH: Final = 200
"""Cases at a time: each is a condition of its own in a statement, and databases bound how many there may be."""
_OPEN: Final = (JobStatus.WAITING, JobStatus.HELD, JobStatus.LEASED)


def tree(tx: Transaction, instance_ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Give number and state of these cases and of all they called, by id."""
    own = tables.instance
    below = sa.select(own.c.id).where(own.c.id.in_(sorted(instance_ids))).cte(recursive=True)
    below = below.union(sa.select(own.c.id).where(own.c.parent_id == below.c.id))
    statement = sa.select(own.c.id, own.c.number, own.c.state).join(below, below.c.id == own.c.id)
    return {row.id: (row.number, row.state) for row in tx.connection.execute(statement.order_by(own.c.id))}


def cases_of(tx: Transaction, person_id: str) -> list[str]:
    """Give the ids of the cases that are for a person, or that he started for nobody in particular."""
    own = tables.instance
    his = sa.or_(own.c.caller_id == person_id, sa.and_(own.c.caller_id.is_(None), own.c.starter_id == person_id))
    return list(tx.connection.execute(sa.select(own.c.id).where(his).order_by(own.c.id)).scalars())


def counts(tx: Transaction, instance_ids: Collection[str], person_id: str | None) -> Mapping[str, int]:
    """Count what would go beside values of the journal: files, drafts, mails and other jobs, incidents, messages."""
    found: Counter[str] = Counter()
    for ids in _batches(instance_ids) or [[]]:
        which = {
            "files": (tables.attachment, tables.attachment.c.instance_id.in_(ids)),
            "drafts": (tables.draft, _drafts(ids)),
            "jobs": (tables.job, sa.and_(_jobs(ids), tables.job.c.payload != "{}")),
            "incidents": (tables.incident, tables.incident.c.instance_id.in_(ids)),
            "messages": (tables.kept_message, tables.kept_message.c.sender_id.in_(ids)),
        }
        for name, (table, where) in which.items():
            found[name] += tx.connection.execute(
                sa.select(sa.func.count()).select_from(table).where(where)
            ).scalar_one()
    if person_id is not None:
        own = sa.select(sa.func.count()).select_from(tables.draft).where(tables.draft.c.person_id == person_id)
        found["drafts"] += tx.connection.execute(own).scalar_one()
    return found


def purge_cases(tx: Transaction, instance_ids: Collection[str]) -> list[str]:
    """Take away what cases hold of people outside the journal; gives the digests of files that nothing needs now."""
    digests: set[str] = set()
    for ids in _batches(instance_ids):
        digests |= _purge(tx, ids)
    table = tables.attachment
    needed: set[str] = set()
    for some in _batches(digests):
        needed |= set(tx.connection.execute(sa.select(table.c.digest).where(table.c.digest.in_(some))).scalars())
    return sorted(digests - needed)


def _batches(values: Collection[str]) -> list[list[str]]:
    ordered = sorted(values)
    return [ordered[at : at + _BATCH] for at in range(0, len(ordered), _BATCH)]


def _purge(tx: Transaction, ids: list[str]) -> set[str]:
    run = tx.connection.execute
    nothing = {"title": ERASED, "business_key": None, "live_state": None}
    run(tables.instance.update().where(tables.instance.c.id.in_(ids)).values(nothing))
    run(tables.task.update().where(tables.task.c.instance_id.in_(ids)).values(title=ERASED))
    run(tables.draft.delete().where(_drafts(ids)))
    run(tables.snapshot.delete().where(tables.snapshot.c.instance_id.in_(ids)))
    run(tables.incident.update().where(tables.incident.c.instance_id.in_(ids)).values(message=ERASED))
    run(tables.batch_case.update().where(tables.batch_case.c.instance_id.in_(ids)).values(problem=None))
    gone = {"state": MessageState.REMOVED, "payload": None, "correlation": "", "message_id": None}
    run(tables.kept_message.update().where(tables.kept_message.c.sender_id.in_(ids)).values(gone))
    _blank(tx, _jobs(ids))
    of_cases = tables.attachment.c.instance_id.in_(ids)
    digests = set(run(sa.select(tables.attachment.c.digest).where(of_cases)).scalars())
    run(tables.attachment.delete().where(of_cases))
    return digests


def purge_person(tx: Transaction, person_id: str) -> None:
    """Take away who a person is; the row stays under its id, so that the history still tells people apart."""
    run = tx.connection.execute
    run(
        tables.person.update()
        .where(tables.person.c.id == person_id)
        .values(
            name="Erased person",
            login=f"erased-{person_id}",
            email=None,
            password_hash=None,
            active=False,
            zone="UTC",
            sessions=tables.person.c.sessions + 1,
        )
    )
    run(tables.role_grant.update().where(tables.role_grant.c.person_id == person_id).values(reason=""))
    run(tables.one_time_link.delete().where(tables.one_time_link.c.person_id == person_id))
    run(tables.draft.delete().where(tables.draft.c.person_id == person_id))
    _blank(tx, _mails(person_id))


def purge_records(tx: Transaction, subject: str) -> None:
    """Take away what records hold of somebody outside the journal; what they are and whose they are stays."""
    values, table = tables.entry_value.c, tables.record
    about = values.subject == subject, values.personal, values.stream.startswith(record_stream(""))
    found: dict[str, set[str]] = {}
    for stream, path in tx.connection.execute(sa.select(values.stream, values.path).where(*about).distinct()):
        found.setdefault(stream.removeprefix(record_stream("")), set()).add(path.removeprefix("field:"))
    for record_id, names in sorted(found.items()):
        row = tx.connection.execute(sa.select(table.c.key, table.c.content).where(table.c.id == record_id)).one()
        left = {name: None if name in names else value for name, value in parse(row.content).items()}
        gone = {"title": ERASED, "content": canonical(left), "words": row.key.lower()}
        tx.connection.execute(table.update().where(table.c.id == record_id).values(gone))


def _blank(tx: Transaction, which: sa.ColumnElement[bool]) -> None:
    """Empty the payload of jobs; those not yet done are never done."""
    status = sa.case((tables.job.c.status.in_(_OPEN), JobStatus.CANCELLED.value), else_=tables.job.c.status)
    tx.connection.execute(tables.job.update().where(which).values(payload="{}", problem=None, status=status))


def _drafts(ids: Collection[str]) -> sa.ColumnElement[bool]:
    task = sa.select(sa.literal("task:") + tables.task.c.id).where(tables.task.c.instance_id.in_(ids))
    return tables.draft.c.subject.in_(task)


def _jobs(ids: Collection[str]) -> sa.ColumnElement[bool]:
    """Jobs of these cases, and those that carry what they sent."""
    sent = [tables.job.c.payload.contains(f'"sender_id":"{each}"') for each in ids]
    return sa.or_(tables.job.c.instance_id.in_(ids), *sent)


def _mails(person_id: str) -> sa.ColumnElement[bool]:
    named = tables.job.c.payload.contains(f'"person":"{person_id}"')
    return sa.and_(tables.job.c.kind == JobKind.MAIL.value, named)
