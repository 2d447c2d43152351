"""A clause that an element answers exists, and is one of those that the process serves.

Auditors go from the clause to the process, and from there to the very task; both must tell the same.
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
    served = {(edition, number) for edition, numbers in draft.facts.clauses.items() for number in numbers}
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
                elif not any(
                    edition == each and (number == own or number.startswith(f"{own}.")) for each, own in served
                ):
                    yield RULE.warning(
                        element,
                        "{element} answers clause {number} of {edition}, which the process does not say it serves.",
                        "Add it to the clauses in process.toml, or take it from the element.",
                        code="clause-not-served",
                        number=number,
                        edition=edition,
                    )
