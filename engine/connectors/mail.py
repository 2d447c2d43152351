"""Mail: hands one message to the mail server."""

import smtplib
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, parseaddr

from engine.connectors.contract import CallFailed
from engine.settings import Smtp

SECONDS = 15
"""How long the mail server may take for one answer."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, kw_only=True)
class Mail:
    """A message to one person, or to several addresses.

    `key` becomes the Message-ID: the same at every attempt, so that copies are known.
    """

    key: str
    sender: str
    address: str
    name: str
    subject: str
    text: str
    html: str | None
    date: datetime
    others: tuple[str, ...] = ()
    """Further addresses."""


def send(server: Smtp, mail: Mail) -> None:
    """Hand a mail to the server. Raises CallFailed, permanent when the server will never take it."""
    message = compose(mail)
    try:
        with _connected(server, _domain(mail.sender)) as connection:
            if server.user is not None:
                connection.login(server.user, server.password or "")
            connection.send_message(message)
    except smtplib.SMTPAuthenticationError:
        # Wrong credentials are put right by the operator: the mail may be tried again.
        raise CallFailed("The mail server refused the user name or password.") from None
    except smtplib.SMTPRecipientsRefused as error:
        code, reason = next(iter(error.recipients.values()))
        raise CallFailed(_refusal(code, reason), permanent=code >= 500) from None
    except smtplib.SMTPResponseException as error:
        raise CallFailed(_refusal(error.smtp_code, error.smtp_error), permanent=error.smtp_code >= 500) from None
    except (UnicodeError, smtplib.SMTPNotSupportedError):
        raise CallFailed("The mail server does not take this address.", permanent=True) from None
    except (OSError, smtplib.SMTPException) as error:
        raise CallFailed(f"The mail server {server.host}:{server.port} cannot be used: {error}") from None


def compose(mail: Mail) -> EmailMessage:
    """Build the message: plain text, with an HTML alternative where there is one. Raises CallFailed for bad headers."""
    message = EmailMessage(policy=SMTP_POLICY)
    try:
        message["From"] = mail.sender
        first = Address(display_name=_one_line(mail.name), addr_spec=mail.address)
        message["To"] = ", ".join(map(str, (first, *(Address(addr_spec=other) for other in mail.others))))
        message["Subject"] = _one_line(mail.subject)
        message["Date"] = format_datetime(mail.date)
        message["Message-ID"] = f"<{mail.key}@{_domain(mail.sender)}>"
    except Exception as error:  # noqa: BLE001 - the header parser fails with whatever its inside fails with
        raise CallFailed(f"The address or subject cannot be put into a mail: {error}", permanent=True) from None
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no out-of-office answers, please
    message.set_content(mail.text)
    if mail.html is not None:
        message.add_alternative(mail.html, subtype="html")
    return message


def read_mail(payload: Mapping[str, object], *, key: str, sender: str, date: datetime) -> Mail:
    """Read a mail from a job's payload: to, name, subject, text, html."""
    html = payload.get("html")
    return Mail(
        key=key,
        sender=sender,
        address=str(payload["to"]),
        name=str(payload.get("name") or ""),
        subject=str(payload["subject"]),
        text=str(payload["text"]),
        html=None if html is None else str(html),
        date=date,
    )


def _connected(server: Smtp, own_name: str) -> smtplib.SMTP:
    # Naming ourselves spares a look-up of this machine's name, which takes seconds where there is no name server.
    context = ssl.create_default_context()
    if server.secure:
        return smtplib.SMTP_SSL(server.host, server.port, local_hostname=own_name, timeout=SECONDS, context=context)
    connection = smtplib.SMTP(server.host, server.port, local_hostname=own_name, timeout=SECONDS)
    try:
        connection.ehlo()
        # A relay on this very machine often has a certificate for another name, and nobody can listen in between.
        if connection.has_extn("starttls") and server.host not in _LOOPBACK:
            connection.starttls(context=context)
    except BaseException:
        connection.close()
        raise
    return connection


def _refusal(code: int, reason: bytes | str) -> str:
    words = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else reason
    return f"The mail server refused: {code} {words[:200]}"


def _domain(sender: str) -> str:
    return parseaddr(sender)[1].rpartition("@")[2] or "localhost"


def _one_line(text: str) -> str:
    return " ".join(text.split())
