"""What a file refers to in other files is imported, and those files are here.

A qualified name with a prefix of another vocabulary needs an import of that vocabulary. Types that are imported are not
read; elements of other diagrams are not found through an import.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import Spot, remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="8.2.2")
_FORBIDDEN: Final = {
    "not-imported": (
        "{element} refers to {part}, of the vocabulary {other} that is not imported.",
        "Import the file it is in, or name something of this file.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
    for one in draft.diagram.remarks.misspecified:
        if one.code == "import" and one.part.rpartition("/")[2] not in draft.files:
            yield RULE.warning(
                Spot(one.element_id, one.line),
                "The file imports {location}, which is not among the files.",
                "Add it, or delete the import. Processes that are called need none: they are found by their id.",
                code="file-not-here",
                location=one.part or one.other or "(nothing)",
            )
