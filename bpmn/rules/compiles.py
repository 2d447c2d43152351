"""What passes all other rules can be made ready to run.

The last check hands the process to the part that runs it. If that part refuses something no rule speaks of, this rule
repeats its reason, so that nothing is published that could not be started.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from bpmn.compiling import NotCompilable, compile_process
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="13.1")


@dataclass(frozen=True)
class _Refused:
    id: str
    line: int


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        try:
            compile_process(draft, process.id, functions=vocabulary.functions, outside=vocabulary.outside)
        except NotCompilable as error:
            found = draft.diagram.find(error.element_id)
            yield RULE.error(
                found or _Refused(error.element_id, process.line),
                "{element} cannot be run as drawn: {reason}",
                "Draw it in another way.",
                reason=error.message,
            )
