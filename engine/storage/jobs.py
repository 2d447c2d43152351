"""Rows of jobs: added with the state, claimed with a lease, ended fenced by their attempt.

A worker that died leaves a lease that runs out. A worker that was only slow finds another attempt in the row and
changes nothing: `fetch_leased` opens every transaction that ends a job.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

import sqlalchemy as sa

from engine.errors import Conflict
from engine.model.incident import IncidentState
from engine.model.job import ATTEMPTS, Job, JobKind, JobStatus
from engine.settings import Settings
from engine.storage.tables import incident, instance, job
from engine.transaction import Transaction
from forms.data import Value, canonical, parse

ALL_KINDS = frozenset(JobKind)
OUTSIDE_KINDS = frozenset({JobKind.MAIL, JobKind.OUTSIDE})
"""What leaves the house, and is done outside a transaction."""
_OPEN = (JobStatus.WAITING, JobStatus.HELD, JobStatus.LEASED)


@dataclass(frozen=True, kw_only=True)
class Backlog:
    """How many jobs of a kind stand where, and the earliest due time among them."""

    kind: JobKind
    status: JobStatus
    count: int
    earliest: datetime


def add(tx: Transaction, jobs: Sequence[Job]) -> None:
    """Add jobs, in one statement; after the commit the worker is told if one of them is due."""
    if not jobs:
        return
    tx.connection.execute(job.insert(), [_values(new) for new in jobs])
    if any(new.due_at <= tx.now() for new in jobs):
        tx.after_commit(tx.installation.jobs_added)


def cancel(tx: Transaction, instance_id: str, tokens: Collection[str]) -> None:
    """Cancel what these tokens of a case waited for, and end its incidents.

    Also a lease, whose worker then finds nothing to do, and what was given up: nobody shall have it tried again.
    """
    if tokens:
        _cancel(tx, job.c.instance_id == instance_id, job.c.token.in_(tokens))


def cancel_all(tx: Transaction, instance_id: str) -> None:
    """Cancel whatever could still move a case. Its mails are sent all the same, messages to it look for another."""
    _cancel(tx, job.c.instance_id == instance_id, job.c.kind.not_in((JobKind.MAIL, JobKind.MESSAGE)))


def cancel_scheduled(tx: Transaction, publication_ids: Collection[str]) -> None:
    """Cancel the timers that begin cases of these releases."""
    if publication_ids:
        _cancel(tx, job.c.instance_id.is_(None), job.c.token.in_(publication_ids), job.c.kind == JobKind.SCHEDULE)


def scheduled(connection: sa.Connection, publication_id: str) -> list[Job]:
    """Fetch the timers that are to begin cases of a release, by due time."""
    which = sa.and_(job.c.instance_id.is_(None), job.c.token == publication_id, job.c.kind == JobKind.SCHEDULE)
    statement = sa.select(job).where(which, job.c.status.in_(_OPEN)).order_by(job.c.due_at, job.c.id)
    return [_job(row) for row in connection.execute(statement).mappings()]


def beginning(connection: sa.Connection) -> list[Job]:
    """Fetch the jobs that are to begin cases by messages and signals, by due time."""
    which = (job.c.instance_id.is_(None), job.c.kind == JobKind.START, job.c.status.in_(_OPEN))
    statement = sa.select(job).where(*which).order_by(job.c.due_at, job.c.id)
    return [_job(row) for row in connection.execute(statement).mappings()]


def _cancel(tx: Transaction, *which: sa.ColumnElement[bool]) -> None:
    statement = job.update().where(*which, job.c.status.in_((*_OPEN, JobStatus.FAILED)))
    values = {"status": JobStatus.CANCELLED, "ended_at": tx.now(), "lease_until": None}
    failed = job.c.problem.is_not(None).label("failed")
    cancelled = tx.connection.execute(statement.values(values).returning(job.c.id, failed))
    broken = [row.id for row in cancelled if row.failed]
    if broken:
        over = incident.update().where(incident.c.job_id.in_(broken), incident.c.state == IncidentState.OPEN)
        tx.connection.execute(over.values(state=IncidentState.OVER, ended_at=tx.now()))


def claim(tx: Transaction, *, limit: int, lease: timedelta, kinds: Collection[JobKind] = ALL_KINDS) -> list[Job]:
    """Take due jobs, and those whose lease ran out, each for one worker; earliest first.

    Kind by kind, that with the earliest job first: so the index gives the rows in their order, and what is taken from a
    hundred thousand overdue jobs costs no more than from ten.
    """
    now, taken = tx.now(), list[Job]()
    due, lease_ends = _earliest(tx.connection, frozenset(kinds))
    left = [job.c.status == JobStatus.LEASED, job.c.lease_until <= now, job.c.kind.in_(kinds)]
    sources = [left] if lease_ends is not None and lease_ends <= now else []
    for moment, kind in sorted((moment, kind) for kind, moment in due.items()):
        if moment <= now:
            sources.append([job.c.status == JobStatus.WAITING, job.c.kind == kind, job.c.due_at <= now])
    for which in sources:
        if len(taken) < limit:
            taken += _take(tx, which, limit - len(taken), now + lease)
    return sorted(taken, key=lambda found: (found.due_at, found.id))


def _take(tx: Transaction, which: Sequence[sa.ColumnElement[bool]], limit: int, until: datetime) -> list[Job]:
    # SKIP LOCKED lets several dispatchers take different rows; SQLite has one writer and leaves the clause out.
    chosen = (
        sa.select(job.c.id)
        .where(*which)
        .order_by(job.c.due_at, job.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    statement = (
        job.update()
        .where(job.c.id.in_(sa.select(chosen.c.id)))
        .values(
            status=JobStatus.LEASED,
            lease_until=until,
            attempt=job.c.attempt + 1,
            attempts_left=job.c.attempts_left - 1,
        )
        .returning(job)
    )
    return [_job(row) for row in tx.connection.execute(statement).mappings()]


def fetch_leased(tx: Transaction, job_id: str, attempt: int) -> Job | None:
    """Fetch a job for the worker that holds this attempt of it; None when it is no longer his."""
    if tx.connection.dialect.name == "postgresql":
        # Whoever moves a case locks the case first and its jobs later. A worker that locked the job first would wait
        # for the case while the other waits for the job, and the database would have to fail one of the two.
        holder = sa.select(job.c.instance_id).where(job.c.id == job_id).scalar_subquery()
        tx.connection.execute(sa.select(instance.c.id).where(instance.c.id == holder).with_for_update(key_share=True))
    statement = sa.select(job).where(job.c.id == job_id, job.c.attempt == attempt, job.c.status == JobStatus.LEASED)
    row = tx.connection.execute(statement.with_for_update()).mappings().first()
    return _job(row) if row else None


def done(tx: Transaction, taken: Job) -> None:
    """Mark a job done that this transaction fetched; what it carried of a case's data is dropped, the journal has it.

    The status is not asked again: what the job did may have cancelled its own token in this very transaction.
    """
    values: dict[str, Any] = {"status": JobStatus.DONE, "problem": None}
    if taken.kind not in (JobKind.TIMER, JobKind.CLOCK):
        values["payload"] = "{}"
    _end(tx, taken, **values)


def failed(tx: Transaction, taken: Job, problem: str, retry_at: datetime | None) -> None:
    """Note what went wrong with a job that this transaction fetched; without `retry_at` it is given up."""
    if retry_at is None:
        _end(tx, taken, status=JobStatus.FAILED, problem=problem)
        return
    _change(tx, taken, status=JobStatus.WAITING, due_at=retry_at, lease_until=None, problem=problem)


def give_back(tx: Transaction, jobs: Sequence[Job]) -> None:
    """Let others take jobs that were claimed and not begun."""
    if not jobs:
        return
    statement = job.update().where(
        job.c.id == sa.bindparam("taken"), job.c.attempt == sa.bindparam("held"), job.c.status == JobStatus.LEASED
    )
    values = {"status": JobStatus.WAITING, "lease_until": None, "attempts_left": job.c.attempts_left + 1}
    tx.connection.execute(statement.values(values), [{"taken": one.id, "held": one.attempt} for one in jobs])


def end_leases(tx: Transaction) -> int:
    """End every lease at once, where it is certain that no worker lives; gives how many there were."""
    statement = job.update().where(job.c.status == JobStatus.LEASED)
    return tx.connection.execute(statement.values(status=JobStatus.WAITING, lease_until=None)).rowcount


def catch_up(tx: Transaction, *, lease: timedelta, pause: timedelta) -> int:
    """Make good for a clock that was set back: what was to happen at once is due now; gives how many jobs there were.

    No lease ends later than one taken now, no attempt is made later than after the longest `pause`. A timer stays due
    at the time it says.
    """
    now = tx.now()
    at_once = sa.and_(job.c.created_at > now, job.c.due_at == job.c.created_at)
    again = sa.and_(job.c.attempt > 0, job.c.due_at > now + pause)
    waiting = job.update().where(job.c.status == JobStatus.WAITING, job.c.due_at > now, sa.or_(at_once, again))
    leased = job.update().where(job.c.status == JobStatus.LEASED, job.c.lease_until > now + lease)
    moved = tx.connection.execute(waiting.values(due_at=now)).rowcount
    return moved + tx.connection.execute(leased.values(lease_until=now + lease)).rowcount


def retry(tx: Transaction, job_id: str, payload: Mapping[str, Value] | None = None) -> Job | None:
    """Have a failed job tried again, now and with all attempts, its payload changed or not; None where none failed."""
    values: dict[str, Any] = {} if payload is None else {"payload": canonical(dict(payload))}
    values |= {
        "status": JobStatus.WAITING,
        "due_at": tx.now(),
        "attempts_left": ATTEMPTS,
        "ended_at": None,
    }
    statement = job.update().where(job.c.id == job_id, job.c.status == JobStatus.FAILED).values(values)
    row = tx.connection.execute(statement.returning(job)).mappings().first()
    if row is None:
        return None
    tx.after_commit(tx.installation.jobs_added)
    return _job(row)


def taken_kinds(settings: Settings) -> frozenset[JobKind]:
    """Give the kinds of jobs that are done in this installation: mail waits while no mail server is set."""
    return ALL_KINDS if settings.smtp else ALL_KINDS - {JobKind.MAIL}


def abandon(tx: Transaction, job_id: str) -> None:
    """Leave a failed job undone for good."""
    statement = job.update().where(job.c.id == job_id, job.c.status == JobStatus.FAILED)
    tx.connection.execute(statement.values(status=JobStatus.CANCELLED))


def hold(tx: Transaction, instance_id: str) -> None:
    """Let whatever could move a case wait until it is released; a lease is taken back with its attempt.

    The lease of a call that leaves the house stays: what was asked cannot be taken back, and its answer is kept.
    """
    held = job.update().where(job.c.instance_id == instance_id, job.c.kind != JobKind.MAIL)
    begun = {"status": JobStatus.HELD, "lease_until": None, "attempts_left": job.c.attempts_left + 1}
    leased = held.where(job.c.status == JobStatus.LEASED, job.c.kind != JobKind.OUTSIDE)
    tx.connection.execute(leased.values(begun))
    tx.connection.execute(held.where(job.c.status == JobStatus.WAITING).values(status=JobStatus.HELD))


def rename_elements(tx: Transaction, instance_id: str, renamed: Mapping[str, str]) -> None:
    """Let jobs of a case that are not over name elements by their new ids."""
    if not renamed:
        return
    named = sa.select(job).where(job.c.instance_id == instance_id, job.c.status.in_((*_OPEN, JobStatus.FAILED)))
    for row in tx.connection.execute(named).mappings().all():
        payload = parse(row["payload"])
        if payload.get("element") in renamed:
            text = canonical(payload | {"element": renamed[payload["element"]]})
            tx.connection.execute(job.update().where(job.c.id == row["id"]).values(payload=text))


def put_off(tx: Transaction, taken: Job, payload: Mapping[str, Value]) -> None:
    """Have a job that this transaction fetched wait until its case is released, with another payload."""
    attempts = {"attempts_left": taken.attempts_left + 1}
    _change(tx, taken, status=JobStatus.HELD, lease_until=None, payload=canonical(dict(payload)), **attempts)


def release_held(tx: Transaction, instance_id: str) -> None:
    """Let what was held be done again: what is overdue at once, each once."""
    statement = job.update().where(job.c.instance_id == instance_id, job.c.status == JobStatus.HELD)
    if tx.connection.execute(statement.values(status=JobStatus.WAITING)).rowcount:
        tx.after_commit(tx.installation.jobs_added)


def next_due(connection: sa.Connection, kinds: Collection[JobKind] = ALL_KINDS) -> datetime | None:
    """Give when the next job can be taken: the earliest due time or end of a lease."""
    due, lease_ends = _earliest(connection, frozenset(kinds))
    return min([*due.values(), *([lease_ends] if lease_ends else [])], default=None)


def _earliest(connection: sa.Connection, kinds: frozenset[JobKind]) -> tuple[dict[JobKind, datetime], datetime | None]:
    """Give the earliest due time of each kind that waits, and the earliest end of a lease."""
    *due, lease_ends = connection.execute(_earliest_statement(kinds)).one()
    found = zip(sorted(kinds), due, strict=True)
    return {kind: moment for kind, moment in found if moment is not None}, lease_ends


@cache
def _earliest_statement(kinds: frozenset[JobKind]) -> sa.Select[Any]:
    # One look into the index for each kind. Asked for all of them at once, the database would walk past every timer
    # that waits to find out that no mail does; and this is asked every second.
    due = [
        sa.select(sa.func.min(job.c.due_at)).where(job.c.status == JobStatus.WAITING, job.c.kind == kind)
        for kind in sorted(kinds)
    ]
    leased = sa.select(sa.func.min(job.c.lease_until)).where(job.c.status == JobStatus.LEASED, job.c.kind.in_(kinds))
    return sa.select(*(each.scalar_subquery() for each in (*due, leased)))


def get(connection: sa.Connection, job_id: str) -> Job | None:
    """Fetch a job."""
    row = connection.execute(sa.select(job).where(job.c.id == job_id)).mappings().first()
    return _job(row) if row else None


def of_instance(connection: sa.Connection, instance_id: str, *, open_only: bool = False) -> list[Job]:
    """Fetch the jobs of a case by due time."""
    statement = sa.select(job).where(job.c.instance_id == instance_id).order_by(job.c.due_at, job.c.id)
    if open_only:
        statement = statement.where(job.c.status.in_(_OPEN))
    return [_job(row) for row in connection.execute(statement).mappings()]


def with_status(connection: sa.Connection, status: JobStatus, limit: int = 100) -> list[Job]:
    """Fetch jobs that stand somewhere, earliest due first: what an operator looks at."""
    statement = sa.select(job).where(job.c.status == status).order_by(job.c.due_at, job.c.id).limit(limit)
    return [_job(row) for row in connection.execute(statement).mappings()]


def summary(connection: sa.Connection) -> list[Backlog]:
    """Count the jobs that are not over, by kind and status: waiting, leased and failed."""
    statement = (
        sa.select(job.c.kind, job.c.status, sa.func.count(), sa.func.min(job.c.due_at))
        .where(job.c.status.in_((*_OPEN, JobStatus.FAILED)))
        .group_by(job.c.kind, job.c.status)
        .order_by(job.c.kind, job.c.status)
    )
    return [
        Backlog(kind=JobKind(kind), status=JobStatus(status), count=count, earliest=earliest)
        for kind, status, count, earliest in connection.execute(statement)
    ]


def _end(tx: Transaction, taken: Job, **values: Any) -> None:
    _change(tx, taken, ended_at=tx.now(), lease_until=None, **values)


def _change(tx: Transaction, taken: Job, **values: Any) -> None:
    statement = job.update().where(job.c.id == taken.id, job.c.attempt == taken.attempt).values(**values)
    if tx.connection.execute(statement).rowcount != 1:
        raise Conflict("The job was taken by another worker; nothing was changed.", job_id=taken.id)


def _values(new: Job) -> dict[str, Any]:
    # asdict would copy the payload level by level; it is written as text anyway.
    return asdict(replace(new, payload={})) | {"payload": canonical(new.payload)}


def _job(row: sa.RowMapping) -> Job:
    return Job(
        **(
            dict(row)
            | {"kind": JobKind(row["kind"]), "status": JobStatus(row["status"]), "payload": parse(row["payload"])}
        )
    )
