"""Tree to closures: every expression becomes one function of a Run. No text is ever given to Python's compiler."""

import ast
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, TypeAlias, TypeVar

from bpmn.scripts.formatting import formatted
from bpmn.scripts.functions import FUNCTIONS, METHODS, PARTS, Call, key_of
from bpmn.scripts.limits import Budget, ScriptFailed
from bpmn.scripts.operators import COMPARISONS, SIGNS, compute, negate
from bpmn.scripts.subset import dotted
from bpmn.scripts.values import Value, admit, items_of, kind, whole


class Run:
    """One run: the variables met so far, where others come from, what is left of the limits. Lives in one thread."""

    __slots__ = ("budget", "call", "functions", "names", "result", "scope")

    def __init__(self, scope: Mapping[str, Any], budget: Budget, now: datetime | None) -> None:
        self.scope = scope
        self.budget = budget
        self.names: dict[str, Value] = {}
        self.call = Call(budget=budget, now=now)
        self.functions: dict[str, Own] = {}
        self.result: Value = None

    def read(self, name: str) -> Value:
        """The value of a variable. Raises ScriptFailed."""
        try:
            return self.names[name]
        except KeyError:
            pass
        try:
            found = self.scope[name]
        except KeyError:
            raise ScriptFailed(f"The name {name} is not set.", kind="NameError") from None
        self.names[name] = value = admit(found, self.budget)
        return value


class Inner(Run):
    """The run of a function that a script defines: what it assigns stays inside, all else is read around it."""

    __slots__ = ("around",)

    def __init__(self, around: Run, names: dict[str, Value]) -> None:
        self.around = around
        self.scope = around.scope
        self.budget = around.budget
        self.call = around.call
        self.functions = around.functions
        self.names = names
        self.result = None

    def read(self, name: str) -> Value:
        """The value of a variable. Raises ScriptFailed."""
        return self.names[name] if name in self.names else self.around.read(name)


Own: TypeAlias = Callable[[list[Any], dict[str, Any]], Any]
"""A function that a script defines, given its arguments by position and by name."""
Give: TypeAlias = Callable[[Run], Value]
"""An expression made ready: gives its value in a run."""
Bind: TypeAlias = Callable[[Run, Value], None]
"""A target made ready: takes a value in a run."""

Node = TypeVar("Node", bound=ast.AST)
_MAKERS: Final[dict[type[ast.AST], Callable[[Any], Give]]] = {}


def _makes(kind: type[Node]) -> Callable[[Callable[[Node], Give]], Callable[[Node], Give]]:
    def declare(maker: Callable[[Node], Give]) -> Callable[[Node], Give]:
        _MAKERS[kind] = maker
        return maker

    return declare


def give(node: ast.expr) -> Give:
    """Make an expression that the subset allows ready."""
    inner = _MAKERS[type(node)](node)

    def run(run: Run) -> Value:
        run.budget.step()
        return inner(run)

    return run


@_makes(ast.Constant)
def _constant(node: ast.Constant) -> Give:
    value = node.value
    if isinstance(value, int | float) and not isinstance(value, bool):
        # repr gives the shortest digits that mean this number: those that were written.
        number = Decimal(value) if isinstance(value, int) else Decimal(repr(value))
        return lambda run: admit(number, run.budget)
    return lambda run: value


@_makes(ast.Name)
def _name(node: ast.Name) -> Give:
    name = node.id
    return lambda run: run.read(name)


@_makes(ast.BinOp)
def _binary(node: ast.BinOp) -> Give:
    sign, left, right = SIGNS[type(node.op)], give(node.left), give(node.right)
    return lambda run: compute(sign, left(run), right(run), run.budget)


@_makes(ast.UnaryOp)
def _unary(node: ast.UnaryOp) -> Give:
    operand = give(node.operand)
    if isinstance(node.op, ast.Not):
        return lambda run: not operand(run)
    if isinstance(node.op, ast.USub):
        return lambda run: negate(operand(run), run.budget)
    return lambda run: negate(negate(operand(run), run.budget), run.budget)


@_makes(ast.BoolOp)
def _logic(node: ast.BoolOp) -> Give:
    parts = [give(part) for part in node.values]
    stops_at = isinstance(node.op, ast.Or)

    def run(run: Run) -> Value:
        value: Value = None
        for part in parts:
            value = part(run)
            if bool(value) is stops_at:
                break
        return value

    return run


@_makes(ast.Compare)
def _comparison(node: ast.Compare) -> Give:
    first = give(node.left)
    rest = [(COMPARISONS[type(sign)], give(right)) for sign, right in zip(node.ops, node.comparators, strict=True)]

    def run(run: Run) -> Value:
        left = first(run)
        for holds, making in rest:
            right = making(run)
            if not holds(left, right, run.budget):
                return False
            left = right
        return True

    return run


@_makes(ast.IfExp)
def _choice(node: ast.IfExp) -> Give:
    test, then, otherwise = give(node.test), give(node.body), give(node.orelse)
    return lambda run: then(run) if test(run) else otherwise(run)


@_makes(ast.JoinedStr)
def _joined(node: ast.JoinedStr) -> Give:
    parts = [give(part) for part in node.values]

    def run(run: Run) -> Value:
        texts = [part(run) for part in parts]
        run.budget.written(sum(map(len, texts)))
        return "".join(texts)

    return run


@_makes(ast.FormattedValue)
def _formatted(node: ast.FormattedValue) -> Give:
    value = give(node.value)
    parts = node.format_spec.values if isinstance(node.format_spec, ast.JoinedStr) else []
    written = "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
    return lambda run: formatted(value(run), written, run.budget)


@_makes(ast.List)
def _list(node: ast.List) -> Give:
    return _sequence(node.elts, list)


@_makes(ast.Tuple)
def _tuple(node: ast.Tuple) -> Give:
    return _sequence(node.elts, tuple)


def _sequence(nodes: list[ast.expr], made: Callable[[list[Value]], Value]) -> Give:
    parts = [give(part) for part in nodes]

    def run(run: Run) -> Value:
        run.budget.made(len(parts))
        return made([part(run) for part in parts])

    return run


@_makes(ast.Dict)
def _dict(node: ast.Dict) -> Give:
    pairs = [(give(key), give(value)) for key, value in zip(node.keys, node.values, strict=True) if key is not None]

    def run(run: Run) -> Value:
        run.budget.made(len(pairs))
        return {key_of(key(run)): value(run) for key, value in pairs}

    return run


# Parts of values


@_makes(ast.Subscript)
def _subscript(node: ast.Subscript) -> Give:
    value = give(node.value)
    if isinstance(node.slice, ast.Slice):
        limits = [give(part) if part else None for part in (node.slice.lower, node.slice.upper, node.slice.step)]
        return lambda run: _cut(run, value(run), [limit(run) if limit else None for limit in limits])
    place = give(node.slice)
    return lambda run: item_of(value(run), place(run))


def item_of(value: Value, place: Value) -> Value:
    """``value[place]``. Raises ScriptFailed."""
    if isinstance(value, dict):
        name = key_of(place)
        if name not in value:
            raise ScriptFailed(
                f"The dict has no entry {name[:60]!r}: write .get({name[:60]!r}) where it may be missing.",
                kind="KeyError",
            )
        return value[name]
    if not isinstance(value, list | tuple | str):
        raise ScriptFailed(f"{kind(value)} has no parts to take with square brackets.")
    number = whole(place, "place in square brackets")
    if not -len(value) <= number < len(value):
        message = f"There is no place {number}: the value has {len(value)} parts, counted from 0."
        raise ScriptFailed(message, kind="IndexError")
    return value[number]


def _cut(run: Run, value: Value, limits: list[Value]) -> Value:
    if not isinstance(value, list | tuple | str):
        raise ScriptFailed(f"{kind(value)} cannot be cut with square brackets.")
    numbers = [None if limit is None else whole(limit, "limit in square brackets") for limit in limits]
    if numbers[2] == 0:
        raise ScriptFailed("A slice takes no step of 0.")
    (run.budget.written if isinstance(value, str) else run.budget.made)(len(value))
    return value[slice(*numbers)]


@_makes(ast.Attribute)
def _attribute(node: ast.Attribute) -> Give:
    value, name = give(node.value), node.attr
    return lambda run: _part(value(run), name)


def _part(value: Value, name: str) -> Value:
    if isinstance(value, dict):
        return item_of(value, name)
    if name in PARTS.get(type(value), ()):
        return Decimal(getattr(value, name))
    raise ScriptFailed(f"{kind(value)} has no part {name}.")


# Calls


@_makes(ast.Call)
def _call(node: ast.Call) -> Give:
    positional = [give(part) for part in node.args]
    named = {keyword.arg: _argument(keyword) for keyword in node.keywords if keyword.arg is not None}
    name = dotted(node.func)
    function = FUNCTIONS.get(name)
    if function is not None:
        return lambda run: function(
            run.call, name, [part(run) for part in positional], {key: part(run) for key, part in named.items()}
        )
    if isinstance(node.func, ast.Name):
        own = node.func.id

        def call(run: Run) -> Value:
            if own not in run.functions:
                raise ScriptFailed(f"The function {own} is not defined yet.", kind="NameError")
            given = {key: part(run) for key, part in named.items()}
            return run.functions[own]([part(run) for part in positional], given)

        return call
    assert isinstance(node.func, ast.Attribute)  # noqa: S101 - the subset saw to it
    owner, method = give(node.func.value), node.func.attr

    def run(run: Run) -> Value:
        value = owner(run)
        found = METHODS.get(type(value), {}).get(method)
        if found is None:
            raise ScriptFailed(f"{kind(value)} has no method {method}.")
        given = {key: part(run) for key, part in named.items()}
        extra = [part(run) for part in positional]
        return found(run.call, method, extra, given, (value,))

    return run


def _argument(keyword: ast.keyword) -> Give:
    if not isinstance(keyword.value, ast.Lambda):
        return give(keyword.value)
    name, body = keyword.value.args.args[0].arg, give(keyword.value.body)

    def key(run: Run) -> Value:
        def mark(item: Value) -> Value:
            with_item = _Kept(run, {name})
            run.names[name] = item
            try:
                return body(run)
            finally:
                with_item.restore()

        return mark

    return key


# Comprehensions


class _Kept:
    """The variables of these names, to be put back: what a comprehension or a key binds lives only inside it."""

    def __init__(self, run: Run, names: set[str]) -> None:
        self._run = run
        self._names = names
        self._before = {name: run.names[name] for name in names if name in run.names}

    def restore(self) -> None:
        for name in self._names:
            self._run.names.pop(name, None)
        self._run.names.update(self._before)


@_makes(ast.ListComp)
def _list_comprehension(node: ast.ListComp) -> Give:
    return _gathered(node.generators, give(node.elt))


@_makes(ast.GeneratorExp)
def _generator(node: ast.GeneratorExp) -> Give:
    return _gathered(node.generators, give(node.elt))


@_makes(ast.DictComp)
def _dict_comprehension(node: ast.DictComp) -> Give:
    key, value = give(node.key), give(node.value)
    pairs = _gathered(node.generators, lambda run: (key_of(key(run)), value(run)))
    return lambda run: dict(pairs(run))


def _gathered(generators: list[ast.comprehension], item: Give) -> Give:
    names = {part.id for one in generators for part in ast.walk(one.target) if isinstance(part, ast.Name)}
    loops = [(bind(one.target), give(one.iter), [give(test) for test in one.ifs]) for one in generators]

    def rounds(run: Run, level: int) -> Iterator[None]:
        if level == len(loops):
            yield
            return
        take, items, tests = loops[level]
        for value in items_of(items(run), run.budget):
            run.budget.step()
            take(run, value)
            if all(test(run) for test in tests):
                yield from rounds(run, level + 1)

    def gather(run: Run) -> Value:
        kept = _Kept(run, names)
        found: list[Value] = []
        try:
            for _ in rounds(run, 0):
                run.budget.made(1)
                found.append(item(run))
        finally:
            kept.restore()
        return found

    return gather


def bind(target: ast.expr) -> Bind:
    """Make the target of an assignment or loop ready: a name, an entry, or several of them."""
    if isinstance(target, ast.Name):
        name = target.id

        def set_name(run: Run, value: Value) -> None:
            run.names[name] = value

        return set_name
    if isinstance(target, ast.Subscript):
        return _bind_entry(target)
    assert isinstance(target, ast.Tuple | ast.List)  # noqa: S101 - the subset saw to it
    parts = [bind(part) for part in target.elts]

    def unpack(run: Run, value: Value) -> None:
        items = list(items_of(value, run.budget))
        if len(items) != len(parts):
            raise ScriptFailed(f"{len(items)} values are assigned to {len(parts)} names.")
        for part, item in zip(parts, items, strict=True):
            part(run, item)

    return unpack


def _bind_entry(target: ast.Subscript) -> Bind:
    owner, place = give(target.value), give(target.slice)

    def set_entry(run: Run, value: Value) -> None:
        holder, key = owner(run), place(run)
        if isinstance(holder, dict):
            run.budget.made(1)
            holder[key_of(key)] = value
        elif isinstance(holder, list):
            item_of(holder, key)
            holder[whole(key, "place in square brackets")] = value
        else:
            raise ScriptFailed(f"Nothing can be assigned inside {kind(holder)}.")

    return set_entry
