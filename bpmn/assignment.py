"""Who does a task, as its properties say: ids of roles and people, plain or as expressions."""

import re
import unicodedata
from typing import Final

from bpmn.diagram import Element
from bpmn.languages import is_formula

PERSON: Final = "assignPerson"
"""Expression that gives one person: the task is assigned to him."""
GROUP: Final = "assignGroup"
"""Roles and groups whose members are offered it: ids between commas, or an expression."""
PEOPLE: Final = "assignPeople"
"""Expression that gives people who are offered it."""
KEPT_OUT: Final = "separateFromPeople"
"""Expression that gives people who are not given it."""
PROPERTIES: Final = (PERSON, GROUP, PEOPLE)


def slug(text_: str) -> str:
    """A name as an id: ``Service desk`` becomes ``service_desk``."""
    plain = unicodedata.normalize("NFKD", text_).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")


def listed(text: str) -> tuple[str, ...]:
    """The ids between the commas of a plain text."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def plain_roles(element: Element) -> tuple[str, ...]:
    """The ids of the roles an element names without an expression."""
    text = element.properties.get(GROUP, "")
    return () if is_formula(text) else listed(text)


def is_assigned(element: Element) -> bool:
    """Whether its own properties say who does it."""
    return any(element.properties.get(name) for name in PROPERTIES)
