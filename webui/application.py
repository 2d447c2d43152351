"""The Flask application, without what Flask does for applications of other kinds."""

from collections.abc import Callable, MutableMapping
from typing import Any

from flask import Flask
from flask.templating import Environment


class _Templates(Environment):
    """Templates whose globals are one plain dictionary.

    Jinja looks names up in a chain of two, name by name and anew for each part of a page, so that what is put into the
    environment late is seen by templates that were read before. Here all of it is there before the first page.
    """

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give the names that every template knows."""
        return {**self.globals, **(d or {})}


class Application(Flask):
    """Pages that are all plain functions."""

    jinja_environment = _Templates

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Give the function as it is: nothing here is asynchronous, so there is no need to look, ten times a page."""
        return func
