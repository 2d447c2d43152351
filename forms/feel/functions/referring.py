"""Patterns that refer back to a group, as ``(a)\\1`` (XPath functions, 5.6.1): matched by an engine that tries.

Trying can take very long, so what a search can cost is known before it begins: repetitions inside repetitions are
refused, and every other one may try each of its lengths at most.
"""

import re
from collections.abc import Iterator
from typing import Final

from forms.feel.errors import Unfit

_PARTS: Final = re.compile(r"\\x\{([0-9A-F]+)\}|\\[pP]\{[^}]*\}|\\.|\{\d+(?:,\d*)?\}|\(\?[:a-z)]|.", re.DOTALL)
_MOST: Final = 4_000_000
_LONGEST: Final = 200


def refers_back(pattern: str) -> bool:
    """Whether a pattern of the other engine refers back to a group. Raises Unfit for a reference inside a class."""
    inside, found = False, False
    for part in re.findall(r"\\.|.", pattern, re.DOTALL):
        if part[0] == "\\" and part[1:].isdigit():
            if inside:
                raise _unfit("a class cannot refer to a group")
            found = True
        inside = part == "[" or (inside and part != "]")
    return found


class Referring:
    """A pattern that refers back, with the methods of the other engine's patterns. Raises Unfit."""

    def __init__(self, pattern: str) -> None:
        if len(pattern) > _LONGEST:
            raise _unfit(f"one that refers to a group may have {_LONGEST} characters")
        parts = [(match[0], match[1]) for match in _PARTS.finditer(pattern)]
        self.repeated, self.doubled = _choices([part for part, _ in parts])
        try:
            self._pattern = re.compile("".join(map(_written, parts)))
        except re.error as error:
            raise _unfit(str(error)) from None
        self.groups = self._pattern.groups
        self.size = len(parts)

    def steps(self, length: int) -> int:
        """The most steps a search in a text of that length takes. Raises Unfit where these are too many."""
        steps = int((length + 1) ** min(self.repeated + 1, 20)) * self.size << min(self.doubled, 40)
        if steps > _MOST:
            raise _unfit("it refers to a group, and the text is too long to try everything")
        return steps

    def search(self, text: str) -> re.Match[str] | None:
        """The first match."""
        return self._pattern.search(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All matches, one behind the other."""
        return self._pattern.finditer(text)


def _choices(parts: list[str]) -> tuple[int, int]:
    """How many parts are repeated, and how many are there or not, or one or the other. Raises Unfit."""
    repeated = doubled = 0
    inside, before = False, ""
    groups: list[int] = []
    within = 0  # how many parts are repeated in the group that has just been closed
    for part in parts:
        if inside:
            inside = part != "]"
        elif part in ("*", "+") or (part[0] == "{" and len(part) > 1):
            if before == ")" and within:
                raise _unfit("it refers to a group, and repeats what repeats")
            repeated += 1
        elif (part == "?" and before not in ("*", "+", "?", "}")) or part == "|":
            doubled += 1
        elif part[0] == "(" and part[-1] != ")":
            groups.append(repeated + doubled)
        elif part == ")" and groups:
            within = repeated + doubled - groups.pop()
        inside = inside or part == "["
        before = part[-1]
    return repeated, doubled


def _written(part: tuple[str, str]) -> str:
    text, code = part
    if code:
        return rf"\U{int(code, 16):08x}"
    if text[:2] in (r"\p", r"\P"):
        raise _unfit(f"it refers to a group, and {text} cannot be used with that")
    return r"\Z" if text == "$" else text


def _unfit(reason: str) -> Unfit:
    return Unfit("bad_argument", reason=f"the pattern cannot be used: {reason}")
