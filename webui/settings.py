"""What the web application itself is set to; derived from the engine's settings, nothing is read from elsewhere."""

from datetime import timedelta
from io import BytesIO
from typing import IO, Any

from flask import Flask, Request
from werkzeug.middleware.proxy_fix import ProxyFix

from engine.settings import Settings

MEGABYTE = 1024 * 1024
SESSION_LIFETIME = timedelta(hours=12)
"""Without any request for this long, a person signs in again."""


class WholeRequest(Request):
    """A request whose files stay in memory, where they are read as a whole anyway: no other disk can be full."""

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return BytesIO()


def configure(app: Flask, settings: Settings) -> None:
    """Sizes, cookies and CSRF. A request beyond the sizes is refused with 413 before it is read."""
    app.request_class = WholeRequest
    secure = settings.base_url.startswith("https://")
    if settings.proxies:
        hops = settings.proxies
        # Flask's documented way to put something in front; types see a method there.
        setattr(app, "wsgi_app", ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0))  # noqa: B010
    app.config.update(
        SECRET_KEY=settings.secret_key(),
        MAX_CONTENT_LENGTH=26 * MEGABYTE,
        MAX_FORM_MEMORY_SIZE=2 * MEGABYTE,
        MAX_FORM_PARTS=4000,
        SESSION_COOKIE_NAME="keelson",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        WTF_CSRF_CHECK_DEFAULT=False,  # webui.access checks it, after it knows who asks
        WTF_CSRF_TIME_LIMIT=None,  # a token lives as long as its session: a form left open over lunch still works
        TEMPLATES_AUTO_RELOAD=False,
    )
