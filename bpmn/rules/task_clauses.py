"""A clause that an element answers exists.

Auditors go from the clause to the process, and from there to the very task.
"""

from collections.abc import Iterator

from bpmn.clauses import EDITIONS, known, named_by
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for process in processes(draft):
        for element in process.elements:
            for edition, number in named_by(element):
                if not known(edition, number):
                    yield RULE.error(
                        element,
                        "{element} answers clause {number} of {edition}, which we do not know.",
                        "Write edition and number, with commas between, as in 2018 8.6.1. Editions are {editions}.",
                        code="unknown-clause",
                        number=number or "?",
                        edition=edition,
                        editions=", ".join(EDITIONS),
                    )
