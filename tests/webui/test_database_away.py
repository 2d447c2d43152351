"""Pages while the database, or only a disk with room on it, is away: words, a wait, and nothing typed is lost."""

import io
import resource
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from itsdangerous import TimestampSigner
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from engine.acts.attaching import files_of
from engine.database import Database
from engine.errors import DatabaseUnavailable
from engine.model.entry import instance_stream
from engine.model.person import SYSTEM
from engine.storage import instances, journal
from engine.transaction import reading
from tests.faults import invariants
from tests.webui.conftest import REPORT, House, csrf_of, first_task, hidden
from tests.webui.test_working_a_task import LOGGED, opened

SENTENCE = "The database cannot be reached."


@contextmanager
def away(house: House) -> Iterator[None]:
    """No transaction can be opened meanwhile."""

    @contextmanager
    def refuse(_database: Database) -> Iterator[sa.Connection]:
        raise DatabaseUnavailable(SENTENCE)
        yield

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Database, "reading", refuse)
        patch.setattr(Database, "writing", refuse)
        yield


@pytest.mark.parametrize("path", ["/", "/work", "/start/incident", "/cases", "/sign-in", "/me/kept", "/people"])
def test_a_page_says_so_and_has_a_wait(house: House, path: str) -> None:
    visitor = house.signed_in("administrator")
    with away(house):
        answer = visitor.get(path)
        html = answer.get_data(as_text=True)
        if path != "/sign-in":
            assert answer.status_code == 503
            assert answer.headers["Retry-After"] == "60"
            assert SENTENCE in html
            assert "Nothing was changed. Try again in a minute." in html
        script = visitor.get(path, headers={"Accept": "application/json", "X-CSRFToken": "x"})
        assert script.status_code in {503, 200}
    assert visitor.get("/work").status_code == 200, "the session goes on by itself"


def test_what_was_posted_comes_back_when_the_database_does(house: House, reported: str) -> None:
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    fields = {**opened(desk, path), **LOGGED, "title": "Typed while away"}
    with away(house):
        answer = desk.client.post(path, data=fields)
        assert answer.status_code == 503
        html = answer.get_data(as_text=True)
        assert "What you typed is kept." in html
        assert "/me/kept" in html
        assert desk.get("/me/kept").status_code == 503, "asking too early loses nothing"
    back = desk.client.get("/me/kept", follow_redirects=True)
    assert back.request.path == path
    assert "Typed while away" in back.get_data(as_text=True)
    assert desk.client.post(path, data={**opened(desk, path), **LOGGED}).status_code == 303
    with reading(house.installation, SYSTEM) as tx:
        case = instances.by_number(tx, reported)
        assert case is not None
        told = [entry.kind for entry in journal.entries(tx.connection, instance_stream(case.id))]
    assert told.count("task.completed") == 1


def test_a_full_disk_is_told_and_the_report_kept(house: House) -> None:
    caller = house.signed_in("caller")
    page = caller.get("/start/incident").get_data(as_text=True)
    form = {**REPORT, "csrf_token": csrf_of(page), "_once": hidden(page, "_once")}
    assert house.installation.database.path is not None
    writing = house.installation.database._writing
    with writing.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as many as there are already, and no more
    reports = [{**form, "_once": f"{number}", "description": f"{number}" + "x" * 1500} for number in range(200)]
    full = next(
        (answer, report)
        for report in reports
        if (answer := caller.client.post("/start/incident", data=report)).status_code != 303
    )
    answer, form = full
    assert answer.status_code == 503
    html = answer.get_data(as_text=True)
    assert "The disk is full; nothing was changed." in html
    assert "What you typed is kept." in html
    assert caller.get("/cases").status_code == 200, "one can still read"
    with writing.connect() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 4294967294")
    back = caller.client.get("/me/kept", follow_redirects=True)
    assert back.request.path == "/start/incident"
    again = back.get_data(as_text=True)
    assert "x" * 1500 in again
    form |= {"csrf_token": csrf_of(again), "_once": hidden(again, "_once")}
    assert caller.client.post("/start/incident", data=form).status_code == 303
    invariants.check(house.installation)


@pytest.mark.parametrize("size", [400_000, 3_000_000], ids=["small", "large"])
def test_an_attachment_that_finds_no_room_is_told_and_the_rest_kept(house: House, size: int) -> None:
    caller = house.signed_in("caller")
    page = caller.get("/start/incident").get_data(as_text=True)
    form = {**REPORT, "csrf_token": csrf_of(page), "_once": hidden(page, "_once"), "title": "With a picture"}
    boundary, body = encode_multipart({**form, "attachments": FileStorage(*picture(size))})
    with no_room(size // 2):
        answer = caller.client.post(
            "/start/incident", data=body, content_type=f"multipart/form-data; boundary={boundary}"
        )
    html = answer.get_data(as_text=True)
    assert answer.status_code == 503
    assert "disk is full" in html or "could not be kept" in html
    assert "What you typed is kept." in html
    assert [path for path in files_of(house.installation).rglob("*") if path.is_file()] == []
    back = caller.client.get("/me/kept", follow_redirects=True)
    again = back.get_data(as_text=True)
    assert back.request.path == "/start/incident"
    assert "With a picture" in again
    form |= {"csrf_token": csrf_of(again), "_once": hidden(again, "_once")}
    sent = caller.client.post("/start/incident", data={**form, "attachments": picture(size)})
    assert sent.status_code == 303, "there is room again"
    assert [path.stat().st_size for path in files_of(house.installation).rglob("*") if path.is_file()] == [size]
    invariants.check(house.installation)


def picture(size: int) -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"x" * size), "screen.png"


@contextmanager
def no_room(size: int) -> Iterator[None]:
    """No file of this process grows beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_whoever_was_signed_in_when_the_clock_was_set_back_signs_in_again(
    house: House, reported: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """His session was signed in what is now the future; what he typed is kept."""
    house.clock.pass_by(hours=5)
    desk = house.signed_in("service_desk")
    path = first_task(desk)
    fields = {**opened(desk, path), **LOGGED}
    before = TimestampSigner.get_timestamp
    monkeypatch.setattr(TimestampSigner, "get_timestamp", lambda self: before(self) - 3 * 3600)
    house.clock.pass_by(hours=-3)
    answer = desk.client.post(path, data=fields)
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["Location"]
    again = house.signed_in("service_desk")
    assert again.client.post(path, data={**opened(again, path), **LOGGED}).status_code == 303
    invariants.check(house.installation)


def test_sqlite_says_what_is_wrong_when_its_file_is_locked_by_another_program(house: House) -> None:
    caller = house.signed_in("caller")
    page = caller.get("/start/incident").get_data(as_text=True)
    form = {**REPORT, "csrf_token": csrf_of(page), "_once": hidden(page, "_once")}
    database = house.installation.database
    with database._writing.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(str(database.path), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        answer = caller.client.post("/start/incident", data=form)
        assert answer.status_code == 503
        assert "stayed locked by another program" in answer.get_data(as_text=True)
        assert caller.get("/cases").status_code == 200, "one can still read"
    finally:
        other.rollback()
        other.close()
    assert caller.client.post("/start/incident", data=form).status_code == 303, "the same page can be sent again"
