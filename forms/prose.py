"""Texts that stand in a form: a small, safe part of Markdown as markup.

Headings (``#``), paragraphs, lists (``-``, ``1.``), ``**strong**``, ``*emphasis*``, ``` `code` ``` and links to http,
https, mailto or a path of this site. Everything else is text. What is filled in for ``{{ expression }}`` is never
read as Markdown: an answer cannot become a link.
"""

from collections.abc import Iterator
from dataclasses import replace
from zoneinfo import ZoneInfo

import re2
from markupsafe import Markup, escape

from forms.data import Value, canonical
from forms.definition import Feel, Text
from forms.moments import day_text, moment_text
from forms.scope import Scope
from forms.templating import TemplateUnfit, filled

_OPEN, _CLOSE = "\ue000", "\ue001"
_INLINE = (
    (re2.compile(r"`([^`]+)`"), r"<code>\1</code>"),
    (re2.compile(r"\*\*([^*]+)\*\*"), r"<strong>\1</strong>"),
    (re2.compile(r"\*([^*]+)\*"), r"<em>\1</em>"),
    (re2.compile(r"\[([^\]]+)\]\(((?:https?://|mailto:|/[^/\s])[^()\s\"]*)\)"), r'<a href="\2">\1</a>'),
)
_ITEM = re2.compile(r"^(?:[-*+]|([0-9]{1,3})[.)])\s+(.*)$")
_MOMENT = re2.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[+-][0-9]{2}:[0-9]{2})"
)
_SLOT = re2.compile(f"{_OPEN}([0-9]+){_CLOSE}")
_STRONG = re2.compile(r"\*\*[^*]*\*\*")
_HEADING = re2.compile(r"^(#{1,4})\s+(.*)$")


def text_markup(part: Text, scope: Scope, zone: ZoneInfo) -> Markup:
    """Give the markup of a text component with its expressions filled in, moments as they are read in `zone`.

    Where a question of the form is hidden or has no answer, a text tells what the case knew under its key before.
    """
    scope = replace(scope, answers={name: value for name, value in scope.answers.items() if value is not None})
    if part.whole is not None:
        return markup(f"{_OPEN}0{_CLOSE}", [as_text(scope.evaluate(part.whole), zone)])
    values: list[str] = []

    def slot(expression: str) -> str:
        values.append(as_text(scope.evaluate(Feel(text=expression)), zone))
        return f"{_OPEN}{len(values) - 1}{_CLOSE}"

    plain = part.text.replace(_OPEN, "").replace(_CLOSE, "")
    try:
        lines = filled(plain, slot).split("\n")
    except TemplateUnfit:
        return markup(plain, [])
    return markup("\n".join(line for line in lines if _says_something(line, values)), values)


def _says_something(line: str, values: list[str]) -> bool:
    """Say no of a line that has nothing to tell: all that is filled in is empty, and beside it only a name stands."""
    slots = [int(number) for number in _SLOT.findall(line)]
    beside = _STRONG.sub("", _SLOT.sub("", line))
    return not slots or any(values[slot] for slot in slots) or any(letter.isalnum() for letter in beside)


def as_text(value: Value, zone: ZoneInfo) -> str:
    """Write a value of the data to be read inside a sentence."""
    if value is None:
        return ""
    if isinstance(value, str):
        return (
            day_text(value) if len(value) == 10 else str(_MOMENT.sub(lambda at: moment_text(at.group(), zone), value))
        )
    if isinstance(value, list):
        return ", ".join(as_text(item, zone) for item in value)
    return canonical(value)


def markup(text: str, values: list[str]) -> Markup:
    """Give the markup of Markdown; slots in it are replaced by the values, escaped."""
    blocks = "\n".join(_blocks(str(escape(text)).splitlines()))
    for index, value in enumerate(values):
        blocks = blocks.replace(f"{_OPEN}{index}{_CLOSE}", str(escape(value)).replace("\n", "<br>"))
    return Markup(blocks)  # noqa: S704 - built here from escaped text


def _blocks(lines: list[str]) -> Iterator[str]:
    paragraph: list[str] = []
    items: list[str] = []
    ordered = False

    def flush() -> Iterator[str]:
        if paragraph:
            yield f"<p>{'<br>'.join(paragraph)}</p>"
        if items:
            tag = "ol" if ordered else "ul"
            yield f"<{tag}>{''.join(f'<li>{item}</li>' for item in items)}</{tag}>"
        paragraph.clear()
        items.clear()

    for line in lines:
        item, heading = _ITEM.match(line.strip()), _HEADING.match(line.strip())
        if item:
            if paragraph or (items and ordered != bool(item.group(1))):
                yield from flush()
            ordered = bool(item.group(1))
            items.append(_inline(item.group(2)))
        elif heading or not line.strip():
            yield from flush()
            if heading:
                rank = len(heading.group(1)) + 1
                yield f"<h{rank}>{_inline(heading.group(2))}</h{rank}>"
        else:
            if items:
                yield from flush()
            paragraph.append(_inline(line.strip()))
    yield from flush()


def _inline(text: str) -> str:
    for pattern, replacement in _INLINE:
        text = pattern.sub(replacement, text)
    return text
