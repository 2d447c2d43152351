"""Statements that are worded once send the values of their columns as any statement does."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from engine.installation import Installation
from engine.model.person import SYSTEM
from engine.storage.prepared import Prepared
from engine.storage.tables import entry
from engine.transaction import begin, reading

_INSERT = Prepared(entry.insert(), [column.name for column in entry.c])
_MARK = Prepared(entry.update().where(entry.c.stream == sa.bindparam("of")), ["at", "hash"])
_AT = datetime(2026, 11, 23, 12, 0, 0, 5, timezone(timedelta(hours=2)))


def row(seq: int, at: datetime = _AT) -> dict[str, object]:
    return {
        "stream": "installation:prepared",
        "seq": seq,
        "kind": "case.begun",
        "at": at,
        "actor_id": None,
        "record": "{}",
        "hash": "0",
        "beside": "is not a column",
    }


def test_values_are_stored_as_their_columns_mean_them(store: Installation) -> None:
    with begin(store, SYSTEM) as tx:
        _INSERT.send_each(tx, [row(1), row(2)])
        assert _MARK.send(tx, {"of": "installation:prepared", "at": _AT, "hash": "marked"}).rowcount == 2
        assert _MARK.send(tx, {"of": "installation:other", "at": _AT, "hash": "marked"}).rowcount == 0
    with reading(store, SYSTEM) as tx:
        found = tx.connection.execute(sa.select(entry).where(entry.c.stream == "installation:prepared")).all()
    assert [(each.seq, each.at, each.hash, each.actor_id) for each in found] == [
        (1, _AT.astimezone(UTC), "marked", None),
        (2, _AT.astimezone(UTC), "marked", None),
    ]


def test_a_moment_without_a_zone_is_a_defect(store: Installation) -> None:
    with pytest.raises(ValueError, match="time zone"), begin(store, SYSTEM) as tx:
        _INSERT.send_each(tx, [row(1, datetime(2026, 11, 23))])  # noqa: DTZ001 - see above


def test_a_value_that_is_not_given_is_a_defect(store: Installation) -> None:
    with pytest.raises(KeyError, match="hash"), begin(store, SYSTEM) as tx:
        _MARK.send(tx, {"of": "installation:prepared", "at": _AT})
