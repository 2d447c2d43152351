"""Statements to closures, and the runs of scripts and expressions."""

import ast
from collections.abc import Callable, Sequence
from enum import Enum, auto
from typing import Any, Final, TypeAlias

from bpmn.scripts.functions import key_of
from bpmn.scripts.limits import ScriptFailed
from bpmn.scripts.making import Inner, Run, bind, give, item_of
from bpmn.scripts.operators import SIGNS, compute
from bpmn.scripts.subset import ERRORS, dotted
from bpmn.scripts.values import Value, admit, items_of, kind, text_of, whole


class Way(Enum):
    """How a statement leaves a loop."""

    BREAK = auto()
    CONTINUE = auto()
    RETURN = auto()


Do: TypeAlias = Callable[[Run], Way | None]


def block(statements: Sequence[ast.stmt]) -> Do:
    """Make lines ready, run one after the other."""
    lines = [(statement.lineno, _MAKERS[type(statement)](statement)) for statement in statements]

    def run(run: Run) -> Way | None:
        for number, line in lines:
            run.budget.step()
            try:
                way = line(run)
            except ScriptFailed as error:
                if error.line is None:
                    raise ScriptFailed(error.message, number, kind=error.kind) from error
                raise
            if way is not None:
                return way
        return None

    return run


def _assign(node: ast.Assign) -> Do:
    value, targets = give(node.value), [bind(target) for target in node.targets]

    def run(run: Run) -> None:
        found = value(run)
        for target in targets:
            target(run, found)

    return run


def _augment(node: ast.AugAssign) -> Do:
    sign, more, target = SIGNS[type(node.op)], give(node.value), bind(node.target)
    # Read as what it is written to: the place is looked up anew, and gives the same.
    read = ast.copy_location(_loaded(node.target), node.target)
    old = give(read)

    def run(run: Run) -> None:
        before = old(run)
        after = compute(sign, before, more(run), run.budget)
        if isinstance(before, list) and isinstance(after, list):
            before[:] = after  # the list itself grows, under all its names
        else:
            target(run, after)

    return run


def _loaded(target: ast.expr) -> ast.expr:
    if isinstance(target, ast.Name):
        return ast.Name(id=target.id, ctx=ast.Load())
    assert isinstance(target, ast.Subscript)  # noqa: S101 - the subset refuses others
    return ast.Subscript(value=target.value, slice=target.slice, ctx=ast.Load())


def _plain(node: ast.Expr) -> Do:
    value = give(node.value)

    def run(run: Run) -> None:
        value(run)

    return run


def _if(node: ast.If) -> Do:
    test, then, otherwise = give(node.test), block(node.body), block(node.orelse)
    return lambda run: then(run) if test(run) else otherwise(run)


def _for(node: ast.For) -> Do:
    target, items, body, otherwise = bind(node.target), give(node.iter), block(node.body), block(node.orelse)

    def run(run: Run) -> Way | None:
        for item in items_of(items(run), run.budget):
            target(run, item)
            way = body(run)
            if way is Way.BREAK:
                return None
            if way is Way.RETURN:
                return way
        return otherwise(run)

    return run


def _while(node: ast.While) -> Do:
    test, body, otherwise = give(node.test), block(node.body), block(node.orelse)

    def run(run: Run) -> Way | None:
        while test(run):
            way = body(run)
            if way is Way.BREAK:
                return None
            if way is Way.RETURN:
                return way
        return otherwise(run)

    return run


def _function(node: ast.FunctionDef) -> Do:
    """A function of one's own: it sees the variables around it, and keeps those it assigns to itself."""
    name, body = node.name, block(node.body)
    names = [part.arg for part in node.args.args]
    defaults = [give(part) for part in node.args.defaults]

    def define(run: Run) -> None:
        spare = dict(zip(names[len(names) - len(defaults) :], [part(run) for part in defaults], strict=True))

        def call(positional: list[Value], named: dict[str, Value]) -> Value:
            given = spare | dict(zip(names, positional, strict=False)) | named
            twice = named.keys() & set(names[: len(positional)])
            if len(positional) > len(names) or given.keys() != set(names) or twice:
                raise ScriptFailed(f"{name} takes {', '.join(names) or 'nothing'}.", kind="TypeError")
            inner = Inner(run, given)
            body(inner)
            return inner.result

        run.functions[name] = call

    return define


def _return(node: ast.Return) -> Do:
    value = give(node.value) if node.value is not None else None

    def run(run: Run) -> Way:
        run.result = None if value is None else value(run)
        return Way.RETURN

    return run


def _try(node: ast.Try) -> Do:
    body, otherwise, final = block(node.body), block(node.orelse), block(node.finalbody)
    handlers = [(_caught(one), one.name, block(one.body)) for one in node.handlers]

    def attempt(run: Run) -> Way | None:
        try:
            way = body(run)
        except ScriptFailed as error:
            for kinds, name, handle in handlers:
                if kinds is None or error.kind in kinds:
                    return _handled(run, name, error, handle)
            raise
        return otherwise(run) if way is None else way

    def run(run: Run) -> Way | None:
        try:
            way = attempt(run)
        except ScriptFailed:
            instead = final(run)
            if instead is None:
                raise
            return instead
        instead = final(run)
        return way if instead is None else instead

    return run


def _handled(run: Run, name: str | None, error: ScriptFailed, handle: Do) -> Way | None:
    """Handle an error, which is its text while it is handled, under the name that it is given."""
    if name is None:
        return handle(run)
    run.names[name] = admit(error.message, run.budget)
    try:
        return handle(run)
    finally:
        run.names.pop(name, None)


def _caught(handler: ast.ExceptHandler) -> frozenset[str] | None:
    """The kinds of errors a handler takes; None for all."""
    if handler.type is None:
        return None
    named = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    if any(isinstance(one, ast.Name) and one.id == "Exception" for one in named):
        return None
    return frozenset().union(*(ERRORS[one.id] for one in named if isinstance(one, ast.Name)))


def _raise(node: ast.Raise) -> Do:
    raised = node.exc
    said = give(raised.args[0]) if isinstance(raised, ast.Call) and raised.args else None
    kind_of = dotted(raised.func if isinstance(raised, ast.Call) else raised) if raised is not None else ""

    def run(run: Run) -> None:
        message = kind_of if said is None else text_of(said(run), run.budget)
        raise ScriptFailed(message, kind=kind_of)

    return run


def _delete(node: ast.Delete) -> Do:
    targets = [_removal(target) for target in node.targets]

    def run(run: Run) -> None:
        for target in targets:
            target(run)

    return run


def _removal(target: ast.expr) -> Callable[[Run], None]:
    if isinstance(target, ast.Name):
        name = target.id

        def forget(run: Run) -> None:
            run.read(name)
            run.names[name] = None

        return forget
    assert isinstance(target, ast.Subscript)  # noqa: S101 - the subset refuses others
    owner, place = give(target.value), give(target.slice)

    def remove(run: Run) -> None:
        holder, key = owner(run), place(run)
        item_of(holder, key)
        if isinstance(holder, dict):
            del holder[key_of(key)]
        elif isinstance(holder, list):
            run.budget.step(1 + (len(holder) >> 6))
            del holder[whole(key, "place in square brackets")]
        else:
            raise ScriptFailed(f"Nothing can be deleted from {kind(holder)}.")

    return remove


_MAKERS: Final[dict[type[ast.stmt], Callable[[Any], Do]]] = {
    ast.Assign: _assign,
    ast.AugAssign: _augment,
    ast.Expr: _plain,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Break: lambda _node: lambda _run: Way.BREAK,
    ast.Continue: lambda _node: lambda _run: Way.CONTINUE,
    ast.Pass: lambda _node: lambda _run: None,
    ast.Delete: _delete,
    ast.FunctionDef: _function,
    ast.Return: _return,
    ast.Try: _try,
    ast.Raise: _raise,
}
