"""A call activity says which process it calls, on which version, and what passes between the two cases.

`binding` is ``latest`` (the release that is current when the call is made; also where there is no binding),
``publication`` (the release that was current when the calling version was released) or ``versionTag`` with the tag in
the property `versionTag`. `inputs` and `outputs` are ``all``, ``none`` or names with commas between; `inputs` may be an
expression that gives a context. What is called has a plain start event.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.diagram import CallActivity, Event, Process
from bpmn.draft import Draft
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.3.6")

BINDINGS: Final = ("latest", "publication", "versionTag")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    unasked = {process.id for process in draft.diagram.processes if _begins_by_itself(process)}
    for call in elements(draft, CallActivity):
        binding = call.properties.get("binding", "").strip()
        tag = call.properties.get("versionTag", "").strip()
        if not call.called_element:
            yield RULE.error(
                call,
                "{element} does not say which process it calls.",
                "Set the called element to the id of a process.",
                code="nothing-called",
            )
        elif call.called_element in unasked:
            yield RULE.error(
                call,
                "{element} calls {called}, which begins by messages, signals or times only.",
                "Give what is called a plain start event too.",
                code="no-plain-start",
                called=call.called_element,
            )
        if binding and binding not in BINDINGS:
            yield RULE.error(
                call,
                "{element} is bound by {binding}, which is no way to choose a version.",
                "Write one of: {bindings}.",
                code="unknown-binding",
                binding=binding,
                bindings=", ".join(BINDINGS),
            )
        if (binding == "versionTag") != bool(tag):
            yield RULE.error(
                call,
                "{element} is bound to a version tag without both the binding and the tag.",
                "Set binding to versionTag and versionTag to the tag, or remove both.",
                code="no-version-tag",
            )
        if is_formula(call.properties.get("outputs", "")):
            yield RULE.error(
                call,
                "The outputs of {element} are an expression.",
                "Write all, none, or the names of the variables with commas between.",
                code="outputs-not-names",
            )


def _begins_by_itself(process: Process) -> bool:
    starts = [part for part in process.within(process.id) if isinstance(part, Event) and part.kind == "startEvent"]
    return bool(starts) and all(start.definitions for start in starts)
