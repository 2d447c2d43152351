"""A script in FEEL holds at least one line, and each line is an assignment: ``name = expression``.

Empty lines and lines that begin with ``//`` say nothing. The names ``case`` and ``calendar`` belong to Keelson and
cannot be assigned.
"""

from collections.abc import Iterator

from bpmn.diagram import ScriptTask
from bpmn.draft import Draft
from bpmn.expressions import LINES, script_language, script_lines
from bpmn.languages import Language
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.3")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    for task in elements(draft, ScriptTask):
        if script_language(task) is not Language.FEEL:
            continue
        lines = list(script_lines(task.script))
        if not lines:
            yield RULE.error(
                task, "The script task {element} has no script.", "Write one, or delete the task.", code="no-script"
            )
        if len(task.script.splitlines()) > LINES:
            yield RULE.error(
                task,
                "The script of {element} has more than {limit} lines.",
                "Divide it, or move rules into decision tables.",
                code="script-too-long",
                limit=LINES,
            )
        for line in lines:
            if line.name is None:
                yield RULE.error(
                    task,
                    "Line {number} of the script of {element} is no assignment: {text}",
                    "Write each line as name = expression.",
                    code="no-assignment",
                    number=line.number,
                    text=line.text,
                )
            elif line.name in ("case", "calendar"):
                yield RULE.error(
                    task,
                    "Line {number} of the script of {element} assigns {name}, which belongs to Keelson.",
                    "Use another name.",
                    code="reserved-name",
                    number=line.number,
                    name=line.name,
                )
