"""Rows of cases, tasks, drafts and files; no rule is decided here."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from engine.errors import TaskMovedOn
from engine.model.instance import Attachment, Instance, Task
from engine.model.scope import Scope
from engine.storage import audiences, tables
from engine.storage.prepared import Prepared
from engine.transaction import Transaction

COLUMNS = [column for column in tables.instance.c if column.name != "live_state"]
"""Those that make an Instance: all but the state, which is large."""
TASK = [column for column in tables.task.c if column.name != "audience_key"]
"""Those that make a Task: the key of its audience follows from that."""
_INSTANCE_NAMES = [column.name for column in COLUMNS]
_TASK_NAMES = [column.name for column in TASK]

# Statements of every page and completion are built once: building one costs ten times what sending it does.
_FIXED = frozenset(
    {"id", "number", "process_id", "starter_id", "started_at", "business_key", "parent_id", "parent_token"}
)
"""What never changes of a case."""
_SAVED = (*(name for name in _INSTANCE_NAMES if name not in _FIXED), "live_state")
_SAVE = Prepared(
    tables.instance.update().where(
        tables.instance.c.id == sa.bindparam("at_id"), tables.instance.c.version == sa.bindparam("seen")
    ),
    _SAVED,
)
_WITH_TASK = (
    sa.select(*[column.label(f"t_{column.name}") for column in TASK], *COLUMNS, tables.instance.c.live_state)
    .join_from(tables.task, tables.instance)
    .where(tables.task.c.id == sa.bindparam("task_id"))
)
_LOCKED_WITH_TASK = _WITH_TASK.with_for_update(of=[tables.instance, tables.task], key_share=True)
_DRAFT = sa.select(tables.draft.c.answers, tables.draft.c.saved_at).where(
    tables.draft.c.person_id == sa.bindparam("of"), tables.draft.c.subject == sa.bindparam("about")
)
_INSERT = Prepared(tables.instance.insert(), (*_INSTANCE_NAMES, "live_state"))
_INSERT_TASK = Prepared(tables.task.insert(), (*_TASK_NAMES, "audience_key"))
_AT_TASK = tables.task.update().where(tables.task.c.id == sa.bindparam("at_id"))
_END_TASK = Prepared(_AT_TASK, ("state", "assignee_id", "version", "ended_at", "ended_by"))
_DRAFTS = tables.draft.delete().where(tables.draft.c.subject == sa.bindparam("about"))
_DROP_DRAFTS = Prepared(_DRAFTS)
_DROP_DRAFT = Prepared(_DRAFTS.where(tables.draft.c.person_id == sa.bindparam("of")))


def upsert(tx: Transaction, table: sa.Table) -> Any:
    """Give the INSERT of the dialect that knows ON CONFLICT; SQLite and PostgreSQL word it alike."""
    return postgresql.insert(table) if tx.connection.dialect.name == "postgresql" else sqlite.insert(table)


def _next_number(insert: Any) -> Any:
    return (
        insert.values(prefix=sa.bindparam("of"), last=1001)
        .on_conflict_do_update(index_elements=["prefix"], set_={"last": tables.number_series.c.last + 1})
        .returning(tables.number_series.c.last)
    )


_NEXT_NUMBER = {
    "sqlite": _next_number(sqlite.insert(tables.number_series)),
    "postgresql": _next_number(postgresql.insert(tables.number_series)),
}


def next_number(tx: Transaction, prefix: str) -> str:
    """Take the next human number of a series: ``INC-1042``."""
    taken = tx.connection.execute(_NEXT_NUMBER[tx.connection.dialect.name], {"of": prefix})
    return f"{prefix}-{taken.scalar_one()}"


def insert(tx: Transaction, instance: Instance, live_state: bytes | None) -> None:
    """Add a case."""
    _INSERT.send(tx, {**vars(instance), "live_state": live_state})


def save(tx: Transaction, instance: Instance, live_state: bytes | None, *, seen: int) -> None:
    """Store a changed case if its version is still `seen`. Raises TaskMovedOn otherwise."""
    values = {**vars(instance), "live_state": live_state, "at_id": instance.id, "seen": seen}
    if _SAVE.send(tx, values).rowcount != 1:
        raise TaskMovedOn("The case moved on while you worked; open it again.", instance_id=instance.id)


def locked(tx: Transaction, instance_id: str) -> tuple[Instance, bytes | None] | None:
    """Fetch a case for change; nobody else moves it until this transaction ends."""
    statement = (
        sa.select(*COLUMNS, tables.instance.c.live_state)
        .where(tables.instance.c.id == instance_id)
        .with_for_update(key_share=True)
    )
    row = tx.connection.execute(statement).mappings().first()
    if row is None:
        return None
    values = dict(row)
    live_state = values.pop("live_state")
    return Instance(**values), live_state


def lock(tx: Transaction, instance_id: str) -> None:
    """Keep others from moving a case until this transaction ends, without fetching it."""
    statement = (
        sa.select(tables.instance.c.id).where(tables.instance.c.id == instance_id).with_for_update(key_share=True)
    )
    tx.connection.execute(statement)


def locked_with_task(tx: Transaction, task_id: str) -> tuple[Task, Instance, bytes | None] | None:
    """Fetch a task and its case for change, in one statement; the lock is on the case."""
    return _with_task(tx, _LOCKED_WITH_TASK, task_id)


def with_task(tx: Transaction, task_id: str) -> tuple[Task, Instance, bytes | None] | None:
    """Fetch a task and its case with its state to read, in one statement."""
    return _with_task(tx, _WITH_TASK, task_id)


def _with_task(tx: Transaction, statement: sa.Select[Any], task_id: str) -> tuple[Task, Instance, bytes | None] | None:
    row = tx.connection.execute(statement, {"task_id": task_id}).first()
    if row is None:
        return None
    task = Task(**dict(zip(_TASK_NAMES, row, strict=False)))
    *fields, live_state = row[len(_TASK_NAMES) :]
    return task, Instance(**dict(zip(_INSTANCE_NAMES, fields, strict=True))), live_state


def get(tx: Transaction, instance_id: str) -> Instance | None:
    """Fetch a case to read."""
    row = tx.connection.execute(sa.select(*COLUMNS).where(tables.instance.c.id == instance_id)).mappings().first()
    return Instance(**row) if row else None


def by_number(tx: Transaction, number: str) -> Instance | None:
    """Fetch a case by its human number."""
    row = tx.connection.execute(sa.select(*COLUMNS).where(tables.instance.c.number == number)).mappings().first()
    return Instance(**row) if row else None


def by_ids(tx: Transaction, instance_ids: Collection[str]) -> dict[str, Instance]:
    """Fetch cases to read, by id."""
    if not instance_ids:
        return {}
    statement = sa.select(*COLUMNS).where(tables.instance.c.id.in_(sorted(set(instance_ids))))
    return {row["id"]: Instance(**row) for row in tx.connection.execute(statement).mappings()}


def live_state(tx: Transaction, instance_id: str) -> bytes | None:
    """Fetch the stored state of a case; None when it has ended."""
    statement = sa.select(tables.instance.c.live_state).where(tables.instance.c.id == instance_id)
    state: bytes | None = tx.connection.execute(statement).scalar()
    return state


def live_states(tx: Transaction, instance_ids: Collection[str]) -> dict[str, bytes]:
    """Fetch the stored states of cases, by id; those that have ended have none."""
    columns = (tables.instance.c.id, tables.instance.c.live_state)
    wanted = tables.instance.c.id.in_(list(instance_ids)), tables.instance.c.live_state.is_not(None)
    return {row.id: row.live_state for row in tx.connection.execute(sa.select(*columns).where(*wanted))}


def called_by(tx: Transaction, parent_id: str, tokens: Iterable[str] | None = None) -> list[Instance]:
    """Give the cases that a case called, oldest first; only those its tokens wait for where some are given."""
    statement = sa.select(*COLUMNS).where(tables.instance.c.parent_id == parent_id)
    if tokens is not None:
        statement = statement.where(tables.instance.c.parent_token.in_(list(tokens)))
    rows = tx.connection.execute(statement.order_by(tables.instance.c.started_at, tables.instance.c.id)).mappings()
    return [Instance(**row) for row in rows]


def begun_since(tx: Transaction, process_id: str, moment: datetime, most: int) -> int:
    """Give how many cases of a process began since a moment; counts no further than `most`."""
    own = tables.instance.c.process_id == process_id, tables.instance.c.started_at >= moment
    some = sa.select(tables.instance.c.id).where(*own).limit(most).subquery()
    return int(tx.connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())


def depth(tx: Transaction, instance: Instance, most: int) -> int:
    """Give how many cases stand above a case; counts no further than `most`."""
    above, count = instance.parent_id, 0
    while above is not None and count < most:
        count += 1
        parent = sa.select(tables.instance.c.parent_id).where(tables.instance.c.id == above)
        above = tx.connection.execute(parent).scalar()
    return count


# --- seeing -----------------------------------------------------------------------------------------------------------


def takes_part(scope: Scope) -> sa.ColumnElement[bool]:
    """The WHERE of: a task of the case was or is offered to the person, by himself or by a role he holds."""
    task = tables.task.alias("part")
    mine = sa.or_(
        task.c.person_id == scope.person_id,
        task.c.assignee_id == scope.person_id,
        task.c.ended_by == scope.person_id,
        sa.and_(task.c.person_id.is_(None), task.c.audience_key.in_(audiences.keys_of(scope))),
    )
    return sa.exists(sa.select(1).where(task.c.instance_id == tables.instance.c.id, mine))


def visible(scope: Scope) -> sa.ColumnElement[bool]:
    """The one WHERE of what a person sees (decision 14), over `instance`."""
    if scope.restricted:
        return sa.true()
    own = sa.or_(
        tables.instance.c.starter_id == scope.person_id,
        tables.instance.c.caller_id == scope.person_id,
        takes_part(scope),
    )
    if scope.person_id is None:
        own = sa.false()
    return sa.or_(tables.instance.c.restricted.is_(False), own) if scope.ordinary else own


def is_visible(tx: Transaction, scope: Scope, instance_id: str) -> bool:
    """Ask the WHERE builder about one case."""
    statement = sa.select(sa.exists().where(tables.instance.c.id == instance_id, visible(scope)))
    return bool(tx.connection.execute(statement).scalar())


def visible_among(tx: Transaction, scope: Scope, instance_ids: Iterable[str]) -> dict[str, Instance]:
    """Fetch those of these cases that a person sees, by id."""
    statement = sa.select(*COLUMNS).where(tables.instance.c.id.in_(sorted(set(instance_ids))), visible(scope))
    return {row["id"]: Instance(**row) for row in tx.connection.execute(statement).mappings()}


def on_other_versions(
    tx: Transaction, scope: Scope, process_id: str, publication_id: str, *, limit: int | None = None
) -> list[Instance]:
    """Give the visible cases of a process that run on another version of it, oldest first."""
    statement = sa.select(*COLUMNS).where(
        visible(scope),
        tables.instance.c.state == "active",
        tables.instance.c.process_id == process_id,
        tables.instance.c.publication_id != publication_id,
    )
    statement = statement.order_by(tables.instance.c.started_at, tables.instance.c.id).limit(limit)
    return [Instance(**row) for row in tx.connection.execute(statement).mappings()]


def takes_part_in(tx: Transaction, scope: Scope, instance_id: str) -> bool:
    """Say whether a task of this case was or is offered to the person."""
    statement = sa.select(sa.exists().where(tables.instance.c.id == instance_id, takes_part(scope)))
    return bool(tx.connection.execute(statement).scalar())


def find(
    tx: Transaction,
    scope: Scope,
    *,
    filters: Mapping[str, Any],
    text: str = "",
    limit: int = 50,
    offset: int = 0,
    counted: bool = True,
) -> tuple[list[Instance], int]:
    """Give the visible cases, newest first, and how many there are in all (of these, unless `counted`).

    `filters`: process_id, state (or “suspended”), or person_id (started by or for that person).
    """
    where = [visible(scope)]
    if filters.get("process_id"):
        where.append(tables.instance.c.process_id == filters["process_id"])
    if filters.get("state") == "suspended":
        where.append(tables.instance.c.suspended_at.is_not(None))
    elif filters.get("state"):
        where.append(tables.instance.c.state == filters["state"])
    if filters.get("person_id"):
        person_id = filters["person_id"]
        # Each half has an index, which an OR of both would leave aside.
        case = tables.instance.alias("own")
        begun, called = (
            sa.select(case.c.id).where(column == person_id) for column in (case.c.starter_id, case.c.caller_id)
        )
        where.append(tables.instance.c.id.in_(begun.union(called)))
    where += [_speaks_of(word) for word in text.split()]
    newest = tables.instance.c.started_at.desc(), tables.instance.c.id.desc()
    statement = sa.select(*COLUMNS).where(*where).order_by(*newest).limit(limit).offset(offset)
    found = [Instance(**row) for row in tx.connection.execute(statement).mappings()]
    if not counted:
        return found, len(found)
    total = sa.select(sa.func.count()).select_from(tables.instance).where(*where)
    return found, tx.connection.execute(total).scalar_one()


def _speaks_of(word: str) -> sa.ColumnElement[bool]:
    """Whether a word stands in the number or title of a case, or in the title of its service."""
    case, service, pattern = tables.instance.c, tables.service.c, like(word)
    services = sa.select(service.id).where(service.title.ilike(pattern, escape="\\"))
    return sa.or_(
        case.number.ilike(pattern, escape="\\"),
        case.title.ilike(pattern, escape="\\"),
        case.service_id.in_(services),
    )


def like(text: str) -> str:
    """Give the LIKE pattern for `text` anywhere, with its own wildcards made literal."""
    escaped = text.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"


# --- tasks ------------------------------------------------------------------------------------------------------------


def insert_tasks(tx: Transaction, tasks: Sequence[Task]) -> None:
    """Add open tasks."""
    if tasks:
        _INSERT_TASK.send_each(tx, [row_of(task) for task in tasks])
        audiences.keep(tx, [task.audience for task in tasks])


def row_of(task: Task) -> dict[str, Any]:
    """Give all columns of a task."""
    return {**vars(task), "audience_key": task.audience.key}


def end_task(tx: Transaction, task: Task, *, by: str | None, at: datetime, state: str = "completed") -> None:
    """Mark a task completed, or skipped."""
    values = {
        "state": state,
        "ended_by": by,
        "assignee_id": (by if state == "completed" else None) or task.assignee_id,
        "ended_at": at,
        "version": task.version + 1,
    }
    _END_TASK.send(tx, {**values, "at_id": task.id})


def withdraw_tasks(tx: Transaction, instance_id: str, tokens: Iterable[str], at: datetime) -> None:
    """Mark the open tasks at these tokens as withdrawn."""
    tokens = list(tokens)
    if tokens:
        statement = (
            tables.task.update()
            .where(
                tables.task.c.instance_id == instance_id, tables.task.c.token.in_(tokens), tables.task.c.state == "open"
            )
            .values(state="withdrawn", ended_at=at, version=tables.task.c.version + 1)
        )
        tx.connection.execute(statement)


def set_assignee(tx: Transaction, task: Task, person_id: str | None, at: datetime) -> None:
    """Give an open task to a person, or to nobody."""
    statement = (
        tables.task.update()
        .where(tables.task.c.id == task.id)
        .values(assignee_id=person_id, claimed_at=at if person_id else None, version=task.version + 1)
    )
    tx.connection.execute(statement)


def bind_to(tx: Transaction, task: Task, person_id: str) -> None:
    """Make an open task one person's by name, whoever was offered it."""
    values = {"person_id": person_id, "audience": None, "audience_key": None}
    tx.connection.execute(tables.task.update().where(tables.task.c.id == task.id).values(values))


def set_dates(
    tx: Transaction, task: Task, due_at: datetime | None, follow_up_at: datetime | None, priority: int
) -> None:
    """Change when an open task is due and looked at again, and how urgent it is."""
    values = {"due_at": due_at, "follow_up_at": follow_up_at, "priority": priority, "version": task.version + 1}
    tx.connection.execute(tables.task.update().where(tables.task.c.id == task.id).values(values))


def change_tasks(tx: Transaction, tasks: Sequence[Task]) -> None:
    """Store what tasks are called, where they stand, who is offered them, and their version."""
    names = ("element_id", "title", "form", "audience", "audience_key", "person_id", "assignee_id", "version")
    if tasks:
        stored = [row_of(task) for task in tasks]
        rows = [{"at_id": row["id"], **{name: row[name] for name in names}} for row in stored]
        types = {name: tables.task.c[name].type for name in names}
        tx.connection.execute(_AT_TASK.values({name: sa.bindparam(name, type_=types[name]) for name in names}), rows)
        audiences.keep(tx, [task.audience for task in tasks])


def get_task(tx: Transaction, task_id: str) -> Task | None:
    """Fetch a task to read."""
    row = tx.connection.execute(sa.select(*TASK).where(tables.task.c.id == task_id)).mappings().first()
    return Task(**row) if row else None


def tasks_of(tx: Transaction, instance_id: str, *, state: str | None = None) -> list[Task]:
    """Give the tasks of a case in the order they arose."""
    statement = sa.select(*TASK).where(tables.task.c.instance_id == instance_id)
    # Identifiers go up with time: they order what arose at one moment.
    statement = statement.order_by(tables.task.c.created_at, tables.task.c.id)
    if state:
        statement = statement.where(tables.task.c.state == state)
    return [Task(**row) for row in tx.connection.execute(statement).mappings()]


def done_by(tx: Transaction, person_id: str, instance_ids: Collection[str]) -> dict[str, set[str]]:
    """Give the elements at which a person completed tasks, for each of these cases."""
    task = tables.task.c
    statement = sa.select(task.instance_id, task.element_id).distinct()
    statement = statement.where(task.instance_id.in_(sorted(instance_ids)), task.ended_by == person_id)
    found: dict[str, set[str]] = {}
    for instance_id, element_id in tx.connection.execute(statement.where(task.state == "completed")):
        found.setdefault(instance_id, set()).add(element_id)
    return found


# --- messages a case waits for ----------------------------------------------------------------------------------------


def await_messages(tx: Transaction, rows: Sequence[Mapping[str, str]]) -> None:
    """Note what a case waits for: instance_id, token, element_id, name, kind, correlation."""
    if rows:
        tx.connection.execute(tables.awaited_message.insert(), list(rows))


def forget_messages(tx: Transaction, instance_id: str, tokens: Iterable[str] | None) -> None:
    """Forget what is no longer waited for; all of it when `tokens` is None."""
    tokens = None if tokens is None else list(tokens)
    if tokens == []:
        return
    statement = tables.awaited_message.delete().where(tables.awaited_message.c.instance_id == instance_id)
    if tokens is not None:
        statement = statement.where(tables.awaited_message.c.token.in_(tokens))
    tx.connection.execute(statement)


def awaited_by(tx: Transaction, instance_id: str, kind: str = "message") -> list[tuple[str, str, str]]:
    """Give (token, element id, name) of the messages, or signals, that a case waits for, by element."""
    table = tables.awaited_message
    statement = sa.select(table.c.token, table.c.element_id, table.c.name)
    statement = statement.where(table.c.instance_id == instance_id, table.c.kind == kind)
    rows = tx.connection.execute(statement.order_by(table.c.element_id, table.c.name, table.c.token))
    return [(row.token, row.element_id, row.name) for row in rows]


# --- drafts -----------------------------------------------------------------------------------------------------------


def keep_draft(tx: Transaction, person_id: str, subject: str, answers: str, at: datetime) -> None:
    """Keep a half-filled form, replacing an earlier one."""
    statement = upsert(tx, tables.draft).values(person_id=person_id, subject=subject, answers=answers, saved_at=at)
    tx.connection.execute(
        statement.on_conflict_do_update(
            index_elements=["person_id", "subject"], set_={"answers": answers, "saved_at": at}
        )
    )


def draft(tx: Transaction, person_id: str, subject: str) -> tuple[str, datetime] | None:
    """Fetch a half-filled form and when it was saved."""
    row = tx.connection.execute(_DRAFT, {"of": person_id, "about": subject}).first()
    return (row.answers, row.saved_at) if row else None


def drop_drafts(tx: Transaction, subject: str, person_id: str | None = None) -> None:
    """Forget the drafts of a subject: one person's, or everybody's."""
    if person_id is None:
        _DROP_DRAFTS.send(tx, {"about": subject})
    else:
        _DROP_DRAFT.send(tx, {"about": subject, "of": person_id})


# --- files ------------------------------------------------------------------------------------------------------------


def insert_attachments(tx: Transaction, attachments: Sequence[Attachment]) -> None:
    """Add files of a case."""
    if attachments:
        tx.connection.execute(tables.attachment.insert(), [asdict(attachment) for attachment in attachments])


def attachments_of(tx: Transaction, instance_id: str) -> list[Attachment]:
    """Give the files of a case, oldest first."""
    statement = sa.select(tables.attachment).where(tables.attachment.c.instance_id == instance_id)
    statement = statement.order_by(tables.attachment.c.uploaded_at, tables.attachment.c.id)
    return [Attachment(**row) for row in tx.connection.execute(statement).mappings()]


def needed_files(tx: Transaction, digests: Collection[str], *, drafts: bool) -> set[str]:
    """Give those of these digests that a case has, or (where asked) that a draft names."""
    table = tables.attachment
    needed = set(tx.connection.execute(sa.select(table.c.digest).where(table.c.digest.in_(list(digests)))).scalars())
    for digest in sorted(set(digests) - needed) if drafts else ():
        named = sa.exists().where(tables.draft.c.answers.contains(digest))
        if tx.connection.execute(sa.select(named)).scalar():
            needed.add(digest)
    return needed


def attachment_by_digest(
    tx: Transaction, instance_id: str, digest: str, *, uploaded_by: str | None = None
) -> Attachment | None:
    """Fetch a file of a case by its digest, from whomever or from one person; as it was sent first."""
    statement = sa.select(tables.attachment).where(
        tables.attachment.c.instance_id == instance_id, tables.attachment.c.digest == digest
    )
    statement = statement.order_by(tables.attachment.c.uploaded_at, tables.attachment.c.id)
    if uploaded_by is not None:
        statement = statement.where(tables.attachment.c.uploaded_by == uploaded_by)
    row = tx.connection.execute(statement).mappings().first()
    return Attachment(**row) if row else None
