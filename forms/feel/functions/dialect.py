"""What patterns of XPath have and the engine has not (XML Schema 2, appendix G; XPath functions, 5.6.1).

Classes with others taken out, blocks of Unicode, and a dot that stops at carriage returns too.
"""

import re
from typing import Final

from forms.feel.errors import Unfit

_PARTS: Final = re.compile(r"\\[pP]\{[^}]*\}|\\.|.", re.DOTALL)
_MEMBERS: Final = r"((?:[^\[\]\\]|\\.)+)"
_SUBTRACTION: Final = re.compile(rf"\[(\^?){_MEMBERS}-\[{_MEMBERS}\]\]", re.DOTALL)
_MEMBER: Final = re.compile(r"(\\?.)(?:-(\\?.))?", re.DOTALL)
_PLAIN: Final = {r"\n": "\n", r"\r": "\r", r"\t": "\t"}
_BLOCKS: Final = {
    "BasicLatin": (0x00, 0x7F),
    "Latin-1Supplement": (0x80, 0xFF),
    "LatinExtended-A": (0x100, 0x17F),
    "LatinExtended-B": (0x180, 0x24F),
    "Greek": (0x370, 0x3FF),
    "GreekandCoptic": (0x370, 0x3FF),
    "Cyrillic": (0x400, 0x4FF),
    "Hebrew": (0x590, 0x5FF),
    "Arabic": (0x600, 0x6FF),
    "GeneralPunctuation": (0x2000, 0x206F),
    "CurrencySymbols": (0x20A0, 0x20CF),
}

Span = tuple[int, int]
"""The first and the last character of some, by their numbers."""


def engine_pattern(pattern: str, *, dot_is_all: bool) -> str:
    """A pattern of XPath as the engine reads it. Raises Unfit."""
    parts: list[str] = []
    inside = False
    for part in _PARTS.findall(_SUBTRACTION.sub(_subtracted, pattern)):
        if len(part) > 2 and part[3:5] == "Is":
            parts.append(_block(part, inside))
        elif part == r"\0":
            raise Unfit("bad_argument", reason=r"the pattern cannot be used: there is no \0")
        elif part == "." and not inside and not dot_is_all:
            parts.append(r"[^\n\r]")
        else:
            inside = part == "[" or (inside and part != "]")
            parts.append(part)
    return "".join(parts)


def _block(part: str, inside: bool) -> str:
    name = part[5:-1]
    span = _BLOCKS.get(name)
    if span is None or (inside and part[1] == "P"):
        raise Unfit("bad_argument", reason=f"the pattern cannot be used: the block {name} is not known")
    return _written([span]) if inside else f"[{'^' if part[1] == 'P' else ''}{_written([span])}]"


def _subtracted(match: re.Match[str]) -> str:
    """``[a-z-[aeiou]]`` as what is left: all but one side where the class is negated."""
    negated, members, without = match[1], _spans(match[2]), _spans(match[3])
    if negated:
        return f"[^{_written([*members, *without])}]"
    for low, high in without:
        members = [part for span in members for part in _cut(span, low, high)]
    if not members:
        raise Unfit("bad_argument", reason="the pattern cannot be used: a class holds nothing")
    return f"[{_written(members)}]"


def _cut(span: Span, low: int, high: int) -> list[Span]:
    left, right = (span[0], min(span[1], low - 1)), (max(span[0], high + 1), span[1])
    return [part for part in (left, right) if part[0] <= part[1]]


def _spans(members: str) -> list[Span]:
    if members.startswith("^") or re.search(r"\\[a-zA-Z0-9]", re.sub(r"\\[nrt]", "", members)):
        raise Unfit("bad_argument", reason=f"the pattern cannot be used: nothing can be taken from, or by, [{members}]")
    return [(_number(low), _number(high or low)) for low, high in _MEMBER.findall(members)]


def _number(member: str) -> int:
    return ord(_PLAIN.get(member) or member[-1])


def _written(spans: list[Span]) -> str:
    return "".join(rf"\x{{{low:X}}}-\x{{{high:X}}}" for low, high in spans)
