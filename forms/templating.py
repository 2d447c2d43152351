"""Texts of a form with ``{{ expression }}`` in them."""

from collections.abc import Callable, Iterator


class TemplateUnfit(ValueError):
    """Raised when a text has an unclosed ``{{`` or one of the loops and conditions that are not supported."""


def parts(text: str) -> Iterator[tuple[bool, str]]:
    """Split a text into plain pieces (False, text) and expressions (True, FEEL). Raises TemplateUnfit."""
    rest = text
    while True:
        before, opened, after = rest.partition("{{")
        if before:
            yield False, before
        if not opened:
            return
        expression, closed, rest = after.partition("}}")
        expression = expression.strip()
        if not closed or not expression or expression[0] in "#/":
            raise TemplateUnfit(text)
        yield True, expression.removeprefix("=")


def expressions(text: str) -> list[str]:
    """Give the expressions of a text. Raises TemplateUnfit."""
    return [piece for is_expression, piece in parts(text) if is_expression]


def filled(text: str, evaluate: Callable[[str], str]) -> str:
    """Give the text with each expression replaced by what `evaluate` gives for it. Raises TemplateUnfit."""
    return "".join(evaluate(piece) if is_expression else piece for is_expression, piece in parts(text))
