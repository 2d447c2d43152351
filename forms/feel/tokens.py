"""Text to raw tokens, before names and brackets are understood (DMN 1.5, grammar rules 25-37 and 61-65)."""

import re
from decimal import Decimal
from typing import Any, Final, NamedTuple

from forms.feel.errors import FeelSyntaxError, position
from forms.feel.values import ARITHMETIC

LONGEST_TEXT: Final = 32_768
"""Characters an expression may have."""

_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u167f\u1681-\u180d\u180f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufefe\uff00-\ufffd\U00010000-\U000effff"
)
_PART: Final = _START + "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_SPACE: Final = "\t-\r \u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff"
_STRING: Final = r'"(?:[^"\\\n-\r]|\\[^\n-\r])*"'

SCAN: Final = re.compile(
    rf"(?P<SPACE>[{_SPACE}]+|//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)"
    rf"|(?P<WORD>[{_START}][{_PART}]*)"
    r"|(?P<NUMBER>(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?)"
    rf"|(?P<STRING>{_STRING})"
    rf"|(?P<AT>@{_STRING})"
    r"|(?P<QUOTED>`[^`\n-\r]+`)"
    r"|(?P<SYMBOL>\*\*|\.\.|<=|>=|!=|->|[-+*/.,:=<>()\[\]{}?'’])",
    re.ASCII,
)
_ESCAPE: Final = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))")
_PLAIN_ESCAPES: Final = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "'": "'", "\\": "\\"}
_HINTS: Final = {
    "==": "equality is written with a single =",
    "&&": "write and",
    "||": "write or",
    "!": "write not(...)",
    "%": "write modulo(a, b)",
    '"': "this text has no closing quotation mark",
    "'": 'texts are written in double quotation marks: "..."',
    "“": 'texts are written in straight quotation marks: "..."',
    "/*": "this comment has no end",
    "@": 'after @ a text in quotation marks is expected: @"2026-01-31"',
}


class Raw(NamedTuple):
    """A raw token: its kind (a group of SCAN; symbols are their own kind), text, place, and end."""

    kind: str
    text: str
    start: int
    end: int


def syntax_error(text: str, offset: int, message: str) -> FeelSyntaxError:
    """The error for a place in a text."""
    line, column = position(text, offset)
    return FeelSyntaxError(line, column, message)


def scan(text: str) -> list[Raw]:
    """Cut a text into raw tokens, without white space and comments. Raises FeelSyntaxError."""
    if len(text) > LONGEST_TEXT:
        raise FeelSyntaxError(1, 1, f"longer than {LONGEST_TEXT} characters")
    tokens: list[Raw] = []
    offset = 0
    while offset < len(text):
        match = SCAN.match(text, offset)
        if match is None:
            raise syntax_error(text, offset, _unreadable(text, offset))
        group = match.lastgroup or ""
        start, offset = offset, match.end()
        if group == "SPACE":
            continue
        lexeme = match.group()
        if group == "SYMBOL":
            _refuse_foreign(text, start, tokens)
            group = lexeme
        tokens.append(Raw(group, lexeme, start, offset))
    return tokens


def names_tokens(name: str) -> list[str] | None:
    """The tokens a name consists of, or None if it cannot be written in FEEL."""
    try:
        raws = scan(name)
    except FeelSyntaxError:
        return None
    if not raws or raws[0].kind != "WORD":
        return None
    return [raw.text for raw in raws]


def number_value(text: str, source: str, offset: int) -> Decimal:
    """The number a literal stands for. Raises FeelSyntaxError where decimal128 has no such number."""
    try:
        value = ARITHMETIC.create_decimal(text)
    except ArithmeticError:
        raise syntax_error(source, offset, "this number is out of range") from None
    return value


def string_value(text: str, source: str, offset: int) -> str:
    """The text that a literal (with its quotation marks) stands for.

    A backslash before any other character is kept as it is: patterns are readable that way ("\\d+").
    """
    if "\\" not in text:
        value = text[1:-1]
    else:
        value = _ESCAPE.sub(_unescape, text[1:-1])
        value = value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")
    if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise syntax_error(source, offset, "this text holds a character that cannot be stored")
    return value


def _unescape(match: re.Match[str]) -> str:
    short, long, single = match.groups()
    if short or long:
        code = int(short or long, 16)
        return chr(code) if code <= 0x10FFFF else "\0"
    return _PLAIN_ESCAPES.get(single, f"\\{single}")


def _refuse_foreign(text: str, start: int, tokens: list[Raw]) -> None:
    """`==` is two tokens that no FEEL text has side by side; say so where it happens, not later."""
    if text[start] == "=" and tokens and tokens[-1].kind == "=" and tokens[-1].end == start:
        raise syntax_error(text, start - 1, _HINTS["=="])


def _unreadable(text: str, offset: int) -> str:
    for length in (2, 1):
        hint = _HINTS.get(text[offset : offset + length])
        if hint:
            return hint
    return f"unexpected character {text[offset]!r}"


def literal(raw: Raw, source: str) -> Any:
    """The value of a NUMBER or STRING token."""
    if raw.kind == "NUMBER":
        return number_value(raw.text, source, raw.start)
    return string_value(raw.text, source, raw.start)
