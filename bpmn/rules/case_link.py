"""A link to the case that sent a message is of a kind that is known.

``link`` stands on what receives a message: a start, catching or boundary event, or a receive task. It is a kind, or
several with commas between, each with the process of the sender it is for: ``resolves problem, follows``. Where a
person names the other case, ``linkTo`` is the field that holds its number.
"""

from collections.abc import Iterator

from bpmn.diagram import Element, UserTask
from bpmn.draft import Draft
from bpmn.linking import FIELD, KINDS, receives_message, written
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    for element in elements(draft, Element):
        if "link" not in element.properties and FIELD not in element.properties:
            continue
        if not receives_message(element) and not (isinstance(element, UserTask) and FIELD in element.properties):
            yield RULE.error(
                element,
                "{element} has a link, but it receives no message.",
                "Set link on the event or receive task that the message of the other case reaches; on a user task "
                "together with linkTo, the field that holds the number of the other case.",
                code="no-message",
            )
            continue
        for kind, _sender in written(element):
            if kind not in KINDS:
                yield RULE.error(
                    element,
                    "{element} links cases by “{kind}”, which is no kind of link.",
                    "Write one of: {kinds}.",
                    kind=kind[:60] or "(nothing)",
                    kinds=", ".join(sorted(KINDS)),
                )
