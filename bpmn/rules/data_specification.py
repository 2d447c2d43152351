"""What a node takes in and gives out is specified whole.

Where inputs and outputs are specified, there is a set of the one and a set of the other, though they may be empty, and
every input and output lies in one. What is optional, or may come while the node is at work, is listed in its set first.
Sets that belong together name each other. A task that names a message or operation has one set, and what sends or
awaits it one piece of data; an event has one for each of its triggers or results. An embedded sub-process has none of
its own: it sees the data around it. Data that name an item definition are a collection if that is one. A picture of a
data object says which it shows.
"""

from collections.abc import Iterator
from typing import Final

from bpmn.draft import Draft
from bpmn.rules.finding import Finding, Rule
from bpmn.rules.subjects import remarked
from bpmn.vocabulary import Vocabulary

RULE = Rule(__name__, clause="10.4.1")
_FORBIDDEN: Final = {
    "in-no-set": (
        "The {part} of {element} lies in no set of its kind.",
        "List it in an inputSet or outputSet.",
    ),
    "apart": (
        "{element} lists {part} as {other}, but not among the data of the set.",
        "List it among the dataInputRefs or dataOutputRefs of the set too.",
    ),
    "one-way": (
        "A set of {element} names the set {other}, which does not name it in turn.",
        "Write the reference at both sets, or at neither.",
    ),
    "several": (
        "{element} names a message or operation, and has more than one {part}.",
        "Keep one: there is one message.",
    ),
    "no-data-of-operation": (
        "{element} calls the operation {other}, and specifies no {part} for its message.",
        "Specify one piece of data for each message of the operation.",
    ),
    "data-of-definitions": (
        "{element} has another number of data ({part}) than of triggers or results ({other}).",
        "Give each trigger or result its data, in the same order.",
    ),
    "in-sub-process": (
        "The sub-process {element} specifies data of its own ({part}).",
        "Delete the specification: what is inside sees the data around it.",
    ),
    "loop-data-elsewhere": (
        "{element} is repeated over {part} ({other}), which belongs to another element.",
        "Name a data input or output of its own specification.",
    ),
    "collection": (
        "{element} and its {part} do not agree whether they are a collection.",
        "Write isCollection alike at both.",
    ),
    "no-set": (
        "The data specification of {element} has no {part}.",
        "Add one; it may be empty.",
    ),
    "of-nothing": (
        "{element} does not say which {part} it shows.",
        "Set its dataObjectRef.",
    ),
    "named-otherwise": (
        "The picture of a data object is called {part} and shows {other}.",
        "Name it like the data object, with the state in brackets.",
    ),
}


def check(draft: Draft, vocabulary: Vocabulary) -> Iterator[Finding]:
    """Find where this does not hold."""
    yield from remarked(draft, RULE.error, _FORBIDDEN)
