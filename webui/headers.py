"""Security headers of every answer."""

from flask import Flask, Response, request

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MODELER_POLICY = POLICY + "; style-src-attr 'unsafe-inline'"
"""The modeler sets style attributes while it draws (measured; nothing else needs it)."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", POLICY)
    for name, value in _ALWAYS.items():
        response.headers.setdefault(name, value)
    if request.endpoint != "static":
        # Pages hold people's data: no copy stays behind in a browser or proxy after sign-out.
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _only_encrypted(response: Response) -> Response:
    response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    return response


def attach(app: Flask) -> None:
    """Set the headers on every answer; a view may set a stricter or wider one of its own before."""
    app.after_request(_secure)
    if app.config["SESSION_COOKIE_SECURE"]:  # people reach it by https, whatever a proxy speaks to this process
        app.after_request(_only_encrypted)
