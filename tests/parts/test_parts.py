"""The parts themselves are real and fresh for each test."""

import os
import smtplib
from email.message import EmailMessage
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from playwright.sync_api import Page

from tests.parts import postgresql, required
from tests.parts.mail import MailServer


@pytest.mark.postgresql
@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_has_an_empty_database_of_its_own(postgresql_url: str, turn: int) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        assert not sa.inspect(connection).get_table_names()
        connection.execute(sa.text("CREATE TABLE seen (turn integer)"))
        version = connection.execute(sa.text("SHOW server_version_num")).scalar_one()
    engine.dispose()
    assert int(version) >= 150000


@pytest.mark.postgresql
def test_a_template_is_built_once_and_copied(postgresql_server: postgresql.PostgreSQL) -> None:
    built: list[str] = []

    def build(url: str) -> None:
        built.append(url)
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE TABLE stencil (id integer)"))
        engine.dispose()

    name = f"stencil_{os.getpid()}"
    copies = [
        postgresql_server.create(template=postgresql_server.template(name, build)),
        postgresql_server.create(template=postgresql_server.template(name, build)),
    ]
    for copy in copies:
        with postgresql_server.connect(copy) as connection:
            assert connection.execute("SELECT count(*) FROM stencil").fetchone() == (0,)
        postgresql_server.drop(copy)
        with pytest.raises(psycopg.OperationalError):
            postgresql_server.connect(copy)
    assert len(built) == 1


@pytest.mark.postgresql
def test_only_its_owner_reaches_the_server(postgresql_server: postgresql.PostgreSQL) -> None:
    assert postgresql_server.socket.stat().st_mode & 0o077 == 0
    with postgresql_server.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_mail_arrives_and_can_be_refused(smtp_server: MailServer) -> None:
    message = EmailMessage()
    message["Subject"] = "Störung behoben"
    message["From"], message["To"] = "desk@keelson.test", "caller@keelson.test"
    message.set_content("Please confirm – or reopen.")
    smtp_server.refusals.append("451 try later")
    with smtplib.SMTP(smtp_server.host, smtp_server.port) as client:
        with pytest.raises(smtplib.SMTPDataError, match="try later"):
            client.send_message(message)
        client.send_message(message)
    [mail] = smtp_server.wait_for(1)
    assert mail.recipients == ("caller@keelson.test",)
    assert mail.message["Subject"] == "Störung behoben"
    assert mail.text.strip() == "Please confirm – or reopen."


@pytest.mark.browser
def test_chromium_draws_a_page_with_letters(page: Page, tmp_path: Path) -> None:
    page.set_content("<main><h1>Keelson</h1><p id=text>Runs as drawn</p></main>")
    box = page.locator("#text").bounding_box()
    assert box is not None
    assert box["height"] > 10
    width = "() => { const c = document.createElement('canvas').getContext('2d'); return c.measureText('W').width }"
    assert page.evaluate(width) > 0
    assert page.screenshot(path=tmp_path / "page.png").startswith(b"\x89PNG")


@pytest.mark.browser
def test_axe_finds_what_is_wrong(page: Page, axe_source: str) -> None:
    page.set_content("<html lang=en><title>t</title><main><h1>Keelson</h1><input></main>")
    page.evaluate(axe_source)
    found = page.evaluate("async () => (await axe.run()).violations.map(violation => violation.id)")
    assert "label" in found


def test_a_missing_part_is_a_skip_at_home_and_a_failure_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="Chromium is missing"):
        required.missing("Chromium", "install it")
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Chromium is missing"):
        required.missing("Chromium", "install it")
