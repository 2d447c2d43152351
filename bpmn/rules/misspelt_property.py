"""Properties are spelt as Keelson reads them.

A property of an unknown name is ignored, so a slip like ``formref`` would leave a task without its form.
"""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from bpmn.diagram import Element, Process
from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import processes
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="")


KNOWN: Final = frozenset(
    {
        *(
            "role",
            "formRef",
            "formUi",
            "assignPerson",
            "assignGroup",
            "assignPeople",
            "separateFrom",
            "separateFromPeople",
            "title",
            "offeredTo",
            "numberPrefix",
            "payload",
        ),
        *("clauses", "link", "linkTo", "due", "followUp", "priority", "codeVariable", "messageVariable"),
        *("result", "retries", "retryEvery", "terminates", "outputsOnError", "activeElements"),
        *("correlate", "messageId", "timeToLive", "binding", "versionTag", "inputs", "outputs", "resultVariable"),
        *("clockStart", "clockStop", "clockPause", "clockRetarget"),
    }
)


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    spelt = {name.casefold(): name for name in KNOWN}
    for process in processes(draft):
        subjects: tuple[Process | Element, ...] = (process, *process.elements)
        for subject in subjects:
            for name in sorted(subject.properties.keys() - KNOWN):
                close = get_close_matches(name.casefold(), spelt, n=1, cutoff=0.85) if len(name) < 30 else []
                if close:
                    yield RULE.warning(
                        subject,
                        "{element} has the property {property}, which is not read.",
                        "Did you mean {meant}?",
                        property=name,
                        meant=spelt[close[0]],
                    )
