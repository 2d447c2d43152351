"""A store copied as it is on disk, and whether two stores hold the same."""

import sqlite3
from contextlib import closing
from pathlib import Path


def copy(store: Path, twin: Path) -> None:
    """Copy a SQLite file page by page, so that the twin is as scattered as the store; both may be open."""
    with closing(sqlite3.connect(store)) as source, closing(sqlite3.connect(twin)) as target:
        source.backup(target)


def differences(store: Path, twin: Path) -> list[str]:
    """Name the tables whose rows differ."""
    with closing(sqlite3.connect(store)) as one, closing(sqlite3.connect(twin)) as other:
        names = [name for (name,) in one.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return [
            name
            for name in names
            if sorted(map(repr, one.execute(f'SELECT * FROM "{name}"')))  # noqa: S608 - names of our own tables
            != sorted(map(repr, other.execute(f'SELECT * FROM "{name}"')))  # noqa: S608
        ]
