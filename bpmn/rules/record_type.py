"""Records are of types that exist: in operations, in choices of forms, and in the facts of the process.

A type that an expression works out is not looked at.
"""

import re
from collections.abc import Iterator
from typing import Final

from bpmn.diagram import ServiceTask
from bpmn.draft import FACTS, Draft
from bpmn.inside import INSIDE
from bpmn.languages import bare
from bpmn.records import SOURCE
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import elements
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")

_TEXT: Final = re.compile(r'"([^"\\]*)"')


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    known = vocabulary.records
    if known is None:
        return
    types = ", ".join(sorted(known))
    for task in elements(draft, ServiceTask):
        written = _TEXT.fullmatch(bare(task.operation.parameters.get("type", ""))) if task.operation else None
        if task.operation and task.operation.id in INSIDE and written and written[1] not in known:
            yield RULE.error(
                task,
                "{element} is about records of the type {type}, which does not exist.",
                "Write one of: {types}.",
                type=written[1],
                types=types,
            )
    named = [(f"{name}.form", each) for name, form in draft.forms.items() for each in sorted(form.lists)]
    asked = [(file, each.removeprefix(SOURCE)) for file, each in named if each.startswith(SOURCE)]
    for file, kind in [*asked, *((FACTS, each) for each in draft.facts.measured.records)]:
        if kind not in known:
            yield RULE.error(
                None,
                "Records of the type {type}, which does not exist, are named here.",
                "Write one of: {types}.",
                file=file,
                type=kind,
                types=types,
            )
