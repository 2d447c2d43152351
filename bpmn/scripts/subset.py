"""The subset of Python that diagrams may hold: one truth for the rule that refuses and for what is run.

Whatever stands in `EXPRESSIONS` or `STATEMENTS` has a maker (`making`, `statements`); all else is refused by name, with
what to write instead. Nothing is guessed: a construct that is not listed is refused.
"""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bpmn.scripts.formatting import SPECIFICATION
from bpmn.scripts.functions import CHANGING, FUNCTIONS, METHOD_NAMES, MODULES
from bpmn.scripts.operators import SIGNS

LENGTH: Final = 20_000
"""Most characters of a script."""
DEEPEST: Final = 60
"""How deep a script may be nested."""

EXPRESSIONS: Final = (
    *(ast.Constant, ast.Name, ast.BinOp, ast.UnaryOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.JoinedStr),
    *(ast.FormattedValue, ast.Subscript, ast.Slice, ast.Attribute, ast.Call, ast.List, ast.Tuple, ast.Dict),
    *(ast.ListComp, ast.DictComp, ast.GeneratorExp, ast.Lambda),
)
STATEMENTS: Final = (
    *(ast.Assign, ast.AugAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Break, ast.Continue, ast.Pass, ast.Delete),
    *(ast.FunctionDef, ast.Return, ast.Try, ast.Raise),
)
_PARTS: Final = (
    *(ast.Module, ast.Expression, ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop),
    *(ast.keyword, ast.comprehension, ast.arguments, ast.arg, ast.ExceptHandler),
)

ERRORS: Final[Mapping[str, frozenset[str]]] = {
    **{
        name: frozenset({name})
        for name in (
            *("Exception", "ValueError", "KeyError", "IndexError", "TypeError", "ZeroDivisionError", "NameError"),
            *("AttributeError", "RuntimeError", "AssertionError", "NotImplementedError"),
        )
    },
    "LookupError": frozenset({"LookupError", "KeyError", "IndexError"}),
    "ArithmeticError": frozenset({"ArithmeticError", "ZeroDivisionError"}),
}
"""Errors that may be raised and caught, with those that each stands for; ``except Exception`` takes all."""

REFUSED: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(
        ("Import", "ImportFrom"),
        ("an import", "Delete it: datetime, math and decimal are there without; nothing else can be imported."),
    ),
    "FunctionDef": (
        "a function of one's own (def) that is not plain",
        "Define it at the top of a script, with plain parameters, and return once it is done.",
    ),
    "AsyncFunctionDef": ("an asynchronous function", "Write its lines where they are needed."),
    "ClassDef": ("a class", 'Use a dict, as in {"name": name, "size": 2}.'),
    "Lambda": ("a lambda", "Write one only as key of sorted, min, max or sort; else a comprehension."),
    "Return": ("return outside a function", "Assign the result to a variable."),
    "Yield": ("yield", "Make a list: items.append(...)."),
    "YieldFrom": ("yield from", "Make a list: items.extend(...)."),
    "Await": ("await", "Draw what has to be waited for as an event or a service task."),
    "AsyncFor": ("an asynchronous loop", "Write a plain for."),
    "AsyncWith": ("async with", "Draw what has to be waited for as an event or a service task."),
    "With": ("with", "Draw what reaches outside as a service task."),
    "Try": (
        "try with an error of another kind",
        f"Write except Exception, or name one of: {', '.join(ERRORS)}.",
    ),
    "TryStar": ("try", "Test first: with if, in, .get(name)."),
    "Raise": ("raise of something else than an error with a text", 'Write raise ValueError("what is wrong").'),
    "Assert": ("assert", "Set a variable and draw a gateway behind the task."),
    "Global": ("global", "Delete it: all variables are those of the case."),
    "Nonlocal": ("nonlocal", "Delete it: all variables are those of the case."),
    "AnnAssign": ("a type beside a variable", "Write name = value."),
    "NamedExpr": ("an assignment inside an expression (:=)", "Assign on a line of its own."),
    "Match": ("match", "Write if and elif."),
    "Set": ("a set", "Write a list, in square brackets."),
    "SetComp": ("a set", "Write a list, in square brackets."),
    "Starred": ("a star (*)", "Name each value."),
    "MatMult": ("the operator @", "Write a loop."),
    "LShift": ("the operator <<", "Write * 2 ** n."),
    "RShift": ("the operator >>", "Write // 2 ** n."),
    "BitOr": ("the operator |", "Write or; for dicts, update."),
    "BitAnd": ("the operator &", "Write and."),
    "BitXor": ("the operator ^", "Write !=."),
    "Invert": ("the operator ~", "Write not."),
}
"""Constructs by the name of their node: what they are called, and what to write instead."""

FORBIDDEN: Final[Mapping[str, str]] = {
    **dict.fromkeys(("eval", "exec", "compile", "__import__"), "Write the expression itself."),
    **dict.fromkeys(("open", "input"), "Draw what reaches outside as a service task, and what is asked as a form."),
    **dict.fromkeys(("getattr", "setattr", "delattr", "hasattr"), 'Write data["name"], or data.get("name").'),
    **dict.fromkeys(("globals", "locals", "vars", "dir"), "Name the variables."),
    **dict.fromkeys(("type", "issubclass"), "Write isinstance(value, str), or compare with None."),
    **dict.fromkeys(("set", "frozenset"), "Write a list, in square brackets."),
    **dict.fromkeys(("map", "filter"), "Write a comprehension: [f(x) for x in items if ...]."),
    "iter": "Write a for loop.",
    "next": "Write items[0], or a for loop.",
    "pow": "Write a ** b.",
    "divmod": "Write a // b and a % b.",
    "format": 'Write an f-string, as in f"{amount:.2f}".',
}
"""Functions of Python that are often tried, with what to write instead."""
METHODS_REFUSED: Final[Mapping[str, str]] = {
    **dict.fromkeys(("format", "format_map"), 'Write an f-string, as in f"{amount:.2f}".'),
    "add": "Write items.append(...).",
    "encode": "Keep the text as it is.",
}


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A construct that is not run; `line` counts from 1."""

    line: int
    construct: str
    instead: str


class Subset:
    """Checks one tree. `changes` says whether it may change anything: scripts may, expressions may not."""

    def __init__(self, *, changes: bool, own: Collection[str] = ()) -> None:
        self._changes = changes
        self._own = own
        """The functions that the script defines."""
        self._allowed: set[ast.AST] = set()
        """Lambdas and generators that stand where they may."""

    def refusals(self, tree: ast.AST) -> Iterator[Refusal]:
        """Everything that is not run, in the order of the text, an outer thing before what is inside it."""
        ahead: list[tuple[ast.AST, int, int]] = [(tree, 0, 1)]
        while ahead:
            node, depth, above = ahead.pop()
            line = getattr(node, "lineno", above)
            if depth > DEEPEST:
                yield Refusal(
                    line=line, construct="something nested too deeply", instead="Divide it into several lines."
                )
                return
            refused = [Refusal(line=line, construct=what, instead=then) for what, then in self._refused(node)]
            yield from refused
            if refused and not isinstance(node, ast.For | ast.While | ast.Call):
                continue  # what stands inside would be refused for what is around it
            ahead.extend((part, depth + 1, line) for part in reversed(list(ast.iter_child_nodes(node))))

    def _refused(self, node: ast.AST) -> Iterator[tuple[str, str]]:
        name = type(node).__name__
        statement = isinstance(node, STATEMENTS)
        known = isinstance(node, (*EXPRESSIONS, *_PARTS)) or (statement and self._changes)
        if not known or (isinstance(node, ast.operator) and type(node) not in SIGNS) or isinstance(node, ast.Invert):
            yield REFUSED.get(name, (f"the construct {name}", "Write it with if, for and assignments."))
        elif isinstance(node, ast.Lambda | ast.GeneratorExp) and node not in self._allowed:
            yield self._misplaced(node)
        else:
            check = getattr(self, f"_{name.lower()}", None)
            if check is not None:
                yield from check(node)

    def _misplaced(self, node: ast.AST) -> tuple[str, str]:
        if isinstance(node, ast.Lambda):
            return REFUSED["Lambda"]
        return "a generator", "Write it in square brackets."

    def _constant(self, node: ast.Constant) -> Iterator[tuple[str, str]]:
        if isinstance(node.value, bytes):
            yield "bytes", "Write a text."
        elif isinstance(node.value, complex):
            yield "an imaginary number", "Write a number."
        elif node.value is Ellipsis:
            yield "...", "Write pass, or a value."

    def _name(self, node: ast.Name) -> Iterator[tuple[str, str]]:
        if node.id.startswith("__"):
            yield f"the name {node.id}", "Use a name that does not begin with two underscores."
        elif not isinstance(node.ctx, ast.Load) and (node.id in FUNCTIONS or node.id in MODULES):
            yield f"a variable with the name of the function {node.id}", "Use another name."
        elif node.id in self._own and node not in self._allowed:
            yield f"the function {node.id} without a call", f"Call it, as in {node.id}(...)."
        # A variable may well be called type or next: without a call nothing else is meant.
        elif node not in self._allowed and (node.id in FUNCTIONS or node.id in MODULES):
            instead = f"Call it, as in {node.id}(...); a variable needs another name."
            yield f"the function {node.id} without a call", instead

    def _attribute(self, node: ast.Attribute) -> Iterator[tuple[str, str]]:
        if node.attr.startswith("_"):
            yield f"the name {node.attr}", "Use a name that does not begin with an underscore."
        elif not isinstance(node.ctx, ast.Load):
            yield "an assignment to a name behind a point", f'Write data["{node.attr}"] = value.'

    def _subscript(self, node: ast.Subscript) -> Iterator[tuple[str, str]]:
        if isinstance(node.slice, ast.Slice) and not isinstance(node.ctx, ast.Load):
            yield "an assignment to a part of a list", "Assign the whole list anew."
        elif isinstance(node.slice, ast.Tuple) and any(isinstance(part, ast.Slice) for part in node.slice.elts):
            yield "a slice of several dimensions", "Take one part after the other."

    def _compare(self, node: ast.Compare) -> Iterator[tuple[str, str]]:
        for sign, right in zip(node.ops, node.comparators, strict=True):
            single = isinstance(right, ast.Constant) and (right.value is None or isinstance(right.value, bool))
            if isinstance(sign, ast.Is | ast.IsNot) and not single:
                yield "is with something else than None, True or False", "Write == or !=."

    def _dict(self, node: ast.Dict) -> Iterator[tuple[str, str]]:
        if None in node.keys:
            yield "two stars (**)", "Write data.update(other)."

    def _call(self, node: ast.Call) -> Iterator[tuple[str, str]]:
        name = dotted(node.func)
        if node in self._allowed:
            return
        if any(keyword.arg is None for keyword in node.keywords):
            yield "two stars (**)", "Name each value."
        if len(node.args) == 1 and not node.keywords:
            self._allowed.add(node.args[0]) if isinstance(node.args[0], ast.GeneratorExp) else None
        if name in FUNCTIONS:
            self._allowed.update(ast.walk(node.func))
        elif isinstance(node.func, ast.Name):
            self._allowed.add(node.func)
            if node.func.id not in self._own and not node.func.id.startswith("__"):
                yield (
                    f"the function {node.func.id}",
                    FORBIDDEN.get(node.func.id, f"Use one of these: {', '.join(sorted(FUNCTIONS))}."),
                )
        elif isinstance(node.func, ast.Attribute):
            yield from self._method(node.func)
        else:
            yield "a call of something that is no name", "Call a function by its name."
        if name in ("sorted", "min", "max") or (isinstance(node.func, ast.Attribute) and node.func.attr == "sort"):
            self._keyed(node)

    def _method(self, func: ast.Attribute) -> Iterator[tuple[str, str]]:
        if func.attr in METHOD_NAMES:
            if func.attr in CHANGING and not self._changes:
                yield f"the method {func.attr}, which changes a value", "Change data in a script task."
        elif not func.attr.startswith("_"):
            offered = f"Use one of these: {', '.join(sorted(METHOD_NAMES))}."
            yield f"the method {func.attr}", METHODS_REFUSED.get(func.attr, offered)

    def _keyed(self, node: ast.Call) -> None:
        for keyword in node.keywords:
            if keyword.arg == "key" and isinstance(keyword.value, ast.Lambda):
                taken = keyword.value.args
                plain = not (taken.posonlyargs or taken.kwonlyargs or taken.vararg or taken.kwarg or taken.defaults)
                if plain and len(taken.args) == 1:
                    self._allowed.add(keyword.value)

    def _formattedvalue(self, node: ast.FormattedValue) -> Iterator[tuple[str, str]]:
        if node.conversion not in (-1, ord("s")):
            yield "a conversion in an f-string (!r, !a)", "Write the value without it."
        if node.format_spec is not None:
            parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
            text = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
            if any(not isinstance(part, ast.Constant) for part in parts) or not SPECIFICATION.fullmatch(text):
                yield f"the format {text[:40]!r}", "Write one like .2f, 05d, >10 or .1%, at most 99 wide."

    def _module(self, node: ast.Module) -> Iterator[tuple[str, str]]:
        for part in node.body:
            if isinstance(part, ast.FunctionDef):
                self._allowed.add(part)
        yield from ()

    def _functiondef(self, node: ast.FunctionDef) -> Iterator[tuple[str, str]]:
        taken = node.args
        starred = taken.posonlyargs or taken.kwonlyargs or taken.vararg or taken.kwarg
        named = {node.name, *(part.arg for part in taken.args)}
        plain = not starred and not any(part.startswith("__") or part in FUNCTIONS or part in MODULES for part in named)
        if node not in self._allowed or node.decorator_list or not plain:
            yield REFUSED["FunctionDef"]
        self._allowed.update(part for part in ast.walk(node) if isinstance(part, ast.Return))

    def _return(self, node: ast.Return) -> Iterator[tuple[str, str]]:
        if node not in self._allowed:
            yield REFUSED["Return"]

    def _try(self, node: ast.Try) -> Iterator[tuple[str, str]]:
        kinds = [kind for one in node.handlers for kind in _kinds(one)]
        names = [one.name for one in node.handlers if one.name]
        plain = not any(name.startswith("__") or name in FUNCTIONS or name in MODULES for name in names)
        if not plain or not all(name in ERRORS for name in kinds):
            yield REFUSED["Try"]

    def _raise(self, node: ast.Raise) -> Iterator[tuple[str, str]]:
        raised, plain = node.exc, False
        if isinstance(raised, ast.Call):
            plain = dotted(raised.func) in ERRORS and len(raised.args) <= 1 and not raised.keywords
            self._allowed.update({raised, raised.func})
        elif isinstance(raised, ast.Name):
            plain = raised.id in ERRORS
        if node.cause is not None or not plain:
            yield REFUSED["Raise"]

    def _expr(self, node: ast.Expr) -> Iterator[tuple[str, str]]:
        called = isinstance(node.value, ast.Call)
        text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if not (called or text):
            yield "a line that does nothing", "Assign the value to a variable."

    def _comprehension(self, node: ast.comprehension) -> Iterator[tuple[str, str]]:
        if node.is_async:
            yield "an asynchronous loop", "Write a plain for."


def _kinds(handler: ast.ExceptHandler) -> Iterator[str]:
    if handler.type is not None:
        named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        yield from (dotted(one) for one in named)


def dotted(node: ast.AST) -> str:
    """The name of a function as written, ``datetime.now``; empty where it is no chain of names."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""
