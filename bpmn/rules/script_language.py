"""Scripts are FEEL: one assignment a line, ``name = expression``.

Scripts in Python, JavaScript or another language are not run, nor are scripts before or after a task.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import Element, ScriptTask
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.3")


_FEEL: Final = frozenset({"", "feel", "text/feel", "application/feel"})


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for element in elements(draft, Element):
        if isinstance(element, ScriptTask) and element.script_format.strip().casefold() not in _FEEL:
            yield RULE.error(
                element,
                "The script of {element} is written in {language}, which is not run.",
                "Write it in FEEL, one assignment a line: name = expression.",
                language=element.script_format,
            )
        for name in ("preScript", "postScript"):
            if element.extensions.get(name):
                yield RULE.error(
                    element,
                    "{element} has a script before or after it ({kind}), which is not run.",
                    "Use a script task in FEEL in front of it or behind it.",
                    code="script-around",
                    kind=name,
                )
