"""Read a form file (form-js schema, JSON) into a FormDefinition, or say where it cannot be accepted.

Beside the schema's own keys, the standard `properties` object of a component may hold ours, as text:

    personal   "true" or "false": whether answers speak about a person (default: true for texts and files)
    prefilled  "false": the question is asked anew each time, even where the case knows an earlier answer
    choices    name of a list the installation supplies: services, people, groups, record:<type>
    maxSize    largest file, in bytes or as "20 MB";  maxFiles: how many files

A title may stand as `title` beside `components`. Every defect of a file is reported, not only the first.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace

from forms.data import DataUnacceptable, Value, parse
from forms.definition import (
    DEPTH,
    Component,
    DynamicList,
    Feel,
    Field,
    FieldKind,
    FormDefinition,
    Group,
    Separator,
    Spacer,
    Text,
)
from forms.errors import FormProblem, FormUnreadable
from forms.node import Node
from forms.reading_fields import read_field
from forms.templating import TemplateUnfit, expressions
from forms.wording import INSTEAD

SIZE = 1_000_000
COMPONENTS = 500
KEY_LENGTH = 100
RESERVED = frozenset({"csrf_token", "seen"})
"""Names of inputs that belong to the page, beside all that begin with an underscore."""

_SKIPPED = frozenset({"button"})
_KINDS = {kind.value: kind for kind in FieldKind}


def read_form(content: bytes, name: str) -> FormDefinition:
    """Give the form a file holds; `name` is the file's, for messages. Raises FormUnreadable with all problems."""
    problems: list[FormProblem] = []
    data = _load(content, problems)
    if problems:
        raise FormUnreadable(name, tuple(problems))
    node = Node(data, "", problems)
    reader = _Reader(problems)
    components = reader.level(data["components"], "components", 1, set(), False)
    fallback = name.rpartition("/")[2].removesuffix(".form")
    definition = FormDefinition(
        id=node.text("id") or fallback,
        title=node.text("title") or node.own("title") or fallback,
        components=components,
        depends=frozenset(name for feel in node.expressions for name in feel.names) | reader.depends,
    )
    if problems:
        # One place is read more than once; its first problem explains the others.
        first = {problem.where: problem for problem in reversed(problems)}
        raise FormUnreadable(name, tuple(problem for problem in problems if first[problem.where] is problem))
    return definition


def _load(content: bytes, problems: list[FormProblem]) -> dict[str, Value]:
    if len(content) > SIZE:
        problems.append(FormProblem(where="", code="too_large", parameters={"maximum": SIZE}))
        return {}
    try:
        data = parse(content)
    except DataUnacceptable as error:
        problems.append(FormProblem(where=error.path, code="not_json", parameters={"reason": error.reason}))
        return {}
    if not isinstance(data, dict) or not isinstance(data.get("components"), list):
        problems.append(FormProblem(where="", code="not_a_form"))
        return {}
    return data


class _Reader:
    """Reads components into one definition, gathering problems and the names that expressions read."""

    def __init__(self, problems: list[FormProblem]) -> None:
        self.problems = problems
        self.depends: frozenset[str] = frozenset()
        self.count = 0

    def level(self, items: Value, where: str, depth: int, taken: set[str], repeated: bool) -> tuple[Component, ...]:
        """Read a list of components; `taken` are the keys used so far among those that share their level of data."""
        if not isinstance(items, list):
            self._problem(where, "wrong_type", name="components", expected="a list")
            return ()
        if depth > DEPTH:
            self._problem(where, "too_deep", maximum=DEPTH)
            return ()
        parts: list[Component] = []
        for index, item in enumerate(items):
            place = f"{where}[{index}]"
            self.count += 1
            if self.count > COMPONENTS:
                if self.count == COMPONENTS + 1:
                    self._problem(place, "too_many", maximum=COMPONENTS)
                break
            if not isinstance(item, Mapping):
                self._problem(place, "wrong_type", name="component", expected="an object")
                continue
            node = Node(item, place, self.problems)
            part = self._component(node, depth, taken, repeated)
            if part is not None:
                parts.append(self._placed(part, node))
            self.depends |= frozenset(name for feel in node.expressions for name in feel.names)
        return tuple(parts)

    def _component(self, node: Node, depth: int, taken: set[str], repeated: bool) -> Component | None:
        kind = node.text("type")
        if not kind:
            node.problem("", "type_missing")
            return None
        if kind in INSTEAD:
            node.problem("type", "type_refused", type=kind, instead=INSTEAD[kind])
            return None
        if kind in _SKIPPED:
            return None
        if kind in _KINDS:
            return self._field(node, _KINDS[kind], taken, repeated)
        readers: dict[str, Callable[[], Component]] = {
            "group": lambda: self._group(node, depth, taken, repeated),
            "dynamiclist": lambda: self._list(node, depth, taken),
            "text": lambda: self._text(node),
            "spacer": lambda: Spacer(id=node.text("id")),
            "separator": lambda: Separator(id=node.text("id")),
        }
        if kind not in readers:
            node.problem("type", "type_unknown", type=kind)
            return None
        return readers[kind]()

    def _field(self, node: Node, kind: FieldKind, taken: set[str], repeated: bool) -> Field:
        key = self._name(node, "key", taken)
        if not key:
            node.problem("key", "key_missing", type=kind.value)
        field = read_field(node, kind, key)
        if field.readonly and repeated:
            node.problem("readonly", "readonly_in_list")
        return field

    def _group(self, node: Node, depth: int, taken: set[str], repeated: bool) -> Group:
        path = self._name(node, "path", taken)
        inner = set() if path else taken
        return Group(
            id=node.text("id"),
            label=node.text("label"),
            path=path,
            components=self.level(node.get("components", []), f"{node.where}.components", depth + 1, inner, repeated),
        )

    def _list(self, node: Node, depth: int, taken: set[str]) -> DynamicList:
        path = self._name(node, "path", taken)
        if not path:
            node.problem("path", "path_missing")
        rows = node.whole("defaultRepetitions", least=0, most=100)
        return DynamicList(
            id=node.text("id"),
            label=node.text("label"),
            path=path,
            components=self.level(node.get("components", []), f"{node.where}.components", depth + 1, set(), True),
            rows=1 if rows is None else rows,
            changeable=node.flag("allowAddRemove", default=True),
        )

    def _text(self, node: Node) -> Text:
        text = node.text("text")
        if text.startswith("="):
            whole = node.feel("text")
            return Text(id=node.text("id"), text="", whole=whole, names=whole.names if whole else frozenset())
        read = len(node.expressions)
        try:
            for expression in expressions(text):
                node.parsed("text", expression)
        except TemplateUnfit:
            node.problem("text", "template_unfit")
        names = frozenset(name for feel in node.expressions[read:] for name in feel.names)
        return Text(id=node.text("id"), text=text, names=names)

    def _name(self, node: Node, attribute: str, taken: set[str]) -> str:
        """Read the name an answer lies under; empty when there is none or it cannot be one."""
        key = node.text(attribute)
        if not key:
            return ""
        if "." in key:
            node.problem(attribute, "key_dotted", key=key, path=key.rpartition(".")[0])
        elif not _fits(key):
            node.problem(attribute, "key_unfit", key=key)
        elif key in RESERVED:
            node.problem(attribute, "key_reserved", key=key)
        elif key in taken:
            node.problem(attribute, "key_taken", key=key)
        taken.add(key)
        return key

    def _placed(self, part: Component, node: Node) -> Component:
        """Add what every component may have: its place in a row and its condition."""
        layout = node.inner("layout")
        hide: Feel | None = None
        conditional = node.inner("conditional")
        if conditional.get("hide") not in (None, "", False):
            hide = conditional.feel("hide")
            node.expressions.extend(conditional.expressions)
        columns = layout.whole("columns", least=1, most=16)
        return replace(part, row=layout.text("row") or None, columns=columns, hide=hide)

    def _problem(self, where: str, code: str, /, **parameters: Value) -> None:
        self.problems.append(FormProblem(where=where, code=code, parameters=parameters))


def _fits(key: str) -> bool:
    return len(key) <= KEY_LENGTH and key.isidentifier() and not key.startswith("_")
