"""The Flask application, without what Flask does for applications of other kinds."""

from collections.abc import Callable
from typing import Any, Final

from flask import Flask, Response
from flask.templating import Environment

from forms.plain_templates import PlainTemplates

FOR_EVER: Final = "public, max-age=31536000, immutable"
"""How long browsers keep files whose names change with what they hold."""


class _Templates(PlainTemplates, Environment):
    """Templates that Flask knows."""


class Application(Flask):
    """Pages that are all plain functions."""

    jinja_environment = _Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function as it is: nothing here is asynchronous, so there is no need to look, ten times a page."""
        return func

    def send_static_file(self, filename: str) -> Response:
        """Give a file; browsers keep hashed ones for ever."""
        response = super().send_static_file(filename)
        if filename.startswith("dist/") and not filename.endswith(".json"):
            response.headers["Cache-Control"] = FOR_EVER
        return response
