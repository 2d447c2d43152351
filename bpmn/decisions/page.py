"""One DMN file while it is read: its elements by name, its refusals, and its expressions parsed where they stand."""

from collections.abc import Callable, Iterator
from typing import Final, TypeVar

from lxml import etree

from bpmn.decisions.types import Type, named
from bpmn.dialects.juel import NotTranslated, to_feel
from bpmn.errors import DecisionsUnreadable
from bpmn.source import attribute, child, child_text, children, line_of
from bpmn.vocabulary import FUNCTIONS
from forms.feel import Expression, FeelSyntaxError, UnaryTests, parse_expression, parse_unary_tests

LENGTH: Final = 5_000
"""Most characters of one expression or cell."""

FAULTS: Final = 200
"""So many faults are kept; one more ends the reading of a file."""

_NULL: Final = parse_expression("null")
_ALWAYS: Final = parse_unary_tests("-")

Parsed = TypeVar("Parsed", Expression, UnaryTests)
Refuse = Callable[[str], DecisionsUnreadable]
"""Makes the refusal of what stands at one place, from the reason."""


def is_feel(language: str) -> bool:
    """Whether an expression language is FEEL; none given means FEEL (DMN 1.5 clause 6.3.2).

    Its names are addresses that hold it, as ``http://www.omg.org/spec/FEEL/20140401`` of DMN 1.1; Camunda names its
    reader and what is read: ``feel-scala-unary-tests``.
    """
    return not language or any(part.partition("-")[0] == "feel" for part in language.casefold().split("/"))


class Page:
    """A file being read. `names` are those that every expression of it may hold, `types` its item definitions.

    `faults` are what could not be read: reading goes on, so that all of it is told at once.
    """

    def __init__(self, root: etree._Element, name: str) -> None:
        self.root = root
        self.namespace = etree.QName(root).namespace or ""
        self.name = name
        self.names = FUNCTIONS
        self.types: dict[str, Type] = {}
        self.faults: list[DecisionsUnreadable] = []

    def fail(self, code: str, at: etree._Element, **parameters: str | int) -> DecisionsUnreadable:
        """The refusal of the file, at an element."""
        refusal = DecisionsUnreadable(code, name=self.name, line=line_of(at) or None, column=None, **parameters)
        refusal.path = at.getroottree().getpath(at)
        return refusal

    def each(self, element: etree._Element, *names: str) -> Iterator[etree._Element]:
        """The children of these names; all of DMN where none is given."""
        return children(element, *names, namespace=self.namespace)

    def first(self, element: etree._Element, name: str) -> etree._Element | None:
        """The first child of a name."""
        return child(element, name, self.namespace)

    def text(self, element: etree._Element | None, name: str = "text") -> str:
        """The text of the first child of a name; empty where there is none."""
        return "" if element is None else child_text(element, name, self.namespace) or ""

    def inner(self, element: etree._Element, name: str) -> str:
        """The text of ``<name><text>...</text></name>``."""
        return self.text(self.first(element, name))

    def type(self, element: etree._Element | None) -> Type:
        """The type that an element refers to."""
        return named("" if element is None else attribute(element, "typeRef").strip(), self.types)

    def language(self, node: etree._Element, where: str) -> None:
        """Refuse a file written in another expression language than FEEL."""
        language = attribute(node, "expressionLanguage")
        if not is_feel(language):
            raise self.fail("expression_language", node, where=where, language=language)

    def feel(self, node: etree._Element, written: str, refuse: Refuse) -> str:
        """What an expression says in FEEL: JUEL, as Camunda 7 writes it, is translated. Raises DecisionsUnreadable."""
        language = attribute(node, "expressionLanguage")
        if language.casefold() == "juel":
            try:
                return to_feel(written)
            except NotTranslated as error:
                raise refuse(f"{error.construct} of JUEL is not read. {error.instead}") from None
        if not is_feel(language):
            raise refuse(f"the expression language {language} is not FEEL.")
        return written

    def expression(self, written: str, names: frozenset[str], refuse: Refuse) -> Expression:
        """An expression, read where these names are in scope; a wrong one is a fault, and null from then on."""
        return self._parsed(lambda: parse_expression(written, names), names, written, refuse) or _NULL

    def tests(self, written: str, names: frozenset[str], refuse: Refuse) -> UnaryTests:
        """Unary tests, read where these names are in scope; wrong ones are a fault, and hold always from then on."""
        return self._parsed(lambda: parse_unary_tests(written, names), names, written, refuse) or _ALWAYS

    def _parsed(
        self, parse: Callable[[], Parsed], names: frozenset[str], written: str, refuse: Refuse
    ) -> Parsed | None:
        reason = ""
        if not written:
            reason = "nothing is written here."
        elif len(written) > LENGTH:
            reason = f"it is longer than {LENGTH} characters."
        else:
            try:
                parsed = parse()
            except FeelSyntaxError as error:
                reason = f"{written!r} is not FEEL: {error.message}"
            else:
                for called in sorted(parsed.calls):
                    if not _known(called, names):
                        self.found(refuse(f"there is no function {called}."), runs=True)
                return parsed
        self.found(refuse(reason))
        return None

    def found(self, fault: DecisionsUnreadable, *, runs: bool = False) -> None:
        """Note something wrong, and read on; some things leave their element to run, and give null there.

        Raises DecisionsUnreadable where it is enough.
        """
        if len(self.faults) >= FAULTS:
            raise self.fault()
        fault.runs = runs
        self.faults.append(fault)

    def fault(self, last: DecisionsUnreadable | None = None) -> DecisionsUnreadable:
        """The first of all faults, which knows the others; `last` is what ended the reading."""
        ended = [last, *last.others] if last is not None and last not in self.faults else []
        first, *others = [*self.faults, *ended]
        first.others = tuple(others)
        return first


def _known(called: str, names: frozenset[str]) -> bool:
    """Whether a function, or what it is a property of, is among these names; they may hold points themselves."""
    if called in names or called.partition(".")[0] in names:
        return True
    return called.count(".") > 1 and any(called.startswith(f"{name}.") for name in names)


def plain(name: str) -> str:
    """A name with single spaces."""
    return " ".join(name.split())
