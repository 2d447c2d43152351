"""The schema's history: leads to exactly the tables, on both databases, up and down, once."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from engine.database import Database
from engine.errors import NotUpgraded
from engine.storage import migrations
from engine.storage.tables import metadata


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    sqlite = request.param == "sqlite"
    database = Database(f"sqlite:///{tmp_path}/empty.sqlite" if sqlite else request.getfixturevalue("postgresql_url"))
    yield database
    database.close()


@pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index")
def test_upgrading_leads_to_the_tables(empty: Database) -> None:
    assert migrations.upgrade(empty) is True
    assert migrations.upgrade(empty) is False
    with empty.reading() as connection:
        migrations.check_head(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_what_goes_up_comes_down(empty: Database) -> None:
    migrations.upgrade(empty)
    with empty.writing() as connection:
        command.downgrade(migrations.configuration(connection), "base")
    with empty.reading() as connection:
        assert set(sa.inspect(connection).get_table_names()) <= {"alembic_version"}
    assert migrations.upgrade(empty) is True


def test_defaults_of_the_database_are_the_same_on_both(empty: Database) -> None:
    migrations.upgrade(empty)
    with empty.writing() as connection:
        connection.execute(
            sa.text(
                "INSERT INTO person (id, login, name, created_at)"
                " VALUES ('1', 'anna', 'Anna', '2026-11-23T09:00:00.000000Z')"
            )
        )
        row = connection.execute(sa.select(metadata.tables["person"])).mappings().one()
    assert (row["active"], row["sessions"], row["zone"]) == (True, 0, "UTC")


def test_an_empty_database_says_what_to_do(empty: Database) -> None:
    with empty.reading() as connection, pytest.raises(NotUpgraded, match="no tables yet; run `python -m engine upgr"):
        migrations.check_head(connection)


@pytest.mark.parametrize("ask", ["check", "upgrade"])
def test_a_database_of_a_later_release_is_left_alone(empty: Database, ask: str) -> None:
    migrations.upgrade(empty)
    with empty.writing() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with empty.reading() as connection:
        refused = migrations.check_head if ask == "check" else migrations.upgrade
        with pytest.raises(NotUpgraded, match="later release"):
            refused(connection if ask == "check" else empty)


def test_two_that_upgrade_together_do_it_once(empty: Database) -> None:
    outcomes: list[bool | BaseException] = []

    def work() -> None:
        try:
            outcomes.append(migrations.upgrade(empty))
        except BaseException as error:  # noqa: BLE001 - told by the main thread
            outcomes.append(error)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, outcomes)) == ["False", "True"]


@pytest.mark.postgresql
def test_logins_that_became_one_are_named_and_nothing_is_done(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    with database.writing() as connection:
        command.upgrade(migrations.configuration(connection), "0006")
        people = [{"id": login, "login": login} for login in ("anna", "Anna", "Émile", "émile", "ANNA", "bo", "bob")]
        moment = "'2026-11-23T09:00:00Z'"
        added = f"INSERT INTO person (id, login, name, created_at) VALUES (:id, :login, 'N', {moment})"  # noqa: S608
        connection.execute(sa.text(added), people)
    with pytest.raises(NotUpgraded) as refused:
        migrations.upgrade(database)
    for words in ("ANNA/Anna/anna", "Émile/émile", "another login", "nothing was changed"):
        assert words in refused.value.message
    assert "bo" not in refused.value.message
    with database.reading() as connection:
        assert migrations.current(connection) == "0006"
        assert "memo" not in sa.inspect(connection).get_table_names()
    with database.writing() as connection:
        for login, other in {"ANNA": "anna2", "Anna": "anna3", "Émile": "emil"}.items():
            connection.execute(
                sa.text("UPDATE person SET login = :other WHERE login = :login"), [{"login": login, "other": other}]
            )
    assert migrations.upgrade(database) is True
    database.close()
