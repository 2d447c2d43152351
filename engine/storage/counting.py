"""Cases of a process that began in a time, and what their variables came to; restricted ones are left out."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Final

import sqlalchemy as sa

from engine.model.entry import instance_stream
from engine.model.instance import Instance
from engine.storage.instances import COLUMNS
from engine.storage.tables import entry_value, instance
from engine.transaction import Transaction
from forms.data import Value, parse

_AT_ONCE: Final = 500
"""How many streams are asked for in one statement."""


def begun(
    tx: Transaction, process_id: str, since: datetime | None, until: datetime | None, limit: int
) -> list[Instance]:
    """Fetch at most `limit` cases that began from `since` to before `until`, the newest first."""
    where = [instance.c.process_id == process_id, instance.c.restricted.is_(False)]
    if since is not None:
        where.append(instance.c.started_at >= since)
    if until is not None:
        where.append(instance.c.started_at < until)
    order = instance.c.started_at.desc(), instance.c.id.desc()
    statement = sa.select(*COLUMNS).where(*where).order_by(*order).limit(limit)
    return [Instance(**row) for row in tx.connection.execute(statement).mappings()]


def told(tx: Transaction, instance_ids: Collection[str], names: Collection[str]) -> Iterator[tuple[str, str, Value]]:
    """Give id of a case, name and value of variables, oldest first: the last one counts. Erased values are None."""
    if not names:
        return
    paths = {f"{kind}:{name}": name for name in names for kind in ("answer", "data")}
    wanted = list(instance_ids)
    for first in range(0, len(wanted), _AT_ONCE):
        streams = {instance_stream(each): each for each in wanted[first : first + _AT_ONCE]}
        statement = (
            sa.select(entry_value.c.stream, entry_value.c.path, entry_value.c.value)
            .where(entry_value.c.stream.in_(list(streams)), entry_value.c.path.in_(list(paths)))
            .order_by(entry_value.c.stream, entry_value.c.seq, entry_value.c.path)
        )
        for stream, path, text in tx.connection.execute(statement):
            yield streams[stream], paths[path], None if text is None else parse(text)
