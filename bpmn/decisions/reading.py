"""DMN 1.1 to 1.5 files to a DecisionModel: the requirements graph, and files that import one another."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path
from typing import Final

from lxml import etree

from bpmn.decisions.boxed import Undecided
from bpmn.decisions.model import Decision, DecisionModel, DecisionService, Drawn, InputData, KnowledgeModel
from bpmn.decisions.page import Page, plain
from bpmn.decisions.reading_boxed import Place, logic_in, read_boxed, read_function
from bpmn.decisions.reading_types import read_types
from bpmn.decisions.types import Type
from bpmn.documents import parse_document, shown
from bpmn.errors import DecisionsUnreadable
from bpmn.source import attribute, child_text, line_of, reference

NAMESPACES: Final = frozenset(
    {
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    }
)
"""DMN 1.1, 1.2, 1.3, 1.4, 1.5."""

DEPTH: Final = 50
"""Most decisions that require one another in a row."""
IMPORTS: Final = 30
"""Most files that one file imports, those that they import included, each time anew."""

_DRAWN: Final = ("decision", "inputData", "businessKnowledgeModel", "decisionService")


def read_decisions(content: bytes, name: str, others: Mapping[str, bytes] | None = None) -> DecisionModel:
    """Read a DMN file; `others` are the files it may import, by name.

    An element with something wrong in it is a fault of the model, and fails when it is evaluated; the rest of the file
    runs. What is published must be `sound()`. Raises DecisionsUnreadable for a file that cannot be read at all.
    """
    library = _Library(others or {})
    return _Reader(root_of(content, name), name, library, _Way()).model()


def open_decisions(path: str | PathLike[str]) -> DecisionModel:
    """Read a DMN file of the disk; what it imports is looked for among the DMN files of its folder.

    Raises DecisionsUnreadable, and OSError.
    """
    file = Path(path)
    others = {one.name: one.read_bytes() for one in sorted(file.parent.glob("*.dmn")) if one.name != file.name}
    return read_decisions(file.read_bytes(), file.name, others)


def root_of(content: bytes, name: str) -> etree._Element:
    """The outermost element of a DMN file. Raises DecisionsUnreadable."""
    root = parse_document(content, name, DecisionsUnreadable)
    if (etree.QName(root).namespace or "") not in NAMESPACES or etree.QName(root).localname != "definitions":
        raise DecisionsUnreadable("not_dmn", name=name, line=line_of(root), found=shown(root))
    return root


class _Library:
    """The other files, by the namespace of their model; each is parsed when it is first asked for."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.roots: dict[str, tuple[str, etree._Element]] | None = None
        self.read = 0

    def find(self, namespace: str) -> tuple[str, etree._Element] | None:
        if self.roots is None:
            self.roots = {}
            for name, content in sorted(self.files.items()):
                with suppress(DecisionsUnreadable):  # a file that cannot be read is told when it is read itself
                    root = root_of(content, name)
                    self.roots.setdefault(attribute(root, "namespace"), (name, root))
        return self.roots.get(namespace)


@dataclass(frozen=True, kw_only=True)
class _Way:
    """How a file is imported: the names on the way, the namespaces of the files, and what its keys begin with."""

    imports: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    prefix: str = ""


class _Reader:
    """Reads one file. `merged` finds by id what comes through imports without a name: it counts as drawn here."""

    def __init__(self, root: etree._Element, name: str, library: _Library, way: _Way) -> None:
        self.page = Page(root, name)
        self.library = library
        self.imports = way.imports
        self.path = (*way.path, attribute(root, "namespace"))
        self.prefix = way.prefix
        self.nodes: dict[str, etree._Element] = {}
        self.imported: dict[str, str] = {}
        self.names: frozenset[str] = frozenset()
        self.merged: dict[str, str] = {}
        self.odd: frozenset[str] = frozenset()

    def model(self) -> DecisionModel:
        """The model, with everything that is wrong in its elements. Raises DecisionsUnreadable."""
        try:
            model = self.whole()
        except DecisionsUnreadable as error:
            raise self.page.fault(error) from None
        return replace(model, faults=tuple(self.page.faults))

    def whole(self) -> DecisionModel:
        page = self.page
        page.language(page.root, page.name)
        self.index()
        used: dict[str, Drawn] = {}
        for node in page.each(page.root, "import"):
            used |= self.import_(node)
        self.odd |= read_types(page)
        self.names |= {self.variable(node)[0] for node in self.nodes.values()}
        long_types = {name for name in page.types if " " in name}
        page.names = page.names.union(self.names, self.odd, long_types)
        drawn = [self.checked(identity, node) for identity, node in self.nodes.items()]
        decisions = {one.key: one for one in drawn if isinstance(one, Decision) and not self.prefix}
        named = {one.variable: one for one in drawn}
        for key, one in used.items():
            if one.imports == self.imports:  # through imports without a name: what is nearer has the name
                used[key] = named.setdefault(one.variable, one)
        used |= {one.key: one for one in drawn if one.key not in decisions}
        model = DecisionModel(decisions=decisions, used=used, types=page.types)
        self.check_requirements(model)
        return model

    def index(self) -> None:
        page = self.page
        for node in page.each(page.root, *_DRAWN):
            kind, name = etree.QName(node).localname, plain(attribute(node, "name"))
            identity = attribute(node, "id") or (name if kind == "decision" else f"{kind} {name}")
            if not identity:
                raise page.fail("no_decision_id", node)
            if identity in self.nodes:
                page.found(page.fail("duplicate_decision", node, decision=identity))
                identity = f"{identity} {kind} {len(self.nodes)}"
            self.nodes[identity] = node
        if not self.nodes and page.first(page.root, "itemDefinition") is None:
            raise page.fail("no_decision", page.root)

    def import_(self, node: etree._Element) -> dict[str, Drawn]:
        """What another file of decisions holds; imports of other kinds are passed over."""
        page = self.page
        kind, namespace = attribute(node, "importType"), attribute(node, "namespace")
        name = plain(attribute(node, "name"))
        if kind and kind not in NAMESPACES and "/DMN/" not in kind:
            return {}
        if namespace in self.path:
            return {}  # a circle: what comes from there is being read already
        found = self.library.find(namespace)
        if found is None:
            raise page.fail("unknown_import", node, namespace=namespace, import_name=name)
        self.library.read += 1
        if self.library.read > IMPORTS:
            raise page.fail("too_many_imports", node, namespace=namespace, limit=IMPORTS)
        imports = (*self.imports, name) if name else self.imports
        prefix = self.imported[namespace] = f"{self.prefix}{name or namespace}#"
        way = _Way(imports=imports, path=self.path, prefix=prefix)
        reader = _Reader(found[1], found[0], self.library, way)
        model = reader.model()
        for fault in model.faults:
            page.found(fault)
        self.odd |= reader.odd
        if name:
            page.types |= {f"{name}.{known}": one for known, one in model.types.items()}
            self.names |= {name}
        else:
            page.types = {**model.types, **page.types}
            self.names |= reader.names
            for identity, key in [*((one, prefix + one) for one in reader.nodes), *reader.merged.items()]:
                self.merged.setdefault(identity, key)
        return dict(model.used)

    def variable(self, node: etree._Element) -> tuple[str, Type]:
        """The name and the type of an element's value."""
        variable = self.page.first(node, "variable")
        named = "" if variable is None else attribute(variable, "name")
        return plain(named or attribute(node, "name") or attribute(node, "id")), self.page.type(variable)

    def keys(self, node: etree._Element, requirement: str, *parts: str) -> tuple[str, ...]:
        """The keys of the elements that a node refers to."""
        found = []
        for holder in self.page.each(node, requirement) if requirement else [node]:
            for part in self.page.each(holder, *parts):
                where, _, identity = attribute(part, "href").strip().rpartition("#")
                if where in self.imported:
                    found.append(self.imported[where] + identity)
                    continue
                identity = reference(identity) or ""
                merged = None if identity in self.nodes else self.merged.get(identity)
                found.append(merged or self.prefix + identity)
        return tuple(dict.fromkeys(found))

    def checked(self, identity: str, node: etree._Element) -> Drawn:
        """An element; one with something wrong in it knows the fault, and is never evaluated."""
        page = self.page
        before = len(page.faults)
        try:
            element = self.element(identity, node)
        except DecisionsUnreadable as error:
            page.found(error)
            element = self.bare(identity, node)
        fault = next((one for one in page.faults[before:] if not one.runs), None)
        return replace(element, fault=fault)

    def bare(self, identity: str, node: etree._Element) -> Drawn:
        """An element whose logic cannot be read."""
        drawn = vars(self.drawn(identity, node))
        if etree.QName(node).localname == "decision":
            return Decision(**drawn, logic=Undecided())
        return KnowledgeModel(**drawn, parameters=(), logic=Undecided())

    def drawn(self, identity: str, node: etree._Element) -> Drawn:
        """What elements of every kind have."""
        variable, told = self.variable(node)
        return Drawn(
            key=self.prefix + identity,
            id=identity,
            name=plain(attribute(node, "name")) or identity,
            variable=variable,
            file=self.page.name,
            imports=self.imports,
            type=told,
            line=line_of(node),
        )

    def element(self, identity: str, node: etree._Element) -> Drawn:
        """An element of any kind. Raises DecisionsUnreadable."""
        drawn = self.drawn(identity, node)
        match etree.QName(node).localname:
            case "decision":
                return self.decision(node, drawn)
            case "businessKnowledgeModel":
                return self.knowledge(node, drawn)
            case "decisionService":
                inputs = (*self.keys(node, "", "inputData"), *self.keys(node, "", "inputDecision"))
                return DecisionService(**vars(drawn), inputs=inputs, outputs=self.keys(node, "", "outputDecision"))
        return InputData(**vars(drawn))

    def decision(self, node: etree._Element, drawn: Drawn) -> Decision:
        logic = logic_in(self.page, node)
        place = Place(decision=drawn.id, variable=drawn.variable, names=self.page.names)
        if logic is not None and drawn.type.any and not self.page.type(logic).simple:
            drawn = replace(drawn, type=self.page.type(logic))
        return Decision(
            **vars(drawn),
            logic=Undecided() if logic is None else read_boxed(self.page, logic, place),
            requires=self.keys(node, "informationRequirement", "requiredDecision"),
            told=self.keys(node, "informationRequirement", "requiredInput"),
            knows=self.keys(node, "knowledgeRequirement", "requiredKnowledge"),
            documentation=child_text(node, "description", self.page.namespace) or "",
        )

    def knowledge(self, node: etree._Element, drawn: Drawn) -> KnowledgeModel:
        logic = self.page.first(node, "encapsulatedLogic")
        if logic is None:
            raise self.page.fail("no_logic", node, decision=drawn.id)
        place = Place(decision=drawn.id, variable=drawn.variable, names=self.page.names)
        parameters, body = read_function(self.page, logic, place)
        if drawn.type.any:
            drawn = replace(drawn, type=self.page.type(logic))
        return KnowledgeModel(
            **vars(drawn),
            parameters=parameters,
            logic=body,
            knows=self.keys(node, "knowledgeRequirement", "requiredKnowledge"),
        )

    def check_requirements(self, model: DecisionModel) -> None:
        """Tell what requires something that is not there; refuse what requires itself, or too much in a row."""
        done: set[str] = set()
        page = self.page

        def visit(key: str, path: tuple[str, ...], node: etree._Element) -> None:
            if key in path:
                raise page.fail("requirement_circle", node, decision=key)
            if len(path) >= DEPTH:
                raise page.fail("requirement_depth", node, decision=key, limit=DEPTH)
            if key in done:
                return
            element = model.find(key)
            for required in _required(element):
                if model.find(required) is None:
                    page.found(page.fail("unknown_requirement", node, decision=key, required=required))
                    continue
                visit(required, (*path, key), self.nodes.get(required.removeprefix(self.prefix), node))
            done.add(key)

        for identity, node in self.nodes.items():
            visit(self.prefix + identity, (), node)


def _required(element: Drawn | None) -> tuple[str, ...]:
    match element:
        case Decision():
            return (*element.requires, *element.knows)
        case KnowledgeModel():
            return tuple(key for key in element.knows if key != element.key)
        case DecisionService():
            return (*element.outputs, *element.inputs)
    return ()
