"""Security headers of every answer."""

from flask import Flask, Response, request

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


_OF_FILES = tuple((name.lower(), name, value) for name, value in _ALWAYS.items())
_OF_PAGES = (*_OF_FILES, ("cache-control", "Cache-Control", "no-store"))
"""Pages hold people's data: no copy stays behind in a browser or proxy after sign-out."""


def _secure(response: Response) -> Response:
    wanted = _OF_FILES if request.endpoint == "static" else _OF_PAGES
    present = {name.lower() for name, _value in response.headers}
    response.headers.extend([(name, value) for key, name, value in wanted if key not in present])
    return response


def _only_encrypted(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def attach(app: Flask) -> None:
    """Set the headers on every answer; a view may set a stricter or wider one of its own before."""
    app.after_request(_secure)
    if app.config["SESSION_COOKIE_SECURE"]:  # people reach it by https, whatever a proxy speaks to this process
        app.after_request(_only_encrypted)
