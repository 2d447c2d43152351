"""A file holds exactly one process that is marked executable.

Only an executable process is run; the others of a file are pictures of what other parties do. Two executable
processes in one file would leave open which one a case follows.
"""

from collections.abc import Iterator

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.2.1")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    if not draft.diagram.executable:
        yield RULE.error(
            draft.diagram.processes[0],
            "No process in the file is marked executable.",
            "Select the process or its pool and tick “Executable” in its properties.",
            code="no-executable-process",
        )
    for process in draft.diagram.executable[1:]:
        yield RULE.error(
            process,
            "The process {element} is executable, and so is {first}; a file may hold one.",
            "Put each executable process into a file of its own.",
            code="several-executable-processes",
            first=draft.diagram.executable[0].id,
        )
