"""Expressions of a diagram that are written in a language which is not run, as they stand in the file.

The standard's default, XPath, holds where a file declares nothing (clause 8.2.1); nobody writes it, so that a file
without a declaration is read as FEEL or Python. Modelers also declare XPath by habit: FEEL behind ``=`` and JUEL in
``${}`` say what they are, and a text that is no XPath but Python is read as Python. Whatever else stands in a file or
expression that names another language is refused, also where it could be read.
"""

import re
from collections.abc import Iterator
from typing import Final

from lxml import etree

from bpmn.dialects.juel import holds_juel
from bpmn.dialects.plain import BY_ITSELF, EXPRESSIONS, JUEL
from bpmn.languages import declared, is_formula, is_python
from bpmn.remarks import Misspecified
from bpmn.source import Source, attribute, child, flag, identified, line_of, local, text

_BY_FILE: Final = (EXPRESSIONS - {"timeDate", "timeDuration", "timeCycle"}) | {
    *("activationCondition", "from", "transformation")
}
"""Expressions in the language of the file; times are ISO 8601 and people are names in whatever language."""
_READ: Final = EXPRESSIONS | {"activationCondition", "from", "transformation", "formalExpression"}
_VALUE: Final = re.compile(r"[-+]?\d[\d.:TZ/PWDHMSY+-]*|R\d*/\S+|-?P[\dT]\S*|true|false|\"[^\"]*\"|'[^']*'")
"""A number, text, truth value, date, time, duration or cycle: the same in every language."""
_CALLED: Final = re.compile(r"([\w.:-]+)\s*\(")
_FUNCTIONS: Final = frozenset(
    {
        *("last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat", "starts-with"),
        *("contains", "substring-before", "substring-after", "substring", "string-length", "normalize-space"),
        *("translate", "boolean", "not", "true", "false", "lang", "number", "sum", "floor", "ceiling", "round"),
        *("text", "node", "comment", "processing-instruction", "and", "or", "div", "mod"),
    }
)
"""What XPath 1.0 calls, and what may stand before a bracket in it."""
_LENGTH: Final = 5_000


def foreign(source: Source) -> Iterator[Misspecified]:
    """Notice expressions of executable processes in another language, and scripts that do not name theirs."""
    whole = attribute(source.root, "expressionLanguage").strip()
    for task in source.each("scriptTask"):
        if text(child(task, "script")) and not attribute(task, "scriptFormat").strip():
            yield _wrong(task, "no-format", "script")
    for process in source.each("process"):
        if flag(process, "isExecutable"):
            for element in process.iter():
                if local(element) in _READ:
                    yield from _of(element, whole)


def _of(element: etree._Element, whole: str) -> Iterator[Misspecified]:
    written = text(element)[:_LENGTH]
    if not written or is_formula(written) or holds_juel(written) or "".join(written.split()) in BY_ITSELF:
        return
    own = attribute(element, "language").strip()
    if own and _is_foreign(own):
        yield _wrong(element, "other-language", own)
    elif not own and local(element) in _BY_FILE and whole and _is_foreign(whole) and _is_meant(whole, written):
        yield _wrong(element, "file-language", whole)


def _is_meant(language: str, written: str) -> bool:
    """Whether an expression is in the language of the file, as far as it can be told."""
    by_habit = "xpath" in language.casefold() and not _is_xpath(written) and is_python(written)
    return not by_habit and not _VALUE.fullmatch(written)


def _is_foreign(language: str) -> bool:
    return declared(language) is None and language.casefold().rstrip("/") not in JUEL


def _is_xpath(written: str) -> bool:
    try:
        etree.XPath(written)
    except etree.XPathError:
        return False
    return all(":" in name or name in _FUNCTIONS for name in _CALLED.findall(written))


def _wrong(at: etree._Element, code: str, part: str) -> Misspecified:
    return Misspecified(element_id=identified(at), code=code, part=part, other=local(at), line=line_of(at))
