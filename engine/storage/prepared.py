"""Statements of every act that write, worded once for each database system.

To look a built statement up among those worded before, and to sort its values for it, costs as much again as the
driver needs to send it. Seven of nine statements of a completion write: these few are worded here and kept. What reads
goes the ordinary way, which keeps what it knows of the columns that come back.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from engine.transaction import Transaction


@dataclass(frozen=True, kw_only=True)
class _Worded:
    """A statement as one database system reads it: its text, and the names of its values with what stores them."""

    text: str
    values: tuple[tuple[str, Callable[[Any], Any] | None], ...]
    positional: bool

    def bound(self, given: Mapping[str, Any]) -> Any:
        """The values as the driver takes them."""
        if self.positional:
            return tuple([given[name] if store is None else store(given[name]) for name, store in self.values])
        return {name: given[name] if store is None else store(given[name]) for name, store in self.values}


class Prepared:
    """A statement that writes, with named values; `columns`: those that an INSERT or UPDATE sets from values.

    One value is given for each name, more do no harm. IN lists and RETURNING are none of its business.
    """

    def __init__(self, statement: sa.Executable, columns: Sequence[str] | None = None) -> None:
        self._statement: Any = statement
        self._columns = columns
        self._worded: dict[str, _Worded] = {}

    def send(self, tx: Transaction, values: Mapping[str, Any]) -> int:
        """Send it; gives the number of rows it changed."""
        worded = self._for(tx.connection.dialect)
        return tx.connection.exec_driver_sql(worded.text, worded.bound(values)).rowcount

    def send_each(self, tx: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
        """Send it once with each of these values; there must be some."""
        worded = self._for(tx.connection.dialect)
        tx.connection.exec_driver_sql(worded.text, [worded.bound(values) for values in rows])

    def _for(self, dialect: sa.Dialect) -> _Worded:
        worded = self._worded.get(dialect.name)
        if worded is None:
            compiled = self._statement.compile(dialect=dialect, column_keys=self._columns)
            stores = {
                name: bind.type.dialect_impl(dialect).bind_processor(dialect) for name, bind in compiled.binds.items()
            }
            names = compiled.positiontup or list(stores)
            worded = _Worded(
                text=str(compiled),
                values=tuple((name, stores[name]) for name in names),
                positional=compiled.positiontup is not None,
            )
            self._worded[dialect.name] = worded
        return worded
