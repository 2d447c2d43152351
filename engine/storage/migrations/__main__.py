"""Draws up a new revision: for developers, after a change of engine/storage/tables.py."""

import sys

from alembic import command

from engine.database import Database
from engine.storage.migrations import configuration, upgrade


def main(message: str) -> None:
    """Compare the tables with a fresh database upgraded so far and write the difference as a revision."""
    database = Database("sqlite://")
    upgrade(database)
    with database.writing() as connection:
        command.revision(configuration(connection), message, autogenerate=True)
    database.close()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]) or "change tables")
