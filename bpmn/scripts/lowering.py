"""Other ways of writing what the subset has, rewritten before it is checked: nothing of them is left to run.

Imports of what is there without, ``map`` and ``filter`` of a lambda, texts filled by ``%`` and ``.format``, types
beside variables. What cannot be rewritten stays as it is, and is refused by name.
"""

import ast
import re
from string import Formatter
from typing import Final

from bpmn.scripts.functions import FUNCTIONS, MODULES

_FILLED: Final = re.compile(
    r"%(?:(?P<percent>%)|(?P<flags>[-0]?)(?P<width>\d{0,2})(?P<places>\.\d{1,2})?(?P<kind>[sdf]))"
)
_IMPORTED: Final = MODULES | {"decimal"}


def lowered(tree: ast.AST) -> ast.AST:
    """The tree, with what can be written in the subset written so. What is nested too deeply stays as it is."""
    try:
        found: ast.AST = _Lowering().visit(tree)
        return ast.fix_missing_locations(found)
    except RecursionError:
        return tree


class _Lowering(ast.NodeTransformer):
    def visit_Import(self, node: ast.Import) -> ast.AST:
        known = all(alias.name in _IMPORTED and alias.asname in (None, alias.name) for alias in node.names)
        return ast.copy_location(ast.Pass(), node) if known else node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.AST:
        known = node.module in _IMPORTED and all(
            alias.asname is None and alias.name in FUNCTIONS and f"{node.module}.{alias.name}" in FUNCTIONS
            for alias in node.names
        )
        return ast.copy_location(ast.Pass(), node) if known else node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        self.generic_visit(node)
        if node.value is None or not isinstance(node.target, ast.Name):
            return node
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> ast.AST:
        self.generic_visit(node)
        match node.type:
            case ast.Name(id="Exception"):
                node.type = None
        return node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        self.generic_visit(node)
        match node:
            case ast.BinOp(op=ast.Mod(), left=ast.Constant(value=str() as text)):
                given = node.right.elts if isinstance(node.right, ast.Tuple) else [node.right]
                parts = _by_percent(text, given)
                return node if parts is None else ast.copy_location(ast.JoinedStr(values=parts), node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.AST:
        self.generic_visit(node)
        match node.func:
            case ast.Name(id="isinstance") if len(node.args) == 2:
                kinds = node.args[1].elts if isinstance(node.args[1], ast.Tuple) else [node.args[1]]
                named = [ast.Constant(one.id) for one in kinds if isinstance(one, ast.Name)]
                node.args[1:] = named if len(named) == len(kinds) else kinds
            case ast.Name(id="map" | "filter" as name):
                return ast.copy_location(_comprehended(node, name), node)
            case ast.Attribute(attr="format", value=ast.Constant(value=str() as text)):
                parts = _by_format(text, node)
                return node if parts is None else ast.copy_location(ast.JoinedStr(values=parts), node)
        return node


def _comprehended(node: ast.Call, name: str) -> ast.expr:
    """``map(lambda x: f, items)`` as ``[f for x in items]``, and ``filter`` likewise."""
    if len(node.args) != 2 or node.keywords or not isinstance(node.args[0], ast.Lambda):
        return node
    taken = node.args[0].args
    if len(taken.args) != 1 or taken.posonlyargs or taken.kwonlyargs or taken.vararg or taken.kwarg or taken.defaults:
        return node
    item, body = taken.args[0].arg, node.args[0].body
    loop = ast.comprehension(target=ast.Name(item, ast.Store()), iter=node.args[1], ifs=[], is_async=0)
    if name == "filter":
        loop.ifs, body = [body], ast.Name(item, ast.Load())
    return ast.ListComp(elt=body, generators=[loop])


def _piece(value: ast.expr, specification: str) -> ast.expr:
    written = ast.JoinedStr(values=[ast.Constant(specification)]) if specification else None
    return ast.FormattedValue(value=value, conversion=-1, format_spec=written)


def _by_percent(text: str, given: list[ast.expr]) -> list[ast.expr] | None:
    parts: list[ast.expr] = []
    ahead, end = list(given), 0
    for found in _FILLED.finditer(text):
        if "%" in text[end : found.start()]:
            return None
        parts.append(ast.Constant(text[end : found.start()]))
        end = found.end()
        if found["percent"]:
            parts.append(ast.Constant("%"))
        elif not ahead:
            return None
        else:
            parts.append(_piece(ahead.pop(0), _specification(found)))
    if ahead or "%" in text[end:]:
        return None
    return [*parts, ast.Constant(text[end:])]


def _specification(found: re.Match[str]) -> str:
    width, kind = found["width"], found["kind"]
    aligned = "<" if found["flags"] == "-" else ">" if kind == "s" and width else ""
    zero = "0" if found["flags"] == "0" and kind != "s" else ""
    places = found["places"] or "" if kind != "d" else ""
    return f"{aligned}{zero}{width}{places}{'' if kind == 's' else kind}"


def _by_format(text: str, call: ast.Call) -> list[ast.expr] | None:
    named = {keyword.arg: keyword.value for keyword in call.keywords}
    ahead = iter(call.args)
    parts: list[ast.expr] = []
    try:
        for literal, field, specification, conversion in Formatter().parse(text):
            parts.append(ast.Constant(literal))
            if field is None:
                continue
            value = next(ahead) if field == "" else _field(field, call.args, named)
            if conversion or "{" in (specification or ""):
                return None
            parts.append(_piece(value, specification or ""))
    except (ValueError, LookupError, StopIteration):
        return None
    return parts


def _field(field: str, given: list[ast.expr], named: dict[str | None, ast.expr]) -> ast.expr:
    """The value that a field in braces names; LookupError for one with parts of its own."""
    return given[int(field)] if field.isdecimal() else named[field]
