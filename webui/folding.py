"""Words that never change are looked up when a template is read, not each time it is shown.

`_("Save")` in a template becomes the text itself, marked as safe as gettext marks it there; the template's own
optimizer then joins it with what stands around it. There is one catalogue for an installation, so a template that was
read is right for everybody. Words with values to fill in stay calls.
"""

from collections.abc import Iterable, Iterator

from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from webui.texts import gettext

_CALL = (("name", "_"), ("lparen", None), ("string", None), ("rparen", None))


class FoldedWords(Extension):
    """Replaces calls of gettext with one constant text by that text in the language of the installation."""

    def filter_stream(self, stream: TokenStream) -> Iterable[Token]:
        """Give the tokens of a template with constant words in place of calls."""
        return _folded(stream)


def _folded(stream: Iterable[Token]) -> Iterator[Token]:
    held: list[Token] = []
    for token in stream:
        kind, value = _CALL[len(held)]
        if token.type == kind and value in (None, token.value):
            held.append(token)
            if len(held) == len(_CALL):
                yield from _safe(held[2].lineno, str(Markup(gettext(held[2].value)) % {}))  # noqa: S704 - our own words
                held = []
        else:
            yield from held
            held = [token] if (token.type, token.value) == _CALL[0] else []
            if not held:
                yield token
    yield from held


def _safe(line: int, text: str) -> Iterator[Token]:
    yield Token(line, "lparen", "(")
    yield Token(line, "string", text)
    yield Token(line, "pipe", "|")
    yield Token(line, "name", "safe")
    yield Token(line, "rparen", ")")
