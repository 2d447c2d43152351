"""The schema's history: one for SQLite and PostgreSQL, run by code, no ini file.

A new revision is drawn up by `python -m engine.storage.migrations "what it does"` from the difference between the
tables and a database upgraded so far; read it before committing it.
"""

from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from engine.database import Database
from engine.errors import NotUpgraded

_FOLDER = Path(__file__).parent
_UPGRADE_LOCK = 5213740918  # any number, the same in every release


def upgrade(database: Database) -> bool:
    """Bring the schema to this release's, in one transaction; says whether there was something to do.

    Raises NotUpgraded when the database was upgraded by a later release already.
    """
    with database.writing(bounded=False) as connection:
        if database.dialect == "postgresql":
            # Two that start together: the second waits here, then finds nothing to do.
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
        else:
            # Batch mode rebuilds tables; references are checked when all of them are back.
            connection.exec_driver_sql("PRAGMA defer_foreign_keys=ON")
        before = current(connection)
        if before == head():
            return False
        _refuse_unknown(before)
        command.upgrade(configuration(connection), "head")
        return True


def check_head(connection: sa.Connection) -> None:
    """Make sure that the schema is this release's. Raises NotUpgraded saying what to do."""
    found = current(connection)
    if found == head():
        return
    _refuse_unknown(found)
    state = "has no tables yet" if found is None else "was made by an earlier release"
    raise NotUpgraded(f"The database {state}; run `python -m engine upgrade`.")


def current(connection: sa.Connection) -> str | None:
    """Give the revision of the database; None when it has none."""
    return MigrationContext.configure(connection).get_current_revision()


@cache
def head() -> str:
    """Give the newest revision of this release."""
    return str(_scripts().get_current_head())


def configuration(connection: sa.Connection | None = None) -> Config:
    """Give Alembic's configuration; the connection travels in its attributes, inside our transaction."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def _refuse_unknown(revision: str | None) -> None:
    known = {script.revision for script in _scripts().walk_revisions()}
    if revision is not None and revision not in known:
        raise NotUpgraded("The database was upgraded by a later release of Keelson; start that release instead.")


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(configuration())
