"""A real HTTP server on the loopback, as other systems are: it answers as a test says, and keeps what it was asked."""

import contextlib
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the server says; `raw`, where given, writes to the connection itself."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    raw: Callable[[BaseHTTPRequestHandler], None] | None = None


@dataclass(kw_only=True)
class WebServer:
    """The server as tests see it; `replies` by path, `asked` in order, `ended` set when the test is over."""

    port: int = 0
    replies: dict[str, Reply | Callable[[Asked], Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str = "/", host: str = "127.0.0.1", scheme: str = "http") -> str:
        """An address of the server."""
        return f"{scheme}://{host}:{self.port}{path}"


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[WebServer]:
    """Serve on a free port until the block ends."""
    server = WebServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            names = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(method=self.command, path=self.path, headers=names, body=self.rfile.read(length))
            server.asked.append(asked)
            reply = server.replies.get(self.path.partition("?")[0], Reply(status=404))
            reply = reply if isinstance(reply, Reply) else reply(asked)
            self.close_connection = True
            if reply.raw is not None:
                with contextlib.suppress(OSError):
                    reply.raw(self)
                return
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("POST", "PUT", "PATCH", "DELETE", "HEAD"):
        setattr(Handler, f"do_{method}", Handler.do_GET)

    class Listener(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A caller that hangs up is none of the test's business."""

    listener = Listener(("127.0.0.1", 0), Handler)
    if context is not None:
        listener.socket = context.wrap_socket(listener.socket, server_side=True)
    server.port = listener.server_address[1]
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.ended.set()
        listener.shutdown()
        listener.server_close()
        thread.join()
