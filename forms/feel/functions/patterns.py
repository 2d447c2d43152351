"""matches, replace and split (DMN 1.5, table 74), on an engine without backtracking.

The patterns are those of XPath; the few that refer back to a group are left to an engine that tries, within bounds.
"""

import re
from functools import lru_cache
from typing import Any, Final

import re2

from forms.feel.environment import State
from forms.feel.errors import Unfit
from forms.feel.functions.dialect import engine_pattern
from forms.feel.functions.referring import Referring, refers_back
from forms.feel.functions.registry import built_in

_LONGEST: Final = 4_096
_REFERENCE: Final = re.compile(r"\$(\d{1,9})|\\([\\$])|([\\$])|([^\\$]+)")
_MEMORY: Final = 1 << 20
_COMPILING: Final = 200
_STEPS: Final = 10


@lru_cache(maxsize=256)
def _compiled(pattern: str, flags: str) -> Any:
    """The engine's form of a pattern. Raises Unfit."""
    if len(pattern) > _LONGEST:
        raise Unfit("bad_argument", reason=f"the pattern is longer than {_LONGEST} characters")
    if not set(flags) <= set("smixq"):
        raise Unfit("bad_argument", reason=f"there is no flag in “{flags}” beyond s, m, i, x, q")
    if "q" in flags:
        pattern = re2.escape(pattern)
    elif "x" in flags:
        pattern = _without_space(pattern)
    if "q" not in flags:
        pattern = engine_pattern(pattern, dot_is_all="s" in flags)
    inline = "".join(sorted(set(flags) & set("smi")))
    if "q" not in flags and refers_back(pattern):
        return Referring(f"(?{inline}){pattern}" if inline else pattern)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        return re2.compile(f"(?{inline}){pattern}" if inline else pattern, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "not understood"
        if isinstance(reason, bytes):
            reason = reason.decode("utf-8", "replace")
        raise Unfit("bad_argument", reason=f"the pattern cannot be used: {reason}") from None


def _expression(state: State, text: str, pattern: str, flags: str | None) -> Any:
    """The pattern, made ready for a text; making it and searching with it are counted."""
    key = (pattern, flags or "")
    if state.patterns is None:
        state.patterns = set()
    if key not in state.patterns:
        state.spend(_COMPILING)
        state.patterns.add(key)
    expression = _compiled(*key)
    if isinstance(expression, Referring):
        state.spend((expression.steps(len(text)) >> _STEPS) + 1)
        return expression
    # A search takes at most as many steps as the text has characters times the pattern has states.
    state.spend((len(text) * expression.programsize >> _STEPS) + 1)
    return expression


def _without_space(pattern: str) -> str:
    """The flag x: white space outside of character classes says nothing, not even behind a backslash."""
    kept, inside, escaped = [], False, False
    for character in pattern:
        if character in " \t\n\r" and not inside:
            continue
        kept.append(character)
        if not escaped and character in "[]":
            inside = character == "["
        escaped = character == "\\" and not escaped
    return "".join(kept)


@built_in("matches", "input: string, pattern: string, flags?: string|null")
def matches(state: State, text: str, pattern: str, flags: str | None = None) -> bool:
    """Whether the pattern is found anywhere in the text."""
    return _expression(state, text, pattern, flags).search(text) is not None


@built_in("replace", "input: string, pattern: string, replacement: string, flags?: string|null")
def replace(state: State, text: str, pattern: str, replacement: str, flags: str | None = None) -> str:
    """The text with every match replaced; $1 is what the first group matched, \\$ a dollar sign."""
    expression = _expression(state, text, pattern, flags)
    if expression.search("") is not None:
        raise Unfit("bad_argument", reason="the pattern matches the empty text")
    parts = [replacement] if flags and "q" in flags else _references(replacement, expression.groups)
    pieces: list[str] = []
    size, end = len(text), 0
    for match in expression.finditer(text):
        state.spend()
        pieces.append(text[end : match.start()])
        for part in parts:
            piece = part if isinstance(part, str) else match.group(part) or ""
            size += len(piece)
            pieces.append(piece)
        state.bound(size)
        end = match.end()
    pieces.append(text[end:])
    return "".join(pieces)


def _references(replacement: str, groups: int) -> list[str | int]:
    """The replacement as texts and numbers of groups. As many digits count as there are groups (XPath, 7.6.3)."""
    parts: list[str | int] = []
    for match in _REFERENCE.finditer(replacement):
        digits, escaped, wrong, plain = match.groups()
        if wrong:
            raise Unfit("bad_argument", reason="$ must be followed by a number, \\ by \\ or $")
        if digits is None:
            parts.append(escaped or plain)
            continue
        length = len(digits)
        while length > 1 and int(digits[:length]) > groups:
            length -= 1
        group = int(digits[:length])
        parts.extend([group if group <= groups else "", digits[length:]])
    return parts


@built_in("split", "string: string, delimiter: string")
def split(state: State, text: str, delimiter: str) -> list[str]:
    """The parts of a text between the matches of a pattern."""
    expression = _expression(state, text, delimiter, None)
    if expression.search("") is not None:
        raise Unfit("bad_argument", reason="the delimiter matches the empty text")
    parts: list[str] = []
    end = 0
    for match in expression.finditer(text):
        state.spend()
        parts.append(text[end : match.start()])
        end = match.end()
    parts.append(text[end:])
    return parts


def matched(state: State, text: str, pattern: str) -> list[str]:
    """Every match of a pattern in a text, in their order. Raises Unfit."""
    found: list[str] = []
    for match in _expression(state, text, pattern, None).finditer(text):
        state.spend()
        found.append(match.group(0))
    return found
