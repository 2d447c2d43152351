"""Text to tree. The grammar is in feel.lark; what the brackets and names mean was settled in lexing.py."""

from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from lark import Lark, Token, Transformer
from lark.exceptions import UnexpectedToken, VisitError
from lark.lexer import Lexer as LarkLexer

from forms.feel import syntax
from forms.feel.errors import FeelSyntaxError
from forms.feel.lexing import Lexer
from forms.feel.naming import Trie, planted
from forms.feel.syntax import Node
from forms.feel.temporal import read_temporal
from forms.feel.tokens import scan, syntax_error

TYPES: Final = ("date and time", "days and time duration", "years and months duration")
PROPERTIES: Final = ("time offset", "start included", "end included")
_DEEPEST_TYPE: Final = 20


class _Fed(LarkLexer):
    """Stands where Lark wants a lexer: tokens are fed to the parser one by one instead."""

    def __init__(self, _configuration: Any) -> None:
        pass

    def lex(self, *_arguments: Any) -> Iterator[Token]:
        """Never called."""
        raise NotImplementedError


class _Builder(Transformer[Token, Node]):
    """One method for each rule and alias of the grammar; called while parsing, from the leaves up."""

    def start_expression(self, parts: list[Any]) -> Node:
        return parts[0]

    def start_tests(self, parts: list[Any]) -> Node:
        return parts[0]

    def negated_tests(self, parts: list[Any]) -> Node:
        return syntax.Tests(parts[0].tests, negated=True)

    def disjunction(self, parts: list[Any]) -> Node:
        return syntax.Logic("or", tuple(parts))

    def conjunction(self, parts: list[Any]) -> Node:
        return syntax.Logic("and", tuple(parts))

    def compared(self, parts: list[Any]) -> Node:
        node = parts[0]
        for operator, right in zip(parts[1::2], parts[2::2], strict=True):
            node = syntax.Comparison(node, str(operator), right, operator.start_pos)
        return node

    def between(self, parts: list[Any]) -> Node:
        return syntax.Between(*parts)

    def contained(self, parts: list[Any]) -> Node:
        return syntax.Contained(parts[0], syntax.Tests((parts[1],)))

    def contained_tests(self, parts: list[Any]) -> Node:
        return syntax.Contained(*parts)

    def unary_test(self, parts: list[Any]) -> Node:
        return syntax.UnaryTest(str(parts[0]), parts[1], parts[0].start_pos)

    def tests(self, parts: list[Any]) -> Node:
        return syntax.Tests(tuple(parts))

    def chain(self, parts: list[Any]) -> Node:
        steps = zip(parts[1::2], parts[2::2], strict=True)
        return syntax.Chain(parts[0], tuple((str(sign), operand, sign.start_pos) for sign, operand in steps))

    sum = chain
    product = chain

    def power(self, parts: list[Any]) -> Node:
        return syntax.Chain(parts[0], tuple(("**", operand, None) for operand in parts[1:]))

    def negation(self, parts: list[Any]) -> Node:
        return syntax.Negation(parts[-1], parts[0].start_pos, len(parts) - 1)

    def instance_of(self, parts: list[Any]) -> Node:
        return syntax.InstanceOf(parts[0], parts[1])

    def postfix(self, parts: list[Any]) -> Node:
        return syntax.Postfix(parts[0], tuple(parts[1:]))

    def property(self, parts: list[Any]) -> Node:
        return syntax.Property(parts[0].value, parts[0].start_pos)

    def filter(self, parts: list[Any]) -> Node:
        return syntax.Filter(parts[0])

    def no_arguments(self, _parts: list[Any]) -> Node:
        return syntax.Arguments((), None)

    def arguments(self, parts: list[Any]) -> Node:
        return syntax.Arguments(tuple(parts), None)

    def named_arguments(self, parts: list[Any]) -> Node:
        return syntax.Arguments(tuple(parts[1::2]), tuple(token.value for token in parts[::2]))

    def literal(self, parts: list[Any]) -> Node:
        return syntax.Literal(parts[0].value)

    def true(self, _parts: list[Any]) -> Node:
        return syntax.Literal(True)

    def false(self, _parts: list[Any]) -> Node:
        return syntax.Literal(False)

    def null(self, _parts: list[Any]) -> Node:
        return syntax.Literal(None)

    def at_literal(self, parts: list[Any]) -> Node:
        value = read_temporal(parts[0].value)
        return syntax.BadLiteral(parts[0].value, parts[0].start_pos) if value is None else syntax.Literal(value)

    def name(self, parts: list[Any]) -> Node:
        return syntax.Name(parts[0].value, parts[0].start_pos)

    def open_range(self, parts: list[Any]) -> Node:
        return syntax.UnaryTest(str(parts[0]), parts[1], parts[0].start_pos)

    def range(self, parts: list[Any]) -> Node:
        opening, start, end, closing = parts
        return syntax.Interval(start, end, str(opening) == "[", str(closing) == "]", opening.start_pos)

    def no_items(self, _parts: list[Any]) -> Node:
        return syntax.Items(())

    def items(self, parts: list[Any]) -> Node:
        return syntax.Items(tuple(parts))

    def no_entries(self, _parts: list[Any]) -> Node:
        return syntax.Entries(())

    def entries(self, parts: list[Any]) -> Node:
        return syntax.Entries(tuple((key.value, value) for key, value in zip(parts[::2], parts[1::2], strict=True)))

    def if_then_else(self, parts: list[Any]) -> Node:
        return syntax.Condition(*parts)

    def for_return(self, parts: list[Any]) -> Node:
        return syntax.Loop("for", parts[0], parts[1])

    def quantified(self, parts: list[Any]) -> Node:
        return syntax.Loop(str(parts[0]), parts[1], parts[2])

    def iterators(self, parts: list[Any]) -> tuple[syntax.Iterator, ...]:
        return tuple(parts)

    def iterator(self, parts: list[Any]) -> syntax.Iterator:
        return syntax.Iterator(parts[0].value, parts[1], None, parts[0].start_pos)

    def stepping_iterator(self, parts: list[Any]) -> syntax.Iterator:
        return syntax.Iterator(parts[0].value, parts[1], parts[2], parts[0].start_pos)

    def function_head(self, parts: list[Any]) -> tuple[Any, ...]:
        return tuple(parts)

    def parameter(self, parts: list[Any]) -> tuple[str, syntax.TypeName | None]:
        return parts[0].value, parts[1] if len(parts) > 1 else None

    def function(self, parts: list[Any]) -> Node:
        return syntax.Definition(parts[0], parts[1])

    def external_function(self, parts: list[Any]) -> Node:
        return syntax.Definition(parts[0], parts[1], external=True)

    def named_type(self, parts: list[Any]) -> syntax.TypeName:
        return syntax.TypeName(".".join(token.value for token in parts))

    def type_of_items(self, parts: list[Any]) -> syntax.TypeName:
        return _deeper(parts[0].value, [parts[2]])

    def context_type(self, parts: list[Any]) -> syntax.TypeName:
        inner = parts[2:-1]
        return _deeper(parts[0].value, inner[1::2], tuple(token.value for token in inner[::2]))

    def function_type(self, parts: list[Any]) -> syntax.TypeName:
        return _deeper("function", [part for part in parts if isinstance(part, syntax.TypeName)])


def _deeper(name: str, parts: list[syntax.TypeName], keys: tuple[str, ...] = ()) -> syntax.TypeName:
    depth = 1 + max(part.depth for part in parts)
    if depth > _DEEPEST_TYPE:
        raise FeelSyntaxError(1, 1, f"a type is nested deeper than {_DEEPEST_TYPE} levels")
    return syntax.TypeName(name, tuple(parts), keys, depth)


_GRAMMAR: Final = Lark(
    files("forms.feel").joinpath("feel.lark").read_text(encoding="utf-8"),
    parser="lalr",
    lexer=_Fed,
    start=["start_expression", "start_tests"],
    transformer=_Builder(),
)


@lru_cache(maxsize=1)
def _built_in_names() -> Trie:
    # Imported late: the functions need the values, and nothing of them is needed to read the grammar.
    from forms.feel.functions import BUILT_INS  # noqa: PLC0415

    return planted(frozenset([*BUILT_INS, *TYPES, *PROPERTIES]))


def read_expression(text: str, names: frozenset[str]) -> Node:
    """The tree of an expression. Raises FeelSyntaxError."""
    return _read(text, names, "start_expression", Lexer.run)


def read_tests(text: str, names: frozenset[str]) -> syntax.Tests | None:
    """The tree of unary tests, None for `-` (anything). Raises FeelSyntaxError."""
    if text.strip() in {"", "-"}:
        return None
    tree: syntax.Tests = _read(text, names, "start_tests", _test_tokens)
    return tree


_OPENING: Final = frozenset(["_LPAR", "_IN_TESTS", "_LBRACK", "_LBRACE", "RANGE_OPEN"])
_CLOSING: Final = frozenset(["_RPAR", "_RBRACK", "_RBRACE", "RANGE_CLOSE"])


def _test_tokens(lexer: Lexer) -> list[Token]:
    """`not(...)` around everything negates the tests; anywhere else it is the function."""
    tokens = lexer.run()
    if len(tokens) > 2 and tokens[0].value == "not" and tokens[1].type == "_LPAR" and _encloses(tokens[1:]):
        tokens[1].type = "_NOT_TESTS"
        return tokens[1:]
    return tokens


def _encloses(tokens: list[Token]) -> bool:
    """Whether the bracket that the first token opens is closed by the last one."""
    depth = 0
    for token in tokens[:-1]:
        depth += (token.type in _OPENING) - (token.type in _CLOSING)
        if depth == 0:
            return False
    return True


def _read(text: str, names: frozenset[str], start: str, tokenise: Callable[[Lexer], list[Token]]) -> Any:
    raws = scan(text)
    if not raws:
        raise FeelSyntaxError(1, 1, "an expression is missing")
    tokens = tokenise(Lexer(text, raws, (_built_in_names(), planted(names))))
    parser = _GRAMMAR.parse_interactive(start=start)
    try:
        for token in tokens:
            parser.feed_token(token)
        return parser.feed_token(Token("$END", "", start_pos=len(text), end_pos=len(text)))
    except UnexpectedToken as error:
        raise _unexpected(text, error.token) from None
    except VisitError as error:
        if isinstance(error.orig_exc, FeelSyntaxError):
            raise error.orig_exc from None
        raise


def _unexpected(text: str, token: Token) -> FeelSyntaxError:
    if token.type == "$END":
        return syntax_error(text, len(text.rstrip()), "something is missing at the end")
    offset = token.start_pos or 0
    word = text[offset : token.end_pos]
    before = text[:offset].rstrip()
    if token.type == "NAME" and before and (before[-1].isalnum() or before[-1] == "_"):
        return syntax_error(text, offset, f"unexpected “{word}”: no name with spaces is known here that ends so")
    return syntax_error(text, offset, f"unexpected “{word}”")
