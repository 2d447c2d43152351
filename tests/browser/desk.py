"""A small server of pages for the browser scripts alone: the strict policy of the product, none of its storeys."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlparse

BUILT = Path(__file__).resolve().parents[2] / "webui" / "static" / "dist"
STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
KINDS = {"js": "text/javascript", "css": "text/css", "svg": "image/svg+xml", "woff2": "font/woff2"}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    query: str
    headers: dict[str, str]
    body: str

    @property
    def form(self) -> dict[str, list[str]]:
        return parse_qs(self.body, keep_blank_values=True)


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What to send back."""

    body: str = ""
    kind: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(kw_only=True)
class Desk:
    """Pages by path: text, or a function of the request; `asked` is what came in, oldest first."""

    address: str = ""
    pages: dict[str, object] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def asset(self, logical: str) -> str:
        return f"/static/dist/{self.names[logical]}"

    def document(self, main: str, *features: str) -> str:
        """A whole page around `main`, with the scripts of every page and those of some features."""
        styles = "".join(f'<link rel="stylesheet" href="{self.asset(f"{one}.css")}">' for one in ("page", *features))
        scripts = "".join(
            f'<script type="module" src="{self.asset(f"{one}.js")}"></script>' for one in ("page", *features)
        )
        return (
            '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Desk</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta name="csrf-token" content="token">'
            f'<link rel="icon" href="{self.asset("favicon")}">'
            f'<script src="{self.asset("theme.js")}"></script>{styles}{scripts}</head>'
            '<body><main id="main"><h1>Desk</h1>'
            f'<svg class="icon" aria-hidden="true"><use href="{self.asset("icons")}#inbox"/></svg>'
            f"{main}</main></body></html>"
        )

    def of(self, method: str, path: str) -> list[Asked]:
        return [one for one in self.asked if (one.method, one.path) == (method, path)]

    def reply(self, asked: Asked) -> Answer:
        if asked.path.startswith("/static/dist/"):
            file = BUILT / Path(asked.path).name
            return Answer(status=404) if not file.is_file() else Answer(body=str(file), kind=KINDS[file.suffix[1:]])
        self.asked.append(asked)
        found = self.pages.get(asked.path, Answer(status=404, body="nothing here"))
        if callable(found):
            found = found(asked)
        return found if isinstance(found, Answer) else Answer(body=str(found))


def _handler(desk: Desk) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("utf-8", "replace")
            address = urlparse(self.path)
            path = address.path
            headers = dict(self.headers)
            reply = desk.reply(Asked(method=self.command, path=path, query=address.query, headers=headers, body=body))
            content = (
                Path(reply.body).read_bytes()
                if path.startswith("/static/") and reply.status == 200
                else reply.body.encode()
            )
            self.send_response(reply.status)
            also = "; style-src-attr 'unsafe-inline'" if path.startswith("/modeler") else ""
            sent = {
                "Content-Type": reply.kind,
                "Content-Length": str(len(content)),
                "Content-Security-Policy": STRICT + also,
            }
            for name, value in {**sent, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PUT = answer  # noqa: N815 (names of the standard library)

        def log_message(self, *_: object) -> None:
            """Says nothing: the tests say what matters."""

    return Handler


@contextmanager
def open_desk() -> Iterator[Desk]:
    """A desk on a free port."""
    desk = Desk(names=json.loads((BUILT / "manifest.json").read_text("utf-8")))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(desk))
    desk.address = f"http://127.0.0.1:{server.server_port}"
    running = threading.Thread(target=server.serve_forever, daemon=True)
    running.start()
    try:
        yield desk
    finally:
        server.shutdown()
        server.server_close()
        running.join()
