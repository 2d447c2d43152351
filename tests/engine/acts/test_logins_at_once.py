"""Two people who get the same login in the same moment, written differently."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from engine.acts.people import add_person
from engine.errors import Conflict, Unacceptable
from tests.journeys.story import Story


def test_a_login_is_given_once_whatever_its_case(either: Story) -> None:
    logins = ("Zora", "zora", "ZORA")
    barrier = Barrier(len(logins))

    def add(login: str) -> type[Exception] | None:
        with either.organisation.acting("ada") as tx:
            if tx.connection.dialect.name == "postgresql":  # on SQLite only one of them may write
                barrier.wait(20)
            try:
                add_person(tx, login=login, name="Zora")
            except Unacceptable as refused:
                return type(refused)
        return None

    def tried(login: str) -> type[Exception] | None:
        try:
            return add(login)
        except Conflict as refused:
            return type(refused)

    with ThreadPoolExecutor(len(logins)) as pool:
        outcomes = list(pool.map(tried, logins))
    assert outcomes.count(None) == 1
    assert set(outcomes) <= {None, Conflict, Unacceptable}
