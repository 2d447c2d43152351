"""A file holds a process that is marked executable.

Only executable processes are run; the others of a file are pictures of what other parties do. Where several are, as
pools that send each other messages or as processes that call each other, each is released as a process of its own,
together with the others. A process that is marked public is what partners see, not what is run.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.2.1")
_ODD: Final = {
    "public-process": (
        "The process {element} is marked public ({part}), and executable.",
        "Mark it private, or as not executable: the public view of a process is not what runs.",
    )
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    if not draft.diagram.executable:
        yield RULE.error(
            draft.diagram.processes[0],
            "No process in the file is marked executable.",
            "Select the process or its pool and tick “Executable” in its properties.",
            code="no-executable-process",
        )
    yield from remarked(draft, RULE.error, _ODD)
