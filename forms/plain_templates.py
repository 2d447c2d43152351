"""How templates of forms and pages are shown: as Jinja does it, without what nothing here asks for."""

from collections.abc import Callable, MutableMapping
from types import FunctionType
from typing import Any, Final

from jinja2 import Environment
from jinja2.runtime import Context, Macro

_PLAIN: Final = frozenset({FunctionType, Macro})
"""Kinds of which only marked ones ask for more than their arguments; shapes escape, as all templates here do."""


class _Context(Context):
    """The names that a template knows while it is shown."""

    def call(self, function: Callable[..., Any], /, *given: Any, **named: Any) -> Any:
        """Call what a template calls. A page does so forty times, nearly always plain functions of ours."""
        if type(function) not in _PLAIN or hasattr(function, "jinja_pass_arg"):
            return super().call(function, *given, **named)
        if named:  # what Jinja adds for functions that look at the template around them
            named.pop("_block_vars", None)
            named.pop("_loop_vars", None)
        return function(*given, **named)


class PlainTemplates(Environment):
    """Templates whose globals are one plain dictionary, and whose functions are called as they are.

    Jinja looks names up in a chain of two, name by name and anew for each part of a page, so that what is put into the
    environment late is seen by templates that were read before. Here all of it is there before the first page.
    """

    context_class = _Context

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """Give the names that every template knows."""
        return {**self.globals, **(d or {})}
