"""Security headers of every answer."""

from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Flask

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MODELER_POLICY = POLICY + "; style-src-attr 'unsafe-inline'"
"""The modeler sets style attributes while it draws (measured; nothing else needs it)."""

_ALWAYS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


_OF_PAGES = {**_ALWAYS, "Cache-Control": "no-store"}
"""Pages hold people's data: no copy stays behind in a browser or proxy after sign-out."""
_ENCRYPTED = {"Strict-Transport-Security": "max-age=31536000"}


def attach(app: Flask) -> None:
    """Set the headers on every answer, whoever gives it; a view may set a stricter or wider one of its own before."""
    # Where it is so set up, people reach it by https, whatever a proxy speaks to this process.
    more = _ENCRYPTED if app.config["SESSION_COOKIE_SECURE"] else {}
    of_files, of_pages = tuple({**_ALWAYS, **more}.items()), tuple({**_OF_PAGES, **more}.items())
    files = f"{app.static_url_path}/"
    answer = app.wsgi_app

    def secured(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        wanted = of_files if environ["PATH_INFO"].startswith(files) else of_pages

        def start(status: str, headers: list[tuple[str, str]], *problem: Any) -> Callable[[bytes], object]:
            present = {name for name, _value in headers}
            return start_response(status, headers + [each for each in wanted if each[0] not in present], *problem)

        return answer(environ, start)

    setattr(app, "wsgi_app", secured)  # noqa: B010 - as Flask says it is done; types take it for a method
