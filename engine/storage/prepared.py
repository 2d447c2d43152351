"""Statements of every act, worded once for each database system.

To look a built statement up among those worded before, and to sort its values for it, costs as much again as the
driver needs to send it. Eight of nine statements of a completion write, or read a text and a number: these few are
worded here and kept. What reads more goes the ordinary way, which keeps what it knows of the columns that come back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from engine.transaction import Transaction

_AS_THEY_ARE: Final = (sa.Boolean, sa.LargeBinary)
"""What drivers take as it is; SQLAlchemy would look at the one again, and make a view of the other."""


@dataclass(frozen=True, kw_only=True)
class _Worded:
    """A statement as one database system reads it: its text, the names of its values, what stores those at a place."""

    text: str
    names: tuple[str, ...]
    stores: tuple[tuple[int, Callable[[Any], Any]], ...]
    positional: bool

    def bound(self, given: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        values = [*map(given.__getitem__, self.names)]
        for place, store in self.stores:
            if values[place] is not None:
                values[place] = store(values[place])
        return tuple(values) if self.positional else dict(zip(self.names, values, strict=True))


class Prepared:
    """A statement with named values; `columns`: those that an INSERT or UPDATE sets from values.

    One value is given for each name, more do no harm. IN lists are none of its business.
    """

    def __init__(self, statement: sa.Executable, columns: Sequence[str] | None = None) -> None:
        self._statement: Any = statement
        self._columns = columns
        self._worded: dict[str, _Worded] = {}

    def send(self, tx: Transaction, values: Mapping[str, Any]) -> sa.CursorResult[Any]:
        """Send it; what comes back is as the driver has it: texts and numbers, no moments."""
        worded = self._for(tx.connection.dialect)
        return tx.connection.exec_driver_sql(worded.text, worded.bound(values))

    def send_each(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        """Send it once with each of these values; there must be some."""
        worded = self._for(tx.connection.dialect)
        tx.connection.exec_driver_sql(worded.text, [worded.bound(values) for values in rows])

    def _for(self, dialect: sa.Dialect) -> _Worded:
        worded = self._worded.get(dialect.name)
        if worded is None:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
            names = tuple(compiled.positiontup or compiled.binds)
            types = [compiled.binds[name].type for name in names]
            worded = _Worded(
                text=str(compiled),
                names=names,
                stores=tuple(
                    (place, store)
                    for place, kind in enumerate(types)
                    if not isinstance(kind, _AS_THEY_ARE)
                    and (store := kind.dialect_impl(dialect).bind_processor(dialect))
                ),
                positional=compiled.positiontup is not None,
            )
            self._worded[dialect.name] = worded
        return worded
