"""Raw tokens to the tokens of the grammar: names joined, keywords and brackets told apart.

One character means several things in FEEL: `[` opens a list, a filter or a range, or closes a range (``(1..5[``), and
`]` opens one (``]1..5]``). A bracket belongs to a range if `..` stands directly inside it. Deciding that here keeps the
grammar LALR(1).
"""

from typing import Final

from lark import Token

from forms.feel.naming import KEYWORDS, Trie, declared, key_length, longest, spelled
from forms.feel.tokens import Raw, literal, string_value, syntax_error

DEEPEST: Final = 100
"""How deep brackets and if, for, some, every and function may be nested in a text."""

_WORDS: Final = {
    word: ("_" + word.upper() if word not in {"some", "every", "true", "false", "null"} else word.upper())
    for word in KEYWORDS
}
_PLAIN: Final = {
    "=": "COMPARE", "!=": "COMPARE", "<=": "COMPARE", ">=": "COMPARE", "<": "LT", ">": "GT",
    "+": "PLUS", "-": "MINUS", "*": "STAR", "/": "SLASH", "**": "_POW",
    ".": "_DOT", "..": "_DOTS", ",": "_COMMA", "->": "_ARROW", "{": "_LBRACE",
}  # fmt: skip
_OPERAND_ENDS: Final = frozenset(
    ["NAME", "NUMBER", "STRING", "AT", "TRUE", "FALSE", "NULL", "_RPAR", "_RBRACK", "_RBRACE", "RANGE_CLOSE"]
)
_BETWEEN: Final = frozenset(["and", "or", "then", "else", "return", "satisfies", "in", "between"])
"""Keywords that stand between two parts and begin none."""
_NESTING: Final = frozenset(["_IF", "_FOR", "SOME", "EVERY", "_FUNCTION"])
_CLOSES: Final = {")": "(", "]": "[", "}": "{"}


class _Level:
    """One open bracket, or the head of a loop (`for ... return`)."""

    __slots__ = ("awaiting", "filter", "nested", "opened", "opening", "range")

    def __init__(self, opened: str, opening: Token | None, *, is_filter: bool = False) -> None:
        self.opened = opened
        self.opening = opening
        self.filter = is_filter  # inside a filter names of properties are not known beforehand
        self.range = False
        self.awaiting = opened == "for"  # the next `in` belongs to the loop
        self.nested = 0


class Lexer:
    """Makes the grammar's tokens of one text; used once."""

    def __init__(self, text: str, raws: list[Raw], names: tuple[Trie, ...]) -> None:
        self.text = text
        self.raws = raws
        own = declared(raws)
        self.tries = (*names, own) if own else names
        self.tokens: list[Token] = []
        self.levels = [_Level("", None)]
        self.depth = 0

    def run(self) -> list[Token]:
        """All tokens. Raises FeelSyntaxError."""
        at = 0
        while at < len(self.raws):
            raw = self.raws[at]
            at += self._word(at) if raw.kind == "WORD" else self._other(at)
        if len(self.levels) > 1:
            opening = self.levels[-1].opening
            if opening is not None:
                raise syntax_error(self.text, opening.start_pos or 0, f"“{opening}” is not closed")
        return self.tokens

    @property
    def _last(self) -> str:
        return self.tokens[-1].type if self.tokens else ""

    def _emit(self, kind: str, value: object, raw: Raw) -> Token:
        # Token is a str; literals carry their value beside it.
        token = Token(kind, raw.text if not isinstance(value, str) else value, start_pos=raw.start, end_pos=raw.end)
        token.value = value
        self.tokens.append(token)
        return token

    def _deepen(self, raw: Raw, by: int = 1) -> None:
        self.depth += by
        if self.depth > DEEPEST:
            raise syntax_error(self.text, raw.start, f"nested deeper than {DEEPEST} levels")

    # --- words

    def _word(self, at: int) -> int:
        raw = self.raws[at]
        if self._last == "_DOT":
            return self._name(at, joins=True)
        if self._last in {"_LBRACE", "_COMMA", "_LPAR", "LT"} and self._key(at):
            return key_length(self.raws, at) + 1
        if raw.text in KEYWORDS and not self._begins_name(at):
            return self._keyword(raw)
        following = self.raws[at + 1].text if at + 1 < len(self.raws) else ""
        if raw.text == "instance" and following == "of":
            self._emit("_INSTANCE_OF", raw.text, raw)
            return 2
        if raw.text == "external" and self._last == "_RPAR":
            self._emit("_EXTERNAL", raw.text, raw)
            return 1
        return self._name(at, joins=any(level.filter for level in self.levels))

    def _begins_name(self, at: int) -> bool:
        """Whether a keyword that nothing can begin with begins a name in scope, where something is to begin."""
        if self.raws[at].text not in _BETWEEN or self._last in _OPERAND_ENDS:
            return False
        return any(longest(self.raws, at, trie)[0] > 1 for trie in self.tries)

    def _key(self, at: int) -> bool:
        length = key_length(self.raws, at)
        if not length:
            return False
        raw = self.raws[at]
        if raw.kind == "STRING":
            value = string_value(raw.text, self.text, raw.start)
        else:
            value = spelled(self.raws, at, at + length)
        self._emit("KEY", value, raw)
        return True

    def _keyword(self, raw: Raw) -> int:
        kind = _WORDS[raw.text]
        level = self.levels[-1]
        if kind in _NESTING:
            level.nested += 1
            self._deepen(raw)
        if kind in {"_FOR", "SOME", "EVERY"}:
            self.levels.append(_Level("for", None))
        elif kind in {"_RETURN", "_SATISFIES"} and level.opened == "for":
            self.depth -= self.levels.pop().nested
        elif kind == "_IN" and level.awaiting:
            level.awaiting = False
            kind = "_FOR_IN"
        self._emit(kind, raw.text, raw)
        return 1

    def _name(self, at: int, *, joins: bool) -> int:
        length, name = 1, self.raws[at].text
        for trie in self.tries:
            found, spelling = longest(self.raws, at, trie)
            if found > length:
                length, name = found, spelling
        while joins and self._joinable(at + length):
            length += 1
            name = f"{name} {self.raws[at + length - 1].text}"
        self._emit("NAME", name, self.raws[at])
        return length

    def _joinable(self, at: int) -> bool:
        if at >= len(self.raws):
            return False
        raw = self.raws[at]
        return raw.kind == "WORD" and raw.text not in KEYWORDS and raw.text != "instance"

    # --- literals, signs and brackets

    def _other(self, at: int) -> int:
        raw = self.raws[at]
        symbol = raw.kind
        if symbol == "STRING" and self._last in {"_LBRACE", "_COMMA"} and self._key(at):
            return 2
        if symbol in {"NUMBER", "STRING"}:
            self._emit(symbol, literal(raw, self.text), raw)
        elif symbol == "AT":
            self._emit("AT", string_value(raw.text[1:], self.text, raw.start), raw)
        elif symbol == "QUOTED":  # a name as Camunda writes it where it holds signs
            self._emit("NAME", " ".join(raw.text[1:-1].split()), raw)
        elif symbol == "?":
            if self._last in {"_LBRACE", "_COMMA"} and self._key(at):
                return 2
            self._emit("NAME", "?", raw)
        elif symbol in {"(", "[", "{"}:
            self._open(at)
        elif symbol in _CLOSES:
            self._close(at)
        else:
            self._sign(raw)
        return 1

    def _sign(self, raw: Raw) -> None:
        kind = _PLAIN.get(raw.kind)
        if kind is None:
            hint = "texts are written in double quotation marks" if raw.text in "'’" else f"unexpected “{raw.text}”"
            raise syntax_error(self.text, raw.start, hint)
        level = self.levels[-1]
        if kind == "_COMMA":
            level.awaiting = level.opened == "for"
            self.depth -= level.nested
            level.nested = 0
        elif kind == "_DOTS" and level.opening is not None:
            if level.range:
                raise syntax_error(self.text, raw.start, "a range has two ends, separated by one ..")
            level.range = True
            level.opening.type = "RANGE_OPEN"
        self._emit(kind, raw.text, raw)

    def _open(self, at: int) -> None:
        raw = self.raws[at]
        level = self.levels[-1]
        is_filter = raw.kind == "[" and self._last in _OPERAND_ENDS
        if is_filter and level.range and level.opened != "{" and not self._starts_operand(at + 1):
            self._end_level(raw, "RANGE_CLOSE")
            return
        kind = {"(": "_LPAR", "[": "_LBRACK", "{": "_LBRACE"}[raw.kind]
        if raw.kind == "(" and self._last == "_IN":
            kind = "_IN_TESTS"
        self._deepen(raw)
        self.levels.append(_Level(raw.kind, self._emit(kind, raw.text, raw), is_filter=is_filter))

    def _close(self, at: int) -> None:
        raw = self.raws[at]
        if raw.kind == "]" and self._opens_range(at):
            self._deepen(raw)
            self.levels.append(_Level("[", self._emit("RANGE_OPEN", raw.text, raw)))
            return
        while self.levels[-1].opened == "for" and len(self.levels) > 1:
            self.depth -= self.levels.pop().nested
        level = self.levels[-1]
        matches = level.opened == _CLOSES[raw.kind] or (level.range and raw.kind != "}" and level.opened != "{")
        if level.opening is None or not matches:
            raise syntax_error(self.text, raw.start, f"“{raw.text}” closes nothing")
        if raw.kind == "}":
            self._end_level(raw, "_RBRACE")
        else:
            self._end_level(raw, "RANGE_CLOSE" if level.range else "_RPAR" if raw.kind == ")" else "_RBRACK")

    def _end_level(self, raw: Raw, kind: str) -> None:
        level = self.levels.pop()
        self.depth -= 1 + level.nested
        self._emit(kind, raw.text, raw)

    def _opens_range(self, at: int) -> bool:
        """Whether a `]` stands where an operand is expected; the one directly after `[` ends an empty list."""
        if self._last in _OPERAND_ENDS:
            return False
        if self._last != "_LBRACK":
            return True
        if [raw.text for raw in self.raws[at + 1 : at + 3]] == ["instance", "of"]:
            return False
        return self._starts_operand(at + 1) and self.raws[at + 1].kind not in {"(", "[", "-"}

    def _starts_operand(self, at: int) -> bool:
        if at >= len(self.raws):
            return False
        raw = self.raws[at]
        if raw.kind == "WORD":
            return raw.text not in KEYWORDS or raw.text in {"if", "for", "some", "every", "function", "true", "false"}
        return raw.kind in {"NUMBER", "STRING", "AT", "QUOTED", "(", "[", "{", "-", "?"}
