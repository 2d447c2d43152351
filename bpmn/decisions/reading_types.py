"""Item definitions read: the types of a model (DMN 1.5 clause 7.3.2)."""

from dataclasses import replace
from typing import Final

from lxml import etree

from bpmn.decisions.page import Page, plain
from bpmn.decisions.types import Type, collection, function_type, limited, named, never, structure
from bpmn.errors import DecisionsUnreadable
from bpmn.source import attribute, flag

NESTED: Final = 30
"""Most components inside one another."""


def read_types(page: Page) -> frozenset[str]:
    """Fill `page.types`; gives the names of components that expressions could not tell by themselves."""
    odd: set[str] = set()
    for node in page.each(page.root, "itemDefinition"):
        name = plain(attribute(node, "name"))
        if name:
            page.types[name] = _definition(page, node, name, odd)
    return frozenset(odd)


def _definition(page: Page, node: etree._Element, path: str, odd: set[str], depth: int = 0) -> Type:
    if depth > NESTED:
        raise page.fail("type_depth", node, type=path.partition(".")[0], limit=NESTED)
    name = plain(attribute(node, "name"))
    if any(not (letter.isalnum() or letter in " _") for letter in name):
        odd.add(name)
    components = list(page.each(node, "itemComponent"))
    function = page.first(node, "functionItem")
    if components:
        inner = structure(
            path,
            {
                plain(attribute(part, "name")): _definition(
                    page, part, f"{path}.{plain(attribute(part, 'name'))}", odd, depth + 1
                )
                for part in components
            },
        )
    elif function is not None:
        returns = named(attribute(function, "outputTypeRef"), page.types)
        takes = [(plain(attribute(part, "name")), page.type(part)) for part in page.each(function, "parameters")]
        inner = function_type(path, takes, returns)
    else:
        inner = named(page.text(node, "typeRef"), page.types)
    inner = _limited(page, node, "allowedValues", path, inner)
    if flag(node, "isCollection"):
        inner = collection(inner)
    inner = _limited(page, node, "typeConstraint", path, inner)
    return inner if inner.any else replace(inner, name=path)


def _limited(page: Page, node: etree._Element, part: str, path: str, inner: Type) -> Type:
    """A type with the limit that a part of its definition sets; allowed values stand for those of its base type."""
    written = page.inner(node, part)
    if not written:
        return inner

    def refuse(reason: str) -> DecisionsUnreadable:
        return page.fail("allowed_values", node, type=path, reason=reason)

    before = len(page.faults)
    allowed = page.tests(written, page.names, refuse)
    if any(not fault.runs for fault in page.faults[before:]):
        return never(path, f"{part} of the type cannot be read")
    return limited(inner, allowed, instead=part == "allowedValues")
