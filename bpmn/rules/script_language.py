"""Scripts are FEEL, one assignment a line, ``name = expression``, or Python of the guarded subset.

The format says which; without one a script of assignments is FEEL, and another one is read as Python. Scripts in
JavaScript or another language are not run, nor are scripts before or after what is no activity.
"""

from collections.abc import Iterator

from bpmn.diagram import Activity, Element, ScriptTask
from bpmn.draft import Draft
from bpmn.expressions import SCRIPTS_AROUND, script_language
from bpmn.languages import Language
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.source import OURS
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    # Our own modeler writes FEEL without a format, and SpiffWorkflow's Python.
    ours = OURS.encode() in draft.diagram.content
    unnamed = {one.element_id for one in draft.diagram.remarks.misspecified if one.code == "no-format"}
    for element in elements(draft, Element):
        if isinstance(element, ScriptTask) and script_language(element) is None:
            yield RULE.error(
                element,
                "The script of {element} is written in {language}, which is not run.",
                "Write it in FEEL, one assignment a line: name = expression.",
                language=element.script_format,
            )
        elif (
            isinstance(element, ScriptTask)
            and element.id in unnamed
            and (not ours or script_language(element) is Language.PYTHON)
        ):
            report = RULE.warning if ours else RULE.error
            yield report(
                element,
                "The script of {element} does not say which language it is in, and is read as {language}.",
                "Write its format: {format}.",
                code="no-format",
                language=script_language(element),
                format="python" if script_language(element) is Language.PYTHON else "FEEL",
            )
        for name in SCRIPTS_AROUND:
            if element.extensions.get(name) and not isinstance(element, Activity):
                yield RULE.error(
                    element,
                    "{element} has a script before or after it ({kind}), which is not run.",
                    "Use a script task in front of it or behind it.",
                    code="script-around",
                    kind=name,
                )
