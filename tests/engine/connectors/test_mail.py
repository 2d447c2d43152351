"""Mail, against a real SMTP server."""

import socket
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from engine.connectors.contract import CallFailed
from engine.connectors.mail import Mail, compose, read_mail, send
from engine.settings import Smtp
from tests.parts.mail import MailServer

MAIL = Mail(
    key="0192-job",
    sender="Service desk <desk@example.org>",
    address="otto@example.org",
    name="Otto Öl",
    subject="INC-1042: Drucker\r\nBcc: everybody@example.org",
    text="Der Drucker läuft.\n",
    html="<p>Der Drucker läuft.</p>",
    date=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
)


def server_of(smtp_server: MailServer) -> Smtp:
    return Smtp(host=smtp_server.host, port=smtp_server.port)


def test_a_mail_arrives_as_it_was_meant(smtp_server: MailServer) -> None:
    send(server_of(smtp_server), MAIL)
    (arrived,) = smtp_server.wait_for(1)
    assert arrived.sender == "desk@example.org"
    assert arrived.recipients == ("otto@example.org",)
    message = arrived.message
    assert message["Subject"] == "INC-1042: Drucker Bcc: everybody@example.org"
    assert message["Bcc"] is None
    assert message["To"] == "Otto Öl <otto@example.org>"
    assert message["Message-ID"] == "<0192-job@example.org>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert arrived.text.strip() == "Der Drucker läuft."
    html = message.get_body(("html",))
    assert html is not None
    assert "läuft" in html.get_content()


def test_a_mail_without_html_is_plain_text() -> None:
    assert compose(replace(MAIL, html=None)).get_content_type() == "text/plain"


@pytest.mark.parametrize(("answer", "permanent"), [("451 greylisted", False), ("554 no thanks", True)])
def test_refusals_say_whether_trying_again_helps(smtp_server: MailServer, answer: str, permanent: bool) -> None:
    smtp_server.refusals.append(answer)
    with pytest.raises(CallFailed, match=answer) as caught:
        send(server_of(smtp_server), MAIL)
    assert caught.value.permanent is permanent
    assert smtp_server.delivered == []


def test_a_server_that_is_not_there_is_worth_another_try() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(CallFailed, match="cannot be used") as caught:
        send(Smtp(host="127.0.0.1", port=port), MAIL)
    assert not caught.value.permanent


def test_a_server_without_sign_in_refuses_credentials_with_a_sentence(smtp_server: MailServer) -> None:
    with pytest.raises(CallFailed):
        send(Smtp(host=smtp_server.host, port=smtp_server.port, user="me", password="x"), MAIL)


@pytest.mark.parametrize("address", ["nobody", "a@b\nc@d", "", "a b@c", "a@b, c@d"])
def test_an_address_that_is_none_is_given_up_at_once(smtp_server: MailServer, address: str) -> None:
    with pytest.raises(CallFailed) as caught:
        send(server_of(smtp_server), replace(MAIL, address=address))
    assert caught.value.permanent
    assert smtp_server.delivered == []


def test_a_mail_is_read_from_a_payload() -> None:
    payload = {"to": MAIL.address, "name": MAIL.name, "subject": MAIL.subject, "text": MAIL.text, "html": MAIL.html}
    assert read_mail(payload, key=MAIL.key, sender=MAIL.sender, date=MAIL.date) == MAIL
