"""One HTTP exchange over a pinned address, bounded in time and size.

The connection goes to an address that was resolved and judged before; Host header, SNI and certificate are those of
the name. No proxy is taken from the environment, no redirect followed, no cookie kept.
"""

import http.client
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from threading import Timer
from typing import Final
from urllib.parse import urlsplit

from engine.connectors.addresses import pinned
from engine.connectors.contract import CallFailed, Grants

SIZE: Final = 1024 * 1024
"""The largest answer that is read, in bytes."""
URL_LENGTH: Final = 8_000


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where a request goes: the parts of a URL. `path` includes the query."""

    secure: bool
    host: str
    port: int
    path: str

    @property
    def origin(self) -> tuple[bool, str, int]:
        """What headers may be sent again to."""
        return self.secure, self.host, self.port

    @property
    def authority(self) -> str:
        """The Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


@dataclass(frozen=True, kw_only=True)
class Request:
    """What is sent."""

    method: str
    target: Target
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Response:
    """What came back; names of headers in lower case, values of the same name joined by commas."""

    status: int
    headers: Mapping[str, str]
    content: bytes = field(repr=False)


class Deadline:
    """A moment by which something must be over."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Seconds left, at least a little: a time-out of 0 means something else to sockets."""
        return max(self._end - time.monotonic(), 0.001)

    @property
    def over(self) -> bool:
        """Whether it has passed."""
        return time.monotonic() >= self._end


def read_target(url: str) -> Target:
    """Take a URL apart. Raises CallFailed for what is no plain http or https URL."""
    if len(url) > URL_LENGTH:
        raise CallFailed(f"The URL is longer than {URL_LENGTH} characters.", permanent=True)
    if any(ord(character) <= 32 or ord(character) == 127 for character in url) or "\\" in url:
        raise CallFailed("The URL holds white space or characters that no URL holds.", permanent=True)
    try:
        parts = urlsplit(url)
        port, host = parts.port, parts.hostname or ""
        host = host if ":" in host else host.encode("idna").decode("ascii").rstrip(".").lower()
    except (ValueError, UnicodeError):
        raise CallFailed("The URL cannot be read.", permanent=True) from None
    if parts.scheme not in ("http", "https") or not host:
        raise CallFailed("The URL does not begin with http:// or https:// and a host.", permanent=True)
    if "@" in parts.netloc:
        raise CallFailed("The URL holds a user name or password; use a secret.", permanent=True)
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not path.isascii():
        raise CallFailed("The URL holds characters that must be written in percent signs.", permanent=True)
    return Target(secure=secure, host=host, port=port or (443 if secure else 80), path=path)


def exchange(request: Request, grants: Grants, deadline: Deadline) -> Response:
    """Send a request and read the answer. Raises CallFailed."""
    target = request.target
    addresses = pinned(target.host, target.port, grants, deadline.left)
    connection = _Pinned(target, addresses, deadline)
    try:
        connection.connect()
        connection.request(
            request.method, target.path, body=request.body, headers={"Host": target.authority, **request.headers}
        )
        return _answer(connection, deadline)
    except CallFailed:
        raise
    except ssl.SSLCertVerificationError as error:
        message = f"The certificate of {target.host} cannot be trusted: {error.verify_message}"
        raise CallFailed(message, code="unreachable") from None
    except (OSError, http.client.HTTPException) as error:
        if deadline.over:
            raise CallFailed(f"{target.host} did not answer in time.", code="timeout") from None
        raise CallFailed(f"{target.host} cannot be reached: {_words(error)}", code="unreachable") from None
    except (ValueError, UnicodeError):
        raise CallFailed("A header or the method holds characters that may not be sent.", permanent=True) from None
    finally:
        connection.leave()


def _answer(connection: "_Pinned", deadline: Deadline) -> Response:
    host = connection.target.host
    with closing(connection.getresponse()) as answer:
        content, missing = answer.read(SIZE + 1), answer.length
    if deadline.over:
        raise CallFailed(f"{host} did not answer in time.", code="timeout")
    if len(content) > SIZE:
        raise CallFailed(f"The answer of {host} is larger than {SIZE} bytes.", permanent=True, code="bad-answer")
    if missing:  # what was announced and did not come
        raise CallFailed(f"The answer of {host} was cut off.", code="unreachable")
    headers: dict[str, str] = {}
    for name, value in answer.getheaders():
        key = name.lower()
        headers[key] = f"{headers[key]}, {value}" if key in headers else value
    return Response(status=answer.status, headers=headers, content=content)


class _Pinned(http.client.HTTPConnection):
    """A connection to one of the addresses; when the time is over it is cut, wherever it stands."""

    def __init__(self, target: Target, addresses: tuple[str, ...], deadline: Deadline) -> None:
        super().__init__(target.host, target.port)
        self.target = target
        self._addresses = addresses
        self._deadline = deadline
        self._twin: socket.socket | None = None
        self._watch: Timer | None = None

    def connect(self) -> None:
        """Connect to the first address that answers."""
        trouble: OSError | None = None
        for address in self._addresses:
            try:
                self.sock = socket.create_connection((address, self.target.port), timeout=self._deadline.left)
                break
            except OSError as error:
                trouble = error
        else:
            raise trouble or OSError("no address")
        # A second handle on the connection: each read has its own time-out, but a peer that sends a byte now and then
        # would never meet one, nor would a handshake or a header.
        self._twin = self.sock.dup()
        self._watch = Timer(self._deadline.left, _cut, [self._twin])
        self._watch.daemon = True
        self._watch.start()
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if self.target.secure:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self.sock, server_hostname=self.target.host)

    def leave(self) -> None:
        """End the watch and close the connection.

        Not `close`: the library calls that as soon as it has read a header without a length, with the body to come.
        """
        if self._watch is not None:
            self._watch.cancel()
            self._watch.join()
        self.close()
        if self._twin is not None:
            self._twin.close()
            self._twin = None


def _cut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is gone already


def _words(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
