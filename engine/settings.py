"""Settings: one frozen value, read from the environment once and handed on from there."""

import contextlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.errors import SettingsWrong

YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """Where mail is handed in. `secure` means TLS from the first byte; otherwise STARTTLS is used where offered."""

    host: str
    port: int
    secure: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How this installation is set up; every field has one KEELSON_ variable."""

    data: Path
    database: str = field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = "http://127.0.0.1:8000"
    smtp: Smtp | None = None
    mail_from: str = "Keelson <keelson@localhost>"
    demo: bool = False
    zone: str = "UTC"
    worker: bool = True
    proxies: int = 0
    """How many reverse proxies stand in front, whose word on the caller's address is believed."""
    master: str | None = field(default=None, repr=False)
    untrusted_scripts: Literal["refuse", "worker"] = "refuse"
    """What becomes of Python that nobody vouched for: refused at the release, or run in a process apart."""
    controlled_diagrams: bool = True
    """Whether a proposed version of a process begins a case of document control."""
    recurring_cases: int = 1000
    """Most cases of a process that begin through one another while no person acts and no timer runs."""

    @staticmethod
    def read(environ: Mapping[str, str]) -> "Settings":
        """Read the KEELSON_ variables. Raises SettingsWrong naming the first variable that cannot be used."""
        data = Path(environ.get("KEELSON_DATA") or ".data").expanduser().absolute()
        host = environ.get("KEELSON_HOST") or "127.0.0.1"
        port = _port(environ.get("KEELSON_PORT") or "8000")
        return Settings(
            data=data,
            database=_database(environ.get("KEELSON_DATABASE") or f"sqlite:///{data / 'keelson.sqlite'}"),
            host=host,
            port=port,
            base_url=_base_url(environ.get("KEELSON_BASE_URL") or f"http://{_in_url(host)}:{port}"),
            smtp=_smtp(environ.get("KEELSON_SMTP", "")),
            mail_from=_mail_from(environ.get("KEELSON_MAIL_FROM") or "Keelson <keelson@localhost>"),
            demo=_switch(environ, "KEELSON_DEMO", default=False),
            zone=_zone(environ.get("KEELSON_ZONE") or "UTC"),
            worker=_switch(environ, "KEELSON_WORKER", default=True),
            proxies=_proxies(environ.get("KEELSON_PROXIES") or "0"),
            master=_master(environ.get("KEELSON_MASTER_KEY", "")),
            untrusted_scripts=_untrusted(environ.get("KEELSON_UNTRUSTED_SCRIPTS") or "refuse"),
            controlled_diagrams=_switch(environ, "KEELSON_CONTROLLED_DIAGRAMS", default=True),
            recurring_cases=_recurring(environ.get("KEELSON_RECURRING_CASES") or "1000"),
        )

    def secret_key(self) -> str:
        """Give the key that signs sessions, made on first use in the data folder and readable by its owner only."""
        return self._key("secret-key", "secret key")

    def master_key(self) -> bytes:
        """Give the 32 bytes that secrets at rest are sealed with: the setting, else a file in the data folder.

        Raises SettingsWrong.
        """
        try:
            key = bytes.fromhex(self.master or self._key("master-key", "master key"))
        except ValueError:
            key = b""
        if len(key) != 32:
            raise SettingsWrong(f"The master key {self.data / 'master-key'} is not 64 hexadecimal digits.")
        return key

    def _key(self, name: str, what: str) -> str:
        path = self.data / name
        try:
            self.data.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not path.exists():
                _write_once(path, secrets.token_hex(32))
            key = path.read_text(encoding="ascii").strip()
        except OSError as error:
            raise SettingsWrong(f"The {what} {path} cannot be read or made: {error.strerror}.") from None
        if len(key) < 32:
            raise SettingsWrong(f"The {what} {path} is too short; delete the file to have a new one made.")
        return key


def _write_once(path: Path, text: str) -> None:
    # Linked into place whole: of two processes that start together one wins, and nobody reads half a key.
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        draft.unlink()


def _switch(environ: Mapping[str, str], name: str, *, default: bool) -> bool:
    if name not in environ:
        return default
    text = environ[name].strip().lower()
    if text not in YES | NO:
        raise SettingsWrong(f"{name} is {environ[name]!r}; it may be 1 or 0.", variable=name)
    return text in YES


def _master(text: str) -> str | None:
    # The value is not repeated in the message.
    key = text.strip()
    if key and not (len(key) == 64 and all(digit in "0123456789abcdefABCDEF" for digit in key)):
        raise SettingsWrong("KEELSON_MASTER_KEY is not 64 hexadecimal digits.", variable="KEELSON_MASTER_KEY")
    return key or None


def _untrusted(text: str) -> Literal["refuse", "worker"]:
    name = "KEELSON_UNTRUSTED_SCRIPTS"
    match text.strip().lower():
        case "refuse":
            return "refuse"
        case "worker":
            return "worker"
    raise SettingsWrong(f"{name} is {text!r}; it may be refuse or worker.", variable=name)


def _port(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 65536):
        raise SettingsWrong(f"KEELSON_PORT is {text!r}; it may be a number from 1 to 65535.", variable="KEELSON_PORT")
    return int(text)


def _proxies(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) < 10):
        raise SettingsWrong(f"KEELSON_PROXIES is {text!r}; it may be a number from 0 to 9.", variable="KEELSON_PROXIES")
    return int(text)


def _recurring(text: str) -> int:
    name = "KEELSON_RECURRING_CASES"
    if not (text.isascii() and text.isdigit() and len(text) < 7 and int(text) > 0):
        raise SettingsWrong(f"{name} is {text!r}; it may be a number from 1 to 999999.", variable=name)
    return int(text)


def _database(url: str) -> str:
    # The value is not repeated in the message: it may hold a password.
    scheme = url.partition(":")[0]
    if scheme not in {"sqlite", "postgresql", "postgresql+psycopg"}:
        raise SettingsWrong(
            "KEELSON_DATABASE is not a database URL that Keelson knows; it may be sqlite:///path/to/file or "
            "postgresql://user:password@host/name.",
            variable="KEELSON_DATABASE",
        )
    return url


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _base_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment:
        raise SettingsWrong(
            f"KEELSON_BASE_URL is {url!r}; it may be like https://keelson.example.org.", variable="KEELSON_BASE_URL"
        )
    return url.rstrip("/")


def _smtp(url: str) -> Smtp | None:
    if not url.strip():
        return None
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise SettingsWrong(
            "KEELSON_SMTP cannot be used; it may be smtp://user:password@host:25, smtps://host:465 or empty.",
            variable="KEELSON_SMTP",
        )
    secure = parts.scheme == "smtps"
    return Smtp(
        host=parts.hostname,
        port=port or (465 if secure else 25),
        secure=secure,
        user=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
    )


def _mail_from(text: str) -> str:
    if "@" not in text or any(ord(character) < 32 for character in text):
        raise SettingsWrong(
            f"KEELSON_MAIL_FROM is {text!r}; it may be like Service desk <desk@example.org>.",
            variable="KEELSON_MAIL_FROM",
        )
    return text


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SettingsWrong(
            f"KEELSON_ZONE is {name!r}; it may be a time zone like Europe/Berlin.", variable="KEELSON_ZONE"
        ) from None
    return name
