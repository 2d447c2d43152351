"""The facts of a process name an owner and a deputy who exist, and clauses that exist.

``process.toml`` says who answers for the process and which clauses of ISO/IEC 20000-1 it serves; auditors rely on
both.
"""

from collections.abc import Iterator

from bpmn.clauses import known
from bpmn.draft import FACTS, Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""

    if FACTS not in draft.files:
        return
    for what, role in (("owner", draft.facts.owner), ("deputy", draft.facts.deputy)):
        if not role:
            yield RULE.warning(
                None,
                "The process has no {what}.",
                'Write {what} = "role" into the file.',
                code="no-owner",
                file=FACTS,
                what=what,
            )
        elif role not in vocabulary.roles:
            yield RULE.error(
                None,
                "The {what} of the process is the role {role}, which does not exist.",
                "Write one of: {roles}.",
                code="unknown-owner",
                file=FACTS,
                what=what,
                role=role,
                roles=", ".join(sorted(vocabulary.roles)),
            )
    for edition, numbers in draft.facts.clauses.items():
        for number in numbers:
            if not known(edition, number):
                yield RULE.error(
                    None,
                    "ISO/IEC 20000-1:{edition} has no clause {number} that we know.",
                    "Correct edition or number.",
                    code="unknown-clause",
                    file=FACTS,
                    edition=edition,
                    number=number,
                )
