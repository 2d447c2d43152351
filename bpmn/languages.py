"""The languages that expressions and scripts of a diagram are written in, and the one door by which they are read.

FEEL is what we write. The guarded Python subset is read where SpiffWorkflow's tools write it. A text that begins with
``=`` is always FEEL; what a bare text is, its place says.
"""

import re
from collections.abc import Iterable
from contextlib import suppress
from enum import StrEnum
from typing import Final, TypeAlias

from bpmn import scripts
from bpmn.scripts import NotRunnable
from forms import feel


class Language(StrEnum):
    """A language that is run; the value is its name in sentences."""

    FEEL = "FEEL"
    PYTHON = "Python"
    EITHER = "FEEL or Python"
    """A bare text where both are read: FEEL, unless it is none and is Python."""


Formula: TypeAlias = feel.Expression | scripts.Expression
"""An expression that was read."""

_TEXTS: Final = re.compile(r'"(?:[^"\\]|\\.)*"')
_CALLED: Final = re.compile(r"((?:[\w\])}]\s*\.\s*)?[^\W\d]\w*)\s*\(")
"""What stands before a bracket: a name, or a name behind a point."""
_KEYED: Final = re.compile(r'[\w\])}]\[""\]')
"""An entry by its key: in FEEL a filter that nothing passes, as a text is neither true nor false."""
_FEEL = frozenset({"", "feel", "text/feel", "application/feel"})
_PYTHON = frozenset({"python", "python3", "text/python", "text/x-python", "application/python", "application/x-python"})


def declared(name: str) -> Language | None:
    """The language that a diagram names by word, media type or address; FEEL where it names none, None if not run."""
    plain = name.strip().casefold()
    if plain in _FEEL or "feel" in plain.split("/"):
        return Language.FEEL
    return Language.PYTHON if plain in _PYTHON else None


def is_formula(text: str) -> bool:
    """Whether a text that may be plain is meant as FEEL."""
    return text.lstrip().startswith("=")


def bare(text: str) -> str:
    """An expression without the ``=`` in front of it."""
    return text.strip().removeprefix("=").strip()


def language_of(text: str, otherwise: Language) -> Language:
    """The language of an expression as written, where a bare one is `otherwise`."""
    return Language.FEEL if is_formula(text) else otherwise


def is_python(text: str) -> bool:
    """Whether Python itself can read an expression, within the subset or beyond it."""
    try:
        scripts.read_expression(text)
    except NotRunnable as error:
        return error.python
    return True


def belongs_to_python(text: str) -> bool:
    """Whether an expression is one of Python that runs, or that goes beyond it in something else than what it calls."""
    try:
        scripts.read_expression(text)
    except NotRunnable as error:
        return error.python and not _CALLED.search(_TEXTS.sub('""', text))
    return True


def only_feel(text: str) -> bool:
    """Whether an expression can be read as FEEL and calls nothing that FEEL does not have itself."""
    try:
        found = feel.parse_expression(text, ())
    except feel.FeelSyntaxError:
        return False
    called = _CALLED.findall(_TEXTS.sub('""', text))
    return not any("." in name or name in found.names for name in called)


def read(text: str, language: Language, names: Iterable[str]) -> Formula:
    """Read an expression without its ``=``; `names` are those in scope. Raises FeelSyntaxError, NotRunnable."""
    if language is Language.PYTHON:
        return scripts.read_expression(text)
    if language is Language.FEEL:
        return feel.parse_expression(text, names)
    try:
        found = feel.parse_expression(text, names)
    except feel.FeelSyntaxError:
        with suppress(NotRunnable):
            return scripts.read_expression(text)
        raise
    if calls_python(found, names):
        with suppress(NotRunnable):
            return scripts.read_expression(text)
    return found


def calls_python(found: feel.Expression, names: Iterable[str]) -> bool:
    """Whether what can be read as FEEL calls what only Python has, so that in FEEL it would be null.

    A function of Python, a method or an entry of a value, as in ``len(items)``, ``name.upper()`` and ``row["id"]``.
    """
    plain = _TEXTS.sub('""', found.text)
    called = _CALLED.findall(plain)
    if _KEYED.search(plain):
        return True
    return any("." in name or (name in scripts.NAMES and name in found.names) for name in called) and not (
        set(called) & set(names)
    )
