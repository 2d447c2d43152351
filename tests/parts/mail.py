"""A real SMTP server for the tests; it keeps what it gets."""

import contextlib
import socket
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """One mail that was accepted, with the addresses it was sent under."""

    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    @property
    def text(self) -> str:
        """The plain text of the mail."""
        body = self.message.get_body(("plain",))
        return body.get_content() if body else ""


@dataclass(kw_only=True)
class MailServer:
    """The server as tests see it. `refusals` are the answers to give to the next mails instead of taking them."""

    host: str = "127.0.0.1"
    port: int = 0
    delivered: list[Delivered] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)
    _arrived: threading.Condition = field(default_factory=threading.Condition)

    def wait_for(self, count: int, *, seconds: float = 120) -> list[Delivered]:
        """The mails so far, once there are at least `count`; fails after `seconds`."""
        with self._arrived:
            enough = self._arrived.wait_for(lambda: len(self.delivered) >= count, seconds)
        assert enough, f"{len(self.delivered)} of {count} mails arrived within {seconds} s"
        return list(self.delivered)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a mail, or refuse it if the test said so."""
        if self.refusals:
            return self.refusals.pop(0)
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        mail = Delivered(sender=envelope.mail_from or "", recipients=tuple(envelope.rcpt_tos), message=message)
        with self._arrived:
            self.delivered.append(mail)
            self._arrived.notify_all()
        return "250 taken"


def start() -> tuple[MailServer, Controller]:
    """Start a server on a free port; stop the controller at the end."""
    for _ in range(20):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = MailServer(port=port)
        controller = Controller(server, hostname=server.host, port=port, server_hostname="mail.test")
        # Between the probe and the start another process may take the port: try the next.
        with contextlib.suppress(OSError):
            controller.start()
            return server, controller
    raise AssertionError("no free port was found for the mail server")
