"""A called process is released in this installation, in the version that is wanted, and gets what it needs.

Without a process of that id, or a release with that version tag, the call would end in an incident; so it does where an
expression names the process and there is none of that id. What the form of
its start requires should be among the `inputs`: nobody is asked when a case calls.
"""

from collections.abc import Iterator

from bpmn.diagram import CallActivity
from bpmn.draft import Draft
from bpmn.expressions import context_names
from bpmn.languages import is_formula
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements, processes
from bpmn.vocabulary import Neighbour, Vocabulary

RULE = Rule(__name__, clause="10.3.6")


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    if vocabulary.processes is None:
        return
    own = {process.id: process.properties.get("versionTag", "").strip() for process in processes(draft)}
    for call in elements(draft, CallActivity):
        if not call.called_element or is_formula(call.called_element):
            continue  # a formula says only in the running case which process it is
        called = vocabulary.processes.get(call.called_element)
        if called is None and call.called_element not in own:
            yield RULE.error(
                call,
                "{element} calls the process {called}, which is not released here.",
                "Release it first, or call one of: {known}.",
                called=call.called_element,
                known=", ".join(sorted(vocabulary.processes)) or "(none)",
            )
            continue
        yield from _tag(call, called, own.get(call.called_element, ""))
        if called is not None:
            yield from _inputs(call, called)


def _tag(call: CallActivity, called: Neighbour | None, own: str) -> Iterator[Finding]:
    tag = call.properties.get("versionTag", "").strip()
    tags = (called.version_tags if called else frozenset()) | ({own} if own else frozenset())
    if call.properties.get("binding", "").strip() == "versionTag" and tag and tag not in tags:
        yield RULE.error(
            call,
            "{element} calls {called} by the version tag {tag}, which no release of it carries.",
            "Write one of: {tags}.",
            code="no-such-tag",
            called=call.called_element,
            tag=tag,
            tags=", ".join(sorted(tags)) or "(none yet)",
        )


def _inputs(call: CallActivity, called: Neighbour) -> Iterator[Finding]:
    text = call.properties.get("inputs", "").strip()
    if text in ("", "all"):
        return
    given = set(context_names(text)) if is_formula(text) else {name.strip() for name in text.split(",")}
    missing = sorted(called.inputs - given)
    # An expression that is not a written context may give anything.
    if missing and (given or text == "none"):
        yield RULE.warning(
            call,
            "{element} calls {called} without what its start needs: {missing}.",
            "Add them to the inputs.",
            code="missing-inputs",
            called=called.title,
            missing=", ".join(missing),
        )
